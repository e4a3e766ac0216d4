"""Documents, units and verification by the API; its own document; and what the operator watches."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.backoffice.api.conftest import API, DAY, Program, program_of, told
from tests.backoffice.small_hall import DATE

HALL = f"{API}/halls/T001"
IMEI = "867123050001009"


def test_documents_are_listed_and_shown_with_their_lines(auditor: Program) -> None:
    listed = auditor.read(f"{HALL}/documents?kind=draw")
    assert listed["total"] == 1
    (draw,) = listed["documents"]
    assert (draw["paper_no"], draw["state"], draw["date"]) == ("CK1", "posted", DATE)
    shown = auditor.read(f"{HALL}/documents/{draw['number']}")
    assert shown == auditor.read(f"{HALL}/documents/CK1")
    (line,) = shown["lines"]
    assert (line["item"], line["serial"], line["quantity"]) == ("SJ1", IMEI, 1)
    assert (line["from"], line["to"]) == ("Store", "Clerk A01")
    assert auditor.get(f"{HALL}/documents/CK9").status_code == 404


def test_a_unit_is_found_by_its_identifier_with_its_whole_life(auditor: Program) -> None:
    (unit,) = auditor.read(f"{API}/units/{IMEI}")["units"]
    assert (unit["hall"], unit["item"], unit["place"]) == ("T001", "SJ1", "Clerk A01")
    assert [(step["from"], step["to"]) for step in unit["steps"]] == [
        ("Supplier", "Store"),
        ("Store", "Clerk A01"),
    ]
    assert {"kind": "imei", "namespace": "", "value": IMEI} in unit["names"]
    assert auditor.get(f"{API}/units/000000000000000").status_code == 404


def test_the_books_are_verified_against_a_chain_head(small_auditor: Program) -> None:
    proof = small_auditor.read(f"{HALL}/verification")
    assert proof["sound"] is True
    number, digest = proof["chain"].split(":")
    assert small_auditor.read(f"{HALL}/verification?event={number}&hash={digest}")["sound"] is True
    other = small_auditor.read(f"{HALL}/verification?event={number}&hash={'0' * 64}")
    assert (other["sound"], other["differences"][0]["event"]) == (False, int(number))
    half = small_auditor.get(f"{HALL}/verification?event={number}")
    assert (half.status_code, json.loads(half.text)["code"]) == (422, "half_an_expectation")


def test_days_are_listed_between_two_dates(small_auditor: Program) -> None:
    (day,) = small_auditor.read(f"{HALL}/days?from={DATE}&to={DATE}")["days"]
    assert (day["date"], day["status"]["hall"]) == (DATE, "working")
    nobody_reported = small_auditor.read(f"{HALL}/days?from=2024-03-06&to=2024-03-09")["days"]
    assert sorted((one["date"], one["unreported"]) for one in nobody_reported) == [
        (f"2024-03-0{number}", True) for number in range(6, 10)
    ]
    assert small_auditor.read(f"{HALL}/days?from=2024-02-01&to=2024-02-09")["days"] == []
    assert small_auditor.get(f"{HALL}/days?from=2024-03-09&to=2024-03-06").status_code == 422
    assert small_auditor.get(f"{HALL}/days?from=20240305").status_code == 422


def _spec(app: Flask) -> Any:
    answer = app.test_client().get(f"{API}/openapi.json")
    assert answer.status_code == 200
    return answer.json


def test_the_openapi_document_names_every_address(small_app: Flask) -> None:
    spec = _spec(small_app)
    assert spec["openapi"].startswith("3.")
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))
        for rule in small_app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        and not rule.endpoint.startswith(("api_rest", "api_read"))
    }
    assert set(spec["paths"]) == rules
    assert f"{HALL.replace('T001', '{hall}')}/days/{{date}}/evidence" in rules


def test_every_operation_has_words_in_both_languages_and_posts_a_key(small_app: Flask) -> None:
    for path, item in _spec(small_app)["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            assert re.search("[\u3400-\u9fff]", operation["x-summary-zh"]), path
            named = [p["name"] for p in item.get("parameters", ())]
            if method == "post" and not path.endswith("/session"):
                assert "Idempotency-Key" in named, path


@pytest.mark.parametrize(("language", "words"), [("zh", "程序接口"), ("en", "The API")])
def test_the_document_can_be_read_by_people(small_app: Flask, language: str, words: str) -> None:
    headers = {"Accept-Language": language}
    page = small_app.test_client().get(f"{API}/docs", headers=headers)
    assert page.status_code == 200
    assert words in page.text
    for path in _spec(small_app)["paths"]:
        assert path in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_health_is_told_and_an_old_schema_is_ill(
    small_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = small_app.test_client()
    assert told(client.get("/healthz"))["status"] == "ok"
    monkeypatch.setattr("backoffice.schema_check.wanted_revision", lambda: "9999")
    ill = client.get("/healthz")
    assert ill.status_code == 503
    assert json.loads(ill.text)["code"] == "database_not_ready"


def test_metrics_count_answers_and_what_stands_in_the_books(app: Flask) -> None:
    auditor = program_of(app, "J01")
    assert auditor.post(f"{DAY}/audit", {}).status_code == 200
    assert auditor.get(f"{API}/halls/T9/days").status_code == 404
    answer = app.test_client().get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert 'backoffice_requests_total{door="api_audit",method="POST",status="200"} 1' in lines
    assert 'backoffice_requests_total{door="api_halls",method="GET",status="404"} 1' in lines
    assert "backoffice_halls 1" in lines
    assert any(line.startswith('backoffice_findings_standing{severity="block"}') for line in lines)
    assert "backoffice_database_up 1" in lines
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+')
    assert [line for line in lines if not line.startswith("#") and not sample.fullmatch(line)] == []
