"""`forms report`: the month, the register, a clerk's sheet, the books that are not done with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import as_option, find_actor, hall_option, require_one_or_all
from backoffice.cli.commands import Date, WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.goods import list_lines
from backoffice.cli.stock_documents import describe
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.form_answers import counts_payload
from backoffice.form_lists import FormReport, report_paper, report_payload, report_workbook
from backoffice.form_reports import REPORT_KINDS, make_group_month, make_report
from backoffice.goods_lists import written
from backoffice.sheets import CellKind
from backoffice.stock_answers import document_payload
from invoices.day_sheets import sign_day_sheet
from invoices.form_counts import count_forms
from ledger.organisations import find_hall
from ledger.text import Language, Text

NAMES = " ".join(REPORT_KINDS)
MONTH_ALONE = Text("多个营业厅只有月报 month。", "Of several halls there is the month alone.")


@command(
    "report",
    Text(
        f"给出一份票据报表。可用报表:{NAMES}。",
        f"Give one of the reports on invoice forms. The reports are: {NAMES}.",
    ),
)
@click.argument("name", metavar="REPORT")
@hall_option(required=False)
@option("--all", "every", is_flag=True, said=Text("所有营业厅(月报)。", "All halls (month)."))
@option("--on", "on", type=Date(), said=Text("日期,默认今日。", "The day; today by default."))
@option("--month", "month", default="", said=Text("月份,如 2026-11。", "A month like 2026-11."))
@option(
    "--code", "code", default="", said=Text("发票代码,无代码为 -。", "Invoice code; - for none.")
)
@option("--book", "book", default="", said=Text("票本中任一号码。", "Any number of a book."))
@option("--clerk", "clerk", default="", said=Text("工号。", "A staff number."))
@option(
    "--closing",
    "closing",
    default="",
    said=Text(
        "实点期末份数,与账不符即拒绝。", "Closing counted by hand; refused if not the books'."
    ),
)
@option(
    "--xlsx",
    "xlsx",
    type=click.Path(path_type=Path),
    said=Text("另存为工作簿。", "Write it as a workbook too."),
)
@option(
    "--pdf",
    "pdf",
    type=click.Path(path_type=Path),
    said=Text("另存为 PDF,供签字。", "Write it as PDF too, to be signed."),
)
@as_option()
@pass_console
def show_report(
    console: Console,
    /,
    *,
    name: str,
    hall_code: str | None,
    every: bool,
    on: dt.date | None,
    xlsx: Path | None,
    pdf: Path | None,
    as_number: str | None,
    password_stdin: bool,
    **words: str,
) -> None:
    """Give a report, and write it as workbook and paper where asked."""
    require_one_or_all(hall_code is not None, every)
    if every and name != "month":
        raise WrongArgument(name="--all", reason=MONTH_ALONE)
    engine = console.open_books()
    actor = find_actor(
        console,
        engine,
        as_number=as_number,
        hall_code=hall_code or "",
        password_stdin=password_stdin,
    )
    asked = {**words, "on": on.isoformat() if on else ""}
    with begin_read(engine, actor) as uow:
        if hall_code is None:
            report = make_group_month(uow, (), asked)
        else:
            report = make_report(uow, find_hall(uow, hall_code), name, asked)
        paper = report_paper(uow, report, language=console.paper_language) if pdf else b""
    if xlsx is not None:
        write_whole(xlsx, report_workbook(report, language=console.paper_language))
    if pdf is not None:
        write_whole(pdf, paper)
    console.give(
        {"hall": hall_code, **report_payload(report, console.language)},
        *(Text(line, line) for line in report_lines(report, console.language)),
    )


COUNTED = option(
    "--counted",
    "counted",
    required=True,
    said=Text("实点份数,或“代码 份数”。", "Counted: a number, or CODE NUMBER by commas."),
)


@command(
    "sheet",
    Text(
        "签营业员票据日清单:实点与账相符才成立,对方再签。",
        "Sign a clerk's daily sheet: the count must be the books' own; the other side signs too.",
    ),
)
@hall_option()
@option("--clerk", "clerk", default="", said=Text("工号,默认本人。", "A number; else your own."))
@option("--on", "on", type=Date(), said=Text("日期,默认今日。", "The day; today by default."))
@COUNTED
@as_option()
@pass_console
def sign_sheet(console: Console, /, **given: Any) -> None:
    """Sign the sheet."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = sign_day_sheet(
            uow, hall=hall, clerk=given["clerk"], on=given["on"], counted=given["counted"]
        )
        shown = document_payload(uow, hall, document, console.language)
    console.give(shown, describe(document, shown))


@command(
    "count",
    Text(
        "盘点空白票:与账不符的记为差异,点对为止。",
        "Count blanks: what differs from the books is a finding until it is counted right.",
    ),
)
@hall_option()
@option("--clerk", "clerk", default="", said=Text("工号;不填为保险柜。", "Else the safe."))
@option("--on", "on", type=Date(), said=Text("日期,默认今日。", "The day; today by default."))
@COUNTED
@as_option()
@pass_console
def count_blanks(console: Console, /, **given: Any) -> None:
    """Note a count."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        counts = count_forms(
            uow, hall=hall, holder=given["clerk"], counted=given["counted"], on=given["on"]
        )
        shown = counts_payload(hall.code, counts)
    lines = [
        Text(
            f"{one.invoice_code} 应有 {one.expected},实点 {one.counted}"
            + ("" if one.counted == one.expected else f",不符:{one.segments}"),
            f"{one.invoice_code}: should be {one.expected}, counted {one.counted}"
            + ("" if one.counted == one.expected else f", differs: {one.segments}"),
        )
        for one in counts
    ]
    console.give(shown, *lines)


def report_lines(report: FormReport, language: Language) -> list[str]:
    """Give a report as lines of a terminal."""
    lines = [
        report.title.in_language(language),
        *(
            f"{name.in_language(language)}: {written(value, CellKind.TEXT, language)}"
            for name, value in report.heading
        ),
    ]
    for table in report.full_tables:
        own = list_lines(table, language)
        lines += own[1:] if table.title == report.title else ["", *own]
    return [*lines, *(note.in_language(language) for note in report.notes)]
