"""Daily sales documents: what fits leaves custody, the rest stays unconfirmed with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from backoffice.audit_work import run_day_in
from ledger.actors import Employment
from ledger.documents import Document, Line, facts_of, lines_of
from ledger.hall_days import HallDay, open_days
from ledger.units import find_units
from ledger.verify import verify_hall
from stock.sold_goods import judge_lines
from tests.builders import DAY, LOADER, OpenHall, phone, phone_lines, place, submit
from tests.ledger.audit.evidence_days import RUNNER, at, day, line, put
from tests.stock.goods_days import (
    give,
    give_pieces,
    goods,
    share_counter,
    sold,
    sold_pieces,
)
from tests.stock.moving import new_imei


def _audit(hall: OpenHall, who: str | None = None, *, date: dt.date = DAY) -> None:
    with hall.work(who or RUNNER) as uow:
        run_day_in(uow, hall.hall.code, date)


def _sales(hall: OpenHall, state: str = "posted") -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Give the documents of a state: clerk, and (from, to, pieces) or serial of each line."""
    with hall.read(RUNNER) as uow:
        documents = uow.session.scalars(
            select(Document)
            .where(Document.hall_id == hall.id, Document.kind == "sale", Document.state == state)
            .order_by(Document.id)
        ).all()
        return [
            (
                facts_of(uow, document)["clerk"],
                sorted(
                    (f"{one.credit.kind} {one.credit.holder}".strip(), one.serial, one.quantity)
                    for one in lines_of(uow, document)
                ),
            )
            for document in documents
        ]


def _place(hall: OpenHall, serial: str) -> str:
    with hall.read(RUNNER) as uow:
        from ledger.accounts import Account

        (unit,) = find_units(uow, serial)
        account = uow.session.get_one(Account, (hall.id, unit.account_id))
        return f"{account.kind} {account.holder}".strip()


def _reasons(hall: OpenHall) -> dict[str, str]:
    with hall.read(RUNNER) as uow:
        lines = judge_lines(uow, [(hall.id, DAY)]).get((hall.id, DAY), [])
        return {line.txn_no: line.reason for line in lines}


def _sound(hall: OpenHall) -> None:
    with hall.read(RUNNER) as uow:
        assert verify_hall(uow, hall.hall) == []


def test_what_each_clerk_sold_leaves_his_custody_in_one_document(hall: OpenHall) -> None:
    one, two, three = hall.serials(3)
    share_counter(hall, "A01", "A02")
    give(hall, "clerk A01", one)
    give(hall, "counter G01", two)
    give(hall, "clerk A02", three)
    give_pieces(hall, "clerk A01", 5)
    put(hall, "accounts", sold("T1", one), sold("T2", two), sold_pieces("T3", 2))
    put(hall, "accounts", sold_pieces("T4", 1), sold("T5", three, clerk="A02"))
    _audit(hall)
    assert _sales(hall) == [
        ("A01", [("clerk A01", "", 3), ("clerk A01", one, 1), ("counter G01", two, 1)]),
        ("A02", [("clerk A02", three, 1)]),
    ]
    assert _place(hall, one) == _place(hall, two) == "customer"
    _sound(hall)


def test_stk_02_a_sale_by_the_second_imei_sells_the_unit_and_the_first_is_sold(
    hall: OpenHall,
) -> None:
    first, second = new_imei(), new_imei()
    with hall.work() as uow:
        names = (("imei", second),)
        ends = (place(uow, hall, "clerk A01"), place(uow, hall, "supplier"))
        submit(uow, hall, "receipt", [Line(phone(uow), *ends, 1, first, names=names)])
    put(hall, "accounts", sold("T1", second))
    _audit(hall)
    assert _place(hall, first) == _place(hall, second) == "customer"
    put(hall, "accounts", sold("T2", first, accepted_at=at("11:00")))
    assert _reasons(hall) == {"T1": "", "T2": "already_sold"}


def test_running_again_changes_nothing(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one))
    put(hall, "counts", {"clerk": "A01", "item": "P1", "serial": "", "quantity": 0})
    _audit(hall)
    _audit(hall, "J01")
    assert len(_sales(hall)) == 1
    assert _sales(hall, "reversed") == []
    assert goods(hall) == {}


def test_replaced_evidence_is_reversed_and_made_anew(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    give(hall, "clerk A01", one, two)
    batch = put(hall, "accounts", sold("T1", one))
    _audit(hall)
    put(hall, "accounts", sold("T1", two), replaces=batch)
    _audit(hall, "M01")
    assert (_place(hall, one), _place(hall, two)) == ("clerk A01", "customer")
    assert len(_sales(hall, "reversed")) == 1
    assert _sales(hall) == [("A01", [("clerk A01", two, 1)])]
    _sound(hall)


def test_evidence_that_is_withdrawn_leaves_no_sale(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    batch = put(hall, "accounts", sold("T1", one))
    _audit(hall)
    put(hall, "accounts", line("T2", 100), replaces=batch)
    _audit(hall)
    assert _sales(hall) == []
    assert _place(hall, one) == "clerk A01"


def test_what_contradicts_the_books_stays_unconfirmed(hall: OpenHall) -> None:
    mine, theirs, kept, gone = hall.serials(4)
    give(hall, "clerk A01", mine)
    give(hall, "clerk A02", theirs)
    give(hall, "store", kept)
    give_pieces(hall, "clerk A01", 2)
    put(
        hall,
        "accounts",
        sold("T1", mine),
        sold("T2", theirs),
        sold("T3", kept),
        sold("T4", f"{gone}-none"),
        sold("T5", mine, accepted_at=at("11:00")),
        sold("T6", "", accepted_at=at("11:00")),
        sold_pieces("T7", 3),
        sold_pieces("T8", 2, accepted_at=at("12:00")),
        sold_pieces("T9", 1, item=f"none{hall.id}"),
        sold("TA", theirs, -100, line_kind="refund", accepted_at=at("13:00")),
    )
    _audit(hall)
    assert _reasons(hall) == {
        "T1": "",
        "T2": "elsewhere",
        "T3": "elsewhere",
        "T4": "unknown_serial",
        "T5": "already_sold",
        "T6": "no_serial",
        "T7": "too_few",
        "T8": "",
        "T9": "unknown_item",
        "TA": "not_sold",
    }
    assert _sales(hall) == [("A01", [("clerk A01", "", 2), ("clerk A01", mine, 1)])]
    _sound(hall)


def test_what_comes_back_is_with_the_clerk_who_took_it(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    give(hall, "clerk A01", one, two)
    put(hall, "accounts", sold("T1", one), sold("T2", two))
    back = {"line_kind": "refund", "accepted_at": at("11:00")}
    put(hall, "accounts", sold("T3", one, -100, clerk="A02", **back), sold("T4", two, -100, **back))
    _audit(hall)
    assert _place(hall, one) == "clerk A02"
    assert _place(hall, two) == "clerk A01"
    _audit(hall)
    assert len(_sales(hall)) == 2
    _sound(hall)


def test_what_comes_back_days_later(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [day(-1)])
    give(hall, "clerk A01", one, day=day(-1))
    yesterday = {"accepted_at": at("10:00", date=day(-1))}
    put(hall, "accounts", sold("T1", one, **yesterday), date=day(-1))
    _audit(hall, date=day(-1))
    put(hall, "accounts", sold("T2", one, -129900, line_kind="refund", clerk="A02"))
    _audit(hall)
    assert _place(hall, one) == "clerk A02"
    _audit(hall, date=day(-1))
    assert len(_sales(hall)) == 2
    assert goods(hall, date=day(-1)) == {}
    _sound(hall)


def test_a_counters_handset_given_back_to_a_clerk_is_with_him(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    share_counter(hall, "A01", "A02")
    give(hall, "counter G01", one)
    put(
        hall,
        "accounts",
        sold("T1", one),
        sold("T1", one, -129900, line_no=2, line_kind="reversal", accepted_at=at("10:05")),
    )
    _audit(hall)
    assert _place(hall, one) == "clerk A01"
    put(hall, "counts", {"clerk": "A01", "item": "P1", "serial": one, "quantity": 1})
    assert goods(hall) == {}


def test_a_persons_two_numbers_are_one_seller(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    with hall.work(LOADER) as uow:
        first = uow.session.get_one(Employment, (hall.id, "A01"))
        other = Employment(
            hall_id=hall.id, number="A91", person_id=first.person_id, valid_from=first.valid_from
        )
        uow.session.add(other)
    give(hall, "clerk A01", one)
    back = {"line_kind": "refund", "accepted_at": at("10:30"), "clerk": "A91"}
    put(hall, "accounts", sold("T1", one), sold("T2", one, -129900, **back))
    put(hall, "accounts", sold("T3", one, accepted_at=at("11:00")))
    put(hall, "counts", {"clerk": "A91", "item": "P1", "serial": "", "quantity": 0})
    _audit(hall)
    assert _place(hall, one) == "customer"
    assert goods(hall) == {}
    _sound(hall)


def test_sold_given_back_and_returned_to_the_store_is_in_order(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    with hall.work() as uow:
        submit(uow, hall, "return", phone_lines(uow, hall, "clerk A01 > store", [one]))
    back = {"line_kind": "refund", "accepted_at": at("11:00")}
    put(hall, "accounts", sold("T1", one), sold("T2", one, -129900, **back))
    put(hall, "counts", {"clerk": "", "item": "P1", "serial": one, "quantity": 1})
    _audit(hall)
    assert _reasons(hall) == {"T1": "undone", "T2": "undone"}
    assert goods(hall) == {}


def test_a_deposit_for_a_handset_does_not_sell_it(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one, 50000, deposit=1))
    _audit(hall)
    assert _sales(hall) == []
    assert _place(hall, one) == "clerk A01"


def test_goods_that_moved_on_cannot_be_sold_in_the_past(hall: OpenHall) -> None:
    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [day(1)])
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "clerk A01 > store", [one])
        submit(uow, hall, "return", lines, day=day(1))
    put(hall, "accounts", sold("T1", one))
    _audit(hall)
    assert _reasons(hall) == {"T1": "moved_since"}
    assert _sales(hall) == []


@pytest.mark.parametrize("frozen", [{"audit_status": "audited"}, {"hall_status": "submitted"}])
def test_a_day_that_is_signed_is_left_alone(hall: OpenHall, frozen: dict[str, str]) -> None:
    from stock.sales import post_daily_sales

    (one,) = hall.serials(1)
    give(hall, "clerk A01", one)
    put(hall, "accounts", sold("T1", one))
    with hall.work(RUNNER) as uow:
        stored = uow.session.get_one(HallDay, (hall.id, DAY))
        for name, value in frozen.items():
            setattr(stored, name, value)
        uow.session.flush()
        assert post_daily_sales(uow, days=[(hall.hall, DAY)]) == 0
    assert _sales(hall) == []


def test_a_day_without_goods_writes_nothing(hall: OpenHall) -> None:
    put(hall, "accounts", line("T1", 5000))
    _audit(hall)
    assert _sales(hall) == []
