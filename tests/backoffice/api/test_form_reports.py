"""Reports on invoice forms over the API: rows by key, paper and workbook of the same."""

from __future__ import annotations

from flask import Flask

from tests.backoffice.api.conftest import API, Program, program_of, told
from tests.backoffice.small_hall import DATE

REPORTS = f"{API}/halls/T001/forms/reports"


def test_the_month_is_told_table_by_table(small_auditor: Program) -> None:
    report = small_auditor.read(f"{REPORTS}/month?month=2024-03&language=en")
    assert report["report"] == "month"
    assert [table["list"] for table in report["tables"]] == ["codes", "not_invoiced"]
    (row,) = report["tables"][1]["rows"]
    assert (row["clerk"], row["transactions"], row["amount"]) == ("A01 甲一", 2, "100.00")


def test_paper_and_workbook_are_of_the_same_report(small_auditor: Program) -> None:
    assert small_auditor.get(f"{REPORTS}/month.pdf?month=2024-03").data.startswith(b"%PDF")
    assert small_auditor.get(f"{REPORTS}/month.xlsx?month=2024-03").data.startswith(b"PK")


def test_several_halls_are_one_month(small_auditor: Program) -> None:
    report = small_auditor.read(f"{API}/forms/month?halls=T001&month=2024-03")
    assert report == small_auditor.read(f"{API}/forms/month?month=2024-03")
    assert small_auditor.get(f"{API}/forms/month.xlsx?month=2024-03").data.startswith(b"PK")
    assert small_auditor.get(f"{API}/forms/month.pdf?month=2024-03").data.startswith(b"%PDF")
    unknown = small_auditor.get(f"{API}/forms/month?halls=T001,T999")
    assert told(unknown)["code"] == "unknown_hall"


def test_a_clerk_gets_no_month_and_no_other_hall(small_app: Flask) -> None:
    clerk = program_of(small_app, "A01")
    assert clerk.get(f"{REPORTS}/month").status_code == 403
    assert clerk.get(f"{API}/forms/month").status_code == 403
    assert clerk.get(f"{REPORTS}/sheet?on=2024-03-05").status_code == 200
    assert clerk.get(f"{REPORTS}/sheet?on=2024-03-05&clerk=A09").status_code == 403


def test_a_sheet_is_signed_only_for_forms_one_had(small_app: Flask) -> None:
    clerk = program_of(small_app, "A01")
    sheets = f"{API}/halls/T001/forms/sheets"
    refused = clerk.post(sheets, {"counted": "0", "date": DATE})
    assert told(refused)["code"] == "no_forms_that_day"
    assert clerk.post(sheets, {"date": DATE}).status_code == 422
    counts = f"{API}/halls/T001/forms/counts"
    refused = clerk.post(counts, {"clerk": "A01", "counted": "0", "date": DATE})
    assert told(refused)["code"] == "no_forms_that_day"
    assert clerk.get(counts).status_code == 403
