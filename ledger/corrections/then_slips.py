"""What the log says that correction slips were before an event."""

from __future__ import annotations

import ledger.audit.then_books
import ledger.corrections.tables  # noqa: F401  the tables told of here
from ledger.audit.as_then import columns, register_then
from ledger.audit.staging import day_number

A_DAY = "86400000000"
EIGHT_HOURS = "28800000000"

_DUE = """(SELECT f.value FROM document_facts f
         WHERE f.hall_id = c.hall_id AND f.document_id = c.document_id AND f.name = 'due'
         ORDER BY f.revision DESC LIMIT 1)"""


def _says(name: str) -> str:
    return f"""EXISTS (SELECT 1 FROM document_facts f
                WHERE f.hall_id = c.hall_id AND f.document_id = c.document_id
                  AND f.revision = d.revision AND f.name = '{name}')"""


_STATE = f"""CASE WHEN d.state = 'posted' THEN 'accepted'
            WHEN d.state IN ('cancelled', 'rejected') THEN 'withdrawn'
            WHEN {_says("way")} THEN 'answered'
            WHEN {_says("returned")} THEN 'returned' ELSE 'open' END"""

# He has until the end of the day that the last word to him names.
_DUE_DAY = day_number("x.due")
_DUE_AT = f"({_DUE_DAY} + 1) * {A_DAY} - {EIGHT_HOURS}"

register_then(
    "correction_slips",
    f"""
SELECT {columns("correction_slips", "x", state="x.state_then", due_on="x.due", due_at=_DUE_AT)}
  FROM (SELECT c.*, {_STATE} AS state_then, CAST(COALESCE({_DUE}, CAST(c.due_on AS TEXT)) AS DATE)
                 AS due
          FROM {{base}}.correction_slips c
          JOIN documents d ON d.hall_id = c.hall_id AND d.id = c.document_id
         WHERE c.hall_id = {{hall}}) x""",
)
