"""Halls seen from above: which days are open, who reports late, over and short by clerk.

The same tables as page, paper, workbook and JSON; a fixed number of statements, however many halls.
Over and short stand side by side and are never netted (DOMAIN REC-03).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Date, bindparam, text

from backoffice.charted_reports import chart_title, charted_paper
from backoffice.charts import draw_bars, draw_months
from backoffice.form_lists import FormReport
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.halls_asked import halls_overseen, scope_of
from backoffice.sheets import CellKind
from ledger.audit.wording import source_text
from ledger.calendars import calendars_of
from ledger.closing.order import HAS_SOMETHING
from ledger.evidence.expected import DUE_HOUR
from ledger.evidence.unreported import unreported_days
from ledger.hall_rules import limit_of_each
from ledger.organisations import Hall
from ledger.rows import plain
from ledger.schema import microseconds
from ledger.text import Language, Text
from ledger.times import A_DAY, months_to
from ledger.work import UnitOfWork

TITLE = Text("营业厅总览", "Halls at a glance")
KICKER = Text("经理与上级部门", "Managers and department")
AREA = "halls"
DAYS, MONTHS = 31, 12
HALL = ListColumn("hall", Text("营业厅", "Hall"))
CASES = ListColumn("cases", Text("笔数", "Cases"), CellKind.INTEGER, total=True)
OVER = ListColumn("over", Text("长款", "Over"), CellKind.MONEY, total=True)
SHORT = ListColumn("short", Text("短款", "Short"), CellKind.MONEY, total=True)
NO_DAY = Text("整日没有数据", "Nothing of the whole day")
OTHERS = Text("其他", "Others")

_DAYS = f"""
SELECT d.hall_id,
       MIN(CASE WHEN d.hall_status = 'working' THEN d.business_date END),
       SUM(CASE WHEN d.hall_status = 'working' THEN 1 ELSE 0 END),
       SUM(CASE WHEN d.hall_status = 'submitted' THEN 1 ELSE 0 END),
       SUM(CASE WHEN d.hall_status = 'closed' THEN 1 ELSE 0 END)
  FROM hall_days d
  JOIN halls h ON h.id = d.hall_id AND d.business_date >= h.books_open_on
 WHERE d.hall_id IN :halls AND d.business_date BETWEEN :first AND :last AND {HAS_SOMETHING}
 GROUP BY d.hall_id
"""
_BLOCKING = """
SELECT f.hall_id, COUNT(*) FROM findings f
 WHERE f.hall_id IN :halls AND f.business_date BETWEEN :first AND :last
   AND f.severity = 'block' AND f.state IN ('open', 'answered')
 GROUP BY f.hall_id
"""
_LATE = """
SELECT x.hall_id, x.business_date, x.source, x.due_at
  FROM expected_sources x
  JOIN hall_days d ON d.hall_id = x.hall_id AND d.business_date = x.business_date
       AND d.hall_status = 'working'
 WHERE x.hall_id IN :halls AND x.business_date BETWEEN :first AND :last AND x.due_at < :now
   AND NOT EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = x.hall_id AND n.business_date = x.business_date
                      AND n.source = x.source)
   AND NOT EXISTS (SELECT 1 FROM intake_sources i
                    WHERE i.hall_id = x.hall_id AND i.business_date = x.business_date
                      AND i.source = x.source
                      AND NOT EXISTS (SELECT 1 FROM intake_replacements y
                                       WHERE y.hall_id = i.hall_id AND y.old_no = i.intake_no))
 ORDER BY x.business_date, x.hall_id, x.source
"""
_CASES = """
SELECT c.hall_id, c.clerk, SUBSTR(CAST(c.business_date AS TEXT), 1, 7) AS month, COUNT(*),
       SUM(CASE WHEN c.found_fen + c.passed_fen > 0 THEN c.found_fen + c.passed_fen ELSE 0 END),
       SUM(CASE WHEN c.found_fen + c.passed_fen < 0 THEN -c.found_fen - c.passed_fen ELSE 0 END),
       SUM(CASE WHEN c.state IN ('open', 'proposed') THEN 1 ELSE 0 END)
  FROM over_short_cases c
 WHERE c.hall_id IN :halls AND c.business_date BETWEEN :first AND :last AND c.state <> 'vanished'
 GROUP BY c.hall_id, c.clerk, SUBSTR(CAST(c.business_date AS TEXT), 1, 7)
"""
_NAMES = """
SELECT e.hall_id, e.number, p.name FROM employments e JOIN persons p ON p.id = e.person_id
 WHERE e.hall_id IN :halls
"""


@dataclass(frozen=True, slots=True)
class _Late:
    """A day, or one source of it, that somebody still owes."""

    hall_id: int
    date: dt.date
    what: Text


def make_overview(uow: UnitOfWork, codes: Sequence[str]) -> FormReport:
    """Give the halls of these codes, or all that the asker oversees, as they stand now.

    Raises NotPermitted and UnknownHall.
    """
    halls = halls_overseen(uow, codes, AREA)
    today = uow.today
    recent, year = (today - DAYS * A_DAY, today - A_DAY), (months_to(today, MONTHS)[0], today)
    late = sorted(_late(uow, halls, *recent), key=lambda one: (one.date, one.hall_id))
    cases = _read(uow, _CASES, halls, *year)
    names = {row[:2]: row[2] for row in _read(uow, _NAMES, halls)}
    return FormReport(
        name="overview",
        title=TITLE,
        tables=(
            _by_hall(uow, halls, recent, late),
            _late_table(halls, late),
            _by_clerk(halls, cases, names),
            _by_month(cases, today),
        ),
        heading=((Text("营业厅", "Halls"), scope_of(halls)), (Text("截至", "As of"), today)),
        notes=(
            Text(
                f"营业日与迟报为最近 {DAYS} 日,长短款为最近 {MONTHS} 个月;长款与短款不相抵。",
                f"Days and late sources of the last {DAYS} days, over and short of the last"
                f" {MONTHS} months; over and short are never netted.",
            ),
        ),
        kicker=KICKER,
    )


def overview_charts(report: FormReport, language: Language) -> dict[str, Markup]:
    """Give the chart of each table that has one, drawn from the table's own rows."""
    charts = {}
    for table in report.full_tables:
        short = table.index("short")
        if table.name == "clerks":
            bars = [(f"{row[0]} {row[1]}", _fen(row[short])) for row in table.rows]
            shown = [bar for bar in bars if bar[1] > 0]
            if shown:
                rest = OTHERS.in_language(language)
                charts[table.name] = draw_bars(chart_title(table, "short", language), shown, rest)
        elif table.name == "months":
            months = [(str(row[0]), _fen(row[short])) for row in table.rows]
            charts[table.name] = draw_months(chart_title(table, "short", language), months)
    return charts


def overview_paper(uow: UnitOfWork, report: FormReport, *, language: Language) -> bytes:
    """Give the overview as PDF with its charts."""
    return charted_paper(uow, report, overview_charts(report, language), language=language)


def _by_hall(
    uow: UnitOfWork,
    halls: Sequence[Hall],
    recent: tuple[dt.date, dt.date],
    late: Sequence[_Late],
) -> GoodsList:
    days = {row[0]: row[1:] for row in _read(uow, _DAYS, halls, *recent)}
    blocking = dict(_read(uow, _BLOCKING, halls, *recent))
    owed = Counter(one.hall_id for one in late)
    rows: list[tuple[Cell, ...]] = []
    for hall in halls:
        oldest, working, submitted, closed = days.get(hall.id, (None, 0, 0, 0))
        rows.append(
            (
                f"{hall.code} {hall.name}",
                None if oldest is None else _date(oldest),
                int(working),
                int(submitted),
                int(closed),
                owed[hall.id],
                int(blocking.get(hall.id, 0)),
            )
        )
    rows.sort(key=lambda row: (row[1] is None, str(row[1]), str(row[0])))
    return GoodsList(
        "halls",
        Text("各厅营业日", "Days of each hall"),
        (
            HALL,
            ListColumn("oldest", Text("最早未签", "Oldest open"), CellKind.DATE),
            ListColumn("working", Text("待稽核", "Not signed"), CellKind.INTEGER, total=True),
            ListColumn("submitted", Text("待经理", "At the manager"), CellKind.INTEGER, total=True),
            ListColumn("closed", Text("待财务", "At finance"), CellKind.INTEGER, total=True),
            ListColumn("late", Text("迟报", "Late"), CellKind.INTEGER, total=True),
            ListColumn("blocking", Text("阻断差异", "Blocking"), CellKind.INTEGER, total=True),
        ),
        rows,
    )


def _late(uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date) -> Iterable[_Late]:
    for hall_id, date, source, _ in _read(
        uow, _LATE, halls, first, last, now=microseconds(uow.now)
    ):
        yield _Late(hall_id, _date(date), source_text(source))
    ids = [hall.id for hall in halls]
    hours, calendars = limit_of_each(uow, DUE_HOUR, ids), calendars_of(uow, ids)
    for hall_id, date in unreported_days(uow, halls, first, last):
        if calendars.sources_due(hall_id, date, hours[hall_id]) < uow.now:
            yield _Late(hall_id, date, NO_DAY)


def _late_table(halls: Sequence[Hall], late: Sequence[_Late]) -> GoodsList:
    named = {hall.id: f"{hall.code} {hall.name}" for hall in halls}
    together: dict[tuple[int, dt.date], list[Text]] = defaultdict(list)
    for one in late:
        together[one.hall_id, one.date].append(one.what)
    rows: list[tuple[Cell, ...]] = [
        (
            date,
            named[hall_id],
            Text("、".join(one.zh for one in what), ", ".join(one.en for one in what)),
        )
        for (hall_id, date), what in together.items()
    ]
    return GoodsList(
        "late",
        Text("迟报", "Late reports"),
        (
            ListColumn("date", Text("营业日", "Day"), CellKind.DATE),
            HALL,
            ListColumn("sources", Text("未到来源", "What is missing")),
        ),
        rows,
    )


def _by_clerk(
    halls: Sequence[Hall], cases: Sequence[Any], names: dict[tuple[int, str], str]
) -> GoodsList:
    codes = {hall.id: hall.code for hall in halls}
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for hall_id, clerk, _, *figures in cases:
        kept = sums[hall_id, clerk]
        sums[hall_id, clerk] = [a + int(b) for a, b in zip(kept, figures, strict=True)]
    rows: list[tuple[Cell, ...]] = [
        (
            codes[hall_id],
            f"{clerk} {names.get((hall_id, clerk), '')}".strip(),
            n,
            over,
            short,
            open_,
        )
        for (hall_id, clerk), (n, over, short, open_) in sums.items()
    ]
    rows.sort(key=lambda row: (-_fen(row[4]), -_fen(row[3]), str(row[0]), str(row[1])))
    return GoodsList(
        "clerks",
        Text("长短款(按营业员)", "Over and short by clerk"),
        (
            HALL,
            ListColumn("clerk", Text("营业员", "Clerk")),
            CASES,
            OVER,
            SHORT,
            ListColumn("open", Text("未处理", "Open"), CellKind.INTEGER, total=True),
        ),
        rows,
    )


def _by_month(cases: Sequence[Any], today: dt.date) -> GoodsList:
    count: Counter[str] = Counter()
    over: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for _, _, month, n, over_fen, short_fen, _ in cases:
        count[month] += int(n)
        over[month] += int(over_fen)
        short[month] += int(short_fen)
    months = [f"{month:%Y-%m}" for month in months_to(today, MONTHS)]
    return GoodsList(
        "months",
        Text("长短款(按月)", "Over and short by month"),
        (ListColumn("month", Text("月份", "Month")), CASES, OVER, SHORT),
        [(one, count[one], over[one], short[one]) for one in months] if cases else [],
    )


def _read(
    uow: UnitOfWork,
    sql: str,
    halls: Sequence[Hall],
    first: dt.date | None = None,
    last: dt.date | None = None,
    **asked: object,
) -> Sequence[Any]:
    query = text(sql).bindparams(bindparam("halls", expanding=True))
    if first is not None:
        query = query.bindparams(bindparam("first", type_=Date), bindparam("last", type_=Date))
        asked |= {"first": first, "last": last}
    return uow.session.execute(query, {"halls": [hall.id for hall in halls], **asked}).all()


def _date(told: object) -> dt.date:
    return dt.date.fromisoformat(str(plain(told)))


def _fen(value: Cell) -> int:
    return value if isinstance(value, int) else 0
