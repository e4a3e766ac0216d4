"""D04 · a number not on the roster of its day, or at two terminals within five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations

from tests.oracle.books import Books
from tests.oracle.findings import Finding, plain
from tests.oracle.reading import read_time

_OFF = {"rest", "off", "休", "休息"}
_APART = timedelta(minutes=5)


def borrowed_findings(books: Books) -> Iterator[Finding]:
    """Give what D04 finds on the audited date, one finding for each person."""
    entered = {
        books.person(line["clerk"])
        for line in books.evidence.of("accounts")
        if line["date"] == books.date and books.kind(line["clerk"]) == "person"
    }
    roster = _roster(books)
    working = {books.person(number) for number, shift in roster.items() if shift not in _OFF}
    off_duty = entered - working if roster else set()
    for person in sorted(off_duty | _at_two_terminals(books)):
        number = books.number_of(person)
        yield plain("D04", subject=f"clerk:{number}", clerk=number)


def _roster(books: Books) -> dict[str, str]:
    """The shift of each number that day; a later file's word stands."""
    return {
        row["clerk"]: row["shift"].casefold()
        for row in books.evidence.of("roster")
        if row["date"] == books.date
    }


def _at_two_terminals(books: Books) -> set[str]:
    paid: dict[str, list[tuple[datetime, str]]] = {}
    for txn in books.of_the_day:
        split = [row for row in books.evidence.of("tenders") if row["txn_no"] == txn.no]
        rows = split or txn.lines
        for row in rows:
            number = txn.clerk if split else row["clerk"]
            at = txn.at if split else read_time(row["accepted_at"])
            if row.get("terminal") and books.kind(number) == "person":
                paid.setdefault(books.person(number), []).append((at, row["terminal"]))
    return {
        person
        for person, payments in paid.items()
        if any(
            one[1] != other[1] and abs(one[0] - other[0]) <= _APART
            for one, other in combinations(payments, 2)
        )
    }
