"""What of a sale's invoices must be reversed before money of it goes back (INV-08, R04).

As much as goes back, of all sales its invoices bill together, but not what was never invoiced.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from refunds.paid import payment_of

Name = tuple[str, str]
"""An invoice's code and number."""

_INVOICES = text(
    f"""
SELECT e.invoice_code, e.invoice_no FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.txn_no = :txn AND {CURRENT.format("e")}
UNION
SELECT l.invoice_code, l.invoice_no FROM evidence_invoice_links l
 WHERE l.hall_id = :hall AND l.txn_no = :txn AND {CURRENT.format("l")}
UNION
SELECT a.invoice_code, a.invoice_no FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.txn_no = :txn AND a.invoice_no <> '' AND {CURRENT.format("a")}
"""
)
_REISSUES = text(
    f"""
SELECT e.invoice_code, e.invoice_no FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.original_no = :no AND e.original_code = :code
   AND e.basis = 'reissue' AND {CURRENT.format("e")}
"""
)
_STATES = text(
    f"""
SELECT e.status, SUM(e.amount) AS amount FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.invoice_no = :no AND e.invoice_code = :code
   AND {CURRENT.format("e")}
 GROUP BY e.issued_at, e.status
 ORDER BY e.issued_at DESC
 LIMIT 1
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
_BILLED = text(
    f"""
SELECT e.txn_no FROM evidence_invoices e
 WHERE e.hall_id = :hall AND e.invoice_no = :no AND e.invoice_code = :code AND e.txn_no <> ''
   AND {CURRENT.format("e")}
UNION
SELECT l.txn_no FROM evidence_invoice_links l
 WHERE l.hall_id = :hall AND l.invoice_no = :no AND l.invoice_code = :code
   AND {CURRENT.format("l")}
UNION
SELECT a.txn_no FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.invoice_no = :no AND a.invoice_code = :code
   AND {CURRENT.format("a")}
"""
)
_KNOWN = text("SELECT 1 FROM evidence_accounts WHERE hall_id = :hall AND txn_no = :txn LIMIT 1")


@dataclass(frozen=True, slots=True)
class Invoiced:
    """The invoices of a sale that are issued now, and all sales they bill; amounts in fen.

    `back_fen` is what of these sales was given back so far.
    """

    live: dict[Name, int]
    invoiced_fen: int
    reversed_fen: int
    paid_fen: int
    back_fen: int

    def lacks_fen(self, amount_fen: int) -> int:
        """Give how much more must be reversed before `amount_fen` goes back."""
        back = self.back_fen + amount_fen
        owed = min(back, self.invoiced_fen - (self.paid_fen - back))
        return max(0, owed - self.reversed_fen)


def invoiced_for(uow: UnitOfWork, hall: Hall, txn_no: str) -> Invoiced:
    """Give what is invoiced of a sale and of all that is billed with it."""
    live: dict[Name, int] = {}
    invoiced = undone = 0
    sales = {txn_no}
    for code, no in _invoices_of(uow, hall, txn_no):
        asked = {"hall": hall.id, "code": code, "no": no}
        now = uow.session.execute(_STATES, asked).first()
        if now is None or now.status != "issued":
            continue
        reds = uow.session.scalar(_REDS, asked) or 0
        invoiced, undone = invoiced + int(now.amount), undone + reds
        if reds < now.amount:
            live[code, no] = int(now.amount) - reds
        sales |= set(uow.session.scalars(_BILLED, asked))
    known = [one for one in sales if _is_known(uow, hall, one)]
    payments = [payment_of(uow, hall, one) for one in known]
    return Invoiced(
        live=live,
        invoiced_fen=invoiced,
        reversed_fen=undone,
        paid_fen=sum(one.paid_fen for one in payments),
        back_fen=sum(one.carried_out_fen for one in payments),
    )


def _invoices_of(uow: UnitOfWork, hall: Hall, txn_no: str) -> list[Name]:
    """Give the invoices linked to a sale, those made anew for another with them."""
    asked = {"hall": hall.id, "txn": txn_no}
    waiting = [(row.invoice_code, row.invoice_no) for row in uow.session.execute(_INVOICES, asked)]
    found: dict[Name, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            anew = {"hall": hall.id, "code": name[0], "no": name[1]}
            rows = uow.session.execute(_REISSUES, anew)
            waiting += [(row.invoice_code, row.invoice_no) for row in rows]
    return sorted(found)


def _is_known(uow: UnitOfWork, hall: Hall, txn_no: str) -> bool:
    return uow.session.execute(_KNOWN, {"hall": hall.id, "txn": txn_no}).first() is not None
