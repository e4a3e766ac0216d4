"""Faults for R01 to R09 that show in who carried out what, when, and on whose invoice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tests.generator.faults.refunds import FEN, documented, given_back, unnamed_document
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import MANAGER, red_letter, undo
from tests.generator.world import clock, yuan

STRANGER = "K01"


@fault("R01", "one sale reversed twice")
def reversed_twice(site: Site) -> Iterator[Planted]:
    """What was reversed already is not there to be reversed again."""
    sale = site.waived_sale(FEN)
    first = undo(site.desk, sale, "reversal", authoriser=MANAGER)
    second = undo(site.desk, sale, "reversal", authoriser=MANAGER)
    yield site.silent(f"txn:{first.no}")
    yield site.finds(f"txn:{second.no}")


@fault("R01", "a deposit back on a refund's document")
def deposit_on_a_refund(site: Site) -> Iterator[Planted]:
    """A document allows what it is for."""
    sale = site.waived_sale(FEN, deposit="1")
    back = undo(site.desk, sale, "refund", deposit="1")
    documented(site, back, sale)
    yield site.finds(f"txn:{back.no}")


@fault("R02", "given a second before it was approved")
def given_before_approval(site: Site) -> Iterator[Planted]:
    """The payment tells when it was carried out, whatever the document says of it."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    row["approved_at"] = clock(back.at + timedelta(seconds=1))
    row["executed_at"] = clock(back.at + timedelta(seconds=2))
    yield site.finds(f"document:{row['document_no']}")


@fault("R02", "given at the second it was approved")
def given_at_approval(site: Site) -> Iterator[Planted]:
    """Not before it is not before it."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    row["approved_at"] = row["executed_at"] = clock(back.at)
    yield site.silent(f"document:{row['document_no']}")


@fault("R04", "two refunds on one invoice and one red letter")
def two_on_one_invoice(site: Site) -> Iterator[Planted]:
    """Each needs a red letter of its own share."""
    sale = site.desk.sale(2 * FEN, tender="cash")
    blue = site.desk.invoice(sale, kind="paper")
    half = {"due": yuan(-FEN), "received": yuan(-FEN)}
    first = undo(site.desk, sale, "refund", **half)
    red_letter(site.desk, first, blue)
    one = documented(site, first, sale)
    second = undo(site.desk, sale, "refund", **half)
    two = documented(site, second, sale)
    yield site.silent(f"document:{one['document_no']}")
    yield site.finds(f"document:{two['document_no']}")


@fault("R04", "two sales on one invoice, both refunded, one red letter")
def two_sales_on_one_invoice(site: Site) -> Iterator[Planted]:
    """An invoice over several sales is reversed for each that goes back."""
    sales = [site.desk.sale(FEN, tender="cash") for _ in range(2)]
    form = site.desk.paper_number()
    site.desk.register(form, 2 * FEN, txn_no="")
    for sale in sales:
        site.desk.link(form, sale, fen=FEN)
    backs = [undo(site.desk, sale, "refund") for sale in sales]
    red_letter(site.desk, backs[0], form)
    one, two = (documented(site, back, sale) for back, sale in zip(backs, sales, strict=True))
    yield site.silent(f"document:{one['document_no']}")
    yield site.finds(f"document:{two['document_no']}")


@fault("R04", "a sale of one invoice over two, with its red letter")
def one_of_two_sales(site: Site) -> Iterator[Planted]:
    """What stays invoiced is what stays paid."""
    sales = [site.desk.sale(FEN, tender="cash") for _ in range(2)]
    form = site.desk.paper_number()
    site.desk.register(form, 2 * FEN, txn_no="")
    for sale in sales:
        site.desk.link(form, sale, fen=FEN)
    back = undo(site.desk, sales[0], "refund")
    red_letter(site.desk, back, form)
    row = documented(site, back, sales[0])
    yield site.silent(f"document:{row['document_no']}")


@fault("R04", "the reissue of a refunded sale's invoice stays live")
def reissue_stays_live(site: Site) -> Iterator[Planted]:
    """A reissue stands for the sale of the invoice it replaces."""
    sale = site.desk.sale(FEN, tender="cash")
    old = site.desk.invoice(sale, kind="paper")
    site.desk.tick()
    site.desk.void(old, FEN)
    site.desk.tick()
    names: dict[str, Any] = {"basis": "reissue", "original_code": old[0], "original_no": old[1]}
    site.desk.register(site.desk.paper_number(), FEN, **names)
    back = undo(site.desk, sale, "refund")
    row = documented(site, back, sale)
    yield site.finds(f"document:{row['document_no']}")


@fault("R04", "no time of execution on the document")
def no_time_written(site: Site) -> Iterator[Planted]:
    """It was carried out when the money went, and its papers are due from then on."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    row.update(executed_at="", papers_handed_at="")
    yield site.finds(f"document:{row['document_no']}")


@fault("R05", "one of two tenders is another")
def one_of_two_tenders(site: Site) -> Iterator[Planted]:
    """Rows of payments tell the tenders, not the line."""
    sale, back = given_back(site)
    row = documented(site, back, sale)
    site.desk.split(back, {"cash": -FEN // 2, "wechat": -FEN // 2})
    yield site.finds(f"document:{row['document_no']}")


def _executed(site: Site, *, designated: str, executor: str, found: bool) -> Iterator[Planted]:
    site.hall.refund_handlers.append(designated or site.numbers[-1])
    row = unnamed_document(site)
    row["executor"] = executor or site.number
    yield (site.finds if found else site.silent)(f"document:{row['document_no']}")


fault("R08", "carried out by a stranger")(
    partial(_executed, designated="", executor=STRANGER, found=True)
)
fault("R08", "carried out by the manager")(
    partial(_executed, designated="", executor=MANAGER, found=True)
)
fault("R08", "carried out by nobody of the hall")(
    partial(_executed, designated="", executor="Z99", found=True)
)
fault("R08", "carried out by who is designated by another number")(
    partial(_executed, designated="", executor="", found=False)
)


@fault("R08", "the hall has designated nobody")
def nobody_designated(site: Site) -> Iterator[Planted]:
    """Without designated persons there is nothing to compare with."""
    row = unnamed_document(site)
    yield site.silent(f"document:{row['document_no']}")


@fault("R09", "never given back")
def never_given_back(site: Site) -> Iterator[Planted]:
    """A deposit that was asked for and not paid out was not returned."""
    row = unnamed_document(site, kind="deposit_return")
    row.update(executed_at="", executor="", papers_handed_at="")
    yield site.silent(f"document:{row['document_no']}")


@fault("R09", "no original and given back")
def no_original(site: Site) -> Iterator[Planted]:
    """A deposit nobody can show was not taken."""
    row = unnamed_document(site, kind="deposit_return")
    yield site.finds(f"document:{row['document_no']}")
