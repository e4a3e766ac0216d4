"""D03 of CHECKS: a correction slip that nobody has answered by its time."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import fact, facts
from ledger.corrections.tables import WAITS_FOR_CLERK
from ledger.text import Text

D03 = Check(
    code="D03",
    name=Text("更正逾期", "Correction overdue"),
    severity="warn",
    override="manager",
    message=Text(
        "差错更正单 {slip} 应于 {due} 前更正或说明,{clerk} 还没有答复。",
        "Correction slip {slip} was to be answered by {due}; {clerk} has not.",
    ),
    remedy=Text(
        "请营业员当日更正或说明;人不在岗的,由经理安排或上级定责。",
        "Have the clerk answer it today; if he is away, the manager settles who does, or the"
        " department who is liable.",
    ),
    rule="CHECKS D03; DOMAIN REC-04",
)

# It is found on the day it was due, from the end of that day on, until it is answered.
SLIPS_OVERDUE = Question(
    (D03,),
    f"""
SELECT s.hall_id, s.business_date, 'D03', 'slip:' || c.number, c.clerk, NULL, NULL, 'warn',
       {facts(fact("slip", "c.number"), fact("due_at", "CAST(c.due_at AS TEXT)"))}
  FROM audit_scope s
  JOIN correction_slips c ON c.hall_id = s.hall_id AND c.due_on = s.business_date
 WHERE c.{WAITS_FOR_CLERK} AND s.now_at >= c.due_at
""",
)

CORRECTION_QUESTIONS = (SLIPS_OVERDUE,)

register_checks(CORRECTION_QUESTIONS)
