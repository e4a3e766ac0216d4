"""Losses (丢失): a case with a clock, opened the moment a number is missed (DOMAIN INV-09).

A lost blank is locked at once; of an issued invoice a copy may be lost, and it stays issued. The
written report is due by the end of the day of discovery, and being late is never taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from invoices.form_numbers import (
    Run,
    commodity_of,
    is_digital,
    runs_by_place,
)
from invoices.loss_errors import (
    LossMixed,
    LossNotReported,
    LossReportedAlready,
    LossSettled,
    LossTimeRefused,
    NotALoss,
)
from invoices.mark_errors import NotYourForm, NumberLost, NumberSettled, NumberUnknown
from invoices.mark_tables import LossCase, LossRun
from invoices.open_voids import require_no_open_void
from invoices.ranges import PLACES, find_book, move_numbers
from invoices.register import NamedForms, named_forms
from ledger.accounts import ACCOUNT_KINDS, open_account
from ledger.actors import own_numbers
from ledger.documents import Document, Line, draft_document, find_document, lines_of
from ledger.events import record
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall, lock_head, take_rows
from ledger.permissions import require
from ledger.text import Text
from ledger.times import A_DAY, HALL_TIME, midnight
from ledger.work import UnitOfWork
from stock.errors import REQUIRED, TOO_LONG, FactMissing

KIND = "invoice_loss"
BLANK = ("invoice_safe", "invoice_clerk")
OUTSIDE = ("department", "invoice_lost")
LONGEST = 500
OVERSEERS = frozenset({"invoice_keeper", "hall_manager", "duty_manager"})


def open_loss(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    numbers: Iterable[str],
    found_at: dt.datetime,
    circumstances: str,
    copies: str = "",
) -> LossCase:
    """Open a case for numbers of one code that are missing; posted at once, nobody signs.

    Blanks are locked as lost. Of numbers that were used `copies` names what is lost of each. The
    report is due by the end of the day of `found_at`. Raises LossTimeRefused, LossMixed,
    NumberUnknown, NumberSettled, NumberLost, VoidAskedAlready, NotYourForm, FactMissing and what
    `advance` raises.
    """
    require(uow, hall.id, "losses", "submit")
    lock_head(uow, hall.id)
    if found_at > uow.now:
        raise LossTimeRefused
    _require_text(circumstances, Text("经过", "how it happened"))
    forms = named_forms(uow, hall, code, numbers)
    used = _require_missing(uow, hall, forms)
    if used:
        _require_text(copies, Text("丢失联次", "copies lost"))
    runs = runs_by_place(forms.numbers, {} if used else forms.places)
    today = uow.today
    open_days(uow, hall.id, [today])
    form = "issued" if used else "blank"
    facts = {
        "invoice_code": code,
        "numbers": ", ".join(run.shown() for run in runs),
        "found_at": found_at.astimezone(HALL_TIME).strftime("%Y-%m-%d %H:%M"),
        "form": form,
        "lost_copies": copies.strip(),
        "reporter": uow.actor.label,
        "circumstances": circumstances.strip(),
    }
    document = draft_document(uow, hall_id=hall.id, kind=KIND, business_date=today)
    lines = [] if used else _lines(uow, hall, code, runs)
    advance(uow, document, "submit", lines=lines, facts=facts)
    if not used:
        _note_places(uow, hall, document, lines, lost=True)
    case = LossCase(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        document_id=document.id,
        form=form,
        copies=copies.strip(),
        found_at=found_at,
        due_at=due_at(found_at),
        reporter=uow.actor.label,
        circumstances=circumstances.strip(),
        report_no="",
        reported_by="",
        result="",
    )
    uow.session.add(case)
    _add_runs(uow, case, code, runs)
    uow.session.flush()
    return case


def _add_runs(uow: UnitOfWork, case: LossCase, code: str, runs: Sequence[Run]) -> None:
    for run in runs:
        uow.session.add(
            LossRun(
                hall_id=case.hall_id,
                case_id=case.id,
                invoice_code=code,
                first_number=int(run.first_no),
                last_number=int(run.last_no),
                first_no=run.first_no,
                last_no=run.last_no,
            )
        )


def report_loss(
    uow: UnitOfWork,
    *,
    hall: Hall,
    number: str,
    report_no: str,
    reported_by: str,
    reported_at: dt.datetime | None = None,
) -> LossCase:
    """Log that a loss was reported in writing: its number, by whom, when (now if not given).

    Whether it was in time goes by when it is logged. Raises NotALoss, LossReportedAlready,
    LossTimeRefused and FactMissing.
    """
    require(uow, hall.id, "losses", "report")
    lock_head(uow, hall.id)
    document, case = find_loss(uow, hall, number)
    _require_text(report_no, Text("报告编号", "report no."))
    _require_text(reported_by, Text("报告人", "reported by"))
    at = reported_at or uow.now
    if case.logged_at is not None:
        raise LossReportedAlready(number=number, report=case.report_no)
    if document.state == "reversed":
        raise LossSettled(number=number)
    if not case.found_at <= at <= uow.now:
        raise LossTimeRefused
    case.report_no, case.reported_by = report_no.strip(), reported_by.strip()
    case.reported_at, case.logged_at = at, uow.now
    _note(
        uow,
        document,
        "loss.reported",
        {"report_no": report_no.strip(), "late": is_late(case, uow.now)},
    )
    return case


def settle_loss(uow: UnitOfWork, *, hall: Hall, number: str, result: str) -> LossCase:
    """Close a case with what came of it; only once it was reported.

    Raises NotALoss, LossNotReported, LossSettled and FactMissing.
    """
    require(uow, hall.id, "losses", "report")
    lock_head(uow, hall.id)
    document, case = find_loss(uow, hall, number)
    _require_text(result, Text("处理结果", "result"))
    if case.logged_at is None:
        raise LossNotReported(number=number)
    if case.closed_on is not None:
        raise LossSettled(number=number)
    case.result = result.strip()
    case.closed_on = uow.today
    _note(uow, document, "loss.settled", {"result": case.result})
    return case


def undo_loss(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> LossCase:
    """What was lost is found: blanks go back to where they were lost from; the case and mark stay.

    Raises NotALoss, FactMissing and what `advance` raises.
    """
    document, case = find_loss(uow, hall, number)
    _require_text(reason, Text("原因", "reason"))
    today = uow.today
    lock_head(uow, hall.id)
    open_days(uow, hall.id, [today])
    advance(uow, document, "reverse", reason=reason.strip(), on=today)
    _note_places(uow, hall, document, lines_of(uow, document), lost=False)
    case.result = reason.strip()
    case.closed_on = case.closed_on or today
    uow.session.flush()
    return case


def find_loss(uow: UnitOfWork, hall: Hall, number: str) -> tuple[Document, LossCase]:
    """Give the document and case of a loss by its number; raises NotALoss and UnknownDocument."""
    document = find_document(uow, hall.id, number)
    case = uow.session.scalar(
        select(LossCase).where(LossCase.hall_id == hall.id, LossCase.document_id == document.id)
    )
    if document.kind != KIND or case is None:
        raise NotALoss(number=number)
    return document, case


def due_at(found_at: dt.datetime) -> dt.datetime:
    """Give when the report of a loss is due: 24:00 of the day it was found, by the hall's clock."""
    return midnight(found_at.astimezone(HALL_TIME).date() + A_DAY)


def is_late(case: LossCase, now: dt.datetime) -> bool:
    """Tell whether the report was, or by now is, late; what was late stays so.

    What was found again before it was reported is late only if that was after it was due.
    """
    if case.logged_at is None and case.closed_on is not None:
        return case.closed_on >= case.due_at.astimezone(HALL_TIME).date()
    return (case.logged_at or now) > case.due_at


def require_not_lost(uow: UnitOfWork, hall: Hall, code: str, number: str) -> None:
    """Go on only if no standing loss locks the number; raises NumberLost."""
    if not (number.isascii() and number.isdigit()) or is_digital(number):
        return
    rows = uow.session.execute(
        select(LossRun.first_no, Document.number)
        .join(LossCase, (LossCase.hall_id == LossRun.hall_id) & (LossCase.id == LossRun.case_id))
        .join(
            Document,
            (Document.hall_id == LossCase.hall_id) & (Document.id == LossCase.document_id),
        )
        .where(
            LossRun.hall_id == hall.id,
            LossRun.invoice_code == code,
            LossRun.first_number <= int(number),
            LossRun.last_number >= int(number),
            Document.state == "posted",
        )
    )
    for first_no, case in rows:
        if len(first_no) == len(number):
            raise NumberLost(number=f"{code} {number}".strip(), case=case)


def _require_missing(uow: UnitOfWork, hall: Hall, forms: NamedForms) -> bool:
    """Go on only if each number can be missed here, by this person; tells whether they are used."""
    used = set(forms.standings) | {
        no for no, account in forms.places.items() if account.kind not in (*BLANK, *OUTSIDE)
    }
    own = own_numbers(uow, hall.id)
    oversees = bool(OVERSEERS & uow.actor.roles_in(hall.id))
    for number in forms.numbers:
        require_not_lost(uow, hall, forms.code, number)
        account = forms.places.get(number)
        if number not in used and (account is None or account.kind == "department"):
            raise NumberUnknown(number=forms.shown(number))
        if account is not None and account.kind == "invoice_lost":
            raise NumberSettled(number=forms.shown(number), state=ACCOUNT_KINDS[account.kind].text)
        holder = account.holder if account is not None else ""
        if holder and holder not in own and not oversees:
            raise NotYourForm(number=number, holder=holder)
    blank = sorted(set(forms.numbers) - used)
    if used and blank:
        raise LossMixed(blank=", ".join(blank[:5]))
    if not used:
        require_no_open_void(uow, hall, forms.code, forms.numbers)
    return bool(used)


def _lines(uow: UnitOfWork, hall: Hall, code: str, runs: Sequence[Run]) -> list[Line]:
    commodity = commodity_of(uow, code)
    lost = open_account(uow, hall.id, "invoice_lost")
    return [
        Line(commodity, lost, run.account, run.count, run.first_no, run.last_no)
        for run in runs
        if run.account is not None
    ]


def _note_places(
    uow: UnitOfWork, hall: Hall, document: Document, lines: Sequence[Line], *, lost: bool
) -> None:
    """Cut what was lost out of its book's runs, or note that it is back where it was."""
    for line in lines:
        code = line.commodity.code.partition(":")[2]
        for first, last in _by_book(uow, hall, code, line):
            book = find_book(uow, hall, code, first)
            if book is None:
                continue
            move_numbers(
                uow,
                hall=hall,
                book=book,
                first_number=int(first),
                last_number=int(last),
                place="lost" if lost else PLACES[line.credit.kind],
                clerk="" if lost else line.credit.holder,
                document_id=document.id,
                at=uow.now,
            )


def _by_book(uow: UnitOfWork, hall: Hall, code: str, line: Line) -> list[tuple[str, str]]:
    """Divide a run at the ends of books."""
    pieces: list[tuple[str, str]] = []
    first, last = int(line.serial), int(line.serial_to or line.serial)
    digits = len(line.serial)
    while first <= last:
        book = find_book(uow, hall, code, f"{first:0{digits}d}")
        end = last if book is None else min(last, book.last_number)
        pieces.append((f"{first:0{digits}d}", f"{end:0{digits}d}"))
        first = end + 1
    return pieces


def _require_text(value: str, name: Text) -> None:
    if not value.strip():
        raise FactMissing(name, REQUIRED)
    if len(value) > LONGEST:
        raise FactMissing(name, TOO_LONG)


def _note(uow: UnitOfWork, document: Document, act: str, facts: dict[str, object]) -> None:
    subject = f"document:{document.number}"
    with record(uow, hall_id=document.hall_id, act=act, subject=subject, facts=facts):
        pass
