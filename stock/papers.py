"""Stock papers of a hall folder as posted documents, from receipt to scrap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ledger.accounts import Account, Commodity, open_account
from ledger.actors import Employment
from ledger.documents import DocumentKind, Line, register_kind
from ledger.errors import BackofficeError
from ledger.hall_rules import CounterClerk
from ledger.movements import Movement
from ledger.organisations import Hall, business_date
from ledger.papers import PaperRefused, load_paper
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.errors import UnknownHolder, UnknownItem
from stock.naming import names_of_run, names_of_unit

Paper = list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """Between which places a kind of stock paper moves goods; '@' is the clerk named."""

    letters: str
    text: Text
    debit: str
    credit: str


HOLDER, HOLDER_OR_STORE = "@holder", "@holder_or_store"

PAPER_KINDS: dict[str, PaperKind] = {
    "receipt": PaperKind("RK", Text("入库单", "Goods receipt"), "store", "supplier"),
    "draw": PaperKind("CK", Text("领用单", "Draw slip"), HOLDER, "store"),
    "return": PaperKind("FK", Text("返库单", "Return slip"), "store", HOLDER),
    "transfer_out": PaperKind("DC", Text("调出单", "Transfer out"), "transit", "store"),
    "transfer_in": PaperKind("DR", Text("调入单", "Transfer in"), "store", "other_hall"),
    "lend": PaperKind("JC", Text("借出单", "Loan slip"), "borrower", HOLDER_OR_STORE),
    "scrap": PaperKind("BS", Text("报损单", "Scrap slip"), "loss", HOLDER_OR_STORE),
}


def movements_of(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of stock lines, runs of serials spelled out."""
    movements = []
    for number, line in enumerate(lines, 1):
        kind, namespace, serials = names_of_run(line.commodity, line.serial, line.serial_to)
        movements.append(
            Movement(
                commodity=line.commodity,
                debit=line.debit,
                credit=line.credit,
                quantity=line.quantity,
                serials=serials,
                identifier_kind=kind,
                namespace=namespace,
                unit_cost_fen=line.unit_cost_fen,
                document_line=number,
                names=names_of_unit(line.commodity, line.names),
            )
        )
    return movements


for _name, _kind in PAPER_KINDS.items():
    register_kind(DocumentKind(_name, _kind.letters, _kind.text, "stock", movements_of))


def load_stock_papers(
    uow: UnitOfWork,
    *,
    hall: Hall,
    file_name: str,
    rows: Iterable[tuple[int, dict[str, Any]]],
) -> int:
    """Load the rows of `stock`, given with their lines, as documents in time order.

    Gives how many documents were new. Raises PaperRefused naming file and line.
    """
    papers: dict[tuple[str, str], Paper] = {}
    for line, row in rows:
        papers.setdefault((row["kind"], row["document_no"]), []).append((line, row))
    places = _Places(uow, hall)
    new = 0
    for (kind, number), paper in sorted(papers.items(), key=lambda item: _first_time(item[1])):
        line_no = paper[0][0]
        try:
            lines = []
            for line_no, row in paper:  # noqa: B007  names the line in a refusal
                lines.append(_line(places, kind, row))
            line_no = paper[0][0]
            loaded = load_paper(
                uow,
                hall=hall,
                kind=kind,
                paper_no=number,
                paper_date=min(business_date(row["at"]) for _, row in paper),
                lines=lines,
            )
        except BackofficeError as error:
            raise PaperRefused(file=file_name, line=line_no, reason=error) from error
        new += loaded is not None
    return new


def _first_time(paper: Paper) -> tuple[int, int]:
    return min((row["at"], line) for line, row in paper)


class _Places:
    """The hall's accounts and commodities, each looked up once a file."""

    def __init__(self, uow: UnitOfWork, hall: Hall) -> None:
        self.uow, self.hall = uow, hall
        session = uow.session
        self.commodities = {c.code: c for c in session.scalars(select(Commodity))}
        self.clerks = set(
            session.scalars(select(Employment.number).where(Employment.hall_id == hall.id))
        )
        self.counters = set(
            session.scalars(select(CounterClerk.counter).where(CounterClerk.hall_id == hall.id))
        )
        self._accounts: dict[tuple[str, str], Account] = {}

    def account(self, kind: str, holder: str = "") -> Account:
        key = (kind, holder)
        if key not in self._accounts:
            self._accounts[key] = open_account(self.uow, self.hall.id, kind, holder)
        return self._accounts[key]

    def holder(self, holder: str) -> Account:
        if holder in self.counters:
            return self.account("counter", holder)
        if holder in self.clerks:
            return self.account("clerk", holder)
        raise UnknownHolder(holder=holder)

    def place(self, rule: str, holder: str) -> Account:
        if rule == HOLDER or (rule == HOLDER_OR_STORE and holder):
            return self.holder(holder)
        return self.account("store" if rule == HOLDER_OR_STORE else rule)


def _line(places: _Places, kind: str, row: dict[str, Any]) -> Line:
    commodity = places.commodities.get(row["item"])
    if commodity is None:
        raise UnknownItem(item=row["item"])
    paper = PAPER_KINDS[kind]
    return Line(
        commodity=commodity,
        debit=places.place(paper.debit, row["clerk"]),
        credit=places.place(paper.credit, row["clerk"]),
        quantity=row["quantity"],
        serial=row["serial"],
        serial_to=row["serial_to"],
        unit_cost_fen=row["unit_cost"],
    )
