"""Which case a finding is about, so that its page can open it: by document, payment or adjustment.

A claim that only a file told of is no case of this system and has no page.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from refunds.instruments import CASE_KINDS

DOCUMENT, PAYMENT, ADJUSTMENT = "document:", "txn:", "adjustment:"

_NAMED_BY = {
    PAYMENT: f"""
SELECT DISTINCT e.txn_no AS told, e.document_no AS number FROM evidence_accounts e
 WHERE e.hall_id = :hall AND e.txn_no IN :told AND e.document_no <> '' AND {CURRENT.format("e")}""",
    ADJUSTMENT: f"""
SELECT DISTINCT e.adjustment_no AS told, e.document_no AS number FROM evidence_adjustments e
 WHERE e.hall_id = :hall AND e.row_key IN :told AND e.document_no <> ''
   AND {CURRENT.format("e")}""",
}
_CASES = text(
    "SELECT number FROM documents WHERE hall_id = :hall AND number IN :told"
    f" AND kind IN {CASE_KINDS}"
).bindparams(bindparam("told", expanding=True))


def cases_of_findings(uow: UnitOfWork, hall: Hall, subjects: Iterable[str]) -> dict[str, str]:
    """Give subject -> number of the case it is about; subjects about no case are left out."""
    named: dict[str, str] = {}
    by_kind: dict[str, list[str]] = {PAYMENT: [], ADJUSTMENT: []}
    for subject in subjects:
        kind, colon, told = subject.partition(":")
        if kind + colon == DOCUMENT:
            named[subject] = told
        elif kind + colon in by_kind:
            by_kind[kind + colon].append(told)
    for prefix, told_of in by_kind.items():
        if told_of:
            query = text(_NAMED_BY[prefix]).bindparams(bindparam("told", expanding=True))
            for row in uow.session.execute(query, {"hall": hall.id, "told": told_of}):
                named[prefix + row.told] = row.number
    if not named:
        return {}
    asked = {"hall": hall.id, "told": sorted(set(named.values()))}
    known = set(uow.session.scalars(_CASES, asked))
    return {subject: number for subject, number in named.items() if number in known}
