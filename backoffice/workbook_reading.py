"""Workbooks read by calamine in a process of its own, with limits on memory and time.

Whatever a file makes the reader do, it is the child that dies of it, and the import is one refusal.
Run as a program, this module is that child: a workbook on stdin; on stdout a line of JSON for each
sheet, and for each batch of its rows.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from threading import Timer
from typing import Any

from backoffice.sheet_extents import MAX_AREA, refusal
from backoffice.workbook_limits import check_workbook
from ledger.errors import BadInput
from ledger.evidence.readings import Grid, NumberText, Sheet

MAX_MEMORY = 2 * 1024 * 1024 * 1024
MAX_SECONDS = 60
MAX_OUTPUT = 200 * 1024 * 1024
# How many cells cross from the child at once, and how many numbers are kept in mind: a column of
# quantities or prices has few that differ.
CELLS_AT_ONCE = 4_000
REMEMBERED = 4_096
MAX_OLD_WORKBOOK = 32 * 1024 * 1024
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_WRITTEN_AS_THEY_ARE = frozenset({str, int, float})
# What the child ends with where calamine does not understand the file.
_UNREADABLE = 3
_ROOT = Path(__file__).resolve().parent.parent


def read_grid(content: bytes) -> Grid:
    """Read every sheet of an xlsx or xls workbook as text; raises BadInput, and only that.

    Numbers are exact (`NumberText`), dates ISO 8601, flags 1 or 0; rows keep their line numbers.
    The child gets ready while the workbook is looked over, and is given it only after that.
    """
    with _child() as child:
        try:
            _check(content)
            grid = _read_in_child(child, content)
        finally:
            child.kill()
    return grid


def _check(content: bytes) -> None:
    if not content.startswith(_OLD_WORKBOOK):
        check_workbook(content)
    elif len(content) > MAX_OLD_WORKBOOK:
        raise refusal(
            "xls 文件过大,请另存为 xlsx 或 CSV UTF-8。",
            "The xls file is too large: save it as xlsx or CSV UTF-8.",
        )


def _child() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "backoffice.workbook_reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT)},
    )


def _read_in_child(child: subprocess.Popen[bytes], content: bytes) -> Grid:
    """Hand the workbook over, and take in its rows while the child reads on."""
    assert child.stdin is not None, "it was asked for"
    assert child.stdout is not None, "it was asked for"
    too_late = Timer(MAX_SECONDS, child.kill)
    too_late.start()
    try:
        # A child that died says so by its code below.
        with suppress(BrokenPipeError):
            child.stdin.write(content)
        with suppress(BrokenPipeError):
            child.stdin.close()
        try:
            grid = _grid(child.stdout)
        except ValueError:
            raise _beyond_limits() from None
        code = child.wait()
    finally:
        too_late.cancel()
    if code == _UNREADABLE:
        raise refusal(
            "工作簿无法读取:已损坏、有密码或格式不支持,请另存为 xlsx 或 CSV UTF-8。",
            "The workbook cannot be read: it is damaged, has a password or another format. "
            "Save it as xlsx or CSV UTF-8.",
        )
    if code != 0:
        raise _beyond_limits()
    return grid


def _grid(output: Iterable[bytes]) -> Grid:
    """Give the sheets of the child's lines; ValueError for a line that was cut off."""
    sheets: list[Sheet] = []
    for line in output:
        entry = _decode(line.decode())
        if isinstance(entry, dict):
            sheets.append(Sheet(entry["name"], [], int(entry["first_line"])))
        else:
            sheets[-1].rows.extend(entry)
    return Grid(tuple(sheets))


@lru_cache(REMEMBERED)
def _number(written: str) -> NumberText:
    """Give a number, as the child wrote it in JSON, without exponent or zeros at its end."""
    return NumberText(format(Decimal(written).normalize(), "f"))


_decode = json.JSONDecoder(parse_float=_number, parse_int=_number, parse_constant=_number).decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _beyond_limits() -> BadInput:
    return refusal(
        "读取工作簿超出内存或时间限制,拒绝导入;请另存为 CSV UTF-8 或分开导入。",
        "Reading the workbook went beyond the limits of memory or time: save it as CSV UTF-8 "
        "or import it in parts.",
    )


def _limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _lines(content: bytes) -> Iterator[bytes]:
    """Give one line for each sheet and each of its rows."""
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is None or sheet.total_height * sheet.width > MAX_AREA:
                continue
            # Rows are given from the first of the sheet, columns from the first that is filled.
            yield _line({"name": name, "first_line": 1})
            rows = sheet.iter_rows()
            while batch := list(islice(rows, CELLS_AT_ONCE // max(sheet.width, 1) + 1)):
                if not set(map(type, chain.from_iterable(batch))) <= _WRITTEN_AS_THEY_ARE:
                    batch = [[_plain(value) for value in values] for values in batch]
                yield _line(batch)
    except (python_calamine.CalamineError, OSError):
        raise SystemExit(_UNREADABLE) from None


def _line(entry: object) -> bytes:
    return _encode(entry).encode() + b"\n"


def _plain(value: Any) -> str | int | float:
    """Give a cell as text, or as it is where JSON has its like: a text or a number."""
    if type(value) in _WRITTEN_AS_THEY_ARE:
        return value  # type: ignore[no-any-return]
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return _to_the_second(value).isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _to_the_second(moment: dt.datetime) -> dt.datetime:
    """Undo the noise of a time kept as a fraction of a day: within a millisecond, whole seconds."""
    rounded = (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded if abs(rounded - moment) <= dt.timedelta(milliseconds=1) else moment


def _serve() -> None:
    _limit_this_process()
    # Imported under the limits, by the child alone, while it waits for the workbook.
    import python_calamine  # noqa: F401

    written = 0
    for line in _lines(sys.stdin.buffer.read()):
        written += len(line)
        if written > MAX_OUTPUT:
            raise SystemExit(4)
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    _serve()
