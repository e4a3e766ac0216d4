"""The life of one unit (一机一档): names, place, cost, every document, and its life in other halls.

Each hall keeps a unit of its own for the same piece, and one that came names the unit it was. Of a
hall whose stock the reader may not see nothing is told but that it was another hall.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.accounts import Account, Commodity
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.permissions import may
from ledger.postings import Posting
from ledger.units import IDENTIFIER_KINDS, Identifier, Unit
from ledger.work import UnitOfWork
from stock.holdings import OUR_KINDS, own_accounts

LONGEST_CHAIN = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One movement: when, from where to where, by which document."""

    date: dt.date
    origin: Account
    goal: Account
    document: Document | None


@dataclass(frozen=True, slots=True)
class HallLife:
    """The unit in one hall's books; `hall` None is a hall the reader may not see, and all empty.

    `left`: the hall is no longer the holder of the unit's names.
    """

    hall: Hall | None
    unit: Unit | None = None
    item: Commodity | None = None
    place: Account | None = None
    steps: tuple[Step, ...] = ()
    left: bool = False


@dataclass(frozen=True, slots=True)
class UnitLife:
    """One piece through all halls: its names, and its lives in the order they were lived."""

    names: tuple[Identifier, ...]
    lives: tuple[HallLife, ...]
    holder: tuple[int, int]
    """The hall that holds its names now, and its unit there."""

    @property
    def now(self) -> HallLife:
        """The last life: where the piece is today, as far as the reader may know."""
        return self.lives[-1]

    @property
    def is_on_hand(self) -> bool:
        """Tell whether it is goods in stock still, and so has an age; in another hall it may be."""
        return self.now.place is None or self.now.place.kind in OUR_KINDS


def lives_of(uow: UnitOfWork, hall: Hall, value: str) -> list[UnitLife]:
    """Give the life of every piece that the name stands for and that ever was in this hall.

    A piece that never was here is not told of, unless the reader may see the hall where it is. Who
    only sees his own custody gets what passed through it.
    """
    found: list[UnitLife] = []
    told: set[tuple[int, int]] = set()
    for holder, unit_id in _named(uow, value):
        chain = _chain(uow, holder, unit_id)
        chain = _with_departed(uow, hall, value, chain)
        if not any(key in told for key in chain) and _is_told(uow, hall, chain):
            told.update(chain)
            found.append(_life(uow, hall, chain, _names(uow, holder, unit_id)))
    return found


def _named(uow: UnitOfWork, value: str) -> list[tuple[int, int]]:
    rows = uow.session.execute(
        select(Identifier.holder_hall_id, Identifier.unit_id)
        .where(Identifier.kind.in_(IDENTIFIER_KINDS), Identifier.value == value)
        .order_by(Identifier.kind, Identifier.namespace)
    )
    return list(dict.fromkeys((hall_id, unit_id) for hall_id, unit_id in rows))


def _names(uow: UnitOfWork, holder: int, unit_id: int) -> tuple[Identifier, ...]:
    rows = uow.session.scalars(
        select(Identifier)
        .where(Identifier.holder_hall_id == holder, Identifier.unit_id == unit_id)
        .order_by(Identifier.kind, Identifier.value)
    )
    return tuple(rows)


def sees_stock(uow: UnitOfWork, hall_id: int) -> bool:
    """Tell whether the reader may see all goods of a hall."""
    if not uow.actor.sees(hall_id):
        return False
    return may(uow, hall_id, "stock", "oversee") or may(uow, hall_id, "audit", "view")


def _chain(uow: UnitOfWork, hall_id: int, unit_id: int) -> list[tuple[int, int]]:
    """Give (hall, unit) of every life, the first one first, as far back as can be read."""
    chain = [(hall_id, unit_id)]
    while len(chain) < LONGEST_CHAIN and uow.actor.sees(chain[-1][0]):
        unit = uow.session.get(Unit, chain[-1])
        if unit is None or unit.came_from_hall is None or unit.came_from_unit is None:
            break
        chain.append((unit.came_from_hall, unit.came_from_unit))
    return chain[::-1]


def _with_departed(
    uow: UnitOfWork, hall: Hall, value: str, chain: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Add the lives in this hall that a chain broken by an unseen hall does not reach."""
    holder, unit_id = chain[-1]
    values = {value} | {name.value for name in _names(uow, holder, unit_id)}
    of_serial = select(Unit.id).where(Unit.hall_id == hall.id, Unit.serial.in_(sorted(values)))
    on_the_way = uow.session.scalars(
        select(Account.id).where(Account.hall_id == hall.id, Account.kind == "transit")
    ).all()
    # Few units are on their way; those another hall has taken over are closed, and have an index.
    departed = {*uow.session.scalars(of_serial.where(text("closed = 1")))}
    if on_the_way:
        departed |= {*uow.session.scalars(of_serial.where(Unit.account_id.in_(on_the_way)))}
    return [*((hall.id, one) for one in sorted(departed) if (hall.id, one) not in chain), *chain]


def _is_told(uow: UnitOfWork, hall: Hall, chain: Sequence[tuple[int, int]]) -> bool:
    here = [unit_id for hall_id, unit_id in chain if hall_id == hall.id]
    if sees_stock(uow, hall.id):
        return bool(here) or sees_stock(uow, chain[-1][0])
    own = own_accounts(uow, hall)
    touched = uow.session.scalar(
        select(Posting.id)
        .where(
            Posting.hall_id == hall.id,
            Posting.unit_id.in_(here),
            Posting.debit_account.in_(own),
        )
        .limit(1)
    )
    return touched is not None


def first_day(uow: UnitOfWork, hall_id: int, unit_id: int) -> dt.date | None:
    """Give the day the company first had a unit; `uow` must see the halls it came through."""
    key = _chain(uow, hall_id, unit_id)[0]
    unit = uow.session.get(Unit, key) if uow.actor.sees(key[0]) else None
    return None if unit is None else unit.opened_on


def _life(
    uow: UnitOfWork, hall: Hall, chain: Sequence[tuple[int, int]], names: tuple[Identifier, ...]
) -> UnitLife:
    lives = [
        _hall_life(uow, hall_id, unit_id, left=(hall_id, unit_id) != chain[-1])
        if hall_id == hall.id or sees_stock(uow, hall_id)
        else HallLife(None, left=(hall_id, unit_id) != chain[-1])
        for hall_id, unit_id in chain
    ]
    return UnitLife(names, tuple(lives), chain[-1])


def _hall_life(uow: UnitOfWork, hall_id: int, unit_id: int, *, left: bool) -> HallLife:
    unit = uow.session.get(Unit, (hall_id, unit_id))
    if unit is None:
        return HallLife(None, left=left)
    postings = uow.session.scalars(
        select(Posting)
        .where(Posting.hall_id == hall_id, Posting.unit_id == unit_id)
        .order_by(Posting.event_no, Posting.id)
    ).all()
    documents = _documents(uow, hall_id, postings)
    accounts = _accounts(uow, hall_id, postings, unit)
    return HallLife(
        hall=uow.session.get_one(Hall, hall_id),
        unit=unit,
        item=uow.session.get_one(Commodity, unit.commodity_id),
        place=accounts[unit.account_id],
        steps=tuple(
            Step(
                posting.business_date,
                accounts[posting.credit_account],
                accounts[posting.debit_account],
                documents.get(posting.document_id),
            )
            for posting in postings
        ),
        left=left,
    )


def _documents(uow: UnitOfWork, hall_id: int, postings: Iterable[Posting]) -> dict[int, Document]:
    rows = uow.session.scalars(
        select(Document).where(
            Document.hall_id == hall_id, Document.id.in_({p.document_id for p in postings})
        )
    )
    return {document.id: document for document in rows}


def _accounts(
    uow: UnitOfWork, hall_id: int, postings: Iterable[Posting], unit: Unit
) -> dict[int, Account]:
    ids = {unit.account_id}
    for posting in postings:
        ids |= {posting.debit_account, posting.credit_account}
    rows = uow.session.scalars(
        select(Account).where(Account.hall_id == hall_id, Account.id.in_(ids))
    )
    return {account.id: account for account in rows}
