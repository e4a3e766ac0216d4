"""What a clerk or counter holds, and how the day came to it: opening, in, out, in hand.

Opening + drawn + other in - sold - given - returned - other out = in hand, for each item; the
pieces in hand are listed one by one. Everything is read from postings and units as they stand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, text

from ledger.accounts import Account, Commodity
from ledger.actors import Employment
from ledger.hall_rules import CounterClerk
from ledger.organisations import Hall
from ledger.permissions import NotPermitted, may
from ledger.text import Text
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.counts import require_not_counting
from stock.gift_purposes import PURPOSE

WAYS: dict[str, Text] = {
    "drawn": Text("领用", "Drawn"),
    "other_in": Text("转入", "Other in"),
    "sold": Text("已售", "Sold"),
    "given": Text("赠送", "Given"),
    "returned": Text("返库", "Returned"),
    "other_out": Text("转出", "Other out"),
}
IN_WAYS = ("drawn", "other_in")
OUT_WAYS = ("sold", "given", "returned", "other_out")
_WAY_IN = {"draw": "drawn"}
_WAY_OUT = {"sale": "sold", "gift": "given", "return": "returned"}


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One item of a custody on a day: opening, each way in and out, and what is in hand."""

    code: str
    name: str
    unit: str
    category: str
    tracked: bool
    in_hand: int
    moved: Mapping[str, int] = field(default_factory=dict)

    @property
    def opening(self) -> int:
        """What was in hand when the day began."""
        came = sum(self.moved.get(way, 0) for way in IN_WAYS)
        went = sum(self.moved.get(way, 0) for way in OUT_WAYS)
        return self.in_hand - came + went


@dataclass(frozen=True, slots=True)
class Custody:
    """A clerk's or counter's custody on a day."""

    holder: str
    kind: str
    items: tuple[HeldItem, ...]
    pieces: Mapping[str, tuple[str, ...]]
    """Item -> serials in hand, in order."""

    def total(self, way: str) -> int:
        """Give pieces of all items: of one way, of 'opening' or of 'in_hand'."""
        if way in WAYS:
            return sum(item.moved.get(way, 0) for item in self.items)
        return sum(int(getattr(item, way)) for item in self.items)


def own_holders(uow: UnitOfWork, hall: Hall) -> list[str]:
    """Give the custodies that are the actor's: his staff numbers, then counters he works at."""
    numbers = uow.session.scalars(
        select(Employment.number)
        .where(
            Employment.hall_id == hall.id,
            Employment.person_id == uow.actor.person_id,
            Employment.kind == "person",
        )
        .order_by(Employment.number)
    ).all()
    counters = uow.session.scalars(
        select(CounterClerk.counter)
        .where(CounterClerk.hall_id == hall.id, CounterClerk.clerk.in_(numbers))
        .distinct()
        .order_by(CounterClerk.counter)
    ).all()
    return [*numbers, *counters]


def require_custody_sight(uow: UnitOfWork, hall: Hall, holder: str) -> None:
    """Go on only if the actor may see what a holder has: his own, or as overseer of goods.

    Whoever counts these goods now sees them no more than anybody. Raises NotPermitted and
    CountIsBlind.
    """
    if holder not in own_holders(uow, hall) and not may(uow, hall.id, "stock", "oversee"):
        raise NotPermitted(actor=uow.actor.label, action="view", area=holder)
    held = select(Account.id).where(
        Account.hall_id == hall.id,
        Account.kind.in_(("clerk", "counter")),
        Account.holder == holder,
    )
    for account_id in uow.session.scalars(held).all():
        require_not_counting(uow, hall.id, account_id)


def all_holders(uow: UnitOfWork, hall: Hall) -> list[tuple[str, str]]:
    """Give (kind, holder) of every custody of the hall that ever held anything."""
    rows = uow.session.execute(
        select(Account.kind, Account.holder)
        .where(Account.hall_id == hall.id, Account.kind.in_(("clerk", "counter")))
        .order_by(Account.kind, Account.holder)
    )
    return [(kind, holder) for kind, holder in rows]


def custody_of(uow: UnitOfWork, hall: Hall, holder: str, on: dt.date) -> Custody:
    """Give what a holder has now, and how the day's documents changed it."""
    accounts = {
        account.id: account.kind
        for account in uow.session.scalars(
            select(Account).where(
                Account.hall_id == hall.id,
                Account.holder == holder,
                Account.kind.in_(("clerk", "counter")),
            )
        )
    }
    if not accounts:
        return Custody(holder, "clerk", (), {})
    account, kind = next(iter(accounts.items()))
    moved = _moved(uow, hall, account, on)
    rows = uow.session.execute(
        text(
            "SELECT c.id, c.code, c.name, c.unit, c.category, c.tracking,"
            " COALESCE(b.amount, 0) AS amount FROM commodities c"
            " LEFT JOIN balances b ON b.hall_id = :hall AND b.account_id = :account"
            " AND b.commodity_id = c.id"
            " WHERE c.category NOT IN ('money', 'invoice_form') ORDER BY c.category, c.code"
        ),
        {"hall": hall.id, "account": account},
    ).all()
    items = tuple(
        HeldItem(
            code=row.code,
            name=row.name,
            unit=row.unit,
            category=row.category,
            tracked=row.tracking == "serial",
            in_hand=int(row.amount),
            moved=moved.get(row.id, {}),
        )
        for row in rows
        if row.amount or row.id in moved
    )
    return Custody(holder, kind, items, _pieces(uow, hall, account))


def _moved(uow: UnitOfWork, hall: Hall, account: int, on: dt.date) -> dict[int, dict[str, int]]:
    """Give commodity -> way -> pieces of the day, reversals taken off the way they undo."""
    rows = uow.session.execute(
        text(
            "SELECT p.commodity_id, CASE WHEN EXISTS (SELECT 1 FROM document_facts f"
            " WHERE f.hall_id = d.hall_id AND f.document_id = d.id AND f.revision = d.revision"
            f" AND f.name = '{PURPOSE}') THEN 'gift' ELSE d.kind END AS kind,"
            " CASE WHEN p.debit_account = :account THEN 1 ELSE 0 END"
            " AS came, sum(p.amount) AS pieces FROM postings p"
            " JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id"
            " WHERE p.hall_id = :hall AND p.business_date = :day"
            " AND (p.debit_account = :account OR p.credit_account = :account)"
            " GROUP BY 1, 2, 3"
        ),
        {"hall": hall.id, "account": account, "day": on.isoformat()},
    )
    moved: dict[int, dict[str, int]] = {}
    for commodity, kind, came, pieces in rows:
        ways = moved.setdefault(commodity, {})
        # A reversal moves goods of its kind against the kind's own direction.
        if came:
            undoes = _WAY_OUT.get(kind)
            way, sign = (undoes, -1) if undoes else (_WAY_IN.get(kind, "other_in"), 1)
        else:
            undoes = _WAY_IN.get(kind)
            way, sign = (undoes, -1) if undoes else (_WAY_OUT.get(kind, "other_out"), 1)
        ways[way] = ways.get(way, 0) + sign * int(pieces)
    return moved


def _pieces(uow: UnitOfWork, hall: Hall, account: int) -> dict[str, tuple[str, ...]]:
    rows = uow.session.execute(
        select(Commodity.code, Unit.serial)
        .join(Commodity, Commodity.id == Unit.commodity_id)
        .where(Unit.hall_id == hall.id, Unit.account_id == account)
        .order_by(Commodity.code, Unit.serial)
    )
    pieces: dict[str, list[str]] = {}
    for code, serial in rows:
        pieces.setdefault(code, []).append(serial)
    return {code: tuple(serials) for code, serials in pieces.items()}
