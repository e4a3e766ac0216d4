"""What the bank's statements say, what they are matched with, and which deposits wait for them.

A line of a statement is evidence and posts nothing. It is named by bank, account and the bank's own
number, so that a statement that comes again, or in a later file, names the same line. A deposit is
a document, or a slip of a file of deposits where no document was made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.cash.kinds import MATCH
from ledger.documents import Document, facts_of, posted_stating
from ledger.evidence.expected import CURRENT
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.organisations import Hall
from ledger.work import UnitOfWork

LINE, DEPOSIT, SLIP = "line:", "deposit:", "slip:"
"""Before the name of a line, a document or a slip of a file the facts by which a match names them.

The value beside a slip is its fen: where a later file states another sum, nothing is matched.
"""
WINDOW_DAYS = 3
"""The bank credits a deposit of day T from T to T+3 (DOMAIN REC-06, FIL-07)."""
LOOKED_BACK = dt.timedelta(days=93)


@dataclass(frozen=True, slots=True)
class BankLine:
    """One credit of a statement that nothing is matched with; `amount_fen` above zero."""

    name: str
    on: dt.date
    amount_fen: int
    memo: str
    counterparty: str = ""


@dataclass(frozen=True, slots=True)
class OpenDeposit:
    """A deposit no statement is matched with: what its slip says, or its keyed receipt.

    `codes` are what the bank's memo may carry: its number here and the number of its slip. One
    `by_file` has no document: its number is its slip's, `clerk` who took it there if it says.
    """

    number: str
    on: dt.date
    amount_fen: int
    codes: tuple[str, ...]
    is_keyed: bool = False
    by_file: bool = False
    clerk: str = ""


_UNMATCHED = f"""
NOT EXISTS (SELECT 1 FROM document_facts f
              JOIN documents m ON m.hall_id = f.hall_id AND m.id = f.document_id
             WHERE f.hall_id = {{hall}} AND f.name = {{name}} AND {{bound}} AND m.kind = '{MATCH}'
               AND m.state = 'posted')"""
_LINE_NAME = "l.bank || '/' || l.account || '/' || l.line_ref"
_LINES = text(
    f"""
SELECT {_LINE_NAME} AS name, l.business_date, l.amount, l.memo, l.counterparty
  FROM evidence_bank_lines l
 WHERE l.hall_id = :hall AND l.business_date >= :since AND l.amount > 0
   AND {CURRENT.format("l")}
   AND {_UNMATCHED.format(hall="l.hall_id", name=f"'{LINE}' || {_LINE_NAME}", bound="1 = 1")}
 ORDER BY l.business_date, name
"""
)
_DEPOSITS = text(
    f"""
SELECT d.number, d.business_date, s.value AS slip_no, d.amount_fen,
       (SELECT MAX(c.value) FROM document_facts r
          JOIN documents k ON k.hall_id = r.hall_id AND k.id = r.document_id
          JOIN document_facts c ON c.hall_id = k.hall_id AND c.document_id = k.id
               AND c.revision = k.revision AND c.name = 'credited'
         WHERE r.hall_id = d.hall_id AND r.name = 'deposit' AND r.value = d.number
           AND k.kind = 'bank_receipt' AND k.state = 'posted') AS credited
  FROM documents d
  JOIN document_facts s ON s.hall_id = d.hall_id AND s.document_id = d.id
       AND s.revision = d.revision AND s.name = 'slip_no'
 WHERE d.hall_id = :hall AND d.kind = 'deposit' AND d.state = 'posted'
   AND d.business_date >= :since
   AND {_UNMATCHED.format(hall="d.hall_id", name=f"'{DEPOSIT}' || d.number", bound="1 = 1")}
 ORDER BY d.business_date, d.number
"""
)
# What the books tell the audit of their own documents is no deposit of a file.
_SLIPS = text(
    f"""
SELECT d.slip_no, d.business_date, d.amount, d.clerk, d.bank_receipt
  FROM evidence_deposits d
 WHERE d.hall_id = :hall AND d.business_date >= :since AND d.step = 'bank' AND d.amount > 0
   AND {CURRENT.format("d")}
   AND NOT EXISTS (SELECT 1 FROM cash_evidence c
                    WHERE c.hall_id = d.hall_id AND c.kind = 'deposits'
                      AND c.intake_no = d.intake_no)
   AND NOT EXISTS (SELECT 1 FROM documents k
                    WHERE k.hall_id = d.hall_id AND k.number = d.slip_no AND k.kind = 'deposit')
   AND NOT EXISTS (SELECT 1 FROM document_facts s
                     JOIN documents k ON k.hall_id = s.hall_id AND k.id = s.document_id
                    WHERE s.hall_id = d.hall_id AND s.name = 'slip_no' AND s.value = d.slip_no
                      AND k.kind = 'deposit' AND k.state = 'posted')
   AND {
        _UNMATCHED.format(
            hall="d.hall_id",
            name=f"'{SLIP}' || d.slip_no",
            bound="f.value = CAST(d.amount AS TEXT)",
        )
    }
 ORDER BY d.business_date, d.slip_no
"""
)


def open_lines(uow: UnitOfWork, hall: Hall, *, since: dt.date) -> list[BankLine]:
    """Give the credits since a day that nothing is matched with, the oldest first."""
    rows = uow.session.execute(_LINES, {"hall": hall.id, "since": since.isoformat()})
    return [
        BankLine(row.name, _day(row.business_date), row.amount, row.memo, row.counterparty)
        for row in rows
    ]


def open_deposits(uow: UnitOfWork, hall: Hall, *, since: dt.date) -> list[OpenDeposit]:
    """Give the deposits since a day that no statement is matched with, the oldest first.

    Documents that are posted, and slips of files.
    """
    asked = {"hall": hall.id, "since": since.isoformat()}
    made = [
        OpenDeposit(
            row.number,
            _day(row.business_date),
            row.amount_fen if row.credited is None else int(row.credited),
            (row.number, row.slip_no),
            row.credited is not None,
        )
        for row in uow.session.execute(_DEPOSITS, asked)
    ]
    stated = [
        OpenDeposit(
            row.slip_no,
            _day(row.business_date),
            row.amount,
            (row.slip_no,),
            bool(row.bank_receipt),
            by_file=True,
            clerk=row.clerk,
        )
        for row in uow.session.execute(_SLIPS, asked)
    ]
    return sorted(made + stated, key=lambda one: (one.on, one.number))


def match_of(uow: UnitOfWork, deposit: Document) -> Document | None:
    """Give the match that names a deposit, None where no statement is matched with it."""
    return posted_stating(uow, deposit.hall_id, MATCH, f"{DEPOSIT}{deposit.number}")


def matches_since(uow: UnitOfWork, hall: Hall, since: dt.date) -> list[Document]:
    """Give the matches since a day, those undone too, the latest first."""
    return list(
        uow.session.scalars(
            select(Document)
            .where(
                Document.hall_id == hall.id,
                Document.kind == MATCH,
                Document.business_date >= since,
            )
            .order_by(Document.id.desc())
        )
    )


def matched_deposits(uow: UnitOfWork, match: Document) -> list[str]:
    """Give the numbers of the deposits a match names, of documents and of slips of files."""
    return sorted(
        name.partition(":")[2] for name in facts_of(uow, match) if name.startswith((DEPOSIT, SLIP))
    )


def days_matched(uow: UnitOfWork, match: Document) -> set[dt.date]:
    """Give the business dates of the deposits a match names."""
    numbers = matched_deposits(uow, match)
    made = select(Document.business_date).where(
        Document.hall_id == match.hall_id,
        Document.kind == "deposit",
        Document.number.in_(numbers),
    )
    slips = EVIDENCE_TABLES["deposits"].c
    stated = select(slips.business_date).where(
        slips.hall_id == match.hall_id, slips.row_key.in_(numbers), slips.step == "bank"
    )
    return set(uow.session.scalars(made)) | set(uow.session.scalars(stated))


def names_in(stated: Collection[str]) -> list[str]:
    """Give the names stated, each once, in order."""
    return sorted({one.strip() for one in stated if one.strip()})


def _day(value: object) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])
