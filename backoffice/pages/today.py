"""Today: what waits for the visitor, the oldest first, and how far the day has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import Select, and_, func, or_, select
from werkzeug.wrappers import Response

from backoffice.pages.bundle_tasks import bundle_tasks
from backoffice.pages.cash_tasks import cash_tasks
from backoffice.pages.closing import closing_tasks
from backoffice.pages.correction_tasks import correction_tasks, on_slips
from backoffice.pages.day import SIGNED
from backoffice.pages.day_tasks import day_tasks
from backoffice.pages.door import HALL_COOKIE, allowed, hall, needs, pages, reading
from backoffice.pages.form_tasks import form_tasks
from backoffice.pages.goods_tasks import goods_tasks
from backoffice.pages.liability import liability_tasks
from backoffice.pages.months import month_tasks
from backoffice.pages.refund_tasks import refund_tasks
from backoffice.pages.shell import latest_day, show
from backoffice.pages.showing import check_name
from backoffice.pages.tasks import Task
from ledger.actors import Employment, own_numbers
from ledger.audit.day import DayAudit
from ledger.audit.findings import Finding
from ledger.audit.queries import show_day as audit_of_day
from ledger.audit.signing import STANDING
from ledger.duties.roster import seats_of_person, shift_name
from ledger.evidence.tables import OpeningFloat
from ledger.text import Text
from ledger.work import UnitOfWork

TITLE = Text("今日", "Today")
NO_HALL = Text("没有可进入的营业厅", "No hall to enter")
MOST_TASKS = 30
MOST_FINDINGS = 500
EVERY_ROLE = (
    ("audit", "view"),
    ("audit", "answer"),
    ("stock", "submit"),
    ("forms", "view"),
    ("people", "edit"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the day: its name, whether it is done, and what it still waits for."""

    name: Text
    done: bool
    waits: Text | None = None


@pages.get("/")
def show_home() -> str | Response:
    """Go to the hall of last time, or the first the visitor may enter."""
    if not g.halls:
        return render_template("pages/no_hall.html", title=NO_HALL)
    last = request.cookies.get(HALL_COOKIE)
    chosen = next((one for one in g.halls if one.code == last), g.halls[0])
    return redirect(url_for("pages.show_today", hall=chosen.code))


@pages.get("/halls/<hall>/")
@needs(*EVERY_ROLE)
def show_today() -> str:
    """Show what waits for the visitor in this hall."""
    with reading() as uow:
        waiting = sorted(_tasks(uow), key=lambda task: (not task.urgent, task.date))
        most = len(waiting) if request.args.get("all") else MOST_TASKS
        date = latest_day(uow)
        sees = allowed("audit", "view")
        day = audit_of_day(uow, hall(), date) if sees else None
        return show(
            uow,
            "pages/today.html",
            desk="today",
            title=TITLE,
            date=date if sees else None,
            tasks=waiting[:most],
            further=len(waiting[most:]),
            day=day,
            steps=_steps(uow, day) if day else [],
            seats=seats_of_person(uow, hall().id, uow.actor.person_id, g.today),
            shift_name=shift_name,
        )


def _tasks(uow: UnitOfWork) -> Iterator[Task]:
    yield from correction_tasks(uow)
    if allowed("audit", "answer") and not allowed("audit", "accept"):
        yield from _own_findings(uow)
    if allowed("audit", "accept"):
        yield from _auditor_s_findings(uow)
    yield from day_tasks(uow)
    yield from closing_tasks(uow)
    yield from goods_tasks(uow)
    yield from form_tasks(uow)
    yield from cash_tasks(uow)
    yield from refund_tasks(uow)
    yield from month_tasks(uow)
    yield from liability_tasks(uow)
    yield from bundle_tasks(uow)


def _own_findings(uow: UnitOfWork) -> Iterator[Task]:
    """A clerk's own open findings, each to be answered."""
    numbers = own_numbers(uow, hall().id)
    query = _standing().where(
        Finding.state == "open", Finding.clerk.in_(numbers), Finding.check_code != "D03"
    )
    sent = on_slips(uow)
    for finding in uow.session.scalars(query.limit(MOST_FINDINGS)):
        if (finding.business_date, finding.check_code, finding.subject) in sent:
            continue
        yield _finding_task(finding, Text("更正", "Put right"))


def _auditor_s_findings(uow: UnitOfWork) -> Iterator[Task]:
    """What clerks answered, and what no person but the auditor answers for."""
    persons = select(Employment.number).where(
        Employment.hall_id == hall().id, Employment.kind == "person"
    )
    answered = Finding.state == "answered"
    nobody_s = and_(Finding.state == "open", Finding.clerk.not_in(persons))
    query = _standing().where(or_(answered, nobody_s))
    sent = on_slips(uow)
    for finding in uow.session.scalars(query.limit(MOST_FINDINGS)):
        if (finding.business_date, finding.check_code, finding.subject) in sent:
            continue
        yield _finding_task(finding, Text("处理", "Decide"))


def _finding_task(finding: Finding, verb: Text) -> Task:
    name = check_name(finding.check_code)
    return Task(
        finding.business_date,
        Text(f"{finding.check_code} {name.zh}", f"{finding.check_code} {name.en}"),
        verb,
        url_for(
            "pages.show_finding",
            hall=hall().code,
            date=finding.business_date,
            check=finding.check_code,
            subject=finding.subject,
        ),
        finding.subject,
    )


def _steps(uow: UnitOfWork, day: DayAudit) -> list[Step]:
    """The day's line of progress, each step with what blocks it."""
    floats = uow.session.scalar(
        select(func.count())
        .select_from(OpeningFloat)
        .where(OpeningFloat.hall_id == hall().id, OpeningFloat.business_date == day.date)
    )
    missing = [s.name for s in day.sources if s.arrival in ("awaited", "missing")]
    undeclared = sorted({f.clerk for f in day.findings if f.check == "C01" and f.state == "open"})
    blocking = sum(f.severity == "block" and f.state in STANDING for f in day.findings)
    nobody_traded = any(s.source == "declarations" and s.arrival == "nil" for s in day.sources)
    declared = nobody_traded or any(total.declared is not None for total in day.totals)
    return [
        Step(Text("备用金", "Float"), bool(floats) or nobody_traded),
        Step(
            Text("日结申报", "Declared"),
            declared and not undeclared,
            Text("、".join(undeclared), ", ".join(undeclared)) if undeclared else None,
        ),
        Step(
            Text("凭证到齐", "Evidence in"),
            day.data_status == "complete",
            Text("、".join(m.zh for m in missing), ", ".join(m.en for m in missing)),
        ),
        Step(
            Text("稽核", "Audited"),
            day.run_at is not None and not blocking,
            Text(f"{blocking} 项阻断", f"{blocking} blocking") if blocking else None,
        ),
        Step(Text("签字", "Signed"), day.audit_status == SIGNED),
        Step(Text("经理阅签", "Closed"), day.hall_status in ("closed", "handed_over")),
        Step(Text("移交", "Handed over"), day.hall_status == "handed_over"),
    ]


def _standing() -> Select[Finding]:
    return (
        select(Finding)
        .where(Finding.hall_id == hall().id, Finding.severity != "note")
        .order_by(Finding.business_date, Finding.check_code, Finding.subject)
    )
