"""Price labels as DOMAIN STK-09 has them: tasks, confirmations, one price, struck prices."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ledger.errors import BackofficeError
from ledger.events import Event
from ledger.permissions import NotPermitted
from stock.items import set_item
from stock.label_tasks import confirm_labels, open_tasks
from stock.labels import labels_to_print, list_positions, place_label
from stock.price_errors import (
    LabelIncomplete,
    NoStruckPrice,
    NothingToConfirm,
    StruckPriceTooHigh,
    TooEarlyToConfirm,
    UnknownLabel,
    VariantsUnderOneLabel,
)
from stock.price_setting import NewPrice, set_prices
from stock.struck_prices import struck_limit, struck_price
from tests.builders import OpenHall
from tests.ledger.audit.evidence_days import of, run
from tests.stock.labelled_goods import (
    A_DAY,
    CHANGE,
    TODAY,
    change_price,
    label,
    moment,
    sell,
    variants,
)


def _confirm(
    hall: OpenHall, position: str, day: object, *, who: str = "A01", hour: int = 8
) -> None:
    with hall.work(who, now=moment(day, hour)) as uow:  # type: ignore[arg-type]
        confirm_labels(uow, hall=hall.hall, labels=[(position, day)])  # type: ignore[list-item]


def test_stk_09_a_price_change_asks_for_a_label_at_every_position(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    label(hall, "G2-07", item)
    assert change_price(hall, item, 279900) == 2
    with hall.read() as uow:
        asked = [t for t in open_tasks(uow, hall.id) if t.valid_from == CHANGE]
    assert [(t.position, t.price_fen, t.due_at) for t in asked] == [
        ("G1-01", 279900, moment(CHANGE, 9)),
        ("G2-07", 279900, moment(CHANGE, 9)),
    ]


def test_stk_09_a_label_not_confirmed_at_ten_is_overdue(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    change_price(hall, item, 279900)
    for hour, late in ((8, False), (10, True)):
        with hall.work("A01", now=moment(CHANGE, hour)) as uow:
            task = next(t for t in open_tasks(uow, hall.id) if t.valid_from == CHANGE)
            assert task.overdue is late


def test_stk_09_who_confirmed_a_label_and_when_is_an_event(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    change_price(hall, item, 279900)
    _confirm(hall, "G1-01", CHANGE)
    with hall.read() as uow:
        assert open_tasks(uow, hall.id) == []
        event = uow.session.scalars(
            select(Event).where(Event.hall_id == hall.id, Event.act == "label.confirmed")
        ).one()
        (position,) = list_positions(uow, hall.id)
        assert event.subject == "label:G1-01"
        assert event.actor == hall.people["A01"].label
        assert event.at == moment(CHANGE, 8)
        assert json.loads(event.facts)["late"] is False
        assert position.shown_fen == 279900


def test_stk_09_a_label_is_confirmed_once(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    change_price(hall, item, 279900)
    _confirm(hall, "G1-01", CHANGE)
    with pytest.raises(NothingToConfirm):
        _confirm(hall, "G1-01", CHANGE, who="A02")


def test_a_label_is_not_changed_days_before_its_price_begins(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    change_price(hall, item, 279900)
    with (
        pytest.raises(TooEarlyToConfirm),
        hall.work("A01", now=moment(CHANGE - 2 * A_DAY, 20)) as uow,
    ):
        confirm_labels(uow, hall=hall.hall, labels=[("G1-01", CHANGE)])
    with hall.work("A01", now=moment(CHANGE - A_DAY, 20)) as uow:
        confirm_labels(uow, hall=hall.hall, labels=[("G1-01", CHANGE)])


def test_stk_09_a_sale_above_the_label_after_the_change_is_refused_by_the_audit(
    hall: OpenHall,
) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 279900)
    eve = CHANGE - A_DAY
    sell(hall, item, [(eve, "2999.00"), (CHANGE, "2999.00"), (CHANGE, "2799.00")])
    assert of(run(hall, date=eve), "G04") == {}
    above = f"txn:T{CHANGE:%Y%m%d}2"
    assert of(run(hall, date=CHANGE), "G04") == {("G04", above): (279900, 299900)}


def test_stk_09_the_struck_price_is_at_most_the_lowest_of_seven_days(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 259900)
    sell(
        hall,
        item,
        [
            (CHANGE - 8 * A_DAY, "2699.00"),
            (CHANGE - 7 * A_DAY, "2899.00"),
            (CHANGE - A_DAY, "2799.00"),
            (CHANGE, "2599.00"),
        ],
    )
    with hall.read() as uow:
        with pytest.raises(StruckPriceTooHigh) as refused:
            struck_price(uow, hall.id, item, CHANGE, wanted_fen=299900)
        assert refused.value.facts["most"] == "2799.00"
        assert struck_price(uow, hall.id, item, CHANGE, wanted_fen=279900) == 279900
        assert struck_price(uow, hall.id, item, CHANGE) == 279900


def test_stk_09_without_sales_in_seven_days_the_last_price_done_compares(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    change_price(hall, item, 259900)
    sell(hall, item, [(CHANGE - 30 * A_DAY, "2699.00"), (CHANGE - 20 * A_DAY, "2999.00")])
    with hall.read() as uow:
        limit = struck_limit(uow, hall.id, item, CHANGE)
        assert limit is not None
        assert (limit.most_fen, limit.since) == (299900, CHANGE - 20 * A_DAY)


def test_stk_09_what_was_never_sold_or_not_reduced_has_no_struck_price(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    with hall.read() as uow, pytest.raises(NoStruckPrice):
        struck_price(uow, hall.id, item, CHANGE)
    sell(hall, item, [(TODAY, "2999.00")])
    with hall.read() as uow, pytest.raises(NoStruckPrice):
        struck_price(uow, hall.id, item, CHANGE)


def test_stk_09_two_variants_of_different_prices_under_one_label_are_refused(
    hall: OpenHall,
) -> None:
    small, large = variants(hall, 199900, 229900)
    with pytest.raises(VariantsUnderOneLabel):
        label(hall, "G1-01", small, large)
    label(hall, "G1-01", small)
    label(hall, "G1-02", large)


def test_stk_09_variants_that_share_a_label_change_their_price_together(hall: OpenHall) -> None:
    small, large = variants(hall, 199900, 199900)
    label(hall, "G1-01", small, large)
    with pytest.raises(VariantsUnderOneLabel):
        change_price(hall, large, 229900)
    with hall.work("M01") as uow:
        both = [NewPrice(item, 189900, CHANGE) for item in (small, large)]
        assert set_prices(uow, hall=hall.hall, prices=both) == 1


def test_stk_09_a_label_says_what_the_law_asks(hall: OpenHall) -> None:
    small, large = variants(hall, 199900, 199900)
    label(hall, "G1-01", small, large)
    with hall.read("A01") as uow:
        (said,) = labels_to_print(uow, hall=hall.hall, on=TODAY, positions=["G1-01"])
    assert (said.name, said.variant, said.origin) == ("畅行 10", "128G/256G", "深圳")
    assert (said.unit, said.price_fen, said.valid_from) == ("台", 199900, TODAY)
    assert said.scan_code == "G1-01@199900"


def test_stk_09_a_label_without_unit_of_sale_or_price_is_not_printed(hall: OpenHall) -> None:
    (item,) = variants(hall, 199900)
    with hall.read("A01") as uow, pytest.raises(LabelIncomplete):
        labels_to_print(uow, hall=hall.hall, on=TODAY - A_DAY, items=[item])
    with hall.work() as uow:
        set_item(uow, hall=hall.hall, code=item, attributes={"unit": ""})
    with hall.read("A01") as uow, pytest.raises(LabelIncomplete):
        labels_to_print(uow, hall=hall.hall, on=TODAY, items=[item])


def test_a_price_that_ends_asks_for_the_label_of_the_one_that_comes_back(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    until = CHANGE + 2 * A_DAY
    assert change_price(hall, item, 279900, CHANGE, until) == 2
    with hall.read() as uow:
        asked = {t.valid_from: t.price_fen for t in open_tasks(uow, hall.id)}
    assert asked == {TODAY: 299900, CHANGE: 279900, until + A_DAY: 299900}


def test_other_goods_at_a_position_need_another_label_at_once(hall: OpenHall) -> None:
    small, large = variants(hall, 199900, 229900)
    label(hall, "G1-01", small)
    _confirm(hall, "G1-01", TODAY)
    label(hall, "G1-01", large)
    with hall.read() as uow:
        (task,) = open_tasks(uow, hall.id)
        (position,) = list_positions(uow, hall.id)
    assert (task.valid_from, task.price_fen) == (TODAY, 229900)
    assert not position.right
    label(hall, "G1-01")
    with hall.read() as uow:
        assert open_tasks(uow, hall.id) == []
        with pytest.raises(UnknownLabel):
            labels_to_print(uow, hall=hall.hall, on=TODAY, positions=["G1-01"])


def test_a_change_made_while_the_hall_is_open_is_overdue_at_once(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    _confirm(hall, "G1-01", TODAY)
    change_price(hall, item, 279900, TODAY)
    with hall.work("A01", now=moment(TODAY, 10, 1)) as uow:
        (task,) = open_tasks(uow, hall.id)
    assert task.overdue


@pytest.mark.parametrize("who", ["V01", "X01", "F01"])
def test_who_has_no_goods_confirms_no_label(hall: OpenHall, who: str) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    with pytest.raises(NotPermitted):
        _confirm(hall, "G1-01", TODAY, who=who)


def test_a_clerk_places_no_label(hall: OpenHall) -> None:
    with pytest.raises(NotPermitted), hall.work("A01") as uow:
        place_label(uow, hall=hall.hall, code="G1", items=())


@pytest.mark.parametrize("code", ["", "有中文", "a b", "x" * 33])
def test_a_position_has_a_plain_short_code(hall: OpenHall, code: str) -> None:
    with pytest.raises(BackofficeError), hall.work() as uow:
        place_label(uow, hall=hall.hall, code=code, items=())


def test_one_halls_labels_are_not_anothers(hall: OpenHall, other_hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    with other_hall.read() as uow:
        assert open_tasks(uow, other_hall.id) == []
        assert list_positions(uow, other_hall.id) == []
