"""Books received from a file on the pages, a code that ends, and a hall that is closed."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from ledger.times import HALL_TIME
from tests.backoffice.form_desks import BOOKS, CODE, NEW, act, done, open_desk
from tests.backoffice.visitors import Visitor

FILES = f"{BOOKS}/files"
TODAY = dt.datetime.now(HALL_TIME).date().isoformat()
HEADER = "发票代码,起号,止号,份数,形式,每本份数\n"


@pytest.fixture
def desk(app: Flask) -> Flask:
    """Give the pages with today open."""
    return open_desk(app)


def upload(visitor: Visitor, content: str, **fields: str) -> TestResponse:
    """Send a file of books."""
    file = (BytesIO(content.encode()), "books.csv")
    return visitor.send(FILES, {"file": file, **fields}, page=FILES)


def test_every_line_of_a_file_has_its_verdict_and_good_lines_may_be_taken(desk: Flask) -> None:
    keeper = Visitor(desk, "K02")
    assert FILES in keeper.read(f"{NEW}/receipt")
    content = HEADER + f"{CODE},00262001,00262100,100,装订本,50\n{CODE},00261001,00261050,50,,\n"
    refused = upload(keeper, content)
    assert refused.status_code == 422
    for words in ("合格 1 行", "不合格 1 行", "已登记", "没有入库"):
        assert words in refused.text
    assert "00262001" not in keeper.read(BOOKS)
    taken = upload(keeper, content, good_lines="1")
    assert taken.status_code == 200
    assert "-PR-" in taken.text
    assert "00262051–00262100" in keeper.read(BOOKS)
    whole = upload(keeper, HEADER + f"{CODE},00263001,00263100,100,连续纸,\n")
    assert whole.status_code == 302


@pytest.mark.parametrize(("content", "words"), [("", "文件是空的"), ("起号\n1\n", "表头须有")])
def test_a_file_that_cannot_be_read_is_refused_beside_the_form(
    desk: Flask, content: str, words: str
) -> None:
    answer = upload(Visitor(desk, "K02"), content)
    assert answer.status_code == 422
    assert words in answer.text


def test_only_the_custodian_receives_from_a_file(desk: Flask) -> None:
    for number in ("A01", "J01", "M01"):
        assert Visitor(desk, number).get(FILES).status_code == 403


def test_inv_15_a_code_is_ended_and_what_is_left_of_it_waits(desk: Flask) -> None:
    keeper = Visitor(desk, "K02")
    done(act(keeper, "end-code", code=CODE, ends_on=TODAY, reason="换版"))
    assert f"代码 {CODE} 已停用" in keeper.read("/halls/H001/")
    refused = act(keeper, "draw", pick=f"{CODE}/00261001", clerk="A01")
    assert refused.status_code == 422
    assert "换版停用" in refused.text


def test_inv_15_a_hall_with_blanks_is_not_closed_and_the_page_lists_them(desk: Flask) -> None:
    manager = Visitor(desk, "M01")
    refused = act(manager, "close-hall", reason="撤并")
    assert refused.status_code == 422
    assert "00261001–00261050" in refused.text
    assert Visitor(desk, "K02").get(f"{NEW}/close-hall").status_code == 403
