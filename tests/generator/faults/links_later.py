"""Faults for X01 to X03: invoices asked for later, reissues, month bills, forms of two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_forms import name_on_lines

Form = tuple[str, str]


def _later(site: Site, days: int) -> Desk:
    day = site.hall.after(site.day, days)
    assert day is not None
    return Desk(site.hall, day, site.desk.human, site.rng)


def _anew(desk: Desk, old: Form, fen: int) -> Form:
    """Void a paper invoice and make it anew, the new one naming only the old."""
    desk.tick()
    desk.void(old, fen)
    new = desk.paper_number()
    names: dict[str, Any] = {"original_code": old[0], "original_no": old[1], "basis": "reissue"}
    desk.register(new, fen, **names)
    return new


def _subject(form: Form) -> str:
    return f"invoice:{form[0]}/{form[1]}"


def _asked_later(site: Site, *, fen: int, by: str) -> Iterator[Planted]:
    """Who wanted no invoice for 58.00 asks for it the next day."""
    sale = site.waived_sale(5800)
    later = _later(site, 1)
    later.tick()
    form = later.e_number()
    named: dict[str, Any] = {"txn_no": sale.no} if by == "register" else {}
    later.register(form, 5800 + fen, **named)
    if by == "link":
        later.link(form, sale)
    date = later.day.date
    yield site.silent(f"txn:{sale.no}", check="X01")
    yield site.silent(_subject(form), check="X02", date=date)
    expected = site.finds(_subject(form), fen, date=date) if fen else None
    yield expected or site.silent(_subject(form), date=date)


for _by in ("register", "link"):
    for _fen in (0, 1):
        fault("X03", f"asked for later by {_by}, {_fen} fen off", days_after=1)(
            partial(_asked_later, fen=_fen, by=_by)
        )


def _made_anew_twice(site: Site, *, last_is_void: bool) -> Iterator[Planted]:
    """Make an invoice anew on each of two days; the last inherits what the first was linked to."""
    sale = site.desk.sale(5800, tender="cash")
    first = site.desk.paper_number()
    site.desk.register(first, 5800, txn_no=sale.no)
    second = _anew(_later(site, 1), first, 5800)
    desk = _later(site, 2)
    third = _anew(desk, second, 5800)
    if last_is_void:
        desk.tick()
        desk.void(third, 5800)
    subject = f"txn:{sale.no}"
    yield site.finds(subject, -5800) if last_is_void else site.silent(subject)
    yield site.silent(subject, check="P10")
    yield site.silent(_subject(third), check="X02", date=desk.day.date)


fault("X01", "made anew on each of two days", days_after=2)(
    partial(_made_anew_twice, last_is_void=False)
)
fault("X01", "made anew twice and void at last", days_after=2)(
    partial(_made_anew_twice, last_is_void=True)
)


@fault("X01", "answered by a month bill of the next day", days_after=1)
def answered_by_a_month_bill(site: Site) -> Iterator[Planted]:
    """A month bill that names the payment is its invoice, whatever other payments it bills."""
    sale = site.desk.sale(5800, tender="cash")
    later = _later(site, 1)
    later.tick()
    form = later.e_number()
    later.register(form, 15800, basis="month_bill", txn_no=sale.no)
    yield site.silent(f"txn:{sale.no}")
    yield site.silent(_subject(form), check="X03", date=later.day.date)


@fault("X03", "two parts, one asked for later", days_after=1)
def two_parts_one_later(site: Site) -> Iterator[Planted]:
    """Invoices of one payment are compared together, on the day of the payment."""
    sale = site.desk.sale(10000, tender="cash")
    site.desk.register(site.desk.paper_number(), 6000, txn_no=sale.no)
    later = _later(site, 1)
    later.tick()
    form = later.e_number()
    later.register(form, 3900, txn_no=sale.no)
    yield site.finds(f"txn:{sale.no}", -100)
    yield site.silent(_subject(form), date=later.day.date)


def _two_numbers(site: Site, *, by: str, fen: int = 0, days: int = 0) -> Iterator[Planted]:
    """Name a paper form by the 20-digit number beside its own."""
    sale = site.desk.sale(5800, tender="cash")
    desk = _later(site, days) if days else site.desk
    desk.tick()
    form, digital = desk.paper_number(), desk.e_number()
    both = desk.register(form, 5800 + fen, digital_no=digital[1])
    if by == "line":
        name_on_lines(sale, digital)
    elif by == "amount":
        desk.link(digital, sale, fen=5800)
    else:
        desk.register(digital, 5800 + fen, at=desk.at, clerk=both["clerk"], txn_no=sale.no)
    date = desk.day.date
    yield site.silent(f"txn:{sale.no}", check="X01")
    yield site.silent(f"txn:{sale.no}", check="P10")
    for name in (form, digital):
        yield site.silent(_subject(name), check="X02", date=date)
    yield site.silent(_subject(digital), date=date)
    yield (site.finds(_subject(form), fen, date=date) if fen else site.silent(_subject(form)))


for _by in ("line", "amount", "a second row"):
    for _fen, _days in ((0, 0), (100, 0), (1, 1)):
        fault("X03", f"two numbers, named by {_by}, {_fen} fen off, {_days} days on", days_after=1)(
            partial(_two_numbers, by=_by, fen=_fen, days=_days)
        )
