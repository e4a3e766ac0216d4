"""The same request twice takes effect once."""

from __future__ import annotations

import pytest

from ledger.errors import Conflict
from ledger.requests import Request, RequestKeyReused, claim_request, store_answer
from ledger.work import Actor
from tests.builders import OpenHall, gift_line, submit
from tests.observing import everything, held, refused


def receive(
    hall: OpenHall,
    quantity: int,
    *,
    key: str = "k-1",
    who: str | Actor = "K01",
    command: str = "receive",
    scope: str = "",
) -> str:
    """Receive gifts under a request key; gives the answer, of this time or of an earlier one."""
    body_hash = f"sha256 of {quantity}"
    scope = scope or hall.hall.code
    with hall.work(who) as uow:
        earlier = claim_request(uow, scope=scope, key=key, command=command, body_hash=body_hash)
        if earlier is not None:
            return earlier.answer
        moved = "supplier > store" if quantity > 0 else "store > supplier"
        document = submit(uow, hall, "receipt", [gift_line(uow, hall, moved, abs(quantity))])
        store_answer(uow, scope=scope, key=key, answer=f'"{document.number}"')
        return f'"{document.number}"'


def test_the_same_request_again_gets_the_stored_answer_and_does_nothing(hall: OpenHall) -> None:
    first = receive(hall, 5)
    before = everything(hall)
    assert [receive(hall, 5) for _ in range(3)] == [first] * 3
    assert everything(hall) == before
    assert held(hall) == {("store", "G1"): 5, ("supplier", "G1"): -5}


def test_another_key_is_another_request(hall: OpenHall) -> None:
    assert receive(hall, 5, key="k-1") != receive(hall, 5, key="k-2")
    assert held(hall) == {("store", "G1"): 10, ("supplier", "G1"): -10}


def test_the_same_key_of_another_scope_is_another_request(hall: OpenHall) -> None:
    code = hall.hall.code
    assert receive(hall, 5, scope=f"{code}/a") != receive(hall, 5, scope=f"{code}/b")


def test_another_body_under_the_same_key_is_refused_and_learns_nothing(hall: OpenHall) -> None:
    answer = receive(hall, 5)
    with refused(hall, RequestKeyReused) as refusal:
        receive(hall, 6)
    assert refusal.value.kind == "invalid"
    assert refusal.value.facts == {}
    assert answer.strip('"') not in refusal.value.message("en") + refusal.value.message("zh")


def test_another_person_or_command_under_the_same_key_is_refused(hall: OpenHall) -> None:
    receive(hall, 5)
    another = Actor(hall.people["A01"].person_id, "另一人", hall.people["K01"].roles)
    with refused(hall, RequestKeyReused):
        receive(hall, 5, who=another)
    with refused(hall, RequestKeyReused):
        receive(hall, 5, command="give")


def test_refused_input_does_not_burn_the_key(hall: OpenHall) -> None:
    with refused(hall, Conflict):
        receive(hall, -5)
    receive(hall, 5)
    assert held(hall) == {("store", "G1"): 5, ("supplier", "G1"): -5}


def test_what_was_asked_is_kept_beside_the_answer(hall: OpenHall) -> None:
    receive(hall, 5)
    with hall.read() as uow:
        request = uow.session.get_one(Request, (hall.hall.code, "k-1"))
        assert request.person_id == hall.people["K01"].person_id
        assert (request.command, request.body_hash) == ("receive", "sha256 of 5")
        assert request.answer == '"2026-RK-000001"'


def test_a_unit_of_work_goes_on_after_it_found_an_earlier_answer(hall: OpenHall) -> None:
    receive(hall, 5)
    with hall.work() as uow:
        scope, body_hash = hall.hall.code, "sha256 of 5"
        known = {"scope": scope, "key": "k-1", "command": "receive", "body_hash": body_hash}
        assert claim_request(uow, **known) is not None
        submit(uow, hall, "draw", [gift_line(uow, hall, "store > clerk A01", 2)])
    assert held(hall)["clerk A01", "G1"] == 2


@pytest.mark.parametrize("key", ["", "键", "k" * 500])
def test_any_text_serves_as_key(hall: OpenHall, key: str) -> None:
    assert receive(hall, 1, key=key) == receive(hall, 1, key=key)
