"""A made-up hall written to disk: a folder for each day, in its own headers and encoding."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from tests.generator.world import Day, Hall, Row, Style, yuan
from tests.oracle.columns import CHINESE_FILE_NAMES, COLUMNS, REQUIRED

_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")
_MONEY_COLUMNS = frozenset(
    (
        *("price", "fee", "unit_cost", "due", "discount", "prepaid"),
        *("received", "amount", "original_amount", "float_kept"),
    )
)


def write_hall(hall: Hall, folder: Path) -> list[Path]:
    """Write every day of `hall` under `folder`; give the day-folders in order."""
    return [write_day(hall, day, folder / f"{hall.code}-{day.date}") for day in hall.days]


def write_day(hall: Hall, day: Day, folder: Path) -> Path:
    """Write one day-folder: hall.toml and a file for each kind that has rows."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hall.toml").write_bytes(hall_toml(hall, day).encode())
    for kind, rows in day.rows.items():
        if rows:
            name = CHINESE_FILE_NAMES[kind] if hall.style.chinese else kind
            (folder / f"{name}.csv").write_bytes(file_of(kind, rows, style=hall.style))
    return folder


def file_of(kind: str, rows: list[Row], *, style: Style) -> bytes:
    """Give the bytes of one CSV file; optional columns that nobody filled are left out."""
    names = COLUMNS[kind]
    unknown = {name for row in rows for name in row if not name.startswith("_")} - set(names)
    if unknown:
        raise KeyError(f"{kind}: {sorted(unknown)}")
    kept = [name for name in names if name in REQUIRED[kind] or any(row.get(name) for row in rows)]
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator=style.line_end)
    writer.writerow([names[name] if style.chinese else name for name in kept])
    for row in rows:
        writer.writerow([_cell(name, row.get(name, ""), style) for name in kept])
    return sheet.getvalue().encode(style.encoding)


def _cell(name: str, value: str, style: Style) -> str:
    if name in _MONEY_COLUMNS and style.short_money and "." in value:
        return value.rstrip("0").rstrip(".")
    found = _TIME.fullmatch(value)
    if found:
        return f"{found[1]}{style.time_separator}{found[2]}{style.offset}"
    return value


def hall_toml(hall: Hall, day: Day) -> str:
    """Give the text of hall.toml on one day."""
    out = [
        f'code = "{hall.code}"',
        f'name = "{hall.name}"',
        f'organisation = "{hall.organisation}"',
        f'business_date = "{day.date}"',
        f'books_open_on = "{hall.days[0].date}"',
    ]
    if day.expected is not None:
        out.append("expected = [" + ", ".join(f'"{source}"' for source in day.expected) + "]")
    if hall.refund_handlers:
        listed = ", ".join(f'"{number}"' for number in hall.refund_handlers)
        out.append(f"refund_handlers = [{listed}]")
    if hall.limits:
        out += ["", "[limits]", *(f'"{name}" = {value}' for name, value in hall.limits.items())]
    for one in hall.staff:
        roles = ", ".join(f'"{role}"' for role in one.roles)
        out += ["", "[[staff]]", f'number = "{one.number}"', f'name = "{one.name}"']
        out.append(f"roles = [{roles}]")
        if one.kind != "person":
            out.append(f'kind = "{one.kind}"')
        if one.person:
            out.append(f'person = "{one.person}"')
        if one.number in day.floats:
            out.append(f'float = "{yuan(day.floats[one.number])}"')
    for code, (kind, match) in hall.tenders.items():
        out += ["", "[[tender]]", f'code = "{code}"', f'class = "{kind}"', f'match = "{match}"']
    for code, numbers in hall.counters.items():
        listed = ", ".join(f'"{number}"' for number in numbers)
        out += ["", "[[counter]]", f'code = "{code}"', f"clerks = [{listed}]"]
    return "\n".join(out) + "\n"
