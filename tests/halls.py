"""Fixtures for tests that need a hall: those of one module share a database, as halls do.

A folder of tests takes them into its `conftest.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from tests.builders import OpenHall, open_hall
from tests.databases import Databases

_CODES = (f"H{number:04d}" for number in count(1))


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def shared_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Give one migrated database for all tests of a module; they run once on each kind."""
    with databases.fresh(request.param) as url:
        yield url


@pytest.fixture(scope="module")
def shared_engine(shared_url: str) -> Iterator[Engine]:
    """Give the application's engine on the module's database."""
    engine = make_engine(shared_url)
    yield engine
    engine.dispose()


@pytest.fixture
def hall(shared_engine: Engine) -> OpenHall:
    """Give a new hall beside those of the other tests."""
    return open_hall(shared_engine, next(_CODES))


@pytest.fixture
def other_hall(shared_engine: Engine) -> OpenHall:
    """Give a second new hall in the same database."""
    return open_hall(shared_engine, next(_CODES))
