"""The life of one unit as a list: every step in every hall that the reader may see."""

from __future__ import annotations

import datetime as dt

from backoffice.database import begin_read
from backoffice.goods_asked import Asked
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import SERIAL
from backoffice.sheets import CellKind, Value
from backoffice.trade_words import number_kind_name
from ledger.actors import names_of
from ledger.documents import DOCUMENT_KINDS
from ledger.errors import NotFound
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork, system_actor
from stock.card_life import card_life
from stock.place_words import place_words
from stock.unit_lives import HallLife, UnitLife, first_day, lives_of

ORIGINS = system_actor("origins")
ANOTHER_HALL = Text("其他营业厅", "another hall")
COLUMNS = (
    ListColumn("hall", Text("营业厅", "Hall")),
    SERIAL,
    ListColumn("date", Text("日期", "Date"), CellKind.DATE),
    ListColumn("from", Text("自", "From")),
    ListColumn("to", Text("至", "To")),
    ListColumn("kind", Text("单据", "Paper")),
    ListColumn("document", Text("单号", "Document")),
)


class UnknownUnit(NotFound):
    """No unit and no line of evidence bears the serial."""

    code = "unknown_unit"
    text = Text(
        "没有串号 {serial}:不在账上,也没有凭证提到它。请核对后重扫。",
        "No serial {serial}: neither in the books nor in any evidence. Check it and scan again.",
    )


def unit(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give a unit's steps; raises UnknownUnit."""
    lives = lives_of(uow, hall, asked.serial)
    if not lives:
        raise UnknownUnit(serial=asked.serial)
    rows: list[tuple[Cell, ...]] = []
    heading: list[tuple[Text, Value]] = [(Text("营业厅", "Hall"), f"{hall.name} {hall.code}")]
    for one in lives:
        heading += _summary(uow, one, asked)
        for life in one.lives:
            rows += _rows(uow, life)
    return GoodsList(
        name="unit",
        title=Text(f"一机一档 {asked.serial}", f"Life of {asked.serial}"),
        columns=COLUMNS,
        rows=rows,
        heading=tuple(heading),
    )


def received_on(uow: UnitOfWork, life: UnitLife) -> dt.date | None:
    """Give the day the company first had it, whichever hall that was (STK-12)."""
    engine = uow.session.get_bind().engine
    with begin_read(engine, ORIGINS) as everywhere:
        return first_day(everywhere, *life.holder)


def _summary(uow: UnitOfWork, one: UnitLife, asked: Asked) -> list[tuple[Text, Value]]:
    known = next((life for life in reversed(one.lives) if life.unit is not None), None)
    kinds = [(number_kind_name(name.kind), name.value) for name in one.names]
    names = Text(
        " · ".join(f"{kind.zh} {value}" for kind, value in kinds),
        " · ".join(f"{kind.en} {value}" for kind, value in kinds),
    )
    summary: list[tuple[Text, Value]] = [(Text("名下号码", "Its names"), names)]
    if known is not None and known.item is not None and known.unit is not None:
        summary.append((Text("物品", "Item"), f"{known.item.name} {known.item.code}"))
        if asked.accounts is None and known.unit.cost_fen is not None:
            cost = f"{known.unit.cost_fen // 100}.{known.unit.cost_fen % 100:02d}"
            summary.append((Text("成本", "Cost"), cost))
    first = received_on(uow, one)
    if first is not None:
        summary.append((Text("首次入库", "First received"), first))
        if one.is_on_hand:
            summary.append((Text("库龄(天)", "Age, days"), (asked.on - first).days))
    summary.append((Text("现在", "Now"), where_now(uow, one)))
    card = card_life(uow, one)
    if card is not None:
        summary.append((Text("卡状态", "State of the card"), card.text))
        if card.activated_at is not None:
            at = f"{card.activated_at.astimezone(HALL_TIME):%Y-%m-%d %H:%M}"
            summary.append((Text("激活时间", "Activated at"), at))
    return summary


def where_now(uow: UnitOfWork, one: UnitLife) -> Text:
    """Say where the piece is: a place and its hall, or another hall."""
    life = one.now
    if life.hall is None or life.place is None:
        return ANOTHER_HALL
    place = place_words(life.place, names_of(uow, life.hall.id))
    return Text(f"{life.hall.name} {place.zh}", f"{life.hall.name} {place.en}")


def _rows(uow: UnitOfWork, life: HallLife) -> list[tuple[Cell, ...]]:
    if life.hall is None or life.unit is None:
        return [(ANOTHER_HALL, "", None, "", "", "", "")]
    staff = names_of(uow, life.hall.id)
    return [
        (
            f"{life.hall.name} {life.hall.code}",
            life.unit.serial,
            step.date,
            place_words(step.origin, staff),
            place_words(step.goal, staff),
            DOCUMENT_KINDS[step.document.kind].text if step.document else "",
            (step.document.paper_no or step.document.number) if step.document else "",
        )
        for step in life.steps
    ]
