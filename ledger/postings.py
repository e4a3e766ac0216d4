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

from sqlalchemy import CheckConstraint, Date, Index, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.accounts import Account
from ledger.balances import balance_of
from ledger.events import OpenEvent
from ledger.hall_days import lock_open_day
from ledger.movements import Movement, place_name
from ledger.posting_errors import InsufficientBalance
from ledger.rows import Row
from ledger.schema import IMMUTABLE, Base
from ledger.unit_moves import move_units
from ledger.work import UnitOfWork

NO_UNIT = 0
KEYS_AT_ONCE = 200


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


def post(
    uow: UnitOfWork,
    event: OpenEvent,
    *,
    document_id: int,
    business_date: dt.date,
    movements: Sequence[Movement],
) -> int:
    """Post movements on an open hall-day; gives the number of posting rows.

    Raises HallDayClosed, UnitElsewhere, IdentifierTaken, InsufficientBalance, UnitCountMismatch,
    QuantityNotPositive, SerialsNotTracked; then nothing is posted.
    """
    lock_open_day(uow, event.hall_id, business_date)
    for movement in movements:
        movement.check()
    tracked = [movement for movement in movements if movement.serials]
    counted = [movement for movement in movements if not movement.serials]
    date = business_date.isoformat()
    rows: list[Row] = []
    if tracked:
        units = move_units(uow, event, business_date, tracked)
        rows += _post_units(
            uow,
            event,
            document_id=document_id,
            day=business_date,
            movements=tracked,
            units=units,
        )
    if counted:
        first = event.take_rows(len(counted))
        more: list[Row] = [
            (first + place, *_front(document_id, m, date), m.quantity, NO_UNIT)
            for place, m in enumerate(counted)
        ]
        event.insert(Base.metadata.tables["postings"], more)
        rows += more
    _move_balances(uow, event.hall_id, movements)
    return len(rows)


def _front(document_id: int, m: Movement, date: str) -> Row:
    return (document_id, m.document_line, date, m.commodity.id, m.debit.id, m.credit.id)


def _post_units(
    uow: UnitOfWork,
    event: OpenEvent,
    *,
    document_id: int,
    day: dt.date,
    movements: Sequence[Movement],
    units: list[int],
) -> list[Row]:
    """Make one posting for each staged serial, and take the same rows into the event's hash."""
    first = event.take_rows(len(units))
    uow.session.execute(
        text(
            "INSERT INTO postings (hall_id, event_no, id, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id)"
            " SELECT :hall, :event, :first + p.seq, :document, p.document_line, :day,"
            " r.commodity_id, r.debit_account, r.credit_account, 1, p.unit_id"
            " FROM posting_units p JOIN posting_rules r ON r.movement_no = p.movement_no"
            " ORDER BY p.seq"
        ).bindparams(bindparam("day", type_=Date)),
        {
            "hall": event.hall_id,
            "event": event.event_no,
            "first": first,
            "document": document_id,
            "day": day,
        },
    )
    ids, unit = iter(range(first, first + len(units))), iter(units)
    rows: list[Row] = []
    for m in movements:
        rest = (day.isoformat(), m.commodity.id, m.debit.id, m.credit.id, 1)
        # The lines come first: they end, while the other two go on with the next movement.
        ends = zip(m.lines(), ids, unit, strict=False)
        rows += [(i, document_id, line, *rest, one) for line, i, one in ends]
    event.digest(Base.metadata.tables["postings"], rows)
    return rows


def _move_balances(uow: UnitOfWork, hall_id: int, movements: Sequence[Movement]) -> None:
    """Add the summed movements to the balances in key order; missing rows start at zero.

    Rows are inserted first, since an upsert with a negative amount would trip the check although
    the row holds enough.
    """
    sums: Counter[tuple[int, int]] = Counter()
    sides = {}
    for m in movements:
        sums[m.debit.id, m.commodity.id] += m.quantity
        sums[m.credit.id, m.commodity.id] -= m.quantity
        sides.update({m.debit.id: m.debit.side, m.credit.id: m.credit.side})
    keys = sorted(sums)
    if not keys:
        return
    session = uow.session
    session.execute(
        text(
            "INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)"
            " VALUES (:hall, :account, :commodity, :side, 0) ON CONFLICT DO NOTHING"
        ),
        [{"hall": hall_id, "account": a, "commodity": c, "side": sides[a]} for a, c in keys],
    )
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        moved = _add_to_balances(uow, hall_id, [(*key, sums[key]) for key in some])
        stuck = next((key for key in some if key not in moved), None)
        if stuck is not None:
            raise _insufficient(uow, hall_id, movements, stuck, sums[stuck])


def _add_to_balances(
    uow: UnitOfWork, hall_id: int, changes: Sequence[tuple[int, int, int]]
) -> set[tuple[int, int]]:
    """Add each (account, commodity, change) that leaves its balance on its side; gives those."""
    values = ", ".join(f"(:place{n}, :item{n}, :change{n})" for n in range(len(changes)))
    facts = {"hall": hall_id}
    for n, (account_id, commodity_id, change) in enumerate(changes):
        facts |= {f"place{n}": account_id, f"item{n}": commodity_id, f"change{n}": change}
    moved = uow.session.execute(
        text(
            f"WITH moved (place, item, change) AS (VALUES {values})"
            " UPDATE balances AS b SET amount = b.amount + m.change FROM moved m"
            " WHERE b.hall_id = :hall AND b.account_id = m.place AND b.commodity_id = m.item"
            " AND b.side * (b.amount + m.change) >= 0 RETURNING account_id, commodity_id"
        ),
        facts,
    )
    return {(account_id, commodity_id) for account_id, commodity_id in moved}


def _insufficient(
    uow: UnitOfWork, hall_id: int, movements: Sequence[Movement], key: tuple[int, int], change: int
) -> InsufficientBalance:
    account_id, commodity_id = key
    held = balance_of(uow, hall_id, account_id, commodity_id)
    item = next(m.commodity.code for m in movements if m.commodity.id == commodity_id)
    place = place_name(_account(movements, account_id))
    return InsufficientBalance(place=place, item=item, held=held, wanted=-change)


def _account(movements: Sequence[Movement], account_id: object) -> Account:
    return next(a for m in movements for a in (m.credit, m.debit) if a.id == account_id)
