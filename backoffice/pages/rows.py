"""Rows of evidence as a page lists them: current ones, narrowed by their own columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, and_, func, select

from ledger.audit.wording import source_text
from ledger.evidence.columns import CellType, Column, Kind
from ledger.evidence.kinds import KINDS
from ledger.evidence.late_tables import LateRow
from ledger.evidence.tables import EVIDENCE_TABLES, IntakeReplacement, sql_name
from ledger.organisations import business_date
from ledger.text import Text
from ledger.work import UnitOfWork

T = TypeVar("T")
PAGE_ROWS = 100
EMPTY = (None, "", 0)
# What every row has and nobody looks for in one.
PLAIN_FACTS = frozenset({"line_no", "shift_no"})
EVIDENCE_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.role == "evidence")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: where it stands in its file, whether current, and its cells."""

    intake_no: int
    row_no: int
    file_line: int
    business_date: dt.date
    current: bool
    cells: Mapping[str, Any]

    @property
    def page(self) -> int:
        """The page of its batch on which it stands."""
        return -(-self.row_no // PAGE_ROWS)

    def __getitem__(self, name: str) -> Any:
        """Give the cell of a column."""
        return self.cells[name]


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One page of a long list: what stands on it, of how many, and the number of the page."""

    rows: Sequence[T]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_ROWS))


def part_of(rows: Sequence[T], asked: int) -> Part[T]:
    """Give the page asked for of rows that are all at hand; the nearest where there is none."""
    number = max(1, min(asked, -(-len(rows) // PAGE_ROWS)))
    return Part(rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS], len(rows), number)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a kind: those of this page; of all, how many there are and their sums in fen."""

    kind: Kind
    rows: Sequence[Row]
    total: int
    number: int
    sums: Mapping[str, int]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_ROWS))

    @property
    def columns(self) -> list[Column]:
        """The columns worth a place on this page."""
        return columns_worth(self.rows, self.kind.name)


def columns_worth(rows: Sequence[Row], kind: str) -> list[Column]:
    """Give the columns worth a place: required ones, and those that say anything in these rows."""
    return [
        column
        for column in KINDS[kind].columns
        if (not column.optional or any(row.cells[column.name] not in EMPTY for row in rows))
        and not _says_nothing_new(column, kind, rows)
    ]


def facts_of(row: Row, kind: str) -> list[Column]:
    """Give the columns of one row that say something, for a list of its facts."""
    return [
        column
        for column in KINDS[kind].columns
        if row.cells[column.name] not in EMPTY
        and column.name not in PLAIN_FACTS
        and not _says_nothing_new(column, kind, [row])
    ]


def _says_nothing_new(column: Column, kind: str, rows: Sequence[Row]) -> bool:
    """A business date that is the day of the row's own time needs no column."""
    if column.name != KINDS[kind].business_date:
        return False
    times = [row.cells[KINDS[kind].dated_by] for row in rows]
    dates = [row.business_date for row in rows]
    return [business_date(time) for time in times] == dates


def kind_name(kind: str) -> Text:
    """Give the name of a kind of file in both languages."""
    return source_text(kind) if kind in EVIDENCE_TABLES else Text(KINDS[kind].zh, kind)


def column_name(column: Column) -> Text:
    """Give the name of a column in both languages."""
    return Text(column.zh, column.name.replace("_", " ").capitalize())


def find_rows(
    uow: UnitOfWork,
    hall_id: int,
    kind: str,
    *,
    date: dt.date | None = None,
    intake_no: int | None = None,
    where: Mapping[str, object] | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> list[Row]:
    """Give all rows that fit, current ones alone unless one batch is asked for."""
    table = EVIDENCE_TABLES[kind]
    wanted = _wanted(table, hall_id, date=date, intake_no=intake_no, where=where, also=also)
    query = select(table).where(wanted).order_by(table.c.intake_no, table.c.row_no)
    return _rows(uow, hall_id, KINDS[kind], query)


def page_of_rows(
    uow: UnitOfWork,
    hall_id: int,
    kind: str,
    *,
    number: int = 1,
    date: dt.date | None = None,
    intake_no: int | None = None,
    where: Mapping[str, object] | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """Give one page of the rows that fit; a number beyond the last gives the last."""
    table = EVIDENCE_TABLES[kind]
    wanted = _wanted(table, hall_id, date=date, intake_no=intake_no, where=where, also=also)
    money = [c.name for c in KINDS[kind].columns if c.reads is CellType.MONEY]
    added = [func.coalesce(func.sum(table.c[sql_name(name)]), 0) for name in money]
    total, *sums = uow.session.execute(select(func.count(), *added).where(wanted)).one()
    number = max(1, min(number, -(-total // PAGE_ROWS)))
    query = (
        select(table)
        .where(wanted)
        .order_by(table.c.intake_no, table.c.row_no)
        .limit(PAGE_ROWS)
        .offset((number - 1) * PAGE_ROWS)
    )
    return Page(
        kind=KINDS[kind],
        rows=_rows(uow, hall_id, KINDS[kind], query),
        total=total,
        number=number,
        sums={name: int(fen) for name, fen in zip(money, sums, strict=True)},
    )


def first_late_rows(
    uow: UnitOfWork, hall_id: int, kind: str, intake_no: int, date: dt.date
) -> list[Row]:
    """Give the first late rows of a batch and day, as many as a page holds: none is current."""
    stored = [c.name for c in KINDS[kind].columns if c.name != KINDS[kind].business_date]
    late = uow.session.scalars(
        select(LateRow)
        .where(
            LateRow.hall_id == hall_id,
            LateRow.intake_no == intake_no,
            LateRow.business_date == date,
        )
        .order_by(LateRow.row_no)
        .limit(PAGE_ROWS)
    )
    return [
        Row(
            intake_no=intake_no,
            row_no=row.row_no,
            file_line=row.file_line,
            business_date=date,
            current=False,
            cells={KINDS[kind].business_date: date}
            | dict(zip(stored, json.loads(row.content), strict=True)),
        )
        for row in late
    ]


def values_of(uow: UnitOfWork, hall_id: int, kind: str, name: str, *, date: dt.date) -> list[str]:
    """Give the different values of a column in a day's current rows, to choose one by."""
    column = column_of(kind, name)
    wanted = _wanted(EVIDENCE_TABLES[kind], hall_id, date=date)
    values = uow.session.scalars(select(column).where(wanted).distinct().order_by(column))
    return [str(value) for value in values if value not in EMPTY]


def count_rows(uow: UnitOfWork, hall_id: int, date: dt.date) -> dict[str, int]:
    """Give kind -> number of current rows of a day."""
    counts = {}
    for kind, table in EVIDENCE_TABLES.items():
        wanted = _wanted(table, hall_id, date=date)
        counts[kind] = uow.session.scalar(select(func.count()).select_from(table).where(wanted))
    return {kind: number for kind, number in counts.items() if number}


def replaced_batches(uow: UnitOfWork, hall_id: int) -> dict[int, int]:
    """Give replaced batch -> the batch that replaced it."""
    rows = uow.session.execute(
        select(IntakeReplacement.old_no, IntakeReplacement.intake_no).where(
            IntakeReplacement.hall_id == hall_id
        )
    )
    return dict(rows.all())


def column_of(kind: str, name: str) -> ColumnElement[Any]:
    """Give the database column of a kind's column, to filter by."""
    return EVIDENCE_TABLES[kind].c[sql_name(name)]


def _wanted(
    table: Table,
    hall_id: int,
    *,
    date: dt.date | None,
    intake_no: int | None = None,
    where: Mapping[str, object] | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [table.c.hall_id == hall_id, *also]
    if date is not None:
        conditions.append(table.c.business_date == date)
    if intake_no is not None:
        conditions.append(table.c.intake_no == intake_no)
    else:
        replaced = select(IntakeReplacement.old_no).where(IntakeReplacement.hall_id == hall_id)
        conditions.append(table.c.intake_no.not_in(replaced))
    conditions.extend(table.c[sql_name(name)] == value for name, value in (where or {}).items())
    return and_(*conditions)


def _rows(uow: UnitOfWork, hall_id: int, kind: Kind, query: Any) -> list[Row]:
    replaced = replaced_batches(uow, hall_id)
    names = {column.name: sql_name(column.name) for column in kind.columns}
    return [
        Row(
            intake_no=row["intake_no"],
            row_no=row["row_no"],
            file_line=row["file_line"],
            business_date=row["business_date"],
            current=row["intake_no"] not in replaced,
            cells={name: row[stored] for name, stored in names.items()},
        )
        for row in uow.session.execute(query).mappings()
    ]
