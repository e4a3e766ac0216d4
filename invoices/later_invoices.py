"""Invoices with an occasion of their own: asked for later, a month's bill, in place of another.

Ordinary acts by the clerk who has the form: each registers one number, as `keyed_uses` does, and
says what it is for.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import text

from invoices.keyed_uses import Cells, KeyedUse, begin_registration, register_numbers
from invoices.register import Standing, live_reds_of, standing_of
from invoices.use_claims import next_numbers
from invoices.use_errors import (
    AmountsDoNotFit,
    InvoicedAlready,
    MonthBilledTwice,
    OriginalStillLive,
    OriginalUnknown,
    PeriodUnreadable,
    ReissuedAlready,
    TransactionUnknown,
)
from ledger.evidence.expected import CURRENT
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.work import UnitOfWork

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)

# A number's last row tells whether it is live: void later than it was used is not.
_LIVE = f"""e.status <> 'void' AND {CURRENT.format("e")} AND NOT EXISTS (
       SELECT 1 FROM evidence_invoices v
        WHERE v.hall_id = e.hall_id AND v.invoice_code = e.invoice_code
          AND v.invoice_no = e.invoice_no AND v.status = 'void' AND v.issued_at >= e.issued_at
          AND {CURRENT.format("v")})"""
_RECEIVED = f"""
SELECT SUM(a.received) FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.txn_no = :txn AND a.line_kind <> 'correction'
   AND {CURRENT.format("a")}
"""
_INVOICED = f"""
SELECT COALESCE(SUM(e.amount), 0) FROM evidence_invoices e
 WHERE e.hall_id = :hall AND {_LIVE} AND (
       e.txn_no = :txn
    OR EXISTS (SELECT 1 FROM evidence_accounts a
                WHERE a.hall_id = e.hall_id AND a.txn_no = :txn
                  AND a.invoice_code = e.invoice_code AND a.invoice_no = e.invoice_no
                  AND a.invoice_no <> '' AND {CURRENT.format("a")})
    OR EXISTS (SELECT 1 FROM evidence_invoice_links l
                WHERE l.hall_id = e.hall_id AND l.txn_no = :txn
                  AND l.invoice_code = e.invoice_code AND l.invoice_no = e.invoice_no
                  AND {CURRENT.format("l")}))
"""
_BILLED = f"""
SELECT e.invoice_code, e.invoice_no FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.period = :period AND e.period <> ''
   AND e.subscriber = :subscriber AND e.basis IN ('month_bill', 'reissue') AND {_LIVE}
"""
_REISSUED = f"""
SELECT e.invoice_code, e.invoice_no FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.original_code = :code AND e.original_no = :no
   AND e.basis = 'reissue' AND {_LIVE}
"""
_BILL_OF = f"""
SELECT e.subscriber, e.period FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.invoice_code = :code AND e.invoice_no = :no AND e.period <> ''
   AND {CURRENT.format("e")}
"""


@dataclass(frozen=True, slots=True)
class NewForm:
    """The form an invoice is on: whose, code and number ('' for the next blank), time of issue."""

    clerk: str
    invoice_code: str
    invoice_no: str = ""
    at: dt.datetime | None = None
    digital_no: str = ""


def register_later(
    uow: UnitOfWork, *, hall: Hall, form: NewForm, txn_no: str, amount_fen: int | None = None
) -> KeyedUse:
    """Register an invoice asked for after the payment, linked to the earlier transaction.

    Its amount is what was received and is not invoiced yet, unless given. Raises
    TransactionUnknown, InvoicedAlready and what `register_uses` raises.
    """
    begin_registration(uow, hall, form.clerk)
    asked = {"hall": hall.id, "txn": txn_no}
    received = uow.session.execute(text(_RECEIVED), asked).scalar_one()
    if received is None:
        raise TransactionUnknown(txn_no=txn_no)
    invoiced = int(uow.session.execute(text(_INVOICED), asked).scalar_one())
    amount = int(received) - invoiced if amount_fen is None else amount_fen
    if invoiced + amount > received or (amount_fen is None and amount <= 0):
        raise InvoicedAlready(
            txn_no=txn_no,
            received=show_yuan(int(received)),
            invoiced=show_yuan(invoiced),
            amount=show_yuan(amount),
        )
    return _register(uow, hall, form, amount, {"basis": "txn", "txn_no": txn_no})


def register_month_bill(
    uow: UnitOfWork, *, hall: Hall, form: NewForm, subscriber: str, period: str, amount_fen: int
) -> KeyedUse:
    """Register the invoice of a subscriber's bill of a month; raises MonthBilledTwice.

    `period` is the month billed, as 2026-11; it may not be to come.
    """
    begin_registration(uow, hall, form.clerk)
    this_month = uow.today.isoformat()[:7]
    if not _PERIOD.fullmatch(period) or period > this_month or not subscriber.strip():
        raise PeriodUnreadable(period=period)
    asked = {"hall": hall.id, "period": period, "subscriber": subscriber}
    other = uow.session.execute(text(_BILLED), asked).first()
    if other is not None:
        raise MonthBilledTwice(
            subscriber=subscriber, period=period, invoice="/".join(filter(None, other))
        )
    more = {"basis": "month_bill", "subscriber": subscriber, "period": period}
    return _register(uow, hall, form, amount_fen, more)


def register_reissue(
    uow: UnitOfWork,
    *,
    hall: Hall,
    form: NewForm,
    original_code: str,
    original_no: str,
    amount_fen: int | None = None,
) -> KeyedUse:
    """Register an invoice in place of one that is void or fully reversed, whose links it inherits.

    Its amount is the original's unless given. Raises OriginalUnknown, OriginalStillLive and
    ReissuedAlready.
    """
    begin_registration(uow, hall, form.clerk)
    name = "/".join(filter(None, (original_code, original_no)))
    original = standing_of(uow, hall, original_code, original_no)
    if original is None:
        raise OriginalUnknown(invoice=name)
    if original.live and not _reversed(uow, hall, original):
        raise OriginalStillLive(invoice=name)
    other = reissue_of(uow, hall, original_code, original_no)
    if other:
        raise ReissuedAlready(invoice=name, other=other)
    asked = {"hall": hall.id, "code": original_code, "no": original_no}
    amount = original.amount_fen if amount_fen is None else amount_fen
    bill = uow.session.execute(text(_BILL_OF), asked).first()
    more: Cells = {
        "subscriber": bill.subscriber if bill else "",
        "period": bill.period if bill else "",
        "basis": "reissue",
        "original_code": original_code,
        "original_no": original_no,
        "original_date": original.used_on,
        "original_amount": original.amount_fen,
    }
    return _register(uow, hall, form, amount, more)


def reissue_of(uow: UnitOfWork, hall: Hall, code: str, number: str) -> str:
    """Give the live invoice that replaces one, as CODE/NO; '' where none does."""
    asked = {"hall": hall.id, "code": code, "no": number}
    return "/".join(filter(None, uow.session.execute(text(_REISSUED), asked).first() or ()))


def _reversed(uow: UnitOfWork, hall: Hall, original: Standing) -> bool:
    reds = live_reds_of(uow, hall, original.invoice_code, [original.invoice_no])
    return bool(reds) and sum(abs(red.amount_fen) for red in reds) >= original.amount_fen


def _register(uow: UnitOfWork, hall: Hall, form: NewForm, amount_fen: int, more: Cells) -> KeyedUse:
    if amount_fen <= 0:
        raise AmountsDoNotFit(numbers=1, amounts=1)
    numbers = (
        [form.invoice_no]
        if form.invoice_no
        else next_numbers(uow, hall, form.clerk, form.invoice_code, 1)
    )
    cells: Cells = {"amount": amount_fen, "digital_no": form.digital_no, **more}
    return register_numbers(
        uow,
        hall=hall,
        clerk=form.clerk,
        invoice_code=form.invoice_code,
        numbers=numbers,
        cells=[cells],
        at=form.at,
    )
