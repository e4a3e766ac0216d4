"""G · goods and custody: G01 to G08 of CHECKS.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.oracle.books import Books
from tests.oracle.custody import BORROWER, STORE, Custody, Goods, GoodsLine, Unit
from tests.oracle.findings import Finding, plain
from tests.oracle.prices import price_of
from tests.oracle.reading import Row
from tests.oracle.serials import name_runs

_NOT_FOR_SALE = frozenset({"test_card", "loaner", "spare_part", "promotional"})
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
        if expected != sum(pieces) + len(counted):
            yield plain("G01", subject=f"item:{place}/{item}", clerk=clerk)
        return
    for side in (held - counted, counted - held):
        for name in name_runs(goods.category(item), side):
            yield plain("G01", subject=f"serial:{place}/{name}", clerk=clerk)


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
    return given and (goods.category(line.item) == "gift" or bool(line.campaign))


def _price_differs(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    groups: dict[tuple[str, str, str], list[GoodsLine]] = defaultdict(list)
    for line in today:
        groups[line.txn_no, line.item, line.campaign].append(line)
    for (no, item, campaign), lines in groups.items():
        price = price_of(goods.books, item, campaign=campaign, date=goods.books.date)
        if price is None or (
            no in goods.with_form and all(_is_gift(goods, line) for line in lines)
        ):
            continue
        units = {line.unit for line in lines if line.unit}
        count = len(units) + sum(line.quantity for line in lines if not line.unit)
        if sum(line.fen for line in lines) != count * price:
            yield plain("G04", subject=f"txn:{no}", clerk=lines[0].row["clerk"])


def _gift_without_form(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    for line in today:
        if _is_gift(goods, line) and line.txn_no not in goods.with_form:
            yield plain("G05", subject=f"txn:{line.txn_no}", clerk=line.row["clerk"])


def _above_quota(goods: Goods) -> Iterator[Finding]:
    limits = goods.books.hall.get("limits", {})
    given: dict[str, int] = defaultdict(int)
    for line in goods.lines:
        quota = limits.get(f"gift_quota:{line.campaign}")
        if quota is None or not line.campaign or not _is_gift(goods, line):
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
    if custody.goods.books.hall.get("limits", {}).get("count_due_daily") != 1:
        return
    for place, item in custody.holdings() - counted:
        clerk = "" if place == STORE or place in custody.goods.counters else place
        yield plain("G07", subject=f"count:{place}/{item}", clerk=clerk)


def _not_for_sale(goods: Goods, today: list[GoodsLine]) -> Iterator[Finding]:
    for line in today:
        if goods.category(line.item) in _NOT_FOR_SALE and (line.unit or line.fen):
            yield _of_line("G08", line)
