"""Faults for G04, G05 and X07: prices, gifts and discounts, around the dates of campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import GIFT_CAMPAIGN, HANDSET, SIM, UMBRELLA, price_row
from tests.generator.scenes_goods import HANDSET_FEN, give, places_of, take
from tests.generator.scenes_undone import undo
from tests.generator.world import Row, shift_date, yuan


def _campaign(site: Site, item: str, fen: int, *, first: int, last: int | None) -> str:
    """Announce a campaign from so many days after this one to so many; gives its code."""
    code = f"CX9{site.hall.count('campaign'):04d}"
    ends = "" if last is None else shift_date(site.day.date, last)
    row = price_row(item, yuan(fen), shift_date(site.day.date, first), ends, campaign=code)
    site.day.rows["prices"].append(row)
    return code


def _new_item(site: Site, *, category: str, price: str) -> str:
    """List goods nobody has in stock yet, at a price."""
    code = f"XP-{site.hall.number:04d}-{site.hall.count('new item')}"
    item = {"code": code, "name": f"新品{code}", "category": category, "tracking": "quantity"}
    site.day.rows["items"].append(item | {"price": price, "unit": "个"})
    return code


def _priced(site: Site, *, off: int, **cells: Any) -> Iterator[Planted]:
    serial = take(site.desk, HANDSET)
    if serial:
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "quantity": "1"}
        sale = site.waived_sale(HANDSET_FEN + off, **(goods | cells))
        yield site.finds(f"txn:{sale.no}", off) if off else site.silent(f"txn:{sale.no}")


@fault("G04", "a handset for nothing, with a form")
def for_nothing_with_a_form(site: Site) -> Iterator[Planted]:
    """What the customer signed for may cost nothing."""
    serial = take(site.desk, HANDSET)
    if serial:
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "form_no": "SL900002"}
        sale = site.waived_sale(0, **goods)
        yield site.silent(f"txn:{sale.no}")


for _off in (0, 1, -1, -10000, -HANDSET_FEN):
    fault("G04", f"{yuan(_off)} off the list")(partial(_priced, off=_off))


def _in_campaign(
    site: Site, *, first: int, last: int | None, fen: int, off: int
) -> Iterator[Planted]:
    """Sell at `fen` under a campaign of 999.00, which is `off` the price in force."""
    serial = take(site.desk, HANDSET)
    if serial:
        code = _campaign(site, HANDSET, 99900, first=first, last=last)
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "campaign": code}
        sale = site.waived_sale(fen, **goods)
        yield site.finds(f"txn:{sale.no}", off) if off else site.silent(f"txn:{sale.no}")


for _name, _first, _last, _fen, _off in (
    ("on its last day", -5, 0, 99900, 0),
    ("the day after", -5, -1, 99900, -30000),
    ("the day after, at the list price", -5, -1, HANDSET_FEN, 0),
    ("on its first day", 0, None, 99900, 0),
    ("the day before", 1, None, 99900, -30000),
    ("in it, at the list price", 0, 0, HANDSET_FEN, 30000),
    ("in it, 0.01 more", 0, 0, 99901, 1),
):
    fault("G04", f"a campaign {_name}")(
        partial(_in_campaign, first=_first, last=_last, fen=_fen, off=_off)
    )


def _new_price(site: Site, *, first: int, quantity: int, fen: int, off: int) -> Iterator[Planted]:
    """Sell what costs 30.00, and 25.00 from so many days after this one."""
    item = _new_item(site, category="accessory", price="30.00")
    site.day.rows["prices"] += [
        price_row(item, "30.00", "2025-01-01"),
        price_row(item, "25.00", shift_date(site.day.date, first)),
    ]
    sale = site.waived_sale(fen, item=item, quantity=str(quantity))
    yield site.finds(f"txn:{sale.no}", off) if off else site.silent(f"txn:{sale.no}")


for _name, _first, _quantity, _fen, _off in (
    ("tomorrow, the old", 1, 1, 3000, 0),
    ("tomorrow, already asked", 1, 1, 2500, -500),
    ("today, the new", 0, 1, 2500, 0),
    ("today, the old", 0, 1, 3000, 500),
    ("today, for two", 0, 2, 5000, 0),
    ("today, one of two", 0, 2, 2500, -2500),
):
    fault("G04", f"a new price {_name}")(
        partial(_new_price, first=_first, quantity=_quantity, fen=_fen, off=_off)
    )


def _umbrella(site: Site, *, check: str, found: bool, cells: dict[str, Any]) -> Iterator[Planted]:
    if site.hall.shelves.take_pieces(places_of(site.desk), UMBRELLA, 1):
        sale = give(site.desk, UMBRELLA, 1, **cells)
        fen = -1500 if found and check == "G04" else None
        subject = f"txn:{sale.no}"
        yield site.finds(subject, fen, check=check) if found else site.silent(subject, check=check)


for _name, _cells, _found in (
    ("without form", {}, True),
    ("without form, under the campaign", {"campaign": GIFT_CAMPAIGN}, True),
    ("with a form", {"form_no": "SL900003"}, False),
    ("sold for little", {"received": "0.01", "due": "0.01"}, False),
    ("not paid yet", {"deferred": "1", "due": "15.00"}, False),
):
    fault("G05", f"an umbrella {_name}")(
        partial(_umbrella, check="G05", found=_found, cells=_cells)
    )
fault("G04", "an umbrella given without form")(
    partial(_umbrella, check="G04", found=True, cells={})
)
fault("G04", "an umbrella given with a form")(
    partial(_umbrella, check="G04", found=False, cells={"form_no": "SL900004"})
)


def _free_handset(site: Site, *, form_no: str, found: bool) -> Iterator[Planted]:
    """Give a handset away under a campaign in which it costs nothing."""
    serial = take(site.desk, HANDSET)
    if serial:
        code = _campaign(site, HANDSET, 0, first=0, last=0)
        goods: dict[str, Any] = {"item": HANDSET, "serial": serial, "campaign": code}
        sale = site.waived_sale(0, form_no=form_no, **goods)
        yield (site.finds if found else site.silent)(f"txn:{sale.no}")


fault("G05", "a handset without form")(partial(_free_handset, form_no="", found=True))
fault("G05", "a handset with a form")(partial(_free_handset, form_no="SL900005", found=False))


def _under_quota(site: Site, *, given: list[int], found: list[bool]) -> Iterator[Planted]:
    """Give away pieces under a campaign of five; -1 undoes the gift before."""
    code = f"LP9{site.hall.count('campaign'):04d}"
    site.hall.limits[f"gift_quota:{code}"] = 5
    item = _new_item(site, category="gift", price="0.00")
    sale = None
    for count, is_found in zip(given, found, strict=True):
        if count < 0 and sale is not None:
            goods: dict[str, Any] = {"item": item, "quantity": "1", "campaign": code}
            undo(site.desk, sale, "reversal", authoriser="M01", **goods)
            continue
        sale = give(site.desk, item, count, form_no="SL900006", campaign=code)
        yield (site.finds if is_found else site.silent)(f"txn:{sale.no}")


for _name, _given, _passed in (
    ("just reached", [3, 2], [False, False]),
    ("passed by one", [3, 2, 1], [False, False, True]),
    ("passed in one go", [4, 2], [False, True]),
    ("passed and passed again", [6, 1], [True, True]),
    ("not passed after a gift undone", [4, 1, -1, 1], [False, False, False, False]),
):
    fault("G05", f"the quota {_name}")(partial(_under_quota, given=_given, found=_passed))


@fault("G05", "the quota passed the next day", days_before=1)
def quota_passed_next_day(site: Site) -> Iterator[Planted]:
    """What was given on earlier days counts."""
    yesterday = site.hall.after(site.day, -1)
    if yesterday is None or site.desk.human not in yesterday.working:
        return
    code = f"LP9{site.hall.count('campaign'):04d}"
    site.hall.limits[f"gift_quota:{code}"] = 2
    item = _new_item(site, category="gift", price="0.00")
    early = Desk(site.hall, yesterday, site.desk.human, site.rng)
    cells: dict[str, Any] = {"form_no": "SL900007", "campaign": code}
    first, second = give(early, item, 2, **cells), give(site.desk, item, 1, **cells)
    yield site.silent(f"txn:{first.no}", date=yesterday.date)
    yield site.finds(f"txn:{second.no}")


def _discount(
    site: Site,
    *,
    item: str,
    first: int,
    last: int,
    found: bool,
    fen: int = 1000,
    cells: Row | None = None,
) -> Iterator[Planted]:
    """Charge less under a campaign for `item`, which may be a business."""
    code = _campaign(site, item, 99900, first=first, last=last)
    usual: dict[str, Any] = {"due": "100.00", "discount": yuan(fen), "campaign": code}
    sale = site.waived_sale(10000 - fen, **(usual | (cells or {})))
    yield (site.finds if found else site.silent)(f"txn:{sale.no}")


for _name, _item, _first, _last, _cells, _found in (
    ("on its last day", "缴费", -3, 0, {}, False),
    ("that expired yesterday", "缴费", -3, -1, {}, True),
    ("on its first day", "缴费", 0, 3, {}, False),
    ("of tomorrow", "缴费", 1, 3, {}, True),
    ("of another business", "宽带包年", -3, 3, {}, True),
    ("of an item not sold", HANDSET, -3, 3, {}, True),
    ("nobody announced", "缴费", -3, 3, {"campaign": "CX00000"}, True),
    ("not named", "缴费", -3, 3, {"campaign": ""}, True),
    ("for the item sold", SIM, -3, 3, {"item": SIM}, False),
    ("not named, without discount", "缴费", -3, 3, {"campaign": "", "discount": ""}, False),
):
    fault("X07", f"a campaign {_name}")(
        partial(_discount, item=_item, first=_first, last=_last, found=_found, cells=_cells)
    )
fault("X07", "one fen under a campaign over")(
    partial(_discount, item="缴费", first=-3, last=-1, found=True, fen=1)
)


@fault("X07", "a discount undone after the campaign")
def discount_undone(site: Site) -> Iterator[Planted]:
    """Undoing a discount that nobody announced is not a discount."""
    sale = site.waived_sale(9000, due="100.00", discount="10.00")
    back = undo(site.desk, sale, "reversal", authoriser="M01", due="-100.00", discount="-10.00")
    yield site.finds(f"txn:{sale.no}")
    yield site.silent(f"txn:{back.no}")
