"""`user ..`: who may sign in; a password is typed unseen or piped in, and is never an argument."""

from __future__ import annotations

import click

from backoffice.cli.acting import (
    CLI_ACTOR,
    NEW_PASSWORD,
    ask_password,
    hall_option,
    password_option,
)
from backoffice.cli.commands import WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read, begin_work
from backoffice.hall_setup import StaffEntry, dismiss, employ, give_password, give_token, list_staff
from ledger.actors import END_OF_TIME, ROLES, role_names
from ledger.organisations import find_hall
from ledger.text import Text

NUMBER = click.argument("number", metavar="NUMBER")


@command("add", Text("新增人员及其首个密码。", "Add a person, with a first password."))
@NUMBER
@hall_option()
@option("--name", required=True, said=Text("姓名。", "The person's name."))
@option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(tuple(ROLES)),
    said=Text("角色;可重复。", "A role; may be repeated."),
)
@password_option()
@pass_console
def add(
    console: Console,
    *,
    number: str,
    hall_code: str,
    name: str,
    roles: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Give a person a staff number, roles and a password that has to be changed."""
    engine = console.open_books()
    password = ask_password(console, NEW_PASSWORD, from_stdin=password_stdin, twice=True)
    with begin_work(engine, CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        employ(uow, hall, number=number, name=name, roles=roles, password=password)
    console.give(
        {"hall": hall_code, "number": number, "name": name, "roles": list(roles)},
        Text(
            f"{hall_code} {number} {name} 已登记;首次登录须更改密码。",
            f"{hall_code} {number} {name} is known; the first sign-in asks for a new password.",
        ),
    )


@command("password", Text("为工号设置新密码。", "Give a staff number a new password."))
@NUMBER
@hall_option()
@password_option()
@pass_console
def password(console: Console, number: str, hall_code: str, password_stdin: bool) -> None:
    """Set a password that has to be changed at the next sign-in."""
    engine = console.open_books()
    new = ask_password(console, NEW_PASSWORD, from_stdin=password_stdin, twice=True)
    with begin_work(engine, CLI_ACTOR) as uow:
        give_password(uow, find_hall(uow, hall_code), number, new)
    console.give(
        {"hall": hall_code, "number": number},
        Text(
            f"{hall_code} {number} 的密码已设置;下次登录须更改。",
            f"{hall_code} {number} has a new password, to be changed at the next sign-in.",
        ),
    )


@command("list", Text("列出人员、角色与是否可登录。", "List people, roles, and who can sign in."))
@hall_option(required=False)
@pass_console
def show_list(console: Console, hall_code: str | None) -> None:
    """List staff numbers."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code) if hall_code else None
        staff = list_staff(uow, hall)
    console.give(
        [
            {
                "hall": one.hall,
                "number": one.number,
                "name": one.name,
                "kind": one.kind,
                "roles": list(one.roles),
                "valid_to": None if one.valid_to == END_OF_TIME else one.valid_to.isoformat(),
                "has_password": one.has_password,
            }
            for one in staff
        ],
        *map(describe_entry, staff),
    )


def describe_entry(one: StaffEntry) -> Text:
    """Give the line of a staff number: hall, number, name, roles, and whether it can sign in."""
    roles = role_names(one.roles)
    zh = "、".join(role.zh for role in roles) or one.kind
    en = ", ".join(role.en for role in roles) or one.kind
    if one.valid_to != END_OF_TIME:
        zh, en = f"{zh} (至 {one.valid_to})", f"{en} (until {one.valid_to})"
    if one.has_password:
        zh, en = f"{zh} · 可登录", f"{en} · can sign in"
    return Text(
        f"{one.hall} {one.number} {one.name}  {zh}", f"{one.hall} {one.number} {one.name}  {en}"
    )


@command(
    "disable",
    Text("停用工号,并结束其会话与令牌。", "End a staff number, its sessions and tokens."),
)
@NUMBER
@hall_option()
@pass_console
def disable(console: Console, number: str, hall_code: str) -> None:
    """End a staff number as of today."""
    with begin_work(console.open_books(), CLI_ACTOR) as uow:
        dismiss(uow, find_hall(uow, hall_code), number)
    console.give(
        {"hall": hall_code, "number": number},
        Text(f"{hall_code} {number} 已停用。", f"{hall_code} {number} is disabled."),
    )


@command(
    "token",
    Text(
        "为程序生成访问令牌,只显示一次。",
        "Make a bearer token for a program; it is shown once.",
    ),
)
@NUMBER
@hall_option()
@option("--name", required=True, said=Text("令牌用途。", "What the token is for."))
@option(
    "--days",
    type=WholeNumber(),
    default=90,
    said=Text("有效天数,默认 90。", "Days it is valid, 90 by default."),
)
@pass_console
def token(console: Console, number: str, hall_code: str, name: str, days: int) -> None:
    """Make a bearer token."""
    with begin_work(console.open_books(), CLI_ACTOR) as uow:
        made = give_token(uow, find_hall(uow, hall_code), number, name=name, days=days)
    console.give(
        {"hall": hall_code, "number": number, "token": made, "days": days}, Text(made, made)
    )


user = group(
    "user",
    Text("人员:登记、密码、令牌、停用。", "People: add, passwords, tokens, disable."),
    add,
    password,
    show_list,
    disable,
    token,
)
