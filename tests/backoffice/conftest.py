"""The sample hall behind the pages: loaded and audited once, copied for each test."""

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from backoffice.app import _build_doors, create_app
from backoffice.audit_work import run_day
from backoffice.config import Config
from backoffice.database import make_engine
from backoffice.folder import load_folder
from ledger.work import system_actor
from tests.backoffice.visitors import SAMPLE, Visitor, copy_books, let_everybody_in
from tests.databases import Databases

SAMPLE_DAY = dt.date(2026, 11, 20)
# After every source was due, and while the day is still the latest.
NEXT_EVENING = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="session", autouse=True)
def doors_built_once() -> Iterator[None]:
    """Build once what applications have in common, and give each its own copy to be configured.

    Describing every address takes longer than most tests of one.
    """
    build = functools.cache(_build_doors)

    def copied() -> Flask:
        app = copy.copy(build())
        app.config = copy.copy(app.config)
        app.extensions = dict(app.extensions)
        return app

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backoffice.app._build_doors", copied)
        yield


@pytest.fixture(scope="session")
def loaded_sample(databases: Databases) -> Iterator[Path]:
    """Give the file of a database with the sample hall loaded and not yet audited."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        load_folder(engine, SAMPLE)
        let_everybody_in(engine)
        engine.dispose()
        yield Path(url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def audited_sample(loaded_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the same, audited."""
    path = tmp_path_factory.mktemp("audited") / "sample.db"
    engine = make_engine(copy_books(loaded_sample, path))
    run_day(engine, system_actor("test"), "H001", SAMPLE_DAY, now=NEXT_EVENING)
    engine.dispose()
    return path


@pytest.fixture
def open_app(tmp_path: Path) -> Iterator[Callable[[Path], Flask]]:
    """Serve a copy of a database."""
    apps: list[Flask] = []

    def open_copy(original: Path) -> Flask:
        url = copy_books(original, tmp_path / f"copy-{len(apps)}.db")
        config = Config(database_url=url, secret_key="test", state_folder=str(tmp_path))
        apps.append(create_app(config))
        return apps[-1]

    yield open_copy
    for app in apps:
        app.extensions["backoffice_engine"].dispose()


@pytest.fixture
def app(open_app: Callable[[Path], Flask], audited_sample: Path) -> Flask:
    """Give the pages over a copy of the audited sample."""
    return open_app(audited_sample)


@pytest.fixture
def auditor(app: Flask) -> Visitor:
    """Give the sample's auditor, signed in."""
    return Visitor(app, "J01")
