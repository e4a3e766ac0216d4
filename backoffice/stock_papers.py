"""The printed form of a stock document, in three copies: one each to keep, to go along, to file.

A read of the frozen revision: the same document prints the same for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select

from backoffice.paper_facts import stated_facts
from backoffice.printing import render_paper
from backoffice.stock_answers import place_words
from backoffice.trade_words import measure, show_moment, typeset
from invoices.kinds import FORM_CATEGORY
from ledger.accounts import Commodity
from ledger.actors import own_numbers
from ledger.amount_words import amount_in_words
from ledger.approvals import signatures_of
from ledger.documents import (
    DOCUMENT_KINDS,
    STATES,
    Document,
    DocumentRevision,
    Line,
    find_document,
    lines_of,
)
from ledger.masking import mask_numbers
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import NotPermitted, may
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.count_settling import COUNT_RESULT
from stock.errors import UnknownKind
from stock.goods_stage import SALE
from stock.kinds import PAPER_KINDS, SETTLED
from stock.runs import runs_of
from stock.waiting import NUMBER, awaited_of, signer_name

COPIES: tuple[Text, ...] = (
    Text("第一联 存根", "Copy 1 · kept by the maker"),
    Text("第二联 收货", "Copy 2 · goes with the goods"),
    Text("第三联 财务", "Copy 3 · for finance"),
)
MOST_SEGMENTS = 400
# So many lines and segments fit on a third of a sheet.
FITS_A_THIRD = 6
PERSONAL = frozenset({"recipient", "phone"})
PRINTED = frozenset({*PAPER_KINDS, COUNT_RESULT.name, SALE, SETTLED})


def stock_paper(
    uow: UnitOfWork, hall: Hall, number: str, *, language: Language, form: str = "a4"
) -> bytes:
    """Give the form as PDF: `a4`, or `form` for continuous paper 241 mm wide.

    For whoever may see all documents of goods, and for who made it or signs it. Raises
    UnknownDocument, UnknownKind and NotPermitted.
    """
    document = find_document(uow, hall.id, number)
    if document.kind not in PRINTED:
        raise UnknownKind(kind=document.kind)
    _require_sight(uow, hall, document)
    return render_paper(
        "stock.html",
        paper_values(uow, hall, document, language=language, form=form),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def _require_sight(uow: UnitOfWork, hall: Hall, document: Document) -> None:
    sees_all = may(uow, hall.id, "audit", "view") or may(uow, hall.id, "stock", "oversee")
    ends = {a.holder for line in lines_of(uow, document) for a in (line.debit, line.credit)}
    own = own_numbers(uow, hall.id)
    if not sees_all and document.maker_id != uow.actor.person_id and not ends & own:
        raise NotPermitted(actor=uow.actor.label, action="print", area="stock")


def paper_values(
    uow: UnitOfWork,
    hall: Hall,
    document: Document,
    *,
    language: Language,
    form: str,
    copies: Sequence[Text] = COPIES,
) -> dict[str, object]:
    """Give everything the template prints, in one language."""
    lines = _grouped(lines_of(uow, document), language)
    digest = uow.session.scalar(
        select(DocumentRevision.hash).where(
            DocumentRevision.hall_id == hall.id,
            DocumentRevision.document_id == document.id,
            DocumentRevision.revision == document.revision,
        )
    )
    kind = DOCUMENT_KINDS[document.kind]
    return {
        "form": form,
        "abreast": form == "a4" and sum(line.height for line in lines) <= FITS_A_THIRD,
        "copies": tuple(said(copy, language) for copy in copies),
        "hall": hall.code,
        "hall_name": hall.name,
        "kind": said(kind.text, language),
        "number": document.number or "",
        "paper_no": document.paper_no or "",
        "date": document.business_date.isoformat(),
        "state": document.state,
        "state_name": said(STATES[document.state], language),
        "lines": tuple(line.values for line in lines),
        "pieces": f"{sum(line.pieces for line in lines):,}",
        "costed": any(line.values["cost"] for line in lines),
        "amount": show_yuan(document.amount_fen, separators=True) if document.amount_fen else "",
        "words": amount_in_words(document.amount_fen) if document.amount_fen else "",
        "facts": tuple(_facts(uow, document, language)),
        "remark": document.remark,
        "signatures": tuple(signatures_on(uow, document, language)),
        "awaits": tuple(awaited_on(uow, hall, document, language)),
        "hash": digest or "",
        "proof": f"{hall.code} {document.number} {digest}",
    }


def said(text: Text, language: Language) -> str:
    """Give a text as it is printed in one language."""
    return typeset(text.zh) if language == "zh" else text.en


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the form: what is printed, how many pieces, how many lines high."""

    values: dict[str, object]
    pieces: int
    height: int


def _grouped(lines: Sequence[Line], language: Language) -> list[_Row]:
    """Give a row for all lines that move alike, their serials as minimal runs."""
    alike: dict[tuple[int, int, int, int | None], list[Line]] = {}
    for line in lines:
        key = (line.commodity.id, line.credit.id, line.debit.id, line.unit_cost_fen)
        alike.setdefault(key, []).append(line)
    rows: list[_Row] = []
    for group in alike.values():
        first = group[0]
        segments = [
            f"{line.serial}–{line.serial_to} ({line.quantity})"
            for line in group
            if line.serial_to and line.serial_to != line.serial
        ]
        singles = [
            line.serial for line in group if line.serial and line.serial_to in ("", line.serial)
        ]
        segments += [
            start if count == 1 else f"{start}–{end} ({count})"
            for start, end, count in runs_of(first.commodity, singles)
        ]
        cost = first.unit_cost_fen
        pieces = sum(line.quantity for line in group)
        values: dict[str, object] = {
            # A form's code is its name already.
            "item": "" if first.commodity.category == FORM_CATEGORY else first.commodity.code,
            "name": said(_name_on_paper(first.commodity), language),
            "unit": said(measure(first.commodity.unit), language),
            "quantity": f"{pieces:,}",
            "origin": place_words(first.credit, language),
            "place": place_words(first.debit, language),
            "cost": "" if cost is None else show_yuan(cost, separators=True),
            "segments": tuple(segments[:MOST_SEGMENTS]),
            "unlisted": max(0, len(segments) - MOST_SEGMENTS),
        }
        rows.append(_Row(values, pieces, 1 + -(-len(segments) // 3)))
    return rows


def _name_on_paper(item: Commodity) -> Text:
    """Give what a line is of: forms go by their code, goods by the name the hall gave them."""
    if item.category != FORM_CATEGORY:
        return Text(item.name, item.name)
    code = item.code.partition(":")[2]
    return Text(f"票据 {code}".rstrip(), f"Invoice forms {code}".rstrip())


def _facts(uow: UnitOfWork, document: Document, language: Language) -> list[tuple[str, str]]:
    """Give what the document states in one language, numbers of persons masked."""
    given = []
    for name, words, value in stated_facts(uow, document):
        shown = value if isinstance(value, str) else said(value, language)
        given.append((said(words, language), mask_numbers(shown) if name in PERSONAL else shown))
    return given


def signatures_on(
    uow: UnitOfWork,
    document: Document,
    language: Language,
    *,
    named: Mapping[str, Text] = MappingProxyType({}),
) -> list[tuple[str, str, str, str]]:
    """Give what each signed as, name, time and the hash signed of each signature.

    `named` gives a form's own words for who made it (`made`), who confirms by number (`confirmed`)
    or signs in a role.
    """
    return [
        (
            _role(signed.role, language, named)
            if signed.step == "approve"
            else said(named.get("made", Text("经办", "Made by")), language),
            name,
            show_moment(signed.at, language),
            signed.signed_hash[:12],
        )
        for signed, name in signatures_of(uow, document)
    ]


def awaited_on(
    uow: UnitOfWork,
    hall: Hall,
    document: Document,
    language: Language,
    *,
    named: Mapping[str, Text] = MappingProxyType({}),
) -> list[str]:
    """Give who is still to sign a submitted document, for the line he signs on."""
    if document.state != "submitted":
        return []
    signers = awaited_of(uow, hall, document).signers
    return [_role(signer, language, named) for signer in signers]


def _role(signer: str, language: Language, named: Mapping[str, Text]) -> str:
    if signer.startswith(NUMBER):
        words = named.get("confirmed", Text("对方确认", "Confirmed by"))
        return f"{said(words, language)} {signer.removeprefix(NUMBER)}"
    return said(named.get(signer) or signer_name(signer, {}), language)
