"""What tests look at: every row, what each place holds, and that a refusal left no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import Table, select

from ledger.accounts import Account, Commodity
from ledger.balances import Balance
from ledger.errors import BackofficeError
from ledger.schema import Base
from ledger.units import Unit
from tests.builders import OpenHall


def everything(hall: OpenHall) -> dict[str, str | None]:
    """Give table -> the text of all its rows in order, None without any, for the whole database.

    One statement asks for all: asking table by table took longer than most acts it watches.
    """
    with hall.read() as uow:
        connection = uow.session.connection()
        asked = connection.exec_driver_sql(_all_rows(connection.dialect.name))
        return dict(asked.all())


@cache
def _all_rows(dialect: str) -> str:
    written = _rows_on_postgresql if dialect == "postgresql" else _rows_on_sqlite
    return " UNION ALL ".join(
        f"SELECT '{table.name}', {written(table)}" for table in Base.metadata.sorted_tables
    )


def _rows_on_postgresql(table: Table) -> str:
    return f"string_agg(t::text, chr(10) ORDER BY t::text) FROM {table.name} t"


def _rows_on_sqlite(table: Table) -> str:
    row = " || ',' || ".join(f"quote({column.name})" for column in table.columns)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    return f"group_concat({row}, char(10)) FROM (SELECT * FROM {table.name} ORDER BY {keys})"


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
