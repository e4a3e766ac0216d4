"""The hall's places and items, each looked up once for all lines of a document or file."""

from __future__ import annotations

from sqlalchemy import select

from ledger.accounts import Account, Commodity, open_account
from ledger.actors import Employment
from ledger.hall_rules import CounterClerk
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.errors import UnknownHolder, UnknownItem


class Places:
    """Accounts and commodities of one hall by the names people use."""

    def __init__(self, uow: UnitOfWork, hall: Hall) -> None:
        self.uow, self.hall = uow, hall
        session = uow.session
        self.commodities = {c.code: c for c in session.scalars(select(Commodity))}
        self.persons: dict[str, int] = dict(
            session.execute(
                select(Employment.number, Employment.person_id).where(Employment.hall_id == hall.id)
            ).all()
        )
        pairs = session.execute(
            select(CounterClerk.counter, CounterClerk.clerk).where(CounterClerk.hall_id == hall.id)
        )
        self.counters: dict[str, set[str]] = {}
        for counter, clerk in pairs:
            self.counters.setdefault(counter, set()).add(clerk)
        self._accounts: dict[tuple[str, str], Account] = {}

    def item(self, code: str) -> Commodity:
        """Give the item of that code; raises UnknownItem."""
        commodity = self.commodities.get(code)
        if commodity is None:
            raise UnknownItem(item=code)
        return commodity

    def account(self, kind: str, holder: str = "") -> Account:
        """Give the hall's account of that kind and holder."""
        key = (kind, holder)
        if key not in self._accounts:
            self._accounts[key] = open_account(self.uow, self.hall.id, kind, holder)
        return self._accounts[key]

    def custody(self, holder: str) -> Account:
        """Give the account of a clerk or shared counter; raises UnknownHolder."""
        if holder in self.counters:
            return self.account("counter", holder)
        if holder in self.persons:
            return self.account("clerk", holder)
        raise UnknownHolder(holder=holder)

    def is_held_by_actor(self, account: Account) -> bool:
        """Tell whether a custody account is the actor's own, or a counter he works at."""
        numbers = {n for n, person in self.persons.items() if person == self.uow.actor.person_id}
        if account.kind == "counter":
            return bool(numbers & self.counters.get(account.holder, set()))
        return account.kind == "clerk" and account.holder in numbers
