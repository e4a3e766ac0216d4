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
SELECT CAST(COALESCE(SUM(d.amount_fen), 0) AS BIGINT)
  FROM document_facts f
  JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id AND d.revision = f.revision
       AND d.kind IN {OF_PAYMENTS} AND d.state = 'posted'
 WHERE f.hall_id = :hall AND f.name = 'original_txn' AND f.value = :txn
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

    `returned_fen` is what went back or is asked back already, `carried_out_fen` the cases of it
    that were carried out.
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
    serials: tuple[str, ...] = ()

    @property
    def left_fen(self) -> int:
        """Give what may still go back, in fen."""
        return self.paid_fen - self.returned_fen

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
        serials=tuple(line.serial for line in lines if line.serial),
    )


_LIVE_INVOICES = text(
    f"""
SELECT e.invoice_code, e.invoice_no, e.status, e.amount, e.issued_at
  FROM evidence_invoices e
 WHERE e.hall_id = :hall AND {CURRENT.format("e")}
   AND (e.txn_no = :txn
        OR EXISTS (SELECT 1 FROM evidence_invoice_links l
                    WHERE l.hall_id = e.hall_id AND l.txn_no = :txn
                      AND l.invoice_code = e.invoice_code AND l.invoice_no = e.invoice_no
                      AND {CURRENT.format("l")})
        OR EXISTS (SELECT 1 FROM evidence_accounts a
                    WHERE a.hall_id = e.hall_id AND a.txn_no = :txn AND a.invoice_no <> ''
                      AND a.invoice_code = e.invoice_code AND a.invoice_no = e.invoice_no
                      AND {CURRENT.format("a")}))
 ORDER BY e.issued_at
"""
)
_REDS = text(
    f"""
SELECT CAST(COALESCE(SUM(ABS(e.amount)), 0) AS BIGINT)
  FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.original_no = :no AND e.original_code = :code
   AND e.status = 'red' AND {CURRENT.format("e")}
"""
)


def live_invoice_fen(uow: UnitOfWork, hall: Hall, txn_no: str) -> dict[tuple[str, str], int]:
    """Give (code, number) -> fen still live of each blue invoice of the transaction."""
    latest: dict[tuple[str, str], tuple[str, int]] = {}
    for row in uow.session.execute(_LIVE_INVOICES, {"hall": hall.id, "txn": txn_no}):
        latest[row.invoice_code, row.invoice_no] = (row.status, row.amount)
    live = {}
    for (code, no), (status, amount) in latest.items():
        if status == "issued":
            asked = {"hall": hall.id, "code": code, "no": no}
            live[code, no] = amount - (uow.session.scalar(_REDS, asked) or 0)
    return live
