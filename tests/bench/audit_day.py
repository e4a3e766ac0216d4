"""The sample hall's day of 400 lines on SQLite: one request, and with 100 times the history."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.audit_work import run_day
from backoffice.config import Config
from backoffice.database import begin_read, begin_work, make_engine, make_owner_engine
from backoffice.folder import load_folder
from backoffice.hall_setup import holder_of
from backoffice.identity import make_token
from ledger.audit.queries import show_day
from ledger.organisations import find_hall
from ledger.work import system_actor
from tests.bench.copies import fill_history
from tests.bench.measuring import ROUNDS
from tests.databases import Databases

SAMPLE = Path(__file__).parents[2] / "sample" / "H001-2026-11-20"
HALL, DATE, AUDITOR = "H001", dt.date(2026, 11, 20), "J01"
NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
HISTORY_DAYS = 100
REQUEST_LIMIT = 0.300
GROWTH_LIMIT = 1.2
ACTOR = system_actor("cli")

Key = tuple[str, str, int | None]


def measure_one_day(databases: Databases, folder: Path) -> bool:
    """Measure the request, then the same day after a history; gives whether both are kept."""
    with databases.fresh("sqlite") as alone, databases.fresh("sqlite") as among_many:
        day, old_day = _load_audited(alone), _load_audited(among_many)
        owner = make_owner_engine(among_many)
        rows = fill_history(owner, DATE, HISTORY_DAYS)
        owner.dispose()
        kept = [_measure_request(day, folder), _measure_growth(day, old_day, rows)]
        for engine in (day, old_day):
            engine.dispose()
    return all(kept)


def _load_audited(url: str) -> Engine:
    engine = make_engine(url)
    load_folder(engine, SAMPLE)
    _audit(engine)
    return engine


def _measure_request(engine: Engine, folder: Path) -> bool:
    app = create_app(Config(secret_key="bench", state_folder=str(folder)), engine=engine)
    with begin_work(engine, ACTOR) as uow:
        person = holder_of(uow, find_hall(uow, HALL), AUDITOR)
        headers = {"Authorization": f"Bearer {make_token(uow, person_id=person, name='bench')}"}
    client, keys = app.test_client(use_cookies=False), count(1)

    def ask() -> None:
        answer = client.post(
            f"/api/v1/halls/{HALL}/days/{DATE}/audit",
            headers=headers | {"Idempotency-Key": f"bench-{next(keys)}"},
        )
        if answer.status_code != 200:
            raise RuntimeError(answer.text)

    ask()
    seconds = statistics.median(_seconds(ask) for _ in range(ROUNDS))
    kept = seconds <= REQUEST_LIMIT
    print(
        f"one hall-day of 400 lines, all checks, one request on SQLite\n"
        f"  {seconds * 1000:.0f} ms, limit {REQUEST_LIMIT * 1000:.0f} ms:"
        f" {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def _measure_growth(alone: Engine, among_many: Engine, rows: int) -> bool:
    times: dict[Engine, list[float]] = {alone: [], among_many: []}
    _audit(among_many)
    if _keys(alone) != _keys(among_many):
        raise RuntimeError("history changed what the audit of the day finds")
    for _ in range(ROUNDS):
        for engine, taken in times.items():
            taken.append(_seconds(partial(_audit, engine)))
    first, second = (statistics.median(taken) for taken in times.values())
    kept = second / first <= GROWTH_LIMIT
    print(
        f"the same hall-day after {HISTORY_DAYS} such days ({rows:,} rows)\n"
        f"  alone {first * 1000:.0f} ms, with history {second * 1000:.0f} ms\n"
        f"  ratio {second / first:.2f}, limit {GROWTH_LIMIT:.2f}: {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def _audit(engine: Engine) -> None:
    run_day(engine, ACTOR, HALL, DATE, now=NOW)


def _keys(engine: Engine) -> set[Key]:
    with begin_read(engine, ACTOR) as uow:
        day = show_day(uow, find_hall(uow, HALL), DATE)
    # C03 compares with the shift before, which only the history has.
    return {(f.check, f.subject, f.difference) for f in day.findings if f.check != "C03"}


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
