"""Items: what a commodity is by its attributes, found by code, name or category, and put right.

Items are the group's; who changed what from what to what is an event of the hall it was done in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from ledger.accounts import CATEGORIES, Account, Commodity, register_commodity
from ledger.balances import Balance
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.errors import UnknownItem
from stock.price_errors import ItemNotSo
from stock.prices import prices_in_force

TEXTS: dict[str, Text] = {
    "name": Text("名称", "Name"),
    "unit": Text("计价单位", "Unit of sale"),
    "brand": Text("品牌", "Brand"),
    "model": Text("型号", "Model"),
    "colour": Text("颜色", "Colour"),
    "storage": Text("容量", "Storage"),
    "spec": Text("规格", "Specification"),
    "origin": Text("产地", "Origin"),
    "grade": Text("等级", "Grade"),
}
NUMBERS: dict[str, Text] = {
    "face_value_fen": Text("面值", "Face value"),
    "pack_size": Text("装箱数", "Pack size"),
}
ATTRIBUTES = {**TEXTS, **NUMBERS}
LONGEST = {"name": 200}
LONGEST_ELSE = 64
ON_HAND = ("store", "clerk", "counter", "demo")
"""Where a hall's own goods are within reach: store, clerks, shared counters, on display."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list: what it is, how many the hall has, and its price that day in fen."""

    item: Commodity
    on_hand: int
    price_fen: int | None

    @property
    def variant(self) -> str:
        """What tells it from its sisters, as a label says it."""
        return " ".join(filter(None, (self.item.spec, self.item.colour, self.item.storage)))


@dataclass(frozen=True, slots=True)
class ItemList:
    """One page of a list of items."""

    rows: list[ItemRow]
    total: int


def find_item(uow: UnitOfWork, code: str) -> Commodity:
    """Give the item of goods of that code; raises UnknownItem."""
    item = uow.session.scalar(select(Commodity).where(Commodity.code == code))
    if item is None or item.category not in GOODS:
        raise UnknownItem(item=code)
    return item


def find_items(
    uow: UnitOfWork,
    hall_id: int,
    on: dt.date,
    *,
    words: str = "",
    category: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> ItemList:
    """Give the items whose code, name, brand or model has the words, by category and code."""
    query = select(Commodity).where(Commodity.category.in_([category] if category else GOODS))
    for word in words.split():
        pattern = f"%{_literal(word.lower())}%"
        columns = (Commodity.code, Commodity.name, Commodity.brand, Commodity.model)
        query = query.where(or_(*(func.lower(c).like(pattern, escape="\\") for c in columns)))
    total = uow.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.order_by(Commodity.category, Commodity.code).limit(limit).offset(offset)
    items = uow.session.scalars(query).all()
    hands = quantities_on_hand(uow, hall_id, [item.id for item in items])
    prices = prices_in_force(uow, hall_id, on, items=[item.code for item in items])
    rows = [ItemRow(item, hands.get(item.id, 0), prices.get(item.code)) for item in items]
    return ItemList(rows, total)


def quantities_on_hand(uow: UnitOfWork, hall_id: int, item_ids: list[int]) -> dict[int, int]:
    """Give how many pieces of each item the hall has within reach."""
    rows = uow.session.execute(
        select(Balance.commodity_id, func.sum(Balance.amount))
        .join(Account, (Account.hall_id == Balance.hall_id) & (Account.id == Balance.account_id))
        .where(
            Balance.hall_id == hall_id,
            Account.kind.in_(ON_HAND),
            Balance.commodity_id.in_(item_ids),
        )
        .group_by(Balance.commodity_id)
    )
    return {item: int(amount) for item, amount in rows}


def add_item(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    category: str,
    tracking: str = "",
    attributes: Mapping[str, str | int | None],
) -> Commodity:
    """Make an item known; `tracking` is the category's where it is ''.

    Raises NotPermitted, ItemNotSo, and CommodityMismatch where the code is something else already.
    """
    require(uow, hall.id, "items", "edit")
    if category not in GOODS:
        raise _not_so(code, Text("没有这个类别。", "there is no such category."))
    if not code or len(code) > LONGEST_ELSE or any(sign.isspace() for sign in code):
        raise _not_so(code, Text("编码须为 1 至 64 位,无空格。", "a code is 1 to 64 signs."))
    checked = _checked(code, category, attributes)
    if not checked.get("name"):
        raise _not_so(code, Text("名称必填。", "it needs a name."))
    item = register_commodity(
        uow,
        code=code,
        name=str(checked["name"]),
        category=category,
        tracking=tracking or GOODS[category].tracking,
        unit=str(checked.get("unit") or ""),
        attributes=checked,
    )
    facts = {"category": category, "tracking": item.tracking, **checked}
    with record(uow, hall_id=hall.id, act="item.added", subject=f"item:{code}", facts=facts):
        pass
    return item


def set_item(
    uow: UnitOfWork, *, hall: Hall, code: str, attributes: Mapping[str, str | int | None]
) -> Commodity:
    """Put attributes of an item right; '' and None take one away, those not named stay.

    Raises NotPermitted, UnknownItem and ItemNotSo.
    """
    require(uow, hall.id, "items", "edit")
    item = find_item(uow, code)
    checked = _checked(code, item.category, attributes)
    if not checked.get("name", item.name):
        raise _not_so(code, Text("名称必填。", "it needs a name."))
    changed = {
        name: [getattr(item, name), value]
        for name, value in checked.items()
        if getattr(item, name) != value
    }
    if changed:
        with record(uow, hall_id=hall.id, act="item.set", subject=f"item:{code}", facts=changed):
            for name, (_, value) in changed.items():
                setattr(item, name, value)
    return item


def _checked(
    code: str, category: str, attributes: Mapping[str, str | int | None]
) -> dict[str, str | int | None]:
    checked: dict[str, str | int | None] = {}
    for name, value in attributes.items():
        if name in TEXTS:
            checked[name] = text = str(value or "").strip()
            most = LONGEST.get(name, LONGEST_ELSE)
            if len(text) > most:
                label = ATTRIBUTES[name]
                raise _not_so(
                    code,
                    Text(f"{label.zh}最多 {most} 字。", f"{label.en} has at most {most} signs."),
                )
        else:
            checked[name] = int(value) if value not in (None, "") else None
    if checked.get("face_value_fen") is not None and category != "recharge_card":
        raise _not_so(code, Text("只有充值卡有面值。", "only recharge cards have a face value."))
    for name in NUMBERS:
        value = checked.get(name)
        if isinstance(value, int) and not 0 < value < 10**11:
            label = ATTRIBUTES[name]
            raise _not_so(code, Text(f"{label.zh}须大于零。", f"{label.en} is more than zero."))
    return checked


def _not_so(code: str, what: Text) -> ItemNotSo:
    return ItemNotSo(item=code, what=what)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def category_name(category: str) -> Text:
    """Give a category's name."""
    return CATEGORIES.get(category, Text(category, category))
