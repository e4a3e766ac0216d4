"""A clerk's day with cash at the pages, blind until declared: every answer to him is searched."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from backoffice.database import begin_read, begin_work
from backoffice.workbook_reading import read_grid
from ledger.cash.shifts import find_shift
from ledger.documents import Document
from ledger.evidence.files import read_file
from ledger.evidence.intake import take_in
from ledger.hall_rules import KNOWN_TENDERS
from ledger.organisations import HALL_TIME, find_hall
from ledger.work import system_actor
from tests.backoffice.visitors import HALL, LINK, PASSWORD, Visitor

LOADER = system_actor("load")
CASH_TAKEN, POS_TAKEN = "4321.09", "7654.32"
SECRETS = re.compile(
    r"4,?321\.09|4,?621\.09|7,?654\.32|(?<!\d)432109(?!\d)|(?<!\d)462109(?!\d)|(?<!\d)765432(?!\d)"
)
OTHERS = [code for code in KNOWN_TENDERS if code != "cash"]


def _engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["backoffice_engine"]
    return engine


def _today(app: Flask) -> dt.date:
    with begin_read(_engine(app), LOADER) as uow:
        return uow.now.astimezone(HALL_TIME).date()


def _import(app: Flask, day: dt.date) -> None:
    header = "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,tender_ref"
    lines = (
        f"L{day:%m%d}1,1,{day} 09:00:00,A01,缴费,,{CASH_TAKEN},{CASH_TAKEN},cash,",
        f"L{day:%m%d}2,1,{day} 09:30:00,A01,缴费,,{POS_TAKEN},{POS_TAKEN},pos,P-1",
    )
    content = "\n".join((header, *lines, "")).encode()
    with begin_work(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        reading = read_file("accounts.csv", content, read_grid=read_grid)
        take_in(
            uow, hall=hall, date=day, file_name="accounts.csv", content=content, reading=reading
        )


def _act(visitor: Visitor, name: str, **fields: str) -> str:
    """Make a document at its form; gives its number."""
    page = f"{HALL}/cash/new/{name}"
    answer = visitor.send(page, fields, page=page)
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.text)[-1500:]
    return answer.location.rsplit("/", 1)[-1]


def _sign(visitor: Visitor, number: str, act: str) -> TestResponse:
    page = f"{HALL}/papers/{number}"
    fields = {"act": act, "password": PASSWORD}
    answer = visitor.send(page, fields, page=page)
    assert answer.status_code == 302, answer.text
    return answer


def _counted(cash: dict[int, int], **tenders: str) -> dict[str, str]:
    amounts = {**dict.fromkeys(OTHERS, "0"), **tenders}
    return {
        "act": "declare",
        "kept": "300.00",
        **{f"note:{fen}": str(pieces) for fen, pieces in cash.items()},
        **{f"tender:{code}": amount for code, amount in amounts.items()},
    }


@pytest.fixture
def shift_page(app: Flask) -> str:
    """Bring A01 from the fund to an open shift; gives the shift's page."""
    people = {number: Visitor(app, number) for number in ("M01", "B01", "K01", "J01", "A01")}
    fund = _act(people["M01"], "fund_in", fund="safe", amount="1,000.00")
    _sign(people["B01"], fund, "approve")
    opening = _act(people["K01"], "safe_opening", purpose="晨间备用金")
    _sign(people["J01"], opening, "approve")
    float_out = _act(people["K01"], "float_out", clerk="A01", amount="300.00")
    _sign(people["A01"], float_out, "confirm")
    page = f"{HALL}/shifts"
    answer = people["A01"].send(page, {"act": "open", "clerk": "A01", "note:10000": "3"}, page=page)
    assert answer.status_code == 302
    return answer.location


def _addresses(app: Flask, day: dt.date) -> Iterator[str]:
    """Give every address of pages and API that can be asked with what is known of this day."""
    with begin_read(_engine(app), LOADER) as uow:
        numbers = list(
            uow.session.scalars(select(Document.number).where(Document.business_date == day))
        )
    known: dict[str, Any] = {
        "hall": "H001",
        "date": day,
        "clerk": "A01",
        "tender": "cash",
        "kind": "stock",
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for number in numbers if "number" in rule.arguments else [""]:
            values = {**known, "number": number, "name": "hand_in"}
            if rule.arguments <= values.keys():
                yield _built(adapter.build, rule, {k: values[k] for k in rule.arguments})


def _built(build: Callable[..., str], rule: Rule, values: dict[str, Any]) -> str:
    try:
        return build(rule.endpoint, values)
    except (BuildError, ValueError):
        return "/"


def _told(app: Flask, clerk: Visitor, day: dt.date) -> dict[str, list[str]]:
    """Give what any answer to the clerk lets out, by address; also which answers there were."""
    leaked = {}
    asked = 0
    for address in dict.fromkeys(_addresses(app, day)):
        answer = clerk.get(address)
        asked += answer.status_code == 200
        found = SECRETS.findall(answer.get_data().decode(errors="replace"))
        if found:
            leaked[address] = found
    assert asked > 40
    return leaked


def test_no_answer_to_a_clerk_holds_what_is_expected_before_he_has_declared(
    app: Flask, shift_page: str
) -> None:
    day, clerk = _today(app), Visitor(app, "A01")
    _import(app, day)
    hand_in = _act(clerk, "hand_in", clerk="A01", receiver="M01", amount="1,000.00")
    _sign(Visitor(app, "M01"), hand_in, "confirm")
    first = clerk.send(shift_page, _counted({10000: 30}, pos="7654.30"), page=shift_page)
    assert first.status_code == 302
    page = clerk.read(shift_page)
    assert "与账不符的有" in page
    assert _told(app, clerk, day) == {}
    # 3,621.00 in the drawer and 1,000.00 handed in: nine fen short.
    second = clerk.send(
        shift_page, _counted({10000: 36, 2000: 1, 100: 1}, pos="7654.32"), page=shift_page
    )
    assert second.status_code == 302
    page = clerk.read(shift_page)
    assert "3,621.09" in page
    assert "-0.09" in html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\u2212", "-")
    with begin_read(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        shift = find_shift(uow, hall, "A01", day)
        assert (shift.state, shift.rounds, shift.differs) == ("closed", 2, "cash")


def test_every_page_of_cash_opens_for_every_role_in_both_languages(
    app: Flask, shift_page: str
) -> None:
    for number, language in (
        ("A01", "zh"),
        ("A02", "en"),
        ("K01", "zh"),
        ("J01", "en"),
        ("M01", "zh"),
        ("B01", "en"),
        ("F01", "zh"),
    ):
        visitor = Visitor(app, number, language)
        waiting = [f"{HALL}/shifts", f"{HALL}/cash", f"{HALL}/cash/new", f"{HALL}/cash/cases"]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop()
            seen.add(address)
            page = visitor.read(address)
            links = {html.unescape(link).partition("#")[0] for link in LINK.findall(page)}
            waiting += [
                link
                for link in links - seen - set(waiting)
                if re.match(rf"{HALL}/(cash|shifts|papers/\d{{4}}-(BR|BL|KG))", link)
                and "month=" not in link
            ]
        assert len(seen) > 5, (number, seen)
    assert shift_page in seen
