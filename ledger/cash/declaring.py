"""The blind declaration: every tender counted, once more at most, and only then compared.

The expected figure is worked out here when the count is stored, and kept with the shift when it is
closed; nothing gives it out before (DESIGN section 7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from ledger.actors import own_numbers
from ledger.audit.wording import tender_text
from ledger.cash.cases import note_difference
from ledger.cash.denominations import sum_of, write_denominations
from ledger.cash.drawers import CASH, bring_up_drawer, moved_since_opening
from ledger.cash.errors import (
    CashUnreadable,
    KeptTooMuch,
    NotYourShift,
    TenderMissing,
    WitnessRefused,
)
from ledger.cash.paid import halls_with_accounts, paid_on
from ledger.cash.places import drawer_of, held_in, person_of
from ledger.cash.shifts import begin_shift, find_shift, own_shift, take_step
from ledger.cash.tables import Shift, ShiftCount, ShiftResult
from ledger.cash.told import tell_audit
from ledger.dating import take_day
from ledger.events import record
from ledger.hall_days import lock_open_day
from ledger.hall_rules import Tender
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import Row
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Statement:
    """What was counted: notes and coins as fen -> pieces, and the fen of every other tender.

    `kept_fen` of the cash stays in the drawer as float; `is_nil` says that nothing was sold.
    """

    notes: Mapping[int, int]
    amounts: Mapping[str, int] = field(default_factory=dict)
    kept_fen: int = 0
    is_nil: bool = False


def tenders_of(uow: UnitOfWork, hall: Hall) -> list[str]:
    """Give the tenders every shift declares, cash first."""
    codes = uow.session.scalars(select(Tender.code).where(Tender.hall_id == hall.id)).all()
    return [CASH, *sorted(code for code in codes if code != CASH)]


def declare(
    uow: UnitOfWork, *, hall: Hall, clerk: str, statement: Statement, on: dt.date | None = None
) -> Shift:
    """Declare what was counted: a first count that agrees closes the shift, and so does a second.

    A first count that does not may be counted once more or kept; which tenders differ is all that
    is told of it (DOMAIN REC-02). Raises TenderMissing, KeptTooMuch, NotYourShift, NoShift and
    ShiftRefused.
    """
    require(uow, hall.id, "shift", "open")
    day = take_day(uow, hall, on)
    shift = own_shift(uow, hall, clerk, day)
    first = shift.state != "counted"
    take_step(shift, "declare" if first else "recount")
    _store(uow, hall, shift, statement)
    if not first:
        return _close(uow, hall, shift)
    differing = _differing(uow, hall, shift)
    shift.is_compared = differing is not None
    shift.differs = ",".join(differing or ())
    if differing == []:
        take_step(shift, "keep")
        return _close(uow, hall, shift)
    return shift


def keep_count(uow: UnitOfWork, *, hall: Hall, clerk: str, on: dt.date | None = None) -> Shift:
    """Let the first count stand as the actor's declaration, and close his shift."""
    require(uow, hall.id, "shift", "open")
    day = take_day(uow, hall, on)
    shift = own_shift(uow, hall, clerk, day)
    take_step(shift, "keep")
    return _close(uow, hall, shift)


def close_for_absent(
    uow: UnitOfWork,
    *,
    hall: Hall,
    clerk: str,
    statement: Statement,
    witness: str,
    reason: str,
    on: dt.date | None = None,
) -> Shift:
    """Count the drawer of a clerk who is not there, before a witness who signs for it afterwards.

    A clerk who opened no shift gets one. Raises WitnessRefused, NotYourShift and CashUnreadable.
    """
    require(uow, hall.id, "shift", "close_for")
    day = take_day(uow, hall, on)
    absent, second = person_of(uow, hall, clerk), person_of(uow, hall, witness)
    if absent == uow.actor.person_id:
        raise NotYourShift(clerk=clerk)
    if not witness.strip():
        raise CashUnreadable(field=Text("监盘人", "Witness"), problem=Text("必选", "required"))
    if second is None or second in (absent, uow.actor.person_id):
        raise WitnessRefused(witness=witness, clerk=clerk)
    if not reason.strip():
        raise CashUnreadable(field=Text("原因", "Reason"), problem=Text("必填", "required"))
    known = select(Shift.id).where(
        Shift.hall_id == hall.id, Shift.business_date == day, Shift.clerk == clerk
    )
    if uow.session.scalars(known).first() is None:
        carried = held_in(uow, drawer_of(uow, hall.id, clerk))
        begin_shift(uow, hall, clerk, day, opening=(carried, ""))
    shift = find_shift(uow, hall, clerk, day)
    take_step(shift, "close_for")
    shift.closer_id, shift.witness, shift.reason = uow.actor.person_id, witness, reason.strip()
    _store(uow, hall, shift, statement)
    return shift


def sign_as_witness(
    uow: UnitOfWork, *, hall: Hall, clerk: str, agrees: bool = True, on: dt.date | None = None
) -> Shift:
    """Sign that the drawer was counted so, which closes the shift; or refuse, and it is open again.

    Raises NotYourShift for anybody but the witness who was named.
    """
    day = take_day(uow, hall, on)
    shift = find_shift(uow, hall, clerk, day)
    if shift.witness not in own_numbers(uow, hall.id):
        raise NotYourShift(clerk=clerk)
    take_step(shift, "witness" if agrees else "refuse")
    act = "shift.witnessed" if agrees else "shift.witness_refused"
    with record(
        uow, hall_id=hall.id, act=act, subject=f"shift:{clerk}", business_date=shift.business_date
    ):
        pass
    return _close(uow, hall, shift) if agrees else shift


def _store(uow: UnitOfWork, hall: Hall, shift: Shift, statement: Statement) -> None:
    """Keep a round of counts as it was stated."""
    lock_open_day(uow, hall.id, shift.business_date)
    cash = sum_of(statement.notes)
    tenders = tenders_of(uow, hall)
    missing = [one for one in tenders if one != CASH and one not in statement.amounts]
    if missing and not statement.is_nil:
        raise TenderMissing(tender=tender_text(missing[0]))
    unknown = [one for one in statement.amounts if one not in tenders or one == CASH]
    if unknown or any(fen < 0 for fen in statement.amounts.values()):
        raise CashUnreadable(
            field=Text("支付方式", "Tender"),
            problem=Text("不认识或金额为负", "unknown, or an amount below zero"),
        )
    if statement.is_nil and any(statement.amounts.values()):
        raise CashUnreadable(
            field=Text("无营业", "No sales"), problem=Text("但填有金额", "yet amounts are stated")
        )
    kept = cash if statement.is_nil else statement.kept_fen
    if not 0 <= kept <= cash:
        raise KeptTooMuch(kept=show_yuan(kept), counted=show_yuan(cash))
    shift.rounds += 1
    shift.kept_fen, shift.is_nil = kept, statement.is_nil
    person = uow.actor.person_id
    amounts = {**dict.fromkeys(tenders, 0), **statement.amounts, CASH: cash}
    notes = write_denominations(statement.notes)
    rows: list[Row] = [
        (shift.id, shift.rounds, tender, fen, notes if tender == CASH else "", person)
        for tender, fen in sorted(amounts.items())
    ]
    with record(
        uow,
        hall_id=hall.id,
        act="shift.counted",
        subject=f"shift:{shift.clerk}",
        business_date=shift.business_date,
        facts={"round": shift.rounds, "nil": int(statement.is_nil)},
    ) as event:
        shift.counted_event = event.event_no
        event.insert(Base.metadata.tables[ShiftCount.__tablename__], rows)


def _expected(uow: UnitOfWork, shift: Shift) -> dict[str, int]:
    """Give what each tender should hold at the count that stands, in fen."""
    paid = paid_on(uow, {shift.hall_id}, shift.business_date)
    sums = dict(paid.get((shift.hall_id, shift.clerk), {}))
    moved = moved_since_opening(uow, shift, shift.counted_event)
    sums[CASH] = sums.get(CASH, 0) + shift.opening_fen + moved
    return sums


def _counted(uow: UnitOfWork, shift: Shift) -> dict[str, int]:
    rows = uow.session.execute(
        select(ShiftCount.tender, ShiftCount.amount_fen).where(
            ShiftCount.hall_id == shift.hall_id,
            ShiftCount.shift_id == shift.id,
            ShiftCount.round == shift.rounds,
        )
    )
    return dict(rows.all())


def _differing(uow: UnitOfWork, hall: Hall, shift: Shift) -> list[str] | None:
    """Give the tenders that differ, None where the day's account lines are not there yet."""
    if hall.id not in halls_with_accounts(uow, shift.business_date):
        return None
    expected, counted = _expected(uow, shift), _counted(uow, shift)
    names = sorted({*expected, *counted})
    return [one for one in names if expected.get(one, 0) != counted.get(one, 0)]


def _close(uow: UnitOfWork, hall: Hall, shift: Shift) -> Shift:
    """Close it: keep what was expected, post the takings, open cases and tell the audit."""
    day = shift.business_date
    lock_open_day(uow, hall.id, day)
    shift.closed_at = uow.now
    compared = hall.id in halls_with_accounts(uow, day)
    shift.is_compared = compared
    expected, counted = _expected(uow, shift), _counted(uow, shift)
    names = sorted({*expected, *counted})
    shift.differs = ",".join(
        one for one in names if compared and expected.get(one, 0) != counted.get(one, 0)
    )
    with record(
        uow, hall_id=hall.id, act="shift.closed", subject=f"shift:{shift.clerk}", business_date=day
    ) as event:
        if compared:
            rows: list[Row] = [
                (shift.id, one, expected.get(one, 0), counted.get(one, 0)) for one in names
            ]
            event.insert(Base.metadata.tables[ShiftResult.__tablename__], rows)
    bring_up_drawer(uow, shift)
    tell_audit(uow, hall, day)
    if compared:
        for one in names:
            gap = counted.get(one, 0) - expected.get(one, 0)
            note_difference(uow, hall, (day, shift.clerk, one), gap)
    return shift
