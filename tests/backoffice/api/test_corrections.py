"""Correction slips by the API: sent, answered with a line, accepted; liability; statistics."""

from __future__ import annotations

from flask import Flask

from tests.backoffice.api.conftest import DAY, PASSWORD, Program, program_of, told
from tests.backoffice.small_hall import DATE

SLIPS = DAY.partition("/days/")[0] + "/corrections"
SHORT = {"check": "C02", "subject": "tender:A01/cash"}


def test_a_slip_is_sent_answered_returned_and_accepted(app: Flask, audited: Program) -> None:
    clerk = program_of(app, "A01")
    body = {"date": DATE, "clerk": "A01", "errors": [SHORT], "wrong": "10.00 short"}
    made = audited.post(SLIPS, body, key="s-1")
    assert made.status_code == 201, made.text
    assert audited.post(SLIPS, body, key="s-1").json == made.json
    slip = told(made)
    assert slip["errors"][0]["expected"] == "100.00"
    address = f"{SLIPS}/{slip['number']}"
    assert clerk.read(SLIPS)["slips"][0]["number"] == slip["number"]
    assert audited.post(f"{address}/acts", {"act": "answer", "words": "x"}).status_code == 403
    answered = clerk.post(f"{address}/acts", {"act": "answer", "words": "wrong change given"})
    assert told(answered)["awaits"] == ["auditor"]
    assert clerk.post(f"{address}/acts", {"act": "accept", "password": PASSWORD}).status_code != 200
    returned = audited.post(f"{address}/acts", {"act": "return", "reason": "how so?"})
    assert told(returned)["state"] == "returned"
    clerk.post(f"{address}/acts", {"act": "answer", "words": "a 50 taken for a 60"})
    unsigned = audited.post(f"{address}/acts", {"act": "accept", "password": "no"})
    assert unsigned.status_code == 403, unsigned.text
    accepted = audited.post(f"{address}/acts", {"act": "accept", "password": PASSWORD})
    whole = told(accepted)
    assert (whole["state"], whole["returns"]) == ("accepted", 1)
    assert [one["act"] for one in whole["rounds"]] == ["sent", "answered", "returned", "answered"]
    assert audited.get(f"{address}/slip.pdf?language=en").data.startswith(b"%PDF")
    report = audited.read("/api/v1/corrections/statistics")
    assert [table["rows"] for table in report["tables"]][1][0]["slips"] == 1


def test_liability_is_proposed_by_the_department_alone(audited: Program) -> None:
    body = {**SHORT, "liable": "clerk", "amount": "10.00", "reason": "he left"}
    assert audited.post(f"{DAY}/liability", body).status_code == 403
    assert audited.post(f"{DAY}/liability", {**body, "liable": "moon"}).status_code == 422
