"""Writing bundles of many halls at once: documents, their days, what they state, who reads next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from sqlalchemy import func, select, tuple_

from ledger.documents import Document, Draft, draft_documents
from ledger.events import Act, record_all
from ledger.finance.days import Wanted
from ledger.finance.kinds import BUNDLE
from ledger.finance.statements import Json, write_statement
from ledger.finance.tables import BundleDay, BundleStatement, LiveBundleDay, SecondAudit
from ledger.hall_rules import limit_of_each
from ledger.lifecycle import Step, advance_all
from ledger.rows import Row
from ledger.schema import Base
from ledger.times import midnight
from ledger.work import UnitOfWork

PRODUCT = version("telecom-hall-backoffice")
SECOND_DUE_DAYS = "second_audit_days"


def write_bundles(
    uow: UnitOfWork,
    ready: Sequence[Wanted],
    statements: Mapping[int, Json],
    *,
    facts: Mapping[str, str] | None = None,
) -> list[Document]:
    """Write the bundles whose statements are gathered: submitted, their days live in them."""
    if not ready:
        return []
    today = uow.today
    drafts = [
        Draft(hall.id, BUNDLE, today, amount_fen=_declared(statements[hall.id]))
        for hall, _ in ready
    ]
    documents = draft_documents(uow, drafts)
    versions = _versions(uow, ready)
    written = {hall_id: write_statement(one) for hall_id, one in statements.items()}
    # Where no person made it, a leader of the hall signs beside finance: two different signers.
    roles = ("hall_manager", "finance") if uow.actor.is_system else ("finance",)
    steps = [
        Step(
            document,
            facts={
                "from": min(dates).isoformat(),
                "to": max(dates).isoformat(),
                "days": str(len(dates)),
                "version": str(max(versions[hall.id, date] for date in dates)),
                "statement": written[hall.id][1],
                **(facts or {}),
            },
            confirm_roles=roles,
        )
        for document, (hall, dates) in zip(documents, ready, strict=True)
    ]
    documents = advance_all(uow, "submit", steps)
    _write_days(uow, documents, ready, versions=versions, written=written, statements=statements)
    _open_second_audits(uow, documents, ready)
    return documents


def _declared(statement: Json) -> int:
    return sum(int(total["declared"]) for total in statement["totals"])


def _versions(uow: UnitOfWork, ready: Sequence[Wanted]) -> dict[tuple[int, dt.date], int]:
    """Give which version of each day its next bundle carries."""
    keys = [(hall.id, date) for hall, dates in ready for date in dates]
    rows = uow.session.execute(
        select(BundleDay.hall_id, BundleDay.business_date, func.max(BundleDay.version))
        .where(tuple_(BundleDay.hall_id, BundleDay.business_date).in_(keys))
        .group_by(BundleDay.hall_id, BundleDay.business_date)
    )
    last = {(hall_id, date): version for hall_id, date, version in rows}
    return {key: last.get(key, 0) + 1 for key in keys}


def _write_days(
    uow: UnitOfWork,
    documents: Sequence[Document],
    ready: Sequence[Wanted],
    *,
    versions: Mapping[tuple[int, dt.date], int],
    written: Mapping[int, tuple[str, str]],
    statements: Mapping[int, Json],
) -> None:
    signed = {
        (hall.id, one["date"]): (one["signed_event"], one["hash"])
        for hall, _ in ready
        for one in statements[hall.id]["days"]
    }
    acts = [
        Act(one.hall_id, "bundle.made", f"document:{one.number}", one.business_date)
        for one in documents
    ]
    tables = Base.metadata.tables
    live: list[LiveBundleDay] = []
    with record_all(uow, acts) as events:
        for event, document, (hall, dates) in zip(events, documents, ready, strict=True):
            rows: list[Row] = [
                (
                    document.id,
                    date.isoformat(),
                    versions[hall.id, date],
                    *signed[hall.id, date.isoformat()],
                )
                for date in dates
            ]
            event.insert(tables[BundleDay.__tablename__], rows)
            statement, digest = written[hall.id]
            event.insert(tables[BundleStatement.__tablename__], [(document.id, statement, digest)])
            live += [
                LiveBundleDay(hall_id=hall.id, business_date=date, document_id=document.id)
                for date in dates
            ]
    uow.session.add_all(live)
    uow.session.flush()


def _open_second_audits(
    uow: UnitOfWork, documents: Sequence[Document], ready: Sequence[Wanted]
) -> None:
    """The second level reads the same bundle, by the end of the second day after (REC-01)."""
    allowed = limit_of_each(uow, SECOND_DUE_DAYS, [hall.id for hall, _ in ready])
    uow.session.add_all(
        SecondAudit(
            hall_id=document.hall_id,
            document_id=document.id,
            state="due",
            due_at=midnight(max(dates) + dt.timedelta(days=allowed[document.hall_id] + 1)),
        )
        for document, (_, dates) in zip(documents, ready, strict=True)
    )
    uow.session.flush()
