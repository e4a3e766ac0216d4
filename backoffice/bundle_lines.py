"""The CSV files of a bundle: the lines behind the days, as they stood when the auditor signed them.

UTF-8 with BOM, English names of columns, yuan with two decimals, times with offset. Numbers of
people are masked, and a text that a spreadsheet would run is written with an apostrophe before it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from backoffice.bundle_words import account_name
from backoffice.workbooks import evidence_value
from invoices.kinds import FORM_CATEGORY
from ledger.audit.as_then import books_as_then
from ledger.audit.day import DayAudit
from ledger.audit.stage import clear_stage, stage_scope, stage_takings
from ledger.audit.stage_shifts import PAYMENTS
from ledger.audit.staging import current
from ledger.evidence.columns import CellType
from ledger.evidence.kinds import KINDS
from ledger.evidence.tables import sql_name
from ledger.masking import mask_numbers, mask_phone
from ledger.money import show_figure, show_yuan
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Language, Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from refunds.claims_stage import TODAYS_CLAIMS
from refunds.instruments import CASE_KINDS

BOM = b"\xef\xbb\xbf"
RUNS = ("=", "+", "-", "@", "\t", "\r")
EVIDENCE_FILES: dict[str, str] = {
    "lines": "accounts",
    "invoices": "invoices",
    "settlements": "settlements",
    "declarations": "declarations",
    "cash_moves": "cash_moves",
    "deposits": "deposits",
    "adjustments": "adjustments",
}
MONEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "lines": ("due", "discount", "prepaid", "received"),
    "payments": ("amount",),
    "invoices": ("amount",),
    "settlements": ("amount", "fee"),
    "declarations": ("amount",),
    "cash_moves": ("amount",),
    "deposits": ("amount",),
    "adjustments": ("amount",),
    "refunds": ("amount",),
    "totals": ("computed", "declared"),
    "voucher": ("debit", "credit"),
}
"""The columns of each file whose sums stand in the manifest."""

GOODS = f"""
SELECT s.business_date, d.number, d.kind, c.code, c.name, COALESCE(u.serial, '') AS serial,
       p.amount, cr.kind AS from_kind, cr.holder AS from_holder, dr.kind AS to_kind,
       dr.holder AS to_holder
  FROM audit_scope s
 CROSS JOIN postings p
  JOIN commodities c ON c.id = p.commodity_id AND c.category NOT IN ('money', '{FORM_CATEGORY}')
  JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
  JOIN accounts cr ON cr.hall_id = p.hall_id AND cr.id = p.credit_account
  JOIN accounts dr ON dr.hall_id = p.hall_id AND dr.id = p.debit_account
  LEFT JOIN units u ON u.hall_id = p.hall_id AND u.id = p.unit_id AND p.unit_id <> 0
 WHERE p.hall_id = s.hall_id AND p.business_date = s.business_date AND p.event_no < s.as_of
 ORDER BY s.business_date, p.id
"""

LIVE_CASES = f"""
SELECT 1 FROM audit_scope s
  JOIN documents d ON d.hall_id = s.hall_id AND d.business_date = s.business_date
 WHERE d.kind IN {CASE_KINDS} LIMIT 1
"""


@dataclass(slots=True)
class CsvFile:
    """A file: its columns, its rows as texts, and what its rows add up to, in fen by column."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    sums: dict[str, int] = field(default_factory=dict)

    def content(self) -> bytes:
        """Give the bytes."""
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return BOM + sheet.getvalue().encode()


def day_files(
    uow: UnitOfWork,
    hall_id: int,
    signed: Mapping[dt.date, tuple[int, DayAudit]],
    language: Language,
) -> list[CsvFile]:
    """Give the files of a hall's days; `signed` is the event and content of each signature.

    What has a name in both languages stands there in `language`.
    """
    audits = [audit for _, (_, audit) in sorted(signed.items())]
    as_of = {(hall_id, date): event_no for date, (event_no, _) in signed.items()}
    stage_takings(uow, list(as_of), as_of=as_of)
    files = [_evidence(uow, name, kind) for name, kind in EVIDENCE_FILES.items()]
    has_cases = uow.session.execute(text(LIVE_CASES)).first() is not None
    claims = [] if has_cases else _claims(uow)
    files += [_payments(uow), _goods(uow), _totals(audits), _findings(audits, language)]
    clear_stage(uow)
    if has_cases:
        claims = [claim for key in sorted(as_of) for claim in _claims_then(uow, key, as_of[key])]
    return [*files, _refunds(claims)]


def voucher_file(
    name: str, lines: Sequence[Mapping[str, Any]], language: Language, *, reverse: bool = False
) -> CsvFile:
    """Give the lines of a voucher; reversed they stand on the same side below zero (RET-05)."""
    sign = -1 if reverse else 1
    columns = ("date", "part", "key", "clerk", "account", "name", "debit", "credit")
    rows = [
        (
            *(_safe(str(line[column])) for column in columns[:5]),
            _safe(account_name(line).in_language(language)),
            *(show_yuan(sign * line[column]) if line[column] else "" for column in columns[6:]),
        )
        for line in lines
    ]
    sums = {side: sign * sum(line[side] for line in lines) for side in ("debit", "credit")}
    return CsvFile(name, columns, rows, sums)


def _evidence(uow: UnitOfWork, name: str, kind_name: str) -> CsvFile:
    kind = KINDS[kind_name]
    columns = [column for column in kind.columns if column.name != kind.business_date]
    query = f"""
SELECT e.* FROM audit_scope s CROSS JOIN evidence_{kind_name} e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND {current("e")}
 ORDER BY e.business_date, e.intake_no, e.row_no
"""
    rows: list[tuple[str, ...]] = []
    sums = dict.fromkeys(MONEY_COLUMNS[name], 0)
    for found in uow.session.execute(text(query)).mappings():
        for column in sums:
            sums[column] += found[sql_name(column)] or 0
        cells = [_cell(evidence_value(one, dict(found)), one.reads) for one in columns]
        rows.append((str(found["business_date"]), *cells))
    return CsvFile(name, ("date", *(one.name for one in columns)), rows, sums)


def _cell(value: Any, reads: CellType) -> str:
    if isinstance(value, Text):
        return value.en
    if value is None:
        return ""
    if reads is CellType.MONEY:
        return show_yuan(value)
    if reads is CellType.INSTANT:
        return str((EPOCH + value * MICROSECOND).astimezone(HALL_TIME).isoformat())
    return _safe(str(value))


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(RUNS) else value


def _payments(uow: UnitOfWork) -> CsvFile:
    columns = ("date", "txn_no", "clerk", "tender", "tender_ref", "terminal", "batch_no", "amount")
    query = f"""
SELECT business_date, txn_no, clerk, tender, tender_ref, terminal, batch_no, amount
  FROM ({PAYMENTS}) p ORDER BY business_date, txn_no, tender, tender_ref, amount
"""
    found = uow.session.execute(text(query)).all()
    rows = [
        (str(row[0]), *(_safe(mask_numbers(str(one))) for one in row[1:7]), show_yuan(row.amount))
        for row in found
    ]
    return CsvFile("payments", columns, rows, {"amount": sum(row.amount for row in found)})


def _claims(uow: UnitOfWork) -> list[Any]:
    query = f"SELECT * FROM ({TODAYS_CLAIMS}) c ORDER BY business_date, document_no"
    return list(uow.session.execute(text(query)))


def _claims_then(uow: UnitOfWork, key: tuple[int, dt.date], signed: int) -> list[Any]:
    """Give a day's claims with its cases as they stood at the signature: they go on after it."""
    with books_as_then(uow, key[0], signed):
        stage_scope(uow, [key], as_of={key: signed})
        found = _claims(uow)
        clear_stage(uow)
    return found


def _refunds(found: Sequence[Any]) -> CsvFile:
    columns = (
        *("date", "document_no", "kind", "subscriber", "amount", "original_txn_no", "requester"),
        *("approver", "second_approver", "executor", "tender", "red_invoice_no"),
        "customer_signed",
    )
    rows = [
        (
            str(row.business_date),
            row.document_no,
            row.kind,
            mask_phone(row.subscriber) if len(row.subscriber) > 7 else row.subscriber,
            show_yuan(row.amount),
            *(
                _safe(mask_numbers(one))
                for one in (
                    row.original_txn_no,
                    row.requester,
                    row.approver,
                    row.second_approver,
                    row.executor,
                    row.tender,
                    row.red_no,
                )
            ),
            str(row.customer_signed),
        )
        for row in found
    ]
    return CsvFile("refunds", columns, rows, {"amount": sum(row.amount for row in found)})


def _goods(uow: UnitOfWork) -> CsvFile:
    columns = ("date", "document_no", "kind", "item", "name", "serial", "quantity", "from", "to")
    rows = [
        (
            str(row.business_date),
            row.number or "",
            row.kind,
            *(_safe(one) for one in (row.code, row.name, row.serial)),
            str(row.amount),
            f"{row.from_kind} {row.from_holder}".strip(),
            f"{row.to_kind} {row.to_holder}".strip(),
        )
        for row in uow.session.execute(text(GOODS))
    ]
    return CsvFile("goods", columns, rows)


def _totals(audits: Iterable[DayAudit]) -> CsvFile:
    columns = ("date", "clerk", "tender", "computed", "declared", "difference")
    rows: list[tuple[str, ...]] = []
    sums = {"computed": 0, "declared": 0}
    for audit in audits:
        for one in audit.totals:
            sums["computed"] += one.computed
            sums["declared"] += one.declared or 0
            rows.append(
                (
                    audit.date.isoformat(),
                    one.clerk,
                    one.tender,
                    show_yuan(one.computed),
                    "" if one.declared is None else show_yuan(one.declared),
                    "" if one.difference is None else show_yuan(one.difference),
                )
            )
    return CsvFile("totals", columns, rows, sums)


def _findings(audits: Iterable[DayAudit], language: Language) -> CsvFile:
    columns = (
        *("date", "check", "name", "severity", "state", "clerk", "subject"),
        *("expected", "found", "difference", "in_pieces"),
    )
    return CsvFile("findings", columns, list(_finding_rows(audits, language)))


def _finding_rows(audits: Iterable[DayAudit], language: Language) -> Iterator[tuple[str, ...]]:
    for audit in audits:
        for one in audit.findings:
            figures = (one.expected, one.found, one.difference)
            yield (
                audit.date.isoformat(),
                one.check,
                one.name.in_language(language),
                one.severity,
                one.state,
                one.clerk,
                _safe(mask_numbers(one.subject)),
                *(
                    "" if fen is None else show_figure(fen, in_pieces=one.in_pieces)
                    for fen in figures
                ),
                str(int(one.in_pieces)),
            )
