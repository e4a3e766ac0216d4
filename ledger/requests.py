"""The same request twice takes effect once: the key is the first statement of a unit of work."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ledger.errors import Invalid
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork


class RequestKeyReused(Invalid):
    """The key was used for another request."""

    code = "request_key_reused"
    text = Text(
        "此请求键已用于另一请求。请换一个新的 Idempotency-Key。",
        "This Idempotency-Key was used for another request. Use a new one.",
    )


class Request(Base):
    """A request that took effect, and its answer."""

    __tablename__ = "requests"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    command: Mapped[str]
    body_hash: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]


def claim_request(
    uow: UnitOfWork, *, scope: str, key: str, command: str, body_hash: str
) -> Request | None:
    """Claim the key for this unit of work; gives the earlier request when it was answered before.

    None means: go on, and store the answer by `store_answer`. Raises RequestKeyReused for another
    actor, command or body, disclosing nothing of the first.
    """
    request = Request(
        scope=scope,
        key=key,
        person_id=uow.actor.person_id,
        command=command,
        body_hash=body_hash,
        at=uow.now,
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(request)
    except IntegrityError:
        earlier = uow.session.scalars(
            select(Request).where(Request.scope == scope, Request.key == key)
        ).one()
        same = (earlier.person_id, earlier.command, earlier.body_hash) == (
            uow.actor.person_id,
            command,
            body_hash,
        )
        if not same:
            raise RequestKeyReused from None
        return earlier
    return None


def store_answer(uow: UnitOfWork, *, scope: str, key: str, answer: str) -> None:
    """Keep the answer, as JSON, for the same request asked again."""
    uow.session.get_one(Request, (scope, key)).answer = answer
