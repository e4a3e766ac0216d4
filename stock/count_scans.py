"""Scanning in a count: each code is taken down as it came, with what it stands for (STK-11).

A batch is a few statements whatever its size. The verdict tells whether a code was taken, never
whether it was expected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, text

from ledger.accounts import Commodity
from ledger.events import OpenEvent, record
from ledger.organisations import Hall
from ledger.rows import Row, plain, stage_rows
from ledger.schema import Base
from ledger.units import IDENTIFIER_KINDS, NamedUnit, resolve_names
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.count_codes import Code, plain_codes, read_code, split_number
from stock.count_errors import NotCounted, UnknownScan
from stock.count_tables import Count, CountScan
from stock.counts import find_count, require_counting

LARGEST_NUMBER = 9_999_999
SCANS = Base.metadata.tables[CountScan.__tablename__]
Identity = tuple[int, int, str]
"""What makes a counted thing one thing: hall and unit, or no unit and its serial."""
What = tuple[str, int, int, int]
"""What a code stands for: serial, hall, unit, item."""


class Taken(NamedTuple):
    """What became of one code: the number of its scan, and the verdict."""

    scan_no: int
    value: str
    serial: str
    verdict: str


def scan_codes(uow: UnitOfWork, *, hall: Hall, count_no: int, codes: Sequence[str]) -> list[Taken]:
    """Take codes down in order, `ITEM*12` as a number; gives what became of each.

    Raises CountNotOpen and NotCounter.
    """
    count = find_count(uow, hall.id, count_no, lock=True)
    require_counting(uow, count)
    plainly = _units_of_plain(uow, codes)
    others = {code: read_code(code) for code in dict.fromkeys(codes) if code not in plainly}
    forms = {form for code in others.values() for form in code.forms}
    named = resolve_names(uow, hall.id, forms) if forms else {}
    items = _items_by_code(uow, count) if others else {}
    seen = _standing(uow, count, [what[0] for what in plainly.values()], forms, named)
    with record(
        uow,
        hall_id=hall.id,
        act="count.scanned",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"round": count.round, "codes": len(codes)},
    ) as event:
        rows: list[tuple[Any, ...]] = []
        front = (count.round, uow.actor.person_id, plain(uow.now))
        for scan_no, code in enumerate(codes, event.take_rows(len(codes))):
            what = plainly.get(code)
            if what is not None:
                serial, unit_hall, unit, _ = what
                identity = (unit_hall, unit, "" if unit else serial)
                verdict = _first_or_twice(identity, "taken" if unit else "unknown", seen)
                rows.append((count_no, scan_no, *front, "scan", code, *what, *verdict))
                continue
            read, number = others[code], _number_of(code, items)
            if number is not None:
                item, quantity = number
                what = (item.code, 0, 0, item.id)
                rest = (*what, quantity, "quantity", 0)
                rows.append((count_no, scan_no, *front, "number", read.raw, *rest))
                continue
            rest = _verdict(hall.id, count, read, named, seen)
            rows.append((count_no, scan_no, *front, "scan", read.raw, *rest))
        event.insert(SCANS, rows)
        _tally(count, [row[-2] for row in rows], 1)
    return [Taken(row[1], row[6], row[7], row[-2]) for row in rows]


def enter_quantities(
    uow: UnitOfWork, *, hall: Hall, count_no: int, quantities: Mapping[str, int]
) -> None:
    """Take down how many pieces of items there are; a later number of an item replaces it.

    Raises NotCounted, CountNotOpen and NotCounter.
    """
    count = find_count(uow, hall.id, count_no, lock=True)
    require_counting(uow, count)
    items = _items_by_code(uow, count)
    for code, quantity in quantities.items():
        if code not in items or not 0 <= quantity <= LARGEST_NUMBER:
            raise NotCounted(item=code, quantity=quantity)
    if not quantities:
        return
    with record(
        uow,
        hall_id=hall.id,
        act="count.numbers",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"round": count.round, "items": len(quantities)},
    ) as event:
        first = event.take_rows(len(quantities))
        front = (count.round, uow.actor.person_id, plain(uow.now), "number")
        rows: list[Row] = [
            (count_no, first + n, *front, code, code, 0, 0, items[code].id, number, "quantity", 0)
            for n, (code, number) in enumerate(sorted(quantities.items()))
        ]
        event.insert(SCANS, rows)


def undo_scan(uow: UnitOfWork, *, hall: Hall, count_no: int, scan_no: int) -> None:
    """Take one scan of this round back; both it and the undo stay on record.

    Raises UnknownScan, CountNotOpen and NotCounter.
    """
    count = find_count(uow, hall.id, count_no, lock=True)
    require_counting(uow, count)
    scan = uow.session.get(CountScan, (hall.id, count_no, scan_no))
    if scan is None or scan.act == "undo" or scan.round != count.round:
        raise UnknownScan(scan=scan_no)
    undone = uow.session.scalar(
        select(CountScan.scan_no).where(
            CountScan.hall_id == hall.id,
            CountScan.count_no == count_no,
            CountScan.serial == scan.serial,
            CountScan.undoes == scan_no,
        )
    )
    if undone is not None:
        raise UnknownScan(scan=scan_no)
    with record(
        uow,
        hall_id=hall.id,
        act="count.undone",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"scan": scan_no},
    ) as event:
        _write_undo(uow, event, scan)
        _tally(count, [scan.verdict], -1)


def _write_undo(uow: UnitOfWork, event: OpenEvent, scan: CountScan) -> None:
    what = (scan.value, scan.serial, scan.unit_hall, scan.unit_id, scan.commodity_id)
    person = (uow.actor.person_id, plain(uow.now), "undo")
    front = (scan.count_no, event.take_rows(), scan.round)
    event.insert(SCANS, [(*front, *person, *what, 0, "undone", scan.scan_no)])


def quantity_items(uow: UnitOfWork, count: Count) -> list[Commodity]:
    """Give the items in scope that are counted by number, whether there are any here or not."""
    query = select(Commodity).where(
        Commodity.tracking == "quantity", Commodity.category.in_(list(GOODS))
    )
    wanted = count.scope.split(",")
    if count.scope_kind == "items":
        query = query.where(Commodity.code.in_(wanted))
    if count.scope_kind == "categories":
        query = query.where(Commodity.category.in_(wanted))
    return list(uow.session.scalars(query.order_by(Commodity.code)))


def last_scans(uow: UnitOfWork, count: Count, *, limit: int = 30) -> list[CountScan]:
    """Give the last scans of this round, the latest first, without those undone."""
    query = (
        select(CountScan)
        .where(
            CountScan.hall_id == count.hall_id,
            CountScan.count_no == count.count_no,
            CountScan.round == count.round,
        )
        .order_by(CountScan.scan_no.desc())
        .limit(2 * limit)
    )
    rows = uow.session.scalars(query).all()
    undone = {row.undoes for row in rows if row.act == "undo"}
    kept = [row for row in rows if row.act != "undo" and row.scan_no not in undone]
    return kept[:limit]


def entered_numbers(uow: UnitOfWork, count: Count) -> dict[str, int]:
    """Give the numbers keyed in this round by item, the last of each."""
    rows = uow.session.execute(
        text(
            "SELECT s.serial, s.quantity FROM count_scans s WHERE s.hall_id = :hall"
            " AND s.count_no = :count AND s.round = :round AND s.act = 'number'"
            f" AND {NOT_UNDONE} ORDER BY s.scan_no"
        ),
        {"hall": count.hall_id, "count": count.count_no, "round": count.round},
    )
    return dict(rows.all())


NOT_UNDONE = (
    "NOT EXISTS (SELECT 1 FROM count_scans x WHERE x.hall_id = s.hall_id"
    " AND x.count_no = s.count_no AND x.serial = s.serial AND x.undoes = s.scan_no)"
)


def _items_by_code(uow: UnitOfWork, count: Count) -> dict[str, Commodity]:
    return {item.code: item for item in quantity_items(uow, count)}


def _number_of(code: str, items: Mapping[str, Commodity]) -> tuple[Commodity, int] | None:
    """Give item and number of `ITEM*12`, where the item is one that is counted by number."""
    split = split_number(code)
    if split is None or split[0] not in items:
        return None
    return items[split[0]], split[1]


def _verdict(
    hall_id: int,
    count: Count,
    code: Code,
    named: Mapping[str, Sequence[NamedUnit]],
    seen: set[Identity],
) -> tuple[str, int, int, int, int, str, int]:
    """Give serial, hall, unit, item, quantity, verdict and 0 of a scan; notes it as seen."""
    units = unit_of(hall_id, count.account_id, code, named)
    if len(units) > 1:
        return (code.raw, 0, 0, 0, 0, "several", 0)
    if units:
        unit = units[0]
        identity = (unit.hall_id, unit.unit_id, "")
        what = (unit.serial, unit.hall_id, unit.unit_id, unit.commodity_id)
        verdict = "taken"
    elif code.refused is not None:
        return (code.raw, 0, 0, 0, 0, "unreadable", 0)
    else:
        identity = (0, 0, code.name)
        what = (code.name, 0, 0, 0)
        verdict = "unknown"
    return (*what, *_first_or_twice(identity, verdict, seen))


def _first_or_twice(identity: Identity, verdict: str, seen: set[Identity]) -> tuple[int, str, int]:
    """Give quantity, verdict and 0 of a scan; notes it as seen."""
    if identity in seen:
        return (0, "twice", 0)
    seen.add(identity)
    return (1, verdict, 0)


def unit_of(
    hall_id: int, account_id: int, code: Code, named: Mapping[str, Sequence[NamedUnit]]
) -> list[NamedUnit]:
    """Give the units a code may stand for: one of the place before others, of the hall before."""
    units = next((named[form] for form in code.forms if form in named), [])
    here = [unit for unit in units if unit.account_id == account_id]
    ours = [unit for unit in units if unit.hall_id == hall_id]
    return list(next((some for some in (here, ours, units) if len(some) == 1), units))


def _units_of_plain(uow: UnitOfWork, codes: Iterable[str]) -> dict[str, What]:
    """Give what the codes that read as they are stand for, those in no books too.

    A code that is the name of several units is left out: which is meant depends on more.
    """
    wanted = sorted(plain_codes(codes))
    if not wanted:
        return {}
    stage_rows(uow.session, "plain_names", [("value", "TEXT")], [(value,) for value in wanted])
    rows = uow.session.execute(
        text(
            "SELECT w.value, COALESCE(u.serial, i.value, w.value), COALESCE(i.holder_hall_id, 0),"
            " COALESCE(i.unit_id, 0), COALESCE(u.commodity_id, 0)"
            " FROM plain_names w LEFT JOIN identifiers i ON i.value = w.value"
            f" AND i.kind IN ({', '.join(repr(kind) for kind in IDENTIFIER_KINDS)})"
            " LEFT JOIN units u ON u.hall_id = i.holder_hall_id AND u.id = i.unit_id"
        )
    ).all()
    found: dict[str, What] = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    if len(found) < len(rows):
        times = Counter(row[0] for row in rows)
        found = {value: what for value, what in found.items() if times[value] == 1}
    return found


def _standing(
    uow: UnitOfWork,
    count: Count,
    plainly: Iterable[str],
    forms: Iterable[str],
    named: Mapping[str, Sequence[NamedUnit]],
) -> set[Identity]:
    """Give those of the things scanned now that stand in this round already."""
    if not count.taken and not count.unknown:
        return set()
    serials = {unit.serial for units in named.values() for unit in units}
    serials.update(forms, plainly)
    stage_rows(
        uow.session, "scanned_serials", [("serial", "TEXT")], [(s,) for s in sorted(serials)]
    )
    rows = uow.session.execute(
        text(
            "SELECT s.unit_hall, s.unit_id, CASE WHEN s.unit_id = 0 THEN s.serial ELSE '' END"
            " FROM scanned_serials w CROSS JOIN count_scans s WHERE s.hall_id = :hall"
            " AND s.count_no = :count AND s.serial = w.serial AND s.round = :round"
            f" AND s.verdict IN ('taken', 'unknown') AND {NOT_UNDONE}"
        ),
        {"hall": count.hall_id, "count": count.count_no, "round": count.round},
    ).all()
    return {(row[0], row[1], row[2]) for row in rows}


def _tally(count: Count, verdicts: Iterable[str], change: int) -> None:
    """Keep the head's numbers of scans that stand, by verdict."""
    number = Counter(verdicts)
    count.taken += change * number["taken"]
    count.unknown += change * number["unknown"]
    count.twice += change * number["twice"]
    count.unreadable += change * (number["unreadable"] + number["several"])
