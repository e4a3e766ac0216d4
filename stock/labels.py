"""Labels: where they stand, and what each has to say (DOMAIN STK-09).

A label says 品名, what tells the goods from others, 计价单位 and the price of the day; one that
lacks any of them, or stands for goods of different prices, is not printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from ledger.accounts import Commodity
from ledger.events import record
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.items import find_item
from stock.label_tables import LabelledItem, LabelPosition, LabelTask
from stock.label_tasks import PriceStart, ask_for_labels, today_of
from stock.price_errors import ItemNotSo, LabelIncomplete, UnknownLabel
from stock.price_setting import planned_starts, require_one_price
from stock.shown_prices import days_of_change, shown_prices, shown_since
from stock.struck_prices import struck_price

LONGEST_CODE = 32
LONGEST_PLACE = 64


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position: what stands there, the price its label must show today, and the one it shows.

    `shown_fen` is the price of the label confirmed last; None where none was.
    """

    code: str
    place: str
    keeper: str
    items: tuple[Commodity, ...]
    price_fen: int | None
    shown_fen: int | None
    shown_since: dt.date | None
    campaign: str = ""

    @property
    def right(self) -> bool:
        """Whether the label up is the label that should be."""
        return not self.items or self.shown_fen == self.price_fen


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says. Several values of an attribute stand side by side.

    The code of a position's label bears its price, `POSITION@FEN`, so that a round can tell an old
    label from the right one (`label_rounds`).
    """

    position: str
    place: str
    scan_code: str
    name: str
    variant: str
    origin: str
    grade: str
    unit: str
    price_fen: int
    struck_fen: int | None
    valid_from: dt.date
    keeper: str


def place_label(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    items: Sequence[str],
    place: str = "",
    keeper: str = "",
    campaign: str = "",
) -> None:
    """Let a position's label stand for these items, at a campaign's price if so; none clears it.

    New goods need a label at once, and one for each change of price planned already. Raises
    NotPermitted, UnknownItem, ItemNotSo and VariantsUnderOneLabel.
    """
    require(uow, hall.id, "labels", "edit")
    lock_head(uow, hall.id)
    _require_sound(code, place, keeper)
    wanted = sorted({find_item(uow, item).code for item in items})
    position = uow.session.get(LabelPosition, (hall.id, code))
    if position is None:
        position = LabelPosition(hall_id=hall.id, code=code, campaign="")
        uow.session.add(position)
    moved = position.campaign != campaign
    position.place, position.keeper, position.campaign = place, keeper, campaign
    uow.session.flush()
    facts = {"items": wanted, "place": place, "keeper": keeper, "campaign": campaign}
    with record(
        uow,
        hall_id=hall.id,
        act="label.placed" if wanted else "label.cleared",
        subject=f"label:{code}",
        business_date=today_of(uow),
        facts=facts,
    ) as event:
        if _replace_items(uow, hall.id, code, wanted) or moved:
            _ask_anew(uow, hall.id, code, wanted, event.event_no)


def list_positions(
    uow: UnitOfWork, hall_id: int, *, item: str = "", codes: Iterable[str] | None = None
) -> list[PositionView]:
    """Give the hall's positions by code, those of one item or of some codes alone."""
    query = select(LabelPosition).where(LabelPosition.hall_id == hall_id)
    if codes is not None:
        query = query.where(LabelPosition.code.in_(list(codes)))
    if item:
        stands = select(LabelledItem.position).where(
            LabelledItem.hall_id == hall_id, LabelledItem.item == item
        )
        query = query.where(LabelPosition.code.in_(stands))
    positions = uow.session.scalars(query.order_by(LabelPosition.code)).all()
    items = _items_at(uow, hall_id, [position.code for position in positions])
    codes_of_items = {one.code for group in items.values() for one in group}
    prices = {
        campaign: shown_prices(uow, hall_id, today_of(uow), items=codes_of_items, campaign=campaign)
        for campaign in {position.campaign for position in positions}
    }
    shown = _shown(uow, hall_id, [position.code for position in positions])
    found = []
    for p in positions:
        there = items.get(p.code, ())
        fen, since = shown.get(p.code, (None, None))
        due = _price_due(there, prices[p.campaign])
        found.append(PositionView(p.code, p.place, p.keeper, there, due, fen, since, p.campaign))
    return found


def _price_due(items: Sequence[Commodity], prices: Mapping[str, int]) -> int | None:
    return next((prices[item.code] for item in items if item.code in prices), None)


def labels_to_print(
    uow: UnitOfWork,
    *,
    hall: Hall,
    on: dt.date,
    positions: Iterable[str] = (),
    items: Iterable[str] = (),
    struck: Mapping[str, int | None] | None = None,
) -> list[Label]:
    """Give what the labels of positions, and of items that stand nowhere, say on a day.

    `struck` names items whose label strikes a price through: the fen wanted, or None for the
    highest allowed. Raises UnknownLabel, UnknownItem, VariantsUnderOneLabel, LabelIncomplete,
    StruckPriceTooHigh and NoStruckPrice.
    """
    require(uow, hall.id, "items", "view")
    wanted = list(dict.fromkeys(positions))
    found = {view.code: view for view in list_positions(uow, hall.id, codes=wanted)}
    labels = []
    for code in wanted:
        if code not in found or not found[code].items:
            raise UnknownLabel(position=code)
        require_one_price(uow, hall.id, code, on)
        labels.append(_label(uow, hall.id, on, found[code], struck or {}))
    for item in dict.fromkeys(items):
        alone = PositionView("", "", "", (find_item(uow, item),), None, None, None)
        labels.append(_label(uow, hall.id, on, alone, struck or {}))
    return labels


def _label(
    uow: UnitOfWork,
    hall_id: int,
    on: dt.date,
    view: PositionView,
    struck: Mapping[str, int | None],
) -> Label:
    items = view.items
    codes = [item.code for item in items]
    prices = shown_prices(uow, hall_id, on, items=codes, campaign=view.campaign)
    for item in items:
        if item.code not in prices:
            raise LabelIncomplete(item=item.code, what=Text("价格", "price"))
        if not item.unit:
            raise LabelIncomplete(item=item.code, what=Text("计价单位", "unit of sale"))
    striking = [code for code in codes if code in struck]
    struck_fen = min(
        (struck_price(uow, hall_id, c, on, wanted_fen=struck[c]) for c in striking), default=None
    )
    return Label(
        position=view.code,
        place=view.place,
        scan_code=f"{view.code}@{prices[codes[0]]}" if view.code else codes[0],
        name=_name(items),
        variant=" ".join(filter(None, (_all(items, n) for n in ("spec", "colour", "storage")))),
        origin=_all(items, "origin"),
        grade=_all(items, "grade"),
        unit=_all(items, "unit"),
        price_fen=prices[codes[0]],
        struck_fen=struck_fen,
        valid_from=shown_since(uow, hall_id, on, items=codes, campaign=view.campaign),
        keeper=view.keeper,
    )


def _name(items: Sequence[Commodity]) -> str:
    names = list(dict.fromkeys(item.name for item in items))
    models = {f"{item.brand} {item.model}".strip() for item in items}
    if len(names) > 1 and len(models) == 1 and all(item.model for item in items):
        return models.pop()
    return "、".join(names)


def _all(items: Sequence[Commodity], attribute: str) -> str:
    values = (str(getattr(item, attribute)) for item in items)
    return "/".join(dict.fromkeys(value for value in values if value))


def _require_sound(code: str, place: str, keeper: str) -> None:
    plain = code.isascii() and code.isprintable() and not any(sign.isspace() for sign in code)
    if not 0 < len(code) <= LONGEST_CODE or not plain:
        raise ItemNotSo(
            item=code,
            what=Text(
                "价签位编号须为 1 至 32 位字母、数字或符号,无空格。",
                "a label position is 1 to 32 letters, digits or signs without blanks.",
            ),
        )
    if max(len(place), len(keeper)) > LONGEST_PLACE:
        raise ItemNotSo(
            item=code, what=Text("位置和物价员最多 64 字。", "place and officer: at most 64 signs.")
        )


def _replace_items(uow: UnitOfWork, hall_id: int, code: str, wanted: Sequence[str]) -> bool:
    known = set(
        uow.session.scalars(
            select(LabelledItem.item).where(
                LabelledItem.hall_id == hall_id, LabelledItem.position == code
            )
        )
    )
    if known == set(wanted):
        return False
    uow.session.execute(
        delete(LabelledItem).where(LabelledItem.hall_id == hall_id, LabelledItem.position == code)
    )
    uow.session.add_all(LabelledItem(hall_id=hall_id, position=code, item=item) for item in wanted)
    uow.session.flush()
    return True


def _ask_anew(
    uow: UnitOfWork, hall_id: int, code: str, items: Sequence[str], event_no: int
) -> None:
    """Forget what was asked for other goods; the events keep it. The new ones need labels."""
    uow.session.execute(
        delete(LabelTask).where(LabelTask.hall_id == hall_id, LabelTask.position == code)
    )
    uow.session.expire_all()
    today = today_of(uow)
    held = uow.session.get_one(LabelPosition, (hall_id, code))
    prices = shown_prices(uow, hall_id, today, items=items, campaign=held.campaign)
    planned = (
        days_of_change(uow, hall_id, items, held.campaign, today + A_DAY)
        if held.campaign
        else planned_starts(uow, hall_id, items)
    )
    for day in sorted({today, *(start.day for start in planned)}):
        require_one_price(uow, hall_id, code, day)
    starts = [PriceStart(item, today, fen) for item, fen in prices.items()]
    ask_for_labels(uow, hall_id, event_no, [*starts, *planned], only=code)


def _items_at(
    uow: UnitOfWork, hall_id: int, codes: Sequence[str]
) -> dict[str, tuple[Commodity, ...]]:
    rows = uow.session.execute(
        select(LabelledItem.position, Commodity)
        .join(Commodity, Commodity.code == LabelledItem.item)
        .where(
            LabelledItem.hall_id == hall_id,
            LabelledItem.position.in_(codes),
            Commodity.category.in_(GOODS),
        )
        .order_by(Commodity.code)
    )
    found: dict[str, tuple[Commodity, ...]] = {}
    for code, item in rows:
        found[code] = (*found.get(code, ()), item)
    return found


def _shown(uow: UnitOfWork, hall_id: int, codes: Sequence[str]) -> dict[str, tuple[int, dt.date]]:
    """Give the price and the first day of the label confirmed last at each position."""
    confirmed = (
        LabelTask.hall_id == hall_id,
        LabelTask.position.in_(codes),
        LabelTask.confirmed_at.is_not(None),
    )
    latest = (
        select(LabelTask.position, func.max(LabelTask.valid_from).label("since"))
        .where(*confirmed)
        .group_by(LabelTask.position)
        .subquery()
    )
    rows = uow.session.execute(
        select(LabelTask.position, LabelTask.price_fen, LabelTask.valid_from)
        .join(
            latest,
            (latest.c.position == LabelTask.position) & (latest.c.since == LabelTask.valid_from),
        )
        .where(*confirmed)
    )
    return {position: (fen, day) for position, fen, day in rows}
