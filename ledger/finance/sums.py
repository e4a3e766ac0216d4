"""What the lines of signed days add up to, by what a voucher needs: set-based for any hall-days.

Everything is read as of the auditor's signature, so that a voucher made later is about what he
signed. Amounts are fen; receipts and what is given back are summed apart.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from ledger.audit.as_then import books_as_then
from ledger.audit.stage import clear_stage, stage_takings
from ledger.audit.stage_shifts import PAYMENTS
from ledger.audit.staging import current
from ledger.audit.totals import TotalRow, read_totals, totals_by_day
from ledger.work import UnitOfWork

HallDate = tuple[int, dt.date]
Totals = dict[tuple[str, str], tuple[int, int | None]]
"""(clerk, tender) -> computed and declared, in fen."""

_SIGN = "CASE WHEN {0} < 0 THEN -1 ELSE 1 END"
_REFUND_KINDS = "('refund', 'deposit_return', 'transfer_balance', 'waiver', 'gift_credit')"

PAID = f"""
SELECT hall_id, business_date, tender AS what, {_SIGN.format("amount")} AS sign,
       CAST(SUM(amount) AS BIGINT) AS fen
  FROM ({PAYMENTS}) p WHERE amount <> 0
 GROUP BY hall_id, business_date, tender, {_SIGN.format("amount")}
"""

_WHAT = f"""CASE
         WHEN a.deposit = 1 THEN 'deposit:*'
         WHEN a.line_kind = 'refund' THEN 'refund:' || COALESCE(
           (SELECT k.kind FROM documents k WHERE k.hall_id = a.hall_id AND a.document_no <> ''
               AND k.number = a.document_no AND k.kind IN {_REFUND_KINDS}),
           (SELECT MIN(r.kind) FROM evidence_refunds r WHERE r.hall_id = a.hall_id
               AND a.document_no <> '' AND r.row_key = a.document_no AND {current("r")}), 'refund')
         ELSE 'business:' || a.business END"""


def _lines(kinds: str) -> str:
    """Account lines by what they are for; what was paid in advance is taken out of their income."""
    own = f"""
    SELECT a.hall_id, a.business_date, {_WHAT} AS what, a.received - a.prepaid AS fen,
           a.prepaid, a.deposit
      FROM audit_scope s CROSS JOIN evidence_accounts a
     WHERE a.hall_id = s.hall_id AND a.business_date = s.business_date AND {kinds}
       AND {current("a")}"""
    return f"""
SELECT hall_id, business_date, what, {_SIGN.format("fen")} AS sign,
       CAST(SUM(fen) AS BIGINT) AS fen
  FROM ({own}) l WHERE fen <> 0
 GROUP BY hall_id, business_date, what, {_SIGN.format("fen")}
 UNION ALL
SELECT hall_id, business_date, 'prepaid:*', {_SIGN.format("prepaid")},
       CAST(SUM(prepaid) AS BIGINT)
  FROM ({own}) l WHERE prepaid <> 0
 GROUP BY hall_id, business_date, {_SIGN.format("prepaid")}
"""


EARNED = _lines("a.line_kind <> 'correction'")
CORRECTED = _lines("a.line_kind = 'correction'")

FEES = f"""
SELECT s.hall_id, s.business_date, e.tender AS what, {_SIGN.format("e.fee")} AS sign,
       CAST(SUM(e.fee) AS BIGINT) AS fen
  FROM audit_scope s CROSS JOIN evidence_settlements e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND e.fee <> 0
   AND {current("e")}
 GROUP BY s.hall_id, s.business_date, e.tender, {_SIGN.format("e.fee")}
"""

ADJUSTED = f"""
SELECT s.hall_id, s.business_date, e.kind AS what, {_SIGN.format("e.amount")} AS sign,
       CAST(SUM(e.amount) AS BIGINT) AS fen
  FROM audit_scope s CROSS JOIN evidence_adjustments e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND e.amount <> 0
   AND {current("e")}
 GROUP BY s.hall_id, s.business_date, e.kind, {_SIGN.format("e.amount")}
"""


def _end(column: str) -> str:
    """An end of a move: the drawers of clerks and the safe are the hall's cash."""
    return f"""CASE WHEN {column} = '' THEN 'unallocated:*'
       WHEN {column} = 'safe' THEN 'place:hall'
       WHEN EXISTS (SELECT 1 FROM employments p
                     WHERE p.hall_id = e.hall_id AND p.number = {column}) THEN 'place:hall'
       WHEN {column} LIKE 'expense:%' THEN {column}
       ELSE 'place:' || {column} END"""


MOVED = f"""
SELECT s.hall_id, s.business_date, {_end("e.moved_to")} AS debit,
       {_end("e.moved_from")} AS credit, CAST(SUM(e.amount) AS BIGINT) AS fen
  FROM audit_scope s CROSS JOIN evidence_cash_moves e
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND e.amount <> 0
   AND {current("e")}
 GROUP BY s.hall_id, s.business_date, {_end("e.moved_to")}, {_end("e.moved_from")}
 UNION ALL
SELECT s.hall_id, s.business_date, 'place:bank', 'place:hall',
       CAST(SUM(e.amount + COALESCE(m.gap, 0)) AS BIGINT)
  FROM audit_scope s CROSS JOIN evidence_deposits e
  LEFT JOIN audit_matched_slips m ON m.hall_id = e.hall_id
       AND m.business_date = e.business_date AND m.slip_no = e.slip_no
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND e.step = 'bank'
   AND e.amount <> 0 AND {current("e")}
 GROUP BY s.hall_id, s.business_date
"""

# Differences in cash that no declaration states: at a hand-over between clerks, or at the bank.
PASSED = """
SELECT s.hall_id, s.business_date, CASE WHEN dr.kind = 'over_short' THEN dr.holder
       ELSE cr.holder END AS what, CASE WHEN dr.kind = 'over_short' THEN -1 ELSE 1 END AS sign,
       CAST(SUM(p.amount) AS BIGINT) AS fen
  FROM audit_scope s
 CROSS JOIN postings p
  JOIN accounts dr ON dr.hall_id = p.hall_id AND dr.id = p.debit_account
  JOIN accounts cr ON cr.hall_id = p.hall_id AND cr.id = p.credit_account
  JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
 WHERE p.hall_id = s.hall_id AND p.business_date = s.business_date
   AND (dr.kind = 'over_short') <> (cr.kind = 'over_short')
   AND d.kind IN ('bank_receipt', 'bank_match', 'shift_handover') AND p.event_no < s.as_of
 GROUP BY s.hall_id, s.business_date, dr.kind, dr.holder, cr.kind, cr.holder
"""

# What was sold, by the cost of each unit; what came back the same day is taken off.
SOLD = """
SELECT s.hall_id, s.business_date, c.category AS what,
       CAST(SUM(CASE WHEN dr.kind = 'customer' THEN p.amount ELSE -p.amount END) AS BIGINT)
         AS pieces,
       CAST(SUM(CASE WHEN dr.kind = 'customer' THEN 1 ELSE -1 END * COALESCE(u.cost_fen, 0))
         AS BIGINT) AS fen,
       CAST(SUM(CASE WHEN u.cost_fen IS NOT NULL THEN 0 WHEN dr.kind = 'customer' THEN p.amount
                     ELSE -p.amount END) AS BIGINT) AS uncosted
  FROM audit_scope s
 CROSS JOIN postings p
  JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id AND d.kind = 'sale'
  JOIN commodities c ON c.id = p.commodity_id
  JOIN accounts dr ON dr.hall_id = p.hall_id AND dr.id = p.debit_account
  LEFT JOIN units u ON u.hall_id = p.hall_id AND u.id = p.unit_id AND p.unit_id <> 0
 WHERE p.hall_id = s.hall_id AND p.business_date = s.business_date AND p.event_no < s.as_of
   AND NOT EXISTS (SELECT 1 FROM document_facts f
                    WHERE f.hall_id = d.hall_id AND f.document_id = d.id
                      AND f.revision = d.revision AND f.name = 'purpose')
 GROUP BY s.hall_id, s.business_date, c.category
"""

# The act of posting follows at once on the last signature, and is dated on the day it counts.
DECIDED = """
SELECT d.hall_id, n.business_date, d.number AS what, w.value AS way, t.value AS tender,
       c.value AS clerk, d.amount_fen AS fen
  FROM documents d
  JOIN signatures g ON g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'approve'
  JOIN events n ON n.hall_id = g.hall_id AND n.event_no = g.event_no + 1
       AND n.act = 'document.posted' AND n.subject = 'document:' || d.number
  JOIN audit_scope s ON s.hall_id = d.hall_id AND s.business_date = n.business_date
       AND n.event_no < s.as_of
  JOIN document_facts w ON w.hall_id = d.hall_id AND w.document_id = d.id
       AND w.revision = d.revision AND w.name = 'way'
  JOIN document_facts t ON t.hall_id = d.hall_id AND t.document_id = d.id
       AND t.revision = d.revision AND t.name = 'tender'
  JOIN document_facts c ON c.hall_id = d.hall_id AND c.document_id = d.id
       AND c.revision = d.revision AND c.name = 'clerk'
 WHERE d.kind = 'over_short' AND d.state IN ('posted', 'reversed')
 ORDER BY d.hall_id, d.number
"""

UNDONE = """
SELECT d.hall_id, n.business_date, d.number AS what, w.value AS way, t.value AS tender,
       c.value AS clerk, -d.amount_fen AS fen
  FROM documents d
  JOIN events n ON n.hall_id = d.hall_id AND n.act = 'document.reversed'
       AND n.subject = 'document:' || d.number
  JOIN audit_scope s ON s.hall_id = d.hall_id AND s.business_date = n.business_date
       AND n.event_no < s.as_of
  JOIN document_facts w ON w.hall_id = d.hall_id AND w.document_id = d.id
       AND w.revision = d.revision AND w.name = 'way'
  JOIN document_facts t ON t.hall_id = d.hall_id AND t.document_id = d.id
       AND t.revision = d.revision AND t.name = 'tender'
  JOIN document_facts c ON c.hall_id = d.hall_id AND c.document_id = d.id
       AND c.revision = d.revision AND c.name = 'clerk'
 WHERE d.kind = 'over_short' AND d.state = 'reversed'
 ORDER BY d.hall_id, d.number
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a case that day; an undone decision is below zero."""

    number: str
    way: str
    tender: str
    clerk: str
    fen: int


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """Goods of a category sold that day, less what came back: pieces, and what they had cost.

    `fen` is the cost of the units whose cost is known; `uncosted` are the pieces of no known cost,
    also all that is counted and not told apart, which the month values at its average.
    """

    category: str
    pieces: int
    fen: int
    uncosted: int


@dataclass(slots=True)
class DaySums:
    """The sums of one hall-day, each a list of (what, fen), what is given back below zero."""

    totals: list[TotalRow] = field(default_factory=list)
    paid: list[tuple[str, int]] = field(default_factory=list)
    earned: list[tuple[str, int]] = field(default_factory=list)
    corrected: list[tuple[str, int]] = field(default_factory=list)
    fees: list[tuple[str, int]] = field(default_factory=list)
    adjusted: list[tuple[str, int]] = field(default_factory=list)
    passed: list[tuple[str, int]] = field(default_factory=list)
    moved: list[tuple[str, str, int]] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    sold: list[SoldGoods] = field(default_factory=list)


def sum_as_signed(
    uow: UnitOfWork, signed_at: Mapping[HallDate, int], signed: Mapping[HallDate, Totals]
) -> dict[HallDate, DaySums]:
    """Add up signed hall-days; where that is not the totals signed, in the books as they then were.

    Evidence is read as of the signature in any case. What is set in place and leaves no rows, such
    as whose number is whose, is laid over the books only for the few days it changed.
    """
    days = sum_days(uow, signed_at)
    for key, totals in signed.items():
        if totals_of(days[key]) != totals:
            with books_as_then(uow, key[0], signed_at[key]):
                days[key] = sum_days(uow, {key: signed_at[key]})[key]
    return days


def totals_of(sums: DaySums) -> Totals:
    """Give what was computed and declared by clerk and tender."""
    return {(clerk, tender): (c, d) for clerk, tender, c, d in sums.totals}


def sum_days(uow: UnitOfWork, signed_at: Mapping[HallDate, int]) -> dict[HallDate, DaySums]:
    """Add up signed hall-days, each as of the number of the event that signed it."""
    days: dict[HallDate, DaySums] = defaultdict(DaySums)
    if not signed_at:
        return days
    stage_takings(uow, list(signed_at), as_of=signed_at)
    for key, stored in totals_by_day(uow).items():
        days[key].totals = read_totals(stored)
    for name, query in (
        ("paid", PAID),
        ("earned", EARNED),
        ("corrected", CORRECTED),
        ("fees", FEES),
        ("adjusted", ADJUSTED),
    ):
        for row in _ordered(uow, query, ("what", "sign")):
            getattr(days[_key(row)], name).append((row.what, row.fen))
    for row in _ordered(uow, PASSED, ("what", "sign")):
        days[_key(row)].passed.append((row.what, row.sign * row.fen))
    for row in _ordered(uow, MOVED, ("debit", "credit")):
        days[_key(row)].moved.append((row.debit, row.credit, row.fen))
    for row in _ordered(uow, SOLD, ("what",)):
        if row.pieces or row.fen:
            sold = SoldGoods(row.what, row.pieces, row.fen, row.uncosted)
            days[_key(row)].sold.append(sold)
    for query in (DECIDED, UNDONE):
        for row in uow.session.execute(text(query)):
            decision = Decision(row.what, row.way, row.tender, row.clerk, row.fen)
            days[_key(row)].decided.append(decision)
    clear_stage(uow)
    return days


def _ordered(uow: UnitOfWork, query: str, keys: Sequence[str]) -> list[Any]:
    rows = uow.session.execute(text(query)).all()
    return sorted(rows, key=lambda row: tuple(getattr(row, key) for key in keys))


def _key(row: Any) -> HallDate:
    date = row.business_date
    return row.hall_id, date if isinstance(date, dt.date) else dt.date.fromisoformat(date)
