"""The shape all tables share: constraint names, column types, which tables are immutable."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

IMMUTABLE = "immutable"
LATER = "later"
"""Beside a column that an immutable table got when it had rows: what stands in those rows."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class Instant(TypeDecorator[dt.datetime]):
    """An aware time kept as integer microseconds since 1970 UTC, the same on each database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:
        """Store an aware datetime; a naive one is a programmer's error."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> dt.datetime | None:
        """Give the time back in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0: the same in plain SQL on each database."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """Store 1 or 0."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Give True or False back."""
        return None if value is None else bool(value)


def microseconds(moment: dt.datetime) -> int:
    """Give an aware time as integer microseconds since 1970 UTC."""
    assert moment.tzinfo is not None, "a time without offset has no meaning here"
    return (moment - EPOCH) // MICROSECOND


class Base(DeclarativeBase):
    """Declarative base; integers are 64 bit, texts unlimited, times `Instant`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger().with_variant(Integer(), "sqlite"),
        bool: Flag(),
        str: Text(),
        bytes: LargeBinary(),
        dt.datetime: Instant(),
        dt.date: Date(),
    }


def immutable_tables() -> list[Table]:
    """Give every table whose rows are never changed or deleted, by name."""
    tables = Base.metadata.tables.values()
    return sorted((table for table in tables if table.info.get(IMMUTABLE)), key=lambda t: t.name)


def hall_tables() -> list[Table]:
    """Give every table whose rows belong to one hall, by name: those whose key begins with it."""
    return sorted(
        (
            table
            for table in Base.metadata.tables.values()
            if next(iter(table.primary_key.columns)).name == "hall_id"
        ),
        key=lambda t: t.name,
    )
