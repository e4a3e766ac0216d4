"""One day of 1,000 halls of 1,000 account lines, all checks: ours against bare SQL.

Our side runs in a process of its own, which does nothing else: what that needs at its peak is the
memory the application needs.
"""

from __future__ import annotations

import datetime as dt
import time
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import make_url

from backoffice.audit_work import run_all
from backoffice.database import make_engine
from ledger.work import system_actor
from tests.bench.audit_floor import AuditedDay, audit_bare, keys_of, make_floor
from tests.bench.group_day import DATE, make_group_day
from tests.bench.measuring import ROUNDS, Comparison

HALLS, LINES = 1_000, 1_000
LIMIT = 1.5
MEMORY_LIMIT_MB = 300
DAY = dt.date.fromisoformat(DATE)
REFUND_WORKING_DAYS = 7
SLOW_ROUND_SECONDS = 60
FEWER_ROUNDS = 3


def compare_group_audit(url: str) -> bool:
    """Fill a database with the day and audit it in turns; gives whether both limits are kept."""
    parsed = make_url(url)
    address = f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"
    make_group_day(address, halls=HALLS, lines=LINES)
    make_floor(address)
    day = _day_as_of(dt.datetime.now(dt.UTC))
    comparison = Comparison(f"all checks, one day of {HALLS:,} halls x {LINES:,} account lines")
    with get_context("spawn").Pool(1) as application:
        start = time.perf_counter()
        application.apply(_audit, (url,))
        slow = time.perf_counter() - start > SLOW_ROUND_SECONDS
        audit_bare(address, day)
        comparison.run(
            lambda _: application.apply(_audit, (url,)),
            lambda _: audit_bare(address, day),
            rounds=FEWER_ROUNDS if slow else ROUNDS,
        )
        memory = application.apply(_peak_memory_mb)
    ours, floor = keys_of(address, "findings", DAY), keys_of(address, "floor_findings", DAY)
    if ours != floor:
        raise RuntimeError(f"other findings: {sorted(ours ^ floor)[:10]}")
    kept = comparison.report(limit=LIMIT, rows=HALLS * LINES)
    memory_kept = memory <= MEMORY_LIMIT_MB
    print(
        f"  {len(ours):,} findings, the same on both sides; {len(comparison.ours)} rounds\n"
        f"  application memory {memory} MB, limit {MEMORY_LIMIT_MB} MB:"
        f" {'kept' if memory_kept else 'NOT KEPT'}"
    )
    return kept and memory_kept


def _audit(url: str) -> None:
    engine = make_engine(url)
    run_all(engine, system_actor("cli"), DAY)
    engine.dispose()


def _peak_memory_mb() -> int:
    """Give the peak of this process alone: its `ru_maxrss` begins with what the one before had."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _day_as_of(now: dt.datetime) -> AuditedDay:
    """Give the day as a run at this moment sees it."""
    due, left = DAY, REFUND_WORKING_DAYS
    while left:
        due += dt.timedelta(days=1)
        left -= due.weekday() < 5
    hall_time = dt.timezone(dt.timedelta(hours=8))
    local = now.astimezone(hall_time).date()
    # Banks are open on the day, so that its takings are due in the bank by its end.
    over = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(), hall_time)
    microseconds = [int(moment.timestamp()) * 1_000_000 for moment in (now, over)]
    return AuditedDay(DAY, microseconds[0], local > due, microseconds[1])
