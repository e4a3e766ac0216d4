"""`forms receive`, `forms blanks`, `forms end`: books by file, custody, codes out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backoffice.book_files import read_book_file
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, ExistingFile, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import GOOD_LINES, acting, read_fact
from backoffice.database import begin_read, begin_work
from backoffice.form_answers import blanks_payload, books_payload, ends_payload
from invoices.book_files import VERDICTS, receive_books
from invoices.form_ends import FormsLeft, close_hall, end_form, forms_to_hand_in
from invoices.segments import Segment, blank_segments
from ledger.accounts import ACCOUNT_KINDS
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

CODE = an_option("--code", default=None, said=Text("发票代码。", "Invoice code."))


@command(
    "receive",
    Text("按文件入库票据,逐行给出结论。", "Receive books from a file; every line has its verdict."),
)
@hall_option()
@an_option(
    "--file",
    "file",
    type=ExistingFile(),
    required=True,
    said=Text(
        "csv 或 xlsx:发票代码、起号、止号、份数、形式、每本份数、票种。",
        "A csv or xlsx: invoice_code, first_no, last_no, count, carrier, per_book, form_kind.",
    ),
)
@GOOD_LINES
@an_option(
    "--fact", "facts", multiple=True, said=Text("名称=值,可重复。", "NAME=VALUE; repeatable.")
)
@as_option()
@pass_console
def receive(console: Console, /, **given: Any) -> None:
    """Receive the books of a file; one with bad lines that posted nothing ends with 2."""
    path: Path = given["file"]
    lines = read_book_file(path.name, path.read_bytes())
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        report = receive_books(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            lines=lines,
            good_lines=given["good_lines"],
            facts=dict(read_fact(one) for one in given["facts"]),
        )
    said = [
        Text(
            f"第{one.line.line_no}行 {one.line.first_no}–{one.line.last_no}"
            f" {VERDICTS[one.verdict].zh}:{one.reason.zh if one.reason else ''}",
            f"line {one.line.line_no} {one.line.first_no}–{one.line.last_no}"
            f" {VERDICTS[one.verdict].en}: {one.reason.en if one.reason else ''}",
        )
        for one in (*report.bad, *report.doubtful)
    ]
    good, numbers = len(report.lines) - len(report.bad), ", ".join(report.numbers)
    done = Text(
        f"合格 {good} 行,不合格 {len(report.bad)} 行;{numbers or '未入账'}",
        f"{good} good, {len(report.bad)} bad; {numbers or 'nothing posted'}",
    )
    console.give(books_payload(report, console.language), *said, done)
    if report.bad and not report.numbers:
        raise click.exceptions.Exit(2)


@command("blanks", Text("空白票据在谁手里,按号段。", "Blank forms by custody, in segments."))
@hall_option()
@an_option("--clerk", default=None, said=Text("工号。", "Staff number."))
@CODE
@as_option()
@pass_console
def blanks(console: Console, /, **given: Any) -> None:
    """List blank forms."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        segments = blank_segments(uow, hall, clerk=given["clerk"], invoice_code=given["code"])
    payload = blanks_payload(given["hall_code"], segments, console.language)
    console.give(payload, *(_segment_words(one) for one in segments))


@command(
    "end",
    Text(
        "登记换版停用的发票代码;不带代码时列出待缴销的空白票据。",
        "Note a code that is out of date; without one list the blanks to be handed in.",
    ),
)
@hall_option()
@CODE
@an_option("--on", type=Date(), default=None, said=Text("停用首日。", "First day out of date."))
@an_option("--reason", default="", said=Text("原因。", "Why."))
@as_option()
@pass_console
def end(console: Console, /, **given: Any) -> None:
    """End a code, then list what is to be handed in."""
    engine, actor = acting(console, given)
    if given["code"] is not None:
        with begin_work(engine, actor) as uow:
            end_form(
                uow,
                hall=find_hall(uow, given["hall_code"]),
                invoice_code=given["code"],
                ends_on=given["on"] or uow.now.date(),
                reason=given["reason"],
            )
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        left = forms_to_hand_in(uow, hall)
    payload = ends_payload(given["hall_code"], left, console.language)
    console.give(payload, *(_left_words(one) for one in left))


@command(
    "close",
    Text(
        "关闭营业厅;有空白票据或未交存根时拒绝并列出号段。",
        "Close a hall; refused, with the segments, while it has blank forms or undelivered stubs.",
    ),
)
@click.argument("hall_code", metavar="CODE")
@an_option("--reason", default="", said=Text("原因。", "Why."))
@an_option("--on", type=Date(), default=None, said=Text("最后营业日。", "The last day."))
@as_option()
@pass_console
def close(console: Console, /, **given: Any) -> None:
    """Close a hall after a day, today if none is given."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        closing = close_hall(uow, hall=hall, reason=given["reason"], on=given["on"])
        day = closing.closed_on.isoformat()
    console.give(
        {"hall": given["hall_code"], "closed_on": day},
        Text(f"{given['hall_code']} 已于 {day} 关闭。", f"{given['hall_code']} closed on {day}."),
    )


def _segment_words(one: Segment) -> Text:
    place = ACCOUNT_KINDS[one.place].text
    front = f"{one.shown()} ({one.count})"
    return Text(
        f"{front} {place.zh} {one.holder}".strip(), f"{front} {place.en} {one.holder}".strip()
    )


def _left_words(one: FormsLeft) -> Text:
    return Text(
        f"{one.invoice_code} 自 {one.ends_on} 停用,待缴销 {one.count} 份",
        f"{one.invoice_code} out of date from {one.ends_on}, {one.count} to be handed in",
    )


STOCK_COMMANDS = (receive, blanks, end)
