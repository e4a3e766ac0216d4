"""`forms red`, `reds`, `link-red`, `red-slip`, `red-slips`: red letters and confirmation slips."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, ExistingFile, Moment, Money, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.mark_answers import red_payload, slip_payload
from backoffice.slip_files import read_slip_file, slips_said
from invoices.red_sides import SIDES, RedView, find_red, red_letters
from invoices.red_slips import (
    REASONS,
    STATES,
    SlipView,
    confirm_slip,
    list_slips,
    open_slip,
    view_slip,
    void_slip,
)
from invoices.reds import RedDraft, link_red, register_red
from invoices.slip_files import take_slips
from ledger.money import show_yuan
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

CODE = an_option("--code", default="", said=Text("红字发票代码。", "Code of the red letter."))
ORIGINAL_CODE = an_option(
    "--original-code", default="", said=Text("原发票代码。", "Code of the original.")
)
ORIGINAL_NO = an_option(
    "--original-no", required=True, said=Text("原发票号码。", "Number of the original.")
)
WHY = an_option(
    "--reason",
    type=click.Choice(tuple(REASONS)),
    required=True,
    said=Text("红字原因代码。", "Why it is reversed."),
)
REFUND = an_option("--refund-txn", default="", said=Text("退款流水。", "The refund."))
REFUND_DOCUMENT = an_option(
    "--refund-document", default="", said=Text("退费单号。", "Its document.")
)
GOODS = an_option("--goods-document", default="", said=Text("退货单据号。", "Goods returned by."))


@command("red", Text("登记在外开具的红字。", "Register a red letter issued elsewhere."))
@hall_option()
@CODE
@an_option("--number", required=True, said=Text("红字发票号码。", "Number of the red letter."))
@an_option("--issued-at", type=Moment(), required=True, said=Text("开具时间。", "When issued."))
@an_option("--amount", type=Money(), required=True, said=Text("负数金额。", "Below nothing."))
@ORIGINAL_CODE
@ORIGINAL_NO
@an_option("--original-date", type=Date(), default=None, said=Text("原开票日期。", "Its date."))
@an_option("--original-amount", type=Money(), default=None, said=Text("原金额。", "Its amount."))
@WHY
@an_option("--slip", "slip_no", default="", said=Text("确认单编号。", "Confirmation slip."))
@an_option("--clerk", default="", said=Text("开具工号。", "Who issued it."))
@REFUND
@REFUND_DOCUMENT
@GOODS
@as_option()
@pass_console
def red(console: Console, /, **given: Any) -> None:
    """Register a red letter against its original, which it never exceeds."""
    draft = RedDraft(
        invoice_code=given["code"],
        invoice_no=given["number"],
        issued_at=given["issued_at"],
        amount_fen=given["amount"],
        original_code=given["original_code"],
        original_no=given["original_no"],
        reason=given["reason"],
        original_date=given["original_date"],
        original_amount_fen=given["original_amount"],
        clerk=given["clerk"],
        slip_no=given["slip_no"],
        refund_txn=given["refund_txn"],
        refund_document=given["refund_document"],
        goods_document=given["goods_document"],
    )
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        register_red(uow, hall=hall, draft=draft)
        on = uow.today
        view = find_red(uow, hall, given["code"], given["number"], on=on)
    console.give(red_payload(view, console.language), _red_line(view))


@command("reds", Text("红字及缺少的一方。", "Red letters, with the sides that are missing."))
@hall_option()
@an_option("--missing", is_flag=True, said=Text("只列缺方的。", "Only those that lack a side."))
@as_option()
@pass_console
def reds(console: Console, /, **given: Any) -> None:
    """List red letters, oldest first."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        on = uow.today
        views = red_letters(uow, hall, on=on, only_missing=given["missing"])
    shown = [red_payload(view, console.language) for view in views]
    console.give(shown, *(_red_line(view) for view in views))


@command("link-red", Text("补登红字的退款或退货。", "Link a red letter to its refund or goods."))
@hall_option()
@CODE
@an_option("--number", required=True, said=Text("红字发票号码。", "Number of the red letter."))
@REFUND
@REFUND_DOCUMENT
@GOODS
@as_option()
@pass_console
def link(console: Console, /, **given: Any) -> None:
    """Link the sides that came later."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        link_red(
            uow,
            hall=hall,
            code=given["code"],
            number=given["number"],
            refund_txn=given["refund_txn"],
            refund_document=given["refund_document"],
            goods_document=given["goods_document"],
        )
        on = uow.today
        view = find_red(uow, hall, given["code"], given["number"], on=on)
    console.give(red_payload(view, console.language), _red_line(view))


@command("red-slip", Text("登记红字信息确认单。", "Note a confirmation slip opened elsewhere."))
@click.argument("slip", metavar="SLIP")
@hall_option()
@ORIGINAL_CODE
@ORIGINAL_NO
@an_option("--amount", type=Money(), required=True, said=Text("金额(正数)。", "Above nothing."))
@WHY
@an_option("--opened-at", type=Moment(), default=None, said=Text("发起时间。", "When opened."))
@as_option()
@pass_console
def slip(console: Console, /, **given: Any) -> None:
    """Note a slip; unconfirmed it expires after 72 hours."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        made = open_slip(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            slip_no=given["slip"],
            original_code=given["original_code"],
            original_no=given["original_no"],
            amount_fen=given["amount"],
            reason=given["reason"],
            opened_at=given["opened_at"],
        )
        view = view_slip(made, uow.now)
    console.give(slip_payload(view, console.language), _slip_line(view))


@command("settle-slip", Text("确认或作废确认单。", "Note that a slip was confirmed or withdrawn."))
@click.argument("slip", metavar="SLIP")
@click.argument("act", metavar="ACT", type=click.Choice(("confirm", "void")))
@hall_option()
@as_option()
@pass_console
def settle(console: Console, /, **given: Any) -> None:
    """Take a slip its one step on."""
    act = confirm_slip if given["act"] == "confirm" else void_slip
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        settled = act(uow, hall=find_hall(uow, given["hall_code"]), slip_no=given["slip"])
        view = view_slip(settled, uow.now)
    console.give(slip_payload(view, console.language), _slip_line(view))


@command("red-slips", Text("红字信息确认单。", "Confirmation slips as they are now."))
@hall_option()
@as_option()
@pass_console
def slips(console: Console, /, **given: Any) -> None:
    """List slips, those opened first at the top."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "forms", "view")
        views = list_slips(uow, hall)
    shown = [slip_payload(view, console.language) for view in views]
    console.give(shown, *(_slip_line(view) for view in views))


@command(
    "slip-file",
    Text("按文件登记确认单(csv 或 xlsx)。", "Take a file of confirmation slips, csv or xlsx."),
)
@click.argument("file", metavar="FILE", type=ExistingFile())
@hall_option()
@as_option()
@pass_console
def slip_file(console: Console, /, **given: Any) -> None:
    """Note new slips and settle known ones; a bad line refuses the file."""
    path: Path = given["file"]
    lines = read_slip_file(path.name, path.read_bytes())
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        taken = take_slips(uow, hall=hall, name=path.name, lines=lines)
    console.give(asdict(taken), slips_said(taken))


def _red_line(view: RedView) -> Text:
    number = f"{view.invoice_code} {view.invoice_no}".strip()
    original = f"{view.original_code} {view.original_no}".strip()
    amount = show_yuan(view.amount_fen)
    zh = "、".join(SIDES[side].zh for side in view.missing)
    en = ", ".join(SIDES[side].en for side in view.missing)
    return Text(
        f"{number} 红冲 {original} {amount}" + (f" 缺 {zh},{view.days} 天" if zh else ""),
        f"{number} reverses {original}: {amount}"
        + (f", {en} missing, {view.days} d" if en else ""),
    )


def _slip_line(view: SlipView) -> Text:
    state = STATES[view.state]
    amount = show_yuan(view.amount_fen)
    return Text(
        f"{view.slip_no} {view.original_no} {amount} {state.zh}",
        f"{view.slip_no} {view.original_no} {amount}: {state.en}",
    )


RED_COMMANDS = (red, reds, link, slip, slip_file, settle, slips)
