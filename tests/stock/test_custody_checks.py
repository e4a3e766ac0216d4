"""G02, G03, G06 and G08: sold by whom, sold twice, lent too long, sold though not for sale."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ledger.documents import DOCUMENT_KINDS, Line, draft_document
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.papers import load_paper
from tests.builders import (
    DAY,
    LOADER,
    OpenHall,
    phone,
    phone_lines,
    place,
    submit,
)
from tests.ledger.audit.evidence_days import at, day, facts, findings, put
from tests.stock.goods_days import (
    NONE,
    give,
    goods,
    item_of,
    set_limit,
    share_counter,
    sold,
    sold_pieces,
)


def _back(txn_no: str, serial: str, **cells: Any) -> dict[str, Any]:
    return sold(txn_no, serial, -129900, line_kind="refund", **cells)


@pytest.mark.parametrize(
    ("where", "clerk", "found"),
    [
        ("clerk A01", "A01", False),
        ("clerk A02", "A01", True),
        ("store", "A01", True),
        ("counter G01", "A01", False),
        ("counter G02", "A01", True),
    ],
)
def test_a_serial_is_sold_from_ones_own_hands_or_ones_counter(
    hall: OpenHall, where: str, clerk: str, found: bool
) -> None:
    (one,) = hall.serials(1)
    share_counter(hall, "A01", "A02")
    share_counter(hall, "A02", counter="G02")
    give(hall, where, one)
    put(hall, "accounts", sold("T1", one, clerk=clerk))
    assert goods(hall) == ({("G02", f"serial:{clerk}/{one}"): NONE} if found else {})


def test_a_correction_brings_back_and_sells_as_it_says(hall: OpenHall) -> None:
    wrong, right = hall.serials(2)
    give(hall, "clerk A01", wrong, right)
    corrects: dict[str, Any] = {"line_kind": "correction", "accepted_at": at("11:00")}
    put(
        hall,
        "accounts",
        sold("T1", wrong),
        sold("T2", wrong, -129900, **corrects),
        sold("T2", right, line_no=2, **corrects),
        sold("T3", wrong, accepted_at=at("12:00")),
    )
    assert goods(hall) == {}
    put(hall, "accounts", sold("T4", right, accepted_at=at("13:00")))
    assert goods(hall) == {("G03", f"serial:A01/{right}"): NONE}


def test_a_deposit_for_a_handset_does_not_sell_it(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one, deposit=1), sold("T2", one, accepted_at=at("12:00")))
    assert goods(hall) == {}


def test_a_serial_nobody_has_is_in_nobodys_hands(hall: OpenHall) -> None:
    put(hall, "accounts", sold("T1", f"{hall.hall.code}-none"))
    assert goods(hall) == {("G02", f"serial:A01/{hall.hall.code}-none"): NONE}
    assert facts(hall, "G02", f"serial:A01/{hall.hall.code}-none")["held_at"] == "/"


def test_who_took_a_handset_back_may_sell_it_and_nobody_else(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    give(hall, "clerk A01", one, two)
    put(
        hall,
        "accounts",
        sold("T1", one),
        _back("T2", one, clerk="A02", accepted_at=at("11:00")),
        sold("T3", one, clerk="A02", accepted_at=at("12:00")),
        sold("T4", two),
        _back("T5", two, clerk="A02", accepted_at=at("11:00")),
        sold("T6", two, clerk="A01", accepted_at=at("12:00")),
    )
    assert goods(hall) == {("G02", f"serial:A01/{two}"): NONE}


def test_a_loan_between_clerks_that_both_confirmed_is_only_told(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A02", one)
    with hall.work("A02") as uow:
        document = draft_document(uow, hall_id=hall.id, kind="borrow", business_date=DAY)
        lines = phone_lines(uow, hall, "clerk A02 > clerk A01", [one])
        advance(uow, document, "submit", lines=lines, confirm_by=("A01",))
    assert DOCUMENT_KINDS["borrow"].posts_when_signed
    with hall.work("A01") as uow:
        advance(uow, document, "approve")
    put(hall, "accounts", sold("T1", one))
    assert goods(hall) == {("G02", f"serial:A01/{one}"): NONE}
    assert [f.severity for f in findings(hall) if f.check_code == "G02"] == ["note"]


@pytest.mark.parametrize("later", ["T2", "T0"])
def test_sold_twice_names_the_later_sale(hall: OpenHall, later: str) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one), sold(later, one, accepted_at=at("11:00")))
    assert goods(hall) == {("G03", f"serial:A01/{one}"): NONE}
    assert facts(hall, "G03", f"serial:A01/{one}")["txn_no"] == later


def test_sold_taken_back_and_sold_again_is_in_order(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(
        hall,
        "accounts",
        sold("T1", one),
        _back("T2", one, accepted_at=at("10:30")),
        sold("T3", one, accepted_at=at("11:00")),
    )
    assert goods(hall) == {}


def test_two_lines_of_one_transaction_are_one_sale(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one), sold("T1", one, 0, line_no=2))
    assert goods(hall) == {}


def test_sold_again_days_later_under_its_other_name(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    with hall.work() as uow:
        names = (("sn", f"SN-{one}"),)
        ends = (place(uow, hall, "clerk A01"), place(uow, hall, "supplier"))
        submit(uow, hall, "receipt", [Line(phone(uow), *ends, 1, one, names=names)])
    old = day(-30)
    put(hall, "accounts", sold("T1", one, accepted_at=at("10:00", date=old)), date=old)
    put(hall, "accounts", sold("T2", f"SN-{one}"))
    assert goods(hall) == {("G03", f"serial:A01/SN-{one}"): NONE}


def test_sold_tomorrow_is_tomorrows_finding(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one))
    put(hall, "accounts", sold("T2", one, accepted_at=at("10:00", date=day(1))), date=day(1))
    assert goods(hall) == {}
    assert goods(hall, date=day(1)) == {("G03", f"serial:A01/{one}"): NONE}


def _lend(hall: OpenHall, serial: str, on: dt.date, *, due_on: str = "", where: str) -> None:
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [on])
    with hall.work() as uow:
        lines = phone_lines(uow, hall, f"{where} > borrower", [serial])
        document = draft_document(uow, hall_id=hall.id, kind="lend", business_date=on)
        advance(uow, document, "submit", lines=lines, facts={"due_on": due_on})


@pytest.mark.parametrize(
    ("lent", "due_on", "overdue"),
    [
        (-15, "", False),
        (-16, "", True),
        (-1, day(-1).isoformat(), True),
        (-1, DAY.isoformat(), False),
        (-60, day(1).isoformat(), False),
    ],
)
def test_a_loan_is_overdue_after_its_date(
    hall: OpenHall, lent: int, due_on: str, overdue: bool
) -> None:
    (one,) = hall.serials(1)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [day(lent)])
    give(hall, "clerk A01", one, day=day(lent))
    _lend(hall, one, day(lent), due_on=due_on, where="clerk A01")
    assert goods(hall) == ({("G06", f"serial:A01/{one}"): NONE} if overdue else {})


def test_the_hall_may_lend_for_longer_and_loaded_slips_count_from_their_paper(
    hall: OpenHall,
) -> None:
    one, two = hall.serials(2)
    give(hall, "store", one, two)
    for number, (serial, ago) in enumerate(((one, 20), (two, 31)), 1):
        with hall.work(LOADER) as uow:
            lines = phone_lines(uow, hall, "store > borrower", [serial])
            load_paper(
                uow,
                hall=hall.hall,
                kind="lend",
                paper_no=f"JC{number}",
                paper_date=day(-ago),
                lines=lines,
            )
    set_limit(hall, "loan_days", 30)
    assert goods(hall) == {("G06", f"serial:store/{two}"): NONE}


def test_what_came_back_is_not_overdue_from_then_on(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    old = day(-30)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [old, day(-1)])
    give(hall, "store", one, day=old)
    _lend(hall, one, old, where="store")
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "borrower > store", [one])
        submit(uow, hall, "take_back", lines)
    assert goods(hall) == {}
    assert goods(hall, date=day(-1)) == {("G06", f"serial:store/{one}"): NONE}


@pytest.mark.parametrize(
    ("category", "fen", "found"),
    [
        ("handset", 100, False),
        ("test_card", 100, True),
        ("test_card", 0, True),
        ("loaner", 100, True),
        ("loaner", 0, True),
    ],
)
def test_units_that_are_not_for_sale(hall: OpenHall, category: str, fen: int, found: bool) -> None:
    (one,) = hall.serials(1)
    code = f"{category}{hall.id}"
    item_of(hall, code, category)
    give(hall, "clerk A01", one, item=code)
    put(hall, "accounts", sold("T1", one, fen, item=code))
    assert goods(hall) == ({("G08", f"serial:A01/{one}"): NONE} if found else {})


@pytest.mark.parametrize(
    ("category", "fen", "found"),
    [
        ("gift", 500, True),
        ("gift", 0, False),
        ("promotional", 500, True),
        ("promotional", 0, False),
        ("accessory", 500, False),
    ],
)
def test_what_is_given_may_not_be_sold(
    hall: OpenHall, category: str, fen: int, found: bool
) -> None:
    code = f"{category}{hall.id}"
    item_of(hall, code, category, "quantity")
    put(hall, "accounts", sold_pieces("T1", 1, fen, code))
    assert goods(hall) == ({("G08", f"item:A01/{code}"): NONE} if found else {})


def test_a_loan_handset_sold_as_another_item_is_known_by_its_serial(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    code = f"L{hall.id}"
    item_of(hall, code, "loaner")
    give(hall, "clerk A01", one, item=code)
    put(hall, "accounts", sold("T1", one, item=code, form_no=""))
    assert ("G08", f"serial:A01/{one}") in goods(hall)
