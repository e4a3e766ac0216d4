"""What stands as counted, gathered inside the database from the scans of all rounds (STK-11).

The table `count_counted` has it for the rest of the transaction: a row for each unit, and for each
number that is nobody's unit one with a negative unit of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from ledger.rows import Row, stage_rows
from ledger.units import resolve_names
from ledger.work import UnitOfWork
from stock.count_codes import read_code
from stock.count_scans import unit_of
from stock.count_tables import Count

COUNTED_COLUMNS = [
    ("unit_hall", "BIGINT"),
    ("unit_id", "BIGINT"),
    ("serial", "TEXT"),
    ("commodity_id", "BIGINT"),
]

_SCANNED = """
  FROM count_scans s
 WHERE s.hall_id = :hall AND s.count_no = :count AND s.round = :round
   AND s.act = 'scan' AND s.verdict IN ('taken', 'unknown')
   AND s.scan_no NOT IN (SELECT x.undoes FROM count_scans x
                          WHERE x.hall_id = :hall AND x.count_no = :count AND x.act = 'undo')
"""
_TAKE = f"""
INSERT INTO count_counted (unit_hall, unit_id, serial, commodity_id)
SELECT s.unit_hall, s.unit_id, s.serial, s.commodity_id {_SCANNED}
"""
_DIFFERED = """
  FROM count_differences d WHERE d.hall_id = :hall AND d.count_no = :count AND d.round = :before
"""
_DROP_DIFFERED = f"""
DELETE FROM count_counted
 WHERE (unit_hall = :hall AND unit_id IN (SELECT d.unit_id {_DIFFERED}))
    OR (unit_hall = 0 AND unit_id = 0 AND serial IN (SELECT d.serial {_DIFFERED}))
"""
_DROP_SCANNED_AGAIN = f"""
DELETE FROM count_counted
 WHERE (unit_hall, unit_id, CASE WHEN unit_id = 0 THEN serial ELSE '' END) IN
       (SELECT s.unit_hall, s.unit_id, CASE WHEN s.unit_id = 0 THEN s.serial ELSE '' END {_SCANNED})
"""
_DROP_STRANGERS = """
DELETE FROM count_counted
 WHERE unit_hall <> :hall
    OR unit_id IN (SELECT f.unit_id FROM count_strangers f WHERE f.unit_hall = :hall)
"""
_TAKE_STRANGERS = """
INSERT INTO count_counted (unit_hall, unit_id, serial, commodity_id)
SELECT unit_hall, unit_id, serial, commodity_id FROM count_strangers
"""


def stage_counted(uow: UnitOfWork, count: Count) -> list[tuple[int, str]]:
    """Fill `count_counted`, the later round before others; gives (round, what it recounts).

    A recount of what differed takes the place of the differences alone, any other of all before.
    """
    session = uow.session
    stage_rows(session, "count_counted", COUNTED_COLUMNS, [])
    rounds = _rounds(uow, count)
    whole = max(number for number, recount_of in rounds if not recount_of)
    facts = {"hall": count.hall_id, "count": count.count_no}
    session.execute(text(_TAKE), {**facts, "round": whole})
    for number, _ in rounds:
        if number > whole:
            session.execute(text(_DROP_DIFFERED), {**facts, "before": number - 1})
            session.execute(text(_DROP_SCANNED_AGAIN), {**facts, "round": number})
            session.execute(text(_TAKE), {**facts, "round": number})
    _ask_again(uow, count)
    note_sizes(uow, "count_counted")
    return rounds


def note_sizes(uow: UnitOfWork, staged: str) -> None:
    """Have PostgreSQL look at a table staged from others: without, it compares row by row."""
    if uow.session.connection().dialect.name == "postgresql":
        uow.session.execute(text(f"ANALYZE {staged}"))


def counted_by_item(uow: UnitOfWork) -> dict[int, int]:
    """Give how many units of each item stand as counted."""
    rows = uow.session.execute(
        text(
            "SELECT commodity_id, COUNT(*) FROM count_counted WHERE commodity_id <> 0"
            " GROUP BY commodity_id"
        )
    ).all()
    return {row[0]: row[1] for row in rows}


def counted_serials(uow: UnitOfWork) -> dict[int, list[str]]:
    """Give the serials that stand as counted of each item, after `stage_counted`."""
    rows = uow.session.execute(
        text("SELECT commodity_id, serial FROM count_counted WHERE commodity_id <> 0")
    ).all()
    found: dict[int, list[str]] = {}
    for item, serial in rows:
        found.setdefault(item, []).append(serial)
    return found


def _rounds(uow: UnitOfWork, count: Count) -> list[tuple[int, str]]:
    rows = uow.session.execute(
        text(
            "SELECT round, recount_of FROM count_rounds WHERE hall_id = :hall"
            " AND count_no = :count ORDER BY round"
        ),
        {"hall": count.hall_id, "count": count.count_no},
    )
    return [(row.round, row.recount_of) for row in rows]


def _ask_again(uow: UnitOfWork, count: Count) -> None:
    """Ask again for what was no unit of this hall when scanned: papers may have caught up.

    Numbers unknown when scanned get a negative unit of their own, unless the books know them now.
    """
    strangers: Sequence[tuple[int, int, str, int]] = [
        (row[0], row[1], row[2], row[3])
        for row in uow.session.execute(
            text(
                "SELECT unit_hall, unit_id, serial, commodity_id FROM count_counted"
                " WHERE unit_hall <> :hall ORDER BY unit_hall, unit_id, serial"
            ),
            {"hall": count.hall_id},
        ).all()
    ]
    if not strangers:
        return
    codes = {serial: read_code(serial) for _, _, serial, _ in strangers}
    forms = {form for code in codes.values() for form in code.forms}
    named = resolve_names(uow, count.hall_id, forms) if forms else {}
    known: dict[tuple[int, int], tuple[str, int]] = {}
    for place, (hall_id, unit_id, serial, item) in enumerate(strangers, 1):
        units = unit_of(count.hall_id, count.account_id, codes[serial], named)
        if len(units) == 1:
            unit = units[0]
            known[unit.hall_id, unit.unit_id] = (unit.serial, unit.commodity_id)
        else:
            known[hall_id, unit_id or -place] = (serial, item)
    rows: list[Row] = [(*key, *what) for key, what in known.items()]
    stage_rows(uow.session, "count_strangers", COUNTED_COLUMNS, rows)
    uow.session.execute(text(_DROP_STRANGERS), {"hall": count.hall_id})
    uow.session.execute(text(_TAKE_STRANGERS))
