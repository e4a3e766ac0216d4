"""Where the candidates of a finding are looked for: the lines and findings around its subject."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from sqlalchemy import select, text

from ledger.audit.candidates import (
    MOST_LINES,
    MOST_OF_A_SORT,
    SORTS,
    Material,
    Piece,
    rank_candidates,
)
from ledger.audit.day import Candidate, FindingView
from ledger.audit.findings import Finding
from ledger.evidence.expected import CURRENT
from ledger.work import UnitOfWork

# A person's payments of the day by line, or by payment row where a transaction has some.
PAYMENTS = f"""
SELECT a.txn_no, a.tender, a.received AS amount, a.subscriber, a.business
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.business_date = :date AND a.line_kind <> 'correction'
   AND a.clerk IN (SELECT o.number FROM employments e
                     JOIN employments o ON o.hall_id = e.hall_id AND o.person_id = e.person_id
                    WHERE e.hall_id = :hall AND e.number = :clerk
                    UNION SELECT :clerk)
   AND {CURRENT.format("a")}
   AND NOT EXISTS (SELECT 1 FROM evidence_tenders t
                    WHERE t.hall_id = a.hall_id AND t.txn_no = a.txn_no AND {CURRENT.format("t")})
 UNION ALL
SELECT h.txn_no, t.tender, t.amount, h.subscriber, h.business
  FROM (SELECT a.hall_id, a.txn_no, MAX(a.subscriber) AS subscriber, MAX(a.business) AS business
          FROM evidence_accounts a
         WHERE a.hall_id = :hall AND a.business_date = :date AND a.line_kind <> 'correction'
           AND a.clerk IN (SELECT o.number FROM employments e
                             JOIN employments o ON o.hall_id = e.hall_id
                                  AND o.person_id = e.person_id
                            WHERE e.hall_id = :hall AND e.number = :clerk
                            UNION SELECT :clerk)
           AND {CURRENT.format("a")}
         GROUP BY a.hall_id, a.txn_no) h
  JOIN evidence_tenders t ON t.hall_id = h.hall_id AND t.txn_no = h.txn_no
 WHERE {CURRENT.format("t")}
 ORDER BY 1, 2, 3
"""
LINES = f"""
SELECT a.due, a.discount, a.prepaid, a.received
  FROM evidence_accounts a
 WHERE a.hall_id = :hall AND a.txn_no = :txn AND a.line_kind <> 'correction'
   AND {CURRENT.format("a")}
 ORDER BY a.line_no
"""
# The checks whose differences answer each other when they are equal and opposite.
COUNTERPARTS: dict[str, tuple[str, ...]] = {
    "C02": ("C02",),
    "C03": ("C03",),
    "C05": ("C05",),
    "T01": ("T02",),
    "T02": ("T01",),
    "T03": ("T03", "T01", "T02"),
    "X01": ("X02",),
    "X02": ("X01",),
    "X03": ("X03", "X01", "X02"),
}


def find_candidates(
    uow: UnitOfWork, hall_id: int, date: dt.date, finding: FindingView
) -> tuple[Candidate, ...]:
    """Give the exact candidates of a finding; none where it compares no amounts."""
    if finding.difference is None or finding.expected is None:
        return ()
    if finding.in_pieces:
        return tuple(_mixed_up(uow, hall_id, date, finding))
    kind, _, rest = finding.subject.partition(":")
    counted: Sequence[Piece] = ()
    elsewhere: Sequence[Piece] = ()
    if finding.check == "C02":
        tender = rest.rpartition("/")[2]
        payments = _payments(uow, hall_id, date, finding.clerk)
        counted = [piece for used, piece in payments if used == tender]
        elsewhere = [piece for used, piece in payments if used != tender]
    elif kind == "txn" and "/" not in rest:
        counted = _line_amounts(uow, hall_id, rest)
    elif finding.check == "T02" and finding.found is not None:
        elsewhere = _same_amount(uow, hall_id, date, finding.found)
    material = Material(
        counted=counted,
        elsewhere=elsewhere,
        opposite=_opposite(uow, hall_id, date, finding),
        figures=[Piece(finding.subject, finding.expected)] if finding.expected else [],
    )
    return rank_candidates(finding.difference, material)


def _payments(uow: UnitOfWork, hall_id: int, date: dt.date, clerk: str) -> list[tuple[str, Piece]]:
    rows = uow.session.execute(
        text(PAYMENTS), {"hall": hall_id, "date": date.isoformat(), "clerk": clerk}
    )
    return [
        (tender, Piece(f"txn:{txn_no}", amount, f"{subscriber}/{business}" if subscriber else ""))
        for txn_no, tender, amount, subscriber, business in rows
    ]


def _line_amounts(uow: UnitOfWork, hall_id: int, txn_no: str) -> list[Piece]:
    """Give what one transaction is made of: each figure of each line may be the wrong one."""
    rows = uow.session.execute(text(LINES), {"hall": hall_id, "txn": txn_no})
    return [Piece(f"txn:{txn_no}", amount) for row in rows for amount in row if amount]


def _same_amount(uow: UnitOfWork, hall_id: int, date: dt.date, amount: int) -> list[Piece]:
    """Give the day's lines of just this amount in a tender that no channel settles."""
    rows = uow.session.execute(
        text(
            f"SELECT a.txn_no, a.received FROM evidence_accounts a"
            f" JOIN tenders k ON k.hall_id = a.hall_id AND k.code = a.tender"
            f" AND k.tender_class <> 'settled'"
            f" WHERE a.hall_id = :hall AND a.business_date = :date AND a.received = :amount"
            f" AND a.line_kind <> 'correction' AND {CURRENT.format('a')}"
            f" ORDER BY a.txn_no, a.line_no LIMIT {MOST_LINES}"
        ),
        {"hall": hall_id, "date": date.isoformat(), "amount": amount},
    )
    return [Piece(f"txn:{txn_no}", received) for txn_no, received in rows]


def _opposite(uow: UnitOfWork, hall_id: int, date: dt.date, finding: FindingView) -> list[Piece]:
    codes = COUNTERPARTS.get(finding.check, ())
    rows = uow.session.execute(
        select(Finding.subject, Finding.found - Finding.expected)
        .where(
            Finding.hall_id == hall_id,
            Finding.business_date == date,
            Finding.check_code.in_(codes),
            Finding.subject != finding.subject,
            Finding.state != "recalculated",
            Finding.found - Finding.expected == -(finding.difference or 0),
        )
        .order_by(Finding.clerk != finding.clerk, Finding.check_code, Finding.subject)
    )
    return [Piece(subject, difference or 0) for subject, difference in rows]


def _mixed_up(
    uow: UnitOfWork, hall_id: int, date: dt.date, finding: FindingView
) -> list[Candidate]:
    """Give what is missing where this is too many, or the other way: of one item, as many pieces.

    The same serial first, then the same place: goods lie at a colleague's, or were mixed up.
    """
    rows = uow.session.execute(
        select(Finding.subject, Finding.facts, Finding.found - Finding.expected).where(
            Finding.hall_id == hall_id,
            Finding.business_date == date,
            Finding.check_code == finding.check,
            Finding.subject != finding.subject,
            Finding.state != "recalculated",
            Finding.found - Finding.expected == -(finding.difference or 0),
        )
    )
    item, thing = str(finding.facts.get("item", "")), finding.subject.partition("/")[2]
    alike = [
        (subject.partition("/")[2] != thing, json.loads(facts)["place"], subject)
        for subject, facts, _ in rows
        if json.loads(facts).get("item") == item
    ]
    here = str(finding.facts.get("place", ""))
    found = sorted(alike, key=lambda one: (one[0], one[1] != here, one))[:MOST_OF_A_SORT]
    sorts = ("elsewhere_counted", "mixed_up")
    return [
        Candidate(sort=sorts[other], text=SORTS[sorts[other]], subjects=(subject,))
        for other, _, subject in found
    ]
