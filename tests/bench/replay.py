"""The sample day replayed on PostgreSQL after every later act of every desk; SQLite has a test."""

from __future__ import annotations

from time import perf_counter

from backoffice.audit_work import run_day
from backoffice.daily_checks import DAILY_CHECKS
from backoffice.database import begin_read, make_engine
from backoffice.folder import load_folder
from ledger.closing.replay import replay_day
from ledger.organisations import find_hall
from tests.backoffice.conftest import NEXT_EVENING, SAMPLE_DAY
from tests.backoffice.later_desks import LOOKS, Desks
from tests.backoffice.signed_sample import HALL
from tests.backoffice.visitors import SAMPLE


def replay_the_sample(url: str) -> bool:
    """Let the sample hall live on, replay both signed versions; gives whether both agree."""
    engine = make_engine(url)
    load_folder(engine, SAMPLE)
    run_day(engine, LOOKS, HALL, SAMPLE_DAY, now=NEXT_EVENING)
    Desks(engine).live_on()
    kept = []
    for version in (1, 2):
        began = perf_counter()
        with begin_read(engine, LOOKS) as uow:
            hall = find_hall(uow, HALL)
            told = replay_day(uow, hall, SAMPLE_DAY, questions=DAILY_CHECKS, version=version)
        kept.append(told.agrees)
        word = "agrees" if told.agrees else f"differs in {', '.join(told.differing)}"
        print(f"  replay of version {version}: {word}, {perf_counter() - began:.1f} s")
    engine.dispose()
    return all(kept)
