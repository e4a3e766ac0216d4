"""Halls at a glance: what is open, who is late, over and short side by side."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine

from backoffice.database import begin_read, begin_work
from backoffice.form_lists import FormReport
from backoffice.overview import make_overview
from ledger.cash.tables import OverShortCase
from ledger.evidence.expected import expect_day
from ledger.organisations import find_hall
from ledger.permissions import NotPermitted
from ledger.work import system_actor
from tests.backoffice.conftest import SAMPLE_DAY
from tests.backoffice.visitors import HALL, Visitor
from tests.builders import LOADER, OpenHall, open_hall
from tests.ledger.audit.evidence_days import line, put, put_nil

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
"""The evening of a Tuesday; the halls' books open on Friday, 20 November."""


def rows_of(report: FormReport, name: str) -> list[tuple[Any, ...]]:
    """Give the rows of one table of the report."""
    return [row for table in report.tables if table.name == name for row in table.rows]


@pytest.fixture
def two(engine: Engine) -> tuple[OpenHall, OpenHall]:
    """Give a hall that owes its files of Friday, and one that owes nothing but three days."""
    owing, quiet = open_hall(engine, "OV01"), open_hall(engine, "OV02")
    put(
        owing,
        "accounts",
        line("T1", 100_00, tender="pos", tender_ref="P1"),
    )
    with owing.work(LOADER) as uow:
        expect_day(uow, owing.id, SAMPLE_DAY)
        expect_day(uow, quiet.id, SAMPLE_DAY)
        for clerk, fen in (("A01", -30_00), ("A02", 12_00)):
            for date in (SAMPLE_DAY, dt.date(2026, 10, 9)):
                uow.session.add(_case(owing.id, date, clerk, fen))
    for source in ("accounts", "invoices", "declarations", "deposits"):
        put_nil(quiet, source)
    return owing, quiet


def _case(hall_id: int, date: dt.date, clerk: str, fen: int) -> OverShortCase:
    return OverShortCase(
        hall_id=hall_id,
        business_date=date,
        clerk=clerk,
        tender="cash",
        state="open",
        found_fen=fen,
        passed_fen=0,
        cause="unknown",
        note="",
        due_on=date,
        way="",
        document_id=None,
        opened_at=NOW,
    )


def test_open_days_and_late_reports_are_told_hall_by_hall(two: tuple[OpenHall, OpenHall]) -> None:
    owing, _ = two
    with begin_read(owing.engine, system_actor("cli"), now=NOW) as uow:
        report = make_overview(uow, ["OV01", "OV02"])
    missing = [SAMPLE_DAY + dt.timedelta(days=n) for n in (1, 2, 3)]
    halls = {str(row[0])[:4]: row[1:] for row in rows_of(report, "halls")}
    assert halls == {"OV01": (SAMPLE_DAY, 1, 0, 0, 7, 0), "OV02": (None, 0, 0, 0, 3, 0)}
    late = [(row[0], str(row[1])[:4], row[2].en) for row in rows_of(report, "late")]
    assert late[0] == (
        SAMPLE_DAY,
        "OV01",
        "Declarations, Hand-ins and deposits, Invoices, POS settlements",
    )
    assert late[1:] == [
        (day, hall, "Nothing of the whole day") for day in missing for hall in ("OV01", "OV02")
    ]


def test_over_and_short_are_never_netted(two: tuple[OpenHall, OpenHall]) -> None:
    owing, _ = two
    with begin_read(owing.engine, system_actor("cli"), now=NOW) as uow:
        report = make_overview(uow, ["OV01"])
    clerks = [(str(row[1])[:3], *row[2:]) for row in rows_of(report, "clerks")]
    assert clerks == [("A01", 2, 0, 60_00, 2), ("A02", 2, 24_00, 0, 2)]
    months = {row[0]: row[1:] for row in rows_of(report, "months")}
    assert len(months) == 12
    assert months["2026-10"] == months["2026-11"] == (2, 12_00, 30_00)
    assert months["2026-09"] == (0, 0, 0)


def test_only_who_leads_halls_looks_at_them(two: tuple[OpenHall, OpenHall]) -> None:
    owing, _ = two
    for who in ("A01", "K01", "J01"):
        for codes in ([], ["OV01"]):
            with pytest.raises(NotPermitted), owing.read(who) as uow:
                make_overview(uow, codes)


def test_the_page_has_tables_charts_paper_and_workbook(app: Flask) -> None:
    with begin_work(app.extensions["backoffice_engine"], LOADER) as uow:
        uow.session.add(_case(find_hall(uow, "H001").id, SAMPLE_DAY, "A02", -10_00))
    manager = Visitor(app, "M01", "en")
    page = manager.read(f"{HALL}/overview")
    for words in ("Days of each hall", "Over and short by clerk", "Late reports"):
        assert words in page
    assert page.count('class="chart"') == 2
    assert f'href="{HALL}/overview"' in manager.read(f"{HALL}/")
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{HALL}/overview.xlsx").data))
    assert book.sheetnames[0] == "Days of each hall"
    assert manager.get(f"{HALL}/overview.pdf").data.startswith(b"%PDF")
    assert Visitor(app, "A02").get(f"{HALL}/overview").status_code == 403
