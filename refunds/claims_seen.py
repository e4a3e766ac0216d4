"""Claims that came by file, as a flag or a list shows them: kind, day, amount, number, executor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from refunds.claims_stage import NOT_A_CASE

DOCUMENT, ADJUSTMENT = "document", "adjustment"

_CLAIMS = f"""
SELECT 'document:' || r.document_no AS subject, r.kind, r.business_date AS day, r.amount,
       r.subscriber, r.requester
  FROM evidence_refunds r
 WHERE r.hall_id = :hall AND r.row_key IN :numbers AND {CURRENT.format("r")} AND {NOT_A_CASE}
"""
_ADJUSTMENTS = f"""
SELECT 'adjustment:' || a.adjustment_no AS subject, a.kind, a.business_date AS day, a.amount,
       a.subscriber, a.clerk AS requester
  FROM evidence_adjustments a
 WHERE a.hall_id = :hall AND a.row_key IN :numbers AND {CURRENT.format("a")}
"""


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """A claim from a file, or an adjustment of billing; amount in fen, the number in full."""

    subject: str
    kind: str
    on: dt.date
    amount_fen: int
    subscriber: str
    requester: str

    @property
    def number(self) -> str:
        """Its number in the file."""
        return self.subject.partition(":")[2]

    @property
    def evidence(self) -> str:
        """The kind of file that tells of it."""
        return "adjustments" if self.subject.startswith(ADJUSTMENT) else "refunds"


def claims_about(uow: UnitOfWork, hall: Hall, subjects: Iterable[str]) -> dict[str, ClaimSeen]:
    """Give subject -> the claim it names; subjects of no claim from a file are left out."""
    numbers: dict[str, list[str]] = {DOCUMENT: [], ADJUSTMENT: []}
    for subject in subjects:
        kind, _, number = subject.partition(":")
        numbers[kind].append(number)
    found = {}
    for kind, sql in ((DOCUMENT, _CLAIMS), (ADJUSTMENT, _ADJUSTMENTS)):
        if not numbers[kind]:
            continue
        query = text(sql).bindparams(bindparam("numbers", expanding=True))
        rows = uow.session.execute(query, {"hall": hall.id, "numbers": numbers[kind]})
        for row in rows:
            on = dt.date.fromisoformat(str(row.day)[:10])
            found[row.subject] = ClaimSeen(
                row.subject, row.kind, on, row.amount, row.subscriber, row.requester
            )
    return found
