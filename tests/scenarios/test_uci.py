"""Eight months of real invoice lines as one clerk's forms: every gap in their numbers is found."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from tests.databases import Databases
from tests.scenarios.made_halls import audit_days, open_hall, receive_mapped

FILE = Path("uci-online-retail/online_retail_2010-12-01_2011-07-31.csv.gz")
CODE = "032001100111"
OPENED = dt.date(2010, 12, 1)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _first_used(file: Path) -> dict[int, dt.date]:
    """Give each number, plain or C, with the date it was first used."""
    first: dict[int, dt.date] = {}
    for row in _lines(file):
        number = int(row["InvoiceNo"].removeprefix("C"))
        used = dt.date.fromisoformat(row["InvoiceDate"][:10])
        first[number] = min(used, first.get(number, used))
    return first


def _missing_by_day(first_used: dict[int, dt.date]) -> Counter[dt.date]:
    """Count each number that nobody used on the first day a higher one was."""
    missing: Counter[dt.date] = Counter()
    noticed = dt.date.max
    for number in range(max(first_used), min(first_used) - 1, -1):
        if number in first_used:
            noticed = min(noticed, first_used[number])
        else:
            missing[noticed] += 1
    return missing


def _numbers_named(subject: str) -> int:
    """How many numbers `invoice:CODE/NO` or `invoice:CODE/FIRST-LAST` names."""
    first, _, last = subject.removeprefix(f"invoice:{CODE}/").partition("-")
    return int(last or first) - int(first) + 1


@pytest.fixture
def sqlite_engine(databases: Databases) -> Iterator[Engine]:
    """Give the application's engine on a fresh SQLite database."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def test_the_daily_gaps_sum_to_all_missing_numbers(
    sqlite_engine: Engine, tmp_path: Path, shared_data: Path
) -> None:
    file = shared_data / FILE
    first_used = _first_used(file)
    first, last = min(first_used), max(first_used)
    books = f"{CODE},{first},{last},{last - first + 1},continuous,A01\n"
    head = "invoice_code,first_no,last_no,count,carrier,clerk\n"
    open_hall(sqlite_engine, tmp_path / "hall", code="UCI", date=OPENED, books=head + books)
    lines = receive_mapped(sqlite_engine, file, mapping="uci-lines", hall="UCI", date=OPENED)
    receive_mapped(sqlite_engine, file, mapping="uci-register", hall="UCI", date=OPENED)
    assert lines.row_count == 285_421
    assert lines.sums["received"] == sum(
        int(
            (Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100).quantize(
                Decimal(1), ROUND_HALF_UP
            )
        )
        for row in _lines(file)
    )

    found: Counter[dt.date] = Counter()
    for _, dates in groupby(sorted(set(first_used.values())), lambda date: date.replace(day=1)):
        for date, check, subject in audit_days(sqlite_engine, "UCI", list(dates)):
            if check == "P01":
                found[date] += _numbers_named(subject)

    assert +found == _missing_by_day(first_used)
    assert found.total() == 10_817
