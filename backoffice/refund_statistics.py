"""Statistics of refunds upward (DOMAIN REF-06): tables with their charts, on page, paper, workbook.

Each dimension splits the same cases, so each table adds up to the same sum, which is the ledger's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backoffice.charted_reports import chart_title, charted_paper
from backoffice.charts import draw_bars, draw_months
from backoffice.form_lists import FormReport
from backoffice.goods_asked import month_asked, read_month
from backoffice.goods_lists import Cell as Value
from backoffice.goods_lists import GoodsList, ListColumn, written
from backoffice.halls_asked import halls_overseen, scope_of
from backoffice.refund_answers import masked
from backoffice.refund_claims import NOTE as CLAIMS_NOTE
from backoffice.refund_claims import claim_tables
from backoffice.sheets import CellKind
from backoffice.trade_words import typeset
from ledger.actors import ROLES
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from refunds.flags import OUTCOMES, PATTERNS
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.statistics import Cell, RefundStatistics, percent_of, refund_statistics

TITLE = Text("退费减免赠款统计", "Statistics of refunds, waivers and gift credits")
MONTHS = "months"
CASES = ListColumn("cases", Text("笔数", "Cases"), CellKind.INTEGER, total=True)
AMOUNT = ListColumn("amount", Text("金额", "Amount"), CellKind.MONEY, total=True)
SHARE = ListColumn("share", Text("占比 %", "Share %"), CellKind.DECIMAL)
BEFORE = ListColumn("before", Text("上月", "Month before"), CellKind.MONEY, total=True)
CHANGE = ListColumn("change", Text("增减", "Change"), CellKind.MONEY, total=True)
CHANGE_PERCENT = ListColumn("change_percent", Text("环比 %", "Change %"), CellKind.DECIMAL)
HALL = Text("营业厅", "Hall")
NOTHING = Text("本月没有。", "None this month.")
OTHERS = Text("其他", "Others")
NOTES = (
    Text(
        "按执行日计入当月;冲销计入冲销当月,为负。各表合计与账面分录、余额逐分相符,不符则不出表。",
        "Cases count in the month they were carried out, reversals with a minus in theirs. Every"
        " table adds up to the ledger's postings and balances to the fen, or there is no report.",
    ),
    Text(
        "百分比四舍五入到 0.01%(逢五进一);上月为零时不计环比。",
        "Percentages are rounded half up to 0.01%; there is no change in percent from nothing.",
    ),
)
SIGNERS = (
    Text("制表", "Made by"),
    Text("稽核", "Auditor"),
    Text("上级主管部门", "Superior department"),
)
KICKER = Text("退费管理", "Refunds")
SAID = Text("本表与账面相符。", "These figures are the ledger's.")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split the cases: what a case belongs to, and how that is called."""

    name: str
    text: Text
    of: Callable[[Cell], object]
    words: Callable[[RefundStatistics, Cell], Text]


def _same(word: str) -> Text:
    return Text(word, word)


def _tier(_: RefundStatistics, cell: Cell) -> Text:
    roles = [ROLES.get(role, _same(role)) for role in cell.tier.split(",") if role]
    return Text("、".join(role.zh for role in roles), " + ".join(role.en for role in roles))


def _approvers(told: RefundStatistics, cell: Cell) -> Text:
    names = [told.persons.get(person, str(person)) for person in cell.approvers]
    return Text("、".join(names), " + ".join(names))


def _clerk(told: RefundStatistics, cell: Cell) -> Text:
    name = told.staff.get((cell.hall_id, cell.clerk), "")
    hall = f"{_hall_code(told, cell.hall_id)} " if len(told.halls) > 1 else ""
    return _same(f"{hall}{cell.clerk} {name}".strip())


def _hall(told: RefundStatistics, cell: Cell) -> Text:
    return next(_same(f"{hall.code} {hall.name}") for hall in told.halls if hall.id == cell.hall_id)


def _hall_code(told: RefundStatistics, hall_id: int) -> str:
    return next(hall.code for hall in told.halls if hall.id == hall_id)


HALLS = Dimension("halls", HALL, lambda cell: cell.hall_id, _hall)
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "kinds",
        Text("类型", "Kind"),
        lambda cell: cell.kind,
        lambda _, cell: INSTRUMENTS[cell.kind].text,
    ),
    HALLS,
    Dimension(
        "reasons",
        Text("原因", "Reason"),
        lambda cell: cell.reason,
        lambda _, cell: REASONS.get(cell.reason, _same(cell.reason)),
    ),
    Dimension("tiers", Text("审批层级", "Tier"), lambda cell: cell.tier, _tier),
    Dimension("approvers", Text("审批人", "Approver"), lambda cell: cell.approvers, _approvers),
    Dimension("clerks", Text("申请人", "Clerk"), lambda cell: (cell.hall_id, cell.clerk), _clerk),
)


def make_statistics(uow: UnitOfWork, codes: Sequence[str], words: Mapping[str, str]) -> FormReport:
    """Make the report of a month over the halls of these codes, or all that the asker oversees.

    Raises StatisticsDiffer, NotPermitted, UnknownHall, WrongPeriod.
    """
    halls = halls_overseen(uow, codes, "refunds")
    today = uow.today
    first, _ = month_asked(read_month(words), today)
    told = refund_statistics(uow, halls, first)
    tables = [_months(told), *(_split(told, one) for one in DIMENSIONS)]
    return FormReport(
        name="refund-statistics",
        title=TITLE,
        tables=(*tables, _numbers(told), _flags(told), _papers(told), *claim_tables(told)),
        heading=((HALL, scope_of(halls)), (Text("月份", "Month"), told.month)),
        notes=(*NOTES, CLAIMS_NOTE),
        signers=SIGNERS,
        said=SAID,
        kicker=KICKER,
    )


def month_tables(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[GoodsList]:
    """Give one hall's month of cases by each dimension; raises StatisticsDiffer, NotPermitted."""
    told = refund_statistics(uow, [hall], first)
    return [_split(told, one) for one in DIMENSIONS if one is not HALLS]


def charts_of(report: FormReport, language: Language) -> dict[str, Markup]:
    """Give the chart of each table that has one, drawn from the table's own rows."""
    charted = {MONTHS, *(one.name for one in DIMENSIONS)}
    drawn = {}
    for table in report.full_tables:
        if table.name not in charted or not table.rows:
            continue
        place = table.index("amount")
        bars = [
            (_said(written(row[0], CellKind.TEXT, language), language), _fen(row[place]))
            for row in table.rows
        ]
        title = chart_title(table, "amount", language)
        if table.name == MONTHS:
            drawn[table.name] = draw_months(title, bars)
        elif any(fen > 0 for _, fen in bars):
            rest = OTHERS.in_language(language)
            drawn[table.name] = draw_bars(title, [bar for bar in bars if bar[1]], rest)
    return drawn


def statistics_paper(uow: UnitOfWork, report: FormReport, *, language: Language) -> bytes:
    """Give the report as PDF with the same charts, and room for its signatures."""
    return charted_paper(uow, report, charts_of(report, language), language=language)


def _months(told: RefundStatistics) -> GoodsList:
    cases: Counter[str] = Counter()
    fen: Counter[str] = Counter()
    for cell in told.cells:
        cases[cell.month] += cell.cases
        fen[cell.month] += cell.fen
    rows: list[tuple[Value, ...]] = []
    before: int | None = None
    for month in told.months:
        change = None if before is None else fen[month] - before
        percent = None if before is None or change is None else percent_of(change, before)
        rows.append((month, cases[month], fen[month], change, percent))
        before = fen[month]
    return GoodsList(
        MONTHS,
        Text("近十二个月", "Twelve months"),
        (
            ListColumn("month", Text("月份", "Month")),
            CASES,
            AMOUNT,
            ListColumn("change", CHANGE.name, CellKind.MONEY),
            CHANGE_PERCENT,
        ),
        rows,
    )


def _split(told: RefundStatistics, by: Dimension) -> GoodsList:
    """Give the month's cases by one dimension, the largest first, beside the month before."""
    words: dict[object, Text] = {}
    now: Counter[object] = Counter()
    cases: Counter[object] = Counter()
    before: Counter[object] = Counter()
    hall_of: dict[object, int] = {}
    for cell in told.cells:
        if cell.month not in (told.month, told.before):
            continue
        key = by.of(cell)
        words[key] = by.words(told, cell)
        hall_of[key] = cell.hall_id
        if cell.month == told.month:
            now[key] += cell.fen
            cases[key] += cell.cases
        else:
            before[key] += cell.fen
    whole = sum(now.values())
    rows: list[tuple[Value, ...]] = []
    for key in sorted(words, key=lambda one: (-now[one], -before[one], words[one].zh)):
        change = now[key] - before[key]
        front: tuple[Value, ...] = (words[key], cases[key], now[key], percent_of(now[key], whole))
        rest: tuple[Value, ...] = (before[key], change, percent_of(change, before[key]))
        rows.append((*front, *rest, *(_of_takings(told, hall_of[key], now[key], by))))
    taken = by is HALLS
    return GoodsList(
        by.name,
        Text(f"按{by.text.zh}", f"By {by.text.en.lower()}"),
        (
            ListColumn(by.name, by.text),
            *(CASES, AMOUNT, SHARE, BEFORE, CHANGE, CHANGE_PERCENT),
            *(
                (
                    ListColumn("takings", Text("营业收款", "Takings"), CellKind.MONEY, total=True),
                    ListColumn("of_takings", Text("占收款 %", "Of takings %"), CellKind.DECIMAL),
                )
                if taken
                else ()
            ),
        ),
        rows,
        empty=NOTHING,
    )


def _of_takings(told: RefundStatistics, hall_id: int, fen: int, by: Dimension) -> tuple[Value, ...]:
    if by is not HALLS:
        return ()
    takings = told.takings.get((hall_id, told.month), 0)
    return takings, percent_of(fen, takings)


def _numbers(told: RefundStatistics) -> GoodsList:
    return GoodsList(
        "numbers",
        Text("金额最多的号码", "Numbers given most"),
        (
            ListColumn("rank", Text("名次", "Rank"), CellKind.INTEGER),
            ListColumn("number", Text("用户号码", "Subscriber")),
            ListColumn("cases", CASES.name, CellKind.INTEGER),
            ListColumn("amount", AMOUNT.name, CellKind.MONEY),
        ),
        [
            (rank, masked(one.subscriber), one.cases, one.fen)
            for rank, one in enumerate(told.numbers, 1)
        ],
        empty=NOTHING,
    )


def _flags(told: RefundStatistics) -> GoodsList:
    patterns = sorted({pattern for pattern, _ in told.flags}, key=list(PATTERNS).index)
    return GoodsList(
        "flags",
        Text("预警与处置", "Flags and what came of them"),
        (
            ListColumn("pattern", Text("模式", "Pattern")),
            *(
                ListColumn(state, text, CellKind.INTEGER, total=True)
                for state, text in OUTCOMES.items()
            ),
        ),
        [
            (PATTERNS[pattern], *(told.flags.get((pattern, state), 0) for state in OUTCOMES))
            for pattern in patterns
        ],
        empty=NOTHING,
    )


def _papers(told: RefundStatistics) -> GoodsList:
    columns = {
        "received": Text("稽核已收", "With the auditor"),
        "awaited": Text("待交", "Awaited"),
        "late": Text("其中逾期", "of them late"),
        "to_manager": Text("逾三日报经理", "over three days"),
    }
    return GoodsList(
        "papers",
        Text("资料", "Papers"),
        (
            ListColumn("hall", HALL),
            *(
                ListColumn(name, text, CellKind.INTEGER, total=True)
                for name, text in columns.items()
            ),
        ),
        [
            (
                _same(f"{hall.code} {hall.name}"),
                *(getattr(told.papers[hall.id], name) for name in columns),
            )
            for hall in told.halls
            if hall.id in told.papers
        ],
        empty=NOTHING,
    )


def _fen(value: Value) -> int:
    assert isinstance(value, int), "an amount is whole fen"
    return value


def _said(words: str, language: Language) -> str:
    return typeset(words) if language == "zh" else words
