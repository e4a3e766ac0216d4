"""100,000 serials from an xlsx to a posted receipt against one COPY of exactly the posting rows.

Reading the workbook, judging each line and posting are all within the time, and within the memory.
"""

from __future__ import annotations

import random
import resource
from io import BytesIO

import openpyxl
from sqlalchemy import Engine, make_url

from backoffice.database import begin_work, make_engine
from backoffice.goods_files import read_goods_file
from ledger.accounts import register_commodity
from ledger.hall_days import open_days
from ledger.organisations import Hall, HallHead, Organisation, find_hall
from ledger.times import HALL_TIME
from ledger.work import Actor, system_actor
from stock.receipts import receive_lines
from stock.serials import passes_luhn
from tests.bench.measuring import Comparison
from tests.bench.posting_floor import copy_rows, make_floor

SERIALS = 100_000
ROUNDS = 5
LIMIT = 10.0
MOST_MEGABYTES = 300
KEEPER = Actor(1, "keeper", {1: frozenset({"stock_keeper"})})


def compare_receiving(url: str) -> bool:
    """Measure receipts from workbooks of 100,000 new serials; gives whether the limits are kept."""
    engine = make_engine(url)
    _open_hall(engine)
    books = [workbook(number) for number in range(ROUNDS + 1)]
    before = _megabytes()
    _receive(engine, books[ROUNDS])
    parsed = make_url(url)
    address = f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"
    rows = make_floor(address)
    compared = Comparison("100,000 serials from an xlsx to a posted receipt")
    compared.run(
        lambda number: _receive(engine, books[number]),
        lambda number: copy_rows(address, rows, number + 1),
        rounds=ROUNDS,
    )
    engine.dispose()
    grown = _megabytes() - before
    print(f"  memory grew by {grown} MB, limit {MOST_MEGABYTES} MB")
    return compared.report(limit=LIMIT, rows=SERIALS) and grown <= MOST_MEGABYTES


def workbook(number: int) -> bytes:
    """Give an xlsx with 100,000 IMEIs of one model in no order."""
    bodies = random.Random(number).sample(range(1_000_000), SERIALS)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["物品编码", "串号", "数量", "单价"])
    for body in bodies:
        sheet.append(["P1", whole(f"8601{number:04d}{body:06d}"), 1, "1000.00"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def whole(body: str) -> str:
    """Give the IMEI of a body."""
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def _receive(engine: Engine, content: bytes) -> None:
    lines = read_goods_file("manifest.xlsx", content)
    with begin_work(engine, KEEPER) as uow:
        report = receive_lines(uow, hall=find_hall(uow, "H1"), lines=lines)
    assert report.number, report.counts()


def _open_hall(engine: Engine) -> None:
    with begin_work(engine, system_actor("load")) as uow:
        today = uow.now.astimezone(HALL_TIME).date()
        uow.session.add(Organisation(id=1, code="H1", name="H1", level="hall"))
        uow.session.flush()
        uow.session.add(Hall(id=1, code="H1", name="H1", books_open_on=today))
        uow.session.add(HallHead(hall_id=1, last_row=0, last_event=0, head_hash=""))
        uow.session.flush()
        open_days(uow, 1, [today])
        register_commodity(uow, code="P1", name="P1", category="handset", tracking="serial")


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
