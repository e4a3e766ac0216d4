"""Two people race for the same IMEI, in one hall and in two: exactly one wins, a hundred times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from backoffice.transfers import forward_transfers
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.verify import verify_hall
from stock.document_tables import Manifest
from stock.manifests import receive_manifest
from stock.moves import MoveLine
from tests.builders import NOW, OpenHall, open_hall
from tests.databases import Databases
from tests.observing import whereabouts
from tests.stock.moving import move, new_imei, stock
from tests.stock.test_transfers import dispatch, reverse

ROUNDS = 100
DISPATCHES = 30
Racer = Callable[[OpenHall], object]
CONFLICTS = {"conflict identifier_taken", "conflict serial_in_other_hall"}


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """Give one PostgreSQL database for all rounds."""
    with databases.fresh("postgresql") as address:
        yield address


@pytest.fixture(scope="module")
def engines(url: str) -> Iterator[tuple[Engine, Engine]]:
    """Give two clients with connections of their own."""
    pair = make_engine(url), make_engine(url)
    yield pair
    for engine in pair:
        engine.dispose()


@pytest.fixture(scope="module")
def halls(engines: tuple[Engine, Engine]) -> tuple[OpenHall, OpenHall]:
    """Give two halls."""
    return open_hall(engines[0], "RA01"), open_hall(engines[0], "RA02")


def race(
    threads: ThreadPoolExecutor,
    engines: Sequence[Engine],
    *racers: tuple[OpenHall, Racer],
) -> list[str]:
    """Let both act at once; gives `won`, or the sort and code of the refusal, of each."""
    start = Barrier(len(racers))

    def run(engine: Engine, hall: OpenHall, act: Racer) -> str:
        start.wait(timeout=60)
        try:
            act(hall.on(engine))
        except BackofficeError as refusal:
            return f"{refusal.kind} {refusal.code}"
        return "won"

    running = [
        threads.submit(run, engine, hall, act)
        for engine, (hall, act) in zip(engines, racers, strict=True)
    ]
    return [one.result() for one in running]


def one_wins(outcomes: list[str], losing: set[str]) -> bool:
    """Tell whether one won and the other was told why not."""
    return outcomes.count("won") == 1 and {one for one in outcomes if one != "won"} <= losing


@pytest.mark.postgresql
def test_of_two_who_draw_one_imei_in_a_hall_exactly_one_gets_it(
    engines: tuple[Engine, Engine], halls: tuple[OpenHall, OpenHall]
) -> None:
    hall = halls[0]
    serials = [new_imei() for _ in range(ROUNDS)]
    stock(hall, "P1", serials)
    won: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as threads:
        for serial in serials:
            racers = [
                (hall, lambda h, n=number, s=serial: move(h, "draw", MoveLine("", 0, s, holder=n)))
                for number in ("A01", "A02")
            ]
            assert one_wins(race(threads, engines, *racers), {"conflict unit_elsewhere"})
            won[whereabouts(hall)[serial]] += 1
    assert sum(won.values()) == ROUNDS
    assert set(won) <= {"clerk A01", "clerk A02"}


@pytest.mark.postgresql
def test_of_two_halls_that_receive_one_imei_exactly_one_gets_it(
    engines: tuple[Engine, Engine], halls: tuple[OpenHall, OpenHall]
) -> None:
    stock(halls[0], "P1", [new_imei()])
    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            line = MoveLine("P1", 1, new_imei())
            racers = [(hall, lambda h, one=line: move(h, "receipt", one)) for hall in halls]
            assert one_wins(race(threads, engines, *racers), CONFLICTS)
    for hall in halls:
        with hall.read() as uow:
            assert verify_hall(uow, hall.hall) == []


@pytest.mark.postgresql
def test_who_calls_a_dispatch_back_and_who_receives_it_never_both_have_it(
    engines: tuple[Engine, Engine], halls: tuple[OpenHall, OpenHall]
) -> None:
    here, there = halls
    serials = [new_imei() for _ in range(DISPATCHES)]
    stock(here, "P1", serials)
    won: Counter[int] = Counter()
    with ThreadPoolExecutor(2) as threads:
        for serial in serials:
            sent = dispatch(here, there, [serial])
            forward_transfers(here.engine, now=NOW)
            with there.read() as uow:
                query = uow.session.query(Manifest)
                number = query.filter_by(hall_id=there.id, reference=sent.number).one().id

            def receive(hall: OpenHall, number: int = number) -> object:
                with hall.work() as uow:
                    return receive_manifest(uow, hall=hall.hall, number=number)

            def call_back(hall: OpenHall, sent: Document = sent) -> object:
                return reverse(hall, sent)

            outcomes = race(threads, engines, (here, call_back), (there, receive))
            assert one_wins(outcomes, {"conflict transfer_gone", "conflict manifest_not_open"}), (
                outcomes
            )
            won[outcomes.index("won")] += 1
    forward_transfers(here.engine, now=NOW)
    assert sum(won.values()) == DISPATCHES
    for hall in halls:
        with hall.read() as uow:
            assert verify_hall(uow, hall.hall) == []
