"""The two sides of a finding: the rows that say what should be, and those that say what is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import and_, or_, select

from backoffice.pages.door import hall
from backoffice.pages.goods_sides import GOODS_GATHERERS
from backoffice.pages.invoice_evidence import ranges_holding
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.sides import BOOKS, RULE, Sheet, Sides, near, sheets_of
from backoffice.pages.totals import CASH, lines_of_total
from ledger.actors import Employment
from ledger.audit.day import FindingView
from ledger.duties.roster import roster_of
from ledger.text import Text
from ledger.work import UnitOfWork

REGISTER = Text("发票登记", "The invoice register")
ARRIVED = Text("到账", "Settled")
DECLARED = Text("申报", "Declared")
COMPUTED = Text("应有", "Computed")
HANDED_IN = Text("交款", "Handed in")
CHARGED = Text("实际收费", "Charged")
DRAWN = Text("领用号段", "The drawn range")
NEIGHBOURS = Text("前后号码的登记", "Register of the numbers around it")
ORIGINAL = Text("原发票", "The original")
RED = Text("红字发票", "The red letter")
EARLIER = Text("先收的一笔", "Taken first")
LATER = Text("后收的一笔", "Taken again")
FIRST_ISSUED = Text("先开的一张", "Issued first")
ISSUED_AGAIN = Text("又开的一张", "Issued again")
KEPT = Text("上班留下", "Kept")
ROSTER = Text("当日排班", "The roster")
ENTERED = Text("记入的账目", "Lines entered")
BANKED = Text("解款", "Taken to the bank")
MOVED = Text("现金往来", "The move")


Gatherer = Callable[[UnitOfWork, dt.date, FindingView, str], Sides]


def sides_of(uow: UnitOfWork, date: dt.date, finding: FindingView) -> Sides | None:
    """Gather both sides of a finding from current evidence; None where it has no papers."""
    sort, _, rest = finding.subject.partition(":")
    gather = _GATHERERS.get(sort)
    return gather(uow, date, finding, rest) if gather else None


def _transaction(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    txn_no, _, tender = rest.partition("/")
    books = _books_of(uow, txn_no)
    if tender:
        return Sides(BOOKS, ARRIVED, books)
    if "earlier" in finding.facts:
        return Sides(EARLIER, LATER, _books_of(uow, str(finding.facts["earlier"])), books)
    if finding.check in ("X05", "X06", "X07", "X08", "G04", "G05"):
        return Sides(RULE, CHARGED, found_sheets=books)
    links = find_rows(uow, hall().id, "invoice_links", where={"txn_no": txn_no})
    lines = [row for sheet in books if sheet.kind == "accounts" for row in sheet.rows]
    named = {row["invoice_no"] for row in (*lines, *links) if row["invoice_no"]}
    either = or_(
        column_of("invoices", "txn_no") == txn_no, column_of("invoices", "invoice_no").in_(named)
    )
    invoices = find_rows(uow, hall().id, "invoices", also=[either])
    return Sides(
        BOOKS, REGISTER, books, sheets_of(("invoices", invoices), ("invoice_links", links))
    )


def _reference(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    reference = rest.partition("/")[2]
    named = or_(
        column_of("settlements", "tender_ref") == reference,
        column_of("settlements", "order_no") == reference,
        column_of("settlements", "refund_ref") == reference,
    )
    arrived = find_rows(uow, hall().id, "settlements", also=[named, near(date, "settlements")])
    return Sides(
        BOOKS,
        ARRIVED,
        _paid_with(uow, date, {"tender_ref": reference}),
        sheets_of(("settlements", arrived)),
    )


def _batch(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    tender, terminal, batch_no = [*rest.split("/"), "", ""][:3]
    where = {"tender": tender, "terminal": terminal, "batch_no": batch_no}
    around = [near(date, "settlements")]
    arrived = find_rows(uow, hall().id, "settlements", where=where, also=around)
    return Sides(BOOKS, ARRIVED, _paid_with(uow, date, where), sheets_of(("settlements", arrived)))


def _whole_day(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    where = {"tender": rest}
    lines = find_rows(uow, hall().id, "accounts", date=date, where=where)
    arrived = find_rows(uow, hall().id, "settlements", date=date, where=where)
    return Sides(
        BOOKS, ARRIVED, sheets_of(("accounts", lines)), sheets_of(("settlements", arrived))
    )


def _invoice(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    code, _, number = rest.rpartition("/")
    number = number.partition("-")[0]
    register = _registered(uow, code, number)
    sheets = sheets_of(("invoices", register))
    if finding.check in ("P01", "P06"):
        around = sheets_of(("invoices", [*register, *_neighbours(uow, code, number)]))
        return Sides(DRAWN, NEIGHBOURS, [], around, ranges_holding(uow, code, number))
    if finding.check == "P05":
        return Sides(DRAWN, REGISTER, [], sheets, ranges_holding(uow, code, number))
    if finding.check == "P07":
        originals = [
            row
            for red in register
            if red["original_no"]
            for row in _registered(uow, red["original_code"], red["original_no"])
        ]
        return Sides(ORIGINAL, RED, sheets_of(("invoices", originals)), sheets)
    if finding.check == "P10":
        earlier_code, _, earlier = str(finding.facts["earlier"]).rpartition("/")
        first = sheets_of(("invoices", _registered(uow, earlier_code, earlier)))
        return Sides(FIRST_ISSUED, ISSUED_AGAIN, first, sheets)
    if finding.check.startswith("P"):
        return Sides(RULE, REGISTER, [], sheets)
    return Sides(BOOKS, REGISTER, _linked_to(uow, code, number, register), sheets)


def _clerk_tender(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    clerk, _, tender = rest.partition("/")
    lines = lines_of_total(uow, date, clerk, tender)
    moves = sheets_of(("cash_moves", [*lines.moved_in, *lines.moved_out]))
    return Sides(COMPUTED, DECLARED, moves, sheets_of(("declarations", lines.declarations)))


def _clerk(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    cash = {"clerk": rest, "tender": CASH}
    if finding.check == "C03":
        kept = find_rows(
            uow, hall().id, "declarations", where=cash, also=[near(date, "declarations")]
        )
        return Sides(KEPT, Text("备用金", "Float"), sheets_of(("declarations", kept)))
    declared = find_rows(uow, hall().id, "declarations", date=date, where=cash)
    step = {"clerk": rest, "step": "handin"}
    handed = find_rows(uow, hall().id, "deposits", where=step, also=[near(date, "deposits")])
    return Sides(
        DECLARED, HANDED_IN, sheets_of(("declarations", declared)), sheets_of(("deposits", handed))
    )


def _shift(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    lines = find_rows(uow, hall().id, "accounts", date=date, where={"clerk": rest})
    return Sides(BOOKS, DECLARED, sheets_of(("accounts", lines)))


def _number(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    """The day's roster beside what was entered under the person's numbers."""
    person = select(Employment.person_id).where(
        Employment.hall_id == hall().id, Employment.number == rest
    )
    numbers = uow.session.scalars(
        select(Employment.number).where(
            Employment.hall_id == hall().id, Employment.person_id.in_(person)
        )
    ).all()
    his = column_of("accounts", "clerk").in_([*numbers, rest])
    lines = find_rows(uow, hall().id, "accounts", date=date, also=[his])
    seats = roster_of(uow, hall().id, date, date)
    return Sides(ROSTER, ENTERED, [], sheets_of(("accounts", lines)), seats=seats)


def _slip(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    rows = find_rows(uow, hall().id, "deposits", where={"slip_no": rest})
    return Sides(RULE, HANDED_IN, [], sheets_of(("deposits", rows)))


def _move(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    moves = find_rows(uow, hall().id, "cash_moves", where={"move_no": rest})
    named = [row["document_no"] for row in moves if row["document_no"]]
    claims = find_rows(
        uow, hall().id, "refunds", also=[column_of("refunds", "document_no").in_(named)]
    )
    return Sides(RULE, MOVED, sheets_of(("refunds", claims)), sheets_of(("cash_moves", moves)))


def _deposit(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    covers = column_of("deposits", "covers_date")
    of_day = or_(
        covers == date, and_(covers.is_(None), column_of("deposits", "deposited_on") == date)
    )
    slips = find_rows(uow, hall().id, "deposits", also=[of_day])
    handed, banked = (
        sheets_of(("deposits", [row for row in slips if row["step"] == step]))
        for step in ("handin", "bank")
    )
    return Sides(HANDED_IN, BANKED, handed, banked)


def _books_of(uow: UnitOfWork, txn_no: str) -> list[Sheet]:
    where = {"txn_no": txn_no}
    return sheets_of(
        ("accounts", find_rows(uow, hall().id, "accounts", where=where)),
        ("tenders", find_rows(uow, hall().id, "tenders", where=where)),
    )


def _paid_with(uow: UnitOfWork, date: dt.date, where: dict[str, str]) -> list[Sheet]:
    """Account lines near the day and payment rows that carry the key of a settlement."""
    around = [near(date, "accounts")]
    return sheets_of(
        ("accounts", find_rows(uow, hall().id, "accounts", where=where, also=around)),
        ("tenders", find_rows(uow, hall().id, "tenders", where=where)),
    )


def _registered(uow: UnitOfWork, code: str, number: str) -> list[Row]:
    where = {"invoice_code": code, "invoice_no": number}
    return find_rows(uow, hall().id, "invoices", where=where)


def _neighbours(uow: UnitOfWork, code: str, number: str) -> list[Row]:
    """Register rows of the numbers just before and after."""
    around = [str(int(number) + step).zfill(len(number)) for step in (-1, 1)]
    return [row for other in around for row in _registered(uow, code, other)]


def _linked_to(uow: UnitOfWork, code: str, number: str, register: Sequence[Row]) -> list[Sheet]:
    """Account lines linked to an invoice, and the rows that link them."""
    where = {"invoice_code": code, "invoice_no": number}
    links = find_rows(uow, hall().id, "invoice_links", where=where)
    named = {row["txn_no"] for row in (*register, *links) if row["txn_no"]}
    names_it = and_(
        column_of("accounts", "invoice_code") == code,
        column_of("accounts", "invoice_no") == number,
    )
    either = or_(names_it, column_of("accounts", "txn_no").in_(named))
    lines = find_rows(uow, hall().id, "accounts", also=[either])
    return sheets_of(("accounts", lines), ("invoice_links", links))


_GATHERERS: dict[str, Gatherer] = {
    "txn": _transaction,
    "ref": _reference,
    "batch": _batch,
    "day": _whole_day,
    "invoice": _invoice,
    "tender": _clerk_tender,
    "handin": _clerk,
    "float": _clerk,
    "shift": _shift,
    "slip": _slip,
    "clerk": _number,
    "move": _move,
    "tail": _deposit,
    "deposit": _deposit,
    **GOODS_GATHERERS,
}
