"""X · account against invoice: X01, X02 and X03 of CHECKS, across days."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.stage_invoices import NOT_A_TWIN
from ledger.audit.staging import current
from ledger.text import Text

X01 = Check(
    code="X01",
    name=Text("有账无票", "No invoice"),
    severity="block",
    override="tier",
    message=Text(
        "流水 {txn} 收款 {expected},没有有效发票,也未登记未索票。",
        "Transaction {txn} took {expected}; it has no live invoice and none was waived.",
    ),
    remedy=Text(
        "补开发票并登记;客户不要票的,更正为未索票。",
        "Issue and register the invoice; if the customer wants none, mark it waived.",
    ),
    rule="CHECKS X01; DOMAIN INV-14, REC-02",
)
X02 = Check(
    code="X02",
    name=Text("有票无账", "Invoice without account"),
    severity="block",
    override="tier",
    message=Text(
        "发票 {invoice} 开具 {found},没有对应的收费流水。",
        "Invoice {invoice} for {found} belongs to no transaction.",
    ),
    remedy=Text(
        "查明收费流水并建立对应;异地或月结开票的更正开票依据;无收费的作废或红冲。",
        "Find the transaction and link it; correct the basis if it was billed elsewhere or by the"
        " month; void or reverse what was not charged.",
    ),
    rule="CHECKS X02; DOMAIN REC-02",
)
X03 = Check(
    code="X03",
    name=Text("账票金额不符", "Invoice for another amount"),
    severity="block",
    override="tier",
    message=Text(
        "{subject}:账 {expected},票 {found},差 {difference}。",
        "{subject}: account {expected}, invoice {found}: {difference}.",
    ),
    remedy=Text(
        "核对收费与开票金额;票错的作废重开或红冲,账错的填差错更正单。",
        "Compare both amounts; void and reissue or reverse the invoice, or correct the entry.",
    ),
    rule="CHECKS X03; DOMAIN REC-02",
)

NO_INVOICE = Question(
    (X01,),
    """
SELECT t.hall_id, t.business_date, 'X01', 'txn:' || t.txn_no, t.clerk, t.received, 0, 'block', '{}'
  FROM audit_transactions t
 WHERE t.received > 0 AND t.invoiced_at_payment = 1 AND t.waived = 0
   AND NOT EXISTS (SELECT 1 FROM audit_live_links l
                    WHERE l.hall_id = t.hall_id AND l.business_date = t.business_date
                      AND l.txn_no = t.txn_no)
""",
)

_SEVERAL = """
SELECT hall_id, business_date, txn_no, on_txn AS invoiced FROM audit_several WHERE of_txn > 1
"""

_LINKED = """
SELECT l.hall_id, l.business_date, l.invoice_code, l.invoice_no, COUNT(*) AS transactions,
       CAST(SUM(l.received) AS BIGINT) AS received,
       MAX(CASE WHEN v.txn_no IS NULL THEN 0 ELSE 1 END) AS shared
  FROM audit_live_links l
  LEFT JOIN several v ON v.hall_id = l.hall_id AND v.business_date = l.business_date
       AND v.txn_no = l.txn_no
 WHERE l.basis = 'txn'
 GROUP BY l.hall_id, l.business_date, l.invoice_code, l.invoice_no
"""

_LINK_AMOUNTS = f"""
SELECT m.hall_id, m.business_date, m.invoice_code, m.invoice_no,
       CAST(SUM(m.amount) AS BIGINT) AS amount
  FROM (SELECT n.hall_id, n.business_date, n.invoice_code, n.invoice_no, e.amount
          FROM audit_scope s CROSS JOIN audit_numbers_today n CROSS JOIN evidence_invoice_links e
         WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
           AND e.hall_id = n.hall_id AND e.invoice_code = n.invoice_code
           AND e.invoice_no = n.invoice_no AND e.amount IS NOT NULL AND {current("e")}
         UNION ALL
        SELECT w.hall_id, w.business_date, w.invoice_code, w.invoice_no, e.amount
          FROM audit_scope s CROSS JOIN audit_twins w CROSS JOIN evidence_invoice_links e
         WHERE w.hall_id = s.hall_id AND w.business_date = s.business_date
           AND e.hall_id = w.hall_id AND e.invoice_code = '' AND e.invoice_no = w.digital_no
           AND e.amount IS NOT NULL AND {current("e")}) m
 GROUP BY m.hall_id, m.business_date, m.invoice_code, m.invoice_no
"""

# An invoice is asked on the day of its present state; one that shares a transaction with another
# is compared there, as a whole.
INVOICES_AGAINST_ACCOUNT = Question(
    (X02, X03),
    f"""
WITH several AS ({_SEVERAL}),
linked AS ({_LINKED}),
link_amounts AS ({_LINK_AMOUNTS}),
asked AS (
SELECT f.hall_id, f.business_date, f.invoice_code, f.invoice_no, f.clerk, f.amount,
       COALESCE(k.transactions, 0) AS transactions, COALESCE(k.shared, 0) AS shared,
       COALESCE(m.amount, k.received, 0) AS account
  FROM audit_forms f
  LEFT JOIN linked k ON k.hall_id = f.hall_id AND k.business_date = f.business_date
       AND k.invoice_no = f.invoice_no AND k.invoice_code = f.invoice_code
  LEFT JOIN link_amounts m ON m.hall_id = f.hall_id AND m.business_date = f.business_date
       AND m.invoice_no = f.invoice_no AND m.invoice_code = f.invoice_code
 WHERE f.issued_on = f.business_date AND f.status IN ('issued', 'red') AND f.basis = 'txn'
   AND {NOT_A_TWIN})
SELECT hall_id, business_date, CASE WHEN transactions = 0 THEN 'X02' ELSE 'X03' END,
       'invoice:' || invoice_code || '/' || invoice_no, clerk,
       CASE WHEN transactions = 0 THEN 0 ELSE account END, amount, 'block', '{{}}'
  FROM asked
 WHERE transactions = 0 OR (shared = 0 AND account <> amount)
 UNION ALL
SELECT t.hall_id, t.business_date, 'X03', 'txn:' || t.txn_no, t.clerk, t.received, v.invoiced,
       'block', '{{}}'
  FROM audit_transactions t
  JOIN several v ON v.hall_id = t.hall_id AND v.business_date = t.business_date
       AND v.txn_no = t.txn_no
 WHERE t.received <> v.invoiced
""",
)

LINK_QUESTIONS = (NO_INVOICE, INVOICES_AGAINST_ACCOUNT)

register_checks(LINK_QUESTIONS)
