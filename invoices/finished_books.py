"""When a book's last blank was used: noted on the book, and taken back when a blank returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import BindParameter, Date, bindparam, text

from ledger.work import UnitOfWork

# A number of the book, by the account its unit is in; 1 if there is one. With its limit it is asked
# for each book by the keys of its numbers, and never joined for all of them at once.
_NUMBER = """COALESCE((SELECT 1 FROM identifiers i
                 CROSS JOIN units u
                  JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
                 WHERE i.kind = 'invoice' AND i.namespace = b.invoice_code
                   AND i.value >= {first} AND i.value <= b.last_no
                   AND length(i.value) = length(b.first_no)
                   AND i.holder_hall_id + 0 = b.hall_id AND u.hall_id = b.hall_id
                   AND u.id = i.unit_id AND u.closed = 0 AND a.kind IN {kinds} LIMIT 1), 0)"""
_BLANKS = "('invoice_safe', 'invoice_clerk')"
# Mostly the last number is a blank still, and that is all there is to look at.
_LAST_BLANK = _NUMBER.format(first="b.last_no", kinds=_BLANKS)
_USED = _NUMBER.format(
    first="b.first_no", kinds="('invoice_issued', 'invoice_red', 'invoice_void', 'invoice_used')"
)
# Of a book used up no number is found blank, however many are looked at: the hall's blanks are few.
_HAS_BLANK = f"""EXISTS (
        SELECT 1 FROM accounts a
          JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id
          JOIN commodities c ON c.id = u.commodity_id
         WHERE a.hall_id = b.hall_id AND a.kind IN {_BLANKS} AND u.closed = 0
           AND c.code = 'INV:' || b.invoice_code AND length(u.serial) = length(b.first_no)
           AND u.serial >= b.first_no AND u.serial <= b.last_no)"""

_FINISHED = f"""
UPDATE invoice_books AS b SET finished_on = :date
 WHERE b.hall_id IN :halls AND b.finished_on IS NULL
   AND CASE WHEN {_LAST_BLANK} = 1 THEN 0 ELSE {_USED} END = 1 AND NOT {_HAS_BLANK}
"""
_OPEN_AGAIN = f"""
UPDATE invoice_books AS b SET finished_on = NULL
 WHERE b.hall_id IN :halls AND b.finished_on IS NOT NULL AND b.stubs_on IS NULL AND {_HAS_BLANK}
"""


def note_finished_books(uow: UnitOfWork, *, halls: Sequence[int], date: dt.date) -> None:
    """Set `finished_on` of the halls' books that have no blank left and a used number.

    A book that has a blank again, since a use was reversed, is open again unless its stubs were
    delivered. To be called after every act that uses up or gives back blanks.
    """
    if not halls:
        return
    among: BindParameter[int] = bindparam("halls", expanding=True)
    uow.session.flush()
    uow.session.execute(text(_OPEN_AGAIN).bindparams(among), {"halls": list(halls)})
    uow.session.execute(
        text(_FINISHED).bindparams(among, bindparam("date", type_=Date)),
        {"halls": list(halls), "date": date},
    )
