"""The red letter's square: blue, red, refund and goods back; what is missing, with its age.

Every red letter of the register is asked, those of an imported file too; what was noted when it was
registered here, or linked since, counts beside what the register and the accounts say.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from invoices.red_errors import RedUnknown
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

SIDES: dict[str, Text] = {
    "blue": Text("原票", "original"),
    "refund": Text("退款", "refund"),
    "goods": Text("退货", "goods back"),
}

# A red letter that no later row of its number makes void.
_REDS = f"""
SELECT e.hall_id, e.invoice_code, e.invoice_no, e.issued_at, e.business_date, e.clerk, e.amount,
       e.txn_no, e.original_code, e.original_no, e.original_date, e.original_amount
  FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.status = 'red' AND {CURRENT.format("e")}
   AND NOT EXISTS (SELECT 1 FROM evidence_invoices o
                    WHERE o.hall_id = e.hall_id AND o.invoice_no = e.invoice_no
                      AND o.invoice_code || '' = e.invoice_code AND o.status = 'void'
                      AND o.issued_at >= e.issued_at AND {CURRENT.format("o")})
"""
_OF_RED = (
    "x.hall_id = r.hall_id AND x.invoice_no = r.invoice_no AND x.invoice_code = r.invoice_code"
)
_SOLD_BY_BLUE = (
    "x.hall_id = r.hall_id AND x.invoice_no = r.original_no AND x.invoice_code = r.original_code"
)
# A code has many numbers and a number few codes: joined to nothing, the code leads no index here.
_OF_BLUE = (
    "x.hall_id = r.hall_id AND x.invoice_no = r.original_no"
    " AND x.invoice_code || '' = r.original_code"
)
# Of the blue's transaction, and of the refund's, the lines that name goods.
_STATEMENT = text(
    f"""
WITH reds AS MATERIALIZED ({_REDS}),
blues AS MATERIALIZED (
SELECT r.invoice_code, r.invoice_no, MAX(x.txn_no) AS txn_no
  FROM reds r CROSS JOIN evidence_invoices x
 WHERE {_OF_BLUE} AND {CURRENT.format("x")}
 GROUP BY r.invoice_code, r.invoice_no),
refunds AS MATERIALIZED (
SELECT r.invoice_code, r.invoice_no, r.txn_no FROM reds r LEFT JOIN blues b
    ON b.invoice_code = r.invoice_code AND b.invoice_no = r.invoice_no
 WHERE r.txn_no <> '' AND r.txn_no <> COALESCE(b.txn_no, '')
 UNION
SELECT r.invoice_code, r.invoice_no, x.txn_no
  FROM reds r CROSS JOIN evidence_accounts x
 WHERE {_OF_RED} AND x.received < 0 AND {CURRENT.format("x")}
 UNION
SELECT r.invoice_code, r.invoice_no, x.txn_no
  FROM reds r CROSS JOIN evidence_invoice_links x
 WHERE {_OF_RED} AND {CURRENT.format("x")}
 UNION
SELECT r.invoice_code, r.invoice_no, x.document_no
  FROM reds r JOIN evidence_refunds x ON x.hall_id = r.hall_id
       AND x.red_invoice_no = r.invoice_no AND {CURRENT.format("x")}),
back AS MATERIALIZED (
SELECT f.invoice_code, f.invoice_no, MIN(f.txn_no) AS refund,
       MAX(CASE WHEN EXISTS (SELECT 1 FROM evidence_accounts x
                              WHERE x.hall_id = :hall AND x.txn_no = f.txn_no AND x.item <> ''
                                AND {CURRENT.format("x")})
                THEN 1 ELSE 0 END) AS goods_back
  FROM refunds f
 GROUP BY f.invoice_code, f.invoice_no)
SELECT r.invoice_code, r.invoice_no, r.business_date, r.clerk, r.amount, r.original_code,
       r.original_no, l.reason, l.refund_txn, l.refund_document, l.goods_document,
       COALESCE(l.needs_refund, 1) AS needs_refund, l.needs_goods,
       CASE WHEN r.original_no <> '' AND (b.invoice_no IS NOT NULL
              OR (r.original_date IS NOT NULL AND r.original_amount IS NOT NULL))
            THEN 1 ELSE 0 END AS has_blue,
       k.refund, COALESCE(k.goods_back, 0) AS goods_back,
       CASE WHEN EXISTS (SELECT 1 FROM evidence_accounts x
                          WHERE {_SOLD_BY_BLUE} AND x.item <> '' AND {CURRENT.format("x")})
              OR EXISTS (SELECT 1 FROM evidence_accounts x
                          WHERE x.hall_id = r.hall_id AND x.txn_no = b.txn_no AND b.txn_no <> ''
                            AND x.item <> '' AND {CURRENT.format("x")})
            THEN 1 ELSE 0 END AS sold_goods
  FROM reds r
  LEFT JOIN blues b ON b.invoice_code = r.invoice_code AND b.invoice_no = r.invoice_no
  LEFT JOIN back k ON k.invoice_code = r.invoice_code AND k.invoice_no = r.invoice_no
  LEFT JOIN red_letters l ON l.hall_id = r.hall_id AND l.invoice_code = r.invoice_code
       AND l.invoice_no = r.invoice_no
 ORDER BY r.business_date, r.invoice_code, r.invoice_no
"""
)


@dataclass(frozen=True, slots=True)
class RedView:
    """A red letter with its sides: what each is linked to, '' where it is not; what is missing."""

    invoice_code: str
    invoice_no: str
    issued_on: dt.date
    clerk: str
    amount_fen: int
    original_code: str
    original_no: str
    reason: str
    refund: str
    goods: str
    missing: tuple[str, ...]
    days: int


def red_letters(
    uow: UnitOfWork, hall: Hall, *, on: dt.date, only_missing: bool = False
) -> list[RedView]:
    """Give the hall's red letters, oldest first, with the sides missing and their age on a day."""
    rows = uow.session.execute(_STATEMENT, {"hall": hall.id})
    views = []
    for row in rows:
        refund = row.refund_txn or row.refund_document or row.refund or ""
        goods = row.goods_document or (refund if row.goods_back else "")
        known = row.needs_goods if row.reason else None
        needs_goods = bool(row.sold_goods if known is None else known)
        missing = [
            side
            for side, lacks in (
                ("blue", not row.has_blue),
                ("refund", bool(row.needs_refund) and not refund),
                ("goods", needs_goods and not goods),
            )
            if lacks
        ]
        issued_on = dt.date.fromisoformat(str(row.business_date))
        views.append(
            RedView(
                row.invoice_code,
                row.invoice_no,
                issued_on,
                row.clerk,
                row.amount,
                row.original_code,
                row.original_no,
                row.reason or "",
                refund,
                goods,
                tuple(missing),
                max(0, (on - issued_on).days),
            )
        )
    return [view for view in views if view.missing or not only_missing]


def find_red(uow: UnitOfWork, hall: Hall, code: str, number: str, *, on: dt.date) -> RedView:
    """Give one red letter with its sides; raises RedUnknown."""
    for view in red_letters(uow, hall, on=on):
        if (view.invoice_code, view.invoice_no) == (code, number):
            return view
    raise RedUnknown(number=f"{code} {number}".strip())
