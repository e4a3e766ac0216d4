"""清机: two persons, counted by notes, and the kiosk's own case once its account lines are here."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from sqlalchemy import Engine, select

from ledger.audit.findings import Finding
from ledger.cash.cases import find_case
from ledger.cash.denominations import read_denominations
from ledger.cash.errors import NotAKiosk, ReceiverRefused
from ledger.cash.kiosks import clear_kiosk, clearings_since, kiosks_of
from ledger.cash.moves import reverse_cash, sign_cash
from ledger.cash.tables import KioskClearing
from ledger.enrolment import StaffMember
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.ledger.audit.evidence_days import at, line, put
from tests.ledger.cash.working import evening, sign
from tests.observing import held, refused

KIOSK = StaffMember("Z01", "自助缴费机", ("clerk",), kind="self_service")
_CODES = (f"Z{number:04d}" for number in count(1))
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def hall(cash_engine: Engine) -> OpenHall:
    """Give a hall with a kiosk."""
    return open_hall(cash_engine, next(_CODES), more_staff=[KIOSK])


def clear(
    hall: OpenHall, notes: str, *, who: str = "K01", second: str = "A01", hours: int = 0
) -> str:
    with hall.work(who, now=NOW + hours * HOUR) as uow:
        pieces = read_denominations(notes)
        document = clear_kiosk(uow, hall=hall.hall, kiosk="Z01", notes=pieces, second=second)
        return document.number or ""


def compared(hall: OpenHall) -> list[int | None]:
    with hall.read() as uow:
        return [one.difference_fen for one, _ in clearings_since(uow, hall.hall, DAY)]


def test_a_kiosk_is_cleared_by_two_and_its_cash_is_in_the_safe(hall: OpenHall) -> None:
    with hall.read() as uow:
        assert kiosks_of(uow, hall.hall) == ["Z01"]
    with refused(hall, NotPermitted):
        clear(hall, "100x1", who="A01", second="K01")
    for second in ("K01", "Z01", "X99"):
        with refused(hall, ReceiverRefused):
            clear(hall, "100x1", second=second)
    with refused(hall, NotAKiosk), hall.work("K01") as uow:
        clear_kiosk(uow, hall=hall.hall, kiosk="A01", notes={}, second="A02")
    number = clear(hall, "100x3 50x1")
    assert ("safe takings", "CNY") not in held(hall)
    with refused(hall, NotPermitted):
        sign(hall, "A02", number)
    assert sign(hall, "A01", number).state == "posted"
    assert held(hall)["safe takings", "CNY"] == 350_00
    assert ("drawer Z01", "CNY") not in held(hall)
    assert compared(hall) == [None]


def test_each_clearing_has_what_was_paid_since_the_last_and_its_own_case(hall: OpenHall) -> None:
    def paid(txn_no: str, fen: int, clock: str, date: dt.date = DAY) -> dict[str, object]:
        return line(txn_no, fen, clerk="Z01", accepted_at=at(clock, date=date))

    first = clear(hall, "100x3")
    sign(hall, "A01", first)
    second = clear(hall, "100x1", hours=2)
    sign(hall, "A01", second)
    put(hall, "accounts", paid("T1", 320_00, "09:00"), paid("T2", 80_00, "11:30"))
    # Paid in two ways: of this only what was cash is in the kiosk.
    put(hall, "accounts", paid("T3", 50_00, "11:40"), paid("T4", 40_00, "12:30"))
    put(
        hall,
        "tenders",
        {"txn_no": "T3", "tender": "cash", "tender_ref": "", "amount": 20_00},
        {"txn_no": "T3", "tender": "pos", "tender_ref": "P1", "amount": 30_00},
    )
    found = evening(hall)
    # A kiosk declares nothing and hands nothing in by itself: no finding is made of it.
    assert [key for key in found if "Z01" in key[1]] == []
    assert compared(hall) == [0, -20_00]
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "Z01", "cash")
        assert (case.amount_fen, case.state, case.note) == (-20_00, "open", first)
    assert held(hall)["over_short Z01", "CNY"] == 20_00
    evening(hall)
    assert held(hall)["over_short Z01", "CNY"] == 20_00
    with hall.work("M01") as uow:
        reverse_cash(uow, hall=hall.hall, number=first, reason="点错")
    with hall.read() as uow:
        assert find_case(uow, hall.hall, DAY, "Z01", "cash").state == "vanished"
        assert verify_hall(uow, hall.hall) == []
        assert (
            uow.session.scalars(
                select(Finding).where(Finding.hall_id == hall.id, Finding.check_code == "C05")
            ).all()
            == []
        )
        kept = uow.session.scalars(select(KioskClearing).where(KioskClearing.hall_id == hall.id))
        assert len(kept.all()) == 2
    assert held(hall)["safe takings", "CNY"] == 100_00


def test_a_kiosk_over_several_days_waits_for_the_lines_of_all_of_them(hall: OpenHall) -> None:
    sign(hall, "A01", clear(hall, "0.5x1"))
    next_day = DAY + dt.timedelta(days=1)
    number = clear(hall, "100x5", hours=24)
    with hall.work("A01", now=NOW + 24 * HOUR) as uow:
        sign_cash(uow, hall=hall.hall, number=number)
    put(hall, "accounts", line("T9", 100_00, clerk="Z01", accepted_at=at("09:30", date=next_day)),
        date=next_day)  # fmt: skip
    evening(hall, next_day)
    assert compared(hall) == [None, None]
    put(hall, "accounts", line("T1", 390_00, clerk="Z01", accepted_at=at("20:00")))
    evening(hall)
    assert compared(hall) == [10_00, 50]
