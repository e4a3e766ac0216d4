"""Passwords, sessions and tokens: who is let in, who is kept out, and for how long."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from backoffice.database import begin_read, begin_work
from backoffice.identity import (
    ApiToken,
    Credential,
    SignIn,
    WeakPassword,
    check_password,
    end_token,
    find_person,
    make_token,
    person_for_session,
    person_for_token,
    set_password,
    sign_in,
    sign_out,
)
from ledger.actors import Employment
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.work import system_actor

SYSTEM = system_actor("test")
NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
PASSWORD = "a good long password"


@pytest.fixture
def books(engine: Engine) -> Engine:
    """Give a database with two halls, where A01 is two different persons and J01 one."""
    with begin_work(engine, SYSTEM, now=NOON) as uow:
        for code, clerk in (("H001", "林晓燕"), ("H002", "王芳")):
            staff = (
                StaffMember("J01", "沈静怡", ("auditor",), person="shen"),
                StaffMember("A01", clerk, ("clerk",)),
            )
            enrol_hall(
                uow,
                HallFile(
                    code=code,
                    name=code,
                    organisation="集团/某市",
                    business_date=dt.date(2026, 11, 20),
                    books_open_on=None,
                    expected=None,
                    staff=staff,
                ),
            )
        for person_id in uow.session.scalars(select(Employment.person_id).distinct()).all():
            # One hash for all: making one is slow on purpose.
            uow.session.add(
                Credential(person_id=person_id, password_hash=_hash_of(PASSWORD), changed_at=NOON)
            )
    return engine


@cache
def _hash_of(password: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def _holder(engine: Engine, number: str, hall: str) -> int:
    with begin_read(engine, SYSTEM, now=NOON) as uow:
        person_id = find_person(uow, number=number, hall_code=hall)
    assert person_id is not None
    return person_id


@pytest.fixture
def auditor(books: Engine) -> int:
    """Give the person who is J01 in both halls."""
    return _holder(books, "J01", "")


def _sign_in(
    engine: Engine,
    number: str,
    password: str = PASSWORD,
    *,
    hall: str = "",
    now: dt.datetime = NOON,
) -> str | None:
    with begin_work(engine, SYSTEM, now=now) as uow:
        return sign_in(uow, number=number, password=password, hall_code=hall, hours=12)


def _visitor_of(engine: Engine, token: str, now: dt.datetime = NOON) -> int | None:
    with begin_read(engine, SYSTEM, now=now) as uow:
        visitor = person_for_session(uow, token)
        return None if visitor is None else visitor.person_id


def test_number_and_password_open_a_session_of_that_person(books: Engine, auditor: int) -> None:
    token = _sign_in(books, "J01")
    assert token is not None
    assert _visitor_of(books, token) == auditor


def test_a_number_two_persons_hold_needs_the_hall(books: Engine) -> None:
    assert _sign_in(books, "A01") is None
    token = _sign_in(books, "A01", hall="H002")
    assert token is not None
    assert _visitor_of(books, token) == _holder(books, "A01", "H002")


@pytest.mark.parametrize(
    ("number", "password", "hall"),
    [("J01", "wrong", ""), ("X99", PASSWORD, ""), ("J01", PASSWORD, "H009"), ("J01", "", "")],
    ids=["password", "number", "hall", "empty"],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    books: Engine, number: str, password: str, hall: str
) -> None:
    assert _sign_in(books, number, password, hall=hall) is None


def test_a_number_no_longer_held_opens_nothing(books: Engine, auditor: int) -> None:
    with begin_work(books, SYSTEM, now=NOON) as uow:
        for employment in uow.session.scalars(
            select(Employment).where(Employment.person_id == auditor)
        ):
            employment.valid_to = dt.date(2026, 11, 19)
    assert _sign_in(books, "J01") is None


def test_five_failures_lock_out_even_the_right_password_for_a_quarter_of_an_hour(
    books: Engine,
) -> None:
    for _ in range(5):
        assert _sign_in(books, "J01", "wrong") is None
    assert _sign_in(books, "J01") is None
    almost = NOON + dt.timedelta(minutes=14, seconds=59)
    assert _sign_in(books, "J01", now=almost) is None
    assert _sign_in(books, "J01", now=NOON + dt.timedelta(minutes=15)) is not None


def test_four_failures_and_a_success_start_the_count_again(books: Engine) -> None:
    for _ in range(2):
        for _ in range(4):
            assert _sign_in(books, "J01", "wrong") is None
        assert _sign_in(books, "J01") is not None


def test_one_persons_failures_do_not_lock_another_out(books: Engine) -> None:
    for _ in range(5):
        _sign_in(books, "A01", "wrong", hall="H001")
    assert _sign_in(books, "A01", hall="H002") is not None


def test_a_session_ends_with_its_hours(books: Engine, auditor: int) -> None:
    token = _sign_in(books, "J01")
    assert token is not None
    twelve_hours = NOON + dt.timedelta(hours=12)
    assert _visitor_of(books, token, twelve_hours - dt.timedelta(seconds=1)) == auditor
    assert _visitor_of(books, token, twelve_hours) is None


def test_signing_out_ends_this_session_and_no_other(books: Engine, auditor: int) -> None:
    first, second = _sign_in(books, "J01"), _sign_in(books, "J01")
    assert first is not None
    assert second is not None
    with begin_work(books, SYSTEM, now=NOON) as uow:
        sign_out(uow, first)
    assert _visitor_of(books, first) is None
    assert _visitor_of(books, second) == auditor


def test_a_new_password_ends_every_session_and_replaces_the_old(
    books: Engine, auditor: int
) -> None:
    token = _sign_in(books, "J01")
    assert token is not None
    with begin_work(books, SYSTEM, now=NOON) as uow:
        set_password(uow, person_id=auditor, password="another good password")
    assert _visitor_of(books, token) is None
    assert _sign_in(books, "J01") is None
    assert _sign_in(books, "J01", "another good password") is not None


@pytest.mark.parametrize("password", ["short", "x" * 201, PASSWORD, "J01"])
def test_a_weak_or_repeated_password_is_refused_and_the_old_one_stays(
    books: Engine, auditor: int, password: str
) -> None:
    with pytest.raises(WeakPassword), begin_work(books, SYSTEM, now=NOON) as uow:
        set_password(uow, person_id=auditor, password=password)
    assert _sign_in(books, "J01") is not None


@pytest.mark.parametrize(("days", "forced"), [(90, False), (91, True)])
def test_a_password_older_than_ninety_days_has_to_be_changed(
    books: Engine, days: int, forced: bool
) -> None:
    later = NOON + dt.timedelta(days=days)
    token = _sign_in(books, "J01", now=later)
    assert token is not None
    with begin_read(books, SYSTEM, now=later) as uow:
        visitor = person_for_session(uow, token)
    assert visitor is not None
    assert visitor.must_change_password is forced


def test_a_password_somebody_else_chose_has_to_be_changed(books: Engine, auditor: int) -> None:
    with begin_work(books, SYSTEM, now=NOON) as uow:
        set_password(uow, person_id=auditor, password="chosen by the admin", must_change=True)
    token = _sign_in(books, "J01", "chosen by the admin")
    assert token is not None
    with begin_read(books, SYSTEM, now=NOON) as uow:
        visitor = person_for_session(uow, token)
    assert visitor is not None
    assert visitor.must_change_password


def test_asking_for_the_password_again_counts_failures_like_a_sign_in(
    books: Engine, auditor: int
) -> None:
    for _ in range(5):
        with begin_work(books, SYSTEM, now=NOON) as uow:
            assert not check_password(uow, person_id=auditor, password="wrong")
    assert _sign_in(books, "J01") is None


def test_the_database_holds_no_token_and_no_password_in_clear(books: Engine, auditor: int) -> None:
    session = _sign_in(books, "J01")
    assert session is not None
    with begin_work(books, SYSTEM, now=NOON) as uow:
        token = make_token(uow, person_id=auditor, name="nightly import")
    with begin_read(books, SYSTEM, now=NOON) as uow:
        stored = [
            *uow.session.scalars(select(SignIn.token_hash)),
            *uow.session.scalars(select(ApiToken.token_hash)),
            *uow.session.scalars(select(Credential.password_hash)),
        ]
    assert len(stored) == 5
    assert not [text for text in stored if session in text or token in text or PASSWORD in text]
    assert all(text.startswith("$argon2id$") for text in stored[-3:])


def test_a_token_acts_as_its_person_until_it_expires_or_is_ended(
    books: Engine, auditor: int
) -> None:
    with begin_work(books, SYSTEM, now=NOON) as uow:
        kept = make_token(uow, person_id=auditor, name="kept", days=30)
        ended = make_token(uow, person_id=auditor, name="ended", days=30)
        end_token(uow, ended)
    with begin_read(books, SYSTEM, now=NOON) as uow:
        assert person_for_token(uow, kept) == auditor
        assert person_for_token(uow, ended) is None
        assert person_for_token(uow, "made up") is None
    with begin_read(books, SYSTEM, now=NOON + dt.timedelta(days=30)) as uow:
        assert person_for_token(uow, kept) is None
