"""What every test may ask for: real databases, a browser, the shared files; and no network."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from tests.databases import DatabaseKind, Databases

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Engine

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MEMORY = Path("/dev/shm")
ROOM_NEEDED = 3 * 2**30
MARKER_OF_FIXTURE = {
    "browser": "browser",
    "postgresql_url": "postgresql",
    "shared_data": "shared_data",
}
BOTH_DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
]

# The same examples in every run: a red test is red for everybody. `--hypothesis-profile=exploring`
# looks for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("exploring", deadline=None, max_examples=1000)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Write into memory where there is room for it: nothing a test writes has to last."""
    writable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    if writable and shutil.disk_usage(MEMORY).free > ROOM_NEEDED:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test by the fixtures it asks for, so that markers cannot be forgotten.

    A check of the audit is one statement for both databases: the values it is asked with are all
    tried on SQLite, and each question once on PostgreSQL, where the oracle's halls follow.

    The scenarios come first: each is long, and one begun late keeps a single process busy while the
    others have nothing left to do.
    """
    items.sort(key=lambda item: "/scenarios/" not in item.nodeid)
    asked: set[str] = set()
    again: list[pytest.Item] = []
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKER_OF_FIXTURE:
                item.add_marker(MARKER_OF_FIXTURE[fixture])
        question, _, values = item.nodeid.partition("[")
        if "_checks.py::" in question and "postgresql" in values:
            if question in asked:
                again.append(item)
            asked.add(question)
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in again]


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Let a password cost next to nothing here, where many are checked."""
    patch = pytest.MonkeyPatch()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr("backoffice.identity._HASHER", cheap)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_foreign(address[0])
        connect(self, address)

    def guarded_resolve(host: Any, *rest: Any, **named: Any) -> Any:
        _refuse_foreign(host)
        return resolve(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def _refuse_foreign(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return
    try:
        near = ipaddress.ip_address(str(name)).is_loopback or name in {"0.0.0.0", "::"}  # noqa: S104
    except ValueError:
        near = False
    if not near:
        raise AssertionError(f"tests do not use the network: {name}")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Give fresh databases on demand, for fixtures of any scope: `databases.fresh("sqlite")`."""
    from backoffice.schema_setup import migrate

    source = Databases(tmp_path_factory.mktemp("databases"), migrate)
    yield source
    source.close()


@pytest.fixture
def sqlite_url(databases: Databases) -> Iterator[str]:
    """Give a fresh, migrated SQLite database."""
    with databases.fresh("sqlite") as url:
        yield url


@pytest.fixture
def postgresql_url(databases: Databases) -> Iterator[str]:
    """Give a fresh, migrated PostgreSQL database."""
    with databases.fresh("postgresql") as url:
        yield url


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Give a fresh, migrated database; the test runs once on each kind."""
    kind: DatabaseKind = request.param
    with databases.fresh(kind) as url:
        yield url


@pytest.fixture(params=BOTH_DATABASES)
def empty_database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Give a fresh database without any table; the test runs once on each kind."""
    kind: DatabaseKind = request.param
    with databases.fresh(kind, migrated=False) as url:
        yield url


@pytest.fixture
def open_engine() -> Iterator[Callable[[str], Engine]]:
    """Open the application's engine on an address; all are closed after the test."""
    from backoffice import database

    opened: list[Engine] = []

    def make(url: str) -> Engine:
        opened.append(database.make_engine(url))
        return opened[-1]

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture
def engine(database_url: str, open_engine: Callable[[str], Engine]) -> Engine:
    """Give the application's engine on a fresh, migrated database; once on each kind."""
    return open_engine(database_url)


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Give the folder of real files beside the checkout; without it the test is skipped."""
    folder = pytestconfig.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared files do not lie beside this checkout")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium; open a context of it for each person."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise RuntimeError("no Chromium is installed; `make setup` installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()
