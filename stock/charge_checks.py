"""What was charged for goods, and what was given for nothing: G04, G05 and X07 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import StagedTable, current, fact, facts
from ledger.evidence.tables import NAMES_GOODS
from ledger.hall_rules import GIFT_QUOTA
from ledger.text import Text
from stock.goods_stage import DAY, GIVEABLE, GIVEN_BACK, MOVES_AS
from stock.prices_in_force import price_in_force

G04 = Check(
    code="G04",
    name=Text("售价不符", "Off price"),
    severity="warn",
    override="manager",
    message=Text(
        "流水 {txn} 的{item}按现行价应收 {expected},实收 {found}。",
        "Transaction {txn}, {item}: the price in force is {expected}, received {found}.",
    ),
    remedy=Text(
        "核对价签与活动;收错的补收或退还,录错的更正。",
        "Check label and campaign; collect or give back what was wrong, or correct the entry.",
    ),
    rule="CHECKS G04; DOMAIN STK-09",
)
G05 = Check(
    code="G05",
    name=Text("赠品无单", "Gift without form"),
    severity="block",
    override="tier",
    message=Text(
        "流水 {txn} 赠出{item}:{why}。",
        "Transaction {txn} gave {item}: {why}.",
    ),
    remedy=Text(
        "补登客户签字的受理单;超额的报批或追回。",
        "Enter the form the customer signed; have what is above the quota approved, or get it"
        " back.",
    ),
    rule="CHECKS G05; DOMAIN STK-06",
)
X07 = Check(
    code="X07",
    name=Text("优惠无活动", "Discount without campaign"),
    severity="block",
    override="tier",
    message=Text(
        "流水 {txn} 优惠 {value},没有对{what}有效的活动(活动编码“{campaign}”)。",
        "Transaction {txn} has a discount of {value}, and no campaign in force for {what}"
        " (campaign “{campaign}”).",
    ),
    remedy=Text(
        "补登有效的活动编码;没有活动的补收优惠额或报批。",
        "Enter the campaign in force; without one collect the discount or have it approved.",
    ),
    rule="CHECKS X07; DOMAIN STK-09",
)

# One row a transaction, item and campaign: what was sold, and whether a form was named with it.
SOLD_ITEMS = """
SELECT g.hall_id, g.business_date, g.txn_no, MIN(g.clerk) AS clerk, g.known_item AS item,
       g.campaign, MIN(g.category) AS category, CAST(SUM(g.received) AS BIGINT) AS received,
       CAST(SUM(CASE WHEN g.serial = '' THEN g.quantity ELSE 0 END)
            + COUNT(DISTINCT NULLIF(g.serial, '')) AS BIGINT) AS pieces,
       MIN(g.accepted_at) AS accepted_at, MIN(g.line_no) AS line_no,
       CASE WHEN EXISTS (SELECT 1 FROM audit_lines l
                          WHERE l.hall_id = g.hall_id AND l.business_date = g.business_date
                            AND l.txn_no = g.txn_no AND l.form_no <> '')
              OR MAX(g.form_no) <> '' THEN 1 ELSE 0 END AS formed
  FROM audit_goods g
 WHERE g.line_kind = 'sale' AND g.known_item <> ''
 GROUP BY g.hall_id, g.business_date, g.txn_no, g.known_item, g.campaign
HAVING MAX(g.deferred) = 0
"""

_OWN = price_in_force("g.hall_id", "g.item", "g.campaign", "g.business_date")
_PLAIN = price_in_force("g.hall_id", "g.item", "''", "g.business_date")

PRICES = f"""
SELECT g.hall_id, g.business_date, g.item, g.campaign, COALESCE({_OWN}, {_PLAIN}) AS price_fen
  FROM (SELECT DISTINCT hall_id, business_date, item, campaign FROM audit_sold_items) g
"""

OFF_PRICE = Question(
    (G04,),
    f"""
SELECT g.hall_id, g.business_date, 'G04', 'txn:' || g.txn_no, MIN(g.clerk),
       CAST(SUM(p.price_fen * g.pieces) AS BIGINT), CAST(SUM(g.received) AS BIGINT), 'warn',
       {facts(fact("item", "MIN(g.item)"))}
  FROM audit_sold_items g
  JOIN audit_sold_prices p ON p.hall_id = g.hall_id AND p.business_date = g.business_date
       AND p.item = g.item AND p.campaign = g.campaign
 WHERE p.price_fen * g.pieces <> g.received AND NOT (g.received = 0 AND g.formed = 1)
 GROUP BY g.hall_id, g.business_date, g.txn_no
""",
    steps=(
        StagedTable("audit_sold_items", SOLD_ITEMS, (*DAY, "txn_no")),
        StagedTable("audit_sold_prices", PRICES, (*DAY, "item", "campaign")),
    ),
)

# A campaign's quota is in the register of campaigns, or a limit in the hall's file.
_QUOTAS = f"""
SELECT * FROM (
SELECT g.hall_id, g.business_date, g.campaign,
       COALESCE(MIN(CASE WHEN c.valid_from <= g.business_date
                          AND (c.valid_to IS NULL OR c.valid_to >= g.business_date)
                         THEN c.quota END), MIN(l.amount)) AS quota
  FROM audit_sold_items g
  LEFT JOIN gift_campaigns c ON c.hall_id = g.hall_id AND c.code = g.campaign
  LEFT JOIN hall_limits l ON l.hall_id = g.hall_id AND l.name = '{GIFT_QUOTA}' || g.campaign
 WHERE g.campaign <> '' AND g.received = 0 AND g.category IN ({GIVEABLE})
 GROUP BY g.hall_id, g.business_date, g.campaign) q
 WHERE q.quota IS NOT NULL
"""

# What a campaign gave on earlier days; only days of lines about goods are read for it.
_GIVEN_BEFORE = f"""
SELECT q.hall_id, q.business_date, q.campaign,
       CAST(SUM(CASE WHEN {MOVES_AS} = 'sale' THEN 1 ELSE -1 END
                * CASE WHEN COALESCE(a.quantity, 0) = 0 THEN 1 ELSE ABS(a.quantity) END)
         AS BIGINT) AS pieces
  FROM audit_scope s
 CROSS JOIN audit_quotas q
 CROSS JOIN evidence_accounts a
  JOIN commodities k ON k.code = a.item AND k.category IN ({GIVEABLE})
 WHERE q.hall_id = s.hall_id AND q.business_date = s.business_date
   AND a.hall_id = q.hall_id AND a.business_date < q.business_date AND ({NAMES_GOODS})
   AND a.campaign = q.campaign AND a.received = 0 AND a.deferred = 0
   AND a.deposit = 0 AND {current("a")}
 GROUP BY q.hall_id, q.business_date, q.campaign
"""

# What was given and taken back again the same day leaves its room to the next.
_GIFTS = f"""
SELECT m.*, q.quota, COALESCE(b.pieces, 0) + SUM(m.counted) OVER (
         PARTITION BY m.hall_id, m.business_date, m.campaign
         ORDER BY m.accepted_at, m.txn_no, m.line_no, m.item) AS given
  FROM (SELECT hall_id, business_date, txn_no, clerk, item, campaign, formed, pieces,
               pieces AS counted, accepted_at, line_no
          FROM audit_sold_items WHERE received = 0 AND category IN ({GIVEABLE})
         UNION ALL
        SELECT hall_id, business_date, txn_no, clerk, known_item, campaign, 1, 0,
               -quantity, accepted_at, line_no
          FROM audit_goods
         WHERE line_kind IN {GIVEN_BACK} AND received = 0 AND deferred = 0
           AND category IN ({GIVEABLE})) m
  LEFT JOIN audit_quotas q ON q.hall_id = m.hall_id AND q.business_date = m.business_date
       AND q.campaign = m.campaign
  LEFT JOIN audit_given_before b ON b.hall_id = m.hall_id AND b.business_date = m.business_date
       AND b.campaign = m.campaign
"""

_GIFT_PRICE = price_in_force("g.hall_id", "g.item", "''", "g.business_date")

GIFT_WITHOUT_FORM = Question(
    (G05,),
    f"""
SELECT x.hall_id, x.business_date, 'G05', 'txn:' || x.txn_no, MIN(x.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("item", "MIN(x.item)"),
            fact("campaign", "MAX(x.campaign)"),
            fact("why", "CASE WHEN MIN(x.formed) = 0 THEN 'form' ELSE 'quota' END"),
            fact("value_fen", "CAST(CAST(SUM(x.worth) AS BIGINT) AS TEXT)"),
        )
    }
  FROM (SELECT g.*, g.pieces * COALESCE({_GIFT_PRICE}, 0) AS worth FROM ({_GIFTS}) g
         WHERE g.pieces > 0 AND (g.formed = 0 OR g.given > g.quota)) x
 GROUP BY x.hall_id, x.business_date, x.txn_no
""",
    steps=(
        StagedTable("audit_quotas", _QUOTAS, DAY),
        StagedTable("audit_given_before", _GIVEN_BEFORE),
    ),
)

# Lines with a discount beside their campaign and what it must be in force for.
_DISCOUNTS = f"""
SELECT l.hall_id, l.business_date, l.txn_no, l.clerk, l.business, l.discount, a.item, a.campaign
  FROM audit_scope s
 CROSS JOIN audit_lines l
 CROSS JOIN evidence_accounts a
 WHERE l.hall_id = s.hall_id AND l.business_date = s.business_date AND l.discount > 0
   AND l.line_kind = 'sale'
   AND a.hall_id = l.hall_id AND a.txn_no = l.txn_no AND a.line_no = l.line_no
   AND a.business_date = l.business_date AND {current("a")}
"""

NO_CAMPAIGN = Question(
    (X07,),
    f"""
SELECT d.hall_id, d.business_date, 'X07', 'txn:' || d.txn_no, MIN(d.clerk), NULL, NULL, 'block',
       {
        facts(
            fact("what", "MIN(CASE WHEN d.item <> '' THEN d.item ELSE d.business END)"),
            fact("campaign", "MAX(d.campaign)"),
            fact("value_fen", "CAST(CAST(SUM(d.discount) AS BIGINT) AS TEXT)"),
        )
    }
  FROM audit_discounts d
 WHERE d.campaign = '' OR NOT EXISTS (
       SELECT 1 FROM prices p
        WHERE p.hall_id = d.hall_id AND p.campaign = d.campaign
          AND p.item IN (d.item, d.business) AND p.valid_from <= d.business_date
          AND (p.valid_to IS NULL OR p.valid_to >= d.business_date))
 GROUP BY d.hall_id, d.business_date, d.txn_no
""",
    steps=(StagedTable("audit_discounts", _DISCOUNTS),),
)

CHARGE_QUESTIONS = (OFF_PRICE, GIFT_WITHOUT_FORM)
DISCOUNT_QUESTIONS = (NO_CAMPAIGN,)

register_checks((*CHARGE_QUESTIONS, *DISCOUNT_QUESTIONS))
