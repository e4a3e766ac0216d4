"""`refund flags`, `settle`, `policy`: what the auditor looks into, and what cases are judged by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
from sqlalchemy import select

from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.refund_answers import change_payload, policy_payload
from backoffice.refund_evidence import evidence_in_words, flag_payload
from backoffice.refund_input import DAYS, LIMITS, policy_of_body
from ledger.actors import ROLES
from ledger.lifecycle import advance
from ledger.money import read_fen, show_yuan
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import LANGUAGES, Text
from refunds.flags import OUTCOMES, PATTERNS, settle_flag
from refunds.instruments import INSTRUMENTS
from refunds.models import RefundFlag
from refunds.policies import find_policy_change, policy_on, propose_policy, sign_policy

NOT_YUAN = Text("应为金额,如 58.00。", "An amount such as 58.00.")
A_PAIR = Text("应为 名称=值,如 hall_manager=500。", "Write NAME=VALUE, as in hall_manager=500.")
MOST = 500


@command("flags", Text("异常模式预警及其依据。", "Flags with the evidence behind each."))
@option(
    "--state",
    default="open",
    type=click.Choice(["all", *OUTCOMES]),
    said=Text("状态,默认待核查。", "Their state; open by default."),
)
@hall_option()
@as_option()
@pass_console
def show_flags(console: Console, /, **given: Any) -> None:
    """List flags, the oldest first."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "refunds", "settle")
        query = select(RefundFlag).where(RefundFlag.hall_id == hall.id)
        if given["state"] != "all":
            query = query.where(RefundFlag.state == given["state"])
        flags = uow.session.scalars(query.order_by(RefundFlag.id).limit(MOST)).all()
        lines = [_flag_words(flag) for flag in flags]
        shown = [flag_payload(flag, console.language) for flag in flags]
    console.give({"hall": given["hall_code"], "flags": shown}, *lines)


@command("settle", Text("登记预警的核查结果。", "Write down what came of a flag."))
@click.argument("flag", metavar="FLAG", type=int)
@click.argument("outcome", type=click.Choice([one for one in OUTCOMES if one != "open"]))
@option("--note", required=True, said=Text("核查经过。", "What was looked into."))
@hall_option()
@as_option()
@pass_console
def settle(console: Console, /, **given: Any) -> None:
    """Settle a flag."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        flag = settle_flag(
            uow, hall=hall, flag_id=given["flag"], outcome=given["outcome"], note=given["note"]
        )
        said, shown = _flag_words(flag), flag_payload(flag, console.language)
    console.give(shown, said)


@command("policy", Text("查看、提出、批准或退回政策。", "Show, propose, sign or reject a policy."))
@click.argument("act", type=click.Choice(["show", "propose", "sign", "reject"]))
@click.argument("name", metavar="KIND|NUMBER")
@option("--on", "on", type=Date(), said=Text("哪一天的,默认今天。", "On which day; else today."))
@option("--from", "valid_from", type=Date(), said=Text("自哪天起。", "From which day on."))
@option(
    "--tier",
    "tiers",
    multiple=True,
    said=Text("岗位=限额,可重复。", "ROLE=LIMIT; repeatable; all tiers together."),
)
@option(
    "--limit",
    "limits",
    multiple=True,
    said=Text(
        f"名称=限额,可重复:{' '.join(LIMITS)}。", f"NAME=LIMIT; repeatable: {', '.join(LIMITS)}."
    ),
)
@option(
    "--days",
    "days",
    multiple=True,
    said=Text(f"名称=天数:{' '.join(DAYS)}。", f"NAME=DAYS; repeatable: {', '.join(DAYS)}."),
)
@option("--reason", default="", said=Text("原因。", "Why."))
@hall_option()
@as_option()
@pass_console
def policy(console: Console, /, **given: Any) -> None:
    """Take a policy a step on, or show the one in force."""
    engine, actor = acting(console, given)
    act, name = given["act"], given["name"]
    if act in ("show", "propose") and name not in INSTRUMENTS:
        raise WrongArgument(name="KIND", reason=Text(" ".join(INSTRUMENTS), ", ".join(INSTRUMENTS)))
    if act == "show":
        with begin_read(engine, actor) as uow:
            hall = find_hall(uow, given["hall_code"])
            require(uow, hall.id, "refund_policy", "view")
            on: dt.date = given["on"] or uow.today
            in_force = policy_on(uow, hall, name, on)
        tiers = [
            Text(f"{ROLES[role].zh} ≤ {show_yuan(limit)}", f"{ROLES[role].en} ≤ {show_yuan(limit)}")
            for role, limit in in_force.policy.tiers
        ]
        console.give(policy_payload(in_force), *tiers)
        return
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        if act == "propose":
            first = given["valid_from"] or uow.today
            before = policy_on(uow, hall, name, first).policy
            changed = policy_of_body(before, _stated(given))
            document = propose_policy(
                uow, hall=hall, policy=changed, valid_from=first, reason=given["reason"]
            )
        elif act == "sign":
            document = sign_policy(uow, hall=hall, number=name)
        else:
            document = find_policy_change(uow, hall, name)
            advance(uow, document, "reject", reason=given["reason"])
        shown = change_payload(uow, document)
    console.give(
        shown, Text(f"{shown['number']} {shown['state']}", f"{shown['number']}: {shown['state']}")
    )


def _stated(given: dict[str, Any]) -> dict[str, Any]:
    """Give what the options state as the body that a policy is changed by."""
    body: dict[str, Any] = {}
    if given["tiers"]:
        body["tiers"] = [
            {"role": role, "limit": _fen(told)} for role, told in _pairs(given, "tiers")
        ]
    for name, told in _pairs(given, "limits"):
        body[f"{name}_limit"] = _fen(told)
    for name, told in _pairs(given, "days"):
        if not told.isdigit():
            raise WrongArgument(name="--days", reason=A_PAIR)
        body[name] = int(told)
    return body


def _pairs(given: dict[str, Any], option_name: str) -> list[tuple[str, str]]:
    known = {"tiers": tuple(ROLES), "limits": LIMITS, "days": DAYS}[option_name]
    pairs = [tuple(one.partition("=")[::2]) for one in given[option_name]]
    if any(name not in known for name, _ in pairs):
        raise WrongArgument(name=f"--{option_name}", reason=A_PAIR)
    return [(name, told) for name, told in pairs]


def _fen(told: str) -> int:
    try:
        return read_fen(told.strip())
    except ValueError:
        raise WrongArgument(name="--limit", reason=NOT_YUAN) from None


def _flag_words(flag: RefundFlag) -> Text:
    """Give a flag as one line: its number, pattern and subject, then its evidence."""
    pattern, state = PATTERNS[flag.pattern], OUTCOMES[flag.state]
    number = flag.subject.partition(":")[2]
    zh, en = (
        "; ".join(f"{name} {', '.join(values)}" for name, values in evidence_in_words(flag, one))
        for one in LANGUAGES
    )
    return Text(
        f"#{flag.id} {pattern.zh} {number} {state.zh}:{zh}",
        f"#{flag.id} {pattern.en} {number} {state.en.lower()}: {en}",
    )
