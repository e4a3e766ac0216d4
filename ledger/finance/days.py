"""Which days a bundle may carry: closed, in no other bundle, and as they were when it was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, tuple_

from ledger.approvals import Signature
from ledger.audit.findings import SignedDay
from ledger.closing.kinds import RESULT
from ledger.documents import Document, find_document
from ledger.errors import BackofficeError
from ledger.finance.errors import (
    DayChanged,
    DayInBundle,
    DayNotClosed,
    NoBundle,
    NothingToHandOver,
)
from ledger.finance.kinds import BUNDLE
from ledger.finance.statements import SignedContent, signed_contents
from ledger.finance.tables import BundleDay, LiveBundleDay
from ledger.hall_days import HALL_STATUSES, HallDay
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

STANDING = ("closed", "handed_over")

Wanted = tuple[Hall, Sequence[dt.date]]


def days_waiting(
    uow: UnitOfWork, hall_ids: Sequence[int], first: dt.date, last: dt.date
) -> dict[int, list[dt.date]]:
    """Give the closed days of halls that no bundle has yet."""
    rows = uow.session.execute(
        select(HallDay.hall_id, HallDay.business_date)
        .outerjoin(
            LiveBundleDay,
            (LiveBundleDay.hall_id == HallDay.hall_id)
            & (LiveBundleDay.business_date == HallDay.business_date),
        )
        .where(
            HallDay.hall_id.in_(list(hall_ids)),
            HallDay.business_date.between(first, last),
            HallDay.hall_status == "closed",
            HallDay.audit_status == "audited",
            LiveBundleDay.document_id.is_(None),
        )
        .order_by(HallDay.hall_id, HallDay.business_date)
    )
    waiting: dict[int, list[dt.date]] = {}
    for hall_id, date in rows:
        waiting.setdefault(hall_id, []).append(date)
    return waiting


def days_to_hand_over(uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date) -> list[dt.date]:
    """Give the hall's days that wait; raises DayNotClosed, DayInBundle and NothingToHandOver."""
    dates = days_waiting(uow, [hall.id], first, last).get(hall.id, [])
    if dates:
        return dates
    if first == last:
        refusal = not_ready(uow, [(hall, [first])]).get(hall.code)
        if refusal is not None:
            raise refusal
    raise NothingToHandOver(hall=hall.code, first=first, last=last)


def not_ready(uow: UnitOfWork, wanted: Sequence[Wanted]) -> dict[str, BackofficeError]:
    """Give the refusal of each hall one of whose days is not closed, or is in a bundle."""
    keys = [(hall.id, date) for hall, dates in wanted for date in dates]
    rows = uow.session.execute(
        select(HallDay.hall_id, HallDay.business_date, HallDay.hall_status, HallDay.audit_status)
        .where(tuple_(HallDay.hall_id, HallDay.business_date).in_(keys))
        .with_for_update()
    )
    statuses = {(hall_id, date): (status, audit) for hall_id, date, status, audit in rows}
    taken = {
        (hall_id, date): number
        for hall_id, date, number in uow.session.execute(
            select(LiveBundleDay.hall_id, LiveBundleDay.business_date, Document.number)
            .join(
                Document,
                (Document.hall_id == LiveBundleDay.hall_id)
                & (Document.id == LiveBundleDay.document_id),
            )
            .where(tuple_(LiveBundleDay.hall_id, LiveBundleDay.business_date).in_(keys))
        )
    }
    refused: dict[str, BackofficeError] = {}
    for hall, dates in wanted:
        for date in dates:
            key = (hall.id, date)
            status, audit = statuses.get(key, ("", ""))
            if key in taken:
                refused.setdefault(
                    hall.code, DayInBundle(hall=hall.code, date=date, number=taken[key])
                )
            elif (status, audit) != ("closed", "audited"):
                said = HALL_STATUSES.get(status, Text("未开", "not opened"))
                refused.setdefault(hall.code, DayNotClosed(hall=hall.code, date=date, status=said))
    return refused


def find_bundle(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the bundle of that number; raises UnknownDocument and NoBundle."""
    document = find_document(uow, hall.id, number)
    if document.kind != BUNDLE:
        raise NoBundle(number=number)
    return document


def live_dates(uow: UnitOfWork, document: Document) -> list[dt.date]:
    """Give the days that are live in the bundle: those it was made with that were not returned."""
    return list(
        uow.session.scalars(
            select(LiveBundleDay.business_date)
            .where(
                LiveBundleDay.hall_id == document.hall_id,
                LiveBundleDay.document_id == document.id,
            )
            .order_by(LiveBundleDay.business_date)
        )
    )


def release_days(uow: UnitOfWork, document: Document, dates: Sequence[dt.date]) -> None:
    """Let days go out of a bundle; they are in none now."""
    uow.session.execute(
        delete(LiveBundleDay).where(
            LiveBundleDay.hall_id == document.hall_id,
            LiveBundleDay.document_id == document.id,
            LiveBundleDay.business_date.in_(list(dates)),
        )
    )


def require_unchanged(uow: UnitOfWork, document: Document) -> None:
    """Raise DayChanged unless each live day stands, signed as it was when the bundle was made."""
    date = changed_day(uow, document, is_locked=True)
    if date is not None:
        raise DayChanged(number=document.number, date=date)


def changed_day(uow: UnitOfWork, document: Document, *, is_locked: bool = False) -> dt.date | None:
    """Give the first day of a bundle that was reopened or signed anew since it was made.

    `is_locked` locks the days, so that it stays so.
    """
    dates = live_dates(uow, document)
    keys = [(document.hall_id, date) for date in dates]
    now: Mapping[tuple[int, dt.date], SignedContent] = signed_contents(uow, keys)
    query = select(HallDay).where(tuple_(HallDay.hall_id, HallDay.business_date).in_(keys))
    found = uow.session.scalars(
        query.with_for_update() if is_locked else query,
        execution_options={"populate_existing": True},
    )
    statuses = {day.business_date: (day.hall_status, day.audit_status) for day in found}
    carried = {
        one.business_date: one.signed_event
        for one in uow.session.scalars(
            select(BundleDay).where(
                BundleDay.hall_id == document.hall_id, BundleDay.document_id == document.id
            )
        )
    }
    for date in dates:
        hall_status, audit_status = statuses[date]
        stands = hall_status in STANDING and audit_status == "audited"
        if not stands or now[document.hall_id, date].event_no != carried[date]:
            return date
    return None


def signed_for_the_hall(uow: UnitOfWork, document: Document) -> bool:
    """Tell whether the actor signed a day of the bundle as one of the hall: audit or result."""
    person = uow.actor.person_id
    dates = select(BundleDay.business_date).where(
        BundleDay.hall_id == document.hall_id, BundleDay.document_id == document.id
    )
    audited = select(SignedDay.event_no).where(
        SignedDay.hall_id == document.hall_id,
        SignedDay.business_date.in_(dates),
        SignedDay.person_id == person,
    )
    closed = (
        select(Signature.id)
        .join(
            Document,
            (Document.hall_id == Signature.hall_id) & (Document.id == Signature.document_id),
        )
        .where(
            Document.hall_id == document.hall_id,
            Document.kind == RESULT,
            Document.business_date.in_(dates),
            Signature.person_id == person,
        )
    )
    return any(uow.session.scalar(query.limit(1)) is not None for query in (audited, closed))
