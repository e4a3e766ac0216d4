"""`bundle mapping ..`: which account each sort of amount goes to; changed by two of finance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from backoffice.bundle_acts import halls_with
from backoffice.bundle_answers import change_payload, mapping_payload, mapping_rows
from backoffice.cli.acting import actor_of, as_option, hall_option, require_one_or_all
from backoffice.cli.commands import Date, ExistingFile, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.mapping_files import read_mapping_file
from ledger.documents import Document
from ledger.finance.mapping_changes import (
    find_mapping_change,
    mapping_on,
    pending_changes,
    propose_mapping,
    reject_mapping,
    sign_mappings,
)
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

ALL = an_option("--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls."))


@command("show", Text("显示科目对照。", "Show the mapping in force."))
@an_option("--date", "on", type=Date(), default=None, said=Text("哪一日。", "On which day."))
@hall_option()
@as_option()
@pass_console
def show(console: Console, /, **given: Any) -> None:
    """Show the accounts of each key."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "voucher_mapping", "view")
        on = given["on"] or uow.today
        in_force = mapping_on(uow, hall, on)
    rows = [
        [one["key"], one["name"], one["debit"], one["credit"], one["credit_name"]]
        for one in mapping_rows(in_force.mapping, console.language)
    ]
    lines = [Text(line, line) for line in draw_table(rows)]
    console.give(mapping_payload(in_force, console.language), *lines)


@command("load", Text("从文件提出科目对照调整。", "Propose a change from a file."))
@click.argument("file", type=ExistingFile(), metavar="FILE")
@an_option("--from", "first", type=Date(), required=True, said=Text("生效日。", "First day."))
@an_option("--reason", required=True, said=Text("原因。", "Why."))
@hall_option(required=False)
@ALL
@as_option()
@pass_console
def load(console: Console, /, **given: Any) -> None:
    """Propose what a file says, in one hall or in all; another person of finance signs it."""
    path: Path = given["file"]
    told = read_mapping_file(path.name, path.read_bytes())
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        documents = propose_mapping(
            uow,
            halls=_halls(uow, given, "submit"),
            rules=told.rules,
            accounts=told.accounts,
            valid_from=given["first"],
            reason=given["reason"],
        )
        _give(console, uow, documents, Text("待另一名财务签字", "awaits another of finance"))


@command("sign", Text("签署科目对照调整。", "Sign a change of the mapping."))
@an_option("--number", default="", said=Text("单号。", "Its number."))
@an_option("--reject", default="", metavar="REASON", said=Text("退回原因。", "Refuse it: why."))
@hall_option(required=False)
@ALL
@as_option()
@pass_console
def sign(console: Console, /, **given: Any) -> None:
    """Sign one change, or those that wait in all halls; or refuse one."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        halls = _halls(uow, given, "approve")
        if given["every"]:
            documents = pending_changes(uow, [hall.id for hall in halls])
        else:
            documents = [find_mapping_change(uow, halls[0], given["number"])]
        if given["reject"]:
            documents = [reject_mapping(uow, one, given["reject"]) for one in documents]
        elif documents:
            documents = sign_mappings(uow, documents)
        said = Text("已退回", "rejected") if given["reject"] else Text("已签字", "signed")
        _give(console, uow, documents, said)


def _halls(uow: UnitOfWork, given: dict[str, Any], action: str) -> list[Hall]:
    require_one_or_all(given["hall_code"] is not None, given["every"])
    if given["every"]:
        return halls_with(uow, "voucher_mapping", action)
    return [find_hall(uow, given["hall_code"])]


def _give(console: Console, uow: UnitOfWork, documents: Sequence[Document], said: Text) -> None:
    halls = {one.hall_id: uow.session.get_one(Hall, one.hall_id) for one in documents}
    changes = [change_payload(uow, halls[one.hall_id], one, console.language) for one in documents]
    lines = [
        Text(f"{one['hall']} {one['number']} {said.zh}", f"{one['hall']} {one['number']} {said.en}")
        for one in changes
    ]
    console.give({"changes": changes}, *lines)


mapping = group(
    "mapping",
    Text("科目对照。", "The mapping of accounts."),
    *(show, load, sign),
)
