"""The month's 领用存 by code: every number once, in counts and in runs that tile (INV-04).

opening + received (+ put back) = issued + red + void + lost + returned blank + closing, for the
numbers that were blank in the hall when the period began or came into its custody in it. A number
stands where it was when the period ended; what became later of a number that had been used before
the period is told apart. States are read backwards from where each unit is now; what comes out is
held against the balances and against the books that were received, which are kept apart.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Date, bindparam, text

from invoices.form_proofs import code_text, prove_balances, prove_books, prove_tiling
from invoices.moved_numbers import MOVES
from invoices.number_runs import NumberRun, NumberRuns, count_of, join_runs
from invoices.number_states import (
    BLANK,
    EARLIER,
    ISSUED,
    LOST,
    OUTSIDE,
    RED,
    STATE_OF_WEIGHT,
    USED,
    VOID,
    WEIGHTS,
    weight_of,
)
from invoices.report_errors import FormHasNoState, FormsDoNotTile
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

OPENING, RECEIVED, PUT_BACK = "opening", "received", "put_back"
RETURNED, CLOSING = "returned", "closing"
CAME: dict[str, Text] = {
    OPENING: Text("期初", "Opening"),
    RECEIVED: Text("入库", "Received"),
    PUT_BACK: Text("冲回", "Put back"),
}
WENT: dict[str, Text] = {
    ISSUED: Text("开具", "Issued"),
    RED: Text("红字", "Red letters"),
    VOID: Text("作废", "Void"),
    LOST: Text("丢失", "Lost"),
    RETURNED: Text("缴销", "Returned blank"),
    CLOSING: Text("期末", "Closing"),
}
"""The two sides of the equation; what was put back had been used before and is blank again."""

_OUT, _IN = WEIGHTS[OUTSIDE], WEIGHTS[BLANK]
RUNS = f"""
WITH {MOVES}, numbers AS (
    SELECT u.hall_id, u.commodity_id, length(u.serial) AS digits,
           CAST(u.serial AS BIGINT) AS number,
           {weight_of("a.kind")} - m.since_first AS opening,
           {weight_of("a.kind")} - m.since_last AS closing, m.through
      FROM moves m
      JOIN units u ON u.hall_id = m.hall_id AND u.id = m.unit_id
      JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
), placed AS (
    SELECT hall_id, commodity_id, digits, number, opening, closing,
           number - ROW_NUMBER() OVER (
               PARTITION BY hall_id, commodity_id, digits, opening, closing
               ORDER BY number) AS run
      FROM numbers
     WHERE opening <> closing OR opening = {_IN} OR (opening = {_OUT} AND through = 1)
)
SELECT r.hall_id, m.code, r.digits, MIN(r.number), MAX(r.number), COUNT(*), r.opening, r.closing
  FROM placed r JOIN commodities m ON m.id = r.commodity_id
 GROUP BY r.hall_id, m.code, r.digits, r.opening, r.closing, r.run
"""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """Numbers used before the period that changed in it: what they were, what they became."""

    was: str
    became: str
    runs: NumberRuns


@dataclass(frozen=True, slots=True)
class FormMonth:
    """One code in one hall from the first day to the last: each heading with its runs.

    `parts` has every heading of CAME and WENT; `changes` are of earlier periods' numbers, and
    `earlier` came in already used. Neither is in the equation.
    """

    hall: Hall
    invoice_code: str
    parts: dict[str, NumberRuns]
    changes: tuple[LaterChange, ...] = ()
    earlier: NumberRuns = ()

    def count(self, heading: str) -> int:
        """Give how many numbers stand under a heading."""
        return count_of(self.parts[heading])

    @property
    def code_text(self) -> Text:
        """The code, or the word for forms that have none."""
        return code_text(self.invoice_code)


@dataclass(slots=True)
class _Parts:
    came: dict[str, list[NumberRun]] = field(default_factory=lambda: {name: [] for name in CAME})
    went: dict[str, list[NumberRun]] = field(default_factory=lambda: {name: [] for name in WENT})
    changed: dict[tuple[str, str], list[NumberRun]] = field(
        default_factory=lambda: defaultdict(list)
    )
    earlier: list[NumberRun] = field(default_factory=list)

    def place(self, was: str, became: str, run: NumberRun) -> None:
        """Put numbers that were in one state and then in another under their headings."""
        if became == EARLIER and was == OUTSIDE:
            self.earlier.append(run)
            return
        if was in USED and became in USED:
            self.changed[was, became].append(run)
            return
        came = {BLANK: OPENING, OUTSIDE: RECEIVED}.get(was, PUT_BACK)
        went = {BLANK: CLOSING, OUTSIDE: RETURNED, EARLIER: ISSUED}.get(became, became)
        self.came[came].append(run)
        self.went[went].append(run)


def months_of_forms(
    uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date
) -> list[FormMonth]:
    """Give each hall's codes that were blank in it, moved or changed from `first` to `last`.

    A few statements for any set of halls. Raises FormHasNoState and FormsDoNotTile, naming the
    segment that breaks the report.
    """
    if not halls:
        return []
    by_id = {hall.id: hall for hall in halls}
    ids = sorted(by_id)
    parts: dict[tuple[int, str], _Parts] = defaultdict(_Parts)
    query = text(RUNS).bindparams(
        bindparam("halls", expanding=True),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
    )
    asked = {"halls": ids, "first": first, "last": last}
    for row in uow.session.execute(query, asked):
        hall_id, commodity, digits, low, high, count, opening, closing = row
        invoice_code = commodity.partition(":")[2]
        run = NumberRun(digits, low, high)
        hall = by_id[hall_id]
        was, became = STATE_OF_WEIGHT.get(opening), STATE_OF_WEIGHT.get(closing)
        if was is None or became is None:
            day = last if became is None else first - dt.timedelta(days=1)
            raise FormHasNoState(
                hall=hall.code,
                invoice_code=code_text(invoice_code),
                segment=run,
                date=day.isoformat(),
            )
        if run.count != count:
            raise FormsDoNotTile(
                hall=hall.code,
                invoice_code=code_text(invoice_code),
                segment=run,
                left=1,
                right=2,
                difference=count - run.count,
            )
        parts[hall_id, invoice_code].place(was, became, run)
    months = [
        _month(by_id[hall_id], code, found)
        for (hall_id, code), found in sorted(parts.items(), key=lambda item: _order(by_id, item[0]))
    ]
    prove_balances(uow, by_id)
    prove_books(uow, by_id, first, last)
    return months


def _order(halls: dict[int, Hall], key: tuple[int, str]) -> tuple[str, str]:
    return halls[key[0]].code, key[1]


def _month(hall: Hall, invoice_code: str, found: _Parts) -> FormMonth:
    parts = {name: join_runs(runs) for name, runs in (found.came | found.went).items()}
    changes = tuple(
        LaterChange(was, became, join_runs(runs))
        for (was, became), runs in sorted(found.changed.items())
    )
    prove_tiling(hall, invoice_code, [parts[name] for name in CAME], [parts[name] for name in WENT])
    return FormMonth(hall, invoice_code, parts, changes, join_runs(found.earlier))
