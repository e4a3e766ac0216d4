"""Registered use of forms by the API: once for each key, refused by name, explained."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import PASSWORD, TESTER, Program, told
from tests.builders import OpenHall, open_hall
from tests.invoices.form_days import code_of, receive, states
from tests.ledger.audit.evidence_days import line, put

TODAY = dt.datetime.now(HALL_TIME).date()
FORMS = "/api/v1/halls/H001/forms"


@pytest.fixture
def hall(engine: Any) -> OpenHall:
    """Give a hall open today, whose clerk has twenty forms."""
    opened = open_hall(engine, "H001", days=[TODAY])
    receive(opened, "00000001", "00000020", "A01")
    return opened


@pytest.fixture
def clerk(hall: OpenHall, tmp_path: Any) -> Program:
    """Give the clerk's program."""
    app: Flask = create_app(
        Config(secret_key="test", state_folder=str(tmp_path)), engine=hall.engine
    )
    person = hall.people["A01"].person_id
    with begin_work(hall.engine, TESTER) as uow:
        set_password(uow, person_id=person, password=PASSWORD)
        return Program(app, make_token(uow, person_id=person, name="test"))


def test_use_is_registered_once_for_each_key(hall: OpenHall, clerk: Program) -> None:
    body = {"clerk": "A01", "invoice_code": code_of(hall), "count": 2, "amounts": ["58.00"]}
    first = clerk.post(f"{FORMS}/uses", body, key="one")
    assert first.status_code == 201, first.text
    assert told(first)["numbers"] == ["00000001", "00000002"]
    assert told(clerk.post(f"{FORMS}/uses", body, key="one")) == told(first)
    assert told(clerk.post(f"{FORMS}/uses", body, key="two"))["numbers"][0] == "00000003"
    refused = clerk.post(f"{FORMS}/uses", {**body, "clerk": "A02"})
    assert (refused.status_code, told(refused)["code"]) == (409, "not_your_custody")
    wrong = clerk.post(f"{FORMS}/uses", {**body, "amounts": [58]})
    assert wrong.status_code == 422


def test_later_invoices_bills_reissues_and_reprints(hall: OpenHall, clerk: Program) -> None:
    put(hall, "accounts", line("T1", 19900))
    form = {"clerk": "A01", "invoice_code": code_of(hall)}
    later = clerk.post(f"{FORMS}/later-invoices", {**form, "txn_no": "T1"})
    assert told(later)["numbers"] == ["00000001"]
    bill = {**form, "subscriber": "18600001111", "period": "2026-10", "amount": "99.00"}
    assert clerk.post(f"{FORMS}/month-bills", bill).status_code == 201
    assert told(clerk.post(f"{FORMS}/month-bills", bill))["code"] == "month_billed_twice"
    original = {"original_code": code_of(hall), "original_no": "00000001"}
    live = clerk.post(f"{FORMS}/reissues", {**form, **original})
    assert told(live)["code"] == "original_still_live"
    printed = clerk.post(f"{FORMS}/reprints", {**form, "invoice_no": "00000001", "reason": "x"})
    assert told(printed) == {"times": 1}
    assert states(hall)["00000002"] == "issued"
    assert clerk.read(f"{FORMS}/unposted?date={TODAY}") == {"date": str(TODAY), "uses": []}


def test_a_number_is_explained_and_refused_with_what_to_do(clerk: Program) -> None:
    form = clerk.read("/api/v1/forms/explain?code=044001911211&no=12897794")
    assert (form["kind"], form["drawn"]) == ("VAT ordinary invoice", True)
    scan = clerk.read("/api/v1/forms/explain?qr=01,01,4300171130,02550485,300.00,20171010,,8A1B,")
    assert scan["qr"]["issued_on"] == "2017-10-10"
    wrong = clerk.get("/api/v1/forms/explain?no=2.544E%2B19")
    assert wrong.status_code == 422
    assert "re-export as text" in told(wrong)["detail"]
