"""X · account against invoice: X01, X02 and X03 of CHECKS, across days.

X02 also asks for the goods of a red letter: paid back without them, it lacks that side (INV-08).
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.stage_invoices import NOT_A_TWIN
from ledger.audit.stage_shifts import DAY
from ledger.audit.staging import StagedTable, current
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
        "发票 {invoice} 开具 {found},{why}。",
        "Invoice {invoice} for {found} {why}.",
    ),
    remedy=Text(
        "查明收费流水并建立对应;异地或月结开票的更正开票依据;无收费的作废或红冲。"
        "红字缺退款或退货的,登记退货单或补关联。",
        "Find the transaction and link it; correct the basis if it was billed elsewhere or by the"
        " month; void or reverse what was not charged. Of a red letter, link its refund or the"
        " paper by which the goods came back.",
    ),
    rule="CHECKS X02; DOMAIN REC-02, INV-08",
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

# Lines that charge what an original is for: those that name it, and those of its transaction.
_CHARGED = f"""
SELECT r.hall_id, r.business_date, r.original_code, r.original_no, e.item
  FROM audit_scope s CROSS JOIN audit_reds r CROSS JOIN evidence_accounts e
 WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date
   AND r.original_no <> '' AND e.hall_id = r.hall_id
   AND e.invoice_code = r.original_code AND e.invoice_no = r.original_no
   AND e.received > 0 AND e.line_kind <> 'correction' AND {current("e")}
 UNION ALL
SELECT r.hall_id, r.business_date, r.original_code, r.original_no, e.item
  FROM audit_scope s CROSS JOIN audit_reds r CROSS JOIN evidence_invoices o
 CROSS JOIN evidence_accounts e
 WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date
   AND r.original_no <> '' AND o.hall_id = r.hall_id AND o.invoice_no = r.original_no
   AND o.invoice_code || '' = r.original_code AND o.txn_no <> '' AND {current("o")}
   AND e.hall_id = o.hall_id AND e.txn_no = o.txn_no
   AND e.received > 0 AND e.line_kind <> 'correction' AND {current("e")}
"""

# Originals that were for goods alone and that red letters take back whole.
_ALL_GOODS = f"""
SELECT c.hall_id, c.business_date, c.original_code, c.original_no
  FROM ({_CHARGED}) c
  JOIN audit_forms o ON o.hall_id = c.hall_id AND o.business_date = c.business_date
       AND o.invoice_no = c.original_no AND o.invoice_code = c.original_code
       AND o.status = 'issued'
  JOIN (SELECT hall_id, business_date, original_code, original_no, SUM(ABS(amount)) AS taken_back
          FROM audit_forms
         WHERE status = 'red' AND original_no <> ''
         GROUP BY hall_id, business_date, original_code, original_no) t
    ON t.hall_id = c.hall_id AND t.business_date = c.business_date
       AND t.original_no = c.original_no AND t.original_code = c.original_code
 GROUP BY c.hall_id, c.business_date, c.original_code, c.original_no
HAVING MIN(c.item) <> '' AND MAX(o.amount) <= MAX(t.taken_back)
"""

# The day's red letters that are paid back; what is known of one that was registered here decides
# whether goods are due, of others that goods alone were sold and all of the money went back.
_REDS = """
SELECT f.hall_id, f.business_date, f.invoice_code, f.invoice_no, f.clerk, f.amount,
       f.original_code, f.original_no, MIN(l.received) AS received
  FROM audit_forms f
  JOIN audit_live_links l ON l.hall_id = f.hall_id AND l.business_date = f.business_date
       AND l.invoice_no = f.invoice_no AND l.invoice_code = f.invoice_code
 WHERE f.status = 'red' AND f.issued_on = f.business_date AND f.basis = 'txn'
 GROUP BY f.hall_id, f.business_date, f.invoice_code, f.invoice_no, f.clerk, f.amount,
          f.original_code, f.original_no
"""

_GOODS_NOT_BACK = f"""
SELECT r.hall_id, r.business_date, r.invoice_code, r.invoice_no, r.clerk, r.amount
  FROM audit_reds r
  JOIN audit_scope s ON s.hall_id = r.hall_id AND s.business_date = r.business_date
  LEFT JOIN audit_all_goods g ON g.hall_id = r.hall_id AND g.business_date = r.business_date
       AND g.original_no = r.original_no AND g.original_code = r.original_code
  LEFT JOIN red_letters k ON k.hall_id = r.hall_id AND k.invoice_code = r.invoice_code
       AND k.invoice_no = r.invoice_no
 WHERE CASE WHEN k.goods_document <> '' THEN 0
            WHEN k.reason <> '' THEN k.needs_goods
            WHEN g.original_no IS NOT NULL AND r.received < 0 THEN 1 ELSE 0 END = 1
   AND NOT EXISTS (
       SELECT 1 FROM audit_live_links l CROSS JOIN evidence_accounts e
        WHERE l.hall_id = r.hall_id AND l.business_date = r.business_date
          AND l.invoice_no = r.invoice_no AND l.invoice_code = r.invoice_code
          AND e.hall_id = l.hall_id AND e.txn_no = l.txn_no AND e.item <> ''
          AND e.line_kind IN ('refund', 'reversal') AND {current("e")})
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
       f.status, COALESCE(k.transactions, 0) AS transactions, COALESCE(k.shared, 0) AS shared,
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
       CASE WHEN transactions = 0 THEN 0 ELSE account END, amount, 'block',
       CASE WHEN transactions > 0 THEN '{{}}'
            WHEN status = 'red' THEN '{{"why":"unrefunded"}}' ELSE '{{"why":"unlinked"}}' END
  FROM asked
 WHERE transactions = 0 OR (shared = 0 AND account <> amount)
 UNION ALL
SELECT hall_id, business_date, 'X02', 'invoice:' || invoice_code || '/' || invoice_no, clerk, 0,
       amount, 'block', '{{"why":"goods_back"}}'
  FROM ({_GOODS_NOT_BACK}) lacking
 UNION ALL
SELECT t.hall_id, t.business_date, 'X03', 'txn:' || t.txn_no, t.clerk, t.received, v.invoiced,
       'block', '{{}}'
  FROM audit_transactions t
  JOIN several v ON v.hall_id = t.hall_id AND v.business_date = t.business_date
       AND v.txn_no = t.txn_no
 WHERE t.received <> v.invoiced
""",
    steps=(
        StagedTable("audit_reds", _REDS),
        StagedTable("audit_all_goods", _ALL_GOODS, (*DAY, "original_no")),
    ),
)

LINK_QUESTIONS = (NO_INVOICE, INVOICES_AGAINST_ACCOUNT)

register_checks(LINK_QUESTIONS)
