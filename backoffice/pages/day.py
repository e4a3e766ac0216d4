"""The day page: evidence in, the matrix of clerks and tenders, findings by clerk, run and sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.audit_work import run_day
from backoffice.pages.door import act_once, actor, engine, hall, needs, pages, reading
from backoffice.pages.rows import count_rows, kind_name
from backoffice.pages.shell import day_url, say, show
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.trade_words import tender_order
from ledger.actors import Person
from ledger.audit.day import DayAudit, FindingView, Total, is_wholly_awaited
from ledger.audit.findings import SignedDay
from ledger.audit.queries import show_day as audit_of_day
from ledger.audit.signing import STANDING, evidence_is_newer, sign_day
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

# Checks of the paper columns: invoice numbers, and invoices against the account.
FORM_CHECKS = ("P", "X")
GOODS_CHECKS = "G"
NO_CLERK = ""
SIGNED = "audited"
SETTLEMENTS = "settlements:"
NO_DECLARATION = "C01"


@dataclass(frozen=True, slots=True)
class ClerkRow:
    """One clerk's row of the matrix and his findings; `clerk` is '' for the hall itself."""

    clerk: str
    name: str
    totals: dict[str, Total] = field(default_factory=dict)
    findings: list[FindingView] = field(default_factory=list)

    @property
    def forms(self) -> int:
        """How many findings about invoices still stand."""
        return sum(f.check[0] in FORM_CHECKS for f in self.standing)

    @property
    def goods(self) -> int:
        """How many findings about goods still stand."""
        return sum(f.check[0] in GOODS_CHECKS for f in self.standing)

    @property
    def standing(self) -> list[FindingView]:
        """What somebody still has to see to, the gravest first."""
        wanted = [f for f in self.findings if f.severity != "note" and f.state in STANDING]
        return sorted(wanted, key=lambda f: (f.severity != "block", f.check, f.subject))

    @property
    def done(self) -> list[FindingView]:
        """What has been accepted, overridden or settled."""
        return [f for f in self.findings if f.severity != "note" and f.state not in STANDING]

    @property
    def undeclared(self) -> bool:
        """Whether a declaration is owed; a kiosk owes none."""
        return any(f.check == NO_DECLARATION for f in self.standing)

    @property
    def notes(self) -> list[FindingView]:
        """What is only carried along."""
        return [f for f in self.findings if f.severity == "note"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Clerks down, tenders across."""

    tenders: list[str]
    rows: list[ClerkRow]
    hall: ClerkRow

    @property
    def groups(self) -> list[ClerkRow]:
        """The rows that have findings, the hall's own first."""
        return [row for row in (self.hall, *self.rows) if row.findings]

    @property
    def notes(self) -> list[FindingView]:
        """What is only carried along, of all."""
        return [f for row in (self.hall, *self.rows) for f in row.notes]

    def computed(self, tender: str) -> int:
        """What the lines add up to in a tender, in fen; differences are never netted."""
        return sum(row.totals[tender].computed for row in self.rows if tender in row.totals)

    def declared(self, tender: str) -> int:
        """What was declared in a tender, in fen."""
        return sum(row.totals[tender].declared or 0 for row in self.rows if tender in row.totals)


@pages.get("/halls/<hall>/days/<date:date>")
@needs(("audit", "view"))
def show_day(date: dt.date) -> str:
    """Show the hall-day."""
    with reading() as uow:
        return day_page(uow, date)


@pages.post("/halls/<hall>/days/<date:date>/run")
@needs(("audit", "run"))
def run_now(date: dt.date) -> Response:
    """Ask every check of the day."""
    run_day(engine(), actor(), hall().code, date)
    said = Text("稽核已运行,下面是最新结果。", "The audit has run; below is what it found.")
    say(said)
    return redirect(day_url(date))


@pages.get("/halls/<hall>/days/<date:date>/sign")
@needs(("audit", "sign"))
def show_sign(date: dt.date) -> str:
    """Show what signing means, and ask for the password."""
    with reading() as uow:
        return _sign_page(uow, date)


@pages.post("/halls/<hall>/days/<date:date>/sign")
@needs(("audit", "sign"))
def sign_now(date: dt.date) -> Response | tuple[str, int]:
    """Sign the day as auditor: its figures and findings are frozen and hashed."""
    if not password_is_right(request.form.get("password", "")):
        with reading() as uow:
            return _sign_page(uow, date, WRONG_PASSWORD), 403
    try:
        act_once(lambda uow: sign_day(uow, hall(), date))
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return _sign_page(uow, date, sentence), 409
    say(
        Text(
            "已签字,当日数据和差异已固定存档。", "Signed: the day's figures and findings are kept."
        )
    )
    return redirect(day_url(date))


def day_page(uow: UnitOfWork, date: dt.date, *, outcomes: Sequence[object] = ()) -> str:
    """Render the day; `outcomes` tells what became of files sent just now."""
    day = audit_of_day(uow, hall(), date)
    sources = [s for s in day.sources if s.due_at or s.source.startswith(SETTLEMENTS)]
    shown = {source.source.partition(":")[0] for source in sources}
    counts = count_rows(uow, hall().id, date)
    return show(
        uow,
        "pages/day.html",
        desk="days",
        title=Text(f"营业日 {date}", f"Day {date}"),
        date=date,
        day=day,
        matrix=matrix_of(day),
        blocks=[f for f in day.findings if f.severity == "block" and f.state in STANDING],
        sources=sources,
        newer=evidence_is_newer(uow, hall().id, date),
        others={kind: number for kind, number in counts.items() if kind not in shown},
        kind_name=kind_name,
        signature=signature_of(uow, date) if day.audit_status == SIGNED else None,
        outcomes=outcomes,
        is_awaited=is_wholly_awaited(day),
    )


def matrix_of(day: DayAudit) -> Matrix:
    """Order the day's totals and findings as the page shows them."""
    rows: dict[str, ClerkRow] = {}
    for total in day.totals:
        row = rows.setdefault(total.clerk, ClerkRow(total.clerk, total.clerk_name))
        row.totals[total.tender] = total
    own = ClerkRow(NO_CLERK, "")
    for finding in day.findings:
        if finding.state == "recalculated":
            continue
        if finding.clerk == NO_CLERK:
            own.findings.append(finding)
            continue
        row = rows.setdefault(finding.clerk, ClerkRow(finding.clerk, finding.clerk_name))
        row.findings.append(finding)
    tenders = sorted({total.tender for total in day.totals}, key=tender_order)
    return Matrix(tenders, [rows[clerk] for clerk in sorted(rows)], own)


def signature_of(uow: UnitOfWork, date: dt.date) -> tuple[SignedDay, str] | None:
    """Give the latest signature of the day with the signer's name."""
    query = (
        select(SignedDay, Person.name)
        .join(Person, Person.id == SignedDay.person_id)
        .where(SignedDay.hall_id == hall().id, SignedDay.business_date == date)
        .order_by(SignedDay.event_no.desc())
        .limit(1)
    )
    found = uow.session.execute(query).first()
    return (found[0], found[1]) if found else None


def _sign_page(uow: UnitOfWork, date: dt.date, error: Text | None = None) -> str:
    day = audit_of_day(uow, hall(), date)
    return show(
        uow,
        "pages/sign.html",
        desk="days",
        title=Text(f"签字 {date}", f"Sign {date}"),
        date=date,
        trail=((Text(str(date), str(date)), day_url(date)),),
        day=day,
        matrix=matrix_of(day),
        blocks=[f for f in day.findings if f.severity == "block" and f.state in STANDING],
        awaited=[source for source in day.sources if source.arrival in ("awaited", "missing")],
        newer=evidence_is_newer(uow, hall().id, date),
        error=error,
    )
