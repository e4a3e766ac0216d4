"""Voids that are not settled: asked and unsigned, or refused for a missing copy (作废未收回)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from invoices.mark_errors import VoidAskedAlready
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork

KIND = "invoice_void"

# A void asked stays open until its document is settled; one that lacks copies, until a later void
# of the number is complete or a red letter names it.
_OPEN = f"""
SELECT v.hall_id, v.document_id, d.number AS document_no, v.invoice_code, v.invoice_no, v.clerk,
       v.copies, v.reason, v.asked_on, v.state, t.ticked, t.copies_recovered
  FROM invoice_voids v
  JOIN documents d ON d.hall_id = v.hall_id AND d.id = v.document_id
  LEFT JOIN invoice_void_ticks t ON t.hall_id = v.hall_id AND t.document_id = v.document_id
       AND t.invoice_code = v.invoice_code AND t.invoice_no = v.invoice_no
 WHERE v.hall_id IN ({{halls}})
   AND ((v.state = 'asked' AND d.state = 'submitted')
     OR (v.state = 'incomplete'
         AND NOT EXISTS (SELECT 1 FROM evidence_invoices e
                          WHERE e.hall_id = v.hall_id AND e.original_no = v.invoice_no
                            AND e.original_code = v.invoice_code AND e.status = 'red'
                            AND {CURRENT.format("e")})
         AND NOT EXISTS (SELECT 1 FROM invoice_voids w
                           JOIN documents o ON o.hall_id = w.hall_id AND o.id = w.document_id
                          WHERE w.hall_id = v.hall_id AND w.invoice_code = v.invoice_code
                            AND w.invoice_no = v.invoice_no AND w.document_id > v.document_id
                            AND o.state IN ('submitted', 'posted'))))
 ORDER BY v.hall_id, v.asked_on, v.invoice_code, v.number
"""
_HELD = text(
    "SELECT v.invoice_no, d.number FROM invoice_voids v"
    " JOIN documents d ON d.hall_id = v.hall_id AND d.id = v.document_id"
    " WHERE v.hall_id = :hall AND v.invoice_code = :code AND v.state = 'asked'"
    " AND d.state = 'submitted'"
)


@dataclass(frozen=True, slots=True)
class OpenVoid:
    """A number whose void is not settled; `missing` copies are known where the auditor looked.

    `unrecovered` tells that it belongs on the list 作废未收回: its day is over, or copies lack.
    """

    hall_id: int
    document_no: str
    invoice_code: str
    invoice_no: str
    clerk: str
    copies: int
    reason: str
    asked_on: dt.date
    incomplete: bool
    missing: tuple[int, ...]
    days: int

    @property
    def unrecovered(self) -> bool:
        """Whether the day it was asked on is over, or a copy is known to be missing."""
        return self.incomplete or self.days > 0


def open_voids(uow: UnitOfWork, hall_ids: Sequence[int], *, on: dt.date) -> list[OpenVoid]:
    """Give the numbers of the halls whose voids are not settled, oldest first; age as of a day."""
    if not hall_ids:
        return []
    halls = ", ".join(str(int(hall_id)) for hall_id in sorted(hall_ids))
    found = []
    for row in uow.session.execute(text(_OPEN.format(halls=halls))):
        asked_on = dt.date.fromisoformat(str(row.asked_on))
        ticked = {int(copy) for copy in (row.ticked or "").split(",") if copy}
        incomplete = row.state == "incomplete"
        found.append(
            OpenVoid(
                hall_id=row.hall_id,
                document_no=row.document_no,
                invoice_code=row.invoice_code,
                invoice_no=row.invoice_no,
                clerk=row.clerk,
                copies=row.copies,
                reason=row.reason,
                asked_on=asked_on,
                incomplete=incomplete,
                missing=tuple(c for c in range(1, row.copies + 1) if c not in ticked)
                if incomplete
                else (),
                days=max(0, (on - asked_on).days),
            )
        )
    return found


def require_no_open_void(uow: UnitOfWork, hall: Hall, code: str, numbers: Sequence[str]) -> None:
    """Go on only if no void that awaits the auditor names a number; raises VoidAskedAlready."""
    held: dict[str, str] = dict(uow.session.execute(_HELD, {"hall": hall.id, "code": code}).all())
    for number in numbers:
        if number in held:
            raise VoidAskedAlready(number=number, document=held[number])
