"""What tests of the kernel may ask for: a hall, tampered books, a kind that needs approval."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from backoffice.database import make_owner_engine
from ledger.documents import DOCUMENT_KINDS
from tests.builders import SIGNED_SLIP, open_hall
from tests.halls import hall, other_hall, shared_engine, shared_url
from tests.ledger.tampering import Books, drop_triggers, fill

__all__ = ["hall", "other_hall", "shared_engine", "shared_url"]


@pytest.fixture(scope="module")
def books(shared_url: str, shared_engine: Engine) -> Iterator[Books]:
    """Give a hall with rows in every immutable table, in a database that nothing guards now."""
    filled = open_hall(shared_engine, "T001")
    fill(filled)
    owner = make_owner_engine(shared_url)
    drop_triggers(owner)
    yield Books(filled, owner)
    owner.dispose()


@pytest.fixture
def signed_slip(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the name of a kind of document that needs approval; no kind of the product does yet."""
    monkeypatch.setitem(DOCUMENT_KINDS, SIGNED_SLIP.name, SIGNED_SLIP)
    return SIGNED_SLIP.name
