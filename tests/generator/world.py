"""A made-up hall in memory: who works there, and the rows of each of its days before writing.

Rows hold text only: money as `58.00`, times as `2026-11-20 09:01:00`. A cell whose name begins with
an underscore tells the closing of the day something and is never written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.generator.shelves import Shelves

Row = dict[str, str]


@dataclass(frozen=True)
class Staff:
    """One staff number of the hall; `person` is set where one human has several."""

    number: str
    name: str
    roles: tuple[str, ...]
    kind: str = "person"
    person: str = ""

    @property
    def human(self) -> str:
        """The human behind the number."""
        return self.person or self.number


@dataclass
class Range:
    """Numbers of one book or run of forms in one person's hands; `next` is the next to use."""

    code: str
    first: int
    last: int
    next: int

    def number(self, value: int) -> str:
        """Write one of its numbers with its leading zeros."""
        return f"{value:08d}"


@dataclass(frozen=True)
class Style:
    """How a hall's computer writes its files."""

    chinese: bool = False
    encoding: str = "utf-8"
    line_end: str = "\n"
    time_separator: str = " "
    offset: str = ""
    short_money: bool = False


@dataclass
class Day:
    """One business day: opening floats by staff number in fen, and rows by kind of file."""

    date: str
    is_last: bool = False
    floats: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    expected: list[str] | None = None
    working: list[str] = field(default_factory=list)

    def at(self, clock: str) -> datetime:
        """Give a time of this day, such as 09:30:00."""
        return datetime.fromisoformat(f"{self.date} {clock}")

    def lines(self, txn_no: str) -> list[Row]:
        """Give the account lines of one transaction."""
        return [row for row in self.rows["accounts"] if row["txn_no"] == txn_no]


@dataclass
class Hall:
    """One hall with its days, and the counters that keep its numbers apart."""

    code: str
    name: str
    organisation: str
    rng: Random
    style: Style
    staff: list[Staff]
    tenders: dict[str, tuple[str, str]]
    days: list[Day]
    order_tenders: frozenset[str] = frozenset()
    counters: dict[str, list[str]] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    issued: Counter[str] = field(default_factory=Counter)
    limits: dict[str, int] = field(default_factory=dict)
    refund_handlers: list[str] = field(default_factory=list)
    shelves: Shelves = field(default_factory=Shelves)

    @property
    def number(self) -> int:
        """The number in its code, which keeps its forms and serials apart from other halls'."""
        return int(self.code[1:])

    def count(self, what: str) -> int:
        """Give the next number of a series, from 1."""
        self.issued[what] += 1
        return self.issued[what]

    def day_on(self, day: str) -> Day | None:
        """Give the day of a date, or None outside the hall's days."""
        return next((one for one in self.days if one.date == day), None)

    def after(self, day: Day, days: int = 1) -> Day | None:
        """Give the day so many days later, if the hall has it."""
        return self.day_on(shift_date(day.date, days))

    def numbers_of(self, human: str) -> list[str]:
        """Give the staff numbers of one human, lowest first."""
        return sorted(one.number for one in self.staff if one.human == human)

    def human(self, number: str) -> str:
        """Give the human behind a number; one not on the roster is his own."""
        return next((one.human for one in self.staff if one.number == number), number)

    def clerks(self) -> list[str]:
        """Give the humans who sell, in order."""
        humans = {one.human for one in self.staff if "clerk" in one.roles and one.kind == "person"}
        return sorted(humans, key=lambda human: self.numbers_of(human)[0])


def shift_date(day: str, days: int) -> str:
    """Give the date so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen_of(text: str) -> int:
    """Read what `yuan` wrote; an empty cell is 0."""
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("-").partition(".")
    return sign * (int(whole or 0) * 100 + int((rest or "0").ljust(2, "0")))


def clock(moment: datetime) -> str:
    """Write a time the way rows hold it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def luhn_digit(body: str) -> str:
    """Give the check digit that makes `body` + digit valid modulo 10."""
    total = 0
    for position, character in enumerate(reversed(body)):
        digit = int(character) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)
