"""One serialised thing and every name it has; a name is one unit's in the whole group, for life."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.work import UnitOfWork

IDENTIFIER_KINDS = ("imei", "meid", "iccid", "invoice", "sn", "card")


class Unit(Base):
    """A unit in one hall's books: what it is, where it is now, what it cost."""

    __tablename__ = "units"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    commodity_id: Mapped[int]
    account_id: Mapped[int]
    serial: Mapped[str]
    cost_fen: Mapped[int | None]
    opened_on: Mapped[dt.date]
    closed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_units_place", "hall_id", "account_id", "commodity_id"),)


class Identifier(Base):
    """A name of a unit: kind, namespace (item, code or brand; else empty) and value.

    The one table whose key does not begin with the hall: `holder_hall_id` is the authority on which
    hall's books the unit is in, and moves with the hall's document.
    """

    __tablename__ = "identifiers"

    kind: Mapped[str] = mapped_column(primary_key=True)
    namespace: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    holder_hall_id: Mapped[int]
    unit_id: Mapped[int]

    __table_args__ = (Index("ix_identifiers_unit", "holder_hall_id", "unit_id"),)


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
