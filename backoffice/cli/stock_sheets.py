"""`stock sheet ..`, `stock custody` and `stock loans`: scanning to a document, and who has what."""

from __future__ import annotations

import sys
from typing import Any

import click

from backoffice.answers import Payload
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import ExistingFile, WholeNumber, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting, in_both, read_fact
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.sheet_answers import (
    care_payload,
    custody_payload,
    loan_payload,
    scan_payload,
    sheet_head,
    sheet_payload,
)
from backoffice.sheet_files import SheetFile, read_sheet_file
from backoffice.stock_answers import document_payload
from backoffice.transfers import forward_transfers
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.custody import custody_of, own_holders, require_custody_sight
from stock.loans import goods_in_care, loans_out
from stock.scan_sheets import (
    confirm_scan,
    drop_sheet,
    find_sheet,
    lines_of_sheet,
    open_sheets,
    undo_scan,
)
from stock.scan_tables import ScanSheet
from stock.sheet_work import begin_sheet, scan_onto, state_on_sheet, submit_sheet

NUMBER = click.argument("number", metavar="SHEET", type=WholeNumber())
FACTS = an_option(
    "--fact", "facts", multiple=True, said=Text("名称=值,可重复。", "NAME=VALUE; repeatable.")
)
SHOWN = 50


@command("open", Text("开一张扫码草稿。", "Begin a scan sheet."))
@click.argument("kind", metavar="KIND")
@hall_option()
@FACTS
@as_option()
@pass_console
def begin(console: Console, /, **given: Any) -> None:
    """Begin a sheet for a kind of document."""
    facts = dict(read_fact(one) for one in given["facts"])
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        sheet = begin_sheet(uow, hall=hall, kind=given["kind"], facts=facts)
        shown = sheet_payload(uow, hall, sheet, console.language)
    console.give(shown, _words(shown))


@command("list", Text("我的未完草稿。", "One's sheets not finished."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List the actor's open sheets."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        shown = [sheet_head(uow, hall, one, console.language) for one in open_sheets(uow, hall)]
    console.give(shown, *(_words(one) for one in shown))


@command("show", Text("一张扫码草稿。", "One scan sheet with its scans."))
@NUMBER
@hall_option()
@as_option()
@pass_console
def show(console: Console, /, **given: Any) -> None:
    """Show a sheet of the actor's."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        sheet = find_sheet(uow, hall, given["number"])
        shown = sheet_payload(uow, hall, sheet, console.language)
        scans = scan_payload(lines_of_sheet(uow, sheet)[-SHOWN:], console.language)
    console.give(shown, _words(shown), *scan_words(scans))


@command(
    "scan",
    Text(
        "扫码:文件(xlsx、csv),或标准输入每行一个。",
        "Take codes: of a file (xlsx, csv), or of standard input one a line.",
    ),
)
@NUMBER
@hall_option()
@an_option(
    "--file", "path", type=ExistingFile(), said=Text("xlsx、csv 或文本。", "xlsx, csv or text.")
)
@an_option("--undo", type=WholeNumber(), said=Text("撤销此号扫描。", "Undo this scan."))
@an_option("--confirm", type=WholeNumber(), said=Text("确认此号补位。", "Confirm this scan."))
@as_option()
@pass_console
def scan(console: Console, /, **given: Any) -> None:
    """Take codes, or undo or confirm one scan."""
    engine, actor = acting(console, given)
    path, undo, confirm = given["path"], given["undo"], given["confirm"]
    read = SheetFile()
    if path is not None:
        read = read_sheet_file(path.name, path.read_bytes())
    elif undo is None and confirm is None:
        read.codes = [line.strip() for line in sys.stdin if line.strip()]
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        sheet = find_sheet(uow, hall, given["number"], lock=True)
        if undo is not None:
            undo_scan(uow, sheet, undo)
        if confirm is not None:
            confirm_scan(uow, sheet, confirm)
        taken = scan_onto(uow, hall=hall, sheet_id=sheet.id, codes=read.codes, facts=read.facts)
        scans = scan_payload(taken, console.language, of_file=read.lines)
        shown = {**sheet_head(uow, hall, sheet, console.language), "scans": scans}
    console.give(shown, *scan_words(scans[:SHOWN]), _words(shown))


@command("state", Text("填写单据内容。", "State what the document says."))
@NUMBER
@hall_option()
@FACTS
@as_option()
@pass_console
def state(console: Console, /, **given: Any) -> None:
    """Keep facts on the sheet; its scans are judged again."""
    facts = dict(read_fact(one) for one in given["facts"])

    def do(uow: UnitOfWork, hall: Hall) -> ScanSheet:
        return state_on_sheet(uow, hall=hall, sheet_id=given["number"], facts=facts)

    _change(console, given, do)


@command("drop", Text("弃用草稿。", "Put a sheet aside."))
@NUMBER
@hall_option()
@as_option()
@pass_console
def drop(console: Console, /, **given: Any) -> None:
    """Put a sheet aside for good."""

    def do(uow: UnitOfWork, hall: Hall) -> ScanSheet:
        sheet = find_sheet(uow, hall, given["number"], lock=True)
        drop_sheet(uow, sheet)
        return sheet

    _change(console, given, do)


@command("make", Text("成单。", "Make the document of a sheet."))
@NUMBER
@hall_option()
@an_option(
    "--good-only", is_flag=True, said=Text("只用已记入的。", "Leave scans that were not taken.")
)
@as_option()
@pass_console
def make(console: Console, /, **given: Any) -> None:
    """Submit the sheet's document."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = submit_sheet(
            uow, hall=hall, sheet_id=given["number"], good_only=given["good_only"]
        )
        shown = document_payload(uow, hall, document, console.language)
    forward_transfers(engine)
    console.give(shown, in_both(f"{shown['name']} {shown['number']} {shown['state_name']}"))


@command("custody", Text("在手:某人或柜台持有什么。", "What a clerk or counter holds."))
@hall_option()
@an_option("--holder", default="", said=Text("工号或柜台。", "Staff number or counter."))
@as_option()
@pass_console
def custody(console: Console, /, **given: Any) -> None:
    """Show what is in hand; one's own where nobody is named."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "stock", "view")
        holder = given["holder"] or next(iter(own_holders(uow, hall)), "")
        require_custody_sight(uow, hall, holder)
        today = uow.today
        held = custody_of(uow, hall, holder, today)
        shown = custody_payload(hall, held, today)
    pieces = held.total("in_hand")
    rows = [[one.code, one.name, str(one.opening), str(one.in_hand)] for one in held.items]
    console.give(
        shown,
        Text(f"{holder} 在手 {pieces}", f"{holder}: {pieces} in hand"),
        *(in_both(line) for line in draw_table(rows, right=frozenset({2, 3}))),
    )


@command("loans", Text("借出,超期在前。", "What is lent out, overdue first."))
@hall_option()
@as_option()
@pass_console
def loans(console: Console, /, **given: Any) -> None:
    """List what is lent out."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "stock", "view")
        today = uow.today
        found = loans_out(uow, hall)
    console.give(
        [loan_payload(one, today) for one in found],
        *(
            Text(
                f"{one.serial} {one.name} {one.customer} 应还 {one.due_on or '—'}"
                f"{f' 超期 {late} 天' if late else ''}",
                f"{one.serial} {one.name} {one.customer} due {one.due_on or '—'}"
                f"{f', {late} days late' if late else ''}",
            )
            for one in found
            for late in [one.days_late(today)]
        ),
    )


@command("care", Text("送修代管,应取在前。", "Customers' pieces in our care."))
@hall_option()
@as_option()
@pass_console
def care(console: Console, /, **given: Any) -> None:
    """List what customers left in our care."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "stock", "view")
        today = uow.today
        found = goods_in_care(uow, hall)
    console.give(
        [care_payload(one, today) for one in found],
        *(
            Text(
                f"{one.serial} {one.name} {one.customer} 应取 {one.due_on or '—'}"
                f"{',送修超 60 日,应换机' if one.exchange_due(today) else ''}",
                f"{one.serial} {one.name} {one.customer} ready {one.due_on or '—'}"
                f"{', over 60 days in repair: exchange it' if one.exchange_due(today) else ''}",
            )
            for one in found
        ),
    )


def _change(console: Console, given: dict[str, Any], do: Any) -> None:
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        sheet = do(uow, hall)
        shown = sheet_payload(uow, hall, sheet, console.language)
    console.give(shown, _words(shown))


def _words(shown: Payload) -> Text:
    front = f"{shown['sheet']} {shown['name']}"
    return Text(
        f"{front} 已记 {shown['scanned']},重复 {shown['twice']},未记入 {shown['refused']}",
        f"{front}: {shown['scanned']} taken, {shown['twice']} twice, {shown['refused']} not taken",
    )


def scan_words(scans: list[Payload]) -> list[Text]:
    """Say each scan with its verdict; one that came from a file with its line."""
    said = []
    for one in scans:
        told = f"{one['code']} {one['verdict_name']} {one['note']}".rstrip()
        number, line = f"{one['scan']} ", one["line"]
        zh, en = (f"第{line}行 ", f"line {line} ") if line else (number, number)
        said.append(Text(f"{zh}{told}", f"{en}{told}"))
    return said


sheet = group(
    "sheet",
    Text("扫码草稿:从第一枪到成单。", "Scan sheets: from the first scan to the document."),
    begin,
    show_list,
    show,
    scan,
    state,
    make,
    drop,
)
