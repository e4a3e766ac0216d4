"""The door of the pages: who comes in, what he may see, and what everybody is told when refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import PASSWORD_AGE, Credential, SignIn
from backoffice.pages.door import NEEDS, SESSION_COOKIE, safe_next
from ledger.work import system_actor
from tests.backoffice.visitors import DAY, HALL, LINK, PASSWORD, Visitor, copy_books

SYSTEM = system_actor("test")


def test_a_stranger_is_sent_to_sign_in_and_then_where_he_wanted(app: Flask) -> None:
    stranger = Visitor(app)
    answer = stranger.get(DAY)
    assert answer.status_code == 302
    door = answer.location
    assert door.startswith("/sign-in?next=")
    fields = {"number": "J01", "password": PASSWORD, "next": DAY}
    assert stranger.send("/sign-in", fields, page=door).location == DAY


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", None]
)
def test_nobody_is_sent_away_from_our_pages(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


def test_a_refused_sign_in_keeps_what_was_typed_and_does_not_say_what_was_wrong(
    app: Flask,
) -> None:
    texts = []
    for number, password in (("J01", "wrong password"), ("X99", PASSWORD)):
        fields = {"number": number, "password": password, "hall": "H001"}
        answer = Visitor(app).send("/sign-in", fields, page="/sign-in")
        assert answer.status_code == 403
        assert f'value="{number}"' in answer.text
        assert password not in answer.text
        start = answer.text.index('role="alert"')
        texts.append(answer.text[start : answer.text.index("</p>", start)])
    assert texts[0] == texts[1]


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    fields = {"number": "J01", "password": PASSWORD}
    answer = Visitor(app).send("/sign-in", fields, page="/sign-in")
    cookie = next(
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith(SESSION_COOKIE)
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_makes_a_new_session_and_ends_the_one_brought_along(app: Flask) -> None:
    visitor = Visitor(app, "J01")
    before = visitor.client.get_cookie(SESSION_COOKIE)
    visitor.send("/sign-in", {"number": "J01", "password": PASSWORD}, page="/sign-in")
    after = visitor.client.get_cookie(SESSION_COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with begin_work(app.extensions["backoffice_engine"], SYSTEM) as uow:
        ended = [row.ended_at is not None for row in uow.session.scalars(select(SignIn))]
    assert sorted(ended) == [False, True]


def test_signing_out_closes_the_pages(auditor: Visitor) -> None:
    assert auditor.send("/sign-out", {}, page=HALL + "/").status_code == 302
    assert auditor.get(DAY).location.startswith("/sign-in")


@pytest.mark.parametrize("address", ["/sign-out", f"{DAY}/run", f"{DAY}/sign", f"{DAY}/nil"])
def test_a_form_without_its_token_does_nothing(auditor: Visitor, address: str) -> None:
    answer = auditor.client.post(address, data={"password": PASSWORD}, headers=auditor.headers)
    assert answer.status_code == 400
    assert auditor.get(DAY).status_code == 200


def test_another_hall_is_as_if_it_were_not_there(auditor: Visitor) -> None:
    for address in ("/halls/H002/", "/halls/H002/days/2026-11-20", "/halls/H002/search?q=1"):
        answer = auditor.get(address)
        assert answer.status_code == 404
        assert "H002" in answer.text


@pytest.mark.parametrize("address", [DAY, f"{HALL}/days", f"{HALL}/findings"])
def test_a_clerk_does_not_see_the_hall_s_figures(app: Flask, address: str) -> None:
    assert Visitor(app, "A01").get(address).status_code == 403


@pytest.mark.parametrize("number", ["K01", "M01", "B01", "F01", "S01", "A01", "K02", "M02"])
def test_everybody_has_a_desk_and_every_entry_of_its_side_opens(app: Flask, number: str) -> None:
    visitor = Visitor(app, number)
    page = visitor.read(f"{HALL}/")
    side = page[page.index('<nav class="side"') : page.index('<main class="work"')]
    entries = LINK.findall(side)
    assert entries
    assert [visitor.get(entry).status_code for entry in entries] == [200] * len(entries)


def test_every_page_of_a_hall_says_who_may_open_it(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("pages.") and "hall" in rule.arguments
        if not getattr(app.view_functions[rule.endpoint], NEEDS, ())
    ]
    assert silent == []


def test_a_password_too_old_opens_only_the_page_to_change_it(app: Flask) -> None:
    visitor = Visitor(app, "J01")
    with begin_work(app.extensions["backoffice_engine"], SYSTEM) as uow:
        for credential in uow.session.scalars(select(Credential)):
            credential.changed_at = uow.now - PASSWORD_AGE - dt.timedelta(seconds=1)
    assert visitor.get(DAY).location == "/password"
    new = {"present": PASSWORD, "new": "another good password", "again": "another good password"}
    assert visitor.send("/password", new, page="/password").location == "/sign-in"
    again = {"number": "J01", "password": "another good password"}
    visitor.send("/sign-in", again, page="/sign-in")
    assert visitor.get(DAY).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"present": "wrong", "new": "another good password", "again": "another good password"},
        {"present": PASSWORD, "new": "another good password", "again": "something else"},
        {"present": PASSWORD, "new": "short", "again": "short"},
    ],
    ids=["present", "again", "short"],
)
def test_a_refused_new_password_says_why_and_leaves_the_old(
    auditor: Visitor, fields: dict[str, str]
) -> None:
    answer = auditor.send("/password", fields, page="/password")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert auditor.get(DAY).status_code == 200


def test_every_answer_forbids_what_a_page_does_not_need(auditor: Visitor) -> None:
    for address in (DAY, "/sign-in", "/nothing-here", "/static/paper.css"):
        headers = auditor.get(address).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_failure_of_the_program_shows_no_traceback(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> str:
        raise RuntimeError("the secret reason")

    monkeypatch.setitem(app.view_functions, "icons", break_down)
    answer = Visitor(app).get("/icons.svg")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "没有这一页"), ("en-GB", "no such page")])
def test_a_wrong_address_is_explained_in_the_browser_s_language(
    app: Flask, language: str, word: str
) -> None:
    answer = Visitor(app, language=language).get("/nothing-here")
    assert answer.status_code == 404
    assert word in answer.text


def test_the_language_switch_outlasts_the_browser_s_wish(auditor: Visitor) -> None:
    assert '<html lang="zh-CN">' in auditor.read(DAY)
    auditor.send("/language", {"language": "en", "next": DAY}, page=DAY)
    assert '<html lang="en">' in auditor.read(DAY)


def test_an_upload_above_the_limit_is_told_the_limit(audited_sample: Path, tmp_path: Path) -> None:
    url = copy_books(audited_sample, tmp_path / "small.db")
    small = create_app(
        Config(database_url=url, secret_key="test", state_folder=str(tmp_path), upload_limit_mb=1)
    )
    try:
        visitor = Visitor(small, "J01")
        form = "multipart/form-data; boundary=x"
        answer = visitor.client.post(f"{DAY}/files", data=b"0" * (2**20 + 1), content_type=form)
        assert answer.status_code == 413
        assert "1 MB" in answer.text
    finally:
        small.extensions["backoffice_engine"].dispose()
