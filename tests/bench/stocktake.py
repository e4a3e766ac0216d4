"""A count of 100,000 handsets from the first scan to the posted result, against bare SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import make_url, select

from backoffice.database import make_engine, make_owner_engine
from ledger.accounts import Account
from ledger.documents import Line
from ledger.lifecycle import advance
from stock.count_rounds import finish_count
from stock.count_scans import scan_codes
from stock.count_settling import settle_count
from stock.counts import open_count
from stock.serials import read_imei
from tests.bench.measuring import Comparison
from tests.bench.stocktake_floor import count_bare, differences_of, make_floor
from tests.builders import OpenHall, open_hall, phone, place, submit

SERIALS = 100_000
DIFFERENT = 100
ROUNDS = 5
LIMIT = 3.0
COST_FEN = 1_000_00


def compare_stocktake(url: str) -> bool:
    """Count a store of 100,000, of which 100 are missing and 100 are on a clerk's books."""
    engine = make_engine(url)
    hall = open_hall(engine)
    serials = [read_imei(f"86{number:012d}").value for number in range(SERIALS + 1_000)]
    kept, clerks = serials[:SERIALS], serials[SERIALS:]
    _fill(hall, kept, clerks)
    parsed = make_url(url)
    address = f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"
    with hall.read() as uow:
        accounts = uow.session.execute(
            select(Account.kind, Account.id).where(
                Account.hall_id == hall.id, Account.kind.in_(("store", "difference"))
            )
        )
        ids = dict(accounts.all())
    facts = {"hall": hall.id, "place": ids["store"], "difference": ids["difference"]}
    make_floor(address)
    comparison = Comparison(f"a count of {SERIALS:,} serials, scanned to posted")
    comparison.run(
        lambda number: _count(hall, _seen(kept, clerks, number)),
        lambda number: count_bare(
            address, _seen(kept, clerks, number), {**facts, "count": number + 1}
        ),
        rounds=ROUNDS,
    )
    for number in range(1, ROUNDS + 1):
        named = {**facts, "count": number}
        ours = differences_of(address, "count_differences", named)
        floor = differences_of(address, "floor_count_differences", named)
        if ours != floor or len(ours) != 2 * DIFFERENT:
            raise RuntimeError(f"other differences: {sorted(ours ^ floor)[:10]}")
    engine.dispose()
    return comparison.report(limit=LIMIT, rows=SERIALS)


def _seen(kept: Sequence[str], clerks: Sequence[str], number: int) -> list[str]:
    """Give what is scanned in a round: without what was lost so far, with what was found so far."""
    lost, found = DIFFERENT * (number + 1), DIFFERENT * (number + 1)
    return [*kept[lost:], *clerks[:found]]


def _fill(hall: OpenHall, kept: Sequence[str], clerks: Sequence[str]) -> None:
    """Receive all and let a clerk draw some; statistics are what autovacuum leaves behind."""
    _move(hall, "receipt", "supplier > store", [*kept, *clerks])
    owner = make_owner_engine(hall.engine.url.render_as_string(hide_password=False))
    with owner.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    _move(hall, "draw", "store > clerk A01", clerks)
    with hall.work() as uow:
        place(uow, hall, "difference")


def _move(hall: OpenHall, kind: str, move: str, run: Sequence[str]) -> None:
    with hall.work() as uow:
        credit, debit = (place(uow, hall, name) for name in move.split(" > "))
        line = Line(phone(uow), debit, credit, len(run), run[0], run[-1], COST_FEN)
        submit(uow, hall, kind, [line])


def _count(hall: OpenHall, codes: Sequence[str]) -> None:
    with hall.work() as uow:
        count = open_count(
            uow, hall=hall.hall, kind="spot", place="store", counter="A02", witness="J01"
        )
    number = count.count_no
    with hall.work("A02") as uow:
        scan_codes(uow, hall=hall.hall, count_no=number, codes=codes)
    with hall.work("A02") as uow:
        finish_count(uow, hall=hall.hall, count_no=number)
    with hall.work("J01") as uow:
        document = settle_count(uow, hall=hall.hall, count_no=number, reason="盘点")
    assert document is not None
    for who in ("S01", "F01"):
        with hall.work(who) as uow:
            if document.state == "submitted":
                document = advance(uow, document, "approve")
    assert document.state == "posted", document.state
