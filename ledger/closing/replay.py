"""A signed day worked out again from the log, and laid beside what was signed.

The evidence is read as it stood before each run, the runs and the acts on findings are followed in
the order of their events, and the day is written as its signature froze it: the same bytes, unless
somebody changed what may not change.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from ledger.actors import names_of
from ledger.audit.acts import STEPS
from ledger.audit.as_then import books_as_then
from ledger.audit.check import Question
from ledger.audit.day import DayAudit, FindingView
from ledger.audit.day_checks import D01
from ledger.audit.engine import RunUnknown, replay_totals, results_of_run
from ledger.audit.findings import AuditRun, Finding, FindingAct, SignedDay
from ledger.audit.queries import (
    VersionUnknown,
    people_of,
    ranges_of_day,
    show_day,
    signatures_of_day,
    sources_of_day,
    view_checks,
    view_findings,
    view_totals,
)
from ledger.audit.snapshot import write_snapshot
from ledger.errors import Conflict
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

PARTS: dict[str, Text] = {
    "data_status": Text("数据状态", "data status"),
    "run_at": Text("稽核时间", "time of the audit"),
    "totals": Text("合计", "totals"),
    "checks": Text("规则", "checks"),
    "findings": Text("差异", "findings"),
    "sources": Text("来源", "sources"),
    "invoice_ranges": Text("票据号段", "invoice ranges"),
}
ARRIVED = ("arrived", "unexpected", "nil")
Key = tuple[str, str]


class ReplayDiffers(Conflict):
    """A signed day does not come out of the log as it was signed."""

    code = "replay_differs"
    text = Text(
        "{date} 重算结果与签字稿不一致:{parts_zh}。请运行 verify 查明何处被改动。",
        "{date} does not come out as it was signed: {parts_en}. Run verify to find what was"
        " changed.",
    )

    def __init__(self, *, date: dt.date, parts: Sequence[str]) -> None:
        named = [PARTS[part] for part in parts] or [Text("摘要", "hash")]
        super().__init__(
            date=date,
            parts_zh="、".join(part.zh for part in named),
            parts_en=", ".join(part.en for part in named),
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """A signed version and the same day worked out again; `differing` names the parts that differ.

    `stored_hash` is the hash as it was signed, `kept_hash` that of the snapshot as it lies there
    now, `again_hash` that of the day worked out again.
    """

    signed: DayAudit
    again: DayAudit
    stored_hash: str
    kept_hash: str
    again_hash: str
    differing: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether what was signed, what is kept and what comes out now are the same bytes."""
        return self.stored_hash == self.kept_hash == self.again_hash


def replay_day(
    uow: UnitOfWork,
    hall: Hall,
    date: dt.date,
    *,
    questions: Sequence[Question],
    version: int | None = None,
) -> Replay:
    """Work a signed day out again, its last version unless one is named; changes nothing.

    Of a version that was reopened the invoice ranges are taken as they were frozen, since they are
    told by findings that have gone on. Raises VersionUnknown and RunUnknown.
    """
    signatures = signatures_of_day(uow, hall.id, date)
    wanted = version or len(signatures)
    if not 1 <= wanted <= len(signatures):
        raise VersionUnknown(hall=hall.code, date=date, version=wanted)
    stored = signatures[wanted - 1]
    signed = show_day(uow, hall, date, version=wanted)
    with books_as_then(uow, hall.id, stored.event_no):
        people, ranges = people_of(uow, hall.id), ranges_of_day(uow, hall, date)
    again = _work_out(uow, hall, signed, stored, questions=questions, people=people)
    stands = wanted == len(signatures) and show_day(uow, hall, date).version == wanted
    called = _names_then(signed)
    named = tuple(replace(one, clerk_name=called.get(one.clerk, one.clerk_name)) for one in ranges)
    again = replace(again, invoice_ranges=named if stands else signed.invoice_ranges)
    again_hash = hashlib.sha256(write_snapshot(again).encode()).hexdigest()
    return Replay(
        signed=signed,
        again=replace(again, content_hash=again_hash),
        stored_hash=stored.hash,
        kept_hash=hashlib.sha256(stored.snapshot.encode()).hexdigest(),
        again_hash=again_hash,
        differing=tuple(name for name in PARTS if getattr(signed, name) != getattr(again, name)),
    )


def _work_out(
    uow: UnitOfWork,
    hall: Hall,
    signed: DayAudit,
    stored: SignedDay,
    *,
    questions: Sequence[Question],
    people: frozenset[str],
) -> DayAudit:
    date, before = signed.date, stored.event_no
    runs = _runs_before(uow, hall.id, date, before)
    if not runs:
        raise RunUnknown
    last = runs[-1]
    _, totals = replay_totals(uow, hall=hall, date=date, run_no=last.event_no)
    known = {f"source:{source.source}" for source in signed.sources}
    findings = [
        finding
        for finding in _follow(uow, hall, runs, before, questions)
        if finding.check_code != D01.code or finding.subject in known
    ]
    names = {**names_of(uow, hall.id), **_names_then(signed)}
    counts = {check.code: 0 for question in questions for check in question.checks}
    asked = [check.code for check in signed.checks]
    for finding in findings:
        counts[finding.check_code] += finding.last_run == last.event_no
    standing = [finding for finding in findings if finding.state != "recalculated"]
    at = last.at.astimezone(HALL_TIME)
    # A source that had not come and still let the day be signed was named after the signature.
    sources = [
        source
        for source in sources_of_day(uow, hall.id, date, last.at, before=before)
        if source.arrival in ARRIVED
    ]
    arrived = [source.arrival in ARRIVED for source in sources if source.due_at is not None]
    return replace(
        signed,
        data_status=_data_status(arrived),
        run_at=at,
        totals=view_totals(totals, names),
        # A check that came into the product later was not asked then.
        checks=view_checks({code: counts[code] for code in asked if code in counts}),
        findings=tuple(_known_then(view_findings(standing, names, people), asked)),
        sources=tuple(sources),
    )


def _data_status(arrived: Sequence[bool]) -> str:
    if not any(arrived):
        return "expected"
    return "complete" if all(arrived) else "partial"


def _known_then(views: Sequence[FindingView], asked: Sequence[str]) -> Iterator[FindingView]:
    return (view for view in views if view.check in asked)


def _names_then(signed: DayAudit) -> dict[str, str]:
    """Give the names that clerks had when the day was signed."""
    named = [
        *((one.clerk, one.clerk_name) for one in signed.totals),
        *((one.clerk, one.clerk_name) for one in signed.findings),
        *((one.clerk, one.clerk_name) for one in signed.invoice_ranges),
    ]
    return {clerk: name for clerk, name in named if name}


def _runs_before(uow: UnitOfWork, hall_id: int, date: dt.date, before: int) -> list[AuditRun]:
    return list(
        uow.session.scalars(
            select(AuditRun)
            .where(
                AuditRun.hall_id == hall_id,
                AuditRun.business_date == date,
                AuditRun.event_no < before,
            )
            .order_by(AuditRun.event_no)
        )
    )


def _follow(
    uow: UnitOfWork,
    hall: Hall,
    runs: Sequence[AuditRun],
    before: int,
    questions: Sequence[Question],
) -> list[Finding]:
    """Give the findings as runs and people's acts left them, in the order of their events."""
    acts = list(
        uow.session.scalars(
            select(FindingAct)
            .where(
                FindingAct.hall_id == hall.id,
                FindingAct.business_date == runs[0].business_date,
                FindingAct.event_no < before,
            )
            .order_by(FindingAct.event_no)
        )
    )
    # Where nobody did anything the last run says it all.
    followed = runs if acts else runs[-1:]
    held: dict[Key, Finding] = {}
    for place, run in enumerate(followed):
        now = results_of_run(uow, hall=hall, run=run, questions=questions)
        held = _after_run(held, now, run.event_no)
        until = followed[place + 1].event_no if place + 1 < len(followed) else before
        for act in acts:
            if run.event_no < act.event_no < until:
                one = held.get((act.check_code, act.subject))
                if one is not None:
                    one.state = STEPS[act.act].state
    return list(held.values())


def _after_run(held: dict[Key, Finding], now: Sequence[Finding], run_no: int) -> dict[Key, Finding]:
    """Give the findings after a run, by the rules of `ledger.audit.engine`: STORE and CLOSE."""
    found = {(one.check_code, one.subject): one for one in now}
    for key, one in found.items():
        earlier = held.get(key)
        if earlier is None or earlier.state == "recalculated":
            continue
        same = (earlier.expected, earlier.found) == (one.expected, one.found)
        if same and one.severity in (earlier.severity, "note"):
            one.state = earlier.state
    for key, one in held.items():
        if key not in found:
            if one.state not in ("recalculated", "settled"):
                one.state, one.last_run = "recalculated", 0
            found[key] = one
    return found
