"""`cash ..` at bank and counter: statements matched, slips, kiosks, the tail, papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backoffice.cash_answers import document_payload
from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.cash import CLERK, REASON, change, show_rows
from backoffice.cli.commands import Date, Money, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.counter_answers import (
    clearing_payload,
    slip_payload,
    tail_payload,
    waiting_payload,
)
from backoffice.database import begin_read, begin_work
from ledger.cash.bank import Gap
from ledger.cash.denominations import read_denominations
from ledger.cash.deposit_days import days_not_in_order, tail_of
from ledger.cash.kiosks import clear_kiosk, clearings_since
from ledger.cash.matching import Match, confirm_proposals, match_statement, waiting_at_bank
from ledger.cash.slips import Called, call_out, cancel_slip, print_slip, slips_of
from ledger.cash.tables import CashSlip
from ledger.money import show_yuan
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

DATE = an_option("--date", type=Date(), default=None, said=Text("哪一天。", "Of which day."))


@command("statement", Text("未勾对的银行流水与解款。", "What waits to be matched at the bank."))
@hall_option()
@as_option()
@pass_console
def statement(console: Console, /, **given: Any) -> None:
    """Show both sides and the exact matches."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        waiting = waiting_at_bank(uow, hall, uow.today)
        payload = waiting_payload(hall, waiting, console.language)
    exact = [
        f"{' '.join(d.number for d in one.deposits)} = {' '.join(b.name for b in one.lines)}"
        for one in waiting.proposals
    ]
    told = [
        *(f"= {one}" for one in exact),
        *(f"{one.on} {show_yuan(one.amount_fen)} {one.number}" for one in waiting.deposits),
        *(f"{one.on} {show_yuan(one.amount_fen)} {one.name} {one.memo}" for one in waiting.lines),
    ]
    console.give(payload, *(Text(one, one) for one in told))


@command("match", Text("勾对流水与解款。", "Match lines of a statement with deposits."))
@an_option(
    "--line", "lines", multiple=True, required=True, said=Text("流水,可重复。", "A line's name.")
)
@an_option("--deposit", "deposits", multiple=True, said=Text("解款单号。", "A deposit's number."))
@an_option("--counterfeit", type=Money(), default=0, said=Text("假币金额。", "Counterfeit."))
@an_option("--certificate", default="", said=Text("收缴凭证号。", "Its certificate."))
@CLERK
@REASON
@hall_option()
@as_option()
@pass_console
def match(console: Console, /, **given: Any) -> None:
    """Match by hand; without a deposit the lines are set aside."""
    why = Gap(given["counterfeit"], given["certificate"], given["clerk"], given["reason"])
    stated = Match(given["deposits"], given["lines"], why)
    change(console, given, lambda uow, hall: match_statement(uow, hall=hall, match=stated))


@command("confirm-matches", Text("确认全部自动勾对。", "Confirm every exact match."))
@hall_option()
@as_option()
@pass_console
def confirm(console: Console, /, **given: Any) -> None:
    """Confirm what is exact."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        made = confirm_proposals(uow, hall=hall)
        documents = [document_payload(uow, hall, one, console.language) for one in made]
    said = Text(f"已勾对 {len(made)} 笔。", f"Matched: {len(made)}.")
    console.give({"hall": given["hall_code"], "documents": documents}, said)


@command("call", Text("唱收唱付:存一张小票。", "Keep what was received and the change given."))
@click.argument("clerk", metavar="CLERK")
@an_option("--txn", "txn_no", required=True, said=Text("流水号。", "The transaction."))
@an_option("--due", type=Money(), required=True, said=Text("应收。", "Due."))
@an_option("--tendered", type=Money(), required=True, said=Text("收款。", "Received."))
@an_option("--change", "given_back", type=Money(), default=None, said=Text("找零。", "Change."))
@hall_option()
@as_option()
@pass_console
def call(console: Console, /, **given: Any) -> None:
    """Call money out."""
    called = Called(given["txn_no"], given["due"], given["tendered"], given["given_back"])
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        _give(console, hall, call_out(uow, hall=hall, clerk=given["clerk"], called=called))


@command("print-slip", Text("登记小票已打印。", "Note that a slip is printed."))
@click.argument("number", metavar="NUMBER")
@hall_option()
@as_option()
@pass_console
def note_print(console: Console, /, **given: Any) -> None:
    """Note a print."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        _give(console, hall, print_slip(uow, hall=hall, number=given["number"]))


@command("cancel-slip", Text("作废小票;已打印的须收回。", "Cancel a slip; a printed one is back."))
@click.argument("number", metavar="NUMBER")
@an_option("--back", is_flag=True, said=Text("小票已收回。", "The printed slip is in hand."))
@REASON
@hall_option()
@as_option()
@pass_console
def cancel(console: Console, /, **given: Any) -> None:
    """Cancel a slip."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        slip = cancel_slip(
            uow, hall=hall, number=given["number"], reason=given["reason"], is_back=given["back"]
        )
        _give(console, hall, slip)


@command("slips", Text("一天的小票。", "The slips of a day."))
@DATE
@hall_option()
@as_option()
@pass_console
def list_slips(console: Console, /, **given: Any) -> None:
    """List slips."""

    def look(uow: UnitOfWork, hall: Hall, language: Language) -> list[dict[str, Any]]:
        day = given["date"] or uow.today
        return [slip_payload(hall, one, language) for one in slips_of(uow, hall, day)]

    columns = ("number", "txn_no", "due", "tendered", "change", "state_name")
    show_rows(console, given, "slips", look, columns)


@command("clear-kiosk", Text("清机。", "Clear a kiosk; the second person signs."))
@click.argument("kiosk", metavar="KIOSK")
@an_option("--notes", default="", said=Text("券别。", "Notes, such as 100x12 50x3."))
@an_option("--with", "second", required=True, said=Text("同清人工号。", "Cleared with whom."))
@hall_option()
@as_option()
@pass_console
def clear(console: Console, /, **given: Any) -> None:
    """Clear a kiosk."""
    notes = read_denominations(given["notes"])
    change(
        console,
        given,
        lambda uow, hall: clear_kiosk(
            uow, hall=hall, kiosk=given["kiosk"], notes=notes, second=given["second"]
        ),
    )


@command("kiosks", Text("清机记录。", "Kiosks cleared."))
@hall_option()
@as_option()
@pass_console
def list_clearings(console: Console, /, **given: Any) -> None:
    """List clearings."""

    def look(uow: UnitOfWork, hall: Hall, language: Language) -> list[dict[str, Any]]:
        require(uow, hall.id, "cash", "oversee")
        rows = clearings_since(uow, hall, hall.books_open_on)
        return [clearing_payload(*one, language) for one in rows]

    columns = ("number", "kiosk", "counted", "expected", "difference", "state_name")
    show_rows(console, given, "clearings", look, columns)


@command("tail", Text("尾款与限额,迟解与不符。", "The tail and its limit; late days."))
@DATE
@hall_option()
@as_option()
@pass_console
def show_tail(console: Console, /, **given: Any) -> None:
    """Show the tail of a day."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "cash", "oversee")
        today = uow.today
        tail = tail_of(uow, hall, given["date"] or today)
        days = days_not_in_order(uow, hall, today)
        payload = tail_payload(hall, tail, days)
    left, limit = show_yuan(tail.tail_fen), show_yuan(tail.limit_fen)
    said = [Text(f"尾款 {left},限额 {limit}", f"tail {left}, limit {limit}")]
    for one in days:
        rest = show_yuan(one.left_fen)
        said.append(
            Text(
                f"{one.date} 未解 {rest},迟 {one.late_days} 天",
                f"{one.date}: {rest} left, {one.late_days} days late",
            )
        )
    console.give(payload, *said)


@command("print", Text("打印现金单据。", "Write a cash document as PDF."))
@click.argument("number", metavar="NUMBER")
@an_option(
    "--pdf",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    said=Text("写入的文件。", "The file to write."),
)
@hall_option()
@as_option()
@pass_console
def print_paper(console: Console, /, **given: Any) -> None:
    """Write the printed form."""
    engine, actor = console.open_books(), actor_of(console, given)
    # Laying out a paper loads Pango and its fonts, which no other command should wait for.
    from backoffice.audit_papers import write_whole
    from backoffice.cash_papers import cash_paper

    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        content = cash_paper(uow, hall, given["number"], language=console.language)
    write_whole(given["pdf"], content)
    path = str(given["pdf"])
    console.give({"file": path}, Text(path, path))


def _give(console: Console, hall: Hall, slip: CashSlip) -> None:
    sums = [show_yuan(fen) for fen in (slip.due_fen, slip.tendered_fen, slip.change_fen)]
    said = Text(
        "{} 应收 {} 收 {} 找 {}".format(slip.number, *sums),
        "{} due {} received {} change {}".format(slip.number, *sums),
    )
    console.give(slip_payload(hall, slip, console.language), said)


COUNTER_COMMANDS = (
    *(statement, match, confirm, call, note_print, cancel, list_slips),
    *(clear, list_clearings, show_tail, print_paper),
)
