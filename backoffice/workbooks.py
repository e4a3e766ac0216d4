"""The audit workbook: the figures of a hall-day and every line of evidence behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backoffice.sheets import CellKind, Column, Sheet, Value, table_workbook
from backoffice.trade_words import (
    ARRIVALS,
    CLERK,
    COMPUTED,
    DECLARED,
    DIFFERENCE,
    EXPECTED,
    FOUND,
    OVER,
    SHORT,
    TENDER,
    tender_name,
)
from ledger.audit.day import DayAudit, InvoiceRangeUse, Total
from ledger.audit.findings import FINDING_STATES, SEVERITIES
from ledger.evidence.columns import CellType, Kind
from ledger.evidence.columns import Column as EvidenceColumn
from ledger.evidence.kinds import KINDS
from ledger.evidence.tables import sql_name
from ledger.hall_days import AUDIT_STATUSES, DATA_STATUSES, HALL_STATUSES
from ledger.masking import mask_numbers, mask_phone
from ledger.text import Language, Text

__all__ = ["CellKind", "Column", "Sheet", "render_audit_workbook", "table_workbook"]

Line = Mapping[str, Any]

OPENING_FLOATS = "opening_floats"

_MONEY = CellKind.MONEY
_NAME = Text("姓名", "Name")
_CODE = Text("代码", "Code")
_CELL_KINDS = {
    CellType.TEXT: CellKind.TEXT,
    CellType.TAG: CellKind.TEXT,
    CellType.MONEY: CellKind.MONEY,
    CellType.INTEGER: CellKind.INTEGER,
    CellType.FLAG: CellKind.FLAG,
    CellType.INSTANT: CellKind.INSTANT,
    CellType.DATE: CellKind.DATE,
}
_ADDED_UP = {"due", "discount", "prepaid", "received", "amount", "fee"}
_SHORTEST_TELEPHONE = 7


def render_audit_workbook(
    day: DayAudit, lines: Mapping[str, Sequence[Line]], *, language: Language
) -> bytes:
    """Give the hall-day as xlsx: totals, findings, numbers, checks, sources, then the evidence.

    `lines` are rows by kind of file, or `opening_floats`; a row maps the kind's columns (under
    their own or their SQL names), `intake_no` and `file_line` to values as stored. Subscribers and
    numbers in free text are masked (DOMAIN RET-03).
    """
    sheets = (*_day_sheets(day), *_evidence_sheets(lines))
    return table_workbook(sheets, language=language, as_of=day.run_at)


def render_evidence_workbook(kind: str, lines: Sequence[Line], *, language: Language) -> bytes:
    """Give rows of one kind of evidence as xlsx: exactly those that a page lists."""
    return table_workbook([_evidence_sheet(KINDS[kind], lines)], language=language)


def _day_sheets(day: DayAudit) -> Iterator[Sheet]:
    yield _summary(day)
    yield _findings(day)
    yield _ranges(day)
    yield _checks(day)
    yield _sources(day)


def _summary(day: DayAudit) -> Sheet:
    return Sheet(
        title=Text("汇总", "Summary"),
        heading=(
            (Text("营业厅", "Hall"), f"{day.hall_name} {day.hall}"),
            (Text("营业日", "Date"), day.date),
            (Text("数据", "Evidence"), DATA_STATUSES[day.data_status]),
            (Text("稽核", "Audit"), AUDIT_STATUSES[day.audit_status]),
            (Text("交账", "Hand-over"), HALL_STATUSES[day.hall_status]),
            (Text("计算时间", "Calculated"), day.run_at),
            (Text("内容摘要", "Content hash"), day.content_hash),
            (Text("记事链首", "Head of the chain"), f"{day.chain_event}:{day.chain_hash}"),
        ),
        columns=(
            Column(CLERK),
            Column(_NAME),
            Column(TENDER),
            Column(Text("支付方式名称", "Tender name")),
            Column(COMPUTED, _MONEY, total=True),
            Column(DECLARED, _MONEY, total=True),
            Column(DIFFERENCE, _MONEY),
            # Over and short are never netted, so the difference itself is not added up.
            Column(OVER, _MONEY, total=True),
            Column(SHORT, _MONEY, total=True),
        ),
        rows=[_total_row(total) for total in day.totals],
    )


def _total_row(total: Total) -> Sequence[Value]:
    gap = total.difference or 0
    return (
        total.clerk,
        total.clerk_name,
        total.tender,
        tender_name(total.tender),
        total.computed,
        total.declared,
        total.difference,
        gap if gap > 0 else None,
        gap if gap < 0 else None,
    )


def _findings(day: DayAudit) -> Sheet:
    return Sheet(
        title=Text("差异", "Findings"),
        columns=(
            Column(Text("规则", "Check")),
            Column(Text("名称", "Name")),
            Column(Text("等级", "Severity")),
            Column(Text("状态", "State")),
            Column(CLERK),
            Column(_NAME),
            Column(Text("对象", "Subject")),
            Column(EXPECTED, _MONEY),
            Column(FOUND, _MONEY),
            Column(DIFFERENCE, _MONEY),
            Column(Text("说明", "Message")),
            Column(Text("处理", "What to do")),
            Column(Text("依据", "Rule")),
            Column(Text("应有件数", "Pieces expected"), CellKind.INTEGER),
            Column(Text("实点件数", "Pieces counted"), CellKind.INTEGER),
        ),
        rows=[
            (
                finding.check,
                finding.name,
                SEVERITIES[finding.severity],
                FINDING_STATES[finding.state],
                finding.clerk,
                finding.clerk_name,
                mask_numbers(finding.subject),
                *_apart((finding.expected, finding.found, finding.difference), finding.in_pieces),
                _masked(finding.message),
                _masked(finding.remedy),
                finding.rule,
                *_apart((finding.expected, finding.found), not finding.in_pieces),
            )
            for finding in day.findings
        ],
    )


def _apart(figures: Sequence[int | None], elsewhere: bool) -> Sequence[int | None]:
    """Give figures, or blanks where they stand in other columns: pieces are no money."""
    return [None] * len(figures) if elsewhere else figures


def _ranges(day: DayAudit) -> Sheet:
    return Sheet(
        title=Text("票据号段", "Invoice numbers"),
        columns=(
            Column(Text("发票代码", "Invoice code")),
            Column(Text("领用起号", "Drawn from")),
            Column(Text("领用止号", "Drawn to")),
            Column(CLERK),
            Column(_NAME),
            Column(Text("去向", "Became")),
            Column(Text("起号", "First")),
            Column(Text("止号", "Last")),
        ),
        rows=[row for used in day.invoice_ranges for row in _range_rows(used)],
    )


def _range_rows(used: InvoiceRangeUse) -> Iterator[Sequence[Value]]:
    drawn = (used.invoice_code, used.first_no, used.last_no, used.clerk, used.clerk_name)
    fates = (
        (Text("已用", "used"), used.used),
        (Text("作废", "void"), used.void),
        (Text("红字", "red"), used.red),
        (Text("缺号", "missing"), used.missing),
    )
    for fate, segments in fates:
        for segment in segments:
            first, _, last = segment.partition("-")
            yield (*drawn, fate, first, last or first)
    if not any(segments for _, segments in fates):
        yield (*drawn, Text("未用", "not used"), None, None)


def _checks(day: DayAudit) -> Sheet:
    return Sheet(
        title=Text("规则", "Checks"),
        columns=(
            Column(_CODE),
            Column(Text("名称", "Name")),
            Column(Text("差异数", "Findings"), CellKind.INTEGER, total=True),
        ),
        rows=[(check.code, check.name, check.findings) for check in day.checks],
    )


def _sources(day: DayAudit) -> Sheet:
    return Sheet(
        title=Text("数据来源", "Evidence"),
        columns=(
            Column(_CODE),
            Column(Text("来源", "Source")),
            Column(Text("状态", "State")),
            Column(Text("应到", "Due"), CellKind.INSTANT),
            Column(Text("行数", "Rows"), CellKind.INTEGER, total=True),
            Column(Text("金额", "Amount"), _MONEY),
            Column(Text("批次", "Batches")),
        ),
        rows=[
            (
                source.source,
                source.name,
                ARRIVALS[source.arrival],
                source.due_at,
                source.rows,
                source.sum_fen,
                ", ".join(map(str, source.intakes)),
            )
            for source in day.sources
        ],
    )


def _evidence_sheets(lines: Mapping[str, Sequence[Line]]) -> Iterator[Sheet]:
    unknown = set(lines) - set(KINDS) - {OPENING_FLOATS}
    assert not unknown, f"no such kind of evidence: {unknown}"
    for name, kind in KINDS.items():
        if name in lines:
            yield _evidence_sheet(kind, lines[name])
    if OPENING_FLOATS in lines:
        yield Sheet(
            title=Text("备用金", "Opening floats"),
            columns=(Column(CLERK), Column(Text("金额", "Amount"), _MONEY, total=True)),
            rows=[(line["clerk"], line["amount"]) for line in lines[OPENING_FLOATS]],
        )


def _evidence_sheet(kind: Kind, lines: Sequence[Line]) -> Sheet:
    """Show a kind's rows under the headers its files have, after the place they came from."""
    return Sheet(
        title=Text(kind.zh, kind.name.replace("_", " ").capitalize()),
        columns=(
            Column(Text("批次", "batch"), CellKind.INTEGER),
            Column(Text("行", "line"), CellKind.INTEGER),
            *(
                Column(
                    Text(column.zh, column.name),
                    _CELL_KINDS[column.reads],
                    total=column.reads is CellType.MONEY and column.name in _ADDED_UP,
                )
                for column in kind.columns
            ),
        ),
        rows=(
            (
                line.get("intake_no"),
                line.get("file_line"),
                *(evidence_value(column, line) for column in kind.columns),
            )
            for line in lines
        ),
    )


def evidence_value(column: EvidenceColumn, line: Line) -> Value:
    """Give a cell of evidence as exports carry it: numbers of people masked (DOMAIN RET-03)."""
    value: str | int | dt.date | None = line.get(column.name, line.get(sql_name(column.name)))
    if not isinstance(value, str):
        return value
    if column.name == "subscriber":
        return mask_phone(value) if len(value) > _SHORTEST_TELEPHONE else value
    if column.reads is CellType.TAG and value in column.choices:
        return Text(column.choices_zh[column.choices.index(value)], value)
    if column.reads is CellType.TEXT and not column.exact:
        return mask_numbers(value)
    return value


def _masked(text: Text) -> Text:
    return Text(mask_numbers(text.zh), mask_numbers(text.en))
