"""Every number of some books in the one state it is in, as runs of neighbours (DOMAIN INV-01).

The state is where the number's unit is. A blank that the register has already, but no document has
posted yet, counts as what the register says and is marked as not posted. A blank in a clerk's hands
below the highest number used of the same run is a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import bindparam, select, text

from invoices.models import InvoiceBook, InvoiceRange
from ledger.evidence.expected import CURRENT
from ledger.text import Text
from ledger.work import UnitOfWork

T = TypeVar("T")

SAFE, HELD, GAP = "safe", "held", "gap"
NOWHERE = "nowhere"
"""A number of a book without a unit in this hall: the books are broken there."""
ISSUED, RED, VOID, LOST, RETURNED, EARLIER = "issued", "red", "void", "lost", "returned", "earlier"

STATES: dict[str, Text] = {
    SAFE: Text("在保险柜", "In the safe"),
    HELD: Text("在营业员手里", "In a clerk's hands"),
    GAP: Text("缺号", "Missing"),
    ISSUED: Text("已开具", "Issued"),
    RED: Text("红字", "Red letter"),
    VOID: Text("作废", "Void"),
    LOST: Text("丢失", "Lost"),
    RETURNED: Text("已缴销", "Handed in"),
    EARLIER: Text("启用前已用", "Used before these books"),
    NOWHERE: Text("无去向", "In no state"),
}
BLANK = frozenset({SAFE, HELD, GAP})
USED = frozenset({ISSUED, RED, VOID, EARLIER})
STATE_OF_PLACE = {
    "invoice_safe": SAFE,
    "invoice_clerk": HELD,
    "invoice_used": EARLIER,
    "invoice_issued": ISSUED,
    "invoice_red": RED,
    "invoice_void": VOID,
    "invoice_lost": LOST,
    "department": RETURNED,
}

# The names of the numbers are looked up by their key, so only the books asked for are read.
_BY_PLACE = text("""
SELECT book, kind, holder, MIN(number) AS first, MAX(number) AS last
  FROM (SELECT b.id AS book, a.kind, a.holder, a.id AS place,
               CAST(i.value AS BIGINT) AS number,
               CAST(i.value AS BIGINT) - ROW_NUMBER() OVER (
                   PARTITION BY b.id, a.id ORDER BY i.value) AS island
          FROM invoice_books b
          JOIN identifiers i ON i.kind = 'invoice' AND i.namespace = b.invoice_code
               AND i.value BETWEEN b.first_no AND b.last_no
               AND length(i.value) = length(b.first_no) AND i.holder_hall_id + 0 = b.hall_id
          JOIN units u ON u.hall_id = b.hall_id AND u.id = i.unit_id
          JOIN accounts a ON a.hall_id = b.hall_id AND a.id = u.account_id
         WHERE b.hall_id = :hall AND b.id IN :books) n
 GROUP BY book, kind, holder, place, island
 ORDER BY book, first
""").bindparams(bindparam("books", expanding=True))
_BY_REGISTER = text(f"""
SELECT book, status, MIN(number) AS first, MAX(number) AS last
  FROM (SELECT book, status, number,
               number - ROW_NUMBER() OVER (PARTITION BY book, status ORDER BY number) AS island
          FROM (SELECT b.id AS book, e.status, e.number,
                       ROW_NUMBER() OVER (PARTITION BY b.id, e.number
                           ORDER BY e.issued_at DESC, e.intake_no DESC, e.row_no DESC) AS latest
                  FROM invoice_books b
                  JOIN evidence_invoices e ON e.hall_id = b.hall_id
                       AND e.invoice_code = b.invoice_code
                       AND e.number BETWEEN b.first_number AND b.last_number
                       AND length(e.invoice_no) = length(b.first_no)
                 WHERE b.hall_id = :hall AND b.id IN :books
                   AND {CURRENT.format("e")}) r
         WHERE latest = 1) n
 GROUP BY book, status, island
 ORDER BY book, first
""").bindparams(bindparam("books", expanding=True))


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring numbers in one state; `holder` is the clerk who has, or last had, them.

    `posted` is False where only the register says so yet.
    """

    first: int
    last: int
    state: str
    holder: str = ""
    posted: bool = True

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return self.last - self.first + 1

    def within(self, first: int, last: int) -> Run | None:
        """Give the part of it between two numbers; None where there is none."""
        if self.last < first or self.first > last:
            return None
        return replace(self, first=max(self.first, first), last=min(self.last, last))


def runs_of_books(
    uow: UnitOfWork, hall_id: int, books: Collection[InvoiceBook]
) -> dict[int, list[Run]]:
    """Give book id -> its numbers as runs in order, from the first number to the last."""
    asked = {"hall": hall_id, "books": sorted(book.id for book in books)}
    places: dict[int, list[Run]] = {book.id: [] for book in books}
    if not books:
        return places
    for row in uow.session.execute(_BY_PLACE, asked):
        holder = row.holder if row.kind == "invoice_clerk" else ""
        run = Run(row.first, row.last, STATE_OF_PLACE.get(row.kind, RETURNED), holder)
        places[row.book].append(run)
    register: dict[int, list[Run]] = {book.id: [] for book in books}
    for row in uow.session.execute(_BY_REGISTER, asked):
        register[row.book].append(Run(row.first, row.last, row.status, posted=False))
    ranges = ranges_of_books(uow, hall_id, books)
    return {
        book.id: _with_gaps(
            _with_register(
                _filled(places[book.id], book.first_number, book.last_number), register[book.id]
            ),
            ranges[book.id],
        )
        for book in books
    }


def ranges_of_books(
    uow: UnitOfWork, hall_id: int, books: Iterable[InvoiceBook]
) -> dict[int, list[InvoiceRange]]:
    """Give book id -> the runs of custody that tile it, in order of their numbers."""
    found: dict[int, list[InvoiceRange]] = {book.id: [] for book in books}
    query = select(InvoiceRange).where(
        InvoiceRange.hall_id == hall_id, InvoiceRange.book_id.in_(found)
    )
    for held in uow.session.scalars(query.order_by(InvoiceRange.first_number)):
        found[held.book_id].append(held)
    return found


def count_states(runs: Iterable[Run]) -> dict[str, int]:
    """Give state -> how many numbers, in the order of the states, those that there are."""
    counts = dict.fromkeys(STATES, 0)
    for run in runs:
        counts[run.state] += run.count
    return {state: number for state, number in counts.items() if number}


def part_of(runs: Iterable[Run], first: int, last: int) -> list[Run]:
    """Give the runs between two numbers, cut at both."""
    parts = (run.within(first, last) for run in runs)
    return [part for part in parts if part is not None]


def joined(runs: Iterable[Run]) -> list[Run]:
    """Give the same numbers as the fewest runs, in order."""
    made: list[Run] = []
    for run in runs:
        before = made[-1] if made else None
        if (
            before
            and before.last + 1 == run.first
            and replace(run, first=before.first) == replace(before, last=run.last)
        ):
            made[-1] = replace(before, last=run.last)
        else:
            made.append(run)
    return made


def _filled(runs: Iterable[Run], first: int, last: int) -> list[Run]:
    """Let numbers that are nowhere be seen, which no book may have."""
    made: list[Run] = []
    at = first
    for run in runs:
        if run.first > at:
            made.append(Run(at, run.first - 1, NOWHERE))
        made.append(run)
        at = run.last + 1
    return made if at > last else [*made, Run(at, last, NOWHERE)]


def _with_register(runs: Sequence[Run], register: Sequence[Run]) -> list[Run]:
    """Let what is registered show where the books still have a blank."""
    said = [(one.first, one.last, one) for one in register]
    return [
        replace(over, first=part.first, last=part.last, holder=part.holder)
        if over is not None and part.state in BLANK
        else part
        for part, over in _cut(runs, said)
    ]


def _with_gaps(runs: Sequence[Run], ranges: Sequence[InvoiceRange]) -> list[Run]:
    """Mark as missing the blanks below the highest number used of each clerk's run of custody.

    Used numbers are given the clerk whose run they lie in.
    """
    cut = _cut(runs, [(one.first_number, one.last_number, one) for one in ranges])
    highest: dict[int, int] = {}
    for part, held in cut:
        if held is not None and part.state in USED:
            highest[held.id] = part.last
    made = []
    for part, held in cut:
        if held is None:
            made.append(part)
            continue
        missing = part.state == HELD and part.last < highest.get(held.id, 0)
        state = GAP if missing else part.state
        made.append(replace(part, state=state, holder=part.holder or held.clerk))
    return joined(made)


def _cut(runs: Iterable[Run], others: Sequence[tuple[int, int, T]]) -> list[tuple[Run, T | None]]:
    """Cut the runs where the others begin and end; gives each part with what it lies in."""
    made: list[tuple[Run, T | None]] = []
    place = 0
    for run in runs:
        at = run.first
        while place < len(others) and others[place][1] < run.first:
            place += 1
        over = place
        while at <= run.last:
            if over == len(others) or others[over][0] > run.last:
                made.append((replace(run, first=at), None))
                break
            first, last, it = others[over]
            if first > at:
                made.append((replace(run, first=at, last=first - 1), None))
                at = first
            made.append((replace(run, first=at, last=min(last, run.last)), it))
            at = last + 1
            over += 1
    return made
