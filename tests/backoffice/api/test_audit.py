"""The daily audit by the API: the same day as the command line shows, acts, signature, papers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from backoffice.cli import root
from tests.backoffice.api.conftest import DAY, PASSWORD, Program, program_of, told
from tests.backoffice.small_hall import DATE, DEPOSITS

SHORT = {"check": "C02", "subject": "tender:A01/cash", "expected": "100.00", "found": "90.00"}


def _code(answer: Any) -> Any:
    return json.loads(answer.text)["code"]


def test_the_day_is_what_the_command_line_shows(
    audited: Program, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", database_url)
    words = ["audit", "show", "--hall", "T001", "--date", DATE, "--json", "--language", "en"]
    shown = CliRunner().invoke(root, words)
    day = audited.read(DAY)
    assert day == json.loads(shown.stdout)
    assert list(day) == ["hall", "date", "status", "totals", "checks", "findings"]


def test_running_gives_the_day_and_marks_nothing_audited(auditor: Program) -> None:
    answer = auditor.post(f"{DAY}/audit", {}, key="run-1")
    assert answer.status_code == 200
    assert told(answer)["status"]["audit"] not in ("unaudited", "audited")
    assert auditor.post(f"{DAY}/audit", {}, key="run-1").json == answer.json


def test_findings_are_listed_by_check_state_and_clerk(small_audited: Program) -> None:
    (short,) = small_audited.read(f"{DAY}/findings?check=C02")["findings"]
    assert {name: short[name] for name in SHORT} == SHORT
    assert small_audited.read(f"{DAY}/findings?check=C02&state=accepted")["findings"] == []
    assert small_audited.read(f"{DAY}/findings?clerk=A01&check=C02")["findings"] == [short]
    assert small_audited.get(f"{DAY}/findings?state=lost").status_code == 422


def test_a_finding_is_answered_by_its_clerk_and_returned_by_the_auditor(
    app: Flask, audited: Program
) -> None:
    clerk = program_of(app, "A01")
    answered = clerk.post(
        f"{DAY}/acts", {**SHORT, "act": "answer", "reason": "counted again"}, key="a-1"
    )
    assert answered.status_code == 200, answered.text
    assert told(answered)["state"] == "answered"
    returned = audited.post(f"{DAY}/acts", {**SHORT, "act": "return", "reason": "no slip"})
    assert returned.status_code == 200, returned.text
    acts = [(act["act"], act["person"], act["reason"]) for act in told(returned)["acts"]]
    assert acts == [("answer", "甲一", "counted again"), ("return", "丙稽", "no slip")]
    address = f"{DAY}/finding?check=C02&subject=tender:A01/cash"
    assert audited.read(address)["acts"] == told(returned)["acts"]
    assert clerk.get(address).status_code == 200


def test_an_act_on_other_figures_is_refused(small_audited: Program) -> None:
    answer = small_audited.post(
        f"{DAY}/acts", {**SHORT, "found": "95.00", "act": "return", "reason": "no"}
    )
    assert (answer.status_code, _code(answer)) == (409, "figures_changed")


def test_a_clerk_learns_nothing_of_another_clerks_finding(
    small_app: Flask, small_audited: Program
) -> None:
    other = program_of(small_app, "A09")
    answer = other.post(f"{DAY}/acts", {**SHORT, "found": "95.00", "act": "answer", "reason": "x"})
    assert (answer.status_code, _code(answer)) == (403, "not_permitted")
    assert "90.00" not in answer.text
    assert other.get(f"{DAY}/finding?check=C02&subject=tender:A01/cash").status_code == 403


def test_acts_without_a_reason_and_unknown_findings_are_refused(small_audited: Program) -> None:
    silent = small_audited.post(f"{DAY}/acts", {**SHORT, "act": "answer", "reason": " "})
    assert (silent.status_code, _code(silent)) == (422, "reason_missing")
    gone = {**SHORT, "subject": "tender:A77/cash", "act": "accept"}
    assert small_audited.post(f"{DAY}/acts", gone).status_code == 404


def test_overriding_asks_for_the_password_again(small_app: Flask, small_audited: Program) -> None:
    manager = program_of(small_app, "M01")
    answer = manager.post(
        f"{DAY}/acts", {**SHORT, "act": "override", "reason": "x", "password": "guess"}
    )
    assert (answer.status_code, _code(answer)) == (403, "password_not_confirmed")
    assert small_audited.read(f"{DAY}/findings?check=C02")["findings"][0]["state"] == "open"


def test_a_day_with_standing_findings_is_not_signed(small_audited: Program) -> None:
    wrong = small_audited.post(f"{DAY}/signature", {"password": "guess"})
    assert (wrong.status_code, _code(wrong)) == (403, "password_not_confirmed")
    blocked = small_audited.post(f"{DAY}/signature", {"password": PASSWORD})
    assert blocked.status_code == 409


def test_a_clean_day_is_signed_once(app: Flask, auditor: Program) -> None:
    del app
    (old,) = [
        one["batch"]
        for one in auditor.read("/api/v1/halls/T001/intakes")["intakes"]
        if one["kind"] == "declarations"
    ]
    right = b"clerk,tender,amount,float_kept\nA01,cash,100.00,0.00\n"
    assert auditor.upload(right, replaces=str(old)).status_code == 201
    slips = DEPOSITS.replace("90.00", "100.00") + "JK2,bank,,100.00,2024-03-05\n"
    head, *rows = slips.splitlines()
    receipts = [f"{head},bank_receipt", f"{rows[0]},", f"{rows[1]},R1"]
    assert auditor.upload("\n".join(receipts).encode()).status_code == 201
    assert auditor.post(f"{DAY}/nil", {"source": "invoices"}).status_code == 201
    day = told(auditor.post(f"{DAY}/audit", {}))
    assert [f for f in day["findings"] if f["severity"] == "block"] == []
    signed = auditor.post(f"{DAY}/signature", {"password": PASSWORD}, key="sign")
    assert signed.status_code == 201, signed.text
    assert told(signed)["status"]["audit"] == "audited"
    again = auditor.post(f"{DAY}/signature", {"password": PASSWORD}, key="sign")
    assert (again.json, again.headers["Idempotent-Replay"]) == (signed.json, "true")
    assert auditor.post(f"{DAY}/signature", {"password": PASSWORD}).status_code == 409


def test_the_papers_are_given_as_files(small_audited: Program) -> None:
    pdf = small_audited.get(f"{DAY}/report.pdf?language=zh")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    xlsx = small_audited.get(f"{DAY}/report.xlsx")
    assert xlsx.data[:2] == b"PK"
    assert "audit-T001-2024-03-05.xlsx" in xlsx.headers["Content-Disposition"]
    assert small_audited.get(f"{DAY}/report.pdf?language=fr").status_code == 422
