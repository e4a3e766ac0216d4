"""The daily goods ledger and the month's 进销存 as lists that tile, or are refused (STK-10)."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.goods_asked import Asked, place_asked
from backoffice.goods_lists import UNKNOWN, Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import ITEM, NAME
from backoffice.sheets import CellKind, Value
from ledger.accounts import Account
from ledger.actors import names_of
from ledger.documents import DOCUMENT_KINDS
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.gift_purposes import PURPOSES
from stock.goods_ledger import (
    Entry,
    Scope,
    accounts_at,
    read_ledger,
    scope_of,
)
from stock.holdings import Place
from stock.movement_columns import COLUMNS
from stock.place_words import place_words
from stock.place_worth import worth_by_place
from stock.valuation import ItemMonth, month_of_goods
from stock.valuation_amounts import Amount

OPENING = Text("期初", "Opening")
CLOSING = Text("期末", "Closing")
WHOLE_HALL = Text("全厅(不含代保管)", "Whole hall, without goods in our care")
OWN_CUSTODY = Text("本人在手", "In your own custody")
NO_MOVES = Text("当期没有库存,也没有进出。", "Nothing was there and nothing moved.")
UNKNOWN_COST = Text(
    "“未知”:其中有成本未登记的物品,不按零计。串号物品按个别成本,其余按移动平均。",
    "“unknown”: some of it has no stated cost, which is not zero. Serial goods at the cost of each"
    " unit, others at the moving average.",
)

NO_CAMPAIGN = Text("未登记活动", "No registered campaign")

OWN_AVERAGE = Text(
    "按数量管理的物品以本处自己的移动平均计价,各处之和与全厅可有差额。",
    "Counted goods are worth this place's own moving average; the places together may differ from"
    " the whole hall.",
)
OWN_AVERAGE_OF_ALL = Text(
    "串号物品按个别成本;按数量管理的物品各处自有移动平均。",
    "Serial goods at the cost of each unit; counted goods at each place's own moving average.",
)


def day_ledger(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give a day's ledger: each item's opening, every movement with its document, closing."""
    place = place_asked(uow, hall, asked) if asked.place else None
    scope = scope_of(uow, hall, place)
    if place is None and asked.accounts is not None:
        scope = Scope(tuple(sorted(asked.accounts)))
    ledgers = read_ledger(uow, hall, scope, asked.on, asked.on, item=asked.item)
    ends = {end for one in ledgers for entry in one.entries for end in (entry.origin, entry.goal)}
    accounts = accounts_at(uow, hall, ends)
    staff = names_of(uow, hall.id)
    rows: list[tuple[Cell, ...]] = []
    for one in ledgers:
        code, name = one.item.code, one.item.name
        rows.append((code, name, OPENING, "", None, "", "", None, None, one.opening))
        balance = one.opening
        for entry in one.entries:
            balance += entry.change
            rows.append((code, name, *_entry(entry, accounts, staff), balance))
        rows.append((code, name, CLOSING, "", None, "", "", None, None, one.closing))
    return GoodsList(
        name="ledger",
        title=Text("库存日记账", "Daily goods ledger"),
        columns=(
            ITEM,
            NAME,
            ListColumn("movement", Text("摘要", "Movement")),
            ListColumn("document", Text("单号", "Document")),
            ListColumn("kind", Text("单据", "Paper")),
            ListColumn("from", Text("自", "From")),
            ListColumn("to", Text("至", "To")),
            ListColumn("in", Text("收入", "In"), CellKind.INTEGER, total=True),
            ListColumn("out", Text("发出", "Out"), CellKind.INTEGER, total=True),
            ListColumn("balance", Text("结存", "Balance"), CellKind.INTEGER),
        ),
        rows=rows,
        heading=_heading(hall, place, (Text("日期", "Date"), asked.on), asked),
        empty=NO_MOVES,
    )


def month(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the month's 进销存 of the whole hall or of one place, in pieces and in money."""
    first, last = asked.period
    place = place_asked(uow, hall, asked) if asked.place else None
    months = [
        one
        for one in month_of_goods(uow, hall, first, last, place=place)
        if asked.item in ("", one.item.code)
    ]
    names = [name for name in COLUMNS if any(name in one.moved for one in months)]
    columns = [ITEM, NAME, _pieces("opening", OPENING), _money("opening_value", OPENING)]
    for name in names:
        columns += [_pieces(name, COLUMNS[name]), _money(f"{name}_value", COLUMNS[name])]
    columns += [_pieces("closing", CLOSING), _money("closing_value", CLOSING)]
    return GoodsList(
        name="month",
        title=Text("进销存月报", "Goods of the month"),
        columns=tuple(columns),
        rows=[_month_row(one, names) for one in months],
        heading=(
            *_heading(hall, place, (Text("月份", "Month"), f"{first:%Y-%m}")),
            *_given_away(months),
        ),
        notes=(
            *((UNKNOWN_COST,) if any(_is_unknown(one) for one in months) else ()),
            *((OWN_AVERAGE,) if place is not None else ()),
        ),
        empty=NO_MOVES,
    )


def _given_away(months: list[ItemMonth]) -> Iterator[tuple[Text, Value]]:
    """Give what went to customers as gifts: marketing and points make the decrease (STK-06).

    What no registered campaign gave is told apart: slips without a purpose, and goods that are
    given alone and were sold by the account lines.
    """
    pieces = dict.fromkeys((*PURPOSES, "given"), 0)
    for one in months:
        for name in pieces:
            pieces[name] -= one.moved.get(name, Amount()).pieces
        rule = GOODS[one.item.category]
        if rule.gift and not rule.saleable:
            pieces["given"] -= one.moved.get("sold", Amount()).pieces
    if any(pieces.values()):
        said = [(text, pieces[name]) for name, text in PURPOSES.items()]
        if pieces["given"]:
            said.append((NO_CAMPAIGN, pieces["given"]))
        total = sum(pieces.values())
        zh = " + ".join(f"{text.zh} {count}" for text, count in said)
        en = " + ".join(f"{text.en.lower()} {count}" for text, count in said)
        yield Text("赠出(件)", "Given away, pieces"), Text(f"{total} = {zh}", f"{total} = {en}")


def _month_row(one: ItemMonth, names: list[str]) -> tuple[Cell, ...]:
    moved: list[Cell] = []
    for name in names:
        amount = one.moved.get(name)
        moved += [None, None] if amount is None else [amount.pieces, _worth(amount)]
    return (
        one.item.code,
        one.item.name,
        one.opening.pieces,
        _worth(one.opening),
        *moved,
        one.closing.pieces,
        _worth(one.closing),
    )


def _is_unknown(one: ItemMonth) -> bool:
    amounts = [one.opening, one.closing, *one.moved.values()]
    return any(amount.fen is None for amount in amounts)


def _worth(amount: Amount) -> Cell:
    return UNKNOWN if amount.fen is None else amount.fen


def _pieces(key: str, name: Text) -> ListColumn:
    text = Text(f"{name.zh}数量", f"{name.en}, pieces")
    return ListColumn(key, text, CellKind.INTEGER, total=True, group=name)


def _money(key: str, name: Text) -> ListColumn:
    text = Text(f"{name.zh}金额", f"{name.en}, yuan")
    pieces = key.removesuffix("_value")
    return ListColumn(key, text, CellKind.MONEY, total=True, beside=pieces)


def _entry(entry: Entry, accounts: dict[int, Account], staff: dict[str, str]) -> tuple[Cell, ...]:
    came = entry.change if entry.change > 0 else None
    went = -entry.change if entry.change < 0 else None
    return (
        COLUMNS[entry.column],
        entry.number,
        DOCUMENT_KINDS[entry.kind].text,
        place_words(accounts[entry.origin], staff),
        place_words(accounts[entry.goal], staff),
        came,
        went,
    )


def _heading(
    hall: Hall, place: Place | None, when: tuple[Text, Value], asked: Asked | None = None
) -> tuple[tuple[Text, Value], ...]:
    scope = WHOLE_HALL if asked is None or asked.accounts is None else OWN_CUSTODY
    return (
        (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
        (Text("范围", "Scope"), scope if place is None else place.text),
        when,
    )


def worth(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give what every place holds now in pieces and in money."""
    place = place_asked(uow, hall, asked) if asked.place else None
    found = [
        one
        for one in worth_by_place(uow, hall, item=asked.item)
        if place is None or one.holding.place.account_id == place.account_id
    ]
    found.sort(key=lambda one: (one.holding.place, one.holding.item.code))
    return GoodsList(
        name="worth",
        title=Text("各处库存金额", "Worth by place"),
        columns=(
            ListColumn("place", Text("地点", "Place")),
            ITEM,
            NAME,
            ListColumn("quantity", Text("数量", "Pieces"), CellKind.INTEGER, total=True),
            ListColumn("worth", Text("金额", "Worth, yuan"), CellKind.MONEY, total=True),
        ),
        rows=[
            (
                one.holding.place.text,
                one.holding.item.code,
                one.holding.item.name,
                one.worth.pieces,
                _worth(one.worth),
            )
            for one in found
        ],
        heading=((Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),),
        notes=(
            OWN_AVERAGE_OF_ALL,
            *((UNKNOWN_COST,) if any(one.worth.fen is None for one in found) else ()),
        ),
        empty=NO_MOVES,
    )
