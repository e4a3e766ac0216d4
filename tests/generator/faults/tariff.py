"""Faults for X05, X06 and X08: what was received, signed and charged against the rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import approve, undo
from tests.generator.world import yuan


def _received_off(site: Site, *, fen: int, cells: dict[str, Any], due: int) -> Iterator[Planted]:
    """Receive `fen` more than due; `due` is what the cells make payable."""
    sale = site.waived_sale(due + fen, **cells)
    yield site.finds(f"txn:{sale.no}", fen) if fen else site.silent(f"txn:{sale.no}")


for _name, _cells, _due in (
    ("a plain charge", {"due": "100.00"}, 10000),
    ("with a discount", {"due": "100.00", "discount": "20.00"}, 8000),
    ("with a prepayment", {"due": "50.00", "prepaid": "100.00"}, 15000),
    ("with both", {"due": "50.00", "discount": "5.00", "prepaid": "100.00"}, 14500),
):
    for _fen in (0, 1, -1, -500):
        fault("X05", f"{_name}, {_fen} fen off")(
            partial(_received_off, fen=_fen, cells=_cells, due=_due)
        )


@fault("X05", "deferred")
def deferred(site: Site) -> Iterator[Planted]:
    """What is paid later need not be received now, in part neither."""
    sale = site.waived_sale(1000, due="100.00", deferred="1")
    yield site.silent(f"txn:{sale.no}")


def _waived(site: Site, *, fen: int, cells: dict[str, Any], found: bool) -> Iterator[Planted]:
    """Receive 15.00 less than due on a waiver of `fen`, its document changed by `cells`."""
    sale = site.waived_sale(8500, due="100.00")
    document = approve(site.desk, sale, cells.get("kind", "waiver"), fen=fen, original="")
    document |= cells
    expected = site.finds(f"txn:{sale.no}", -1500) if found else site.silent(f"txn:{sale.no}")
    yield expected


for _name, _fen, _cells, _found in (
    ("just the difference", 1500, {}, False),
    ("a fen too little", 1499, {}, True),
    ("a fen too much", 1501, {}, True),
    ("nobody approved", 1500, {"approver": "", "approved_at": ""}, True),
    ("no time of approval", 1500, {"approved_at": ""}, True),
    ("no approver", 1500, {"approver": ""}, True),
    ("a refund instead", 1500, {"kind": "refund"}, True),
):
    fault("X05", f"waived: {_name}")(partial(_waived, fen=_fen, cells=_cells, found=_found))


def _form(site: Site, *, forms: list[str], found: bool, **cells: Any) -> Iterator[Planted]:
    business = {"business": "新入网"} | cells
    sale = site.desk.sale(*[5000] * len(forms), tender="cash", invoice_waived="1", **business)
    for line, form_no in zip(sale.lines, forms, strict=True):
        line["form_no"] = form_no
    yield (site.finds if found else site.silent)(f"txn:{sale.no}")


for _name, _forms, _found in (
    ("none", [""], True),
    ("none on two lines", ["", ""], True),
    ("on the second line", ["", "SL800001"], False),
    ("the same form again", ["SL800002"], False),
    ("and again", ["SL800002"], False),
):
    fault("X06", _name)(partial(_form, forms=_forms, found=_found))
fault("X06", "a business that needs none")(partial(_form, forms=[""], found=False, business="缴费"))
fault("X06", "a business nobody listed")(
    partial(_form, forms=[""], found=False, business="临时业务")
)


@fault("X06", "a deferred charge")
def deferred_charge(site: Site) -> Iterator[Planted]:
    """A form is needed though nothing was paid."""
    sale = site.waived_sale(0, business="新入网", due="50.00", deferred="1")
    yield site.finds(f"txn:{sale.no}")


def _fee(site: Site, *, business: str, fee: int, fen: int) -> Iterator[Planted]:
    sale = site.waived_sale(fee + fen, business=business, form_no="SL800003")
    yield site.finds(f"txn:{sale.no}", fen) if fen else site.silent(f"txn:{sale.no}")


for _name, _fee_fen in (("补卡", 2000), ("宽带包年", 36000), ("打印详单", 0)):
    for _fen in (0, 1, -1, 1000) if _fee_fen else (0, 1, 1000):
        fault("X08", f"{_name} {yuan(_fen)} off")(
            partial(_fee, business=_name, fee=_fee_fen, fen=_fen)
        )


@fault("X08", "received less than the fee")
def received_less(site: Site) -> Iterator[Planted]:
    """The fee is compared with what was due, not with what was received."""
    sale = site.waived_sale(1500, business="补卡", due="20.00", discount="5.00", form_no="SL800004")
    yield site.silent(f"txn:{sale.no}")


@fault("X08", "an undone fee")
def undone_fee(site: Site) -> Iterator[Planted]:
    """A reversal repeats a fee backwards and is not off tariff."""
    sale = site.waived_sale(2000, business="补卡", form_no="SL800005")
    back = undo(site.desk, sale, "reversal", authoriser="M01")
    yield site.silent(f"txn:{back.no}")
