"""Every act that moves custody or needs a signature: a numbered document and its frozen revisions.

The head is small and mutable; revisions and lines are insert-only, frozen and hashed at submission.
Its state changes by `ledger.lifecycle.advance` alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.accounts import Account, Commodity
from ledger.errors import NotFound
from ledger.movements import Movement
from ledger.organisations import take_rows_of
from ledger.schema import IMMUTABLE, Base
from ledger.text import Text
from ledger.work import UnitOfWork

STATES: dict[str, Text] = {
    "draft": Text("草稿", "Draft"),
    "submitted": Text("待审批", "Submitted"),
    "approved": Text("已批准", "Approved"),
    "posted": Text("已入账", "Posted"),
    "reversed": Text("已冲销", "Reversed"),
    "rejected": Text("已退回", "Rejected"),
    "cancelled": Text("已作废", "Cancelled"),
}


class UnknownDocument(NotFound):
    """No document of that number."""

    code = "unknown_document"
    text = Text("没有单据 {number}。请核对单号。", "There is no document {number}. Check it.")


class Line(NamedTuple):
    """One line of a document: a quantity of an item, or a run of serials, from place to place.

    `serial_to` closes a run that begins with `serial`; both are '' for counted items. `names` are
    further names of the one unit, as (kind, value): a second IMEI, a MEID, a maker's number.
    """

    commodity: Commodity
    debit: Account
    credit: Account
    quantity: int
    serial: str = ""
    serial_to: str = ""
    unit_cost_fen: int | None = None
    names: tuple[tuple[str, str], ...] = ()


def no_movements(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of a document that has no lines: none."""
    assert not lines, "what moves nothing has no lines"
    return []


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: its number's letters, its name, its desk and how its lines are posted.

    One that `posts_when_signed` is posted with its last signature; others wait for the act. One
    that `moves_nothing` has no lines: it states something of a day, also of a closed one. `bars`
    tells whom the kind keeps from approving beside the maker, whatever his roles; one that is
    signed `in_person` is signed by nobody in another's place. One that is `revisable` goes to and
    fro before it is signed, each time as a new revision.
    """

    name: str
    letters: str
    text: Text
    area: str
    movements: Callable[[Sequence[Line]], list[Movement]] = no_movements
    needs_approval: bool = False
    posts_when_signed: bool = False
    moves_nothing: bool = False
    bars: Callable[[UnitOfWork, Document], bool] | None = None
    revisable: bool = False
    in_person: bool = False


DOCUMENT_KINDS: dict[str, DocumentKind] = {}


# What waits for somebody are few among all documents.
IS_WAITING = "state IN ('submitted', 'approved')"


class Document(Base):
    """The head: state, number, current revision. `paper_no` is the number on a loaded paper."""

    __tablename__ = "documents"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    number: Mapped[str | None]
    paper_no: Mapped[str | None]
    paper_date: Mapped[dt.date | None]
    business_date: Mapped[dt.date]
    revision: Mapped[int] = mapped_column(default=0)
    maker_id: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(default=0)
    required_roles: Mapped[str] = mapped_column(default="")
    remark: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("hall_id", "number", name="a_number_is_given_once"),
        UniqueConstraint("hall_id", "kind", "paper_no", name="a_paper_number_is_used_once"),
        CheckConstraint(f"state IN {tuple(STATES)}", name="state_is_known"),
        CheckConstraint("state = 'draft' OR number IS NOT NULL", name="submitted_has_a_number"),
        Index("ix_documents_day", "hall_id", "business_date"),
        Index(
            "ix_documents_waiting",
            "hall_id",
            "business_date",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
    )


class DocumentCounter(Base):
    """The last number given, by hall, letters and year."""

    __tablename__ = "document_counters"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    letters: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class DocumentRevision(Base):
    """What was submitted, frozen: its facts as JSON and the hash that signatures sign."""

    __tablename__ = "document_revisions"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    hash: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class DocumentLine(Base):
    """One frozen line of a revision."""

    __tablename__ = "document_lines"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    commodity_id: Mapped[int]
    debit_account: Mapped[int]
    credit_account: Mapped[int]
    quantity: Mapped[int]
    serial: Mapped[str]
    serial_to: Mapped[str]
    unit_cost_fen: Mapped[int | None]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class DocumentLineName(Base):
    """A further name that a line gives its unit."""

    __tablename__ = "document_line_names"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class DocumentFact(Base):
    """What a document states beside its lines: a form's number, a due date, a condition."""

    __tablename__ = "document_facts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

    __table_args__ = (
        Index("ix_document_facts_value", "hall_id", "name", "value"),
        {"info": {IMMUTABLE: True}},
    )


STATED_BY = (
    (DocumentFact.hall_id == Document.hall_id)
    & (DocumentFact.document_id == Document.id)
    & (DocumentFact.revision == Document.revision)
)
"""Joins a fact to the document whose current revision states it."""


def register_kind(kind: DocumentKind) -> DocumentKind:
    """Make a kind of document known; each package registers its own when it is imported."""
    DOCUMENT_KINDS[kind.name] = kind
    return kind


@dataclass(frozen=True, slots=True)
class Draft:
    """The head of a document to make; its lines come with the action that freezes them."""

    hall_id: int
    kind: str
    business_date: dt.date
    paper_no: str | None = None
    paper_date: dt.date | None = None
    amount_fen: int = 0
    remark: str = ""


def draft_document(
    uow: UnitOfWork,
    *,
    hall_id: int,
    kind: str,
    business_date: dt.date,
    paper_no: str | None = None,
    paper_date: dt.date | None = None,
    amount_fen: int = 0,
    remark: str = "",
) -> Document:
    """Make the head that `Draft` says."""
    draft = Draft(hall_id, kind, business_date, paper_no, paper_date, amount_fen, remark)
    return draft_documents(uow, [draft])[0]


def draft_documents(uow: UnitOfWork, drafts: Sequence[Draft]) -> list[Document]:
    """Make draft heads, one or several of each hall, in the order given."""
    ids = take_rows_of(uow, Counter(draft.hall_id for draft in drafts))
    documents: list[Document] = []
    for draft in drafts:
        document = Document(
            hall_id=draft.hall_id,
            id=ids[draft.hall_id],
            kind=draft.kind,
            state="draft",
            paper_no=draft.paper_no,
            paper_date=draft.paper_date,
            business_date=draft.business_date,
            revision=0,
            maker_id=uow.actor.person_id,
            amount_fen=draft.amount_fen,
            remark=draft.remark,
        )
        ids[draft.hall_id] += 1
        documents.append(document)
    uow.session.add_all(documents)
    uow.session.flush()
    return documents


def find_document(uow: UnitOfWork, hall_id: int, number: str) -> Document:
    """Give the document of that number, or of that number on paper; raises UnknownDocument."""
    document = uow.session.scalar(
        select(Document).where(
            Document.hall_id == hall_id,
            (Document.number == number) | (Document.paper_no == number),
        )
    )
    if document is None:
        raise UnknownDocument(number=number)
    return document


def posted_stating(
    uow: UnitOfWork, hall_id: int, kind: str, name: str, value: str | None = None
) -> Document | None:
    """Give the posted document of a kind that states a fact, with that value if one is named."""
    query = (
        select(Document)
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == hall_id,
            Document.kind == kind,
            Document.state == "posted",
            DocumentFact.name == name,
        )
    )
    if value is not None:
        query = query.where(DocumentFact.value == value)
    return uow.session.scalars(query).first()


def facts_of(uow: UnitOfWork, document: Document) -> dict[str, str]:
    """Give the facts of the current revision by name."""
    rows = uow.session.execute(
        select(DocumentFact.name, DocumentFact.value).where(
            DocumentFact.hall_id == document.hall_id,
            DocumentFact.document_id == document.id,
            DocumentFact.revision == document.revision,
        )
    )
    return dict(rows.all())


def lines_of(uow: UnitOfWork, document: Document) -> list[Line]:
    """Give the frozen lines of the current revision."""
    rows = uow.session.execute(
        select(
            DocumentLine.line_no,
            DocumentLine.commodity_id,
            DocumentLine.debit_account,
            DocumentLine.credit_account,
            DocumentLine.quantity,
            DocumentLine.serial,
            DocumentLine.serial_to,
            DocumentLine.unit_cost_fen,
        )
        .where(
            DocumentLine.hall_id == document.hall_id,
            DocumentLine.document_id == document.id,
            DocumentLine.revision == document.revision,
        )
        .order_by(DocumentLine.line_no)
    ).all()
    commodities = {
        c.id: c
        for c in uow.session.scalars(
            select(Commodity).where(Commodity.id.in_({row.commodity_id for row in rows}))
        )
    }
    names = _names_of_lines(uow, document)
    ids = {row.debit_account for row in rows} | {row.credit_account for row in rows}
    accounts = {
        a.id: a
        for a in uow.session.scalars(
            select(Account).where(Account.hall_id == document.hall_id, Account.id.in_(ids))
        )
    }
    return [
        Line(
            commodities[row.commodity_id],
            accounts[row.debit_account],
            accounts[row.credit_account],
            row.quantity,
            row.serial,
            row.serial_to,
            row.unit_cost_fen,
            names.get(row.line_no, ()),
        )
        for row in rows
    ]


def _names_of_lines(uow: UnitOfWork, document: Document) -> dict[int, tuple[tuple[str, str], ...]]:
    names: dict[int, tuple[tuple[str, str], ...]] = {}
    rows = uow.session.execute(
        select(DocumentLineName.line_no, DocumentLineName.kind, DocumentLineName.value)
        .where(
            DocumentLineName.hall_id == document.hall_id,
            DocumentLineName.document_id == document.id,
            DocumentLineName.revision == document.revision,
        )
        .order_by(DocumentLineName.line_no, DocumentLineName.kind, DocumentLineName.value)
    )
    for line_no, kind, value in rows:
        names[line_no] = (*names.get(line_no, ()), (kind, value))
    return names
