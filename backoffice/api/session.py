"""Signing in and out, and who is signed in; programs send a bearer token instead."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from backoffice.api import answers
from backoffice.api.door import DOORKEEPER, actor, admit, config, engine, reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import SignInBody
from backoffice.database import begin_work
from backoffice.errors import Payload
from backoffice.identity import SignInRefused, sign_in, sign_out
from backoffice.pages.door import SESSION_COOKIE
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

routes = Routes("session", Text("登录", "Signing in"), open_to_all=True)


@routes.post(
    "/session",
    Text(
        "登录;返回会话 Cookie 与 CSRF 令牌。", "Sign in; gives a session cookie and a CSRF token."
    ),
    body=SignInBody,
    gives=answers.Session,
    status=201,
    once=False,
)
def open_session(body: dict[str, Any]) -> Response:
    """Open a session. A refusal does not tell which part was wrong."""
    with begin_work(engine(), DOORKEEPER) as uow:
        token = sign_in(
            uow,
            number=body["number"].strip(),
            password=body["password"],
            hall_code=body["hall"].strip(),
            hours=config().session_hours,
        )
    if token is None:
        raise SignInRefused
    session.clear()
    g.pop("csrf_token", None)
    answer = jsonify({"csrf_token": generate_csrf()})
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=config().session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=config().secure_cookies,
    )
    answer.status_code = 201
    return answer


@routes.get("/session", Text("当前身份。", "Who is signed in."), gives=answers.Session)
def show_session() -> Payload:
    """Tell who asks, in which halls he has which roles, and the CSRF token of his session."""
    admit()
    with reading() as uow:
        halls = hall_access(uow)
    by_cookie = "Authorization" not in request.headers
    return {
        "person": actor().label,
        "csrf_token": generate_csrf() if by_cookie else None,
        "halls": halls,
    }


@routes.delete("/session", Text("退出登录。", "Sign out."), gives=answers.Session)
def close_session() -> Response:
    """End the session of the cookie."""
    admit()
    with begin_work(engine(), DOORKEEPER) as uow:
        sign_out(uow, request.cookies.get(SESSION_COOKIE, ""))
    session.clear()
    answer = jsonify({})
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def hall_access(uow: UnitOfWork) -> list[Payload]:
    """Give the halls the actor has roles in."""
    halls = uow.session.scalars(
        select(Hall).where(Hall.id.in_(sorted(uow.actor.roles))).order_by(Hall.code)
    )
    return [
        {"hall": hall.code, "name": hall.name, "roles": sorted(uow.actor.roles_in(hall.id))}
        for hall in halls
    ]
