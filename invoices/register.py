"""The register of invoices as it stands: what it says of a number now, and rows keyed by acts here.

Rows of one number with the same time and clerk are one invoice; a later row with another status is
its next state. A row an act here brings is evidence like any other, but the day still waits for the
register's own file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, text

from invoices.form_numbers import places_of, read_numbers
from ledger.accounts import Account
from ledger.evidence.by_act import Cell, take_in_act, written_by_act
from ledger.evidence.expected import CURRENT
from ledger.evidence.intake import withdraw
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import BY_ACT
from ledger.evidence.tables import Intake
from ledger.organisations import Hall
from ledger.schema import EPOCH, MICROSECOND
from ledger.work import UnitOfWork, system_actor

REGISTRAR = system_actor("register")
AT_ONCE = 500
LIVE = ("issued", "red")

# A code has many numbers and a number few codes: joined to nothing, the code leads no index here.
_ROWS = text(
    "SELECT e.invoice_no, e.status, e.issued_at, e.business_date, e.clerk, e.amount, e.txn_no,"
    " e.basis, e.original_code, e.original_no FROM evidence_invoices e"
    " WHERE e.hall_id = :hall AND e.invoice_code || '' = :code AND e.invoice_no IN :numbers"
    f" AND {CURRENT.format('e')} ORDER BY e.issued_at, e.intake_no, e.row_no"
).bindparams(bindparam("numbers", expanding=True))
_LIVE_REDS = text(
    "SELECT DISTINCT e.invoice_code, e.invoice_no FROM evidence_invoices e"
    " WHERE e.hall_id = :hall AND e.original_no IN :numbers AND e.original_code = :code"
    f" AND e.status = 'red' AND {CURRENT.format('e')}"
).bindparams(bindparam("numbers", expanding=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register says of a number: its state now, and of its last use while it was live.

    `amount_fen` is that use's sum; `used_on` its business date. A number only ever registered as
    void was never live: then its time and amount are the void's.
    """

    invoice_code: str
    invoice_no: str
    status: str
    used_at: dt.datetime
    used_on: dt.date
    clerk: str
    amount_fen: int
    txn_no: str
    original_code: str = ""
    original_no: str = ""

    @property
    def live(self) -> bool:
        """Whether it is issued or red, not void."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class NamedForms:
    """Numbers of one code that an act names: where their units are, what the register says."""

    code: str
    numbers: tuple[str, ...]
    places: Mapping[str, Account]
    standings: Mapping[str, Standing]

    def shown(self, number: str) -> str:
        """Give a number with its code, as people write it."""
        return f"{self.code} {number}".strip()

    def issued_on(self, number: str) -> dt.date | None:
        """Give when a number that is issued now was; None where it is not."""
        standing = self.standings.get(number)
        return standing.used_on if standing is not None and standing.live else None

    def holder(self, number: str) -> str:
        """Give whose form it is: who issued it, else who holds it blank; '' in the safe."""
        standing, account = self.standings.get(number), self.places.get(number)
        if standing is not None:
            return standing.clerk
        return account.holder if account is not None and account.kind == "invoice_clerk" else ""


def named_forms(uow: UnitOfWork, hall: Hall, code: str, entries: Iterable[str]) -> NamedForms:
    """Read numbers or runs FIRST-LAST of one code, and what is known of each.

    Raises NumberUnreadable.
    """
    numbers = read_numbers(entries)
    return NamedForms(
        code,
        tuple(numbers),
        places_of(uow, hall, code, numbers),
        standing_of_each(uow, hall, code, numbers),
    )


def standing_of(uow: UnitOfWork, hall: Hall, code: str, number: str) -> Standing | None:
    """Give what the register says of one number; None where it says nothing."""
    return standing_of_each(uow, hall, code, [number]).get(number)


def standing_of_each(
    uow: UnitOfWork, hall: Hall, code: str, numbers: Iterable[str]
) -> dict[str, Standing]:
    """Give what the register says of each number of one code, of those it names."""
    wanted = sorted(set(numbers))
    found: dict[str, list[Any]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        values = {"hall": hall.id, "code": code, "numbers": wanted[start : start + AT_ONCE]}
        for row in uow.session.execute(_ROWS, values):
            found.setdefault(row.invoice_no, []).append(row)
    return {number: _standing(code, rows) for number, rows in found.items()}


def _standing(code: str, rows: Sequence[Any]) -> Standing:
    last = rows[-1]
    use = next((row for row in reversed(rows) if row.status in LIVE), last)
    amount = sum(
        row.amount
        for row in rows
        if (row.issued_at, row.clerk, row.status) == (use.issued_at, use.clerk, use.status)
    )
    return Standing(
        invoice_code=code,
        invoice_no=use.invoice_no,
        status=last.status,
        used_at=EPOCH + use.issued_at * MICROSECOND,
        used_on=dt.date.fromisoformat(str(use.business_date)),
        clerk=use.clerk,
        amount_fen=amount,
        txn_no=use.txn_no,
        original_code=use.original_code,
        original_no=use.original_no,
    )


def live_reds_of(uow: UnitOfWork, hall: Hall, code: str, numbers: Iterable[str]) -> list[Standing]:
    """Give the red letters of any of the numbers that are not void, in number order."""
    wanted = sorted(set(numbers))
    pairs: list[tuple[str, str]] = []
    for start in range(0, len(wanted), AT_ONCE):
        values = {"hall": hall.id, "code": code, "numbers": wanted[start : start + AT_ONCE]}
        pairs += [
            (row.invoice_code, row.invoice_no) for row in uow.session.execute(_LIVE_REDS, values)
        ]
    by_code: dict[str, list[str]] = {}
    for red_code, red_no in pairs:
        by_code.setdefault(red_code, []).append(red_no)
    reds = [
        standing
        for red_code in sorted(by_code)
        for _, standing in sorted(standing_of_each(uow, hall, red_code, by_code[red_code]).items())
    ]
    return [red for red in reds if red.status == "red"]


def register_by_act(
    uow: UnitOfWork,
    *,
    hall: Hall,
    date: dt.date,
    name: str,
    rows: Sequence[Mapping[str, Cell]],
) -> int:
    """Take rows of the register that an act here brings in as evidence; gives the batch's number.

    `rows` name columns of the kind `invoices`, the rest are empty; `name` is of the act that brings
    them, such as a document's number. The act itself says who did it and was allowed to.
    """
    return take_in_act(uow, REGISTRAR, hall=hall, kind="invoices", date=date, name=name, rows=rows)


def withdraw_act(uow: UnitOfWork, *, hall: Hall, name: str) -> None:
    """Let the rows that the act of that name brought no longer be current; they stay on record."""
    batch = uow.session.scalars(
        select(Intake.intake_no).where(
            Intake.hall_id == hall.id,
            Intake.kind == "invoices",
            Intake.layout == BY_ACT,
            Intake.file_name == f"{name}.csv",
        )
    ).one()
    names = tuple(column.name for column in KINDS["invoices"].columns)
    withdraw(
        replace(uow, actor=REGISTRAR),
        hall=hall,
        number=batch,
        file_name=f"{name}-withdrawn.csv",
        content=written_by_act(names, [], f"{name} {uow.now.isoformat()}"),
    )


def link_by_act(uow: UnitOfWork, *, hall: Hall, code: str, number: str, txn_no: str) -> int:
    """Take in that an invoice belongs to a transaction; gives the batch's number."""
    today = uow.today
    row = {"invoice_code": code, "invoice_no": number, "txn_no": txn_no}
    name = f"link-{code}-{number}"
    return take_in_act(
        uow, REGISTRAR, hall=hall, kind="invoice_links", date=today, name=name, rows=[row]
    )
