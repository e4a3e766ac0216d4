"""Two people at one label or one price: one confirms it, and prices never overlap."""

from __future__ import annotations

from collections import Counter

from ledger.verify import verify_hall
from stock.label_tasks import confirm_labels, open_tasks
from stock.price_errors import NothingToConfirm
from stock.prices import price_history
from tests.builders import OpenHall
from tests.ledger.test_races import CLIENTS, Act, at_once
from tests.stock.labelled_goods import A_DAY, CHANGE, TODAY, change_price, label, variants


def _confirm(hall: OpenHall) -> str:
    with hall.work("A01") as uow:
        (done,) = confirm_labels(uow, hall=hall.hall, labels=[("G1-01", TODAY)])
    return done.confirmed_by


def test_of_many_who_confirm_the_same_label_exactly_one_does(
    shared_url: str, hall: OpenHall
) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)
    outcomes = Counter(at_once(shared_url, *[(hall, _confirm)] * CLIENTS))
    assert outcomes == {"员工A01": 1, NothingToConfirm: CLIENTS - 1}
    with hall.read() as uow:
        assert open_tasks(uow, hall.id) == []
        assert verify_hall(uow, hall.hall) == []


def test_prices_set_at_once_for_different_days_leave_no_day_with_two(
    shared_url: str, hall: OpenHall
) -> None:
    (item,) = variants(hall, 299900)
    label(hall, "G1-01", item)

    def setting(number: int) -> Act:
        return lambda here: change_price(here, item, 200000 + number, CHANGE + number * A_DAY)

    at_once(shared_url, *[(hall, setting(number)) for number in range(CLIENTS)])
    with hall.read() as uow:
        history = sorted(price_history(uow, hall.id, item), key=lambda p: p.valid_from)
        waiting = {task.valid_from: task.price_fen for task in open_tasks(uow, hall.id)}
        assert verify_hall(uow, hall.hall) == []
    assert [p.valid_to for p in history[:-1]] == [p.valid_from - A_DAY for p in history[1:]]
    assert history[-1].valid_to is None
    assert waiting == {p.valid_from: p.price_fen for p in history}
