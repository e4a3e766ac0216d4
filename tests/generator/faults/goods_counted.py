"""Faults for G01 and G07: counts that differ from the books, and counts not taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.generator.faults.site import Planted, Site, fault
from tests.generator.goods import BAG, HANDSET, SIM, TEST_CARD, UMBRELLA, serial_of
from tests.generator.scenes_goods import give
from tests.generator.shelves import STORE
from tests.generator.storeroom import COUNTER, draw, give_back
from tests.generator.world import Row, luhn_digit

Wanted = Callable[[Row], bool]


def _place(site: Site, row: Row) -> str:
    number = row["clerk"]
    if not number:
        return "store"
    return number if number == COUNTER else site.hall.numbers_of(site.hall.human(number))[0]


def _counted(site: Site, wanted: Wanted) -> Row | None:
    rows = [row for row in site.day.rows["counts"] if wanted(row)]
    return site.rng.choice(rows) if rows else None


def _handset(row: Row) -> bool:
    return row["item"] == HANDSET and bool(row["serial"])


def _run_of_four(row: Row) -> bool:
    return row["item"] == SIM and int(row["quantity"]) >= 4


def _pieces(row: Row) -> bool:
    return row["item"] == UMBRELLA


def _later(serial: str, count: int) -> str:
    """The card so many after another of its box."""
    body = f"{int(serial[:-1]) + count}"
    return body + luhn_digit(body)


@fault("G01", "another handset in its place", stage="papers")
def another_in_its_place(site: Site) -> Iterator[Planted]:
    """As many handsets as there should be, and one of them is not ours: two differences."""
    row = _counted(site, _handset)
    if row is not None:
        missing, place = row["serial"], _place(site, row)
        row["serial"] = serial_of(site.hall, HANDSET, 950 + site.hall.count("found"))
        yield site.finds_pieces(f"serial:{place}/{missing}", -1)
        yield site.finds_pieces(f"serial:{place}/{row['serial']}", 1)


def _missing(site: Site, *, place: str) -> Iterator[Planted]:
    row = _counted(site, lambda row: _handset(row) and (row["clerk"] == place or place == "*"))
    if row is not None:
        site.day.rows["counts"].remove(row)
        rest = [one for one in site.day.rows["counts"] if one["item"] == HANDSET]
        if not any(one["clerk"] == row["clerk"] for one in rest):
            site.day.rows["counts"].append(row | {"serial": "", "quantity": "0"})
        yield site.finds_pieces(f"serial:{_place(site, row)}/{row['serial']}", -1)


for _name, _where in (("somewhere", "*"), ("in the store", STORE), ("at the counter", COUNTER)):
    fault("G01", f"a handset missing {_name}", stage="papers")(partial(_missing, place=_where))


@fault("G01", "in a colleague's drawer", stage="papers")
def in_a_colleagues_drawer(site: Site) -> Iterator[Planted]:
    """One clerk has counted what the books have at another's."""
    row = _counted(site, lambda row: _handset(row) and row["clerk"] not in {STORE, COUNTER})
    holders = {_place(site, one) for one in site.day.rows["counts"] if _handset(one)}
    others = sorted(holders - {_place(site, row)} if row else ())
    if row is not None and others:
        missing = _place(site, row)
        row["clerk"] = next(
            one["clerk"]
            for one in site.day.rows["counts"]
            if _handset(one) and _place(site, one) == others[0]
        )
        yield site.finds_pieces(f"serial:{others[0]}/{row['serial']}", 1)
        still = any(_handset(o) and _place(site, o) == missing for o in site.day.rows["counts"])
        if still:
            yield site.finds_pieces(f"serial:{missing}/{row['serial']}", -1)


@fault("G01", "sold and still there", stage="papers")
def sold_and_still_there(site: Site) -> Iterator[Planted]:
    """A handset that was sold is counted at the end of the day."""
    rows = [row for row in site.day.rows["accounts"] if row.get("item") == HANDSET]
    back = {row.get("serial") for row in rows if row.get("line_kind")}
    sold = [row for row in rows if not row.get("line_kind") and row["serial"] not in back]
    like = _counted(site, _handset)
    if sold and like is not None:
        site.day.rows["counts"].append(like | {"serial": sold[0]["serial"]})
        yield site.finds_pieces(f"serial:{_place(site, like)}/{sold[0]['serial']}", 1)


@fault("G01", "a run of cards missing", stage="papers")
def run_missing(site: Site) -> Iterator[Planted]:
    """The last three cards of a run are missing: one finding."""
    row = _counted(site, _run_of_four)
    if row is not None:
        count = int(row["quantity"])
        first, last = _later(row["serial"], count - 3), row["serial_to"]
        rest = {"serial_to": _later(row["serial"], count - 4), "quantity": str(count - 3)}
        row |= rest if count > 4 else {"serial_to": "", "quantity": "1"}
        yield site.finds_pieces(f"serial:{_place(site, row)}/{first}-{last}", -3)


@fault("G01", "a run of cards too many", stage="papers")
def run_too_many(site: Site) -> Iterator[Planted]:
    """Two cards nobody received lie with the others."""
    like = _counted(site, _run_of_four)
    if like is not None:
        first = serial_of(site.hall, SIM, 900 + 3 * site.hall.count("box"))
        found = {"serial": first, "serial_to": _later(first, 1), "quantity": "2"}
        site.day.rows["counts"].append(like | found)
        yield site.finds_pieces(f"serial:{_place(site, like)}/{first}-{_later(first, 1)}", 2)


@fault("G01", "every second card of a run missing", stage="papers")
def every_second_missing(site: Site) -> Iterator[Planted]:
    """Missing cards that do not follow each other are findings of their own."""
    row = _counted(site, _run_of_four)
    if row is not None:
        first, count = row["serial"], int(row["quantity"])
        row |= {"serial": _later(first, 3), "quantity": str(count - 3)}
        row |= {"serial_to": row["serial_to"] if count > 4 else ""}
        between = {"serial": _later(first, 1), "serial_to": "", "quantity": "1"}
        site.day.rows["counts"].append(row | between)
        yield site.finds_pieces(f"serial:{_place(site, row)}/{first}", -1)
        yield site.finds_pieces(f"serial:{_place(site, row)}/{_later(first, 2)}", -1)


def _pieces_off(site: Site, *, count: int) -> Iterator[Planted]:
    row = _counted(site, _pieces)
    if row is not None and int(row["quantity"]) + count >= 0:
        row["quantity"] = str(int(row["quantity"]) + count)
        subject = f"item:{_place(site, row)}/{UMBRELLA}"
        yield site.finds_pieces(subject, count) if count else site.silent(subject)


for _count in (0, 1, -1, -5):
    fault("G01", f"{_count} umbrellas", stage="papers")(partial(_pieces_off, count=_count))


@fault("G01", "more given than he holds")
def more_given_than_held(site: Site) -> Iterator[Planted]:
    """A line of more pieces than anybody holds moves none."""
    give(site.desk, BAG, 999, form_no="SL900009")
    yield site.silent(f"item:{site.number}/{BAG}")


@fault("G01", "the pieces in two rows", stage="papers")
def pieces_in_two_rows(site: Site) -> Iterator[Planted]:
    """A count written down in two rows is one count."""
    row = _counted(site, lambda row: _pieces(row) and int(row["quantity"]) > 1)
    if row is not None:
        row["quantity"] = str(int(row["quantity"]) - 1)
        site.day.rows["counts"].append(row | {"quantity": "1"})
        yield site.silent(f"item:{_place(site, row)}/{UMBRELLA}")


def _cards_by_number(site: Site, *, off: int) -> Iterator[Planted]:
    """Count cards without naming them."""
    row = _counted(site, _run_of_four)
    if row is None:
        return
    place = _place(site, row)
    alike = [
        one for one in site.day.rows["counts"] if one["item"] == SIM and _place(site, one) == place
    ]
    total = sum(int(one["quantity"]) for one in alike)
    for one in alike:
        site.day.rows["counts"].remove(one)
    named = {"serial": "", "serial_to": "", "quantity": str(total + off)}
    site.day.rows["counts"].append(row | named)
    subject = f"item:{place}/{SIM}"
    yield site.finds_pieces(subject, off) if off else site.silent(subject)


for _count in (0, 1, -1):
    fault("G01", f"cards not named, {_count} off", stage="papers")(
        partial(_cards_by_number, off=_count)
    )


def _not_counted(site: Site, *, wanted: Wanted, limit: int, found: bool) -> Iterator[Planted]:
    """Take all rows of one item at one place out of the day's count."""
    site.hall.limits["count_due_daily"] = limit
    row = _counted(site, wanted)
    if row is not None:
        place = _place(site, row)
        site.day.rows["counts"] = [
            one
            for one in site.day.rows["counts"]
            if one["item"] != row["item"] or _place(site, one) != place
        ]
        yield (site.finds if found else site.silent)(f"count:{place}/{row['item']}")


def _holding(row: Row) -> bool:
    return int(row["quantity"]) > 0


def _of_a_clerk(row: Row) -> bool:
    return _handset(row) and row["clerk"] not in {STORE, COUNTER}


def _cards_of_the_store(row: Row) -> bool:
    return _run_of_four(row) and row["clerk"] == STORE


def _pieces_of_the_counter(row: Row) -> bool:
    return _pieces(row) and row["clerk"] == COUNTER and _holding(row)


@fault("G07", "what is not there any more")
def not_there_any_more(site: Site) -> Iterator[Planted]:
    """What was drawn and brought back the same day need not be counted."""
    site.hall.limits["count_due_daily"] = 1
    draw(site.hall, site.day, site.number, {TEST_CARD: 1}, at="08:50:00")
    serials = site.hall.shelves.serials[site.number, TEST_CARD][:]
    give_back(site.hall, site.day, site.number, TEST_CARD, serials, at="17:00:00")
    del site.hall.shelves.serials[site.number, TEST_CARD]
    yield site.silent(f"count:{site.number}/{TEST_CARD}")


for _name, _wanted, _limit, _found in (
    ("a clerk's handsets", _of_a_clerk, 1, True),
    ("the store's cards", _cards_of_the_store, 1, True),
    ("the counter's umbrellas", _pieces_of_the_counter, 1, True),
    ("anything", _holding, 1, True),
    ("in a hall that counts monthly", _holding, 0, False),
):
    fault("G07", _name, stage="papers")(
        partial(_not_counted, wanted=_wanted, limit=_limit, found=_found)
    )
