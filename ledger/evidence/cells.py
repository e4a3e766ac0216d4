"""How the text of one cell becomes a value: the same rules for every file, workbook and mapping."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from ledger.evidence.columns import CellType, Column
from ledger.evidence.readings import NumberText
from ledger.masking import mask_numbers
from ledger.money import MAX_FEN, read_exact_yuan, read_fen
from ledger.text import Text

MAX_COUNT = 10**12
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_BLANKS = " \t\r\n\u3000\u00a0\ufeff\u200b"
_CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_FULL_WIDTH_DIGIT = re.compile("[\uff10-\uff19]")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d{1,3}|\d\.\d+[eE]\d{1,3}", re.ASCII)
_QUOTED_NUMBER = re.compile(r'="([^"]*)"|\'(\d+)')
_INTEGER = re.compile(r"[+-]?\d{1,15}(\.0+)?", re.ASCII)
_DAY = r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?"
_OFFSET = r"(?:\s*(Z|[+-]\d{2}:?\d{2}))?"
_MOMENT = re.compile(rf"{_DAY}(?:(?:\s+|T){_CLOCK}{_OFFSET})?", re.ASCII)
# What the cells of files nearly always are; everything else is looked at with care.
PLAIN_CELLS = {
    CellType.MONEY: r"-?\d{1,12}\.\d{2}",
    CellType.INSTANT: r"\d{4}-\d{2}-\d{2}[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d",
}
_PLAIN_MOMENT = re.compile(PLAIN_CELLS[CellType.INSTANT], re.ASCII)
_BARE_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})", re.ASCII)
_YES = frozenset({"1", "是", "y", "yes", "true"})
_NO = frozenset({"0", "否", "n", "no", "false"})

CellValue = str | int | date | None
CellReader = Callable[[str], CellValue]


class UnreadableCell(ValueError):
    """A cell that cannot be read; `text` says why, `place` is the reader's to add."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def cell_reader(column: Column) -> CellReader:
    """Give the function that reads one cell of `column`; it raises UnreadableCell.

    An empty cell gives the column's default where it may be empty.
    """
    read = _READ.get(column.reads) or _READ_AS_COLUMN[column.reads](column)
    may_be_empty = column.optional or column.may_be_blank
    default = column.default

    def read_cell(raw: str) -> CellValue:
        text = raw.strip(_BLANKS)
        if text:
            return read(NumberText(text) if isinstance(raw, NumberText) else text)
        if may_be_empty:
            return default
        raise UnreadableCell(Text("不能为空。", "may not be empty."))

    return read_cell


def quoted(raw: str) -> str:
    """Quote a cell in a message: shortened, and with no telephone or identity number in it."""
    plain = _CONTROL.sub("?", mask_numbers(raw.strip()))
    return f"“{plain[:40]}…”" if len(plain) > 40 else f"“{plain}”"


def read_instant(text: str) -> int:
    """Read a date and time as microseconds since 1970 UTC; naive times are Asia/Shanghai.

    A date alone is its midnight. Raises UnreadableCell.
    """
    if _PLAIN_MOMENT.fullmatch(text):
        return read_plain_instant(text)
    moment = _parse_moment(text)
    return (moment - _EPOCH) // _MICROSECOND


def read_plain_instant(text: str) -> int:
    """Read a time of the form PLAIN_CELLS has for it; raises UnreadableCell for a day not there."""
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:])
    return _midnight(text[:10]) + seconds * 1_000_000


@functools.lru_cache(maxsize=4096)
def _midnight(day: str) -> int:
    """Give the beginning of a day in Asia/Shanghai; raises UnreadableCell."""
    return (_parse_moment(day) - _EPOCH) // _MICROSECOND


def read_date(text: str) -> date:
    """Read a calendar date; of a date with a time, the day it falls on in Asia/Shanghai."""
    return _parse_moment(text).astimezone(_CHINA).date()


def read_money(text: str) -> int:
    """Read yuan as fen, fewer than MAX_FEN; raises UnreadableCell, for three decimals too."""
    try:
        fen = read_fen(text)
    except ValueError:
        raise UnreadableCell(_why_not_money(text)) from None
    if abs(fen) >= MAX_FEN:
        raise UnreadableCell(_out_of_range(text))
    return fen


def read_integer(text: str) -> int:
    """Read a whole number of at most 12 digits; raises UnreadableCell."""
    plain = text.replace(",", "")
    if not _INTEGER.fullmatch(plain):
        raise UnreadableCell(
            Text(f"{quoted(text)} 不是整数。", f"{quoted(text)} is not a whole number.")
        )
    number = int(plain.partition(".")[0])
    if abs(number) > MAX_COUNT:
        raise UnreadableCell(_out_of_range(text))
    return number


def _read_flag(text: str) -> int:
    word = text.lower()
    if word in _YES:
        return 1
    if word in _NO:
        return 0
    raise UnreadableCell(Text(f"{quoted(text)} 应为 1 或 0。", f"{quoted(text)} must be 1 or 0."))


def _tag_reader(column: Column) -> CellReader:
    words = dict(zip(column.choices, column.choices, strict=True))
    words.update(zip(column.choices_zh, column.choices, strict=True))

    def read(text: str) -> str:
        tag = words.get(text) or words.get(text.lower())
        if tag is None:
            raise UnreadableCell(
                Text(
                    f"{quoted(text)} 不在可选值中:{'、'.join(column.choices)}。",
                    f"{quoted(text)} is none of {', '.join(column.choices)}.",
                )
            )
        return tag

    return read


def _text_reader(column: Column) -> CellReader:
    limit, exact, long_text = column.limit, column.exact, column.limit > 100

    def read(text: str) -> str:
        if isinstance(text, NumberText):
            _refuse_lost_digits(text, exact=exact)
            text = str(text)
        if exact:
            text = _read_exact(text)
        elif long_text:
            text = _LINE_BREAKS.sub(" ", text)
        if len(text) > limit:
            raise UnreadableCell(
                Text(f"超过 {limit} 个字符。", f"is longer than {limit} characters.")
            )
        if _CONTROL.search(text):
            raise UnreadableCell(
                Text("含有不可见的控制字符。", "contains invisible control characters.")
            )
        if "\ufffd" in text:
            raise UnreadableCell(
                Text(
                    "含有已损坏的字符(编码转换出错),请重新导出。",
                    "contains characters broken by a wrong encoding: export the file again.",
                )
            )
        return text

    return read


def _read_exact(text: str) -> str:
    protected = _QUOTED_NUMBER.fullmatch(text)
    if protected:
        text = (protected.group(1) or protected.group(2) or "").strip()
    if _SCIENTIFIC.fullmatch(text):
        raise UnreadableCell(
            Text(
                f"{quoted(text)} 是科学计数法,号码已丢失,请将该列设为文本后重新导出。",
                f"{quoted(text)} is in scientific notation, its digits are lost: "
                "re-export as text.",
            )
        )
    if _FULL_WIDTH_DIGIT.search(text):
        raise UnreadableCell(
            Text(
                f"{quoted(text)} 含全角数字,请改为半角。",
                f"{quoted(text)} contains full-width digits: write plain ones.",
            )
        )
    return text


def _refuse_lost_digits(number: NumberText, *, exact: bool) -> None:
    digits = sum(character.isdigit() for character in number)
    if exact or digits > 15:
        raise UnreadableCell(
            Text(
                f"{quoted(number)} 是数值单元格,前导零和 15 位以后的数字已丢失,"
                "请将该列设为文本后重新导出。",
                f"{quoted(number)} is a numeric cell: leading zeros and digits beyond the 15th "
                "are lost; format the column as text and export again.",
            )
        )


def _parse_moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text)
    if found:
        year, *months_and_days = found.groups()[:7]
        month, day = (part for part in months_and_days if part is not None)
        hour, minute, second, fraction, offset = found.groups()[7:]
    else:
        bare = _BARE_MOMENT.fullmatch(text)
        if not bare:
            raise UnreadableCell(_not_a_time(text))
        year, month, day, hour, minute, second = bare.groups()
        fraction = offset = None
    micro = int((fraction or "0").ljust(6, "0"))
    clock = (int(hour or 0), int(minute or 0), int(second or 0), micro)
    try:
        moment = datetime(int(year), int(month), int(day), *clock, tzinfo=_zone(offset))
    except ValueError:
        raise UnreadableCell(_not_a_time(text)) from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UnreadableCell(_out_of_range(text))
    return moment


def _zone(offset: str | None) -> timezone:
    if offset is None:
        return _CHINA
    if offset == "Z":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))


def _not_a_time(text: str) -> Text:
    return Text(
        f"{quoted(text)} 不是有效的日期时间,应如 2026-11-20 09:30:00。",
        f"{quoted(text)} is no date and time such as 2026-11-20 09:30:00.",
    )


def _out_of_range(text: str) -> Text:
    return Text(f"{quoted(text)} 超出允许范围。", f"{quoted(text)} is out of range.")


def _why_not_money(text: str) -> Text:
    try:
        read_exact_yuan(text)
    except ValueError:
        return Text(
            f"{quoted(text)} 不是金额,应如 12.00。", f"{quoted(text)} is no amount such as 12.00."
        )
    return Text(
        f"{quoted(text)} 的小数超过两位,请更正到分。",
        f"{quoted(text)} has more than two decimals: correct it to the fen.",
    )


_READ: dict[CellType, CellReader] = {
    CellType.MONEY: read_money,
    CellType.INTEGER: read_integer,
    CellType.FLAG: _read_flag,
    CellType.INSTANT: read_instant,
    CellType.DATE: read_date,
}
_READ_AS_COLUMN: dict[CellType, Callable[[Column], CellReader]] = {
    CellType.TEXT: _text_reader,
    CellType.TAG: _tag_reader,
}
