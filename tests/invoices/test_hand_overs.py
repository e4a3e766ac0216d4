"""Books that change hands before all their used numbers are registered (DOMAIN INV-03)."""

from __future__ import annotations

from invoices.errors import UsesUnregistered
from invoices.keyed_uses import register_uses
from tests.builders import OpenHall
from tests.invoices.book_days import blanks, code_for, draw, make, receive, run
from tests.observing import refused


def test_inv_03_a_hand_over_of_a_used_book_names_the_numbers_to_be_registered_first(
    hall: OpenHall,
) -> None:
    receive(hall, "00100001", "00100050")
    draw(hall, "A01", "00100001")
    rest = run(hall, "00100001", count=48, clerk="A01", to_clerk="A02")
    with refused(hall, UsesUnregistered) as refusal:
        make(hall, "A01", "invoice_handover", rest)
    named = refusal.value.facts
    assert (named["first"], named["last"], named["clerk"]) == ("00100001", "00100002", "A01")
    with hall.work("A01") as uow:
        register_uses(
            uow,
            hall=hall.hall,
            clerk="A01",
            invoice_code=code_for(hall),
            first_no=str(named["first"]),
            last_no=str(named["last"]),
            amounts=[5800],
        )
    rest = run(hall, "00100003", count=48, clerk="A01", to_clerk="A02")
    assert make(hall, "A01", "invoice_handover", rest, signers=["A02"]).state == "posted"
    assert blanks(hall) == [("00100003", "00100050", "invoice_clerk A02")]
