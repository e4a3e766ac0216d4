"""Loss cases as people look at them: what is lost, how the clock stands, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.losses import is_late
from invoices.mark_tables import LossCase, LossRun
from ledger.documents import Document
from ledger.text import Text
from ledger.work import UnitOfWork

STATES: dict[str, Text] = {
    "due": Text("待报告", "report due"),
    "overdue": Text("逾期未报", "report overdue"),
    "reported": Text("已报告,待结案", "reported, open"),
    "closed": Text("已结案", "closed"),
    "found": Text("已找回", "found again"),
}
FORMS: dict[str, Text] = {
    "blank": Text("空白票", "blank forms"),
    "issued": Text("已开票的联次", "copies of issued invoices"),
}


@dataclass(frozen=True, slots=True)
class LossView:
    """A case at a moment; `late` is a mark for good, `state` one of STATES."""

    hall_id: int
    number: str
    form: str
    copies: str
    invoice_code: str
    numbers: tuple[str, ...]
    count: int
    found_at: dt.datetime
    due_at: dt.datetime
    reporter: str
    circumstances: str
    report_no: str
    reported_by: str
    reported_at: dt.datetime | None
    logged_at: dt.datetime | None
    result: str
    closed_on: dt.date | None
    late: bool
    state: str


def list_losses(
    uow: UnitOfWork, hall_ids: Sequence[int], *, only_open: bool = False
) -> list[LossView]:
    """Give the cases of the halls, those open and soonest due first, as they are now.

    Open is what is not closed and not found again: the rows that managers and the department see.
    """
    rows = uow.session.execute(
        select(LossCase, Document.number, Document.state)
        .join(
            Document,
            (Document.hall_id == LossCase.hall_id) & (Document.id == LossCase.document_id),
        )
        .where(LossCase.hall_id.in_(hall_ids))
        .order_by(LossCase.due_at, LossCase.hall_id, LossCase.id)
    ).all()
    runs: dict[tuple[int, int], list[LossRun]] = {}
    for run in uow.session.scalars(
        select(LossRun)
        .where(LossRun.hall_id.in_(hall_ids))
        .order_by(LossRun.invoice_code, LossRun.first_number)
    ):
        runs.setdefault((run.hall_id, run.case_id), []).append(run)
    views = [
        _view(case, number or "", state, runs.get((case.hall_id, case.id), []), uow.now)
        for case, number, state in rows
    ]
    open_first = sorted(views, key=lambda view: view.state in ("closed", "found"))
    return [v for v in open_first if not only_open or v.state not in ("closed", "found")]


def show_loss(uow: UnitOfWork, case: LossCase) -> LossView:
    """Give one case as it is now."""
    document = uow.session.get_one(Document, (case.hall_id, case.document_id))
    runs = uow.session.scalars(
        select(LossRun)
        .where(LossRun.hall_id == case.hall_id, LossRun.case_id == case.id)
        .order_by(LossRun.invoice_code, LossRun.first_number)
    ).all()
    return _view(case, document.number or "", document.state, runs, uow.now)


def _view(
    case: LossCase, number: str, document_state: str, runs: Sequence[LossRun], now: dt.datetime
) -> LossView:
    late = is_late(case, now)
    if document_state == "reversed":
        state = "found"
    elif case.closed_on is not None:
        state = "closed"
    elif case.logged_at is not None:
        state = "reported"
    else:
        state = "overdue" if late else "due"
    return LossView(
        hall_id=case.hall_id,
        number=number,
        form=case.form,
        copies=case.copies,
        invoice_code=runs[0].invoice_code if runs else "",
        numbers=tuple(
            run.first_no if run.first_no == run.last_no else f"{run.first_no}-{run.last_no}"
            for run in runs
        ),
        count=sum(run.last_number - run.first_number + 1 for run in runs),
        found_at=case.found_at,
        due_at=case.due_at,
        reporter=case.reporter,
        circumstances=case.circumstances,
        report_no=case.report_no,
        reported_by=case.reported_by,
        reported_at=case.reported_at,
        logged_at=case.logged_at,
        result=case.result,
        closed_on=case.closed_on,
        late=late,
        state=state,
    )
