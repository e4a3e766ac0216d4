"""What a form about invoice forms brings along: fields, chosen runs, keyed lines, used books."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from backoffice.form_asked import code_named
from invoices.form_lines import FormLine
from ledger.errors import Invalid
from ledger.money import read_fen
from ledger.text import Text
from ledger.times import HALL_TIME

VALUE_LIMIT = 500
KEYED_LINES = 4
MOST_KEYED = 60
COUNT_DIGITS = 7
LARGEST_YUAN = 13
"""Digits of the largest amount that is read."""
AN_AMOUNT = Text(
    "请填写金额,如 58.00,最多两位小数", "an amount such as 58.00, with two decimals at most"
)
TOO_LARGE = Text("金额过大,请核对位数", "too large an amount; check its digits")
A_NUMBER = Text(
    f"请填写整数,至多 {COUNT_DIGITS} 位", f"a whole number of {COUNT_DIGITS} digits at most"
)
_BETWEEN = re.compile(r"[\s,,、;;]+")
LINE_FIELDS = ("code", "first", "last", "count")


class FieldUnreadable(Invalid):
    """A field of a form cannot be read; the error stands beside it."""

    code = "field_unreadable"
    text = Text("{name}:{why}", "{name}: {why}")

    def __init__(self, at: str, name: Text, why: Text) -> None:
        super().__init__(at=at, name=name, why=why)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed: its fields, keyed lines, the runs and books ticked."""

    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...] = ()
    picks: tuple[str, ...] = ()
    runs: Mapping[str, str] = field(default_factory=dict)
    books: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        """Give a field as typed, '' where nothing was."""
        return self.fields.get(name, "")

    def day(self, name: str, text: Text) -> dt.date | None:
        """Give the date of a field, None where it is empty."""
        if not self[name]:
            return None
        try:
            return dt.date.fromisoformat(self[name])
        except ValueError as wrong:
            raise FieldUnreadable(
                name, text, Text("请填写日期,如 2026-11-20", "a date such as 2026-11-20")
            ) from wrong

    def moment(self, name: str, text: Text) -> dt.datetime | None:
        """Give the moment of a field by the hall's clock, None where it is empty."""
        if not self[name]:
            return None
        try:
            return dt.datetime.fromisoformat(self[name]).replace(tzinfo=HALL_TIME)
        except ValueError as wrong:
            raise FieldUnreadable(
                name,
                text,
                Text("请填写日期和时间,如 2026-11-20 10:30", "date and time: 2026-11-20 10:30"),
            ) from wrong

    def fen(self, name: str, text: Text) -> int | None:
        """Give the amount of a field in fen, None where it is empty."""
        return read_amount(name, self[name], text) if self[name] else None

    def count(self, name: str, text: Text, *, default: int = 0) -> int:
        """Give the whole number of a field."""
        return read_count(name, self[name], text) if self[name] else default

    def keyed(self) -> list[FormLine]:
        """Give the lines that were keyed, those without any number left out."""
        return [
            FormLine(
                invoice_code=line["code"],
                first_no=line["first"],
                last_no=line["last"],
                count=read_count("lines", line["count"], Text("份数", "Count"))
                if line["count"]
                else 0,
            )
            for line in self.lines
            if line["first"] or line["last"]
        ]

    def picked(self, *, clerk: str = "", to_clerk: str = "") -> list[FormLine]:
        """Give the runs that were ticked; a holder of blanks stands in the pick itself."""
        return [self._picked(pick, clerk, to_clerk) for pick in self.picks]

    def _picked(self, pick: str, clerk: str, to_clerk: str) -> FormLine:
        code, first, holder = [*pick.split("/"), "", ""][:3]
        counted = self.runs.get(f"count:{pick}", "")
        return FormLine(
            invoice_code=code_named(code),
            first_no=self.runs.get(f"first:{pick}") or first,
            last_no=self.runs.get(f"last:{pick}", ""),
            count=read_count("picks", counted, Text("实点", "Counted")) if counted else 0,
            clerk=holder or clerk,
            to_clerk=to_clerk,
        )


def read_form(form: MultiDict[str, str]) -> Typed:
    """Give a form as it was sent."""
    runs = ("first:", "last:", "count:")
    columns = [form.getlist(f"line-{name}")[:MOST_KEYED] for name in LINE_FIELDS]
    return Typed(
        fields={name: value.strip()[:VALUE_LIMIT] for name, value in form.items()},
        lines=tuple(
            {name: value.strip() for name, value in zip(LINE_FIELDS, line, strict=True)}
            for line in zip(*columns, strict=False)
        ),
        picks=tuple(form.getlist("pick")),
        runs={name: value.strip() for name, value in form.items() if name.startswith(runs)},
        books=tuple(form.getlist("book")),
    )


def with_prefill(typed: Typed, pairs: Iterable[tuple[str, str]]) -> Typed:
    """Give a form with what the address says put into the fields that take it."""
    given = {name: typed[source] for name, source in pairs if typed[source] and not typed[name]}
    return replace(typed, fields={**typed.fields, **given})


def words_of(value: str) -> list[str]:
    """Give the words of a field, by spaces, commas or lines."""
    return [word for word in _BETWEEN.split(value) if word]


def read_amount(at: str, value: str, text: Text) -> int:
    """Give an amount in fen; raises FieldUnreadable."""
    try:
        return read_fen(value)
    except ValueError as wrong:
        whole = value.strip().lstrip("+-").partition(".")[0].replace(",", "")
        large = whole.isdecimal() and len(whole) > LARGEST_YUAN
        raise FieldUnreadable(at, text, TOO_LARGE if large else AN_AMOUNT) from wrong


def read_count(at: str, value: str, text: Text) -> int:
    """Give a whole number; raises FieldUnreadable."""
    if not (value.isascii() and value.isdecimal() and len(value) <= COUNT_DIGITS):
        raise FieldUnreadable(at, text, A_NUMBER)
    return int(value)
