"""Faults for X01 to X04: account lines and invoices that do not answer each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.faults.site import Planted, Site, fault
from tests.generator.scenes_forms import name_on_lines
from tests.generator.scenes_undone import red_letter, undo
from tests.generator.world import clock, fen_of


def _sale(site: Site, *amounts: int, **cells: Any) -> Sale:
    """Enter a sale in cash that nobody has invoiced yet."""
    return site.desk.sale(*amounts, **({"tender": "cash"} | cells))


def _no_invoice(site: Site, *, fen: int, cells: dict[str, Any]) -> Iterator[Planted]:
    sale = _sale(site, fen, **cells)
    subject = f"txn:{sale.no}"
    yield site.finds(subject, -fen) if fen > 0 else site.silent(subject)


for _name, _fen, _cells in (
    ("no invoice", 5800, {}),
    ("one fen without invoice", 1, {}),
    ("nothing received", 0, {}),
    ("an unknown number named", 5800, {"invoice_no": "25310000000000000001"}),
    ("an unknown business", 5800, {"business": "临时业务"}),
    ("a business with no time of invoice", 36000, {"business": "宽带包年"}),
    ("a blank subscriber", 5800, {"subscriber": ""}),
):
    fault("X01", _name)(partial(_no_invoice, fen=_fen, cells=_cells))


@fault("X01", "a void number named")
def void_number_named(site: Site) -> Iterator[Planted]:
    """Naming a void invoice is no link."""
    sale = _sale(site, 5800)
    form = site.desk.paper_number()
    name_on_lines(sale, form)
    site.desk.void(form, 5800)
    yield site.finds(f"txn:{sale.no}", -5800)


@fault("X01", "made void the next day", days_after=1)
def made_void_the_next_day(site: Site) -> Iterator[Planted]:
    """Links are looked at across days, so a later void counts for the day of the sale."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    sale = _sale(site, 5800)
    form = site.desk.paper_number()
    row = site.desk.register(form, 5800, txn_no=sale.no)
    Desk(site.hall, tomorrow, site.desk.human, site.rng).void(form, 5800, clerk=row["clerk"])
    yield site.finds(f"txn:{sale.no}", -5800)


@fault("X01", "invoiced the next day", days_after=1)
def invoiced_the_next_day(site: Site) -> Iterator[Planted]:
    """A later invoice counts for the day of the sale as well."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    sale = _sale(site, 5800)
    later = Desk(site.hall, tomorrow, site.desk.human, site.rng)
    later.register(later.e_number(), 5800, txn_no=sale.no)
    yield site.silent(f"txn:{sale.no}")


@fault("X01", "waived on the second line")
def waived_on_the_second_line(site: Site) -> Iterator[Planted]:
    """One line that wants no invoice is enough."""
    sale = _sale(site, 5800, 100)
    sale.lines[1]["invoice_waived"] = "1"
    yield site.silent(f"txn:{sale.no}")


def _no_account(site: Site, *, fen: int, paper: bool, **cells: Any) -> Iterator[Planted]:
    form = site.desk.paper_number() if paper else site.desk.e_number()
    site.desk.tick()
    site.desk.register(form, fen, **cells)
    yield site.finds(f"invoice:{form[0]}/{form[1]}", fen)


fault("X02", "paper for nothing")(partial(_no_account, fen=9900, paper=True))
fault("X02", "one fen for nothing")(partial(_no_account, fen=1, paper=False))
fault("X02", "an unknown transaction")(
    partial(_no_account, fen=9900, paper=True, txn_no="209901010001")
)
fault("X02", "basis said to be txn")(partial(_no_account, fen=9900, paper=False, basis="txn"))


@fault("X02", "a red letter for nothing")
def red_letter_for_nothing(site: Site) -> Iterator[Planted]:
    """A red letter is live and needs its refund."""
    sale = _sale(site, 7700)
    blue = site.desk.invoice(sale, kind="e")
    form = site.desk.e_number()
    site.desk.register(form, -7700, status="red", original_no=blue[1])
    yield site.finds(f"invoice:/{form[1]}", -7700)


@fault("X02", "linked to an unknown transaction")
def linked_to_an_unknown(site: Site) -> Iterator[Planted]:
    """A link to a transaction that does not exist is none."""
    form = site.desk.e_number()
    site.desk.register(form, 6600)
    site.day.rows["invoice_links"].append(
        {"invoice_code": "", "invoice_no": form[1], "txn_no": "209901010002", "amount": "66.00"}
    )
    yield site.finds(f"invoice:/{form[1]}", 6600)


@fault("X02", "linked the day before", days_before=1)
def linked_the_day_before(site: Site) -> Iterator[Planted]:
    """An invoice for yesterday's transaction has its account."""
    yesterday = site.hall.after(site.day, -1)
    assert yesterday is not None
    sale = Desk(site.hall, yesterday, site.desk.human, site.rng).sale(5800, tender="cash")
    form = site.desk.e_number()
    site.desk.register(form, 5800, txn_no=sale.no)
    yield site.silent(f"invoice:/{form[1]}")


def _amount_off(site: Site, *, fen: int) -> Iterator[Planted]:
    sale = _sale(site, 8000, 2000)
    form = site.desk.paper_number()
    site.desk.register(form, 10000 + fen, txn_no=sale.no)
    yield site.finds(f"invoice:{form[0]}/{form[1]}", fen)


for _fen in (1, -1, 900, -9000):
    fault("X03", f"invoice off by {_fen} fen")(partial(_amount_off, fen=_fen))


def _one_for_several(site: Site, *, fen: int, by: str) -> Iterator[Planted]:
    """Invoice two sales of 50.00 on one form, `fen` off."""
    sales = [_sale(site, 5000), _sale(site, 5000)]
    form = site.desk.e_number()
    site.desk.register(form, 10000 + fen)
    for position, sale in enumerate(sales):
        if by == "lines":
            name_on_lines(sale, form)
        else:
            site.desk.link(form, sale, fen=5000 + fen * position if by == "amounts" else None)
    subject = f"invoice:/{form[1]}"
    yield site.silent(subject) if by == "amounts" else site.finds(subject, fen)


for _by in ("lines", "links", "amounts"):
    for _fen in (1, -1):
        fault("X03", f"two sales on one by {_by}, {_fen} fen off")(
            partial(_one_for_several, fen=_fen, by=_by)
        )


@fault("X03", "link amounts off")
def link_amounts_off(site: Site) -> Iterator[Planted]:
    """Link amounts are what an invoice is compared with, though its sales agree."""
    sales = [_sale(site, 5000), _sale(site, 5000)]
    form = site.desk.e_number()
    site.desk.register(form, 10000)
    for sale in sales:
        site.desk.link(form, sale, fen=4900)
    yield site.finds(f"invoice:/{form[1]}", 200)


def _several_for_one(site: Site, *, fen: int) -> Iterator[Planted]:
    sale = _sale(site, 10000)
    for part in (6000, 4000 + fen):
        site.desk.register(site.desk.paper_number(), part, txn_no=sale.no)
    subject = f"txn:{sale.no}"
    yield site.finds(subject, fen) if fen else site.silent(subject)


for _fen in (0, 1, -1, -4000):
    fault("X03", f"two invoices of one sale, {_fen} fen off")(partial(_several_for_one, fen=_fen))


@fault("X03", "a red letter short of the refund")
def red_letter_short(site: Site) -> Iterator[Planted]:
    """A red letter over less than was paid back."""
    sale = _sale(site, 7700)
    blue = site.desk.invoice(sale, kind="e")
    back = undo(site.desk, sale, "reversal", authoriser="M01")
    red_letter(site.desk, back, blue)
    row = site.day.rows["invoices"][-1]
    row["amount"] = "-76.99"
    yield site.finds(f"invoice:/{row['invoice_no']}", 1)


def _twice(
    site: Site, *, seconds: int, found: bool, changed: dict[str, str] | None = None
) -> Iterator[Planted]:
    """Charge 58.00 twice so many seconds apart, the second with some cells changed."""
    first = site.waived_sale(5800)
    at = site.desk.tick(seconds) if seconds else first.at
    differing: dict[str, Any] = dict(changed or {})
    fen = fen_of(differing.pop("received", "58.00"))
    cells = {"subscriber": first.lines[0]["subscriber"], "clerk": first.clerk}
    later = site.waived_sale(fen, at=at, **(cells | differing))
    yield (site.finds if found else site.silent)(f"txn:{later.no}")
    yield site.silent(f"txn:{first.no}")


for _name, _seconds, _found in (
    ("at once", 0, True),
    ("a minute later", 60, True),
    ("9:59 later", 599, True),
    ("exactly ten minutes later", 600, True),
    ("ten minutes and a second later", 601, False),
):
    fault("X04", _name)(partial(_twice, seconds=_seconds, found=_found))
for _name, _changed in (
    ("another amount", {"received": "58.01"}),
    ("another business", {"business": "终端押金"}),
    ("another clerk", {"clerk": "K01", "tender": "wechat"}),
    ("a blank subscriber", {"subscriber": ""}),
):
    fault("X04", _name)(partial(_twice, seconds=60, found=False, changed=_changed))


@fault("X04", "one person with two numbers")
def one_person_two_numbers(site: Site) -> Iterator[Planted]:
    """Persons are compared, not staff numbers."""
    first = site.waived_sale(5800, clerk="A01")
    named = first.lines[0]["subscriber"]
    later = site.waived_sale(5800, clerk="A91", subscriber=named)
    yield site.finds(f"txn:{later.no}")


@fault("X04", "three in a row")
def three_in_a_row(site: Site) -> Iterator[Planted]:
    """Each later one of a chain is found."""
    first = site.waived_sale(5800, clerk="A02")
    named = first.lines[0]["subscriber"]
    for _ in range(2):
        at = site.desk.tick(480)
        later = site.waived_sale(5800, clerk="A02", subscriber=named, at=at)
        yield site.finds(f"txn:{later.no}")


@fault("X04", "across midnight")
def across_midnight(site: Site) -> Iterator[Planted]:
    """The ten minutes do not end at midnight; the finding is the later one's."""
    first = site.waived_sale(5800, clerk="A02", at=site.day.at("23:57:00"))
    named = first.lines[0]["subscriber"]
    at = site.day.at("23:59:59") + timedelta(seconds=301)
    later = site.waived_sale(5800, clerk="A02", subscriber=named, at=at)
    date = clock(at)[:10]
    yield site.finds(f"txn:{later.no}", date=date)


@fault("X04", "reversed the next day", days_after=1)
def reversed_the_next_day(site: Site) -> Iterator[Planted]:
    """Both stood at day end, whatever happened later."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    first = site.waived_sale(5800, clerk="A02")
    again = site.waived_sale(5800, clerk="A02", subscriber=first.lines[0]["subscriber"])
    undo(Desk(site.hall, tomorrow, site.desk.human, site.rng), again, "reversal", authoriser="M01")
    yield site.finds(f"txn:{again.no}")


@fault("X04", "the first reversed the same day")
def first_reversed(site: Site) -> Iterator[Planted]:
    """Only one stands at day end."""
    first = site.waived_sale(5800, clerk="A02")
    again = site.waived_sale(5800, clerk="A02", subscriber=first.lines[0]["subscriber"])
    undo(site.desk, first, "reversal", authoriser="M01")
    yield site.silent(f"txn:{again.no}")
