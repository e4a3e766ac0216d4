"""Invoices registered by hand: from–to with amounts, asked for later, month bills and reissues.

Each is rows of the register, as a file would bring them, and the documents of use that follow.
Paper numbers must be blanks in the hands of the clerk; 20-digit numbers are drawn by nobody. We
register invoices that were issued elsewhere, and never issue one (DOMAIN INV-11).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.numbers import require_structure
from invoices.open_voids import require_no_open_void
from invoices.register import register_by_act
from invoices.use_claims import (
    DIGITAL,
    claim_numbers,
    next_numbers,
    numbers_between,
    require_own_numbers,
    require_unregistered,
    skipped_before,
)
from invoices.use_errors import AmountsDoNotFit, UsedInFuture
from invoices.use_stage import USE
from invoices.uses import post_uses
from ledger.documents import Document
from ledger.events import record
from ledger.hall_days import lock_open_day, open_days
from ledger.organisations import Hall, business_date, lock_head
from ledger.permissions import require
from ledger.schema import microseconds
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

Cells = Mapping[str, str | int | dt.date | None]


@dataclass(frozen=True, slots=True)
class KeyedUse:
    """What became of a registration: its numbers, its batch, the documents of use it made.

    `skipped` are runs below the first number that the clerk still has blank: they are told, and
    the day cannot close before they are accounted for.
    """

    invoice_code: str
    numbers: tuple[str, ...]
    batch: int
    documents: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def register_uses(
    uow: UnitOfWork,
    *,
    hall: Hall,
    clerk: str,
    invoice_code: str,
    first_no: str = "",
    last_no: str = "",
    count: int = 1,
    amounts: Sequence[int],
    at: dt.datetime | None = None,
    txn_nos: Sequence[str] = (),
) -> KeyedUse:
    """Register numbers a clerk used, from first to last, or the next `count` ones in his hands.

    `amounts` are fen: one for all, or one for each number; `txn_nos` likewise. `at` is the time of
    issue, now unless given. Raises NumberNotInCustody, NumberLost, NumberUsedBefore, NumberUnknown,
    NoBlankLeft, NotYourCustody, HallDayClosed, and what cannot be read by its name.
    """
    begin_registration(uow, hall, clerk)
    numbers = (
        numbers_between(first_no, last_no)
        if first_no
        else next_numbers(uow, hall, clerk, invoice_code, count)
    )
    sums, txns = _each(amounts, numbers), _each_text(txn_nos, numbers)
    cells: list[Cells] = [
        {"amount": fen, "txn_no": txn} for fen, txn in zip(sums, txns, strict=True)
    ]
    return register_numbers(
        uow, hall=hall, clerk=clerk, invoice_code=invoice_code, numbers=numbers, cells=cells, at=at
    )


def register_numbers(
    uow: UnitOfWork,
    *,
    hall: Hall,
    clerk: str,
    invoice_code: str,
    numbers: Sequence[str],
    cells: Sequence[Cells],
    at: dt.datetime | None,
) -> KeyedUse:
    """Register numbers with what their rows state further, and post their use.

    `cells` has one mapping a number, of columns of the kind `invoices`; each is issued by `clerk`.
    """
    moment = at or uow.now
    if moment > uow.now:
        raise UsedInFuture(at=moment.astimezone(HALL_TIME).isoformat(" ", "seconds"))
    date = business_date(microseconds(moment))
    skipped: list[tuple[str, str]] = []
    if len(numbers[0]) == DIGITAL:
        for number in numbers:
            require_structure("", number, this_year=date.year)
            require_unregistered(uow, hall, "", number)
    else:
        claim_numbers(uow, hall, clerk, invoice_code, numbers)
        require_no_open_void(uow, hall, invoice_code, numbers)
        skipped = skipped_before(uow, hall, clerk, invoice_code, numbers[0])
    open_days(uow, hall.id, [date])
    lock_open_day(uow, hall.id, date)
    name = f"{invoice_code}/{numbers[0]}".strip("/")
    front: Cells = {
        "invoice_code": invoice_code,
        "issued_at": microseconds(moment),
        "clerk": clerk,
        "status": "issued",
        "basis": "txn",
    }
    rows = [
        {**front, "invoice_no": number, **more} for number, more in zip(numbers, cells, strict=True)
    ]
    with record(
        uow,
        hall_id=hall.id,
        act="invoice.registered",
        subject=f"invoice:{name}",
        business_date=date,
        facts={"clerk": clerk, "count": len(numbers), "last_no": numbers[-1]},
    ):
        pass
    batch = register_by_act(uow, hall=hall, date=date, name=name, rows=rows)
    made = post_uses(uow, days=[(hall, date)], batch=batch)
    return KeyedUse(
        invoice_code, tuple(numbers), batch, _last_documents(uow, hall, made), tuple(skipped)
    )


def begin_registration(uow: UnitOfWork, hall: Hall, clerk: str) -> None:
    """Go on only if the actor may register for the clerk; then all others of the hall wait."""
    require(uow, hall.id, "forms", "register")
    require_own_numbers(uow, hall, clerk)
    lock_head(uow, hall.id)


def _each(amounts: Sequence[int], numbers: Sequence[str]) -> Sequence[int]:
    fits = len(amounts) in (1, len(numbers)) and all(fen > 0 for fen in amounts)
    if not fits:
        raise AmountsDoNotFit(numbers=len(numbers), amounts=len(amounts))
    return amounts if len(amounts) == len(numbers) else [amounts[0]] * len(numbers)


def _each_text(texts: Sequence[str], numbers: Sequence[str]) -> Sequence[str]:
    if not texts:
        return [""] * len(numbers)
    if len(texts) not in (1, len(numbers)):
        raise AmountsDoNotFit(numbers=len(numbers), amounts=len(texts))
    return texts if len(texts) == len(numbers) else [texts[0]] * len(numbers)


def _last_documents(uow: UnitOfWork, hall: Hall, count: int) -> tuple[str, ...]:
    if not count:
        return ()
    numbers = uow.session.scalars(
        select(Document.number)
        .where(Document.hall_id == hall.id, Document.kind == USE)
        .order_by(Document.id.desc())
        .limit(count)
    )
    return tuple(sorted(str(number) for number in numbers))
