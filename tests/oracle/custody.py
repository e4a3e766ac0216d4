"""Who holds what: each day's stock papers and then its account lines replayed (README, G)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from tests.oracle.books import Books, line_kind
from tests.oracle.reading import Row, read_fen, read_time
from tests.oracle.serials import spell_out

STORE = "store"
CUSTOMER, BORROWER, TRANSIT, LOSS = "@customer", "@borrower", "@transit", "@loss"

# kind of paper -> where its goods come from and go to; "" is the clerk or counter it names.
_PAPERS = {
    "receipt": ("@supplier", STORE),
    "draw": (STORE, ""),
    "return": ("", STORE),
    "transfer_out": (STORE, TRANSIT),
    "transfer_in": ("@other_hall", STORE),
    "lend": ("", BORROWER),
    "scrap": ("", LOSS),
}

Unit = tuple[str, str]
"""Item and serial."""


@dataclass(frozen=True)
class GoodsLine:
    """An account line that sells goods or, if `is_back`, brings some back from the customer.

    `unit` is set where it names one; then `item` is the unit's, whatever the line says.
    """

    row: Row
    date: str
    txn_no: str
    person: str
    item: str
    unit: Unit | None
    quantity: int
    is_back: bool

    @property
    def fen(self) -> int:
        """What was received on it."""
        return read_fen(self.row["received"])

    @property
    def campaign(self) -> str:
        """The campaign it names, or blank."""
        return self.row.get("campaign", "")


class Goods:
    """The goods of one hall, and its account lines that move them, in order of time."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.items = {row["code"]: row for row in books.evidence.of("items")}
        self.counters = sorted(str(one["code"]) for one in books.hall.get("counter", []))

    def category(self, item: str) -> str:
        """The category of an item; blank for an unknown one."""
        return self.items.get(item, {}).get("category", "")

    def is_serial(self, item: str) -> bool:
        """True unless the item is known to be counted by quantity."""
        return self.items.get(item, {}).get("tracking") != "quantity"

    def place(self, number: str) -> str:
        """The place behind a number: the store, a shared counter, or a person's lowest number."""
        if not number:
            return STORE
        if number in self.counters:
            return number
        return self.books.number_of(self.books.person(number))

    def counters_of(self, person: str) -> list[str]:
        """The shared counters a person belongs to, in order."""
        human = self.books.person(person)
        return [code for code in self.counters if human in self.books.counter_clerks(code)]

    def serials(self, row: Row) -> list[str]:
        """The serials a row of a paper or count names, runs spelled out."""
        first, last = row.get("serial", "").upper(), row.get("serial_to", "").upper()
        if not self.is_serial(row["item"]):
            return []
        return spell_out(self.category(row["item"]), first, last)

    @cached_property
    def _items_of_serial(self) -> dict[str, list[str]]:
        known: dict[str, list[str]] = defaultdict(list)
        for row in self.books.evidence.of("stock"):
            for serial in self.serials(row):
                if row["item"] not in known[serial]:
                    known[serial].append(row["item"])
        return known

    @cached_property
    def with_form(self) -> set[str]:
        """The transactions one of whose lines names a form."""
        rows = self.books.evidence.of("accounts")
        told = [row for row in rows if _is_goods(row) or not _corrects(row)]
        return {row["txn_no"] for row in told if row.get("form_no")}

    @cached_property
    def lines(self) -> list[GoodsLine]:
        """The account lines of all days that name goods, corrections too, in order of time."""
        first: dict[str, Row] = {}
        rows = sorted(self.books.evidence.of("accounts"), key=lambda row: int(row["line_no"]))
        for row in rows:
            if not _corrects(row):
                first.setdefault(row["txn_no"], row)
        found = [
            self._line(row, (row if _corrects(row) else first[row["txn_no"]])["date"])
            for row in rows
            if _is_goods(row)
        ]
        return sorted(
            found, key=lambda line: (*_time(line.date, line.row["accepted_at"]), _no(line))
        )

    def _line(self, row: Row, date: str) -> GoodsLine:
        claimed, serial = row.get("item", ""), row.get("serial", "").upper()
        known = self._items_of_serial.get(serial, [])
        item = known[0] if len(known) == 1 and claimed not in known else claimed
        named = bool(serial) and self.is_serial(item)
        return GoodsLine(
            row=row,
            date=date,
            txn_no=row["txn_no"],
            person=self.place(row["clerk"]),
            item=item if named else claimed,
            unit=(item, serial) if named else None,
            quantity=abs(int(row.get("quantity") or "1")),
            is_back=_is_back(row),
        )


class Custody:
    """Where everything is at the end of the audited date."""

    def __init__(self, goods: Goods) -> None:
        self.goods = goods
        self.units: dict[Unit, str] = {}
        self.pieces: dict[tuple[str, str], int] = defaultdict(int)
        self.lent: dict[Unit, tuple[str, str]] = {}
        self.sold_by_others: list[GoodsLine] = []
        self._today: dict[Unit, set[str]] = {}
        self._brought_to: dict[Unit, set[str]] = {}
        self._replay()

    def held(self, place: str, item: str) -> set[str]:
        """The serials of an item that a place holds."""
        return {unit[1] for unit, where in self.units.items() if where == place and unit[0] == item}

    def holdings(self) -> set[tuple[str, str]]:
        """Every place and item of which it holds something; outside the hall is no place."""
        units = {(place, unit[0]) for unit, place in self.units.items()}
        pieces = {key for key, count in self.pieces.items() if count > 0}
        return {(place, item) for place, item in units | pieces if not place.startswith("@")}

    def _replay(self) -> None:
        books = self.goods.books
        papers = [(_book_date(books, row), row) for row in books.evidence.of("stock")]
        papers.sort(key=lambda paper: (paper[0], read_time(paper[1]["at"])))
        days = {date for date, _ in papers} | {line.date for line in self.goods.lines}
        for day in sorted(day for day in days | {books.date} if day <= books.date):
            self._today = {unit: {place} for unit, place in self.units.items()}
            self._brought_to = {}
            for date, row in papers:
                if date == day:
                    self._move(row)
            for line in self.goods.lines:
                if line.date == day:
                    self._bring_back(line) if line.is_back else self._sell(line)

    def _move(self, row: Row) -> None:
        source, target = (end or self.goods.place(row["clerk"]) for end in _PAPERS[row["kind"]])
        serials = self.goods.serials(row)
        for serial in serials:
            unit = (row["item"], serial)
            self.units[unit] = target
            self._today.setdefault(unit, set()).add(target)
            if target == BORROWER:
                self.lent[unit] = (source, read_time(row["at"]).date().isoformat())
        if not serials:
            quantity = int(row["quantity"] or "1")
            self.pieces[source, row["item"]] -= quantity
            self.pieces[target, row["item"]] += quantity

    def _sell(self, line: GoodsLine) -> None:
        places = [line.person, *self.goods.counters_of(line.person)]
        if line.unit is not None:
            today = self._brought_to.pop(line.unit, self._today.get(line.unit, set()))
            if line.date == self.goods.books.date and not today.intersection(places):
                self.sold_by_others.append(line)
            if self.units.get(line.unit) in places:
                self.units[line.unit] = CUSTOMER
        elif line.item in self.goods.items and not self.goods.is_serial(line.item):
            for place in places:
                if self.pieces[place, line.item] >= line.quantity:
                    self._pass(line, place, CUSTOMER)
                    return

    def _bring_back(self, line: GoodsLine) -> None:
        if line.unit is not None:
            self._brought_to[line.unit] = {line.person}
            if self.units.get(line.unit) == CUSTOMER:
                self.units[line.unit] = line.person

    def _pass(self, line: GoodsLine, source: str, target: str) -> None:
        self.pieces[source, line.item] -= line.quantity
        self.pieces[target, line.item] += line.quantity


def _is_goods(row: Row) -> bool:
    return bool(row.get("item") or row.get("serial")) and row.get("deposit") != "1"


def _corrects(row: Row) -> bool:
    return row.get("line_kind") == "correction"


def _is_back(row: Row) -> bool:
    if _corrects(row):
        return (read_fen(row["received"]) or read_fen(row["due"])) < 0
    return line_kind(row) in {"reversal", "refund"}


def _book_date(books: Books, row: Row) -> str:
    first = books.evidence.halls[min(books.evidence.halls)]
    opened = str(first.get("books_open_on") or first["business_date"])
    return max(read_time(row["at"]).date().isoformat(), opened)


def _time(date: str, at: str) -> tuple[str, str]:
    return date, read_time(at).isoformat()


def _no(line: GoodsLine) -> tuple[str, int]:
    return line.txn_no, int(line.row["line_no"])
