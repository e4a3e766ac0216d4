"""The tree of organisations; its leaves are the halls, each a tenant with its own books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Mapped, mapped_column

from ledger.errors import NotFound
from ledger.schema import EPOCH, MICROSECOND, Base
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork


class UnknownHall(NotFound):
    """No hall of that code, or none this actor may see."""

    code = "unknown_hall"
    text = Text(
        "没有编码为 {hall} 的营业厅。请先用 load 装入营业厅目录,或核对编码。",
        "There is no hall {hall}. Load its folder first, or check the code.",
    )


class Organisation(Base):
    """One node of the tree: headquarters, province, city or hall."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))

    __table_args__ = (
        CheckConstraint(
            "level IN ('headquarters', 'province', 'city', 'hall')", name="level_is_known"
        ),
    )


class Hall(Base):
    """A business hall: an organisation that keeps books. `id` is its organisation's."""

    __tablename__ = "halls"

    id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    books_open_on: Mapped[dt.date]


class HallHead(Base):
    """The row every writing act of a hall locks: last row number and head of the chain."""

    __tablename__ = "hall_heads"

    hall_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_row: Mapped[int] = mapped_column(default=0)
    last_event: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(default="")


def find_hall(uow: UnitOfWork, code: str) -> Hall:
    """Give the hall of that code if the actor may see it; raises UnknownHall."""
    return find_halls(uow, [code])[0]


def find_halls(uow: UnitOfWork, codes: Sequence[str]) -> list[Hall]:
    """Give the hall of each code; raises UnknownHall for the first the actor may not see."""
    named = select(Hall).where(Hall.code.in_(codes))
    found = {hall.code: hall for hall in uow.session.scalars(named)}
    for code in codes:
        if code not in found or not uow.actor.sees(found[code].id):
            raise UnknownHall(hall=code)
    return [found[code] for code in codes]


def lock_head(uow: UnitOfWork, hall_id: int) -> HallHead:
    """Lock the hall's head row; all writes of a hall line up here."""
    return lock_heads(uow, [hall_id])[hall_id]


def lock_heads(uow: UnitOfWork, hall_ids: Iterable[int]) -> dict[int, HallHead]:
    """Lock the head rows of halls in ascending order of id, so that nobody deadlocks."""
    wanted = sorted(set(hall_ids))
    statement = (
        select(HallHead)
        .where(HallHead.hall_id.in_(wanted))
        .order_by(HallHead.hall_id)
        .with_for_update()
    )
    heads = uow.session.scalars(statement, execution_options={"populate_existing": True})
    locked = {head.hall_id: head for head in heads}
    if len(locked) < len(wanted):
        raise NoResultFound(f"{len(wanted) - len(locked)} of {len(wanted)} halls have no head")
    return locked


def take_rows(uow: UnitOfWork, hall_id: int, count: int = 1) -> int:
    """Reserve `count` row numbers of the hall; gives the first. Numbers are never reused."""
    return take_rows_of(uow, {hall_id: count})[hall_id]


def take_rows_of(uow: UnitOfWork, counts: Mapping[int, int]) -> dict[int, int]:
    """Reserve so many row numbers of each hall; gives hall -> the first of them."""
    first: dict[int, int] = {}
    for hall_id, head in lock_heads(uow, counts).items():
        first[hall_id] = head.last_row + 1
        head.last_row += counts[hall_id]
    uow.session.flush()
    return first


def business_date(microseconds: int) -> dt.date:
    """Give the hall's calendar day of an instant in microseconds: 00:00 to 24:00 Asia/Shanghai."""
    return (EPOCH + microseconds * MICROSECOND).astimezone(HALL_TIME).date()
