"""Reports over one hall or several on the command line: shown, and written where asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import require_one_or_all
from backoffice.cli.commands import option
from backoffice.cli.console import Console
from backoffice.cli.form_reports import report_lines
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read
from backoffice.form_lists import FormReport, report_payload, report_workbook
from ledger.text import Language, Text
from ledger.work import UnitOfWork

XLSX = option(
    "--xlsx",
    "xlsx",
    type=click.Path(path_type=Path),
    said=Text("另存为工作簿。", "Write it as a workbook too."),
)
PDF = option(
    "--pdf",
    "pdf",
    type=click.Path(path_type=Path),
    said=Text("另存为 PDF。", "Write it as PDF too."),
)
Paper = Callable[[UnitOfWork, FormReport, Language], bytes]


def give_halls_report(
    console: Console,
    given: dict[str, Any],
    make: Callable[[UnitOfWork, Sequence[str]], FormReport],
    paper: Paper,
) -> None:
    """Make a report of the halls named, or of all one oversees; show it, write it where asked."""
    codes = given["codes"]
    require_one_or_all(bool(codes), given["every"])
    # The first hall that is named tells whose staff number it is.
    engine, actor = acting(console, {**given, "hall_code": next(iter(codes), "")})
    with begin_read(engine, actor) as uow:
        report = make(uow, codes)
        printed = paper(uow, report, console.paper_language) if given["pdf"] else b""
    write_report(console, given, report, printed)
    lines = report_lines(report, console.language)
    console.give(report_payload(report, console.language), *(Text(line, line) for line in lines))


def write_report(
    console: Console, given: dict[str, Any], report: FormReport, printed: bytes
) -> None:
    """Write a report as workbook, and what was printed of it, where asked."""
    if given["xlsx"] is not None:
        write_whole(given["xlsx"], report_workbook(report, language=console.paper_language))
    if given["pdf"] is not None:
        write_whole(given["pdf"], printed)
