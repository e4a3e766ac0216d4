"""Halls made for files from elsewhere, and what the audit finds in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, select

from backoffice.audit_work import run_day
from backoffice.daily_checks import DAILY_CHECKS
from backoffice.database import begin_read, begin_work
from backoffice.folder import load_folder
from backoffice.receiving import receive_file
from invoices.uses import post_uses
from ledger.audit.day import FindingView
from ledger.audit.engine import run_audit
from ledger.audit.findings import Finding
from ledger.audit.queries import show_day
from ledger.evidence.expected import expect_days
from ledger.evidence.intake import IntakeResult
from ledger.evidence.mappings import load_mapping
from ledger.organisations import find_hall
from ledger.work import system_actor

SYSTEM = system_actor("cli")
MAPPINGS = Path(__file__).parent / "mappings"
LONG_AFTER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)

_HALL = """\
code = "{code}"
name = "{code} 营业厅"
organisation = "集团/某市"
business_date = "{date}"

[[staff]]
number = "A01"
name = "甲"
roles = ["clerk"]
"""


def open_hall(
    engine: Engine, folder: Path, *, code: str, date: dt.date, books: str | None = None
) -> None:
    """Load a hall of one clerk, A01; `books` is the text of an `invoice_books` file."""
    folder.mkdir()
    (folder / "hall.toml").write_text(_HALL.format(code=code, date=date), "utf-8")
    if books is not None:
        (folder / "invoice_books.csv").write_text(books, "utf-8")
    load_folder(engine, folder)


def receive_mapped(
    engine: Engine, file: Path, *, mapping: str, hall: str, date: dt.date
) -> IntakeResult:
    """Take a foreign file in through one of the mappings beside these tests."""
    rules = load_mapping((MAPPINGS / f"{mapping}.toml").read_text("utf-8"))
    return receive_file(
        engine,
        SYSTEM,
        hall_code=hall,
        date=date,
        file_name=file.name,
        content=file.read_bytes(),
        mapping=rules,
    )


def audit(
    engine: Engine, hall: str, date: dt.date, *, now: dt.datetime = LONG_AFTER
) -> tuple[FindingView, ...]:
    """Run the audit of a hall-day and give its findings that stand."""
    run_day(engine, SYSTEM, hall, date, now=now)
    with begin_read(engine, SYSTEM, now=now) as uow:
        day = show_day(uow, find_hall(uow, hall), date)
    return tuple(finding for finding in day.findings if finding.state != "recalculated")


def audit_days(
    engine: Engine, hall_code: str, dates: Sequence[dt.date]
) -> list[tuple[dt.date, str, str]]:
    """Audit many days of a hall at once; gives (date, check, subject) of what stands."""
    with begin_work(engine, SYSTEM, now=LONG_AFTER) as uow:
        hall = find_hall(uow, hall_code)
        days = [(hall, date) for date in dates]
        expect_days(uow, [(hall.id, date) for date in dates])
        post_uses(uow, days=days)
        run_audit(uow, days=days, questions=DAILY_CHECKS)
        standing = uow.session.execute(
            select(Finding.business_date, Finding.check_code, Finding.subject).where(
                Finding.hall_id == hall.id,
                Finding.business_date.in_(dates),
                Finding.state != "recalculated",
            )
        )
        return [(date, check, subject) for date, check, subject in standing]
