"""When a form may be void (DOMAIN INV-06), by what is known of it; nothing here asks the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from invoices.form_numbers import is_digital
from invoices.mark_errors import (
    CopiesUnreadable,
    DigitalNotVoidable,
    NotStamped,
    SpecialVoidTooLate,
)

SPECIAL_CODE_DIGITS = 10
MOST_COPIES = 20
INCOMPLETE = "联次不全"
_COPIES_OF_FOLDED = {"04": 2, "05": 5}


@dataclass(frozen=True, slots=True)
class Tick:
    """What the auditor has before him of one number: which copies, and whether all are stamped."""

    number: str
    copies: tuple[int, ...] = ()
    stamped: bool = False


def copies_of_code(code: str) -> int | None:
    """Give how many copies the forms of a code have, where the code says so (INV-12)."""
    if not (code.isascii() and code.isdigit()):
        return None
    if len(code) == SPECIAL_CODE_DIGITS:
        return int(code[8]) or None
    return _COPIES_OF_FOLDED.get(code[10:]) if len(code) == 12 and code[0] == "0" else None


def require_voidable(code: str, number: str, *, issued_on: dt.date | None, on: dt.date) -> None:
    """Go on only if the kind of invoice may still be void on a day.

    `issued_on` is None for a form that was never issued. Raises DigitalNotVoidable and
    SpecialVoidTooLate.
    """
    if is_digital(number):
        raise DigitalNotVoidable(number=number)
    special = len(code) == SPECIAL_CODE_DIGITS
    if (
        special
        and issued_on is not None
        and (issued_on.year, issued_on.month) != (on.year, on.month)
    ):
        raise SpecialVoidTooLate(number=number, issued_on=issued_on.isoformat())


def require_copies(number: str, copies: int) -> None:
    """Go on only with a number of copies that a form can have; raises CopiesUnreadable."""
    if not 1 <= copies <= MOST_COPIES:
        raise CopiesUnreadable(number=number)


def missing_copies(tick: Tick, copies: int) -> tuple[int, ...]:
    """Give the copies the auditor does not have; raises CopiesUnreadable."""
    ticked = set(tick.copies)
    if len(ticked) != len(tick.copies) or not ticked <= set(range(1, copies + 1)):
        raise CopiesUnreadable(number=tick.number)
    return tuple(copy for copy in range(1, copies + 1) if copy not in ticked)


def require_stamps(ticks: Sequence[Tick]) -> None:
    """Go on only if all copies of each number bear the stamp; raises NotStamped."""
    bare = [tick.number for tick in ticks if not tick.stamped]
    if bare:
        raise NotStamped(number=", ".join(bare))
