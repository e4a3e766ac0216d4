"""Faults for D01: sources that were expected and are not there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.generator.faults.site import Planted, Site, fault
from tests.generator.world import Day

_USUAL = ["accounts", "invoices", "declarations", "deposits"]


def _drop(day: Day, others: list[Day], kind: str) -> None:
    """Take away every row of a kind that is dated on the day, whichever file it stands in."""
    time = {"invoices": "issued_at", "settlements": "settled_at"}.get(kind, "")
    day.rows[kind] = []
    for other in others:
        kept = [row for row in other.rows[kind] if not row.get(time, "").startswith(day.date)]
        other.rows[kind] = kept


def _missing(site: Site, *, kind: str) -> Iterator[Planted]:
    _drop(site.day, site.hall.days, kind)
    yield site.finds(f"source:{kind}")


for _kind in ("invoices", "declarations", "deposits"):
    fault("D01", f"no {_kind}", stage="papers")(partial(_missing, kind=_kind))


@fault("D01", "no settlements of a tender used", stage="papers")
def no_settlements(site: Site) -> Iterator[Planted]:
    """The vendor's file of a tender never came."""
    used = {row["tender"] for row in site.day.rows["settlements"]}
    if used:
        tender = site.rng.choice(sorted(used))
        for day in site.hall.days:
            day.rows["settlements"] = [
                row
                for row in day.rows["settlements"]
                if row["tender"] != tender
                or (day is not site.day and not row["settled_at"].startswith(site.day.date))
            ]
        named = {row["tender"] for row in site.day.rows["accounts"] if row["received"] != "0.00"}
        if tender in named:
            yield site.finds(f"source:settlements:{tender}")


@fault("D01", "a tender expected and never used", stage="papers")
def tender_never_used(site: Site) -> Iterator[Planted]:
    """What the hall file expects is missed though nobody paid so."""
    site.day.expected = [*_USUAL, "settlements:transfer"]
    yield site.finds("source:settlements:transfer")


@fault("D01", "nothing expected", stage="papers")
def nothing_expected(site: Site) -> Iterator[Planted]:
    """A hall that expects nothing misses nothing."""
    site.day.expected = []
    site.day.rows["declarations"] = []
    yield site.silent("source:declarations")


@fault("D01", "counts expected", stage="papers")
def counts_expected(site: Site) -> Iterator[Planted]:
    """Any kind of file can be expected."""
    site.day.expected = [*_USUAL, "counts"]
    site.day.rows["counts"] = []
    yield site.finds("source:counts")
