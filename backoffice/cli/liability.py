"""`correction liability ..`: what nothing cures (违规已定责), proposed and signed by name."""

from __future__ import annotations

from typing import Any

import click

from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.commands import Date, Money, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.correction_answers import liability_payload
from backoffice.database import begin_read, begin_work
from backoffice.errors import Payload
from ledger.corrections.liability import (
    LIABLE,
    NAME,
    act_on_liability,
    list_liabilities,
    settle_with_liability,
)
from ledger.documents import STATES, Document, facts_of
from ledger.money import show_yuan
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

HEAD = (
    Text("单号", "Number"),
    Text("差错日", "Of day"),
    Text("规则", "Check"),
    Text("对象", "Subject"),
    Text("责任", "Liable"),
    Text("金额", "Amount"),
    Text("状态", "State"),
)


@command("list", Text("定责单,待签字的在前。", "Settlements of liability, those to sign first."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List the settlements of a hall."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        made = list_liabilities(uow, hall)
        told = [liability_payload(uow, hall, one, console.language) for one in made]
        stated = [facts_of(uow, one) for one in made]
    rows = [
        [
            str(one["number"]),
            *(facts[name] for name in ("of_day", "check", "subject")),
            LIABLE[facts["liable"]].in_language(console.language),
            str(one["amount"]),
            str(one["state_name"]),
        ]
        for one, facts in zip(told, stated, strict=True)
    ]
    names = [word.in_language(console.language) for word in HEAD]
    lines = draw_table([names, *rows], right=frozenset({5})) if rows else []
    payload: Payload = {"hall": given["hall_code"], "liability": told}
    console.give(payload, *(Text(line, line) for line in lines))


@command(
    "propose",
    Text("上级提出以定责了结一条差异。", "Propose as department who is liable for a finding."),
)
@click.argument("check", metavar="CHECK")
@click.argument("subject", metavar="SUBJECT")
@option("--date", "on", type=Date(), required=True, said=Text("差异的营业日。", "Its day."))
@option(
    "--liable",
    type=click.Choice(list(LIABLE)),
    required=True,
    said=Text("谁担责。", "Who is liable."),
)
@option(
    "--amount", "amount_fen", type=Money(), default=0, said=Text("赔付金额,元。", "What he pays.")
)
@option("--reason", required=True, said=Text("理由。", "Why."))
@hall_option()
@as_option()
@pass_console
def propose(console: Console, /, **given: Any) -> None:
    """Propose how a finding that nothing cures is closed."""
    stated = {name: given[name] for name in ("check", "subject", "liable", "amount_fen", "reason")}
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = settle_with_liability(uow, hall, given["on"], **stated)
        _give(console, uow, hall, document)


def _step(name: str, action: str, said: Text) -> click.Command:
    """Make a command that takes a settlement one step on."""

    def step(console: Console, /, **given: Any) -> None:
        with begin_work(console.open_books(), actor_of(console, given)) as uow:
            hall = find_hall(uow, given["hall_code"])
            document = act_on_liability(
                uow, hall, given["number"], action=action, reason=given["reason"]
            )
            _give(console, uow, hall, document)

    reason = option("--reason", default="", said=Text("原因。", "Why."))
    made: Any = reason(as_option()(hall_option()(pass_console(step))))
    return command(name, said)(click.argument("number", metavar="NUMBER")(made))


def _give(console: Console, uow: UnitOfWork, hall: Hall, document: Document) -> None:
    state, amount = STATES[document.state], show_yuan(document.amount_fen)
    console.give(
        liability_payload(uow, hall, document, console.language),
        Text(
            f"{NAME.zh} {document.number} {amount}:{state.zh}",
            f"{NAME.en} {document.number} {amount}: {state.en.lower()}",
        ),
    )


liability = group(
    "liability",
    Text("定责单:无法更正的差异如何了结。", "Who is liable for what nothing cures."),
    show_list,
    propose,
    _step("sign", "approve", Text("二级稽核签字。", "Sign as second-level audit.")),
    _step("reject", "reject", Text("二级稽核退回。", "Refuse as second-level audit.")),
    _step("cancel", "cancel", Text("上级收回。", "Take one's proposal back.")),
)
