"""The daily result (日稽核结果): what the auditor signed, laid before the manager to read and sign.

It carries the hash of the signed snapshot, so that the manager's signature is under that too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, tuple_

from ledger.audit.day import DayAudit
from ledger.closing.kinds import RESULT
from ledger.documents import Document, draft_document
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.work import UnitOfWork

MANAGER = "hall_manager"
LIVE = ("submitted", "approved", "posted")


def make_result(
    uow: UnitOfWork, hall: Hall, shown: DayAudit, *, signed_event: int, version: int
) -> Document:
    """Make the daily result of a day just signed; it waits for the manager."""
    gaps = [total.difference or 0 for total in shown.totals]
    facts = {
        "snapshot": shown.content_hash,
        "version": str(version),
        "signed_event": str(signed_event),
        "errors": str(sum(finding.severity != "note" for finding in shown.findings)),
        "overrides": str(sum(finding.state == "overridden" for finding in shown.findings)),
        "over_fen": str(sum(gap for gap in gaps if gap > 0)),
        "short_fen": str(-sum(gap for gap in gaps if gap < 0)),
    }
    document = draft_document(uow, hall_id=hall.id, kind=RESULT, business_date=shown.date)
    return advance(uow, document, "submit", facts=facts, confirm_roles=(MANAGER,))


def live_results(
    uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]
) -> dict[tuple[int, dt.date], Document]:
    """Give the result that stands for each of these (hall, date), where there is one."""
    found = uow.session.scalars(
        select(Document)
        .where(
            tuple_(Document.hall_id, Document.business_date).in_(sorted(set(days))),
            Document.kind == RESULT,
            Document.state.in_(LIVE),
        )
        .order_by(Document.id)
    )
    return {(one.hall_id, one.business_date): one for one in found}
