"""Faults for R04 to R09: papers, tenders, time, repetition and deposits of what was given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tests.generator.faults.refunds import (
    FEN,
    adjust,
    documented,
    given_back,
    unnamed_document,
)
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import undo
from tests.generator.world import clock, yuan


@fault("R04", "no signature")
def no_signature(site: Site) -> Iterator[Planted]:
    """The customer did not sign."""
    row = unnamed_document(site)
    row["customer_signed"] = ""
    yield site.finds(f"document:{row['document_no']}")


@fault("R04", "handed over a second late")
def handed_late(site: Site) -> Iterator[Planted]:
    """Papers are with the auditor by next noon."""
    noon = site.day.at("12:00:00") + timedelta(days=1)
    for row, seconds, found in (
        (unnamed_document(site), 0, False),
        (unnamed_document(site), 1, True),
    ):
        row["papers_handed_at"] = clock(noon + timedelta(seconds=seconds))
        yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


@fault("R04", "never handed over")
def never_handed(site: Site) -> Iterator[Planted]:
    """Long after its time nothing came."""
    row = unnamed_document(site)
    row["papers_handed_at"] = ""
    yield site.finds(f"document:{row['document_no']}")


@fault("R04", "an invoiced sale without red letter")
def still_invoiced(site: Site) -> Iterator[Planted]:
    """The invoice stays live though the money went back."""
    sale = site.desk.sale(FEN, tender="cash")
    site.desk.invoice(sale)
    back = undo(site.desk, sale, "refund")
    row = documented(site, back, sale)
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
    row = documented(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


@fault("R06", "never carried out")
def never_carried_out(site: Site) -> Iterator[Planted]:
    """Approved, and then forgotten."""
    row = unnamed_document(site)
    row.update(executed_at="", executor="", papers_handed_at="")
    yield site.finds(f"document:{row['document_no']}")


@fault("R07", "carried out twice")
def carried_out_twice(site: Site) -> Iterator[Planted]:
    """The second time is unapproved as well."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    again = undo(site.desk, sale, "refund", document_no=row["document_no"])
    yield site.finds(f"document:{row['document_no']}")
    yield site.finds(f"txn:{again.no}", check="R01")


@fault("R07", "carried out in two halves")
def in_two_halves(site: Site) -> Iterator[Planted]:
    """Two payments that make the amount are one refund."""
    sale = site.waived_sale(FEN)
    half = {"due": yuan(-FEN // 2), "received": yuan(-FEN // 2)}
    first = undo(site.desk, sale, "refund", **half)
    row = documented(site, first, sale)
    second = undo(site.desk, sale, "refund", document_no=row["document_no"], **half)
    yield site.silent(f"document:{row['document_no']}")
    yield site.silent(f"txn:{second.no}", check="R01")


def _deposit(site: Site, *, taken: bool, fen: int, found: bool) -> Iterator[Planted]:
    sale = site.waived_sale(FEN, deposit="1" if taken else "")
    back = undo(site.desk, sale, "refund", deposit="1", due=yuan(-fen), received=yuan(-fen))
    row = documented(site, back, sale, fen=fen, kind="deposit_return")
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")
    yield site.silent(f"txn:{back.no}", check="R01")


fault("R09", "a deposit given back")(partial(_deposit, taken=True, fen=FEN, found=False))
fault("R09", "more than was taken")(partial(_deposit, taken=True, fen=FEN + 1, found=True))
fault("R09", "never taken")(partial(_deposit, taken=False, fen=FEN, found=True))


@fault("R04", "a digital invoice without red letter")
def digital_still_invoiced(site: Site) -> Iterator[Planted]:
    """Its 72 hours are over in the end."""
    sale = site.desk.sale(FEN, tender="cash")
    site.desk.invoice(sale, kind="e")
    back = undo(site.desk, sale, "refund")
    row = documented(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


def _by(site: Site, *, tender: str, found: bool, executed: bool = True) -> Iterator[Planted]:
    """Say on the document by what a sale in cash goes back; no payment names it."""
    sale = site.waived_sale(FEN)
    row = unnamed_document(site, kind="refund")
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
    row = unnamed_document(site, kind="refund")
    row.update(executed_at="", executor="", papers_handed_at="", tender=tender)
    yield site.finds(f"document:{row['document_no']}")


for _tender in ("cash", "wechat", "transfer"):
    fault("R06", f"never carried out, by {_tender}")(partial(_waiting, tender=_tender))


@fault("R06", "not approved and not carried out")
def not_approved(site: Site) -> Iterator[Planted]:
    """What nobody approved is owed by nobody."""
    row = unnamed_document(site)
    row.update(approver="", approved_at="", executed_at="", executor="", papers_handed_at="")
    yield site.silent(f"document:{row['document_no']}")


def _billed_twice(site: Site, *, fen: int, found: bool) -> Iterator[Planted]:
    row = unnamed_document(site)
    adjust(site, row)
    number = adjust(site, row, fen=fen)
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")
    yield site.finds(f"adjustment:{number}", check="R01")


fault("R07", "a waiver billed twice")(partial(_billed_twice, fen=FEN, found=True))
fault("R07", "a waiver billed again by one fen")(partial(_billed_twice, fen=1, found=True))


@fault("R07", "a waiver billed in two parts")
def billed_in_parts(site: Site) -> Iterator[Planted]:
    """Two adjustments that make the amount are one waiver."""
    row = unnamed_document(site)
    adjust(site, row, fen=FEN - 1)
    number = adjust(site, row, fen=1)
    yield site.silent(f"document:{row['document_no']}")
    yield site.silent(f"adjustment:{number}", check="R01")


fault("R09", "part of a deposit")(partial(_deposit, taken=True, fen=1, found=False))


@fault("R09", "a deposit given back twice")
def deposit_twice(site: Site) -> Iterator[Planted]:
    """The second return exceeds what is held."""
    sale = site.waived_sale(FEN, deposit="1")
    back = undo(site.desk, sale, "refund", deposit="1")
    documented(site, back, sale, kind="deposit_return")
    again = undo(site.desk, sale, "refund", deposit="1", due=yuan(-1), received=yuan(-1))
    row = documented(site, again, sale, fen=1, kind="deposit_return")
    yield site.finds(f"document:{row['document_no']}")
