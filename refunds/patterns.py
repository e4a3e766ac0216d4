"""Patterns that the evidence of a day shows of its cases (DOMAIN REF-05): raised by its audit.

Nothing is raised where the evidence cannot tell: who worked is seen by what he took, declared or
was given as float, a shift by his first and last line, a void and cash by their own records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.organisations import HALL_TIME, Hall
from ledger.schema import microseconds
from ledger.work import UnitOfWork
from refunds.flags import raise_flag
from refunds.instruments import CASE_KINDS

WINDOW_DAYS = 30
FEWEST_CASES, FEWEST_OTHERS = 3, 3
AN_HOUR = 3_600_000_000

_CASES = """
SELECT d.hall_id, d.id, d.number, d.amount_fen, COALESCE(q.value, '') AS requester,
       d.business_date AS asked_on,
       (SELECT MIN(g.at) FROM signatures g
         WHERE g.hall_id = d.hall_id AND g.document_id = d.id AND g.step = 'submit') AS asked_at,
       COALESCE(x.executor, '') AS executor, x.at AS executed_at, COALESCE(x.tender, '') AS tender
  FROM documents d
  LEFT JOIN refund_executions x ON x.hall_id = d.hall_id AND x.document_id = d.id
  LEFT JOIN document_facts q ON q.hall_id = d.hall_id AND q.document_id = d.id
       AND q.revision = d.revision AND q.name = 'requester'
"""
_OF_THE_DAY = text(
    f"""{_CASES}
 WHERE d.hall_id = :hall AND d.business_date = :on AND d.kind IN {CASE_KINDS}
   AND d.state IN ('submitted', 'approved', 'posted')
UNION
{_CASES}
 WHERE d.hall_id = :hall AND d.kind IN {CASE_KINDS} AND x.at >= :from_at AND x.at < :to_at
 ORDER BY 2
"""
)
_WITH_CASES = text(
    f"""
SELECT DISTINCT h.id FROM halls h
  JOIN documents d ON d.hall_id = h.id AND d.business_date = :on
 WHERE d.kind IN {CASE_KINDS} AND d.state <> 'draft' AND h.id IN :halls
UNION
SELECT h.id FROM halls h
  JOIN refund_executions x ON x.hall_id = h.id AND x.at >= :from_at AND x.at < :to_at
 WHERE h.id IN :halls
"""
).bindparams(bindparam("halls", expanding=True))
_WORK = text(
    f"""
SELECT e.person_id, MIN(e.number) AS number,
       SUM(CASE WHEN a.business_date = :on THEN 1 ELSE 0 END) AS lines_that_day,
       MIN(CASE WHEN a.business_date = :on THEN a.accepted_at END) AS first_at,
       MAX(CASE WHEN a.business_date = :on THEN a.accepted_at END) AS last_at,
       CAST(SUM(CASE WHEN a.received > 0 THEN a.received ELSE 0 END) AS BIGINT) AS taken
  FROM evidence_accounts a
  JOIN employments e ON e.hall_id = a.hall_id AND e.number = a.clerk
 WHERE a.hall_id = :hall AND a.business_date > :since AND a.business_date <= :on
   AND a.line_kind <> 'correction' AND {CURRENT.format("a")}
 GROUP BY e.person_id
"""
)
_OTHER_SIGNS = text(
    f"""
SELECT e.person_id
  FROM evidence_declarations b
  JOIN employments e ON e.hall_id = b.hall_id AND e.number = b.clerk
 WHERE b.hall_id = :hall AND b.business_date = :on AND {CURRENT.format("b")}
UNION
SELECT e.person_id
  FROM opening_floats f
  JOIN employments e ON e.hall_id = f.hall_id AND e.number = f.clerk
 WHERE f.hall_id = :hall AND f.business_date = :on
"""
)
_GIVEN_BACK = text(
    """
SELECT q.value AS requester, COUNT(*) AS cases, CAST(SUM(d.amount_fen) AS BIGINT) AS back
  FROM documents d
  JOIN document_facts q ON q.hall_id = d.hall_id AND q.document_id = d.id
       AND q.revision = d.revision AND q.name = 'requester'
 WHERE d.hall_id = :hall AND d.kind IN ('refund', 'deposit_return') AND d.state = 'posted'
   AND d.business_date > :since AND d.business_date <= :on
 GROUP BY q.value
"""
)
_VOIDS = text(
    f"""
SELECT v.invoice_code, v.invoice_no, v.issued_at, v.amount, e.person_id
  FROM evidence_invoices v
  JOIN employments e ON e.hall_id = v.hall_id AND e.number = v.clerk
 WHERE v.hall_id = :hall AND v.status = 'void' AND v.issued_at >= :from_at
   AND v.issued_at < :to_at AND {CURRENT.format("v")}
 ORDER BY v.issued_at, v.invoice_no
"""
)
_CASH_DIFFERS = text(
    """
SELECT subject, expected, found FROM findings
 WHERE hall_id = :hall AND business_date = :on AND check_code = 'C02'
   AND state <> 'recalculated' AND subject LIKE 'tender:%/cash'
"""
)
_PERSONS = text("SELECT number, person_id FROM employments WHERE hall_id = :hall")


@dataclass(frozen=True, slots=True)
class _Day:
    """What the evidence of one hall-day says; persons by id."""

    hall: Hall
    on: dt.date
    cases: Sequence[Row[Any]]
    persons: Mapping[str, int]
    work: Mapping[int, Row[Any]]
    declared: frozenset[int]

    @property
    def bounds(self) -> dict[str, object]:
        """The hall, the day, and its first and next instant in microseconds."""
        return {"hall": self.hall.id, "on": self.on.isoformat(), **_instants(self.on)}


def look_for_patterns(uow: UnitOfWork, *, days: Iterable[tuple[Hall, dt.date]]) -> int:
    """Raise what the evidence of these days shows of their cases; gives how many flags stand."""
    halls: dict[dt.date, dict[int, Hall]] = {}
    for hall, on in days:
        halls.setdefault(on, {})[hall.id] = hall
    found = 0
    for on, here in halls.items():
        asked = {"on": on.isoformat(), "halls": list(here), **_instants(on)}
        for hall_id in sorted(uow.session.scalars(_WITH_CASES, asked)):
            found += _look(uow, _read(uow, here[hall_id], on))
    return found


def _read(uow: UnitOfWork, hall: Hall, on: dt.date) -> _Day:
    asked: dict[str, object] = {"hall": hall.id, "on": on.isoformat()}
    window = {**asked, "since": (on - dt.timedelta(days=WINDOW_DAYS)).isoformat()}
    return _Day(
        hall=hall,
        on=on,
        cases=uow.session.execute(_OF_THE_DAY, {**asked, **_instants(on)}).all(),
        persons=dict(uow.session.execute(_PERSONS, {"hall": hall.id}).all()),
        work={row.person_id: row for row in uow.session.execute(_WORK, window)},
        declared=frozenset(uow.session.scalars(_OTHER_SIGNS, asked)),
    )


def _look(uow: UnitOfWork, day: _Day) -> int:
    found = [
        *_off_shift(day),
        *_concentrated(uow, day),
        *_void_and_cash(uow, day),
    ]
    for document_id, pattern, evidence in found:
        raise_flag(uow, day.hall, document_id, pattern, evidence)
    return len(found)


def _off_shift(day: _Day) -> Iterable[tuple[int, str, Mapping[str, object]]]:
    """Give acts of counter clerks that lie outside what the day shows of their shift.

    An hour before the first and after the last line still belongs to it. Who takes no payments in
    a month, as a manager, has no shift that could be seen.
    """
    if not any(row.lines_that_day for row in day.work.values()):
        return
    low, high = _instants(day.on).values()
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
                    yield case.id, "off_shift", told | {"lines": 0}
                    break
            elif not work.first_at - AN_HOUR <= at <= work.last_at + AN_HOUR:
                seen = {"first": _clock(work.first_at), "last": _clock(work.last_at)}
                yield case.id, "off_shift", told | seen
                break


def _concentrated(uow: UnitOfWork, day: _Day) -> Iterable[tuple[int, str, Mapping[str, object]]]:
    """Give clerks who gave back more of what they took than mean + 3 sd of the hall's others.

    His own figure is left out of the mean: in a hall of ten or fewer none could pass it otherwise.
    """
    asked = {
        "hall": day.hall.id,
        "on": day.on.isoformat(),
        "since": (day.on - dt.timedelta(days=WINDOW_DAYS)).isoformat(),
    }
    back: dict[int, int] = {}
    count: dict[int, int] = {}
    for row in uow.session.execute(_GIVEN_BACK, asked):
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
        own = [case.id for case in day.cases if day.persons.get(case.requester) == person]
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


def _void_and_cash(uow: UnitOfWork, day: _Day) -> Iterable[tuple[int, str, Mapping[str, object]]]:
    """Give cases in cash with a void of the same clerk in the same hour and his cash off that day.

    When in the day the cash went missing nobody can tell: it is counted once.
    """
    cash = [case for case in day.cases if case.tender == "cash" and case.executed_at is not None]
    if not cash:
        return
    differs = {row.subject: row for row in uow.session.execute(_CASH_DIFFERS, day.bounds)}
    if not differs:
        return
    numbers: dict[int, list[str]] = {}
    for number, person in day.persons.items():
        numbers.setdefault(person, []).append(number)
    voids = uow.session.execute(_VOIDS, day.bounds).all()
    for case in cash:
        executor = day.persons.get(case.executor)
        if executor is None:
            continue
        off = differs.get(f"tender:{min(numbers[executor])}/cash")
        near = [
            one
            for one in voids
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
        yield case.id, "void_and_cash", evidence


def _instants(on: dt.date) -> dict[str, int]:
    start = dt.datetime.combine(on, dt.time(), HALL_TIME)
    return {
        "from_at": microseconds(start),
        "to_at": microseconds(start + dt.timedelta(days=1)),
    }


def _clock(at: int) -> str:
    when = dt.datetime.fromtimestamp(at // 1_000_000, HALL_TIME)
    return when.isoformat()
