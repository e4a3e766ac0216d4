"""`refund ..`: refunds, waivers and gift credits, each act in the name of a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.commands import Date, WrongArgument, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.refund_reports import day_papers, print_paper, show_statistics
from backoffice.cli.refund_rules import policy, settle, show_flags
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.errors import Payload
from backoffice.refund_answers import case_payload, due_payload, prospect_payload, why_words
from ledger.actors import ROLES
from ledger.documents import STATES
from ledger.money import read_fen, show_yuan
from ledger.organisations import Hall, find_hall
from ledger.text import LANGUAGES, Language, Text
from ledger.work import UnitOfWork
from refunds.acts import (
    Execution,
    approve_case,
    execute_case,
    expire_cases,
    reject_case,
    withdraw_case,
)
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.limits_left import LimitLeft
from refunds.papers import papers_due, receive_papers, tick_papers
from refunds.policy import PAPERS
from refunds.requests import Request, consider, request_case
from refunds.seen import CaseSeen, list_cases, see_case, unmask

REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
NOT_YUAN = Text("应为金额,如 58.00。", "An amount such as 58.00.")
STATED = (
    an_option(
        "--why",
        "why",
        type=click.Choice(list(REASONS)),
        required=True,
        said=Text("原因代码。", "The reason's code."),
    ),
    an_option("--amount", required=True, said=Text("金额,元。", "Amount in yuan.")),
    an_option("--subscriber", default="", said=Text("用户号码。", "The subscriber's number.")),
    an_option("--txn", default="", said=Text("原流水号。", "The original transaction.")),
    an_option("--tender", default="", said=Text("支付方式。", "The tender it goes back by.")),
    an_option("--to-subscriber", default="", said=Text("转入号码。", "The number to credit.")),
    an_option("--at-desk", is_flag=True, said=Text("客户未离柜。", "The customer has not left.")),
    an_option("--balance", default="", said=Text("账户余额,元。", "Balance of the account.")),
    an_option("--gift", default="0", said=Text("其中赠款,元。", "Gift credit in it.")),
    an_option(
        "--override",
        default="",
        said=Text("改道原因,报上级。", "Why by another tender; goes to the superior."),
    ),
    an_option("--note", default="", said=Text("备注。", "A note.")),
)


def _stating(function: Any) -> Any:
    for one in reversed(STATED):
        function = one(function)
    return click.argument("kind", metavar="KIND", type=click.Choice(list(INSTRUMENTS)))(function)


@command("ask", Text("申请一笔退、减、赠。", "Ask for a refund, waiver or gift credit."))
@_stating
@hall_option()
@as_option()
@pass_console
def ask(console: Console, /, **given: Any) -> None:
    """Ask for a case."""
    request = _request(given)

    def do(uow: UnitOfWork, hall: Hall) -> CaseSeen:
        document = request_case(uow, hall=hall, request=request)
        return see_case(uow, hall, document.number or "")

    _do(console, given, do)


@command("consider", Text("提交前查看要求。", "Learn what a request would need."))
@_stating
@hall_option()
@as_option()
@pass_console
def look_ahead(console: Console, /, **given: Any) -> None:
    """Tell who must sign and which papers are needed; nothing is written."""
    request = _request(given)
    engine = console.open_books()
    actor = actor_of(console, given)
    with begin_read(engine, actor) as uow:
        prospect = consider(uow, hall=find_hall(uow, given["hall_code"]), request=request)
    judgement = prospect.judgement
    roles = [ROLES[role] for role in judgement.roles]
    zh, en = (";".join(why_words(judgement, name)) for name in LANGUAGES)
    papers = [PAPERS[name] for name in judgement.papers]
    lines = (
        Text(
            f"须由 {'、'.join(one.zh for one in roles)} 审批:{zh}",
            f"Signed by {', '.join(one.en for one in roles)}: {en}",
        ),
        Text(
            f"单据:{'、'.join(one.zh for one in papers)}",
            f"Papers: {', '.join(one.en for one in papers)}",
        ),
    )
    limits = [_limit_words(one) for one in prospect.limits]
    console.give(prospect_payload(prospect, console.language), *lines, *limits)


def _limit_words(one: LimitLeft) -> Text:
    used = show_yuan(one.used_fen)
    if one.limit_fen is None or one.left_fen is None:
        return Text(f"{one.name.zh}:不限,已用 {used}", f"{one.name.en}: no limit, {used} used")
    limit, left = show_yuan(one.limit_fen), show_yuan(one.left_fen)
    return Text(
        f"{one.name.zh}:限额 {limit},已用 {used},余 {left}",
        f"{one.name.en}: {left} left of {limit}, {used} used",
    )


def _step(
    name: str, said: Text, act: Callable[[UnitOfWork, Hall, dict[str, Any]], object], *more: Any
) -> click.Command:
    """Make a command that takes a case a step on."""

    def step(console: Console, /, **given: Any) -> None:
        def do(uow: UnitOfWork, hall: Hall) -> CaseSeen:
            act(uow, hall, given)
            return see_case(uow, hall, given["number"])

        _do(console, given, do)

    made: Any = as_option()(hall_option()(pass_console(step)))
    for one in more:
        made = one(made)
    return command(name, said)(click.argument("number", metavar="NUMBER")(made))


approve = _step(
    "approve",
    Text("批准一张单据。", "Approve a case."),
    lambda uow, hall, given: approve_case(uow, hall=hall, number=given["number"]),
)
reject = _step(
    "reject",
    Text("退回一张单据。", "Reject a case."),
    lambda uow, hall, given: reject_case(
        uow, hall=hall, number=given["number"], reason=given["reason"]
    ),
    REASON,
)
withdraw = _step(
    "withdraw",
    Text("撤回本人的申请。", "Withdraw one's own case."),
    lambda uow, hall, given: withdraw_case(
        uow, hall=hall, number=given["number"], reason=given["reason"]
    ),
    REASON,
)
execute = _step(
    "execute",
    Text("执行已批的单据。", "Carry out an approved case."),
    lambda uow, hall, given: execute_case(
        uow,
        hall=hall,
        number=given["number"],
        how=Execution(
            tender_ref=given["tender_ref"],
            customer_signed=given["signed"],
            red_code=given["red_code"],
            red_no=given["red_no"],
        ),
    ),
    an_option("--tender-ref", default="", said=Text("退款流水。", "Reference of the money.")),
    an_option("--signed", is_flag=True, said=Text("客户已签收。", "The customer signed.")),
    an_option("--red-code", default="", said=Text("红字发票代码。", "Code of the red letter.")),
    an_option("--red-no", default="", said=Text("红字发票号码。", "Number of the red letter.")),
)
tick = _step(
    "tick",
    Text("勾选已到的单据。", "Tick the papers that are there."),
    lambda uow, hall, given: tick_papers(
        uow, hall=hall, number=given["number"], papers=given["papers"]
    ),
    an_option(
        "--paper",
        "papers",
        multiple=True,
        required=True,
        type=click.Choice(list(PAPERS)),
        said=Text("单据代码,可重复。", "A paper's code; repeatable."),
    ),
)
receive = _step(
    "receive",
    Text("稽核验收单据。", "Take the papers over as auditor."),
    lambda uow, hall, given: receive_papers(uow, hall=hall, numbers=[given["number"]]),
)


@command("list", Text("单据列表。", "Cases, the oldest that waits first."))
@an_option(
    "--state",
    default="",
    type=click.Choice(["", *STATES]),
    said=Text("只列此状态。", "Only of this state."),
)
@an_option("--clerk", default="", said=Text("只列此工号申请的。", "Only asked for by this number."))
@an_option("--since", type=Date(), default=None, said=Text("自此日起。", "From this day on."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List cases."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        states = (given["state"],) if given["state"] else ()
        clerk, since = given["clerk"].strip(), given["since"]
        cases = list_cases(uow, hall, states=states, clerk=clerk, since=since)
        told = {name: [case_payload(hall, one, name) for one in cases] for name in LANGUAGES}
    _give_table(console, {"hall": given["hall_code"], "cases": told[console.language]}, told)


@command("papers-due", Text("待交稽核的单据。", "Cases whose papers the auditor awaits."))
@hall_option()
@as_option()
@pass_console
def show_papers_due(console: Console, /, **given: Any) -> None:
    """List what is awaited."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        due = papers_due(uow, hall)
        told = {name: [due_payload(hall, one, name) for one in due] for name in LANGUAGES}
    _give_table(console, {"hall": given["hall_code"], "cases": told[console.language]}, told)


@command("expire", Text("作废逾期未办的单据。", "Cancel cases nobody carried out in time."))
@hall_option()
@as_option()
@pass_console
def expire(console: Console, /, **given: Any) -> None:
    """Cancel what ran out of time."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        numbers = expire_cases(uow, hall=find_hall(uow, given["hall_code"]))
    count = Text(f"已作废 {len(numbers)} 张。", f"{len(numbers)} cancelled.")
    console.give({"hall": given["hall_code"], "expired": numbers}, count)


@command("unmask", Text("查看完整号码(留痕)。", "See a full number; it is put on record."))
@click.argument("number", metavar="NUMBER")
@REASON
@hall_option()
@as_option()
@pass_console
def show_number(console: Console, /, **given: Any) -> None:
    """Show the full number of a case's subscriber."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        full = unmask(uow, hall=hall, number=given["number"], reason=given["reason"])
    console.give({"number": given["number"], "subscriber": full}, Text(full, full))


refund = group(
    "refund",
    Text("退费、减免与赠款。", "Refunds, waivers and gift credits."),
    *(look_ahead, ask, show_list, approve, reject, withdraw, execute, tick, receive),
    *(show_papers_due, expire, show_number, print_paper, day_papers, show_statistics),
    *(show_flags, settle, policy),
)


def _request(given: dict[str, Any]) -> Request:
    return Request(
        instrument=given["kind"],
        reason=given["why"],
        amount_fen=_fen("--amount", given["amount"]),
        subscriber=given["subscriber"].strip(),
        original_txn=given["txn"].strip(),
        tender=given["tender"].strip(),
        to_subscriber=given["to_subscriber"].strip(),
        at_desk=given["at_desk"],
        balance_fen=_fen("--balance", given["balance"]) if given["balance"] else None,
        gift_fen=_fen("--gift", given["gift"]),
        override_reason=given["override"].strip(),
        note=given["note"].strip(),
    )


def _fen(name: str, told: str) -> int:
    try:
        return read_fen(told.strip())
    except ValueError:
        raise WrongArgument(name=name, reason=NOT_YUAN) from None


def _do(
    console: Console, given: dict[str, Any], act: Callable[[UnitOfWork, Hall], CaseSeen]
) -> None:
    engine = console.open_books()
    actor = actor_of(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        case = act(uow, hall)
        shown = case_payload(hall, case, console.language)
        said = _describe(case)
    console.give(shown, said)


def _describe(case: CaseSeen) -> Text:
    document = case.document
    kind, state = INSTRUMENTS[document.kind].text, STATES[document.state]
    waits = document.required_roles if document.state == "submitted" else ""
    told = show_yuan(document.amount_fen)
    return Text(
        f"{kind.zh} {document.number} {told} {state.zh}{' 待签:' + waits if waits else ''}",
        f"{kind.en} {document.number} {told}: {state.en.lower()}"
        f"{', awaits ' + waits if waits else ''}",
    )


def _give_table(
    console: Console, payload: Payload, told: dict[Language, list[dict[str, Any]]]
) -> None:
    tables = {
        name: draw_table([_row(one) for one in rows], right=frozenset({3}))
        for name, rows in told.items()
    }
    lines = [Text(zh, en) for zh, en in zip(tables["zh"], tables["en"], strict=True)]
    console.give(payload, *lines)


def _row(case: dict[str, Any]) -> list[str]:
    return [
        case["number"],
        case["name"],
        case["subscriber"],
        case["amount"],
        case["state_name"],
        ",".join(case["awaits"]),
    ]
