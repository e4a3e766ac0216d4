"""Counts of goods: opening one, who counts, and what everybody may know of it (DOMAIN STK-11).

A count is blind: whoever counts learns nothing of what is expected before he has finished.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.accounts import ACCOUNT_KINDS, DEBIT, Account, Commodity, open_account
from ledger.actors import Employment, RoleGrant
from ledger.documents import Document
from ledger.duties.separation import require_apart
from ledger.events import OpenEvent, record
from ledger.hall_days import open_days
from ledger.hall_rules import CounterClerk
from ledger.organisations import Hall, lock_head
from ledger.permissions import LEADERS, may, require
from ledger.schema import Base
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.count_errors import (
    CountIsBlind,
    CountNeedsOversight,
    CountNeedsTwo,
    CountNotOpen,
    CountUnderWay,
    NotCounter,
    UnknownCount,
    UnknownPlace,
)
from stock.count_tables import COUNT_STATES, COUNTING, Count, CountRound
from stock.errors import UnknownHolder, UnknownItem

PLACES = ("store", "clerk", "counter", "demo", "repair", "transit", "agent", "borrower", "care")
HELD_BY_NAME = ("clerk", "counter", "agent", "borrower")
OVERSEERS = LEADERS | {"auditor", "department"}
OVERSEEN = ("weekly", "monthly")
DEAD_PAPERS = ("rejected", "cancelled", "reversed")
LIVE = ("open", "finished", "recounting")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two who count: staff numbers and persons."""

    counter: str
    counter_id: int
    witness: str
    witness_id: int


def open_count(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    place: str,
    counter: str,
    witness: str,
    items: Sequence[str] = (),
    categories: Sequence[str] = (),
    on: dt.date | None = None,
) -> Count:
    """Open a count of a place, `store` or `clerk A01`; all goods unless items or categories say.

    The books as they stand now are its snapshot. Raises CountNeedsTwo, CountNeedsOversight,
    CountUnderWay, UnknownPlace, UnknownHolder and UnknownItem.
    """
    require(uow, hall.id, "count", "open")
    scope_kind, scope = _scope(uow, items, categories)
    date = on or uow.today
    lock_head(uow, hall.id)
    account = place_to_count(uow, hall.id, place)
    pair = find_pair(uow, hall.id, kind=kind, account=account, counter=counter, witness=witness)
    standing = uow.session.scalar(
        select(Count.count_no).where(
            Count.hall_id == hall.id, Count.account_id == account.id, Count.state.in_(LIVE)
        )
    )
    if standing is not None:
        raise CountUnderWay(count=standing)
    open_days(uow, hall.id, [date])
    last = uow.session.scalar(select(func.max(Count.count_no)).where(Count.hall_id == hall.id))
    number = (last or 0) + 1
    with record(
        uow,
        hall_id=hall.id,
        act="count.opened",
        subject=f"count:{number}",
        business_date=date,
        facts={"kind": kind, "place": place, "scope": scope},
    ) as event:
        count = Count(
            hall_id=hall.id,
            count_no=number,
            kind=kind,
            state="open",
            account_id=account.id,
            scope_kind=scope_kind,
            scope=scope,
            business_date=date,
            opened_at=uow.now,
            opened_by=uow.actor.person_id,
            snapshot_event=event.event_no,
            snapshot_row=event.take_rows(0) - 1,
            until_row=None,
            document_id=None,
            intake_no=None,
        )
        begin_round(event, count, 1, pair, "")
        uow.session.add(count)
    return count


def begin_round(event: OpenEvent, count: Count, number: int, pair: Pair, recount_of: str) -> None:
    """Write who counts from now on, and set the head to it."""
    who = (pair.counter, pair.counter_id, pair.witness, pair.witness_id)
    count.round, count.recount_of = number, recount_of
    count.counter, count.counter_id, count.witness, count.witness_id = who
    count.taken = count.twice = count.unknown = count.unreadable = 0
    rounds = Base.metadata.tables[CountRound.__tablename__]
    event.insert(rounds, [(count.count_no, number, *who, recount_of)])


def _scope(uow: UnitOfWork, items: Sequence[str], categories: Sequence[str]) -> tuple[str, str]:
    if items:
        known = set(uow.session.scalars(select(Commodity.code).where(Commodity.code.in_(items))))
        for item in items:
            if item not in known:
                raise UnknownItem(item=item)
        return "items", ",".join(sorted(set(items)))
    for category in categories:
        if category not in GOODS:
            raise UnknownItem(item=category)
    return ("categories" if categories else "all"), ",".join(sorted(set(categories)))


def place_to_count(uow: UnitOfWork, hall_id: int, place: str) -> Account:
    """Give the account written as `store` or `clerk A01`; raises UnknownPlace."""
    kind, _, holder = place.partition(" ")
    if kind not in PLACES or ACCOUNT_KINDS[kind].side != DEBIT:
        raise UnknownPlace(place=place)
    known = uow.session.scalar(
        select(Account).where(
            Account.hall_id == hall_id, Account.kind == kind, Account.holder == holder
        )
    )
    if known is not None:
        return known
    session = uow.session
    named = {
        "clerk": lambda: session.get(Employment, (hall_id, holder)) is not None,
        "counter": lambda: (
            session.scalar(
                select(CounterClerk.counter)
                .where(CounterClerk.hall_id == hall_id, CounterClerk.counter == holder)
                .limit(1)
            )
            is not None
        ),
    }
    exists = named[kind]() if kind in named else not holder and kind not in HELD_BY_NAME
    if not exists:
        raise UnknownPlace(place=place)
    return open_account(uow, hall_id, kind, holder)


def find_pair(
    uow: UnitOfWork, hall_id: int, *, kind: str, account: Account, counter: str, witness: str
) -> Pair:
    """Give the two persons of the numbers; raises what forbids these two to count the place."""
    numbers = {}
    for number in (counter, witness):
        employment = uow.session.get(Employment, (hall_id, number))
        if employment is None or employment.kind != "person":
            raise UnknownHolder(holder=number)
        numbers[number] = employment.person_id
    pair = Pair(counter, numbers[counter], witness, numbers[witness])
    roles = {person: _roles_of(uow, hall_id, person) for person in numbers.values()}
    keeps = [_keeps(uow, account, person, roles[person]) for person in roles]
    if pair.counter_id == pair.witness_id or all(keeps):
        raise CountNeedsTwo(counter=counter, witness=witness)
    require_apart(
        uow,
        hall_id,
        uow.today,
        "supervises",
        person_id=pair.witness_id,
    )
    if kind in OVERSEEN and not any(held & OVERSEERS for held in roles.values()):
        raise CountNeedsOversight
    return pair


def _roles_of(uow: UnitOfWork, hall_id: int, person_id: int) -> frozenset[str]:
    today = uow.today
    rows = uow.session.scalars(
        select(RoleGrant.role)
        .join(
            Employment,
            (Employment.hall_id == RoleGrant.hall_id) & (Employment.number == RoleGrant.number),
        )
        .where(
            RoleGrant.hall_id == hall_id,
            Employment.person_id == person_id,
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to >= today,
        )
    )
    return frozenset(rows)


def _keeps(uow: UnitOfWork, account: Account, person_id: int, roles: frozenset[str]) -> bool:
    """Whether the goods of the place are in this person's keeping."""
    session = uow.session
    if account.kind == "clerk":
        holder = session.get(Employment, (account.hall_id, account.holder))
        return holder is not None and holder.person_id == person_id
    if account.kind == "counter":
        clerks = select(CounterClerk.clerk).where(
            CounterClerk.hall_id == account.hall_id, CounterClerk.counter == account.holder
        )
        return person_id in session.scalars(
            select(Employment.person_id).where(
                Employment.hall_id == account.hall_id, Employment.number.in_(clerks)
            )
        )
    return "stock_keeper" in roles


def find_count(uow: UnitOfWork, hall_id: int, count_no: int, *, lock: bool = False) -> Count:
    """Give the count; locked after the hall's head where it will change. Raises UnknownCount."""
    query = select(Count).where(Count.hall_id == hall_id, Count.count_no == count_no)
    if lock:
        lock_head(uow, hall_id)
        query = query.with_for_update()
    count = uow.session.scalar(query, execution_options={"populate_existing": True})
    if count is None:
        raise UnknownCount(count=count_no)
    return count


def state_of(uow: UnitOfWork, count: Count) -> str:
    """Give the state that counts: a result that was refused leaves the count finished."""
    if count.state != "settled" or count.document_id is None:
        return count.state
    document = uow.session.get(Document, (count.hall_id, count.document_id))
    refused = document is not None and document.state in DEAD_PAPERS
    return "finished" if refused else "settled"


def require_state(uow: UnitOfWork, count: Count, *states: str) -> None:
    """Go on only in one of the states; raises CountNotOpen."""
    state = state_of(uow, count)
    if state not in states:
        raise CountNotOpen(count.count_no, COUNT_STATES[state])


def counts_in(uow: UnitOfWork, count: Count) -> bool:
    """Tell whether the actor is one of the two who count in the present round."""
    return uow.actor.person_id in (count.counter_id, count.witness_id)


def require_counting(uow: UnitOfWork, count: Count, *, finishing: bool = False) -> None:
    """Go on only for those who count, while they do; raises CountNotOpen and NotCounter."""
    require_state(uow, count, *COUNTING)
    mine = uow.actor.person_id == count.counter_id if finishing else counts_in(uow, count)
    if not mine:
        raise NotCounter(count=count.count_no, counter=count.counter, witness=count.witness)


def require_sight(uow: UnitOfWork, count: Count) -> None:
    """Go on only for who may see what is expected: nobody who still counts (STK-11, blind).

    Raises CountIsBlind and NotPermitted.
    """
    if state_of(uow, count) in COUNTING:
        if counts_in(uow, count):
            raise CountIsBlind(count=count.count_no)
        require(uow, count.hall_id, "count", "watch")
    elif not counts_in(uow, count):
        require(uow, count.hall_id, "count", "view")


def require_not_counting(uow: UnitOfWork, hall_id: int, account_id: int | None = None) -> None:
    """Go on unless the actor is counting now, that place or any: what is on hand would tell him.

    Raises CountIsBlind.
    """
    person = uow.actor.person_id
    query = select(Count.count_no).where(
        Count.hall_id == hall_id,
        Count.state.in_(COUNTING),
        (Count.counter_id == person) | (Count.witness_id == person),
    )
    if account_id is not None:
        query = query.where(Count.account_id == account_id)
    number = uow.session.scalar(query.limit(1))
    if number is not None:
        raise CountIsBlind(count=number)


def sees_differences(uow: UnitOfWork, count: Count) -> bool:
    """Tell whether `require_sight` would let the actor pass."""
    if state_of(uow, count) in COUNTING:
        return not counts_in(uow, count) and may(uow, count.hall_id, "count", "watch")
    return counts_in(uow, count) or may(uow, count.hall_id, "count", "view")


def list_counts(uow: UnitOfWork, hall_id: int, *, limit: int = 200) -> list[Count]:
    """Give the hall's counts, the latest first: all of them, or those the actor counts in."""
    query = select(Count).where(Count.hall_id == hall_id)
    if not may(uow, hall_id, "count", "view"):
        person = uow.actor.person_id
        rounds = select(CountRound.count_no).where(
            CountRound.hall_id == hall_id,
            (CountRound.counter_id == person) | (CountRound.witness_id == person),
        )
        query = query.where(Count.count_no.in_(rounds))
    return list(uow.session.scalars(query.order_by(Count.count_no.desc()).limit(limit)))
