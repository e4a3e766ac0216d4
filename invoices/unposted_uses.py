"""What the register says of a day's drawn numbers and the books do not follow, each with why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from invoices.use_stage import BLANK, ISSUED, RED, VOID
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

REASONS: dict[str, Text] = {
    "unknown": Text("本厅没有入库这个号码", "This hall has not received the number"),
    "other_hall": Text("号码在另一营业厅的账上", "The number is in another hall's books"),
    "lost": Text("号码已登记丢失并锁定", "The number is reported lost and locked"),
    "returned": Text("号码已缴销退回", "The number was handed back blank"),
    "used_before": Text("启用前已使用", "It was used before these books opened"),
    "void_incomplete": Text("作废缺联次或原因", "The void lacks copies or a reason"),
    "came_later": Text("票据在此日之后才入库", "The form came in after this day"),
    "otherwise": Text("账上已是另一状态", "The books have it in another state"),
    "waiting": Text(
        "尚未入账:待稽核运行或日期已关", "Not posted yet: no run since, or a closed day"
    ),
}
GOALS = {"issued": ISSUED, "red": RED, "void": VOID}

_STATED = f"""
SELECT e.invoice_code, e.invoice_no, e.clerk, e.status, e.copies, e.copies_recovered, e.void_reason,
       i.holder_hall_id, COALESCE(a.kind, '') AS kind, COALESCE(a.holder, '') AS holder,
       CAST(u.opened_on AS TEXT) AS opened_on
  FROM evidence_invoices e
  LEFT JOIN identifiers i ON i.kind = 'invoice' AND i.namespace = e.invoice_code
       AND i.value = e.invoice_no
  LEFT JOIN units u ON u.hall_id = e.hall_id AND i.holder_hall_id = e.hall_id AND u.id = i.unit_id
  LEFT JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
 WHERE e.hall_id = :hall AND e.business_date = :date AND length(e.invoice_no) <> 20
   AND {CURRENT.format("e")}
 ORDER BY e.issued_at, e.intake_no, e.row_no
"""


@dataclass(frozen=True, slots=True)
class UnpostedUse:
    """A registered number the books do not follow: its status there, and `reason` of REASONS.

    `place` and `holder` are where its unit is, '' where there is none.
    """

    invoice_code: str
    invoice_no: str
    clerk: str
    status: str
    reason: str
    place: str
    holder: str


def unposted_uses(uow: UnitOfWork, *, hall: Hall, date: dt.date) -> list[UnpostedUse]:
    """Give the numbers registered on a day that are not where the register has them, in order."""
    require(uow, hall.id, "forms", "view")
    asked = {"hall": hall.id, "date": date.isoformat()}
    last = {
        (row.invoice_code, row.invoice_no): row for row in uow.session.execute(text(_STATED), asked)
    }
    found = []
    for (code, number), row in sorted(last.items()):
        reason = _reason(row, hall, date)
        if reason:
            found.append(
                UnpostedUse(code, number, row.clerk, row.status, reason, row.kind, row.holder)
            )
    return found


def _reason(row: Any, hall: Hall, date: dt.date) -> str:
    if not row.kind:
        elsewhere = row.holder_hall_id is not None and row.holder_hall_id != hall.id
        return "other_hall" if elsewhere else "unknown"
    simple = {"invoice_lost": "lost", "department": "returned", "invoice_used": "used_before"}
    if row.kind in simple:
        return simple[row.kind]
    if row.kind == GOALS[row.status]:
        return ""
    lacks = (row.copies_recovered or 0) < (row.copies or 0) or not row.void_reason
    if row.status == "void" and lacks:
        return "void_incomplete"
    if row.kind in BLANK:
        return "came_later" if row.opened_on > date.isoformat() else "waiting"
    return "waiting" if row.status == "void" else "otherwise"
