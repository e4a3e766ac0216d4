"""The one posting primitive: goods, money and numbered forms move by `post()` and in no other way.

Only this module, and `unit_moves` for it, write postings, balances, units and identifiers. A batch
is a few statements whatever its size: its serials are staged once, checked as a whole, and every
row that follows from them is made by INSERT .. SELECT. It is refused as a whole if one serial is
not where it should be.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.balances import balance_of
from ledger.events import OpenEvent, canonical_columns, insert_all
from ledger.hall_days import lock_open_days
from ledger.movements import Movement, ToPost, place_name
from ledger.posting_errors import InsufficientBalance
from ledger.rows import Row, bound_values
from ledger.schema import IMMUTABLE, Base
from ledger.unit_moves import move_units
from ledger.work import UnitOfWork

NO_UNIT = 0
KEYS_AT_ONCE = 200
_Key = tuple[int, int, int]
"""Hall, account and commodity of a balance."""


class Posting(Base):
    """`amount` of a commodity moved from the credit account to the debit account; never changed."""

    __tablename__ = "postings"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    document_line: Mapped[int]
    business_date: Mapped[dt.date]
    commodity_id: Mapped[int]
    debit_account: Mapped[int]
    credit_account: Mapped[int]
    amount: Mapped[int]
    unit_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("debit_account <> credit_account", name="sides_differ"),
        Index("ix_postings_document", "hall_id", "document_id"),
        Index("ix_postings_unit", "hall_id", "unit_id"),
        Index("ix_postings_day", "hall_id", "business_date"),
        {"info": {IMMUTABLE: True}},
    )


def post(uow: UnitOfWork, jobs: Sequence[ToPost]) -> None:
    """Post what documents move, each of its own hall, on open hall-days: all of it, or nothing.

    Raises HallDayClosed, UnitElsewhere, IdentifierTaken, InsufficientBalance, UnitCountMismatch,
    QuantityNotPositive, SerialsNotTracked; then nothing is posted.
    """
    lock_open_days(uow, [(job.hall_id, job.business_date) for job in jobs])
    for job in jobs:
        for movement in job.movements:
            movement.check()
    tracked = _of_each(jobs, [[m for m in job.movements if m.serials] for job in jobs])
    counted = _of_each(jobs, [[m for m in job.movements if not m.serials] for job in jobs])
    if tracked:
        _post_units(uow, tracked)
    if counted:
        _post_quantities(uow, counted)
    _move_balances(uow, jobs)


def _of_each(jobs: Sequence[ToPost], chosen: Sequence[Sequence[Movement]]) -> list[ToPost]:
    """Give the jobs with the movements chosen of each, and none that has no such movement."""
    return [replace(job, movements=some) for job, some in zip(jobs, chosen, strict=True) if some]


def _post_units(uow: UnitOfWork, jobs: Sequence[ToPost]) -> None:
    """Make one posting for each staged serial, and take the same rows into the events' hashes."""
    moved = move_units(uow, jobs)
    uow.session.execute(
        text(
            "INSERT INTO postings (hall_id, event_no, id, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id)"
            " SELECT r.hall_id, r.event_no, r.posting_before + p.seq, r.document_id,"
            " p.document_line, r.day, r.commodity_id, r.debit_account, r.credit_account, 1,"
            " p.unit_id"
            " FROM posting_units p JOIN posting_rules r ON r.movement_no = p.movement_no"
            " ORDER BY p.seq"
        )
    )
    for job, (first, units) in zip(jobs, moved, strict=True):
        document, day = job.document_id, job.business_date.isoformat()
        digest = job.event.digest(Base.metadata.tables["postings"])
        done = 0
        for m in job.movements:
            till = done + len(m.serials)
            ids, ends = range(first + done, first + till), (m.commodity.id, m.debit.id, m.credit.id)
            cells = (ids, document, m.lines(), day, *ends, 1, units[done:till])
            digest.add_written(till - done, canonical_columns(cells))
            done = till


def _post_quantities(uow: UnitOfWork, jobs: Sequence[ToPost]) -> None:
    """Make one posting for each movement of counted pieces or of money."""
    parts: list[tuple[OpenEvent, list[Row], bytes]] = []
    for job in jobs:
        first, day = job.event.take_rows(len(job.movements)), job.business_date.isoformat()
        rows: list[Row] = [
            (
                *(first + place, job.document_id, m.document_line, day, m.commodity.id),
                *(m.debit.id, m.credit.id, m.quantity, NO_UNIT),
            )
            for place, m in enumerate(job.movements)
        ]
        parts.append((job.event, rows, b""))
    insert_all(uow, Base.metadata.tables["postings"], parts)


def _move_balances(uow: UnitOfWork, jobs: Sequence[ToPost]) -> None:
    """Add the summed movements to the balances in key order; missing rows start at zero.

    Rows are inserted first, since an upsert with a negative amount would trip the check although
    the row holds enough.
    """
    sums: Counter[_Key] = Counter()
    sides: dict[_Key, int] = {}
    for job in jobs:
        for m in job.movements:
            debit = (job.hall_id, m.debit.id, m.commodity.id)
            credit = (job.hall_id, m.credit.id, m.commodity.id)
            sums[debit] += m.quantity
            sums[credit] -= m.quantity
            sides[debit], sides[credit] = m.debit.side, m.credit.side
    keys = sorted(sums)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        _open_balances(uow, [(*key, sides[key]) for key in some])
        moved = _add_to_balances(uow, [(*key, sums[key]) for key in some])
        stuck = next((key for key in some if key not in moved), None)
        if stuck is not None:
            raise _insufficient(uow, jobs, stuck, sums[stuck])


def _open_balances(uow: UnitOfWork, balances: Sequence[tuple[int, int, int, int]]) -> None:
    """Make those of (hall, account, commodity, side) that are not there yet."""
    values, bound = bound_values(("hall", "place", "item", "side"), balances)
    uow.session.execute(
        text(
            "WITH wanted (hall, place, item, side) AS (VALUES "
            f"{values}) INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)"
            " SELECT hall, place, item, side, 0 FROM wanted WHERE true ON CONFLICT DO NOTHING"
        ),
        bound,
    )


def _add_to_balances(uow: UnitOfWork, changes: Sequence[tuple[int, int, int, int]]) -> set[_Key]:
    """Add each (hall, account, commodity, change) that leaves its balance on its side."""
    values, bound = bound_values(("hall", "place", "item", "change"), changes)
    moved = uow.session.execute(
        text(
            f"WITH moved (hall, place, item, change) AS (VALUES {values})"
            " UPDATE balances AS b SET amount = b.amount + m.change FROM moved m"
            " WHERE b.hall_id = m.hall AND b.account_id = m.place AND b.commodity_id = m.item"
            " AND b.side * (b.amount + m.change) >= 0 RETURNING hall_id, account_id, commodity_id"
        ),
        bound,
    )
    return {(hall_id, account_id, commodity_id) for hall_id, account_id, commodity_id in moved}


def _insufficient(
    uow: UnitOfWork, jobs: Sequence[ToPost], key: _Key, change: int
) -> InsufficientBalance:
    hall_id, account_id, commodity_id = key
    held = balance_of(uow, hall_id, account_id, commodity_id)
    movements = [m for job in jobs if job.hall_id == hall_id for m in job.movements]
    item = next(m.commodity.code for m in movements if m.commodity.id == commodity_id)
    place = next(a for m in movements for a in (m.credit, m.debit) if a.id == account_id)
    return InsufficientBalance(place=place_name(place), item=item, held=held, wanted=-change)
