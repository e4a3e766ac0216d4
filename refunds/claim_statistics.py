"""Statistics of claims that came by file (DOMAIN REF-06): told apart from the cases of this system.

A claim is evidence: it counts in the month of its business date, beside what payments and billing's
adjustments that name it say was given. It is in no figure that is held against the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.evidence.expected import CURRENT
from refunds.claims_stage import NOT_A_CASE

_MONTH = "SUBSTR(CAST(r.business_date AS TEXT), 1, 7)"
_CLAIMS = f"""evidence_refunds r
 WHERE r.hall_id IN :halls AND r.business_date BETWEEN :first AND :last
   AND {CURRENT.format("r")} AND {NOT_A_CASE}"""

CLAIM_CELLS = f"""
WITH claims AS (
    SELECT r.hall_id, {_MONTH} AS month, r.document_no, r.kind, r.amount,
           CASE WHEN r.executed_at IS NULL THEN 0 ELSE 1 END AS done
      FROM {_CLAIMS}
), given AS (
    SELECT c.hall_id, c.document_no, SUM(-a.received) AS fen
      FROM claims c
      JOIN evidence_accounts a ON a.hall_id = c.hall_id AND a.document_no = c.document_no
     WHERE c.document_no <> '' AND a.received < 0 AND a.line_kind <> 'correction'
       AND {CURRENT.format("a")}
     GROUP BY c.hall_id, c.document_no
     UNION ALL
    SELECT c.hall_id, c.document_no, SUM(a.amount)
      FROM claims c
      JOIN evidence_adjustments a ON a.hall_id = c.hall_id AND a.document_no = c.document_no
     WHERE c.document_no <> '' AND {CURRENT.format("a")}
     GROUP BY c.hall_id, c.document_no
), sums AS (
    SELECT hall_id, document_no, SUM(fen) AS fen FROM given GROUP BY hall_id, document_no
)
SELECT c.hall_id, c.month, c.kind, COUNT(*), CAST(SUM(c.amount) AS BIGINT), SUM(c.done),
       CAST(SUM(COALESCE(g.fen, 0)) AS BIGINT)
  FROM claims c
  LEFT JOIN sums g ON g.hall_id = c.hall_id AND g.document_no = c.document_no
 GROUP BY c.hall_id, c.month, c.kind
"""
CLAIMED = f"""
SELECT r.hall_id, r.kind, {_MONTH} AS month, CAST(SUM(r.amount) AS BIGINT)
  FROM {_CLAIMS}
 GROUP BY r.hall_id, r.kind, 3
"""
"""What the claims add up to, read once more without what was given on them."""


@dataclass(frozen=True, slots=True)
class ClaimCell:
    """Claims of one hall, month and kind; amounts in fen.

    `carried_out` of them say that they were; `given_fen` is what payments and adjustments say.
    """

    hall_id: int
    month: str
    kind: str
    claims: int
    fen: int
    carried_out: int
    given_fen: int


def claimed_by(cells: tuple[ClaimCell, ...]) -> Mapping[tuple[int, str, str], int]:
    """Give hall, kind and month -> what was claimed, in fen."""
    told: Counter[tuple[int, str, str]] = Counter()
    for cell in cells:
        told[cell.hall_id, cell.kind, cell.month] += cell.fen
    return told
