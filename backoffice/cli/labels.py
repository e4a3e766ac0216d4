"""`stock label ..`: positions, labels that wait to be changed, confirmations, sheets as PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from backoffice.answers import yuan
from backoffice.cli import label_rounds
from backoffice.cli.acting import CLI_ACTOR, as_option, find_actor, hall_option
from backoffice.cli.commands import Date, WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.goods_input import read_labels, read_price
from backoffice.item_answers import position_payload, task_payload
from backoffice.label_sheets import LOWEST, label_sheet, waiting_sheet
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from stock.label_tasks import TaskView, confirm_labels, open_tasks, today_of
from stock.labels import PositionView, list_positions, place_label

OVERDUE = Text("已逾期", "overdue")
DUE = Text("待换", "to change")
WRONG = Text("不符", "wrong")
RIGHT = Text("相符", "right")


@command("list", Text("价签位:应标价与已标价。", "Positions: the price due, the one shown."))
@hall_option()
@pass_console
def show_list(console: Console, hall_code: str) -> None:
    """List positions."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "items", "view")
        views = list_positions(uow, hall.id)
        payload = [position_payload(view) for view in views]
        zh, en = (
            draw_table([_row(v, right, wrong) for v in views], right=frozenset({3, 4}))
            for right, wrong in ((RIGHT.zh, WRONG.zh), (RIGHT.en, WRONG.en))
        )
    console.give(
        {"hall": hall_code, "positions": payload},
        *(Text(a, b) for a, b in zip(zh, en, strict=True)),
    )


@command("tasks", Text("待更换的价签。", "Labels that wait to be changed."))
@hall_option()
@option("--until", type=Date(), said=Text("只列此日前生效的。", "Those begun by this day."))
@pass_console
def show_tasks(console: Console, hall_code: str, until: dt.date | None) -> None:
    """List what waits."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "items", "view")
        tasks = open_tasks(uow, hall.id, until=until)
    zh, en = (
        [*draw_table([_task(t, late, due) for t in tasks], right=frozenset({3}))]
        for late, due in ((OVERDUE.zh, DUE.zh), (OVERDUE.en, DUE.en))
    )
    console.give(
        {"hall": hall_code, "labels": [task_payload(task) for task in tasks]},
        *(Text(a, b) for a, b in zip(zh, en, strict=True)),
    )


@command("place", Text("登记价签位摆放的物品。", "Say what stands at a position."))
@click.argument("position", metavar="POSITION")
@click.argument("items", nargs=-1, metavar="ITEM...")
@hall_option()
@option("--place", "place", default="", said=Text("位置。", "Where it is."))
@option("--keeper", default="", said=Text("物价员。", "The price officer."))
@option("--campaign", default="", said=Text("按此活动的价格标价。", "Show this campaign's price."))
@as_option()
@pass_console
def place(
    console: Console,
    *,
    position: str,
    items: tuple[str, ...],
    hall_code: str,
    place: str,
    keeper: str,
    campaign: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Say what stands at a position."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        place_label(
            uow,
            hall=hall,
            code=position,
            items=items,
            place=place,
            keeper=keeper,
            campaign=campaign,
        )
        (view,) = list_positions(uow, hall.id, codes=[position])
        payload = position_payload(view)
    console.give(payload, Text(f"价签位 {position} 已保存。", f"Position {position} is saved."))


@command(
    "confirm",
    Text("确认价签已更换:价签位@生效日。", "Confirm labels as changed: POSITION@FIRST-DAY."),
)
@click.argument("labels", nargs=-1, required=True, metavar="POSITION@DATE...")
@hall_option()
@as_option()
@pass_console
def confirm(
    console: Console,
    *,
    labels: tuple[str, ...],
    hall_code: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Confirm labels in the name of a person."""
    engine = console.open_books()
    chosen = read_labels(labels)
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_work(engine, actor) as uow:
        done = confirm_labels(uow, hall=find_hall(uow, hall_code), labels=chosen)
    console.give(
        {"hall": hall_code, "labels": [task_payload(task) for task in done]},
        Text(f"已确认 {len(done)} 张价签。", f"{len(done)} labels are confirmed."),
    )


@command("print", Text("价签打印页 PDF。", "Labels to cut out, as PDF."))
@hall_option()
@option("--position", "positions", multiple=True, said=Text("价签位。", "A position."))
@option("--item", "items", multiple=True, said=Text("物品编码。", "An item."))
@option("--waiting", type=Date(), said=Text("某日起全部待换价签。", "All waiting for this day."))
@option("--date", type=Date(), said=Text("按此日价格。", "Prices of this day."))
@option(
    "--struck",
    default="",
    said=Text("划线原价,或 lowest 取法定最高。", "Price struck through, or `lowest`."),
)
@option("--copies", type=WholeNumber(), default=1, said=Text("张数。", "Copies."))
@option(
    "--pdf", type=click.Path(path_type=Path), required=True, said=Text("写入此文件。", "The file.")
)
@pass_console
def print_labels(
    console: Console,
    *,
    hall_code: str,
    positions: tuple[str, ...],
    items: tuple[str, ...],
    waiting: dt.date | None,
    date: dt.date | None,
    struck: str,
    copies: int,
    pdf: Path,
) -> None:
    """Print labels."""
    price = (struck or None) if struck in ("", LOWEST) else read_price(struck)
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = find_hall(uow, hall_code)
        if waiting is not None:
            content = waiting_sheet(uow, hall, day=waiting, struck=price)
        else:
            content = label_sheet(
                uow,
                hall,
                on=date or today_of(uow),
                positions=positions,
                items=items,
                struck=price,
                copies=copies,
            )
    pdf.write_bytes(content)
    console.give({"pdf": str(pdf)}, Text(f"已写入 {pdf}。", f"Written to {pdf}."))


label = group(
    "label",
    Text("价签。", "Price labels."),
    show_list,
    show_tasks,
    place,
    confirm,
    print_labels,
    label_rounds.label_round,
)


def _row(view: PositionView, right: str, wrong: str) -> list[str]:
    items = ", ".join(item.code for item in view.items)
    prices = [yuan(view.price_fen) or "-", yuan(view.shown_fen) or "-"]
    return [view.code, view.place, items, *prices, right if view.right else wrong]


def _task(task: TaskView, late: str, due: str) -> list[str]:
    return [
        task.position,
        ", ".join(task.items),
        task.valid_from.isoformat(),
        yuan(task.price_fen) or "",
        late if task.overdue else due,
    ]
