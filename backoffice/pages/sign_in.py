"""Coming in, going out, choosing a language, changing the password."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from backoffice.database import begin_work
from backoffice.identity import (
    SignInRefused,
    WeakPassword,
    check_password,
    set_password,
    sign_in,
    sign_out,
)
from backoffice.pages.door import (
    DOORKEEPER,
    HALL_COOKIE,
    SESSION_COOKIE,
    actor,
    config,
    engine,
    pages,
    remember,
    safe_next,
)
from backoffice.pages.shell import say
from backoffice.pages.showing import LANGUAGE_COOKIE
from ledger.text import LANGUAGES, Text

SIGN_IN = Text("登录", "Sign in")
PASSWORD = Text("修改密码", "Change password")
WRONG_PASSWORD = Text(
    "现用密码不正确,或因多次不符暂停 15 分钟。",
    "The present password is wrong, or paused for 15 minutes after several failures.",
)
NOT_TWICE = Text("两次输入的新密码不同。", "The two new passwords differ.")
CHANGED = Text("密码已修改,请重新登录。", "The password is changed. Sign in with the new one.")


@pages.get("/sign-in")
def show_sign_in() -> str:
    """Show the form of staff number and password."""
    return _sign_in_form()


@pages.post("/sign-in")
def do_sign_in() -> Response:
    """Open a session; what fails is shown beside the form, which keeps what was typed."""
    form = request.form
    code = form.get("hall", "").strip()
    with begin_work(engine(), DOORKEEPER) as uow:
        old = request.cookies.get(SESSION_COOKIE)
        token = sign_in(
            uow,
            number=form.get("number", "").strip(),
            password=form.get("password", ""),
            hall_code=code,
            hours=config().session_hours,
        )
        if token and old:
            sign_out(uow, old)
    if token is None:
        return make_response(_sign_in_form(SignInRefused.text), 403)
    session.clear()
    answer = make_response(redirect(safe_next(form.get("next"), url_for("pages.show_home"))))
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=config().session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=config().secure_cookies,
    )
    if code:
        remember(answer, HALL_COOKIE, code)
    return answer


@pages.post("/sign-out")
def sign_out_now() -> Response:
    """End the session and forget what the browser kept of its pages."""
    with begin_work(engine(), DOORKEEPER) as uow:
        sign_out(uow, request.cookies.get(SESSION_COOKIE, ""))
    return _outside()


@pages.post("/language")
def choose_language() -> Response:
    """Keep the language chosen and go on where one was."""
    answer = make_response(redirect(safe_next(request.form.get("next"), "/")))
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        remember(answer, LANGUAGE_COOKIE, chosen)
    return answer


@pages.get("/password")
def show_password() -> str:
    """Show the form of a new password."""
    return render_template("pages/password.html", title=PASSWORD, error=None)


@pages.post("/password")
def do_password() -> Response:
    """Change the password and end all sessions of the person."""
    form = request.form
    person = actor().person_id
    with begin_work(engine(), DOORKEEPER) as uow:
        right = check_password(uow, person_id=person, password=form.get("present", ""))
    if not right:
        return _password_refused(WRONG_PASSWORD)
    if form.get("new") != form.get("again"):
        return _password_refused(NOT_TWICE)
    try:
        with begin_work(engine(), DOORKEEPER) as uow:
            set_password(uow, person_id=person, password=form.get("new", ""))
    except WeakPassword as weak:
        return _password_refused(weak.text)
    return _outside(CHANGED)


def password_is_right(password: str) -> bool:
    """Ask the visitor's password again before an act that binds him; failures are counted."""
    with begin_work(engine(), DOORKEEPER) as uow:
        return check_password(uow, person_id=actor().person_id, password=password)


def _sign_in_form(error: Text | None = None) -> str:
    return render_template(
        "pages/sign_in.html",
        title=SIGN_IN,
        error=error,
        number=request.form.get("number", ""),
        hall_code=request.form.get("hall", request.cookies.get(HALL_COOKIE, "")),
        next=request.values.get("next", ""),
    )


def _password_refused(error: Text) -> Response:
    page = render_template("pages/password.html", title=PASSWORD, error=error)
    return make_response(page, 422)


def _outside(message: Text | None = None) -> Response:
    session.clear()
    if message is not None:
        say(message)
    answer = make_response(redirect(url_for("pages.show_sign_in")))
    answer.delete_cookie(SESSION_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
