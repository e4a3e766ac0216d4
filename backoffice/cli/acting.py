"""Who acts on the command line: the system, or a person who proves it with his password."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import Engine

from backoffice.cli.commands import WrongArgument, option
from backoffice.cli.console import Console
from backoffice.database import begin_work
from backoffice.identity import SignInRefused, check_password, find_person
from ledger.actors import actor_for
from ledger.text import Text
from ledger.work import Actor, system_actor

CLI_ACTOR = system_actor("cli")
PASSWORD = Text("密码", "Password")
NEW_PASSWORD = Text("新密码", "New password")
ONE_OR_ALL = Text("请给出 --hall 或 --all 之一。", "Give either --hall or --all.")


def hall_option(*, required: bool = True) -> Callable[[Any], Any]:
    """Give a command `--hall CODE`."""
    said = Text("营业厅编码。", "Code of the hall.")
    return option("--hall", "hall_code", metavar="CODE", required=required, said=said)


def halls_options() -> Callable[[Any], Any]:
    """Give a command `--hall CODE`, repeatable, and `--all`."""
    named = option(
        "--hall",
        "codes",
        multiple=True,
        said=Text("营业厅代码,可重复。", "A hall's code; repeatable."),
    )
    every = option(
        "--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls one oversees.")
    )
    return lambda function: named(every(function))


def require_one_or_all(named: bool, every: bool) -> None:
    """Go on only where a hall is named, or all are meant; raises WrongArgument."""
    if named == every:
        raise WrongArgument(name="--hall", reason=ONE_OR_ALL)


def password_option() -> Callable[[Any], Any]:
    """Give a command `--password-stdin`: a password is never a word of the command line."""
    said = Text(
        "从标准输入的第一行读取密码,而不询问。",
        "Read the password from the first line of standard input instead of asking.",
    )
    return option("--password-stdin", is_flag=True, said=said)


def as_option() -> Callable[[Any], Any]:
    """Give a command `--as NUMBER` and `--password-stdin`."""
    said = Text(
        "以此工号的身份办理,须输入其密码;默认为 system:cli。",
        "Act as the person of this staff number, whose password is asked; else as system:cli.",
    )

    def add(function: Any) -> Any:
        return option("--as", "as_number", metavar="NUMBER", said=said)(password_option()(function))

    return add


def find_actor(
    console: Console,
    engine: Engine,
    *,
    as_number: str | None,
    hall_code: str = "",
    password_stdin: bool = False,
) -> Actor:
    """Give the person of `--as` after checking the password, else `system:cli`.

    Raises SignInRefused; the failed try is counted as at the pages.
    """
    if as_number is None:
        return CLI_ACTOR
    password = ask_password(console, PASSWORD, from_stdin=password_stdin)
    with begin_work(engine, CLI_ACTOR) as uow:
        person_id = find_person(uow, number=as_number, hall_code=hall_code)
        right = check_password(uow, person_id=person_id, password=password)
        on = uow.today
        actor = actor_for(uow, person_id, on) if right and person_id is not None else None
    if actor is None:
        raise SignInRefused
    return actor


def actor_of(console: Console, given: dict[str, Any]) -> Actor:
    """Give who acts by the options every such command has: the person of `--as`, or the system."""
    return find_actor(
        console,
        console.open_books(),
        as_number=given["as_number"],
        hall_code=given["hall_code"] or "",
        password_stdin=given["password_stdin"],
    )


def ask_password(console: Console, prompt: Text, *, from_stdin: bool, twice: bool = False) -> str:
    """Give a password typed unseen, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    again = Text("再输一次", "Once more").in_language(console.language)
    typed: str = click.prompt(
        prompt.in_language(console.language),
        hide_input=True,
        confirmation_prompt=again if twice else False,
        err=True,
    )
    return typed
