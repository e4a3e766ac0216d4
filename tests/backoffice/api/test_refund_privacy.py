"""RET-03 for refunds: full numbers in no answer of any door, and serials left whole."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from backoffice.app import create_app
from backoffice.audit_work import run_day
from backoffice.config import Config
from ledger.events import Event
from refunds.acts import reject_case
from refunds.flags import settle_flag
from refunds.models import RefundFlag
from tests.backoffice.visitors import TOKEN, Visitor, let_everybody_in
from tests.builders import DAY, LOADER, NOW, OpenHall, open_hall
from tests.ledger.audit.evidence_days import at, line, put
from tests.refunds.casing import BY_COMPLAINT, approve, ask, carry_out, refund_of
from tests.refunds.test_refund_checks import claim

PAYER, WRONG, FRIEND = "18612345678", "13987654321", "15011112222"
CLEAR = (PAYER, WRONG, FRIEND)
ICCID = "89860113812345678901"
"""Twenty digits with a telephone number's eleven among them."""
SAID = f"机主 {WRONG} 来电,卡号 {ICCID}"
REFUNDS = "/api/v1/halls/H001/refunds"


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall with cases in every state, whose people wrote numbers wherever they could."""
    hall = open_hall(open_engine(sqlite_url), "H001")
    let_everybody_in(hall.engine)
    paid = {"clerk": "A02", "subscriber": PAYER, "accepted_at": at("09:00"), "serial": ICCID}
    put(hall, "accounts", line("T1", 300_00, item="SIM", quantity=1, **paid))
    back = {"clerk": "A02", "subscriber": PAYER, "accepted_at": at("10:20")}
    put(hall, "accounts", line("T2", -10_00, tender="wechat", **back))
    put(hall, "refunds", claim("R1", 80_00, subscriber=PAYER, customer_signed=0))
    moved = refund_of("T1", 20_00, instrument="transfer_balance", tender="", to_subscriber=WRONG)
    done = ask(hall, replace(moved, subscriber=PAYER, note=SAID))
    approve(hall, done, "M01")
    carry_out(hall, done)
    refund = refund_of("T1", 10_00, tender="wechat", override_reason=SAID, note=SAID)
    ask(hall, replace(refund, subscriber=PAYER))
    refused = ask(hall, replace(BY_COMPLAINT, amount_fen=5_00, subscriber=FRIEND))
    with hall.work("D01") as uow:
        reject_case(uow, hall=hall.hall, number=refused, reason=SAID)
    with hall.work("J01") as uow:
        flag = uow.session.scalars(select(RefundFlag.id)).first()
        assert flag is not None
        settle_flag(uow, hall=hall.hall, flag_id=flag, outcome="harmless", note=SAID)
    run_day(hall.engine, LOADER, "H001", DAY, now=NOW)
    return hall


@pytest.fixture
def app(hall: OpenHall, tmp_path: Path) -> Flask:
    """Give the application over it."""
    return create_app(Config(secret_key="test", state_folder=str(tmp_path)), engine=hall.engine)


def addresses(app: Flask) -> Iterator[str]:
    """Give every address of the hall, its days, batches and cases that can be read."""
    known = {"hall": "H001", "date": DAY, "language": "zh", "batch": 1, "no": 1, "flag_id": 1}
    known |= {"paper": "receipt", "page": "cases"}
    numbers = ("2026-CC-000001", "2026-TF-000001", "2026-JM-000001")
    urls = app.url_map.bind("localhost")

    def told(rule: Rule) -> Iterator[str]:
        for number in numbers if "number" in rule.arguments else ("",):
            facts = {**known, "number": number}
            yield urls.build(rule.endpoint, {name: facts[name] for name in rule.arguments})

    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= {*known, "number"}:
            try:
                yield from told(rule)
            except (BuildError, ValueError):
                continue


def text_of(answer: TestResponse) -> str:
    """Give the text of an answer; of a workbook the text of its parts."""
    if answer.data[:2] != b"PK":
        return str(answer.data, "utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


class Laid:
    """A paper laid out as what stands in it: its text is what the PDF would show."""

    def __init__(self, string: str, **_: object) -> None:
        self._text = string

    def render(self, **_: object) -> Laid:
        """Give itself: its pages do not matter."""
        return self

    def write_pdf(self, **_: object) -> bytes:
        """Give what stands in it."""
        return b"%PDF" + self._text.encode()


def test_ret_03_no_door_answers_a_full_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backoffice.printing.weasyprint.HTML", Laid)
    auditor = Visitor(app, "J01", hall="H001")
    seen, papers, shown = 0, 0, []
    for address in addresses(app):
        answer = auditor.get(address)
        told = text_of(answer)
        seen += answer.status_code == 200
        papers += answer.data.startswith(b"%PDF")
        shown += [(address, number) for number in CLEAR if number in told.replace(ICCID, "")]
        assert "8986011" not in told or ICCID in told, f"{address} damaged the serial"
    assert not shown, shown
    assert seen > 60
    assert papers > 7, "papers are looked through as what they print"
    cases = auditor.read(REFUNDS)
    assert "186****5678" in cases
    flags = auditor.read(f"{REFUNDS}/flags")
    assert "139****4321" in flags
    assert ICCID in flags


def test_ret_03_no_refusal_repeats_a_number(app: Flask) -> None:
    clerk = Visitor(app, "A01", hall="H001")
    token = TOKEN.search(clerk.get("/halls/H001/").text)
    assert token is not None
    headers = {"X-CSRFToken": token[1], **clerk.headers}
    asked = {"kind": "refund", "reason": "wrong_payment", "amount": "1.00", "tender": "cash"}
    for body in (
        {**asked, "subscriber": PAYER, "original_txn": WRONG},
        {**asked, "subscriber": PAYER, "original_txn": "T1", "to_subscriber": PAYER * 9},
        {**asked, "subscriber": PAYER, "reason": PAYER},
        {**asked, PAYER: "1"},
    ):
        answer = clerk.client.post(REFUNDS, json=body, headers=headers)
        assert answer.status_code in (400, 409, 422), answer.text
        assert not any(number in answer.text for number in CLEAR), answer.text
    missing = clerk.get(f"{REFUNDS}/cases/{PAYER}")
    assert missing.status_code == 404
    assert PAYER not in missing.text


def test_ret_03_no_log_holds_a_number(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"{PAYER} of {ICCID}")

    monkeypatch.setattr("backoffice.api.refunds.list_cases", fail)
    with caplog.at_level(logging.ERROR):
        answer = Visitor(app, "J01", hall="H001").get(REFUNDS)
    assert answer.status_code == 500
    assert "RuntimeError: 186****5678 of " + ICCID in caplog.text
    assert PAYER not in caplog.text
    assert app.extensions["backoffice_engine"].hide_parameters


def test_ret_03_who_saw_a_full_number_and_why_is_on_record(app: Flask, hall: OpenHall) -> None:
    auditor = Visitor(app, "J01", hall="H001")
    token = TOKEN.search(auditor.get("/halls/H001/").text)
    assert token is not None
    headers = {"X-CSRFToken": token[1], **auditor.headers, "Idempotency-Key": "k"}
    address = f"{REFUNDS}/cases/2026-CC-000001/subscriber"
    answer = auditor.client.post(address, json={"reason": "核对投诉"}, headers=headers)
    assert answer.json == {"number": "2026-CC-000001", "subscriber": PAYER}
    with hall.read() as uow:
        (event,) = uow.session.scalars(
            select(Event).where(Event.hall_id == hall.id, Event.act == "number.unmasked")
        )
        assert event.person_id == hall.people["J01"].person_id
        assert event.subject == "document:2026-CC-000001"
        assert json.loads(event.facts)["reason"] == "核对投诉"
        assert PAYER not in event.facts
