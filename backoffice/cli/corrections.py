"""`correction ..`: slips sent, answered, accepted and printed, each act in a person's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import actor_of, as_option, hall_option, halls_options
from backoffice.cli.commands import Date, WrongArgument, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.hall_reports import PDF, XLSX, give_halls_report
from backoffice.cli.liability import liability
from backoffice.cli.tables import draw_table
from backoffice.correction_answers import (
    act_on_slip,
    errors_named,
    read_answer,
    seen_payload,
    slip_payload,
)
from backoffice.correction_papers import correction_paper
from backoffice.correction_statistics import errors_paper, make_error_statistics
from backoffice.database import begin_read, begin_work
from ledger.corrections.known import Notice
from ledger.corrections.lines import CHANGEABLE
from ledger.corrections.reasons import REASONS, WAYS
from ledger.corrections.seen import SlipSeen, list_slips, see_slip
from ledger.corrections.slips import send_errors
from ledger.corrections.tables import SLIP_STATES
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

STATES = ("standing", "overdue", *SLIP_STATES)
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
NOT_A_CELL = Text(
    f"应为 列=值,列可用:{' '.join(CHANGEABLE)}。",
    f"Write COLUMN=VALUE, columns: {', '.join(CHANGEABLE)}.",
)
NOT_A_FINDING = Text("应为 规则 对象,如 X05 txn:1。", "Write CHECK SUBJECT, such as 'X05 txn:1'.")


@command("list", Text("差错更正单,待办在前。", "Correction slips, those that wait first."))
@an_option(
    "--state",
    default="",
    type=click.Choice(["", *STATES]),
    said=Text("只列此状态。", "Only of this state."),
)
@an_option("--clerk", default="", said=Text("只列此工号的。", "Only of this staff number."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List slips."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        slips = list_slips(uow, hall, state=given["state"], clerk=given["clerk"])
        told = [slip_payload(uow, hall, one, console.language) for one in slips]
    head = (
        Text("单号", "Number"),
        Text("工号", "Clerk"),
        Text("差错", "Error"),
        Text("期限", "Due"),
        Text("状态", "State"),
        Text("改动金额", "Money"),
    )
    rows = [
        [
            str(one["number"]),
            str(one["clerk"] or "-"),
            str(one["reason_name"]),
            f"{one['due_on']}{' !' if one['overdue'] else ''}",
            str(one["state_name"]),
            str(one["money_changed"]),
        ]
        for one in told
    ]
    names = [word.in_language(console.language) for word in head]
    lines = draw_table([names, *rows], right=frozenset({5})) if rows else []
    console.give({"hall": given["hall_code"], "slips": told}, *(Text(line, line) for line in lines))


@command("show", Text("一张更正单。", "One slip."))
@click.argument("number", metavar="NUMBER")
@hall_option()
@as_option()
@pass_console
def show_one(console: Console, /, **given: Any) -> None:
    """Show a slip."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        _give(console, uow, hall, see_slip(uow, hall, given["number"]))


@command("send", Text("把差异发给营业员更正。", "Send findings to their clerk."))
@click.argument("clerk", metavar="CLERK")
@an_option("--date", "on", type=Date(), required=True, said=Text("差错的营业日。", "Their day."))
@an_option(
    "--finding",
    "findings",
    multiple=True,
    required=True,
    metavar="'CHECK SUBJECT'",
    said=Text("差异,可重复。", "A finding; repeatable."),
)
@an_option("--wrong", default="", said=Text("错在哪里。", "What is wrong."))
@an_option("--right", default="", said=Text("应为。", "What is right."))
@an_option(
    "--kind",
    default="",
    type=click.Choice(["", *REASONS]),
    said=Text("差错类型。", "The kind of error."),
)
@hall_option()
@as_option()
@pass_console
def send(console: Console, /, **given: Any) -> None:
    """Send a slip."""
    named = []
    for one in given["findings"]:
        check, _, subject = one.partition(" ")
        if not subject:
            raise WrongArgument(name="--finding", reason=NOT_A_FINDING)
        named.append((given["on"], check, subject))
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        errors = errors_named(uow, hall, named)
        notice = Notice(given["clerk"], errors, given["wrong"], given["right"], given["kind"])
        document = send_errors(uow, hall, notice)
        _give(console, uow, hall, see_slip(uow, hall, document.number or ""))


@command("answer", Text("更正或说明一张更正单。", "Put an error right, or explain it."))
@click.argument("number", metavar="NUMBER")
@click.argument("words", metavar="WORDS")
@an_option(
    "--way",
    default="explain",
    type=click.Choice(list(WAYS)),
    said=Text("更正方式。", "How it is put right."),
)
@an_option("--txn", "txn_no", default="", said=Text("流水号。", "The transaction."))
@an_option("--line", "line_no", default=1, type=int, said=Text("行号。", "The line."))
@an_option(
    "--set",
    "cells",
    multiple=True,
    metavar="COLUMN=VALUE",
    said=Text("正确的值,可重复。", "What is right; repeatable."),
)
@an_option("--invoice", default="", said=Text("发票 代码/号码。", "An invoice, CODE/NUMBER."))
@an_option("--paper", "paper_no", default="", said=Text("单号。", "A document's number."))
@hall_option()
@as_option()
@pass_console
def answer(console: Console, /, **given: Any) -> None:
    """Answer a slip."""
    line: dict[str, Any] = {"txn_no": given["txn_no"], "line_no": given["line_no"]}
    for cell in given["cells"]:
        name, equals, value = cell.partition("=")
        if not equals or name not in CHANGEABLE:
            raise WrongArgument(name="--set", reason=NOT_A_CELL)
        line[name] = value
    code, _, number = given["invoice"].rpartition("/")
    stated = {
        "way": given["way"],
        "words": given["words"],
        "lines": [line] if given["way"] in ("amount", "reverse", "add") else [],
        "invoice_code": code,
        "invoice_no": number,
        "txn_no": given["txn_no"],
        "paper_no": given["paper_no"],
    }
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        told = read_answer(stated)
        seen = act_on_slip(uow, hall, given["number"], act="answer", reason="", answer=told)
        _give(console, uow, hall, seen)


def _step(name: str, said: Text) -> click.Command:
    """Make a command that takes a slip one step on."""

    def step(console: Console, /, **given: Any) -> None:
        with begin_work(console.open_books(), actor_of(console, given)) as uow:
            hall = find_hall(uow, given["hall_code"])
            seen = act_on_slip(
                uow, hall, given["number"], act=name, reason=given["reason"], answer=None
            )
            _give(console, uow, hall, seen)

    made: Any = REASON(as_option()(hall_option()(pass_console(step))))
    return command(name, said)(click.argument("number", metavar="NUMBER")(made))


accept = _step("accept", Text("接受更正;金额有变的经理也要签。", "Accept an answer by signature."))
give_back = _step("return", Text("退回营业员。", "Return an answer to the clerk."))
withdraw = _step("withdraw", Text("撤回一张更正单。", "Take a slip back."))


@command("print", Text("打印一张更正单。", "Print a slip."))
@click.argument("number", metavar="NUMBER")
@an_option(
    "--output",
    "output",
    required=True,
    type=click.Path(path_type=Path),
    said=Text("写入的 PDF 文件。", "The PDF file to write."),
)
@hall_option()
@as_option()
@pass_console
def print_slip(console: Console, /, **given: Any) -> None:
    """Print a slip."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        content = correction_paper(uow, hall, given["number"], language=console.paper_language)
    write_whole(given["output"], content)
    said = Text(f"已写入 {given['output']}。", f"Written to {given['output']}.")
    console.give({"number": given["number"], "file": str(given["output"])}, said)


@command("statistics", Text("按营业员和类型统计差错。", "Errors by clerk and kind."))
@halls_options()
@an_option("--since", type=Date(), default=None, said=Text("自此日起。", "From this day on."))
@an_option("--until", type=Date(), default=None, said=Text("至此日止。", "To this day."))
@XLSX
@PDF
@as_option()
@pass_console
def show_statistics(console: Console, /, **given: Any) -> None:
    """Give the statistics, as workbook and paper too where asked."""
    period = {name: given[name].isoformat() for name in ("since", "until") if given[name]}
    give_halls_report(
        console,
        given,
        lambda uow, codes: make_error_statistics(uow, codes, period),
        lambda uow, report, said: errors_paper(uow, report, language=said),
    )


def _give(console: Console, uow: UnitOfWork, hall: Hall, seen: SlipSeen) -> None:
    slip = seen.slip
    state, reason = SLIP_STATES[slip.state], REASONS[slip.reason].text
    said = Text(
        f"{slip.number} {slip.clerk} {reason.zh}:{state.zh},期限 {slip.due_on}",
        f"{slip.number} {slip.clerk} {reason.en}: {state.en.lower()}, due {slip.due_on}",
    )
    console.give(seen_payload(uow, hall, seen, console.language), said)


correction = group(
    "correction",
    Text("差错更正单。", "Correction slips."),
    show_list,
    show_one,
    send,
    answer,
    accept,
    give_back,
    withdraw,
    print_slip,
    show_statistics,
    liability,
)
