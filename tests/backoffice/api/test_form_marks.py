"""Voids, covers, red letters, losses and kept papers by the API."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import PASSWORD, Program, told
from tests.backoffice.api.test_forms import made, program
from tests.builders import OpenHall, open_hall
from tests.invoices.form_days import code_of, receive, used
from tests.ledger.audit.evidence_days import at, line, put

FORMS = "/api/v1/halls/H001/forms"
TODAY = dt.datetime.now(HALL_TIME).date()
A, B, C, D = "00100001", "00100002", "00100003", "00100004"


@pytest.fixture
def hall(engine: Any) -> OpenHall:
    """Give a hall open today: A01 holds eight forms and issued three."""
    made_hall = open_hall(engine, "H001", days=[TODAY])
    receive(made_hall, A, "00100008", "A01")
    midnight: dict[str, Any] = {"issued_at": at("00:00", date=TODAY)}
    put(made_hall, "accounts", line("T1", 5800, accepted_at=at("00:00", date=TODAY)), date=TODAY)
    put(
        made_hall,
        "invoices",
        used(made_hall, A, txn_no="T1", **midnight),
        used(made_hall, B, **midnight),
        used(made_hall, C, **midnight),
        date=TODAY,
    )
    return made_hall


@pytest.fixture
def app(hall: OpenHall, tmp_path: Any) -> Flask:
    """Give the application over the hall."""
    return create_app(Config(secret_key="test", state_folder=str(tmp_path)), engine=hall.engine)


def now() -> str:
    return dt.datetime.now(HALL_TIME).isoformat(timespec="seconds")


def ticked(number: str, *copies: int, stamped: bool = True) -> dict[str, object]:
    return {"number": number, "copies": copies, "stamped": stamped}


def sign(auditor: Program, number: str, *ticks: dict[str, object]) -> Any:
    address = f"{FORMS}/voids/{number}/signature"
    return auditor.post(address, {"ticks": ticks, "password": PASSWORD})


def test_a_void_is_asked_ticked_and_signed_and_its_cover_printed(
    app: Flask, hall: OpenHall
) -> None:
    clerk, auditor = program(app, hall, "A01"), program(app, hall, "J01")
    code = code_of(hall)
    body = {"invoice_code": code, "numbers": [f"{A}-{B}"], "copies": 3, "reason": "打印错误"}
    asked = made(clerk.post(f"{FORMS}/voids", body, key="void"))
    assert made(clerk.post(f"{FORMS}/voids", body, key="void")) == asked
    assert (asked["awaits"], len(asked["numbers"])) == (["auditor"], 2)
    assert clerk.read(f"{FORMS}/voids")["voids"][0]["unrecovered"] is False
    wrong = auditor.post(
        f"{FORMS}/voids/{asked['number']}/signature",
        {"ticks": [ticked(A, 1, 2, 3)], "password": "not it"},
    )
    assert wrong.status_code == 403
    unstamped = sign(
        auditor, asked["number"], ticked(A, 1, 2, 3), ticked(B, 1, 2, 3, stamped=False)
    )
    assert told(unstamped)["code"] == "void_not_stamped"
    refused = made(sign(auditor, asked["number"], ticked(A, 1, 2, 3), ticked(B, 1, 3)))
    assert (refused["state"], refused["refused"], refused["missing"]) == (
        "rejected",
        True,
        {B: [2]},
    )
    assert "red letter" in refused["way"]
    left = clerk.read(f"{FORMS}/voids")["voids"]
    assert [(v["invoice_no"], v["missing"], v["unrecovered"]) for v in left] == [(B, [2], True)]
    again = made(clerk.post(f"{FORMS}/voids", {**body, "numbers": [A]}))
    signed = made(sign(auditor, again["number"], ticked(A, 3, 1, 2)))
    assert (signed["state"], signed["numbers"][0]["ticked"]) == ("posted", "1,2,3")
    assert auditor.read(f"{FORMS}/covers")["books"][0]["missing"] == [A]
    cover = f"{FORMS}/covers/{code}/00100005"
    assert made(auditor.post(cover))["version"] == 1
    shown = clerk.read(f"{cover}?version=1")
    assert (shown["covers_all"], [n["invoice_no"] for n in shown["numbers"]]) == (True, [A])
    for language in ("zh", "en"):
        paper = clerk.get(f"{cover}/paper.pdf?language={language}")
        assert paper.data.startswith(b"%PDF")
    assert clerk.get(f"{cover}?version=2").status_code == 404
    slip = clerk.get(f"{FORMS}/documents/{again['number']}/paper.pdf")
    assert slip.data.startswith(b"%PDF")


def test_red_letters_and_slips_by_the_api(app: Flask, hall: OpenHall) -> None:
    clerk = program(app, hall, "A01")
    code = code_of(hall)
    red = {
        "invoice_code": code,
        "invoice_no": D,
        "issued_at": now(),
        "amount": "-50.00",
        "original_code": code,
        "original_no": A,
        "reason": "SALES_DISCOUNT",
    }
    first = made(clerk.post(f"{FORMS}/reds", red))
    assert (first["missing"], first["days"], first["amount"]) == (["refund"], 0, "-50.00")
    over = clerk.post(f"{FORMS}/reds", {**red, "invoice_no": "00100005", "amount": "-28.00"})
    assert (over.status_code, told(over)["code"]) == (409, "red_exceeds_blue")
    assert "20.00" in told(over)["detail"]
    linked = made(clerk.post(f"{FORMS}/reds/{code}/{D}/links", {"refund_txn": "T2"}))
    assert (linked["missing"], linked["refund"]) == ([], "T2")
    assert clerk.read(f"{FORMS}/reds?missing=1")["reds"] == []
    slip = {
        "slip_no": "S1",
        "original_no": "26440000000012345678",
        "amount": "58.00",
        "reason": "SALES_RETURN",
        "opened_at": "2026-03-01T10:00",
    }
    assert made(clerk.post(f"{FORMS}/red-slips", slip))["state"] == "expired"
    late = clerk.post(f"{FORMS}/red-slips/S1/acts", {"act": "confirm"})
    assert told(late)["code"] == "red_slip_settled"
    made(clerk.post(f"{FORMS}/red-slips", {**slip, "slip_no": "S2", "opened_at": now()}))
    assert (
        made(clerk.post(f"{FORMS}/red-slips/S2/acts", {"act": "confirm"}))["state"] == "confirmed"
    )
    listed = f"slip_no,original_no,amount,reason,state\nS2,{slip['original_no']},1,SALES_RETURN,\n"
    taken = clerk.client.post(
        f"{FORMS}/red-slips/files",
        headers=clerk.headers,
        data={"file": (BytesIO(listed.encode()), "slips.csv")},
        content_type="multipart/form-data",
    )
    assert (taken.status_code, told(taken)["code"]) == (422, "bad_input")
    assert [s["state"] for s in clerk.read(f"{FORMS}/red-slips")["slips"]] == [
        "expired",
        "confirmed",
    ]


def test_a_loss_is_opened_reported_and_closed(app: Flask, hall: OpenHall) -> None:
    clerk, keeper = program(app, hall, "A01"), program(app, hall, "V01")
    loss = {
        "invoice_code": code_of(hall),
        "numbers": ["00100008"],
        "found_at": now(),
        "circumstances": "盘点缺号",
    }
    opened = made(clerk.post(f"{FORMS}/losses", loss))
    assert (opened["state"], opened["late"], opened["form"]) == ("due", False, "blank")
    bad = clerk.post(f"{FORMS}/losses", {**loss, "found_at": "yesterday"})
    assert bad.status_code == 422
    address = f"{FORMS}/losses/{opened['number']}"
    early = keeper.post(f"{address}/end", {"act": "close", "result": "无"})
    assert told(early)["code"] == "loss_not_reported"
    report = {"report_no": "税报17", "reported_by": "李四"}
    assert made(keeper.post(f"{address}/report", report))["state"] == "reported"
    assert program(app, hall, "S01").read(f"{FORMS}/losses?open=1")["losses"] != []
    closed = made(keeper.post(f"{address}/end", {"act": "close", "result": "罚款 200 元"}))
    assert (closed["state"], closed["closed_on"]) == ("closed", TODAY.isoformat())
    assert keeper.read(f"{FORMS}/losses?open=1")["losses"] == []


def test_papers_kept_still_are_not_destroyed(app: Flask, hall: OpenHall) -> None:
    keeper = program(app, hall, "V01")
    assert keeper.read(f"{FORMS}/kept")["books"] == []
    books = {"books": [f"{code_of(hall)}/{A}"]}
    refused = keeper.post(f"{FORMS}/destructions", books)
    assert told(refused)["code"] == "papers_at_work"
    listed = f"发票代码,起号\n{code_of(hall)},{A}\n".encode()
    by_file = keeper.upload(listed, address=f"{FORMS}/destructions/files", reason="期满")
    assert (by_file.status_code, told(by_file)["code"]) == (422, "bad_input")
    unknown = program(app, hall, "M01").post(
        f"{FORMS}/destructions/2026-XH-000001/signature", {"password": PASSWORD}
    )
    assert told(unknown)["code"] == "unknown_document"
