"""In hand: what a clerk or shared counter holds, serial by serial, and the day that led to it."""

from __future__ import annotations

import datetime as dt

from flask import g, request
from sqlalchemy import select

from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.goods_pages import LOOK, show_goods
from backoffice.pages.move_forms import may_make
from ledger.accounts import Commodity
from ledger.actors import names_of
from ledger.hall_rules import CounterClerk
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.custody import (
    IN_WAYS,
    OUT_WAYS,
    WAYS,
    Custody,
    all_holders,
    custody_of,
    own_holders,
    require_custody_sight,
)
from stock.loans import goods_in_care, loans_out
from stock.naming import PHONE_CATEGORIES
from stock.runs import Run, runs_of

IN_HAND = Text("在手", "In hand")
MINE = Text("我的在手", "In my hands")
LOANS = Text("借出与代管", "Loans and care")
SHOWN_SERIALS = 400


@pages.get("/halls/<hall>/goods/custody")
@needs(*LOOK)
def show_custody() -> str:
    """Show what one holder has now; a clerk's own, or any for those who oversee goods."""
    with reading() as uow:
        own = own_holders(uow, hall())
        oversees = allowed("stock", "oversee")
        known = [holder for _, holder in all_holders(uow, hall())] if oversees else []
        choices = list(dict.fromkeys([*_holding(uow, own), *known]))
        holder = request.args.get("holder") or (choices[0] if choices else "")
        if holder and holder not in choices:
            raise NotPermitted(actor=g.actor.label, action="view", area=holder)
        if holder:
            require_custody_sight(uow, hall(), holder)
        custody = custody_of(uow, hall(), holder, _day())
        mine = holder in own
        return show_goods(
            uow,
            "pages/custody.html",
            page="custody",
            title=MINE if mine else IN_HAND,
            custody=custody,
            holder=holder,
            mine=mine,
            choices=choices,
            names=names_of(uow, hall().id),
            clerks=_clerks_of(uow, holder),
            on=_day(),
            ways=WAYS,
            in_ways=[way for way in IN_WAYS if custody.total(way)],
            out_ways=[way for way in OUT_WAYS if custody.total(way)],
            most=SHOWN_SERIALS,
            runs=_runs(uow, custody),
            acts=[kind for kind in ("return", "handover", "borrow") if may_make(kind)],
        )


@pages.get("/halls/<hall>/goods/loans")
@needs(*LOOK)
def list_loans() -> str:
    """List what is lent out, the longest overdue first."""
    with reading() as uow:
        loans = loans_out(uow, hall())
        return show_goods(
            uow,
            "pages/loans.html",
            page="loans",
            title=LOANS,
            loans=loans,
            cared=goods_in_care(uow, hall()),
            may_give_back=may_make("out_of_care"),
            may_take_in=may_make("into_care"),
            today=g.today,
            late=sum(loan.days_late(g.today) > 0 for loan in loans),
            may_take_back=may_make("take_back"),
            may_lend=may_make("lend"),
        )


def _day() -> dt.date:
    today: dt.date = g.today
    return today


def _holding(uow: UnitOfWork, own: list[str]) -> list[str]:
    """Give the visitor's own custodies: of a person who is no clerk, those that hold anything."""
    if "clerk" in g.actor.roles_in(hall().id):
        return own
    known = {holder for _, holder in all_holders(uow, hall())}
    return [holder for holder in own if holder in known]


def _runs(uow: UnitOfWork, custody: Custody) -> dict[str, list[Run]]:
    """Give the cards in hand in the fewest runs, by item (STK-04)."""
    items = uow.session.scalars(select(Commodity).where(Commodity.code.in_(custody.pieces)))
    return {
        item.code: runs_of(item, custody.pieces[item.code])
        for item in items
        if item.category not in PHONE_CATEGORIES
    }


def _clerks_of(uow: UnitOfWork, counter: str) -> list[str]:
    query = select(CounterClerk.clerk).where(
        CounterClerk.hall_id == hall().id, CounterClerk.counter == counter
    )
    return list(uow.session.scalars(query.order_by(CounterClerk.clerk)))
