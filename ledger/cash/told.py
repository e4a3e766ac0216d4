"""What shifts, cash moves and deposits tell the daily audit: evidence of the day they are dated.

The checks of cash read evidence; what is declared and moved here is the same to them as what a file
states. One batch a day and kind, replaced when something is added or reversed. A count is told as
the audit understands it: with what was handed in before it, and without what was passed on after.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select

from ledger.approvals import Signature
from ledger.cash.bank_lines import match_of
from ledger.cash.drawers import CASH, TELLER, is_open_for_cash, moved_on
from ledger.cash.kinds import CASH_KINDS, CLEARING, HANDOVER, RECEIPT
from ledger.cash.tables import CashEvidence, Shift, ShiftCount
from ledger.documents import Document, facts_of, posted_stating
from ledger.errors import BadInput
from ledger.evidence.intake import take_in, withdraw
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Reading, Row
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.schema import microseconds
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

DEPOSITED = ("hand_in", "deposit", CLEARING)
MOVES = tuple(name for name in (*CASH_KINDS, HANDOVER) if name not in DEPOSITED)
LAST_MINUTE = dt.time(23, 59)


def tell_audit(uow: UnitOfWork, hall: Hall, date: dt.date) -> None:
    """Bring the day's evidence of cash up to the books; nothing happens on a day that is signed.

    Where a file says otherwise it stands, and the audit keeps the file.
    """
    if not is_open_for_cash(uow, hall.id, date):
        return
    uow.session.flush()
    _tell(uow, hall, date, "declarations", list(_declarations(uow, hall, date)))
    _tell(uow, hall, date, "cash_moves", list(_moves(uow, hall, date)))
    _tell(uow, hall, date, "deposits", list(_deposits(uow, hall, date)))


def _tell(uow: UnitOfWork, hall: Hall, date: dt.date, kind: str, rows: list[Row]) -> None:
    told = uow.session.get(CashEvidence, (hall.id, date, kind))
    names = tuple(column.name for column in KINDS[kind].columns)
    content = _written(names, rows)
    digest = hashlib.sha256(content).hexdigest()
    if (told is None and not rows) or (told is not None and told.sha256 == digest):
        return
    teller, name = replace(uow, actor=TELLER), f"live-{kind}-{date}.csv"
    if told is not None and not rows:
        withdraw(teller, hall=hall, number=told.intake_no, file_name=name, content=content)
        uow.session.delete(told)
        return
    reading = Reading(kind, "hall", names, rows, list(range(2, len(rows) + 2)))
    try:
        with uow.session.begin_nested():
            taken = take_in(
                teller,
                hall=hall,
                date=date,
                file_name=name,
                content=content,
                reading=reading,
                replaces=None if told is None else told.intake_no,
            )
    except BadInput:
        return
    if told is None:
        told = CashEvidence(hall_id=hall.id, business_date=date, kind=kind)
        uow.session.add(told)
    told.intake_no, told.sha256 = taken.intake_no, digest


def _declarations(uow: UnitOfWork, hall: Hall, date: dt.date) -> Iterator[Row]:
    closed = uow.session.scalars(
        select(Shift)
        .where(Shift.hall_id == hall.id, Shift.business_date == date, Shift.state == "closed")
        .order_by(Shift.clerk)
    )
    for shift in closed.all():
        counts = uow.session.scalars(
            select(ShiftCount)
            .where(
                ShiftCount.hall_id == hall.id,
                ShiftCount.shift_id == shift.id,
                ShiftCount.round == shift.rounds,
            )
            .order_by(ShiftCount.tender)
        )
        for one in counts.all():
            if one.tender == CASH:
                fen = one.amount_fen + _beyond_count(uow, shift)
                yield (shift.clerk, "", CASH, fen, one.notes, shift.kept_fen)
            elif one.amount_fen:
                yield (shift.clerk, "", one.tender, one.amount_fen, "", None)


def _beyond_count(uow: UnitOfWork, shift: Shift) -> int:
    """Give what the whole drawer held beside what was counted: see the module's sentence."""
    fen = 0
    for one in moved_on(uow, shift):
        counted = shift.counted_event is None or one.event_no < shift.counted_event
        if counted and one.kind == "hand_in":
            fen -= one.fen
        elif not counted and one.kind != "hand_in":
            fen += one.fen
    return fen


def _moves(uow: UnitOfWork, hall: Hall, date: dt.date) -> Iterator[Row]:
    for document in _posted(uow, hall, date, MOVES):
        facts = facts_of(uow, document)
        source, target = _ends(document.kind, facts)
        yield (
            document.number or "",
            microseconds(_at(uow, document)),
            source,
            target,
            document.amount_fen,
            facts.get("purpose", "") or document.remark,
            document.number or "",
        )


def _ends(kind: str, facts: dict[str, str]) -> tuple[str, str]:
    clerk, fund = facts.get("clerk", ""), facts.get("fund", "")
    ends = {
        "fund_in": ("department", fund),
        "fund_out": (fund, "department"),
        "float_out": ("safe", clerk),
        "float_return": (clerk, "safe"),
        "expense": ("petty", f"expense:{facts.get('category', '')}"),
        HANDOVER: (clerk, facts.get("receiver", "")),
    }
    return ends[kind]


def _deposits(uow: UnitOfWork, hall: Hall, date: dt.date) -> Iterator[Row]:
    for document in _posted(uow, hall, date, DEPOSITED):
        facts = facts_of(uow, document)
        covers = dt.date.fromisoformat(facts["covers"])
        if document.kind != "deposit":
            number = document.number or ""
            yield (number, "handin", facts["clerk"], document.amount_fen, date, covers, "")
            continue
        paper = receipt_of(uow, document) or match_of(uow, document)
        keyed = {} if paper is None else facts_of(uow, paper)
        deposited = dt.date.fromisoformat(keyed.get("deposited_on", date.isoformat()))
        yield (
            facts["slip_no"],
            "bank",
            "",
            document.amount_fen + int(keyed.get("gap", 0)),
            deposited,
            covers,
            keyed.get("receipt_no", ""),
        )


def receipt_of(uow: UnitOfWork, deposit: Document) -> Document | None:
    """Give the bank receipt keyed for a deposit, None before."""
    return posted_stating(uow, deposit.hall_id, RECEIPT, "deposit", deposit.number)


def _posted(uow: UnitOfWork, hall: Hall, date: dt.date, kinds: Sequence[str]) -> list[Document]:
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.business_date == date,
        Document.kind.in_(kinds),
        Document.state == "posted",
        Document.amount_fen > 0,
    )
    return list(uow.session.scalars(query.order_by(Document.number)))


def _at(uow: UnitOfWork, document: Document) -> dt.datetime:
    """Give when it was made; a document of an earlier day is told at the end of that day."""
    at = uow.session.scalars(
        select(Signature.at).where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.step == "submit",
        )
    ).first()
    day = document.business_date
    if at is not None and at.astimezone(HALL_TIME).date() == day:
        return at
    return dt.datetime.combine(day, LAST_MINUTE, HALL_TIME)


def _written(names: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Give the rows as the file of their kind, amounts in yuan."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(
            [
                show_yuan(cell) if name in ("amount", "float_kept") and cell is not None else cell
                for name, cell in zip(names, row, strict=True)
            ]
        )
    return sheet.getvalue().encode()
