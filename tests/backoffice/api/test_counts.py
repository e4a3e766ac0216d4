"""Counts over the API: opened, scanned blind, finished, settled; the same request once."""

from __future__ import annotations

from io import BytesIO

import openpyxl
from flask import Flask

from tests.backoffice.api.conftest import API, Program, program_of, told

COUNTS = f"{API}/halls/T001/counts"
SERIAL = "867123050001009"
OPEN = {"kind": "monthly", "place": "clerk A01", "counter": "A09", "witness": "J01"}


def test_a_count_from_its_opening_to_its_result(app: Flask, auditor: Program) -> None:
    counter, manager = program_of(app, "A09"), program_of(app, "M01")
    opened = manager.post(COUNTS, {**OPEN, "date": "2024-03-05"}, key="open-1")
    assert opened.status_code == 201, opened.text
    assert told(manager.post(COUNTS, {**OPEN, "date": "2024-03-05"}, key="open-1"))["count"] == 1
    assert told(manager.post(COUNTS, OPEN))["code"] == "count_under_way"
    one = f"{COUNTS}/1"
    scans = {"codes": ["NEW-1", "new-1", "123456789012345"]}
    taken = told(counter.post(f"{one}/scans", scans, key="scan-1"))
    assert [scan["verdict"] for scan in taken["scans"]] == ["unknown", "twice", "unreadable"]
    again = told(counter.post(f"{one}/scans", scans, key="scan-1"))
    assert again == taken
    assert counter.read(one)["outcome"] is None
    assert told(counter.get(f"{one}/differences.xlsx"))["code"] == "count_is_blind"
    assert auditor.read(one)["outcome"] is None
    assert manager.read(one)["outcome"]["missing"] == 1
    finished = told(counter.post(f"{one}/finish"))
    assert finished["outcome"]["differences"][0]["serial"] == SERIAL
    rows = openpyxl.load_workbook(BytesIO(counter.get(f"{one}/differences.xlsx").data)).worksheets[
        0
    ]
    shown = [row[3] for row in rows.iter_rows(values_only=True)]
    assert {SERIAL, "NEW-1"} <= set(shown)
    settled = told(manager.post(f"{one}/settle", {"items": {"NEW-1": "SJ1"}, "reason": "查"}))
    assert (settled["state"], settled["document_state"]) == ("settled", "submitted")
    month = auditor.read(f"{API}/halls/T001/months/2024-03/counts")
    assert [place["lack"] for place in month["places"]] == ["not_posted"]
    sheet = counter.get(f"{one}/sheet.pdf")
    assert sheet.data.startswith(b"%PDF")


def test_an_undo_and_a_recount(app: Flask) -> None:
    counter, manager = program_of(app, "A09"), program_of(app, "M01")
    manager.post(COUNTS, OPEN)
    one = f"{COUNTS}/1"
    (scan,) = told(counter.post(f"{one}/scans", {"codes": [SERIAL]}))["scans"]
    undone = told(counter.post(f"{one}/scans", {"undo": scan["scan"]}))
    assert undone["count"]["scanned"] == 0
    counter.post(f"{one}/finish")
    body = {"counter": "A09", "witness": "J01"}
    assert told(manager.post(f"{one}/recount", body))["code"] == "same_counter"
    body = {"counter": "M01", "witness": "J01"}
    assert told(manager.post(f"{one}/recount", body))["state"] == "recounting"
    assert told(manager.post(f"{one}/scans", {"codes": [SERIAL]}))["count"]["scanned"] == 1
    assert told(manager.post(f"{one}/finish"))["state"] == "settled"


def test_who_takes_no_part_sees_nothing_and_bad_bodies_are_refused(app: Flask) -> None:
    manager = program_of(app, "M01")
    manager.post(COUNTS, OPEN)
    clerk = program_of(app, "A01")
    assert clerk.read(COUNTS)["counts"] == []
    assert clerk.get(f"{COUNTS}/1").status_code == 403
    assert clerk.post(f"{COUNTS}/1/scans", {"codes": ["X"]}).status_code == 403
    assert manager.get(f"{COUNTS}/9").status_code == 404
    assert manager.post(COUNTS, {**OPEN, "kind": "yearly"}).status_code == 422
    assert manager.post(f"{COUNTS}/1/cancel", {"reason": "误开"}).status_code == 200
