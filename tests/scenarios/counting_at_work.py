"""Counting over the pages, as the two who count do it: open, scan, finish, recount, submit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from ledger.documents import Document
from stock.count_months import month_places
from stock.count_rounds import show_outcome
from stock.counts import find_count
from tests.scenarios.goods_names import names, names_of, serial_of
from tests.scenarios.hall_at_work import HallAtWork

COUNT = re.compile(r"/counts/(\d+)")


def opens_a_count(
    hall: HallAtWork, by: str, kind: str, place: str, *, counter: str, witness: str
) -> int:
    """Somebody opens a count of a place on the page of counts; gives its number."""
    page = f"/halls/{hall.code}/counts"
    form = {"kind": kind, "place": place, "counter": counter, "witness": witness}
    answer = hall.at_the_screen(by).send(page, form, page=page)
    number = COUNT.search(answer.headers.get("Location", ""))
    assert number is not None, answer.text
    return int(number[1])


def scans(hall: HallAtWork, who: str, count: int, goods: str) -> list[str]:
    """The counter scans one piece after another; gives the verdict on each."""
    page = f"/halls/{hall.code}/counts/{count}/scan"
    screen = hall.at_the_screen(who)
    return [screen.scan(page, serial_of(name))["verdict"] for name in names(goods)]


def keys_in(hall: HallAtWork, who: str, count: int, numbers: Mapping[str, int]) -> None:
    """The counter keys how many pieces there are of counted goods."""
    page = f"/halls/{hall.code}/counts/{count}/scan"
    form = {f"q-{item}": str(pieces) for item, pieces in numbers.items()}
    address = f"/halls/{hall.code}/counts/{count}/numbers"
    assert hall.at_the_screen(who).send(address, form, page=page).status_code == 302


def acts(hall: HallAtWork, who: str, count: int, act: str, form: Mapping[str, str]) -> int:
    """Somebody takes the next step on the count's page; gives the answer's status."""
    page = f"/halls/{hall.code}/counts/{count}"
    fields = {"act": act, **form}
    return hall.at_the_screen(who).send(f"{page}/acts", fields, page=page).status_code


def finishes(hall: HallAtWork, who: str, count: int) -> None:
    """The counter says that he has finished."""
    assert acts(hall, who, count, "finish", {}) == 302


def differs(hall: HallAtWork, count: int) -> tuple[list[str], list[str]]:
    """Give what the count misses and what it found too much, by name."""
    with hall.work("J01") as uow:
        found = show_outcome(uow, hall=hall.books.hall, count_no=count)
    missing = [one.serial or f"{one.quantity}" for one in found.of("missing")]
    return names_of(missing), names_of(one.serial for one in found.of("unexpected"))


def prints_the_sheet(hall: HallAtWork, who: str, count: int) -> bool:
    """Somebody prints the count sheet; tells whether a PDF came."""
    answer = hall.at_the_screen(who).get(f"/halls/{hall.code}/counts/{count}/sheet.pdf")
    return answer.status_code == 200 and answer.data.startswith(b"%PDF")


def result_of(hall: HallAtWork, count: int) -> Document:
    """Give the document that the count's result became."""
    with hall.work("J01") as uow:
        number = find_count(uow, hall.books.id, count).document_id
        return uow.session.get_one(Document, (hall.books.id, number))


def month_lacks(hall: HallAtWork) -> dict[str, str]:
    """Give what the month-end count still lacks, by place; nothing where all is done."""
    today: dt.date = hall.clock.date
    with hall.work("J01") as uow:
        places = month_places(uow, hall.books.id, today.year, today.month)
        return {
            f"{one.account.kind} {one.account.holder}".strip(): one.lack
            for one in places
            if one.lack
        }
