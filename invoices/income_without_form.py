"""Income for which no invoice was asked (未开票收入): lines flagged 未索票, by hall and clerk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork

WAIVED = f"""
SELECT a.hall_id, a.clerk, COUNT(DISTINCT a.txn_no), CAST(SUM(a.received) AS BIGINT)
  FROM evidence_accounts a
 WHERE a.hall_id IN :halls AND a.business_date BETWEEN :first AND :last
   AND a.invoice_waived = 1
   AND {CURRENT.format("a")}
 GROUP BY a.hall_id, a.clerk
 ORDER BY a.hall_id, a.clerk
"""


@dataclass(frozen=True, slots=True)
class WaivedIncome:
    """What one clerk took without an invoice: how many transactions, and fen less refunds."""

    hall: Hall
    clerk: str
    transactions: int
    fen: int


def waived_income(
    uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date
) -> list[WaivedIncome]:
    """Give the income of the days by hall and clerk for which the customer took no invoice.

    Read from the current account lines; what should have been invoiced and was not is a finding of
    the audit and does not stand here (DOMAIN INV-14).
    """
    if not halls:
        return []
    by_id = {hall.id: hall for hall in halls}
    query = text(WAIVED).bindparams(
        bindparam("halls", expanding=True),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
    )
    rows = uow.session.execute(query, {"halls": sorted(by_id), "first": first, "last": last})
    return [WaivedIncome(by_id[hall_id], *rest) for hall_id, *rest in rows]
