"""Limits that several people use at once: one row for each, locked and added to in one UPDATE.

A use that would pass the limit changes nothing and is refused, so no two approvers pass it
together; never a sum followed by an insert.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from ledger.money import show_yuan
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import LimitPassed

LIMITS: dict[str, Text] = {
    "clerk": Text("营业员当日申请限额", "clerk's limit for the day"),
    "approver": Text("审批人当日限额", "approver's limit for the day"),
    "hall": Text("营业厅当日审批限额", "hall's limit for the day"),
    "unmasked": Text("当日查看完整号码次数", "full numbers seen that day"),
}

_MAKE = text(
    "INSERT INTO refund_limit_uses (hall_id, scope, subject, business_date, used_fen)"
    " VALUES (:hall, :scope, :subject, :on, 0)"
    " ON CONFLICT (hall_id, scope, subject, business_date) DO NOTHING"
)
_USE = text(
    "UPDATE refund_limit_uses SET used_fen = used_fen + :amount"
    " WHERE hall_id = :hall AND scope = :scope AND subject = :subject AND business_date = :on"
    " AND used_fen + :amount <= :limit"
)
_USED = text(
    "SELECT used_fen FROM refund_limit_uses"
    " WHERE hall_id = :hall AND scope = :scope AND subject = :subject AND business_date = :on"
)
_FREE = text(
    "UPDATE refund_limit_uses SET used_fen = used_fen - :amount"
    " WHERE hall_id = :hall AND scope = :scope AND subject = :subject AND business_date = :on"
    " AND used_fen >= :amount"
)


def use_limit(
    uow: UnitOfWork,
    *,
    hall_id: int,
    scope: str,
    subject: str,
    on: dt.date,
    amount_fen: int,
    limit_fen: int | None,
) -> int:
    """Add an amount to what is used of a limit that day, and give what is used then.

    Raises LimitPassed and adds nothing where it would be passed. Without a limit the use is kept
    all the same: one may be set later in the day.
    """
    row = {"hall": hall_id, "scope": scope, "subject": subject, "on": on.isoformat()}
    uow.session.execute(_MAKE, row)
    ceiling = 2**62 if limit_fen is None else limit_fen
    done = uow.session.execute(_USE, {**row, "amount": amount_fen, "limit": ceiling})
    used = uow.session.scalar(_USED, row) or 0
    if done.rowcount:  # type: ignore[attr-defined]
        return used
    raise LimitPassed(
        limit=LIMITS[scope],
        amount=show_yuan(ceiling),
        used=show_yuan(used),
        asked=show_yuan(amount_fen),
    )


def free_limit(
    uow: UnitOfWork, *, hall_id: int, scope: str, subject: str, on: dt.date, amount_fen: int
) -> None:
    """Give an amount back to a limit: the case was rejected, withdrawn or ran out of time."""
    row = {"hall": hall_id, "scope": scope, "subject": subject, "on": on.isoformat()}
    uow.session.execute(_FREE, {**row, "amount": amount_fen})


def used_of(uow: UnitOfWork, *, hall_id: int, scope: str, subject: str, on: dt.date) -> int:
    """Give how much of a limit is used that day, in fen."""
    row = {"hall": hall_id, "scope": scope, "subject": subject, "on": on.isoformat()}
    return uow.session.scalar(_USED, row) or 0
