"""Faults for P01, P05 and P06: drawn numbers that are missing, borrowed or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from tests.generator.desk import Desk, form_code
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.world import Range


def _subject(held: Range, number: int) -> str:
    return f"invoice:{held.code}/{held.number(number)}"


def _fresh(site: Site, *, used: int = 0) -> Range:
    """Draw a range of its own for the fault, so that the desk's other numbers stay as they are."""
    before = site.hall.ranges.get(site.desk.human)
    held = site.desk.draw_range(300, used=used)
    if before is not None:
        site.hall.ranges[site.desk.human] = before
    return held


def _spoil(desk: Desk, held: Range, number: int, *, seconds: int = 60) -> None:
    """Use one number by voiding it."""
    at = desk.tick(seconds)
    desk.void((held.code, held.number(number)), 0, at=at)


def _gap(site: Site, *, missing: int, used: int = 0) -> Iterator[Planted]:
    held = _fresh(site, used=used)
    if not used:
        _spoil(site.desk, held, held.first)
    first = held.next if used else held.first + 1
    last = first + missing - 1
    _spoil(site.desk, held, last + 1)
    if missing > 100:
        run = f"invoice:{held.code}/{held.number(first)}-{held.number(last)}"
        yield site.finds(run)
        yield site.silent(_subject(held, first))
    else:
        for number in range(first, last + 1):
            yield site.finds(_subject(held, number))
    if used:
        yield site.silent(_subject(held, first - 1))


for _missing in (1, 3, 100, 101, 150):
    fault("P01", f"{_missing} missing")(partial(_gap, missing=_missing))
for _missing in (1, 101):
    fault("P01", f"{_missing} missing above used_to")(partial(_gap, missing=_missing, used=20))


@fault("P01", "two gaps around a number")
def two_gaps(site: Site) -> Iterator[Planted]:
    """Sixty and fifty missing with one used between are not a hundred in a row."""
    held = _fresh(site, used=1)
    _spoil(site.desk, held, held.first + 61)
    _spoil(site.desk, held, held.first + 112)
    yield site.finds(_subject(held, held.first + 1))
    yield site.finds(_subject(held, held.first + 111))
    yield site.silent(_subject(held, held.first + 61))


@fault("P01", "the rest not yet used")
def rest_not_yet_used(site: Site) -> Iterator[Planted]:
    """What lies above the highest number used is not missing."""
    held = _fresh(site)
    _spoil(site.desk, held, held.first)
    yield site.silent(_subject(held, held.first + 1))


@fault("P01", "missing overnight", days_after=1)
def missing_overnight(site: Site) -> Iterator[Planted]:
    """A gap is found on the day a higher number was used, and only then."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    held = _fresh(site)
    _spoil(site.desk, held, held.first)
    later = Desk(site.hall, tomorrow, site.desk.human, site.rng)
    _spoil(later, held, held.first + 2)
    yield site.silent(_subject(held, held.first + 1))
    yield site.finds(_subject(held, held.first + 1), date=tomorrow.date)


@fault("P01", "found the next day", days_after=1)
def found_the_next_day(site: Site) -> Iterator[Planted]:
    """A number registered a day later is not missing any more, but was used out of order."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    held = _fresh(site)
    _spoil(site.desk, held, held.first)
    _spoil(site.desk, held, held.first + 2)
    _spoil(Desk(site.hall, tomorrow, site.desk.human, site.rng), held, held.first + 1)
    yield site.silent(_subject(held, held.first + 1))
    yield site.finds(_subject(held, held.first + 1), check="P06", date=tomorrow.date)


def _borrowed(site: Site, *, offset: int | None) -> Iterator[Planted]:
    """Use a number of a colleague's fresh range, or beside it."""
    others = [desk for desk in site.others if desk.human != site.desk.human]
    if not others:
        return
    owner = site.rng.choice(others)
    before = site.hall.ranges.get(owner.human)
    held = owner.draw_range(50)
    if before is not None:
        site.hall.ranges[owner.human] = before
    number = held.first if offset is None else held.last + offset
    for lower in range(held.first, min(number, held.last + 1)):
        owner.void((held.code, held.number(lower)), 0, at=site.day.at("09:00:00"))
    site.desk.void((held.code, held.number(number)), 0, at=site.day.at("20:00:00"))
    yield site.finds(_subject(held, number))


fault("P05", "a colleague's first number")(partial(_borrowed, offset=None))
fault("P05", "a colleague's last number")(partial(_borrowed, offset=0))
fault("P05", "the number after a colleague's last")(partial(_borrowed, offset=1))


@fault("P05", "the last of his own")
def last_of_his_own(site: Site) -> Iterator[Planted]:
    """His last number is still his, the next is nobody's."""
    held = _fresh(site, used=299)
    _spoil(site.desk, held, held.last)
    _spoil(site.desk, held, held.last + 1)
    yield site.silent(_subject(held, held.last))
    yield site.finds(_subject(held, held.last + 1))


@fault("P05", "a number still in the safe")
def still_in_the_safe(site: Site) -> Iterator[Planted]:
    """Nobody has drawn the book in the safe."""
    form = form_code(site.hall), f"{100_000 * site.hall.number + 90_001:08d}"
    site.desk.void(form, 0)
    yield site.finds(f"invoice:{form[0]}/{form[1]}")


@fault("P05", "the same number of another code")
def same_number_of_another_code(site: Site) -> Iterator[Planted]:
    """A range is of one code."""
    held = _fresh(site)
    site.desk.void(("044001911204", held.number(held.first)), 0)
    yield site.finds(f"invoice:044001911204/{held.number(held.first)}")


@fault("P05", "his second staff number")
def second_staff_number(site: Site) -> Iterator[Planted]:
    """What a person drew under one number he may use under another."""
    desk = Desk(site.hall, site.day, "P-1001", site.rng)
    form = desk.paper_number()
    desk.void(form, 0, clerk="A91", at=site.day.at("21:30:00"))
    yield site.silent(f"invoice:{form[0]}/{form[1]}")


def _neighbours(site: Site, *, seconds: int, apart: int = 1) -> Iterator[Planted]:
    """Use two neighbours, the lower so many seconds after the higher."""
    held = _fresh(site)
    at = site.desk.tick()
    lower, higher = held.first, held.first + apart
    site.desk.void((held.code, held.number(higher)), 0, at=at)
    site.desk.void((held.code, held.number(lower)), 0, at=at + timedelta(seconds=seconds))
    expect = site.finds if seconds > 0 else site.silent
    yield expect(_subject(held, lower))
    yield site.silent(_subject(held, higher))


for _seconds in (1, 0, -1, 3600):
    fault("P06", f"lower {_seconds} seconds later")(partial(_neighbours, seconds=_seconds))
fault("P06", "neighbours with one missing between")(partial(_neighbours, seconds=30, apart=2))


@fault("P06", "lower the next day", days_after=1)
def lower_the_next_day(site: Site) -> Iterator[Planted]:
    """The finding belongs to the day of the lower number."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    held = _fresh(site)
    _spoil(site.desk, held, held.first + 1)
    site.desk.void((held.code, held.number(held.first)), 0, at=tomorrow.at("09:00:00"))
    yield site.silent(_subject(held, held.first))
    yield site.finds(_subject(held, held.first), date=tomorrow.date)


@fault("P06", "three in reverse")
def three_in_reverse(site: Site) -> Iterator[Planted]:
    """Each lower neighbour is one finding."""
    held = _fresh(site)
    for number in (held.first + 2, held.first + 1, held.first):
        _spoil(site.desk, held, number)
    yield site.finds(_subject(held, held.first))
    yield site.finds(_subject(held, held.first + 1))
