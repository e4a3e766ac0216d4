"""`stock ..`: documents of every kind, receipts from files, manifests, transfers, printing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from backoffice.answers import Payload
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, WholeNumber, WrongArgument, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import (
    FILE,
    GOOD_LINES,
    ITEM,
    NOTHING_TO_MOVE,
    PAPER_FORM,
    PDF_FILE,
    acting,
    in_both,
    manifest,
    read_fact,
    receive,
)
from backoffice.cli.stock_sheets import scan_words
from backoffice.database import begin_read, begin_work
from backoffice.sheet_answers import scan_payload, sheet_head
from backoffice.sheet_files import read_sheet_file
from backoffice.stock_answers import (
    document_payload,
    transfer_payload,
)
from backoffice.transfers import forward_transfers
from ledger.documents import DOCUMENT_KINDS, STATES, Document
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.dispatches import actor_of_both, transfers_under_way
from stock.moves import MoveLine, submit_move
from stock.scan_verdicts import ON_THE_DOCUMENT
from stock.sheet_work import document_at_once
from stock.signing import cancel_move, reject_move, reverse_move, sign_move

FORM_FACTS = ("item", "holder", "to_holder", "reason")
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))


@command("move", Text("办理一份库存单据。", "Make a stock document."))
@click.argument("kind", metavar="KIND")
@hall_option()
@FILE
@ITEM
@an_option(
    "--serial", "serials", multiple=True, said=Text("串号,可重复。", "A serial; repeatable.")
)
@an_option("--serial-to", default="", said=Text("号段止号。", "Last serial of a run."))
@an_option("--quantity", type=WholeNumber(), default=None, said=Text("数量。", "How many."))
@an_option("--holder", default="", said=Text("转出的工号或柜台。", "Whose custody it leaves."))
@an_option("--to", "to_holder", default="", said=Text("转入的工号或柜台。", "Who receives it."))
@an_option(
    "--fact", "facts", multiple=True, said=Text("名称=值,可重复。", "NAME=VALUE; repeatable.")
)
@an_option("--on", type=Date(), default=None, said=Text("开放的营业日。", "An open business day."))
@GOOD_LINES
@REASON
@as_option()
@pass_console
def move(console: Console, /, **given: Any) -> None:
    """Make and submit a document of any kind."""
    if given["file"] is not None:
        _move_by_file(console, given)
        return
    lines = _lines(given)
    facts = dict(read_fact(one) for one in given["facts"])
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = submit_move(
            uow,
            hall=hall,
            kind=given["kind"],
            lines=lines,
            facts=facts,
            on=given["on"],
            reason=given["reason"],
        )
        shown = document_payload(uow, hall, document, console.language)
    forward_transfers(engine)
    console.give(shown, describe(document, shown))


def _move_by_file(console: Console, given: dict[str, Any]) -> None:
    """Make the document of a file's lines, saying each bad one; exit code 2 where none was made."""
    path: Path = given["file"]
    read = read_sheet_file(path.name, path.read_bytes())
    facts = dict(read_fact(one) for one in given["facts"])
    facts |= {name: given[name] for name in FORM_FACTS if given[name]}
    facts |= {"on": given["on"].isoformat()} if given["on"] else {}
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        sheet, taken = document_at_once(
            uow,
            hall=hall,
            kind=given["kind"],
            facts={**facts, **read.facts},
            codes=read.codes,
            good_only=given["good_lines"],
        )
        scans = scan_payload(taken, console.language, of_file=read.lines)
        shown: Payload = {**sheet_head(uow, hall, sheet, console.language), "scans": scans}
    forward_transfers(engine)
    number = shown["document"]
    bad = [one for one in scans if one["verdict"] not in ON_THE_DOCUMENT]
    done = Text(
        f"合格 {len(scans) - len(bad)} 行,不合格 {len(bad)} 行;{number or '未成单'}",
        f"{len(scans) - len(bad)} good, {len(bad)} bad; {number or 'nothing made'}",
    )
    console.give(shown, *scan_words(bad), done)
    if number is None:
        raise click.exceptions.Exit(2)


@command("transfers", Text("在途调拨。", "Transfers under way, and late ones."))
@hall_option()
@as_option()
@pass_console
def transfers(console: Console, /, **given: Any) -> None:
    """Forward what is to be forwarded, then list what is in transit."""
    engine, actor = acting(console, given)
    forward_transfers(engine)
    with begin_read(engine, actor) as uow:
        under_way = transfers_under_way(uow, find_hall(uow, given["hall_code"]))
    console.give(
        [transfer_payload(one) for one in under_way],
        *(
            Text(
                f"{one.number} → {one.to_hall} {one.dispatched_on}"
                f" 在途 {one.missing}/{one.pieces}{' 超期' if one.overdue else ''}",
                f"{one.number} -> {one.to_hall} {one.dispatched_on}"
                f" {one.missing} of {one.pieces} in transit{', overdue' if one.overdue else ''}",
            )
            for one in under_way
        ),
    )


@command("print", Text("打印单据(三联)。", "Print a document in three copies."))
@click.argument("number", metavar="NUMBER")
@hall_option()
@PDF_FILE
@PAPER_FORM
@as_option()
@pass_console
def print_paper(console: Console, /, **given: Any) -> None:
    """Write the printed form of a document."""
    engine, actor = acting(console, given)
    # Laying out a paper loads Pango and its fonts, which no other command should wait for.
    from backoffice.audit_papers import write_whole
    from backoffice.stock_papers import stock_paper

    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "stock", "view")
        content = stock_paper(
            uow, hall, given["number"], language=console.paper_language, form=given["form"]
        )
    write_whole(given["pdf"], content)
    console.give({"file": str(given["pdf"])}, in_both(str(given["pdf"])))


def _step(name: str, said: Text, act: Callable[[UnitOfWork, Any, str, str], Document]) -> Any:
    """Make a command that takes a document one step on."""

    @command(name, said)
    @click.argument("number", metavar="NUMBER")
    @hall_option()
    @REASON
    @as_option()
    @pass_console
    def step(console: Console, /, **given: Any) -> None:
        with _acting(console, given) as (uow, hall):
            document = act(uow, hall, given["number"], given["reason"])
            shown = document_payload(uow, hall, document, console.language)
        forward_transfers(console.open_books())
        console.give(shown, describe(document, shown))

    return step


approve = _step(
    "approve",
    Text("以审批人身份签字。", "Sign a document as approver."),
    lambda uow, hall, number, _: sign_move(uow, hall=hall, number=number),
)
confirm = _step(
    "confirm",
    Text("以对方身份确认。", "Confirm a document as the other side."),
    lambda uow, hall, number, _: sign_move(uow, hall=hall, number=number),
)
reject = _step(
    "reject",
    Text("退回单据。", "Refuse a document."),
    lambda uow, hall, number, why: reject_move(uow, hall=hall, number=number, reason=why),
)
cancel = _step(
    "cancel",
    Text("作废未入账的单据。", "Take back a document that is not posted."),
    lambda uow, hall, number, why: cancel_move(uow, hall=hall, number=number, reason=why),
)
reverse = _step(
    "reverse",
    Text("冲销已入账的单据。", "Undo a posted document."),
    lambda uow, hall, number, why: reverse_move(uow, hall=hall, number=number, reason=why),
)


@contextmanager
def _acting(console: Console, given: dict[str, Any]) -> Iterator[tuple[UnitOfWork, Any]]:
    """Begin a unit of work as the person of `--as`, who sees a dispatch's other hall too."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        actor = actor_of_both(uow, actor, hall, given["number"])
    with begin_work(engine, actor) as uow:
        yield uow, find_hall(uow, given["hall_code"])


def _lines(given: dict[str, Any]) -> list[MoveLine]:
    ends = (given["holder"], given["to_holder"])
    quantity = given["quantity"] or 0
    if given["serials"]:
        last = given["serial_to"]
        return [MoveLine(given["item"], quantity, one, last, *ends) for one in given["serials"]]
    if given["item"] or (given["kind"] == "handover" and given["holder"]):
        return [MoveLine(given["item"], quantity, "", "", *ends)]
    raise WrongArgument(name="--item", reason=NOTHING_TO_MOVE)


def describe(document: Document, shown: Payload) -> Text:
    """Say what a document is, where it stands, and who is still to sign it."""
    kind, state = DOCUMENT_KINDS[document.kind].text, STATES[document.state]
    told: Any = shown
    waits, odd = ", ".join(told["awaits"]), told["facts"].get("type_codes", "")
    return Text(
        f"{kind.zh} {document.number} {state.zh}{' 待签:' + waits if waits else ''}"
        f"{';型号核准号存疑:' + odd if odd else ''}",
        f"{kind.en} {document.number}: {state.en.lower()}{', awaits ' + waits if waits else ''}"
        f"{'; type code of another model: ' + odd if odd else ''}",
    )


DOCUMENT_COMMANDS = (
    move,
    receive,
    manifest,
    transfers,
    approve,
    confirm,
    reject,
    cancel,
    reverse,
    print_paper,
)
