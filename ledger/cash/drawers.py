"""Daily takings (日收款单): what customers paid in cash enters the clerk's drawer from evidence.

One document for each shift, reversed and made anew while the day is open whenever evidence or count
changes. Its lines are what evidence says was paid, what the opening count differed, and what the
closing count differed: over and short. Before the count a drawer out of which more came than the
evidence knows of holds the rest as over, so that no refusal tells a clerk what is expected of him.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, text

from ledger.accounts import Account, open_account, yuan
from ledger.cash.kinds import DAILY_TAKINGS
from ledger.cash.paid import Paid, paid_on
from ledger.cash.places import drawer_of
from ledger.cash.tables import Shift, ShiftCount
from ledger.documents import Document, Line, draft_document, lines_of, posted_stating
from ledger.hall_days import OPEN_FOR_POSTING, HallDay
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.work import UnitOfWork, system_actor

TELLER = system_actor("cash")
SHIFT = "shift"
REMADE = "evidence changed"
CASH = "cash"

_MOVED = text(
    f"""
SELECT d.kind, p.event_no, p.debit_account AS debit, p.amount
  FROM postings p
  JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
 WHERE p.hall_id = :hall AND p.business_date = :date AND d.state = 'posted'
   AND d.kind <> '{DAILY_TAKINGS}' AND (p.debit_account = :drawer OR p.credit_account = :drawer)
"""
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement of a drawer on the shift's day: into it above zero, out of it below."""

    kind: str
    event_no: int
    fen: int


def moved_on(uow: UnitOfWork, shift: Shift) -> list[Moved]:
    """Give what moved in and out of the shift's drawer that day, daily takings apart."""
    drawer = drawer_of(uow, shift.hall_id, shift.clerk)
    rows = uow.session.execute(
        _MOVED,
        {
            "hall": shift.hall_id,
            "date": shift.business_date.isoformat(),
            "drawer": drawer.id,
        },
    )
    return [
        Moved(row.kind, row.event_no, row.amount if row.debit == drawer.id else -row.amount)
        for row in rows
    ]


def moved_since_opening(uow: UnitOfWork, shift: Shift, until: int | None) -> int:
    """Give the net fen moved after the shift opened, up to an event where one is named."""
    return sum(
        one.fen
        for one in moved_on(uow, shift)
        if one.event_no > shift.opened_event and (until is None or one.event_no < until)
    )


def cash_counted(uow: UnitOfWork, shift: Shift) -> int:
    """Give the cash of the count that stands, in fen."""
    return uow.session.scalars(
        select(ShiftCount.amount_fen).where(
            ShiftCount.hall_id == shift.hall_id,
            ShiftCount.shift_id == shift.id,
            ShiftCount.round == shift.rounds,
            ShiftCount.tender == CASH,
        )
    ).one()


def is_open_for_cash(uow: UnitOfWork, hall_id: int, date: dt.date) -> bool:
    """Tell whether the day still takes postings and nobody has signed its audit."""
    day = uow.session.get(HallDay, (hall_id, date))
    return day is not None and day.hall_status in OPEN_FOR_POSTING and day.audit_status != "audited"


def bring_up_drawers(uow: UnitOfWork, *, halls: Sequence[Hall], date: dt.date) -> int:
    """Bring the takings of all shifts of a date up to the evidence; gives how many were made."""
    ids = [hall.id for hall in halls]
    shifts = uow.session.scalars(
        select(Shift)
        .where(Shift.hall_id.in_(ids), Shift.business_date == date)
        .order_by(Shift.hall_id, Shift.id)
    ).all()
    shifts = [one for one in shifts if is_open_for_cash(uow, one.hall_id, date)]
    if not shifts:
        return 0
    paid = paid_on(uow, {one.hall_id for one in shifts}, date)
    return sum(bring_up_drawer(uow, shift, paid=paid) for shift in shifts)


def bring_up_drawer(
    uow: UnitOfWork, shift: Shift, *, paid: Paid | None = None, pending_fen: int = 0
) -> bool:
    """Make the shift's takings what evidence and count say; `pending_fen` is about to leave.

    Gives whether it was made anew. The day must be open and the hall's head locked.
    """
    teller = replace(uow, actor=TELLER)
    if paid is None:
        paid = paid_on(uow, {shift.hall_id}, shift.business_date)
    cash = paid.get((shift.hall_id, shift.clerk), {}).get(CASH, 0)
    wanted = _wanted(teller, shift, cash, pending_fen)
    standing = _standing(uow, shift)
    had = [] if standing is None else lines_of(uow, standing)
    if [_shape(line) for line in had] == [_shape(line) for line in wanted]:
        return False
    drawer = drawer_of(uow, shift.hall_id, shift.clerk).id
    # Whichever comes first, the drawer is at no time below zero.
    first_in = sum(_into(line, drawer) for line in wanted) >= 0
    if standing is not None and not first_in:
        advance(teller, standing, "reverse", reason=REMADE, on=shift.business_date)
    if wanted:
        document = draft_document(
            teller,
            hall_id=shift.hall_id,
            kind=DAILY_TAKINGS,
            business_date=shift.business_date,
            amount_fen=abs(cash),
        )
        facts = {"clerk": shift.clerk, SHIFT: str(shift.id)}
        advance(teller, document, "submit", lines=wanted, facts=facts)
    if standing is not None and first_in:
        advance(teller, standing, "reverse", reason=REMADE, on=shift.business_date)
    return True


def _wanted(uow: UnitOfWork, shift: Shift, cash: int, pending_fen: int) -> list[Line]:
    hall_id = shift.hall_id
    drawer = drawer_of(uow, hall_id, shift.clerk)
    over_short = open_account(uow, hall_id, "over_short", shift.clerk)
    opening = open_account(uow, hall_id, "opening") if shift.is_first else over_short
    lines = [
        _line(uow, drawer, open_account(uow, hall_id, "takings"), cash),
        _line(uow, drawer, opening, shift.opening_fen - shift.carried_fen),
        _line(uow, drawer, over_short, _difference(uow, shift, cash, pending_fen)),
    ]
    return [line for line in lines if line is not None]


def _difference(uow: UnitOfWork, shift: Shift, cash: int, pending_fen: int) -> int:
    """Give over (above zero) or short of the count that stands; before it, what came out unseen."""
    if shift.state == "closed":
        expected = shift.opening_fen + cash + moved_since_opening(uow, shift, shift.counted_event)
        return cash_counted(uow, shift) - expected
    left = shift.opening_fen + cash + moved_since_opening(uow, shift, None) - pending_fen
    return max(0, -left)


def _line(uow: UnitOfWork, drawer: Account, other: Account, fen: int) -> Line | None:
    if not fen:
        return None
    debit, credit = (drawer, other) if fen > 0 else (other, drawer)
    return Line(yuan(uow), debit, credit, abs(fen))


def _into(line: Line, drawer: int) -> int:
    return line.quantity if line.debit.id == drawer else -line.quantity


def _shape(line: Line) -> tuple[int, int, int]:
    return line.debit.id, line.credit.id, line.quantity


def _standing(uow: UnitOfWork, shift: Shift) -> Document | None:
    """Give the takings of the shift that are posted now."""
    return posted_stating(uow, shift.hall_id, DAILY_TAKINGS, SHIFT, str(shift.id))
