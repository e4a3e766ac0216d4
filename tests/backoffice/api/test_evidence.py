"""Evidence by the API: taken whole or refused whole, listed with its rows, personal ones masked."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice.database import begin_read
from ledger.events import Event
from ledger.evidence.tables import Intake
from tests.backoffice.api.conftest import API, DAY, TESTER, Program, program_of, told
from tests.backoffice.small_hall import ACCOUNTS, BAD_FILES, DATE, DECLARATIONS, DEPOSITS


def _stored(app: Flask) -> tuple[int, int]:
    with begin_read(app.extensions["backoffice_engine"], TESTER) as uow:
        return (
            uow.session.scalar(select(func.count()).select_from(Intake)) or 0,
            uow.session.scalar(select(func.count()).select_from(Event)) or 0,
        )


def _batches(program: Program) -> dict[str, Any]:
    listed = program.read(f"{API}/halls/T001/intakes?date={DATE}")
    return {one["kind"]: one for one in listed["intakes"]}


def test_a_file_is_recognised_and_kept(auditor: Program) -> None:
    answer = auditor.upload(DEPOSITS.encode(), name="C:/bank/slips.csv")
    assert answer.status_code == 201
    assert {k: told(answer)[k] for k in ("file", "kind", "layout", "rows", "sums", "earlier")} == {
        "file": "slips.csv",
        "kind": "deposits",
        "layout": "hall",
        "rows": 1,
        "sums": {"rows": 1, "amount": "90.00"},
        "earlier": False,
    }
    again = auditor.upload(DEPOSITS.encode())
    assert (told(again)["earlier"], told(again)["batch"]) == (True, told(answer)["batch"])


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_a_problem_and_nothing_is_stored(
    small_app: Flask, small_auditor: Program, case: str
) -> None:
    bad = BAD_FILES[case]()
    before = _stored(small_app)
    answer = small_auditor.upload(bad.content, name=bad.name)
    assert answer.status_code == 422
    problem = json.loads(answer.text)
    assert problem["code"] == "bad_input"
    assert all(word in problem["detail"] for word in bad.says), problem["detail"]
    assert problem["problems"][0]["file"] == bad.name
    assert _stored(small_app) == before


def test_changed_rows_need_the_batch_they_replace(app: Flask, auditor: Program) -> None:
    changed = DECLARATIONS.replace("90.00", "100.00").encode()
    before = _stored(app)
    refused = auditor.upload(changed)
    old = _batches(auditor)["declarations"]["batch"]
    assert refused.status_code == 422
    assert f"batch {old}" in json.loads(refused.text)["detail"]
    assert _stored(app) == before
    new = auditor.upload(changed, replaces=str(old))
    assert new.status_code == 201
    assert auditor.read(f"{API}/halls/T001/intakes/{old}")["replaced_by"] == told(new)["batch"]
    assert auditor.upload(changed, replaces=str(old)).status_code == 404


def test_the_form_is_read_strictly(small_app: Flask, small_auditor: Program) -> None:
    before = _stored(small_app)
    for fields, column in (
        ({"colour": "red"}, "colour"),
        ({"replaces": "1.0"}, "replaces"),
        ({"replaces": "0"}, "replaces"),
    ):
        answer = small_auditor.upload(DEPOSITS.encode(), **fields)
        assert answer.status_code == 422
        assert json.loads(answer.text)["problems"][0]["column"] == column
    assert small_auditor.post(f"{DAY}/evidence", {}).status_code == 422
    assert _stored(small_app) == before


def test_a_clerk_may_not_import_nor_look(small_app: Flask) -> None:
    clerk = program_of(small_app, "A01")
    before = _stored(small_app)
    answer = clerk.upload(b"\xff\xfe no file at all")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (403, "not_permitted")
    assert clerk.get(f"{API}/halls/T001/intakes").status_code == 403
    assert clerk.get(DAY).status_code == 403
    assert _stored(small_app) == before


def test_a_foreign_file_comes_in_by_a_mapping(small_auditor: Program) -> None:
    mapping = (
        b'name = "till"\nkind = "declarations"\n[columns]\n'
        b'clerk = "who"\ntender = { constant = "cash" }\namount = "sum"\n'
    )
    answer = small_auditor.upload(
        b"who,sum\nA09,12.00\n", mapping=(io.BytesIO(mapping), "till.toml")
    )
    assert answer.status_code == 201
    assert (told(answer)["layout"], told(answer)["sums"]["amount"]) == ("mapping", "12.00")
    refused = small_auditor.upload(
        b"who,sum\nA09,12.00\n", mapping=(io.BytesIO(b"kind ="), "till.toml")
    )
    assert refused.status_code == 422
    assert json.loads(refused.text)["problems"][0]["file"] == "till.toml"


def test_rows_are_listed_page_by_page_with_subscribers_masked(auditor: Program) -> None:
    batch = _batches(auditor)["accounts"]["batch"]
    address = f"{API}/halls/T001/intakes/{batch}/rows"
    first = auditor.read(f"{address}?page_size=1")
    second = auditor.read(f"{address}?page=2&page_size=1")
    assert (first["total"], len(first["rows"]), len(second["rows"])) == (2, 1, 1)
    row = first["rows"][0]
    assert row["txn_no"] == "20240305001"
    assert (row["line"], row["date"], row["received"]) == (2, DATE, "58.00")
    assert row["accepted_at"] == "2024-03-05T09:00:00+08:00"
    assert row["subscriber"] == "138****1111"
    assert "13800001111" in ACCOUNTS
    assert second["rows"][0]["txn_no"] == "20240305002"


def test_a_batch_nobody_has_is_not_found(small_auditor: Program) -> None:
    for number in ("999999", str(10**30)):
        answer = small_auditor.get(f"{API}/halls/T001/intakes/{number}")
        assert (answer.status_code, json.loads(answer.text)["code"]) == (404, "unknown_batch")


def test_a_source_without_business_is_declared_nil(small_auditor: Program) -> None:
    answer = small_auditor.post(f"{DAY}/nil", {"source": "deposits"})
    assert answer.status_code == 201
    assert answer.json == {"hall": "T001", "date": DATE, "source": "deposits"}
    unknown = small_auditor.post(f"{DAY}/nil", {"source": "settlements"})
    assert (unknown.status_code, json.loads(unknown.text)["code"]) == (422, "unknown_source")
