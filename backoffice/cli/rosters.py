"""`roster ..`: who works which shift at which desk, settled, taken from a file, copied."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from backoffice.cli.acting import CLI_ACTOR, actor_of, as_option, hall_option
from backoffice.cli.commands import Date, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.duty_answers import change_payload, seat_payload
from backoffice.duty_files import take_roster
from backoffice.workbook_reading import read_grid
from ledger.duties.roster import (
    Seat,
    changes_of,
    copy_week,
    read_shift,
    roster_of,
    set_roster,
    shift_name,
)
from ledger.evidence.files import read_file
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

SETTLED = Text("已保存 {count} 项排班。", "{count} seats are settled.")
DATE = option("--date", "date", type=Date(), required=True, said=Text("日期。", "The day."))


@command("show", Text("某日或一段日子的排班。", "The roster of a day, or of some days."))
@hall_option()
@DATE
@option("--until", type=Date(), said=Text("至此日。", "To this day."))
@option("--changes", is_flag=True, said=Text("列出每次变更。", "List every change."))
@pass_console
def show(
    console: Console, *, hall_code: str, date: dt.date, until: dt.date | None, changes: bool
) -> None:
    """Show the roster."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "roster", "view")
        seats = roster_of(uow, hall.id, date, until or date)
        made = changes_of(uow, hall.id, date, until or date) if changes else []
    told = [one.seat for one in made] if changes else seats
    zh, en = (
        draw_table([_row(seat, language) for seat in told] or [("–",)]) for language in ("zh", "en")
    )
    payload = {
        "hall": hall_code,
        "seats": [seat_payload(seat, console.language) for seat in seats],
        "changes": [change_payload(one, console.language) for one in made],
    }
    console.give(payload, *(Text(a, b) for a, b in zip(zh, en, strict=True)))


@command("set", Text("排一个人一天的班。", "Settle one person's seat on a day."))
@click.argument("clerk", metavar="NUMBER")
@click.argument("shift", metavar="SHIFT")
@hall_option()
@DATE
@option("--desk", default="", said=Text("台席。", "The desk."))
@as_option()
@pass_console
def settle(console: Console, /, **given: Any) -> None:
    """Settle a seat: early, middle, late, whole, rest, or the hall's own word."""
    seat = Seat(given["date"], given["clerk"], read_shift(given["shift"]), given["desk"].strip())
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        count = set_roster(uow, hall=find_hall(uow, given["hall_code"]), seats=[seat])
    console.give({"settled": count}, SETTLED.format(count=count))


@command("import", Text("导入排班表(CSV 或 xlsx)。", "Take a roster in from a CSV or xlsx file."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@hall_option()
@as_option()
@pass_console
def take_in(console: Console, /, **given: Any) -> None:
    """Take a file in."""
    path: Path = given["file"]
    read = read_file(path.name, path.read_bytes(), read_grid=read_grid, kind="roster")
    rows = [dict(zip(read.columns, row, strict=True)) for row in read.rows]
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        count = take_roster(uow, find_hall(uow, given["hall_code"]), rows)
    console.give({"rows": len(rows), "settled": count}, SETTLED.format(count=count))


@command("copy", Text("照某一周排班。", "Settle a week as another one."))
@hall_option()
@option(
    "--week-of", type=Date(), required=True, said=Text("照此日所在周。", "As the week of this day.")
)
@option("--to", type=Date(), required=True, said=Text("排此日所在周。", "Settle the week of this."))
@as_option()
@pass_console
def copy(console: Console, /, **given: Any) -> None:
    """Copy a week."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        count = copy_week(uow, hall=hall, week_of=given["week_of"], to=given["to"])
    console.give({"settled": count}, SETTLED.format(count=count))


def _row(seat: Seat, language: str) -> tuple[str, ...]:
    name = shift_name(seat.shift)
    shown = name.zh if language == "zh" else name.en
    return (seat.date.isoformat(), seat.number, seat.name, shown, seat.desk)


roster = group("roster", Text("排班。", "The roster."), show, settle, take_in, copy)
