"""The desk of forms: the list of books, a book's strip, a number's page, and who sees what."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.backoffice.visitors import DAY, HALL, LINK, Visitor

BOOKS = f"{HALL}/books"
CODE = "031002600104"
BOOK = f"{BOOKS}/{CODE}/00260401"
CELL = re.compile(r'<a class="no s-(\w+)([^"]*)" id="n(\d+)"')


def test_everybody_of_the_hall_sees_the_books(app: Flask) -> None:
    for number in ("J01", "K02", "A01", "M01", "B01", "F01", "K01"):
        page = Visitor(app, number).read(BOOKS)
        assert page.count('<th scope="row"><a') == 8, number
        assert "00260401–00260500" in page


def test_the_list_is_narrowed_by_holder_state_and_number(auditor: Visitor) -> None:
    held = auditor.read(f"{BOOKS}?holder=A02")
    assert "00260501–00260600" in held
    assert "00260401–00260500" not in held
    kept = auditor.read(f"{BOOKS}?state=kept")
    assert kept.count('<th scope="row"><a') == 2
    one = auditor.read(f"{BOOKS}?number=00260447")
    assert one.count('<th scope="row"><a') == 1
    assert "没有符合的票本" in auditor.read(f"{BOOKS}?state=overdue")
    assert "没有符合的票本" in auditor.read(f"{BOOKS}?number=99")


def test_a_book_shows_each_of_its_numbers_once_in_its_state(auditor: Visitor) -> None:
    cells = CELL.findall(auditor.read(BOOK))
    assert [number for _, _, number in cells] == [f"{n:08d}" for n in range(260401, 260501)]
    states = [state for state, _, _ in cells]
    assert states[:37] == ["earlier"] * 37
    assert set(states[37:46]) == {"issued"}
    assert (states[46], states[47]) == ("void", "held")


def test_every_number_of_a_book_opens(auditor: Visitor) -> None:
    page = auditor.read(BOOK)
    numbers = [link for link in LINK.findall(page) if "/invoices/" in link]
    assert len(numbers) >= 100
    for link in (numbers[0], numbers[46], numbers[99]):
        assert auditor.get(link).status_code == 200


def test_a_number_missed_is_marked_and_its_finding_opens_the_book_there(auditor: Visitor) -> None:
    finding = auditor.read(f"{DAY}/findings/P01/invoice:{CODE}/00260924")
    address = next(link for link in LINK.findall(finding) if "/books/" in link)
    assert "at=00260924#n00260924" in address
    cells = {n: (state, rest) for state, rest, n in CELL.findall(auditor.read(address))}
    state, rest = cells["00260924"]
    assert state == "gap"
    assert "here" in rest
    assert "marked" in rest


def test_a_legend_lists_the_numbers_of_a_state(auditor: Visitor) -> None:
    page = auditor.read(f"{BOOK}?state=void")
    assert 'id="numbers"' in page
    assert "00260447</a>" in page


def test_a_number_leads_to_its_book(auditor: Visitor) -> None:
    answer = auditor.get(f"{BOOKS}/{CODE}/numbers/00260447")
    assert answer.status_code == 302
    assert answer.location == f"{BOOK}?at=00260447#n00260447"


@pytest.mark.parametrize(
    "address", [f"{BOOKS}/{CODE}/00260402", f"{BOOKS}/{CODE}/numbers/1", f"{BOOKS}/-/x"]
)
def test_a_book_that_is_not_there_is_told(auditor: Visitor, address: str) -> None:
    assert auditor.get(address).status_code == 404


def test_a_number_s_page_tells_account_payment_and_papers(auditor: Visitor) -> None:
    page = auditor.read(f"{HALL}/invoices/{CODE}/00260438")
    for words in ("在票本中", "关联的账目", "付款与到账", "经过的单据", "2026-PL-"):
        assert words in page


def test_what_was_sold_is_told_to_who_audits_and_to_its_own_clerk_only(app: Flask) -> None:
    address = f"{HALL}/invoices/{CODE}/00260438"
    for number, sees in (("J01", True), ("A01", True), ("A02", False), ("K02", False)):
        page = Visitor(app, number).read(address)
        assert ('id="register"' in page) is sees, number
        assert ("99.00" in page) is sees, number


def test_a_digital_invoice_of_another_stays_closed_to_a_clerk(app: Flask) -> None:
    address = f"{HALL}/invoices/-/26312000001000000001"
    assert Visitor(app, "A01").get(address).status_code == 200
    assert Visitor(app, "A02").get(address).status_code == 403
