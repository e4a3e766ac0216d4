"""Reading a hall-day's audit back: the day and its findings. Nothing here is computed.

A signed day is read from the snapshot that was signed, so that its paper is the same for ever.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from ledger.actors import Employment, names_of, own_numbers
from ledger.audit.check import known_check
from ledger.audit.day import (
    Arrival,
    Candidate,
    CheckResult,
    DayAudit,
    FindingView,
    InvoiceRangeUse,
    SlipLine,
    Source,
    Total,
)
from ledger.audit.findings import AuditRun, Finding, SignedDay
from ledger.audit.likely_causes import find_candidates
from ledger.audit.snapshot import content_hash, read_snapshot
from ledger.audit.stage import AS_OF_NOW
from ledger.audit.totals import read_totals
from ledger.audit.wording import SETTLEMENTS, source_text, view_finding
from ledger.cash.blind import blind_days
from ledger.duties.grants import grants_in_force
from ledger.errors import NotFound
from ledger.events import Event
from ledger.evidence.expected import usual_sources
from ledger.evidence.tables import IntakeReplacement, IntakeSource, NilDeclaration
from ledger.evidence.unreported import unreported_days
from ledger.hall_days import ExpectedSource, HallDay
from ledger.organisations import Hall, HallHead
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

RangeReader = Callable[[UnitOfWork, Hall, dt.date], Sequence[InvoiceRangeUse]]
_RANGE_READERS: list[RangeReader] = []
SlipReader = Callable[[UnitOfWork, Hall, dt.date], Sequence[SlipLine]]
_SLIP_READERS: list[SlipReader] = []
TELL_TAKINGS = ("C07",)
"""Checks whose findings state the cash the whole hall took."""
SEVERITY_ORDER = {"block": 0, "warn": 1, "note": 2}


class UnknownFinding(NotFound):
    """No check found that on the day."""

    code = "unknown_finding"
    text = Text(
        "{date} 没有规则 {check} 对“{subject}”的差异。请重新打开当日稽核。",
        "On {date} check {check} has no finding {subject}. Open the day's audit again.",
    )


class VersionUnknown(NotFound):
    """The day was not signed so often."""

    code = "version_unknown"
    text = Text(
        "营业厅 {hall} 的 {date} 没有第 {version} 版签字稿。",
        "Day {date} of hall {hall} has no signed version {version}.",
    )


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """A finding with the likely causes that fit its difference exactly, likeliest first."""

    finding: FindingView
    candidates: tuple[Candidate, ...]


def register_range_reader(reader: RangeReader) -> None:
    """Let the package that knows drawn forms tell what became of them on a day."""
    if reader not in _RANGE_READERS:
        _RANGE_READERS.append(reader)


def register_slip_reader(reader: SlipReader) -> None:
    """Let the package that knows correction slips tell which are about a day, or ended on it."""
    if reader not in _SLIP_READERS:
        _SLIP_READERS.append(reader)


def show_day(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    version: int | None = None,
    is_whole: bool = False,
) -> DayAudit:
    """Give everything the audit paper and the day page say of a hall-day.

    A day nobody opened is shown as working, waiting for its usual sources if it is a trading day.
    `findings` are the current ones; those that no longer hold
    are kept in the books and not shown. Who has an open shift that day is told nothing computed of
    his own, nor what his own would follow from, unless the day is to be frozen (`is_whole`).
    `version` asks for what was frozen by that signature of the day, the first being 1; raises
    VersionUnknown.
    """
    day = uow.session.get(HallDay, (hall.id, date))
    signatures = signatures_of_day(uow, hall.id, date)
    if version is not None and not 1 <= version <= len(signatures):
        raise VersionUnknown(hall=hall.code, date=date, version=version)
    if day is not None and signatures and (version or day.audit_status == "audited"):
        return _show_signed(uow, day, signatures, version or len(signatures))
    run = _last_run(uow, hall.id, date)
    names = names_of(uow, hall.id)
    is_blind = not is_whole and date in blind_days(uow, hall.id)
    hidden = own_numbers(uow, hall.id) if is_blind else frozenset()
    head = uow.session.get_one(HallHead, hall.id)
    shown = DayAudit(
        hall=hall.code,
        hall_name=hall.name,
        date=date,
        data_status=day.data_status if day else "expected",
        audit_status=day.audit_status if day else "unaudited",
        hall_status=day.hall_status if day else "working",
        run_at=run.at.astimezone(HALL_TIME) if run else None,
        totals=tuple(
            one
            for one in view_totals(run.totals if run else "[]", names)
            if one.clerk not in hidden
        ),
        checks=view_checks(json.loads(run.checks) if run else {}),
        findings=tuple(
            one
            for one in _findings(uow, hall.id, date, names)
            if not is_blind or one.check not in TELL_TAKINGS
        ),
        sources=tuple(
            replace(one, sum_fen=None) if is_blind else one
            for one in sources_of_day(uow, hall.id, date, run.at if run else uow.now)
        ),
        invoice_ranges=ranges_of_day(uow, hall, date),
        chain_event=head.last_event,
        chain_hash=head.head_hash,
        content_hash="",
        grants=tuple(grant.text for grant in grants_in_force(uow, hall.id, date)),
        slips=tuple(slip for read in _SLIP_READERS for slip in read(uow, hall, date)),
    )
    return replace(shown, content_hash=content_hash(shown)) if run else shown


def finding_detail(
    uow: UnitOfWork, hall: Hall, date: dt.date, check: str, subject: str
) -> FindingDetail:
    """Give a finding with its candidates, also one that no longer holds; raises UnknownFinding."""
    row = uow.session.get(Finding, (hall.id, date, check, subject))
    hidden = check in TELL_TAKINGS and date in blind_days(uow, hall.id)
    if row is None or hidden:
        raise UnknownFinding(date=date, check=check, subject=subject)
    finding = view_finding(row, names=names_of(uow, hall.id), people=people_of(uow, hall.id))
    return FindingDetail(finding, find_candidates(uow, hall.id, date, finding))


def signatures_of_day(uow: UnitOfWork, hall_id: int, date: dt.date) -> list[SignedDay]:
    """Give what auditors signed of a day, the first version first."""
    query = select(SignedDay).where(SignedDay.hall_id == hall_id, SignedDay.business_date == date)
    return list(uow.session.scalars(query.order_by(SignedDay.event_no)))


def _show_signed(
    uow: UnitOfWork, day: HallDay, signatures: Sequence[SignedDay], version: int
) -> DayAudit:
    signed = signatures[version - 1]
    stands = day.audit_status == "audited" and version == len(signatures)
    event = uow.session.get_one(Event, (signed.hall_id, signed.event_no))
    return replace(
        read_snapshot(signed.snapshot),
        audit_status="audited",
        hall_status=day.hall_status if stands else "submitted",
        chain_event=event.event_no,
        chain_hash=event.hash,
        content_hash=signed.hash,
        version=version,
    )


def _last_run(uow: UnitOfWork, hall_id: int, date: dt.date) -> AuditRun | None:
    query = select(AuditRun).where(AuditRun.hall_id == hall_id, AuditRun.business_date == date)
    return uow.session.scalars(query.order_by(AuditRun.event_no.desc()).limit(1)).first()


def ranges_of_day(uow: UnitOfWork, hall: Hall, date: dt.date) -> tuple[InvoiceRangeUse, ...]:
    """Give the drawn ranges that were used on the day, and what became of their numbers."""
    return tuple(used for read in _RANGE_READERS for used in read(uow, hall, date))


def view_totals(stored: str, names: Mapping[str, str]) -> tuple[Total, ...]:
    """Give a run's totals with the clerks' names."""
    return tuple(
        Total(
            clerk=clerk,
            clerk_name=names.get(clerk, ""),
            tender=tender,
            computed=computed,
            declared=declared,
            difference=None if declared is None else declared - computed,
        )
        for clerk, tender, computed, declared in read_totals(stored)
    )


def view_checks(results: Mapping[str, int]) -> tuple[CheckResult, ...]:
    """Give the checks of a run by name, with how many findings each had."""
    return tuple(
        CheckResult(code, known.name if (known := known_check(code)) else Text(code, code), count)
        for code, count in results.items()
    )


def _findings(
    uow: UnitOfWork, hall_id: int, date: dt.date, names: dict[str, str]
) -> list[FindingView]:
    rows = uow.session.scalars(
        select(Finding).where(
            Finding.hall_id == hall_id,
            Finding.business_date == date,
            Finding.state != "recalculated",
        )
    )
    return view_findings(rows, names, people_of(uow, hall_id))


def view_findings(
    rows: Iterable[Finding], names: Mapping[str, str], people: frozenset[str]
) -> list[FindingView]:
    """Give findings in words, the gravest first."""
    views = [view_finding(row, names=names, people=people) for row in rows]
    return sorted(views, key=lambda f: (SEVERITY_ORDER[f.severity], f.check, f.clerk, f.subject))


def people_of(uow: UnitOfWork, hall_id: int) -> frozenset[str]:
    """Give the staff numbers of the hall that are persons."""
    numbers = uow.session.scalars(
        select(Employment.number).where(Employment.hall_id == hall_id, Employment.kind == "person")
    )
    return frozenset(numbers)


def sources_of_day(
    uow: UnitOfWork,
    hall_id: int,
    date: dt.date,
    moment: dt.datetime,
    *,
    before: int = AS_OF_NOW,
) -> list[Source]:
    """Give every source that was expected or came; lateness is judged at `moment`, the run's.

    A trading day that nobody reported waits for its usual sources. What came by the hall's event
    `before` or later is left out.
    """
    expected = {
        source.source: source
        for source in uow.session.scalars(
            select(ExpectedSource).where(
                ExpectedSource.hall_id == hall_id, ExpectedSource.business_date == date
            )
        )
    }
    hall = uow.session.get_one(Hall, hall_id)
    if not expected and unreported_days(uow, [hall], date, date):
        expected = {source.source: source for source in usual_sources(uow, hall_id, date)}
    nil = set(
        uow.session.scalars(
            select(NilDeclaration.source).where(
                NilDeclaration.hall_id == hall_id,
                NilDeclaration.business_date == date,
                NilDeclaration.event_no < before,
            )
        )
    )
    arrived = _arrived(uow, hall_id, date, before)
    order = [*expected, *sorted((arrived.keys() | nil) - expected.keys())]
    sources = []
    for source in order:
        brought = arrived.get(source, [])
        due = expected.get(source)
        arrival: Arrival = "missing"
        if brought:
            # A channel that nobody paid through is odd; other files come or do not come.
            odd = due is None and source.startswith(SETTLEMENTS)
            arrival = "unexpected" if odd else "arrived"
        elif source in nil:
            arrival = "nil"
        elif due is not None and moment < due.due_at:
            arrival = "awaited"
        sources.append(
            Source(
                source=source,
                name=source_text(source),
                arrival=arrival,
                due_at=due.due_at.astimezone(HALL_TIME) if due else None,
                rows=sum(row.row_count for row in brought),
                sum_fen=sum(row.sum_fen for row in brought) if brought else None,
                intakes=tuple(row.intake_no for row in brought),
            )
        )
    return sources


def _arrived(
    uow: UnitOfWork, hall_id: int, date: dt.date, before: int
) -> dict[str, list[IntakeSource]]:
    replaced = select(IntakeReplacement.old_no).where(
        IntakeReplacement.hall_id == hall_id, IntakeReplacement.event_no < before
    )
    rows = uow.session.scalars(
        select(IntakeSource)
        .where(
            IntakeSource.hall_id == hall_id,
            IntakeSource.business_date == date,
            IntakeSource.event_no < before,
            IntakeSource.intake_no.not_in(replaced),
        )
        .order_by(IntakeSource.intake_no)
    )
    arrived: dict[str, list[IntakeSource]] = {}
    for row in rows:
        arrived.setdefault(row.source, []).append(row)
    return arrived
