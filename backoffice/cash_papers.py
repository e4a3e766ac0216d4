"""The printed form of a cash document, and the slip of what was called out at the counter.

A read of the frozen revision: sum in figures and in capitals, both ends, notes and coins, what the
document states, who signed and who is still to sign. 交款单, 缴款单/解款单, 交接班单 and all others
have the one layout, each in its own copies; none is titled as an invoice.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backoffice.cash_answers import money_place
from backoffice.cash_copies import MADE, cash_form, copy_names
from backoffice.cash_facts import cash_facts
from backoffice.printing import render_paper
from backoffice.stock_papers import awaited_on, said, signatures_on
from backoffice.trade_words import show_moment
from ledger.actors import names_of, names_of_persons
from ledger.amount_words import amount_in_words
from ledger.cash.denominations import note_name, read_denominations
from ledger.cash.deposit_days import hand_overs_of
from ledger.cash.errors import UnknownSlip
from ledger.cash.kinds import HANDOVER
from ledger.cash.places import person_of
from ledger.cash.seen import see_document
from ledger.cash.slips import see_slip
from ledger.documents import (
    DOCUMENT_KINDS,
    STATES,
    Document,
    DocumentRevision,
    facts_of,
    lines_of,
)
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

PAPER_NAMES: dict[str, Text] = {
    "deposit": Text("解款单(缴款单)", "Bank deposit slip"),
    HANDOVER: Text("交接班单", "Shift hand-over sheet"),
}
SHOWN_APART = frozenset({"notes"})
OF_THE_CLERK = frozenset({"hand_in", "float_return", HANDOVER})
"""Forms a clerk makes of his own drawer, or a leader for him."""
MADE_FOR = Text("代办人", "Made for the clerk by")
HAND_OVER_STEPS: dict[str, Text] = {
    "clerk": Text("营业员交出", "Clerk gave it"),
    "manager": Text("厅里接收", "Hall received it"),
    "manager_out": Text("出库交解款人", "Hall gave it out"),
    "collector": Text("解款人接收", "Collector received it"),
    "bank": Text("银行入账", "Bank credited it"),
}
ON_SLIP: dict[str, Text] = {
    "due_fen": Text("应收", "Due"),
    "tendered_fen": Text("收您", "Received"),
    "change_fen": Text("找零", "Change"),
}


def cash_paper(uow: UnitOfWork, hall: Hall, number: str, *, language: Language) -> bytes:
    """Give a cash document as PDF; raises NotACashDocument where the actor may not see it."""
    require(uow, hall.id, "cash", "view")
    document = see_document(uow, hall, number)
    return render_paper(
        "cash.html",
        paper_values(uow, hall, document, language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def slip_paper(uow: UnitOfWork, hall: Hall, number: str, *, language: Language) -> bytes:
    """Give a slip that was printed, 80 mm wide; raises UnknownSlip for one that was not."""
    slip = see_slip(uow, hall, number)
    if not slip.prints:
        raise UnknownSlip(number=number)
    names = names_of(uow, hall.id)
    values = {
        "hall": hall.code,
        "hall_name": hall.name,
        "number": slip.number,
        "at": show_moment(slip.called_at, language),
        "txn_no": slip.txn_no,
        "clerk": f"{slip.clerk} {names.get(slip.clerk, '')}".strip(),
        "sums": tuple(
            (said(words, language), show_yuan(getattr(slip, name), separators=True))
            for name, words in ON_SLIP.items()
        ),
        "words": amount_in_words(slip.due_fen),
        "prints": slip.prints,
        "cancelled": slip.state == "cancelled",
    }
    return render_paper(
        "cash_slip.html",
        values,
        language=language,
        printed_at=slip.called_at,
        printed_by=slip.clerk,
    )


def paper_values(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> dict[str, object]:
    """Give everything the template prints, in one language."""
    staff = names_of(uow, hall.id)
    stated = facts_of(uow, document)
    form = cash_form(document.kind, stated)
    named = dict(form.signers)
    if document.kind in OF_THE_CLERK and _is_made_for(uow, hall, document, stated["clerk"]):
        named[MADE] = MADE_FOR
    pieces = read_denominations(_notes(stated.get("notes", "")))
    digest = uow.session.scalar(
        select(DocumentRevision.hash).where(
            DocumentRevision.hall_id == hall.id,
            DocumentRevision.document_id == document.id,
            DocumentRevision.revision == document.revision,
        )
    )
    shown = cash_facts(uow, document, without=SHOWN_APART)
    return {
        "hall": hall.code,
        "hall_name": hall.name,
        "kind": said(_title(document, stated), language),
        "copies": tuple(said(name, language) for name in copy_names(form.copies)),
        "number": document.number or "",
        "date": document.business_date.isoformat(),
        "state": document.state,
        "state_name": said(STATES[document.state], language),
        "amount": show_yuan(document.amount_fen, separators=True) if document.amount_fen else "",
        "words": amount_in_words(document.amount_fen) if document.amount_fen else "",
        "lines": tuple(
            (
                said(money_place(line.credit, staff), language),
                said(money_place(line.debit, staff), language),
                show_yuan(line.quantity, separators=True),
            )
            for line in lines_of(uow, document)
        ),
        "facts": tuple(
            (said(words, language), value if isinstance(value, str) else said(value, language))
            for words, value in shown
        ),
        "notes": tuple(
            (note_name(fen), count, show_yuan(fen * count, separators=True))
            for fen, count in pieces.items()
        ),
        "steps": tuple(deposit_steps(uow, hall, document, language)),
        "remark": document.remark,
        "signatures": tuple(signatures_on(uow, document, language, named=named)),
        "awaits": tuple(awaited_on(uow, hall, document, language, named=named)),
        "by_hand": tuple(said(words, language) for words in form.by_hand),
        "hash": digest or "",
        "proof": f"{hall.code} {document.number} {digest}",
    }


def _is_made_for(uow: UnitOfWork, hall: Hall, document: Document, clerk: str) -> bool:
    return person_of(uow, hall, clerk) != document.maker_id


def _title(document: Document, stated: Mapping[str, str]) -> Text:
    """Give what stands above the form; a counterfeit is the bank's to keep, never ours."""
    name = PAPER_NAMES.get(document.kind, DOCUMENT_KINDS[document.kind].text)
    if stated.get("counterfeit"):
        return Text(f"{name.zh}(假币收缴)", f"{name.en}: counterfeit")
    return name


def deposit_steps(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> list[tuple[str, str, str, str]]:
    """Give who had the money of a deposit when, each as signed (DOMAIN REC-06)."""
    if document.kind != "deposit":
        return []
    steps = hand_overs_of(uow, hall, document)
    names = names_of_persons(uow, (one.person_id for one in steps))
    return [
        (
            said(HAND_OVER_STEPS[one.step], language),
            names.get(one.person_id, ""),
            one.on.isoformat() if one.at is None else show_moment(one.at, language),
            one.number,
        )
        for one in steps
    ]


def _notes(stated: str) -> str:
    return "" if stated == "0" else stated
