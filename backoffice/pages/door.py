"""The fixed steps of every request for a page: who comes, to which hall, and whether he may.

A view says what it needs by `needs`; a view of a hall that says nothing is refused, so that no page
is left open by forgetting. What an actor may not see is answered as if it were not there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from sqlalchemy import Engine, select
from werkzeug.wrappers import Response as AnyResponse

from backoffice.config import Config
from backoffice.database import begin_read, begin_work
from backoffice.identity import Visitor, person_for_session
from ledger.actors import actor_for, role_names
from ledger.duties.authority import may_or_stands_in
from ledger.organisations import Hall, UnknownHall
from ledger.permissions import NotPermitted, actor_may
from ledger.requests import claim_request
from ledger.work import Actor, UnitOfWork, system_actor

P = ParamSpec("P")
R = TypeVar("R")

pages = Blueprint("pages", __name__)

SESSION_COOKIE = "backoffice_session"
HALL_COOKIE = "hall"
DOORKEEPER = system_actor("pages")
# These need no session; everything else does.
OPEN_TO_ALL = frozenset({"pages.show_sign_in", "pages.do_sign_in", "pages.choose_language"})
# These are all that is open while the password has to be changed.
BEFORE_NEW_PASSWORD = frozenset({"pages.show_password", "pages.do_password", "pages.sign_out_now"})
SIGNED_FOR_OTHERS = frozenset({("audit", "sign"), ("day_results", "approve")})
NEEDS = "page_needs"

Need = tuple[str, str]


def needs(*any_of: Need) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say which (area, action) opens a hall's page; one of several is enough."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, NEEDS, any_of)
        return view

    return mark


@pages.before_request
def check_visitor() -> AnyResponse | None:
    """Let the request in, or send it to sign-in; before every page."""
    if request.endpoint is None or request.endpoint in OPEN_TO_ALL:
        return None
    token = request.cookies.get(SESSION_COOKIE, "")
    code = (request.view_args or {}).pop("hall", None)
    with begin_read(engine(), DOORKEEPER) as uow:
        visitor = person_for_session(uow, token) if token else None
        if visitor is None:
            return redirect(url_for("pages.show_sign_in", next=_here()))
        _admit(uow, visitor, code)
    if visitor.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        return redirect(url_for("pages.show_password"))
    if code is not None:
        _require_one()
    return None


@pages.after_request
def keep_hall(response: Response) -> Response:
    """Come back to the hall of last time."""
    chosen = g.get("hall")
    if chosen is not None and request.cookies.get(HALL_COOKIE) != chosen.code:
        remember(response, HALL_COOKIE, chosen.code)
    return response


def _admit(uow: UnitOfWork, visitor: Visitor, code: str | None) -> None:
    on = uow.today
    g.actor = actor_for(uow, visitor.person_id, on)
    g.today = on
    ids = sorted(g.actor.roles)
    halls = uow.session.scalars(select(Hall).where(Hall.id.in_(ids)).order_by(Hall.code)).all()
    g.role_words = []
    uow.session.expunge_all()
    g.halls = list(halls)
    if code is not None:
        g.hall = next((hall for hall in g.halls if hall.code == code), None)
        if g.hall is None:
            raise UnknownHall(hall=code)
        g.role_words = role_names(g.actor.roles_in(g.hall.id))


def _require_one() -> None:
    view = current_app.view_functions[cast(str, request.endpoint)]
    wanted: tuple[Need, ...] = getattr(view, NEEDS, ())
    if not any(allowed(area, action) for area, action in wanted):
        area, action = wanted[0] if wanted else ("pages", "view")
        raise NotPermitted(actor=actor().label, action=action, area=area)


def allowed(area: str, action: str) -> bool:
    """Tell whether the visitor's roles in the present hall allow the action.

    A day and its result he may also sign in somebody's place.
    """
    if "hall" not in g:
        return False
    return actor_may(actor(), hall().id, area, action) or (
        (area, action) in SIGNED_FOR_OTHERS and _stands_in(area, action)
    )


def _stands_in(area: str, action: str) -> bool:
    known: dict[tuple[str, str], bool] = g.setdefault("stands_in", {})
    if (area, action) not in known:
        with reading() as uow:
            known[area, action] = may_or_stands_in(uow, hall().id, area, action)
    return known[area, action]


@contextmanager
def reading() -> Iterator[UnitOfWork]:
    """Open a read of the books as the visitor."""
    with begin_read(engine(), actor()) as uow:
        yield uow


@contextmanager
def working(who: Actor | None = None) -> Iterator[UnitOfWork]:
    """Open a unit of work as the visitor; all of it takes effect at the end of the block.

    `who` is the visitor as one who sees more than this hall, where an act needs that.
    """
    with begin_work(engine(), who or actor()) as uow:
        yield uow


def act_once(do: Callable[[UnitOfWork], object], *, who: Actor | None = None) -> bool:
    """Do one act of a form, but not again when the same form is sent twice; tell whether done now.

    The form carries a `request_key` made when it was shown. `who` is as in `working`.
    """
    key = request.form.get("request_key", "")
    with working(who) as uow:
        if key:
            earlier = claim_request(
                uow,
                scope=f"pages:{uow.actor.person_id}",
                key=key,
                command=f"{request.method} {request.path}",
                body_hash=_form_hash(),
            )
            if earlier is not None:
                return False
        do(uow)
    return True


def engine() -> Engine:
    """Give the application's engine."""
    return cast(Engine, current_app.extensions["backoffice_engine"])


def config() -> Config:
    """Give the application's settings."""
    return cast(Config, current_app.extensions["backoffice_config"])


def actor() -> Actor:
    """Give who visits."""
    return cast(Actor, g.actor)


def hall() -> Hall:
    """Give the hall of the address, which the visitor may see."""
    return cast(Hall, g.hall)


def safe_next(target: str | None, fallback: str) -> str:
    """Give `target` where it leads to a page of ours, else `fallback`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice that is no secret, such as the language, for a year."""
    response.set_cookie(
        name,
        value,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        secure=config().secure_cookies,
    )


def _here() -> str | None:
    if request.method != "GET" or request.path == "/":
        return None
    return request.full_path.rstrip("?")


def _form_hash() -> str:
    fields = sorted((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    return hashlib.sha256(repr(fields).encode()).hexdigest()
