"""A month of 1,000,000 invoices of 1,000 halls registered, used and reported, against bare SQL.

`BENCH_HALLS` makes it smaller, for tuning.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from sqlalchemy import Engine, make_url, select

from backoffice.database import begin_read, begin_work, make_engine
from backoffice.receiving_halls import HandedIn, receive_files
from invoices.form_months import CLOSING, months_of_forms
from invoices.uses import post_uses
from ledger.errors import BackofficeError
from ledger.organisations import Hall
from ledger.work import system_actor
from tests.bench.form_month import (
    CREATED,
    FIRST,
    LAST,
    USED,
    counts_of,
    make_form_month,
    register_file,
)
from tests.bench.form_month_floor import register_bare, report_bare
from tests.bench.measuring import Comparison
from tests.databases import Databases

HALLS = int(os.environ.get("BENCH_HALLS", "1000"))
LIMIT = 2.0
CLERK = system_actor("cli")


def compare_invoices(databases: Databases) -> bool:
    """Fill two databases alike and do the month's work in each; gives whether the limit is kept."""
    files = [register_file(hall) for hall in range(1, HALLS + 1)]
    with databases.fresh("postgresql") as ours, databases.fresh("postgresql") as bare:
        for url in (ours, bare):
            make_form_month(_address(url), HALLS)
        engine = make_engine(ours)
        compared = Comparison(f"a month of {HALLS * USED:,} invoices over {HALLS:,} halls")
        compared.run(
            lambda _: _work(engine, files), lambda _: _bare(_address(bare), files), rounds=1
        )
        engine.dispose()
    return compared.report(limit=LIMIT, rows=HALLS * USED)


def _address(url: str) -> str:
    parsed = make_url(url)
    return f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"


def _work(engine: Engine, files: Sequence[bytes]) -> None:
    """Take each hall's file in, post the use of all, and report the month of all."""
    start = time.perf_counter()
    handed_in = (
        HandedIn(f"H{number}", LAST, "invoices.csv", content)
        for number, content in enumerate(files, 1)
    )
    results = [result for _, result in receive_files(engine, CLERK, handed_in, now=CREATED)]
    refused = [result for result in results if isinstance(result, BackofficeError)]
    assert not refused, refused[0]
    taken = time.perf_counter()
    with begin_work(engine, CLERK, now=CREATED) as uow:
        halls = list(uow.session.scalars(select(Hall).order_by(Hall.id)))
        made = post_uses(uow, days=[(hall, LAST) for hall in halls])
    assert made == len(files), made
    posted = time.perf_counter()
    with begin_read(engine, CLERK, now=CREATED) as uow:
        months = months_of_forms(uow, halls, FIRST, LAST)
    issued, red, void, blank = counts_of()
    assert len(months) == len(files)
    for month in months:
        found = [month.count(name) for name in ("issued", "red", "void", CLOSING)]
        assert found == [issued, red, void, blank], found
    print(
        f"  ours: taken in {taken - start:.1f} s, used {posted - taken:.1f} s,"
        f" reported {time.perf_counter() - posted:.1f} s",
        flush=True,
    )


def _bare(address: str, files: Sequence[bytes]) -> None:
    start = time.perf_counter()
    register_bare(address, files)
    written = time.perf_counter()
    found = report_bare(address)
    issued, red, void, blank = counts_of()
    goals = {"invoice_issued": issued, "invoice_red": red, "invoice_void": void}
    for hall in range(1, len(files) + 1):
        for goal, count in {**goals, "invoice_clerk": blank}.items():
            assert found[hall, "department", goal] == count, (hall, goal)
    print(
        f"  bare: written {written - start:.1f} s, reported {time.perf_counter() - written:.1f} s",
        flush=True,
    )
