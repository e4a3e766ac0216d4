"""People at the pages: each with cookies of his own, signed in, sending forms as browsers do."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from backoffice.database import begin_work
from backoffice.identity import Credential
from ledger.actors import Employment
from ledger.work import system_actor

PASSWORD = "a good long password"
SAMPLE = Path(__file__).parent.parent.parent / "sample" / "H001-2026-11-20"
HALL = "/halls/H001"
DAY = f"{HALL}/days/2026-11-20"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="([^"]*)"')
KEY = re.compile(r'name="request_key" value="([^"]+)"')


class Visitor:
    """One person's browser."""

    def __init__(
        self, app: Flask, number: str = "", language: str = "zh", *, hall: str = ""
    ) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": language}
        if number:
            fields = {"number": number, "password": PASSWORD, "hall": hall}
            answer = self.send("/sign-in", fields, page="/sign-in")
            assert answer.status_code == 302, answer.text

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(address, headers=self.headers, buffered=True, **options)

    def read(self, address: str) -> str:
        """Open a page that must be there and give its HTML."""
        answer = self.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.text

    def send(
        self, address: str, fields: Mapping[str, Any], *, page: str, follow: bool = False
    ) -> TestResponse:
        """Send a form that stands on `page`, with the hidden fields that page gives it."""
        form = self.get(page).text
        token, key = TOKEN.search(form), KEY.search(form)
        assert token is not None, f"{page} has no form"
        hidden = {"csrf_token": token[1]} | ({"request_key": key[1]} if key else {})
        return self.client.post(
            address, data={**hidden, **fields}, headers=self.headers, follow_redirects=follow
        )

    def scan(self, page: str, code: str) -> dict[str, Any]:
        """Send one scan of a scanning page as its script does; gives the answer."""
        token = TOKEN.search(self.get(page).text)
        assert token is not None, f"{page} has no form"
        answer = self.client.post(
            page,
            json={"code": code, "key": secrets.token_hex(8)},
            headers={**self.headers, "X-CSRFToken": token[1]},
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


def let_everybody_in(engine: Engine) -> None:
    """Give every person of the books the same password; making one hash is slow on purpose."""
    with begin_work(engine, system_actor("test")) as uow:
        persons = uow.session.scalars(
            select(Employment.person_id).where(Employment.kind == "person").distinct()
        ).all()
        for person_id in persons:
            uow.session.add(
                Credential(person_id=person_id, password_hash=quick_hash(), changed_at=uow.now)
            )


def copy_books(original: Path, copy: Path) -> str:
    """Copy a SQLite database and give the copy's address."""
    with (
        closing(sqlite3.connect(original)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return f"sqlite:///{copy}"


@cache
def quick_hash() -> str:
    """Give the hash of everybody's password, made with less labour than the product's."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
