"""Any one changed, removed or added row of any immutable table is found, and where it is."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger.schema import Base, immutable_tables
from tests.ledger.tampering import (
    FAR,
    FAR_OFF,
    Books,
    add,
    change,
    last_event,
    other_values,
    remove,
    rows_of,
)

TABLES = [table.name for table in immutable_tables()]


def test_untouched_books_show_no_difference(books: Books) -> None:
    with books.below() as connection:
        assert books.verify(connection) == []
        for table in immutable_tables():
            assert rows_of(connection, table, books.hall.id), f"{table.name} was not filled"


def test_a_change_of_any_column_of_any_table_is_found(books: Books) -> None:
    """Many tables are tampered with at once, one column each: every one has to be named."""
    plans = {name: tampers(books, name) for name in TABLES if name != "events"}
    changed = set()
    missed = set()
    for turn in range(max(map(len, plans.values()))):
        with books.below() as connection:
            done = {
                (plan[turn][0]["event_no"], name, plan[turn][1], plan[turn][2])
                for name, plan in plans.items()
                if turn < len(plan) and change(connection, Base.metadata.tables[name], *plan[turn])
            }
            found = {(each.event_no, each.place) for each in books.verify(connection)}
        missed |= {each for each in done if each[:2] not in found}
        changed |= {(name, column) for _, name, column, _ in done}
    assert missed == set()
    assert changed == {
        (name, column.name) for name in plans for column in Base.metadata.tables[name].columns
    }


def test_a_change_of_any_column_of_an_event_is_found_first_and_there(books: Books) -> None:
    events = Base.metadata.tables["events"]
    found = {}
    for row, column, other in tampers(books, "events"):
        with books.below() as connection:
            if change(connection, events, row, column, other):
                found[row["event_no"], column, other] = books.first(connection)
    assert {key: first for key, first in found.items() if first != (key[0], "events")} == {}
    assert {column for _, column, _ in found} == set(events.columns.keys())


def tampers(books: Books, name: str) -> list[tuple[dict[str, object], str, object]]:
    """Give (row, column, other value) for one row, and for the NULLs of a second one."""
    table = Base.metadata.tables[name]
    with books.below() as connection:
        first, *rest = rows_of(connection, table, books.hall.id)[:2]
    values = list(first.items())
    nulls = [(row, item) for row in rest for item in row.items() if item[1] is None]
    return [
        (row, column, other)
        for row, (column, value) in [*((first, item) for item in values), *nulls]
        for other in other_values(table, column, value)
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_changed_row_is_found_first_at_its_event_and_table(books: Books, name: str) -> None:
    table = Base.metadata.tables[name]
    row, column, other = tampers(books, name)[-1]
    with books.below() as connection:
        assert change(connection, table, row, column, other)
        assert books.first(connection) == (row["event_no"], name)


@pytest.mark.parametrize("name", TABLES)
def test_a_removed_row_is_found_at_its_event_and_table(books: Books, name: str) -> None:
    table = Base.metadata.tables[name]
    with books.below() as connection:
        row = rows_of(connection, table, books.hall.id)[0]
        assert remove(connection, table, row)
        assert books.first(connection) == (row["event_no"], name)


@pytest.mark.parametrize("name", TABLES)
def test_an_added_row_is_found_at_its_event_and_table(books: Books, name: str) -> None:
    table = Base.metadata.tables[name]
    with books.below() as connection:
        row = dict(rows_of(connection, table, books.hall.id)[0])
        key = [column.name for column in table.primary_key.columns][-1]
        last = row[key]
        row[key] = f"{last} more"
        if isinstance(last, int):
            row[key] = last + FAR
        elif isinstance(last, dt.date):
            row[key] = last + FAR_OFF
        if name == "events":
            row[key] = last_event(connection, books.hall.id) + 1
        # Another UNIQUE may hold the copy back; then it gets other values as well.
        columns = [column for column in row if not table.c[column].primary_key]
        while not add(connection, table, row):
            column = columns.pop()
            if column != "event_no":
                row[column] = other_values(table, column, row[column])[0]
        assert books.first(connection) == (row["event_no"], name)
