"""Faults for P02, P03, P07 and P09: numbers used twice, half void, red without blue, misshapen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_undone import approve

Form = tuple[str, str]


def _subject(form: Form) -> str:
    return f"invoice:{form[0]}/{form[1]}"


def _form(site: Site, *, paper: bool) -> Form:
    return site.desk.paper_number() if paper else site.desk.e_number()


def _elsewhere(desk: Desk, form: Form, fen: int = 8800) -> None:
    """Enter an invoice that needs no transaction."""
    desk.register(form, fen, basis="elsewhere")


def _twice(site: Site, *, paper: bool, seconds: int) -> Iterator[Planted]:
    site.desk.tick()
    form = _form(site, paper=paper)
    row = site.desk.register(form, 8800, basis="elsewhere")
    again = site.desk.at + timedelta(seconds=seconds)
    site.desk.register(form, 8800, basis="elsewhere", at=again, clerk=row["clerk"])
    yield site.finds(_subject(form))


for _paper in (True, False):
    for _seconds in (1, 3600):
        _what = "a paper number" if _paper else "an e-invoice number"
        fault("P02", f"{_what} again after {_seconds} seconds")(
            partial(_twice, paper=_paper, seconds=_seconds)
        )


@fault("P02", "again the next day", days_after=1)
def again_the_next_day(site: Site) -> Iterator[Planted]:
    """The finding belongs to the day of the second use."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    form = _form(site, paper=False)
    _elsewhere(site.desk, form)
    _elsewhere(Desk(site.hall, tomorrow, site.desk.human, site.rng), form)
    yield site.silent(_subject(form))
    yield site.finds(_subject(form), date=tomorrow.date)


def _same_time(site: Site, *, first: str, second: str, found: bool) -> Iterator[Planted]:
    form = _form(site, paper=False)
    for clerk in (first, second):
        site.desk.register(form, 4400, basis="elsewhere", clerk=clerk)
    yield (site.finds if found else site.silent)(_subject(form))


fault("P02", "two clerks at one time")(partial(_same_time, first="A01", second="A02", found=True))
fault("P02", "two numbers of one person at one time")(
    partial(_same_time, first="A01", second="A91", found=False)
)
fault("P02", "two rows of one clerk at one time")(
    partial(_same_time, first="A02", second="A02", found=False)
)


@fault("P02", "issued and then void")
def issued_and_then_void(site: Site) -> Iterator[Planted]:
    """A later row with another status is the next state of the same invoice."""
    form = _form(site, paper=True)
    site.desk.tick()
    _elsewhere(site.desk, form)
    site.desk.tick()
    site.desk.void(form, 8800)
    yield site.silent(_subject(form))


@fault("P02", "the same number of another code")
def same_number_other_code(site: Site) -> Iterator[Planted]:
    """A number is used twice only under one code."""
    form = _form(site, paper=True)
    _elsewhere(site.desk, form)
    _elsewhere(site.desk, ("044001911204", form[1]))
    yield site.silent(_subject(form))


def _void(
    site: Site, *, cells: dict[str, Any], found: bool, paper: bool = True
) -> Iterator[Planted]:
    site.desk.tick()
    form = _form(site, paper=paper)
    site.desk.void(form, 5000, **cells)
    yield (site.finds if found else site.silent)(_subject(form))


for _name, _cells, _found in (
    ("two of three copies", {"copies_recovered": "2"}, True),
    ("no copy recovered", {"copies_recovered": "0"}, True),
    ("recovered not said", {"copies_recovered": ""}, True),
    ("one of one copy missing", {"copies": "1", "copies_recovered": "0"}, True),
    ("no reason", {"void_reason": ""}, True),
    ("all copies", {"copies": "3", "copies_recovered": "3"}, False),
    ("one copy of one", {"copies": "1", "copies_recovered": "1"}, False),
):
    fault("P03", _name)(partial(_void, cells=_cells, found=_found))
fault("P03", "a void e-invoice")(partial(_void, cells={}, found=True, paper=False))


@fault("P03", "issued and half void the next day", days_after=1)
def half_void_next_day(site: Site) -> Iterator[Planted]:
    """The finding belongs to the day it was made void."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    form = _form(site, paper=True)
    site.desk.tick()
    _elsewhere(site.desk, form)
    later = Desk(site.hall, tomorrow, site.desk.human, site.rng)
    later.void(form, 8800, copies_recovered="1")
    yield site.silent(_subject(form))
    yield site.finds(_subject(form), date=tomorrow.date)


def _red(site: Site, fen: int, **cells: Any) -> Form:
    """Pay back `fen` in cash and register a red letter for it."""
    desk = site.desk
    site.waived_sale(50000)
    back = desk.sale(-fen, tender="cash", line_kind="refund")
    approve(desk, back, "refund", fen=fen, original="")
    form = desk.e_number()
    desk.register(form, -fen, status="red", txn_no=back.no, **cells)
    return form


def _own_original(site: Site, *, fen: int, void: bool = False) -> Iterator[Planted]:
    """Answer an invoice over 100.00 of our own with a red letter."""
    site.desk.tick()
    blue = _form(site, paper=True)
    _elsewhere(site.desk, blue, 10000)
    if void:
        site.desk.tick()
        site.desk.void(blue, 10000)
    red = _red(site, fen, original_code=blue[0], original_no=blue[1])
    yield (site.finds if void or fen > 10000 else site.silent)(_subject(red))


for _fen in (9999, 10000, 10001, 25000):
    fault("P07", f"{_fen} fen of an own 100.00")(partial(_own_original, fen=_fen))
fault("P07", "of a void original")(partial(_own_original, fen=10000, void=True))


def _two_reds(site: Site, *, second: int) -> Iterator[Planted]:
    blue = _form(site, paper=False)
    site.desk.tick()
    _elsewhere(site.desk, blue, 30000)
    reds = [_red(site, fen, original_no=blue[1]) for fen in (12000, second)]
    for red in reds:
        yield (site.finds if second > 18000 else site.silent)(_subject(red))


for _fen in (18000, 18001):
    fault("P07", f"120.00 and then {_fen} fen of 300.00")(partial(_two_reds, second=_fen))


def _foreign(site: Site, *, fen: int, date: str, amount: str, found: bool) -> Iterator[Planted]:
    names = {"original_no": f"2533{site.hall.count('foreign'):016d}"}
    red = _red(site, fen, original_date=date, original_amount=amount, **names)
    yield (site.finds if found else site.silent)(_subject(red))


for _name, _fen, _date, _amount, _found in (
    ("within the foreign original", 5000, "2025-10-01", "50.00", False),
    ("a fen above the foreign original", 5001, "2025-10-01", "50.00", True),
    ("a foreign original without date", 5000, "", "50.00", True),
    ("a foreign original without amount", 5000, "2025-10-01", "", True),
    ("a foreign original with neither", 5000, "", "", True),
):
    fault("P07", _name)(partial(_foreign, fen=_fen, date=_date, amount=_amount, found=_found))


@fault("P07", "no original at all")
def no_original_at_all(site: Site) -> Iterator[Planted]:
    """A red letter that names nothing answers nothing."""
    yield site.finds(_subject(_red(site, 3000)))


def _shape(site: Site, *, code: str, no: str, found: bool) -> Iterator[Planted]:
    serial = site.hall.count("shape")
    form = (code, no[: -len(str(serial))] + str(serial))
    site.desk.tick()
    _elsewhere(site.desk, form)
    yield (site.finds if found else site.silent)(_subject(form))


for _name, _code, _no, _found in (
    ("seven digits", "031002500104", "9900000", True),
    ("nine digits", "031002500104", "990000000", True),
    ("a letter in the number", "031002500104", "A9900000", True),
    ("a code of eleven digits", "03100250010", "99000000", True),
    ("a code that begins with 3", "331002500104", "99000000", True),
    ("no code for eight digits", "", "99000000", True),
    ("nineteen digits", "", "2531200000099000000", True),
    ("twenty-one digits", "", "253120000009900000000", True),
    ("an e-invoice of 2020", "", "20312000000990000000", True),
    ("an e-invoice of 2021", "", "21312000000990000000", False),
    ("an e-invoice of next century", "", "99312000000990000000", True),
    ("a code of ten digits", "3100251130", "99000000", False),
    ("a code of local tax", "231000940123", "99000000", False),
):
    fault("P09", _name)(partial(_shape, code=_code, no=_no, found=_found))
