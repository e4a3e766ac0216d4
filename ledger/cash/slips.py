"""唱收唱付: what was received and what change was given, kept and printed (DOMAIN REC-12b).

A slip states; it moves nothing. Cash enters the drawer by the day's account lines. Every act on a
slip is an event; a cancelled slip stays and keeps its number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.actors import own_numbers
from ledger.cash.errors import (
    REQUIRED,
    AmountNotPositive,
    CashUnreadable,
    NotYourShift,
    ShiftRefused,
    SlipCancelled,
    SlipExists,
    SlipNotBack,
    SlipWrong,
    TooLittle,
    UnknownSlip,
)
from ledger.cash.shifts import find_shift
from ledger.cash.tables import SHIFT_STATES, CashSlip
from ledger.dating import take_day
from ledger.events import record
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import may, require
from ledger.text import Text
from ledger.work import UnitOfWork

LONGEST = 64
LONGEST_COUNT = 10
ISSUES = Text("开小票", "give a slip")


@dataclass(frozen=True, slots=True)
class Called:
    """What the clerk called out, in fen; `change_fen` None lets it be worked out."""

    txn_no: str
    due_fen: int
    tendered_fen: int
    change_fen: int | None = None


def call_out(uow: UnitOfWork, *, hall: Hall, clerk: str, called: Called) -> CashSlip:
    """Keep what was received and given back for one transaction of the actor's open shift.

    Raises SlipWrong where change is not what was received less what was due, TooLittle, SlipExists,
    NotYourShift, NoShift and ShiftRefused.
    """
    require(uow, hall.id, "cash_slips", "issue")
    if clerk not in own_numbers(uow, hall.id):
        raise NotYourShift(clerk=clerk)
    day = take_day(uow, hall, None)
    shift = find_shift(uow, hall, clerk, day)
    if shift.state != "open":
        raise ShiftRefused(state=SHIFT_STATES[shift.state], action=ISSUES)
    txn_no = called.txn_no.strip()
    if not txn_no or len(txn_no) > LONGEST:
        raise CashUnreadable(field=Text("流水号", "Transaction no."), problem=REQUIRED)
    change = _change(called)
    standing = select(CashSlip).where(
        CashSlip.hall_id == hall.id, CashSlip.txn_no == txn_no, CashSlip.state == "given"
    )
    earlier = uow.session.scalars(standing).first()
    if earlier is not None:
        raise SlipExists(txn_no=txn_no, number=earlier.number)
    last = select(func.coalesce(func.max(CashSlip.slip_no), 0)).where(
        CashSlip.hall_id == hall.id, CashSlip.business_date == day
    )
    slip = CashSlip(
        hall_id=hall.id,
        business_date=day,
        slip_no=uow.session.scalars(last).one() + 1,
        clerk=clerk,
        person_id=uow.actor.person_id,
        txn_no=txn_no,
        due_fen=called.due_fen,
        tendered_fen=called.tendered_fen,
        change_fen=change,
        called_at=uow.now,
        prints=0,
        state="given",
        is_back=False,
        reason="",
    )
    uow.session.add(slip)
    facts = {"due": called.due_fen, "tendered": called.tendered_fen, "change": change}
    _note(uow, slip, "slip.given", {"txn_no": txn_no, **facts})
    return slip


def print_slip(uow: UnitOfWork, *, hall: Hall, number: str) -> CashSlip:
    """Note that a slip is printed, which from then on must come back to be cancelled."""
    slip = _own(uow, hall, number)
    slip.prints += 1
    _note(uow, slip, "slip.printed", {"print": slip.prints})
    return slip


def cancel_slip(
    uow: UnitOfWork, *, hall: Hall, number: str, reason: str, is_back: bool = False
) -> CashSlip:
    """Cancel a slip; a printed one only with `is_back`, the paper in hand. Raises SlipNotBack."""
    slip = _own(uow, hall, number)
    if slip.prints and not is_back:
        raise SlipNotBack(number=number)
    if not reason.strip():
        raise CashUnreadable(field=Text("原因", "Reason"), problem=REQUIRED)
    slip.state, slip.is_back, slip.reason = "cancelled", bool(slip.prints), reason.strip()
    _note(uow, slip, "slip.cancelled", {"reason": slip.reason, "back": int(slip.is_back)})
    return slip


def slips_of(uow: UnitOfWork, hall: Hall, day: dt.date) -> Sequence[CashSlip]:
    """Give the slips of a day that the actor may see, the latest first: a clerk's own, or all."""
    require(uow, hall.id, "cash_slips", "view")
    query = select(CashSlip).where(CashSlip.hall_id == hall.id, CashSlip.business_date == day)
    if not may(uow, hall.id, "shift", "oversee"):
        query = query.where(CashSlip.clerk.in_(own_numbers(uow, hall.id)))
    return uow.session.scalars(query.order_by(CashSlip.slip_no.desc())).all()


def slips_for(uow: UnitOfWork, hall: Hall, txn_no: str) -> Sequence[CashSlip]:
    """Give the slips of one transaction, those cancelled too, as they were given.

    Who may see the transaction may see what was called out for it.
    """
    query = select(CashSlip).where(CashSlip.hall_id == hall.id, CashSlip.txn_no == txn_no)
    return uow.session.scalars(query.order_by(CashSlip.business_date, CashSlip.slip_no)).all()


def see_slip(uow: UnitOfWork, hall: Hall, number: str) -> CashSlip:
    """Give one slip the actor may see; raises UnknownSlip."""
    require(uow, hall.id, "cash_slips", "view")
    day, _, count = number.removeprefix(CashSlip.LETTERS).partition("-")
    slip = None
    if len(day) == 8 and len(count) < LONGEST_COUNT and (day + count).isdecimal():
        query = select(CashSlip).where(CashSlip.hall_id == hall.id, CashSlip.slip_no == int(count))
        slips = uow.session.scalars(query).all()
        slip = next((one for one in slips if one.number == number), None)
    oversees = may(uow, hall.id, "shift", "oversee")
    if slip is None or not (oversees or slip.clerk in own_numbers(uow, hall.id)):
        raise UnknownSlip(number=number)
    return slip


def _own(uow: UnitOfWork, hall: Hall, number: str) -> CashSlip:
    require(uow, hall.id, "cash_slips", "issue")
    take_day(uow, hall, None)
    slip = see_slip(uow, hall, number)
    uow.session.refresh(slip)
    if slip.clerk not in own_numbers(uow, hall.id):
        raise NotYourShift(clerk=slip.clerk)
    if slip.state == "cancelled":
        raise SlipCancelled(number=number)
    return slip


def _change(called: Called) -> int:
    if called.due_fen <= 0 or called.tendered_fen <= 0:
        raise AmountNotPositive
    change = called.tendered_fen - called.due_fen
    stated = change if called.change_fen is None else called.change_fen
    if change < 0:
        raise TooLittle(due=show_yuan(called.due_fen), tendered=show_yuan(called.tendered_fen))
    if stated != change:
        raise SlipWrong(
            due=show_yuan(called.due_fen),
            tendered=show_yuan(called.tendered_fen),
            change=show_yuan(change),
            stated=show_yuan(stated),
        )
    return change


def _note(uow: UnitOfWork, slip: CashSlip, act: str, facts: dict[str, object]) -> None:
    with record(
        uow,
        hall_id=slip.hall_id,
        act=act,
        subject=f"slip:{slip.number}",
        business_date=slip.business_date,
        facts=facts,
    ):
        pass
