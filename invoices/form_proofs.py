"""Three accounts of the same numbers held against each other: units, balances and books received.

A report that the units alone would give could leave out what they lack; so it is made only where
balances say as many, and where every number of a book that is not finished has its unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import chain

from sqlalchemy import Date, bindparam, text

from invoices.number_runs import NumberRun, NumberRuns, count_of, find_break
from invoices.number_states import BLANK_KINDS, FORM_COMMODITIES
from invoices.report_errors import FormsCountedOtherwise, FormsDoNotTile
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

# Blank forms of each code by the units and by the balances, where the two disagree.
BALANCES = f"""
SELECT x.hall_id, m.code, CAST(SUM(x.units) AS BIGINT), CAST(SUM(x.balance) AS BIGINT)
  FROM (SELECT u.hall_id, u.commodity_id, COUNT(*) AS units, 0 AS balance
          FROM accounts a
          JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id
         WHERE a.hall_id IN :halls AND a.kind IN ({BLANK_KINDS})
           AND u.commodity_id IN ({FORM_COMMODITIES})
         GROUP BY u.hall_id, u.commodity_id
         UNION ALL
        SELECT b.hall_id, b.commodity_id, 0, SUM(b.amount)
          FROM accounts a
          JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.id
         WHERE a.hall_id IN :halls AND a.kind IN ({BLANK_KINDS})
           AND b.commodity_id IN ({FORM_COMMODITIES})
         GROUP BY b.hall_id, b.commodity_id) x
  JOIN commodities m ON m.id = x.commodity_id
 GROUP BY x.hall_id, m.code
HAVING SUM(x.units) <> SUM(x.balance)
 ORDER BY x.hall_id, m.code
"""

# Books in use in the period whose numbers do not all name a unit. A name is one unit's in the whole
# group, so the index of names answers alone.
BOOKS = """
SELECT hall_id, invoice_code, first_no, last_no
  FROM (SELECT b.hall_id, b.invoice_code, b.first_no, b.last_no,
               b.last_number - b.first_number + 1 AS size,
               (SELECT COUNT(*) FROM identifiers i
                 WHERE i.kind = 'invoice' AND i.namespace = b.invoice_code
                   AND i.value BETWEEN b.first_no AND b.last_no
                   AND length(i.value) = length(b.first_no)) AS named
          FROM invoice_books b
         WHERE b.hall_id IN :halls AND b.received_on <= :last
           AND (b.finished_on IS NULL OR b.finished_on >= :first)) x
 WHERE named <> size
 ORDER BY hall_id, invoice_code, first_no
"""

NAMED = """
SELECT value FROM identifiers
 WHERE kind = 'invoice' AND namespace = :code AND value BETWEEN :first AND :last
   AND length(value) = length(:first)
 ORDER BY value
"""


def code_text(invoice_code: str) -> Text:
    """Give an invoice code as people read it; forms without one are so called."""
    if invoice_code:
        return Text(invoice_code, invoice_code)
    return Text("(无代码)", "(no code)")


def prove_tiling(
    hall: Hall, invoice_code: str, came: Iterable[NumberRuns], went: Iterable[NumberRuns]
) -> None:
    """Go on only if both sides tile: every number once on each, none on one side alone.

    Raises FormsDoNotTile with the first segment that breaks it.
    """
    broken = find_break(chain.from_iterable(came), chain.from_iterable(went))
    if broken is not None:
        raise FormsDoNotTile(
            hall=hall.code,
            invoice_code=code_text(invoice_code),
            segment=broken.run,
            left=broken.left,
            right=broken.right,
            difference=abs(broken.left - broken.right) * broken.run.count,
        )


def prove_closing(invoice_code: str, closing: NumberRuns, counted: int) -> None:
    """Go on only if the closing that was counted by hand is the books' own.

    Raises FormsCountedOtherwise with the difference.
    """
    expected = count_of(closing)
    if counted != expected:
        raise FormsCountedOtherwise(
            invoice_code=code_text(invoice_code),
            expected=expected,
            found=counted,
            difference=abs(expected - counted),
            segments=", ".join(str(one) for one in closing),
        )


def prove_balances(uow: UnitOfWork, halls: Mapping[int, Hall]) -> None:
    """Go on only if units and balances give as many blank forms; raises FormsDoNotTile."""
    query = text(BALANCES).bindparams(bindparam("halls", expanding=True))
    row = uow.session.execute(query, {"halls": sorted(halls)}).first()
    if row is not None:
        hall_id, code, units, balance = row
        raise FormsDoNotTile(
            hall=halls[hall_id].code,
            invoice_code=code_text(code.partition(":")[2]),
            segment=Text("(余额与单件不符)", "(balances and units disagree)"),
            left=units,
            right=balance,
            difference=abs(units - balance),
        )


def prove_books(uow: UnitOfWork, halls: Mapping[int, Hall], first: dt.date, last: dt.date) -> None:
    """Go on only if each number of the books in use has its unit; raises FormsDoNotTile."""
    query = text(BOOKS).bindparams(
        bindparam("halls", expanding=True),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
    )
    asked = {"halls": sorted(halls), "first": first, "last": last}
    row = uow.session.execute(query, asked).first()
    if row is not None:
        hall_id, code, first_no, last_no = row
        hole = _first_hole(uow, code, NumberRun.of(first_no, last_no))
        raise FormsDoNotTile(
            hall=halls[hall_id].code,
            invoice_code=code_text(code),
            segment=hole,
            left=1,
            right=0,
            difference=hole.count,
        )


def _first_hole(uow: UnitOfWork, code: str, book: NumberRun) -> NumberRun:
    """Give the first run of the book's numbers that no unit bears."""
    asked = {"code": code, "first": book.first_no, "last": book.last_no}
    expected = book.first
    for value in uow.session.scalars(text(NAMED), asked):
        if int(value) > expected:
            return NumberRun(book.digits, expected, int(value) - 1)
        expected = int(value) + 1
    return NumberRun(book.digits, expected, book.last)
