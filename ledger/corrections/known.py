"""A slip, what it is about, and what its clerk and its sender say: the values the acts share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from ledger.corrections.errors import UnknownSlip
from ledger.corrections.lines import LineChange
from ledger.corrections.tables import STANDING, CorrectionItem, CorrectionSlip
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wrong:
    """One error: a finding of a day by check and subject, or what finance returned. Fen or None."""

    date: dt.date
    check: str
    subject: str
    expected_fen: int | None = None
    found_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the clerk did about it: the way, in his words, and what the way asks for.

    `lines` for the ways that change account lines, `invoice` (code, number, transaction) to link
    one, `paper_no` for another document that put it right.
    """

    way: str
    words: str
    lines: Sequence[LineChange] = ()
    invoice: tuple[str, str, str] = ("", "", "")
    paper_no: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is sent to whom: errors of one clerk ('' for nobody's), what is wrong, what is right.

    `reason` is a code of REASONS; without it, what the first error's check says.
    """

    clerk: str
    errors: Sequence[Wrong]
    wrong: str = ""
    right: str = ""
    reason: str = ""


def find_slip(uow: UnitOfWork, hall: Hall, number: str) -> tuple[Document, CorrectionSlip]:
    """Give a slip by its number, with its document; raises UnknownSlip."""
    slip = uow.session.scalars(
        select(CorrectionSlip).where(
            CorrectionSlip.hall_id == hall.id, CorrectionSlip.number == number
        )
    ).one_or_none()
    if slip is None:
        raise UnknownSlip(number=number)
    return uow.session.get_one(Document, (hall.id, slip.document_id)), slip


def items_of(uow: UnitOfWork, slip: CorrectionSlip) -> list[Wrong]:
    """Give what a slip is about, in order."""
    rows = uow.session.scalars(
        select(CorrectionItem)
        .where(
            CorrectionItem.hall_id == slip.hall_id, CorrectionItem.document_id == slip.document_id
        )
        .order_by(CorrectionItem.item_no)
    )
    return [
        Wrong(row.business_date, row.check_code, row.subject, row.expected, row.found)
        for row in rows
    ]


def standing_slip(
    uow: UnitOfWork, hall_id: int, date: dt.date, check: str, subject: str
) -> CorrectionSlip | None:
    """Give the slip a finding is on now, None where it is on none."""
    query = _slips_about(hall_id, date, check, subject)
    return uow.session.scalars(query.where(CorrectionSlip.state.in_(STANDING))).first()


def last_slip(
    uow: UnitOfWork, hall_id: int, date: dt.date, check: str, subject: str
) -> CorrectionSlip | None:
    """Give the last slip a finding was on, also one that has ended; none that was taken back."""
    query = _slips_about(hall_id, date, check, subject)
    query = query.where(CorrectionSlip.state != "withdrawn")
    return uow.session.scalars(query.order_by(CorrectionSlip.document_id.desc())).first()


def _slips_about(hall_id: int, date: dt.date, check: str, subject: str) -> Select[CorrectionSlip]:
    return (
        select(CorrectionSlip)
        .join(
            CorrectionItem,
            (CorrectionItem.hall_id == CorrectionSlip.hall_id)
            & (CorrectionItem.document_id == CorrectionSlip.document_id),
        )
        .where(
            CorrectionItem.hall_id == hall_id,
            CorrectionItem.business_date == date,
            CorrectionItem.check_code == check,
            CorrectionItem.subject == subject,
        )
    )
