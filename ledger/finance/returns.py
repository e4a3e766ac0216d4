"""Finance or the second-level audit gives lines back: each becomes a correction, the rest goes on.

Before finance has signed, the days of the lines leave the bundle and can go into a later version;
afterwards they stay handed over, and a revision carries what was corrected (DOMAIN REC-01).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.documents import Document
from ledger.events import record
from ledger.finance.days import find_bundle, live_dates, release_days
from ledger.finance.errors import LineNotInBundle, NotHandedOver, ReasonNeeded
from ledger.finance.kinds import BUNDLE_AREA
from ledger.finance.revisions import drop_revision
from ledger.finance.slips import send_back
from ledger.finance.tables import BundleDay, BundleReturn, SecondAudit
from ledger.lifecycle import TransitionRefused, advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

FINANCE, SECOND = "finance", "second"


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A line given back: its day, why, and which finding or amount it is about.

    `check` and `subject` are '' where the whole day is meant; amounts are fen.
    """

    date: dt.date
    reason: str
    check: str = ""
    subject: str = ""
    clerk: str = ""
    expected_fen: int | None = None
    found_fen: int | None = None


def return_lines(
    uow: UnitOfWork, *, hall: Hall, number: str, lines: Sequence[ReturnedLine]
) -> Document:
    """Give lines of a bundle back as finance, before it is signed; the other days stay in it.

    A bundle whose last day is returned is rejected. Raises NotPermitted, TransitionRefused,
    LineNotInBundle and ReasonNeeded.
    """
    lock_head(uow, hall.id)
    require(uow, hall.id, BUNDLE_AREA, "reject")
    document = _open_bundle(uow, hall, number)
    return _give_back(uow, hall, document, lines, FINANCE)


def read_by_second(uow: UnitOfWork, *, hall: Hall, number: str) -> SecondAudit:
    """Note that the second-level audit has read the bundle and has nothing to give back."""
    lock_head(uow, hall.id)
    require(uow, hall.id, BUNDLE_AREA, "audit")
    document = find_bundle(uow, hall, number)
    second = _second(uow, document)
    with record(
        uow,
        hall_id=hall.id,
        act="bundle.read",
        subject=f"document:{number}",
        business_date=document.business_date,
    ):
        pass
    second.state, second.person_id, second.at = "read", uow.actor.person_id, uow.now
    uow.session.flush()
    return second


def return_by_second(
    uow: UnitOfWork, *, hall: Hall, number: str, lines: Sequence[ReturnedLine]
) -> Document:
    """Give lines back as the second-level audit, before or after finance has signed.

    The bundle stays readable as it was; its days go out again as the next version.
    """
    lock_head(uow, hall.id)
    require(uow, hall.id, BUNDLE_AREA, "audit")
    document = find_bundle(uow, hall, number)
    second = _second(uow, document)
    if document.state not in ("submitted", "posted"):
        raise TransitionRefused(number=number, state=document.state, action="return")
    document = _give_back(uow, hall, document, lines, SECOND)
    second.state, second.person_id, second.at = "returned", uow.actor.person_id, uow.now
    uow.session.flush()
    return document


def _open_bundle(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    document = find_bundle(uow, hall, number)
    uow.session.refresh(document, with_for_update=True)
    if document.state != "submitted":
        raise TransitionRefused(number=number, state=document.state, action="return")
    return document


def _second(uow: UnitOfWork, document: Document) -> SecondAudit:
    second = uow.session.get_one(
        SecondAudit, (document.hall_id, document.id), with_for_update=True, populate_existing=True
    )
    if second.state != "due":
        raise NotHandedOver(
            number=document.number, state_zh="已由二级稽核办理", state_en="done with at that level"
        )
    return second


def _give_back(
    uow: UnitOfWork, hall: Hall, document: Document, lines: Sequence[ReturnedLine], level: str
) -> Document:
    if not lines or any(not line.reason.strip() for line in lines):
        raise ReasonNeeded
    open_dates = set(live_dates(uow, document)) if document.state == "submitted" else None
    for line in lines:
        carried = uow.session.get(BundleDay, (hall.id, document.id, line.date))
        if carried is None or (open_dates is not None and line.date not in open_dates):
            raise LineNotInBundle(number=document.number, date=line.date)
    slips = [_slip(uow, hall, document, line) for line in lines]
    with record(
        uow,
        hall_id=hall.id,
        act="bundle.returned",
        subject=f"document:{document.number}",
        business_date=document.business_date,
        facts={"level": level, "days": sorted({line.date.isoformat() for line in lines})},
    ) as event:
        rows = [
            (place, document.id, *_row(uow, line, level, slip))
            for place, (line, slip) in enumerate(zip(lines, slips, strict=True), 1)
        ]
        event.insert(Base.metadata.tables[BundleReturn.__tablename__], rows)
    if open_dates is None:
        return document
    release_days(uow, document, [line.date for line in lines])
    if not open_dates - {line.date for line in lines}:
        document = advance(uow, document, "reject", reason=lines[0].reason.strip())
        drop_revision(uow, document)
    return document


def _row(uow: UnitOfWork, line: ReturnedLine, level: str, slip: str) -> Row:
    return (
        line.date.isoformat(),
        level,
        line.check,
        line.subject,
        line.clerk,
        line.expected_fen,
        line.found_fen,
        line.reason.strip(),
        slip,
        uow.actor.person_id,
        plain(uow.now),
    )


def _slip(uow: UnitOfWork, hall: Hall, document: Document, line: ReturnedLine) -> str:
    note = Text(f"移交单 {document.number} 退回", f"returned of bundle {document.number}")
    return send_back(
        uow,
        hall,
        date=line.date,
        what=f"{line.check} {line.subject}".strip() or f"day:{line.date.isoformat()}",
        clerk=line.clerk,
        expected_fen=line.expected_fen,
        found_fen=line.found_fen,
        note=f"{note.zh}:{line.reason.strip()}",
    )
