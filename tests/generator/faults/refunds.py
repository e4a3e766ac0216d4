"""Faults for R01 to R03: money given without approval, by one that does not hold, or in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tests.generator.desk import Sale
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import MANAGER, approve, undo
from tests.generator.world import Row, clock, yuan

FEN = 3000


def given_back(site: Site, *, fen: int = FEN, **cells: str) -> tuple[Sale, Sale]:
    """Enter a sale in cash without invoice and its refund; give both."""
    sale = site.waived_sale(fen)
    return sale, undo(site.desk, sale, "refund", **cells)


def documented(site: Site, back: Sale, sale: Sale, *, fen: int = FEN, kind: str = "refund") -> Row:
    """Enter the document of a refund and name it on the lines."""
    return approve(site.desk, back, kind, fen=fen, original=sale.no)


def unnamed_document(
    site: Site, *, fen: int = FEN, subscriber: str = "", kind: str = "waiver"
) -> Row:
    """Enter a document that no line names."""
    sale = site.waived_sale(fen + 100)
    kept = [dict(line) for line in sale.lines]
    row = approve(site.desk, sale, kind, fen=fen, original="")
    for line, before in zip(sale.lines, kept, strict=True):
        line.pop("document_no", None)
        line.update(before)
    row["subscriber"] = subscriber or site.desk.subscriber()
    row["tender"] = ""
    return row


def adjust(site: Site, row: Row, *, named: bool = True, fen: int = 0) -> str:
    """Enter an adjustment in billing for a waiver; gives its number."""
    number = f"TZ{site.hall.count('adjustment'):06d}"
    site.day.rows["adjustments"].append(
        {
            "adjustment_no": number,
            "at": clock(site.desk.tick()),
            "clerk": site.desk.clerk,
            "subscriber": row["subscriber"],
            "kind": row["kind"],
            "amount": yuan(fen) if fen else row["amount"],
            "document_no": row["document_no"] if named else "",
        }
    )
    return number


@fault("R01", "a refund without document")
def without_document(site: Site) -> Iterator[Planted]:
    """Nobody approved the money that went out."""
    _, back = given_back(site)
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a document nobody approved")
def nobody_approved(site: Site) -> Iterator[Planted]:
    """A number alone allows nothing."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    row["approver"] = row["approved_at"] = ""
    yield site.finds(f"txn:{back.no}")


@fault("R01", "one fen beyond the document")
def one_fen_beyond(site: Site) -> Iterator[Planted]:
    """What goes beyond the document's amount is unapproved."""
    sale, back = given_back(site)
    documented(site, back, sale, fen=FEN - 1)
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a waiver's document for a refund")
def of_another_kind(site: Site) -> Iterator[Planted]:
    """A document allows what it is for."""
    sale, back = given_back(site)
    documented(site, back, sale, kind="waiver")
    yield site.finds(f"txn:{back.no}")


@fault("R01", "matched by subscriber and amount")
def matched_unnamed(site: Site) -> Iterator[Planted]:
    """A line that names no document is answered by one of its kind, subscriber and amount."""
    sale, back = given_back(site)
    documented(site, back, sale)
    for line in back.lines:
        line.pop("document_no")
    yield site.silent(f"txn:{back.no}")


@fault("R01", "one document for two payments")
def one_for_two(site: Site) -> Iterator[Planted]:
    """Each document answers once; the second payment stays unapproved."""
    sale, back = given_back(site)
    documented(site, back, sale)
    for line in back.lines:
        line.pop("document_no")
    again = undo(site.desk, sale, "refund")
    yield site.silent(f"txn:{back.no}")
    yield site.finds(f"txn:{again.no}")


def _reversed(site: Site, *, found: bool, **cells: str) -> Iterator[Planted]:
    sale = site.waived_sale(FEN)
    usual = {"authoriser": MANAGER}
    back = undo(site.desk, sale, "reversal", **(usual | cells))
    yield (site.finds if found else site.silent)(f"txn:{back.no}")


fault("R01", "a reversal somebody authorised")(partial(_reversed, found=False))
fault("R01", "a reversal nobody authorised")(partial(_reversed, found=True, authoriser=""))


@fault("R01", "a reversal its clerk authorised")
def authorised_by_himself(site: Site) -> Iterator[Planted]:
    """Another number of the same person is the same person."""
    sale = site.waived_sale(FEN)
    back = undo(site.desk, sale, "reversal", authoriser=site.numbers[-1])
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a reversal of part")
def reversal_of_part(site: Site) -> Iterator[Planted]:
    """It must equal its original."""
    sale = site.waived_sale(FEN)
    cells = {"due": yuan(1 - FEN), "received": yuan(1 - FEN), "authoriser": MANAGER}
    back = undo(site.desk, sale, "reversal", **cells)
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a reversal of yesterday", days_before=1)
def reversal_of_yesterday(site: Site) -> Iterator[Planted]:
    """The next day it is a refund and needs its document."""
    yesterday = site.hall.after(site.day, -1)
    assert yesterday is not None
    line = next(row for row in yesterday.rows["accounts"] if row["received"] == row["due"])
    back = site.desk.sale(
        -FEN,
        tender="cash",
        line_kind="reversal",
        original_txn_no=line["txn_no"],
        authoriser=MANAGER,
    )
    yield site.finds(f"txn:{back.no}")


@fault("R01", "an adjustment without document")
def adjusted_without_document(site: Site) -> Iterator[Planted]:
    """What billing gave away needs its document too."""
    number = adjust(
        site,
        {"subscriber": site.desk.subscriber(), "kind": "waiver", "amount": "5.00"}
        | {"document_no": ""},
    )
    yield site.finds(f"adjustment:{number}")


@fault("R01", "an adjustment with its document")
def adjusted_with_document(site: Site) -> Iterator[Planted]:
    """Named or matched, the document answers for it."""
    named, matched = unnamed_document(site), unnamed_document(site, fen=FEN + 1)
    yield site.silent(f"adjustment:{adjust(site, named)}")
    yield site.silent(f"adjustment:{adjust(site, matched, named=False)}")
    yield site.silent(f"document:{named['document_no']}", check="R06")
    yield site.silent(f"document:{matched['document_no']}", check="R06")


@fault("R01", "an adjustment one fen over")
def adjusted_over(site: Site) -> Iterator[Planted]:
    """Beyond its document it is unapproved."""
    row = unnamed_document(site)
    yield site.finds(f"adjustment:{adjust(site, row, fen=FEN + 1)}")


def _approval(site: Site, *, found: bool, fen: int = FEN, **cells: str) -> Iterator[Planted]:
    row = unnamed_document(site, fen=fen)
    row.update(cells)
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


fault("R02", "at the manager's limit")(partial(_approval, found=False, fen=500_00))
fault("R02", "one fen above the manager's limit")(
    partial(_approval, found=True, fen=500_01, approver=MANAGER)
)
fault("R02", "approved by who asked")(partial(_approval, found=True, requester=MANAGER))
fault("R02", "approved by a clerk")(partial(_approval, found=True, approver="A02"))


@fault("R02", "approved afterwards")
def approved_afterwards(site: Site) -> Iterator[Planted]:
    """The money went first."""
    row = unnamed_document(site)
    row["approved_at"] = clock(site.desk.at + timedelta(seconds=1))
    row["executed_at"] = clock(site.desk.at)
    yield site.finds(f"document:{row['document_no']}")


@fault("R03", "two that pass the limit together")
def split_in_two(site: Site) -> Iterator[Planted]:
    """The one that crosses is named, and so is each later one."""
    subscriber = site.desk.subscriber()
    rows = [unnamed_document(site, fen=fen, subscriber=subscriber) for fen in (300_00, 200_01, 100)]
    yield site.silent(f"document:{rows[0]['document_no']}")
    yield site.finds(f"document:{rows[1]['document_no']}")
    yield site.finds(f"document:{rows[2]['document_no']}")


@fault("R03", "two within the limit together")
def within_together(site: Site) -> Iterator[Planted]:
    """What the approver may sign at once is no split."""
    subscriber = site.desk.subscriber()
    rows = [unnamed_document(site, fen=fen, subscriber=subscriber) for fen in (300_00, 200_00)]
    for row in rows:
        yield site.silent(f"document:{row['document_no']}")
        yield site.silent(f"document:{row['document_no']}", check="R02")


def _together(
    site: Site, *, amounts: tuple[int, ...], blank: bool = False, found: bool
) -> Iterator[Planted]:
    subscriber = site.desk.subscriber()
    rows = [unnamed_document(site, fen=fen, subscriber=subscriber) for fen in amounts]
    if blank:
        for row in rows:
            row["subscriber"] = ""
    yield (site.finds if found else site.silent)(f"document:{rows[-1]['document_no']}")


fault("R03", "three that pass the limit by one fen")(
    partial(_together, amounts=(200_00, 200_00, 100_01), found=True)
)
fault("R03", "a number nobody wrote down")(
    partial(_together, amounts=(300_00, 300_00), blank=True, found=False)
)
fault("R03", "one that is above the limit by itself")(
    partial(_together, amounts=(300_00, 500_01), found=False)
)
