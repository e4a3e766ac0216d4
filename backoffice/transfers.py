"""The system's part of transfers between halls, done after the acts and whenever the audit runs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine

from backoffice.database import begin_read, begin_work
from ledger.work import system_actor
from stock.transfers import (
    announce_dispatch,
    close_dispatch,
    pending_closings,
    pending_dispatches,
    pending_receipts,
    settle_receipt,
)

# The label of what is loaded: the books take a document of nobody's from it alone.
SYSTEM = system_actor("load")


def forward_transfers(engine: Engine, *, now: dt.datetime | None = None) -> int:
    """Tell halls what is on its way to them, and senders what has arrived; gives how many were new.

    Each step is a unit of work of its own; what cannot be done now is found again the next time.
    """
    done = 0
    with begin_read(engine, SYSTEM, now=now) as uow:
        dispatches, receipts = pending_dispatches(uow), pending_receipts(uow)
    for hall_id, document_id in dispatches:
        with begin_work(engine, SYSTEM, now=now) as uow:
            done += announce_dispatch(uow, hall_id, document_id)
    for hall_id, manifest_id, document_id in receipts:
        with begin_work(engine, SYSTEM, now=now) as uow:
            done += settle_receipt(uow, hall_id, manifest_id, document_id)
    with begin_read(engine, SYSTEM, now=now) as uow:
        closings = pending_closings(uow)
    for hall_id, document_id in closings:
        with begin_work(engine, SYSTEM, now=now) as uow:
            done += close_dispatch(uow, hall_id, document_id)
    return done
