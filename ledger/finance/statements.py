"""What a bundle states of its days, gathered for many halls at once and frozen as one text.

Each piece names its day, so that what is returned leaves and the rest stands as it was frozen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping as Mappable
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_

from ledger.actors import Person
from ledger.audit.day import DayAudit, FindingView
from ledger.audit.findings import FindingAct, SignedDay
from ledger.audit.snapshot import read_snapshot
from ledger.cash.cases import WAYS
from ledger.cash.tables import OverShortCase
from ledger.errors import BackofficeError
from ledger.events import Event, canonical
from ledger.finance.errors import TotalsUnexplained, Unmapped
from ledger.finance.grants import Grant, grants_on
from ledger.finance.mapping import CORRECTION, PENDING, Mapping, key_words
from ledger.finance.mapping_changes import MappingInForce, mappings_of
from ledger.finance.sums import DaySums, HallDate, Totals, sum_as_signed, totals_of
from ledger.finance.voucher import Entry, propose_voucher
from ledger.organisations import Hall
from ledger.text import PAPER_LANGUAGE, Language
from ledger.work import UnitOfWork

FORM = 1
SETTLING = {"overridden": "override", "settled": "settle"}
PAPER_CHECKS = ("X01", "X06", "R04", "P01", "P04", "C06", "D05")
"""Checks whose findings say that a paper is missing: a form, an invoice, a slip, a signature."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedContent:
    """A day as its auditor signed it: the event, the hash, and what the snapshot holds."""

    event_no: int
    hash: str
    audit: DayAudit


@dataclass(slots=True)
class Gathered:
    """Statements by hall, and the refusal of each hall that has none."""

    statements: dict[int, Json] = field(default_factory=dict)
    refused: dict[int, BackofficeError] = field(default_factory=dict)


def gather_statements(
    uow: UnitOfWork,
    wanted: Sequence[tuple[Hall, Sequence[dt.date]]],
    *,
    product: str,
    language: Language,
) -> Gathered:
    """Gather what bundles of these halls and days state; a hall that cannot be is refused alone.

    `language` is that of their papers, kept so that they are the same whenever they are printed.
    Refused with TotalsUnexplained and Unmapped.
    """
    days = [(hall.id, date) for hall, dates in wanted for date in dates]
    signed = signed_contents(uow, days)
    sums = sum_as_signed(
        uow,
        {key: one.event_no for key, one in signed.items()},
        {key: _signed_totals(one.audit) for key, one in signed.items()},
    )
    mappings = mappings_of(uow, [hall.id for hall, _ in wanted])
    told = _Told(
        acts=_acts(uow, signed),
        cases=_cases(uow, days),
        grants=_by_day(grants_on(uow, days)),
    )
    gathered = Gathered()
    for hall, dates in wanted:
        statement: Json = {
            "form": FORM,
            "product": product,
            "language": language,
            "hall": hall.code,
            "hall_name": hall.name,
            **{name: [] for name in PIECES},
        }
        try:
            for date in dates:
                key = (hall.id, date)
                _add_day(
                    statement,
                    hall,
                    date,
                    signed=signed[key],
                    sums=sums[key],
                    mapping=mappings.on(*key),
                    told=told.of(key),
                )
        except BackofficeError as refused:
            gathered.refused[hall.id] = refused
        else:
            gathered.statements[hall.id] = statement
    return gathered


PIECES = (
    *("days", "totals", "cases", "overrides", "settled", "grants", "missing", "voucher"),
    "goods",
)
"""What a statement is made of, day by day; one that was frozen earlier may lack the last."""


def write_statement(statement: Json) -> tuple[str, str]:
    """Give the canonical text of a statement, and its SHA-256."""
    written = canonical(statement)
    return written.decode(), hashlib.sha256(written).hexdigest()


def language_of(statement: Json) -> Language:
    """Give the language of a bundle's papers; those made before it could be chosen are Chinese."""
    return "en" if statement.get("language") == "en" else PAPER_LANGUAGE


def read_statement(stored: str, without: Sequence[dt.date] = ()) -> Json:
    """Give a frozen statement back, without the days that were returned."""
    statement: Json = json.loads(stored)
    gone = {date.isoformat() for date in without}
    for name in statement.keys() & set(PIECES):
        statement[name] = [piece for piece in statement[name] if piece["date"] not in gone]
    return statement


def signed_contents(uow: UnitOfWork, days: Sequence[HallDate]) -> dict[HallDate, SignedContent]:
    """Give the last signed snapshot of each hall-day that has one."""
    rows = uow.session.scalars(
        select(SignedDay)
        .where(
            tuple_(SignedDay.hall_id, SignedDay.business_date).in_(days),
            SignedDay.role == "auditor",
        )
        .order_by(SignedDay.hall_id, SignedDay.event_no)
    )
    last = {(row.hall_id, row.business_date): row for row in rows}
    return {
        key: SignedContent(row.event_no, row.hash, read_snapshot(row.snapshot))
        for key, row in last.items()
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What stands beside the snapshots, by hall-day."""

    acts: Mappable[HallDate, Mappable[tuple[str, str], Json]]
    cases: Mappable[HallDate, Sequence[OverShortCase]]
    grants: Mappable[HallDate, Sequence[Grant]]

    def of(self, key: HallDate) -> _ToldOfDay:
        return _ToldOfDay(self.acts.get(key, {}), self.cases.get(key, ()), self.grants.get(key, ()))


@dataclass(frozen=True, slots=True)
class _ToldOfDay:
    acts: Mappable[tuple[str, str], Json]
    cases: Sequence[OverShortCase]
    grants: Sequence[Grant]


def _add_day(
    statement: Json,
    hall: Hall,
    date: dt.date,
    *,
    signed: SignedContent,
    sums: DaySums,
    mapping: MappingInForce,
    told: _ToldOfDay,
) -> None:
    on = date.isoformat()
    _require_same_totals(hall, date, signed.audit, sums)
    entries, missing = propose_voucher(sums, mapping.mapping)
    if missing:
        raise Unmapped(hall=hall.code, date=date, keys=", ".join(missing))
    statement["days"].append(
        {
            "date": on,
            "signed_event": signed.event_no,
            "hash": signed.hash,
            "mapping": mapping.number,
        }
    )
    statement["totals"] += _totals(on, signed.audit)
    statement["cases"] += [_case(on, case, mapping.mapping) for case in told.cases]
    for name, state in (("overrides", "overridden"), ("settled", "settled")):
        statement[name] += [
            {**_finding(on, finding), **told.acts.get((finding.check, finding.subject), {})}
            for finding in signed.audit.findings
            if finding.state == state
        ]
    statement["grants"] += [
        {"date": on, "number": one.number, "zh": one.text.zh, "en": one.text.en}
        for one in told.grants
    ]
    statement["missing"] += [
        _finding(on, finding) for finding in signed.audit.findings if finding.check in PAPER_CHECKS
    ]
    statement["voucher"] += [voucher_line(on, entry) for entry in entries]
    statement["goods"] += [
        {
            "date": on,
            "category": one.category,
            "pieces": one.pieces,
            "fen": one.fen,
            "uncosted": one.uncosted,
        }
        for one in sums.sold
    ]


def voucher_line(on: str, entry: Entry) -> Json:
    """Give an entry as the statement holds it, amounts in fen."""
    return {
        "date": on,
        "part": entry.part,
        "key": entry.key,
        "clerk": entry.clerk,
        "account": entry.account,
        "name": entry.name.zh,
        "name_en": entry.name.en,
        "debit": entry.debit,
        "credit": entry.credit,
    }


def _require_same_totals(hall: Hall, date: dt.date, audit: DayAudit, sums: DaySums) -> None:
    signed, found = _signed_totals(audit), totals_of(sums)
    for clerk, tender in sorted(signed.keys() | found.keys()):
        if signed.get((clerk, tender)) != found.get((clerk, tender)):
            raise TotalsUnexplained(hall=hall.code, date=date, clerk=clerk, tender=tender)


def _signed_totals(audit: DayAudit) -> Totals:
    return {(t.clerk, t.tender): (t.computed, t.declared) for t in audit.totals}


def _totals(on: str, audit: DayAudit) -> list[Json]:
    """Sum the day by tender; over and short stand apart, as they are never netted."""
    found: list[Json] = []
    for tender in sorted({total.tender for total in audit.totals}):
        mine = [total for total in audit.totals if total.tender == tender]
        gaps = [total.difference or 0 for total in mine]
        found.append(
            {
                "date": on,
                "tender": tender,
                "computed": sum(total.computed for total in mine),
                "declared": sum(total.declared or 0 for total in mine),
                "undeclared": sum(total.computed for total in mine if total.declared is None),
                "over": sum(gap for gap in gaps if gap > 0),
                "short": sum(gap for gap in gaps if gap < 0),
            }
        )
    return found


def _case(on: str, case: OverShortCase, mapping: Mapping) -> Json:
    """Tell of a case, with the entries proposed by account code: the find, then what became."""
    fen = case.amount_fen
    keys = [(f"tender:{case.tender}", PENDING)]
    lines = [_pair(mapping, *keys[0], fen)]
    way = WAYS.get(case.way)
    if way is not None and way.by_slip:
        lines.append(_pair(mapping, CORRECTION, PENDING, -fen))
    elif way is not None:
        rule = mapping.rule_for(f"over_short:{case.way}")
        if rule is not None:
            lines.append(_named(mapping, rule.debit, rule.credit, abs(fen)))
    return {
        "date": on,
        "clerk": case.clerk,
        "tender": case.tender,
        "fen": fen,
        "state": case.state,
        "cause": case.cause,
        "way": case.way,
        "due_on": case.due_on.isoformat(),
        "note": case.note,
        "entries": [line for line in lines if line],
    }


def _pair(mapping: Mapping, asset: str, pending: str, fen: int) -> Json:
    debit, credit = (asset, pending) if fen > 0 else (pending, asset)
    debited, credited = mapping.rule_for(debit), mapping.rule_for(credit)
    if debited is None or credited is None:
        return {}
    return _named(mapping, debited.debit, credited.credit, abs(fen))


def _named(mapping: Mapping, debit: str, credit: str, fen: int) -> Json:
    debited, credited = (mapping.accounts.get(code, key_words(code)) for code in (debit, credit))
    return {
        "debit": debit,
        "debit_name": debited.zh,
        "debit_name_en": debited.en,
        "credit": credit,
        "credit_name": credited.zh,
        "credit_name_en": credited.en,
        "fen": fen,
    }


def _finding(on: str, finding: FindingView) -> Json:
    return {
        "date": on,
        "check": finding.check,
        "name": finding.name.zh,
        "name_en": finding.name.en,
        "subject": finding.subject,
        "clerk": finding.clerk,
        "expected": finding.expected,
        "found": finding.found,
        "difference": finding.difference,
        "in_pieces": finding.in_pieces,
        "state": finding.state,
    }


def _acts(
    uow: UnitOfWork, signed: Mappable[HallDate, SignedContent]
) -> dict[HallDate, dict[tuple[str, str], Json]]:
    """Give who let each difference stand, in which role and why: the last such act before it."""
    rows = uow.session.execute(
        select(FindingAct, Person.name, Event.facts)
        .join(Person, Person.id == FindingAct.person_id)
        .join(
            Event, (Event.hall_id == FindingAct.hall_id) & (Event.event_no == FindingAct.event_no)
        )
        .where(
            tuple_(FindingAct.hall_id, FindingAct.business_date).in_(list(signed)),
            FindingAct.act.in_(list(SETTLING.values())),
        )
        .order_by(FindingAct.hall_id, FindingAct.event_no)
    )
    found: dict[HallDate, dict[tuple[str, str], Json]] = {}
    for act, name, facts in rows:
        key = (act.hall_id, act.business_date)
        if act.event_no < signed[key].event_no:
            found.setdefault(key, {})[act.check_code, act.subject] = {
                "by": name,
                "role": str(json.loads(facts).get("role", "")),
                "reason": act.reason,
            }
    return found


def _cases(uow: UnitOfWork, days: Sequence[HallDate]) -> dict[HallDate, list[OverShortCase]]:
    rows = uow.session.scalars(
        select(OverShortCase)
        .where(
            tuple_(OverShortCase.hall_id, OverShortCase.business_date).in_(days),
            OverShortCase.state != "vanished",
        )
        .order_by(
            OverShortCase.hall_id,
            OverShortCase.business_date,
            OverShortCase.clerk,
            OverShortCase.tender,
        )
    )
    found: dict[HallDate, list[OverShortCase]] = {}
    for case in rows:
        found.setdefault((case.hall_id, case.business_date), []).append(case)
    return found


def _by_day(grants: Sequence[Grant]) -> dict[HallDate, list[Grant]]:
    found: dict[HallDate, list[Grant]] = {}
    for grant in grants:
        found.setdefault((grant.hall_id, grant.date), []).append(grant)
    return found
