"""Which model a type allocation code stands for: one code is one model (DOMAIN STK-01).

A code is compared within one category: the loan handset of a model and the same model for sale are
two items, and rightly so. What customers bring in for repair may be anything. Books may have begun
with a mistake, so another model's code is a warning and never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.accounts import Commodity
from ledger.organisations import Hall
from ledger.text import Text
from ledger.units import Identifier, Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.naming import IMEI_LENGTH, PHONE_CATEGORIES
from stock.serials import type_allocation_code


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number whose type code is known as another model's."""

    model: str
    item: str

    @property
    def text(self) -> Text:
        """What is said of it."""
        return Text(
            f"注意:该型号核准号(TAC)登记过的是 {self.model},不是 {self.item}。",
            f"Note: this type code (TAC) is known as {self.model}, not {self.item}.",
        )


def models_of_codes(
    uow: UnitOfWork, hall: Hall, codes: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Give for each (code, category) the item that the hall's first unit of it is, if any."""
    found = {}
    for code, category in sorted(set(codes)):
        # Each name's item is looked up by itself: see ledger/unit_moves.py on joins of units.
        item = (
            select(Commodity.code)
            .join(Unit, Unit.commodity_id == Commodity.id)
            .where(
                Unit.hall_id == Identifier.holder_hall_id,
                Unit.id == Identifier.unit_id,
                Commodity.category == category,
            )
            .scalar_subquery()
        )
        named = (
            select(Identifier.value, item.label("item"))
            .where(
                Identifier.kind == "imei",
                Identifier.namespace == "",
                Identifier.value >= code,
                Identifier.value < f"{int(code) + 1:08d}",
                Identifier.holder_hall_id == hall.id,
            )
            .subquery()
        )
        first = uow.session.scalar(
            select(named.c.item).where(named.c.item.is_not(None)).order_by(named.c.value).limit(1)
        )
        if first is not None:
            found[code, category] = first
    return found


def has_type_code(serial: str) -> bool:
    """Tell whether a number is an IMEI, whose first eight digits are its type's."""
    return len(serial) == IMEI_LENGTH and serial.isascii() and serial.isdecimal()


def doubtful_models(
    uow: UnitOfWork, hall: Hall, serials: Sequence[str], commodities: Sequence[Commodity | None]
) -> dict[int, Doubt]:
    """Give place -> what is doubtful of these numbers' type codes, by the item each is said to be.

    A code is known by the hall's books, else by the first that names it here. A delivery may have
    100,000, so that they are looked at one by one only where something is odd.
    """
    said = set(zip(commodities, map(type_allocation_code, serials), map(len, serials), strict=True))
    items: dict[tuple[str, str], set[str]] = {}
    for item, code, length in said:
        if item is None or length != IMEI_LENGTH:
            continue
        in_books = item.category in PHONE_CATEGORIES and not GOODS[item.category].in_care_only
        if in_books and code.isascii() and code.isdecimal():
            items.setdefault((code, item.category), set()).add(item.code)
    models = models_of_codes(uow, hall, items)
    known = {key: {models[key]} for key in models}
    if all(len(named | known.get(key, set())) == 1 for key, named in items.items()):
        return {}
    doubts: dict[int, Doubt] = {}
    for place, (serial, item) in enumerate(zip(serials, commodities, strict=True)):
        key = (type_allocation_code(serial), item.category) if item is not None else ("", "")
        if item is not None and key in items and len(serial) == IMEI_LENGTH:
            model = models.setdefault(key, item.code)
            if model != item.code:
                doubts[place] = Doubt(model, item.code)
    return doubts
