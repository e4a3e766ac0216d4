"""What follows a transfer between halls: announced there, received there, settled here.

Each follow-up is a unit of work of the system, and may be done again or later: what is still to do
stands in `dispatches` and `manifest_receipts`, so that nothing is lost between two of them.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ledger.accounts import open_account
from ledger.documents import Document, DocumentLine, Line, draft_document, lines_of
from ledger.hall_days import OPEN_FOR_POSTING, HallDay, open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall, lock_head
from ledger.postings import Posting
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.dispatches import FROM_OTHER_HALL, lock_both
from stock.document_tables import Dispatch, Manifest, ManifestReceipt
from stock.kinds import SETTLED
from stock.manifests import AwaitedLine, expect_goods


def pending_dispatches(uow: UnitOfWork) -> list[tuple[int, int]]:
    """Give (hall, document) of transfers that the other hall has not been told of."""
    rows = uow.session.execute(
        select(Dispatch.hall_id, Dispatch.document_id)
        .where(Dispatch.hall_id.in_(select(Hall.id)), Dispatch.state == "waiting")
        .order_by(Dispatch.hall_id, Dispatch.document_id)
    )
    return [(hall_id, document_id) for hall_id, document_id in rows]


def announce_dispatch(uow: UnitOfWork, hall_id: int, document_id: int) -> bool:
    """Put what was dispatched into the other hall's manifests; gives False if that was done."""
    dispatch = uow.session.get_one(Dispatch, (hall_id, document_id))
    lock_both(uow, hall_id, dispatch.to_hall)
    uow.session.refresh(dispatch)
    if dispatch.state != "waiting":
        return False
    hall = uow.session.get_one(Hall, hall_id)
    document = uow.session.get_one(Document, (hall_id, document_id))
    expect_goods(
        uow,
        hall=uow.session.get_one(Hall, dispatch.to_hall),
        source=FROM_OTHER_HALL,
        sender=hall.code,
        reference=dispatch.number,
        lines=_dispatched(uow, hall, document),
    )
    dispatch.state = "announced"
    uow.session.flush()
    return True


def pending_receipts(uow: UnitOfWork) -> list[tuple[int, int, int]]:
    """Give (hall, manifest, document) of receipts that the sender's books do not know."""
    rows = uow.session.execute(
        select(ManifestReceipt.hall_id, ManifestReceipt.manifest_id, ManifestReceipt.document_id)
        .where(ManifestReceipt.hall_id.in_(select(Hall.id)), ManifestReceipt.settled.in_((False,)))
        .order_by(ManifestReceipt.hall_id, ManifestReceipt.document_id)
    )
    return [(hall_id, manifest, document) for hall_id, manifest, document in rows]


def settle_receipt(uow: UnitOfWork, hall_id: int, manifest_id: int, document_id: int) -> bool:
    """Take what the other hall received out of the sender's transit; False if it cannot be now.

    Posted by the system as a loaded document of its own, on the sender's latest open day.
    """
    receipt = uow.session.get_one(ManifestReceipt, (hall_id, manifest_id, document_id))
    manifest = uow.session.get_one(Manifest, (hall_id, manifest_id))
    sender = uow.session.scalars(select(Hall).where(Hall.code == manifest.sender)).one()
    lock_both(uow, hall_id, sender.id)
    uow.session.refresh(receipt)
    document = uow.session.get_one(Document, (hall_id, document_id))
    day = _day_to_post(uow, sender, document.business_date)
    if receipt.settled or day is None:
        return False
    receiver = uow.session.get_one(Hall, hall_id)
    transit = open_account(uow, sender.id, "transit", receiver.code)
    gone = open_account(uow, sender.id, "other_hall", receiver.code)
    lines = [
        Line(line.commodity, gone, transit, line.quantity, line.serial, line.serial_to)
        for line in lines_of(uow, document)
    ]
    settling = draft_document(
        uow,
        hall_id=sender.id,
        kind=SETTLED,
        business_date=day,
        paper_no=f"{receiver.code}/{document.number}",
        paper_date=document.business_date,
    )
    advance(uow, settling, "load", lines=lines, facts={"dispatch": manifest.reference})
    receipt.settled = True
    uow.session.flush()
    return True


def pending_closings(uow: UnitOfWork) -> list[tuple[int, int]]:
    """Give (hall, document) of dispatches whose manifest has been closed, and all of it settled."""
    rows = uow.session.execute(
        select(Dispatch.hall_id, Dispatch.document_id)
        .join(Hall, Hall.id == Dispatch.hall_id)
        .join(
            Manifest,
            (Manifest.hall_id == Dispatch.to_hall)
            & (Manifest.source == FROM_OTHER_HALL)
            & (Manifest.sender == Hall.code)
            & (Manifest.reference == Dispatch.number),
        )
        .where(Dispatch.state == "announced", Manifest.state == "closed")
        .order_by(Dispatch.hall_id, Dispatch.document_id)
    )
    return [(hall_id, document_id) for hall_id, document_id in rows]


def close_dispatch(uow: UnitOfWork, hall_id: int, document_id: int) -> bool:
    """Note that the other hall is done with a dispatch: what it did not receive is lost here."""
    lock_head(uow, hall_id)
    dispatch = uow.session.get_one(Dispatch, (hall_id, document_id), populate_existing=True)
    if dispatch.state != "announced":
        return False
    dispatch.state = "closed"
    uow.session.flush()
    return True


def _dispatched(uow: UnitOfWork, hall: Hall, document: Document) -> list[AwaitedLine]:
    """Give what a dispatch sent: each unit with its cost, and the quantities of counted goods."""
    units = uow.session.execute(
        select(Unit.commodity_id, Unit.serial, Unit.cost_fen)
        .join(Posting, (Posting.hall_id == Unit.hall_id) & (Posting.unit_id == Unit.id))
        .where(Posting.hall_id == hall.id, Posting.document_id == document.id)
        .order_by(Posting.id)
    )
    counted = uow.session.execute(
        select(DocumentLine.commodity_id, DocumentLine.quantity, DocumentLine.unit_cost_fen)
        .where(
            DocumentLine.hall_id == hall.id,
            DocumentLine.document_id == document.id,
            DocumentLine.revision == document.revision,
            DocumentLine.serial == "",
        )
        .order_by(DocumentLine.line_no)
    )
    return [(item, serial, 1, cost) for item, serial, cost in units] + [
        (item, "", quantity, cost) for item, quantity, cost in counted
    ]


def _day_to_post(uow: UnitOfWork, hall: Hall, received_on: dt.date) -> dt.date | None:
    """Give the hall's latest open day since the receipt, today's opened if there is none."""
    today = uow.today
    day = uow.session.scalar(
        select(HallDay.business_date)
        .where(
            HallDay.hall_id == hall.id,
            HallDay.business_date >= received_on,
            HallDay.business_date <= today,
            HallDay.hall_status.in_(OPEN_FOR_POSTING),
        )
        .order_by(HallDay.business_date.desc())
        .limit(1)
    )
    if day is not None:
        return day
    if uow.session.get(HallDay, (hall.id, today)) is not None:
        return None
    open_days(uow, hall.id, [today])
    return today
