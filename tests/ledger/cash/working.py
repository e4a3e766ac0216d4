"""A day at the drawer in few words: the safe, floats, counts, hand-ins, the evening's run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select

from backoffice.audit_work import run_day_in
from ledger.audit.findings import Finding
from ledger.cash.declaring import Statement, declare
from ledger.cash.denominations import read_denominations
from ledger.cash.moves import CashMove, move_cash, sign_cash
from ledger.cash.safe import open_safe
from ledger.cash.shifts import open_shift
from ledger.cash.tables import Shift
from ledger.documents import Document
from ledger.hall_rules import KNOWN_TENDERS
from ledger.work import system_actor
from tests.builders import DAY, NOW, OpenHall

RUNNER = system_actor("cli")
OTHERS = [tender for tender in KNOWN_TENDERS if tender != "cash"]


def move(hall: OpenHall, who: str, kind: str, fen: int, *, signed: str = "", **stated: str) -> str:
    """Make a cash document as one person and sign it as others; gives its number."""
    covers = stated.pop("covers", "")
    day = dt.date.fromisoformat(covers) if covers else None
    with hall.work(who) as uow:
        stated_move = CashMove(kind=kind, amount_fen=fen, covers=day, **stated)
        number = move_cash(uow, hall=hall.hall, move=stated_move).number or ""
    for signer in signed.split():
        sign(hall, signer, number)
    return number


def sign(hall: OpenHall, who: str, number: str) -> Document:
    """Sign a document."""
    with hall.work(who) as uow:
        return sign_cash(uow, hall=hall.hall, number=number)


def unlock(hall: OpenHall, *, now: dt.datetime = NOW) -> str:
    """Open the safe by keeper and auditor."""
    with hall.work("K01", now=now) as uow:
        number = open_safe(uow, hall=hall.hall, purpose="晨间备用金").number or ""
    with hall.work("J01", now=now) as uow:
        sign_cash(uow, hall=hall.hall, number=number)
    return number


def fund(hall: OpenHall, fen: int = 1_000_00, place: str = "safe") -> None:
    """Let the department hand a fund over."""
    move(hall, "M01", "fund_in", fen, signed="S01", fund=place)


def begin(hall: OpenHall, clerk: str, notes: str = "") -> None:
    """Open a clerk's shift."""
    with hall.work(clerk) as uow:
        open_shift(uow, hall=hall.hall, clerk=clerk, notes=read_denominations(notes))


def statement(notes: str, kept: int = 0, **amounts: int) -> Statement:
    """Give a count of every tender, those not named with nothing."""
    stated: Mapping[str, int] = {**dict.fromkeys(OTHERS, 0), **amounts}
    return Statement(read_denominations(notes), stated, kept)


def count(hall: OpenHall, clerk: str, notes: str, kept: int = 0, **amounts: int) -> Shift:
    """Declare."""
    with hall.work(clerk) as uow:
        return declare(
            uow, hall=hall.hall, clerk=clerk, statement=statement(notes, kept, **amounts)
        )


def evening(hall: OpenHall, date: dt.date = DAY) -> dict[tuple[str, str], tuple[object, object]]:
    """Run the audit; gives the findings of cash that hold: (check, subject) -> amounts."""
    with hall.work(RUNNER) as uow:
        run_day_in(uow, hall.hall.code, date)
        rows = uow.session.scalars(
            select(Finding).where(
                Finding.hall_id == hall.id,
                Finding.business_date == date,
                Finding.state != "recalculated",
                Finding.check_code.like("C%"),
            )
        )
        return {(one.check_code, one.subject): (one.expected, one.found) for one in rows}
