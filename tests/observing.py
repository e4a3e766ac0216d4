"""What tests look at: every row, what each place holds, and that a refusal left no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from ledger.accounts import Account, Commodity
from ledger.balances import Balance
from ledger.errors import BackofficeError
from ledger.schema import Base
from ledger.units import Unit
from tests.builders import OpenHall


def everything(hall: OpenHall) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table of the hall's database, in key order."""
    with hall.read() as uow:
        return {
            table.name: [
                tuple(row)
                for row in uow.session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def refused(
    hall: OpenHall, error: type[BackofficeError]
) -> Iterator[pytest.ExceptionInfo[BackofficeError]]:
    """The block is refused with this error, and nothing in the database is other than before."""
    before = everything(hall)
    with pytest.raises(error) as refusal:
        yield refusal
    assert everything(hall) == before


def held(hall: OpenHall) -> dict[tuple[str, str], int]:
    """Give (place, item) -> amount, zeros left out; places are named as in `builders.place`."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Account.kind, Account.holder, Commodity.code, Balance.amount)
            .join(
                Balance, (Balance.hall_id == Account.hall_id) & (Balance.account_id == Account.id)
            )
            .join(Commodity, Commodity.id == Balance.commodity_id)
            .where(Account.hall_id == hall.id, Balance.amount != 0)
        )
        return {(f"{kind} {holder}".strip(), item): n for kind, holder, item, n in rows}


def whereabouts(hall: OpenHall) -> dict[str, str]:
    """Give serial -> place for each unit of the hall."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Unit.serial, Account.kind, Account.holder)
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .where(Unit.hall_id == hall.id)
        )
        return {serial: f"{kind} {holder}".strip() for serial, kind, holder in rows}
