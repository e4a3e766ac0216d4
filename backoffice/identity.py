"""Who is at the door: passwords, sessions of people, and tokens of programs (DOMAIN RET-08).

Passwords are kept as argon2id. Of a session or a token only the SHA-256 is stored, so that reading
the database opens no door. A refused sign-in never tells which part was wrong.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.actors import Employment, Person
from ledger.errors import Forbidden, Invalid
from ledger.organisations import Hall
from ledger.schema import EPOCH, Base
from ledger.text import Text
from ledger.work import UnitOfWork

TRIES = 5
LOCKED_FOR = dt.timedelta(minutes=15)
PASSWORD_AGE = dt.timedelta(days=90)
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
TOKEN_BYTES = 32

_HASHER = PasswordHasher()
# Checked when nobody of that number exists, so that the answer takes as long as for a real one.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class SignInRefused(Forbidden):
    """Number, hall or password is wrong, or the person is locked out for a while."""

    code = "sign_in_refused"
    text = Text(
        "登录未成功。请核对营业厅、工号和密码;连续 5 次不符会暂停 15 分钟。",
        "Sign-in failed. Check hall, staff number and password;"
        " five failures in a row pause it for 15 minutes.",
    )


class WeakPassword(Invalid):
    """The new password is too short, too long, or the old one again."""

    code = "weak_password"
    text = Text(
        "新密码须有 8 至 200 个字符,且不同于现用密码和工号。",
        "A new password has 8 to 200 characters and is neither the present one nor a staff number.",
    )


class Credential(Base):
    """A person's password as argon2id, when it was set, and failed tries since the last success."""

    __tablename__ = "credentials"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id"), primary_key=True, autoincrement=False
    )
    password_hash: Mapped[str]
    changed_at: Mapped[dt.datetime]
    must_change: Mapped[bool] = mapped_column(default=False)
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]


class SignIn(Base):
    """A session of a person at the pages, from sign-in until it expires or is ended."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class ApiToken(Base):
    """A bearer token by which a program acts as a person."""

    __tablename__ = "api_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind a valid session, and whether the password has to be changed first."""

    person_id: int
    must_change_password: bool


def sign_in(
    uow: UnitOfWork, *, number: str, password: str, hall_code: str = "", hours: int = 12
) -> str | None:
    """Give the token of a new session of `hours`, or None where sign-in is refused.

    `hall_code` may be '' where the staff number is one person's in all halls. A refusal is counted,
    so the unit of work has to take effect then too: it is a value and not an error. The fifth
    failure in a row locks the person out for a quarter of an hour, the right password included.
    """
    person_id = find_person(uow, number=number, hall_code=hall_code)
    if not check_password(uow, person_id=person_id, password=password):
        return None
    assert person_id is not None, "nobody's password is right"
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(
        SignIn(
            token_hash=_digest(token),
            person_id=person_id,
            created_at=uow.now,
            expires_at=uow.now + dt.timedelta(hours=hours),
            ended_at=None,
        )
    )
    return token


def sign_out(uow: UnitOfWork, token: str) -> None:
    """End the session of this token, if there is one."""
    session = uow.session.get(SignIn, _digest(token))
    if session is not None and session.ended_at is None:
        session.ended_at = uow.now


def person_for_session(uow: UnitOfWork, token: str) -> Visitor | None:
    """Give the person of a session that is neither expired nor ended."""
    session = uow.session.get(SignIn, _digest(token))
    if session is None or session.ended_at is not None or session.expires_at <= uow.now:
        return None
    credential = uow.session.get_one(Credential, session.person_id)
    aged = uow.now - credential.changed_at > PASSWORD_AGE
    return Visitor(session.person_id, aged or bool(credential.must_change))


def check_password(uow: UnitOfWork, *, person_id: int | None, password: str) -> bool:
    """Tell whether the password is this person's, counting failures and locking after five.

    Takes the same time for None, which is nobody.
    """
    credential = None
    if person_id is not None:
        statement = select(Credential).where(Credential.person_id == person_id).with_for_update()
        credential = uow.session.scalar(statement)
    stored = credential.password_hash if credential else _NOBODY
    right = _verify(stored, password) and credential is not None
    if credential is None:
        return False
    if credential.locked_until is not None and credential.locked_until > uow.now:
        return False
    if not right:
        credential.failed_count += 1
        if credential.failed_count >= TRIES:
            credential.failed_count, credential.locked_until = 0, uow.now + LOCKED_FOR
        return False
    credential.failed_count, credential.locked_until = 0, None
    if _HASHER.check_needs_rehash(stored):
        credential.password_hash = _HASHER.hash(password)
    return True


def set_password(
    uow: UnitOfWork, *, person_id: int, password: str, must_change: bool = False
) -> None:
    """Give the person this password and end all of his sessions; raises WeakPassword.

    `must_change` is for a password another person has seen: it opens only the page to change it.
    """
    credential = uow.session.get(Credential, person_id)
    numbers = uow.session.scalars(
        select(Employment.number).where(Employment.person_id == person_id)
    ).all()
    again = credential is not None and _verify(credential.password_hash, password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or again or password in numbers:
        raise WeakPassword
    if credential is None:
        credential = Credential(person_id=person_id, password_hash="", changed_at=EPOCH)
        uow.session.add(credential)
    credential.password_hash = _HASHER.hash(password)
    credential.changed_at = uow.now
    credential.must_change = must_change
    credential.failed_count, credential.locked_until = 0, None
    for session in _open_sessions(uow, person_id):
        session.ended_at = uow.now


def make_token(uow: UnitOfWork, *, person_id: int, name: str, days: int = 90) -> str:
    """Give a new bearer token of the person; it is shown once and only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.add(
        ApiToken(
            token_hash=_digest(token),
            person_id=person_id,
            name=name,
            created_at=uow.now,
            expires_at=uow.now + dt.timedelta(days=days),
            ended_at=None,
        )
    )
    return token


def person_for_token(uow: UnitOfWork, token: str) -> int | None:
    """Give the person of a bearer token that is neither expired nor ended."""
    known = uow.session.get(ApiToken, _digest(token))
    if known is None or known.ended_at is not None or known.expires_at <= uow.now:
        return None
    return known.person_id


def end_token(uow: UnitOfWork, token: str) -> None:
    """End a bearer token, if there is one."""
    known = uow.session.get(ApiToken, _digest(token))
    if known is not None and known.ended_at is None:
        known.ended_at = uow.now


def find_person(uow: UnitOfWork, *, number: str, hall_code: str = "") -> int | None:
    """Give the person who holds a staff number today, None where nobody or several do."""
    on = uow.today
    query = (
        select(Employment.person_id)
        .join(Person, Person.id == Employment.person_id)
        .where(
            Employment.number == number,
            Employment.kind == "person",
            Employment.valid_from <= on,
            Employment.valid_to >= on,
        )
        .distinct()
    )
    if hall_code:
        query = query.join(Hall, Hall.id == Employment.hall_id).where(Hall.code == hall_code)
    persons = uow.session.scalars(query.limit(2)).all()
    return persons[0] if len(persons) == 1 else None


def _open_sessions(uow: UnitOfWork, person_id: int) -> list[SignIn]:
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    return list(uow.session.scalars(query))


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
