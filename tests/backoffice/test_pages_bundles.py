"""The hand-over at its pages and by the API: made, returned, signed, revised, and the accounts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work, make_engine
from backoffice.identity import make_token
from ledger.work import system_actor
from tests.backoffice.api.conftest import API, Program
from tests.backoffice.visitors import PASSWORD, Visitor, let_everybody_in
from tests.builders import DAY, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import day
from tests.ledger.finance.closed_days import SECOND_FINANCE, close_day, work_day

HALL = "/halls/H001"
TESTER = system_actor("test")


@pytest.fixture(scope="module")
def opened(databases: Databases) -> Iterator[tuple[Flask, OpenHall]]:
    """Give the pages over a hall three days of which are closed."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        hall = open_hall(engine, "H001", more_staff=[SECOND_FINANCE])
        for offset in range(3):
            work_day(hall, day(offset))
            close_day(hall, day(offset))
        let_everybody_in(engine)
        yield create_app(Config(secret_key="test"), engine=engine), hall
        engine.dispose()


@pytest.fixture(scope="module")
def app(opened: tuple[Flask, OpenHall]) -> Flask:
    """Give the application."""
    return opened[0]


@pytest.fixture(scope="module")
def programs(opened: tuple[Flask, OpenHall]) -> dict[str, Program]:
    """Give a program for each person."""
    app, hall = opened
    made: dict[str, Program] = {}
    with begin_work(hall.engine, TESTER) as uow:
        for number, actor in hall.people.items():
            token = make_token(uow, person_id=actor.person_id, name="test", days=1)
            made[number] = Program(app, token)
    return made


def act(visitor: Visitor, page: str, name: str, code: int = 302, **fields: Any) -> Any:
    answer = visitor.send(page, {"act": name, **fields}, page=page)
    assert answer.status_code == code, answer.text[-2000:]
    return answer


def posted(program: Program, address: str, body: object, key: str) -> Any:
    """Act by the API; gives the JSON."""
    return program.post(address, body, key=key).json


def test_the_hall_makes_it_finance_returns_a_line_and_signs_the_rest(app: Flask) -> None:
    manager, finance, second = (Visitor(app, one, "en") for one in ("M01", "F01", "S01"))
    page = f"{HALL}/bundles"
    assert "closed days to hand over" in manager.read(f"{HALL}/")
    wrong = manager.send(page, {"from": "", "to": ""}, page=page)
    assert (wrong.status_code, "Give both dates" in wrong.text) == (422, True)
    asked = {"from": str(DAY), "to": str(day(1)), "language": "en"}
    made = manager.send(page, asked, page=page)
    bundle = made.location
    number = bundle.rsplit("/", 1)[-1]
    assert number in finance.read(f"{HALL}/")
    assert number in finance.read(page)
    shown = finance.read(bundle)
    assert "Voucher proposed" in shown
    assert "<dt>Sealed file in</dt><dd>English</dd>" in shown
    assert "Sign" not in manager.read(bundle).partition("What to do")[2].partition("Days")[0]
    # A clerk has no such page.
    assert Visitor(app, "A01").get(page).status_code == 403

    line: dict[str, Any] = {"date-1": str(day(1)), "reason-1": "回单缺失", "clerk-1": "A01"}
    act(finance, bundle, "return", 422, password="wrong", **line)
    kept = act(finance, bundle, "return", 422, password=PASSWORD, **line, **{"found-1": "x"}).text
    assert "回单缺失" in kept
    assert "is no amount" in kept
    act(finance, bundle, "return", password=PASSWORD, **line)
    assert "Lines returned" in finance.read(bundle)
    act(second, bundle, "read", password=PASSWORD)
    act(finance, bundle, "sign", 422, password="wrong")
    act(finance, bundle, "sign", password=PASSWORD)
    assert 'role="alert"' in act(finance, bundle, "sign", 422, password=PASSWORD).text
    assert "Handed over" in manager.read(f"{HALL}/days/{DAY}")
    whole = finance.get(f"{bundle}/file.zip?part=0").data
    rest = finance.get(f"{bundle}/file.zip").data
    days = [
        len(json.loads(zipfile.ZipFile(io.BytesIO(one)).read("manifest.json"))["days"])
        for one in (whole, rest)
    ]
    assert days == [2, 1]
    assert finance.get(f"{bundle}/paper.pdf").data.startswith(b"%PDF")
    assert finance.get(f"{bundle}/tables.xlsx").data.startswith(b"PK")
    refused = act(manager, bundle, "revise", 422, reason="试").text
    assert "has changed" in refused


def test_an_account_is_changed_by_two_of_finance(app: Flask) -> None:
    one, other = Visitor(app, "F01", "en"), Visitor(app, "F02", "en")
    page = f"{HALL}/voucher-mapping"
    fields: dict[str, Any] = {"key": "business:话费", "debit": "6051", "debit_name": "其他业务收入"}
    fields |= {"valid_from": str(DAY), "reason": "新科目", "password": PASSWORD}
    act(one, page, "propose", 422, **{**fields, "key": "colour:red"})
    act(one, page, "propose", **fields)
    waiting = other.read(page)
    assert "To be signed" in waiting
    assert "voucher_mapping" not in waiting
    number = waiting.partition('name="number" value="')[2].partition('"')[0]
    assert 'value="sign"' not in one.read(page)
    act(one, page, "sign", 422, number=number, password=PASSWORD)
    assert number in other.read(f"{HALL}/")
    act(other, page, "sign", number=number, password=PASSWORD)
    assert "其他业务收入" in one.read(page)


def test_programs_do_the_same_and_the_document_describes_it(
    app: Flask, programs: dict[str, Program]
) -> None:
    bundles = f"{API}/halls/H001/bundles"
    manager, finance, second = (programs[one] for one in ("M01", "F01", "S01"))
    assert programs["A01"].get(bundles).status_code == 403
    assert str(day(2)) in manager.read(bundles)["waiting"]
    body = {"first": str(day(2)), "last": str(day(2))}
    made = posted(manager, bundles, body, "make")
    again = manager.post(bundles, body, key="make")
    assert (again.json, again.headers["Idempotent-Replay"]) == (made, "true")
    assert posted(manager, bundles, body, "twice")["code"] == "day_in_bundle"
    address = f"{bundles}/{made['number']}"
    assert (made["awaits"], made["totals"][0]["declared"]) == (["finance"], "900.00")
    assert made["language"] == "zh"
    assert sum(float(one["debit"]) for one in made["voucher"]) == pytest.approx(2211.80)
    acts = f"{address}/acts"
    signing = {"act": "sign", "password": "wrong"}
    assert posted(finance, acts, signing, "a")["code"] == "password_not_confirmed"
    returned = {"act": "return_second", "password": PASSWORD, "lines": [
        {"date": str(day(2)), "reason": "金额不符", "clerk": "A01", "found": "1.00"}]}  # fmt: skip
    state = posted(second, acts, returned, "b")
    assert (state["state"], state["second"], state["returned"][0]["level"]) == (
        *("rejected", "returned"),
        "second",
    )
    later = posted(manager, bundles, body, "again")
    assert later["version"] == 2
    sign = {"act": "sign", "password": PASSWORD}
    signed = posted(finance, f"{bundles}/{later['number']}/acts", sign, "c")
    assert signed["state"] == "posted"
    assert finance.read(f"{address}?part=0")["days"][0]["date"] == str(day(2))
    file = finance.get(f"{bundles}/{later['number']}/file")
    assert (file.mimetype, zipfile.is_zipfile(io.BytesIO(file.data))) == ("application/zip", True)
    mapping = f"{API}/halls/H001/voucher-mapping"
    keys = {one["key"] for one in finance.read(mapping)["rules"]}
    assert {"tender:cash", "over_short:liable", "fee:*"} <= keys
    change = {
        "valid_from": str(DAY),
        "reason": "试",
        "rules": [{"key": "fee:pos", "debit": "6603"}],
    }
    number = posted(finance, mapping, change, "d")["number"]
    body = {"act": "reject", "password": PASSWORD, "reason": "不需要"}
    assert posted(programs["F02"], f"{mapping}/{number}/acts", body, "e")["state"] == ("rejected")
    paths = finance.read(f"{API}/openapi.json")["paths"]
    assert {f"{bundles}/{{number}}/acts".replace("H001", "{hall}")} <= paths.keys()
