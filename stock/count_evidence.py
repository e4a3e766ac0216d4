"""What a finished count tells the daily audit: its items, whole, as evidence of kind `counts`.

The checks of counted goods read evidence; a count taken here is the same to them as one from a
file. Places without a holder the file knows, such as goods on display, are not told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select, text

from ledger.accounts import Account, Commodity
from ledger.errors import BadInput
from ledger.evidence.intake import take_in
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Reading
from ledger.organisations import Hall
from ledger.work import UnitOfWork, system_actor
from stock.count_differences import Outcome
from stock.count_tables import Count

TOLD_PLACES = ("store", "clerk", "counter")
COUNTER = system_actor("count")
CountedRow = tuple[str, str, str, str, int]
"""Holder ('' for the store), item, serial, '' and how many, as the kind's columns are."""


def tell_audit(uow: UnitOfWork, hall: Hall, count: Count, outcome: Outcome) -> None:
    """Take what was counted in as evidence of the business date; a later count replaces it.

    A file that says otherwise stands: then nothing is taken in and the audit keeps the file.
    """
    account = uow.session.get_one(Account, (hall.id, count.account_id))
    if account.kind not in TOLD_PLACES:
        return
    rows = _rows(uow, account, outcome)
    earlier = count.intake_no or _earlier_intake(uow, count)
    if earlier is not None and not count.intake_no:
        told = {row[1] for row in rows}
        rows = sorted(
            [*rows, *(r for r in _rows_of_intake(uow, hall, earlier) if r[1] not in told)]
        )
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


def _rows(uow: UnitOfWork, account: Account, outcome: Outcome) -> list[CountedRow]:
    """Give a row for each serial counted, and one with 0 for an item of which none was."""
    ids = {*outcome.expected_items, *outcome.counted, *outcome.quantities}
    codes = {
        item.id: item.code
        for item in uow.session.scalars(select(Commodity).where(Commodity.id.in_(ids)))
    }
    holder = account.holder
    rows: list[CountedRow] = []
    for item_id, code in codes.items():
        if item_id in outcome.quantities:
            rows.append((holder, code, "", "", outcome.quantities[item_id] or 0))
            continue
        serials = outcome.counted.get(item_id, ())
        rows += [(holder, code, serial, "", 1) for serial in serials]
        if not serials:
            rows.append((holder, code, "", "", 0))
    return sorted(rows)


def _earlier_intake(uow: UnitOfWork, count: Count) -> int | None:
    """Give the evidence of the last count of the same place on the same day."""
    return uow.session.scalar(
        select(Count.intake_no)
        .where(
            Count.hall_id == count.hall_id,
            Count.account_id == count.account_id,
            Count.business_date == count.business_date,
            Count.count_no != count.count_no,
            Count.intake_no.is_not(None),
        )
        .order_by(Count.intake_no.desc())
        .limit(1)
    )


def _rows_of_intake(uow: UnitOfWork, hall: Hall, intake_no: int) -> Iterable[CountedRow]:
    rows = uow.session.execute(
        text(
            "SELECT clerk, item, serial, serial_to, quantity FROM evidence_counts"
            " WHERE hall_id = :hall AND intake_no = :intake"
        ),
        {"hall": hall.id, "intake": intake_no},
    )
    return [(r.clerk, r.item, r.serial, r.serial_to, r.quantity) for r in rows]


def _written(names: Iterable[str], rows: Iterable[CountedRow]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return sheet.getvalue().encode()
