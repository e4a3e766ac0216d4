"""`forms make` and what follows it: signing, refusing, cancelling, reversing, printing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, WholeNumber, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_documents import describe
from backoffice.cli.stock_files import PAPER_FORM, PDF_FILE, acting, in_both, read_fact
from backoffice.database import begin_read, begin_work
from backoffice.stock_answers import document_payload
from invoices.form_signing import cancel_forms, reject_forms, reverse_forms, sign_forms
from invoices.forms import MADE_HERE, WITHOUT_LINES, FormLine, submit_forms
from ledger.documents import Document
from ledger.organisations import find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
PREFIX = "invoice_"


@command(
    "make",
    Text(
        "办理票据单据:request receipt draw handover return exchange stubs hand_in。",
        "Make a document: request receipt draw handover return exchange stubs hand_in.",
    ),
)
@click.argument("kind", metavar="KIND", type=click.Choice([k[len(PREFIX) :] for k in MADE_HERE]))
@hall_option()
@an_option("--code", default="", said=Text("发票代码。", "Invoice code."))
@an_option("--first", default="", said=Text("起号。", "First number."))
@an_option(
    "--last",
    default="",
    said=Text("止号;整本移交可不填。", "Last number; not needed for a whole book."),
)
@an_option("--count", type=WholeNumber(), default=None, said=Text("份数(实点)。", "Counted."))
@an_option("--clerk", default="", said=Text("领用、交出或退库的工号。", "Who draws or gives back."))
@an_option("--to", "to_clerk", default="", said=Text("接收的工号。", "Who takes over."))
@an_option(
    "--book",
    "books",
    multiple=True,
    said=Text("用完的本:代码/起号,可重复。", "A used book, CODE/FIRST; repeatable."),
)
@an_option(
    "--fact", "facts", multiple=True, said=Text("名称=值,可重复。", "NAME=VALUE; repeatable.")
)
@an_option("--on", type=Date(), default=None, said=Text("开放的营业日。", "An open business day."))
@REASON
@as_option()
@pass_console
def make(console: Console, /, **given: Any) -> None:
    """Make and submit a document of forms; without numbers it moves all that is held."""
    kind = f"{PREFIX}{given['kind']}"
    line = FormLine(
        given["code"],
        given["first"],
        given["last"],
        given["count"] or 0,
        given["clerk"],
        given["to_clerk"],
    )
    facts = dict(read_fact(one) for one in given["facts"])
    if kind == "invoice_request" and given["code"]:
        facts.setdefault("invoice_code", given["code"])
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = submit_forms(
            uow,
            hall=hall,
            kind=kind,
            lines=() if kind in WITHOUT_LINES else (line,),
            facts=facts,
            books=given["books"],
            on=given["on"],
            reason=given["reason"],
        )
        shown = document_payload(uow, hall, document, console.language)
    console.give(shown, describe(document, shown))


def _step(name: str, said: Text, act: Callable[[UnitOfWork, Any, str, str], Document]) -> Any:
    """Make a command that takes a document one step on."""

    @command(name, said)
    @click.argument("number", metavar="NUMBER")
    @hall_option()
    @REASON
    @as_option()
    @pass_console
    def step(console: Console, /, **given: Any) -> None:
        engine, actor = acting(console, given)
        with begin_work(engine, actor) as uow:
            hall = find_hall(uow, given["hall_code"])
            document = act(uow, hall, given["number"], given["reason"])
            shown = document_payload(uow, hall, document, console.language)
        console.give(shown, describe(document, shown))

    return step


sign = _step(
    "sign",
    Text("以对方或审批岗位签字。", "Sign a document as the other side, or by one's role."),
    lambda uow, hall, number, _: sign_forms(uow, hall=hall, number=number),
)
reject = _step(
    "reject",
    Text("退回单据。", "Refuse a document."),
    lambda uow, hall, number, why: reject_forms(uow, hall=hall, number=number, reason=why),
)
cancel = _step(
    "cancel",
    Text("作废未入账的单据。", "Take back a document that is not posted."),
    lambda uow, hall, number, why: cancel_forms(uow, hall=hall, number=number, reason=why),
)
reverse = _step(
    "reverse",
    Text("冲销已入账的单据。", "Undo a posted document."),
    lambda uow, hall, number, why: reverse_forms(uow, hall=hall, number=number, reason=why),
)


@command("print", Text("打印票据单据(三联)。", "Print a document of forms in three copies."))
@click.argument("number", metavar="NUMBER")
@hall_option()
@PDF_FILE
@PAPER_FORM
@as_option()
@pass_console
def print_form(console: Console, /, **given: Any) -> None:
    """Write the printed form of a document."""
    engine, actor = acting(console, given)
    # Laying out a paper loads Pango and its fonts, which no other command should wait for.
    from backoffice.audit_papers import write_whole
    from backoffice.form_papers import form_paper

    with begin_read(engine, actor) as uow:
        content = form_paper(
            uow,
            find_hall(uow, given["hall_code"]),
            given["number"],
            language=console.paper_language,
            form=given["form"],
        )
    write_whole(given["pdf"], content)
    console.give({"file": str(given["pdf"])}, in_both(str(given["pdf"])))


DOCUMENT_COMMANDS = (make, sign, reject, cancel, reverse, print_form)
