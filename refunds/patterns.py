"""Patterns that the evidence of a day shows of its cases and claims (DOMAIN REF-05), by its audit.

Nothing is raised where the evidence cannot tell: who worked is seen by what he took, declared or
was given as float, a shift by his first and last line, a void and cash by their own records. Halls
where nothing can stand out are left alone; the others are read together, a fixed number of
statements however many.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall
from ledger.schema import microseconds
from ledger.times import HALL_TIME, midnight
from ledger.work import UnitOfWork
from refunds.claim_patterns import claims_that_stand_out
from refunds.claims_stage import NOT_A_CASE
from refunds.flags import Raised, raise_flags
from refunds.instruments import CASE_KINDS, INSTRUMENTS

WINDOW_DAYS = 30
FEWEST_CASES, FEWEST_OTHERS = 3, 3
AN_HOUR = 3_600_000_000
PAID_OUT = tuple(name for name, one in INSTRUMENTS.items() if one.pays_out)

_CASES = """
SELECT d.hall_id, d.id, 'document:' || d.number AS subject, d.kind, d.amount_fen AS amount,
       COALESCE(q.value, '') AS requester,
       (SELECT MIN(g.at) FROM signatures g
         WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'submit') AS asked_at,
       COALESCE(x.executor, '') AS executor, x.at AS executed_at, COALESCE(x.tender, '') AS tender
  FROM documents d
  LEFT JOIN refund_executions x ON x.hall_id = d.hall_id AND x.document_id = d.id
  LEFT JOIN document_facts q ON q.hall_id = d.hall_id AND q.document_id = d.id
       AND q.revision = d.revision AND q.name = 'requester'
"""
_CLAIMS = f"""evidence_refunds r
 WHERE r.hall_id IN :halls AND {{dates}} AND {CURRENT.format("r")} AND {NOT_A_CASE}"""
_TODAYS = _CLAIMS.format(dates="r.business_date = :on")
_OF_THE_DAY = f"""{_CASES}
 WHERE d.hall_id IN :halls AND d.business_date = :on AND d.kind IN {CASE_KINDS}
   AND d.state IN ('submitted', 'approved', 'posted')
UNION
{_CASES}
 WHERE d.hall_id IN :halls AND d.kind IN {CASE_KINDS} AND x.at >= :from_at AND x.at < :to_at
UNION
SELECT r.hall_id, CAST(NULL AS BIGINT), 'document:' || r.document_no, r.kind, r.amount, r.requester,
       r.requested_at, r.executor, r.executed_at, r.tender
  FROM {_TODAYS}
 ORDER BY 1, 7, 3
"""
_WITH_CASES = f"""
SELECT d.hall_id FROM documents d
 WHERE d.hall_id IN :halls AND d.business_date = :on AND d.kind IN {CASE_KINDS}
   AND d.state <> 'draft'
UNION
SELECT x.hall_id FROM refund_executions x
 WHERE x.hall_id IN :halls AND x.at >= :from_at AND x.at < :to_at
"""
# Claims by clerks whose lines of the day do not reach an hour before them and one after.
_OFF_SHIFT = f"""
WITH acts AS (
    SELECT r.hall_id, r.requester AS clerk, r.requested_at AS at FROM {_TODAYS}
     UNION
    SELECT r.hall_id, r.executor, r.executed_at FROM {_TODAYS} AND r.executed_at IS NOT NULL
), lines AS (
    SELECT a.hall_id, a.clerk, MIN(a.accepted_at) AS first_at, MAX(a.accepted_at) AS last_at
      FROM evidence_accounts a
     WHERE a.hall_id IN :halls AND a.business_date = :on AND a.line_kind <> 'correction'
       AND {CURRENT.format("a")}
     GROUP BY a.hall_id, a.clerk
)
SELECT DISTINCT c.hall_id
  FROM acts c LEFT JOIN lines s ON s.hall_id = c.hall_id AND s.clerk = c.clerk
 WHERE c.at >= :from_at AND c.at < :to_at
   AND (s.first_at IS NULL OR c.at < s.first_at - {AN_HOUR} OR c.at > s.last_at + {AN_HOUR})
"""
_CASH_OFF = f"""
SELECT DISTINCT r.hall_id FROM {_TODAYS} AND r.tender = 'cash' AND r.executed_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM findings f
                WHERE f.hall_id = r.hall_id AND f.business_date = r.business_date
                  AND f.check_code = 'C02' AND f.state <> 'recalculated')
   AND EXISTS (SELECT 1 FROM evidence_invoices v
                WHERE v.hall_id = r.hall_id AND v.status = 'void' AND v.business_date = :on)
"""
# Who gave back more than twice what the others did on average: nobody else can stand out.
_MUCH_BACK = f"""
SELECT DISTINCT hall_id FROM (
    SELECT r.hall_id, SUM(r.amount) AS back, COUNT(*) AS claims,
           MAX(CASE WHEN r.business_date = :on THEN 1 ELSE 0 END) AS today,
           SUM(SUM(r.amount)) OVER (PARTITION BY r.hall_id) AS all_back,
           COUNT(*) OVER (PARTITION BY r.hall_id) AS people
      FROM {_CLAIMS.format(dates="r.business_date > :since AND r.business_date <= :on")}
       AND r.kind IN {PAID_OUT} AND r.executed_at IS NOT NULL
     GROUP BY r.hall_id, r.requester) z
 WHERE today = 1 AND claims >= {FEWEST_CASES}
   AND (people = 1 OR back * (people - 1) > 2 * (all_back - back))
"""
_WORK = f"""
SELECT e.hall_id, e.person_id, MIN(e.number) AS number,
       SUM(CASE WHEN a.business_date = :on THEN 1 ELSE 0 END) AS lines_that_day,
       MIN(CASE WHEN a.business_date = :on THEN a.accepted_at END) AS first_at,
       MAX(CASE WHEN a.business_date = :on THEN a.accepted_at END) AS last_at,
       CAST(SUM(CASE WHEN a.received > 0 THEN a.received ELSE 0 END) AS BIGINT) AS taken
  FROM evidence_accounts a
  JOIN employments e ON e.hall_id = a.hall_id AND e.number = a.clerk
 WHERE a.hall_id IN :halls AND a.business_date > :since AND a.business_date <= :on
   AND a.line_kind <> 'correction' AND {CURRENT.format("a")}
 GROUP BY e.hall_id, e.person_id
"""
_OTHER_SIGNS = f"""
SELECT e.hall_id, e.person_id
  FROM evidence_declarations b
  JOIN employments e ON e.hall_id = b.hall_id AND e.number = b.clerk
 WHERE b.hall_id IN :halls AND b.business_date = :on AND {CURRENT.format("b")}
UNION
SELECT e.hall_id, e.person_id
  FROM opening_floats f
  JOIN employments e ON e.hall_id = f.hall_id AND e.number = f.clerk
 WHERE f.hall_id IN :halls AND f.business_date = :on
"""
_GIVEN_BACK = f"""
SELECT hall_id, requester, COUNT(*) AS cases, CAST(SUM(amount) AS BIGINT) AS back
  FROM (SELECT d.hall_id, q.value AS requester, d.amount_fen AS amount
          FROM documents d
          JOIN document_facts q ON q.hall_id = d.hall_id AND q.document_id = d.id
               AND q.revision = d.revision AND q.name = 'requester'
         WHERE d.hall_id IN :halls AND d.kind IN {PAID_OUT}
           AND d.state = 'posted' AND d.business_date > :since AND d.business_date <= :on
         UNION ALL
        SELECT r.hall_id, r.requester, r.amount
          FROM {_CLAIMS.format(dates="r.business_date > :since AND r.business_date <= :on")}
           AND r.kind IN {PAID_OUT} AND r.executed_at IS NOT NULL) z
 GROUP BY hall_id, requester
"""
_VOIDS = f"""
SELECT v.hall_id, v.invoice_code, v.invoice_no, v.issued_at, v.amount, e.person_id
  FROM evidence_invoices v
  JOIN employments e ON e.hall_id = v.hall_id AND e.number = v.clerk
 WHERE v.hall_id IN :halls AND v.status = 'void' AND v.issued_at >= :from_at
   AND v.issued_at < :to_at AND {CURRENT.format("v")}
 ORDER BY v.issued_at, v.invoice_no
"""
_CASH_DIFFERS = """
SELECT hall_id, subject, expected, found FROM findings
 WHERE hall_id IN :halls AND business_date = :on AND check_code = 'C02'
   AND state <> 'recalculated' AND subject LIKE 'tender:%/cash'
"""
_PERSONS = "SELECT hall_id, number, person_id FROM employments WHERE hall_id IN :halls"


@dataclass(frozen=True, slots=True)
class _Day:
    """What the evidence of one hall-day says of its cases and claims; persons by id."""

    hall_id: int
    cases: Sequence[Row[Any]]
    persons: Mapping[str, int]
    work: Mapping[int, Row[Any]]
    declared: frozenset[int]
    given_back: Sequence[Row[Any]]
    voids: Sequence[Row[Any]]
    cash_differs: Mapping[str, Row[Any]]
    instants: tuple[int, int]


Found = Iterable[tuple[Row[Any], str, Mapping[str, object]]]
"""A case, the pattern it shows, and the evidence."""


def look_for_patterns(uow: UnitOfWork, *, days: Iterable[tuple[Hall, dt.date]]) -> int:
    """Raise what the evidence of these days shows of their cases; gives how many flags stand."""
    halls: dict[dt.date, list[int]] = {}
    for hall, on in days:
        halls.setdefault(on, []).append(hall.id)
    found = 0
    for on, here in halls.items():
        raised = [*claims_that_stand_out(uow, here, on)]
        for day in _days(uow, here, on):
            raised += [
                Raised(day.hall_id, case.subject, pattern, evidence, case.id)
                for look in (_off_shift, _concentrated, _void_and_cash)
                for case, pattern, evidence in look(day)
            ]
        raise_flags(uow, raised)
        found += len(raised)
    return found


def _days(uow: UnitOfWork, halls: Sequence[int], on: dt.date) -> Iterator[_Day]:
    """Read what can stand out: halls with cases of the day, or claims that are worth a look."""
    asked = _Asked(uow, on)
    looked = sorted(
        {
            row.hall_id
            for sql in (_WITH_CASES, _OFF_SHIFT, _CASH_OFF, _MUCH_BACK)
            for row in asked.rows(sql, halls)
        }
    )
    if not looked:
        return
    cases, work = asked.by_hall(_OF_THE_DAY, looked), asked.by_hall(_WORK, looked)
    persons, declared = asked.by_hall(_PERSONS, looked), asked.by_hall(_OTHER_SIGNS, looked)
    given_back, voids = asked.by_hall(_GIVEN_BACK, looked), asked.by_hall(_VOIDS, looked)
    differs = asked.by_hall(_CASH_DIFFERS, looked)
    for hall_id in looked:
        yield _Day(
            hall_id=hall_id,
            cases=cases[hall_id],
            persons={row.number: row.person_id for row in persons[hall_id]},
            work={row.person_id: row for row in work[hall_id]},
            declared=frozenset(row.person_id for row in declared[hall_id]),
            given_back=given_back[hall_id],
            voids=voids[hall_id],
            cash_differs={row.subject: row for row in differs[hall_id]},
            instants=asked.instants,
        )


class _Asked:
    """Statements about a day, each asked of several halls at once."""

    def __init__(self, uow: UnitOfWork, on: dt.date) -> None:
        start = midnight(on)
        self._uow = uow
        self.instants = microseconds(start), microseconds(start + dt.timedelta(days=1))
        self._values = {
            "on": on.isoformat(),
            "since": (on - dt.timedelta(days=WINDOW_DAYS)).isoformat(),
            "from_at": self.instants[0],
            "to_at": self.instants[1],
        }

    def rows(self, sql: str, halls: Sequence[int]) -> Sequence[Row[Any]]:
        """Give the rows of a statement."""
        values = {name: value for name, value in self._values.items() if f":{name}" in sql}
        query = text(sql).bindparams(bindparam("halls", expanding=True))
        return self._uow.session.execute(query, {"halls": list(halls), **values}).all()

    def by_hall(self, sql: str, halls: Sequence[int]) -> dict[int, list[Row[Any]]]:
        """Give the rows of a statement by hall, in their order."""
        found: dict[int, list[Row[Any]]] = {hall: [] for hall in halls}
        for row in self.rows(sql, halls):
            found[row.hall_id].append(row)
        return found


def _off_shift(day: _Day) -> Found:
    """Give acts of counter clerks that lie outside what the day shows of their shift.

    An hour before the first and after the last line still belongs to it. Who takes no payments in
    a month, as a manager, has no shift that could be seen.
    """
    if not any(row.lines_that_day for row in day.work.values()):
        return
    low, high = day.instants
    for case in day.cases:
        acts = [("requester", case.requester, case.asked_at)]
        acts.append(("executor", case.executor, case.executed_at))
        for part, number, at in acts:
            person = day.persons.get(number)
            work = None if person is None else day.work.get(person)
            if work is None or at is None or not low <= at < high:
                continue
            told: dict[str, object] = {"part": part, "clerk": number, "at": _clock(at)}
            if not work.lines_that_day:
                if person not in day.declared:
                    yield case, "off_shift", told | {"lines": 0}
                    break
            elif not work.first_at - AN_HOUR <= at <= work.last_at + AN_HOUR:
                seen = {"first": _clock(work.first_at), "last": _clock(work.last_at)}
                yield case, "off_shift", told | seen
                break


def _concentrated(day: _Day) -> Found:
    """Give clerks who gave back more of what they took than mean + 3 sd of the hall's others.

    His own figure is left out of the mean: in a hall of ten or fewer none could pass it otherwise.
    """
    back: dict[int, int] = {}
    count: dict[int, int] = {}
    for row in day.given_back:
        person = day.persons.get(row.requester)
        if person is not None:
            back[person] = back.get(person, 0) + row.back
            count[person] = count.get(person, 0) + row.cases
    ratios = {
        person: Fraction(back.get(person, 0), row.taken)
        for person, row in day.work.items()
        if row.taken
    }
    for person, ratio in ratios.items():
        others = [other for one, other in ratios.items() if one != person]
        if count.get(person, 0) < FEWEST_CASES or len(others) < FEWEST_OTHERS:
            continue
        mean = sum(others, Fraction(0)) / len(others)
        spread = sum(((one - mean) ** 2 for one in others), Fraction(0)) / len(others)
        own = [
            case
            for case in day.cases
            if case.kind in PAID_OUT and day.persons.get(case.requester) == person
        ]
        if not own or ratio <= mean or (ratio - mean) ** 2 <= 9 * spread:
            continue
        evidence = {
            "clerk": day.work[person].number,
            "cases": count[person],
            "back_fen": back[person],
            "taken_fen": day.work[person].taken,
            "per_mille": int(ratio * 1000),
            "others_mean_per_mille": int(mean * 1000),
            "others": len(others),
            "days": WINDOW_DAYS,
        }
        yield own[-1], "clerk_concentration", evidence


def _void_and_cash(day: _Day) -> Found:
    """Give cases in cash with a void of the same clerk in the same hour and his cash off that day.

    When in the day the cash went missing nobody can tell: it is counted once.
    """
    cash = [case for case in day.cases if case.tender == "cash" and case.executed_at is not None]
    if not cash or not day.cash_differs:
        return
    numbers: dict[int, list[str]] = {}
    for number, person in day.persons.items():
        numbers.setdefault(person, []).append(number)
    for case in cash:
        executor = day.persons.get(case.executor)
        if executor is None:
            continue
        off = day.cash_differs.get(f"tender:{min(numbers[executor])}/cash")
        near = [
            one
            for one in day.voids
            if one.person_id == executor and abs(one.issued_at - case.executed_at) <= AN_HOUR
        ]
        if off is None or not near:
            continue
        evidence = {
            "clerk": case.executor,
            "computed_fen": off.expected,
            "declared_fen": off.found,
            "voids": [
                {"invoice": f"{one.invoice_code}/{one.invoice_no}", "at": _clock(one.issued_at)}
                for one in near
            ],
        }
        yield case, "void_and_cash", evidence


def _clock(at: int) -> str:
    when = dt.datetime.fromtimestamp(at // 1_000_000, HALL_TIME)
    return when.isoformat()
