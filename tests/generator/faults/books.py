"""Faults for P08: books that were used up and not brought back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.world import Range

_BOOK = 4


def _book(site: Site, *, used: int = 0) -> Range:
    """Draw a book of a few forms, in a hall that wants stubs back on the next day."""
    site.hall.limits["book_return_days"] = 1
    before = site.hall.ranges.get(site.desk.human)
    held = site.desk.draw_range(_BOOK, used=used)
    if before is not None:
        site.hall.ranges[site.desk.human] = before
    return held


def _use(desk: Desk, held: Range, count: int, **cells: str) -> None:
    """Use the next numbers of a book, spoiling each."""
    for _ in range(count):
        desk.tick(60)
        desk.void((held.code, held.number(held.next)), 0, **cells)
        held.next += 1


def _days_on(site: Site, days: int) -> Desk:
    day = site.hall.after(site.day, days)
    assert day is not None
    return Desk(site.hall, day, site.desk.human, site.rng)


def _found(site: Site, held: Range, days: int) -> Planted:
    subject = f"book:{held.code}/{held.number(held.first)}"
    return site.finds(subject, date=_days_on(site, days).day.date)


def _silent(site: Site, held: Range, days: int) -> Planted:
    subject = f"book:{held.code}/{held.number(held.first)}"
    return site.silent(subject, date=_days_on(site, days).day.date)


def _finished(site: Site, *, used: int) -> Iterator[Planted]:
    held = _book(site, used=used)
    _use(site.desk, held, _BOOK - used)
    yield _silent(site, held, 0)
    yield _silent(site, held, 1)
    yield _found(site, held, 2)


fault("P08", "a book used up in a day", days_after=2)(partial(_finished, used=0))
fault("P08", "a book used in part before", days_after=2)(partial(_finished, used=3))


def _left(site: Site, *, last: dict[str, str] | None) -> Iterator[Planted]:
    """Leave the last number blank, or void it without all its copies."""
    held = _book(site)
    _use(site.desk, held, _BOOK - 1)
    if last is not None:
        _use(site.desk, held, 1, **last)
    yield _silent(site, held, 2)


fault("P08", "a book with a number left", days_after=2)(partial(_left, last=None))
fault("P08", "the last number void with a copy missing", days_after=2)(
    partial(_left, last={"copies_recovered": "2"})
)
fault("P08", "the last number void without reason", days_after=2)(
    partial(_left, last={"void_reason": ""})
)


@fault("P08", "a book used up the next day", days_after=2)
def used_up_the_next_day(site: Site) -> Iterator[Planted]:
    """The days are counted from the last use."""
    held = _book(site)
    _use(site.desk, held, _BOOK - 1)
    _use(_days_on(site, 1), held, 1)
    yield _silent(site, held, 2)


@fault("P08", "the lowest number used last", days_after=2)
def lowest_used_last(site: Site) -> Iterator[Planted]:
    """A book is finished when none is left, whichever was the last."""
    held = _book(site)
    for number in (held.first + 1, held.first + 2, held.last):
        site.desk.tick(60)
        site.desk.void((held.code, held.number(number)), 0)
    site.desk.tick(60)
    site.desk.register((held.code, held.number(held.first)), 5800, basis="elsewhere")
    yield _found(site, held, 2)
