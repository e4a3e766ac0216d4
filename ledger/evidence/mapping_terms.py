"""One entry of a mapping's [columns], checked and made into an operation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ledger.evidence import mapping_operations as operations
from ledger.evidence.cells import UnreadableCell, cell_reader
from ledger.evidence.columns import CellType, Column
from ledger.evidence.mapping_operations import Operation
from ledger.text import Text

Term = Any
"""What TOML can hold: text, number, flag, date, list or table."""

Mistake = tuple[str, Text]
SOURCES = ("column", "constant", "join", "sum", "product", "counter")
_CHANGES = (
    "separator",
    "minus",
    "round",
    "sign",
    "sign_from",
    "negative",
    "strip_prefix",
    "strip_suffix",
    "values",
    "starts_with",
    "otherwise",
    "default",
    "format",
)
_NUMBERS = (CellType.MONEY, CellType.INTEGER)
_TIMES = (CellType.INSTANT, CellType.DATE)


def read_operation(column: Column, term: Term) -> tuple[Operation | None, list[Mistake]]:
    """Give the operation for one of our columns, or what is wrong with its entry."""
    if isinstance(term, str):
        return operations.take(term), []
    if not isinstance(term, dict):
        return None, [("", _NEITHER)]
    reader = _TermReader(column, term)
    operation = reader.read()
    return (None if reader.mistakes else operation), reader.mistakes


class _TermReader:
    def __init__(self, column: Column, term: dict[str, Term]) -> None:
        self.column = column
        self.term = term
        self.mistakes: list[Mistake] = []

    def read(self) -> Operation | None:
        for key in self.term.keys() - set(SOURCES) - set(_CHANGES):
            self._note(
                f".{key}",
                f"没有这种运算,可用:{'、'.join((*SOURCES, *_CHANGES))}。",
                f"There is no such operation; there are {', '.join((*SOURCES, *_CHANGES))}.",
            )
        sources = [key for key in SOURCES if key in self.term]
        if len(sources) != 1:
            self._note(
                "",
                f"需要且只能有一个来源:{'、'.join(SOURCES)}。",
                f"It needs exactly one source: {', '.join(SOURCES)}.",
            )
            return None
        self._refuse_misplaced(sources[0])
        operation = self._source(sources[0])
        return None if operation is None else self._changed(operation)

    def _note(self, where: str, zh: str, en: str) -> None:
        self.mistakes.append((where, Text(zh, en)))

    def _refuse_misplaced(self, source: str) -> None:
        """Refuse changes that mean nothing for this source or this column."""
        numbers, times = self.column.reads in _NUMBERS, self.column.reads in _TIMES
        allowed = {
            "separator": source == "join",
            "minus": source == "sum",
            "round": self.column.reads is CellType.MONEY,
            "sign": numbers,
            "sign_from": numbers,
            "negative": "sign_from" in self.term,
            "format": times,
            "otherwise": "values" in self.term or "starts_with" in self.term,
        }
        for key, fits in allowed.items():
            if key in self.term and not fits:
                self._note(
                    f".{key}",
                    f"{self.column.name} 的这一项用不上 {key}。",
                    f"`{key}` has no meaning here for {self.column.name}.",
                )
        if source in ("sum", "product") and not numbers:
            self._note(
                f".{source}",
                f"{self.column.name} 不是数,不能相加或相乘。",
                f"{self.column.name} is no number: it cannot be a {source}.",
            )

    def _source(self, source: str) -> Operation | None:
        value = self.term[source]
        if source == "column":
            return operations.take(self._text(".column", value))
        if source == "constant":
            return operations.constant(self._constant(".constant", value))
        names = self._names(f".{source}", [value] if source == "counter" else value)
        if source == "counter":
            return operations.counter(names)
        if source == "join":
            return operations.join(names, self._text(".separator", self.term.get("separator", "")))
        if source == "sum":
            return operations.add(names, self._names(".minus", self.term.get("minus", [])))
        return operations.multiply(names)

    def _changed(self, operation: Operation) -> Operation:
        for change in self._text_changes():
            operation = operations.then(operation, change)
        if "sign_from" in self.term:
            operation = operations.sign_from(
                operation,
                self._text(".sign_from", self.term["sign_from"]),
                self._names(".negative", self.term.get("negative", [])),
            )
        sign = self.term.get("sign")
        if sign in ("negate", "absolute"):
            operation = operations.then(operation, operations.with_sign(sign))
        elif sign is not None:
            self._note(".sign", "应为 negate 或 absolute。", "It must be negate or absolute.")
        rounding = self.term.get("round", "exact")
        if rounding in operations.ROUNDINGS:
            operation = operations.then(operation, operations.rounded(rounding))
        elif rounding != "exact":
            known = ", ".join((*operations.ROUNDINGS, "exact"))
            self._note(".round", f"应为 {known} 之一。", f"It must be one of {known}.")
        return operation

    def _text_changes(self) -> list[Callable[[str], str]]:
        changes: list[Callable[[str], str]] = []
        if "strip_prefix" in self.term:
            prefix = self._text(".strip_prefix", self.term["strip_prefix"])
            changes.append(operations.without_prefix(prefix))
        if "strip_suffix" in self.term:
            suffix = self._text(".strip_suffix", self.term["strip_suffix"])
            changes.append(operations.without_suffix(suffix))
        if "default" in self.term:
            changes.append(operations.or_default(self._constant(".default", self.term["default"])))
        otherwise = self.term.get("otherwise")
        rest = None if otherwise is None else self._constant(".otherwise", otherwise)
        if "values" in self.term:
            changes.append(operations.translated(self._values(".values"), rest))
        if "starts_with" in self.term:
            changes.append(operations.by_start(self._values(".starts_with"), rest))
        if "format" in self.term:
            changes.append(operations.by_format(self._text(".format", self.term["format"])))
        return changes

    def _values(self, where: str) -> dict[str, str]:
        table = self.term[where[1:]]
        if not isinstance(table, dict):
            self._note(where, "应为一张表。", "It must be a table.")
            return {}
        return {key: self._constant(f"{where}.{key}", value) for key, value in table.items()}

    def _constant(self, where: str, value: Term) -> str:
        """Take a fixed value, and make sure now that the column can read it."""
        if isinstance(value, bool):
            text = "1" if value else "0"
        elif isinstance(value, datetime | date):
            text = value.isoformat()
        elif isinstance(value, str | int):
            text = str(value)
        else:
            # An amount written without quotes is no exact number any more.
            self._note(where, "请写成文本,如 “12.50”。", 'Write it as text, such as "12.50".')
            return ""
        try:
            cell_reader(self.column)(text)
        except UnreadableCell as unreadable:
            self.mistakes.append((where, unreadable.text))
        return text

    def _text(self, where: str, value: Term) -> str:
        if isinstance(value, str):
            return value
        self._note(where, "应为文本。", "It must be a text.")
        return ""

    def _names(self, where: str, value: Term) -> tuple[str, ...]:
        if where == ".counter" and value and isinstance(value[0], list):
            value = value[0]
        names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        if names and (value or where == ".minus"):
            return tuple(value)
        self._note(where, "应为一列列名。", "It must be a list of column names.")
        return ()


_NEITHER = Text(
    "应为源文件的列名,或一张表如 { constant = “...” }。",
    'It must be the name of a column, or a table such as { constant = "..." }.',
)
