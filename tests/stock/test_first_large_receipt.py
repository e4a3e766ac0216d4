"""After a large first receipt, and before anybody has analysed the tables, acts stay quick.

PostgreSQL then knows how many rows a table has and nothing of what is in them. Whether a statement
looked each unit up, or read them all for each, is told by the rows it fetched, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text

from backoffice.database import make_engine, make_owner_engine
from ledger.accounts import register_commodity
from ledger.documents import Document
from ledger.work import UnitOfWork
from stock.goods_lines import GoodsLine, judge_lines
from stock.moves import MoveLine, submit_move
from tests.builders import OpenHall, open_hall, place
from tests.databases import Databases

RECEIVED = 100_000
MOVED = 300

# What a receipt of so many units writes, without the time it takes to write it.
_UNITS = """
INSERT INTO units (hall_id, id, commodity_id, account_id, serial, cost_fen, opened_on, closed)
SELECT :hall, 1000 + u, :item, :store, 'S' || u, 100000, DATE '2026-11-20', 0
  FROM generate_series(1, :units) u
"""
_NAMES = """
INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)
SELECT 'sn', 'T1', 'S' || u, :hall, 1000 + u FROM generate_series(1, :units) u
"""
_BALANCES = """
INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)
VALUES (:hall, :store, :item, 1, :units), (:hall, :supplier, :item, -1, -:units)
"""
_FETCHED = """
SELECT COALESCE(SUM(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables
 WHERE relname IN ('units', 'identifiers')
"""


@pytest.fixture(scope="module")
def received(databases: Databases) -> Iterator[OpenHall]:
    """Give a hall with RECEIVED units in its store, in tables nobody has analysed."""
    with databases.fresh("postgresql") as url:
        engine = make_engine(url)
        hall = open_hall(engine)
        with hall.work() as uow:
            item = register_commodity(
                uow, code="T1", name="T1", category="test_card", tracking="serial"
            )
            facts = {
                "hall": hall.id,
                "item": item.id,
                "units": RECEIVED,
                "store": place(uow, hall, "store").id,
                "supplier": place(uow, hall, "supplier").id,
            }
        owner = make_owner_engine(url)
        _multiply(owner, facts)
        yield hall
        owner.dispose()
        engine.dispose()


def _multiply(owner: Engine, facts: dict[str, int]) -> None:
    with owner.begin() as connection:
        for table in ("units", "identifiers"):
            connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
        for statement in (_UNITS, _NAMES, _BALANCES):
            connection.execute(text(statement), facts)
        connection.execute(
            text("UPDATE hall_heads SET last_row = 1000 + :units WHERE hall_id = :hall"), facts
        )


def _fetched(hall: OpenHall, act: Callable[[UnitOfWork], object]) -> int:
    """Do something as one unit of work; gives how many rows of units and names it fetched."""
    with hall.work() as uow:
        act(uow)
        return int(uow.session.execute(text(_FETCHED)).scalar_one())


def _moves(hall: OpenHall, kind: str, first: int, **more: str) -> Callable[[UnitOfWork], Document]:
    holder = more.pop("holder", "")
    lines = [MoveLine("", 0, f"S{first + number}", "", holder) for number in range(MOVED)]
    return lambda uow: submit_move(uow, hall=hall.hall, kind=kind, lines=lines, facts=more)


def test_units_are_looked_up_and_not_all_read_for_each(received: OpenHall) -> None:
    moved = (
        _moves(received, "draw", 1, holder="A01"),
        _moves(received, "return", 1, holder="A01"),
        _moves(received, "draw", 1, holder="A01"),
        _moves(received, "scrap", 50_000, reason="damaged"),
    )
    for act in moved:
        # Some statements may read all units once, as a hash join does; none once for each serial.
        assert _fetched(received, act) < 20 * RECEIVED
    lines = [GoodsLine(number, "T1", f"N{number}") for number in range(2, MOVED)]
    judging = _fetched(received, lambda uow: judge_lines(uow, hall=received.hall, lines=lines))
    assert judging < 20 * RECEIVED
