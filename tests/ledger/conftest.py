"""A hall for each test of the kernel; those of one module share a database, as halls do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from backoffice.database import make_engine, make_owner_engine
from ledger.documents import DOCUMENT_KINDS
from tests.builders import SIGNED_SLIP, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.tampering import Books, drop_triggers, fill

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


@pytest.fixture(scope="module")
def books(shared_url: str, shared_engine: Engine) -> Iterator[Books]:
    """Give a hall with rows in every immutable table, in a database that nothing guards now."""
    hall = open_hall(shared_engine, next(_CODES))
    fill(hall)
    owner = make_owner_engine(shared_url)
    drop_triggers(owner)
    yield Books(hall, owner)
    owner.dispose()


@pytest.fixture
def signed_slip(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the name of a kind of document that needs approval; no kind of the product does yet."""
    monkeypatch.setitem(DOCUMENT_KINDS, SIGNED_SLIP.name, SIGNED_SLIP)
    return SIGNED_SLIP.name
