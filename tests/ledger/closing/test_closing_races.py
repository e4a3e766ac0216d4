"""What is done about a day's end at one moment takes effect once, and nothing slips in after it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from backoffice.receiving import receive_file
from ledger.audit.signing import sign_day
from ledger.cash.moves import CashMove, move_cash, sign_cash
from ledger.closing.days import acknowledge_day, hand_over_days
from ledger.closing.errors import DayIsFinal, DayNotReady
from ledger.closing.reopening import agree_reopening, ask_reopening, asked_reopening
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.hall_days import HallDay, HallDayClosed
from ledger.postings import Posting
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall, move_gifts, receive_gifts
from tests.invoices.book_days import receive
from tests.ledger.audit.evidence_days import LONG_AFTER
from tests.ledger.closing.test_days import sign, trade
from tests.ledger.corrections.slip_days import reply, send, wrong_sale
from tests.ledger.corrections.slip_days import sign as accept
from tests.ledger.test_races import Act, at_once
from tests.refunds.casing import BY_COMPLAINT, approve, ask, carry_out

pytestmark = pytest.mark.postgresql
CLIENTS = 32
ROUNDS = int(os.environ.get("BACKOFFICE_RACE_ROUNDS", "1"))


@pytest.fixture
def hall(hall: OpenHall, shared_url: str) -> OpenHall:
    """Give a hall on PostgreSQL, where clients truly race, with a traded day and gifts."""
    if not shared_url.startswith("postgresql"):
        pytest.skip("one file is written by one at a time")
    receive_gifts(hall, 40)
    trade(hall, DAY)
    return hall


def postings(hall: OpenHall) -> int:
    with hall.read() as uow:
        query = select(func.count()).select_from(Posting).where(Posting.hall_id == hall.id)
        return uow.session.scalars(query).one()


def lines(hall: OpenHall) -> int:
    """Count the account lines of the day."""
    table = EVIDENCE_TABLES["accounts"].c
    query = select(func.count()).where(table.hall_id == hall.id, table.business_date == DAY)
    with hall.read() as uow:
        return uow.session.scalars(query).one()


def status(hall: OpenHall) -> str:
    with hall.read() as uow:
        return uow.session.get_one(HallDay, (hall.id, DAY)).hall_status


def put_out(here: OpenHall) -> str | None:
    """Post one gift on the day."""
    return move_gifts(here, "draw", "store > clerk A01", 1).number


def ways_in(hall: OpenHall) -> dict[str, Act]:
    """Give an act by each way that books reach a day, ready to be done once the day is closed."""
    wrong_sale(hall)
    slip = send(hall)
    reply(hall, slip)
    accept(hall, slip, "J01")
    case = ask(hall, replace(BY_COMPLAINT, amount_fen=50_00))
    approve(hall, case, "D01")
    with hall.work("K01") as uow:
        fund = CashMove(kind="fund_in", amount_fen=50_00, fund="petty")
        asked = move_cash(uow, hall=hall.hall, move=fund).number or ""

    def sign_fund(here: OpenHall) -> str:
        with here.work("D01") as uow:
            return sign_cash(uow, hall=here.hall, number=asked).state

    return {
        "stock": put_out,
        "cash": sign_fund,
        "forms": lambda here: receive(here, "00000001", "00000050").number,
        "refunds": lambda here: carry_out(here, case),
        "corrections": lambda here: accept(here, slip, "M01"),
        "evidence": bring_late,
    }


def bring_late(here: OpenHall) -> str:
    """Bring in one more sale of the day, which is kept apart."""
    content = (
        "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,"
        f"invoice_waived,form_no\n{uuid4().hex},1,{DAY} 11:00,A01,缴费,,1.00,1.00,cheque,1,\n"
    )
    taken = receive_file(
        here.engine,
        here.people["J01"],
        hall_code=here.hall.code,
        date=DAY,
        file_name="accounts.csv",
        content=content.encode(),
    )
    return f"late {taken.late_count}"


def sign_now(here: OpenHall) -> str:
    """Sign the day as its auditor."""
    with here.work("J01", now=LONG_AFTER) as uow:
        sign_day(uow, here.hall, DAY)
    return "signed"


def close_now(here: OpenHall, who: str = "M01") -> str:
    """Close the day."""
    with here.work(who, now=LONG_AFTER) as uow:
        acknowledge_day(uow, here.hall, DAY)
    return f"closed by {who}"


def agree_now(here: OpenHall) -> str:
    """Agree to the reopening."""
    with here.work("M01", now=LONG_AFTER) as uow:
        waiting = asked_reopening(uow, here.hall, DAY)
        assert waiting is not None
        agree_reopening(uow, here.hall, waiting)
    return "reopened"


def take_over(here: OpenHall) -> str:
    """Let finance take the day."""
    with here.work("F01", now=LONG_AFTER) as uow:
        hand_over_days(uow, here.id, [DAY])
    return "handed over"


def test_the_signature_ends_posting_whoever_comes_first(shared_url: str, hall: OpenHall) -> None:
    before = postings(hall)
    clients = [(hall, put_out)] * (CLIENTS - 1)
    outcomes = at_once(shared_url, *clients[:16], (hall, sign_now), *clients[16:])
    counted = Counter("posted" if isinstance(o, str) and o != "signed" else o for o in outcomes)
    assert counted["signed"] == 1
    assert counted["posted"] + counted[HallDayClosed] == CLIENTS - 1
    assert postings(hall) - before == counted["posted"]


@pytest.mark.parametrize("round_no", range(ROUNDS))
def test_a_closed_day_takes_no_posting_and_is_closed_once(
    shared_url: str, hall: OpenHall, round_no: int
) -> None:
    ways = ways_in(hall)
    sign(hall, DAY)
    managers = [(hall, lambda here: close_now(here, "M01")), (hall, lambda h: close_now(h, "S01"))]
    outcomes = at_once(shared_url, *managers)
    assert outcomes.count(DayNotReady) == 1
    assert status(hall) == "closed"
    before = postings(hall), lines(hall)
    clients = [[*ways][number % len(ways)] for number in range(CLIENTS)]
    outcomes = at_once(shared_url, *[(hall, ways[way]) for way in clients])
    for way, outcome in zip(clients, outcomes, strict=True):
        assert outcome == ("late 1" if way == "evidence" else HallDayClosed), way
    assert (postings(hall), lines(hall)) == before
    with hall.work("J01", now=LONG_AFTER) as uow:
        ask_reopening(uow, hall.hall, DAY, reason="漏传")
    ended = at_once(shared_url, (hall, agree_now), (hall, take_over))
    assert set(ended) in ({"reopened", DayNotReady}, {"handed over", DayIsFinal})
    assert status(hall) == ("working" if "reopened" in ended else "handed_over")
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
