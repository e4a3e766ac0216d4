"""What is on hand and the life of a unit, among 100,000 postings and among 10,000,000."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from sqlalchemy import text

from backoffice.database import make_engine, make_owner_engine
from ledger.work import UnitOfWork
from stock.holdings import list_holdings
from stock.unit_lives import lives_of
from tests.builders import OpenHall, open_hall, phone, place
from tests.databases import Databases

FEW, MANY = 100_000, 10_000_000
POSTINGS_A_UNIT = 20
LIMIT = 1.2
ROUNDS = 5
LOOKS = 200

# Each unit is received, then drawn and returned by turns; all but the first are older documents'.
UNITS = """
INSERT INTO units (hall_id, id, commodity_id, account_id, serial, cost_fen, opened_on, closed)
SELECT :hall, 1000 + u, :item, :store, 'S' || lpad(u::text, 9, '0'), 100000, DATE '2026-11-20', 0
  FROM generate_series(1, :units) u
"""
NAMES = """
INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)
SELECT 'sn', 'P1', 'S' || lpad(u::text, 9, '0'), :hall, 1000 + u FROM generate_series(1, :units) u
"""
DOCUMENTS = """
INSERT INTO documents (hall_id, id, kind, state, number, business_date, revision, maker_id,
       amount_fen, required_roles, remark)
SELECT :hall, d, 'draw', 'posted', '2026-CK-' || lpad(d::text, 6, '0'), DATE '2026-11-20', 1, 1, 0,
       '', ''
  FROM generate_series(1, :documents) d
"""
POSTINGS = """
INSERT INTO postings (hall_id, event_no, id, document_id, document_line, business_date,
       commodity_id, debit_account, credit_account, amount, unit_id)
SELECT :hall, 1, 1000 + (n - 1) * :units + u, 1 + ((n - 1) * :units + u) % :documents, 1,
       DATE '2026-11-20', :item, CASE WHEN n % 2 = 0 THEN :clerk ELSE :store END,
       CASE WHEN n = 1 THEN :supplier WHEN n % 2 = 0 THEN :store ELSE :clerk END, 1, 1000 + u
  FROM generate_series(1, :turns) n, generate_series(1, :units) u
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'postings' AND indexname LIKE 'ix_%'
"""
BALANCES = """
INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)
SELECT :hall, a.id, c.id, a.side, CASE WHEN a.side = 1 THEN :units ELSE -:units END
  FROM accounts a, commodities c WHERE a.hall_id = :hall
"""


def compare_histories(databases: Databases) -> bool:
    """Look at the same things in a short and a long history; gives whether both cost alike."""
    with databases.fresh("postgresql") as short, databases.fresh("postgresql") as long:
        halls = [_fill(short, FEW), _fill(long, MANY)]
        kept = [
            _compare(halls, "on hand, all items and places", _on_hand),
            _compare(halls, "the life of a unit", _life),
        ]
        for hall in halls:
            hall.engine.dispose()
    return all(kept)


def _fill(url: str, postings: int) -> OpenHall:
    hall = open_hall(make_engine(url))
    with hall.work() as uow:
        names = ("store", "supplier", "clerk A01", "clerk A02")
        store, supplier, clerk, _ = (place(uow, hall, name).id for name in names)
        items = [phone(uow, f"P{number}").id for number in range(1, 51)]
    facts = {
        "hall": hall.id,
        "item": items[0],
        "store": store,
        "supplier": supplier,
        "clerk": clerk,
        "units": postings // POSTINGS_A_UNIT,
        "turns": POSTINGS_A_UNIT,
        "documents": postings // 1_000,
    }
    owner = make_owner_engine(url)
    with owner.begin() as connection:
        for statement in (UNITS, NAMES, DOCUMENTS, BALANCES):
            connection.execute(text(statement), facts)
        # Indexes are made after the rows, in a third of the time.
        indexes = connection.execute(text(INDEXES)).all()
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text(POSTINGS), facts)
        for _, definition in indexes:
            connection.execute(text(definition))
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    owner.dispose()
    return hall


def _compare(
    halls: list[OpenHall], name: str, look: Callable[[UnitOfWork, OpenHall, int], int]
) -> bool:
    times: list[list[float]] = [[] for _ in halls]
    for number in range(ROUNDS):
        for place_in_list, hall in enumerate(halls):
            times[place_in_list].append(_look(hall, look, number))
    short, long = (statistics.median(times_of) for times_of in times)
    ratio = long / short
    kept = ratio <= LIMIT
    print(
        f"{name}\n  among {FEW:,} postings {1000 * short:.2f} ms,"
        f" among {MANY:,} {1000 * long:.2f} ms\n"
        f"  ratio {ratio:.2f}, limit {LIMIT:.2f}: {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def _look(hall: OpenHall, look: Callable[[UnitOfWork, OpenHall, int], int], number: int) -> float:
    """Give the median seconds of one look, the same units in each round: the first ones."""
    choice = random.Random(number)
    seconds = []
    with hall.read("K01") as uow:
        for _ in range(LOOKS):
            unit = choice.randint(1, FEW // POSTINGS_A_UNIT)
            start = time.perf_counter()
            found = look(uow, hall, unit)
            seconds.append(time.perf_counter() - start)
            assert found, unit
            uow.session.expunge_all()
    return statistics.median(seconds)


def _on_hand(uow: UnitOfWork, hall: OpenHall, _: int) -> int:
    return len(list_holdings(uow, hall.hall))


def _life(uow: UnitOfWork, hall: OpenHall, unit: int) -> int:
    (life,) = lives_of(uow, hall.hall, f"S{unit:09d}")
    assert len(life.now.steps) == POSTINGS_A_UNIT
    return len(life.names)
