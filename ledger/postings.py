"""The one posting primitive: goods, money and numbered forms move by `post()` and in no other way.

Only this module writes postings, balances, units and identifiers. A batch is a few statements
whatever its size: its serials are staged once, checked as a whole, and every row that follows from
them is made by INSERT .. SELECT. It is refused as a whole if one serial is not where it should be.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import CheckConstraint, Date, Index, bindparam, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.balances import balance_of
from ledger.events import OpenEvent
from ledger.hall_days import lock_open_day
from ledger.posting_errors import (
    IdentifierTaken,
    InsufficientBalance,
    QuantityNotPositive,
    SerialsNotTracked,
    UnitCountMismatch,
    UnitElsewhere,
)
from ledger.rows import Row, stage_rows
from ledger.schema import IMMUTABLE, Base
from ledger.work import UnitOfWork

NO_UNIT = 0
RULE_COLUMNS = [
    ("movement_no", "BIGINT"),
    ("commodity_id", "BIGINT"),
    ("debit_account", "BIGINT"),
    ("credit_account", "BIGINT"),
    ("kind", "TEXT"),
    ("namespace", "TEXT"),
    ("cost_fen", "BIGINT"),
    ("document_line", "BIGINT"),
    ("brings_units", "BIGINT"),
]
SERIAL_COLUMNS = [("seq", "BIGINT"), ("movement_no", "BIGINT"), ("value", "TEXT")]
UNIT_COLUMNS = [
    *SERIAL_COLUMNS,
    ("unit_id", "BIGINT"),
    ("is_new", "BIGINT"),
    ("place", "BIGINT"),
    ("item", "BIGINT"),
]


class Posting(Base):
    """`amount` of a commodity moved from the credit account to the debit account; never changed."""

    __tablename__ = "postings"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    document_line: Mapped[int]
    business_date: Mapped[dt.date]
    commodity_id: Mapped[int]
    debit_account: Mapped[int]
    credit_account: Mapped[int]
    amount: Mapped[int]
    unit_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("debit_account <> credit_account", name="sides_differ"),
        Index("ix_postings_document", "hall_id", "document_id"),
        Index("ix_postings_unit", "hall_id", "unit_id"),
        {"info": {IMMUTABLE: True}},
    )


@dataclass(frozen=True, slots=True)
class Movement:
    """One line to post: `quantity` pieces, or fen for money, from `credit` to `debit`.

    For a commodity tracked by serial, `serials` holds one name a piece, in `identifier_kind` and
    `namespace`; `unit_cost_fen` is kept with units that the movement brings into the books.
    """

    commodity: Commodity
    debit: Account
    credit: Account
    quantity: int
    serials: tuple[str, ...] = ()
    identifier_kind: str = "sn"
    namespace: str = ""
    unit_cost_fen: int | None = None
    document_line: int = 0

    def reversed(self) -> Movement:
        """Give the same movement the other way round."""
        return replace(self, debit=self.credit, credit=self.debit)


def post(
    uow: UnitOfWork,
    event: OpenEvent,
    *,
    document_id: int,
    business_date: dt.date,
    movements: Sequence[Movement],
) -> int:
    """Post movements on an open hall-day; gives the number of posting rows.

    Raises HallDayClosed, UnitElsewhere, IdentifierTaken, InsufficientBalance, UnitCountMismatch,
    QuantityNotPositive, SerialsNotTracked; then nothing is posted.
    """
    lock_open_day(uow, event.hall_id, business_date)
    for movement in movements:
        _check(movement)
    tracked = [movement for movement in movements if movement.serials]
    counted = [movement for movement in movements if not movement.serials]
    date = business_date.isoformat()
    rows: list[Row] = []
    if tracked:
        units = _move_units(uow, event, business_date, tracked)
        rows += _post_units(
            uow,
            event,
            document_id=document_id,
            day=business_date,
            movements=tracked,
            units=units,
        )
    if counted:
        first = event.take_rows(len(counted))
        more: list[Row] = [
            (first + place, *_front(document_id, m, date), m.quantity, NO_UNIT)
            for place, m in enumerate(counted)
        ]
        event.insert(Base.metadata.tables["postings"], more)
        rows += more
    _move_balances(uow, event.hall_id, movements)
    return len(rows)


def _check(movement: Movement) -> None:
    item = movement.commodity.code
    if movement.quantity < 1:
        raise QuantityNotPositive(item=item, quantity=movement.quantity)
    serial_tracked = movement.commodity.tracking == "serial"
    if movement.serials and not serial_tracked:
        raise SerialsNotTracked(item=item, serial=movement.serials[0])
    if serial_tracked and len(movement.serials) != movement.quantity:
        raise UnitCountMismatch(
            item=item, quantity=movement.quantity, serials=len(movement.serials)
        )


def _front(document_id: int, m: Movement, date: str) -> Row:
    return (document_id, m.document_line, date, m.commodity.id, m.debit.id, m.credit.id)


def _move_units(
    uow: UnitOfWork, event: OpenEvent, day: dt.date, movements: Sequence[Movement]
) -> list[int]:
    """Create what is new, move what is known, and give the unit of each serial in order."""
    _stage(uow, event, movements)
    _refuse_strays(uow, movements)
    session = uow.session
    kinds = session.execute(text("SELECT DISTINCT is_new FROM posting_units")).scalars().all()
    if 1 in kinds:
        _create_units(uow, event, day)
    if 0 in kinds:
        _move_known_units(uow, event.hall_id)
    units = session.execute(text("SELECT unit_id FROM posting_units ORDER BY seq")).scalars()
    return list(units)


def _stage(uow: UnitOfWork, event: OpenEvent, movements: Sequence[Movement]) -> None:
    """Stage each serial with its unit and where that is, or with a number for a new one."""
    rules: list[Row] = []
    serials: list[Row] = []
    seen: dict[tuple[str, str], set[str]] = {}
    for number, m in enumerate(movements):
        names = seen.setdefault((m.identifier_kind, m.namespace), set())
        before = len(names)
        names.update(m.serials)
        if len(names) != before + len(m.serials):
            raise IdentifierTaken(serial=_repeated(movements), count=1)
        start = len(serials)
        serials += [(start + i, number, serial) for i, serial in enumerate(m.serials)]
        place = (m.commodity.id, m.debit.id, m.credit.id)
        name = (m.identifier_kind, m.namespace)
        brings = int(ACCOUNT_KINDS[m.credit.kind].brings_units)
        rules.append((number, *place, *name, m.unit_cost_fen, m.document_line, brings))
    stage_rows(uow.session, "posting_rules", RULE_COLUMNS, rules)
    stage_rows(uow.session, "posting_serials", SERIAL_COLUMNS, serials)
    stage_rows(uow.session, "posting_units", UNIT_COLUMNS, [])
    uow.session.execute(
        text(
            "INSERT INTO posting_units (seq, movement_no, value, unit_id, is_new, place, item)"
            " SELECT s.seq, s.movement_no, s.value, COALESCE(i.unit_id, :first + s.seq),"
            " CASE WHEN i.unit_id IS NULL THEN 1 ELSE 0 END, u.account_id, u.commodity_id"
            " FROM posting_serials s JOIN posting_rules r ON r.movement_no = s.movement_no"
            " LEFT JOIN identifiers i ON i.kind = r.kind AND i.namespace = r.namespace"
            " AND i.value = s.value"
            " LEFT JOIN units u ON u.hall_id = :hall AND i.holder_hall_id = :hall"
            " AND u.id = i.unit_id AND u.closed = 0"
        ),
        {"hall": event.hall_id, "first": event.take_rows(len(serials))},
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
            "SELECT p.value, p.movement_no, p.is_new FROM posting_units p"
            " JOIN posting_rules r ON r.movement_no = p.movement_no"
            " WHERE (p.is_new = 1 AND r.brings_units = 0) OR (p.is_new = 0 AND"
            " (p.place IS NULL OR p.place <> r.credit_account OR p.item <> r.commodity_id))"
            " ORDER BY p.seq"
        )
    ).all()
    if not stray:
        return
    first = stray[0]
    credit = movements[first.movement_no].credit
    if not first.is_new and ACCOUNT_KINDS[credit.kind].brings_units:
        raise IdentifierTaken(serial=first.value, count=len(stray))
    raise UnitElsewhere(serial=first.value, place=_place(credit), count=len(stray))


def _create_units(uow: UnitOfWork, event: OpenEvent, day: dt.date) -> None:
    """Make the units and names of new serials, the names in their order."""
    session = uow.session
    new = "FROM posting_units p JOIN posting_rules r ON r.movement_no = p.movement_no"
    names = text(
        "INSERT INTO identifiers (kind, namespace, value, holder_hall_id, unit_id)"
        f" SELECT r.kind, r.namespace, p.value, :hall, p.unit_id {new}"
        " WHERE p.is_new = 1 ORDER BY r.kind, r.namespace, p.value"
    )
    try:
        with session.begin_nested():
            session.execute(names, {"hall": event.hall_id})
    except IntegrityError as error:
        taken = session.execute(
            text(
                f"SELECT p.value {new} JOIN identifiers i ON i.kind = r.kind"
                " AND i.namespace = r.namespace AND i.value = p.value"
                " WHERE p.is_new = 1 ORDER BY p.seq"
            )
        ).scalars()
        values = list(taken)
        raise IdentifierTaken(serial=values[0], count=len(values)) from error
    session.execute(
        text(
            "INSERT INTO units (hall_id, id, commodity_id, account_id, serial, cost_fen,"
            " opened_on, closed) SELECT :hall, p.unit_id, r.commodity_id, r.debit_account,"
            f" p.value, r.cost_fen, :day, 0 {new} WHERE p.is_new = 1 ORDER BY p.unit_id"
        ).bindparams(bindparam("day", type_=Date)),
        {"hall": event.hall_id, "day": day},
    )


def _move_known_units(uow: UnitOfWork, hall_id: int) -> None:
    """Move units by compare-and-set on the place they leave; the head lock keeps others out.

    `+ 0` keeps PostgreSQL from looking units up by their place, which after a large receipt and
    before the next ANALYZE looks selective and is not.
    """
    uow.session.execute(
        text(
            "UPDATE units AS u SET account_id = r.debit_account FROM posting_units p"
            " JOIN posting_rules r ON r.movement_no = p.movement_no"
            " WHERE u.hall_id = :hall AND u.id = p.unit_id AND p.is_new = 0"
            " AND u.closed = 0 AND u.account_id + 0 = r.credit_account"
        ),
        {"hall": hall_id},
    )


def _post_units(
    uow: UnitOfWork,
    event: OpenEvent,
    *,
    document_id: int,
    day: dt.date,
    movements: Sequence[Movement],
    units: list[int],
) -> list[Row]:
    """Make one posting for each staged serial, and take the same rows into the event's hash."""
    first = event.take_rows(len(units))
    uow.session.execute(
        text(
            "INSERT INTO postings (hall_id, event_no, id, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id)"
            " SELECT :hall, :event, :first + p.seq, :document, r.document_line, :day,"
            " r.commodity_id, r.debit_account, r.credit_account, 1, p.unit_id"
            " FROM posting_units p JOIN posting_rules r ON r.movement_no = p.movement_no"
            " ORDER BY p.seq"
        ).bindparams(bindparam("day", type_=Date)),
        {
            "hall": event.hall_id,
            "event": event.event_no,
            "first": first,
            "document": document_id,
            "day": day,
        },
    )
    posting_id = iter(range(first, first + len(units)))
    unit = iter(units)
    rows: list[Row] = []
    for m in movements:
        front = _front(document_id, m, day.isoformat())
        rows += [(next(posting_id), *front, 1, next(unit)) for _ in m.serials]
    event.digest(Base.metadata.tables["postings"], rows)
    return rows


def _move_balances(uow: UnitOfWork, hall_id: int, movements: Sequence[Movement]) -> None:
    """Add the summed movements to the balances in key order; missing rows start at zero.

    Rows are inserted first, since an upsert with a negative amount would trip the check although
    the row holds enough.
    """
    sums: Counter[tuple[int, int]] = Counter()
    sides = {}
    for m in movements:
        sums[m.debit.id, m.commodity.id] += m.quantity
        sums[m.credit.id, m.commodity.id] -= m.quantity
        sides.update({m.debit.id: m.debit.side, m.credit.id: m.credit.side})
    keys = sorted(sums)
    if not keys:
        return
    session = uow.session
    session.execute(
        text(
            "INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)"
            " VALUES (:hall, :account, :commodity, :side, 0) ON CONFLICT DO NOTHING"
        ),
        [{"hall": hall_id, "account": a, "commodity": c, "side": sides[a]} for a, c in keys],
    )
    update = text(
        "UPDATE balances SET amount = amount + :change"
        " WHERE hall_id = :hall AND account_id = :account AND commodity_id = :commodity"
        " AND side * (amount + :change) >= 0"
    )
    for account_id, commodity_id in keys:
        change = sums[account_id, commodity_id]
        key = {"hall": hall_id, "account": account_id, "commodity": commodity_id}
        moved = session.execute(update, {**key, "change": change})
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            raise _insufficient(uow, hall_id, movements, (account_id, commodity_id), change)


def _insufficient(
    uow: UnitOfWork, hall_id: int, movements: Sequence[Movement], key: tuple[int, int], change: int
) -> InsufficientBalance:
    account_id, commodity_id = key
    held = balance_of(uow, hall_id, account_id, commodity_id)
    item = next(m.commodity.code for m in movements if m.commodity.id == commodity_id)
    place = _place(_account(movements, account_id))
    return InsufficientBalance(place=place, item=item, held=held, wanted=-change)


def _account(movements: Sequence[Movement], account_id: object) -> Account:
    return next(a for m in movements for a in (m.credit, m.debit) if a.id == account_id)


def _place(account: Account) -> str:
    name = ACCOUNT_KINDS[account.kind].text
    holder = f" {account.holder}" if account.holder else ""
    return f"{name.zh}/{name.en}{holder}"
