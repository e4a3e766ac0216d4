"""A hall for each test of invoices; those of one module share a database, as halls do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine
from tests.builders import OpenHall, open_hall
from tests.databases import Databases

_CODES = (f"P{number:04d}" for number in count(1))


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def shared_engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    """Give the application's engine on one database for all tests of a module, on each kind."""
    with databases.fresh(request.param) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def hall(shared_engine: Engine) -> OpenHall:
    """Give a new hall beside those of the other tests."""
    return open_hall(shared_engine, next(_CODES))
