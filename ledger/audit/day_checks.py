"""D · the day itself: D01 and D02 of CHECKS."""

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

D02 = Check(
    code="D02",
    name=Text("迟到数据", "Late arrival"),
    severity="block",
    override="nobody",
    message=Text(
        "{subject}({source})的日期是 {late_day},该日已签,数据已隔离,未计入任何一天。",
        "{subject} ({source}) is dated {late_day}, which is signed: it is kept apart and counts on"
        " no day.",
    ),
    remedy=Text(
        "在该批次页三选一:由两人重开所属日,稽核释放入账;或由经理或上级同意,作为更正记入开放日;"
        "确系作废的由上级搁置并写明原因。",
        "One of three, on the batch's page: two persons reopen the rows' day and the auditor"
        " releases them; or the manager or the department accepts them as a correction dated on an"
        " open day; or the department sets them aside with a reason.",
    ),
    rule="CHECKS D02; DESIGN section 7",
)

ROWS_LATE = Question(
    (D02,),
    f"""
SELECT s.hall_id, s.business_date, 'D02',
       'batch:' || CAST(r.intake_no AS TEXT) || '/' || CAST(r.file_line AS TEXT), '', NULL, NULL,
       'block',
       {facts(fact("source", "i.kind"), fact("late_day", "CAST(MIN(r.business_date) AS TEXT)"))}
  FROM audit_scope s
  JOIN late_rows r ON r.hall_id = s.hall_id AND r.reported_on = s.business_date
   AND r.event_no < s.as_of
  JOIN intakes i ON i.hall_id = r.hall_id AND i.intake_no = r.intake_no
 WHERE NOT EXISTS (SELECT 1 FROM late_settlements z
                    WHERE z.hall_id = r.hall_id AND z.intake_no = r.intake_no
                      AND z.business_date = r.business_date AND z.event_no < s.as_of)
 GROUP BY s.hall_id, s.business_date, r.intake_no, r.file_line, i.kind
""",
)

DAY_QUESTIONS = (SOURCES_MISSING, ROWS_LATE)

register_checks(DAY_QUESTIONS)
