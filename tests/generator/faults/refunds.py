"""Faults for R01 to R09: money given without approval, by the wrong hand, twice, or in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tests.generator.desk import Sale
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import MANAGER, approve, undo
from tests.generator.world import Row, clock, yuan

FEN = 3000


def _back(site: Site, *, fen: int = FEN, **cells: str) -> tuple[Sale, Sale]:
    """Enter a sale in cash without invoice and its refund; give both."""
    sale = site.waived_sale(fen)
    return sale, undo(site.desk, sale, "refund", **cells)


def _claim(site: Site, back: Sale, sale: Sale, *, fen: int = FEN, kind: str = "refund") -> Row:
    return approve(site.desk, back, kind, fen=fen, original=sale.no)


def _loose(site: Site, *, fen: int = FEN, subscriber: str = "", kind: str = "waiver") -> Row:
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


def _adjust(site: Site, row: Row, *, named: bool = True, fen: int = 0) -> str:
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
    _, back = _back(site)
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a document nobody approved")
def nobody_approved(site: Site) -> Iterator[Planted]:
    """A number alone allows nothing."""
    sale, back = _back(site)
    row = _claim(site, back, sale)
    row["approver"] = row["approved_at"] = ""
    yield site.finds(f"txn:{back.no}")


@fault("R01", "one fen beyond the document")
def one_fen_beyond(site: Site) -> Iterator[Planted]:
    """What goes beyond the document's amount is unapproved."""
    sale, back = _back(site)
    _claim(site, back, sale, fen=FEN - 1)
    yield site.finds(f"txn:{back.no}")


@fault("R01", "a waiver's document for a refund")
def of_another_kind(site: Site) -> Iterator[Planted]:
    """A document allows what it is for."""
    sale, back = _back(site)
    _claim(site, back, sale, kind="waiver")
    yield site.finds(f"txn:{back.no}")


@fault("R01", "matched by subscriber and amount")
def matched_unnamed(site: Site) -> Iterator[Planted]:
    """A line that names no document is answered by one of its kind, subscriber and amount."""
    sale, back = _back(site)
    _claim(site, back, sale)
    for line in back.lines:
        line.pop("document_no")
    yield site.silent(f"txn:{back.no}")


@fault("R01", "one document for two payments")
def one_for_two(site: Site) -> Iterator[Planted]:
    """Each document answers once; the second payment stays unapproved."""
    sale, back = _back(site)
    _claim(site, back, sale)
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
    number = _adjust(
        site,
        {"subscriber": site.desk.subscriber(), "kind": "waiver", "amount": "5.00"}
        | {"document_no": ""},
    )
    yield site.finds(f"adjustment:{number}")


@fault("R01", "an adjustment with its document")
def adjusted_with_document(site: Site) -> Iterator[Planted]:
    """Named or matched, the document answers for it."""
    named, matched = _loose(site), _loose(site, fen=FEN + 1)
    yield site.silent(f"adjustment:{_adjust(site, named)}")
    yield site.silent(f"adjustment:{_adjust(site, matched, named=False)}")
    yield site.silent(f"document:{named['document_no']}", check="R06")
    yield site.silent(f"document:{matched['document_no']}", check="R06")


@fault("R01", "an adjustment one fen over")
def adjusted_over(site: Site) -> Iterator[Planted]:
    """Beyond its document it is unapproved."""
    row = _loose(site)
    yield site.finds(f"adjustment:{_adjust(site, row, fen=FEN + 1)}")


def _approval(site: Site, *, found: bool, fen: int = FEN, **cells: str) -> Iterator[Planted]:
    row = _loose(site, fen=fen)
    row.update(cells)
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


fault("R02", "at the manager's limit")(partial(_approval, found=False, fen=500_00))
fault("R02", "one fen above the manager's limit")(partial(_approval, found=True, fen=500_01))
fault("R02", "approved by who asked")(partial(_approval, found=True, requester=MANAGER))
fault("R02", "approved by a clerk")(partial(_approval, found=True, approver="A02"))


@fault("R02", "approved afterwards")
def approved_afterwards(site: Site) -> Iterator[Planted]:
    """The money went first."""
    row = _loose(site)
    row["approved_at"] = clock(site.desk.at + timedelta(seconds=1))
    row["executed_at"] = clock(site.desk.at)
    yield site.finds(f"document:{row['document_no']}")


@fault("R03", "two that pass the limit together")
def split_in_two(site: Site) -> Iterator[Planted]:
    """The one that crosses is named, and so is each later one."""
    subscriber = site.desk.subscriber()
    rows = [_loose(site, fen=fen, subscriber=subscriber) for fen in (300_00, 200_01, 100)]
    yield site.silent(f"document:{rows[0]['document_no']}")
    yield site.finds(f"document:{rows[1]['document_no']}")
    yield site.finds(f"document:{rows[2]['document_no']}")


@fault("R03", "two within the limit together")
def within_together(site: Site) -> Iterator[Planted]:
    """What the approver may sign at once is no split."""
    subscriber = site.desk.subscriber()
    rows = [_loose(site, fen=fen, subscriber=subscriber) for fen in (300_00, 200_00)]
    for row in rows:
        yield site.silent(f"document:{row['document_no']}")
        yield site.silent(f"document:{row['document_no']}", check="R02")


@fault("R04", "no signature")
def no_signature(site: Site) -> Iterator[Planted]:
    """The customer did not sign."""
    row = _loose(site)
    row["customer_signed"] = ""
    yield site.finds(f"document:{row['document_no']}")


@fault("R04", "handed over a second late")
def handed_late(site: Site) -> Iterator[Planted]:
    """Papers are with the auditor by next noon."""
    noon = site.day.at("12:00:00") + timedelta(days=1)
    for row, seconds, found in ((_loose(site), 0, False), (_loose(site), 1, True)):
        row["papers_handed_at"] = clock(noon + timedelta(seconds=seconds))
        yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


@fault("R04", "never handed over")
def never_handed(site: Site) -> Iterator[Planted]:
    """Long after its time nothing came."""
    row = _loose(site)
    row["papers_handed_at"] = ""
    yield site.finds(f"document:{row['document_no']}")


@fault("R04", "an invoiced sale without red letter")
def still_invoiced(site: Site) -> Iterator[Planted]:
    """The invoice stays live though the money went back."""
    sale = site.desk.sale(FEN, tender="cash")
    site.desk.invoice(sale)
    back = undo(site.desk, sale, "refund")
    row = _claim(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


@fault("R05", "cash for a card payment")
def cash_for_card(site: Site) -> Iterator[Planted]:
    """Money goes back the way it came."""
    sale = site.waived_sale(FEN, tender="pos")
    back = undo(site.desk, sale, "refund")
    for line in back.lines:
        for name in ("tender_ref", "terminal", "batch_no"):
            line.pop(name, None)
        line["tender"] = "cash"
    row = _claim(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


@fault("R06", "never carried out")
def never_carried_out(site: Site) -> Iterator[Planted]:
    """Approved, and then forgotten."""
    row = _loose(site)
    row.update(executed_at="", executor="", papers_handed_at="")
    yield site.finds(f"document:{row['document_no']}")


@fault("R07", "carried out twice")
def carried_out_twice(site: Site) -> Iterator[Planted]:
    """The second time is unapproved as well."""
    sale, back = _back(site)
    row = _claim(site, back, sale)
    again = undo(site.desk, sale, "refund", document_no=row["document_no"])
    yield site.finds(f"document:{row['document_no']}")
    yield site.finds(f"txn:{again.no}", check="R01")


@fault("R07", "carried out in two halves")
def in_two_halves(site: Site) -> Iterator[Planted]:
    """Two payments that make the amount are one refund."""
    sale = site.waived_sale(FEN)
    half = {"due": yuan(-FEN // 2), "received": yuan(-FEN // 2)}
    first = undo(site.desk, sale, "refund", **half)
    row = _claim(site, first, sale)
    second = undo(site.desk, sale, "refund", document_no=row["document_no"], **half)
    yield site.silent(f"document:{row['document_no']}")
    yield site.silent(f"txn:{second.no}", check="R01")


def _deposit(site: Site, *, taken: bool, fen: int, found: bool) -> Iterator[Planted]:
    sale = site.waived_sale(FEN, deposit="1" if taken else "")
    back = undo(site.desk, sale, "refund", deposit="1", due=yuan(-fen), received=yuan(-fen))
    row = _claim(site, back, sale, fen=fen, kind="deposit_return")
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")
    yield site.silent(f"txn:{back.no}", check="R01")


fault("R09", "a deposit given back")(partial(_deposit, taken=True, fen=FEN, found=False))
fault("R09", "more than was taken")(partial(_deposit, taken=True, fen=FEN + 1, found=True))
fault("R09", "never taken")(partial(_deposit, taken=False, fen=FEN, found=True))


def _together(
    site: Site, *, amounts: tuple[int, ...], blank: bool = False, found: bool
) -> Iterator[Planted]:
    subscriber = site.desk.subscriber()
    rows = [_loose(site, fen=fen, subscriber=subscriber) for fen in amounts]
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


@fault("R04", "a digital invoice without red letter")
def digital_still_invoiced(site: Site) -> Iterator[Planted]:
    """Its 72 hours are over in the end."""
    sale = site.desk.sale(FEN, tender="cash")
    site.desk.invoice(sale, kind="e")
    back = undo(site.desk, sale, "refund")
    row = _claim(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


def _by(site: Site, *, tender: str, found: bool, executed: bool = True) -> Iterator[Planted]:
    """Say on the document by what a sale in cash goes back; no payment names it."""
    sale = site.waived_sale(FEN)
    row = _loose(site, kind="refund")
    row.update(original_txn_no=sale.no, tender=tender)
    if not executed:
        row.update(executed_at="", executor="", papers_handed_at="")
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


fault("R05", "a document that names another tender")(partial(_by, tender="transfer", found=True))
fault("R05", "a document that names the tender")(partial(_by, tender="cash", found=False))
fault("R05", "a document that names no tender")(partial(_by, tender="", found=False))
fault("R05", "another tender and not carried out")(
    partial(_by, tender="transfer", found=False, executed=False)
)


def _waiting(site: Site, *, tender: str) -> Iterator[Planted]:
    row = _loose(site, kind="refund")
    row.update(executed_at="", executor="", papers_handed_at="", tender=tender)
    yield site.finds(f"document:{row['document_no']}")


for _tender in ("cash", "wechat", "transfer"):
    fault("R06", f"never carried out, by {_tender}")(partial(_waiting, tender=_tender))


@fault("R06", "not approved and not carried out")
def not_approved(site: Site) -> Iterator[Planted]:
    """What nobody approved is owed by nobody."""
    row = _loose(site)
    row.update(approver="", approved_at="", executed_at="", executor="", papers_handed_at="")
    yield site.silent(f"document:{row['document_no']}")


def _billed_twice(site: Site, *, fen: int, found: bool) -> Iterator[Planted]:
    row = _loose(site)
    _adjust(site, row)
    number = _adjust(site, row, fen=fen)
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")
    yield site.finds(f"adjustment:{number}", check="R01")


fault("R07", "a waiver billed twice")(partial(_billed_twice, fen=FEN, found=True))
fault("R07", "a waiver billed again by one fen")(partial(_billed_twice, fen=1, found=True))


@fault("R07", "a waiver billed in two parts")
def billed_in_parts(site: Site) -> Iterator[Planted]:
    """Two adjustments that make the amount are one waiver."""
    row = _loose(site)
    _adjust(site, row, fen=FEN - 1)
    number = _adjust(site, row, fen=1)
    yield site.silent(f"document:{row['document_no']}")
    yield site.silent(f"adjustment:{number}", check="R01")


fault("R09", "part of a deposit")(partial(_deposit, taken=True, fen=1, found=False))


@fault("R09", "a deposit given back twice")
def deposit_twice(site: Site) -> Iterator[Planted]:
    """The second return exceeds what is held."""
    sale = site.waived_sale(FEN, deposit="1")
    back = undo(site.desk, sale, "refund", deposit="1")
    _claim(site, back, sale, kind="deposit_return")
    again = undo(site.desk, sale, "refund", deposit="1", due=yuan(-1), received=yuan(-1))
    row = _claim(site, again, sale, fen=1, kind="deposit_return")
    yield site.finds(f"document:{row['document_no']}")
