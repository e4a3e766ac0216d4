"""Who is let in, in whose name, once and not twice; and every refusal as one problem."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from backoffice.api.door import once
from backoffice.database import begin_read, begin_work
from backoffice.hall_setup import dismiss, give_password
from ledger.events import Event
from ledger.organisations import find_hall
from ledger.requests import Request
from ledger.work import UnitOfWork
from tests.backoffice.api.conftest import API, DAY, PASSWORD, TESTER, Program, program_of, told
from tests.backoffice.small_hall import DEPOSITS


def _problem(answer: Any) -> Any:
    assert answer.mimetype == "application/problem+json", answer.text
    problem = json.loads(answer.text)
    assert problem["status"] == answer.status_code
    return problem


def _events(app: Flask) -> int:
    with begin_read(app.extensions["backoffice_engine"], TESTER) as uow:
        return uow.session.scalar(select(func.count()).select_from(Event)) or 0


def _sign_in(app: Flask, password: str = PASSWORD) -> tuple[FlaskClient, Any]:
    client = app.test_client()
    body = {"hall": "T001", "number": "J01", "password": password}
    return client, client.post(f"{API}/session", json=body)


def test_nobody_is_refused_with_401(small_app: Flask) -> None:
    client = small_app.test_client()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = client.get(f"{API}/halls", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert _problem(answer)["code"] == "not_signed_in"


def test_a_token_acts_as_its_person_until_he_is_dismissed(
    small_app: Flask, small_auditor: Program
) -> None:
    assert small_auditor.read(f"{API}/halls") == {
        "halls": [{"hall": "T001", "name": "小营业厅", "roles": ["auditor"]}]
    }
    with begin_work(small_app.extensions["backoffice_engine"], TESTER) as uow:
        dismiss(uow, find_hall(uow, "T001"), "J01")
    assert small_auditor.get(f"{API}/halls").status_code == 401


def test_signing_in_gives_a_session_that_ends(small_app: Flask) -> None:
    client, signed_in = _sign_in(small_app)
    assert signed_in.status_code == 201
    session = told(client.get(f"{API}/session"))
    assert session["halls"][0]["roles"] == ["auditor"]
    token = {"X-CSRFToken": session["csrf_token"]}
    assert client.delete(f"{API}/session", headers=token).status_code == 200
    assert client.get(f"{API}/session").status_code == 401


def test_a_wrong_password_does_not_tell_what_was_wrong(small_app: Flask) -> None:
    _, wrong = _sign_in(small_app, "no")
    assert wrong.status_code == 401
    assert _problem(wrong)["code"] == "sign_in_refused"
    assert "Set-Cookie" not in wrong.headers


def test_a_session_cannot_change_anything_without_its_csrf_token(small_app: Flask) -> None:
    client, signed_in = _sign_in(small_app)
    before = _events(small_app)
    for headers in ({}, {"X-CSRFToken": "wrong"}):
        answer = client.post(f"{DAY}/nil", json={"source": "deposits"}, headers=headers)
        assert answer.status_code == 403
        assert _problem(answer)["code"] == "csrf_token_missing"
    assert _events(small_app) == before
    headers = {"X-CSRFToken": told(signed_in)["csrf_token"]}
    answer = client.post(f"{DAY}/nil", json={"source": "deposits"}, headers=headers)
    assert answer.status_code == 201


def test_a_wrong_token_beside_a_good_cookie_lets_nobody_in(small_app: Flask) -> None:
    client, _ = _sign_in(small_app)
    answer = client.get(f"{API}/halls", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_a_password_somebody_else_gave_opens_nothing_yet(small_app: Flask) -> None:
    with begin_work(small_app.extensions["backoffice_engine"], TESTER) as uow:
        give_password(uow, find_hall(uow, "T001"), "J01", "given by another")
    client, signed_in = _sign_in(small_app, "given by another")
    assert signed_in.status_code == 201
    answer = client.get(f"{API}/halls")
    assert (answer.status_code, _problem(answer)["code"]) == (403, "password_must_change")


def test_the_same_request_twice_takes_effect_once(app: Flask, auditor: Program) -> None:
    first = auditor.upload(DEPOSITS.encode(), key="k-1")
    events = _events(app)
    again = auditor.upload(DEPOSITS.encode(), key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert _events(app) == events


def test_the_same_request_sent_by_two_at_once_takes_effect_once(
    app: Flask, auditor: Program
) -> None:
    before, start = _events(app), threading.Barrier(2)

    def send(_: int) -> Any:
        start.wait()
        return auditor.post(f"{DAY}/nil", {"source": "deposits"}, key="race")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert sorted("Idempotent-Replay" in answer.headers for answer in answers) == [False, True]
    assert _events(app) == before + 1


def test_a_key_used_for_something_else_is_refused_and_tells_nothing(
    app: Flask, auditor: Program
) -> None:
    assert auditor.post(f"{DAY}/nil", {"source": "deposits"}, key="k-1").status_code == 201
    events = _events(app)
    others = [
        auditor.post(f"{DAY}/nil", {"source": "refunds"}, key="k-1"),
        auditor.post(f"{DAY}/audit", {}, key="k-1"),
        program_of(app, "M01").post(f"{DAY}/nil", {"source": "deposits"}, key="k-1"),
    ]
    for answer in others:
        assert answer.status_code == 422
        problem = _problem(answer)
        assert problem["code"] == "request_key_reused"
        assert "deposits" not in answer.text
    assert _events(app) == events


def test_a_refused_request_does_not_use_up_its_key(app: Flask, auditor: Program) -> None:
    refused = auditor.post(f"{DAY}/nil", {"source": "accounts"}, key="k-2")
    assert (refused.status_code, _problem(refused)["code"]) == (409, "source_has_rows")
    assert auditor.post(f"{DAY}/nil", {"source": "refunds"}, key="k-2").status_code == 201
    with begin_read(app.extensions["backoffice_engine"], TESTER) as uow:
        assert len(uow.session.scalars(select(Request)).all()) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel"])
def test_an_unusable_key_is_refused(small_auditor: Program, key: str) -> None:
    answer = small_auditor.post(f"{DAY}/nil", {"source": "refunds"}, key=key)
    assert (answer.status_code, _problem(answer)["code"]) == (422, "unusable_request_key")


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ({}, "source"),
        ({"source": "refunds", "colour": "red"}, "colour"),
        ({"source": 7}, "source"),
        ({"source": None}, "source"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_body_is_read_strictly(small_auditor: Program, body: object, column: str) -> None:
    answer = small_auditor.post(f"{DAY}/nil", body)
    assert answer.status_code == 422
    problem = _problem(answer)
    assert problem["code"] == "bad_input"
    assert [place["column"] for place in problem["problems"]] == [column]


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=1.0", "page=1e3", "page=-1", "page=１", "page=9999999999", "page_size=501"],
)
def test_numbers_are_plain_digits_within_their_range(small_auditor: Program, query: str) -> None:
    answer = small_auditor.get(f"{API}/halls/T001/intakes?{query}")
    assert answer.status_code == 422
    assert _problem(answer)["problems"][0]["column"] == query.split("=", maxsplit=1)[0]


def test_what_is_no_json_is_bad_input(small_app: Flask, small_auditor: Program) -> None:
    answer = small_app.test_client().post(
        f"{DAY}/nil",
        data="{",
        headers=small_auditor.headers,
        content_type="application/json",
    )
    assert (answer.status_code, _problem(answer)["code"]) == (422, "bad_input")


def test_refusals_come_in_the_language_asked_for(small_app: Flask, small_auditor: Program) -> None:
    client = small_app.test_client()
    for language, words in (("zh-CN", "没有编码为 T9"), ("en", "There is no hall T9")):
        headers = {**small_auditor.headers, "Accept-Language": language}
        answer = client.get(f"{API}/halls/T9/days", headers=headers)
        assert answer.status_code == 404
        assert words in _problem(answer)["detail"]


def test_addresses_that_are_none_are_problems_too(small_app: Flask) -> None:
    client = small_app.test_client()
    assert _problem(client.get(f"{API}/nothing"))["code"] == "no_such_address"
    wrong = client.post(f"{API}/halls")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET")


def test_a_fault_of_the_program_tells_nothing(
    small_app: Flask, small_auditor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("the reason")

    monkeypatch.setattr("backoffice.api.halls.hall_access", fail)
    answer = small_auditor.get(f"{API}/halls")
    assert (answer.status_code, _problem(answer)["code"]) == (500, "failed")
    assert "the reason" not in answer.text


def test_no_one_sees_another_hall(small_auditor: Program) -> None:
    for address in ("days", "intakes", "documents", "verification"):
        assert small_auditor.get(f"{API}/halls/T002/{address}").status_code == 404


@pytest.mark.parametrize("date", ["2024-13-05", "20240305", "today"])
def test_a_date_that_is_none_is_bad_input(small_auditor: Program, date: str) -> None:
    answer = small_auditor.get(f"{API}/halls/T001/days/{date}")
    assert answer.status_code == 422
    assert _problem(answer)["problems"][0]["column"] == "date"


class _Passing(Exception):
    sqlstate = "40001"


@pytest.mark.parametrize(("faults", "done"), [(2, True), (3, False)])
def test_a_fault_that_passes_is_tried_again_and_not_for_ever(
    small_app: Flask, faults: int, done: bool
) -> None:
    left = [OperationalError("COMMIT", {}, _Passing())] * faults

    def act(uow: UnitOfWork) -> dict[str, object]:
        if left:
            raise left.pop()
        return {"actor": uow.actor.label}

    with small_app.test_request_context(method="POST", headers={"Idempotency-Key": "k"}):
        g.actor = TESTER
        if done:
            assert once(act, body={}) == {"actor": "system:test"}
        else:
            with pytest.raises(OperationalError):
                once(act, body={})
