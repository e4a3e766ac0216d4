"""P10 · invoiced twice: one payment on several invoices, or one month billed twice.

Of a transaction an invoice bills what a link states for both, else all of it. A month bill stands
while it is neither void nor taken back in full by red letters.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
from ledger.text import Text

P10 = Check(
    code="P10",
    name=Text("重复开票", "Invoiced twice"),
    severity="block",
    override="tier",
    message=Text("{subject} 重复开票:{why}。", "Invoiced twice, {subject}: {why}."),
    remedy=Text(
        "多开的收齐各联作废或开红字;一张发票对多笔的,补登票账对应的金额。",
        "Void what was issued twice with all copies, or issue a red letter; where an invoice is for"
        " several transactions, state in its links how much of each.",
    ),
    rule="CHECKS P10; DOMAIN INV-02",
)
BILLS = "('month_bill', 'reissue')"

_BILLED = f"""COALESCE((
         SELECT CAST(SUM(e.amount) AS BIGINT) FROM evidence_invoice_links e
          WHERE e.hall_id = l.hall_id AND e.txn_no = l.txn_no
            AND ((e.invoice_code = l.invoice_code AND e.invoice_no = l.invoice_no)
                 OR (e.invoice_code = '' AND EXISTS (
                     SELECT 1 FROM audit_twins w
                      WHERE w.hall_id = l.hall_id AND w.business_date = l.business_date
                        AND w.invoice_code = l.invoice_code AND w.invoice_no = l.invoice_no
                        AND w.digital_no = e.invoice_no)))
            AND e.amount IS NOT NULL AND {current("e")}), l.amount)"""

# What several invoices bill of one transaction of the day.
_OF_TRANSACTION = f"""
SELECT v.hall_id, v.business_date, v.txn_no, MAX(v.invoices) AS invoices,
       CAST(SUM({_BILLED}) AS BIGINT) AS billed
  FROM audit_scope s CROSS JOIN audit_several v CROSS JOIN audit_live_links l
 WHERE v.hall_id = s.hall_id AND v.business_date = s.business_date
   AND l.hall_id = v.hall_id AND l.business_date = v.business_date AND l.txn_no = v.txn_no
 GROUP BY v.hall_id, v.business_date, v.txn_no
"""

_PAID = """
SELECT hall_id, business_date, txn_no, CAST(SUM(amount) AS BIGINT) AS amount
  FROM audit_split GROUP BY hall_id, business_date, txn_no
"""

_SAME_FORM = """{0}.hall_id = {1}.hall_id AND {0}.invoice_no = {1}.invoice_no
            AND {0}.invoice_code = {1}.invoice_code"""


def _is_last(row: str, status: str) -> str:
    """Give the condition that a register row of a status is of its number's last state."""
    return f"""NOT EXISTS (
         SELECT 1 FROM evidence_invoices z
          WHERE {_SAME_FORM.format("z", row)} AND {current("z")}
            AND (z.issued_at > {row}.issued_at
                 OR (z.issued_at = {row}.issued_at AND z.status <> '{status}')))"""


def _stands(bill: str) -> str:
    """Give the condition that a register row's invoice is neither void since nor taken back."""
    return f"""{_is_last(bill, "issued")}
   AND COALESCE((
         SELECT SUM(ABS(w.amount)) FROM evidence_invoices w
          WHERE w.hall_id = {bill}.hall_id AND w.original_no = {bill}.invoice_no
            AND w.original_code = {bill}.invoice_code AND w.status = 'red' AND {current("w")}
            AND {_is_last("w", "red")}), 0)
     + COALESCE((
         SELECT SUM(ABS(w.amount)) FROM evidence_invoices w
          WHERE w.hall_id = {bill}.hall_id AND w.original_no = {bill}.digital_no
            AND {bill}.digital_no <> '' AND {bill}.invoice_code <> '' AND w.original_code = ''
            AND w.status = 'red' AND {current("w")} AND {_is_last("w", "red")}), 0)
       < (SELECT SUM(w.amount) FROM evidence_invoices w
           WHERE {_SAME_FORM.format("w", bill)} AND w.status = 'issued'
             AND w.issued_at = {bill}.issued_at AND {current("w")})"""


def _is_own(row: str) -> str:
    """Give the condition that a register row is not under the other number of a paper form."""
    return f"""NOT EXISTS (
         SELECT 1 FROM evidence_invoices y
          WHERE y.hall_id = {row}.hall_id AND y.digital_no = {row}.invoice_no
            AND y.digital_no <> '' AND y.invoice_code <> '' AND {row}.invoice_code = ''
            AND {current("y")})"""


# Each month bill of the day that stands, where one issued before it stands as well.
_MONTH_AGAIN = f"""
SELECT e.hall_id, e.business_date, e.invoice_code, e.invoice_no, e.clerk, e.subscriber, e.period,
       o.invoice_code || '/' || o.invoice_no AS earlier
  FROM audit_scope s CROSS JOIN evidence_invoices e CROSS JOIN evidence_invoices o
 WHERE e.hall_id = s.hall_id AND e.business_date = s.business_date AND e.period <> ''
   AND e.subscriber <> '' AND e.status = 'issued' AND e.basis IN {BILLS} AND {current("e")}
   AND o.hall_id = e.hall_id AND o.period = e.period AND o.period <> ''
   AND o.subscriber = e.subscriber
   AND o.status = 'issued' AND o.basis IN {BILLS} AND {current("o")}
   AND (o.issued_at < e.issued_at OR (o.issued_at = e.issued_at
        AND (o.invoice_code < e.invoice_code
             OR (o.invoice_code = e.invoice_code AND o.invoice_no < e.invoice_no))))
   AND NOT ({_SAME_FORM.format("o", "e")})
   AND {_stands("e")} AND {_stands("o")} AND {_is_own("e")} AND {_is_own("o")}
"""

INVOICED_TWICE = Question(
    (P10,),
    f"""
SELECT t.hall_id, t.business_date, 'P10' AS check_code, 'txn:' || t.txn_no AS subject,
       t.clerk, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'block',
       {
        facts(
            fact("why", "'payment'"),
            fact("count", "CAST(b.invoices AS TEXT)"),
            fact("value_fen", "CAST(b.billed AS TEXT)"),
            fact("amount_fen", "CAST(COALESCE(p.amount, t.received) AS TEXT)"),
        )
    }
  FROM ({_OF_TRANSACTION}) b
  JOIN audit_transactions t ON t.hall_id = b.hall_id AND t.business_date = b.business_date
       AND t.txn_no = b.txn_no
  LEFT JOIN ({_PAID}) p ON p.hall_id = t.hall_id AND p.business_date = t.business_date
       AND p.txn_no = t.txn_no
 WHERE b.billed > 0 AND b.billed > COALESCE(p.amount, t.received)
 UNION ALL
SELECT m.hall_id, m.business_date, 'P10', 'invoice:' || m.invoice_code || '/' || m.invoice_no,
       MIN(m.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("why", "'period'"),
            fact("subscriber", "MIN(m.subscriber)"),
            fact("period", "MIN(m.period)"),
            fact("earlier", "MIN(m.earlier)"),
        )
    }
  FROM ({_MONTH_AGAIN}) m
 GROUP BY m.hall_id, m.business_date, m.invoice_code, m.invoice_no
""",
)

DOUBLE_QUESTIONS = (INVOICED_TWICE,)

register_checks(DOUBLE_QUESTIONS)
