"""What became of each drawn range's numbers on a day: used, void, red and missing, as segments."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select, text

from invoices.models import InvoiceRange
from ledger.actors import names_of
from ledger.audit.day import InvoiceRangeUse
from ledger.audit.findings import Finding
from ledger.audit.queries import register_range_reader
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork

MISSING = "P01"

# The latest row of a number comes last; `known` tells that it was used before this day.
REGISTERED = f"""
SELECT g.id, e.invoice_no, e.number, e.status,
       EXISTS (SELECT 1 FROM evidence_invoices o
                WHERE o.hall_id = e.hall_id AND o.invoice_no = e.invoice_no
                  AND o.invoice_code = e.invoice_code AND o.business_date < e.business_date
                  AND {CURRENT.format("o")}) AS known
  FROM evidence_invoices e
  JOIN invoice_ranges g ON g.hall_id = e.hall_id AND g.invoice_code = e.invoice_code
       AND g.first_number <= e.number AND g.last_number >= e.number
       AND length(g.first_no) = length(e.invoice_no)
 WHERE e.hall_id = :hall AND e.business_date = :date AND g.clerk <> '' AND {CURRENT.format("e")}
 ORDER BY e.issued_at, e.intake_no, e.row_no
"""


@dataclass(slots=True)
class _Use:
    status: dict[int, str] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    missing: list[tuple[int, int]] = field(default_factory=list)


def range_uses(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[InvoiceRangeUse]:
    """Give the drawn ranges of which a number was registered, or found missing, that day.

    `used` are the numbers first used that day, whatever became of them; `void` and `red` those
    that are so by its end.
    """
    uses: dict[int, _Use] = defaultdict(_Use)
    rows = uow.session.execute(text(REGISTERED), {"hall": hall.id, "date": date.isoformat()})
    for range_id, _, number, status, known in rows:
        uses[range_id].status[number] = status
        if not known:
            uses[range_id].new.add(number)
    ranges = _ranges(uow, hall.id, uses, _missing(uow, hall.id, date))
    names = names_of(uow, hall.id)
    return [_view(held, uses[held.id], names) for held in ranges]


def _missing(uow: UnitOfWork, hall_id: int, date: dt.date) -> list[tuple[str, str, str]]:
    """Give (code, first number, last number) of what is missing by the day's audit."""
    subjects = uow.session.scalars(
        select(Finding.subject).where(
            Finding.hall_id == hall_id,
            Finding.business_date == date,
            Finding.check_code == MISSING,
            Finding.subject.like("invoice:%"),
            Finding.state != "recalculated",
        )
    )
    missing = []
    for subject in subjects:
        code, _, numbers = subject.partition(":")[2].rpartition("/")
        first, _, last = numbers.partition("-")
        missing.append((code, first, last or first))
    return missing


def _ranges(
    uow: UnitOfWork, hall_id: int, uses: dict[int, _Use], missing: list[tuple[str, str, str]]
) -> list[InvoiceRange]:
    codes = {code for code, _, _ in missing}
    held = uow.session.scalars(
        select(InvoiceRange)
        .where(
            InvoiceRange.hall_id == hall_id,
            InvoiceRange.clerk != "",
            InvoiceRange.id.in_(uses) | InvoiceRange.invoice_code.in_(codes),
        )
        .order_by(InvoiceRange.invoice_code, InvoiceRange.first_number)
    ).all()
    for code, first, last in missing:
        for one in held:
            if one.invoice_code == code and _holds(one, first):
                uses[one.id].missing.append((int(first), int(last)))
    return [one for one in held if one.id in uses]


def _holds(held: InvoiceRange, number: str) -> bool:
    return (
        len(number) == len(held.first_no) and held.first_number <= int(number) <= held.last_number
    )


def _view(held: InvoiceRange, use: _Use, names: dict[str, str]) -> InvoiceRangeUse:
    digits = len(held.first_no)
    return InvoiceRangeUse(
        invoice_code=held.invoice_code,
        first_no=held.first_no,
        last_no=held.last_no,
        clerk=held.clerk,
        clerk_name=names.get(held.clerk, ""),
        used=_segments(((n, n) for n in use.new), digits),
        void=_segments(((n, n) for n, s in use.status.items() if s == "void"), digits),
        red=_segments(((n, n) for n, s in use.status.items() if s == "red"), digits),
        missing=_segments(use.missing, digits),
        used_count=len(use.new),
    )


def _segments(runs: Iterable[tuple[int, int]], digits: int) -> tuple[str, ...]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(f"{first:0{digits}d}-{last:0{digits}d}" for first, last in joined)


register_range_reader(range_uses)
