"""What several people do to one form at once: reds, signatures, voids and losses, covers."""

from __future__ import annotations

from invoices.covers import print_cover
from invoices.mark_errors import NotAVoid, NumberLost, VoidAskedAlready
from invoices.mark_tables import LossCase
from invoices.red_errors import RedExceedsBlue
from invoices.register import live_reds_of
from invoices.voids import SignedVoid
from ledger.documents import Document
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall
from tests.invoices.form_days import code_of, post, receive, used
from tests.invoices.marking import LATER, A, B, ask, lose, red, sign, tick
from tests.ledger.audit.evidence_days import put
from tests.ledger.test_races import at_once
from tests.observing import whereabouts

CLIENTS = 8


def issued(hall: OpenHall) -> None:
    receive(hall, A, "00100020", "A01")
    put(hall, "invoices", used(hall, A, 30000))
    post(hall, DAY)


def test_reds_at_once_never_exceed_their_blue(shared_url: str, hall: OpenHall) -> None:
    issued(hall)
    acts = [
        (hall, lambda own, n=n: red(own, f"001000{n:02d}", -12000, A))
        for n in range(10, 10 + CLIENTS)
    ]
    outcomes = at_once(shared_url, *acts)
    assert outcomes.count(RedExceedsBlue) == CLIENTS - 2
    with hall.read() as uow:
        reds = live_reds_of(uow, hall.hall, code_of(hall), [A])
        assert sum(one.amount_fen for one in reds) == -24000


def test_a_void_is_signed_once(shared_url: str, hall: OpenHall) -> None:
    issued(hall)
    document = ask(hall, A)
    outcomes = at_once(shared_url, *[(hall, lambda own: sign(own, document, tick(A)))] * 4)
    assert outcomes.count(NotAVoid) == 3
    assert sum(isinstance(one, SignedVoid) for one in outcomes) == 1
    assert whereabouts(hall)[A] == "invoice_void"


def test_a_blank_is_asked_to_be_void_or_lost_but_never_both(
    shared_url: str, hall: OpenHall
) -> None:
    issued(hall)
    void, lost = at_once(
        shared_url, (hall, lambda own: ask(own, B)), (hall, lambda own: lose(own, B))
    )
    if isinstance(void, Document):
        assert lost is VoidAskedAlready
        assert whereabouts(hall)[B] == "invoice_clerk A01"
    else:
        assert void is NumberLost
        assert isinstance(lost, LossCase)
        assert whereabouts(hall)[B] == "invoice_lost"


def test_covers_printed_at_once_are_one_version(shared_url: str, hall: OpenHall) -> None:
    issued(hall)

    def print_it(own: OpenHall) -> int:
        with own.work("A01", now=LATER) as uow:
            return print_cover(uow, hall=own.hall, code=code_of(own), no=A).version

    assert at_once(shared_url, *[(hall, print_it)] * 4) == [1] * 4
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
