"""Faults for G02, G03, G06 and G08: sold by others, twice, not for sale, lent for too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import (
    HANDSET,
    LOANER,
    POSTER,
    SIM,
    SPARE_PART,
    TEST_CARD,
    UMBRELLA,
    is_serial,
    serial_of,
)
from tests.generator.scenes_goods import HANDSET_FEN, places_of, take, take_back
from tests.generator.shelves import STORE
from tests.generator.storeroom import COUNTER, draw, give_back
from tests.generator.world import Row, clock, shift_date


def _sell(site: Site, serial: str, *, desk: Desk | None = None, **cells: Any) -> Sale:
    """Sell a handset at its price without invoice, at the fault's desk or another."""
    usual: dict[str, Any] = {"business": "购机", "form_no": "SL900001", "tender": "cash"}
    usual |= {"item": HANDSET, "serial": serial, "quantity": "1", "invoice_waived": "1"}
    return (desk or site.desk).sale(HANDSET_FEN, **(usual | cells))


def _from(site: Site, place: str, *, found: bool) -> Iterator[Planted]:
    serial = site.hall.shelves.take([place], HANDSET)
    if serial:
        _sell(site, serial)
        yield (site.finds if found else site.silent)(f"serial:{site.number}/{serial}")


@fault("G02", "a colleague's")
def a_colleagues(site: Site) -> Iterator[Planted]:
    """A handset another clerk has drawn is sold."""
    for human in site.hall.clerks():
        if human != site.desk.human:
            yield from _from(site, site.hall.numbers_of(human)[0], found=True)
            return


@fault("G02", "out of the store")
def out_of_the_store(site: Site) -> Iterator[Planted]:
    """A handset nobody has drawn is sold."""
    yield from _from(site, STORE, found=True)


@fault("G02", "at the counter")
def at_the_counter(site: Site) -> Iterator[Planted]:
    """Those who belong to the shared counter may sell from it, others not."""
    yield from _from(site, COUNTER, found=COUNTER not in places_of(site.desk))


@fault("G02", "his own under his other number")
def own_under_other_number(site: Site) -> Iterator[Planted]:
    """What one number has drawn the same human's other number may sell."""
    serial = site.hall.shelves.take([site.number], HANDSET)
    if serial:
        _sell(site, serial, clerk=site.numbers[-1])
        yield site.silent(f"serial:{site.number}/{serial}")


@fault("G02", "never received")
def never_received(site: Site) -> Iterator[Planted]:
    """A serial no paper ever named is sold."""
    serial = serial_of(site.hall, HANDSET, 900 + site.hall.count("stranger"))
    _sell(site, serial)
    yield site.finds(f"serial:{site.number}/{serial}")


@fault("G02", "by a number nobody knows")
def by_nobody(site: Site) -> Iterator[Planted]:
    """A number that is not on the roster holds nothing."""
    serial = site.hall.shelves.take([site.number], HANDSET)
    if serial:
        _sell(site, serial, clerk="X99")
        yield site.finds(f"serial:X99/{serial}")


def _around_the_draw(site: Site, *, seconds: int) -> Iterator[Planted]:
    """A draw slip may be written after the sale it was for, on the same day."""
    draw(site.hall, site.day, site.number, {HANDSET: 1}, at="08:52:00")
    serial = site.hall.shelves.serials[site.number, HANDSET].pop()
    _sell(site, serial, at=site.day.at("08:52:00") + timedelta(seconds=seconds))
    yield site.silent(f"serial:{site.number}/{serial}")


for _seconds in (-1, 0, 1):
    fault("G02", f"{_seconds} seconds after the draw")(partial(_around_the_draw, seconds=_seconds))


@fault("G02", "drawn the day after", days_before=1)
def drawn_the_day_after(site: Site) -> Iterator[Planted]:
    """A draw slip does not serve for the day before."""
    serial = site.hall.shelves.take([STORE], HANDSET)
    desk = _yesterdays_desk(site)
    if serial and desk is not None:
        sale = _sell(site, serial, desk=desk)
        site.hall.shelves.serials[STORE, HANDSET].insert(0, serial)
        draw(site.hall, site.day, site.number, {HANDSET: 1}, at="08:10:00")
        site.hall.shelves.take_unit([site.number], HANDSET, serial)
        assert sale.clerk in site.numbers
        yield site.finds(f"serial:{site.number}/{serial}", date=desk.day.date)


@fault("G02", "given back to the store the day before", days_before=1)
def given_back_before(site: Site) -> Iterator[Planted]:
    """A clerk sells what he gave back yesterday."""
    yesterday = site.hall.after(site.day, -1)
    early = {row["serial"] for row in site.hall.days[0].rows["stock"] if row["kind"] == "draw"}
    held = early.intersection(site.hall.shelves.serials[site.number, HANDSET])
    unsold = [serial for serial in sorted(held) if not _was_sold(site, serial)]
    if unsold and yesterday is not None:
        give_back(site.hall, yesterday, site.number, HANDSET, unsold[:1], at="22:30:00")
        site.hall.shelves.serials[STORE, HANDSET].remove(unsold[0])
        _sell(site, unsold[0])
        yield site.finds(f"serial:{site.number}/{unsold[0]}")


def _yesterdays_desk(site: Site) -> Desk | None:
    """The desk of the same human on the day before, if he worked."""
    yesterday = site.hall.after(site.day, -1)
    if yesterday is None or site.desk.human not in yesterday.working:
        return None
    return Desk(site.hall, yesterday, site.desk.human, site.rng)


def _was_sold(site: Site, serial: str) -> bool:
    return any(
        row.get("serial") == serial for day in site.hall.days for row in day.rows["accounts"]
    )


@fault("G03", "twice by one clerk")
def twice_by_one_clerk(site: Site) -> Iterator[Planted]:
    """One handset is sold to two customers by one clerk."""
    serial = take(site.desk, HANDSET)
    if serial:
        _sell(site, serial)
        _sell(site, serial)
        yield site.finds(f"serial:{site.number}/{serial}")


@fault("G03", "by a colleague later")
def by_a_colleague_later(site: Site) -> Iterator[Planted]:
    """A colleague sells the same handset again; it is his finding."""
    serial, others = take(site.desk, HANDSET), [o for o in site.others if o is not site.desk]
    if serial and others:
        other = others[0]
        first = _sell(site, serial)
        other.at = max(other.at, first.at)
        _sell(site, serial, desk=other, at=other.tick(90))
        yield site.finds(f"serial:{site.hall.numbers_of(other.human)[0]}/{serial}")
        yield site.silent(f"serial:{site.number}/{serial}")


def _sold_yesterday(site: Site) -> Row | None:
    """A handset sold yesterday that has not come back."""
    yesterday = site.hall.after(site.day, -1)
    rows = [row for day in site.hall.days for row in day.rows["accounts"]]
    back = {row.get("serial") for row in rows if row.get("line_kind")}
    for row in yesterday.rows["accounts"] if yesterday else []:
        if row.get("item") == HANDSET and row["serial"] not in back:
            return row
    return None


@fault("G03", "again the next day", days_before=1)
def again_the_next_day(site: Site) -> Iterator[Planted]:
    """What was sold yesterday is sold again; yesterday's sale stands."""
    row = _sold_yesterday(site)
    if row is not None:
        _sell(site, row["serial"])
        yield site.finds(f"serial:{site.number}/{row['serial']}")


@fault("G03", "after it came back")
def after_it_came_back(site: Site) -> Iterator[Planted]:
    """Sold, paid back and sold again is fine; a third time without its coming back is not."""
    serial = take(site.desk, HANDSET)
    if serial:
        take_back(site.desk, _sell(site, serial))
        site.hall.shelves.take_unit(places_of(site.desk), HANDSET, serial)
        _sell(site, serial)
        yield site.silent(f"serial:{site.number}/{serial}")


@fault("G03", "came back once and was sold three times")
def sold_three_times(site: Site) -> Iterator[Planted]:
    """One return between makes up for one sale only."""
    serial = take(site.desk, HANDSET)
    if serial:
        take_back(site.desk, _sell(site, serial))
        site.hall.shelves.take_unit(places_of(site.desk), HANDSET, serial)
        _sell(site, serial)
        _sell(site, serial)
        yield site.finds(f"serial:{site.number}/{serial}")


@fault("G03", "came back after the second sale")
def came_back_too_late(site: Site) -> Iterator[Planted]:
    """A return after the second sale is not between the two."""
    serial = take(site.desk, HANDSET)
    if serial:
        _sell(site, serial)
        take_back(site.desk, _sell(site, serial))
        yield site.finds(f"serial:{site.number}/{serial}")


@fault("G03", "on two lines of one transaction")
def on_two_lines(site: Site) -> Iterator[Planted]:
    """A card named on both lines of one transaction is sold once."""
    serial = take(site.desk, SIM)
    if serial:
        goods: dict[str, Any] = {"item": SIM, "serial": serial, "quantity": "1"}
        site.desk.sale(1500, 500, business="售卡", tender="cash", invoice_waived="1", **goods)
        yield site.silent(f"serial:{site.number}/{serial}")


def _loan(
    site: Site, *, days: int, found: bool, limit: int = 0, holder: str = ""
) -> Iterator[Planted]:
    """Let a spare handset received long ago have been out for so many days."""
    if limit:
        site.hall.limits["loan_days"] = limit
    by = site.number if holder == "clerk" else holder
    serial = serial_of(site.hall, LOANER, 500 + site.hall.count("loan"))
    lent = datetime.fromisoformat(f"{shift_date(site.day.date, -days)} 10:00:00")
    papers = [("receipt", lent - timedelta(days=9), ""), ("lend", lent, by)]
    if by:
        papers.insert(1, ("draw", lent - timedelta(days=2), by))
    for kind, at, clerk in papers:
        no = f"{kind[:2].upper()}9{site.hall.count('old paper'):05d}"
        row = {"document_no": no, "kind": kind, "at": clock(at), "item": LOANER}
        site.day.rows["stock"].append(row | {"serial": serial, "quantity": "1", "clerk": clerk})
    yield (site.finds if found else site.silent)(f"serial:{by or 'store'}/{serial}")


for _days, _holder, _limit, _found in (
    (15, "", 0, False),
    (16, "", 0, True),
    (40, "clerk", 0, True),
    (15, "clerk", 0, False),
    (16, COUNTER, 0, True),
    (7, "", 7, False),
    (8, "", 7, True),
    (30, "", 30, False),
):
    fault("G06", f"{_days} days, limit {_limit or 15}, {_holder or 'store'}")(
        partial(_loan, days=_days, found=_found, limit=_limit, holder=_holder)
    )


def _not_for_sale(site: Site, *, item: str, fen: int, found: bool, cells: Row) -> Iterator[Planted]:
    draw(site.hall, site.day, site.number, {item: 1}, at="08:50:00")
    goods: dict[str, Any] = {"item": item, "quantity": "1", "business": "售卡"}
    subject = f"item:{site.number}/{item}"
    if is_serial(item):
        goods["serial"] = site.hall.shelves.take([site.number], item)
        subject = f"serial:{site.number}/{goods['serial']}"
    else:
        site.hall.shelves.take_pieces([site.number], item, 1)
    if subject.endswith("/"):
        return
    site.waived_sale(fen, **(goods | cells))
    yield (site.finds if found else site.silent)(subject)


for _name, _item, _fen, _cells, _found in (
    ("a test card", TEST_CARD, 1000, {}, True),
    ("a test card for nothing", TEST_CARD, 0, {}, True),
    ("a spare handset", LOANER, 50000, {}, True),
    ("a spare part", SPARE_PART, 20000, {}, True),
    ("a spare part for nothing", SPARE_PART, 0, {}, True),
    ("an umbrella", UMBRELLA, 1500, {}, True),
    ("an umbrella given", UMBRELLA, 0, {"form_no": "SL900008"}, False),
    ("a poster", POSTER, 500, {}, True),
    ("a poster given", POSTER, 0, {}, False),
    ("a deposit for a spare handset", LOANER, 50000, {"deposit": "1"}, False),
    ("a card", SIM, 2000, {}, False),
):
    fault("G08", _name)(partial(_not_for_sale, item=_item, fen=_fen, found=_found, cells=_cells))
