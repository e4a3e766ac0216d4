"""G · recharge cards: what was activated is what was sold (DOMAIN STK-05)."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import fact, facts
from ledger.text import Text
from stock.activation_stage import CARD_STEPS
from stock.prices_in_force import price_in_force
from stock.serial_findings import BY_SERIAL, RUNS

G09 = Check(
    code="G09",
    name=Text("提前激活", "Activated, not sold"),
    severity="block",
    override="tier",
    message=Text(
        "{subject} 已激活而未售出,{found} 张({item})。",
        "{subject}: activated and not sold, {found} cards ({item}).",
    ),
    remedy=Text(
        "核对实物是否还在;漏登的销售补录,不该激活的当即申请停用并查明何人激活。",
        "See whether the card is still there; enter a sale that was left out, or have the card"
        " blocked at once and find out who activated it.",
    ),
    rule="DOMAIN STK-05",
    in_pieces=True,
)
G10 = Check(
    code="G10",
    name=Text("已售未激活", "Sold, not activated"),
    severity="warn",
    override="manager",
    message=Text(
        "{subject} 已售出而不在激活清单,{expected} 张({item})。",
        "{subject}: sold and not on the activation list, {expected} cards ({item}).",
    ),
    remedy=Text(
        "为客户补激活;卡号录错的更正。",
        "Have it activated for the customer; correct a wrong card number.",
    ),
    rule="DOMAIN STK-05",
    in_pieces=True,
)

_PIECES = """
SELECT c.hall_id, c.business_date, c.place, c.item, c.activated - c.sold AS way,
       c.serial_stem AS stem, c.serial_number AS low, c.serial_number AS high,
       c.serial AS first_serial, c.serial AS last_serial
  FROM audit_cards c
 WHERE c.is_known = 1 AND c.sold <> c.activated AND (c.activated = 1 OR c.is_told = 1)
"""
_IN_NO_BOOKS = """
SELECT c.hall_id, c.business_date, c.place, c.item,
       'serial:' || c.place || '/' || c.serial
         || CASE WHEN c.serial_to <> c.serial THEN '-' || c.serial_to ELSE '' END,
       0, c.pieces
  FROM audit_cards c
 WHERE c.is_known = 0
"""
_PRICE = price_in_force("d.hall_id", "d.item", "''", "d.business_date")
_WORTH = f"COALESCE(k.face_value_fen, {_PRICE}, 0)"

CARDS_ACTIVATED = Question(
    (G09, G10),
    f"""
WITH pieces AS ({_PIECES}),
found_runs AS ({RUNS}),
differences AS ({BY_SERIAL} UNION ALL {_IN_NO_BOOKS})
SELECT d.hall_id, d.business_date, CASE WHEN d.found > d.expected THEN 'G09' ELSE 'G10' END,
       d.subject, CASE d.place WHEN 'store' THEN '' ELSE d.place END,
       CAST(d.expected AS BIGINT), CAST(d.found AS BIGINT),
       CASE WHEN d.found > d.expected THEN 'block' ELSE 'warn' END,
       {
        facts(
            fact("place", "d.place"),
            fact("item", "d.item"),
            fact("value_fen", f"CAST(ABS(d.found - d.expected) * {_WORTH} AS TEXT)"),
        )
    }
  FROM differences d
  LEFT JOIN commodities k ON k.code = d.item
""",
    steps=CARD_STEPS,
)

register_checks((CARDS_ACTIVATED,))
