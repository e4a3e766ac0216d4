"""The lines behind a total: what a clerk's computed figure is made of, and his declaration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.shell import day_url, show
from backoffice.trade_words import tender_name
from ledger.actors import names_of, own_numbers
from ledger.audit.queries import show_day as audit_of_day
from ledger.cash.blind import blind_days
from ledger.errors import NotFound
from ledger.evidence.tables import OpeningFloat
from ledger.text import Text
from ledger.work import UnitOfWork

CASH = "cash"
CORRECTION = "correction"


class UnknownTotal(NotFound):
    """The clerk has neither payment nor declaration in the tender on the day."""

    code = "unknown_total"
    text = Text(
        "{date} 工号 {clerk} 没有“{tender}”的收款或申报。",
        "Clerk {clerk} has neither payment nor declaration in {tender} on {date}.",
    )


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment that counts: the row it stands in, its transaction's first line, its amount."""

    line: Row
    row: Row
    amount: int


@dataclass(frozen=True, slots=True)
class TotalLines:
    """What adds up to a computed figure: payments, and for cash the float and the moves; fen."""

    paid: list[Paid]
    opening_float: int | None
    moved_in: list[Row]
    moved_out: list[Row]
    declarations: list[Row]

    @property
    def paid_sum(self) -> int:
        """The net payments."""
        return sum(paid.amount for paid in self.paid)

    @property
    def moved_sum(self) -> int:
        """Cash moved in less cash moved out."""
        moved_in: int = sum(row["amount"] for row in self.moved_in)
        moved_out: int = sum(row["amount"] for row in self.moved_out)
        return moved_in - moved_out


@pages.get("/halls/<hall>/days/<date:date>/totals/<clerk>/<tender>")
@needs(("audit", "view"))
def show_total(date: dt.date, clerk: str, tender: str) -> str:
    """Show what stands behind one cell of the matrix."""
    with reading() as uow:
        if date in blind_days(uow, hall().id) and clerk in own_numbers(uow, hall().id):
            raise UnknownTotal(date=date, clerk=clerk, tender=tender)
        day = audit_of_day(uow, hall(), date)
        total = next((t for t in day.totals if (t.clerk, t.tender) == (clerk, tender)), None)
        lines = lines_of_total(uow, date, clerk, tender)
        if total is None and not (lines.paid or lines.declarations):
            raise UnknownTotal(date=date, clerk=clerk, tender=tender)
        name = tender_name(tender)
        return show(
            uow,
            "pages/total.html",
            desk="days",
            title=Text(f"{clerk} {name.zh}", f"{clerk} {name.en}"),
            date=date,
            trail=((Text(str(date), str(date)), day_url(date)),),
            clerk=clerk,
            tender=tender,
            total=total,
            lines=lines,
            names=names_of(uow, hall().id),
        )


def lines_of_total(uow: UnitOfWork, date: dt.date, clerk: str, tender: str) -> TotalLines:
    """Gather what CHECKS C02 adds up, as it stands in current evidence."""
    return TotalLines(
        paid=_payments(uow, date, clerk, tender),
        opening_float=_opening_float(uow, date, clerk) if tender == CASH else None,
        moved_in=_moves(uow, date, clerk, "to") if tender == CASH else [],
        moved_out=_moves(uow, date, clerk, "from") if tender == CASH else [],
        declarations=find_rows(
            uow, hall().id, "declarations", date=date, where={"clerk": clerk, "tender": tender}
        ),
    )


def _payments(uow: UnitOfWork, date: dt.date, clerk: str, tender: str) -> list[Paid]:
    """Give a transaction's rows in `tenders`, or where it has none its lines (CHECKS, opening)."""
    lines = [
        row
        for row in find_rows(uow, hall().id, "accounts", date=date, where={"clerk": clerk})
        if row["line_kind"] != CORRECTION
    ]
    first: dict[str, Row] = {}
    for line in lines:
        first.setdefault(line["txn_no"], line)
    apart = _tender_rows(uow, list(first))
    split = {row["txn_no"] for row in apart}
    paid = [
        Paid(line, line, line["received"])
        for line in lines
        if line["tender"] == tender and line["txn_no"] not in split
    ]
    paid += [
        Paid(first[row["txn_no"]], row, row["amount"]) for row in apart if row["tender"] == tender
    ]
    return sorted(paid, key=lambda p: (p.line["accepted_at"], p.line["txn_no"], p.line["line_no"]))


def _tender_rows(uow: UnitOfWork, numbers: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    # Databases take some thousand parameters in one statement, not any number.
    for start in range(0, len(numbers), 500):
        also = [column_of("tenders", "txn_no").in_(numbers[start : start + 500])]
        rows += find_rows(uow, hall().id, "tenders", also=also)
    return rows


def _moves(uow: UnitOfWork, date: dt.date, clerk: str, end: str) -> list[Row]:
    return find_rows(uow, hall().id, "cash_moves", date=date, where={end: clerk})


def _opening_float(uow: UnitOfWork, date: dt.date, clerk: str) -> int | None:
    return uow.session.scalar(
        select(OpeningFloat.amount).where(
            OpeningFloat.hall_id == hall().id,
            OpeningFloat.business_date == date,
            OpeningFloat.clerk == clerk,
        )
    )
