"""Items: the list, one item with its attributes, prices and labels, and the forms to set them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.downloads import XLSX, download
from backoffice.goods_input import read_attributes, read_date, read_price
from backoffice.item_sheets import items_workbook
from backoffice.pages.door import act_once, actor, engine, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.rows import PAGE_ROWS
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from backoffice.receiving import receive_file
from ledger.errors import BackofficeError, BadInput, Problem
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.items import (
    ATTRIBUTES,
    NUMBERS,
    ItemRow,
    add_item,
    find_item,
    find_items,
    quantities_on_hand,
    set_item,
)
from stock.label_tasks import tasks_of_item
from stock.labels import list_positions
from stock.price_setting import NewPrice, set_prices
from stock.prices import price_history, price_in_force
from stock.struck_prices import struck_limit

ITEMS = Text("物品", "Items")
NEW_ITEM = Text("新物品", "New item")
SAVED = Text("已保存。", "Saved.")
SHOWN_TASKS = 12


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of a list of items."""

    rows: list[ItemRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_ROWS))


@pages.get("/halls/<hall>/items")
@needs(("items", "view"))
def list_items() -> str:
    """List items by words and category, with what is on hand and today's price."""
    return _list()


@pages.get("/halls/<hall>/items.xlsx")
@needs(("items", "view"))
def items_as_workbook() -> Response:
    """Give all pages of the list as a workbook."""
    words, category = _asked()
    with reading() as uow:
        found = find_items(uow, hall().id, g.today, words=words, category=category)
        content = items_workbook(
            found.rows, hall=hall().name, on=g.today, language=language(), as_of=uow.now
        )
    return download(content, XLSX, f"items-{hall().code}-{g.today}.xlsx")


@pages.post("/halls/<hall>/item-files")
@needs(("items", "load"))
def take_item_file() -> Response | tuple[str, int]:
    """Take in a file of items or prices, whole or not at all."""
    file = request.files.get("file")
    if file is None or not file.filename:
        say(Text("没有选择文件。", "No file was chosen."), "bad")
        return redirect(url_for("pages.list_items", hall=hall().code))
    name = str(file.filename).replace("\\", "/").rsplit("/", 1)[-1]
    try:
        result = receive_file(
            engine(),
            actor(),
            hall_code=hall().code,
            date=g.today,
            file_name=name,
            content=file.stream.read(),
        )
    except BadInput as refused:
        return _list(problems=refused.problems, found=refused.found), 422
    except BackofficeError as refused:
        return _list(problems=(Problem(_sentence(refused)),), found=1), 422
    rows, new = result.row_count, result.row_count - result.repeated_count
    say(
        Text(
            f"{name}:共 {rows} 行,新增或更改 {new} 项。",
            f"{name}: {rows} rows, {new} new or changed.",
        )
    )
    return redirect(url_for("pages.list_items", hall=hall().code))


@pages.get("/halls/<hall>/items/<path:code>")
@needs(("items", "view"))
def show_item(code: str) -> str:
    """Show one item: attributes, prices over time, labels, and the forms to set them."""
    return _page(code)


@pages.post("/halls/<hall>/items/<path:code>")
@needs(("items", "edit"), ("prices", "set"))
def change_item(code: str) -> Response | tuple[str, int]:
    """Put attributes right or set a price; what is refused keeps what was typed."""
    act = request.form.get("act", "")
    acts: dict[str, Callable[[UnitOfWork], Text]] = {
        "edit": lambda uow: _edit(uow, code),
        "price": lambda uow: _set_price(uow, code),
    }
    if act not in acts:
        raise BadRequest
    said: list[Text] = [SAVED]

    def do(uow: UnitOfWork) -> None:
        said[0] = acts[act](uow)

    try:
        act_once(do)
    except BackofficeError as refused:
        return _page(code, tried=act, error=_sentence(refused)), 422
    say(said[0])
    return redirect(url_for("pages.show_item", hall=hall().code, code=code))


@pages.get("/halls/<hall>/new-item")
@needs(("items", "edit"))
def new_item() -> str:
    """Show the form of a new item."""
    return _new_page()


@pages.post("/halls/<hall>/new-item")
@needs(("items", "edit"))
def make_item() -> Response | tuple[str, int]:
    """Make an item known; what is refused keeps what was typed."""
    code = request.form.get("code", "").strip()

    def do(uow: UnitOfWork) -> None:
        add_item(
            uow,
            hall=hall(),
            code=code,
            category=request.form.get("category", ""),
            tracking=_tracking(),
            attributes=_typed(code),
        )

    try:
        act_once(do)
    except BackofficeError as refused:
        return _new_page(error=_sentence(refused)), 422
    say(SAVED)
    return redirect(url_for("pages.show_item", hall=hall().code, code=code))


def _list(problems: tuple[Problem, ...] = (), found: int = 0) -> str:
    words, category = _asked()
    number = max(1, request.args.get("page", 1, type=int))
    with reading() as uow:
        listed = find_items(
            uow,
            hall().id,
            g.today,
            words=words,
            category=category,
            limit=PAGE_ROWS,
            offset=(number - 1) * PAGE_ROWS,
        )
        return show_goods(
            uow,
            "pages/items.html",
            page="items",
            title=ITEMS,
            listed=ItemPage(listed.rows, listed.total, number),
            goods=GOODS,
            words=words,
            category=category,
            file_problems=problems,
            found=found,
        )


def _page(code: str, *, tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        item = find_item(uow, code)
        here = hall().id
        history = price_history(uow, here, code)
        return show_goods(
            uow,
            "pages/item.html",
            page="items",
            title=Text(f"{item.name} {code}", f"{item.name} {code}"),
            trail=((ITEMS, url_for("pages.list_items", hall=hall().code)),),
            item=item,
            goods=GOODS,
            attributes=ATTRIBUTES,
            numbers=NUMBERS,
            on_hand=quantities_on_hand(uow, here, [item.id]).get(item.id, 0),
            price=price_in_force(uow, here, code, g.today),
            history=history,
            limit=struck_limit(uow, here, code, g.today),
            positions=list_positions(uow, here, item=code),
            tasks=tasks_of_item(uow, here, code)[:SHOWN_TASKS],
            today=g.today,
            tried=tried,
            error=error,
        )


def _new_page(error: Text | None = None) -> str:
    with reading() as uow:
        return show_goods(
            uow,
            "pages/item_new.html",
            page="items",
            title=NEW_ITEM,
            trail=((ITEMS, url_for("pages.list_items", hall=hall().code)),),
            goods=GOODS,
            attributes=ATTRIBUTES,
            numbers=NUMBERS,
            item=None,
            error=error,
        )


def _edit(uow: UnitOfWork, code: str) -> Text:
    set_item(uow, hall=hall(), code=code, attributes=_typed(code))
    return SAVED


def _set_price(uow: UnitOfWork, code: str) -> Text:
    form = request.form
    first = read_date(form.get("valid_from", ""))
    assert first is not None, "a needed date is read or refused"
    new = NewPrice(
        item=code,
        price_fen=read_price(form.get("price", "")),
        valid_from=first,
        valid_to=read_date(form.get("valid_to", ""), needed=False),
        campaign=form.get("campaign", "").strip()[:64],
    )
    labels = set_prices(uow, hall=hall(), prices=[new])
    return Text(
        f"已定价,{first} 起生效;{labels} 张价签待更换。",
        f"Set from {first} on; {labels} labels have to be changed.",
    )


def _typed(code: str) -> dict[str, str | int | None]:
    told = {name: request.form[name] for name in ATTRIBUTES if name in request.form}
    return read_attributes(code, told)


def _tracking() -> str:
    asked = request.form.get("tracking", "")
    return asked if asked in ("serial", "quantity") else ""


def _asked() -> tuple[str, str]:
    category = request.args.get("category", "")
    return request.args.get("q", "").strip()[:100], category if category in GOODS else ""


def _sentence(refused: BackofficeError) -> Text:
    return Text(refused.message("zh"), refused.message("en"))
