"""Voids and their ticks, cover sheets, red letters and their slips, losses, destroyed papers.

What was ticked, printed on a cover or destroyed never changes; the rest are heads whose every
change is an event.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base

VOID_STATES = ("asked", "void", "incomplete")
SLIP_STATES = ("waiting", "confirmed", "void")
LOSS_FORMS = ("blank", "issued")


class InvoiceVoid(Base):
    """A number that a void document names; `asked` holds it while the document is submitted.

    `incomplete`: the auditor missed a copy, so that only a red letter is left. `clerk` is whose
    void it is; `copies` how many belong to the form.
    """

    __tablename__ = "invoice_voids"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    invoice_no: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    clerk: Mapped[str]
    copies: Mapped[int]
    reason: Mapped[str]
    state: Mapped[str]
    asked_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(f"state IN {VOID_STATES}", name="void_state_is_known"),
        CheckConstraint("copies BETWEEN 1 AND 20", name="a_form_has_copies"),
        Index("ix_invoice_voids_number", "hall_id", "invoice_code", "number"),
        Index("ix_invoice_voids_state", "hall_id", "state"),
    )


class VoidTick(Base):
    """What the auditor had before him of one number: which copies, and how many bear the stamp."""

    __tablename__ = "invoice_void_ticks"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    invoice_no: Mapped[str] = mapped_column(primary_key=True)
    copies: Mapped[int]
    ticked: Mapped[str]
    copies_recovered: Mapped[int]
    copies_stamped: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class CoverSheet(Base):
    """One version of a book's cover: how many void numbers it lists, printed when and by whom."""

    __tablename__ = "invoice_covers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    book_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[dt.datetime]
    person_id: Mapped[int]
    void_count: Mapped[int]

    __table_args__ = (
        CheckConstraint("version > 0", name="versions_begin_with_one"),
        {"info": {IMMUTABLE: True}},
    )


class CoverNumber(Base):
    """A void number on one version of a cover, as the register said it then."""

    __tablename__ = "invoice_cover_numbers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    book_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    invoice_no: Mapped[str]
    void_on: Mapped[dt.date]
    clerk: Mapped[str]
    copies: Mapped[int | None]
    copies_recovered: Mapped[int | None]
    reason: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class RedSlip(Base):
    """A confirmation slip for a red letter (红字信息确认单); it expires by the clock."""

    __tablename__ = "red_slips"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_no: Mapped[str]
    original_code: Mapped[str]
    original_no: Mapped[str]
    amount_fen: Mapped[int]
    reason: Mapped[str]
    opened_at: Mapped[dt.datetime]
    state: Mapped[str]
    settled_at: Mapped[dt.datetime | None]
    person_id: Mapped[int]

    __table_args__ = (
        UniqueConstraint("hall_id", "slip_no", name="a_slip_is_opened_once"),
        CheckConstraint(f"state IN {SLIP_STATES}", name="slip_state_is_known"),
        CheckConstraint("amount_fen > 0", name="a_slip_is_for_an_amount"),
        Index("ix_red_slips_original", "hall_id", "original_code", "original_no"),
    )


class RedLetter(Base):
    """What a red letter belongs to: its blue, its slip, the refund and the goods taken back.

    Its amount and date stand in the register of invoices. `needs_refund` and `needs_goods` tell
    which sides are due; '' where a side has not come yet.
    """

    __tablename__ = "red_letters"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    invoice_no: Mapped[str] = mapped_column(primary_key=True)
    original_code: Mapped[str]
    original_no: Mapped[str]
    amount_fen: Mapped[int]
    reason: Mapped[str]
    slip_no: Mapped[str]
    refund_txn: Mapped[str]
    refund_document: Mapped[str]
    goods_document: Mapped[str]
    needs_refund: Mapped[bool]
    needs_goods: Mapped[bool]
    registered_at: Mapped[dt.datetime]
    person_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount_fen < 0", name="a_red_letter_is_negative"),
        Index("ix_red_letters_original", "hall_id", "original_code", "original_no"),
    )


class LossCase(Base):
    """A loss and its clock: due by the end of the day it was found (DOMAIN INV-09).

    `logged_at` is when the report was entered here, which alone tells whether it was late;
    `reported_at` what the report says.
    """

    __tablename__ = "loss_cases"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    form: Mapped[str]
    copies: Mapped[str]
    found_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    reporter: Mapped[str]
    circumstances: Mapped[str]
    report_no: Mapped[str]
    reported_by: Mapped[str]
    reported_at: Mapped[dt.datetime | None]
    logged_at: Mapped[dt.datetime | None]
    result: Mapped[str]
    closed_on: Mapped[dt.date | None]

    __table_args__ = (
        UniqueConstraint("hall_id", "document_id", name="a_loss_is_one_case"),
        CheckConstraint(f"form IN {LOSS_FORMS}", name="loss_form_is_known"),
        CheckConstraint(
            "(logged_at IS NULL) = (report_no = '')", name="a_report_has_number_and_time"
        ),
        Index("ix_loss_cases_open", "hall_id", "closed_on"),
    )


class LossRun(Base):
    """A run of numbers of one loss."""

    __tablename__ = "loss_runs"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    first_number: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]
    first_no: Mapped[str]
    last_no: Mapped[str]

    __table_args__ = (
        CheckConstraint("first_number <= last_number", name="lost_run_is_not_empty"),
        Index("ix_loss_runs_number", "hall_id", "invoice_code", "first_number"),
    )


class RetentionTerm(Base):
    """For how many full years one rule keeps a sort of paper, from a date on."""

    __tablename__ = "retention_terms"

    paper: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    years: Mapped[int]

    __table_args__ = (CheckConstraint("years > 0", name="papers_are_kept_for_years"),)


class DestroyedPapers(Base):
    """The papers of a book, destroyed by an approved document; the rows about them stay."""

    __tablename__ = "destroyed_papers"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    book_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    kept_until: Mapped[dt.date]
    destroyed_on: Mapped[dt.date]

    __table_args__ = ({"info": {IMMUTABLE: True}},)
