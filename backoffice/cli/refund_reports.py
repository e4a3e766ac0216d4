"""`refund paper`, `papers` and `statistics`: a case on paper, the day's list, a month upward."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import as_option, hall_option, halls_options
from backoffice.cli.commands import Date, WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.form_reports import report_lines
from backoffice.cli.hall_reports import PDF, XLSX, give_halls_report, write_report
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.form_lists import report_paper
from backoffice.refund_handover import handover_payload, handover_report, list_payload
from backoffice.refund_papers import CASE_PAPERS, refund_paper
from backoffice.refund_statistics import make_statistics, statistics_paper
from ledger.documents import STATES, Document
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.handing_over import give_papers, refuse_papers, take_back_list, take_papers

ACTS = ("show", "give", "take", "refuse", "take-back")
NUMBER_NEEDED = Text("请写明清单号。", "Name the list's number.")


@command(
    "paper",
    Text(
        f"打印一张单据:{' '.join(CASE_PAPERS)}。",
        f"Print a paper of a case: {', '.join(CASE_PAPERS)}.",
    ),
)
@click.argument("number", metavar="NUMBER")
@click.argument("paper", metavar="PAPER", type=click.Choice(list(CASE_PAPERS)))
@option(
    "--output",
    "output",
    required=True,
    type=click.Path(path_type=Path),
    said=Text("写入的 PDF 文件。", "The PDF file to write."),
)
@hall_option()
@as_option()
@pass_console
def print_paper(console: Console, /, **given: Any) -> None:
    """Print application, approval or the customer's receipt."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        content = refund_paper(
            uow, hall, given["number"], given["paper"], language=console.paper_language
        )
    write_whole(given["output"], content)
    said = Text(f"已写入 {given['output']}。", f"Written to {given['output']}.")
    console.give(
        {"number": given["number"], "paper": given["paper"], "file": str(given["output"])}, said
    )


@command(
    "papers",
    Text(
        f"当日资料交接清单:{' '.join(ACTS)}。",
        f"The day's papers for the auditor: {', '.join(ACTS)}.",
    ),
)
@click.argument("act", metavar="ACT", type=click.Choice(list(ACTS)))
@click.argument("number", metavar="[LIST]", default="")
@option("--on", "on", type=Date(), said=Text("执行日,默认今日。", "Day carried out; else today."))
@option("--reason", "reason", default="", said=Text("退回原因。", "Why it is refused."))
@XLSX
@PDF
@hall_option()
@as_option()
@pass_console
def day_papers(console: Console, /, **given: Any) -> None:
    """Show the day's papers, hand them over, or end a list."""
    engine, actor = acting(console, given)
    act, number = given["act"], given["number"]
    if act in ("take", "refuse", "take-back") and not number:
        raise WrongArgument(name="LIST", reason=NUMBER_NEEDED)
    if act != "show":
        with begin_work(engine, actor) as uow:
            hall = find_hall(uow, given["hall_code"])
            document = _act(uow, hall, act, given)
            number, shown = document.number or "", list_payload(uow, document, console.language)
            state = STATES[document.state]
        said = Text(f"清单 {number} {state.zh}", f"List {number}: {state.en.lower()}")
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        on = given["on"] or uow.today
        report = handover_report(uow, hall, on, number=number)
        if act == "show":
            shown = handover_payload(uow, hall, on, number, console.language)
        paper = report_paper(uow, report, language=console.paper_language) if given["pdf"] else b""
    write_report(console, given, report, paper)
    lines = report_lines(report, console.language) if act == "show" else []
    told = [Text(line, line) for line in lines] or [said]
    console.give(shown, *told)


@command(
    "statistics",
    Text("一个月的退费统计,可多个营业厅。", "A month of refunds, of one hall or several."),
)
@halls_options()
@option("--month", "month", default="", said=Text("月份,如 2026-11。", "A month like 2026-11."))
@XLSX
@PDF
@as_option()
@pass_console
def show_statistics(console: Console, /, **given: Any) -> None:
    """Give the statistics, and write them as workbook and paper where asked."""
    give_halls_report(
        console,
        given,
        lambda uow, codes: make_statistics(uow, codes, {"month": given["month"]}),
        lambda uow, report, said: statistics_paper(uow, report, language=said),
    )


def _act(uow: UnitOfWork, hall: Hall, act: str, given: dict[str, Any]) -> Document:
    number = given["number"]
    if act == "give":
        return give_papers(uow, hall=hall, on=given["on"] or uow.today)
    if act == "take":
        return take_papers(uow, hall=hall, number=number)
    if act == "refuse":
        return refuse_papers(uow, hall=hall, number=number, reason=given["reason"])
    return take_back_list(uow, hall=hall, number=number)
