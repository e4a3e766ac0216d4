"""What a report on goods can refuse."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class UnknownPlace(NotFound):
    """No place of goods in the hall is called so."""

    code = "unknown_place"
    text = Text(
        "本厅没有存放地点“{place}”。写法如 store、clerk A01,或直接写工号、柜台号。",
        "The hall has no place {place!r}. Write store, clerk A01, or a number or counter alone.",
    )


class WrongPeriod(Invalid):
    """A month or a range of days that is none."""

    code = "wrong_period"
    text = Text(
        "期间 {period} 不成立:月份应如 2026-11,起日不晚于止日。",
        "{period} is no period: a month is like 2026-11, and a first day is not after the last.",
    )


class BooksDoNotTile(Conflict):
    """Opening, movements and closing of an item do not fit, so the report would be false."""

    code = "books_do_not_tile"
    text = Text(
        "{item}:期初 {opening} 加收减发 {change} 不等于期末 {closing},报表不出。"
        "请运行 verify 查账。",
        "{item}: opening {opening} with movements {change} is not closing {closing}; the report is"
        " refused. Run verify to find out why.",
    )
