"""Daily sales (日销售单): sold goods leave custody by documents made from the day's account lines.

One document for each hall-day and clerk. Only lines that fit the books are in it; the rest stay
unconfirmed with a reason, and are what the checks of goods report (DESIGN section 6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.accounts import Account, Commodity, open_account
from ledger.documents import (
    Document,
    DocumentFact,
    DocumentKind,
    DocumentLine,
    Line,
    draft_document,
    register_kind,
)
from ledger.errors import BackofficeError
from ledger.hall_days import HallDay
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.gift_purposes import PURPOSE, PURPOSES
from stock.goods_stage import SALE
from stock.kinds import movements_of
from stock.sold_goods import SoldLine, days_with_goods, judge_lines

SALES = DocumentKind(SALE, "XS", Text("日销售单", "Daily sales"), "sales", movements_of)
register_kind(SALES)
CLERK, PART = "clerk", "part"
SOLD, TAKEN_BACK = "1", "2"
PARTS = (SOLD, *PURPOSES, TAKEN_BACK)
REMADE = "evidence changed"

Day = tuple[int, dt.date]
Key = tuple[int, str, str]
"""Hall, clerk and part. What a campaign gave away is a document of its own, which states what for
(DOMAIN STK-06). What he took back from a customer to whom another sold it the same day is one too,
posted after all sales."""
Moves = tuple[tuple[int, int, int, int, str], ...]
"""(commodity, debit account, credit account, pieces, serial), in order."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A daily sales document that stands."""

    document: Document
    moves: Moves


def post_daily_sales(uow: UnitOfWork, *, days: Sequence[tuple[Hall, dt.date]]) -> int:
    """Bring the daily sales documents of open days up to the evidence; gives how many were made.

    Nothing happens where they agree already. Where evidence changed the document is reversed and
    made anew; days that are signed or closed are left alone, and so is a hall-day whose goods have
    moved on so that its documents cannot be undone. All locks are taken in ascending order of
    halls.
    """
    halls = {hall.id: hall for hall, _ in days}
    open_days = _open_days(uow, [(hall.id, date) for hall, date in days])
    made = _standing(uow, open_days)
    busy = sorted(days_with_goods(uow, open_days) | {day for day in made if made[day]})
    if not busy:
        return 0
    lines = judge_lines(uow, busy)
    count = 0
    for day in busy:
        wanted = _propose(uow, halls[day[0]], lines.get(day, []))
        count += _bring_up(uow, day, wanted, made.get(day, {}))
    return count


def _open_days(uow: UnitOfWork, days: Sequence[Day]) -> list[Day]:
    rows = uow.session.execute(
        select(HallDay.hall_id, HallDay.business_date).where(
            HallDay.hall_id.in_({hall_id for hall_id, _ in days}),
            HallDay.business_date.in_({date for _, date in days}),
            HallDay.audit_status != "audited",
            HallDay.hall_status == "working",
        )
    )
    found = {(hall_id, date) for hall_id, date in rows}
    return [day for day in days if day in found]


def _standing(uow: UnitOfWork, days: Sequence[Day]) -> dict[Day, dict[Key, _Made]]:
    """Give the documents that stand now, by day, with what they moved."""
    documents = uow.session.scalars(
        select(Document).where(
            Document.hall_id.in_({hall_id for hall_id, _ in days}),
            Document.business_date.in_({date for _, date in days}),
            Document.kind == SALE,
            Document.state == "posted",
        )
    ).all()
    made: dict[Day, dict[Key, _Made]] = {}
    if not documents:
        return made
    halls, ids = {d.hall_id for d in documents}, {d.id for d in documents}
    facts: dict[tuple[int, int], dict[str, str]] = {}
    for hall_id, number, name, value in uow.session.execute(
        select(
            DocumentFact.hall_id, DocumentFact.document_id, DocumentFact.name, DocumentFact.value
        ).where(DocumentFact.hall_id.in_(halls), DocumentFact.document_id.in_(ids))
    ):
        facts.setdefault((hall_id, number), {})[name] = value
    moves: dict[tuple[int, int], list[tuple[int, int, int, int, str]]] = {}
    for line in uow.session.scalars(
        select(DocumentLine)
        .where(DocumentLine.hall_id.in_(halls), DocumentLine.document_id.in_(ids))
        .order_by(DocumentLine.line_no)
    ):
        moves.setdefault((line.hall_id, line.document_id), []).append(
            (
                line.commodity_id,
                line.debit_account,
                line.credit_account,
                line.quantity,
                line.serial,
            )
        )
    for document in documents:
        at = (document.hall_id, document.id)
        stated = facts.get(at, {})
        part = stated.get(PURPOSE) or stated.get(PART, SOLD)
        key = (document.hall_id, stated.get(CLERK, ""), part)
        day = (document.hall_id, document.business_date)
        made.setdefault(day, {})[key] = _Made(document, tuple(moves.get(at, ())))
    return made


def _propose(uow: UnitOfWork, hall: Hall, lines: Sequence[SoldLine]) -> dict[Key, Moves]:
    """Give what each clerk's documents should move: the net of his lines that fit the books."""
    fitting = [line for line in lines if line.fits]
    if not fitting:
        return {}
    customer = open_account(uow, hall.id, "customer").id
    net: dict[tuple[str, int], list[SoldLine]] = {}
    wanted: dict[Key, list[tuple[int, int, int, int, str]]] = {}
    for line in fitting:
        if line.unit_id is not None:
            net.setdefault((line.person, line.unit_id), []).append(line)
            continue
        assert line.commodity_id is not None
        assert line.account_id is not None
        moves = wanted.setdefault((hall.id, line.clerk, line.purpose or SOLD), [])
        moves.append((line.commodity_id, customer, line.account_id, line.quantity, ""))
    sellers = {(unit, person) for (person, unit), of in net.items() if _sold(of) > 0}
    for (person, unit), of in net.items():
        sold, first = _sold(of), of[0]
        assert first.commodity_id is not None
        part, debit, credit = first.purpose or SOLD, customer, customer
        if first.is_sale:
            credit = first.account_id or open_account(uow, hall.id, "clerk", first.holder).id
        if not of[-1].is_sale:
            debit = open_account(uow, hall.id, "clerk", of[-1].clerk).id
        if sold < 0 and any(one == unit and who != person for one, who in sellers):
            part = TAKEN_BACK
        if debit != credit:
            moves = wanted.setdefault((hall.id, first.clerk, part), [])
            moves.append((first.commodity_id, debit, credit, 1, first.serial))
    return {key: _joined(moves) for key, moves in wanted.items()}


def _joined(moves: Sequence[tuple[int, int, int, int, str]]) -> Moves:
    """Give the moves in order, those of counted goods between the same places as one."""
    pieces: dict[tuple[int, int, int, str], int] = {}
    for commodity, debit, credit, quantity, serial in moves:
        key = (commodity, debit, credit, serial)
        pieces[key] = pieces.get(key, 0) + quantity
    return tuple(sorted((c, d, k, pieces[c, d, k, s], s) for c, d, k, s in pieces))


def _sold(lines: Sequence[SoldLine]) -> int:
    return sum(1 if line.is_sale else -1 for line in lines)


def _bring_up(
    uow: UnitOfWork, day: Day, wanted: Mapping[Key, Moves], made: Mapping[Key, _Made]
) -> int:
    """Reverse what no longer fits and make what is missing, or leave the whole day as it is."""
    if wanted == {key: one.moves for key, one in made.items()}:
        return 0
    # What was taken back hangs on another's sale, so then everything is done again.
    whole = any(part == TAKEN_BACK for _, _, part in (*wanted, *made))
    undone = [key for key in made if whole or made[key].moves != wanted.get(key)]
    missing = [key for key in wanted if key not in made or key in undone]
    try:
        with uow.session.begin_nested():
            for key in sorted(undone, key=lambda key: made[key].document.id, reverse=True):
                advance(uow, made[key].document, "reverse", reason=REMADE)
            for key in sorted(missing, key=lambda key: (PARTS.index(key[2]), key[1])):
                _make(uow, day, key, wanted[key])
    except BackofficeError:
        uow.session.expire_all()
        return 0
    return len(missing)


def _make(uow: UnitOfWork, day: Day, key: Key, moves: Moves) -> None:
    hall_id, clerk, part = key
    session = uow.session
    ids = {move[1] for move in moves} | {move[2] for move in moves}
    accounts = {
        account.id: account
        for account in session.scalars(
            select(Account).where(Account.hall_id == hall_id, Account.id.in_(ids))
        )
    }
    lines = [
        Line(session.get_one(Commodity, item), accounts[debit], accounts[credit], pieces, serial)
        for item, debit, credit, pieces, serial in moves
    ]
    document = draft_document(uow, hall_id=hall_id, kind=SALE, business_date=day[1])
    facts = {CLERK: clerk}
    if part != SOLD:
        facts[PURPOSE if part in PURPOSES else PART] = part
    advance(uow, document, "submit", lines=lines, facts=facts)
