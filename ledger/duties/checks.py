"""D · numbers and who uses them: D04 of CHECKS.

The roster is asked only where the hall has one for the day; machines are on none.
"""

from __future__ import annotations

from ledger.audit.check import Check, Question, register_checks
from ledger.audit.staging import StagedTable, current, fact, facts
from ledger.duties.roster import REST
from ledger.text import Text

D04 = Check(
    code="D04",
    name=Text("工号异常", "Borrowed number"),
    severity="warn",
    override="department",
    message=Text("{clerk} 的工号:{reasons}。", "Number of {clerk}: {reasons}."),
    remedy=Text(
        "查明当时何人使用该工号;确属本人上班的补排班,借用工号的按规定处理。",
        "Find out who used the number then: add a forgotten shift to the roster, deal with a number"
        " that was lent.",
    ),
    rule="CHECKS D04; DOMAIN REC-03",
)

MINUTES_APART = 5
_MICROSECONDS_APART = MINUTES_APART * 60_000_000

_ROSTER = f"""
SELECT s.hall_id, s.business_date, COALESCE(p.clerk, r.number) AS clerk,
       MAX(CASE WHEN r.shift <> '{REST}' THEN 1 ELSE 0 END) AS works
  FROM audit_scope s
 CROSS JOIN roster_changes r
  LEFT JOIN audit_people p ON p.hall_id = r.hall_id AND p.number = r.number
 WHERE r.hall_id = s.hall_id AND r.business_date = s.business_date AND r.event_no < s.as_of
   AND NOT EXISTS (SELECT 1 FROM roster_changes x
                    WHERE x.hall_id = r.hall_id AND x.business_date = r.business_date
                      AND x.number = r.number AND x.event_no > r.event_no
                      AND x.event_no < s.as_of)
 GROUP BY s.hall_id, s.business_date, COALESCE(p.clerk, r.number)
"""
_ROSTERED_DAYS = "SELECT DISTINCT hall_id, business_date FROM audit_roster"

# A correction, too, is entered by somebody.
_OFF_DUTY = f"""
SELECT u.hall_id, u.business_date, COALESCE(p.clerk, u.clerk) AS clerk, COUNT(*) AS lines,
       MIN(u.accepted_at) AS first_at
  FROM (SELECT l.hall_id, l.business_date, l.clerk, l.accepted_at
          FROM ({_ROSTERED_DAYS}) d
          JOIN audit_lines l ON l.hall_id = d.hall_id AND l.business_date = d.business_date
         UNION ALL
        SELECT a.hall_id, a.business_date, a.clerk, a.accepted_at
          FROM ({_ROSTERED_DAYS}) d
          JOIN audit_scope s ON s.hall_id = d.hall_id AND s.business_date = d.business_date
         CROSS JOIN evidence_accounts a
         WHERE a.hall_id = d.hall_id AND a.business_date = d.business_date
           AND a.line_kind = 'correction' AND {current("a")}) u
  LEFT JOIN audit_people p ON p.hall_id = u.hall_id AND p.number = u.clerk
 WHERE COALESCE(p.kind, 'person') = 'person'
   AND NOT EXISTS (SELECT 1 FROM audit_roster r
                    WHERE r.hall_id = u.hall_id AND r.business_date = u.business_date
                      AND r.clerk = COALESCE(p.clerk, u.clerk) AND r.works = 1)
 GROUP BY u.hall_id, u.business_date, COALESCE(p.clerk, u.clerk)
"""

# Where a payment names its terminal: at the time of its line, of its transaction where it is split.
_AT_TERMINALS = """
SELECT l.hall_id, l.business_date, l.clerk, l.terminal, l.accepted_at AS at
  FROM audit_lines l
 WHERE l.terminal <> ''
   AND NOT EXISTS (SELECT 1 FROM audit_split x
                    WHERE x.hall_id = l.hall_id AND x.business_date = l.business_date
                      AND x.txn_no = l.txn_no)
 UNION ALL
SELECT x.hall_id, x.business_date, x.clerk, x.terminal, l.accepted_at
  FROM audit_split x
  JOIN audit_transactions t ON t.hall_id = x.hall_id AND t.business_date = x.business_date
       AND t.txn_no = x.txn_no
  JOIN audit_lines l ON l.hall_id = t.hall_id AND l.business_date = t.business_date
       AND l.txn_no = t.txn_no AND l.line_no = t.first_line
 WHERE x.terminal <> ''
"""

# If any two payments at two terminals are so near, then so are two that follow on each other.
_TWO_TERMINALS = f"""
SELECT hall_id, business_date, clerk, earlier, terminal, earlier_at, at,
       ROW_NUMBER() OVER (PARTITION BY hall_id, business_date, clerk ORDER BY at, terminal) AS n
  FROM (SELECT w.hall_id, w.business_date, COALESCE(p.clerk, w.clerk) AS clerk, w.terminal, w.at,
               LAG(w.terminal) OVER his AS earlier, LAG(w.at) OVER his AS earlier_at
          FROM ({_AT_TERMINALS}) w
          LEFT JOIN audit_people p ON p.hall_id = w.hall_id AND p.number = w.clerk
         WHERE COALESCE(p.kind, 'person') = 'person'
        WINDOW his AS (PARTITION BY w.hall_id, w.business_date, COALESCE(p.clerk, w.clerk)
                       ORDER BY w.at, w.terminal)) paid
 WHERE earlier <> terminal AND at - earlier_at <= {_MICROSECONDS_APART}
"""

BORROWED_NUMBERS = Question(
    (D04,),
    f"""
SELECT hall_id, business_date, 'D04', 'clerk:' || clerk, clerk, NULL, NULL, 'warn',
       {
        facts(
            fact("off_duty", "CAST(SUM(lines) AS TEXT)"),
            fact("first_at", "CAST(SUM(first_at) AS TEXT)"),
            fact("terminals", "MAX(terminals)"),
            fact("moved_at", "CAST(SUM(moved_at) AS TEXT)"),
        )
    }
  FROM (SELECT hall_id, business_date, clerk, lines, first_at, '' AS terminals, 0 AS moved_at
          FROM ({_OFF_DUTY}) off_duty
         UNION ALL
        SELECT hall_id, business_date, clerk, 0, 0, earlier || ', ' || terminal, at
          FROM ({_TWO_TERMINALS}) moved WHERE n = 1) why
 GROUP BY hall_id, business_date, clerk
""",
    steps=(StagedTable("audit_roster", _ROSTER, ("hall_id", "business_date", "clerk")),),
)

DUTY_QUESTIONS = (BORROWED_NUMBERS,)

register_checks(DUTY_QUESTIONS)
