"""The fixed steps of every API request: who asks, whether he may, once and not twice, one problem.

A program shows a bearer token, a person the cookie of a session; with the cookie every changing
request must carry the CSRF token too, since a browser sends cookies by itself.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import validate_csrf
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError as StaleToken

from backoffice.config import Config
from backoffice.database import begin_read, begin_work
from backoffice.errors import (
    MEDIA_TYPE,
    CrossSiteRequest,
    NotSignedIn,
    Payload,
    http_payload,
    problem_payload,
    schema_refusal,
    status_of,
    unreachable,
)
from backoffice.failure_log import write_failure
from backoffice.identity import Visitor, check_password, person_for_session, person_for_token
from backoffice.pages.door import SESSION_COOKIE
from backoffice.pages.showing import language
from ledger.actors import actor_for
from ledger.errors import BackofficeError, Forbidden, Invalid
from ledger.requests import claim_request, store_answer
from ledger.text import Text
from ledger.work import Actor, UnitOfWork, system_actor

DOORKEEPER = system_actor("api")
KEY_HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"
LONGEST_KEY = 200
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ATTEMPTS = 3
# A serialisation failure, a deadlock, and Citus' answer to either at the end: nothing took effect.
PASSING_FAULTS = frozenset({"40001", "40P01", "XX000"})

log = logging.getLogger(__name__)


class PasswordMustChange(Forbidden):
    """The password was given by somebody else, or is too old."""

    code = "password_must_change"
    text = Text(
        "请先在网页上修改密码。", "Change the password first: the pages ask for it at sign-in."
    )


class PasswordNotConfirmed(Forbidden):
    """An act that binds a person needs his password again."""

    code = "password_not_confirmed"
    text = Text(
        "密码不正确,或因多次不符暂停 15 分钟。",
        "The password is wrong, or paused for 15 minutes after several failures.",
    )


class UnusableRequestKey(Invalid):
    """The request key is empty, too long or not plain."""

    code = "unusable_request_key"
    text = Text(
        "Idempotency-Key 须为 1 至 200 个可见 ASCII 字符。",
        "Idempotency-Key is 1 to 200 visible ASCII characters.",
    )


def admit() -> None:
    """Find out who asks; raises NotSignedIn, PasswordMustChange and CrossSiteRequest."""
    with begin_read(engine(), DOORKEEPER) as uow:
        visitor = _visitor(uow)
        if visitor is None:
            raise NotSignedIn
        g.today = uow.today
        g.actor = actor_for(uow, visitor.person_id, g.today)
    if visitor.must_change_password:
        raise PasswordMustChange


def _visitor(uow: UnitOfWork) -> Visitor | None:
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        person_id = person_for_token(uow, token.strip()) if scheme.lower() == "bearer" else None
        return None if person_id is None else Visitor(person_id, must_change_password=False)
    session = request.cookies.get(SESSION_COOKIE, "")
    visitor = person_for_session(uow, session) if session else None
    if visitor is not None:
        require_same_site()
    return visitor


def require_same_site() -> None:
    """Go on only if a changing request brings the CSRF token; raises CrossSiteRequest."""
    if request.method in READING_METHODS or not current_app.config.get("WTF_CSRF_ENABLED", True):
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken", ""))
    except StaleToken as stale:
        raise CrossSiteRequest from stale


def engine() -> Engine:
    """Give the application's engine."""
    return cast(Engine, current_app.extensions["backoffice_engine"])


def config() -> Config:
    """Give the application's settings."""
    return cast(Config, current_app.extensions["backoffice_config"])


def actor() -> Actor:
    """Give who asks."""
    return cast(Actor, g.actor)


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """Open a read of the books as the one who asks."""
    with begin_read(engine(), actor()) as uow:
        yield uow


def once(act: Callable[[UnitOfWork], Payload], *, body: Mapping[str, object]) -> Payload:
    """Do one act in one unit of work; asked again with the same key, give the stored answer.

    `body` is what makes two requests the same; a password in it is left out. A refusal stores
    nothing, the key included. Raises RequestKeyReused for another body, and what `act` raises.
    """
    key = _request_key()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with begin_work(engine(), actor()) as uow:
                return _once(uow, act, key, body)
        except DBAPIError as fault:
            if attempt == ATTEMPTS or not _passes(fault):
                raise
    raise AssertionError("the last attempt returns or raises")


def _once(
    uow: UnitOfWork, act: Callable[[UnitOfWork], Payload], key: str, body: Mapping[str, object]
) -> Payload:
    if not key:
        return act(uow)
    earlier = claim_request(
        uow,
        scope="api",
        key=key,
        command=f"{request.method} {request.path}",
        body_hash=_hash(body),
    )
    if earlier is not None:
        g.replayed = True
        stored: Payload = json.loads(earlier.answer)
        return stored
    answer = act(uow)
    store_answer(uow, scope="api", key=key, answer=json.dumps(answer, ensure_ascii=False))
    return answer


def _request_key() -> str:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return ""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise UnusableRequestKey
    return key


def _hash(body: Mapping[str, object]) -> str:
    told = {name: value for name, value in body.items() if name != "password"}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _passes(fault: DBAPIError) -> bool:
    return fault.connection_invalidated or getattr(fault.orig, "sqlstate", "") in PASSING_FAULTS


def confirm_password(password: str) -> None:
    """Go on only with the actor's password, failures counted; raises PasswordNotConfirmed."""
    with begin_work(engine(), DOORKEEPER) as uow:
        right = check_password(uow, person_id=actor().person_id, password=password)
    if not right:
        raise PasswordNotConfirmed


def problem_response(error: Exception) -> Response:
    """Give any error as `application/problem+json`; what is not the caller's goes to the log."""
    said = language()
    if isinstance(error, BackofficeError):
        return _problem(status_of(error), problem_payload(error, said))
    if isinstance(error, HTTPException):
        return _http_problem(error)
    if isinstance(error, DBAPIError) and unreachable(error) is not None:
        write_failure(log, f"database unreachable on {request.method} {request.path}", error)
        return _problem(503, http_payload(503, said))
    write_failure(log, f"failed on {request.method} {request.path}", error)
    return _problem(500, http_payload(500, said))


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    messages: Any = (getattr(error, "data", None) or {}).get("messages")
    if messages:
        # What a schema refused; it knows its places, and no file.
        return problem_response(schema_refusal(messages))
    response = _problem(status, http_payload(status, language()))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(cast(Any, error).valid_methods))
    return response


def _problem(status: int, payload: Payload) -> Response:
    named = {**payload, "title": HTTPStatus(status).phrase, "status": status}
    body = json.dumps(named, ensure_ascii=False)
    response = Response(body, status=status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def mark_replay(response: Response) -> Response:
    """Tell a stored answer from a new one by a header."""
    if g.get("replayed", False):
        response.headers[REPLAY_HEADER] = "true"
    return response


def exempt_from_forms(app: Flask, blueprint: object) -> None:
    """Take a blueprint out of the forms' CSRF check; `admit` makes its own."""
    protection = app.extensions.get("csrf")
    if protection is not None:
        protection.exempt(blueprint)
