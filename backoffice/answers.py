"""The answers that command line and API give alike, as plain JSON values.

Money is yuan with two decimals, as text; null where there is none. `audit show --json` and
`GET /api/v1/halls/HALL/days/DATE` are the same value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from ledger.audit.day import DayAudit, FindingView
from ledger.evidence.intake import IntakeResult
from ledger.evidence.readings import COUNTS
from ledger.hall_days import HallDay
from ledger.money import show_figure, show_yuan
from ledger.organisations import Hall, HallHead
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Language
from ledger.times import HALL_TIME
from ledger.verify import Difference
from ledger.work import UnitOfWork
from stock.sold_goods import REASONS, SoldLine

Payload = dict[str, object]


def day_payload(day: DayAudit, language: Language) -> Payload:
    """Give a hall-day as INTERFACES shows it: statuses, totals, checks that ran, findings."""
    return {
        "hall": day.hall,
        "date": day.date.isoformat(),
        "status": {"data": day.data_status, "audit": day.audit_status, "hall": day.hall_status},
        "totals": [
            {
                "clerk": total.clerk,
                "tender": total.tender,
                "computed": yuan(total.computed),
                "declared": yuan(total.declared),
                "difference": yuan(total.difference),
            }
            for total in day.totals
        ],
        "checks": [{"code": check.code, "findings": check.findings} for check in day.checks],
        "findings": [finding_payload(finding, language) for finding in day.findings],
    }


def finding_payload(finding: FindingView, language: Language) -> Payload:
    """Give a current finding; amounts are null where the check has none, pieces plain numbers."""
    return {
        "check": finding.check,
        "clerk": finding.clerk,
        "subject": finding.subject,
        "expected": figure(finding.expected, in_pieces=finding.in_pieces),
        "found": figure(finding.found, in_pieces=finding.in_pieces),
        "difference": figure(finding.difference, in_pieces=finding.in_pieces),
        "severity": finding.severity,
        "state": finding.state,
        "message": finding.message.in_language(language),
    }


def status_payload(day: HallDay) -> Payload:
    """Give a hall-day with its three statuses alone."""
    return {
        "date": day.business_date.isoformat(),
        "status": {"data": day.data_status, "audit": day.audit_status, "hall": day.hall_status},
    }


def signed_payload(uow: UnitOfWork, hall: Hall, date: dt.date) -> Payload:
    """Give a hall-day just signed: its statuses, and the head of the chain."""
    return signed_payloads(uow, [hall], date)[0]


def signed_payloads(uow: UnitOfWork, halls: Sequence[Hall], date: dt.date) -> list[Payload]:
    """Give the day of several halls, just signed in each."""
    ids = [hall.id for hall in halls]
    of_date = select(HallDay).where(HallDay.hall_id.in_(ids), HallDay.business_date == date)
    found = uow.session.scalars(of_date, execution_options={"populate_existing": True})
    days = {day.hall_id: day for day in found}
    heads = uow.session.scalars(select(HallHead).where(HallHead.hall_id.in_(ids)))
    chains = {head.hall_id: f"{head.last_event}:{head.head_hash}" for head in heads}
    return [
        {"hall": hall.code, **status_payload(days[hall.id]), "chain": chains[hall.id]}
        for hall in halls
    ]


def intake_payload(result: IntakeResult, file_name: str, language: Language) -> Payload:
    """Give what became of a file; `batch` is its number, `earlier` that it was here before."""
    return {
        "file": file_name,
        "batch": result.intake_no,
        "kind": result.kind,
        "layout": result.layout,
        "rows": result.row_count,
        "repeated": result.repeated_count,
        "unassigned": result.unassigned_count,
        "late": result.late_count,
        "sums": sums_payload(result.sums),
        "notes": [note.in_language(language) for note in result.notes],
        "earlier": result.earlier,
    }


def sums_payload(sums: Mapping[str, int]) -> Payload:
    """Give a file's sums: counts as numbers, amounts in yuan."""
    return {name: n if name in COUNTS else show_yuan(n) for name, n in sums.items()}


def difference_payload(difference: Difference, language: Language) -> Payload:
    """Give one place where the books are not what was written; `event` may be null."""
    return {
        "event": difference.event_no or None,
        "place": difference.place,
        "message": difference.text.in_language(language),
    }


def yuan(fen: int | None) -> str | None:
    """Give fen as yuan with two decimals, None for None."""
    return None if fen is None else show_yuan(fen)


def figure(amount: int | None, *, in_pieces: bool) -> str | None:
    """Give an amount in yuan, or a number of pieces as it is; None for None."""
    return None if amount is None else show_figure(amount, in_pieces=in_pieces)


def unconfirmed_payload(line: SoldLine, language: Language) -> Payload:
    """Give a line about goods that the books cannot follow, with where they have it and why."""
    return {
        "txn_no": line.txn_no,
        "line_no": line.line_no,
        "at": moment(EPOCH + line.accepted_at * MICROSECOND),
        "clerk": line.clerk,
        "sale": line.is_sale,
        "item": line.item,
        "serial": line.named,
        "quantity": line.quantity,
        "received": yuan(line.received),
        "place": line.place_kind,
        "holder": line.holder,
        "reason": line.reason,
        "message": REASONS[line.reason].in_language(language),
    }


def moment(at: dt.datetime | None) -> str | None:
    """Give a time as ISO 8601 in the hall's zone, to the second."""
    return None if at is None else at.astimezone(HALL_TIME).isoformat(timespec="seconds")
