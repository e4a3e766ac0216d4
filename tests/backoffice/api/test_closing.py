"""Closing a day over HTTP: every status, act and role; the result, its paper, and late data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.daily_checks import DAILY_CHECKS
from backoffice.database import begin_work, make_engine
from backoffice.identity import Credential, make_token
from ledger.audit.engine import run_audit
from ledger.audit.signing import sign_day
from ledger.cash.moves import CashMove, move_cash
from ledger.closing.days import acknowledge_days, hand_over_all
from ledger.closing.reopening import ask_reopening, reopen_day
from ledger.finance.bundles import make_bundle, sign_bundle
from ledger.hall_days import HALL_STATUSES, HallDay, open_days
from ledger.times import HALL_TIME
from tests.backoffice.api.conftest import API, PASSWORD, TESTER, Program
from tests.backoffice.visitors import quick_hash
from tests.builders import DAY, PEOPLE, OpenHall, gift, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import LONG_AFTER, RUNNER, day
from tests.ledger.closing.test_days import sign, trade

ACTS: dict[str, tuple[str, dict[str, str]]] = {
    "run": ("audit", {}),
    "sign": ("signature", {}),
    "acknowledge": ("result/signature", {}),
    "ask": ("reopening", {"act": "ask", "reason": "漏传"}),
    "agree": ("reopening", {"act": "agree"}),
    "refuse": ("reopening", {"act": "refuse", "reason": "不需要"}),
}
ASKERS = {"J01", "D01", "M01", "S01", "F01"}
MAY: dict[tuple[str, str], set[str]] = {
    ("working", "run"): {"J01", "M01", "D01"},
    ("working", "sign"): {"J01"},
    ("submitted", "acknowledge"): {"M01", "S01"},
    ("submitted", "ask"): ASKERS,
    ("submitted", "agree"): {"M01", "S01"},
    ("submitted", "refuse"): {"M01", "S01"},
    ("closed", "ask"): ASKERS,
    ("closed", "agree"): {"M01", "S01"},
    ("closed", "refuse"): {"M01", "S01"},
}
"""(status, act) -> who may; the auditor asked where somebody agrees or refuses."""
SECOND_STEPS = ("agree", "refuse")
SIGNERS = ("D01", "M01", "S01")
"""Who may sign for cash of a small amount, the one whose turn it is and those above."""
MAY_POST: dict[tuple[str, str], set[str]] = {
    ("working", "post goods"): {"K01"},
    ("working", "post forms"): {"V01"},
    ("working", "post cash"): set(SIGNERS),
    ("closed", "hand over"): {"F01"},
}
"""(status, act) -> who may; everything else is refused to everybody."""


@pytest.fixture(scope="module")
def shared_engine(databases: Databases) -> Iterator[Engine]:
    """Give one database for all tests here."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def app(shared_engine: Engine) -> Flask:
    """Give the application over the module's database."""
    return create_app(Config(secret_key="test"), engine=shared_engine)


def programs(app: Flask, hall: OpenHall) -> dict[str, Program]:
    """Give a program for each person of the hall."""
    made = {}
    with begin_work(hall.engine, TESTER) as uow:
        for number in PEOPLE:
            person = hall.people[number].person_id
            quick = Credential(person_id=person, password_hash=quick_hash(), changed_at=uow.now)
            uow.session.add(quick)
            made[number] = Program(app, make_token(uow, person_id=person, name="test"))
    return made


def at_status(hall: OpenHall, status: str, dates: list[dt.date], *, asked: bool) -> None:
    """Bring days on which nothing happened to a hall status, asked to be reopened or not."""
    with hall.work(RUNNER, now=LONG_AFTER) as uow:
        open_days(uow, hall.id, dates)
        days = [(hall.hall, date) for date in dates]
        run_audit(uow, days=days, questions=DAILY_CHECKS)
    if status == "working":
        return
    with hall.work("J01", now=LONG_AFTER) as uow:
        for date in dates:
            sign_day(uow, hall.hall, date)
    if status in ("closed", "handed_over"):
        with hall.work("M01", now=LONG_AFTER) as uow:
            acknowledge_days(uow, days)
    if asked and status != "handed_over":
        with hall.work("J01", now=LONG_AFTER) as uow:
            for date in dates:
                ask_reopening(uow, hall.hall, date, reason="漏传")
    if status == "handed_over":
        with hall.work("F01", now=LONG_AFTER) as uow:
            hand_over_all(uow, days)


def test_who_may_do_what_at_which_status(app: Flask, shared_engine: Engine) -> None:
    hall = open_hall(shared_engine, "CL01", days=[])
    people = programs(app, hall)
    dates = (day(offset) for offset in count())
    working: dt.date | None = None
    for status in HALL_STATUSES:
        for asked in (False, True):
            acts = [act for act in ACTS if (act in SECOND_STEPS) == asked]
            cells = {act: MAY.get((status, act), set()) for act in acts}
            untouched = next(dates)
            working = working or untouched
            own = {
                act: {who: next(dates) for who in sorted(may)} if act != "run" else {}
                for act, may in cells.items()
            }
            used = [date for each in own.values() for date in each.values()]
            at_status(hall, status, [untouched, *used], asked=asked)
            for act, may in cells.items():
                address, body = ACTS[act]
                for who, program in people.items():
                    if (act, status) == ("run", "working") and who in may:
                        continue
                    date = own[act].get(who, untouched)
                    sent = body if act == "run" else {**body, "password": PASSWORD}
                    answer = program.post(f"{API}/halls/CL01/days/{date}/{address}", sent)
                    allowed = (200, 201) if who in may else (403, 404, 409)
                    assert answer.status_code in allowed, (status, act, who, answer.text)
            with hall.read() as uow:
                left = uow.session.get_one(HallDay, (hall.id, untouched))
                assert left.hall_status == status, (status, asked)
    # Last of all, since a day whose audit ran waits for its sources and holds later ones up.
    for who in MAY["working", "run"]:
        answer = people[who].post(f"{API}/halls/CL01/days/{working}/audit", {})
        assert answer.status_code == 200, (who, answer.text)


def fund_asked(hall: OpenHall) -> str:
    """Let the keeper ask for 50.00 of petty cash, which a leader signs; gives its number."""
    with hall.work("K01", now=dt.datetime.now(dt.UTC)) as uow:
        move = CashMove(kind="fund_in", amount_fen=50_00, fund="petty")
        return move_cash(uow, hall=hall.hall, move=move).number or ""


def bring_to(hall: OpenHall, status: str, date: dt.date) -> str:
    """Bring the day to a status with a bundle that has it; gives the bundle's number.

    The bundle of a working or submitted day was made before the day was opened again.
    """
    at_status(hall, "closed", [date], asked=False)
    with hall.work("J01", now=LONG_AFTER) as uow:
        bundle = make_bundle(uow, hall=hall.hall, first=date, last=date).number or ""
    if status == "handed_over":
        with hall.work("F01", now=LONG_AFTER) as uow:
            sign_bundle(uow, hall=hall.hall, number=bundle)
    elif status != "closed":
        for who in ("J01", "M01"):
            with hall.work(who, now=LONG_AFTER) as uow:
                reopen_day(uow, hall.hall, date, reason="漏传")
        if status == "submitted":
            sign(hall, date)
    return bundle


def requests_of(
    act: str, date: dt.date, given: dict[str, str], who: str
) -> tuple[str, dict[str, Any]]:
    """Give address and body of an act; each signer of cash has a document of his own."""
    if act == "post goods":
        lines: list[dict[str, Any]] = [{"item": "G1", "quantity": 1, "unit_cost": "1.00"}]
        return "stock/documents", {"kind": "receipt", "date": f"{date}", "lines": lines}
    if act == "post forms":
        first = 1 + 50 * list(PEOPLE).index(who)
        lines = [
            {
                "invoice_code": "044001911205",
                "first_no": f"{first:08}",
                "last_no": f"{first + 49:08}",
                "count": 50,
            }
        ]
        facts = {"per_book": "50"}
        body = {"kind": "invoice_receipt", "date": f"{date}", "lines": lines, "facts": facts}
        return "forms/documents", body
    if act == "post cash":
        step = {"act": "approve", "password": PASSWORD}
        return f"cash/documents/{given.get(who, given['D01'])}/acts", step
    return f"bundles/{given['bundle']}/acts", {"act": "sign", "password": PASSWORD}


def test_who_may_post_on_a_day_and_take_it_over_at_which_status(
    app: Flask, shared_engine: Engine
) -> None:
    today = dt.datetime.now(HALL_TIME).date()
    with begin_work(shared_engine, TESTER) as uow:
        gift(uow)
    for number, status in enumerate(HALL_STATUSES):
        hall = open_hall(shared_engine, f"CP0{number}", days=[today], opened_on=today)
        people = programs(app, hall)
        given = {who: fund_asked(hall) for who in SIGNERS}
        given["bundle"] = bring_to(hall, status, today)
        for act in ("post goods", "post forms", "post cash", "hand over"):
            may = MAY_POST.get((status, act), set())
            for who in sorted(people, key=lambda one: one in may):
                address, body = requests_of(act, today, given, who)
                answer = people[who].post(f"{API}/halls/CP0{number}/{address}", body)
                allowed = (200, 201) if who in may else (403, 404, 409)
                assert answer.status_code in allowed, (status, act, who, answer.text)
        with hall.read() as uow:
            left = uow.session.get_one(HallDay, (hall.id, today)).hall_status
        assert left == ("handed_over" if status == "closed" else status)


def test_a_day_is_closed_printed_reopened_and_replayed(app: Flask, shared_engine: Engine) -> None:
    hall = open_hall(shared_engine, "CL02")
    people = programs(app, hall)
    address = f"{API}/halls/CL02/days/{DAY}"
    trade(hall, DAY)
    assert people["M01"].get(f"{address}/result").status_code == 404
    sign(hall, DAY)
    wrong = people["M01"].post(f"{address}/result/signature", {"password": "wrong"})
    assert (wrong.status_code, told(wrong)["code"]) == (403, "password_not_confirmed")
    waiting = people["M01"].read(f"{address}/result")
    assert (waiting["state"], waiting["version"], waiting["errors"]) == ("submitted", 1, 0)
    signed = people["M01"].post(f"{address}/result/signature", {"password": PASSWORD}, key="1")
    assert signed.status_code == 201, signed.text
    assert told(signed)["status"] == {"data": "expected", "audit": "audited", "hall": "closed"}
    assert (
        people["M01"]
        .post(f"{address}/result/signature", {"password": PASSWORD}, key="1")
        .headers["Idempotent-Replay"]
    )
    closed = people["F01"].read(f"{address}/result")
    assert [(s["role"], s["person"]) for s in closed["signatures"]] == [
        ("auditor", "员工J01"),
        ("hall_manager", "员工M01"),
    ]
    papers = [people["F01"].get(f"{address}/result.pdf?language=zh").data for _ in range(2)]
    assert papers[0].startswith(b"%PDF")
    assert papers[0] == papers[1]
    late = (
        "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,"
        f"invoice_waived,form_no\nL1,1,{DAY} 09:00,A01,缴费,,1.00,1.00,cheque,1,\n"
    )
    taken = people["J01"].upload(late.encode(), address=f"{API}/halls/CL02/days/{DAY}/evidence")
    assert told(taken)["late"] == 1
    batch = told(taken)["batch"]
    step: dict[str, Any] = {"act": "ask", "reason": "漏传", "password": PASSWORD}
    asked = people["J01"].post(f"{address}/reopening", step)
    assert (told(asked)["state"], told(asked)["status"]) == ("submitted", "closed")
    agreed = people["M01"].post(f"{address}/reopening", {**step, "act": "agree"})
    assert (told(agreed)["state"], told(agreed)["status"]) == ("posted", "working")
    release = {"act": "release", "date": DAY.isoformat(), "password": PASSWORD}
    settled = people["J01"].post(f"{API}/halls/CL02/late/{batch}", release)
    assert [(one["batch"], one["settled"]) for one in told(settled)["late"]] == [
        (batch, "released")
    ]
    # What was signed before stays to be read, and comes out of the log as it was.
    replayed = people["F01"].read(f"{address}/replay?version=1")
    assert replayed["agrees"], replayed
    assert replayed["signed_hash"] == closed["snapshot"]
    first = people["F01"].read(f"{address}/result?number={closed['number']}")
    assert (first["state"], first["snapshot"]) == ("reversed", closed["snapshot"])


def told(answer: Any) -> Any:
    """Give the JSON of an answer that must be there."""
    return answer.json
