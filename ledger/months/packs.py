"""The month's pack (月结单): made by the auditor, signed by three roles; then the month is locked.

The content is what the doors gathered of the month; it is frozen when the pack is made, and every
further signature is refused if the books would say something else by then (DOMAIN REC-13).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence

from sqlalchemy import select, update

from ledger.approvals import Signature
from ledger.documents import Document, draft_document
from ledger.events import record
from ledger.hall_days import HallDay, MonthLock, locked_months
from ledger.lifecycle import advance
from ledger.months.errors import (
    MonthLocked,
    MonthNotReady,
    MonthUnreadable,
    NoPack,
    PackChanged,
    PackReasonMissing,
    PackWaits,
)
from ledger.months.gates import Blocker, Gate, standing_of
from ledger.months.kinds import PACK, PACK_AREA, SIGNERS
from ledger.months.tables import MonthPack
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import plain
from ledger.schema import Base
from ledger.times import A_DAY, month_of
from ledger.work import UnitOfWork

Gather = Callable[[UnitOfWork, Hall, dt.date], str]
MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)


def read_month_name(said: str) -> dt.date:
    """Give the first day of a month written like 2026-11; raises MonthUnreadable."""
    if not MONTH.fullmatch(said):
        raise MonthUnreadable(month=said)
    return dt.date(int(said[:4]), int(said[5:]), 1)


def make_pack(
    uow: UnitOfWork, *, hall: Hall, first: dt.date, gather: Gather, gates: Sequence[Gate]
) -> Document:
    """Make the pack of a month and sign it as its auditor; it waits for the other two.

    `gather` gives the month as the doors tell it, as text; it is asked once nothing stands in the
    way. Raises NotPermitted, MonthLocked, PackWaits and MonthNotReady.
    """
    require(uow, hall.id, PACK_AREA, "submit")
    _lock(uow, hall, first)
    waiting = waiting_pack(uow, hall, first)
    if waiting is not None:
        raise PackWaits(month=f"{first:%Y-%m}", number=waiting.number)
    require_ready(first, standing_of(uow, hall, first, gates))
    content = gather(uow, hall, first)
    digest = _hash(content)
    today = uow.today
    document = draft_document(uow, hall_id=hall.id, kind=PACK, business_date=today)
    facts = {"month": f"{first:%Y-%m}", "hash": digest}
    others = tuple(role for role in SIGNERS if role != "auditor")
    document = advance(uow, document, "submit", facts=facts, confirm_roles=others)
    with record(
        uow, hall_id=hall.id, act="month.packed", subject=f"document:{document.number}"
    ) as event:
        row = (document.id, first.isoformat(), content, digest)
        event.insert(Base.metadata.tables[MonthPack.__tablename__], [row])
    return document


def sign_pack(
    uow: UnitOfWork, *, hall: Hall, first: dt.date, gather: Gather, gates: Sequence[Gate]
) -> Document:
    """Sign the pack that waits; with the last signature the month is locked.

    What `gather` gives now must be what the pack says. Raises NoPack, MonthLocked, MonthNotReady,
    PackChanged, NotPermitted and MakerIsChecker.
    """
    _lock(uow, hall, first)
    document = _waiting(uow, hall, first)
    require_ready(first, standing_of(uow, hall, first, gates))
    if pack_of(uow, document).hash != _hash(gather(uow, hall, first)):
        raise PackChanged(number=document.number)
    document = advance(uow, document, "approve")
    if document.state == "posted":
        _lock_month(uow, hall, first, document)
    return document


def send_back_pack(uow: UnitOfWork, *, hall: Hall, first: dt.date, reason: str) -> Document:
    """Decline to sign, or take the pack back as who made it; the next is a new one.

    Raises NoPack, PackReasonMissing and NotPermitted.
    """
    document = _waiting(uow, hall, first)
    if not reason.strip():
        raise PackReasonMissing
    own = document.maker_id == uow.actor.person_id
    return advance(uow, document, "cancel" if own else "reject", reason=reason.strip())


def require_ready(first: dt.date, standing: Sequence[tuple[Gate, list[Blocker]]]) -> None:
    """Go on only if nothing of the month stands in the way; raises MonthNotReady."""
    blockers = [one for _, some in standing for one in some]
    if blockers:
        said = blockers[0].text
        raise MonthNotReady(
            month=f"{first:%Y-%m}", what_zh=said.zh, what_en=said.en, count=len(blockers)
        )


def waiting_pack(uow: UnitOfWork, hall: Hall, first: dt.date) -> Document | None:
    """Give the pack of the month that is being signed."""
    return next((one for one in packs_of(uow, hall, first) if one.state == "submitted"), None)


def standing_pack(uow: UnitOfWork, hall: Hall, first: dt.date) -> Document | None:
    """Give the pack that is being signed, or that locked the month."""
    live = ("submitted", "posted")
    return next((one for one in packs_of(uow, hall, first) if one.state in live), None)


def packs_of(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[Document]:
    """Give every pack made of a month, the latest first."""
    return list(
        uow.session.scalars(
            select(Document)
            .join(
                MonthPack,
                (MonthPack.hall_id == Document.hall_id) & (MonthPack.document_id == Document.id),
            )
            .where(MonthPack.hall_id == hall.id, MonthPack.month == first)
            .order_by(Document.id.desc())
        )
    )


def packs_waiting(uow: UnitOfWork, hall: Hall) -> list[tuple[Document, dt.date]]:
    """Give the packs that are being signed, each with its month."""
    rows = uow.session.execute(
        select(Document, MonthPack.month)
        .join(
            MonthPack,
            (MonthPack.hall_id == Document.hall_id) & (MonthPack.document_id == Document.id),
        )
        .where(Document.hall_id == hall.id, Document.state == "submitted")
        .order_by(MonthPack.month)
    )
    return [(document, month) for document, month in rows]


def months_without_pack(uow: UnitOfWork, hall: Hall) -> list[dt.date]:
    """Give the months that are over since the books opened, neither locked nor being signed."""
    first, until = hall.books_open_on.replace(day=1), uow.today.replace(day=1)
    taken = set(
        uow.session.scalars(
            select(MonthLock.month).where(MonthLock.hall_id == hall.id, MonthLock.month >= first)
        )
    ) | {month for _, month in packs_waiting(uow, hall)}
    months = []
    while first < until:
        if first not in taken:
            months.append(first)
        first = (first + 31 * A_DAY).replace(day=1)
    return months


def signers_missing(uow: UnitOfWork, document: Document) -> list[str]:
    """Give the roles that have not signed a pack yet."""
    signed = set(
        uow.session.scalars(
            select(Signature.role).where(
                Signature.hall_id == document.hall_id,
                Signature.document_id == document.id,
                Signature.revision == document.revision,
                Signature.step == "approve",
            )
        )
    )
    return [role for role in document.required_roles.split(",") if role not in signed]


def pack_of(uow: UnitOfWork, document: Document) -> MonthPack:
    """Give what a pack says."""
    return uow.session.get_one(MonthPack, (document.hall_id, document.id))


def _waiting(uow: UnitOfWork, hall: Hall, first: dt.date) -> Document:
    waiting = waiting_pack(uow, hall, first)
    if waiting is None:
        raise NoPack(month=f"{first:%Y-%m}")
    return waiting


def _lock(uow: UnitOfWork, hall: Hall, first: dt.date) -> None:
    lock_head(uow, hall.id)
    if locked_months(uow, [(hall.id, first)]):
        raise MonthLocked(month=f"{first:%Y-%m}")


def _lock_month(uow: UnitOfWork, hall: Hall, first: dt.date, document: Document) -> None:
    """Lock the month: days of it on which nothing happened take no posting any more either."""
    first, last = month_of(first)
    with record(
        uow, hall_id=hall.id, act="month.locked", subject=f"document:{document.number}"
    ) as event:
        row = (first.isoformat(), document.id, plain(uow.now))
        event.insert(Base.metadata.tables[MonthLock.__tablename__], [row])
    uow.session.execute(
        update(HallDay)
        .where(
            HallDay.hall_id == hall.id,
            HallDay.business_date.between(first, last),
            HallDay.hall_status == "working",
        )
        .values(hall_status="closed")
    )
    uow.session.expire_all()


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
