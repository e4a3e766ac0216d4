"""Numbers of forms as people write them, and where the unit behind each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.kinds import FORM_CATEGORY
from invoices.mark_errors import NumberUnreadable
from ledger.accounts import Account, Commodity, register_commodity
from ledger.organisations import Hall
from ledger.units import Identifier, Unit
from ledger.work import UnitOfWork

LONGEST_NUMBER = 18
DIGITAL_DIGITS = 20
MOST_NUMBERS = 500
AT_ONCE = 500
SEPARATORS = str.maketrans(dict.fromkeys(",\uff0c\u3001;\uff1b", " "))
DASHES = str.maketrans(dict.fromkeys("\u2013\u2014~\uff5e", "-"))


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive numbers of one code that stand in one account; None where they are no units."""

    first_no: str
    last_no: str
    count: int
    account: Account | None

    def shown(self) -> str:
        """Give the run as people write it."""
        return self.first_no if self.count == 1 else f"{self.first_no}-{self.last_no}"


def is_digital(number: str) -> bool:
    """Tell whether it is the number of a fully digital invoice, which is not drawn."""
    return len(number) == DIGITAL_DIGITS


def _fits(number: str) -> bool:
    return len(number) <= LONGEST_NUMBER or is_digital(number)


def read_numbers(entries: Iterable[str], *, most: int = MOST_NUMBERS) -> list[str]:
    """Give the numbers that entries such as `00100008` and `00100010-00100012` name, in order.

    An entry may hold several, apart by blanks or commas. Raises NumberUnreadable.
    """
    numbers: list[str] = []
    for entry in entries:
        for word in entry.translate(SEPARATORS).translate(DASHES).split():
            first, _, last = word.partition("-")
            last = last or first
            digits = all(no.isascii() and no.isdigit() for no in (first, last))
            if not digits or len(first) != len(last) or not _fits(first):
                raise NumberUnreadable(number=word, most=most)
            count = int(last) - int(first) + 1
            if not 1 <= count <= most - len(numbers):
                raise NumberUnreadable(number=word, most=most)
            numbers += [f"{int(first) + step:0{len(first)}d}" for step in range(count)]
    if not numbers:
        raise NumberUnreadable(number="", most=most)
    if len(set(numbers)) != len(numbers):
        twice = next(number for number in numbers if numbers.count(number) > 1)
        raise NumberUnreadable(number=twice, most=most)
    return sorted(numbers, key=lambda number: (len(number), number))


def commodity_of(uow: UnitOfWork, code: str) -> Commodity:
    """Give what the forms of a code are counted as."""
    return register_commodity(
        uow,
        code=f"INV:{code}",
        name=f"票据 {code}".strip(),
        category=FORM_CATEGORY,
        tracking="serial",
    )


def places_of(uow: UnitOfWork, hall: Hall, code: str, numbers: Sequence[str]) -> dict[str, Account]:
    """Give the account of each number whose unit is in this hall's books."""
    found: dict[str, Account] = {}
    for start in range(0, len(numbers), AT_ONCE):
        rows = uow.session.execute(
            select(Identifier.value, Account)
            .join(
                Unit,
                (Unit.hall_id == Identifier.holder_hall_id) & (Unit.id == Identifier.unit_id),
            )
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .where(
                Identifier.kind == "invoice",
                Identifier.namespace == code,
                Identifier.value.in_(numbers[start : start + AT_ONCE]),
                Identifier.holder_hall_id == hall.id,
            )
        )
        found.update(dict(rows.all()))
    return found


def runs_by_place(numbers: Sequence[str], places: Mapping[str, Account]) -> list[Run]:
    """Join numbers, given in order, to runs that stand in one account each."""
    runs: list[Run] = []
    for number in numbers:
        account = places.get(number)
        last = runs[-1] if runs else None
        follows = (
            last is not None
            and len(last.last_no) == len(number)
            and int(last.last_no) + 1 == int(number)
            and (last.account.id if last.account else 0) == (account.id if account else 0)
        )
        if last is not None and follows:
            runs[-1] = Run(last.first_no, number, last.count + 1, account)
        else:
            runs.append(Run(number, number, 1, account))
    return runs
