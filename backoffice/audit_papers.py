"""The audit paper and its workbook, made from the books as they stand: the same at every door."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backoffice.paper_audit import Signature
from backoffice.printing import render_audit_paper
from backoffice.workbooks import OPENING_FLOATS, render_audit_workbook
from ledger.actors import Person, names_in
from ledger.approvals import Signature as Signed
from ledger.audit.findings import SignedDay
from ledger.audit.queries import show_day
from ledger.closing.kinds import RESULT
from ledger.documents import Document, DocumentFact
from ledger.duties.tables import SignedFor
from ledger.events import Event
from ledger.evidence.tables import EVIDENCE_TABLES, IntakeReplacement, OpeningFloat
from ledger.organisations import Hall
from ledger.schema import Base
from ledger.text import Language
from ledger.work import UnitOfWork


def audit_paper(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    language: Language,
    version: int | None = None,
) -> bytes:
    """Give the paper of a hall-day as PDF, printed by who reads; `version` names a signed one."""
    day = show_day(uow, hall, date, version=version)
    return render_audit_paper(
        day,
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
        signatures=signatures_of(uow, hall, date, version=day.version),
    )


def audit_workbook(uow: UnitOfWork, hall: Hall, date: dt.date, *, language: Language) -> bytes:
    """Give the workbook with every line behind every figure of a hall-day."""
    return render_audit_workbook(
        show_day(uow, hall, date), lines_of_day(uow, hall, date), language=language
    )


def signatures_of(
    uow: UnitOfWork, hall: Hall, date: dt.date, *, version: int = 0
) -> list[Signature]:
    """Give who signed the day, in which role and place, when, and the hash of what he signed.

    Of a signed version its auditor and, where the day was closed, its manager; of a day as it
    stands unsigned (0) whoever signed it before it was reopened.
    """
    rows = uow.session.execute(
        select(SignedDay, Event.actor, Person.name)
        .join(Event, (Event.hall_id == SignedDay.hall_id) & (Event.event_no == SignedDay.event_no))
        .outerjoin(
            SignedFor,
            (SignedFor.hall_id == SignedDay.hall_id) & (SignedFor.event_no == SignedDay.event_no),
        )
        .outerjoin(Person, Person.id == SignedFor.for_id)
        .where(SignedDay.hall_id == hall.id, SignedDay.business_date == date)
        .order_by(SignedDay.event_no)
    ).all()
    if version:
        rows = rows[version - 1 : version]
    called = names_in(uow, [label for _, label, _ in rows])
    audited = [
        Signature(signed.role, called[label], signed.at, signed.hash, for_name or "")
        for signed, label, for_name in rows
    ]
    return audited + (_managers(uow, hall, date, version) if version else [])


def _managers(uow: UnitOfWork, hall: Hall, date: dt.date, version: int) -> list[Signature]:
    rows = uow.session.execute(
        select(DocumentFact.value, Event.actor, Signed.at)
        .join(Document, (Document.hall_id == Signed.hall_id) & (Document.id == Signed.document_id))
        .join(
            DocumentFact,
            (DocumentFact.hall_id == Document.hall_id)
            & (DocumentFact.document_id == Document.id)
            & (DocumentFact.name == "snapshot"),
        )
        .join(Event, (Event.hall_id == Signed.hall_id) & (Event.event_no == Signed.event_no))
        .where(
            Document.hall_id == hall.id,
            Document.business_date == date,
            Document.kind == RESULT,
            Signed.step == "approve",
            select(DocumentFact.value)
            .where(
                DocumentFact.hall_id == Document.hall_id,
                DocumentFact.document_id == Document.id,
                DocumentFact.name == "version",
            )
            .correlate(Document)
            .scalar_subquery()
            == str(version),
        )
        .order_by(Signed.id)
    ).all()
    called = names_in(uow, [label for _, label, _ in rows])
    return [Signature("hall_manager", called[label], at, snapshot) for snapshot, label, at in rows]


def lines_of_day(
    uow: UnitOfWork, hall: Hall, date: dt.date
) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Give the day's current rows of evidence by kind, and the opening floats."""
    replaced = select(IntakeReplacement.old_no).where(IntakeReplacement.hall_id == hall.id)
    lines: dict[str, Sequence[Mapping[str, Any]]] = {}
    for kind, table in EVIDENCE_TABLES.items():
        rows = uow.session.execute(
            select(table)
            .where(
                table.c.hall_id == hall.id,
                table.c.business_date == date,
                table.c.intake_no.not_in(replaced),
            )
            .order_by(table.c.intake_no, table.c.row_no)
        )
        lines[kind] = [dict(row) for row in rows.mappings()]
    floats = Base.metadata.tables[OpeningFloat.__tablename__]
    opened = uow.session.execute(
        select(floats)
        .where(floats.c.hall_id == hall.id, floats.c.business_date == date)
        .order_by(floats.c.clerk)
    )
    lines[OPENING_FLOATS] = [dict(row) for row in opened.mappings()]
    return {kind: rows for kind, rows in lines.items() if rows}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.absolute().parent) as folder:
        unfinished = Path(folder) / path.name
        unfinished.write_bytes(content)
        unfinished.replace(path)
