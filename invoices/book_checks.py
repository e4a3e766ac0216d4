"""P08 · books whose numbers are all used and whose stubs have not come back (DOMAIN INV-05)."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import fact, facts
from ledger.text import Text

P08 = Check(
    code="P08",
    name=Text("用完未交", "Finished, not returned"),
    severity="warn",
    override="manager",
    message=Text(
        "{subject}(至 {last_no})已于 {finished} 用完,存根至今未交。",
        "{subject} (to {last_no}) was finished on {finished}; its stubs have not come back.",
    ),
    remedy=Text(
        "存根连同作废各联按号装订,交票据管理员登记存根交存单。",
        "Bind the stubs with the void copies in number order and deliver them to the custodian of"
        " forms.",
    ),
    rule="CHECKS P08; DOMAIN INV-05",
)

# Whoever had the last number last brings the book back.
_HOLDER = """COALESCE((
         SELECT MAX(g.clerk) FROM invoice_ranges g
          WHERE g.hall_id = b.hall_id AND g.book_id = b.id
            AND g.last_number = b.last_number), '')"""

_OVERDUE = f"""
SELECT s.hall_id, s.business_date, 'P08' AS check_code,
       'book:' || b.invoice_code || '/' || b.first_no, {_HOLDER}, CAST(NULL AS BIGINT),
       CAST(NULL AS BIGINT), 'warn',
       {facts(fact("finished", "CAST(b.finished_on AS TEXT)"), fact("last_no", "b.last_no"))}
  FROM audit_scope s CROSS JOIN invoice_books b
 WHERE b.hall_id = s.hall_id AND b.finished_on < s.finished_before"""

# Delivered on a later day is not delivered yet.
NOT_RETURNED = Question(
    (P08,),
    f"""{_OVERDUE} AND b.stubs_on IS NULL
 UNION ALL{_OVERDUE} AND b.stubs_on > s.business_date
""",
)

BOOK_QUESTIONS = (NOT_RETURNED,)

register_checks(BOOK_QUESTIONS)
