"""Real orders against real payments, by mappings: the differences that integer cents show."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine

from tests.scenarios.made_halls import audit, open_hall, receive_mapped

DAY = dt.date(2018, 1, 2)
"""The constant date of both mappings."""

Expected = dict[str, tuple[int, int]]
"""Subject -> what was booked and what was settled, in cents."""


def _cents(amount: str) -> int:
    whole, _, cents = amount.partition(".")
    assert len(cents) == 2, amount
    return int(whole) * 100 + int(cents)


def _orders(file: Path, *amounts: str) -> Counter[str]:
    """Add up some columns of a file by order."""
    orders: Counter[str] = Counter()
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            orders[row["order_id"]] += sum(_cents(row[amount]) for amount in amounts)
    return orders


def _expected(items: Path, payments: Path) -> dict[str, Expected]:
    lines, paid = _orders(items, "price", "freight_value"), _orders(payments, "payment_value")
    return {
        "T01": {f"ref:pos/{o}": (lines[o], 0) for o in lines.keys() - paid.keys()},
        "T02": {f"ref:pos/{o}": (0, paid[o]) for o in paid.keys() - lines.keys()},
        "T03": {
            f"ref:pos/{o}": (lines[o], paid[o])
            for o in lines.keys() & paid.keys()
            if lines[o] != paid[o]
        },
        "T04": {},
        "T05": {},
    }


def test_orders_and_payments_disagree_just_where_their_cents_do(
    engine: Engine, tmp_path: Path, shared_data: Path
) -> None:
    files = shared_data / "olist-orders-vs-payments"
    items, payments = files / "order_items_ids_0-9.csv.gz", files / "order_payments_ids_0-9.csv.gz"
    open_hall(engine, tmp_path / "hall", code="OLIST", date=DAY)
    lines = receive_mapped(engine, items, mapping="olist-items", hall="OLIST", date=DAY)
    settled = receive_mapped(engine, payments, mapping="olist-payments", hall="OLIST", date=DAY)
    assert (lines.row_count, settled.row_count) == (70_123, 61_842)

    findings = audit(engine, "OLIST", DAY)

    expected = _expected(items, payments)
    for check, differences in expected.items():
        found = {f.subject: (f.expected, f.found) for f in findings if f.check == check}
        assert found == differences, check
    assert [len(expected[check]) for check in ("T01", "T02", "T03")] == [0, 497, 374]
