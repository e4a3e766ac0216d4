"""`month ..`: what a month waits for, its pack, and the signatures that lock it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.hall_reports import PDF, XLSX
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.form_lists import FormReport, report_paper, report_workbook
from backoffice.month_answers import month_payload
from backoffice.month_packs import (
    MonthShown,
    make_month_pack,
    month_report_of,
    show_month,
    sign_month_pack,
)
from ledger.documents import STATES
from ledger.months.packs import read_month_name, send_back_pack
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

month = group(
    "month", Text("月末关账:条件、月结单、签字与锁定。", "The month's end: pack, signatures, lock.")
)
REASON = option("--reason", "reason", default="", said=Text("原因。", "Why."))


def _command(name: str, said: Text, *more: Any) -> Callable[[Any], click.Command]:
    """Declare a command about a hall's MONTH, such as 2026-11."""

    def add(function: Any) -> click.Command:
        made = hall_option()(as_option()(pass_console(function)))
        for one in more:
            made = one(made)
        return command(name, said)(click.argument("month_name", metavar="MONTH")(made))

    return add


@_command(
    "show",
    Text("显示月结条件与月结单。", "Show what the month waits for, and its pack."),
    XLSX,
    PDF,
)
def show_month_end(console: Console, /, **given: Any) -> None:
    """Show a month, and write its pack as workbook and paper where asked."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        shown = show_month(uow, hall, read_month_name(given["month_name"]))
        told = month_payload(uow, hall, shown, console.language)
        wanted = {name: given[name] for name in ("xlsx", "pdf") if given[name] is not None}
        if wanted:
            _write(uow, console, wanted, month_report_of(shown))
    console.give(told, *_lines(shown))


def _write(uow: UnitOfWork, console: Console, wanted: dict[str, Path], report: FormReport) -> None:
    said = console.paper_language
    if "xlsx" in wanted:
        write_whole(wanted["xlsx"], report_workbook(report, language=said))
    if "pdf" in wanted:
        write_whole(wanted["pdf"], report_paper(uow, report, language=said))


def _act(
    console: Console, given: dict[str, Any], act: Callable[[UnitOfWork, Hall, dt.date], object]
) -> None:
    engine, actor = acting(console, given)
    first = read_month_name(given["month_name"])
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        act(uow, hall, first)
        shown = show_month(uow, hall, first)
        told = month_payload(uow, hall, shown, console.language)
    console.give(told, *_lines(shown))


@_command("make", Text("编制月结单并签字(稽核)。", "Make the pack and sign it, as the auditor."))
def make_month(console: Console, /, **given: Any) -> None:
    """Make the month's pack."""
    _act(console, given, make_month_pack)


@_command("sign", Text("签署月结单;三方签齐即锁定。", "Sign the pack; the third signature locks."))
def sign_month(console: Console, /, **given: Any) -> None:
    """Sign the month's pack."""
    _act(console, given, sign_month_pack)


@_command("send-back", Text("退回月结单。", "Send the pack back."), REASON)
def send_back_month(console: Console, /, **given: Any) -> None:
    """Send the pack back with a reason."""
    reason = given["reason"]
    _act(
        console,
        given,
        lambda uow, hall, first: send_back_pack(uow, hall=hall, first=first, reason=reason),
    )


def _lines(shown: MonthShown) -> list[Text]:
    name, lines = f"{shown.first:%Y-%m}", []
    if shown.pack is not None:
        state = STATES[shown.pack.state]
        number = shown.pack.number
        lines.append(
            Text(f"{name} 月结单 {number} {state.zh}", f"{name} pack {number}: {state.en.lower()}")
        )
    for gate, standing in shown.gates:
        mark = "-" if standing else "+"
        lines.append(Text(f"{mark} {gate.text.zh}", f"{mark} {gate.text.en}"))
        lines += [Text(f"    {one.text.zh}", f"    {one.text.en}") for one in standing]
    return lines


for _made in (show_month_end, make_month, sign_month, send_back_month):
    month.add_command(_made)
