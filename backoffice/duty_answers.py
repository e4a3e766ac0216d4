"""Rosters, grants and calendars as API and command line give them: plain JSON."""

from __future__ import annotations

from collections.abc import Iterable

from backoffice.errors import Payload
from ledger.calendars import CalendarDay
from ledger.cash.countersigning import Uncountersigned
from ledger.documents import Document, facts_of
from ledger.duties.grants import Grant
from ledger.duties.roster import Seat, SeatChange, shift_name
from ledger.text import Language
from ledger.work import UnitOfWork


def seat_payload(seat: Seat, language: Language) -> Payload:
    """Give a seat of the roster."""
    return {
        "date": seat.date.isoformat(),
        "clerk": seat.number,
        "name": seat.name,
        "shift": seat.shift,
        "shift_name": shift_name(seat.shift).in_language(language),
        "desk": seat.desk,
        "on_duty": seat.on_duty,
    }


def change_payload(change: SeatChange, language: Language) -> Payload:
    """Give a change of the roster."""
    said = {"by": change.by, "at": change.at.isoformat(), "event": change.event_no}
    return {**seat_payload(change.seat, language), **said}


def grant_payload(grant: Grant, language: Language) -> Payload:
    """Give a grant in force, as reports print it."""
    return {
        "number": grant.number,
        "kind": grant.kind,
        "from_on": grant.from_on.isoformat(),
        "until_on": grant.until_on.isoformat(),
        "holder": grant.holder,
        "pair": grant.pair,
        "reason": grant.reason,
        "given_by": grant.given_by,
        "text": grant.text.in_language(language),
    }


def granted_payload(uow: UnitOfWork, document: Document) -> Payload:
    """Give the document of a grant just given or ended."""
    facts = facts_of(uow, document)
    return {
        "number": document.number,
        "kind": document.kind,
        "state": document.state,
        "from_on": facts["from_on"],
        "until_on": facts["until_on"],
    }


def calendar_payload(days: Iterable[CalendarDay], organisations: dict[int, str]) -> list[Payload]:
    """Give what calendars say of days, each with the organisation that says so."""
    return [
        {
            "calendar": day.calendar,
            "date": day.on_date.isoformat(),
            "open": day.is_open,
            "name": day.name,
            "organisation": organisations[day.organisation_id],
            "revision": day.revision,
        }
        for day in days
    ]


def waiting_payload(waiting: Uncountersigned) -> Payload:
    """Give a hand-over that waits for its countersignature."""
    return {
        "number": waiting.document.number,
        "date": waiting.document.business_date.isoformat(),
        "due_at": waiting.due_at.isoformat(),
        "overdue": waiting.is_overdue,
    }
