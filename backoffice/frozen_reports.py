"""A report kept as text, so that it can be shown, printed and exported the same for ever."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from backoffice.form_lists import FormReport
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.sheets import CellKind, Value
from ledger.text import Text

VERSION = 1


def freeze_report(report: FormReport) -> str:
    """Write a report as canonical JSON: the same report gives the same text."""
    content = {
        "version": VERSION,
        "name": report.name,
        "title": _frozen(report.title),
        "heading": _heading(report.heading),
        "tables": [_table(table) for table in report.tables],
        "notes": [_frozen(note) for note in report.notes],
        "form": report.form,
        "kicker": _frozen(report.kicker),
        "said": _frozen(report.said),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thaw_report(content: str) -> FormReport:
    """Give the report that was written."""
    told = json.loads(content)
    return FormReport(
        name=told["name"],
        title=_text(told["title"]),
        tables=tuple(_thawed_table(table) for table in told["tables"]),
        heading=_thawed_heading(told["heading"]),
        notes=tuple(_text(note) for note in told["notes"]),
        form=told["form"],
        kicker=_text(told["kicker"]),
        said=_text(told["said"]),
    )


def _table(table: GoodsList) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": _frozen(table.title),
        "columns": [
            {
                "key": column.key,
                "name": _frozen(column.name),
                "kind": column.kind.value,
                "total": column.total,
                "beside": column.beside,
                "group": None if column.group is None else _frozen(column.group),
            }
            for column in table.columns
        ],
        "rows": [[_frozen(value) for value in row] for row in table.rows],
        "heading": _heading(table.heading),
        "notes": [_frozen(note) for note in table.notes],
        "empty": _frozen(table.empty),
    }


def _thawed_table(told: dict[str, Any]) -> GoodsList:
    rows: list[tuple[Cell, ...]] = [tuple(_thawed(value) for value in row) for row in told["rows"]]
    return GoodsList(
        name=told["name"],
        title=_text(told["title"]),
        columns=tuple(
            ListColumn(
                column["key"],
                _text(column["name"]),
                CellKind(column["kind"]),
                column["total"],
                beside=column["beside"],
                group=None if column["group"] is None else _text(column["group"]),
            )
            for column in told["columns"]
        ),
        rows=rows,
        heading=_thawed_heading(told["heading"]),
        notes=tuple(_text(note) for note in told["notes"]),
        empty=_text(told["empty"]),
    )


def _heading(heading: tuple[tuple[Text, Value], ...]) -> list[Any]:
    return [[_frozen(name), _frozen(value)] for name, value in heading]


def _thawed_heading(told: list[Any]) -> tuple[tuple[Text, Value], ...]:
    return tuple((_text(name), _thawed(value)) for name, value in told)


def _frozen(value: Value) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dt.datetime):
        return {"at": value.astimezone(dt.UTC).isoformat()}
    if isinstance(value, dt.date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"figure": str(value)}
    return value


def _thawed(told: Any) -> Value:
    if not isinstance(told, dict):
        return told  # type: ignore[no-any-return]
    if "zh" in told:
        return _text(told)
    if "at" in told:
        return dt.datetime.fromisoformat(told["at"])
    if "on" in told:
        return dt.date.fromisoformat(told["on"])
    return Decimal(told["figure"])


def _text(told: dict[str, str]) -> Text:
    return Text(told["zh"], told["en"])
