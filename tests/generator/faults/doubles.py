"""Faults for P10: one payment on several invoices, one month of a subscriber billed twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_forms import name_on_lines
from tests.generator.world import Row


def _paid_once(site: Site, *, parts: list[int]) -> Iterator[Planted]:
    """Invoice a payment of 100.00 on several forms."""
    sale = site.desk.sale(10000, tender="cash")
    for fen in parts:
        site.desk.register(site.desk.paper_number(), fen, txn_no=sale.no)
    found = len(parts) > 1 and sum(parts) > 10000
    yield (site.finds if found else site.silent)(f"txn:{sale.no}")


for _name, _parts in (
    ("the whole twice", [10000, 10000]),
    ("one fen too much in two", [6000, 4001]),
    ("just as much in two", [6000, 4000]),
    ("less in two", [6000, 3999]),
    ("too much in one", [12000]),
    ("three of forty", [4000, 4000, 4000]),
):
    fault("P10", _name)(partial(_paid_once, parts=_parts))


@fault("P10", "line and register name two forms")
def two_ways_to_be_linked(site: Site) -> Iterator[Planted]:
    """One form is named on the lines, the other names the transaction."""
    sale = site.desk.sale(5800, tender="cash")
    first = site.desk.paper_number()
    site.desk.register(first, 5800)
    name_on_lines(sale, first)
    site.desk.register(site.desk.e_number(), 5800, txn_no=sale.no)
    yield site.finds(f"txn:{sale.no}")


@fault("P10", "paid in tenders")
def paid_in_tenders(site: Site) -> Iterator[Planted]:
    """What was paid is what the tenders say, though the lines received more."""
    sale = site.desk.sale(10000)
    site.desk.split(sale, {"cash": 5000, "wechat": 4900})
    for fen in (6000, 4000):
        site.desk.register(site.desk.paper_number(), fen, txn_no=sale.no)
    yield site.finds(f"txn:{sale.no}")


@fault("P10", "invoiced again the next day", days_after=1)
def invoiced_again_the_next_day(site: Site) -> Iterator[Planted]:
    """The finding belongs to the day of the payment."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    sale = site.desk.sale(5800, tender="cash")
    site.desk.invoice(sale, kind="e")
    later = Desk(site.hall, tomorrow, site.desk.human, site.rng)
    later.register(later.e_number(), 5800, txn_no=sale.no)
    yield site.finds(f"txn:{sale.no}")
    yield site.silent(f"txn:{sale.no}", date=tomorrow.date)


@fault("P10", "billed with the month as well", days_after=1)
def billed_with_the_month(site: Site) -> Iterator[Planted]:
    """A month bill over a payment that was invoiced at the counter."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    sale = site.desk.sale(5800, tender="cash")
    site.desk.invoice(sale, kind="paper")
    later = Desk(site.hall, tomorrow, site.desk.human, site.rng)
    later.register(later.e_number(), 5800, basis="month_bill", txn_no=sale.no)
    yield site.finds(f"txn:{sale.no}")


def _made_anew(site: Site, *, undone: bool) -> Iterator[Planted]:
    """Make a paper invoice anew, the old one void or still standing."""
    sale = site.desk.sale(5800, tender="cash")
    old, new = site.desk.paper_number(), site.desk.paper_number()
    site.desk.register(old, 5800, txn_no=sale.no)
    site.desk.tick()
    if undone:
        site.desk.void(old, 5800)
    names: dict[str, Any] = {"original_code": old[0], "original_no": old[1], "basis": "reissue"}
    site.desk.register(new, 5800, **names)
    yield (site.silent if undone else site.finds)(f"txn:{sale.no}")


fault("P10", "made anew and the old one void")(partial(_made_anew, undone=True))
fault("P10", "made anew and the old one not void")(partial(_made_anew, undone=False))


def _shared(site: Site, *, part: int) -> Iterator[Planted]:
    """One of two payments of 50.00 has a form of its own beside its part of a shared one."""
    first, second = (site.desk.sale(5000, tender="cash") for _ in range(2))
    shared, own = site.desk.e_number(), site.desk.e_number()
    site.desk.register(shared, 5000 + part)
    site.desk.link(shared, first, fen=5000)
    site.desk.link(shared, second, fen=part)
    site.desk.register(own, 3000, txn_no=second.no)
    yield site.silent(f"txn:{first.no}")
    yield (site.finds if part > 2000 else site.silent)(f"txn:{second.no}")


for _part in (2000, 2001):
    fault("P10", f"a part of {_part} fen by its link")(partial(_shared, part=_part))


def _month(site: Site, **cells: Any) -> dict[str, Any]:
    subscriber = f"187{site.hall.count('billed'):08d}"
    return {"basis": "month_bill", "subscriber": subscriber, "period": "2026-10", **cells}


def _bill(desk: Desk, cells: dict[str, Any], fen: int = 15800) -> Row:
    desk.tick()
    return desk.register(desk.e_number(), fen, **cells)


def _subject(row: Row) -> str:
    return f"invoice:{row['invoice_code']}/{row['invoice_no']}"


def _billed_twice(site: Site, *, changed: dict[str, str]) -> Iterator[Planted]:
    cells = _month(site)
    first = _bill(site.desk, cells)
    second = _bill(site.desk, cells | changed)
    yield site.silent(_subject(first))
    yield (site.silent if changed else site.finds)(_subject(second))


fault("P10", "a month billed twice")(partial(_billed_twice, changed={}))
for _column, _value in (
    ("period", "2026-09"),
    ("subscriber", "18899999999"),
    ("period", ""),
    ("subscriber", ""),
    ("basis", "elsewhere"),
):
    fault("P10", f"another {_column} {_value or 'left out'}")(
        partial(_billed_twice, changed={_column: _value})
    )


@fault("P10", "a month billed again the next day", days_after=1)
def billed_again_the_next_day(site: Site) -> Iterator[Planted]:
    """The finding is the later bill's, on its day."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    cells = _month(site)
    first = _bill(site.desk, cells)
    second = _bill(Desk(site.hall, tomorrow, site.desk.human, site.rng), cells)
    yield site.silent(_subject(first))
    yield site.finds(_subject(second), date=tomorrow.date)


@fault("P10", "a month billed three times")
def billed_three_times(site: Site) -> Iterator[Planted]:
    """Each but the first is one too many."""
    cells = _month(site)
    rows = [_bill(site.desk, cells) for _ in range(3)]
    yield site.silent(_subject(rows[0]))
    for row in rows[1:]:
        yield site.finds(_subject(row))


def _taken_back(site: Site, *, fen: int) -> Iterator[Planted]:
    """Take `fen` of a month bill back by a red letter and bill the month again."""
    cells = _month(site)
    first = _bill(site.desk, cells)
    red = cells | {"status": "red", "original_no": first["invoice_no"]}
    _bill(site.desk, red, -fen)
    again = _bill(site.desk, cells)
    yield (site.silent if fen == 15800 else site.finds)(_subject(again))


fault("P10", "billed again after a full red letter")(partial(_taken_back, fen=15800))
fault("P10", "billed again after a red letter in part")(partial(_taken_back, fen=15799))


@fault("P10", "a paper bill void and made anew")
def paper_bill_made_anew(site: Site) -> Iterator[Planted]:
    """What is void has not billed the month."""
    cells = _month(site)
    form = site.desk.paper_number()
    site.desk.tick()
    site.desk.register(form, 15800, **cells)
    site.desk.tick()
    site.desk.void(form, 15800, **cells)
    names = {"basis": "reissue", "original_code": form[0], "original_no": form[1]}
    again = _bill(site.desk, cells | names)
    yield site.silent(_subject(again))
