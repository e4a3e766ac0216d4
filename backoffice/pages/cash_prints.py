"""Lists of cash on paper and as workbooks: petty cash, a day sheet, openings of the safe."""

from __future__ import annotations

import datetime as dt

from flask import Response as File
from flask import g

from backoffice.cash_reports import day_sheet, petty_report, safe_log
from backoffice.downloads import PDF, XLSX, download
from backoffice.form_lists import FormReport, report_paper, report_workbook
from backoffice.pages.cash_pages import LOOK, OVERSEE
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.shell import asked_month
from backoffice.pages.showing import language
from ledger.cash.seen import petty_month, see_shift
from ledger.cash.shifts import find_shift
from ledger.work import UnitOfWork


def month_shown() -> dt.date:
    """Give the first day of the month that was asked for, else of this month."""
    today: dt.date = g.today
    return asked_month() or today.replace(day=1)


@pages.get("/halls/<hall>/cash/petty.pdf")
@needs(*OVERSEE)
def print_petty() -> File:
    """Give the month of petty cash on paper, with room for three signatures."""
    with reading() as uow:
        return _paper(uow, petty_report(hall(), petty_month(uow, hall(), month_shown())))


@pages.get("/halls/<hall>/cash/petty.xlsx")
@needs(*OVERSEE)
def petty_workbook() -> File:
    """Give the same as a workbook."""
    with reading() as uow:
        report = petty_report(hall(), petty_month(uow, hall(), month_shown()))
    content = report_workbook(report, language=language())
    return download(content, XLSX, f"{report.name}-{hall().code}.xlsx")


@pages.get("/halls/<hall>/cash/safe-log.pdf")
@needs(*OVERSEE)
def print_safe_log() -> File:
    """Give the month's openings of the safe on paper."""
    with reading() as uow:
        return _paper(uow, safe_log(uow, hall(), month_shown()))


@pages.get("/halls/<hall>/shifts/<date:date>/<clerk>/sheet.pdf")
@needs(*LOOK)
def print_day_sheet(date: dt.date, clerk: str) -> File:
    """Give a shift's day sheet on paper; nothing of the books before it is closed."""
    with reading() as uow:
        shift = find_shift(uow, hall(), clerk, date)
        return _paper(uow, day_sheet(uow, hall(), see_shift(uow, hall(), shift)))


def _paper(uow: UnitOfWork, report: FormReport) -> File:
    content = report_paper(uow, report, language=language())
    return download(content, PDF, f"{report.name}-{hall().code}.pdf", inline=True)
