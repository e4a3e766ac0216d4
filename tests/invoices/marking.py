"""What tests of voids, covers, red letters and losses share, each act in its own unit of work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from invoices.losses import open_loss
from invoices.mark_tables import LossCase, RedLetter
from invoices.reds import RedDraft, register_red
from invoices.void_rules import Tick
from invoices.voids import SignedVoid, sign_void, submit_void
from ledger.documents import Document
from ledger.times import HALL_TIME
from tests.builders import DAY, NOW, OpenHall
from tests.invoices.form_days import code_of

ALL = (1, 2, 3)
LATER = NOW + dt.timedelta(hours=8)
"""Six in the evening of DAY."""
A, B, C, D = "00100001", "00100002", "00100003", "00100004"
DIGITAL = "26440000000012345678"


def clock(time: str, *, date: dt.date = DAY) -> dt.datetime:
    """Give a time of the hall's clock."""
    return dt.datetime.combine(date, dt.time.fromisoformat(time), HALL_TIME)


def ask(
    hall: OpenHall,
    *numbers: str,
    who: str = "A01",
    code: str | None = None,
    copies: int = 3,
    reason: str = "打印错误",
    now: dt.datetime = LATER,
) -> Document:
    """Ask that numbers become void."""
    with hall.work(who, now=now) as uow:
        return submit_void(
            uow,
            hall=hall.hall,
            code=code_of(hall) if code is None else code,
            numbers=numbers,
            copies=copies,
            reason=reason,
        )


def tick(number: str, copies: tuple[int, ...] = ALL, *, stamped: bool = True) -> Tick:
    """Give what the auditor has before him of a number: all three copies, unless said."""
    return Tick(number, copies, stamped)


def sign(
    hall: OpenHall,
    document: Document,
    *ticks: Tick,
    who: str = "J01",
    now: dt.datetime = LATER,
) -> SignedVoid:
    """Tick and sign a void."""
    with hall.work(who, now=now) as uow:
        return sign_void(uow, hall=hall.hall, number=document.number or "", ticks=ticks)


def red(
    hall: OpenHall,
    number: str,
    fen: int,
    original: str,
    *,
    who: str = "A01",
    now: dt.datetime = LATER,
    **stated: Any,
) -> RedLetter:
    """Register a red letter of one of the hall's forms, or of a digital invoice."""
    codes = {
        "invoice_code": "" if len(number) == 20 else code_of(hall),
        "original_code": "" if len(original) == 20 else code_of(hall),
    }
    draft = {"issued_at": now, "reason": "SALES_DISCOUNT", **codes, **stated}
    with hall.work(who, now=now) as uow:
        return register_red(
            uow,
            hall=hall.hall,
            draft=RedDraft(invoice_no=number, amount_fen=fen, original_no=original, **draft),
        )


def lose(
    hall: OpenHall,
    *numbers: str,
    who: str = "A01",
    found_at: dt.datetime = LATER,
    now: dt.datetime = LATER,
    copies: str = "",
) -> LossCase:
    """Open a loss case."""
    with hall.work(who, now=now) as uow:
        return open_loss(
            uow,
            hall=hall.hall,
            code=code_of(hall),
            numbers=numbers,
            found_at=found_at,
            circumstances="盘点时发现",
            copies=copies,
        )
