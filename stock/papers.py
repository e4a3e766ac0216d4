"""Stock papers of a hall folder as posted documents, from receipt to scrap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.accounts import Account
from ledger.documents import Line
from ledger.errors import BackofficeError
from ledger.organisations import Hall, business_date
from ledger.papers import PaperRefused, load_paper
from ledger.work import UnitOfWork
from stock.kinds import HOLDER, HOLDER_OR_STORE, PAPER_KINDS
from stock.places import Places

Paper = list[tuple[int, dict[str, Any]]]


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
    places = Places(uow, hall)
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


def _line(places: Places, kind: str, row: dict[str, Any]) -> Line:
    paper = PAPER_KINDS[kind]
    return Line(
        commodity=places.item(row["item"]),
        debit=_place(places, paper.debit, row["clerk"]),
        credit=_place(places, paper.credit, row["clerk"]),
        quantity=row["quantity"],
        serial=row["serial"],
        serial_to=row["serial_to"],
        unit_cost_fen=row["unit_cost"],
    )


def _place(places: Places, end: str, holder: str) -> Account:
    if end == HOLDER or (end == HOLDER_OR_STORE and holder):
        return places.custody(holder)
    return places.account("store" if end == HOLDER_OR_STORE else end)
