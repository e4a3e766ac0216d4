"""`shift ..`: a clerk's shift from its float to its declaration, each act in a person's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import click

from backoffice.cash_answers import shift_payload
from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.commands import Date, WrongArgument, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read, begin_work
from backoffice.shift_acts import ShiftAct, do_shift_act
from ledger.cash.denominations import read_denominations
from ledger.cash.seen import ShiftSeen, see_shift, shifts_of
from ledger.cash.shifts import close_nil_day, find_shift, open_shift
from ledger.cash.tables import SHIFT_STATES
from ledger.money import read_fen, show_yuan
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

NOTES = an_option(
    "--notes", default="", said=Text("券别,如 100x12 50x3。", "Notes, such as 100x12 50x3.")
)
ON = an_option("--date", "on", type=Date(), default=None, said=Text("哪一天。", "Of which day."))
COUNTED = (
    NOTES,
    an_option(
        "--tender",
        "amounts",
        multiple=True,
        metavar="CODE=YUAN",
        said=Text("其他支付方式,可重复。", "Another tender; repeatable."),
    ),
    an_option("--kept", default="0", said=Text("留存备用金,元。", "Float kept, in yuan.")),
    an_option("--nil", is_flag=True, said=Text("无营业。", "Nothing was sold.")),
)
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
NOT_A_TENDER = Text("应为 支付方式=金额,如 pos=58.00。", "Write CODE=YUAN, such as pos=58.00.")


def _command(name: str, said: Text, *more: Any) -> Callable[[Any], click.Command]:
    """Declare a command about the shift of CLERK."""

    def add(function: Any) -> click.Command:
        made = ON(hall_option()(as_option()(pass_console(function))))
        for one in more:
            made = one(made)
        return command(name, said)(click.argument("clerk", metavar="CLERK")(made))

    return add


@_command("open", Text("开班。", "Open one's shift with what is counted."), NOTES)
def begin(console: Console, /, **given: Any) -> None:
    """Open a shift."""
    notes = read_denominations(given["notes"])
    _do(
        console,
        given,
        lambda uow, hall, day: open_shift(
            uow, hall=hall, clerk=given["clerk"], notes=notes, on=day
        ),
    )


def _step(name: str, said: Text, *more: Any) -> click.Command:
    """Make a command that takes a shift a step on."""

    @_command(name, said, *more)
    def step(console: Console, /, **given: Any) -> None:
        act = ShiftAct(
            name=name.replace("-", "_"),
            notes=read_denominations(given.get("notes", "")),
            amounts=_amounts(given.get("amounts", ())),
            kept_fen=_fen("--kept", given.get("kept", "0")),
            is_nil=given.get("nil", False),
            witness=given.get("witness", ""),
            incoming=given.get("incoming", ""),
            opens_case=given.get("opens_case", False),
            reason=given.get("reason", ""),
        )
        _do(
            console, given, lambda uow, hall, day: do_shift_act(uow, hall, given["clerk"], day, act)
        )

    return step


suspend = _step("suspend", Text("挂起班次。", "Suspend one's shift."))
resume = _step("resume", Text("恢复班次。", "Go on with a suspended shift."))
declare = _step("declare", Text("盲点申报,或复点。", "Declare blind, or count again."), *COUNTED)
keep = _step("keep", Text("以首次申报为准。", "Keep the first count."))
close_for = _step(
    "close-for",
    Text("为缺勤者代结。", "Close for an absent clerk."),
    *COUNTED,
    an_option("--witness", required=True, said=Text("监盘人工号。", "The witness.")),
    REASON,
)
witness = _step("witness", Text("监盘签字。", "Sign as the witness."))
refuse = _step("refuse", Text("监盘退回。", "Refuse as the witness."))
hand_over = _step(
    "hand-over",
    Text("交接班。", "Hand over to the next clerk."),
    NOTES,
    an_option("--to", "incoming", required=True, said=Text("接班人。", "Who takes over.")),
    an_option("--open-case", "opens_case", is_flag=True, said=Text("登记长短款。", "Open a case.")),
)


@_command("show", Text("一个班次。", "Show a shift."))
def show(console: Console, /, **given: Any) -> None:
    """Show a shift."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        day = given["on"] or uow.today
        seen = see_shift(uow, hall, find_shift(uow, hall, given["clerk"], day))
        shown = shift_payload(hall, seen, console.language)
        lines = _describe(seen)
    console.give(shown, *lines)


@command("list", Text("一天的班次。", "The shifts of a day."))
@ON
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List shifts."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "cash", "view")
        day = given["on"] or uow.today
        seen = [see_shift(uow, hall, one) for one in shifts_of(uow, hall, day)]
        shown = [shift_payload(hall, one, console.language) for one in seen]
        lines = [_describe(one)[0] for one in seen]
    console.give({"hall": given["hall_code"], "shifts": shown}, *lines)


@command("nil-day", Text("当日无营业。", "Close a day on which nobody traded."))
@an_option("--date", "on", type=Date(), required=True, said=Text("哪一天。", "Which day."))
@REASON
@hall_option()
@as_option()
@pass_console
def nil_day(console: Console, /, **given: Any) -> None:
    """Close a day as nil."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        sources = close_nil_day(uow, hall=hall, date=given["on"], reason=given["reason"])
    shown = {"hall": given["hall_code"], "date": given["on"].isoformat(), "sources": sources}
    console.give(shown, Text("已申报为无营业。", "Closed as nil."))


shift = group(
    "shift",
    Text("班次:开班、申报、交接班。", "Shifts: opened, declared, handed over."),
    *(begin, suspend, resume, declare, keep, close_for, witness, refuse, hand_over),
    *(show, show_list, nil_day),
)


def _do(
    console: Console,
    given: dict[str, Any],
    act: Callable[[UnitOfWork, Hall, dt.date], object],
) -> None:
    engine = console.open_books()
    with begin_work(engine, actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        day = given["on"] or uow.today
        act(uow, hall, day)
        seen = see_shift(uow, hall, find_shift(uow, hall, given["clerk"], day))
        shown = shift_payload(hall, seen, console.language)
        lines = _describe(seen)
    console.give(shown, *lines)


def _describe(seen: ShiftSeen) -> list[Text]:
    shift_of, state = seen.shift, SHIFT_STATES[seen.shift.state]
    head = f"{shift_of.business_date} {shift_of.clerk}"
    lines = [Text(f"{head} {state.zh}", f"{head}: {state.en.lower()}")]
    for one in seen.tenders:
        counted = " / ".join(show_yuan(fen) for fen in one.counted)
        known = one.expected_fen is not None and one.difference_fen is not None
        zh = f" 应有 {show_yuan(one.expected_fen or 0)} 差 {show_yuan(one.difference_fen or 0)}"
        en = f" of {show_yuan(one.expected_fen or 0)}: {show_yuan(one.difference_fen or 0)}"
        front = f"  {one.tender} {counted}"
        lines.append(Text(front + (zh if known else ""), front + (en if known else "")))
    return lines


def _amounts(told: tuple[str, ...]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for one in told:
        code, sign, yuan = one.partition("=")
        if not sign:
            raise WrongArgument(name="--tender", reason=NOT_A_TENDER)
        amounts[code.strip()] = _fen("--tender", yuan)
    return amounts


def _fen(name: str, told: str) -> int:
    try:
        return read_fen(told.strip())
    except ValueError:
        raise WrongArgument(name=name, reason=NOT_A_TENDER) from None
