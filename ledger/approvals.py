"""Who may sign up to which amount: tiers as data, with valid-from dates (DOMAIN REF-01)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.actors import Person
from ledger.schema import IMMUTABLE, Base
from ledger.work import UnitOfWork

if TYPE_CHECKING:
    from ledger.documents import Document

DEFAULT_TIERS: tuple[tuple[str, int], ...] = (
    ("duty_manager", 100_00),
    ("hall_manager", 500_00),
    ("department", 5_000_00),
)
ABOVE_ALL = ("department", "finance")


class ApprovalTier(Base):
    """A role's inclusive limit in fen for one instrument, from a date on."""

    __tablename__ = "approval_tiers"

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str]
    role: Mapped[str]
    limit_fen: Mapped[int]
    valid_from: Mapped[dt.date]

    __table_args__ = (
        UniqueConstraint("instrument", "role", "valid_from", name="one_limit_a_day"),
        CheckConstraint("limit_fen >= 0", name="limit_is_not_negative"),
    )


class Signature(Base):
    """A person's signature under one revision: who, as what, when, and the hash he signed."""

    __tablename__ = "signatures"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    revision: Mapped[int]
    step: Mapped[str]
    person_id: Mapped[int]
    role: Mapped[str]
    maker_id: Mapped[int]
    at: Mapped[dt.datetime]
    signed_hash: Mapped[str]

    __table_args__ = (
        CheckConstraint("step <> 'approve' OR person_id <> maker_id", name="maker_is_not_checker"),
        UniqueConstraint("hall_id", "document_id", "revision", "person_id", name="each_signs_once"),
        {"info": {IMMUTABLE: True}},
    )


def limits_on(uow: UnitOfWork, instrument: str, date: dt.date) -> list[tuple[str, int]]:
    """Give (role, inclusive limit in fen) in force that day, lowest first."""
    rows = uow.session.execute(
        select(ApprovalTier.role, ApprovalTier.limit_fen)
        .where(ApprovalTier.instrument == instrument, ApprovalTier.valid_from <= date)
        .order_by(ApprovalTier.valid_from)
    )
    in_force = dict(rows.all()) or dict(DEFAULT_TIERS)
    return sorted(in_force.items(), key=lambda tier: tier[1])


def signatures_of(uow: UnitOfWork, document: Document) -> list[tuple[Signature, str]]:
    """Give each signature under the current revision with its signer's name, in order."""
    rows = uow.session.execute(
        select(Signature, Person.name)
        .join(Person, Person.id == Signature.person_id)
        .where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.revision == document.revision,
        )
        .order_by(Signature.id)
    )
    return [(signature, name) for signature, name in rows]


def required_roles(
    uow: UnitOfWork, *, instrument: str, amount_fen: int, date: dt.date
) -> tuple[str, ...]:
    """Give the roles that must sign an amount: the lowest tier that covers it, or both above all.

    `amount_fen` is the larger of the single and the cumulative amount.
    """
    for role, limit in limits_on(uow, instrument, date):
        if amount_fen <= limit:
            return (role,)
    return ABOVE_ALL
