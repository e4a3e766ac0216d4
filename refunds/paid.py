"""What was paid for a transaction, what went back already, and by which tenders.

Read from current evidence; cases of this system and claims loaded from files are counted once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.schema import EPOCH, MICROSECOND
from ledger.work import UnitOfWork
from refunds.errors import UnknownPayment
from refunds.instruments import OF_PAYMENTS

_LINES = text(
    f"""
SELECT a.accepted_at, a.clerk, a.subscriber, a.received, a.tender, a.serial
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.txn_no = :txn AND {CURRENT.format("a")}
 ORDER BY a.line_no
"""
)
_TENDERS = text(
    f"""
SELECT t.tender, t.amount
  FROM evidence_tenders t
 WHERE t.hall_id = :hall AND t.txn_no = :txn AND {CURRENT.format("t")}
"""
)
# Cases that stand, claims from files that are none of them, and reversals that name no document.
_RETURNED = text(
    f"""
SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM (
SELECT d.amount_fen AS amount
  FROM document_facts f
  JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id AND d.revision = f.revision
       AND d.kind IN {OF_PAYMENTS}
       AND d.state IN ('submitted', 'approved', 'posted')
 WHERE f.hall_id = :hall AND f.name = 'original_txn' AND f.value = :txn
UNION ALL
SELECT r.amount
  FROM evidence_refunds r
 WHERE r.hall_id = :hall AND r.original_txn_no = :txn AND {CURRENT.format("r")}
   AND r.kind IN {OF_PAYMENTS}
   AND NOT EXISTS (SELECT 1 FROM documents d
                    WHERE d.hall_id = r.hall_id AND d.number = r.document_no)
UNION ALL
SELECT -a.received
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.original_txn_no = :txn AND a.received < 0
   AND a.document_no = '' AND a.line_kind <> 'correction' AND {CURRENT.format("a")}) back
"""
)
_CARRIED_OUT = text(
    f"""
SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM (
SELECT d.amount_fen AS amount
  FROM document_facts f
  JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id AND d.revision = f.revision
       AND d.kind IN {OF_PAYMENTS} AND d.state = 'posted'
 WHERE f.hall_id = :hall AND f.name = 'original_txn' AND f.value = :txn
UNION ALL
SELECT r.amount
  FROM evidence_refunds r
 WHERE r.hall_id = :hall AND r.original_txn_no = :txn AND {CURRENT.format("r")}
   AND r.kind IN {OF_PAYMENTS} AND r.executed_at IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM documents d
                    WHERE d.hall_id = r.hall_id AND d.number = r.document_no)) gone
"""
)
_DEPOSITS = text(
    f"""
SELECT CAST(COALESCE(SUM(a.received), 0) AS BIGINT)
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.txn_no = :txn AND a.deposit = 1 AND {CURRENT.format("a")}
"""
)


@dataclass(frozen=True, slots=True)
class Payment:
    """A transaction as it was paid: when, to whom, in fen by tender, and what hangs on it.

    `returned_fen` is what went back or is asked back already, `carried_out_fen` what of it was
    carried out. `goods` are its serials with what was paid for each.
    """

    txn_no: str
    accepted_at: int
    clerk: str
    subscriber: str
    paid_fen: int
    returned_fen: int
    carried_out_fen: int
    deposit_fen: int
    tenders: dict[str, int] = field(default_factory=dict)
    goods: dict[str, int] = field(default_factory=dict)

    @property
    def left_fen(self) -> int:
        """Give what may still go back, in fen."""
        return self.paid_fen - self.returned_fen

    @property
    def services_fen(self) -> int:
        """Give what was paid for anything but goods with serials, in fen."""
        return self.paid_fen - sum(self.goods.values())

    @property
    def at(self) -> dt.datetime:
        """Give the time of the payment."""
        return EPOCH + self.accepted_at * MICROSECOND


def payment_of(uow: UnitOfWork, hall: Hall, txn_no: str) -> Payment:
    """Give what was paid for a transaction; raises UnknownPayment."""
    asked = {"hall": hall.id, "txn": txn_no}
    lines = uow.session.execute(_LINES, asked).all()
    if not lines or not txn_no:
        raise UnknownPayment(txn=txn_no)
    tenders: dict[str, int] = {}
    split = [(row.tender, row.amount) for row in uow.session.execute(_TENDERS, asked)]
    for tender, amount in split or [(line.tender, line.received) for line in lines]:
        if tender:
            tenders[tender] = tenders.get(tender, 0) + amount
    return Payment(
        txn_no=txn_no,
        accepted_at=lines[0].accepted_at,
        clerk=lines[0].clerk,
        subscriber=lines[0].subscriber,
        paid_fen=sum(line.received for line in lines),
        returned_fen=uow.session.scalar(_RETURNED, asked) or 0,
        carried_out_fen=uow.session.scalar(_CARRIED_OUT, asked) or 0,
        deposit_fen=uow.session.scalar(_DEPOSITS, asked) or 0,
        tenders=tenders,
        goods={line.serial: line.received for line in lines if line.serial},
    )
