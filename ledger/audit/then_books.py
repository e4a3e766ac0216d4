"""What the log says that documents, units, balances and their names were before an event."""

from __future__ import annotations

import ledger.balances
import ledger.units  # noqa: F401  the tables told of here
from ledger.audit.as_then import columns, register_then
from ledger.lifecycle import PAST_TENSE, TRANSITIONS

_STATE_AFTER = {PAST_TENSE[action]: state for (_, action), state in TRANSITIONS.items()}
_LED_TO = " ".join(f"WHEN 'document.{act}' THEN '{state}'" for act, state in _STATE_AFTER.items())
_ACTS = ", ".join(f"'document.{tense}'" for tense in PAST_TENSE.values())

_LAST_ACTS = f"""
SELECT x.subject, x.act
  FROM (SELECT e.subject, e.act,
               ROW_NUMBER() OVER (PARTITION BY e.subject ORDER BY e.event_no DESC) AS back
          FROM events e WHERE e.act IN ({_ACTS})) x
 WHERE x.back = 1"""

# Until the last of those asked has signed, a document that was approved waits on.
_REQUIRED = """CASE d.required_roles WHEN '' THEN 0 ELSE
             length(d.required_roles) - length(replace(d.required_roles, ',', '')) + 1 END"""
_STATE = f"""CASE WHEN l.act = 'document.approved' AND {_REQUIRED} > (
              SELECT COUNT(*) FROM signatures g
               WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'approve'
                 AND g.revision = {{revision}})
            THEN 'submitted' ELSE CASE l.act {_LED_TO} END END"""
_REVISION = """COALESCE((SELECT MAX(r.revision) FROM document_revisions r
             WHERE r.hall_id = d.hall_id AND r.document_id = d.id), d.revision)"""

register_then(
    "documents",
    f"""
SELECT {columns("documents", "d", state=_STATE.format(revision=_REVISION), revision=_REVISION)}
  FROM {{base}}.documents d
  JOIN ({_LAST_ACTS}) l ON l.subject = 'document:' || d.number
 WHERE d.hall_id = {{hall}}""",
)

# A unit is where the first posting since took it from.
_NEXT = """
SELECT x.unit_id, x.credit_account
  FROM (SELECT p.unit_id, p.credit_account,
               ROW_NUMBER() OVER (PARTITION BY p.unit_id ORDER BY p.event_no, p.id) AS step
          FROM {base}.postings p
         WHERE p.hall_id = {hall} AND p.event_no >= {before} AND p.unit_id > 0) x
 WHERE x.step = 1"""
_PLACE = "COALESCE(m.credit_account, u.account_id)"
_CLOSED = "CASE WHEN m.unit_id IS NULL THEN u.closed ELSE {open} END"

register_then(
    "units",
    f"""
SELECT {columns("units", "u", account_id=_PLACE, closed=_CLOSED.format(open="0"))}
  FROM {{base}}.units u
  LEFT JOIN ({_NEXT}) m ON m.unit_id = u.id
 WHERE u.hall_id = {{hall}}
   AND (m.unit_id IS NULL
        OR EXISTS (SELECT 1 FROM postings p WHERE p.hall_id = u.hall_id AND p.unit_id = u.id))""",
)

_SINCE = """
SELECT x.account_id, x.commodity_id, SUM(x.amount) AS amount
  FROM (SELECT p.debit_account AS account_id, p.commodity_id, p.amount
          FROM {base}.postings p WHERE p.hall_id = {hall} AND p.event_no >= {before}
         UNION ALL
        SELECT p.credit_account, p.commodity_id, -p.amount
          FROM {base}.postings p WHERE p.hall_id = {hall} AND p.event_no >= {before}) x
 GROUP BY x.account_id, x.commodity_id"""
_AMOUNT = "CAST(b.amount - COALESCE(c.amount, 0) AS BIGINT)"

register_then(
    "balances",
    f"""
SELECT {columns("balances", "b", amount=_AMOUNT)}
  FROM {{base}}.balances b
  LEFT JOIN ({_SINCE}) c ON c.account_id = b.account_id AND c.commodity_id = b.commodity_id
 WHERE b.hall_id = {{hall}}""",
)

# What left the hall since is called in another hall what it was called here.
register_then(
    "identifiers",
    f"""
WITH RECURSIVE gone(hall_id, id, origin) AS (
SELECT n.hall_id, n.id, n.id
  FROM {{base}}.units n JOIN units t ON t.hall_id = n.hall_id AND t.id = n.id
 WHERE n.hall_id = {{hall}} AND n.account_id <> t.account_id
 UNION ALL
SELECT n.hall_id, n.id, g.origin
  FROM gone g JOIN {{base}}.units n ON n.came_from_hall = g.hall_id AND n.came_from_unit = g.id)
SELECT {columns("identifiers", "i")}
  FROM {{base}}.identifiers i
  JOIN units u ON u.hall_id = i.holder_hall_id AND u.id = i.unit_id
 UNION
SELECT {columns("identifiers", "i", holder_hall_id="CAST({hall} AS BIGINT)", unit_id="g.origin")}
  FROM gone g JOIN {{base}}.identifiers i ON i.holder_hall_id = g.hall_id AND i.unit_id = g.id""",
)
