"""Documents of invoice forms by the API: made, signed, printed, received by file, ended, closed."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import PASSWORD, TESTER, Program, told
from tests.builders import OpenHall, open_hall

TODAY = dt.datetime.now(HALL_TIME).date()
FORMS = "/api/v1/halls/H001/forms"
CODE = "044001911211"


@pytest.fixture
def hall(engine: Any) -> OpenHall:
    """Give a hall whose books are open today."""
    return open_hall(engine, "H001", days=[TODAY])


@pytest.fixture
def app(hall: OpenHall, tmp_path: Any) -> Flask:
    """Give the application over the hall."""
    return create_app(Config(secret_key="test", state_folder=str(tmp_path)), engine=hall.engine)


def program(app: Flask, hall: OpenHall, number: str) -> Program:
    """Give a program that acts as the holder of a staff number."""
    person = hall.people[number].person_id
    with begin_work(hall.engine, TESTER) as uow:
        set_password(uow, person_id=person, password=PASSWORD)
        return Program(app, make_token(uow, person_id=person, name="test"))


def made(answer: TestResponse) -> Any:
    """Give the answer to an act that was done."""
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def line(first: str, last: str = "", **more: object) -> dict[str, object]:
    """Give a line of the one code."""
    return {"invoice_code": CODE, "first_no": first, "last_no": last, **more}


def test_a_book_is_received_drawn_signed_printed_and_the_draw_reversed(
    app: Flask, hall: OpenHall
) -> None:
    keeper, clerk = program(app, hall, "V01"), program(app, hall, "A01")
    documents = f"{FORMS}/documents"
    receipt = {
        "kind": "invoice_receipt",
        "lines": [line("00100001", "00100100", count=100)],
        "facts": {"per_book": "50"},
    }
    first = made(keeper.post(documents, receipt, key="one"))
    assert made(keeper.post(documents, receipt, key="one")) == first
    again = keeper.post(documents, receipt)
    assert (again.status_code, told(again)["code"]) == (409, "invoice_range_overlaps")
    draw = {"kind": "invoice_draw", "lines": [line("00100001", clerk="A01")]}
    drawn = made(keeper.post(documents, draw))
    assert (drawn["state"], drawn["awaits"]) == ("submitted", ["number:A01"])
    step = f"{documents}/{drawn['number']}/acts"
    assert clerk.post(step, {"act": "sign", "password": "not it"}).status_code == 403
    signed = made(clerk.post(step, {"act": "sign", "password": PASSWORD}))
    assert signed["state"] == "posted"
    split = {"kind": "invoice_draw", "lines": [line("00100026", "00100050", clerk="A02")]}
    refused = keeper.post(documents, split)
    assert (refused.status_code, told(refused)["code"]) == (409, "book_split")
    counted = made(clerk.post(f"{FORMS}/counts", {"clerk": "A01", "counted": "49"}))["counts"]
    assert [(one["clerk"], one["expected"], one["difference"]) for one in counted] == [
        ("A01", 50, -1)
    ]
    assert keeper.read(f"{FORMS}/counts")["counts"] == counted
    made(keeper.post(f"{FORMS}/counts", {"clerk": "A01", "counted": "50"}))
    assert keeper.read(f"{FORMS}/counts")["counts"] == []
    blanks = keeper.read(f"{FORMS}/blanks?clerk=A01")
    assert (blanks["count"], blanks["segments"][0]["last_no"]) == (50, "00100050")
    for form in ("a4", "form"):
        paper = clerk.get(f"{documents}/{drawn['number']}/paper.pdf?form={form}")
        assert paper.data.startswith(b"%PDF")
    shown = clerk.read(f"{documents}/{drawn['number']}")
    assert shown["lines"][0]["serial_to"] == "00100050"
    manager = program(app, hall, "M01")
    assert made(manager.post(step, {"act": "reverse", "reason": "领错"}))["state"] == "reversed"
    assert keeper.read(f"{FORMS}/blanks?clerk=A01")["count"] == 0


def test_books_come_by_file_a_code_ends_and_the_hall_closes_when_nothing_is_left(
    app: Flask, hall: OpenHall
) -> None:
    keeper, manager = program(app, hall, "V01"), program(app, hall, "M01")
    content = f"invoice_code,first_no,last_no,count\n{CODE},0001,0050,50\n{CODE},0051,0100,49\n"

    def upload(**fields: str) -> Any:
        data = {"file": (BytesIO(content.encode()), "books.csv"), **fields}
        return made(
            keeper.client.post(
                f"{FORMS}/receipts",
                headers=keeper.headers,
                data=data,
                content_type="multipart/form-data",
            )
        )

    report = upload()
    assert (report["posted"], report["good"], report["bad"]) == ([], 1, 1)
    assert report["lines"][1]["verdict"] == "wrong_count"
    assert len(upload(good_lines="1")["posted"]) == 1
    end = {"invoice_code": CODE, "ends_on": TODAY.isoformat(), "reason": "换版"}
    (left,) = made(keeper.post(f"{FORMS}/out-of-date", end))["codes"]
    assert (left["invoice_code"], left["count"]) == (CODE, 50)
    closing = "/api/v1/halls/H001/closing"
    refused = manager.post(closing, {"reason": "撤并"})
    assert (refused.status_code, told(refused)["code"]) == (409, "hall_not_empty")
    assert "0001–0050" in told(refused)["detail"]
    hand_in = {
        "kind": "invoice_hand_in",
        "lines": [line("")],
        "facts": {"receipt_no": "JX-1", "cause": "form_change"},
    }
    assert made(keeper.post(f"{FORMS}/documents", hand_in))["state"] == "posted"
    assert keeper.read(f"{FORMS}/out-of-date")["codes"] == []
    assert made(manager.post(closing, {"reason": "撤并"}))["closed_on"] == TODAY.isoformat()
