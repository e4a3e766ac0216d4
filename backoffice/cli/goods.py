"""`goods ..`: what is on hand, how old it is, what moved, what to ask for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from backoffice.audit_papers import write_whole
from backoffice.cli.acting import as_option, find_actor, hall_option
from backoffice.cli.commands import Date, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read
from backoffice.goods_lists import GoodsList, list_payload, list_workbook, written
from backoffice.goods_reports import LIST_KINDS, make_list, print_sheet
from backoffice.sheets import CellKind
from ledger.organisations import find_hall
from ledger.text import Language, Text

NAMES = " ".join(LIST_KINDS)


@command(
    "list",
    Text(
        f"给出一份库存清单。可用清单:{NAMES}。",
        f"Give one of the lists on goods. The lists are: {NAMES}.",
    ),
)
@click.argument("name", metavar="LIST")
@hall_option()
@option("--on", "on", type=Date(), said=Text("日期,默认今日。", "The day; today by default."))
@option("--month", "month", default="", said=Text("月份,如 2026-11。", "A month like 2026-11."))
@option("--item", "item", default="", said=Text("物品编码。", "Code of an item."))
@option(
    "--place",
    "place",
    default="",
    said=Text("地点,如 store、A01。", "A place, like store or A01."),
)
@option("--serial", "serial", default="", said=Text("任一串号。", "Any name of a unit."))
@option(
    "--xlsx",
    "xlsx",
    type=click.Path(path_type=Path),
    said=Text("另存为工作簿。", "Write it as a workbook too."),
)
@as_option()
@pass_console
def show_list(
    console: Console,
    *,
    name: str,
    hall_code: str,
    on: dt.date | None,
    month: str,
    item: str,
    place: str,
    serial: str,
    xlsx: Path | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Give a list, and write it as a workbook where asked."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    words = {"on": on.isoformat() if on else "", "month": month, "item": item, "place": place}
    words["serial"] = serial
    with begin_read(engine, actor) as uow:
        listed = make_list(uow, find_hall(uow, hall_code), name, words)
    if xlsx is not None:
        write_whole(xlsx, list_workbook(listed, language=console.paper_language))
    lines = list_lines(listed, console.language)
    console.give(
        {"hall": hall_code, **list_payload(listed, console.language)},
        *(Text(line, line) for line in lines),
    )


def list_lines(listed: GoodsList, language: Language) -> list[str]:
    """Give the list as lines of a terminal."""
    head = [column.name.in_language(language) for column in listed.columns]
    rows = [
        [written(value, column.kind, language) for value, column in zip(row, listed.columns)]  # noqa: B905  both are the list's columns
        for row in listed.rows
    ]
    right = frozenset(n for n, column in enumerate(listed.columns) if column.is_number)
    above = [
        f"{name.in_language(language)}: {written(value, CellKind.TEXT, language)}"
        for name, value in listed.heading
    ]
    below = [note.in_language(language) for note in listed.notes]
    table = draw_table([head, *rows], right=right) if rows else [listed.empty.in_language(language)]
    return [listed.title.in_language(language), *above, *table, *below]


@command(
    "sheet",
    Text(
        "把一名营业员或柜台的库存日清单写成 PDF,供双方签字。",
        "Write the daily goods sheet of a clerk or counter as PDF, for two to sign.",
    ),
)
@hall_option()
@option("--on", "on", type=Date(), said=Text("日期,默认今日。", "The day; today by default."))
@option("--place", "place", required=True, said=Text("工号或柜台。", "A number or counter."))
@option(
    "--pdf",
    "pdf",
    type=click.Path(path_type=Path),
    required=True,
    said=Text("写到哪里。", "Where to write it."),
)
@as_option()
@pass_console
def write_sheet(
    console: Console,
    *,
    hall_code: str,
    on: dt.date | None,
    place: str,
    pdf: Path,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Write the sheet."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    words = {"on": on.isoformat() if on else "", "place": place}
    with begin_read(engine, actor) as uow:
        content = print_sheet(
            uow, find_hall(uow, hall_code), words, language=console.paper_language
        )
    write_whole(pdf, content)
    console.give({"files": [str(pdf)]}, Text(f"已写入 {pdf}", f"wrote {pdf}"))


goods = group(
    "goods",
    Text("库存清单与报表。", "Lists and reports on goods."),
    show_list,
    write_sheet,
)
