"""What a column and a kind of file are, and the few sorts of column there are.

A cell of `Reading.rows` has the type of its column: TEXT and TAG str, MONEY int (fen), INTEGER int,
FLAG int (0 or 1), INSTANT int (microseconds since 1970-01-01 UTC), DATE datetime.date; and the
column's `default` where the cell is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Role = Literal["catalogue", "document", "evidence"]


class CellType(Enum):
    """How the text of a cell is read."""

    TEXT = "text"
    MONEY = "money"
    INTEGER = "integer"
    FLAG = "flag"
    INSTANT = "instant"
    DATE = "date"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its two names, how it is read, and what an empty cell becomes.

    `optional`: the column may be absent. `may_be_blank`: the column must be there, its cells may be
    empty. `exact`: an identifier whose every digit counts, so that a numeric cell of a workbook
    is refused. `choices` are the tags as stored, `choices_zh` the Chinese words for them in order.
    `limit` is the longest text in characters. `later`: older rows were kept without this column.
    """

    name: str
    zh: str
    reads: CellType = CellType.TEXT
    optional: bool = False
    may_be_blank: bool = False
    default: str | int | None = ""
    choices: tuple[str, ...] = ()
    choices_zh: tuple[str, ...] = ()
    exact: bool = False
    limit: int = 64
    later: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: `key` names its rows, `dated_by` the column that gives the business date.

    `dated_by` is '' where rows carry no time, so that the day named at import serves;
    `business_date` is the column that overrides it, or ''.
    """

    name: str
    zh: str
    role: Role
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    dated_by: str = ""
    business_date: str = ""

    def column(self, name: str) -> Column:
        """Give the column called `name`; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def position(self, name: str) -> int:
        """Give the place of column `name` in a row of a Reading."""
        return self.columns.index(self.column(name))


def text(
    name: str,
    zh: str,
    *,
    optional: bool = False,
    blank: bool = False,
    limit: int = 64,
    later: bool = False,
) -> Column:
    """A word, a name or a note."""
    return Column(name, zh, optional=optional, may_be_blank=blank, limit=limit, later=later)


def number(
    name: str, zh: str, *, optional: bool = False, blank: bool = False, later: bool = False
) -> Column:
    """A number of a paper, a unit or a reference: text in which every digit counts."""
    return Column(name, zh, optional=optional, may_be_blank=blank, exact=True, later=later)


def money(
    name: str,
    zh: str,
    *,
    optional: bool = False,
    default: int | None = None,
    later: bool = False,
) -> Column:
    """An amount in yuan with two decimals, stored as fen."""
    return Column(name, zh, CellType.MONEY, optional=optional, default=default, later=later)


def integer(name: str, zh: str, *, optional: bool = False) -> Column:
    """A whole number."""
    return Column(name, zh, CellType.INTEGER, optional=optional, default=None)


def flag(name: str, zh: str) -> Column:
    """Yes or no, written 1 or 0; no where it is empty."""
    return Column(name, zh, CellType.FLAG, optional=True, default=0)


def instant(name: str, zh: str, *, optional: bool = False) -> Column:
    """A date and clock time; Asia/Shanghai where no offset is written."""
    return Column(name, zh, CellType.INSTANT, optional=optional, default=None)


def date(name: str, zh: str, *, optional: bool = False) -> Column:
    """A calendar date."""
    return Column(name, zh, CellType.DATE, optional=optional, default=None)


def tag(name: str, zh: str, choices: str, choices_zh: str, *, default: str | None = None) -> Column:
    """A word of a closed list, in English or in Chinese; optional where it has a `default`."""
    return Column(
        name,
        zh,
        CellType.TAG,
        optional=default is not None,
        default=default,
        choices=tuple(choices.split()),
        choices_zh=tuple(choices_zh.split()),
    )
