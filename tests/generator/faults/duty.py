"""Faults for D04: numbers used by who is not there."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generator.faults.site import Planted, Site, fault

_NOBODY_ELSES = "M01"


def _roster(site: Site, *, without: list[str]) -> bool:
    """Write a roster of all who entered anything that day but some; False where one is there."""
    if site.day.rows["roster"]:
        return False
    numbers = sorted({row["clerk"] for row in site.day.rows["accounts"]} - set(without))
    people = {one.number for one in site.hall.staff if one.kind == "person"}
    site.day.rows["roster"] = [
        {"date": site.day.date, "clerk": number, "shift": "早班", "desk": f"{n}号台"}
        for n, number in enumerate(numbers, 1)
        if number in people
    ]
    return bool(site.day.rows["roster"])


def _entered(site: Site) -> bool:
    return any(row["clerk"] in site.numbers for row in site.day.rows["accounts"])


@fault("D04", "not on the roster", stage="papers")
def not_on_the_roster(site: Site) -> Iterator[Planted]:
    """Lines under a number whose holder has no shift that day."""
    if _entered(site) and _roster(site, without=site.numbers):
        yield site.finds(f"clerk:{site.number}")


@fault("D04", "a day off", stage="papers")
def day_off(site: Site) -> Iterator[Planted]:
    """Lines under the number of somebody who is off by the roster."""
    if _entered(site) and _roster(site, without=site.numbers):
        off = {"date": site.day.date, "clerk": site.number, "shift": "休", "desk": ""}
        site.day.rows["roster"].append(off)
        yield site.finds(f"clerk:{site.number}")


@fault("D04", "on the roster by another number", stage="papers")
def rostered_by_another_number(site: Site) -> Iterator[Planted]:
    """Persons are compared, not numbers."""
    if _roster(site, without=site.numbers):
        last = {"date": site.day.date, "clerk": site.numbers[-1], "shift": "late", "desk": ""}
        site.day.rows["roster"].append(last)
        yield site.silent(f"clerk:{site.number}")


def _two_terminals(site: Site, second: str) -> str:
    for terminal, clock in (("T9000001", "10:00:00"), ("T9000002", second)):
        at = site.day.at(clock)
        site.waived_sale(3000, clerk=_NOBODY_ELSES, at=at, terminal=terminal)
    return f"clerk:{_NOBODY_ELSES}"


@fault("D04", "two terminals in five minutes")
def two_terminals(site: Site) -> Iterator[Planted]:
    """Nobody is at two terminals at once: five minutes are still too near."""
    yield site.finds(_two_terminals(site, "10:05:00"))


@fault("D04", "two terminals one after the other")
def two_terminals_apart(site: Site) -> Iterator[Planted]:
    """Who went to another terminal needed more than five minutes."""
    subject = _two_terminals(site, "10:05:01")
    others = [row for row in site.day.rows["accounts"] if row["clerk"] == _NOBODY_ELSES]
    if len(others) == 2:
        yield site.silent(subject)
