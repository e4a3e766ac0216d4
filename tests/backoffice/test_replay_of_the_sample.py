"""The sample day signed, everything changed after it, and replayed: the same bytes, or named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, text

from backoffice.cli import root
from backoffice.daily_checks import DAILY_CHECKS
from backoffice.database import begin_read, make_engine, make_owner_engine
from backoffice.paper_audit import Values
from backoffice.replays import replay_with_paper
from ledger.closing.replay import Replay, replay_day
from ledger.organisations import find_hall
from ledger.work import system_actor
from tests.backoffice.conftest import SAMPLE_DAY
from tests.backoffice.later_desks import Desks
from tests.backoffice.signed_sample import HALL
from tests.backoffice.visitors import copy_books
from tests.builders import DAY, open_hall
from tests.ledger.closing.test_days import sign, trade

LOOKS = system_actor("test")
CLOSED: dict[Path, list[Values]] = {}
"""The books -> what the paper of the closed day said before the hall went on."""


@pytest.fixture(scope="module")
def gone_on(audited_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the books of the sample, its day signed and everything changed since."""
    path = tmp_path_factory.mktemp("replayed") / "books.db"
    engine = make_engine(copy_books(audited_sample, path))
    CLOSED[path] = Desks(engine).live_on()
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def owner(gone_on: Path) -> Iterator[Engine]:
    """Give the books to who can change anything below the application."""
    engine = make_owner_engine(f"sqlite:///{gone_on}")
    with engine.begin() as connection:
        unguard(connection)
    yield engine
    engine.dispose()


def unguard(connection: Connection) -> None:
    """Drop what keeps immutable rows as they are."""
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def tampered(owner: Engine, *statements: str) -> Replay:
    """Change something, replay the day, and put everything back."""
    with begin_read(owner, LOOKS) as uow:
        for statement in statements:
            changed = uow.session.connection().exec_driver_sql(statement)
            assert changed.rowcount > 0, statement
        hall = find_hall(uow, HALL)
        return replay_day(uow, hall, SAMPLE_DAY, questions=DAILY_CHECKS, version=1)


def test_a_signed_day_comes_out_the_same_whatever_came_later(gone_on: Path) -> None:
    engine = make_engine(f"sqlite:///{gone_on}")
    with begin_read(engine, LOOKS) as uow:
        told = replay_with_paper(uow, find_hall(uow, HALL), SAMPLE_DAY)
    engine.dispose()
    replay = told.replay
    assert replay.differing == ()
    assert told.agrees
    assert len(replay.again.findings) > 30
    assert {one.check[0] for one in replay.again.findings} >= set("CTPXGR")
    assert [one.missing for one in replay.again.invoice_ranges if one.missing]
    assert {slip.state.zh for slip in replay.again.slips} == {"已接受"}


def test_the_version_that_was_reopened_comes_out_too_and_prints_as_when_it_was_closed(
    gone_on: Path,
) -> None:
    engine = make_engine(f"sqlite:///{gone_on}")
    with begin_read(engine, LOOKS) as uow:
        hall = find_hall(uow, HALL)
        told = replay_day(uow, hall, SAMPLE_DAY, questions=DAILY_CHECKS, version=1)
        assert hall.name != told.signed.hall_name
    printed = Desks(engine).paper_of(1)
    engine.dispose()
    assert told.agrees
    assert [slip.state.zh for slip in told.signed.slips] == ["待更正", "待稽核", "待稽核"]
    for now, then in zip(printed, CLOSED[gone_on], strict=True):
        differs = {name for name in then if now[name] != then[name]}
        assert differs == {"hall_status"}, "how far the day is when it is printed, nothing else"


DEARER = (
    "UPDATE evidence_accounts SET received = received + 100, due = due + 100"
    " WHERE txn_no = '2026112000001'"
)
CHANGES: dict[str, set[str]] = {
    DEARER: {"totals", "findings", "checks"},
    "UPDATE evidence_counts SET quantity = quantity + 1 WHERE item = 'PJ-EJ'": {"findings"},
    "DELETE FROM finding_acts WHERE check_code = 'P01'": {"findings"},
    "DELETE FROM audit_settings": {"totals", "findings", "checks"},
}
"""What is changed -> the parts that come out otherwise; without kept settings those of today do."""


@pytest.mark.parametrize("statement", CHANGES)
def test_what_was_changed_below_the_application_is_named(owner: Engine, statement: str) -> None:
    told = tampered(owner, statement)
    assert set(told.differing) >= CHANGES[statement], told.differing
    assert not told.agrees


def test_a_changed_snapshot_is_found_by_its_hash(owner: Engine) -> None:
    with begin_read(owner, LOOKS) as uow:
        snapshots = text("SELECT snapshot FROM signed_days ORDER BY event_no")
        stored = str(uow.session.scalars(snapshots).all()[0])
    assert json.loads(stored)
    told = tampered(owner, "UPDATE signed_days SET snapshot = replace(snapshot, 'A01', 'A09')")
    assert not told.agrees
    assert told.kept_hash != told.stored_hash == hashlib.sha256(stored.encode()).hexdigest()
    assert "totals" in told.differing


def test_the_command_line_says_so_by_its_exit_code(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BACKOFFICE_STATE_FOLDER", str(tmp_path))
    engine = make_engine(sqlite_url)
    hall = open_hall(engine, "RP01")
    trade(hall, DAY)
    sign(hall, DAY)
    engine.dispose()
    words = ["audit", "replay", "--hall", "RP01", "--date", DAY.isoformat()]
    good = CliRunner().invoke(root, words)
    assert good.exit_code == 0, good.output
    below = make_owner_engine(sqlite_url)
    with below.begin() as connection:
        unguard(connection)
        connection.exec_driver_sql("UPDATE evidence_accounts SET received = 20100, due = 20100")
    below.dispose()
    bad = CliRunner().invoke(root, words)
    assert bad.exit_code == 1, bad.output
    assert "合计" in bad.output or "totals" in bad.output
