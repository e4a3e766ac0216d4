"""Counting in few words: open, scan, finish, and what was found, in one act each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# This registers the kinds of document that tests move goods by.
import stock.kinds  # noqa: F401
from ledger.documents import Document
from stock.count_differences import Outcome
from stock.count_rounds import cancel_count, finish_count, recount, show_outcome
from stock.count_scans import Taken, enter_quantities, scan_codes
from stock.count_settling import settle_count
from stock.count_tables import Count
from stock.counts import open_count
from stock.signing import sign_move
from tests.builders import DAY, OpenHall


def begin(
    hall: OpenHall,
    place: str = "store",
    *,
    kind: str = "daily",
    counter: str = "A01",
    witness: str = "J01",
    by: str = "K01",
    items: Sequence[str] = (),
) -> int:
    """Open a count on DAY and give its number; the clerk A01 scans, the auditor stands by."""
    with hall.work(by) as uow:
        return open_count(
            uow,
            hall=hall.hall,
            kind=kind,
            place=place,
            counter=counter,
            witness=witness,
            items=items,
            on=DAY,
        ).count_no


def scan(hall: OpenHall, number: int, codes: Iterable[str], *, by: str = "A01") -> list[Taken]:
    """Scan codes in one act."""
    with hall.work(by) as uow:
        return scan_codes(uow, hall=hall.hall, count_no=number, codes=list(codes))


def key_in(hall: OpenHall, number: int, *, by: str = "A01", **items: int) -> None:
    """Key numbers of items."""
    with hall.work(by) as uow:
        enter_quantities(uow, hall=hall.hall, count_no=number, quantities=items)


def finish(hall: OpenHall, number: int, *, by: str = "A01") -> Outcome:
    """Declare the round finished."""
    with hall.work(by) as uow:
        return finish_count(uow, hall=hall.hall, count_no=number)


def count_again(
    hall: OpenHall, number: int, *, counter: str = "A02", witness: str = "J01", whole: bool = False
) -> Count:
    """Order a recount."""
    with hall.work("K01") as uow:
        return recount(
            uow, hall=hall.hall, count_no=number, counter=counter, witness=witness, whole=whole
        )


def cancel(hall: OpenHall, number: int) -> None:
    """Call a count off."""
    with hall.work("K01") as uow:
        cancel_count(uow, hall=hall.hall, count_no=number, reason="盘错地方")


def settle(hall: OpenHall, number: int, *, by: str = "K01", **items: str) -> Document | None:
    """Submit the result; `items` says what unknown numbers are, '-' of a serial written as '_'."""
    named = {serial.replace("_", "-"): item for serial, item in items.items()}
    with hall.work(by) as uow:
        return settle_count(uow, hall=hall.hall, count_no=number, items=named)


def approve(hall: OpenHall, document: Document, *, by: str = "D01") -> Document:
    """Sign the result, as every document of goods is signed."""
    assert document.number is not None
    with hall.work(by) as uow:
        return sign_move(uow, hall=hall.hall, number=document.number)


def outcome(hall: OpenHall, number: int, *, by: str = "J01") -> Outcome:
    """Give what the count has found so far."""
    with hall.read(hall.people[by]) as uow:
        return show_outcome(uow, hall=hall.hall, count_no=number)


def serials(found: Outcome, sort: str) -> list[str]:
    """Give the serials that are missing or unexpected."""
    return sorted(one.serial for one in found.of(sort))
