"""The shift: opened with the float that was counted, suspended, resumed; its steps in one table."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from ledger.actors import own_numbers
from ledger.cash.denominations import sum_of, write_denominations
from ledger.cash.drawers import bring_up_drawer, moved_on
from ledger.cash.errors import (
    CashUnreadable,
    DayHasShifts,
    NoShift,
    NotYourShift,
    ShiftRefused,
    ShiftThere,
)
from ledger.cash.places import drawer_of, held_in, person_of
from ledger.cash.tables import SHIFT_STATES, Shift
from ledger.cash.told import tell_audit
from ledger.dating import take_day
from ledger.duties.separation import require_apart
from ledger.events import record
from ledger.evidence.expected import USUAL_SOURCES
from ledger.evidence.intake import declare_nil
from ledger.evidence.tables import OpeningFloat
from ledger.hall_days import lock_open_day
from ledger.organisations import Hall, take_rows
from ledger.permissions import require
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

TRANSITIONS: dict[tuple[str, str], str] = {
    ("open", "suspend"): "suspended",
    ("suspended", "resume"): "open",
    ("open", "declare"): "counted",
    ("counted", "recount"): "closed",
    ("counted", "keep"): "closed",
    ("open", "close_for"): "witnessing",
    ("suspended", "close_for"): "witnessing",
    ("counted", "close_for"): "witnessing",
    ("witnessing", "witness"): "closed",
    ("witnessing", "refuse"): "open",
}
ACTIONS: dict[str, Text] = {
    "suspend": Text("挂起", "suspend it"),
    "resume": Text("恢复", "resume it"),
    "declare": Text("申报", "declare"),
    "recount": Text("复点", "count again"),
    "keep": Text("确认申报", "keep the count"),
    "close_for": Text("代结", "close it for the clerk"),
    "witness": Text("监盘签字", "sign as witness"),
    "refuse": Text("监盘退回", "refuse as witness"),
    "hand_over": Text("交接班", "hand over"),
}


def take_step(shift: Shift, action: str) -> None:
    """Take an allowed step; raises ShiftRefused for any other."""
    target = TRANSITIONS.get((shift.state, action))
    if target is None:
        raise ShiftRefused(state=SHIFT_STATES[shift.state], action=ACTIONS[action])
    shift.state = target


def open_shift(
    uow: UnitOfWork, *, hall: Hall, clerk: str, notes: dict[int, int], on: dt.date | None = None
) -> Shift:
    """Open the actor's own shift with what he counts in his drawer, by notes and coins.

    Raises NotYourShift, ShiftThere, DutiesClash and DateRefused. What the books held there is
    not told.
    """
    require(uow, hall.id, "shift", "open")
    if not clerk.strip():
        raise CashUnreadable(field=Text("工号", "Staff number"), problem=Text("必选", "required"))
    if clerk not in own_numbers(uow, hall.id):
        raise NotYourShift(clerk=clerk)
    day = take_day(uow, hall, on)
    require_apart(uow, hall.id, day, "cashier")
    opening = (sum_of(notes), write_denominations(notes))
    return begin_shift(uow, hall, clerk, day, opening=opening)


def begin_shift(
    uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date, *, opening: tuple[int, str]
) -> Shift:
    """Make the shift of a staff number; the float it opens with is told to the audit.

    `opening` is the fen that were counted, and the notes.
    """
    fen, notes = opening
    lock_open_day(uow, hall.id, day)
    person = person_of(uow, hall, clerk)
    if person is None:
        raise NoShift(clerk=clerk, date=day)
    taken = select(Shift.id).where(
        Shift.hall_id == hall.id, Shift.business_date == day, Shift.person_id == person
    )
    if uow.session.scalars(taken).first() is not None:
        raise ShiftThere(clerk=clerk)
    earlier = select(func.count()).select_from(Shift)
    earlier = earlier.where(Shift.hall_id == hall.id, Shift.clerk == clerk)
    shift = Shift(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        business_date=day,
        clerk=clerk,
        person_id=person,
        state="open",
        opened_at=uow.now,
        opened_event=0,
        opening_fen=fen,
        opening_notes=notes,
        carried_fen=held_in(uow, drawer_of(uow, hall.id, clerk)),
        moved_in_fen=0,
        is_first=uow.session.scalar(earlier) == 0,
        rounds=0,
        counted_event=None,
        kept_fen=0,
        is_compared=False,
        differs="",
        is_nil=False,
        closed_at=None,
        closer_id=None,
        witness="",
        reason="",
    )
    shift.moved_in_fen = sum(one.fen for one in moved_on(uow, shift))
    with record(
        uow, hall_id=hall.id, act="shift.opened", subject=f"shift:{clerk}", business_date=day
    ) as event:
        shift.opened_event = event.event_no
        known = select(OpeningFloat.amount).where(
            OpeningFloat.hall_id == hall.id,
            OpeningFloat.business_date == day,
            OpeningFloat.clerk == clerk,
        )
        if uow.session.scalars(known).first() is None:
            row = (1, day.isoformat(), clerk, fen - shift.moved_in_fen)
            event.insert(Base.metadata.tables[OpeningFloat.__tablename__], [row])
        uow.session.add(shift)
    bring_up_drawer(uow, shift)
    tell_audit(uow, hall, day)
    return shift


def suspend_shift(uow: UnitOfWork, *, hall: Hall, clerk: str, on: dt.date | None = None) -> Shift:
    """Suspend the actor's own shift: the drawer is locked while he is away."""
    return _own_step(uow, hall, clerk, on, "suspend")


def resume_shift(uow: UnitOfWork, *, hall: Hall, clerk: str, on: dt.date | None = None) -> Shift:
    """Go on with the actor's own suspended shift."""
    return _own_step(uow, hall, clerk, on, "resume")


def find_shift(uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date) -> Shift:
    """Give the shift of a staff number on a day; raises NoShift."""
    shift = uow.session.scalars(
        select(Shift).where(
            Shift.hall_id == hall.id, Shift.business_date == day, Shift.clerk == clerk
        )
    ).one_or_none()
    if shift is None:
        raise NoShift(clerk=clerk, date=day)
    return shift


def own_shift(uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date) -> Shift:
    """Give the actor's own shift; raises NotYourShift and NoShift."""
    if clerk not in own_numbers(uow, hall.id):
        raise NotYourShift(clerk=clerk)
    return find_shift(uow, hall, clerk, day)


def close_nil_day(uow: UnitOfWork, *, hall: Hall, date: dt.date, reason: str) -> list[str]:
    """Close a day on which nobody traded: each usual source is declared nil; gives which.

    Raises DayHasShifts, and SourceHasRows where something did arrive.
    """
    require(uow, hall.id, "shift", "close_for")
    day = take_day(uow, hall, date)
    shifts = select(Shift.id).where(Shift.hall_id == hall.id, Shift.business_date == day)
    if uow.session.scalars(shifts).first() is not None:
        raise DayHasShifts(date=day)
    for source in USUAL_SOURCES:
        declare_nil(uow, hall=hall, date=day, source=source)
    with record(
        uow,
        hall_id=hall.id,
        act="hall.nil_day",
        subject=f"hall:{hall.code}",
        business_date=day,
        facts={"reason": reason},
    ):
        pass
    return list(USUAL_SOURCES)


def _own_step(uow: UnitOfWork, hall: Hall, clerk: str, on: dt.date | None, action: str) -> Shift:
    require(uow, hall.id, "shift", "open")
    day = take_day(uow, hall, on)
    shift = own_shift(uow, hall, clerk, day)
    take_step(shift, action)
    act = f"shift.{action}"
    with record(uow, hall_id=hall.id, act=act, subject=f"shift:{clerk}", business_date=day):
        pass
    return shift
