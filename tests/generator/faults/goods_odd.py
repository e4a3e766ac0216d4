"""Faults for G01 and G02: lines whose item, serial or quantity is blank or does not match."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import ACCESSORY, CARD, HANDSET
from tests.generator.scenes_goods import HANDSET_FEN, take
from tests.generator.scenes_undone import undo


def _odd_sale(site: Site, *, cells: dict[str, Any], leaves: bool) -> Iterator[Planted]:
    """Sell a handset on a line changed by `cells`; where it does not leave custody it is missed."""
    serial = take(site.desk, HANDSET)
    if serial:
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "quantity": "1"}
        site.waived_sale(HANDSET_FEN, **(goods | {"form_no": "SL900010"} | cells))
        yield site.silent(f"serial:{site.number}/{serial}", check="G02")
        if leaves:
            yield site.silent(f"serial:{site.number}/{serial}", check="G01")


for _name, _cells, _leaves in (
    ("without item", {"item": ""}, True),
    ("under another item", {"item": CARD}, True),
    ("without quantity", {"quantity": ""}, True),
    ("without serial", {"serial": ""}, False),
    ("with quantity 3", {"quantity": "3"}, True),
):
    fault("G01", f"a handset sold {_name}")(partial(_odd_sale, cells=_cells, leaves=_leaves))


@fault("G01", "an item nobody listed")
def item_nobody_listed(site: Site) -> Iterator[Planted]:
    """What is in no list is in nobody's custody."""
    site.waived_sale(1000, item="XX-00", quantity="2")
    yield site.silent(f"item:{site.number}/XX-00")


@fault("G01", "an item nobody listed counted", stage="papers")
def unlisted_counted(site: Site) -> Iterator[Planted]:
    """Counting what is in no list is counting too much."""
    row = {"clerk": site.number, "item": "XX-01", "serial": "", "quantity": "2"}
    site.day.rows["counts"].append(row)
    yield site.finds_pieces(f"item:{site.number}/XX-01", 2)


@fault("G01", "pieces with a serial")
def pieces_with_a_serial(site: Site) -> Iterator[Planted]:
    """A serial on a line of counted goods is not read."""
    if site.hall.shelves.take_pieces([site.number], ACCESSORY, 1):
        site.waived_sale(7900, item=ACCESSORY, quantity="1", serial="SN0001")
        yield site.silent(f"item:{site.number}/{ACCESSORY}")
        yield site.silent(f"serial:{site.number}/SN0001", check="G02")


@fault("G01", "pieces taken back")
def pieces_taken_back(site: Site) -> Iterator[Planted]:
    """Pieces come back by a paper, not by the line that pays them back."""
    if site.hall.shelves.take_pieces([site.number], ACCESSORY, 2):
        sale = site.waived_sale(15800, item=ACCESSORY, quantity="2")
        undo(site.desk, sale, "reversal", authoriser="M01", item=ACCESSORY, quantity="2")
        yield site.silent(f"item:{site.number}/{ACCESSORY}")
