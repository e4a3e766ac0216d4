"""The sample hall's desk of forms on a working day: today open, and its acts sent as forms."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.backoffice.goods_days import errors_on, open_today
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

BOOKS = f"{HALL}/books"
NEW = f"{BOOKS}/new"
CODE = "031002600104"
BOUND, OTHER_BOUND = f"{CODE}/00261001", f"{CODE}/00261051"


def open_desk(app: Flask) -> Flask:
    """Open today, so that acts can be dated."""
    open_today(app.extensions["backoffice_engine"])
    return app


def act(visitor: Visitor, name: str, **fields: Any) -> TestResponse:
    """Send the form of an act."""
    return visitor.send(f"{NEW}/{name}", fields, page=f"{NEW}/{name}")


def done(answer: TestResponse) -> str:
    """Give the page an act led to; what it complained of fails the test."""
    assert answer.status_code == 302, errors_on(answer.text)
    return answer.location


def sign(visitor: Visitor, address: str, act_name: str = "confirm", **fields: Any) -> TestResponse:
    """Sign a document on its page, with the password again."""
    return visitor.send(
        address, {"act": act_name, "password": PASSWORD, **fields}, page=address, follow=True
    )


def draw(app: Flask, clerk: str, book: str = BOUND) -> str:
    """Let the custodian give a book to a clerk, who signs for it; gives the document's page."""
    address = done(act(Visitor(app, "K02"), "draw", pick=book, clerk=clerk))
    signed = sign(Visitor(app, clerk), address)
    assert "已入账" in signed.text, errors_on(signed.text)
    return address
