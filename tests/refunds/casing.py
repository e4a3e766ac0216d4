"""Short words for tests of cases: ask, approve, carry out, and the payments they refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from ledger.documents import Document
from ledger.errors import BackofficeError
from refunds.acts import Execution, approve_case, execute_case, find_case
from refunds.requests import Request, request_case
from tests.builders import NOW, OpenHall
from tests.ledger.audit.evidence_days import at, line, put
from tests.observing import refused

SUBSCRIBER = "18600000001"
SIGNED = Execution(customer_signed=True)
BY_COMPLAINT = Request(
    instrument="waiver", reason="complaint", amount_fen=0, subscriber=SUBSCRIBER, note="通话中断"
)


def pay(hall: OpenHall, txn: str = "T1", fen: int = 300_00, **cells: object) -> str:
    """Let a subscriber pay at A02's desk an hour ago; gives the transaction's number."""
    paid = {"clerk": "A02", "subscriber": SUBSCRIBER, "accepted_at": at("09:00"), **cells}
    put(hall, "accounts", line(txn, fen, **paid))
    return txn


def refund_of(txn: str, fen: int, **cells: object) -> Request:
    """Give a request to refund a wrong payment in cash."""
    asked = Request(
        instrument="refund",
        reason="wrong_payment",
        amount_fen=fen,
        subscriber=SUBSCRIBER,
        original_txn=txn,
        tender="cash",
    )
    return replace(asked, **cells)  # type: ignore[arg-type]


def ask(hall: OpenHall, request: Request, *, who: str = "A01", now: dt.datetime = NOW) -> str:
    """Ask for a case; gives its number."""
    with hall.work(who, now=now) as uow:
        return request_case(uow, hall=hall.hall, request=request).number or ""


def approve(hall: OpenHall, number: str, who: str, *, now: dt.datetime = NOW) -> str:
    """Sign a case; gives its state after it."""
    with hall.work(who, now=now) as uow:
        return approve_case(uow, hall=hall.hall, number=number).state


def carry_out(
    hall: OpenHall,
    number: str,
    who: str = "A01",
    *,
    how: Execution = SIGNED,
    now: dt.datetime = NOW,
) -> str:
    """Carry a case out; gives its state after it."""
    with hall.work(who, now=now) as uow:
        return execute_case(uow, hall=hall.hall, number=number, how=how).state


def case_of(hall: OpenHall, number: str) -> Document:
    """Give the case as it stands."""
    with hall.read() as uow:
        document = find_case(uow, hall.hall, number)
        uow.session.expunge(document)
    return document


def refusal(
    hall: OpenHall, error: type[BackofficeError], act: Callable[[], object]
) -> BackofficeError:
    """Expect the act to be refused and to change nothing; gives the refusal."""
    with refused(hall, error) as caught:
        act()
    return caught.value
