"""Rosters, grants and authorities in few words, and a hall that is small."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from ledger.actors import Employment
from ledger.audit.signing import sign_day
from ledger.duties.delegations import give_authority
from ledger.duties.grants import grant_exception, grant_small_hall
from ledger.duties.roster import Seat, read_shift, set_roster
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import day, declared, line, put, run

A_DAY = dt.timedelta(days=1)


def seat(number: str, shift: str = "早班", desk: str = "", date: dt.date = DAY) -> Seat:
    """Give a seat as it is typed."""
    return Seat(date, number, read_shift(shift), desk)


def roster(hall: OpenHall, *seats: Seat, who: str = "M01") -> int:
    """Settle seats."""
    with hall.work(who) as uow:
        return set_roster(uow, hall=hall.hall, seats=seats)


def trade(hall: OpenHall, clerk: str = "A01", date: dt.date = DAY) -> None:
    """Let a clerk take 200.00 in cash, declare and hand it in, deposit it, and run the audit."""
    when = {"accepted_at": int(dt.datetime.combine(date, dt.time(2), dt.UTC).timestamp()) * 10**6}
    put(hall, "accounts", line(f"T{date}{clerk}", 200_00, clerk=clerk, **when), date=date)
    put(hall, "declarations", declared(200_00, clerk=clerk), date=date)
    brought = {"amount": 200_00, "deposited_on": date}
    handed = {**brought, "slip_no": f"J{date}{clerk}", "step": "handin", "clerk": clerk}
    banked = {**brought, "slip_no": f"B{date}{clerk}", "step": "bank", "bank_receipt": "HD1"}
    put(hall, "deposits", handed, {**banked, "covers_date": date}, date=date)
    run(hall, date=date)


def sign(hall: OpenHall, who: str = "J01", date: dt.date = DAY) -> None:
    """Sign a day's audit."""
    with hall.work(who) as uow:
        sign_day(uow, hall.hall, date)


def leave(hall: OpenHall, *numbers: str) -> None:
    """Let people leave the hall before DAY."""
    with hall.work(LOADER) as uow:
        uow.session.execute(
            update(Employment)
            .where(Employment.hall_id == hall.id, Employment.number.in_(numbers))
            .values(valid_to=DAY - A_DAY)
        )


def make_small(hall: OpenHall) -> str:
    """Let the department make a hall of five a small one; gives the grant's number."""
    leave(hall, "V01")
    with hall.work("S01") as uow:
        return (
            grant_small_hall(
                uow, hall=hall.hall, from_on=DAY, until_on=day(30), reason="乡镇厅,五人"
            ).number
            or ""
        )


def except_from(hall: OpenHall, holder: str, pair: str, until: dt.date = DAY) -> str:
    """Let the department except somebody from a pair of duties; gives the number."""
    with hall.work("S01") as uow:
        return (
            grant_exception(
                uow,
                hall=hall.hall,
                holder=holder,
                pair=pair,
                from_on=DAY,
                until_on=until,
                reason="稽核员病假",
            ).number
            or ""
        )


def stand_in(hall: OpenHall, giver: str, role: str, to: str, cap_fen: int | None = None) -> str:
    """Let somebody sign for another's role today and tomorrow; gives the authority's number."""
    with hall.work(giver) as uow:
        return (
            give_authority(
                uow,
                hall=hall.hall,
                role=role,
                to=to,
                from_on=DAY,
                to_on=DAY + A_DAY,
                cap_fen=cap_fen,
                reason="出差",
            ).number
            or ""
        )
