"""One serialised thing and every name it has; a name is one unit's in the whole group, for life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Index, PrimaryKeyConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.rows import stage_rows
from ledger.schema import Base
from ledger.work import UnitOfWork

IDENTIFIER_KINDS = ("imei", "meid", "iccid", "invoice", "sn", "card", "care")


class Unit(Base):
    """A unit in one hall's books: what it is, where it is now, what it cost.

    One that came from another hall names its unit there; it is closed once it has left for one.
    """

    __tablename__ = "units"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_id: Mapped[int]
    account_id: Mapped[int]
    serial: Mapped[str]
    cost_fen: Mapped[int | None]
    opened_on: Mapped[dt.date]
    closed: Mapped[bool] = mapped_column(default=False)
    came_from_hall: Mapped[int | None]
    came_from_unit: Mapped[int | None]

    __table_args__ = (
        Index("ix_units_place", "hall_id", "account_id", "commodity_id"),
        Index(
            "ix_units_left",
            "hall_id",
            "serial",
            sqlite_where=text("closed = 1"),
            postgresql_where=text("closed = 1"),
        ),
    )


class Identifier(Base):
    """A name of a unit: kind, namespace (item, code, brand or hall; else empty) and value.

    A name of kind `care` is a customer's own piece's, in the hall that takes care of it.

    The one table whose key does not begin with the hall: `holder_hall_id` is the authority on which
    hall's books the unit is in, and moves with the hall's document.
    """

    __tablename__ = "identifiers"

    kind: Mapped[str]
    namespace: Mapped[str]
    value: Mapped[str]
    holder_hall_id: Mapped[int]
    unit_id: Mapped[int]

    # By value first: what is scanned says neither its kind nor its namespace.
    __table_args__ = (
        PrimaryKeyConstraint("value", "kind", "namespace"),
        Index("ix_identifiers_unit", "holder_hall_id", "unit_id"),
    )


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """What a scanned name stands for: the unit under its own serial, and where it is now.

    A unit in another hall's books has no place and cost here: `account_id` and `cost_fen` are None,
    `place_kind` is ''.
    """

    value: str
    hall_id: int
    unit_id: int
    serial: str
    commodity_id: int
    item: str
    category: str
    account_id: int | None
    place_kind: str
    holder: str
    cost_fen: int | None


NAME_COLUMNS = (("value", "TEXT"),)
MANY = 200


def resolve_names(
    uow: UnitOfWork, hall_id: int, values: Iterable[str]
) -> dict[str, list[NamedUnit]]:
    """Give for each value that names one or several units of the group what it stands for.

    Any name will do; a few statements whatever the number of values. Of another hall's units only
    the hall is told, unless the actor sees that hall.
    """
    wanted = set(values)
    if not wanted or _are_far_from_all(uow, wanted):
        return {}
    stage_rows(uow.session, "wanted_names", NAME_COLUMNS, list(zip(wanted, strict=True)))
    rows = uow.session.execute(
        text(
            "SELECT w.value, i.holder_hall_id AS hall_id, i.unit_id,"
            " COALESCE(u.serial, i.value) AS serial, COALESCE(u.commodity_id, 0) AS commodity_id,"
            " COALESCE(c.code, '') AS item, COALESCE(c.category, '') AS category,"
            " CASE WHEN u.hall_id = :hall THEN a.id END AS account_id,"
            " CASE WHEN u.hall_id = :hall THEN a.kind ELSE '' END AS place_kind,"
            " CASE WHEN u.hall_id = :hall THEN a.holder ELSE '' END AS holder,"
            " CASE WHEN u.hall_id = :hall THEN u.cost_fen END AS cost_fen"
            " FROM wanted_names w JOIN identifiers i ON i.value = w.value"
            f" AND i.kind IN ({', '.join(repr(kind) for kind in IDENTIFIER_KINDS)})"
            " LEFT JOIN units u ON u.hall_id = i.holder_hall_id AND u.id = i.unit_id"
            " LEFT JOIN commodities c ON c.id = u.commodity_id"
            " LEFT JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id"
            " ORDER BY w.value, i.kind, i.namespace"
        ),
        {"hall": hall_id},
    )
    found: dict[str, list[NamedUnit]] = {}
    for row in rows:
        found.setdefault(row.value, []).append(NamedUnit(*row))
    return found


def _are_far_from_all(uow: UnitOfWork, wanted: Collection[str]) -> bool:
    """Whether no name lies between the first and the last of many numbers, as with new goods.

    Digits as many in each come in the same order in any database, whatever its language.
    """
    digits = "".join(wanted)
    if len(wanted) < MANY or not (digits.isascii() and digits.isdecimal()):
        return False
    if len(set(map(len, wanted))) > 1:
        return False
    between = (
        select(Identifier.value)
        .where(Identifier.value.between(min(wanted), max(wanted)))
        .order_by(Identifier.value)
        .limit(1)
    )
    return uow.session.scalar(between) is None


def find_units(uow: UnitOfWork, value: str) -> list[Unit]:
    """Give the units of the actor's halls that any identifier of this value names."""
    pairs = uow.session.execute(
        select(Identifier.holder_hall_id, Identifier.unit_id).where(
            Identifier.kind.in_(IDENTIFIER_KINDS), Identifier.value == value
        )
    ).all()
    found = [
        uow.session.get(Unit, (hall_id, unit_id))
        for hall_id, unit_id in pairs
        if uow.actor.sees(hall_id)
    ]
    return [unit for unit in found if unit is not None]
