"""Opening a day again: one person asks with a reason, another agrees; never after the end.

What was signed is kept as a version that can be read for ever; the next signature makes another.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ledger.audit.acts import refresh_audit_status
from ledger.audit.engine import DayNotOpened
from ledger.closing.errors import DayIsFinal, DayNotReady, ReasonMissing, ReopeningAsked
from ledger.closing.kinds import REOPENING
from ledger.closing.month_locks import month_is_locked
from ledger.closing.results import MANAGER, live_results
from ledger.documents import Document, draft_document
from ledger.hall_days import HALL_STATUSES, HallDay
from ledger.lifecycle import advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

DEPARTMENT = "department"
REOPENABLE = ("submitted", "closed")


def reopen_day(uow: UnitOfWork, hall: Hall, date: dt.date, *, reason: str = "") -> Document:
    """Ask for a day to be opened again, or agree to what another person asked.

    The first call asks, and gives the paper that waits; the second, by another person, opens the
    day. Raises NotPermitted, MakerIsChecker, DayNotOpened, DayNotReady, DayIsFinal, ReasonMissing.
    """
    waiting = asked_reopening(uow, hall, date)
    if waiting is None:
        return ask_reopening(uow, hall, date, reason=reason)
    return agree_reopening(uow, hall, waiting)


def ask_reopening(uow: UnitOfWork, hall: Hall, date: dt.date, *, reason: str) -> Document:
    """Ask for a day to be opened again. A manager's wish is agreed to by the department."""
    require(uow, hall.id, "day_reopenings", "submit")
    _lock_reopenable(uow, hall, date)
    if not reason.strip():
        raise ReasonMissing(date=date)
    waiting = asked_reopening(uow, hall, date)
    if waiting is not None:
        raise ReopeningAsked(date=date, number=waiting.number)
    document = draft_document(
        uow, hall_id=hall.id, kind=REOPENING, business_date=date, remark=reason.strip()
    )
    is_manager = MANAGER in uow.actor.roles_in(hall.id)
    return advance(
        uow,
        document,
        "submit",
        facts={"reason": reason.strip()},
        confirm_roles=(DEPARTMENT if is_manager else MANAGER,),
        reason=reason.strip(),
    )


def agree_reopening(uow: UnitOfWork, hall: Hall, document: Document) -> Document:
    """Agree to a reopening as another person: the day works again, its result no longer stands."""
    date = document.business_date
    day = _lock_reopenable(uow, hall, date)
    document = advance(uow, document, "approve")
    result = live_results(uow, [(hall.id, date)]).get((hall.id, date))
    if result is not None:
        step = "reverse" if result.state == "posted" else "reject"
        advance(uow, result, step, reason=document.remark)
    day.hall_status = "working"
    day.audit_status = "calculated"
    uow.session.flush()
    refresh_audit_status(uow, hall.id, date)
    return document


def refuse_reopening(uow: UnitOfWork, document: Document, *, reason: str) -> Document:
    """Decline: the day stays as it was signed."""
    return advance(uow, document, "reject", reason=reason)


def asked_reopening(uow: UnitOfWork, hall: Hall, date: dt.date) -> Document | None:
    """Give the reopening of a day that waits for its second person."""
    return uow.session.scalars(
        select(Document).where(
            Document.hall_id == hall.id,
            Document.business_date == date,
            Document.kind == REOPENING,
            Document.state == "submitted",
        )
    ).first()


def _lock_reopenable(uow: UnitOfWork, hall: Hall, date: dt.date) -> HallDay:
    lock_head(uow, hall.id)
    day = uow.session.get(HallDay, (hall.id, date), with_for_update=True, populate_existing=True)
    if day is None:
        raise DayNotOpened(hall=hall.code, date=date)
    final: Text | None = None
    if month_is_locked(uow, hall.id, date):
        final = Text("月结锁定", "locked with its month")
    elif day.hall_status == "handed_over":
        final = Text("移交财务", "handed over to finance")
    if final is not None:
        raise DayIsFinal(hall=hall.code, date=date, why_zh=final.zh, why_en=final.en)
    if day.hall_status not in REOPENABLE:
        said = HALL_STATUSES[day.hall_status]
        raise DayNotReady(
            hall=hall.code,
            date=date,
            status_zh=said.zh,
            status_en=said.en.lower(),
            wanted_zh="已上报或已关账",
            wanted_en="submitted or closed",
        )
    return day
