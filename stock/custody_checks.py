"""G · what was sold against where the books had it: G02, G03, G06 and G08 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import StagedTable, current, fact, facts
from ledger.text import Text
from stock.categories import GOODS
from stock.goods_stage import DAY, KINDS, MOVES_AS, SALE

G02 = Check(
    code="G02",
    name=Text("非本人在手", "Not in the seller's hands"),
    severity="block",
    override="tier",
    message=Text(
        "{clerk} 售出串号 {serial}(流水 {txn_no}),账上在{held_at}。",
        "{clerk} sold serial {serial} (transaction {txn_no}); the books have it: {held_at}.",
    ),
    remedy=Text(
        "查明实物从谁手里卖出;补办领用、互借或更正串号与工号。",
        "Find out from whose hands it was sold; document the draw or loan, or correct serial or"
        " number.",
    ),
    rule="CHECKS G02; DOMAIN STK-10",
)
G03 = Check(
    code="G03",
    name=Text("重复销售", "Sold twice"),
    severity="block",
    override="nobody",
    message=Text(
        "串号 {serial} 已由流水 {earlier} 售出,又由流水 {txn_no} 售出。",
        "Serial {serial} was sold by transaction {earlier} and again by {txn_no}.",
    ),
    remedy=Text(
        "核对两笔流水的实物;录错串号的更正,退回的补登退货。",
        "Compare both transactions; correct the wrong serial, or enter the return that is missing.",
    ),
    rule="CHECKS G03; DOMAIN STK-02",
)
G06 = Check(
    code="G06",
    name=Text("备用机逾期", "Loan overdue"),
    severity="warn",
    override="manager",
    message=Text(
        "{item} {serial} 借出于 {lent_on}(单号 {paper}),应还 {due_on},尚未归还。",
        "{item} {serial} was lent on {lent_on} (slip {paper}), due {due_on}, and is still out.",
    ),
    remedy=Text(
        "联系客户归还;续借的补办手续。", "Ask the customer for it, or document longer use."
    ),
    rule="CHECKS G06; DOMAIN STK-07",
)
G08 = Check(
    code="G08",
    name=Text("测试卡/备用机被售", "Not for sale, sold"),
    severity="block",
    override="nobody",
    message=Text(
        "{clerk} 售出{subject}(流水 {txn_no}):{category} {item} 不得销售。",
        "{clerk} sold {subject} in transaction {txn_no}: {category} {item} is not for sale.",
    ),
    remedy=Text(
        "追回实物并退款;串号或物品编码录错的更正。",
        "Get it back and refund it; correct a wrong serial or item code.",
    ),
    rule="CHECKS G08; DOMAIN STK-07",
)

_SERIAL = "'serial:' || g.person || '/' || g.serial"

# Lent between clerks and confirmed by both, it was in the seller's hands, and is only told.
_BORROWED = """EXISTS (
       SELECT 1 FROM postings p
         JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
        WHERE p.hall_id = g.hall_id AND p.unit_id = g.unit_id
          AND p.business_date = g.business_date AND p.debit_account = g.account_id
          AND d.kind = 'borrow' AND d.state = 'posted')"""

NOT_IN_HAND = Question(
    (G02,),
    f"""
SELECT g.hall_id, g.business_date, 'G02', {_SERIAL}, g.person, NULL, NULL,
       CASE WHEN MIN(g.in_hand) = 0 THEN 'block' ELSE 'note' END,
       {
        facts(
            fact("serial", "g.serial"),
            fact("txn_no", "MIN(g.txn_no)"),
            fact("held_at", "MIN(g.place_kind || '/' || g.holder)"),
        )
    }
  FROM audit_serials g
 WHERE g.line_kind = 'sale' AND (g.in_hand = 0 OR {_BORROWED})
 GROUP BY g.hall_id, g.business_date, g.person, g.serial
""",
)

# Every name of what was sold today, and every line of any day that sold or took back one of them.
_SOLD_NAMES = f"""
SELECT DISTINCT g.hall_id, g.business_date, g.thing, g.unit_id, g.serial AS name,
       CASE WHEN g.unit_id IS NULL THEN g.item ELSE '' END AS item
  FROM audit_serials g WHERE g.line_kind = 'sale'
 UNION
SELECT g.hall_id, g.business_date, g.thing, g.unit_id, i.value, i.namespace
  FROM (SELECT DISTINCT hall_id, business_date, thing, unit_id FROM audit_serials
         WHERE line_kind = 'sale' AND unit_id IS NOT NULL) g
 CROSS JOIN identifiers i
 WHERE i.holder_hall_id = g.hall_id AND i.unit_id = g.unit_id AND i.kind IN {KINDS}
"""
_SOLD_LINES = f"""
SELECT DISTINCT n.hall_id, n.business_date, n.thing, n.unit_id, a.business_date AS sold_on,
       a.accepted_at, a.txn_no, a.line_no, COALESCE(p.clerk, a.clerk) AS person, a.serial,
       {MOVES_AS} AS line_kind
  FROM audit_scope s
 CROSS JOIN audit_sold_names n
 CROSS JOIN evidence_accounts a
  LEFT JOIN audit_people p ON p.hall_id = a.hall_id AND p.number = a.clerk
 WHERE n.hall_id = s.hall_id AND n.business_date = s.business_date
   AND a.hall_id = n.hall_id AND a.serial = n.name AND a.serial <> ''
   AND (n.item = '' OR a.item = '' OR a.item = n.item)
   AND a.deposit = 0 AND {current("a")}
"""
# One transaction may name a unit on several lines.
_SOLD_STEPS = """
SELECT x.*, LAG(x.line_kind) OVER w AS before_kind, LAG(x.txn_no) OVER w AS before_txn,
       LAG(x.sold_on) OVER w AS before_on
  FROM (SELECT hall_id, business_date, thing, MAX(unit_id) AS unit_id, txn_no, line_kind,
               MIN(sold_on) AS sold_on, MIN(accepted_at) AS accepted_at, MIN(person) AS person,
               MIN(serial) AS serial, MIN(line_no) AS line_no
          FROM audit_sold_lines GROUP BY hall_id, business_date, thing, txn_no, line_kind) x
WINDOW w AS (PARTITION BY x.hall_id, x.business_date, x.thing
             ORDER BY x.accepted_at, x.txn_no, x.line_no)
"""

SOLD_TWICE = Question(
    (G03,),
    f"""
SELECT g.hall_id, g.business_date, 'G03', {_SERIAL}, g.person, NULL, NULL, 'block',
       {
        facts(
            fact("serial", "g.serial"),
            fact("txn_no", "MIN(g.txn_no)"),
            fact("earlier", "MIN(g.before_txn)"),
        )
    }
  FROM ({_SOLD_STEPS}) g
 WHERE g.sold_on = g.business_date AND g.line_kind = 'sale' AND g.before_kind = 'sale'
   AND g.before_txn <> g.txn_no
   AND NOT EXISTS (
       SELECT 1 FROM postings p
         JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
         JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.credit_account
        WHERE p.hall_id = g.hall_id AND p.unit_id = g.unit_id AND a.kind = 'customer'
          AND d.kind <> '{SALE}' AND p.business_date >= g.before_on
          AND p.business_date <= g.sold_on)
 GROUP BY g.hall_id, g.business_date, g.person, g.serial
""",
    steps=(
        StagedTable("audit_sold_names", _SOLD_NAMES, DAY),
        StagedTable("audit_sold_lines", _SOLD_LINES),
    ),
)

_KEPT = ", ".join(repr(name) for name, rule in GOODS.items() if not (rule.saleable or rule.gift))
_GIVEN = ", ".join(repr(name) for name, rule in GOODS.items() if rule.gift and not rule.saleable)

# What may be given is not for sale only where money was taken for it.
NOT_FOR_SALE = Question(
    (G08,),
    f"""
SELECT g.hall_id, g.business_date, 'G08',
       CASE WHEN g.serial <> '' THEN {_SERIAL}
            ELSE 'item:' || g.person || '/' || g.known_item END,
       g.person, NULL, NULL, 'block',
       {
        facts(
            fact("serial", "g.serial"),
            fact("item", "g.known_item"),
            fact("category", "MIN(g.category)"),
            fact("txn_no", "MIN(g.txn_no)"),
        )
    }
  FROM audit_goods g
 WHERE g.line_kind = 'sale'
   AND (g.category IN ({_KEPT}) OR (g.category IN ({_GIVEN}) AND g.received > 0))
 GROUP BY g.hall_id, g.business_date, g.person, g.serial, g.known_item
""",
)

# Units that were with a borrower when the day ended.
_LENT = """
SELECT s.hall_id, s.business_date, u.id AS unit_id, u.serial, u.commodity_id, a.id AS account_id
  FROM audit_scope s
 CROSS JOIN accounts a
 CROSS JOIN units u
 WHERE a.hall_id = s.hall_id AND a.kind = 'borrower'
   AND u.hall_id = a.hall_id AND u.account_id = a.id AND u.closed = 0
   AND NOT EXISTS (SELECT 1 FROM audit_moved m
                    WHERE m.hall_id = s.hall_id AND m.business_date = s.business_date
                      AND m.unit_id = u.id)
 UNION ALL
SELECT m.hall_id, m.business_date, u.id, u.serial, u.commodity_id, a.id
  FROM audit_moved m
  JOIN accounts a ON a.hall_id = m.hall_id AND a.id = m.account_id AND a.kind = 'borrower'
  JOIN units u ON u.hall_id = m.hall_id AND u.id = m.unit_id
"""
_LOANS = f"""
SELECT l.hall_id, l.business_date, l.unit_id, l.serial, l.commodity_id, (
         SELECT MAX(p.id) FROM postings p
          WHERE p.hall_id = l.hall_id AND p.unit_id = l.unit_id
            AND p.debit_account = l.account_id AND p.business_date <= l.business_date) AS posting_id
  FROM ({_LENT}) l
"""
_TERMS = """
SELECT l.hall_id, l.business_date, l.serial, c.code AS item,
       CASE a.kind WHEN 'store' THEN 'store' WHEN 'clerk' THEN COALESCE(h.clerk, a.holder)
                   ELSE a.holder END AS place,
       COALESCE(d.paper_date, d.business_date) AS lent_on, COALESCE(d.paper_no, d.number) AS paper,
       f.value AS due_on
  FROM audit_loans l
  JOIN postings p ON p.hall_id = l.hall_id AND p.id = l.posting_id
  JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.credit_account
  LEFT JOIN audit_people h ON h.hall_id = a.hall_id AND h.number = a.holder
  JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id
  JOIN commodities c ON c.id = l.commodity_id
  LEFT JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id
       AND f.revision = d.revision AND f.name = 'due_on'
"""

LOAN_OVERDUE = Question(
    (G06,),
    f"""
SELECT l.hall_id, l.business_date, 'G06', 'serial:' || l.place || '/' || l.serial,
       CASE l.place WHEN 'store' THEN '' ELSE l.place END, NULL, NULL, 'warn',
       {
        facts(
            fact("serial", "l.serial"),
            fact("item", "l.item"),
            fact("lent_on", "CAST(l.lent_on AS TEXT)"),
            fact("due_on", "COALESCE(l.due_on, '')"),
            fact("paper", "l.paper"),
        )
    }
  FROM ({_TERMS}) l
  JOIN audit_scope s ON s.hall_id = l.hall_id AND s.business_date = l.business_date
 WHERE CASE WHEN l.due_on IS NULL THEN CASE WHEN l.lent_on < s.lent_before THEN 1 ELSE 0 END
            WHEN l.due_on < CAST(s.business_date AS TEXT) THEN 1 ELSE 0 END = 1
""",
    steps=(StagedTable("audit_loans", _LOANS),),
)

CUSTODY_QUESTIONS = (NOT_IN_HAND, SOLD_TWICE, LOAN_OVERDUE, NOT_FOR_SALE)

register_checks(CUSTODY_QUESTIONS)
