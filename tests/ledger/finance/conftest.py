"""A hall for each test of the hand-over: one world is built, and each test has a copy of it.

SQLite, as the database has no part in these rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from backoffice.database import make_engine
from tests.backoffice.visitors import copy_books
from tests.builders import OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.finance.closed_days import SECOND_FINANCE, close_day, work_day


@dataclass(frozen=True)
class World:
    """A database with a hall one day of which is closed, and one that has done nothing."""

    path: Path
    hall: OpenHall
    other: OpenHall


@pytest.fixture(scope="session")
def world(databases: Databases) -> Iterator[World]:
    """Build the world once."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        hall = open_hall(engine, "F0001", more_staff=[SECOND_FINANCE])
        other = open_hall(engine, "F0002", more_staff=[SECOND_FINANCE])
        work_day(hall)
        close_day(hall)
        engine.dispose()
        yield World(Path(str(make_url(url).database)), hall, other)


@pytest.fixture
def engine_of_copy(world: World, tmp_path: Path) -> Iterator[Engine]:
    """Give an engine on a copy of the world."""
    engine = make_engine(copy_books(world.path, tmp_path / "books.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def hall(world: World, engine_of_copy: Engine) -> OpenHall:
    """Give the hall one day of which is closed."""
    return world.hall.on(engine_of_copy)


@pytest.fixture
def other(world: World, engine_of_copy: Engine) -> OpenHall:
    """Give the hall that has done nothing."""
    return world.other.on(engine_of_copy)
