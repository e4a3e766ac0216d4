"""Named mappings: a TOML file that says how a foreign export becomes rows of one kind.

A mapping is checked whole before any file is read with it; docs/mappings.md shows how to write one.
Its version is the SHA-256 of its canonical form, so the same rules always have the same version.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, field

from ledger.errors import BadInput, Problem
from ledger.evidence.kinds import KINDS, CellType, Kind
from ledger.evidence.mapping_operations import Operation
from ledger.evidence.mapping_terms import Term, read_operation
from ledger.text import Text

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_TOP = frozenset({"name", "kind", "about", "file", "rows", "columns", "group"})
_FILE = frozenset({"delimiter", "encoding", "skip_lines", "columns", "sheet"})
_CONDITIONS = ("in", "not_in", "starts_with", "not_starts_with")
_DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "tab": "\t"}
_ENCODINGS = {"utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "utf-16": "utf-16"}


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file is cut; what is '' or () is found by looking at it."""

    delimiter: str = ""
    encoding: str = ""
    skip_lines: int = 0
    columns: tuple[str, ...] = ()
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A row is kept only where the cell of `column` is, or begins with, one of `values`, or not."""

    column: str
    values: tuple[str, ...]
    at_start: bool
    wanted: bool

    def holds(self, cell: str) -> bool:
        """Say whether a cell meets it."""
        text = cell.strip()
        met = text.startswith(self.values) if self.at_start else text in self.values
        return met is self.wanted


@dataclass(frozen=True, slots=True)
class Group:
    """Rows equal in `by` become one, `sums` added up; all other columns must agree."""

    by: tuple[str, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked mapping: our columns and what each is made of."""

    name: str
    kind: Kind
    version: str
    file: FileShape
    conditions: tuple[Condition, ...]
    operations: dict[str, Operation] = field(default_factory=dict)
    group: Group | None = None


def load_mapping(text: str, *, file: str = "") -> Mapping:
    """Read and check a mapping; raises BadInput naming every mistake by its place in the TOML."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise BadInput(
            [Problem(Text(f"不是有效的 TOML:{broken}。", f"No valid TOML: {broken}."), file=file)]
        ) from None
    checker = _Checker(raw, file)
    mapping = checker.check()
    if checker.problems or mapping is None:
        raise BadInput(checker.problems)
    return mapping


class _Checker:
    def __init__(self, raw: dict[str, Term], file: str) -> None:
        self.raw = raw
        self.file = file
        self.problems: list[Problem] = []

    def check(self) -> Mapping | None:
        for key in self.raw.keys() - _TOP:
            self._note(key, "没有这一项。", f"There is no such entry; there are {_list(_TOP)}.")
        name, kind = self._name(), self._kind()
        shape, conditions = self._file(), self._rows()
        if kind is None:
            return None
        operations = self._columns(kind)
        group = self._group(kind)
        return Mapping(name, kind, _version(self.raw), shape, conditions, operations, group)

    def _note(self, place: str, zh: str, en: str) -> None:
        self.problems.append(Problem(Text(zh, en), file=self.file, column=place))

    def _name(self) -> str:
        name = self.raw.get("name")
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name
        self._note(
            "name",
            "需要名称:小写字母、数字、- 和 _。",
            "A mapping needs a name of small letters, digits, - and _.",
        )
        return ""

    def _kind(self) -> Kind | None:
        kind = self.raw.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            return KINDS[kind]
        self._note("kind", f"应为:{'、'.join(KINDS)}。", f"It must be one of {_list(KINDS)}.")
        return None

    def _file(self) -> FileShape:
        table = self._table("file")
        for key in table.keys() - _FILE:
            self._note(f"file.{key}", "没有这一项。", f"There are {_list(_FILE)}.")
        skip = table.get("skip_lines", 0)
        if not isinstance(skip, int) or isinstance(skip, bool) or not 0 <= skip <= 1000:
            self._note("file.skip_lines", "应为 0 到 1000。", "It must be from 0 to 1000.")
            skip = 0
        return FileShape(
            delimiter=self._word(table, "delimiter", _DELIMITERS),
            encoding=self._word(table, "encoding", _ENCODINGS),
            skip_lines=skip,
            columns=self._words(table.get("columns", []), "file.columns"),
            sheet=str(table.get("sheet", "")),
        )

    def _rows(self) -> tuple[Condition, ...]:
        rows = self.raw.get("rows", [])
        if not isinstance(rows, list):
            self._note("rows", "应写作 [[rows]]。", "It is written as [[rows]].")
            return ()
        conditions = [self._condition(place, row) for place, row in enumerate(rows, start=1)]
        return tuple(condition for condition in conditions if condition is not None)

    def _condition(self, number: int, row: Term) -> Condition | None:
        place = f"rows[{number}]"
        tests = [key for key in _CONDITIONS if isinstance(row, dict) and key in row]
        if not isinstance(row, dict) or len(tests) != 1 or len(row) != 2 or "column" not in row:
            self._note(
                place,
                "需要 column 和一个条件:in、not_in、starts_with 或 not_starts_with。",
                f"It needs `column` and one of {_list(_CONDITIONS)}.",
            )
            return None
        values = self._words(row[tests[0]], f"{place}.{tests[0]}")
        return Condition(
            str(row["column"]), values, "starts" in tests[0], not tests[0].startswith("not")
        )

    def _columns(self, kind: Kind) -> dict[str, Operation]:
        known = {column.name: column for column in kind.columns}
        known.update({column.zh: column for column in kind.columns})
        operations: dict[str, Operation] = {}
        for target, term in self._table("columns").items():
            column = known.get(target)
            if column is None:
                self._note(
                    f"columns.{target}",
                    f"{kind.name} 没有这一列。",
                    f"{kind.name} has no such column; there are {_list(known)}.",
                )
                continue
            operation, mistakes = read_operation(column, term)
            for where, text in mistakes:
                self._note(f"columns.{target}{where}", text.zh, text.en)
            if operation is not None:
                operations[column.name] = operation
        self._require_targets(kind, operations)
        return operations

    def _require_targets(self, kind: Kind, operations: dict[str, Operation]) -> None:
        named = set(operations) | set(self._table("columns"))
        for column in kind.columns:
            needed = not column.optional and not column.may_be_blank
            if needed and column.name not in named and column.zh not in named:
                self._note(
                    f"columns.{column.name}",
                    f"缺少必需的列 {column.zh}。",
                    f"The mapping lacks this column, which {kind.name} needs.",
                )

    def _group(self, kind: Kind) -> Group | None:
        if "group" not in self.raw:
            return None
        table = self._table("group")
        by = self._words(table.get("by", []), "group.by")
        sums = self._words(table.get("sum", []), "group.sum")
        names = {column.name: column for column in kind.columns}
        for name in (*by, *sums):
            if name not in names:
                self._note("group", f"没有列 {name}。", f"There is no column {name}.")
        for name in sums:
            if name in names and names[name].reads not in (CellType.MONEY, CellType.INTEGER):
                self._note("group.sum", f"{name} 不是数。", f"{name} is no number.")
        if not by or table.keys() - {"by", "sum"}:
            self._note("group", "需要 by,可有 sum。", "It needs `by`, and may have `sum`.")
        return Group(by, sums)

    def _table(self, key: str) -> dict[str, Term]:
        table = self.raw.get(key, {})
        if isinstance(table, dict):
            return table
        self._note(key, f"应写作 [{key}]。", f"It is written as [{key}].")
        return {}

    def _word(self, table: dict[str, Term], key: str, allowed: dict[str, str]) -> str:
        word = table.get(key, "")
        if word == "" or word in allowed:
            return allowed.get(str(word), "")
        shown = _list(sorted(name for name in allowed if name != "\t"))
        self._note(f"file.{key}", f"应为 {shown}。", f"It must be one of {shown}.")
        return ""

    def _words(self, words: Term, place: str) -> tuple[str, ...]:
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return tuple(str(word) for word in words)
        self._note(place, "应为一列文本。", "It must be a list of texts.")
        return ()


def _version(raw: dict[str, Term]) -> str:
    """Digest the rules; the name and what is said about them do not count."""
    rules = {key: value for key, value in raw.items() if key not in ("name", "about")}
    columns = rules.get("columns")
    if isinstance(columns, dict):
        rules["columns"] = {
            target: {"column": term} if isinstance(term, str) else term
            for target, term in columns.items()
        }
    canonical = json.dumps(
        rules, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _list(names: object) -> str:
    assert isinstance(names, list | tuple | dict | frozenset)
    return ", ".join(sorted(names) if isinstance(names, frozenset) else list(names))
