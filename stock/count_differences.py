"""What a count found: serial by serial, with the movements after its snapshot replayed (STK-11).

Missing is what stood there at the snapshot, was not counted and has not left since; unexpected is
what was counted, did not stand there and has not come since. Equal numbers of other serials are
differences all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from ledger.rows import stage_rows
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.count_scans import NOT_UNDONE, quantity_items
from stock.count_standing import counted_by_item, note_sizes, stage_counted
from stock.count_tables import Count

MISSING, UNEXPECTED = "missing", "unexpected"
MOVE_COLUMNS = [
    ("unit_id", "BIGINT"),
    ("first_id", "BIGINT"),
    ("came", "BIGINT"),
    ("went", "BIGINT"),
]
EXPECTED_COLUMNS = [
    ("unit_id", "BIGINT"),
    ("serial", "TEXT"),
    ("commodity_id", "BIGINT"),
    ("in_scope", "BIGINT"),
    ("went", "BIGINT"),
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a unit, a number nobody knows (`unit_id` 0), or pieces of an item.

    `quantity` is always above zero. An unexpected unit has its place in the books: an account of
    this hall, or `elsewhere` where it is another hall's.
    """

    sort: str
    commodity_id: int
    unit_id: int
    serial: str
    quantity: int
    account_id: int | None = None
    elsewhere: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether no hall's books know the number."""
        return bool(self.serial) and not self.unit_id

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What makes it one difference in every round."""
        return (self.sort, self.commodity_id, self.unit_id, self.serial)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a count found: differences in order, and what was found where it should be.

    `found` counts units. `counted` gives how many units of each item were counted; `quantities` the
    number keyed of each item, None where it was not. `moved` are the units that came or left
    meanwhile as (item, serial, whether here now), `standing` the pieces of each item by count and
    movements.
    """

    differences: tuple[Difference, ...]
    found: int
    expected_items: frozenset[int] = frozenset()
    counted: Mapping[int, int] = field(default_factory=dict)
    quantities: Mapping[int, int | None] = field(default_factory=dict)
    moved: tuple[tuple[int, str, bool], ...] = ()
    standing: Mapping[int, int] = field(default_factory=dict)

    def of(self, sort: str) -> list[Difference]:
        """Give the differences of one sort."""
        return [one for one in self.differences if one.sort == sort]


def find_outcome(uow: UnitOfWork, count: Count) -> Outcome:
    """Compare what was counted with the books; a few statements whatever the size."""
    _stage_moves(uow, count)
    _stage_expected(uow, count)
    rounds = stage_counted(uow, count)
    serials, found = _compare(uow, count)
    pieces, quantities, standing = _compare_quantities(uow, count, rounds)
    expected = uow.session.execute(
        text("SELECT DISTINCT commodity_id FROM count_expected WHERE in_scope = 1")
    ).scalars()
    return Outcome(
        differences=(*serials, *pieces),
        found=found,
        expected_items=frozenset(expected),
        counted=counted_by_item(uow),
        quantities=quantities,
        moved=_moved(uow, count),
        standing=standing,
    )


def _moved(uow: UnitOfWork, count: Count) -> tuple[tuple[int, str, bool], ...]:
    rows = uow.session.execute(
        text(
            "SELECT u.commodity_id, u.serial, CASE WHEN u.account_id = :place AND u.closed = 0"
            " THEN 1 ELSE 0 END AS here FROM count_moves m"
            " JOIN units u ON u.hall_id = :hall AND u.id = m.unit_id"
        ),
        {"hall": count.hall_id, "place": count.account_id},
    )
    return tuple((row.commodity_id, row.serial, bool(row.here)) for row in rows)


def _stage_moves(uow: UnitOfWork, count: Count) -> None:
    """Stage the units that came to or left the place since the snapshot, and how they began."""
    stage_rows(uow.session, "count_moves", MOVE_COLUMNS, [])
    uow.session.execute(
        text(
            "INSERT INTO count_moves (unit_id, first_id, came, went) SELECT p.unit_id, MIN(p.id),"
            " MAX(CASE WHEN p.debit_account = :place AND p.document_id <> :own AND p.id <= :until"
            " THEN 1 ELSE 0 END),"
            " MAX(CASE WHEN p.credit_account = :place AND p.document_id <> :own AND p.id <= :until"
            " THEN 1 ELSE 0 END)"
            " FROM postings p WHERE p.hall_id = :hall AND p.id > :snapshot AND p.unit_id <> 0"
            " AND (p.debit_account = :place OR p.credit_account = :place) GROUP BY p.unit_id"
        ),
        _window(count),
    )
    note_sizes(uow, "count_moves")


def _window(count: Count) -> dict[str, object]:
    return {
        "hall": count.hall_id,
        "place": count.account_id,
        "snapshot": count.snapshot_row,
        "until": count.until_row if count.until_row is not None else 2**62,
        "own": count.document_id or 0,
    }


def _stage_expected(uow: UnitOfWork, count: Count) -> None:
    """Stage the units that stood in the place at the snapshot."""
    stage_rows(uow.session, "count_expected", EXPECTED_COLUMNS, [])
    scope = _scope_condition(count)
    columns = f"u.id, u.serial, u.commodity_id, CASE WHEN {scope} THEN 1 ELSE 0 END"
    uow.session.execute(
        text(
            "INSERT INTO count_expected (unit_id, serial, commodity_id, in_scope, went)"
            f" SELECT {columns}, 0 FROM units u JOIN commodities c ON c.id = u.commodity_id"
            " WHERE u.hall_id = :hall AND u.account_id = :place AND u.closed = 0"
            " AND u.id NOT IN (SELECT unit_id FROM count_moves)"
            f" UNION ALL SELECT {columns}, m.went FROM count_moves m"
            " JOIN postings p ON p.hall_id = :hall AND p.id = m.first_id"
            " JOIN units u ON u.hall_id = :hall AND u.id = m.unit_id"
            " JOIN commodities c ON c.id = u.commodity_id WHERE p.credit_account = :place"
        ),
        {"hall": count.hall_id, "place": count.account_id, **_scope_values(count)},
    )
    note_sizes(uow, "count_expected")


def _scope_condition(count: Count) -> str:
    """Give the condition on commodities `c` that keeps the count's scope."""
    names = ", ".join(f":scope{n}" for n, _ in enumerate(_scope_names(count)))
    return f"c.{'code' if count.scope_kind == 'items' else 'category'} IN ({names})"


def _scope_values(count: Count) -> dict[str, str]:
    return {f"scope{n}": name for n, name in enumerate(_scope_names(count))}


def _scope_names(count: Count) -> list[str]:
    return list(GOODS) if count.scope_kind == "all" else count.scope.split(",")


def _compare(uow: UnitOfWork, count: Count) -> tuple[list[Difference], int]:
    """Compare units; gives the differences and how many were found where they should be."""
    session = uow.session
    missing = session.execute(
        text(
            "SELECT e.commodity_id, e.unit_id, e.serial FROM count_expected e"
            " LEFT JOIN count_counted k ON k.unit_hall = :hall AND k.unit_id = e.unit_id"
            " WHERE e.in_scope = 1 AND e.went = 0 AND k.unit_id IS NULL"
            " ORDER BY e.commodity_id, e.serial"
        ),
        {"hall": count.hall_id},
    )
    found = [Difference(MISSING, row.commodity_id, row.unit_id, row.serial, 1) for row in missing]
    unexpected = session.execute(
        text(
            "SELECT k.unit_hall, k.unit_id, k.serial, k.commodity_id, u.account_id"
            " FROM count_counted k LEFT JOIN units u ON u.hall_id = :hall AND u.id = k.unit_id"
            " AND k.unit_hall = :hall"
            " LEFT JOIN count_expected e ON e.unit_id = k.unit_id AND k.unit_hall = :hall"
            " LEFT JOIN count_moves m ON m.unit_id = k.unit_id AND m.came = 1"
            " AND k.unit_hall = :hall WHERE e.unit_id IS NULL AND m.unit_id IS NULL"
            " ORDER BY k.commodity_id, k.serial"
        ),
        {"hall": count.hall_id},
    )
    for row in unexpected:
        ours = row.unit_hall == count.hall_id
        found.append(
            Difference(
                UNEXPECTED,
                row.commodity_id,
                max(row.unit_id, 0),
                row.serial,
                1,
                account_id=row.account_id if ours else None,
                elsewhere=not ours and row.unit_id > 0,
            )
        )
    matched = session.execute(
        text(
            "SELECT COUNT(*) FROM count_counted k JOIN count_expected e ON e.unit_id = k.unit_id"
            " WHERE k.unit_hall = :hall"
        ),
        {"hall": count.hall_id},
    ).scalar_one()
    return found, matched


def _compare_quantities(
    uow: UnitOfWork, count: Count, rounds: Sequence[tuple[int, str]]
) -> tuple[list[Difference], dict[int, int | None], dict[int, int]]:
    """Compare numbers with the books as they stood when each number was keyed."""
    items = {item.id: item for item in quantity_items(uow, count)}
    window = _window(count)
    now: dict[int, int] = dict(
        uow.session.execute(
            text(
                "SELECT commodity_id, amount FROM balances WHERE hall_id = :hall"
                " AND account_id = :place"
            ),
            window,
        ).all()
    )
    moves = uow.session.execute(
        text(
            "SELECT commodity_id, id, CASE WHEN debit_account = :place THEN amount ELSE -amount END"
            " AS change FROM postings WHERE hall_id = :hall AND id > :snapshot AND unit_id = 0"
            " AND (debit_account = :place OR credit_account = :place)"
        ),
        window,
    ).all()
    end = int(str(window["until"]))
    keyed = _keyed(uow, count, rounds)
    found: list[Difference] = []
    quantities: dict[int, int | None] = {}
    standing: dict[int, int] = {}
    for item_id in items:
        quantity, at = keyed.get(item_id, (None, end))
        later = sum(m.change for m in moves if m.commodity_id == item_id and m.id > at)
        expected = now.get(item_id, 0) - later
        if quantity is not None or expected:
            quantities[item_id] = quantity
        gap = (quantity or 0) - expected
        standing[item_id] = now.get(item_id, 0) + gap
        if gap:
            sort = UNEXPECTED if gap > 0 else MISSING
            found.append(Difference(sort, item_id, 0, "", abs(gap)))
    return found, quantities, standing


def _keyed(
    uow: UnitOfWork, count: Count, rounds: Sequence[tuple[int, str]]
) -> dict[int, tuple[int | None, int]]:
    """Give item -> (the last number keyed, the row of it); a whole recount starts afresh."""
    keyed: dict[int, tuple[int | None, int]] = {}
    whole = max(number for number, recount_of in rounds if not recount_of)
    rows = uow.session.execute(
        text(
            "SELECT s.commodity_id, s.quantity, s.scan_no FROM count_scans s"
            " WHERE s.hall_id = :hall AND s.count_no = :count AND s.round >= :round"
            f" AND s.act = 'number' AND {NOT_UNDONE} ORDER BY s.scan_no"
        ),
        {"hall": count.hall_id, "count": count.count_no, "round": whole},
    )
    for row in rows:
        keyed[row.commodity_id] = (row.quantity, row.scan_no)
    return keyed
