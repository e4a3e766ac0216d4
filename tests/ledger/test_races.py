"""What two people race for, one gets: clients with connections of their own, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from sqlalchemy import func, select, text

from backoffice.database import make_engine
from ledger.accounts import Account, Commodity, open_account, register_commodity
from ledger.approvals import Signature
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.events import Event, record
from ledger.hall_days import HallDayClosed
from ledger.lifecycle import MakerIsChecker, TransitionRefused, advance
from ledger.posting_errors import IdentifierTaken, InsufficientBalance, UnitElsewhere
from ledger.requests import RequestKeyReused, claim_request, store_answer
from ledger.verify import verify_hall
from tests.builders import (
    OpenHall,
    gift_line,
    move_gifts,
    move_phones,
    receive_gifts,
    receive_phones,
    submit,
)
from tests.observing import held, whereabouts

CLIENTS = 8

Act = Callable[[OpenHall], object]


def at_once(url: str, *acts: tuple[OpenHall, Act]) -> list[object]:
    """Let each act run in a thread with an engine of its own, all starting together.

    Gives what each gave, in order: a value, or the class of the refusal. Anything else that went
    wrong, a deadlock for one, is raised.
    """
    start = Barrier(len(acts))

    def run(hall: OpenHall, act: Act) -> object:
        engine = make_engine(url)
        try:
            with engine.connect():
                start.wait(timeout=60)
            return act(hall.on(engine))
        except BackofficeError as refusal:
            return type(refusal)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, *zip(*acts, strict=True)))


def differences(hall: OpenHall) -> Sequence[object]:
    with hall.read() as uow:
        return verify_hall(uow, hall.hall)


def test_of_many_who_draw_the_same_serial_exactly_one_gets_it(
    shared_url: str, hall: OpenHall
) -> None:
    serials = hall.serials(1)
    receive_phones(hall, serials)
    outcomes = at_once(
        shared_url,
        *[
            (hall, lambda here: move_phones(here, "draw", "store > clerk A01", serials).state),
            (hall, lambda here: move_phones(here, "draw", "store > clerk A02", serials).state),
        ]
        * 8,
    )
    assert Counter(outcomes) == {"posted": 1, UnitElsewhere: 15}
    assert whereabouts(hall)[serials[0]] in {"clerk A01", "clerk A02"}
    assert differences(hall) == []


def test_of_many_who_draw_the_last_pieces_just_as_many_get_one(
    shared_url: str, hall: OpenHall
) -> None:
    receive_gifts(hall, 5)
    draw = (hall, lambda here: move_gifts(here, "draw", "store > clerk A01", 1).number)
    outcomes = Counter(at_once(shared_url, *[draw] * CLIENTS))
    assert outcomes.pop(InsufficientBalance) == CLIENTS - 5
    assert outcomes == {f"2026-CK-{number:06d}": 1 for number in range(1, 6)}
    assert held(hall) == {("clerk A01", "G1"): 5, ("supplier", "G1"): -5}
    assert differences(hall) == []


def test_numbers_are_given_once_and_without_gap(shared_url: str, hall: OpenHall) -> None:
    receive = (hall, lambda here: receive_gifts(here, 1).number)
    refused = (hall, lambda here: move_gifts(here, "draw", "store > clerk A01", 10**6))
    outcomes = Counter(at_once(shared_url, *[receive, refused] * (CLIENTS // 2)))
    assert outcomes.pop(InsufficientBalance) == CLIENTS // 2
    assert outcomes == {f"2026-RK-{number:06d}": 1 for number in range(1, CLIENTS // 2 + 1)}
    with hall.read() as uow:
        in_order = select(Event.event_no).where(Event.hall_id == hall.id).order_by(Event.event_no)
        assert uow.session.scalars(in_order).all() == list(range(1, CLIENTS + 1))
    assert differences(hall) == []


def approving(document: Document, who: str, *roles: str) -> Act:
    """Let the holder of a staff number approve, with these roles if they are not his usual one."""

    def approve(hall: OpenHall) -> str:
        usual = hall.people[who]
        actor = replace(usual, roles={hall.id: frozenset(roles)}) if roles else usual
        with hall.work(actor) as uow:
            return advance(uow, document, "approve").state

    return approve


def approvals_at_once(
    url: str, hall: OpenHall, kind: str, fen: int, *approvers: tuple[str, ...]
) -> Counter[object]:
    """Let them all approve one document at once; each approval granted is one signature."""
    with hall.work() as uow:
        document = submit(uow, hall, kind, [], amount_fen=fen)
    outcomes = Counter(at_once(url, *[(hall, approving(document, *who)) for who in approvers]))
    with hall.read() as uow:
        signed = select(func.count()).where(
            Signature.hall_id == hall.id, Signature.step == "approve"
        )
        granted = outcomes["approved"] + outcomes["submitted"]
        assert uow.session.scalar(signed) == granted
    assert differences(hall) == []
    return outcomes


def test_of_two_who_may_approve_one_does(shared_url: str, hall: OpenHall, signed_slip: str) -> None:
    outcomes = approvals_at_once(shared_url, hall, signed_slip, 1, ("D01",), ("M01",))
    assert outcomes == {"approved": 1, TransitionRefused: 1}


def test_two_who_must_both_approve_can_do_so_at_once(
    shared_url: str, hall: OpenHall, signed_slip: str
) -> None:
    outcomes = approvals_at_once(shared_url, hall, signed_slip, 5_000_01, ("S01",), ("F01",))
    assert outcomes == {"submitted": 1, "approved": 1}


def test_one_person_at_two_desks_signs_once(
    shared_url: str, hall: OpenHall, signed_slip: str
) -> None:
    both = ("S01", "department", "finance")
    outcomes = approvals_at_once(shared_url, hall, signed_slip, 5_000_01, both, both)
    assert outcomes == {"submitted": 1, MakerIsChecker: 1}


def asking(key: str, quantity: int) -> Act:
    def ask(hall: OpenHall) -> str:
        with hall.work() as uow:
            scope, body = hall.hall.code, f"sha256 of {quantity}"
            earlier = claim_request(uow, scope=scope, key=key, command="receive", body_hash=body)
            if earlier is not None:
                return earlier.answer
            line = gift_line(uow, hall, "supplier > store", quantity)
            answer = f"{submit(uow, hall, 'receipt', [line]).number} of {quantity}"
            store_answer(uow, scope=scope, key=key, answer=answer)
            return answer

    return ask


def test_one_request_sent_many_times_at_once_takes_effect_once(
    shared_url: str, hall: OpenHall
) -> None:
    outcomes = at_once(shared_url, *[(hall, asking("k", 3))] * CLIENTS)
    assert outcomes == ["2026-RK-000001 of 3"] * CLIENTS
    assert held(hall) == {("store", "G1"): 3, ("supplier", "G1"): -3}


def test_two_requests_under_one_key_at_once_take_effect_as_one(
    shared_url: str, hall: OpenHall
) -> None:
    half = CLIENTS // 2
    acts = [(hall, asking("k", 3)), (hall, asking("k", 4))] * half
    outcomes = Counter(at_once(shared_url, *acts))
    assert outcomes.pop(RequestKeyReused) == half
    (answer,) = outcomes
    assert outcomes[answer] == half
    assert answer == f"2026-RK-000001 of {held(hall)['store', 'G1']}"


def test_two_halls_that_receive_the_same_serials_never_both_get_them(
    shared_url: str, hall: OpenHall, other_hall: OpenHall
) -> None:
    serials = hall.serials(300)
    outcomes = at_once(
        shared_url,
        (hall, lambda here: receive_phones(here, serials).state),
        (other_hall, lambda here: receive_phones(here, serials[::-1]).state),
    )
    assert Counter(outcomes) == {"posted": 1, IdentifierTaken: 1}
    owner = hall if outcomes[0] == "posted" else other_hall
    assert {len(whereabouts(owner)), len(whereabouts(hall)), len(whereabouts(other_hall))} == {
        0,
        300,
    }
    assert differences(hall) == differences(other_hall) == []


def test_documents_taken_in_opposite_order_do_not_block_each_other(
    shared_url: str, hall: OpenHall, signed_slip: str
) -> None:
    with hall.work() as uow:
        slips = [submit(uow, hall, signed_slip, [], amount_fen=1) for _ in range(6)]

    def rejecting(documents: Sequence[Document]) -> Act:
        def reject(here: OpenHall) -> str:
            with here.work("D01") as uow:
                for document in documents:
                    advance(uow, document, "reject")
                return "rejected"

        return reject

    acts = [(hall, rejecting(slips)), (hall, rejecting(slips[::-1]))] * 4
    assert Counter(at_once(shared_url, *acts)) == {"rejected": 1, TransitionRefused: 7}


def test_an_account_and_an_item_named_by_many_at_once_are_made_once(
    shared_url: str, hall: OpenHall
) -> None:
    code = f"N-{hall.hall.code}"

    def name_both(here: OpenHall) -> tuple[int, int]:
        with here.work() as uow:
            item = register_commodity(
                uow, code=code, name="新品", category="gift", tracking="quantity"
            )
            return item.id, open_account(uow, here.id, "counter", "一号台").id

    outcomes = at_once(shared_url, *[(hall, name_both)] * CLIENTS)
    assert len(set(outcomes)) == 1
    with hall.read() as uow:
        accounts = select(func.count()).where(Account.hall_id == hall.id)
        items = select(func.count()).where(Commodity.code == code)
        assert (uow.session.scalar(accounts), uow.session.scalar(items)) == (1, 1)


def test_nothing_is_posted_after_the_day_was_closed(shared_url: str, hall: OpenHall) -> None:
    def close(here: OpenHall) -> int:
        with (
            here.work("M01") as uow,
            record(uow, hall_id=here.id, act="test.closed", subject="day") as event,
        ):
            shut = "UPDATE hall_days SET hall_status = 'closed' WHERE hall_id = :hall"
            uow.session.execute(text(shut), {"hall": here.id})
            return event.event_no

    receive = (hall, lambda here: receive_gifts(here, 1).state)
    *outcomes, closed_at = at_once(shared_url, *[receive] * (CLIENTS - 1), (hall, close))
    counts = Counter(outcomes)
    assert set(counts) <= {"posted", HallDayClosed}
    assert held(hall).get(("store", "G1"), 0) == counts["posted"]
    with hall.read() as uow:
        last = select(func.max(Event.event_no)).where(
            Event.hall_id == hall.id, Event.act == "document.posted"
        )
        assert (uow.session.scalar(last) or 0) < closed_at  # type: ignore[operator]
