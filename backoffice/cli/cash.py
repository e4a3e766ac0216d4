"""`cash ..`: money between its places, the safe, bank receipts, petty cash, over/short cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from backoffice.cash_answers import (
    cases_payload,
    document_payload,
    petty_payload,
    place_payload,
)
from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.commands import Date, Money, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.errors import Payload
from ledger.cash.bank import BankReceipt, key_receipt
from ledger.cash.cases import CAUSES, WAYS, decide_case, find_case
from ledger.cash.kinds import CASH_KINDS, CATEGORIES, FUNDS
from ledger.cash.moves import (
    CashMove,
    cancel_cash,
    move_cash,
    reject_cash,
    reverse_cash,
    sign_cash,
)
from ledger.cash.safe import open_safe
from ledger.cash.seen import cases_seen, cash_documents, petty_month, places_now
from ledger.documents import DOCUMENT_KINDS, STATES, Document
from ledger.money import show_yuan
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import LANGUAGES, Language, Text
from ledger.work import UnitOfWork

Rows = list[dict[str, Any]]
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
CLERK = an_option("--clerk", default="", said=Text("营业员工号。", "The clerk's staff number."))


@command("move", Text("办理一笔现金往来。", "Move money between two places."))
@click.argument("kind", metavar="KIND", type=click.Choice(list(CASH_KINDS)))
@an_option(
    "--amount", "amount_fen", type=Money(), required=True, said=Text("金额,元。", "In yuan.")
)
@CLERK
@an_option("--receiver", default="", said=Text("接收人工号。", "Who takes it over."))
@an_option(
    "--fund", default="", type=click.Choice(["", *FUNDS]), said=Text("哪笔备用金。", "Which fund.")
)
@an_option("--slip", "slip_no", default="", said=Text("缴款单号。", "The bank slip's number."))
@an_option(
    "--category",
    default="",
    type=click.Choice(["", *CATEGORIES]),
    said=Text("费用类别。", "What sort of expense."),
)
@an_option("--for", "purpose", default="", said=Text("事由。", "What for."))
@an_option("--covers", type=Date(), default=None, said=Text("所属日期。", "Takings of which day."))
@hall_option()
@as_option()
@pass_console
def move(console: Console, /, **given: Any) -> None:
    """Make a cash document."""
    names = ("kind", "amount_fen", "clerk", "receiver", "fund", "slip_no", "category")
    stated = {name: given[name] for name in (*names, "purpose", "covers")}
    change(console, given, lambda uow, hall: move_cash(uow, hall=hall, move=CashMove(**stated)))


@command("open-safe", Text("申请开柜。", "Ask for the safe to be opened; the other signs."))
@an_option("--for", "purpose", required=True, said=Text("事由。", "What for."))
@hall_option()
@as_option()
@pass_console
def unlock(console: Console, /, **given: Any) -> None:
    """Ask for the safe to be opened."""
    change(console, given, lambda uow, hall: open_safe(uow, hall=hall, purpose=given["purpose"]))


@command("receipt", Text("按银行回单登记解款。", "Key the bank's receipt of a deposit."))
@click.argument("deposit", metavar="NUMBER")
@an_option("--receipt-no", required=True, said=Text("银行回单号。", "The receipt's number."))
@an_option("--credited", type=Money(), required=True, said=Text("入账金额。", "Sum credited."))
@an_option("--on", "deposited_on", type=Date(), default=None, said=Text("日期。", "The day."))
@an_option("--counterfeit", type=Money(), default=0, said=Text("假币金额。", "Counterfeit."))
@an_option("--certificate", default="", said=Text("收缴凭证号。", "Its certificate."))
@CLERK
@REASON
@hall_option()
@as_option()
@pass_console
def receipt(console: Console, /, **given: Any) -> None:
    """Key a receipt."""
    stated = BankReceipt(
        deposit=given["deposit"],
        receipt_no=given["receipt_no"],
        credited_fen=given["credited"],
        deposited_on=given["deposited_on"],
        counterfeit_fen=given["counterfeit"],
        certificate=given["certificate"],
        clerk=given["clerk"],
        reason=given["reason"],
    )
    change(console, given, lambda uow, hall: key_receipt(uow, hall=hall, receipt=stated))


def _step(
    name: str, said: Text, act: Callable[[UnitOfWork, Hall, dict[str, Any]], Document]
) -> click.Command:
    """Make a command that takes a document a step on."""

    def step(console: Console, /, **given: Any) -> None:
        change(console, given, lambda uow, hall: act(uow, hall, given))

    made: Any = REASON(as_option()(hall_option()(pass_console(step))))
    return command(name, said)(click.argument("number", metavar="NUMBER")(made))


sign = _step(
    "sign",
    Text("签字。", "Sign a document."),
    lambda uow, hall, given: sign_cash(uow, hall=hall, number=given["number"]),
)
reject = _step(
    "reject",
    Text("退回。", "Refuse a document."),
    lambda uow, hall, given: reject_cash(
        uow, hall=hall, number=given["number"], reason=given["reason"]
    ),
)
cancel = _step(
    "cancel",
    Text("作废。", "Take one's document back."),
    lambda uow, hall, given: cancel_cash(
        uow, hall=hall, number=given["number"], reason=given["reason"]
    ),
)
reverse = _step(
    "reverse",
    Text("冲销。", "Reverse a document."),
    lambda uow, hall, given: reverse_cash(
        uow, hall=hall, number=given["number"], reason=given["reason"]
    ),
)


@command("decide", Text("对长短款案提出处理意见。", "Propose what becomes of a case."))
@click.argument("clerk", metavar="CLERK")
@click.argument("tender", metavar="TENDER")
@an_option("--date", type=Date(), required=True, said=Text("日期。", "Of which day."))
@an_option("--way", type=click.Choice(list(WAYS)), required=True, said=Text("处理。", "How."))
@an_option("--cause", type=click.Choice(list(CAUSES)), required=True, said=Text("原因。", "Why."))
@an_option("--note", default="", said=Text("说明。", "A note."))
@an_option(
    "--slip",
    "slips",
    multiple=True,
    metavar="NUMBER",
    said=Text("说明差额的更正单,可重复。", "A correction slip that explains it; repeatable."),
)
@hall_option()
@as_option()
@pass_console
def decide(console: Console, /, **given: Any) -> None:
    """Propose a decision."""

    def do(uow: UnitOfWork, hall: Hall) -> Document:
        case = find_case(uow, hall, given["date"], given["clerk"], given["tender"])
        stated = {name: given[name] for name in ("way", "cause", "note", "slips")}
        return decide_case(uow, hall=hall, case=case, **stated)

    change(console, given, do)


@command("show", Text("现金在哪里。", "Where the money is."))
@hall_option()
@as_option()
@pass_console
def show(console: Console, /, **given: Any) -> None:
    """Show each place with its money."""

    def look(uow: UnitOfWork, hall: Hall, language: Language) -> Rows:
        require(uow, hall.id, "cash", "oversee")
        return [place_payload(one, language) for one in places_now(uow, hall)]

    show_rows(console, given, "places", look, ("name", "amount"))


@command("list", Text("现金单据。", "Cash documents, the latest first."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List documents."""

    def look(uow: UnitOfWork, hall: Hall, language: Language) -> Rows:
        require(uow, hall.id, "cash", "view")
        return [document_payload(uow, hall, one, language) for one in cash_documents(uow, hall)]

    show_rows(console, given, "documents", look, ("number", "name", "amount", "state_name"))


@command("cases", Text("长短款案。", "Over/short cases."))
@hall_option()
@as_option()
@pass_console
def show_cases(console: Console, /, **given: Any) -> None:
    """List cases."""

    def look(uow: UnitOfWork, hall: Hall, language: Language) -> Rows:
        require(uow, hall.id, "cash", "view")
        return cases_payload(uow, hall, cases_seen(uow, hall), language)

    columns = ("date", "clerk", "tender", "amount", "state_name", "due_on")
    show_rows(console, given, "cases", look, columns)


@command("petty", Text("厅费用月报。", "The month of petty cash."))
@an_option("--month", type=Date(), default=None, said=Text("月内任一天。", "A day of the month."))
@hall_option()
@as_option()
@pass_console
def show_petty(console: Console, /, **given: Any) -> None:
    """Show the sheet of a month."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "cash", "oversee")
        month = given["month"] or uow.today
        sheet = petty_month(uow, hall, month)
        told = {name: petty_payload(hall, sheet, name) for name in LANGUAGES}
    columns = ("date", "number", "name", "category", "purpose", "amount", "left")
    tables = {name: _table(told[name]["lines"], columns) for name in LANGUAGES}
    lines = [Text(zh, en) for zh, en in zip(tables["zh"], tables["en"], strict=True)]
    figures = (sheet.opening_fen, sheet.in_fen, sheet.out_fen, sheet.closing_fen)
    opening, into, out, closing = (show_yuan(fen) for fen in figures)
    sums = Text(
        f"期初 {opening} + 拨入 {into} - 支出 {out} = 期末 {closing}",
        f"opening {opening} + received {into} - spent {out} = closing {closing}",
    )
    console.give(told[console.language], *lines, sums)


cash = group(
    "cash",
    Text("现金、保险柜、解款与长短款。", "Cash, the safe, deposits, over and short."),
    *(move, unlock, receipt, sign, reject, cancel, reverse, decide),
    *(show, show_list, show_cases, show_petty),
)


def change(
    console: Console, given: dict[str, Any], act: Callable[[UnitOfWork, Hall], Document]
) -> None:
    """Do an act upon a document, and tell what became of it."""
    engine = console.open_books()
    with begin_work(engine, actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = act(uow, hall)
        shown = document_payload(uow, hall, document, console.language)
        kind, state = DOCUMENT_KINDS[document.kind].text, STATES[document.state]
        told = show_yuan(document.amount_fen)
        said = Text(
            f"{kind.zh} {document.number} {told} {state.zh}",
            f"{kind.en} {document.number} {told}: {state.en.lower()}",
        )
    console.give(shown, said)


def show_rows(
    console: Console,
    given: dict[str, Any],
    name: str,
    look: Callable[[UnitOfWork, Hall, Language], Rows],
    columns: tuple[str, ...],
) -> None:
    """Read rows in both languages and give them as a table."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        told = {language: look(uow, hall, language) for language in LANGUAGES}
    tables = {language: _table(told[language], columns) for language in LANGUAGES}
    lines = [Text(zh, en) for zh, en in zip(tables["zh"], tables["en"], strict=True)]
    payload: Payload = {"hall": given["hall_code"], name: told[console.language]}
    console.give(payload, *lines)


def _table(rows: Any, columns: tuple[str, ...]) -> list[str]:
    figures = frozenset(n for n, name in enumerate(columns) if name in ("amount", "left"))
    return draw_table([[row[one] or "" for one in columns] for row in rows], right=figures)
