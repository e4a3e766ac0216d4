"""A paper becomes a document once; the same again is nothing new, other content is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from ledger.documents import Document, Line
from ledger.hall_days import HallDay
from ledger.papers import PaperChanged, PaperRefused, load_paper
from ledger.permissions import NotPermitted
from ledger.postings import Posting
from ledger.text import Text
from ledger.units import Unit
from ledger.work import Actor
from tests.builders import DAY, LOADER, OpenHall, gift_line, phone_lines
from tests.observing import everything, held, refused

BEFORE = DAY - dt.timedelta(days=400)
AFTER = DAY + dt.timedelta(days=3)


def load_gifts(
    hall: OpenHall,
    quantity: int,
    *,
    paper_no: str = "纸-1",
    date: dt.date = DAY,
    kind: str = "receipt",
    who: str | Actor = LOADER,
) -> Document | None:
    with hall.work(who) as uow:
        lines = [gift_line(uow, hall, "supplier > store", quantity)]
        return load_paper(
            uow, hall=hall.hall, kind=kind, paper_no=paper_no, paper_date=date, lines=lines
        )


def test_a_paper_is_posted_under_a_number_of_ours_and_keeps_its_own(hall: OpenHall) -> None:
    document = load_gifts(hall, 4)
    assert document is not None
    assert (document.state, document.number, document.paper_no) == (
        "posted",
        "2026-RK-000001",
        "纸-1",
    )
    assert held(hall) == {("store", "G1"): 4, ("supplier", "G1"): -4}


def test_the_same_paper_again_changes_nothing(hall: OpenHall) -> None:
    load_gifts(hall, 4)
    before = everything(hall)
    assert load_gifts(hall, 4) is None
    assert everything(hall) == before


@pytest.mark.parametrize(("quantity", "date"), [(5, DAY), (4, AFTER), (4, BEFORE)])
def test_the_same_number_with_other_content_is_refused(
    hall: OpenHall, quantity: int, date: dt.date
) -> None:
    load_gifts(hall, 4)
    with refused(hall, PaperChanged) as refusal:
        load_gifts(hall, quantity, date=date)
    assert refusal.value.facts["number"] == "纸-1"


def test_a_paper_that_only_changed_the_order_of_its_lines_is_another_paper(hall: OpenHall) -> None:
    def load(serials: list[str]) -> Document | None:
        with hall.work(LOADER) as uow:
            lines: list[Line] = phone_lines(uow, hall, "supplier > store", serials)
            return load_paper(
                uow, hall=hall.hall, kind="receipt", paper_no="纸-2", paper_date=DAY, lines=lines
            )

    one, two = hall.serials(2)
    assert load([one, two]) is not None
    assert load([one, two]) is None
    with refused(hall, PaperChanged):
        load([two, one])


def test_the_same_number_on_another_kind_of_paper_is_another_paper(hall: OpenHall) -> None:
    assert load_gifts(hall, 4) is not None
    assert load_gifts(hall, 4, kind="return") is not None
    assert held(hall)["store", "G1"] == 8


def test_two_halls_may_use_the_same_paper_numbers(hall: OpenHall, other_hall: OpenHall) -> None:
    assert load_gifts(hall, 4) is not None
    assert load_gifts(other_hall, 9) is not None


def test_a_paper_from_before_the_books_opened_is_posted_on_the_day_they_opened(
    hall: OpenHall,
) -> None:
    document = load_gifts(hall, 4, date=BEFORE)
    assert document is not None
    assert (document.paper_date, document.business_date) == (BEFORE, DAY)
    with hall.read() as uow:
        dates = select(Posting.business_date).where(Posting.hall_id == hall.id)
        assert uow.session.scalars(dates).all() == [DAY]


def test_units_of_a_paper_from_before_are_counted_from_the_day_the_books_opened(
    hall: OpenHall,
) -> None:
    with hall.work(LOADER) as uow:
        lines = phone_lines(uow, hall, "supplier > store", hall.serials(1))
        load_paper(
            uow, hall=hall.hall, kind="receipt", paper_no="纸-3", paper_date=BEFORE, lines=lines
        )
    with hall.read() as uow:
        opened = select(Unit.opened_on).where(Unit.hall_id == hall.id)
        assert uow.session.scalars(opened).all() == [DAY]


def test_a_paper_of_a_later_day_opens_that_day(hall: OpenHall) -> None:
    load_gifts(hall, 4, date=AFTER)
    with hall.read() as uow:
        day = uow.session.get_one(HallDay, (hall.id, AFTER))
        assert (day.data_status, day.audit_status, day.hall_status) == (
            "expected",
            "unaudited",
            "working",
        )


@pytest.mark.parametrize("who", ["K01", "M01", "J01"])
def test_only_the_loader_loads(hall: OpenHall, who: str) -> None:
    with refused(hall, NotPermitted):
        load_gifts(hall, 4, who=who)


def test_a_refusal_says_where_the_paper_stands_and_why() -> None:
    refusal = PaperRefused(
        file="stock.csv", line=7, reason=Text("串号重复", "the serial is there twice")
    )
    assert refusal.message("zh") == "stock.csv 第7行:串号重复"
    assert refusal.message("en") == "stock.csv, line 7: the serial is there twice"


def test_a_refusal_can_carry_the_reason_of_another(hall: OpenHall) -> None:
    with pytest.raises(NotPermitted) as why:
        load_gifts(hall, 4, who="K01")
    refusal = PaperRefused(file="stock.csv", line=7, reason=why.value)
    for language in ("zh", "en"):
        assert why.value.message(language) in refusal.message(language)
