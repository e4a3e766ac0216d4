"""`hall ..`: the halls, their calendar and their terminals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
from sqlalchemy import func, select

from backoffice.cli.acting import CLI_ACTOR, hall_option
from backoffice.cli.commands import Date, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.form_stocks import close
from backoffice.database import begin_read, begin_work
from backoffice.hall_setup import add_terminal, list_staff, open_calendar
from ledger.audit.day_lists import list_days
from ledger.hall_days import (
    AUDIT_STATUSES,
    DATA_STATUSES,
    HALL_STATUSES,
    HallClosing,
    HallDay,
)
from ledger.hall_rules import Tender, Terminal
from ledger.organisations import Hall, HallHead, find_hall
from ledger.text import Text
from ledger.work import UnitOfWork

Payload = dict[str, Any]
LATELY = dt.timedelta(days=400)
CODE = click.argument("hall_code", metavar="CODE")


@command("list", Text("列出营业厅。", "List the halls."))
@pass_console
def show_list(console: Console) -> None:
    """List the halls."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        halls = uow.session.scalars(select(Hall).order_by(Hall.code)).all()
        closed = {one.hall_id: one.closed_on for one in uow.session.scalars(select(HallClosing))}
        uow.session.expunge_all()
    console.give(
        [
            {
                "hall": h.code,
                "name": h.name,
                "books_open_on": h.books_open_on.isoformat(),
                "closed_on": _iso(closed.get(h.id)),
            }
            for h in halls
        ],
        *(
            Text(
                f"{h.code} {h.name}  建账 {h.books_open_on}"
                + (f"  关闭 {closed[h.id]}" if h.id in closed else ""),
                f"{h.code} {h.name}  books open on {h.books_open_on}"
                + (f"  closed on {closed[h.id]}" if h.id in closed else ""),
            )
            for h in halls
        ),
    )


@command(
    "show",
    Text(
        "显示营业厅:营业日、链头、支付方式、终端。",
        "Show a hall: its days, chain head, tenders and terminals.",
    ),
)
@CODE
@pass_console
def show(console: Console, hall_code: str) -> None:
    """Show one hall."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        shown = _hall_payload(uow, hall)
        lines = [*_describe(hall, shown), *_last_days(uow, hall)]
    console.give(shown, *lines)


def _describe(hall: Hall, shown: Payload) -> list[Text]:
    tenders = ", ".join(f"{code} ({kind}, {match})" for code, kind, match in shown["tenders"])
    terminals = ", ".join(shown["terminals"]) or "-"
    chain = f"{shown['chain']['event']}:{shown['chain']['hash']}"
    return [
        Text(f"{hall.code} {hall.name}", f"{hall.code} {hall.name}"),
        Text(f"建账日:{hall.books_open_on}", f"books open on {hall.books_open_on}"),
        Text(f"工号:{shown['staff']} 个", f"staff numbers: {shown['staff']}"),
        Text(f"支付方式:{tenders}", f"tenders: {tenders}"),
        Text(f"终端与门店号:{terminals}", f"terminals and store numbers: {terminals}"),
        Text(f"链头:{chain}", f"chain head: {chain}"),
    ]


def _hall_payload(uow: UnitOfWork, hall: Hall) -> Payload:
    head = uow.session.get_one(HallHead, hall.id)
    days = uow.session.execute(
        select(
            func.count(), func.min(HallDay.business_date), func.max(HallDay.business_date)
        ).where(HallDay.hall_id == hall.id)
    ).one()
    return {
        "hall": hall.code,
        "name": hall.name,
        "books_open_on": hall.books_open_on.isoformat(),
        "staff": len(list_staff(uow, hall)),
        "tenders": [
            [tender.code, tender.tender_class, tender.match_level]
            for tender in uow.session.scalars(
                select(Tender).where(Tender.hall_id == hall.id).order_by(Tender.code)
            )
        ],
        "terminals": list(
            uow.session.scalars(
                select(Terminal.number)
                .where(Terminal.owner_hall_id == hall.id)
                .order_by(Terminal.number)
            )
        ),
        "days": {
            "count": days[0],
            "first": _iso(days[1]),
            "last": _iso(days[2]),
        },
        "chain": {"event": head.last_event, "hash": head.head_hash},
    }


def _iso(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()


def _last_days(uow: UnitOfWork, hall: Hall) -> list[Text]:
    """Give the lines of the ten latest days, newest first; a day nobody reported is one."""
    latest = select(func.max(HallDay.business_date)).where(HallDay.hall_id == hall.id)
    last = max(uow.today, uow.session.scalar(latest) or uow.today)
    days = list_days(uow, hall, last - LATELY, last)[-10:]
    lines = []
    for day in reversed(days):
        named = (
            DATA_STATUSES[day.data_status],
            AUDIT_STATUSES[day.audit_status],
            HALL_STATUSES[day.hall_status],
        )
        lines.append(
            Text(
                f"  {day.date}  " + " · ".join(text.zh for text in named),
                f"  {day.date}  " + " · ".join(text.en for text in named),
            )
        )
    return lines


@command(
    "open-days",
    Text(
        "按日历预先开立营业日及其应到来源。",
        "Open business days ahead, each with the sources it waits for.",
    ),
)
@CODE
@option("--from", "first", type=Date(), required=True, said=Text("首日。", "First day."))
@option("--to", "last", type=Date(), required=True, said=Text("末日。", "Last day."))
@pass_console
def open_days(console: Console, hall_code: str, first: dt.date, last: dt.date) -> None:
    """Open a range of days."""
    with begin_work(console.open_books(), CLI_ACTOR) as uow:
        count = open_calendar(uow, find_hall(uow, hall_code), first, last)
    console.give(
        {"hall": hall_code, "days": count},
        Text(f"{hall_code}:已开立 {count} 个营业日。", f"{hall_code}: {count} days are open."),
    )


@command(
    "add",
    Text(
        "登记本厅的终端号或门店号;他厅的账单行据此分开。",
        "Note a terminal or store number of the hall, by which other halls' rows are told apart.",
    ),
)
@click.argument("number", metavar="NUMBER")
@hall_option()
@pass_console
def terminal_add(console: Console, number: str, hall_code: str) -> None:
    """Note a terminal of the hall."""
    with begin_work(console.open_books(), CLI_ACTOR) as uow:
        new = add_terminal(uow, find_hall(uow, hall_code), number)
    console.give(
        {"hall": hall_code, "terminal": number, "new": new},
        Text(f"终端 {number} 属于 {hall_code}。", f"Terminal {number} is {hall_code}'s."),
    )


hall = group(
    "hall",
    Text("营业厅:日历、终端、关闭。", "Halls: calendar, terminals, closing."),
    show_list,
    show,
    open_days,
    close,
    group("terminal", Text("终端与门店号。", "Terminals and store numbers."), terminal_add),
)
