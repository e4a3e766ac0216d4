"""Files of the account mapping: TOML, CSV or xlsx, each row a key with its two accounts.

A file changes the keys it names and leaves the others as they are; a key with both accounts empty
is taken out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.goods_files import cells_by_column, read_head, refusal_of
from ledger.finance.errors import MappingUnreadable
from ledger.text import Text

COLUMNS: dict[str, str] = {
    "key": "项目",
    "debit": "借方科目",
    "debit_name": "借方科目名称",
    "credit": "贷方科目",
    "credit_name": "贷方科目名称",
}
_LARGEST_FILE_MB = 4


@dataclass(slots=True)
class MappingFile:
    """What a file says: (debit, credit) by key, and the names of accounts by code."""

    rules: dict[str, tuple[str, str]] = field(default_factory=dict)
    accounts: dict[str, Text] = field(default_factory=dict)

    def add(self, key: str, codes: tuple[str, str], names: tuple[str, str] = ("", "")) -> None:
        """Take a row in; a key stands in a file once. Raises MappingUnreadable."""
        if key in self.rules:
            raise MappingUnreadable(at=key[:40], problem=Text("重复", "is there twice"))
        self.rules[key] = codes
        for code, name in zip(codes, names, strict=True):
            if code and name:
                self.accounts[code] = Text(name, name)


def read_mapping_file(name: str, content: bytes) -> MappingFile:
    """Read a file by its name's ending; raises MappingUnreadable and BadInput."""
    if name.lower().endswith(".toml"):
        return _read_toml(content)
    line, columns, records = read_head(name, content, COLUMNS, megabytes=_LARGEST_FILE_MB)
    if not {"key", "debit"} <= set(columns):
        wording = Text("表头须有项目与借方科目。", "The header needs key and debit.")
        raise refusal_of(name, wording, line)
    read = MappingFile()
    for line_no, cells in records:
        found, wrong = cells_by_column(cells, columns, ("debit", "credit"))
        if wrong is not None:
            raise refusal_of(name, wrong, line_no)
        row = {column: found.get(column, "").strip() for column in COLUMNS}
        if any(row.values()):
            codes = (row["debit"], row["credit"] or row["debit"])
            names = (row["debit_name"], row["credit_name"] or _same(row))
            read.add(row["key"], codes, names)
    return read


def _same(row: dict[str, str]) -> str:
    return row["debit_name"] if row["credit"] in ("", row["debit"]) else ""


def _read_toml(content: bytes) -> MappingFile:
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as odd:
        raise MappingUnreadable(at="TOML", problem=Text(f"{odd}", f"{odd}")) from odd
    unknown = sorted(told.keys() - {"accounts", "rules"})
    if unknown:
        raise MappingUnreadable(at=unknown[0][:40], problem=Text("不认识", "is unknown"))
    read = MappingFile()
    for code, said in _table(told, "accounts").items():
        names = [said] if isinstance(said, str) else said
        if not isinstance(names, list) or not 1 <= len(names) <= 2 or not _texts(names):
            raise MappingUnreadable(at=code[:40], problem=Text("名称无效", "has no name"))
        read.accounts[code] = Text(names[0], names[-1])
    for key, said in _table(told, "rules").items():
        read.add(key, _codes(key, said))
    return read


def _table(told: dict[str, Any], name: str) -> dict[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise MappingUnreadable(at=name, problem=Text("应为表", "is no table"))
    return table


def _codes(key: str, said: object) -> tuple[str, str]:
    if isinstance(said, str):
        return said, said
    if isinstance(said, dict) and said.keys() <= {"debit", "credit"} and _texts(said.values()):
        debit, credit = str(said.get("debit", "")), str(said.get("credit", ""))
        return debit or credit, credit or debit
    problem = Text("应为科目代码,或 debit 与 credit", "is a code, or debit and credit")
    raise MappingUnreadable(at=key[:40], problem=problem)


def _texts(values: Sequence[object] | Any) -> bool:
    return all(isinstance(value, str) for value in values)
