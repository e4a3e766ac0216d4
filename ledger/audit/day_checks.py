"""D · the day itself: D01 of CHECKS."""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import current, fact, facts
from ledger.text import Text

D01 = Check(
    code="D01",
    name=Text("来源缺失", "Source missing"),
    severity="block",
    override="nobody",
    message=Text(
        "{source} 当日数据未到,也未申报为无(应于 {due} 前到)。",
        "{source} has not arrived and was not declared nil (due {due}).",
    ),
    remedy=Text(
        "导入该来源的文件;确实没有的,申报为无。",
        "Import the file of this source; if there is nothing, declare it nil.",
    ),
    rule="CHECKS D01; DOMAIN REC-01",
)

# Before it is due a source is awaited, which is a note.
SOURCES_MISSING = Question(
    (D01,),
    f"""
SELECT s.hall_id, s.business_date, 'D01', 'source:' || x.source, '', NULL, NULL,
       CASE WHEN s.now_at >= x.due_at THEN 'block' ELSE 'note' END,
       {facts(fact("source", "x.source"), fact("due_at", "CAST(x.due_at AS TEXT)"))}
  FROM audit_scope s
  JOIN expected_sources x ON x.hall_id = s.hall_id AND x.business_date = s.business_date
 WHERE NOT EXISTS (SELECT 1 FROM intake_sources i
                    WHERE i.hall_id = x.hall_id AND i.business_date = x.business_date
                      AND i.source = x.source AND {current("i")})
   AND NOT EXISTS (SELECT 1 FROM nil_declarations n
                    WHERE n.hall_id = x.hall_id AND n.business_date = x.business_date
                      AND n.source = x.source AND n.event_no < s.as_of)
""",
)

DAY_QUESTIONS = (SOURCES_MISSING,)

register_checks(DAY_QUESTIONS)
