"""The API as programs use it: the small hall behind it, and a client for each of its people."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from backoffice.app import create_app
from backoffice.audit_work import run_day
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.folder import load_folder
from backoffice.hall_setup import holder_of
from backoffice.identity import make_token, set_password
from ledger.organisations import find_hall
from ledger.work import system_actor
from tests.backoffice.small_hall import DATE, write_small_hall

API = "/api/v1"
DAY = f"{API}/halls/T001/days/{DATE}"
PASSWORD = "a good long password"
TESTER = system_actor("test")


class Program:
    """A program that acts as one person by a bearer token; each answer comes in English."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, address: str) -> TestResponse:
        """Ask."""
        return self.client.get(address, headers=self.headers)

    def read(self, address: str) -> Any:
        """Ask for what must be there."""
        answer = self.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, address: str, body: object = None, *, key: str | None = None) -> TestResponse:
        """Act."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key is not None else {})}
        return self.client.post(address, headers=headers, json=body)

    def upload(
        self,
        content: bytes,
        *,
        name: str = "file.csv",
        key: str | None = None,
        address: str = f"{DAY}/evidence",
        **fields: Any,
    ) -> TestResponse:
        """Send a file of evidence."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key is not None else {})}
        data = {"file": (io.BytesIO(content), name), **fields}
        return self.client.post(
            address, headers=headers, data=data, content_type="multipart/form-data"
        )


def told(answer: TestResponse) -> Any:
    """Give what an answer holds, whatever kind of JSON it is."""
    return json.loads(answer.text)


def _serve(engine: Engine, tmp_path: Path) -> Flask:
    load_folder(engine, write_small_hall(tmp_path / "T001"))
    with begin_work(engine, TESTER) as uow:
        hall = find_hall(uow, "T001")
        set_password(uow, person_id=holder_of(uow, hall, "J01"), password=PASSWORD)
    config = Config(secret_key="test", state_folder=str(tmp_path))
    return create_app(config, engine=engine)


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    """Give the application over the small hall; once on each kind of database."""
    return _serve(engine, tmp_path)


@pytest.fixture
def small_app(sqlite_url: str, open_engine: Callable[[str], Engine], tmp_path: Path) -> Flask:
    """Give the same on SQLite alone, for what the database has no part in."""
    return _serve(open_engine(sqlite_url), tmp_path)


def program_of(app: Flask, number: str) -> Program:
    """Give a program that acts as the holder of a staff number."""
    with begin_work(app.extensions["backoffice_engine"], TESTER) as uow:
        person_id = holder_of(uow, find_hall(uow, "T001"), number)
        return Program(app, make_token(uow, person_id=person_id, name="test"))


@pytest.fixture
def auditor(app: Flask) -> Program:
    """Give the auditor's program."""
    return program_of(app, "J01")


@pytest.fixture
def small_auditor(small_app: Flask) -> Program:
    """Give the auditor's program on SQLite alone."""
    return program_of(small_app, "J01")


@pytest.fixture
def audited(app: Flask, auditor: Program) -> Program:
    """Give the auditor's program after the day was audited: A01 is 10.00 short in cash."""
    _audit(app)
    return auditor


@pytest.fixture
def small_audited(small_app: Flask, small_auditor: Program) -> Program:
    """Give the same on SQLite alone."""
    _audit(small_app)
    return small_auditor


def _audit(app: Flask) -> None:
    run_day(app.extensions["backoffice_engine"], TESTER, "T001", dt.date.fromisoformat(DATE))
