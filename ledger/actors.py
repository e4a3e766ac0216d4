"""Persons, their dated staff numbers and roles; duties are held against persons, never numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.text import Text
from ledger.work import Actor, UnitOfWork

ROLES: dict[str, Text] = {
    "clerk": Text("营业员", "Clerk"),
    "stock_keeper": Text("库管", "Stock keeper"),
    "invoice_keeper": Text("票据管理员", "Invoice custodian"),
    "auditor": Text("稽核", "Auditor"),
    "hall_manager": Text("营业厅经理", "Hall manager"),
    "duty_manager": Text("值班经理", "Duty manager"),
    "department": Text("上级主管部门", "Superior department"),
    "finance": Text("财务", "Finance"),
    "admin": Text("系统管理员", "Administrator"),
}

END_OF_TIME = dt.date(9999, 12, 31)


class Person(Base):
    """One human in the whole group; `key` is the staff number he is known by first, HALL/NUMBER."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Employment(Base):
    """A staff number a person holds in a hall from a date on; `kind` may be a machine's."""

    __tablename__ = "employments"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str] = mapped_column(default="person")
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date] = mapped_column(default=END_OF_TIME)

    __table_args__ = (
        CheckConstraint("kind IN ('person', 'self_service', 'system')", name="kind_is_known"),
    )


class RoleGrant(Base):
    """A role a staff number carries in a hall between two dates."""

    __tablename__ = "role_grants"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date] = mapped_column(default=END_OF_TIME)


def actor_for(uow: UnitOfWork, person_id: int, on: dt.date) -> Actor:
    """Give the person as actor with the roles his staff numbers carry in each hall on that day."""
    person = uow.session.get_one(Person, person_id)
    rows = uow.session.execute(
        select(RoleGrant.hall_id, RoleGrant.role, RoleGrant.number)
        .join(
            Employment,
            (Employment.hall_id == RoleGrant.hall_id) & (Employment.number == RoleGrant.number),
        )
        .where(
            Employment.person_id == person_id,
            Employment.valid_from <= on,
            Employment.valid_to >= on,
            RoleGrant.valid_from <= on,
            RoleGrant.valid_to >= on,
        )
    ).all()
    roles: dict[int, set[str]] = {}
    for hall_id, role, _ in rows:
        roles.setdefault(hall_id, set()).add(role)
    numbers = sorted({number for _, _, number in rows})
    label = f"{person.name} {numbers[0]}" if numbers else person.name
    return Actor(
        person_id=person_id,
        label=label,
        roles={hall_id: frozenset(held) for hall_id, held in roles.items()},
    )


def own_numbers(uow: UnitOfWork, hall_id: int) -> frozenset[str]:
    """Give the staff numbers the actor's person holds in the hall."""
    query = select(Employment.number).where(
        Employment.hall_id == hall_id, Employment.person_id == uow.actor.person_id
    )
    return frozenset(uow.session.scalars(query))


def names_of(uow: UnitOfWork, hall_id: int) -> dict[str, str]:
    """Give staff number -> name for a hall."""
    rows = uow.session.execute(
        select(Employment.number, Person.name)
        .join(Person, Person.id == Employment.person_id)
        .where(Employment.hall_id == hall_id)
    )
    return dict(rows.all())


def names_of_persons(uow: UnitOfWork, ids: Iterable[int]) -> dict[int, str]:
    """Give person -> name."""
    rows = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return dict(rows.all())


def names_in(uow: UnitOfWork, labels: Iterable[str]) -> dict[str, str]:
    """Give label -> name, of the labels under which people acted: without their staff number.

    So a paper keeps the name somebody had when he signed.
    """
    parts = {label: label.rpartition(" ") for label in set(labels)}
    last = {number for _, _, number in parts.values()}
    known = set(uow.session.scalars(select(Employment.number).where(Employment.number.in_(last))))
    return {
        label: name if name and number in known else label
        for label, (name, _, number) in parts.items()
    }


def role_names(roles: Iterable[str]) -> list[Text]:
    """Give the names of roles in the order of the table above."""
    held = set(roles)
    return [text for role, text in ROLES.items() if role in held]
