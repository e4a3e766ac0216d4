"""`forms use` and its kin: use registered by hand, numbers explained, what is not in the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import click

from backoffice.cli.acting import CLI_ACTOR, as_option, hall_option
from backoffice.cli.commands import Date, WholeNumber, WrongArgument, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.use_answers import form_payload, scan_payload, unposted_payload, use_payload
from invoices.keyed_uses import KeyedUse, register_uses
from invoices.later_invoices import (
    NewForm,
    register_later,
    register_month_bill,
    register_reissue,
)
from invoices.numbers import describe_form, describe_scan, explain_form, scan_form
from invoices.reprints import record_reprint
from invoices.unposted_uses import REASONS, unposted_uses
from ledger.evidence.cells import UnreadableCell, read_instant
from ledger.money import read_fen
from ledger.organisations import Hall, find_hall
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

NO_AMOUNT = Text("应为金额,如 12.00。", "It must be an amount such as 12.00.")
NO_NUMBER = Text("请给出号码。", "Give a number.")
CLERK = an_option(
    "--clerk", required=True, said=Text("票据在谁手中:工号。", "Whose form it is: staff number.")
)
CODE = an_option("--code", default="", said=Text("发票代码。", "Invoice code."))
NO = an_option(
    "--no", default="", said=Text("号码;不给则用下一空白号。", "Number; else the next blank.")
)
DIGITAL_NO = an_option(
    "--digital-no", default="", said=Text("数电票号码(20 位)。", "Digital number, 20 digits.")
)
AT = an_option("--at", default="", said=Text("开票时间。", "Time of issue."))
AMOUNT = an_option("--amount", default="", said=Text("价税合计(元)。", "Amount in yuan."))


@command("explain", Text("说明发票代码与号码,或纸票二维码。", "Explain a number, or a QR text."))
@click.argument("words", nargs=-1, required=True, metavar="CODE NO | NO | QR")
@DIGITAL_NO
@pass_console
def explain(console: Console, words: tuple[str, ...], digital_no: str) -> None:
    """Explain a code and number, a number alone, or the text of a QR code."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        year = uow.now.astimezone(HALL_TIME).year
    if len(words) == 1 and "," in words[0]:
        scan = scan_form(words[0], this_year=year)
        console.give(scan_payload(scan, console.language), *describe_scan(scan))
        return
    if len(words) > 2:
        raise WrongArgument(name="NO", reason=NO_NUMBER)
    code, number = words if len(words) == 2 else ("", words[0])
    form = explain_form(code, number, digital_no=digital_no, this_year=year)
    console.give(form_payload(form, console.language), *describe_form(form))


@command("use", Text("登记开具:起止号,或下若干份。", "Register numbers that were used."))
@click.argument("first_no", default="", metavar="[FIRST]")
@click.argument("last_no", default="", metavar="[LAST]")
@hall_option()
@CLERK
@CODE
@an_option("--count", type=WholeNumber(), default=1, said=Text("份数。", "How many."))
@an_option(
    "--amount",
    "amounts",
    multiple=True,
    required=True,
    said=Text("金额:一个共用,或逐号重复。", "Amount: one for all, or repeated for each."),
)
@an_option("--txn", "txn_nos", multiple=True, said=Text("流水号,可重复。", "Transaction no."))
@AT
@as_option()
@pass_console
def use(console: Console, /, **given: Any) -> None:
    """Register numbers from first to last, or the clerk's next ones."""
    amounts = [_fen(one) for one in given["amounts"]]
    _register(
        console,
        given,
        lambda uow, hall: register_uses(
            uow,
            hall=hall,
            clerk=given["clerk"],
            invoice_code=given["code"],
            first_no=given["first_no"],
            last_no=given["last_no"],
            count=given["count"],
            amounts=amounts,
            txn_nos=given["txn_nos"],
            at=_moment(given["at"]),
        ),
    )


@command("later", Text("补开:对应以前的流水。", "Register an invoice asked for later."))
@click.argument("txn_no", metavar="TXN_NO")
@hall_option()
@CLERK
@CODE
@NO
@DIGITAL_NO
@AMOUNT
@AT
@as_option()
@pass_console
def later(console: Console, /, **given: Any) -> None:
    """Register an invoice for an earlier transaction."""
    amount = _fen(given["amount"]) if given["amount"] else None
    form = _form(given)
    _register(
        console,
        given,
        lambda uow, hall: register_later(
            uow, hall=hall, form=form, txn_no=given["txn_no"], amount_fen=amount
        ),
    )


@command("month-bill", Text("登记月结账单发票。", "Register the bill of a subscriber's month."))
@click.argument("subscriber", metavar="SUBSCRIBER")
@click.argument("period", metavar="YYYY-MM")
@hall_option()
@CLERK
@CODE
@NO
@DIGITAL_NO
@an_option("--amount", required=True, said=Text("价税合计(元)。", "Amount in yuan."))
@AT
@as_option()
@pass_console
def month_bill(console: Console, /, **given: Any) -> None:
    """Register the invoice of one subscriber and month."""
    form, amount = _form(given), _fen(given["amount"])
    _register(
        console,
        given,
        lambda uow, hall: register_month_bill(
            uow,
            hall=hall,
            form=form,
            subscriber=given["subscriber"],
            period=given["period"],
            amount_fen=amount,
        ),
    )


@command("reissue", Text("重开:替换作废或红冲的发票。", "Register an invoice in place of another."))
@click.argument("original_no", metavar="ORIGINAL_NO")
@hall_option()
@an_option("--original-code", default="", said=Text("原发票代码。", "Code of the original."))
@CLERK
@CODE
@NO
@DIGITAL_NO
@AMOUNT
@AT
@as_option()
@pass_console
def reissue(console: Console, /, **given: Any) -> None:
    """Register an invoice that replaces a void or fully reversed one."""
    amount = _fen(given["amount"]) if given["amount"] else None
    form = _form(given)
    _register(
        console,
        given,
        lambda uow, hall: register_reissue(
            uow,
            hall=hall,
            form=form,
            original_code=given["original_code"],
            original_no=given["original_no"],
            amount_fen=amount,
        ),
    )


@command("reprint", Text("重打登记:不用新号。", "Record that an invoice was printed again."))
@click.argument("invoice_no", metavar="NO")
@hall_option()
@CLERK
@CODE
@an_option("--reason", required=True, said=Text("原因。", "Why."))
@as_option()
@pass_console
def reprint(console: Console, /, **given: Any) -> None:
    """Record a reprint with its reason."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        times = record_reprint(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            clerk=given["clerk"],
            invoice_code=given["code"],
            invoice_no=given["invoice_no"],
            reason=given["reason"],
        )
    said = Text(f"已登记,共重打 {times} 次。", f"Recorded; printed again {times} times by now.")
    console.give({"times": times}, said)


@command("unposted", Text("登记簿有而账上未跟上的号码。", "Registered, but not in the books."))
@hall_option()
@an_option("--date", type=Date(), required=True, said=Text("营业日。", "Business date."))
@as_option()
@pass_console
def unposted(console: Console, /, **given: Any) -> None:
    """List a day's registered numbers that the books do not follow, with reasons."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        found = unposted_uses(uow, hall=hall, date=given["date"])
    console.give(
        [unposted_payload(one, console.language) for one in found],
        *(
            Text(
                f"{one.invoice_code}/{one.invoice_no} {one.clerk}:{REASONS[one.reason].zh}",
                f"{one.invoice_code}/{one.invoice_no} {one.clerk}: {REASONS[one.reason].en}",
            )
            for one in found
        ),
    )


def _register(
    console: Console, given: dict[str, Any], act: Callable[[UnitOfWork, Hall], KeyedUse]
) -> None:
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        done = act(uow, find_hall(uow, given["hall_code"]))
    console.give(use_payload(done), *_describe(done))


def _describe(use: KeyedUse) -> list[Text]:
    ends = use.numbers[0] if len(use.numbers) == 1 else f"{use.numbers[0]}–{use.numbers[-1]}"
    papers = " ".join(use.documents)
    lines = [
        Text(
            f"已登记 {use.invoice_code} {ends} 共 {len(use.numbers)} 份 {papers}".rstrip(),
            f"Registered {use.invoice_code} {ends}, {len(use.numbers)} in all {papers}".rstrip(),
        )
    ]
    lines += [
        Text(f"注意:跳号 {first}–{last} 尚无去向", f"Note: {first}–{last} were passed over")
        for first, last in use.skipped
    ]
    return lines


def _form(given: dict[str, Any]) -> NewForm:
    return NewForm(
        given["clerk"], given["code"], given["no"], _moment(given["at"]), given["digital_no"]
    )


def _fen(text: str) -> int:
    try:
        return read_fen(text)
    except ValueError:
        raise WrongArgument(name="--amount", reason=NO_AMOUNT) from None


def _moment(text: str) -> dt.datetime | None:
    if not text:
        return None
    try:
        return EPOCH + read_instant(text) * MICROSECOND
    except UnreadableCell as unreadable:
        raise WrongArgument(name="--at", reason=unreadable.text) from unreadable


USE_COMMANDS = (explain, use, later, month_bill, reissue, reprint, unposted)
