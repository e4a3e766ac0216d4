"""Payments as they are looked for at the counter: a subscriber's own, and deposits held."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from refunds.paid import Payment, payment_of

LOOK_BACK = dt.timedelta(days=90)

_OF_NUMBER = text(
    f"""
SELECT DISTINCT a.txn_no, a.accepted_at
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.subscriber = :subscriber AND a.business_date > :since
   AND a.received > 0 AND {CURRENT.format("a")}
 ORDER BY a.accepted_at DESC
 LIMIT :limit
"""
)
_DEPOSITS = text(
    f"""
SELECT a.txn_no, MIN(a.business_date) AS taken_on
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.deposit = 1 AND a.received > 0 AND {CURRENT.format("a")}
 GROUP BY a.txn_no
 ORDER BY MIN(a.business_date), a.txn_no
"""
)


@dataclass(frozen=True, slots=True)
class DepositHeld:
    """A deposit by its payment: taken on a day, and how much of it is held still, in fen."""

    payment: Payment
    taken_on: dt.date

    @property
    def held_fen(self) -> int:
        """Give what is held still; what is asked back already is not."""
        return max(0, self.payment.deposit_fen - self.payment.returned_fen)


def payments_for(uow: UnitOfWork, hall: Hall, subscriber: str, *, limit: int = 10) -> list[Payment]:
    """Give a subscriber's payments of the last 90 days, the latest first; raises NotPermitted."""
    require(uow, hall.id, "refunds", "submit")
    if not subscriber:
        return []
    since = uow.today - LOOK_BACK
    asked = {"hall": hall.id, "subscriber": subscriber, "since": since.isoformat()}
    rows = uow.session.execute(_OF_NUMBER, {**asked, "limit": limit})
    return [payment_of(uow, hall, row.txn_no) for row in rows.all()]


def deposits_held(uow: UnitOfWork, hall: Hall) -> list[DepositHeld]:
    """Give the deposits of the hall, the oldest first, those given back too; NotPermitted."""
    require(uow, hall.id, "refunds", "view")
    rows = uow.session.execute(_DEPOSITS, {"hall": hall.id}).all()
    return [
        DepositHeld(
            payment_of(uow, hall, row.txn_no), dt.date.fromisoformat(str(row.taken_on)[:10])
        )
        for row in rows
    ]
