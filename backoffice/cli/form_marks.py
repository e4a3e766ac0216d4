"""`forms void`, `tick`, `cover`, `loss`, `kept`, `destroy` and what belongs to them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import ExistingFile, Moment, WholeNumber, WrongArgument, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_documents import describe
from backoffice.cli.stock_files import acting, in_both
from backoffice.database import begin_read, begin_work
from backoffice.destruction_files import read_books, submit_listed
from backoffice.mark_answers import (
    RED_IS_LEFT,
    cover_payload,
    kept_payload,
    loss_payload,
    open_void_payload,
    signed_void_payload,
    void_payload,
)
from backoffice.stock_answers import document_payload
from invoices.covers import print_cover, read_cover
from invoices.loss_cases import STATES, LossView, list_losses, show_loss
from invoices.losses import open_loss, report_loss, settle_loss, undo_loss
from invoices.open_voids import open_voids
from invoices.retention import retention_calendar, sign_destruction, submit_destruction
from invoices.void_rules import Tick
from invoices.voids import sign_void, submit_void
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

CODE = an_option("--code", default="", said=Text("发票代码。", "Invoice code."))
NUMBERS = an_option(
    "--number",
    "numbers",
    multiple=True,
    required=True,
    said=Text("号码或 起号-止号,可重复。", "A number, or FIRST-LAST; repeatable."),
)
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
NUMBER = click.argument("number", metavar="NUMBER")
TICK = re.compile(r"(\d{1,20})=((?:\d{1,2}(?:,\d{1,2})*)?)(:stamped)?", re.ASCII)


@command("void", Text("申请作废;稽核勾选联次后签字。", "Ask that numbers become void."))
@hall_option()
@CODE
@NUMBERS
@an_option("--copies", type=WholeNumber(), default=None, said=Text("全部联次数。", "All copies."))
@REASON
@as_option()
@pass_console
def void(console: Console, /, **given: Any) -> None:
    """Ask that numbers become void; the copies are those the code says, if not given."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = submit_void(
            uow,
            hall=hall,
            code=given["code"],
            numbers=given["numbers"],
            copies=given["copies"] or None,
            reason=given["reason"],
        )
        shown = void_payload(uow, hall, document, console.language)
    console.give(shown, describe(document, shown))


@command(
    "tick",
    Text(
        "稽核勾选收回的联次与作废章并签字。",
        "Tick the copies before you and the stamp, and sign a void as auditor.",
    ),
)
@NUMBER
@hall_option()
@an_option(
    "--tick",
    "ticks",
    multiple=True,
    required=True,
    said=Text(
        "号码=联次[:stamped],如 00100008=1,2,3:stamped。",
        "NUMBER=COPIES[:stamped], as 00100008=1,2,3:stamped.",
    ),
)
@as_option()
@pass_console
def tick(console: Console, /, **given: Any) -> None:
    """Sign a void; one that lacks a copy is rejected, and the red letter named as the way."""
    ticks = [_tick(one) for one in given["ticks"]]
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        signed = sign_void(uow, hall=hall, number=given["number"], ticks=ticks)
        shown = signed_void_payload(uow, hall, signed, console.language)
    said = [describe(signed.document, shown)]
    console.give(shown, *said, *([RED_IS_LEFT] if signed.refused else []))


@command("voids", Text("未了结的作废,含作废未收回。", "Voids not settled, not recovered ones too."))
@hall_option()
@as_option()
@pass_console
def voids(console: Console, /, **given: Any) -> None:
    """List voids that await the auditor or lack copies, oldest first."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        found = open_voids(uow, [hall.id], on=uow.today)
    shown = [open_void_payload(one, console.language) for one in found]
    console.give(
        shown,
        *(
            in_both(
                f"{one['document']} {one['invoice_code']} {one['invoice_no']} {one['state_name']}"
                f" {one['days']}d"
            )
            for one in shown
        ),
    )


@command("cover", Text("印制或查阅封面作废登记。", "Print or read a book's cover of void numbers."))
@hall_option()
@CODE
@an_option("--first", "no", required=True, said=Text("本中任一号码。", "Any number of the book."))
@an_option("--version", type=WholeNumber(), default=None, said=Text("旧版。", "An old version."))
@an_option(
    "--pdf", type=click.Path(path_type=Path), default=None, said=Text("PDF 文件。", "The PDF.")
)
@as_option()
@pass_console
def cover(console: Console, /, **given: Any) -> None:
    """Make a new version if the voids changed, or read an old one; write it as PDF if asked."""
    book = {"code": given["code"], "no": given["no"]}
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        if given["version"] is None:
            one = print_cover(uow, hall=hall, **book)
        else:
            one = read_cover(uow, hall=hall, version=given["version"], **book)
        shown = cover_payload(one)
        content = b""
        if given["pdf"] is not None:
            # Laying out a paper loads Pango and its fonts, which no other command should wait for.
            from backoffice.cover_papers import cover_paper

            content = cover_paper(uow, hall, one, language=console.paper_language)
    if content:
        from backoffice.audit_papers import write_whole

        write_whole(given["pdf"], content)
    listed = ", ".join(line.invoice_no for line in one.lines)
    console.give(
        shown,
        Text(
            f"封面第 {one.version} 版:{listed or '无作废'}", f"Cover {one.version}: {listed or '-'}"
        ),
    )


@command("loss", Text("登记丢失,号码即锁定。", "Open a loss case; its numbers are locked."))
@hall_option()
@CODE
@NUMBERS
@an_option(
    "--found-at", type=Moment(), required=True, said=Text("发现时间。", "When it was found.")
)
@an_option("--circumstances", required=True, said=Text("经过。", "How it happened."))
@an_option("--copies", default="", said=Text("丢失联次(已开票)。", "Copies lost, if issued."))
@as_option()
@pass_console
def loss(console: Console, /, **given: Any) -> None:
    """Open a case; its report is due by the end of the day of discovery."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        case = open_loss(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            code=given["code"],
            numbers=given["numbers"],
            found_at=given["found_at"],
            circumstances=given["circumstances"],
            copies=given["copies"],
        )
        view = show_loss(uow, case)
    console.give(loss_payload(view, console.language), _loss_line(view))


@command("losses", Text("丢失登记。", "Loss cases, the open ones first."))
@hall_option()
@as_option()
@pass_console
def losses(console: Console, /, **given: Any) -> None:
    """List loss cases with how their clock stands."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        views = list_losses(uow, [hall.id])
    shown = [loss_payload(view, console.language) for view in views]
    console.give(shown, *(_loss_line(view) for view in views))


@command("report-loss", Text("登记丢失的书面报告。", "Log the written report of a loss."))
@NUMBER
@hall_option()
@an_option("--report-no", required=True, said=Text("报告编号。", "Number of the report."))
@an_option("--by", "reported_by", required=True, said=Text("报告人。", "Who reported it."))
@an_option("--at", type=Moment(), default=None, said=Text("报告时间。", "When; now if not given."))
@as_option()
@pass_console
def report(console: Console, /, **given: Any) -> None:
    """Log a report; lateness goes by when it is logged."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        case = report_loss(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            number=given["number"],
            report_no=given["report_no"],
            reported_by=given["reported_by"],
            reported_at=given["at"],
        )
        view = show_loss(uow, case)
    console.give(loss_payload(view, console.language), _loss_line(view))


@command("end-loss", Text("丢失结案或找回。", "Close a loss, or note that it is found again."))
@NUMBER
@hall_option()
@an_option("--found", is_flag=True, said=Text("已找回。", "What was lost is found."))
@an_option("--result", required=True, said=Text("处理结果。", "What came of it."))
@as_option()
@pass_console
def end_loss(console: Console, /, **given: Any) -> None:
    """Close a reported case, or undo the loss of what is found."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        number, result = given["number"], given["result"]
        if given["found"]:
            case = undo_loss(uow, hall=hall, number=number, reason=result)
        else:
            case = settle_loss(uow, hall=hall, number=number, result=result)
        view = show_loss(uow, case)
    console.give(loss_payload(view, console.language), _loss_line(view))


@command("kept", Text("保管期日历。", "Until when the papers of finished books are kept."))
@hall_option()
@as_option()
@pass_console
def kept(console: Console, /, **given: Any) -> None:
    """List finished books by the end of their time."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        found = retention_calendar(uow, find_hall(uow, given["hall_code"]))
    shown = [kept_payload(one, console.language) for one in found]
    console.give(
        shown,
        *(
            in_both(f"{one.name} {one.kept_until} {one.destroyed_on or ''}".strip())
            for one in found
        ),
    )


@command("destroy", Text("申请销毁,或以单号签字。", "Ask to destroy kept papers, or sign for it."))
@click.argument("number", metavar="[NUMBER]", default="")
@hall_option()
@an_option(
    "--book", "books", multiple=True, said=Text("代码/起号,可重复。", "CODE/FIRST; repeatable.")
)
@an_option(
    "--file",
    type=ExistingFile(),
    default=None,
    said=Text("列出这些票本的 csv 或 xlsx。", "A csv or xlsx of the books."),
)
@REASON
@as_option()
@pass_console
def destroy(console: Console, /, **given: Any) -> None:
    """Ask with books or a file of them, or sign the document of that number."""
    path: Path | None = given["file"]
    listed = read_books(path.name, path.read_bytes()) if path else []
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        if given["number"]:
            document = sign_destruction(uow, hall=hall, number=given["number"])
        elif path is not None:
            document = submit_listed(
                uow, hall=hall, name=path.name, books=listed, reason=given["reason"]
            )
        else:
            books, reason = given["books"], given["reason"]
            document = submit_destruction(uow, hall=hall, books=books, reason=reason)
        shown = document_payload(uow, hall, document, console.language)
    console.give(shown, describe(document, shown))


def _tick(word: str) -> Tick:
    read = TICK.fullmatch(word.replace(" ", ""))
    if read is None:
        reason = Text(
            f"“{word}”应为 号码=联次[:stamped],如 00100008=1,2,3:stamped。",
            f"“{word}” is no NUMBER=COPIES[:stamped] such as 00100008=1,2,3:stamped.",
        )
        raise WrongArgument(name="--tick", reason=reason)
    copies = tuple(int(copy) for copy in read[2].split(",") if copy)
    return Tick(read[1], copies, bool(read[3]))


def _loss_line(view: LossView) -> Text:
    state = STATES[view.state]
    numbers = f"{view.invoice_code} {', '.join(view.numbers)}".strip()
    late = Text(" 逾期" if view.late else "", ", late" if view.late else "")
    return Text(
        f"{view.number} {numbers} {state.zh}{late.zh}",
        f"{view.number} {numbers}: {state.en}{late.en}",
    )


MARK_COMMANDS = (void, tick, voids, cover, loss, losses, report, end_loss, kept, destroy)
