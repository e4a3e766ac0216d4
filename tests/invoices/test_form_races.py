"""What two people race for: a book, a run of continuous forms, a signature."""

from __future__ import annotations

from collections import Counter

from invoices.errors import AwaitsSignature, RangeOverlaps
from invoices.form_signing import sign_forms
from ledger.lifecycle import MakerIsChecker, TransitionRefused
from ledger.permissions import NotPermitted
from ledger.posting_errors import IdentifierTaken
from ledger.verify import verify_hall
from tests.builders import OpenHall
from tests.invoices.book_days import blanks, draw, make, receive, run
from tests.ledger.test_races import at_once

CLIENTS = 8


def test_of_many_who_give_out_one_book_exactly_one_does(shared_url: str, hall: OpenHall) -> None:
    receive(hall, "001", "050")
    clerks = ("A01", "A02") * (CLIENTS // 2)

    def give_out(clerk: str) -> object:
        return lambda here: make(here, "V01", "invoice_draw", run(here, "001", clerk=clerk)).state

    outcomes = at_once(shared_url, *[(hall, give_out(clerk)) for clerk in clerks])  # type: ignore[arg-type]
    assert Counter(outcomes) == {"submitted": 1, AwaitsSignature: CLIENTS - 1}


def test_runs_of_continuous_forms_given_out_at_once_leave_no_hole_and_no_overlap(
    shared_url: str, hall: OpenHall
) -> None:
    receive(hall, "0001", "0100", "continuous")
    runs = [(f"{first:04d}", f"{first + 9:04d}") for first in range(1, 101, 10)]

    def take(first: str, last: str, clerk: str) -> object:
        return lambda here: draw(here, clerk, first, last).state

    acts = [(hall, take(*ends, ("A01", "A02")[place % 2])) for place, ends in enumerate(runs)]
    assert set(at_once(shared_url, *acts)) == {"posted"}  # type: ignore[arg-type]
    assert {one[2] for one in blanks(hall)} == {"invoice_clerk A01", "invoice_clerk A02"}
    assert sum(int(one[1]) - int(one[0]) + 1 for one in blanks(hall)) == 100
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_one_delivery_received_at_two_desks_is_received_once(
    shared_url: str, hall: OpenHall
) -> None:
    outcomes = at_once(
        shared_url, *[(hall, lambda here: receive(here, "001", "050").state)] * CLIENTS
    )
    refused = {RangeOverlaps, IdentifierTaken}
    assert Counter(outcomes)["posted"] == 1
    assert set(outcomes) - {"posted"} <= refused


def test_a_draw_is_signed_once_however_often_it_is_clicked(shared_url: str, hall: OpenHall) -> None:
    receive(hall, "001", "050")
    number = make(hall, "V01", "invoice_draw", run(hall, "001", clerk="A01")).number or ""

    def sign(here: OpenHall) -> object:
        with here.work("A01") as uow:
            return sign_forms(uow, hall=here.hall, number=number).state

    outcomes = at_once(shared_url, *[(hall, sign)] * CLIENTS)
    assert Counter(outcomes)["posted"] == 1
    assert set(outcomes) - {"posted"} <= {TransitionRefused, MakerIsChecker, NotPermitted}
