"""A hall for each test of duties; SQLite, as the database has no part in these rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from tests.builders import OpenHall, open_hall
from tests.databases import Databases

_CODES = (f"U{number:04d}" for number in count(1))


@pytest.fixture(scope="session")
def duty_engine(databases: Databases) -> Iterator[Engine]:
    """Give the application's engine on one database for all tests of duties."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def hall(duty_engine: Engine) -> OpenHall:
    """Give a new hall."""
    return open_hall(duty_engine, next(_CODES))
