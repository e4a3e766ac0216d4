"""Customers' handsets in our care, whoever sold them: a receipt and a due date, never our stock."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.posting_errors import IdentifierTaken
from ledger.verify import verify_hall
from stock.errors import NotOurSale
from stock.loans import goods_in_care, loans_out
from stock.move_rules import guarantee_after
from stock.moves import MoveLine
from stock.scan_reading import read_code
from stock.scan_verdicts import judge_scans
from stock.sheet_rules import rule_of_sheet
from tests.builders import DAY, OpenHall
from tests.observing import held, refused, whereabouts
from tests.stock.moving import campaign, facts, know_goods, move, new_imei, stock

STATED = {"customer": "赵六", "condition": "碎屏", "due_on": "2026-11-25"}


def sold(hall: OpenHall, serial: str, code: str) -> None:
    """Let a handset leave to a customer."""
    stock(hall, "P1", [serial])
    move(hall, "draw", MoveLine("", 0, serial, holder="A01"))
    campaign(hall, code, 99)
    move(hall, "gift", MoveLine("", 0, serial), form_no="1", campaign=code, recipient=serial)


def test_stk_02_a_handset_sold_by_another_hall_is_taken_into_care(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    serial, further = new_imei(), new_imei()
    sold(other_hall, serial, "CARE2")
    with refused(hall, NotOurSale):
        move(hall, "into_care", MoveLine("P1", 1, serial), who="A01", **STATED)
    taken = move(hall, "into_care", MoveLine("CH", 1, serial), who="A01", **STATED)
    assert facts(hall, taken.number)["sold_by"] == other_hall.hall.code
    assert (held(hall)["care", "CH"], whereabouts(hall)[serial]) == (1, "care")
    # The hall that sold it still knows it by its number, and may take it in itself another day.
    assert whereabouts(other_hall)[serial] == "customer"
    move(hall, "out_of_care", MoveLine("", 0, serial), who="A01", condition="已修好")
    assert whereabouts(hall)[serial] == "owner"
    move(other_hall, "into_care", MoveLine("", 0, serial), who="A01", **STATED)
    assert whereabouts(other_hall)[serial] == "care"
    # It may come back here, by its second number too.
    second = MoveLine("CH", 1, further, names=(("imei", serial),))
    with refused(hall, IdentifierTaken):
        move(hall, "into_care", second, who="A01", **STATED)
    move(hall, "into_care", MoveLine("", 0, serial), who="A01", **STATED)
    with hall.read() as uow:
        assert not list(verify_hall(uow, hall.hall))


def test_two_halls_may_have_had_the_same_phone_in_their_care(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    know_goods(hall)
    phone = MoveLine("CH", 1, new_imei())
    for one in (other_hall, hall):
        move(one, "into_care", phone, who="A01", **STATED)
    assert whereabouts(hall)[phone.serial] == "care"


def test_what_is_on_hand_here_is_no_customers(hall: OpenHall, other_hall: OpenHall) -> None:
    ours, theirs = new_imei(), new_imei()
    stock(hall, "P1", [ours])
    sold(other_hall, theirs, "CARE3")
    with refused(hall, IdentifierTaken):
        move(hall, "into_care", MoveLine("CH", 1, ours), who="A01", **STATED)
    with hall.read("A01") as uow:
        rule = rule_of_sheet(uow, hall.hall, "into_care", {"item": "CH"})
        codes = [ours, theirs, new_imei(), "86"]
        judged = judge_scans(uow, hall.hall, [read_code(one) for one in codes], rule)
    assert [one.verdict for one in judged[:3]] == ["wrong_place", "good", "good"]
    assert judged[1].note is not None
    assert judged[1].item == "CH"


def test_stk_07_a_repair_that_takes_more_than_sixty_days_is_an_exchange(hall: OpenHall) -> None:
    know_goods(hall)
    serial = new_imei()
    move(hall, "into_care", MoveLine("CH", 1, serial), who="A01", **STATED)
    with hall.read("A01") as uow:
        (one,) = goods_in_care(uow, hall.hall)
    assert (one.serial, one.customer, one.lent_on) == (serial, "赵六", DAY)
    assert one.days_late(dt.date(2026, 11, 27)) == 2
    assert not one.exchange_due(DAY + dt.timedelta(days=60))
    assert one.exchange_due(DAY + dt.timedelta(days=61))
    with hall.read("A01") as uow:
        assert loans_out(uow, hall.hall) == []


@pytest.mark.parametrize(
    ("days", "grants"),
    [(6, "refund"), (7, "refund"), (8, "exchange"), (15, "exchange"), (16, "repair")],
)
def test_stk_07_the_three_guarantees_count_from_the_day_after_the_sale(
    days: int, grants: str
) -> None:
    assert guarantee_after(days) == grants
