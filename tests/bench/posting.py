"""Posting 100,000 serials against one COPY of exactly the posting rows."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine, make_url

import stock.papers  # noqa: F401  registers the kinds of stock paper
from backoffice.database import begin_work, make_engine
from ledger.accounts import open_account, register_commodity
from ledger.documents import Line, draft_document
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall, HallHead, Organisation
from ledger.work import system_actor
from tests.bench.measuring import Comparison
from tests.bench.posting_floor import copy_rows, make_floor

SERIALS = 100_000
LIMIT = 1 / 0.15
DAY = dt.date(2026, 11, 20)


def compare_posting(url: str) -> bool:
    """Measure receipts of new serials and draws of known ones; gives whether both are kept."""
    engine = make_engine(url)
    _open_hall(engine)
    _move(engine, "receipt", 0)
    parsed = make_url(url)
    address = f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"
    rows = make_floor(address)
    receipt = Comparison("posting 100,000 new serials (receipt)")
    receipt.run(
        lambda number: _move(engine, "receipt", number + 1),
        lambda number: copy_rows(address, rows, number + 1),
    )
    draw = Comparison("posting 100,000 known serials (draw)")
    draw.run(
        lambda number: _move(engine, "draw", number + 1),
        lambda number: copy_rows(address, rows, number + 101),
    )
    engine.dispose()
    kept = [one.report(limit=LIMIT, rows=SERIALS) for one in (receipt, draw)]
    return all(kept)


def _open_hall(engine: Engine) -> None:
    with begin_work(engine, system_actor("load")) as uow:
        uow.session.add(Organisation(id=1, code="H1", name="H1", level="hall"))
        uow.session.flush()
        uow.session.add(Hall(id=1, code="H1", name="H1", books_open_on=DAY))
        uow.session.add(HallHead(hall_id=1, last_row=0, last_event=0, head_hash=""))
        uow.session.flush()
        open_days(uow, 1, [DAY])


def _move(engine: Engine, kind: str, number: int) -> None:
    with begin_work(engine, system_actor("load")) as uow:
        store = open_account(uow, 1, "store")
        supplier, clerk = open_account(uow, 1, "supplier"), open_account(uow, 1, "clerk", "A01")
        item = register_commodity(
            uow, code="P1", name="P1", category="accessory", tracking="serial"
        )
        paper = draft_document(
            uow, hall_id=1, kind=kind, business_date=DAY, paper_no=f"{kind}-{number}"
        )
        debit, credit = (store, supplier) if kind == "receipt" else (clerk, store)
        first, last = f"S{number:03d}{0:07d}", f"S{number:03d}{SERIALS - 1:07d}"
        advance(uow, paper, "load", lines=[Line(item, debit, credit, SERIALS, first, last)])
