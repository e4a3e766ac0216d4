"""Documents of use: what the register names leaves custody once, and follows the register."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from invoices.models import InvoiceBook
from ledger.hall_days import HallDay, open_days
from ledger.verify import verify_hall
from tests.builders import DAY, LOADER, OpenHall
from tests.invoices.form_days import documents, post, receive, states, used, void
from tests.ledger.audit.evidence_days import RUNNER, at, day, put


def test_registered_numbers_leave_custody_as_runs(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    receive(hall, "00000101", "00000110", "A02")
    rows = [used(hall, f"{n:08d}") for n in (1, 2, 3, 5, 101)]
    put(hall, "invoices", *rows, void(hall, "00000004"), used(hall, "00000006", -100, "red"))
    assert post(hall) == 1
    assert documents(hall) == [
        (
            DAY,
            [
                "00000001-00000003 clerk A01>issued",
                "00000004-00000004 clerk A01>void",
                "00000005-00000005 clerk A01>issued",
                "00000006-00000006 clerk A01>red",
                "00000101-00000101 clerk A02>issued",
            ],
        )
    ]
    assert post(hall) == 0, "what agrees is left alone"
    with hall.read(RUNNER) as uow:
        assert verify_hall(uow, hall.hall) == []


def test_later_numbers_are_a_further_document(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001"))
    post(hall)
    put(hall, "invoices", used(hall, "00000002"))
    assert post(hall) == 1
    assert [lines for _, lines in documents(hall)] == [
        ["00000001-00000001 clerk A01>issued"],
        ["00000002-00000002 clerk A01>issued"],
    ]
    assert documents(hall, "reversed") == []


def test_an_issued_number_that_becomes_void_moves_on(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001"), used(hall, "00000002"))
    post(hall)
    put(hall, "invoices", void(hall, "00000001", issued_at=at("15:00")))
    assert post(hall) == 1
    assert documents(hall)[1][1] == ["00000001-00000001 issued>void"]
    assert states(hall)["00000001"] == "void"
    assert post(hall) == 0


def test_inv_06_a_void_that_lacks_a_copy_is_none(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    rows = [void(hall, "00000001", copies_recovered=2), void(hall, "00000002", void_reason="")]
    put(hall, "invoices", *rows, used(hall, "00000003"))
    put(hall, "invoices", void(hall, "00000003", copies_recovered=2, issued_at=at("15:00")))
    post(hall)
    found = states(hall)
    assert [found[f"{n:08d}"] for n in (1, 2, 3)] == ["clerk A01", "clerk A01", "issued"]


def test_changed_evidence_of_an_open_day_is_made_anew(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    batch = put(hall, "invoices", used(hall, "00000001"), used(hall, "00000002"))
    post(hall)
    put(hall, "invoices", used(hall, "00000001"), used(hall, "00000003"), replaces=batch)
    assert post(hall) == 1
    assert len(documents(hall, "reversed")) == 1
    found = states(hall)
    assert [found[f"{n:08d}"] for n in (1, 2, 3)] == ["issued", "clerk A01", "issued"]


def test_a_void_taken_back_is_issued_again(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    batch = put(hall, "invoices", void(hall, "00000001"))
    post(hall)
    assert states(hall)["00000001"] == "void"
    put(hall, "invoices", used(hall, "00000001"), replaces=batch)
    post(hall)
    assert states(hall)["00000001"] == "issued"


def test_signed_and_closed_days_are_left_alone(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    batch = put(hall, "invoices", used(hall, "00000001"))
    post(hall)
    put(hall, "invoices", used(hall, "00000002"), replaces=batch)
    with hall.work(LOADER) as uow:
        uow.session.execute(
            update(HallDay)
            .where(HallDay.hall_id == hall.id, HallDay.business_date == DAY)
            .values(audit_status="audited")
        )
    assert post(hall) == 0
    assert states(hall)["00000001"] == "issued"


def test_numbers_of_later_days_wait_for_theirs(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001", issued_at=at("10:00", date=day(1))), date=day(1))
    assert post(hall) == 0
    assert post(hall, day(1)) == 1
    assert documents(hall)[0][0] == day(1)


def test_use_of_an_earlier_month_is_dated_in_it_while_it_is_open(hall: OpenHall) -> None:
    late, early = dt.date(2026, 12, 2), dt.date(2026, 11, 30)
    receive(hall, "00000001", "00000020", "A01")
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [early])
    rows = [used(hall, "00000001"), used(hall, "00000002", issued_at=at("10:00", date=late))]
    put(hall, "invoices", *rows, date=late)
    assert post(hall, late) == 2
    assert [date for date, _ in documents(hall)] == [early, late]


def test_a_form_that_came_in_later_is_not_used_before(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [day(-1)])
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001", issued_at=at("10:00", date=day(-1))))
    assert post(hall, day(-1)) == 0
    assert post(hall) == 1


def test_inv_07_a_void_of_the_digital_number_is_none(hall: OpenHall) -> None:
    digital = "25440000000012345678"
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001", digital_no=digital))
    post(hall)
    row = void(hall, "00000001", issued_at=at("16:00"))
    put(hall, "invoices", row | {"invoice_code": "", "invoice_no": digital})
    post(hall)
    assert states(hall)["00000001"] == "issued"


def test_the_last_blank_finishes_the_book(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000003", "A01")
    batch = put(hall, "invoices", used(hall, "00000001"), used(hall, "00000002"))
    post(hall)
    assert _finished(hall) is None
    put(hall, "invoices", void(hall, "00000003"))
    post(hall)
    assert _finished(hall) == DAY
    put(hall, "invoices", used(hall, "00000001"), replaces=batch)
    post(hall)
    assert _finished(hall) is None


def _finished(hall: OpenHall) -> dt.date | None:
    with hall.read() as uow:
        return uow.session.scalar(
            select(InvoiceBook.finished_on).where(InvoiceBook.hall_id == hall.id)
        )
