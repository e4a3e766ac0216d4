"""The two sides of a finding: the rows that say what should be, and those that say what is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, or_

from backoffice.pages.door import hall
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.totals import lines_of_total
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.text import Text
from ledger.work import UnitOfWork

LOOK_BACK = dt.timedelta(days=7)
LOOK_AHEAD = dt.timedelta(days=3)
SHOWN = 60
CASH = "cash"

BOOKS = Text("账上", "The books")
REGISTER = Text("发票登记", "The invoice register")
ARRIVED = Text("到账", "Settled")
DECLARED = Text("申报", "Declared")
COMPUTED = Text("应有", "Computed")
HANDED_IN = Text("交款", "Handed in")
RULE = Text("规则应为", "By the rule")
CHARGED = Text("实际收费", "Charged")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one kind on one side; `left_out` is how many more there are."""

    kind: str
    rows: Sequence[Row]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Sides:
    """What stands against what, and the transactions the finding leads to."""

    expected: Text
    found: Text
    expected_sheets: list[Sheet] = field(default_factory=list)
    found_sheets: list[Sheet] = field(default_factory=list)


def sides_of(uow: UnitOfWork, date: dt.date, check: str, subject: str) -> Sides:
    """Gather both sides of a finding from current evidence by the sort of its subject."""
    sort, _, rest = subject.partition(":")
    gather = _GATHERERS.get(sort)
    return gather(uow, date, check, rest) if gather else Sides(RULE, BOOKS)


def _transaction(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    txn_no, _, tender = rest.partition("/")
    lines = find_rows(uow, hall().id, "accounts", where={"txn_no": txn_no})
    payments = find_rows(uow, hall().id, "tenders", where={"txn_no": txn_no})
    books = _sheets(("accounts", lines), ("tenders", payments))
    if tender:
        return Sides(BOOKS, ARRIVED, books)
    if check in ("X05", "X08"):
        return Sides(RULE, CHARGED, found_sheets=books)
    links = find_rows(uow, hall().id, "invoice_links", where={"txn_no": txn_no})
    named = {row["invoice_no"] for row in (*lines, *links) if row["invoice_no"]}
    either = or_(
        column_of("invoices", "txn_no") == txn_no, column_of("invoices", "invoice_no").in_(named)
    )
    invoices = find_rows(uow, hall().id, "invoices", also=[either])
    return Sides(BOOKS, REGISTER, books, _sheets(("invoices", invoices), ("invoice_links", links)))


def _reference(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    _, _, reference = rest.partition("/")
    lines = find_rows(
        uow, hall().id, "accounts", where={"tender_ref": reference}, also=[_near(date, "accounts")]
    )
    payments = find_rows(uow, hall().id, "tenders", where={"tender_ref": reference})
    named = or_(
        column_of("settlements", "tender_ref") == reference,
        column_of("settlements", "order_no") == reference,
        column_of("settlements", "refund_ref") == reference,
    )
    arrived = find_rows(uow, hall().id, "settlements", also=[named, _near(date, "settlements")])
    return Sides(
        BOOKS,
        ARRIVED,
        _sheets(("accounts", lines), ("tenders", payments)),
        _sheets(("settlements", arrived)),
    )


def _batch(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    tender, terminal, batch_no = [*rest.split("/"), "", ""][:3]
    where = {"tender": tender, "terminal": terminal, "batch_no": batch_no}
    lines = find_rows(uow, hall().id, "accounts", where=where, also=[_near(date, "accounts")])
    payments = find_rows(uow, hall().id, "tenders", where=where)
    arrived = find_rows(
        uow, hall().id, "settlements", where=where, also=[_near(date, "settlements")]
    )
    return Sides(
        BOOKS,
        ARRIVED,
        _sheets(("accounts", lines), ("tenders", payments)),
        _sheets(("settlements", arrived)),
    )


def _whole_day(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    lines = find_rows(uow, hall().id, "accounts", date=date, where={"tender": rest})
    arrived = find_rows(uow, hall().id, "settlements", date=date, where={"tender": rest})
    return Sides(BOOKS, ARRIVED, _sheets(("accounts", lines)), _sheets(("settlements", arrived)))


def _invoice(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    code, _, number = rest.rpartition("/")
    number = number.partition("-")[0]
    where = {"invoice_code": code, "invoice_no": number}
    register = find_rows(uow, hall().id, "invoices", where=where)
    links = find_rows(uow, hall().id, "invoice_links", where=where)
    named = {row["txn_no"] for row in (*register, *links) if row["txn_no"]}
    either = or_(
        and_(
            column_of("accounts", "invoice_code") == code,
            column_of("accounts", "invoice_no") == number,
        ),
        column_of("accounts", "txn_no").in_(named),
    )
    lines = find_rows(uow, hall().id, "accounts", also=[either])
    originals = [
        row
        for red in register
        if red["original_no"]
        for row in find_rows(uow, hall().id, "invoices", where={"invoice_no": red["original_no"]})
    ]
    return Sides(
        BOOKS,
        REGISTER,
        _sheets(("accounts", lines), ("invoice_links", links)),
        _sheets(("invoices", [*register, *originals])),
    )


def _clerk_tender(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    clerk, _, tender = rest.partition("/")
    lines = lines_of_total(uow, date, clerk, tender)
    return Sides(
        COMPUTED,
        DECLARED,
        _sheets(("cash_moves", [*lines.moved_in, *lines.moved_out])),
        _sheets(("declarations", lines.declarations)),
    )


def _clerk(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    declared = find_rows(
        uow, hall().id, "declarations", date=date, where={"clerk": rest, "tender": CASH}
    )
    handed = find_rows(
        uow,
        hall().id,
        "deposits",
        where={"clerk": rest, "step": "handin"},
        also=[_near(date, "deposits")],
    )
    return Sides(
        DECLARED, HANDED_IN, _sheets(("declarations", declared)), _sheets(("deposits", handed))
    )


def _slip(uow: UnitOfWork, date: dt.date, check: str, rest: str) -> Sides:
    rows = find_rows(uow, hall().id, "deposits", where={"slip_no": rest})
    return Sides(RULE, HANDED_IN, [], _sheets(("deposits", rows)))


def _near(date: dt.date, kind: str) -> ColumnElement[bool]:
    """Matching looks 7 days back and 3 on (CHECKS, reading the evidence)."""
    day = EVIDENCE_TABLES[kind].c.business_date
    return day.between(date - LOOK_BACK, date + LOOK_AHEAD)


def _sheets(*sheets: tuple[str, Sequence[Row]]) -> list[Sheet]:
    return [Sheet(kind, rows[:SHOWN], max(0, len(rows) - SHOWN)) for kind, rows in sheets if rows]


_GATHERERS: dict[str, Callable[[UnitOfWork, dt.date, str, str], Sides]] = {
    "txn": _transaction,
    "ref": _reference,
    "batch": _batch,
    "day": _whole_day,
    "invoice": _invoice,
    "tender": _clerk_tender,
    "handin": _clerk,
    "float": _clerk,
    "slip": _slip,
}
