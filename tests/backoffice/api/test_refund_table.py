"""Role, act and state: every cell of the table of each instrument, asked over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from backoffice import refund_papers
from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work, make_engine
from backoffice.identity import make_token
from refunds.acts import reject_case, withdraw_case
from refunds.papers import tick_papers
from refunds.requests import Request
from refunds.seen import see_case
from tests.backoffice.api.conftest import API, PASSWORD, TESTER, Program
from tests.backoffice.api.test_stock import TODAY
from tests.backoffice.visitors import let_everybody_in
from tests.builders import PEOPLE, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import at, line, put
from tests.refunds.casing import approve, ask, carry_out

NOW = dt.datetime.now(dt.UTC)
STATES = ("submitted", "approved", "posted", "rejected", "cancelled")
AMOUNT = 80_00
SEE = {"A01", "A02", "J01", "D01", "M01", "S01", "F01"}
UNMASK = SEE - {"A01", "A02"}
TICK = {"A01", "A02", "D01", "M01", "F01"}
MAY: dict[tuple[str, str], set[str]] = {
    ("submitted", "approve"): {"D01", "M01", "S01"},
    ("submitted", "reject"): {"D01", "M01", "S01", "F01"},
    ("submitted", "withdraw"): {"A01"},
    ("approved", "withdraw"): {"A01"},
    ("approved", "execute"): {"A01", "A02", "M01", "F01"},
    ("posted", "receive"): {"J01"},
    **{(state, "tick"): TICK for state in ("submitted", "approved", "posted")},
    **{(state, "see"): SEE for state in STATES},
    **{(state, "application"): SEE for state in STATES},
    **{(state, "receipt"): SEE for state in ("approved", "posted")},
    **{(state, "unmask"): UNMASK for state in STATES},
}
"""(state, act) -> who may, of a case of 80.00 that A01 asked for, D01 approves, A02 carries out.

What is not here nobody may. The instruments differ in what a request states and in who is barred,
not in this table: a hall with other tiers has another one, which `test_cases` asks at each limit.
"""
ACTS = ("approve", "reject", "withdraw", "execute", "receive")
FURTHER = ("tick", "see", "application", "receipt", "unmask")
INSTRUMENTS: dict[str, dict[str, Any]] = {
    "refund": {"reason": "wrong_charge", "tender": "cash"},
    "waiver": {"reason": "outage"},
    "gift_credit": {"reason": "campaign"},
    "transfer_balance": {"reason": "wrong_payment"},
    "deposit_return": {"reason": "deposit", "tender": "cash"},
}
PAID = {"refund", "transfer_balance", "deposit_return"}
PAYMENTS = 60


class Table:
    """A hall whose people ask over HTTP, and cases of one instrument as many as are asked for."""

    def __init__(self, engine: Engine, app: Flask, kind: str, code: str) -> None:
        self.kind = kind
        self.hall: OpenHall = open_hall(engine, code, days=[TODAY])
        self.address = f"{API}/halls/{code}/refunds"
        self._places = count()
        with begin_work(engine, TESTER) as uow:
            self.programs = {
                who: Program(
                    app,
                    make_token(uow, person_id=self.hall.people[who].person_id, name="test"),
                )
                for who in PEOPLE
            }
        if kind in PAID:
            paid = {"clerk": "V01", "accepted_at": at("00:00", date=TODAY)}
            deposit = int(kind == "deposit_return")
            lines = [
                line(f"T{n}", AMOUNT, subscriber=f"18600000{n:03d}", deposit=deposit, **paid)
                for n in range(PAYMENTS)
            ]
            put(self.hall, "accounts", *lines, date=TODAY)

    def case(self, state: str) -> str:
        """Give a case of its own number in a state."""
        place = next(self._places)
        stated = {"subscriber": f"18600000{place:03d}", **INSTRUMENTS[self.kind]}
        request = Request(self.kind, amount_fen=AMOUNT, **stated)
        if self.kind in PAID:
            request = replace(request, original_txn=f"T{place}")
        if self.kind == "transfer_balance":
            request = replace(request, to_subscriber=f"18700000{place:03d}")
        number = ask(self.hall, request, now=NOW)
        if state in ("approved", "posted"):
            approve(self.hall, number, "D01", now=NOW)
        if state == "posted":
            carry_out(self.hall, number, "A02", now=NOW)
        if state == "rejected":
            with self.hall.work("D01", now=NOW) as uow:
                reject_case(uow, hall=self.hall.hall, number=number, reason="证件不符")
        if state == "cancelled":
            with self.hall.work("A01", now=NOW) as uow:
                withdraw_case(uow, hall=self.hall.hall, number=number, reason="客户放弃")
        return number

    def whole(self, number: str) -> str:
        """Tick all papers that a case still lacks, so that they can be received."""
        with self.hall.work("A02", now=NOW) as uow:
            missing = see_case(uow, self.hall.hall, number).missing
            tick_papers(uow, hall=self.hall.hall, number=number, papers=missing)
        return number

    def do(self, who: str, act: str, number: str) -> int:
        """Let somebody try an act; gives the status of the answer."""
        program, case = self.programs[who], f"{self.address}/cases/{number}"
        if act == "see":
            return program.get(case).status_code
        if act in ("application", "receipt"):
            return program.get(f"{case}/papers/{act}.pdf").status_code
        signed = {"password": PASSWORD}
        bodies: dict[str, tuple[str, dict[str, Any]]] = {
            "tick": (f"{case}/papers", {"papers": ["application"]}),
            "unmask": (f"{case}/subscriber", {"reason": "核对"}),
            "receive": (f"{self.address}/papers-received", {"numbers": [number], **signed}),
        }
        acted = {"act": act, "reason": "试", "customer_signed": True, **signed}
        address, body = bodies.get(act, (f"{case}/acts", acted))
        return program.post(address, body).status_code


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """Give a database that all halls of this module share."""
    with databases.fresh("sqlite") as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.fixture(scope="module")
def tables(engine: Engine) -> dict[str, Table]:
    """Give a hall for each instrument."""
    app = create_app(Config(secret_key="test"), engine=engine)
    made = {kind: Table(engine, app, kind, f"TB{n}") for n, kind in enumerate(INSTRUMENTS)}
    let_everybody_in(engine)
    return made


@pytest.mark.parametrize("kind", INSTRUMENTS)
def test_who_may_do_what_in_which_state(
    tables: dict[str, Table], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.api.refund_reports.refund_paper", _allowed_paper)
    ask_every_cell(tables[kind], (*ACTS, *FURTHER) if kind == "waiver" else ACTS)


@pytest.mark.postgresql
def test_the_table_is_the_same_on_postgresql(databases: Databases) -> None:
    with databases.fresh("postgresql") as url:
        engine = make_engine(url)
        table = Table(engine, create_app(Config(secret_key="test"), engine=engine), "waiver", "TB9")
        let_everybody_in(engine)
        ask_every_cell(table, ACTS)
        engine.dispose()


def ask_every_cell(table: Table, acts: Sequence[str]) -> None:
    """Let everybody try every act in every state: first who may not, on a case that stays."""
    cells = 0
    for state in STATES:
        shared = table.case(state)
        for act in acts:
            allowed = MAY.get((state, act), set())
            number = table.whole(table.case(state)) if act == "receive" and allowed else shared
            for who in [one for one in PEOPLE if one not in allowed]:
                status = table.do(who, act, number)
                assert status in (403, 409), (state, act, who, status)
                cells += 1
            for who in sorted(allowed):
                fresh = act in ("approve", "reject", "withdraw", "execute", "tick")
                status = table.do(who, act, table.case(state) if fresh else number)
                assert status == 200, (state, act, who, status)
                cells += 1
    assert cells == len(STATES) * len(acts) * len(PEOPLE)


def _allowed_paper(uow: Any, hall: Any, number: str, paper: str, *, language: str) -> bytes:
    """Refuse what the paper refuses and lay nothing out: papers have tests of their own."""
    case = see_case(uow, hall, number)
    if paper not in refund_papers.printable_papers(case):
        return refund_papers.refund_paper(uow, hall, number, paper, language="en")
    return b"%PDF"


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("ask", {"A01", "A02", "D01", "M01"}),
        ("look ahead", {"A01", "A02", "D01", "M01"}),
        ("expire", {"A01", "A02", "D01", "M01"}),
        ("list", SEE),
        ("flags", {"J01"}),
        ("propose", {"S01"}),
        ("give papers", {"A01", "A02", "D01", "M01"}),
    ],
)
def test_who_may_do_what_belongs_to_no_case(
    tables: dict[str, Table], act: str, allowed: set[str]
) -> None:
    table = tables["waiver"]
    asked = {"kind": "waiver", "reason": "outage", "amount": "1.00"}
    signed = {"password": PASSWORD}
    policy = {"instrument": "waiver", "valid_from": TODAY.isoformat(), "reason": "试"}
    posts: dict[str, tuple[str, dict[str, Any]]] = {
        "ask": ("", asked),
        "look ahead": ("/prospects", asked),
        "expire": ("/expired", signed),
        "give papers": ("/paper-list", {"act": "give", **signed}),
    }
    for place, who in enumerate(PEOPLE):
        program = table.programs[who]
        if act in ("list", "flags"):
            status = program.get(table.address + ("/flags" if act == "flags" else "")).status_code
        elif act == "propose":
            address = table.address.replace("/refunds", "/refund-policies")
            status = program.post(address, policy).status_code
        else:
            address, body = posts[act]
            stated = {"subscriber": f"1861111{place:04d}"} if body is asked else {}
            status = program.post(f"{table.address}{address}", {**body, **stated}).status_code
        # A second list of papers waits for the first: the act is his, the state is against it.
        mine = (200, 201, 409) if act == "give papers" else (200, 201)
        assert (status in mine) is (who in allowed), (who, status)
        assert status in (200, 201, 403, 409)
