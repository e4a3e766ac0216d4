"""Every list about goods there is: its name, who may ask for it, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backoffice import (
    goods_activations,
    goods_advice,
    goods_ages,
    goods_campaigns,
    goods_ledgers,
    goods_on_hand,
    goods_open,
    goods_sheets,
    goods_units,
)
from backoffice.goods_asked import Asked, read_question
from backoffice.goods_lists import GoodsList
from ledger.errors import NotFound
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.holdings import Place, list_places

ON, MONTH, ITEM, PLACE, SERIAL = "on", "month", "item", "place", "serial"


class UnknownList(NotFound):
    """No list about goods is called so."""

    code = "unknown_list"
    text = Text("没有清单 {name}。可用:{known}。", "There is no list {name}. Known: {known}.")


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: what it is called, what can be asked of it, and how it is made.

    `everybody`: a clerk may have it of his own custody; others are the overseers'. `first`: it has
    a place among the links of the desk, for it needs no further word.
    """

    name: str
    text: Text
    make: Callable[[UnitOfWork, Hall, Asked], GoodsList]
    words: tuple[str, ...] = ()
    everybody: bool = False
    first: bool = False


LIST_KINDS: dict[str, ListKind] = {
    kind.name: kind
    for kind in (
        ListKind(
            "on-hand",
            Text("库存一览", "On hand"),
            goods_on_hand.on_hand,
            (ITEM,),
            everybody=True,
        ),
        ListKind(
            "item",
            Text("一种物品在哪里", "Where an item is"),
            goods_on_hand.item_places,
            (ITEM,),
            everybody=True,
        ),
        ListKind(
            "serials",
            Text("一处一物的串号", "Serials of an item in a place"),
            goods_on_hand.serials,
            (ITEM, PLACE),
            everybody=True,
        ),
        ListKind("ages", Text("库龄", "Stock age"), goods_ages.ages, (ON, ITEM), first=True),
        ListKind(
            "slow-movers", Text("滞销", "Slow movers"), goods_ages.slow_movers, (ON,), first=True
        ),
        ListKind(
            "advice",
            Text("合理库存建议", "Reorder advice"),
            goods_advice.advice,
            (ON, ITEM),
            first=True,
        ),
        ListKind(
            "ledger",
            Text("日记账", "Daily ledger"),
            goods_ledgers.day_ledger,
            (ON, ITEM, PLACE),
            everybody=True,
            first=True,
        ),
        ListKind(
            "sheet",
            Text("日清单", "Daily sheet"),
            goods_sheets.sheet,
            (ON, PLACE),
            everybody=True,
            first=True,
        ),
        ListKind(
            "month",
            Text("进销存月报", "Month"),
            goods_ledgers.month,
            (MONTH, ITEM, PLACE),
            first=True,
        ),
        ListKind(
            "worth",
            Text("各处金额", "Worth by place"),
            goods_ledgers.worth,
            (ITEM, PLACE),
            first=True,
        ),
        ListKind(
            "activations",
            Text("充值卡激活", "Card activation"),
            goods_activations.activations,
            (ON, ITEM),
            first=True,
        ),
        ListKind("papers", Text("单据", "Papers"), goods_open.papers, (MONTH,)),
        ListKind("loans", Text("借出未还", "Out on loan"), goods_open.loans, (ON,), everybody=True),
        ListKind("care", Text("送修代管", "In our care"), goods_open.care, (ON,), everybody=True),
        ListKind("transfers", Text("在途", "In transit"), goods_open.transfers, (ON,)),
        ListKind("counts", Text("盘点", "Counts"), goods_open.counts),
        ListKind(
            "price-requests", Text("价格申请", "Price requests"), goods_open.price_requests, (ITEM,)
        ),
        ListKind(
            "unconfirmed", Text("待确认销售", "Unconfirmed sales"), goods_open.unconfirmed, (ON,)
        ),
        ListKind("campaigns", Text("赠送活动", "Gift campaigns"), goods_campaigns.campaigns),
        ListKind(
            "oldest",
            Text("先卖哪台", "Oldest first"),
            goods_ages.oldest,
            (ITEM,),
            everybody=True,
        ),
        ListKind(
            "unit",
            Text("一机一档", "Life of a unit"),
            goods_units.unit,
            (SERIAL,),
            everybody=True,
        ),
    )
}


def make_list(uow: UnitOfWork, hall: Hall, name: str, words: Mapping[str, str]) -> GoodsList:
    """Make a list for whoever asks.

    Raises UnknownList, NotPermitted, WrongPeriod, UnknownItem and UnknownPlace.
    """
    kind = LIST_KINDS.get(name)
    if kind is None:
        raise UnknownList(name=name, known=" ".join(LIST_KINDS))
    if not kind.everybody:
        require(uow, hall.id, "stock", "oversee")
    return kind.make(uow, hall, read_question(uow, hall, words))


def print_sheet(
    uow: UnitOfWork, hall: Hall, words: Mapping[str, str], *, language: Language
) -> bytes:
    """Give the daily goods sheet of a custody as PDF; raises as `make_list` does."""
    asked = read_question(uow, hall, words)
    return goods_sheets.sheet_paper(uow, hall, asked, language=language)


def known_places(uow: UnitOfWork, hall: Hall) -> list[Place]:
    """Give the places that whoever asks can name."""
    asked = read_question(uow, hall, {})
    return [
        place
        for place in list_places(uow, hall)
        if asked.accounts is None or place.account_id in asked.accounts
    ]
