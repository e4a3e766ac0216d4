"""The register of invoice forms (发票用存登记簿): what came, moved, was used or went, in order.

Every line names who handed out and who received, first and last number, count, what blanks are
left after it, the document and who signed that (DOMAIN INV-04).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Date, Row, bindparam, select, text

from invoices.models import InvoiceBook
from invoices.number_runs import NumberRun, NumberRuns, count_of, join_runs
from invoices.number_states import BLANK, STATE_OF_ACCOUNT
from ledger.accounts import Account
from ledger.actors import Person
from ledger.approvals import Signature
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a document: '' is its maker's role."""

    role: str
    name: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One movement of one code by one document; without places it is a delivery of stubs.

    `left` is how many blanks of the register's scope the hall has after it. `undone` tells that
    the document's own movement was reversed by this line.
    """

    on: dt.date
    document: Document
    invoice_code: str
    origin: Account | None
    goal: Account | None
    runs: NumberRuns
    left: int
    undone: bool
    signers: tuple[Signer, ...]

    @property
    def count(self) -> int:
        """How many numbers it moved."""
        return count_of(self.runs)


_ISLANDS = """
SELECT n.event_no, n.document_id, n.business_date, n.code, n.credit_account, n.debit_account,
       n.digits, MIN(n.number) AS low, MAX(n.number) AS high
  FROM (SELECT p.event_no, p.document_id, p.business_date, m.code, p.credit_account,
               p.debit_account, length(u.serial) AS digits, CAST(u.serial AS BIGINT) AS number,
               CAST(u.serial AS BIGINT) - ROW_NUMBER() OVER (
                   PARTITION BY p.event_no, m.code, p.credit_account, p.debit_account,
                                length(u.serial)
                   ORDER BY CAST(u.serial AS BIGINT)) AS run
          FROM {source}) n
 GROUP BY n.event_no, n.document_id, n.business_date, n.code, n.credit_account, n.debit_account,
       n.digits, n.run
 ORDER BY n.business_date, n.event_no, n.code, low
"""
OF_BOOK = _ISLANDS.format(
    source="""identifiers i
          JOIN postings p ON p.hall_id = i.holder_hall_id AND p.unit_id = i.unit_id
          JOIN units u ON u.hall_id = p.hall_id AND u.id = p.unit_id
          JOIN commodities m ON m.id = p.commodity_id
         WHERE i.kind = 'invoice' AND i.namespace = :code AND i.value BETWEEN :first AND :last
           AND length(i.value) = length(:first) AND i.holder_hall_id = :hall"""
)
OF_PERIOD = _ISLANDS.format(
    source="""postings p
          JOIN units u ON u.hall_id = p.hall_id AND u.id = p.unit_id
          JOIN commodities m ON m.id = p.commodity_id
         WHERE p.hall_id = :hall AND p.business_date BETWEEN :since AND :until
           AND m.category = 'invoice_form' AND (:any = 1 OR m.code = 'INV:' || :code)"""
)


def register_of_book(uow: UnitOfWork, hall: Hall, book: InvoiceBook) -> list[RegisterLine]:
    """Give the whole life of a book, from its receipt on."""
    rows = uow.session.execute(
        text(OF_BOOK).columns(business_date=Date),
        {
            "hall": hall.id,
            "code": book.invoice_code,
            "first": book.first_no,
            "last": book.last_no,
        },
    )
    return _lines(uow, hall, rows.all(), [book], {})


def register_of_period(
    uow: UnitOfWork,
    hall: Hall,
    since: dt.date,
    until: dt.date,
    *,
    invoice_code: str | None = None,
    opening: dict[str, int],
) -> list[RegisterLine]:
    """Give what happened to one code, or to all, from `since` to `until`.

    `opening` is how many blanks of each code the hall had before.
    """
    query = text(OF_PERIOD).columns(business_date=Date)
    rows = uow.session.execute(
        query.bindparams(bindparam("since", type_=Date), bindparam("until", type_=Date)),
        {
            "hall": hall.id,
            "since": since,
            "until": until,
            "any": int(invoice_code is None),
            "code": invoice_code or "",
        },
    ).all()
    delivered = select(InvoiceBook).where(
        InvoiceBook.hall_id == hall.id, InvoiceBook.stubs_on.between(since, until)
    )
    if invoice_code is not None:
        delivered = delivered.where(InvoiceBook.invoice_code == invoice_code)
    return _lines(uow, hall, rows, uow.session.scalars(delivered).all(), opening)


def _lines(
    uow: UnitOfWork,
    hall: Hall,
    rows: Sequence[Row[tuple[object, ...]]],
    books: Iterable[InvoiceBook],
    opening: dict[str, int],
) -> list[RegisterLine]:
    """Make a line of the rows that one document moved alike, and one of each delivery of stubs."""
    moved: dict[tuple[int, str, int, int], list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        moved[row.event_no, row.code, row.credit_account, row.debit_account].append(row)
    delivered = [book for book in books if book.stubs_on and book.stubs_document_id]
    ids = {row.document_id for row in rows} | {book.stubs_document_id for book in delivered}
    documents, signers = _documents(uow, hall, ids), signers_of(uow, hall, ids)
    accounts = _accounts(uow, hall, rows)
    first_event: dict[int, int] = {}
    left, lines = dict(opening), []
    for (event_no, code, credit, debit), pieces in moved.items():
        number = pieces[0].document_id
        invoice_code = code.partition(":")[2]
        runs = join_runs(NumberRun(one.digits, one.low, one.high) for one in pieces)
        change = _is_blank(accounts[debit]) - _is_blank(accounts[credit])
        left[invoice_code] = left.get(invoice_code, 0) + change * count_of(runs)
        lines.append(
            RegisterLine(
                pieces[0].business_date,
                documents[number],
                invoice_code,
                accounts[credit],
                accounts[debit],
                runs,
                left[invoice_code],
                first_event.setdefault(number, event_no) != event_no,
                signers.get(number, ()),
            )
        )
    for book in delivered:
        lines.append(_stubs(book, documents, signers, lines))
    return sorted(lines, key=lambda line: line.on)


def _stubs(
    book: InvoiceBook,
    documents: dict[int, Document],
    signers: dict[int, tuple[Signer, ...]],
    lines: list[RegisterLine],
) -> RegisterLine:
    assert book.stubs_on is not None, "they were delivered"
    assert book.stubs_document_id is not None, "by a document"
    before = [
        one for one in lines if one.invoice_code == book.invoice_code and one.on <= book.stubs_on
    ]
    return RegisterLine(
        book.stubs_on,
        documents[book.stubs_document_id],
        book.invoice_code,
        None,
        None,
        (NumberRun.of(book.first_no, book.last_no),),
        before[-1].left if before else 0,
        undone=False,
        signers=signers.get(book.stubs_document_id, ()),
    )


def _is_blank(account: Account) -> int:
    return int(STATE_OF_ACCOUNT.get(account.kind) == BLANK)


def _documents(uow: UnitOfWork, hall: Hall, ids: Iterable[int | None]) -> dict[int, Document]:
    query = select(Document).where(
        Document.hall_id == hall.id, Document.id.in_(sorted(filter(None, ids)))
    )
    return {document.id: document for document in uow.session.scalars(query)}


def _accounts(
    uow: UnitOfWork, hall: Hall, rows: Sequence[Row[tuple[object, ...]]]
) -> dict[int, Account]:
    ids = {end for row in rows for end in (row.credit_account, row.debit_account)}
    query = select(Account).where(Account.hall_id == hall.id, Account.id.in_(sorted(ids)))
    return {account.id: account for account in uow.session.scalars(query)}


def signers_of(
    uow: UnitOfWork, hall: Hall, ids: Iterable[int | None]
) -> dict[int, tuple[Signer, ...]]:
    """Give document id -> who signed its current revision, in order."""
    rows = uow.session.execute(
        select(Signature.document_id, Signature.role, Person.name, Signature.at)
        .join(Person, Person.id == Signature.person_id)
        .join(
            Document,
            (Document.hall_id == Signature.hall_id)
            & (Document.id == Signature.document_id)
            & (Document.revision == Signature.revision),
        )
        .where(Signature.hall_id == hall.id, Document.id.in_(sorted(filter(None, ids))))
        .order_by(Signature.id)
    )
    signers: dict[int, tuple[Signer, ...]] = {}
    for document, role, name, at in rows:
        signers[document] = (*signers.get(document, ()), Signer(role, name, at))
    return signers
