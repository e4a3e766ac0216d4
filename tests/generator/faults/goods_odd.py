"""Faults for G: lines whose item, serial or quantity is blank or odd, and corrections of goods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import ACCESSORY, CARD, HANDSET
from tests.generator.scenes_goods import HANDSET_FEN, take
from tests.generator.scenes_undone import undo
from tests.generator.world import clock, yuan


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


def _correct(site: Site, moved: list[tuple[str, int]]) -> str:
    """Enter a correction of one line for each handset and amount in fen; give its number."""
    desk = site.desk
    desk.tick()
    no = f"{desk.day.date.replace('-', '')}{desk.hall.count('txn'):05d}"
    for position, (serial, fen) in enumerate(moved, start=1):
        desk.day.rows["accounts"].append(
            {
                "txn_no": no,
                "line_no": str(position),
                "accepted_at": clock(desk.at),
                "clerk": site.number,
                "business": "购机",
                "line_kind": "correction",
                "subscriber": "",
                "due": yuan(fen),
                "received": yuan(fen),
                "tender": "cash",
                "item": HANDSET,
                "serial": serial,
                "quantity": "1",
                "correction_no": f"GZ{desk.hall.count('correction'):05d}",
            }
        )
    return no


def _wrong_serial(site: Site, *, entered_later: bool) -> Iterator[Planted]:
    """Enter the wrong handset of two, and correct it to the one that was sold."""
    shelf = site.hall.shelves.serials[site.number, HANDSET]
    if len(shelf) < 2:
        return
    sold, entered = shelf.pop(0), shelf[0]
    goods: dict[str, Any] = {"item": HANDSET, "serial": entered, "quantity": "1"}
    site.waived_sale(HANDSET_FEN, clerk=site.number, form_no="SL900011", **goods)
    _correct(site, [(entered, -HANDSET_FEN), (sold, HANDSET_FEN)])
    for serial in (sold, entered):
        for check in ("G01", "G02", "G03"):
            yield site.silent(f"serial:{site.number}/{serial}", check=check)
    if entered_later:
        sale = site.waived_sale(HANDSET_FEN, clerk=site.number, form_no="SL900012", **goods)
        shelf.remove(entered)
        yield site.silent(f"txn:{sale.no}", check="G04")


fault("G01", "a correction names the other handset")(partial(_wrong_serial, entered_later=False))
fault("G03", "a correction brings back what is sold again")(
    partial(_wrong_serial, entered_later=True)
)


def _corrected_to(site: Site, serial: str, check: str) -> Iterator[Planted]:
    if serial:
        _correct(site, [(serial, HANDSET_FEN)])
        yield site.finds(f"serial:{site.number}/{serial}", check=check)


@fault("G02", "a correction to a colleague's handset")
def corrected_to_a_colleagues(site: Site) -> Iterator[Planted]:
    """A correction sells no more than a sale does."""
    for human in site.hall.clerks():
        if human != site.desk.human:
            place = site.hall.numbers_of(human)[0]
            yield from _corrected_to(site, site.hall.shelves.take([place], HANDSET), "G02")
            return


@fault("G03", "a correction to a handset sold before")
def corrected_to_one_sold_before(site: Site) -> Iterator[Planted]:
    """What was sold and corrected to as well was sold twice."""
    serial = site.hall.shelves.take([site.number], HANDSET)
    if serial:
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "quantity": "1"}
        site.waived_sale(HANDSET_FEN, clerk=site.number, form_no="SL900013", **goods)
        yield from _corrected_to(site, serial, "G03")


@fault("G04", "a correction below the price")
def corrected_below_the_price(site: Site) -> Iterator[Planted]:
    """A correction that sells is priced like a sale."""
    serial = site.hall.shelves.take([site.number], HANDSET)
    if serial:
        no = _correct(site, [(serial, HANDSET_FEN - 100)])
        yield site.finds(f"txn:{no}", -100)
