"""`stock items`, `stock item ..`, `stock price ..`: what there is to sell, and at which price."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from backoffice.answers import yuan
from backoffice.cli.acting import CLI_ACTOR, as_option, find_actor, hall_option
from backoffice.cli.commands import Date, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from backoffice.goods_input import read_attributes, read_price
from backoffice.item_answers import item_payload, item_row_payload, price_payload
from backoffice.item_sheets import CATEGORY, CODE, ON_HAND, PRICE, items_workbook
from ledger.errors import Invalid
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import LANGUAGES, Language, Text
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.items import (
    ATTRIBUTES,
    ItemRow,
    add_item,
    category_name,
    find_item,
    find_items,
    set_item,
)
from stock.label_tasks import today_of
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_history, prices_in_force

ITEM = click.argument("code", metavar="CODE")
FACE_VALUE = "face_value"
NAME = ATTRIBUTES["name"]


class NotAPair(Invalid):
    """An attribute is given as NAME=VALUE."""

    code = "not_a_pair"
    text = Text("“{word}”应写作 属性=值,如 colour=黑。", "{word!r} is no NAME=VALUE: colour=black.")


@command("items", Text("列出物品、在库数与现价。", "List items, what is on hand and their price."))
@hall_option()
@option("--words", default="", said=Text("按编码、名称、品牌、型号找。", "Words to find."))
@option("--category", type=click.Choice(list(GOODS)), said=Text("类别。", "Category."))
@option("--date", type=Date(), said=Text("按此日价格;默认今日。", "Prices of this day."))
@option(
    "--xlsx",
    type=click.Path(path_type=Path),
    said=Text("写成工作簿。", "Write a workbook."),
)
@pass_console
def show_items(
    console: Console,
    *,
    hall_code: str,
    words: str,
    category: str | None,
    date: dt.date | None,
    xlsx: Path | None,
) -> None:
    """List items."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = _hall(uow, hall_code)
        on = date or today_of(uow)
        rows = find_items(uow, hall.id, on, words=words, category=category or "").rows
        payload = [item_row_payload(row) for row in rows]
        zh, en = (_table(rows, language) for language in LANGUAGES)
        if xlsx:
            content = items_workbook(
                rows, hall=hall.name, on=on, language=console.paper_language, as_of=uow.now
            )
            xlsx.write_bytes(content)
    console.give(
        {"hall": hall_code, "date": on.isoformat(), "items": payload},
        *(Text(a, b) for a, b in zip(zh, en, strict=True)),
    )


@command("show", Text("一种物品:属性与历次价格。", "One item: attributes and prices over time."))
@ITEM
@hall_option()
@pass_console
def show_item(console: Console, code: str, hall_code: str) -> None:
    """Show an item."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = _hall(uow, hall_code)
        item = item_payload(find_item(uow, code))
        prices = [price_payload(entry) for entry in price_history(uow, hall.id, code)]
    told = [f"{name}: {value}" for name, value in item.items() if value not in ("", None)]
    dated = [
        f"{p['valid_from']} – {p['valid_to'] or ''}  {p['price']}  {p['campaign']}  {p['set_by']}"
        for p in prices
    ]
    console.give({**item, "prices": prices}, *(Text(line, line) for line in [*told, *dated]))


@command("add", Text("登记新物品。", "Make an item known."))
@ITEM
@click.argument("pairs", nargs=-1, metavar="NAME=VALUE...")
@hall_option()
@option(
    "--category", type=click.Choice(list(GOODS)), required=True, said=Text("类别。", "Category.")
)
@option(
    "--tracking",
    type=click.Choice(("serial", "quantity")),
    said=Text("管理方式;默认按类别。", "Tracking; as its category by default."),
)
@as_option()
@pass_console
def item_add(
    console: Console,
    *,
    code: str,
    pairs: tuple[str, ...],
    hall_code: str,
    category: str,
    tracking: str | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Make an item known."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    attributes = _attributes(code, pairs)
    with begin_work(engine, actor) as uow:
        item = add_item(
            uow,
            hall=find_hall(uow, hall_code),
            code=code,
            category=category,
            tracking=tracking or "",
            attributes=attributes,
        )
        payload = item_payload(item)
    console.give(payload, Text(f"物品 {code} 已登记。", f"Item {code} is known."))


@command("set", Text("更正物品属性:属性=值。", "Put attributes right: NAME=VALUE."))
@ITEM
@click.argument("pairs", nargs=-1, required=True, metavar="NAME=VALUE...")
@hall_option()
@as_option()
@pass_console
def item_set(
    console: Console,
    *,
    code: str,
    pairs: tuple[str, ...],
    hall_code: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Put attributes of an item right."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    attributes = _attributes(code, pairs)
    with begin_work(engine, actor) as uow:
        item = set_item(uow, hall=find_hall(uow, hall_code), code=code, attributes=attributes)
        payload = item_payload(item)
    console.give(payload, Text(f"物品 {code} 已保存。", f"Item {code} is saved."))


@command("set", Text("定价:自某日起生效。", "Set a price from a day on."))
@ITEM
@click.argument("price", metavar="YUAN")
@hall_option()
@option("--from", "first", type=Date(), required=True, said=Text("生效日。", "First day."))
@option("--to", "last", type=Date(), said=Text("结束日。", "Last day."))
@option("--campaign", default="", said=Text("活动编码;空为零售价。", "Campaign; else everybody."))
@as_option()
@pass_console
def price_set(
    console: Console,
    *,
    code: str,
    price: str,
    hall_code: str,
    first: dt.date,
    last: dt.date | None,
    campaign: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Set a price."""
    engine = console.open_books()
    fen = read_price(price)
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_work(engine, actor) as uow:
        new = NewPrice(code, fen, first, last, campaign)
        labels = set_prices(uow, hall=find_hall(uow, hall_code), prices=[new])
    console.give(
        {"hall": hall_code, "item": code, "price": yuan(fen), "labels": labels},
        Text(
            f"{code} 自 {first} 起 {yuan(fen)} 元;{labels} 张价签待更换。",
            f"{code} costs {yuan(fen)} from {first} on; {labels} labels have to be changed.",
        ),
    )


@command("list", Text("某日执行的价格。", "The prices in force on a day."))
@hall_option()
@option("--date", type=Date(), said=Text("日期;默认今日。", "The day; today by default."))
@option("--campaign", default="", said=Text("活动编码。", "Campaign."))
@pass_console
def price_list(console: Console, hall_code: str, date: dt.date | None, campaign: str) -> None:
    """List prices in force."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        hall = _hall(uow, hall_code)
        on = date or today_of(uow)
        prices = sorted(prices_in_force(uow, hall.id, on, campaign=campaign).items())
    lines = draw_table([[code, yuan(fen) or ""] for code, fen in prices], right=frozenset({1}))
    console.give(
        {
            "hall": hall_code,
            "date": on.isoformat(),
            "campaign": campaign,
            "prices": {code: yuan(fen) for code, fen in prices},
        },
        *(Text(line, line) for line in lines),
    )


item = group("item", Text("物品。", "Items."), show_item, item_add, item_set)
price = group("price", Text("价格。", "Prices."), price_set, price_list)


def _hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "items", "view")
    return hall


def _attributes(code: str, pairs: tuple[str, ...]) -> dict[str, str | int | None]:
    told: dict[str, str] = {}
    for word in pairs:
        name, equals, value = word.partition("=")
        if not equals:
            raise NotAPair(word=word)
        told["face_value_fen" if name == FACE_VALUE else name] = value
    return read_attributes(code, told)


def _table(rows: list[ItemRow], language: Language) -> list[str]:
    head = [text.in_language(language) for text in (CODE, NAME, CATEGORY, ON_HAND, PRICE)]
    return draw_table([head, *(_line(row, language) for row in rows)], right=frozenset({3, 4}))


def _line(row: ItemRow, language: Language) -> list[str]:
    name = f"{row.item.name} {row.variant}".strip()
    category = category_name(row.item.category).in_language(language)
    return [row.item.code, name, category, str(row.on_hand), yuan(row.price_fen) or "-"]
