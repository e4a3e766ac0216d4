"""Grants of the department that lighten the separation of duties, on dated days.

A small hall (小厅授权) has lighter duties as a whole, an exception (职责例外) lets one person do
two duties. Each is a posted document, and stands on every report of the days it covers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.actors import Employment
from ledger.dating import take_day
from ledger.documents import Document, DocumentKind, draft_document, find_document, register_kind
from ledger.duties.errors import GrantRefused
from ledger.duties.matrix import PAIRS
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

SMALL_HALL, EXCEPTION = "small_hall", "duty_exception"
MOST_PEOPLE = 5
LONGEST_SMALL_HALL = 366
LONGEST_EXCEPTION = 31
NAMES: dict[str, Text] = {
    SMALL_HALL: Text("小厅授权", "Small hall"),
    EXCEPTION: Text("职责例外", "Exception to separate duties"),
}

for _name, _letters in ((SMALL_HALL, "XT"), (EXCEPTION, "LW")):
    register_kind(DocumentKind(_name, _letters, NAMES[_name], "duties", moves_nothing=True))


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as reports print it; `holder` and `pair` are an exception's, '' otherwise."""

    kind: str
    number: str
    from_on: dt.date
    until_on: dt.date
    reason: str
    given_by: str
    text: Text
    holder: str = ""
    pair: str = ""


_GRANTS = text(
    """
SELECT d.kind, d.number, d.id, p.name AS given_by, d.state, d.business_date
  FROM document_facts g
  JOIN documents d ON d.hall_id = g.hall_id AND d.id = g.document_id AND d.revision = g.revision
       AND d.state IN ('posted', 'reversed')
  JOIN document_facts f ON f.hall_id = d.hall_id AND f.document_id = d.id
       AND f.revision = d.revision AND f.name = 'from_on' AND f.value <= :date
  JOIN document_facts u ON u.hall_id = d.hall_id AND u.document_id = d.id
       AND u.revision = d.revision AND u.name = 'until_on' AND u.value >= :date
  JOIN persons p ON p.id = d.maker_id
 WHERE g.hall_id = :hall AND g.name = 'grant'
   AND (d.state = 'posted'
        OR EXISTS (SELECT 1 FROM events e
                    WHERE e.hall_id = d.hall_id AND e.act = 'document.reversed'
                      AND e.subject = 'document:' || d.number AND e.business_date > :day))
 ORDER BY d.id
"""
)
# Who works in the hall; its auditor, and who is above it, do not count.
_PEOPLE = text(
    """
SELECT COUNT(DISTINCT e.person_id)
  FROM employments e
  JOIN role_grants g ON g.hall_id = e.hall_id AND g.number = e.number
 WHERE e.hall_id = :hall AND e.kind = 'person'
   AND e.valid_from <= :date AND e.valid_to >= :date
   AND g.valid_from <= :date AND g.valid_to >= :date
   AND g.role IN ('clerk', 'stock_keeper', 'invoice_keeper', 'hall_manager', 'duty_manager')
"""
)


def people_of(uow: UnitOfWork, hall_id: int, date: dt.date) -> int:
    """Give how many persons work in the hall on a day, its auditor apart."""
    asked = {"hall": hall_id, "date": date.isoformat()}
    return int(uow.session.execute(_PEOPLE, asked).scalar_one())


def grants_in_force(uow: UnitOfWork, hall_id: int, date: dt.date) -> tuple[Grant, ...]:
    """Give the grants that hold in a hall on a day, the earliest first.

    One that was ended holds for the days before its end; a small hall's holds no longer on a day on
    which more people work there than it allows.
    """
    found = []
    asked = {"hall": hall_id, "date": date.isoformat(), "day": date.isoformat()}
    for row in uow.session.execute(_GRANTS, asked).all():
        facts = _facts(uow, hall_id, row.id)
        if row.kind == SMALL_HALL and people_of(uow, hall_id, date) > MOST_PEOPLE:
            continue
        found.append(
            Grant(
                kind=row.kind,
                number=row.number,
                from_on=dt.date.fromisoformat(facts["from_on"]),
                until_on=dt.date.fromisoformat(facts["until_on"]),
                reason=facts["reason"],
                given_by=row.given_by,
                text=_tell(row.kind, row.number, row.given_by, facts),
                holder=facts.get("holder", ""),
                pair=facts.get("pair", ""),
            )
        )
    return tuple(found)


def small_hall(uow: UnitOfWork, hall_id: int, date: dt.date) -> Grant | None:
    """Give the grant by which the hall is a small one on a day, None where it is not."""
    grants = grants_in_force(uow, hall_id, date)
    return next((grant for grant in grants if grant.kind == SMALL_HALL), None)


def grant_small_hall(
    uow: UnitOfWork, *, hall: Hall, from_on: dt.date, until_on: dt.date, reason: str
) -> Document:
    """Let a hall of at most five people have the lighter duties of a small one.

    An act of the department, a year at most and never backwards. Raises GrantRefused, NotPermitted.
    """
    require(uow, hall.id, "duties", "submit")
    people = people_of(uow, hall.id, max(from_on, uow.today))
    if people > MOST_PEOPLE:
        raise GrantRefused(
            problem=Text(
                f"本厅 {people} 人,超过 {MOST_PEOPLE} 人",
                f"{people} people work here, more than {MOST_PEOPLE}",
            )
        )
    facts = {"people": str(people)}
    return _grant(
        uow, hall, _Term(SMALL_HALL, from_on, until_on, LONGEST_SMALL_HALL), reason, facts
    )


def grant_exception(
    uow: UnitOfWork,
    *,
    hall: Hall,
    holder: str,
    pair: str,
    from_on: dt.date,
    until_on: dt.date,
    reason: str,
) -> Document:
    """Let the holder of a staff number do both duties of `pair` (`cashier/audits`) for a while.

    An act of the department, 31 days at most. Nobody is excepted from the rules for his own
    documents. Raises GrantRefused and NotPermitted.
    """
    require(uow, hall.id, "duties", "submit")
    if pair not in PAIRS:
        known = ", ".join(PAIRS)
        raise GrantRefused(problem=Text(f"职责须为 {known} 之一", f"the duties are one of {known}"))
    employment = uow.session.get(Employment, (hall.id, holder))
    if employment is None or employment.kind != "person":
        raise GrantRefused(problem=Text(f"没有工号 {holder}", f"nobody has number {holder}"))
    if employment.person_id == uow.actor.person_id:
        raise GrantRefused(problem=Text("不能给自己开例外", "not for oneself"))
    facts = {"holder": holder, "pair": pair}
    return _grant(uow, hall, _Term(EXCEPTION, from_on, until_on, LONGEST_EXCEPTION), reason, facts)


def end_grant(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """End a grant today, before its last day; it stays on the reports of the days it covered."""
    document = find_document(uow, hall.id, number)
    if document.kind not in NAMES:
        raise GrantRefused(problem=Text(f"{number} 不是授权", f"{number} is no grant"))
    if not reason.strip():
        raise GrantRefused(problem=Text("须写明原因", "it needs a reason"))
    return advance(uow, document, "reverse", reason=reason.strip(), on=take_day(uow, hall, None))


@dataclass(frozen=True, slots=True)
class _Term:
    kind: str
    from_on: dt.date
    until_on: dt.date
    longest: int


def _grant(
    uow: UnitOfWork, hall: Hall, term: _Term, reason: str, facts: dict[str, str]
) -> Document:
    today, from_on, until_on = take_day(uow, hall, None), term.from_on, term.until_on
    if from_on < today or until_on < from_on or (until_on - from_on).days >= term.longest:
        raise GrantRefused(
            problem=Text(
                f"日期须自 {today} 起,最长 {term.longest} 天",
                f"from {today} on, {term.longest} days at most",
            )
        )
    if not reason.strip():
        raise GrantRefused(problem=Text("须写明原因", "it needs a reason"))
    document = draft_document(
        uow, hall_id=hall.id, kind=term.kind, business_date=today, remark=reason.strip()
    )
    stated = {
        "grant": term.kind,
        "from_on": from_on.isoformat(),
        "until_on": until_on.isoformat(),
        "reason": reason.strip(),
        **facts,
    }
    return advance(uow, document, "submit", facts=stated, reason=reason.strip())


def _facts(uow: UnitOfWork, hall_id: int, document_id: int) -> dict[str, str]:
    rows = uow.session.execute(
        text("SELECT name, value FROM document_facts WHERE hall_id = :hall AND document_id = :id"),
        {"hall": hall_id, "id": document_id},
    )
    return {row.name: row.value for row in rows}


def _tell(kind: str, number: str, given_by: str, facts: dict[str, str]) -> Text:
    dates = f"{facts['from_on']} – {facts['until_on']}"
    reason = facts["reason"]
    if kind == SMALL_HALL:
        return Text(
            f"小厅授权 {number}({dates},{given_by} 批):片区稽核,可远程;库管可兼营业员,不兼稽核;"
            f"保险柜由经理、值班经理、库管任两人开;交接班两人签,次日 12:00 前补签监交。"
            f"原因:{reason}",
            f"Small hall, grant {number} ({dates}, by {given_by}): audited by the area,"
            " also from afar; the keeper may be a clerk, never auditor; the safe is opened by any"
            " two of manager, duty manager and keeper; hand-overs are signed by two and"
            " countersigned by next noon."
            f" Reason: {reason}",
        )
    pair = PAIRS[facts["pair"]]
    return Text(
        f"职责例外 {number}({dates},{given_by} 批):{facts['holder']} 可同日{pair.zh}。"
        f"原因:{reason}",
        f"Exception {number} ({dates}, by {given_by}): {facts['holder']} may {pair.en} on one day."
        f" Reason: {reason}",
    )
