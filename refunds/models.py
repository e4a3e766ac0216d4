"""What a case leaves beside its document: how it was carried out, its papers, flags and sums."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.actors import END_OF_TIME
from ledger.schema import IMMUTABLE, Base


class RefundExecution(Base):
    """How a case was carried out: by whom, when, by which tender, and what the customer signed."""

    __tablename__ = "refund_executions"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    executor: Mapped[str]
    at: Mapped[dt.datetime]
    tender: Mapped[str]
    tender_ref: Mapped[str]
    customer_signed: Mapped[bool]
    red_code: Mapped[str]
    red_no: Mapped[str]

    __table_args__ = (
        Index("ix_refund_executions_at", "hall_id", "at"),
        {"info": {IMMUTABLE: True}},
    )


class RefundPaper(Base):
    """A paper of a case that was there when somebody ticked it."""

    __tablename__ = "refund_papers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    at: Mapped[dt.datetime]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class RefundHandover(Base):
    """The papers of a case handed to the auditor, who received them."""

    __tablename__ = "refund_handovers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    at: Mapped[dt.datetime]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class RefundLimitUse(Base):
    """How much of a limit is used: one row for whom and when, locked by whoever adds to it."""

    __tablename__ = "refund_limit_uses"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[dt.date] = mapped_column("business_date", primary_key=True)
    used_fen: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("used_fen >= 0", name="used_is_not_negative"),)


class RefundTier(Base):
    """A role's inclusive limit by a policy of the hall, from a day on; 0 where it has none."""

    __tablename__ = "refund_tiers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    limit_fen: Mapped[int]


class RefundFlag(Base):
    """A pattern an auditor should look at, with the evidence for it and what he found.

    `subject` is `document:NUMBER` of a case or of a claim from a file, or `adjustment:NUMBER`;
    `document_id` is there only for a case of this system.
    """

    __tablename__ = "refund_flags"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    document_id: Mapped[int | None]
    pattern: Mapped[str]
    evidence: Mapped[str]
    raised_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[int | None]
    settled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("hall_id", "subject", "pattern", name="a_pattern_is_flagged_once"),
        CheckConstraint("state IN ('open', 'harmless', 'violation')", name="flag_state_is_known"),
        CheckConstraint("state = 'open' OR settled_by IS NOT NULL", name="somebody_settled_it"),
    )


class RefundHandler(Base):
    """A staff number the hall designated to carry out refunds (专人办理), from a date on."""

    __tablename__ = "refund_handlers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date] = mapped_column(default=END_OF_TIME)


class PersonNumber(Base):
    """A subscriber's number that is a person's own or a relative's: he never approves for it."""

    __tablename__ = "person_numbers"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    subscriber: Mapped[str] = mapped_column(primary_key=True)
    relation: Mapped[str]

    __table_args__ = (CheckConstraint("relation IN ('own', 'relative')", name="relation_is_known"),)
