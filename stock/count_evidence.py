"""What a finished count tells the daily audit: its items, whole, as evidence of kind `counts`.

The checks of counted goods read evidence; a count taken here is the same to them as one from a
file. They compare with the books at the day's end, so that counts in the middle of trade, spot
checks and hand-overs, are not told; nor are places no file names, such as goods on display. What
differs there the audit takes from the count itself (`untold_counts`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, text

from ledger.accounts import Account, Commodity
from ledger.errors import BadInput
from ledger.evidence.intake import take_in, withdraw
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Reading
from ledger.evidence.tables import IntakeReplacement
from ledger.hall_days import OPEN_FOR_POSTING, HallDay
from ledger.organisations import Hall
from ledger.work import UnitOfWork, system_actor
from stock.count_differences import Outcome
from stock.count_standing import counted_serials
from stock.count_tables import Count
from stock.runs import runs_of

TOLD_KINDS = ("daily", "weekly", "monthly")
TOLD_PLACES = ("store", "clerk", "counter")
COUNTER = system_actor("count")
CountedRow = tuple[str, str, str, str, int]
"""Holder ('' for the store), item, first and last serial, how many, as the kind's columns are."""


def tell_audit(uow: UnitOfWork, hall: Hall, count: Count, outcome: Outcome) -> None:
    """Take what was counted in as evidence of the business date; a later count replaces it.

    A file that says otherwise stands: then nothing is taken in and the audit keeps the file.
    """
    account = uow.session.get_one(Account, (hall.id, count.account_id))
    if account.kind not in TOLD_PLACES or count.kind not in TOLD_KINDS:
        return
    rows = _rows(uow, account, outcome)
    earlier = _earlier_intake(uow, count)
    if earlier is not None:
        told = {row[1] for row in rows}
        kept = _rows_beyond_scope(uow, hall, count, earlier)
        rows = sorted([*rows, *(row for row in kept if row[1] not in told)])
    if not rows and earlier is None:
        return
    names = tuple(column.name for column in KINDS["counts"].columns)
    reading = Reading("counts", "hall", names, list(rows), list(range(2, len(rows) + 2)))
    try:
        with uow.session.begin_nested():
            taken = take_in(
                replace(uow, actor=COUNTER),
                hall=hall,
                date=count.business_date,
                file_name=f"count-{count.count_no}-{count.round}.csv",
                content=_written(names, rows),
                reading=reading,
                replaces=earlier,
            )
    except BadInput:
        return
    count.intake_no = taken.intake_no


def withdraw_evidence(uow: UnitOfWork, hall: Hall, count: Count) -> None:
    """Take back what a count told that was called off; what an earlier one told stands again.

    What a later count or a file has replaced, or the auditor has signed, stays as it is.
    """
    number = count.intake_no
    count.intake_no = None
    if number is None or uow.session.get(IntakeReplacement, (hall.id, number)) is not None:
        return
    day = uow.session.get(HallDay, (hall.id, count.business_date))
    if day is None or day.hall_status not in OPEN_FOR_POSTING:
        return
    uow.session.flush()
    told = uow.session.scalars(
        select(Count)
        .where(
            Count.hall_id == count.hall_id,
            Count.account_id == count.account_id,
            Count.business_date == count.business_date,
            Count.intake_no.is_not(None),
            Count.state != "cancelled",
        )
        .order_by(Count.intake_no.desc())
        .limit(1)
    ).first()
    name = f"count-{count.count_no}-cancelled.csv"
    names = tuple(column.name for column in KINDS["counts"].columns)
    asking = replace(uow, actor=COUNTER)
    if told is None or told.intake_no is None:
        withdraw(asking, hall=hall, number=number, file_name=name, content=_written(names, []))
        return
    rows = [row[:5] for row in _rows_of_batch(uow, hall, told.intake_no)]
    taken = take_in(
        asking,
        hall=hall,
        date=count.business_date,
        file_name=name,
        content=_written(names, rows),
        reading=Reading("counts", "hall", names, list(rows), list(range(2, len(rows) + 2))),
        replaces=number,
    )
    told.intake_no = taken.intake_no


def _rows(uow: UnitOfWork, account: Account, outcome: Outcome) -> list[CountedRow]:
    """Give what stands there, serials as runs, and a row with 0 for an item of which none does.

    What came or left while people counted is told as it is at the end, as the day's books will be.
    """
    ids = {*outcome.expected_items, *outcome.counted, *outcome.quantities}
    items = uow.session.scalars(select(Commodity).where(Commodity.id.in_(ids))).all()
    standing = {item_id: set(serials) for item_id, serials in counted_serials(uow).items()}
    for item_id, serial, is_here in outcome.moved:
        among = standing.setdefault(item_id, set())
        (among.add if is_here else among.discard)(serial)
    holder = account.holder
    rows: list[CountedRow] = []
    for item in items:
        if item.id in outcome.quantities:
            rows.append((holder, item.code, "", "", max(outcome.standing[item.id], 0)))
            continue
        rows += [
            (holder, item.code, first, last if pieces > 1 else "", pieces)
            for first, last, pieces in runs_of(item, standing.get(item.id, ()))
        ]
        if not standing.get(item.id):
            rows.append((holder, item.code, "", "", 0))
    return sorted(rows)


def _earlier_intake(uow: UnitOfWork, count: Count) -> int | None:
    """Give the evidence of the last round or count of the same place on the same day."""
    return uow.session.scalar(
        select(Count.intake_no)
        .where(
            Count.hall_id == count.hall_id,
            Count.account_id == count.account_id,
            Count.business_date == count.business_date,
            Count.intake_no.is_not(None),
        )
        .order_by(Count.intake_no.desc())
        .limit(1)
    )


def _rows_beyond_scope(
    uow: UnitOfWork, hall: Hall, count: Count, intake_no: int
) -> list[CountedRow]:
    """Give the rows of an earlier batch for items that this count had nothing to do with."""
    if count.scope_kind == "all":
        return []
    scope = set(count.scope.split(","))
    by_items = count.scope_kind == "items"
    return [
        row[:5]
        for row in _rows_of_batch(uow, hall, intake_no)
        if (row[1] if by_items else row[5]) not in scope
    ]


def _rows_of_batch(
    uow: UnitOfWork, hall: Hall, intake_no: int
) -> list[tuple[str, str, str, str, int, str]]:
    """Give the rows of a batch, each with the category of its item."""
    rows = uow.session.execute(
        text(
            "SELECT e.clerk, e.item, e.serial, e.serial_to, e.quantity, c.category"
            " FROM evidence_counts e LEFT JOIN commodities c ON c.code = e.item"
            " WHERE e.hall_id = :hall AND e.intake_no = :intake ORDER BY e.row_no"
        ),
        {"hall": hall.id, "intake": intake_no},
    )
    return [(r.clerk, r.item, r.serial, r.serial_to, r.quantity, r.category or "") for r in rows]


def _written(names: Iterable[str], rows: Iterable[CountedRow]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return sheet.getvalue().encode()
