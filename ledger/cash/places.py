"""The accounts money is in, and what stands in a drawer or the safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from ledger.accounts import Account, open_account, yuan
from ledger.actors import Employment, RoleGrant
from ledger.balances import balance_of
from ledger.documents import Line
from ledger.organisations import Hall
from ledger.permissions import PERMISSIONS
from ledger.work import UnitOfWork

RECEIVERS = frozenset({"stock_keeper", "duty_manager", "hall_manager"})
"""Who may take money into the safe or along to the bank."""


def drawer_of(uow: UnitOfWork, hall_id: int, clerk: str) -> Account:
    """Give the drawer of a staff number."""
    return open_account(uow, hall_id, "drawer", clerk)


def held_in(uow: UnitOfWork, account: Account) -> int:
    """Give the fen an account holds by the books."""
    return balance_of(uow, account.hall_id, account.id, yuan(uow).id)


def takings_line(uow: UnitOfWork, hall_id: int, number: str, gap: int) -> Line:
    """Give the line of a difference, in fen, in takings that no drawer of the books held.

    Short, some of them never came; over, more came than was taken.
    """
    over_short = open_account(uow, hall_id, "over_short", number)
    takings = open_account(uow, hall_id, "takings")
    debit, credit = (takings, over_short) if gap > 0 else (over_short, takings)
    return Line(yuan(uow), debit, credit, abs(gap))


def person_of(uow: UnitOfWork, hall: Hall, number: str) -> int | None:
    """Give the person behind a staff number, None where there is none."""
    employed = uow.session.get(Employment, (hall.id, number))
    return None if employed is None else employed.person_id


def may_receive(uow: UnitOfWork, hall: Hall, number: str, on: dt.date) -> bool:
    """Tell whether the holder of a staff number may take money over on that day."""
    roles = uow.session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.hall_id == hall.id,
            RoleGrant.number == number,
            RoleGrant.valid_from <= on,
            RoleGrant.valid_to >= on,
        )
    )
    return bool(RECEIVERS & set(roles))


def receivers_of(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[str]:
    """Give the staff numbers whose holders may take money over on that day, in order."""
    query = select(RoleGrant.number).where(
        RoleGrant.hall_id == hall.id,
        RoleGrant.role.in_(RECEIVERS),
        RoleGrant.valid_from <= on,
        RoleGrant.valid_to >= on,
    )
    return sorted(set(uow.session.scalars(query)))


def clerks_of(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[str]:
    """Give the staff numbers of persons who work as clerks on that day, in order."""
    return _persons_in(uow, hall, on, {"clerk"})


def witnesses_of(uow: UnitOfWork, hall: Hall, on: dt.date) -> list[str]:
    """Give the staff numbers of persons who sign at the desk of cash on that day, in order."""
    return _persons_in(uow, hall, on, PERMISSIONS["cash", "view"])


def _persons_in(uow: UnitOfWork, hall: Hall, on: dt.date, roles: Collection[str]) -> list[str]:
    query = (
        select(RoleGrant.number)
        .join(
            Employment,
            (Employment.hall_id == RoleGrant.hall_id) & (Employment.number == RoleGrant.number),
        )
        .where(
            RoleGrant.hall_id == hall.id,
            RoleGrant.role.in_(roles),
            RoleGrant.valid_from <= on,
            RoleGrant.valid_to >= on,
            Employment.kind == "person",
        )
    )
    return sorted(set(uow.session.scalars(query)))
