"""G · goods and custody: G01 to G08 of CHECKS.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.oracle.books import Books
from tests.oracle.custody import BORROWER, STORE, Custody, Goods, GoodsLine, Unit
from tests.oracle.findings import Finding, of_amounts, of_pieces, plain
from tests.oracle.prices import price_of
from tests.oracle.reading import Row
from tests.oracle.serials import gather_runs, name_run
from tests.oracle.sources import expected_sources

_NOT_FOR_SALE = frozenset({"test_card", "loaner", "spare_part", "promotional"})
_MAY_BE_GIVEN = frozenset({"gift", "promotional"})
_LOAN_DAYS = 15


def goods_findings(books: Books) -> Iterator[Finding]:
    """Give what the G checks find on the audited date."""
    goods = Goods(books)
    custody = Custody(goods)
    counts = _counts(goods)
    today = [line for line in goods.lines if line.date == books.date and not line.is_back]
    for (place, item), rows in counts.items():
        yield from _count_differs(custody, place, item, rows)
    for line in custody.sold_by_others:
        yield _of_line("G02", line)
    yield from _sold_twice(goods)
    yield from _price_differs(goods, today)
    yield from _gift_without_form(goods, today)
    yield from _above_quota(goods)
    yield from _loan_overdue(custody)
    yield from _not_counted(custody, set(counts))
    yield from _not_for_sale(goods, today)


def _counts(goods: Goods) -> dict[tuple[str, str], list[Row]]:
    counts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in goods.books.evidence.of("counts"):
        if row["date"] == goods.books.date:
            counts[goods.place(row["clerk"]), row["item"]].append(row)
    return counts


def _count_differs(custody: Custody, place: str, item: str, rows: list[Row]) -> Iterator[Finding]:
    goods = custody.goods
    serials = [goods.serials(row) for row in rows]
    pieces = [
        int(row["quantity"] or "0") for row, named in zip(rows, serials, strict=True) if not named
    ]
    counted = {serial for named in serials for serial in named}
    clerk = "" if place == STORE or place in goods.counters else place
    held = custody.held(place, item)
    if not goods.is_serial(item) or any(pieces):
        expected = len(held) + custody.pieces[place, item]
        found = sum(pieces) + len(counted)
        if expected != found:
            subject = f"item:{place}/{item}"
            yield of_pieces("G01", subject=subject, expected=expected, found=found, clerk=clerk)
        return
    for side, is_missing in ((held - counted, True), (counted - held, False)):
        for run in gather_runs(goods.category(item), side):
            sides = (len(run), 0) if is_missing else (0, len(run))
            subject = f"serial:{place}/{name_run(run)}"
            yield of_pieces("G01", subject=subject, expected=sides[0], found=sides[1], clerk=clerk)


def _of_line(check: str, line: GoodsLine) -> Finding:
    subject = f"serial:{line.person}/{line.unit[1]}" if line.unit else _piece(line)
    return plain(check, subject=subject, clerk=line.person)


def _piece(line: GoodsLine) -> str:
    return f"item:{line.person}/{line.item}"


def _sold_twice(goods: Goods) -> Iterator[Finding]:
    sold_by: dict[Unit, str] = {}
    for line in goods.lines:
        if line.unit is None:
            continue
        if line.is_back:
            sold_by.pop(line.unit, None)
            continue
        again = sold_by.get(line.unit, line.txn_no) != line.txn_no
        if again and line.date == goods.books.date:
            yield _of_line("G03", line)
        sold_by[line.unit] = line.txn_no


def _is_gift(goods: Goods, line: GoodsLine) -> bool:
    given = line.fen == 0 and line.row.get("deferred") != "1"
    return given and bool(line.item) and goods.category(line.item) not in _NOT_FOR_SALE


def _price_differs(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    sides: dict[str, tuple[int, int]] = {}
    clerks: dict[str, str] = {}
    for (no, item, campaign), lines in _groups(today).items():
        price = price_of(goods.books, item, campaign=campaign, date=goods.books.date)
        received = sum(line.fen for line in lines)
        given = received == 0 and no in goods.with_form
        if price is None or given or any(line.row.get("deferred") == "1" for line in lines):
            continue
        units = {line.unit for line in lines if line.unit}
        due = price * (len(units) + sum(line.quantity for line in lines if not line.unit))
        if received != due:
            before = sides.get(no, (0, 0))
            sides[no] = before[0] + due, before[1] + received
            clerks[no] = lines[0].row["clerk"]
    for no, (expected, found) in sides.items():
        subject = f"txn:{no}"
        yield of_amounts("G04", subject=subject, expected=expected, found=found, clerk=clerks[no])


def _groups(lines: list[GoodsLine]) -> dict[tuple[str, str, str], list[GoodsLine]]:
    """Gather lines by transaction, item and campaign."""
    groups: dict[tuple[str, str, str], list[GoodsLine]] = defaultdict(list)
    for line in lines:
        groups[line.txn_no, line.item, line.campaign].append(line)
    return groups


def _gift_without_form(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    for (no, _, _), lines in _groups(today).items():
        if no not in goods.with_form and all(_is_gift(goods, line) for line in lines):
            yield plain("G05", subject=f"txn:{no}", clerk=lines[0].row["clerk"])


def _above_quota(goods: Goods) -> Iterator[Finding]:
    limits = goods.books.hall.get("limits", {})
    given: dict[str, int] = defaultdict(int)
    groups = _groups([line for line in goods.lines if not line.is_back])
    for line in goods.lines:
        quota = limits.get(f"gift_quota:{line.campaign}")
        group = [line] if line.is_back else groups[line.txn_no, line.item, line.campaign]
        if quota is None or not line.campaign or not all(_is_gift(goods, one) for one in group):
            continue
        given[line.campaign] += -line.quantity if line.is_back else line.quantity
        above = given[line.campaign] > int(quota) and not line.is_back
        if above and line.date == goods.books.date:
            yield plain("G05", subject=f"txn:{line.txn_no}", clerk=line.row["clerk"])


def _loan_overdue(custody: Custody) -> Iterator[Finding]:
    books = custody.goods.books
    days = int(books.hall.get("limits", {}).get("loan_days", _LOAN_DAYS))
    for unit, (holder, lent_on) in custody.lent.items():
        due = date.fromisoformat(lent_on) + timedelta(days=days)
        if custody.units[unit] == BORROWER and date.fromisoformat(books.date) > due:
            clerk = "" if holder == STORE or holder in custody.goods.counters else holder
            yield plain("G06", subject=f"serial:{holder}/{unit[1]}", clerk=clerk)


def _not_counted(custody: Custody, counted: set[tuple[str, str]]) -> Iterator[Finding]:
    books = custody.goods.books
    next_day = date.fromisoformat(books.date) + timedelta(days=1)
    at_month_end = next_day.day == 1 and "counts" in expected_sources(books)
    if books.hall.get("limits", {}).get("count_due_daily") != 1 and not at_month_end:
        return
    for place, item in custody.holdings() - counted:
        clerk = "" if place == STORE or place in custody.goods.counters else place
        yield plain("G07", subject=f"count:{place}/{item}", clerk=clerk)


def _not_for_sale(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    for line in today:
        category = goods.category(line.item)
        if category in _MAY_BE_GIVEN and not line.fen:
            continue
        if category in _NOT_FOR_SALE or category in _MAY_BE_GIVEN:
            yield _of_line("G08", line)
