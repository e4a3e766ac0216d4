"""Thirty-two clients use the numbers of one range at once: each number once, the last by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from backoffice.database import make_engine
from invoices.keyed_uses import register_uses
from ledger.errors import BackofficeError
from ledger.verify import verify_hall
from tests.builders import OpenHall, open_hall
from tests.databases import Databases
from tests.invoices.form_days import code_of, receive, states
from tests.ledger.audit.evidence_days import RUNNER

CLIENTS = 32
NUMBERS = count(1)
Act = Callable[[OpenHall], tuple[str, ...]]


@pytest.fixture(scope="module")
def engines(databases: Databases) -> Iterator[list[Engine]]:
    """Give each client an engine with a connection of its own, on one PostgreSQL database."""
    with databases.fresh("postgresql") as url:
        made = [make_engine(url) for _ in range(CLIENTS)]
        yield made
        for engine in made:
            engine.dispose()


@pytest.fixture
def hall(engines: list[Engine]) -> OpenHall:
    """Give a hall for each test."""
    return open_hall(engines[0], f"R{next(NUMBERS):03d}")


def race(engines: list[Engine], hall: OpenHall, act: Act) -> list[tuple[str, ...] | str]:
    """Let all clients act at once; gives the numbers of each, or the code of its refusal."""
    start = Barrier(len(engines))

    def run(engine: Engine) -> tuple[str, ...] | str:
        start.wait(timeout=60)
        try:
            return act(hall.on(engine))
        except BackofficeError as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(engines)) as threads:
        return list(threads.map(run, engines))


def use_next(wanted: int) -> Act:
    """Use the next blanks of A01."""

    def act(hall: OpenHall) -> tuple[str, ...]:
        with hall.work("A01") as uow:
            done = register_uses(
                uow,
                hall=hall.hall,
                clerk="A01",
                invoice_code=code_of(hall),
                count=wanted,
                amounts=[100],
            )
        return done.numbers

    return act


def registered(hall: OpenHall) -> list[str]:
    """Give every number of the register, as often as it is there."""
    with hall.read(RUNNER) as uow:
        rows = uow.session.execute(
            text("SELECT invoice_no FROM evidence_invoices WHERE hall_id = :h ORDER BY 1"),
            {"h": hall.id},
        )
        return list(rows.scalars())


@pytest.mark.postgresql
def test_32_clients_use_the_next_numbers_without_duplicate_or_gap(
    engines: list[Engine], hall: OpenHall
) -> None:
    receive(hall, "00000001", "00000100", "A01")
    won = race(engines, hall, use_next(3))
    assert all(len(numbers) == 3 for numbers in won)
    wanted = [f"{n:08d}" for n in range(1, 3 * CLIENTS + 1)]
    assert sorted(no for numbers in won for no in numbers) == wanted
    assert registered(hall) == wanted
    found = states(hall)
    assert [no for no in sorted(found) if found[no] == "issued"] == wanted
    with hall.read(RUNNER) as uow:
        assert verify_hall(uow, hall.hall) == []


@pytest.mark.postgresql
def test_the_last_number_of_a_book_goes_to_exactly_one_of_32(
    engines: list[Engine], hall: OpenHall
) -> None:
    receive(hall, "00000001", "00000001", "A01")
    outcomes = Counter(race(engines, hall, use_next(1)))
    assert outcomes == {("00000001",): 1, "no_blank_left": CLIENTS - 1}
    assert registered(hall) == ["00000001"]


@pytest.mark.postgresql
def test_one_number_named_by_32_is_used_once(engines: list[Engine], hall: OpenHall) -> None:
    receive(hall, "00000001", "00000010", "A01")

    def act(client: OpenHall) -> tuple[str, ...]:
        with client.work("A01") as uow:
            return register_uses(
                uow,
                hall=client.hall,
                clerk="A01",
                invoice_code=code_of(client),
                first_no="00000005",
                amounts=[100],
            ).numbers

    outcomes = Counter(race(engines, hall, act))
    assert outcomes == {("00000005",): 1, "number_used_before": CLIENTS - 1}
    assert registered(hall) == ["00000005"]
