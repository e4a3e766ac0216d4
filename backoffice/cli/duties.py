"""`duty ..`: grants that lighten separate duties, signing for others, calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from backoffice.cli.acting import CLI_ACTOR, actor_of, as_option, hall_option
from backoffice.cli.commands import Date, Money, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read, begin_work
from backoffice.duty_answers import (
    calendar_payload,
    grant_payload,
    granted_payload,
    waiting_payload,
)
from backoffice.duty_files import take_calendar
from backoffice.refund_answers import authority_payload
from backoffice.workbook_reading import read_grid
from ledger.calendars import (
    CALENDARS,
    DayKind,
    days_said,
    find_settleable,
    organisations_above,
    set_days,
)
from ledger.cash.countersigning import countersign, uncountersigned
from ledger.documents import Document
from ledger.duties.delegations import GIVEN, authorities_of, end_authority, give_authority
from ledger.duties.grants import end_grant, grant_exception, grant_small_hall, grants_in_force
from ledger.duties.matrix import PAIRS
from ledger.evidence.files import read_file
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.times import HALL_TIME

FROM = option("--from", "from_on", type=Date(), required=True, said=Text("自。", "From."))
UNTIL = option("--until", "until_on", type=Date(), required=True, said=Text("至。", "To this day."))
REASON = option("--reason", required=True, said=Text("原因。", "Why."))
GRANTED = Text("{number} 已生效。", "{number} is in force.")
ENDED = Text("{number} 已终止。", "{number} has ended.")
NONE = Text("没有。", "There is none.")


@command("grants", Text("某日有效的授权与例外。", "Grants in force on a day."))
@hall_option()
@option("--date", type=Date(), said=Text("日期,默认今天。", "The day, today unless said."))
@pass_console
def grants(console: Console, hall_code: str, date: dt.date | None) -> None:
    """List grants."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "duties", "view")
        on = date or uow.today
        found = grants_in_force(uow, hall.id, on)
        payload = [grant_payload(one, console.language) for one in found]
    console.give(
        {"hall": hall_code, "date": on.isoformat(), "grants": payload},
        *([one.text for one in found] or [NONE]),
    )


@command("small-hall", Text("小厅授权。", "Grant a small hall."))
@hall_option()
@FROM
@UNTIL
@REASON
@as_option()
@pass_console
def small(console: Console, /, **given: Any) -> None:
    """Grant a small hall, as the department."""
    _grant(console, given, grant_small_hall, "from_on", "until_on", "reason")


@command("except", Text("职责例外。", "Except one person from two separate duties."))
@click.argument("holder", metavar="NUMBER")
@click.argument("pair", type=click.Choice(list(PAIRS)))
@hall_option()
@FROM
@UNTIL
@REASON
@as_option()
@pass_console
def except_one(console: Console, /, **given: Any) -> None:
    """Grant an exception, as the department."""
    _grant(console, given, grant_exception, "holder", "pair", "from_on", "until_on", "reason")


def _grant(
    console: Console, given: dict[str, Any], grant: Callable[..., Document], *stated: str
) -> None:
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = grant(uow, hall=hall, **{name: given[name] for name in stated})
        payload = granted_payload(uow, document)
    console.give(payload, GRANTED.format(number=payload["number"]))


@command("end", Text("终止授权或收回代签。", "End a grant, or an authority to sign."))
@click.argument("number", metavar="NUMBER")
@hall_option()
@REASON
@as_option()
@pass_console
def end(console: Console, /, **given: Any) -> None:
    """End what was granted."""
    number = given["number"]
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        ending = end_authority if "-SQ-" in number else end_grant
        document = ending(uow, hall=hall, number=number, reason=given["reason"])
        payload = {"number": number, "state": document.state}
    console.give(payload, ENDED.format(number=number))


@command("stand-ins", Text("代签授权一览。", "Authorities to sign in somebody's place."))
@hall_option()
@pass_console
def stand_ins(console: Console, hall_code: str) -> None:
    """List authorities."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "duties", "view")
        found = [authority_payload(uow, one) for one in authorities_of(uow, hall)]
    lines = [
        f"{one['number']}  {one['role']} → {one['to']}  {one['from_on']} – {one['to_on']}"
        f"  {one['cap'] or '–'}  {one['state']}"
        for one in found
    ]
    payload = {"hall": hall_code, "authorities": found}
    console.give(payload, *([Text(line, line) for line in lines] or [NONE]))


@command("stand-in", Text("授权他人代签。", "Let somebody sign in one's place."))
@click.argument("to", metavar="NUMBER")
@click.argument("role", type=click.Choice(sorted(GIVEN)))
@hall_option()
@FROM
@UNTIL
@option("--cap", "cap_fen", type=Money(), said=Text("每单上限,元。", "Cap of a paper, in yuan."))
@REASON
@as_option()
@pass_console
def stand_in(console: Console, /, **given: Any) -> None:
    """Give an authority for one's own role."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        document = give_authority(
            uow,
            hall=find_hall(uow, given["hall_code"]),
            role=given["role"],
            to=given["to"],
            from_on=given["from_on"],
            to_on=given["until_on"],
            cap_fen=given["cap_fen"],
            reason=given["reason"],
        )
        payload = authority_payload(uow, document)
    console.give(payload, GRANTED.format(number=payload["number"]))


@command("countersign", Text("补签监交;不写单号则列出待签。", "Countersign; lists what waits."))
@click.argument("number", required=False, metavar="NUMBER")
@hall_option()
@as_option()
@pass_console
def sign_handover(console: Console, /, **given: Any) -> None:
    """Countersign a small hall's hand-over, or list what waits."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        if given["number"]:
            countersign(uow, hall=hall, number=given["number"])
        else:
            require(uow, hall.id, "cash", "oversee")
        waiting = [waiting_payload(one) for one in uncountersigned(uow, hall)]
    lines = [f"{one['number']}  {one['due_at']}" for one in waiting]
    told = [Text(line, line) for line in lines] or [NONE]
    console.give({"hall": given["hall_code"], "waiting": waiting}, *told)


@command("calendar", Text("某年写明营业或休息的日子。", "What calendars say of a year."))
@hall_option()
@option("--year", type=click.IntRange(2000, 2100), said=Text("年份。", "The year."))
@pass_console
def calendar(console: Console, hall_code: str, year: int | None) -> None:
    """Show what the hall and the organisations above it say."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        codes = {one.id: one.code for one in organisations_above(uow, hall)}
        asked = year or uow.now.astimezone(HALL_TIME).year
        days = calendar_payload(days_said(uow, list(codes), asked), codes)
    told = [
        Text(
            *(
                f"{day['date']}  {name}  {said}  {day['name']}  {day['organisation']}"
                for name, said in words
            )
        )
        for day in days
        for words in [_words(day)]
    ]
    console.give({"hall": hall_code, "year": asked, "days": days}, *(told or [NONE]))


@command("calendar-set", Text("写明一天营业或休息。", "Say that a day is open or closed."))
@click.argument("which", type=click.Choice(list(CALENDARS)), metavar="CALENDAR")
@hall_option()
@option("--date", type=Date(), required=True, said=Text("日期。", "The day."))
@option("--open/--closed", "is_open", default=False, said=Text("营业或休息。", "Open or closed."))
@option("--name", default="", said=Text("名称。", "What the day is called."))
@option("--of", "organisation", default="", said=Text("机构编码。", "Code of an organisation."))
@as_option()
@pass_console
def calendar_set(console: Console, /, **given: Any) -> None:
    """Settle one day."""
    day = DayKind(given["which"], given["date"], given["is_open"], given["name"])
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        count = set_days(uow, find_settleable(uow, hall, given["organisation"]), [day])
    console.give({"settled": count}, Text(f"已保存 {count} 天。", f"{count} days are settled."))


@command("calendar-import", Text("导入日历(CSV 或 xlsx)。", "Take calendars in from a file."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@hall_option()
@option("--of", "organisation", default="", said=Text("机构编码。", "Code of an organisation."))
@as_option()
@pass_console
def calendar_import(console: Console, /, **given: Any) -> None:
    """Take a file in."""
    path: Path = given["file"]
    read = read_file(path.name, path.read_bytes(), read_grid=read_grid, kind="calendar")
    rows = [dict(zip(read.columns, row, strict=True)) for row in read.rows]
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        count = take_calendar(uow, find_settleable(uow, hall, given["organisation"]), rows)
    console.give({"settled": count}, Text(f"已保存 {count} 天。", f"{count} days are settled."))


def _words(day: dict[str, Any]) -> list[tuple[str, str]]:
    name = CALENDARS[day["calendar"]]
    said = Text("营业", "open") if day["open"] else Text("休息", "closed")
    return [(name.zh, said.zh), (name.en, said.en)]


duty = group(
    "duty",
    Text("职责分离、代签、日历。", "Separate duties, signing for others, calendars."),
    *(grants, small, except_one, end, stand_ins, stand_in, sign_handover),
    *(calendar, calendar_set, calendar_import),
)
