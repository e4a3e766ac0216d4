"""The one posting primitive: goods, money and numbered forms move by `post()` and in no other way.

Only this module writes postings, balances, units and identifiers. All units of a batch move in one
set-based statement by compare-and-set on the place they are in; the batch is refused as a whole if
one of them is elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import CheckConstraint, Index, Table, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.balances import Balance
from ledger.errors import Conflict
from ledger.events import OpenEvent
from ledger.hall_days import lock_open_day
from ledger.rows import Row, insert_rows, stage_rows
from ledger.schema import IMMUTABLE, Base
from ledger.text import Text
from ledger.units import Identifier, Unit
from ledger.work import UnitOfWork

NO_UNIT = 0
STAGE = "posting_stage"
STAGE_COLUMNS = [
    ("seq", "BIGINT"),
    ("commodity_id", "BIGINT"),
    ("debit_account", "BIGINT"),
    ("credit_account", "BIGINT"),
    ("kind", "TEXT"),
    ("namespace", "TEXT"),
    ("value", "TEXT"),
]
NAMED = "identifiers i ON i.kind = s.kind AND i.namespace = s.namespace AND i.value = s.value"


class UnitElsewhere(Conflict):
    """A serial is not where the document says it is."""

    code = "unit_elsewhere"
    text = Text(
        "串号 {serial} 不在{place}({count} 件不符),整单未入账。请核对串号与所在位置。",
        "Serial {serial} is not in {place} ({count} such); nothing was posted."
        " Check the serial and where it is.",
    )


class IdentifierTaken(Conflict):
    """A serial that should be new names a unit already."""

    code = "identifier_taken"
    text = Text(
        "重复入库:串号 {serial} 已登记(共 {count} 件),整单未入账。",
        "Serial {serial} is already registered ({count} such); nothing was posted.",
    )


class InsufficientBalance(Conflict):
    """An account would fall below zero."""

    code = "insufficient_balance"
    text = Text(
        "{place}的{item}不足:现有 {held},需要 {wanted}。",
        "{place} holds {held} of {item}, {wanted} are needed.",
    )


class UnitCountMismatch(Conflict):
    """A serialised item was moved without one serial for each piece."""

    code = "unit_count_mismatch"
    text = Text(
        "物品 {item} 按串号管理:数量 {quantity} 与串号个数 {serials} 不符。",
        "Item {item} is tracked by serial: {quantity} pieces but {serials} serials.",
    )


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

    Raises HallDayClosed, UnitElsewhere, IdentifierTaken, InsufficientBalance, UnitCountMismatch;
    then nothing is posted.
    """
    lock_open_day(uow, event.hall_id, business_date)
    staged = _stage(movements)
    units = _move_units(uow, event, business_date, movements, staged) if staged else []
    rows = _posting_rows(event, document_id, business_date, movements, units)
    event.insert(_table(Posting), rows)
    _move_balances(uow, event.hall_id, movements)
    return len(rows)


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _stage(movements: Sequence[Movement]) -> list[Row]:
    staged: list[Row] = []
    for movement in movements:
        serial_tracked = movement.commodity.tracking == "serial"
        if serial_tracked and len(movement.serials) != movement.quantity:
            raise UnitCountMismatch(
                item=movement.commodity.code,
                quantity=movement.quantity,
                serials=len(movement.serials),
            )
        if not serial_tracked:
            continue
        place = (movement.commodity.id, movement.debit.id, movement.credit.id)
        name = (movement.identifier_kind, movement.namespace)
        start = len(staged)
        staged += [(start + i, *place, *name, serial) for i, serial in enumerate(movement.serials)]
    return staged


def _move_units(
    uow: UnitOfWork,
    event: OpenEvent,
    day: dt.date,
    movements: Sequence[Movement],
    staged: list[Row],
) -> list[int]:
    """Move what is known, create what is new, and give the unit of each staged row in order."""
    _refuse_repeats(staged)
    stage_rows(uow.session, STAGE, STAGE_COLUMNS, staged)
    known = uow.session.execute(
        text(f"SELECT s.seq, i.unit_id FROM {STAGE} s JOIN {NAMED} ORDER BY s.seq")
    )
    units: list[int] = [NO_UNIT] * len(staged)
    for seq, unit_id in known:
        units[seq] = unit_id
    known_count = len(units) - units.count(NO_UNIT)
    if known_count:
        _move_known_units(uow, event.hall_id, movements, known_count)
    if known_count < len(units):
        _create_units(uow, event, day, movements, staged, units)
    return units


def _refuse_repeats(staged: list[Row]) -> None:
    seen: set[Row] = set()
    for row in staged:
        name = row[4:7]
        if name in seen:
            raise IdentifierTaken(serial=row[6], count=1)
        seen.add(name)


def _move_known_units(
    uow: UnitOfWork, hall_id: int, movements: Sequence[Movement], known_count: int
) -> None:
    here = (
        "u.hall_id = :hall AND u.id = i.unit_id AND i.holder_hall_id = :hall AND u.closed = 0"
        " AND u.account_id = s.credit_account AND u.commodity_id = s.commodity_id"
    )
    moved = uow.session.execute(
        text(
            "UPDATE units AS u SET account_id = s.debit_account"
            f" FROM {STAGE} s JOIN {NAMED} WHERE {here}"
        ),
        {"hall": hall_id},
    )
    if moved.rowcount == known_count:  # type: ignore[attr-defined]
        return
    stray = uow.session.execute(
        text(
            f"SELECT s.value, s.credit_account FROM {STAGE} s JOIN {NAMED}"
            " LEFT JOIN units u ON u.hall_id = :hall AND u.id = i.unit_id"
            " AND i.holder_hall_id = :hall AND u.closed = 0"
            " AND u.account_id = s.debit_account AND u.commodity_id = s.commodity_id"
            " WHERE u.id IS NULL ORDER BY s.seq"
        ),
        {"hall": hall_id},
    ).all()
    account = _account(movements, stray[0].credit_account)
    if ACCOUNT_KINDS[account.kind].brings_units:
        raise IdentifierTaken(serial=stray[0].value, count=len(stray))
    raise UnitElsewhere(serial=stray[0].value, place=_place(account), count=len(stray))


def _create_units(
    uow: UnitOfWork,
    event: OpenEvent,
    day: dt.date,
    movements: Sequence[Movement],
    staged: list[Row],
    units: list[int],
) -> None:
    """Make units and their names for rows that have none; only outside accounts bring new ones."""
    costs = [m.unit_cost_fen for m in movements for _ in m.serials]
    bringing = {m.credit.id for m in movements if ACCOUNT_KINDS[m.credit.kind].brings_units}
    new = [seq for seq, unit_id in enumerate(units) if unit_id == NO_UNIT]
    stray = [staged[seq] for seq in new if staged[seq][3] not in bringing]
    if stray:
        place = _place(_account(movements, stray[0][3]))
        raise UnitElsewhere(serial=stray[0][6], place=place, count=len(stray))
    first = event.take_rows(len(new))
    unit_rows: list[Row] = []
    names: list[Row] = []
    for unit_id, seq in enumerate(new, first):
        _, commodity, debit, _, kind, namespace, value = staged[seq]
        units[seq] = unit_id
        opened = day.isoformat()
        unit_rows.append((event.hall_id, unit_id, commodity, debit, value, costs[seq], opened, 0))
        names.append((kind, namespace, value, event.hall_id, unit_id))
    try:
        with uow.session.begin_nested():
            insert_rows(uow.session, _table(Identifier), _columns(Identifier), names)
    except IntegrityError as error:
        raise IdentifierTaken(serial=names[0][2], count=len(names)) from error
    insert_rows(uow.session, _table(Unit), _columns(Unit), unit_rows)


def _posting_rows(
    event: OpenEvent,
    document_id: int,
    day: dt.date,
    movements: Sequence[Movement],
    units: list[int],
) -> list[Row]:
    pieces = sum(len(m.serials) or 1 for m in movements)
    posting_id = event.take_rows(pieces)
    unit = iter(units)
    rows: list[Row] = []
    date = day.isoformat()
    for m in movements:
        front = (document_id, m.document_line, date, m.commodity.id, m.debit.id, m.credit.id)
        if m.serials:
            rows += [(posting_id + i, *front, 1, next(unit)) for i in range(len(m.serials))]
        else:
            rows.append((posting_id, *front, m.quantity, NO_UNIT))
        posting_id += len(m.serials) or 1
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
            raise _insufficient(uow, hall_id, movements, account_id, commodity_id, change)


def _insufficient(
    uow: UnitOfWork,
    hall_id: int,
    movements: Sequence[Movement],
    account_id: int,
    commodity_id: int,
    change: int,
) -> InsufficientBalance:
    held = uow.session.scalar(
        select(Balance.amount).where(
            Balance.hall_id == hall_id,
            Balance.account_id == account_id,
            Balance.commodity_id == commodity_id,
        )
    )
    item = next(m.commodity.code for m in movements if m.commodity.id == commodity_id)
    place = _place(_account(movements, account_id))
    return InsufficientBalance(place=place, item=item, held=held, wanted=-change)


def _account(movements: Sequence[Movement], account_id: object) -> Account:
    return next(a for m in movements for a in (m.credit, m.debit) if a.id == account_id)


def _place(account: Account) -> str:
    name = ACCOUNT_KINDS[account.kind].text
    holder = f" {account.holder}" if account.holder else ""
    return f"{name.zh}/{name.en}{holder}"


def _columns(model: type[Base]) -> list[str]:
    return [column.name for column in _table(model).columns]
