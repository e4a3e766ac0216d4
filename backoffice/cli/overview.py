"""`overview`: open days, late reports, over and short of one hall or several."""

from __future__ import annotations

from typing import Any

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import as_option, find_actor
from backoffice.cli.audit import ONE_OR_ALL
from backoffice.cli.commands import WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.form_reports import report_lines
from backoffice.cli.refund_reports import PDF, XLSX
from backoffice.database import begin_read
from backoffice.form_lists import report_payload, report_workbook
from backoffice.overview import make_overview, overview_paper
from ledger.text import Text


@command(
    "overview",
    Text("营业厅总览:未结营业日、迟报、长短款。", "Open days, late reports, over and short."),
)
@option(
    "--hall",
    "codes",
    multiple=True,
    said=Text("营业厅代码,可重复。", "A hall's code; repeatable."),
)
@option("--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls one oversees."))
@XLSX
@PDF
@as_option()
@pass_console
def overview(console: Console, /, **given: Any) -> None:
    """Give the overview, and write it as workbook and paper where asked."""
    codes: tuple[str, ...] = given["codes"]
    if bool(codes) == given["every"]:
        raise WrongArgument(name="--hall", reason=ONE_OR_ALL)
    engine = console.open_books()
    actor = find_actor(
        console,
        engine,
        as_number=given["as_number"],
        hall_code=codes[0] if codes else "",
        password_stdin=given["password_stdin"],
    )
    said = console.paper_language
    with begin_read(engine, actor) as uow:
        report = make_overview(uow, codes)
        paper = overview_paper(uow, report, language=said) if given["pdf"] else b""
    if given["xlsx"] is not None:
        write_whole(given["xlsx"], report_workbook(report, language=said))
    if given["pdf"] is not None:
        write_whole(given["pdf"], paper)
    lines = report_lines(report, console.language)
    console.give(report_payload(report, console.language), *(Text(line, line) for line in lines))
