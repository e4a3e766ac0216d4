"""Whether numbers may be used by a clerk now: in his hands, blank, not registered, not lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from invoices.losses import require_not_lost
from invoices.use_errors import (
    NoBlankLeft,
    NotYourCustody,
    NumberNotInCustody,
    NumbersUnreadable,
    NumberUnknown,
    NumberUsedBefore,
)
from ledger.accounts import ACCOUNT_KINDS
from ledger.actors import Employment
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.rows import stage_rows
from ledger.text import Text
from ledger.work import UnitOfWork

MOST_AT_ONCE = 1_000
DIGITAL = 20
LONGEST_NUMBER = 18
MOST_SKIPPED = 10_000

_REGISTERED = f"""EXISTS (SELECT 1 FROM evidence_invoices e
                WHERE e.hall_id = :hall AND e.invoice_code = :code AND e.invoice_no = {{}}
                  AND {CURRENT.format("e")})"""
_CLAIMED = f"""
SELECT w.value AS no, COALESCE(a.kind, '') AS kind, COALESCE(a.holder, '') AS holder,
       CASE WHEN {_REGISTERED.format("w.value")} THEN 1 ELSE 0 END AS registered
  FROM claimed_numbers w
  LEFT JOIN identifiers i ON i.kind = 'invoice' AND i.namespace = :code AND i.value = w.value
       AND i.holder_hall_id = :hall
  LEFT JOIN units u ON u.hall_id = :hall AND u.id = i.unit_id AND u.closed = 0
  LEFT JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
 ORDER BY w.value
"""
_IN_HANDS = f"""
  FROM accounts a
  JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id AND u.closed = 0
  JOIN commodities c ON c.id = u.commodity_id AND c.code = 'INV:' || :code
 WHERE a.hall_id = :hall AND a.kind = 'invoice_clerk' AND a.holder = :clerk
   AND NOT {_REGISTERED.format("u.serial")}"""
_NEXT = f"SELECT u.serial {_IN_HANDS} ORDER BY length(u.serial), u.serial LIMIT :wanted"
_SKIPPED = f"""
SELECT u.serial {_IN_HANDS} AND u.serial < :first
   AND length(u.serial) = length(CAST(:first AS TEXT))
   AND EXISTS (SELECT 1 FROM invoice_books b
                WHERE b.hall_id = :hall AND b.invoice_code = :code
                  AND length(b.first_no) = length(u.serial)
                  AND b.first_no <= u.serial AND b.last_no >= :first)
 ORDER BY u.serial LIMIT {MOST_SKIPPED}
"""


def require_own_numbers(uow: UnitOfWork, hall: Hall, clerk: str) -> None:
    """Go on only if the staff number is the actor's own, or he keeps the hall's forms."""
    if uow.actor.is_system or "invoice_keeper" in uow.actor.roles_in(hall.id):
        return
    employed = uow.session.get(Employment, (hall.id, clerk))
    if employed is None or employed.person_id != uow.actor.person_id:
        raise NotYourCustody(clerk=clerk)


def numbers_between(first_no: str, last_no: str) -> list[str]:
    """Give the numbers of a run as texts of one length; raises NumbersUnreadable.

    A digital number is registered alone.
    """
    last_no = last_no or first_no
    if len(first_no) == DIGITAL and last_no == first_no:
        return [first_no]
    digits = all(no.isascii() and no.isdigit() for no in (first_no, last_no))
    fits = digits and len(first_no) == len(last_no) <= LONGEST_NUMBER
    if not fits or not 0 <= int(last_no) - int(first_no) < MOST_AT_ONCE:
        raise NumbersUnreadable(first=first_no, last=last_no, most=MOST_AT_ONCE)
    return [f"{n:0{len(first_no)}d}" for n in range(int(first_no), int(last_no) + 1)]


def next_numbers(
    uow: UnitOfWork, hall: Hall, clerk: str, invoice_code: str, count: int
) -> list[str]:
    """Give the lowest blanks of a code in a clerk's hands; raises NoBlankLeft.

    The hall's head must be locked, so that nobody else is given the same.
    """
    asked = {"hall": hall.id, "clerk": clerk, "code": invoice_code, "wanted": count}
    found = list(uow.session.execute(text(_NEXT), asked).scalars())
    if len(found) < count:
        raise NoBlankLeft(clerk=clerk, invoice_code=invoice_code, left=len(found), wanted=count)
    return found


def claim_numbers(
    uow: UnitOfWork, hall: Hall, clerk: str, invoice_code: str, numbers: Sequence[str]
) -> None:
    """Go on only if each number is a blank in the clerk's hands that nobody has registered.

    Raises NumberUnknown, NumberLost, NumberUsedBefore and NumberNotInCustody, of the first number
    in order that may not be used.
    """
    stage_rows(uow.session, "claimed_numbers", (("value", "TEXT"),), [(no,) for no in numbers])
    asked = {"hall": hall.id, "code": invoice_code}
    for row in uow.session.execute(text(_CLAIMED), asked):
        if row.kind == "invoice_lost":
            require_not_lost(uow, hall, invoice_code, row.no)
        _judge(row, clerk, f"{invoice_code}/{row.no}")


def _judge(row: Row[Any], clerk: str, invoice: str) -> None:
    kind, holder = row.kind, row.holder
    if not kind:
        raise NumberUnknown(invoice=invoice)
    name = ACCOUNT_KINDS[kind].text
    if kind not in ("invoice_clerk", "invoice_safe", "department"):
        raise NumberUsedBefore(invoice=invoice, state=name)
    if row.registered:
        raise NumberUsedBefore(invoice=invoice, state=Text("已登记", "registered"))
    if (kind, holder) != ("invoice_clerk", clerk):
        place = Text(f"{name.zh} {holder}".strip(), f"{name.en} {holder}".strip())
        raise NumberNotInCustody(invoice=invoice, clerk=clerk, place=place)


def require_unregistered(uow: UnitOfWork, hall: Hall, invoice_code: str, number: str) -> None:
    """Go on only if the register has no row of a number; raises NumberUsedBefore."""
    asked = {"hall": hall.id, "code": invoice_code, "no": number}
    if uow.session.execute(text(f"SELECT 1 WHERE {_REGISTERED.format(':no')}"), asked).first():
        invoice = f"{invoice_code}/{number}".strip("/")
        raise NumberUsedBefore(invoice=invoice, state=Text("已登记", "registered"))


def skipped_before(
    uow: UnitOfWork, hall: Hall, clerk: str, invoice_code: str, first_no: str
) -> list[tuple[str, str]]:
    """Give the runs of blanks in the clerk's hands that lie below a number in its book.

    Numbers are used in order (DOMAIN INV-01): these must be accounted for before the day closes.
    """
    asked = {"hall": hall.id, "clerk": clerk, "code": invoice_code, "first": first_no}
    runs: list[tuple[str, str]] = []
    for no in uow.session.execute(text(_SKIPPED), asked).scalars():
        if runs and int(runs[-1][1]) + 1 == int(no):
            runs[-1] = (runs[-1][0], no)
        else:
            runs.append((no, no))
    return runs
