"""The cash side as people see it: places, shifts, documents, the month of petty cash.

A drawer is shown only while no shift has it open, and what was expected only of a closed shift.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.accounts import Account
from ledger.actors import own_numbers
from ledger.balances import Balance
from ledger.cash.bank_lines import DEPOSIT
from ledger.cash.blind import is_told, told_of
from ledger.cash.cases import list_cases
from ledger.cash.errors import NotACashDocument, NotYourShift
from ledger.cash.kinds import CASH_AREAS, CATEGORIES, FLOATS, MATCH, RECEIPT, TAKINGS
from ledger.cash.moves import find_cash_document
from ledger.cash.tables import OverShortCase, Shift, ShiftCount, ShiftResult
from ledger.documents import DOCUMENT_KINDS, STATED_BY, Document, DocumentFact, facts_of
from ledger.organisations import Hall
from ledger.permissions import may
from ledger.text import Text
from ledger.times import A_DAY, month_of
from ledger.work import UnitOfWork

MOST_DOCUMENTS = 200
PLACES: dict[tuple[str, str], Text] = {
    ("safe", FLOATS): Text("保险柜 · 备用金", "Safe: float fund"),
    ("safe", TAKINGS): Text("保险柜 · 营业款", "Safe: takings"),
    ("petty", ""): Text("厅备用金", "Petty cash"),
    ("bank_transit", ""): Text("在途解款", "Bank in transit"),
    ("bank", ""): Text("银行", "Bank"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the fen in it; None for a drawer whose clerk has not declared yet."""

    kind: str
    holder: str
    text: Text
    fen: int | None


@dataclass(frozen=True, slots=True)
class TenderSeen:
    """One tender of a shift: what each round counted; what was expected once it is closed."""

    tender: str
    counted: tuple[int, ...]
    notes: tuple[str, ...]
    expected_fen: int | None

    @property
    def difference_fen(self) -> int | None:
        """Give over (above zero) or short; None before it is known."""
        return None if self.expected_fen is None else self.counted[-1] - self.expected_fen


@dataclass(frozen=True, slots=True)
class ShiftSeen:
    """A shift and what was counted in it."""

    shift: Shift
    tenders: tuple[TenderSeen, ...]


@dataclass(frozen=True, slots=True)
class PettyLine:
    """One movement of petty cash: in above zero, out below, and what is left after it."""

    date: dt.date
    number: str
    kind: Text
    category: Text | None
    purpose: str
    fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class PettyMonth:
    """The sheet of a month: opening + in - out = closing."""

    month: dt.date
    opening_fen: int
    lines: tuple[PettyLine, ...]

    @property
    def in_fen(self) -> int:
        """Give what came in."""
        return sum(line.fen for line in self.lines if line.fen > 0)

    @property
    def out_fen(self) -> int:
        """Give what went out."""
        return -sum(line.fen for line in self.lines if line.fen < 0)

    @property
    def closing_fen(self) -> int:
        """Give what is left at the end."""
        return self.opening_fen + self.in_fen - self.out_fen

    def by_category(self) -> dict[Text, int]:
        """Give what was spent on each, in the order of the table."""
        sums: dict[Text, int] = {}
        for line in self.lines:
            if line.category is not None:
                sums[line.category] = sums.get(line.category, 0) - line.fen
        return sums


def places_now(uow: UnitOfWork, hall: Hall) -> list[Place]:
    """Give every place with its money, drawers last."""
    rows = uow.session.execute(
        select(Account.kind, Account.holder, Balance.amount)
        .join(Balance, (Balance.hall_id == Account.hall_id) & (Balance.account_id == Account.id))
        .where(
            Account.hall_id == hall.id,
            Account.kind.in_({kind for kind, _ in PLACES} | {"drawer"}),
        )
    ).all()
    sums = {(row.kind, row.holder): row.amount for row in rows}
    undeclared = set(
        uow.session.scalars(
            select(Shift.clerk).where(Shift.hall_id == hall.id, Shift.state != "closed")
        )
    )
    fixed = [Place(*key, name, sums.get(key, 0)) for key, name in PLACES.items()]
    drawers = [
        Place(
            kind,
            holder,
            Text(f"钱箱 {holder}", f"Drawer {holder}"),
            None if holder in undeclared else fen,
        )
        for (kind, holder), fen in sorted(sums.items())
        if kind == "drawer" and (fen or holder in undeclared)
    ]
    return fixed + drawers


def see_shift(uow: UnitOfWork, hall: Hall, shift: Shift) -> ShiftSeen:
    """Give a shift as its clerk or who oversees shifts may see it; raises NotYourShift."""
    own = shift.clerk in own_numbers(uow, hall.id) or shift.witness in own_numbers(uow, hall.id)
    if not own and not may(uow, hall.id, "shift", "oversee"):
        raise NotYourShift(clerk=shift.clerk)
    counts = uow.session.scalars(
        select(ShiftCount)
        .where(ShiftCount.hall_id == hall.id, ShiftCount.shift_id == shift.id)
        .order_by(ShiftCount.round)
    ).all()
    expected: dict[str, int] = {}
    if shift.state == "closed":
        rows = uow.session.execute(
            select(ShiftResult.tender, ShiftResult.expected_fen).where(
                ShiftResult.hall_id == hall.id, ShiftResult.shift_id == shift.id
            )
        )
        expected = dict(rows.all())
    names = sorted({one.tender for one in counts} | set(expected), key=lambda t: (t != "cash", t))
    tenders = []
    for name in names:
        mine = [one for one in counts if one.tender == name]
        tenders.append(
            TenderSeen(
                name,
                tuple(one.amount_fen for one in mine) or (0,),
                tuple(one.notes for one in mine) or ("",),
                expected.get(name),
            )
        )
    return ShiftSeen(shift, tuple(tenders))


def shifts_of(uow: UnitOfWork, hall: Hall, day: dt.date) -> list[Shift]:
    """Give the shifts of a day that the actor may see, by clerk."""
    query = select(Shift).where(Shift.hall_id == hall.id, Shift.business_date == day)
    shifts = uow.session.scalars(query.order_by(Shift.clerk)).all()
    if may(uow, hall.id, "shift", "oversee"):
        return list(shifts)
    own = own_numbers(uow, hall.id)
    return [one for one in shifts if one.clerk in own or one.witness in own]


def cases_seen(uow: UnitOfWork, hall: Hall) -> list[OverShortCase]:
    """Give the over/short cases the actor may see: a clerk's own, or all."""
    if may(uow, hall.id, "shift", "oversee"):
        return list_cases(uow, hall)
    own = sorted(own_numbers(uow, hall.id))
    return list_cases(uow, hall, clerks=own) if own else []


def cash_documents(
    uow: UnitOfWork, hall: Hall, *, since: dt.date | None = None, kinds: Sequence[str] = ()
) -> list[Document]:
    """Give the cash documents the actor may see, the latest first."""
    known = kinds_shown(uow, hall)
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind.in_([one for one in known if not kinds or one in kinds]),
    )
    if since is not None:
        query = query.where(Document.business_date >= since)
    query = query.where(told_of(uow, hall.id))
    rows = uow.session.scalars(query.order_by(Document.id.desc()).limit(MOST_DOCUMENTS)).all()
    return [one for one in rows if _concerns(uow, hall, one)]


def see_document(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give one cash document the actor may see; raises NotACashDocument as if it were not there."""
    document = find_cash_document(uow, hall, number)
    known = document.kind in kinds_shown(uow, hall) and is_told(uow, document)
    if not known or not _concerns(uow, hall, document):
        raise NotACashDocument(number=number)
    return document


def deposits_without_receipt(uow: UnitOfWork, hall: Hall) -> list[Document]:
    """Give the deposits with neither receipt nor statement line, the oldest first."""
    keyed = select(DocumentFact.value).join(Document, STATED_BY)
    keyed = keyed.where(
        Document.hall_id == hall.id,
        Document.kind == RECEIPT,
        Document.state == "posted",
        DocumentFact.name == "deposit",
    )
    matched = select(DocumentFact.value).join(Document, STATED_BY)
    matched = matched.where(
        Document.hall_id == hall.id,
        Document.kind == MATCH,
        Document.state == "posted",
        DocumentFact.name == DEPOSIT + DocumentFact.value,
    )
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind == "deposit",
        Document.state == "posted",
        Document.number.not_in(keyed),
        Document.number.not_in(matched),
    )
    return list(uow.session.scalars(query.order_by(Document.id)))


def handed_in(uow: UnitOfWork, hall: Hall, shift: Shift) -> list[Document]:
    """Give the hand-ins a clerk made on the day of a shift, posted or still to be received."""
    query = select(Document).where(
        Document.hall_id == hall.id,
        Document.kind == "hand_in",
        Document.business_date == shift.business_date,
        Document.state.in_(("submitted", "posted")),
    )
    documents = uow.session.scalars(query.order_by(Document.id)).all()
    return [one for one in documents if facts_of(uow, one).get("clerk") == shift.clerk]


def kinds_shown(uow: UnitOfWork, hall: Hall) -> dict[str, Text]:
    """Give the kinds of cash document the actor sees; daily takings only who may see the audit."""
    sees_audit = may(uow, hall.id, "audit", "view")
    return {
        name: kind.text
        for name, kind in DOCUMENT_KINDS.items()
        if kind.area in CASH_AREAS and (sees_audit or kind.area != "takings")
    }


def _concerns(uow: UnitOfWork, hall: Hall, document: Document) -> bool:
    if may(uow, hall.id, "cash", "oversee") or document.maker_id == uow.actor.person_id:
        return True
    own = own_numbers(uow, hall.id)
    facts = facts_of(uow, document)
    return facts.get("clerk", "") in own or facts.get("receiver", "") in own


_PETTY = text(
    """
SELECT p.business_date, p.document_id, p.amount, p.debit_account = a.id AS comes_in
  FROM accounts a
  JOIN postings p ON p.hall_id = a.hall_id AND (p.debit_account = a.id OR p.credit_account = a.id)
 WHERE a.hall_id = :hall AND a.kind = 'petty' AND p.business_date < :until
 ORDER BY p.id
"""
)


def petty_month(uow: UnitOfWork, hall: Hall, month: dt.date) -> PettyMonth:
    """Give the sheet of petty cash of the month a date lies in (厅费用月报)."""
    first, last = month_of(month)
    opening, left, lines = 0, 0, []
    rows = uow.session.execute(_PETTY, {"hall": hall.id, "until": (last + A_DAY).isoformat()})
    for row in rows.all():
        fen = row.amount if row.comes_in else -row.amount
        left += fen
        if str(row.business_date)[:10] < first.isoformat():
            opening += fen
            continue
        document = uow.session.get_one(Document, (hall.id, row.document_id))
        lines.append(
            PettyLine(
                dt.date.fromisoformat(str(row.business_date)[:10]),
                document.number or "",
                DOCUMENT_KINDS[document.kind].text,
                CATEGORIES.get(facts_of(uow, document).get("category", "")),
                document.remark,
                fen,
                left,
            )
        )
    return PettyMonth(first, opening, tuple(lines))
