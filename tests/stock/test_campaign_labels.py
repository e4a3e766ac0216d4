"""Labels that show a campaign's price, rounds of labels, and prices a hall asks for (STK-09)."""

from __future__ import annotations

import datetime as dt

from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from stock.label_rounds import (
    RoundFinished,
    RoundOpen,
    begin_round,
    finish_round,
    round_results,
    scan_labels,
)
from stock.label_tasks import confirm_labels, open_tasks
from stock.labels import labels_to_print, list_positions
from stock.price_errors import VariantsUnderOneLabel
from stock.price_requests import (
    RequestDecided,
    RequestReasonNeeded,
    ask_price,
    decide_price,
    list_requests,
    withdraw_request,
)
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_in_force
from tests.builders import OpenHall
from tests.observing import refused
from tests.stock.labelled_goods import A_DAY, CHANGE, TODAY, change_price, label, moment, variants

LAST = CHANGE + 5 * A_DAY
SALE = "SPRING"


def campaign_price(
    hall: OpenHall, item: str, fen: int, first: dt.date = CHANGE, last: dt.date | None = LAST
) -> int:
    """Set a campaign's price; gives how many labels have to be changed."""
    with hall.work("M01") as uow:
        return set_prices(uow, hall=hall.hall, prices=[NewPrice(item, fen, first, last, SALE)])


def asked(hall: OpenHall) -> list[tuple[str, dt.date, int]]:
    """Give the labels that wait: position, first day, price."""
    with hall.read() as uow:
        tasks = open_tasks(uow, hall.id)
    return sorted((one.position, one.valid_from, one.price_fen) for one in tasks)


def test_stk_09_a_campaigns_price_asks_for_labels_where_the_label_shows_it(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1", item)
    label(hall, "G2", item, campaign=SALE)
    assert asked(hall) == [("G1", TODAY, 299900), ("G2", TODAY, 299900)]
    # The campaign's label goes up on its first day and comes down the day after its last.
    assert campaign_price(hall, item, 259900) == 2
    after = LAST + A_DAY
    wanted = [("G2", CHANGE, 259900), ("G2", after, 299900)]
    assert [one for one in asked(hall) if one[1] > TODAY] == wanted
    # Everybody's price changes under it: the campaign's label stays, and goes back to the new one.
    change_price(hall, item, 279900, CHANGE + A_DAY)
    later = [one for one in asked(hall) if one[1] > TODAY]
    assert later == [
        ("G1", CHANGE + A_DAY, 279900),
        ("G2", CHANGE, 259900),
        ("G2", after, 279900),
    ]
    with hall.read("A01") as uow:
        two = labels_to_print(uow, hall=hall.hall, on=LAST, positions=["G1", "G2"])
    assert [(one.price_fen, one.valid_from) for one in two] == [
        (279900, CHANGE + A_DAY),
        (259900, CHANGE),
    ]


def test_stk_09_a_campaign_that_ends_earlier_asks_for_its_last_label_anew(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G2", item, campaign=SALE)
    campaign_price(hall, item, 259900)
    campaign_price(hall, item, 249900, CHANGE, CHANGE + A_DAY)
    later = [one for one in asked(hall) if one[1] > TODAY]
    assert later[0] == ("G2", CHANGE, 249900)
    assert ("G2", CHANGE + 2 * A_DAY) in [one[:2] for one in later]


def test_stk_09_one_label_of_a_campaign_has_one_price_too(hall: OpenHall) -> None:
    small, large = variants(hall, 199900, 199900)
    label(hall, "G1", small, large, campaign=SALE)
    with refused(hall, VariantsUnderOneLabel):
        campaign_price(hall, large, 189900)


def test_stk_09_a_round_of_the_labels_finds_what_is_wrong_and_what_is_missing(
    hall: OpenHall,
) -> None:
    small, large, third = variants(hall, 199900, 229900, 259900)
    for position, item in (("G1", small), ("G2", large), ("G3", third)):
        label(hall, position, item)
    with hall.work("A01", now=moment(TODAY, 8)) as uow:
        confirm_labels(uow, hall=hall.hall, labels=[(p, TODAY) for p in ("G1", "G2", "G3")])
    with hall.work("A01", now=moment(TODAY, 12)) as uow:
        number = begin_round(uow, hall=hall.hall).id
    with refused(hall, RoundOpen), hall.work("A02") as uow:
        begin_round(uow, hall=hall.hall)
    codes = ["G1@199900", "G2@219900", "nowhere", large]
    with hall.work("A01", now=moment(TODAY, 12)) as uow:
        scans = scan_labels(uow, hall=hall.hall, number=number, codes=codes)
        assert [one.verdict for one in scans] == ["right", "wrong_price", "unknown", "unknown"]
    with hall.read("A01") as uow:
        found = {one.position: one.verdict for one in round_results(uow, hall.hall, number)}
    assert found == {"G1": "right", "G2": "wrong_price", "G3": "missing"}
    with hall.work("A01", now=moment(TODAY, 13)) as uow:
        finish_round(uow, hall=hall.hall, number=number)
    # What was not as it should be waits to be changed, though somebody had confirmed it.
    assert asked(hall) == [("G2", TODAY, 229900), ("G3", TODAY, 259900)]
    with hall.read() as uow:
        assert [one.right for one in list_positions(uow, hall.id)] == [True, False, False]
    with refused(hall, RoundFinished), hall.work("A01") as uow:
        scan_labels(uow, hall=hall.hall, number=number, codes=["G3@259900"])


def test_stk_09_a_hall_asks_for_a_price_and_the_department_grants_it(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1", item)
    wanted = NewPrice(item, 279900, CHANGE)
    with refused(hall, RequestReasonNeeded), hall.work("K01") as uow:
        ask_price(uow, hall=hall.hall, price=wanted, reason=" ")
    with hall.work("K01") as uow:
        number = ask_price(uow, hall=hall.hall, price=wanted, reason="对面降价")
    for who in ("K01", "M01", "A01"):
        with refused(hall, NotPermitted), hall.work(who) as uow:
            decide_price(uow, hall=hall.hall, number=number, grant=True)
    with hall.work("S01") as uow:
        assert decide_price(uow, hall=hall.hall, number=number, grant=True) == 1
    with hall.read("K01") as uow:
        assert price_in_force(uow, hall.id, item, CHANGE) == 279900
        (told,) = list_requests(uow, hall.hall)
    assert (told.state, told.reason, bool(told.decided_by)) == ("granted", "对面降价", True)
    with refused(hall, RequestDecided), hall.work("S01") as uow:
        decide_price(uow, hall=hall.hall, number=number, grant=False, reason="不行")


def test_stk_09_a_request_refused_or_withdrawn_changes_no_price(hall: OpenHall) -> None:
    (item,) = variants(hall, 299900)
    with hall.work("M01") as uow:
        wanted = NewPrice(item, 279900, CHANGE)
        first, second = (
            ask_price(uow, hall=hall.hall, price=wanted, reason="竞争") for _ in range(2)
        )
    with refused(hall, RequestReasonNeeded), hall.work("S01") as uow:
        decide_price(uow, hall=hall.hall, number=first, grant=False)
    with hall.work("S01") as uow:
        decide_price(uow, hall=hall.hall, number=first, grant=False, reason="不低于成本")
    with hall.work("M01") as uow:
        withdraw_request(uow, hall=hall.hall, number=second)
    with hall.read("K01") as uow:
        assert price_in_force(uow, hall.id, item, CHANGE) == 299900
        states = [(one.state, one.answer) for one in list_requests(uow, hall.hall)]
    assert states == [("withdrawn", ""), ("refused", "不低于成本")]
    assert MakerIsChecker.code == "maker_is_checker"
