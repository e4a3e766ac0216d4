"""Where evidence lies: one immutable table for each kind of file, its columns those of the kind.

A row is kept as it was read: hall, batch (`intake_no`), place in the batch, line in the file, then
the kind's columns. `row_key` joins the kind's key. Times are microseconds UTC, money fen. A row is
current while its batch is not replaced and it came in first; repeats are not stored again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, SmallInteger, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from ledger.evidence.columns import CellType, Kind
from ledger.evidence.kinds import KINDS
from ledger.schema import IMMUTABLE, LATER, Base

SQL_NAMES = {"from": "moved_from", "to": "moved_to"}
SQL_TYPES: dict[CellType, type[TypeEngine[Any]]] = {
    CellType.TEXT: Text,
    CellType.TAG: Text,
    CellType.MONEY: BigInteger,
    CellType.INTEGER: BigInteger,
    CellType.INSTANT: BigInteger,
    CellType.FLAG: SmallInteger,
    CellType.DATE: Date,
}
LOOKUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "accounts": (
        ("txn_no",),
        ("invoice_code", "invoice_no"),
        ("original_txn_no",),
        ("tender_ref",),
        ("serial",),
        ("document_no",),
    ),
    "adjustments": (("document_no",),),
    "tenders": (("txn_no",), ("tender_ref",)),
    "settlements": (("tender_ref",), ("order_no",), ("refund_ref",)),
    "invoices": (
        ("invoice_code", "number"),
        ("invoice_no", "invoice_code"),
        ("txn_no",),
        ("original_no",),
        ("period", "subscriber"),
        ("digital_no",),
    ),
    "invoice_links": (("txn_no",), ("invoice_code", "invoice_no")),
    "deposits": (("covers_date",),),
    "refunds": (("subscriber",), ("original_txn_no",)),
    "declarations": (("clerk", "business_date"),),
    "activations": (("item", "serial"),),
}

# Looked up only where something stands in it: the blanks are left out of its index, which also
# keeps them out of the databases' idea of how many rows one value has.
OFTEN_BLANK = frozenset({"tender_ref", "order_no", "refund_ref", "serial", "period", "digital_no"})

# Of the lines of a day those about goods are few; this finds them, or that there are none.
NAMES_GOODS = "item <> '' OR serial <> ''"
# What a subscriber paid is looked for months back.
NAMES_SUBSCRIBER = "subscriber <> ''"
# Of the register few rows are of void forms.
IS_VOID = "status = 'void'"


class Intake(Base):
    """One imported file or sheet: what it was read as, by which mapping, and what it held."""

    __tablename__ = "intakes"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    layout: Mapped[str]
    business_date: Mapped[dt.date]
    file_name: Mapped[str]
    sha256: Mapped[str]
    mapping: Mapped[str]
    mapping_version: Mapped[str]
    row_count: Mapped[int]
    repeated_count: Mapped[int]
    sums: Mapped[str]
    notes: Mapped[str]
    at: Mapped[dt.datetime]
    person_id: Mapped[int]

    __table_args__ = (
        Index("ix_intakes_day", "hall_id", "business_date"),
        Index("ix_intakes_file", "hall_id", "sha256"),
        {"info": {IMMUTABLE: True}},
    )


class IntakeSource(Base):
    """That an intake brought a source of a day: rows dated so, or the day it was named for.

    `source` is the file kind, or `settlements:TENDER`. A source of a day has arrived when a current
    intake has such a row; `sum_fen` adds the kind's amounts.
    """

    __tablename__ = "intake_sources"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    source_no: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    business_date: Mapped[dt.date]
    row_count: Mapped[int]
    sum_fen: Mapped[int]

    __table_args__ = (
        Index("ix_intake_sources_day", "hall_id", "business_date", "source"),
        {"info": {IMMUTABLE: True}},
    )


class UnassignedRow(Base):
    """A row of a shared bill that names another hall's terminal or store, or none that is known."""

    __tablename__ = "unassigned_rows"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    file_line: Mapped[int]
    owner: Mapped[str]
    content: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class RawFile(Base):
    """The bytes of an intake as they came, zlib-compressed."""

    __tablename__ = "raw_files"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class IntakeReplacement(Base):
    """`old_no` is no longer current since `intake_no` came; both are kept."""

    __tablename__ = "intake_replacements"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    old_no: Mapped[int] = mapped_column(primary_key=True)
    intake_no: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class NilDeclaration(Base):
    """Somebody said that a source has nothing for a day."""

    __tablename__ = "nil_declarations"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    source: Mapped[str]
    person_id: Mapped[int]

    __table_args__ = (
        Index("ix_nil_declarations_day", "hall_id", "business_date"),
        {"info": {IMMUTABLE: True}},
    )


class OpeningFloat(Base):
    """What a clerk's drawer opened with on a day, in fen."""

    __tablename__ = "opening_floats"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    clerk: Mapped[str]
    amount: Mapped[int]

    __table_args__ = (
        Index("one_float_a_day", "hall_id", "business_date", "clerk", unique=True),
        {"info": {IMMUTABLE: True}},
    )


def sql_name(column: str) -> str:
    """Give the SQL name of a kind's column: reserved words get another one."""
    return SQL_NAMES.get(column, column)


def _evidence_table(kind: Kind) -> Table:
    name = f"evidence_{kind.name}"
    columns: list[Column[Any]] = [
        Column("hall_id", BigInteger, primary_key=True),
        Column("event_no", BigInteger, nullable=False),
        Column("intake_no", BigInteger, primary_key=True),
        Column("row_no", BigInteger, primary_key=True),
        Column("file_line", Integer, nullable=False),
        Column("row_key", Text, nullable=False),
        Column("business_date", Date, nullable=False),
    ]
    for column in kind.columns:
        if column.name == kind.business_date:
            continue
        nullable = column.default is None
        info = {LATER: column.default} if column.later else {}
        columns.append(
            Column(sql_name(column.name), SQL_TYPES[column.reads], nullable=nullable, info=info)
        )
    if kind.name == "invoices":
        columns.append(Column("number", BigInteger, nullable=False))
    indexes = [
        Index(f"ix_{name}_day", "hall_id", "business_date"),
        Index(f"ix_{name}_key", "hall_id", "row_key"),
        *(_lookup(name, lookup) for lookup in LOOKUPS.get(kind.name, ())),
    ]
    if kind.name == "invoices":
        void = text(IS_VOID)
        indexes.append(
            Index(
                f"ix_{name}_void",
                "hall_id",
                "business_date",
                sqlite_where=void,
                postgresql_where=void,
            )
        )
    if kind.name == "accounts":
        indexes.append(_few(f"ix_{name}_goods", "business_date", where=NAMES_GOODS))
        indexes.append(
            _few(f"ix_{name}_subscriber", "subscriber", "business_date", where=NAMES_SUBSCRIBER)
        )
    if kind.name == "invoices":
        indexes.append(_few(f"ix_{name}_billed", "business_date", "period", where="period <> ''"))
        indexes.append(_few(f"ix_{name}_both_numbers", "business_date", where="digital_no <> ''"))
    return Table(name, Base.metadata, *columns, *indexes, info={IMMUTABLE: True})


def _lookup(table_name: str, columns: tuple[str, ...]) -> Index:
    name = f"ix_{table_name}_{'_'.join(columns)}"
    if columns[0] not in OFTEN_BLANK:
        return Index(name, "hall_id", *columns)
    return _few(name, *columns, where=f"{columns[0]} <> ''")


def _few(name: str, *columns: str, where: str) -> Index:
    """Index only the few rows that meet a condition."""
    few = text(where)
    return Index(name, "hall_id", *columns, sqlite_where=few, postgresql_where=few)


EVIDENCE_TABLES: dict[str, Table] = {
    kind.name: _evidence_table(kind) for kind in KINDS.values() if kind.role == "evidence"
}
