"""Errors by clerk and by kind over a period, for training: page, chart, workbook, JSON alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from backoffice.charted_reports import chart_title, charted_paper
from backoffice.charts import draw_bars
from backoffice.form_lists import FormReport
from backoffice.goods_asked import read_day
from backoffice.goods_lists import Cell, GoodsList, ListColumn, written
from backoffice.halls_asked import halls_overseen, scope_of
from backoffice.sheets import CellKind
from backoffice.trade_words import typeset
from ledger.actors import names_of
from ledger.corrections.reasons import REASONS
from ledger.corrections.statistics import ErrorCount, count_errors
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

TITLE = Text("差错统计", "Statistics of errors")
KICKER = Text("稽核 · 培训", "Audit · training")
SAID = Text("本表按差错更正单统计。", "Counted from correction slips.")
HALL = Text("营业厅", "Hall")
NOTHING = Text("这段时间没有差错更正单。", "No correction slip in this period.")
OTHERS = Text("其他", "Others")
SLIPS = ListColumn("slips", Text("更正单", "Slips"), CellKind.INTEGER, total=True)
REST = (
    ListColumn("late", Text("逾期", "Late"), CellKind.INTEGER, total=True),
    ListColumn("returns", Text("被退回", "Returned"), CellKind.INTEGER, total=True),
    ListColumn("accepted", Text("已接受", "Accepted"), CellKind.INTEGER, total=True),
    ListColumn("explained", Text("其中说明", "Explained only"), CellKind.INTEGER, total=True),
    ListColumn("money_changed", Text("改动金额", "Money changed"), CellKind.MONEY, total=True),
)
CHARTED = ("kinds", "clerks")
NOTES = (
    Text(
        "按发出日统计,已撤回的不算;逾期指未在期限内答复,被退回按次数。",
        "By the day a slip was sent; slips taken back do not count. Late: not answered in time;"
        " returned counts each time.",
    ),
)
SIGNERS = (Text("制表", "Made by"), Text("稽核", "Auditor"), Text("营业厅经理", "Hall manager"))
Key = Callable[[ErrorCount], tuple[object, ...]]


def make_error_statistics(
    uow: UnitOfWork, codes: Sequence[str], words: Mapping[str, str]
) -> FormReport:
    """Make the report of a period over the halls of these codes, or all that the asker oversees.

    The period is `since` to `until`, this month where neither is said. Raises NotPermitted.
    """
    halls = halls_overseen(uow, codes, "corrections")
    first, last = period_asked(words, uow.today)
    counts = count_errors(uow, halls, first, last)
    staff = _staff(uow, halls, counts)
    tables = (
        _table("kinds", Text("差错类型", "Kind of error"), counts, _kind_key, _kind_words),
        _table("clerks", Text("营业员", "Clerk"), counts, _clerk_key, _clerk_words(staff)),
        _both(counts, staff),
    )
    return FormReport(
        name="error-statistics",
        title=TITLE,
        tables=tables,
        heading=((HALL, scope_of(halls)), (Text("期间", "Period"), f"{first} – {last}")),
        notes=NOTES,
        signers=SIGNERS,
        said=SAID,
        kicker=KICKER,
    )


def error_charts(report: FormReport, language: Language) -> dict[str, Markup]:
    """Give the charts of the tables by kind and by clerk, drawn from the tables' own rows."""
    drawn = {}
    for table in report.full_tables:
        if table.name in CHARTED and table.rows:
            bars = [
                (_said(written(row[0], CellKind.TEXT, language), language), _whole(row[1]))
                for row in table.rows
            ]
            title = chart_title(table, table.columns[1].key, language)
            rest = OTHERS.in_language(language)
            drawn[table.name] = draw_bars(title, bars, rest, in_pieces=True)
    return drawn


def errors_paper(uow: UnitOfWork, report: FormReport, *, language: Language) -> bytes:
    """Give the statistics as PDF with their charts, and room for its signatures."""
    return charted_paper(uow, report, error_charts(report, language), language=language)


def period_asked(words: Mapping[str, str], today: dt.date) -> tuple[dt.date, dt.date]:
    """Give the period asked for, this month where none is."""
    last = read_day(words.get("until", "")) or today
    return read_day(words.get("since", "")) or last.replace(day=1), last


def _table(
    name: str,
    named: Text,
    counts: Sequence[ErrorCount],
    key_of: Key,
    words_of: Callable[[ErrorCount], Text],
) -> GoodsList:
    title = Text(f"按{named.zh}", f"By {named.en.lower()}")
    summed = _summed(counts, key_of, words_of)
    rows: list[tuple[Cell, ...]] = [(words, *figures) for words, figures in summed]
    first = ListColumn("name", named)
    return GoodsList(name, title, (first, SLIPS, *REST), rows, empty=NOTHING)


def _both(counts: Sequence[ErrorCount], staff: Mapping[tuple[int, str], str]) -> GoodsList:
    """Give each clerk's kinds of error: what to train whom in."""
    told = _clerk_words(staff)
    ordered = sorted(counts, key=lambda one: (one.hall_id, one.clerk, -one.slips, one.reason))
    rows: list[tuple[Cell, ...]] = [
        (told(one), REASONS[one.reason].text, *_figures([one])) for one in ordered
    ]
    columns = (
        ListColumn("clerk", Text("营业员", "Clerk")),
        ListColumn("kind", Text("差错类型", "Kind of error")),
        SLIPS,
        *REST,
    )
    title = Text("营业员的差错类型", "Each clerk's kinds of error")
    return GoodsList("clerks-kinds", title, columns, rows, empty=NOTHING)


def _summed(
    counts: Sequence[ErrorCount], key_of: Key, words_of: Callable[[ErrorCount], Text]
) -> list[tuple[Text, tuple[int, ...]]]:
    groups: dict[tuple[object, ...], list[ErrorCount]] = {}
    for one in counts:
        groups.setdefault(key_of(one), []).append(one)
    summed = [(words_of(group[0]), _figures(group)) for group in groups.values()]
    return sorted(summed, key=lambda row: (-row[1][0], row[0].zh))


def _figures(group: Sequence[ErrorCount]) -> tuple[int, ...]:
    return (
        sum(one.slips for one in group),
        sum(one.late for one in group),
        sum(one.returns for one in group),
        sum(one.accepted for one in group),
        sum(one.explained for one in group),
        sum(one.net_fen for one in group),
    )


def _kind_key(one: ErrorCount) -> tuple[object, ...]:
    return (one.reason,)


def _kind_words(one: ErrorCount) -> Text:
    return REASONS[one.reason].text


def _clerk_key(one: ErrorCount) -> tuple[object, ...]:
    return (one.hall_id, one.clerk)


def _clerk_words(staff: Mapping[tuple[int, str], str]) -> Callable[[ErrorCount], Text]:
    return lambda one: Text(
        staff.get((one.hall_id, one.clerk), one.clerk) or "全厅",
        staff.get((one.hall_id, one.clerk), one.clerk) or "The hall",
    )


def _staff(
    uow: UnitOfWork, halls: Sequence[Hall], counts: Sequence[ErrorCount]
) -> dict[tuple[int, str], str]:
    """Give each clerk's number and name, the hall's code before it where there are several."""
    found = {one.hall_id for one in counts}
    staff: dict[tuple[int, str], str] = {}
    for hall in halls:
        if hall.id in found:
            front = f"{hall.code} " if len(halls) > 1 else ""
            for number, name in names_of(uow, hall.id).items():
                staff[hall.id, number] = f"{front}{number} {name}".strip()
    return staff


def _whole(value: Cell) -> int:
    return value if isinstance(value, int) else 0


def _said(words: str, language: Language) -> str:
    return typeset(words) if language == "zh" else words
