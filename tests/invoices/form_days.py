"""Books of forms in a small hall, registered use of them, and where each number is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from invoices.papers import load_invoice_ranges
from invoices.uses import post_uses
from ledger.accounts import Account
from ledger.documents import Document, lines_of
from ledger.units import Unit
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import RUNNER, form


def code_of(hall: OpenHall) -> str:
    """Give the code of the hall's forms: codes are of the whole group."""
    return f"04400191{hall.id:04d}"


def receive(hall: OpenHall, first: str, last: str, clerk: str = "", **cells: object) -> None:
    """Load a range of forms of the hall's code, drawn by `clerk` or in the safe."""
    row: dict[str, Any] = {
        "invoice_code": code_of(hall),
        "first_no": first,
        "last_no": last,
        "count": int(last) - int(first) + 1,
        "carrier": "continuous",
        "clerk": clerk,
        "used_to": "",
        "drawn_at": None,
        **cells,
    }
    with hall.work(LOADER) as uow:
        load_invoice_ranges(uow, hall=hall.hall, date=DAY, file_name="books.csv", rows=[(2, row)])


def used(
    hall: OpenHall, number: str, fen: int = 5800, status: str = "issued", **cells: Any
) -> dict[str, Any]:
    """Give a register row of one of the hall's forms."""
    return form(number, fen, status, **{"invoice_code": code_of(hall), **cells})


def void(hall: OpenHall, number: str, **cells: Any) -> dict[str, Any]:
    """Give a register row of a form that is void with all its copies."""
    complete = {"copies": 3, "copies_recovered": 3, "void_reason": "打印错误"}
    return used(hall, number, 0, "void", **{**complete, **cells})


def post(hall: OpenHall, *dates: dt.date) -> int:
    """Bring the documents of use up to the register; gives how many were made."""
    with hall.work(RUNNER) as uow:
        return post_uses(uow, days=[(hall.hall, date) for date in dates or (DAY,)])


def states(hall: OpenHall) -> dict[str, str]:
    """Give number -> account of each of the hall's forms."""
    with hall.read(RUNNER) as uow:
        rows = uow.session.execute(
            select(Unit.serial, Account.kind, Account.holder)
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .where(Unit.hall_id == hall.id)
        )
        return {
            serial: f"{kind.removeprefix('invoice_')} {holder}".strip()
            for serial, kind, holder in rows
        }


def documents(hall: OpenHall, state: str = "posted") -> list[tuple[dt.date, list[str]]]:
    """Give the documents of use in a state: date, and `FIRST-LAST FROM>TO` of each line."""
    with hall.read(RUNNER) as uow:
        found = uow.session.scalars(
            select(Document)
            .where(
                Document.hall_id == hall.id,
                Document.kind == "invoice_use",
                Document.state == state,
            )
            .order_by(Document.id)
        ).all()
        return [
            (
                document.business_date,
                [
                    f"{one.serial}-{one.serial_to} {_short(one.credit)}>{_short(one.debit)}"
                    for one in lines_of(uow, document)
                ],
            )
            for document in found
        ]


def _short(account: Account) -> str:
    return f"{account.kind.removeprefix('invoice_')} {account.holder}".strip()
