"""What two people race for with cash one gets; and a day of cash on PostgreSQL as on SQLite."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count as counting
from threading import Barrier

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from ledger.cash.bank import BankReceipt, key_receipt
from ledger.cash.cases import find_case
from ledger.cash.declaring import declare, keep_count
from ledger.cash.kiosks import clear_kiosk, clearings_since
from ledger.cash.matching import Match, confirm_proposals, match_statement, waiting_at_bank
from ledger.cash.moves import CashMove, move_cash, reverse_cash, sign_cash
from ledger.cash.safe import open_safe
from ledger.cash.seen import cash_documents, places_now, see_shift
from ledger.cash.shifts import find_shift, open_shift
from ledger.cash.slips import Called, call_out
from ledger.enrolment import StaffMember
from ledger.errors import BackofficeError
from ledger.verify import verify_hall
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import at, line, put
from tests.ledger.cash.working import begin, count, evening, fund, move, sign, statement, unlock
from tests.observing import held

ROUNDS = int(os.environ.get("RACE_ROUNDS", "1"))
"""`RACE_ROUNDS=200` runs the long race."""
CLIENTS = 8
_CODES = (f"CR{number:03d}" for number in counting(1))
MORE = [
    StaffMember("D02", "值班二", ("duty_manager",)),
    StaffMember("K02", "库管二", ("stock_keeper",)),
    StaffMember("J02", "稽核二", ("auditor",)),
    StaffMember("Z01", "自助机", ("clerk",), kind="self_service"),
]
Act = Callable[[OpenHall], object]


@pytest.fixture(scope="module")
def engines(databases: Databases) -> Iterator[list[Engine]]:
    """Give engines of several clients of one PostgreSQL database."""
    with databases.fresh("postgresql") as url:
        made = [make_engine(url) for _ in range(CLIENTS)]
        yield made
        for engine in made:
            engine.dispose()


@pytest.fixture
def hall(engines: list[Engine]) -> OpenHall:
    """Give a new hall with a float fund, on PostgreSQL."""
    opened = open_hall(engines[0], next(_CODES), more_staff=MORE)
    fund(opened)
    return opened


def at_once(engines: list[Engine], hall: OpenHall, acts: Sequence[Act]) -> Counter[str]:
    """Let all act at once, each a client of its own; gives how often each outcome came."""
    start = Barrier(len(acts))

    def run(place: int) -> str:
        client = hall.on(engines[place % CLIENTS])
        start.wait(timeout=60)
        try:
            return str(acts[place](client))
        except BackofficeError as refused:
            return refused.code

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, range(len(acts))))


def signs(who: str, number: str, client: OpenHall) -> str:
    with client.work(who) as uow:
        return sign_cash(uow, hall=client.hall, number=number).state


def sound(hall: OpenHall) -> None:
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


@pytest.mark.postgresql
def test_one_hand_in_is_received_once_or_reversed_never_both(
    engines: list[Engine], hall: OpenHall
) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 100_000_00))
    taken = {"clerk": "A01", "receiver": "D01"}
    for one in range(1, ROUNDS + 1):
        number = move(hall, "A01", "hand_in", 100_00, **taken)
        acts: list[Act] = [partial(signs, "D01", number)] * CLIENTS
        assert at_once(engines, hall, acts) == {"posted": 1, "transition_refused": CLIENTS - 1}
        assert held(hall)["safe takings", "CNY"] == 100_00 * one
    sound(hall)


@pytest.mark.postgresql
def test_one_float_is_drawn_within_the_desk_s_limit_and_the_fund(
    engines: list[Engine], hall: OpenHall
) -> None:
    unlock(hall)

    def draw(who: str, client: OpenHall) -> str:
        with client.work(who) as uow:
            stated = CashMove("float_out", 100_00, clerk="A01")
            return move_cash(uow, hall=client.hall, move=stated).state

    for _ in range(ROUNDS):
        acts: list[Act] = [partial(draw, who) for who in ("K01", "K02", "M01", "D01") * 2]
        assert at_once(engines, hall, acts) == {"submitted": 3, "float_over_limit": 5}
        with hall.read("K01") as uow:
            drawn = cash_documents(uow, hall.hall, kinds=["float_out"])
            numbers = [one.number or "" for one in drawn if one.state == "submitted"]
        again: list[Act] = [partial(signs, "A01", number) for number in numbers * 2]
        assert at_once(engines, hall, again) == {"posted": 3, "transition_refused": 3}
        assert held(hall)["drawer A01", "CNY"] == 300_00
        for number in numbers:
            with hall.work("M01") as uow:
                reverse_cash(uow, hall=hall.hall, number=number, reason="下一轮")
    sound(hall)


@pytest.mark.postgresql
def test_the_safe_is_opened_by_two_and_a_declaration_is_made_once(
    engines: list[Engine], hall: OpenHall
) -> None:
    for one in range(ROUNDS):
        now = NOW + dt.timedelta(days=one)
        with hall.work("K01", now=now) as uow:
            number = open_safe(uow, hall=hall.hall, purpose="备用金").number or ""
        acts = [partial(signs, who, number) for who in ("J01", "J02", "K01", "K02") * 2]
        outcomes = at_once(engines, hall, acts)
        assert outcomes["posted"] == 1, outcomes
        assert outcomes.keys() <= {"posted", "transition_refused", "not_permitted"}

        def opens(now: dt.datetime, client: OpenHall) -> str:
            with client.work("A01", now=now) as uow:
                return open_shift(uow, hall=client.hall, clerk="A01", notes={}).state

        assert at_once(engines, hall, [partial(opens, now)] * CLIENTS) == {
            "open": 1,
            "shift_there": CLIENTS - 1,
        }
        at_ten = at("10:00", date=now.date())
        put(hall, "accounts", line(f"T{one}", 50_00, accepted_at=at_ten), date=now.date())

        def declares(now: dt.datetime, client: OpenHall) -> str:
            with client.work("A01", now=now) as uow:
                stated = statement("50x1")
                return declare(uow, hall=client.hall, clerk="A01", statement=stated).state

        assert at_once(engines, hall, [partial(declares, now)] * CLIENTS) == {
            "closed": 1,
            "shift_refused": CLIENTS - 1,
        }
        with hall.work("A01", now=now) as uow:
            stated = CashMove("hand_in", 50_00, clerk="A01", receiver="D01")
            handed = move_cash(uow, hall=hall.hall, move=stated).number or ""
        with hall.work("D01", now=now) as uow:
            sign_cash(uow, hall=hall.hall, number=handed)
    sound(hall)


@pytest.mark.postgresql
def test_a_deposit_is_in_the_bank_once_by_receipt_or_by_statement(
    engines: list[Engine], hall: OpenHall
) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 100_000_00))
    unlock(hall)

    def keys(number: str, client: OpenHall) -> str:
        with client.work("J01") as uow:
            key_receipt(uow, hall=client.hall, receipt=BankReceipt(number, "HD", 100_00))
            return "keyed"

    def matches(number: str, ref: str, client: OpenHall) -> str:
        with client.work("J02") as uow:
            match_statement(uow, hall=client.hall, match=Match([number], [f"icbc//{ref}"]))
            return "matched"

    for one in range(1, ROUNDS + 1):
        move(hall, "A01", "hand_in", 100_00, signed="M01", clerk="A01", receiver="M01")
        taken = {"receiver": "D01", "slip_no": f"S-{one}"}
        number = move(hall, "K01", "deposit", 100_00, signed="D01", **taken)
        row = {"bank": "icbc", "account": "", "line_ref": f"R{one}", "amount": 100_00, "memo": ""}
        put(hall, "bank_lines", row)
        acts: list[Act] = [partial(keys, number), partial(matches, number, f"R{one}")] * 4
        outcomes = at_once(engines, hall, acts)
        assert outcomes["matched"] == 1, outcomes
        assert outcomes["keyed"] <= 1
        assert held(hall)["bank", "CNY"] == 100_00 * one
        assert ("bank_transit", "CNY") not in held(hall)
    sound(hall)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_a_day_of_cash_is_the_same_on_both_databases(
    database: str, request: pytest.FixtureRequest
) -> None:
    """Fund, float, blind count, hand-in, kiosk, deposit, statement, counterfeit, cases."""
    if database == "postgresql":
        hall: OpenHall = request.getfixturevalue("hall")
    else:
        hall = open_hall(request.getfixturevalue("cash_engine"), next(_CODES), more_staff=MORE)
        fund(hall)
    unlock(hall)
    move(hall, "K01", "float_out", 300_00, signed="A01", clerk="A01")
    begin(hall, "A01", "100x3")
    with hall.work("A01") as uow:
        called = Called("T1", 58_00, 100_00, 42_00)
        assert call_out(uow, hall=hall.hall, clerk="A01", called=called).change_fen == 42_00
    put(hall, "accounts", line("T1", 3_010_00))
    kiosk = line("T2", 90_00, clerk="Z01", accepted_at=at("09:00"))
    put(hall, "accounts", kiosk)
    count(hall, "A01", "100x33", 300_00)
    with hall.work("A01") as uow:
        assert keep_count(uow, hall=hall.hall, clerk="A01").state == "closed"
    move(hall, "A01", "hand_in", 3_000_00, signed="M01", clerk="A01", receiver="M01")
    with hall.work("K01") as uow:
        notes = {100_00: 1}
        cleared = clear_kiosk(uow, hall=hall.hall, kiosk="Z01", notes=notes, second="A02")
    sign(hall, "A02", cleared.number or "")
    move(hall, "K01", "deposit", 3_000_00, signed="D01", receiver="D01", slip_no="S-1")
    number = move(hall, "K01", "deposit", 100_00, signed="D01", receiver="D01", slip_no="S-2")
    rows = [("R1", 2_900_00, "S-1"), ("R2", 100_00, f"现存{number}")]
    lines = [
        {"bank": "icbc", "account": "", "line_ref": ref, "amount": fen, "memo": memo}
        for ref, fen, memo in rows
    ]
    put(hall, "bank_lines", *lines)
    with hall.work("J01") as uow:
        assert len(confirm_proposals(uow, hall=hall.hall)) == 1
        (left,) = waiting_at_bank(uow, hall.hall, DAY).deposits
    why = BankReceipt(left.number, "-", 2_900_00, None, 100_00, "SJ-1", "A01").why
    with hall.work("J01") as uow:
        match_statement(uow, hall=hall.hall, match=Match([left.number], ["icbc//R1"], why))
    found = evening(hall)
    assert found == {("C02", "tender:A01/cash"): (3_310_00, 3_300_00)}
    with hall.read() as uow:
        case = find_case(uow, hall.hall, DAY, "A01", "cash")
        assert (case.found_fen, case.passed_fen) == (-10_00, -100_00)
        assert find_case(uow, hall.hall, DAY, "Z01", "cash").amount_fen == 10_00
        assert [one.difference_fen for one, _ in clearings_since(uow, hall.hall, DAY)] == [10_00]
    with hall.read("M01") as uow:
        shift = see_shift(uow, hall.hall, find_shift(uow, hall.hall, "A01", DAY))
        assert [one.difference_fen for one in shift.tenders if one.tender == "cash"] == [-10_00]
        held_now = {(one.kind, one.holder): one.fen for one in places_now(uow, hall.hall)}
    assert held_now["bank", ""] == 3_000_00
    assert held_now["drawer", "A01"] == 300_00
    assert held_now["safe", "takings"] == 0
    sound(hall)
