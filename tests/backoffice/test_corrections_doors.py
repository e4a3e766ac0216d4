"""A correction slip from hand to hand on pages, by the API and on the command line."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask

from backoffice.cli import root
from backoffice.database import begin_work
from ledger.cash.cases import note_difference
from ledger.organisations import find_hall
from ledger.work import system_actor
from tests.backoffice.visitors import DAY, HALL, PASSWORD, Visitor

DATE = "2026-11-20"
TXN = "2026112000345"
SHORT = f"{DAY}/findings/X05/txn:{TXN}"
SLIPS = f"{HALL}/corrections"
NEW = f"{SLIPS}/new?date={DATE}&clerk=A06&error=X05%20txn:{TXN}"
PUT_RIGHT = {
    "act": "answer",
    "way": "amount",
    "line": f"{TXN}/1",
    "received": "78.00",
    "words": "少收 5 元,已补收",
}


def sent(app: Flask) -> tuple[str, Visitor]:
    """Send the short sale to its clerk; give the slip's address and the auditor."""
    auditor = Visitor(app, "J01")
    assert f"clerk=A06&amp;error=X05+txn:{TXN}" in auditor.read(SHORT)
    fields = {"date": DATE, "clerk": "A06", "error": f"X05 txn:{TXN}", "wrong": "少收 5 元"}
    answer = auditor.send(f"{SLIPS}/new", fields, page=NEW)
    assert answer.status_code == 302, answer.text
    return answer.location.rpartition("localhost")[2] or answer.location, auditor


def accepted(app: Flask) -> tuple[str, Visitor]:
    """Have the slip of the short sale answered and accepted; give its address and the auditor."""
    address, auditor = sent(app)
    assert Visitor(app, "A06").send(address, PUT_RIGHT, page=address).status_code == 302
    for signer in (auditor, Visitor(app, "M02")):
        signed = signer.send(address, {"act": "accept", "password": PASSWORD}, page=address)
        assert signed.status_code == 302, signed.text
    return address, auditor


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_slip_goes_from_the_auditor_to_the_clerk_and_to_the_manager(
    app: Flask, language: str
) -> None:
    address, auditor = sent(app)
    number = address.rpartition("/")[2]
    clerk, manager = Visitor(app, "A06", language), Visitor(app, "M02", language)
    assert address in clerk.read(f"{HALL}/"), "it waits on the clerk's first page"
    assert "73.00" in clerk.read(address)
    nothing = clerk.send(address, {**PUT_RIGHT, "received": "73.00"}, page=address)
    assert nothing.status_code == 422
    assert "少收 5 元,已补收" in nothing.text, "what was typed is kept"
    assert Visitor(app, "A05").get(address).status_code == 404
    assert 'name="way"' not in auditor.read(address), "the auditor cannot answer for the clerk"
    refused = auditor.send(address, PUT_RIGHT, page=address)
    assert refused.status_code == 422
    assert clerk.send(address, PUT_RIGHT, page=address).status_code == 302
    assert "<s>" in auditor.read(address)
    assert 'value="accept"' not in clerk.read(address)
    wrong = auditor.send(address, {"act": "accept", "password": "no"}, page=address)
    assert wrong.status_code == 422
    for signer in (auditor, manager):
        assert address in signer.read(f"{HALL}/")
        signed = signer.send(address, {"act": "accept", "password": PASSWORD}, page=address)
        assert signed.status_code == 302, signed.text
    assert number in auditor.read(SHORT)
    assert f"{address}" in auditor.read(f"{HALL}/transactions/{TXN}"), "the line is struck through"
    assert number in auditor.read(SLIPS)
    assert 'value="accept"' not in manager.read(address)
    paper = manager.get(f"{address}/slip.pdf")
    assert paper.data.startswith(b"%PDF")
    told = manager.read(f"{SLIPS}/statistics")
    assert "A06" in told
    assert "<svg" in told
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{SLIPS}/statistics.xlsx").data))
    assert len(book.sheetnames) == 3
    assert manager.get(f"{SLIPS}/statistics.pdf").data.startswith(b"%PDF")
    assert clerk.get(f"{SLIPS}/statistics").status_code == 403


def test_a_clerk_puts_his_own_finding_right_before_anybody_sends_it(app: Flask) -> None:
    clerk = Visitor(app, "A06")
    page = clerk.read(NEW)
    assert f'value="{TXN}/1"' in page
    fields = {**PUT_RIGHT, "date": DATE, "clerk": "A06", "error": f"X05 txn:{TXN}"}
    answer = clerk.send(f"{SLIPS}/new", fields, page=NEW)
    assert answer.status_code == 302, answer.text
    returned = {"act": "return", "reason": "补收凭条呢"}
    auditor = Visitor(app, "J01")
    assert auditor.send(answer.location, returned, page=answer.location).status_code == 302
    assert "补收凭条呢" in clerk.read(answer.location)


def test_the_command_line_shows_slips_and_counts_errors(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = sent(app)
    url = app.extensions["backoffice_engine"].url.render_as_string(hide_password=False)
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", url)

    def say(*words: str) -> dict[str, object]:
        asked = ["correction", *words, "--hall", "H001", "--as", "M01", "--password-stdin"]
        shown = CliRunner().invoke(root, [*asked, "--json", "--language", "en"], input=PASSWORD)
        assert shown.exit_code == 0, shown.output
        told: dict[str, object] = json.loads(shown.stdout)
        return told

    number = address.rpartition("/")[2]
    slips = say("list", "--state", "standing")["slips"]
    assert isinstance(slips, list)
    assert [one["number"] for one in slips] == [number]
    whole = say("show", number)
    assert (whole["state"], whole["reason"], whole["clerk"]) == ("open", "amount", "A06")
    tables = say("statistics")["tables"]
    assert isinstance(tables, list)
    assert [table["list"] for table in tables] == ["kinds", "clerks", "clerks-kinds"]


def test_slip_and_over_of_one_error_show_each_other_and_are_settled_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, auditor = accepted(app)
    number = address.rpartition("/")[2]
    engine = app.extensions["backoffice_engine"]
    with begin_work(engine, system_actor("test")) as uow:
        hall = find_hall(uow, "H001")
        note_difference(uow, hall, (dt.date.fromisoformat(DATE), "A06", "cash"), 5_00)
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    page = f"{HALL}/cash/cases"
    shown = auditor.read(page)
    assert f'href="{address}"' in shown
    assert re.search(rf'name="slips"[^>]*value="{number}"', shown), "what explains it is filled in"
    anchor = f"case-{DATE}-A06-cash"
    assert f'id="{anchor}"' in shown
    assert f"{page}#{anchor}" in auditor.read(address)
    assert f"{page}#{anchor}" in Visitor(app, "A06", "en").read(address)
    case = {"date": DATE, "clerk": "A06", "tender": "cash", "cause": "keyed_wrong"}
    paid = auditor.send(page, {**case, "way": "owed"}, page=page)
    assert paid.status_code == 422
    assert number in paid.text, "it would be paid twice"
    unnamed = auditor.send(page, {**case, "way": "corrected_over"}, page=page)
    assert unnamed.status_code == 422
    words = ["cash", "decide", "A06", "cash", "--date", DATE, "--way", "corrected_over"]
    words += ["--cause", "keyed_wrong", "--slip", number, "--hall", "H001", "--as", "J01"]
    told = CliRunner().invoke(root, [*words, "--password-stdin", "--json"], input=PASSWORD)
    assert told.exit_code == 0, told.output
    decision = json.loads(told.stdout)["number"]
    assert number in Visitor(app, "M02", "en").read(f"{HALL}/papers/{decision}")
    answer = auditor.get("/api/v1/halls/H001/cash/cases").json
    assert answer is not None
    (one,) = [case for case in answer["cases"] if case["clerk"] == "A06"]
    assert (one["state"], one["slips"][0]["number"], one["slips"][0]["changes"]) == (
        "proposed",
        number,
        "5.00",
    )
