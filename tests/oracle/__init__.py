"""The daily audit once more in plain Python over the CSV files, independent of the product."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tests.oracle.accounts import account_findings
from tests.oracle.books import Books
from tests.oracle.borrowed import borrowed_findings
from tests.oracle.cash import cash_findings
from tests.oracle.doubles import double_findings
from tests.oracle.findings import Finding
from tests.oracle.finished import finished_findings
from tests.oracle.goods import goods_findings
from tests.oracle.numbers import number_findings
from tests.oracle.reading import Evidence, read_folders, read_time
from tests.oracle.refunds import refund_findings
from tests.oracle.settlement import settlement_findings
from tests.oracle.sources import ready_tenders, source_findings

__all__ = ["CHECKS", "Finding", "audit", "find", "find_in"]

CHECKS = (
    *("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09"),
    *("T01", "T02", "T03", "T04", "T05"),
    *("P01", "P02", "P03", "P05", "P06", "P07", "P08", "P09", "P10"),
    *("X01", "X02", "X03", "X04", "X05", "X06", "X07", "X08", "D01"),
    *("G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08"),
    "D04",
    *("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09"),
)

LONG_AFTER = "9999-12-31T00:00:00"


def audit(
    folders: list[Path], date: str, *, now: str = LONG_AFTER, nil: Collection[str] = ()
) -> set[tuple[str, str, str | None]]:
    """Give (check, subject, difference) of all a run of `date` reports; see `find`."""
    return {finding.key for finding in find(folders, date, now=now, nil=nil)}


def find(
    folders: list[Path], date: str, *, now: str = LONG_AFTER, nil: Collection[str] = ()
) -> list[Finding]:
    """Give the findings of one hall's `date`, notes included, ordered by check and subject.

    `folders` are the hall's day-folders loaded so far, `now` the time of the run (ISO), `nil` the
    sources declared to have nothing on that date, such as `settlements:wechat`.
    """
    return find_in(read_folders(folders), date, now=now, nil=nil)


def find_in(
    evidence: Evidence, date: str, *, now: str = LONG_AFTER, nil: Collection[str] = ()
) -> list[Finding]:
    """Give the findings of `date` in folders already read."""
    books, moment, nothing = Books(evidence, date), read_time(now), set(nil)
    ready = ready_tenders(books, now=moment, nil=nothing)
    found = {
        *cash_findings(books, now=moment),
        *settlement_findings(books, now=moment, ready=ready),
        *number_findings(books),
        *double_findings(books),
        *finished_findings(books),
        *account_findings(books),
        *goods_findings(books),
        *refund_findings(books, now=moment),
        *borrowed_findings(books),
        *source_findings(books, now=moment, nil=nothing),
    }
    return sorted(found, key=lambda finding: (finding.check, finding.subject))
