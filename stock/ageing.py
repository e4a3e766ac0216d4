"""How long goods have been in the company: bands of age, and the oldest unit first (DOMAIN STK-12).

The age of a unit counts from its first receipt into the company; a transfer does not reset it.
Where a unit came from another hall, that hall's books know the day: `first_days` reads it, as
somebody who may see those books, and gives nothing but days. Counted goods leave in the order in
which they came, so that what is on hand is what came last.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Date, case, func, select, text

from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.holdings import OUR_KINDS, SALE_KINDS, Place, list_holdings, place_of

FirstDays = Mapping[int, dt.date]
"""Unit -> the day the company first had it, for units that came from another hall."""

_CHAIN = text(
    "WITH RECURSIVE chain (unit_id, from_hall, from_unit, opened_on) AS ("
    " SELECT u.id, u.came_from_hall, u.came_from_unit, u.opened_on FROM units u"
    " WHERE u.hall_id = :hall AND u.closed = 0 AND u.came_from_hall IS NOT NULL"
    " UNION ALL SELECT c.unit_id, p.came_from_hall, p.came_from_unit, p.opened_on"
    " FROM chain c JOIN units p ON p.hall_id = c.from_hall AND p.id = c.from_unit)"
    " SELECT unit_id, min(opened_on) AS first_on FROM chain GROUP BY unit_id"
).columns(first_on=Date)
_BRINGS = [kind for kind, rule in ACCOUNT_KINDS.items() if rule.brings_units]


@dataclass(frozen=True, slots=True)
class AgedItem:
    """One item on hand by age: pieces in each band, all of them, and the day of the oldest."""

    item: Commodity
    pieces: tuple[int, ...]
    oldest: dt.date | None
    undated: int

    @property
    def quantity(self) -> int:
        """All pieces, those of unknown age too."""
        return sum(self.pieces) + self.undated


@dataclass(frozen=True, slots=True)
class AgedUnit:
    """One unit that could be sold: where it is, and since when the company has it."""

    item: Commodity
    serial: str
    place: Place
    first_on: dt.date


def first_days(uow: UnitOfWork, hall: Hall) -> dict[int, dt.date]:
    """Give for each open unit that came from another hall the day of its first receipt.

    `uow` must see every hall of the chain; for a hall it does not see the day stays unknown there,
    and the earliest known one is given.
    """
    return {row.unit_id: row.first_on for row in uow.session.execute(_CHAIN, {"hall": hall.id})}


def band_of(days: int, bands: Sequence[int]) -> int:
    """Give which band an age in days falls into: an end belongs to the band it ends."""
    return next((place for place, end in enumerate(bands) if days <= end), len(bands))


def list_ages(
    uow: UnitOfWork, hall: Hall, *, on: dt.date, bands: Sequence[int], first: FirstDays
) -> list[AgedItem]:
    """Give our stock on hand by item and age on a day; what is in our care has no age."""
    held: dict[int, tuple[Commodity, int]] = {}
    for one in list_holdings(uow, hall, kinds=OUR_KINDS, on=on):
        before = held.get(one.item.id, (one.item, 0))[1]
        held[one.item.id] = (one.item, before + one.quantity)
    layers = _unit_layers(uow, hall, first, on)
    layers.update(_counted_layers(uow, hall, held, on))
    aged = []
    for item_id, (item, quantity) in held.items():
        pieces = [0] * (len(bands) + 1)
        dated = layers.get(item_id, {})
        for day, number in dated.items():
            pieces[band_of((on - day).days, bands)] += number
        undated = quantity - sum(dated.values())
        aged.append(AgedItem(item, tuple(pieces), min(dated, default=None), undated))
    return aged


def oldest_units(
    uow: UnitOfWork,
    hall: Hall,
    *,
    item: Commodity,
    first: FirstDays,
    accounts: Collection[int] | None = None,
    most: int = 200,
) -> list[AgedUnit]:
    """Give the units of a model that could be sold, the oldest first: sell from the top."""
    query = (
        select(Unit.id, Unit.serial, Unit.opened_on, Account)
        .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
        .where(
            Unit.hall_id == hall.id,
            Unit.commodity_id == item.id,
            Unit.closed == 0,
            Account.kind.in_(SALE_KINDS),
        )
    )
    if accounts is not None:
        query = query.where(Unit.account_id.in_(sorted(accounts)))
    units = [
        AgedUnit(item, serial, place_of(account), first.get(unit_id, opened_on))
        for unit_id, serial, opened_on, account in uow.session.execute(query)
    ]
    return sorted(units, key=lambda unit: (unit.first_on, unit.serial))[:most]


def _unit_layers(
    uow: UnitOfWork, hall: Hall, first: FirstDays, on: dt.date
) -> dict[int, dict[dt.date, int]]:
    """Give item -> day -> units on hand since; units of other halls by their first day."""
    here = (
        select(Unit.commodity_id, Unit.opened_on, func.count())
        .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
        .where(Unit.hall_id == hall.id, Unit.closed == 0, Account.kind.in_(OUR_KINDS))
    )
    layers: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    own = here.where(Unit.came_from_hall.is_(None)).group_by(Unit.commodity_id, Unit.opened_on)
    for item, day, number in uow.session.execute(own):
        layers[item][day] += number
    came = here.where(Unit.came_from_hall.is_not(None)).with_only_columns(
        Unit.id, Unit.commodity_id, Unit.opened_on
    )
    for unit_id, item, day in uow.session.execute(came):
        layers[item][first.get(unit_id, day)] += 1
    for unit_id, item, day, number in _left_later(uow, hall, on):
        layers[item][first.get(unit_id, day)] += number
    return {
        item: {day: number for day, number in dated.items() if number}
        for item, dated in layers.items()
    }


def _left_later(
    uow: UnitOfWork, hall: Hall, on: dt.date
) -> Iterable[tuple[int, int, dt.date, int]]:
    """Give (unit, item, day it came here, 1 or -1): our own that left, or came, after the day."""
    inside = _ids(uow, hall, OUR_KINDS)
    left = func.sum(
        case((Posting.credit_account.in_(inside), 1), else_=0)
        - case((Posting.debit_account.in_(inside), 1), else_=0)
    )
    rows = uow.session.execute(
        select(Unit.id, Unit.commodity_id, Unit.opened_on, left)
        .join(Posting, (Posting.hall_id == Unit.hall_id) & (Posting.unit_id == Unit.id))
        .where(Posting.hall_id == hall.id, Posting.business_date > on)
        .group_by(Unit.id, Unit.commodity_id, Unit.opened_on)
        .having(left != 0)
    )
    return [(unit, item, day, int(number)) for unit, item, day, number in rows]


def _counted_layers(
    uow: UnitOfWork, hall: Hall, held: Mapping[int, tuple[Commodity, int]], on: dt.date
) -> dict[int, dict[dt.date, int]]:
    """Give item -> day -> pieces on hand since, for goods counted without serials."""
    wanted = {i: n for i, (item, n) in held.items() if item.tracking != "serial"}
    if not wanted:
        return {}
    layers: dict[int, dict[dt.date, int]] = {}
    for item, day, number in _receipts(uow, hall, wanted, on):
        missing = wanted[item] - sum(layers.get(item, {}).values())
        if missing > 0 and number > 0:
            layers.setdefault(item, {})[day] = min(missing, number)
    return layers


def _receipts(
    uow: UnitOfWork, hall: Hall, items: Iterable[int], on: dt.date
) -> list[tuple[int, dt.date, int]]:
    """Give (item, day, pieces) that came from outside up to a day, the latest day first."""
    inside, outside = _ids(uow, hall, OUR_KINDS), _ids(uow, hall, _BRINGS)
    came = func.sum(Posting.amount)
    rows = uow.session.execute(
        select(Posting.commodity_id, Posting.business_date, came)
        .where(
            Posting.hall_id == hall.id,
            Posting.commodity_id.in_(sorted(items)),
            Posting.unit_id == 0,
            Posting.business_date <= on,
            Posting.debit_account.in_(inside),
            Posting.credit_account.in_(outside),
        )
        .group_by(Posting.commodity_id, Posting.business_date)
        .order_by(Posting.business_date.desc())
    )
    return [(item, day, int(number)) for item, day, number in rows]


def _ids(uow: UnitOfWork, hall: Hall, kinds: Sequence[str]) -> list[int]:
    query = select(Account.id).where(Account.hall_id == hall.id, Account.kind.in_(kinds))
    return list(uow.session.scalars(query))
