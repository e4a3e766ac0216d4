"""Stock documents by the API: made, signed, printed, received from files, awaited, transferred."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from ledger.times import HALL_TIME
from stock.moves import MoveLine, submit_move
from tests.backoffice.api.conftest import PASSWORD, TESTER, Program, told
from tests.builders import OpenHall, open_hall
from tests.stock.moving import know_goods, new_imei

TODAY = dt.datetime.now(HALL_TIME).date()


@pytest.fixture
def halls(engine: Any) -> tuple[OpenHall, OpenHall]:
    """Give two halls whose books are open today."""
    first, second = (open_hall(engine, code, days=[TODAY]) for code in ("H001", "H002"))
    know_goods(first)
    return first, second


def program(app: Flask, hall: OpenHall, number: str) -> Program:
    """Give a program that acts as the holder of a staff number."""
    person = hall.people[number].person_id
    with begin_work(hall.engine, TESTER) as uow:
        set_password(uow, person_id=person, password=PASSWORD)
        return Program(app, make_token(uow, person_id=person, name="test"))


@pytest.fixture
def app(halls: tuple[OpenHall, OpenHall], tmp_path: Any) -> Flask:
    """Give the application over both halls."""
    config = Config(secret_key="test", state_folder=str(tmp_path))
    return create_app(config, engine=halls[0].engine)


def made(answer: TestResponse) -> Any:
    """Give the answer to an act that was done."""
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def upload(who: Program, address: str, content: str, **fields: str) -> Any:
    """Send a file of goods."""
    data = {"file": (BytesIO(content.encode()), "goods.csv"), **fields}
    return made(
        who.client.post(address, headers=who.headers, data=data, content_type="multipart/form-data")
    )


def test_documents_are_made_signed_printed_and_reversed_once(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    keeper = program(app, halls[0], "K01")
    address = "/api/v1/halls/H001/stock/documents"
    serial = new_imei()
    lines = [{"item": "P1", "quantity": 1, "serial": serial, "unit_cost": "600.00"}]
    receipt = {"kind": "receipt", "lines": lines}
    first = made(keeper.post(address, receipt, key="one"))
    assert made(keeper.post(address, receipt, key="one")) == first
    again = keeper.post(address, receipt)
    assert (again.status_code, told(again)["code"]) == (409, "identifier_taken")
    assert first["amount"] == "600.00"
    refused = keeper.post(address, {"kind": "scrap", "lines": [{"serial": serial}]})
    assert (refused.status_code, told(refused)["code"]) == (422, "fact_missing")
    slip = made(
        keeper.post(address, {"kind": "scrap", "lines": [{"serial": serial}], "reason": "进水"})
    )
    assert (slip["state"], slip["awaits"]) == ("submitted", ["department"])
    step = f"{address}/{slip['number']}/acts"
    department = program(app, halls[0], "S01")
    wrong = department.post(step, {"act": "sign", "password": "not it"})
    assert wrong.status_code == 403
    signed = made(department.post(step, {"act": "sign", "password": PASSWORD}))
    assert signed["state"] == "posted"
    manager = program(app, halls[0], "M01")
    assert made(manager.post(step, {"act": "reverse", "reason": "误报"}))["state"] == "reversed"
    for form in ("a4", "form"):
        paper = keeper.get(f"{address}/{slip['number']}/paper.pdf?form={form}")
        assert paper.data.startswith(b"%PDF")


def test_a_file_has_a_verdict_for_each_line_and_is_posted_when_asked(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    keeper = program(app, halls[0], "K01")
    good, other = new_imei(), new_imei()
    content = f"item,serial,quantity\nP1,{good},1\nP1,{good[:14]},1\nP1,{good},1\n"
    address = "/api/v1/halls/H001/stock/receipts"
    report = upload(keeper, address, content)
    assert (report["posted"], report["good"], report["bad"]) == (None, 1, 2)
    assert [line["verdict"] for line in report["lines"]] == ["proposed", "twice"]
    assert upload(keeper, address, content, good_lines="1")["posted"].split("-")[1] == "RK"
    manifests = "/api/v1/halls/H001/stock/manifests"
    awaited = upload(keeper, manifests, f"item,serial\nP1,{other}\n", reference="D-1")
    number = awaited["posted"]
    (listed,) = keeper.read(manifests)["manifests"]
    assert (str(listed["number"]), listed["expected"], listed["received"]) == (number, 1, 0)
    assert keeper.read(f"{manifests}/{number}")["missing"][0]["serial"] == other
    received = made(keeper.post(f"{manifests}/{number}/receipts", {}))
    assert received["facts"]["delivery_no"] == "D-1"
    assert keeper.read(manifests)["manifests"] == []


def test_a_document_of_any_kind_is_made_of_a_file_whole_or_not_at_all(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    keeper = program(app, halls[0], "K01")
    stock = "/api/v1/halls/H001/stock"
    files = f"{stock}/documents/files"
    phone, loan, other = (new_imei() for _ in range(3))
    rows = f"item,serial,unit_cost\nP1,{phone},600.00\nL1,{loan},\n"
    received = upload(keeper, files, rows, kind="receipt")
    assert (received["document"].split("-")[1], received["state"]) == ("RK", "made")
    assert [(one["line"], one["item"]) for one in received["scans"]] == [(2, "P1"), (3, "L1")]
    shown = keeper.read("/api/v1/halls/H001/goods/papers")["rows"]
    assert shown[0]["amount"] == "600.00"
    draw = f"item,serial\nP1,{phone}\nL1,{phone}\nP9,{other}\nP1,{phone}\n"
    facts = {"kind": "draw", "facts": '{"holder": "A01"}'}
    report = upload(keeper, files, draw, **facts)
    assert (report["document"], report["state"]) == (None, "dropped")
    verdicts = [(one["line"], one["verdict"]) for one in report["scans"]]
    assert verdicts == [(2, "good"), (3, "other_item"), (4, "no_item"), (5, "twice")]
    assert keeper.read(f"{stock}/custody?holder=A01")["in_hand"] == 0
    assert upload(keeper, files, draw, good_only="1", **facts)["document"].split("-")[1] == "CK"
    assert keeper.read(f"{stock}/custody?holder=A01")["in_hand"] == 1
    sheet = {"kind": "receipt", "facts": {"manifest": "the last"}}
    nothing = keeper.post(f"{stock}/sheets", sheet)
    assert (nothing.status_code, told(nothing)["code"]) == (404, "unknown_manifest")
    refused = keeper.client.post(
        files,
        headers=keeper.headers,
        data={"kind": "draw", "facts": "[]", "file": (BytesIO(draw.encode()), "goods.csv")},
        content_type="multipart/form-data",
    )
    assert (refused.status_code, told(refused)["code"]) == (422, "facts_refused")


def test_a_transfer_is_announced_received_and_settled_by_the_acts_themselves(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    sender, receiver = (program(app, hall, "K01") for hall in halls)
    here, there = (f"/api/v1/halls/{code}/stock" for code in ("H001", "H002"))
    serials = [new_imei(), new_imei()]
    lines = [{"item": "P1", "serial": one} for one in serials]
    made(sender.post(f"{here}/documents", {"kind": "receipt", "lines": lines}))
    sent = {"kind": "transfer_out", "facts": {"to_hall": "H002"}, "lines": lines}
    number = made(sender.post(f"{here}/documents", sent))["number"]
    (manifest,) = receiver.read(f"{there}/manifests")["manifests"]
    assert (manifest["sender"], manifest["reference"]) == ("H001", number)
    came = f"{there}/manifests/{manifest['number']}"
    made(receiver.post(f"{came}/receipts", {"lines": [{"serial": serials[0]}]}))
    (under_way,) = sender.read(f"{here}/transfers")["transfers"]
    assert (under_way["pieces"], under_way["missing"]) == (2, 1)
    papers = sender.read("/api/v1/halls/H001/goods/papers")["rows"]
    settled = next(one["document"] for one in papers if one["kind"] == "Transfer settled")
    assert sender.get(f"{here}/documents/{settled}/paper.pdf").data.startswith(b"%PDF")
    made(receiver.post(f"{came}/closing", {"reason": "少一台"}))
    late = receiver.post(f"{came}/receipts", {})
    assert (late.status_code, told(late)["code"]) == (409, "manifest_not_open")
    nobody = receiver.get(f"{here}/transfers")
    assert nobody.status_code == 404


def test_a_scan_sheet_goes_from_codes_and_a_workbook_to_its_document(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    keeper = program(app, halls[0], "K01")
    serials = [new_imei() for _ in range(3)]
    lines = [{"item": "P1", "serial": one} for one in serials]
    made(keeper.post("/api/v1/halls/H001/stock/documents", {"kind": "receipt", "lines": lines}))
    sheets = "/api/v1/halls/H001/stock/sheets"
    refused = keeper.post(sheets, {"kind": "transfer_in"})
    assert told(refused)["code"] == "unknown_kind"
    begun = made(keeper.post(sheets, {"kind": "draw", "codes": [serials[0]]}, key="s"))
    one = f"{sheets}/{begun['sheet']}"
    assert (begun["scanned"], begun["state"]) == (1, "open")
    said = made(keeper.post(f"{one}/scans", {"codes": [serials[0], "12345"]}))
    assert [scan["verdict"] for scan in said["scans"]] == ["twice", "unknown"]
    book = BytesIO()
    rows = openpyxl.Workbook()
    for row in (["串号"], serials[1:2], serials[2:]):
        rows.worksheets[0].append(row)
    rows.save(book)
    book.seek(0)
    filed = made(
        keeper.client.post(
            f"{one}/files",
            headers=keeper.headers,
            data={"file": (book, "list.xlsx")},
            content_type="multipart/form-data",
        )
    )
    assert [scan["verdict"] for scan in filed["scans"]] == ["good", "good"]
    made(keeper.post(f"{one}/scans", {"undo": filed["scans"][1]["scan"]}))
    made(keeper.post(f"{one}/facts", {"facts": {"holder": "A01", "on": TODAY.isoformat()}}))
    left = keeper.post(f"{one}/document", {})
    assert told(left)["code"] == "scans_left"
    drawn = made(keeper.post(f"{one}/document", {"good_only": True}))
    assert (drawn["state"], drawn["line_count"]) == ("posted", 2)
    assert keeper.read(one)["document"] == drawn["number"]
    assert keeper.read(sheets)["sheets"] == []
    held = keeper.read("/api/v1/halls/H001/stock/custody?holder=A01")
    assert (held["in_hand"], held["moved"]["drawn"]) == (2, 2)
    assert sorted(held["items"][0]["serials"]) == sorted(serials[:2])
    other = made(keeper.post(sheets, {"kind": "draw"}))
    dropped = keeper.client.delete(f"{sheets}/{other['sheet']}", headers=keeper.headers)
    assert told(dropped)["state"] == "dropped"
    # A sheet is its person's own, and so is a custody for who does not oversee goods.
    clerk = program(app, halls[0], "A02")
    assert told(clerk.get(one))["code"] == "unknown_scan_sheet"
    assert told(clerk.get("/api/v1/halls/H001/stock/custody?holder=A01"))["code"] == "not_permitted"
    assert clerk.read("/api/v1/halls/H001/stock/custody")["holder"] == "A02"


def test_loans_are_listed_and_a_signature_given_is_awaited_no_longer(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    keeper, address = program(app, halls[0], "K01"), "/api/v1/halls/H001/stock/documents"
    serial = new_imei()
    made(keeper.post(address, {"kind": "receipt", "lines": [{"item": "L1", "serial": serial}]}))
    stated = {"customer": "王五", "condition": "好", "due_on": TODAY.isoformat()}
    made(keeper.post(address, {"kind": "lend", "lines": [{"serial": serial}], "facts": stated}))
    (loan,) = keeper.read("/api/v1/halls/H001/stock/loans")["loans"]
    assert (loan["serial"], loan["customer"], loan["days_late"]) == (serial, "王五", 0)
    cared = {"item": "CH", "serial": new_imei()}
    made(keeper.post(address, {"kind": "into_care", "lines": [cared], "facts": stated}))
    (piece,) = keeper.read("/api/v1/halls/H001/stock/care")["pieces"]
    assert (piece["serial"], piece["exchange_due"]) == (cared["serial"], False)
    dear = {"item": "P1", "serial": new_imei(), "unit_cost": "9000.00"}
    made(keeper.post(address, {"kind": "receipt", "lines": [dear]}))
    lines = [{"serial": dear["serial"]}]
    slip = made(keeper.post(address, {"kind": "scrap", "lines": lines, "reason": "碎"}))
    assert slip["awaits"] == ["department", "finance"]
    superior = program(app, halls[0], "S01")
    signed = made(
        superior.post(f"{address}/{slip['number']}/acts", {"act": "sign", "password": PASSWORD})
    )
    assert (signed["state"], signed["awaits"]) == ("submitted", ["finance"])


def test_an_audit_by_the_api_forwards_what_waits_between_halls(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    serial = new_imei()
    with halls[0].work(now=dt.datetime.now(dt.UTC)) as uow:
        received = [MoveLine("P1", 1, serial)]
        submit_move(uow, hall=halls[0].hall, kind="receipt", lines=received)
        to = {"to_hall": "H002"}
        submit_move(uow, hall=halls[0].hall, kind="transfer_out", lines=received, facts=to)
    manager, keeper = program(app, halls[0], "M01"), program(app, halls[1], "K01")
    awaited = "/api/v1/halls/H002/stock/manifests"
    assert keeper.read(awaited)["manifests"] == []
    made(manager.post(f"/api/v1/halls/H001/days/{TODAY}/audit", {}))
    assert len(keeper.read(awaited)["manifests"]) == 1


def test_a_round_of_the_labels_and_a_price_the_hall_asks_for(
    app: Flask, halls: tuple[OpenHall, OpenHall]
) -> None:
    hall = "/api/v1/halls/H001"
    manager, keeper, superior = (program(app, halls[0], one) for one in ("M01", "K01", "S01"))
    day = TODAY.isoformat()
    price = {"item": "P1", "price": "1999.00", "valid_from": day}
    made(manager.post(f"{hall}/prices", {"prices": [price]}))
    sale = {**price, "price": "1899.00", "campaign": "SPRING"}
    made(manager.post(f"{hall}/prices", {"prices": [sale]}))
    for position, campaign in (("G1", ""), ("G2", "SPRING")):
        body = {"position": position, "items": ["P1"], "campaign": campaign}
        made(keeper.post(f"{hall}/labels", body))
    due = {one["position"]: one["price"] for one in keeper.read(f"{hall}/labels")["positions"]}
    assert due == {"G1": "1999.00", "G2": "1899.00"}
    rounds = f"{hall}/label-rounds"
    number = made(keeper.post(rounds, {}))["round"]
    said = made(keeper.post(f"{rounds}/{number}/scans", {"codes": ["G2@189900", "G9@1"]}))
    assert [one["verdict"] for one in said["scans"]] == ["right", "unknown"]
    done = made(keeper.post(f"{rounds}/{number}/finish", {}))
    assert (done["positions"], done["wrong"]) == (2, 1)
    assert done["results"][0]["verdict"] == "missing"
    assert keeper.read(rounds)["rounds"][0]["round"] == number
    assert keeper.read(f"{rounds}/{number}")["results"] == done["results"]
    wanted = {**price, "price": "1799.00", "reason": "对面降价"}
    asked = made(keeper.post(f"{hall}/price-requests", wanted, key="ask"))
    acts = f"{hall}/price-requests/{asked['number']}/acts"
    refused = superior.post(acts, {"act": "grant", "password": "wrong"})
    assert told(refused)["code"] == "password_not_confirmed"
    assert told(manager.post(acts, {"act": "refuse", "reason": "x"}))["code"] == "not_permitted"
    granted = made(superior.post(acts, {"act": "grant", "password": PASSWORD}))
    assert (granted["state"], granted["price"]) == ("granted", "1799.00")
    assert keeper.read(f"{hall}/price-requests?state=asked")["requests"] == []
    assert keeper.read(f"{hall}/labels")["positions"][0]["price"] == "1799.00"
