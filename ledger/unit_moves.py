"""How `post()` moves serialised units: staged as one set, checked as a whole, then moved by it.

The set may be of several documents, each of its own hall; a rule says whose a movement is.

New serials become units with names; those that arrive from another hall bring their names along, by
compare-and-set on the hall that held them; all others must be where the movement takes them from.

Units are joined by the hall staged with the rules, never by a constant: PostgreSQL knows nothing of
a table before it was first analysed, takes each condition for one row in two hundred, and would
read all units of a hall again for each serial after a large first receipt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ledger.accounts import ACCOUNT_KINDS
from ledger.movements import Movement, ToPost, place_name
from ledger.organisations import Hall
from ledger.posting_errors import IdentifierTaken, UnitElsewhere
from ledger.rows import Row, analyse, stage_rows
from ledger.work import UnitOfWork

OTHER_HALL = "other_hall"
_ARRIVES = "i.holder_hall_id = r.from_hall"
_OPEN_HERE = "i.holder_hall_id = r.hall_id AND u.closed = 0"
RULE_COLUMNS = [
    ("movement_no", "BIGINT"),
    ("commodity_id", "BIGINT"),
    ("debit_account", "BIGINT"),
    ("credit_account", "BIGINT"),
    ("kind", "TEXT"),
    ("namespace", "TEXT"),
    ("cost_fen", "BIGINT"),
    ("brings_units", "BIGINT"),
    ("from_hall", "BIGINT"),
    ("departs", "BIGINT"),
    ("hall_id", "BIGINT"),
    ("event_no", "BIGINT"),
    ("document_id", "BIGINT"),
    ("day", "DATE"),
    ("posting_before", "BIGINT"),
]
NAME_COLUMNS = [
    ("movement_no", "BIGINT"),
    ("kind", "TEXT"),
    ("namespace", "TEXT"),
    ("value", "TEXT"),
]
SERIAL_COLUMNS = [
    ("seq", "BIGINT"),
    ("movement_no", "BIGINT"),
    ("value", "TEXT"),
    ("document_line", "BIGINT"),
    ("unit_id", "BIGINT"),
]
# How a staged serial relates to the books of the hall.
KNOWN, NEW, ARRIVING = 0, 1, 2
UNIT_COLUMNS = [
    *SERIAL_COLUMNS,
    ("is_new", f"BIGINT DEFAULT {NEW}"),
    ("place", "BIGINT"),
    ("item", "BIGINT"),
    ("old_unit", "BIGINT"),
]
_WITH_RULES = "FROM posting_units p JOIN posting_rules r ON r.movement_no = p.movement_no"


class _Reserved(NamedTuple):
    """The first numbers reserved for a document's units and postings, and how many of each."""

    unit: int
    posting: int
    pieces: int


def move_units(uow: UnitOfWork, jobs: Sequence[ToPost]) -> list[tuple[int, Sequence[int]]]:
    """Create what is new, take over what arrives from another hall, move what is known.

    All movements are of serials. Gives for each job the first number reserved for its postings,
    and the unit of each serial in order. Raises IdentifierTaken and UnitElsewhere.
    """
    movements = [movement for job in jobs for movement in job.movements]
    rules, serials, reserved = _numbered(uow, jobs, movements)
    stage_rows(uow.session, "posting_rules", RULE_COLUMNS, rules)
    if _all_are_delivered(movements) and _are_named_as_new(uow, serials):
        _create_units(uow)
        units: list[Sequence[int]] = [range(one.unit, one.unit + one.pieces) for one in reserved]
    else:
        _look_up(uow, movements, serials)
        _move_staged(uow, movements)
        ids = text("SELECT unit_id FROM posting_units ORDER BY seq")
        found = iter(uow.session.scalars(ids).all())
        units = [list(islice(found, one.pieces)) for one in reserved]
    _add_names(uow, movements)
    return [(one.posting, some) for one, some in zip(reserved, units, strict=True)]


def _move_staged(uow: UnitOfWork, movements: Sequence[Movement]) -> None:
    """Do with each staged serial what the books say of it."""
    kinds = uow.session.scalars(text("SELECT DISTINCT is_new FROM posting_units")).all()
    if KNOWN in kinds and _all_come_in(movements):
        _find_places(uow)
    _refuse_strays(uow, movements)
    if NEW in kinds:
        _create_names(uow)
    if ARRIVING in kinds:
        _take_over_names(uow)
    if NEW in kinds or ARRIVING in kinds:
        _create_units(uow)
    if KNOWN in kinds:
        _move_known_units(uow)


def _numbered(
    uow: UnitOfWork, jobs: Sequence[ToPost], movements: Sequence[Movement]
) -> tuple[list[Row], list[Row], list[_Reserved]]:
    """Give the rows of the rules and of the serials, each with a number for a new unit.

    Raises IdentifierTaken for a serial that comes twice.
    """
    rules: list[Row] = []
    serials: list[Row] = []
    reserved: list[_Reserved] = []
    seen: dict[tuple[str, str], set[str]] = {}
    origins = _halls_of(uow, {m.credit.holder for m in movements if m.credit.kind == OTHER_HALL})
    for job in jobs:
        count, event = sum(len(movement.serials) for movement in job.movements), job.event
        unit, posting = event.take_rows(count), event.take_rows(count)
        reserved.append(_Reserved(unit, posting, count))
        whose = (event.hall_id, event.event_no, job.document_id, job.business_date.isoformat())
        before_units, before_postings = unit - len(serials), posting - len(serials)
        for m in job.movements:
            names = seen.setdefault((m.identifier_kind, m.namespace), set())
            before = len(names)
            names.update(m.serials)
            if len(names) != before + len(m.serials):
                raise IdentifierTaken(serial=_repeated(movements), count=1)
            seq, number, many = len(serials), len(rules), len(m.serials)
            numbers = range(before_units + seq, before_units + seq + many)
            columns = (range(seq, seq + many), (number,) * many, m.serials, m.lines(), numbers)
            serials += zip(*columns, strict=True)
            place = (m.commodity.id, m.debit.id, m.credit.id)
            brings = int(ACCOUNT_KINDS[m.credit.kind].brings_units)
            departs = int(m.debit.kind == OTHER_HALL)
            origin = origins.get(m.credit.holder) if m.credit.kind == OTHER_HALL else None
            front = (number, *place, m.identifier_kind, m.namespace, m.unit_cost_fen, brings)
            rules.append((*front, origin, departs, *whose, before_postings))
    return rules, serials, reserved


def _all_come_in(movements: Sequence[Movement]) -> bool:
    """Whether hardly any serial can be known: a delivery would read all units of a hall for none.

    The few that come back from where they went are found by `_find_places`.
    """
    return all(
        ACCOUNT_KINDS[m.credit.kind].brings_units and m.debit.kind != OTHER_HALL for m in movements
    )


def _all_are_delivered(movements: Sequence[Movement]) -> bool:
    """Whether all come in from outside the group, where each serial is new but for a mistake."""
    return _all_come_in(movements) and all(m.credit.kind != OTHER_HALL for m in movements)


def _are_named_as_new(uow: UnitOfWork, serials: Sequence[Row]) -> bool:
    """Give all serials to the halls' new units; False, and nothing done, if one has a unit already.

    That they are new is told by their names' key, which looks at each anyway.
    """
    stage_rows(uow.session, "posting_units", UNIT_COLUMNS, serials)
    try:
        _insert_names(uow)
    except IntegrityError:
        return False
    return True


def _look_up(uow: UnitOfWork, movements: Sequence[Movement], serials: Sequence[Row]) -> None:
    """Stage each serial with its unit and where that is, or with its number for a new one."""
    places, units = "NULL, NULL", ""
    if not _all_come_in(movements):
        places = (
            f"CASE WHEN {_OPEN_HERE} THEN u.account_id END,"
            f" CASE WHEN {_OPEN_HERE} THEN u.commodity_id END"
        )
        units = " LEFT JOIN units u ON u.hall_id = r.hall_id AND u.id = i.unit_id"
    stage_rows(uow.session, "posting_serials", SERIAL_COLUMNS, serials)
    stage_rows(uow.session, "posting_units", UNIT_COLUMNS, [])
    uow.session.execute(
        text(
            "INSERT INTO posting_units (seq, movement_no, value, document_line, unit_id, is_new,"
            " place, item, old_unit) SELECT s.seq, s.movement_no, s.value, s.document_line,"
            f" CASE WHEN i.unit_id IS NULL OR {_ARRIVES} THEN s.unit_id ELSE i.unit_id END,"
            f" CASE WHEN i.unit_id IS NULL THEN {NEW} WHEN {_ARRIVES} THEN {ARRIVING}"
            f" ELSE {KNOWN} END, {places}, i.unit_id"
            " FROM posting_serials s JOIN posting_rules r ON r.movement_no = s.movement_no"
            " LEFT JOIN identifiers i ON i.kind = r.kind AND i.namespace = r.namespace"
            f" AND i.value = s.value{units}"
        )
    )
    analyse(uow.session, "posting_units")
    if any(m.debit.kind == OTHER_HALL for m in movements):
        _stage_departing(uow)


def _find_places(uow: UnitOfWork) -> None:
    """Find where the known serials are, and what, by the unit of each."""
    uow.session.execute(
        text(
            "UPDATE posting_units AS p SET place = u.account_id, item = u.commodity_id"
            " FROM posting_rules r, identifiers i, units u"
            f" WHERE r.movement_no = p.movement_no AND p.is_new = {KNOWN} AND i.kind = r.kind"
            " AND i.namespace = r.namespace AND i.value = p.value AND u.hall_id = r.hall_id"
            f" AND u.id = i.unit_id AND {_OPEN_HERE}"
        )
    )


def _halls_of(uow: UnitOfWork, codes: Iterable[str]) -> dict[str, int]:
    """Give code -> hall for those of these halls that are held here too."""
    named = [code for code in codes if code]
    if not named:
        return {}
    return dict(uow.session.execute(select(Hall.code, Hall.id).where(Hall.code.in_(named))).all())


def _stage_departing(uow: UnitOfWork) -> None:
    """Find units whose names another hall has taken over already, by their places here.

    While their names are this hall's still, nobody has received them, and they may not depart.
    """
    uow.session.execute(
        text(
            "UPDATE posting_units AS p SET unit_id = u.id, place = u.account_id,"
            f" item = u.commodity_id, is_new = {KNOWN} FROM posting_rules r, units u"
            " WHERE r.movement_no = p.movement_no AND r.departs = 1 AND u.hall_id = r.hall_id"
            " AND u.account_id = r.credit_account AND u.commodity_id = r.commodity_id"
            " AND u.serial = p.value AND u.closed < 1"
        )
    )
    uow.session.execute(
        text(
            "UPDATE posting_units AS p SET place = NULL FROM posting_rules r, identifiers i"
            " WHERE r.movement_no = p.movement_no AND r.departs = 1 AND i.kind = r.kind"
            " AND i.namespace = r.namespace AND i.value = p.value AND i.holder_hall_id = r.hall_id"
        )
    )


def _repeated(movements: Sequence[Movement]) -> str:
    counts = Counter(
        (m.identifier_kind, m.namespace, serial) for m in movements for serial in m.serials
    )
    return counts.most_common(1)[0][0][2]


def _refuse_strays(uow: UnitOfWork, movements: Sequence[Movement]) -> None:
    """Every known serial must be the item named, in the place it leaves; others must be new."""
    stray = uow.session.execute(
        text(
            f"SELECT p.value, p.movement_no, p.is_new {_WITH_RULES}"
            f" WHERE (p.is_new = {NEW} AND r.brings_units = 0) OR (p.is_new = {KNOWN} AND"
            " (p.place IS NULL OR p.place <> r.credit_account OR p.item <> r.commodity_id))"
            " ORDER BY p.seq"
        )
    ).all()
    if not stray:
        return
    first = stray[0]
    credit = movements[first.movement_no].credit
    if first.is_new == KNOWN and ACCOUNT_KINDS[credit.kind].brings_units:
        raise IdentifierTaken(serial=first.value, count=len(stray))
    raise UnitElsewhere(serial=first.value, place=place_name(credit), count=len(stray))


def _insert_names(uow: UnitOfWork) -> None:
    """Name the halls' new units, in the order of the names; raises IntegrityError for a known one.

    Then nothing was done.
    """
    with uow.session.begin_nested():
        uow.session.execute(
            text(
                "INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)"
                f" SELECT r.kind, r.namespace, p.value, r.hall_id, p.unit_id {_WITH_RULES}"
                f" WHERE p.is_new = {NEW} ORDER BY p.value, r.kind, r.namespace"
            )
        )


def _create_names(uow: UnitOfWork) -> None:
    """Give new serials to the halls' new units; raises IdentifierTaken."""
    try:
        _insert_names(uow)
    except IntegrityError as error:
        taken = uow.session.scalars(
            text(
                f"SELECT p.value {_WITH_RULES} JOIN identifiers i ON i.kind = r.kind"
                " AND i.namespace = r.namespace AND i.value = p.value"
                f" WHERE p.is_new = {NEW} ORDER BY p.seq"
            )
        )
        values = list(taken)
        raise IdentifierTaken(serial=values[0], count=len(values)) from error


def _take_over_names(uow: UnitOfWork) -> None:
    """Take every name of the arriving units over from the hall they come from, or none."""
    session = uow.session
    arriving = text(
        f"SELECT p.value, r.from_hall, p.old_unit, p.unit_id {_WITH_RULES}"
        f" WHERE p.is_new = {ARRIVING} ORDER BY p.seq"
    )
    moved = session.execute(
        text(
            "UPDATE identifiers AS i SET holder_hall_id = r.hall_id, unit_id = p.unit_id"
            f" {_WITH_RULES} WHERE p.is_new = {ARRIVING} AND i.holder_hall_id = r.from_hall"
            " AND i.unit_id = p.old_unit"
        )
    )
    units = session.execute(arriving).all()
    if moved.rowcount < len(units):  # type: ignore[attr-defined]
        raise IdentifierTaken(serial=units[0].value, count=len(units))


def _create_units(uow: UnitOfWork) -> None:
    uow.session.execute(
        text(
            "INSERT INTO units (hall_id, id, commodity_id, account_id, serial, cost_fen,"
            " opened_on, closed, came_from_hall, came_from_unit) SELECT r.hall_id, p.unit_id,"
            " r.commodity_id, r.debit_account, p.value, r.cost_fen, r.day, 0,"
            f" CASE WHEN p.is_new = {ARRIVING} THEN r.from_hall END,"
            f" CASE WHEN p.is_new = {ARRIVING} THEN p.old_unit END"
            f" {_WITH_RULES} WHERE p.is_new <> {KNOWN} ORDER BY r.hall_id, p.unit_id"
        )
    )


def _add_names(uow: UnitOfWork, movements: Sequence[Movement]) -> None:
    """Give units their further names; one that is another unit's already refuses the batch."""
    rows: list[Row] = [
        (number, *name) for number, m in enumerate(movements) for name in sorted(m.names)
    ]
    if not rows:
        return
    session = uow.session
    stage_rows(session, "posting_names", NAME_COLUMNS, rows)
    session.execute(
        text(
            "INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)"
            " SELECT n.kind, n.namespace, n.value, r.hall_id, p.unit_id FROM posting_names n"
            " JOIN posting_units p ON p.movement_no = n.movement_no"
            " JOIN posting_rules r ON r.movement_no = n.movement_no WHERE true"
            " ORDER BY n.value, n.kind, n.namespace ON CONFLICT DO NOTHING"
        )
    )
    taken = session.execute(
        text(
            "SELECT n.value FROM posting_names n"
            " JOIN posting_units p ON p.movement_no = n.movement_no"
            " JOIN posting_rules r ON r.movement_no = n.movement_no"
            " JOIN identifiers i ON i.kind = n.kind AND i.namespace = n.namespace"
            " AND i.value = n.value WHERE i.unit_id <> p.unit_id OR i.holder_hall_id <> r.hall_id"
        )
    )
    values = list(taken.scalars())
    if values:
        raise IdentifierTaken(serial=values[0], count=len(values))


def _move_known_units(uow: UnitOfWork) -> None:
    """Move units by compare-and-set on the place they leave; the head lock keeps others out.

    `+ 0` keeps PostgreSQL from looking units up by their place.
    """
    uow.session.execute(
        text(
            "UPDATE units AS u SET account_id = r.debit_account, closed = r.departs"
            " FROM posting_units p"
            " JOIN posting_rules r ON r.movement_no = p.movement_no"
            f" WHERE u.hall_id = r.hall_id AND u.id = p.unit_id AND p.is_new = {KNOWN}"
            " AND u.closed < 1 AND u.account_id + 0 = r.credit_account"
        )
    )
