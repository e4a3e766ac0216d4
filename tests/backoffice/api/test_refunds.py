"""Cases by the API: passwords, masked numbers, papers, flags, policies and authorities."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from tests.backoffice.api.conftest import API, PASSWORD, TESTER, Program
from tests.backoffice.api.test_stock import TODAY
from tests.builders import PEOPLE, OpenHall, open_hall
from tests.halls import shared_engine, shared_url
from tests.ledger.audit.evidence_days import line, put
from tests.refunds.casing import BY_COMPLAINT, approve, carry_out
from tests.refunds.casing import ask as ask_for

__all__ = ["shared_engine", "shared_url"]

SUBSCRIBER = "18612345678"
_NUMBERS = itertools.count(1)


class Programs(dict[str, Program]):
    """A program for each person of one hall, by staff number, and the hall's addresses."""

    address: str

    @property
    def cases(self) -> str:
        """The address of the hall's cases."""
        return f"{self.address}/refunds"


@pytest.fixture(scope="module")
def app(shared_engine: Engine) -> Flask:
    """Give the application over the module's database."""
    return create_app(Config(secret_key="test"), engine=shared_engine)


@pytest.fixture
def hall(shared_engine: Engine) -> OpenHall:
    """Give a hall whose books are open today."""
    return open_hall(shared_engine, f"R{next(_NUMBERS):03d}", days=[TODAY])


@pytest.fixture
def programs(app: Flask, hall: OpenHall) -> Programs:
    """Give a program for each person of the hall."""
    made = Programs()
    made.address = f"{API}/halls/{hall.hall.code}"
    with begin_work(hall.engine, TESTER) as uow:
        for number in PEOPLE:
            person = hall.people[number].person_id
            set_password(uow, person_id=person, password=PASSWORD)
            made[number] = Program(app, make_token(uow, person_id=person, name="test"))
    return made


def waiver(amount: str, subscriber: str = SUBSCRIBER) -> dict[str, Any]:
    """Give the body of a request for a waiver."""
    return {"kind": "waiver", "reason": "outage", "amount": amount, "subscriber": subscriber}


def ask(programs: Programs, body: dict[str, Any], who: str = "A01") -> str:
    """Ask for a case; gives its number."""
    answer = programs[who].post(programs.cases, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json["number"])  # type: ignore[index]


def act(programs: Programs, who: str, number: str, name: str) -> int:
    """Take a case a step on; gives the status of the answer."""
    body = {"act": name, "password": PASSWORD, "reason": "试", "customer_signed": True}
    return programs[who].post(f"{programs.cases}/cases/{number}/acts", body).status_code


def carried_out(hall: OpenHall, subscriber: str) -> str:
    """Give a case of 80.00 that A01 asked for, D01 approved and A02 carried out."""
    now = dt.datetime.now(dt.UTC)
    number = ask_for(hall, replace(BY_COMPLAINT, amount_fen=80_00, subscriber=subscriber), now=now)
    approve(hall, number, "D01", now=now)
    carry_out(hall, number, "A02", now=now)
    return number


def test_a_signature_needs_the_password_again(programs: Programs) -> None:
    number = ask(programs, waiver("80.00"))
    body = {"act": "approve", "password": "wrong"}
    answer = programs["D01"].post(f"{programs.cases}/cases/{number}/acts", body)
    assert (answer.status_code, answer.json["code"]) == (403, "password_not_confirmed")  # type: ignore[index]


def test_a_request_tells_beforehand_what_it_needs(programs: Programs) -> None:
    answer = programs["A01"].post(f"{programs.cases}/prospects", waiver("500.01"))
    assert answer.status_code == 200, answer.text
    told: Any = answer.json
    assert told["awaits"] == ["department"]
    assert told["why"] == ["500.01 is within the limit of 5,000.00"]
    assert [paper["paper"] for paper in told["papers"]] == ["application", "outage_record"]
    assert programs["A01"].read(programs.cases)["cases"] == []


def test_ret_03_numbers_are_masked_and_seen_in_full_only_on_record(
    programs: Programs, hall: OpenHall
) -> None:
    put(
        hall,
        "accounts",
        line("T1", 80_00, clerk="A02", subscriber=SUBSCRIBER),
        date=TODAY,
    )
    number = ask(programs, waiver("80.00"))
    for address in (
        programs.cases,
        f"{programs.cases}/cases/{number}",
        f"{programs.cases}/papers-due",
    ):
        shown = programs["J01"].get(address).text
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", shown)
    assert "186****5678" in programs["J01"].get(programs.cases).text
    full = f"{programs.cases}/cases/{number}/subscriber"
    assert programs["A01"].post(full, {"reason": "核对"}).status_code == 403
    assert programs["J01"].post(full, {"reason": " "}).status_code == 422
    answer = programs["J01"].post(full, {"reason": "核对客户投诉"})
    assert answer.json == {"number": number, "subscriber": SUBSCRIBER}


def test_the_same_request_twice_is_one_case(programs: Programs) -> None:
    first = programs["A01"].post(programs.cases, waiver("80.00"), key="k1")
    again = programs["A01"].post(programs.cases, waiver("80.00"), key="k1")
    assert first.json == again.json
    assert len(programs["A01"].read(programs.cases)["cases"]) == 1


def test_papers_are_ticked_and_handed_to_the_auditor(programs: Programs, hall: OpenHall) -> None:
    number = carried_out(hall, SUBSCRIBER)
    due = programs["J01"].read(f"{programs.cases}/papers-due")["cases"]
    assert [one["number"] for one in due] == [number]
    hand_over = {"numbers": [number], "password": PASSWORD}
    guessed = programs["J01"].post(
        f"{programs.cases}/papers-received", {**hand_over, "password": "wrong"}
    )
    assert (guessed.status_code, guessed.json["code"]) == (403, "password_not_confirmed")  # type: ignore[index]
    early = programs["J01"].post(f"{programs.cases}/papers-received", hand_over)
    assert (early.status_code, early.json["code"]) == (409, "papers_missing")  # type: ignore[index]
    ticked = programs["A02"].post(
        f"{programs.cases}/cases/{number}/papers", {"papers": ["application", "complaint_record"]}
    )
    assert ticked.json["papers_missing"] == []  # type: ignore[index]
    received = programs["J01"].post(f"{programs.cases}/papers-received", hand_over)
    assert received.json["cases"][0]["papers_received_at"]  # type: ignore[index]
    assert programs["J01"].read(f"{programs.cases}/papers-due")["cases"] == []


def test_a_split_is_flagged_and_the_auditor_settles_it(programs: Programs) -> None:
    for _ in range(2):
        ask(programs, waiver("480.00"))
    (flag,) = programs["J01"].read(f"{programs.cases}/flags")["flags"]
    assert (flag["pattern"], flag["state"]) == ("split", "open")
    body = {"outcome": "violation", "note": "同一客户两日内拆分"}
    assert programs["A01"].post(f"{programs.cases}/flags/{flag['id']}", body).status_code == 403
    settled = programs["J01"].post(f"{programs.cases}/flags/{flag['id']}", body)
    assert settled.json["state"] == "violation"  # type: ignore[index]


def test_a_policy_is_proposed_and_not_signed_by_who_proposed_it(
    programs: Programs,
) -> None:
    address = f"{programs.address}/refund-policies"
    body = {
        "instrument": "waiver",
        "valid_from": TODAY.isoformat(),
        "reason": "季度调整",
        "tiers": [{"role": "duty_manager", "limit": "50.00"}],
    }
    assert programs["M01"].post(address, body).status_code == 403
    proposed = programs["S01"].post(address, body)
    assert (proposed.status_code, proposed.json["state"]) == (201, "submitted")  # type: ignore[index]
    number = proposed.json["number"]  # type: ignore[index]
    sign = {"act": "sign", "password": PASSWORD}
    own = programs["S01"].post(f"{address}/{number}/acts", sign)
    assert (own.status_code, own.json["code"]) == (409, "maker_is_checker")  # type: ignore[index]
    policies = programs["A01"].read(address)["policies"]
    waivers = next(one for one in policies if one["instrument"] == "waiver")
    assert waivers["tiers"][0] == {"role": "duty_manager", "limit": "100.00"}


def test_an_authority_is_given_used_and_taken_back(programs: Programs) -> None:
    address = f"{programs.address}/authorities"
    body = {
        "role": "hall_manager",
        "to": "A02",
        "from_on": TODAY.isoformat(),
        "to_on": TODAY.isoformat(),
        "cap": "300.00",
        "reason": "出差",
        "password": PASSWORD,
    }
    assert programs["D01"].post(address, body).status_code == 409
    given = programs["M01"].post(address, body)
    assert given.status_code == 201, given.text
    number = ask(programs, waiver("300.00"))
    assert act(programs, "A02", number, "approve") == 200
    given_number = given.json["number"]  # type: ignore[index]
    ended = programs["M01"].post(f"{address}/{given_number}/end", {"reason": "返岗"})
    assert ended.json["state"] == "reversed"  # type: ignore[index]
    (one,) = programs["A01"].read(address)["authorities"]
    assert (one["cap"], one["to"]) == ("300.00", "A02")
