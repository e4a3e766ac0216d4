"""The end of a day: the daily result to read and sign, reopening by two persons, late data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.day_results import ResultSeen, result_paper, see_results
from backoffice.downloads import PDF, download
from backoffice.late_acts import LateAct, settle_late
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.outputs import asked_language
from backoffice.pages.shell import day_url, say, show
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.tasks import Task, is_past_next_noon
from ledger.actors import own_numbers
from ledger.closing.days import acknowledge_day
from ledger.closing.kinds import RESULT
from ledger.closing.reopening import (
    agree_reopening,
    ask_reopening,
    asked_reopening,
    refuse_reopening,
)
from ledger.documents import Document, UnknownDocument
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.waiting import is_asked, unsigned_documents

SIGNED = Text("已阅签,营业日已关账。", "Signed: the day is closed.")
REOPENING_SAID = {
    "ask": Text("已申请重开,等另一人同意。", "Asked; another person has to agree."),
    "agree": Text(
        "已重开:营业日恢复营业中,原签字稿保留为旧版。",
        "Reopened: the day works again, and what was signed stays as an earlier version.",
    ),
    "refuse": Text("已拒绝重开。", "The reopening was refused."),
}
LATE_SAID = Text("迟到数据已处理,请重新运行稽核。", "Settled. Run the audit again.")
RESULT_WAITS = Text("日稽核结果待阅签", "Daily result to read and sign")
RESULT_LATE = Text(
    "日稽核结果逾期未阅签(次日 12:00 前)", "Daily result overdue (by noon of the next day)"
)


@pages.get("/halls/<hall>/days/<date:date>/result")
@needs(("audit", "view"))
def show_result(date: dt.date) -> str:
    """Show the daily result with what is asked of the visitor."""
    with reading() as uow:
        return _page(uow, date)


@pages.post("/halls/<hall>/days/<date:date>/result")
@needs(("day_results", "approve"))
def sign_result(date: dt.date) -> Response | tuple[str, int]:
    """Sign the daily result as manager: the day is closed."""
    return _act(date, lambda uow: acknowledge_day(uow, hall(), date), SIGNED)


@pages.get("/halls/<hall>/days/<date:date>/result.pdf")
@needs(("audit", "view"))
def print_result(date: dt.date) -> Response:
    """Give the daily result on paper, in the language asked for."""
    with reading() as uow:
        content = result_paper(
            uow,
            hall(),
            date,
            language=asked_language(),
            number=request.args.get("number", ""),
        )
    name = f"result-{hall().code}-{date}.pdf"
    return download(content, PDF, name, inline=True)


@pages.post("/halls/<hall>/days/<date:date>/reopening")
@needs(("day_reopenings", "submit"), ("day_reopenings", "approve"))
def reopen(date: dt.date) -> Response | tuple[str, int]:
    """Ask for the day to be opened again, agree to it as another person, or refuse."""
    act, reason = request.form.get("act", ""), request.form.get("reason", "")

    def do(uow: UnitOfWork) -> None:
        if act == "ask":
            ask_reopening(uow, hall(), date, reason=reason)
            return
        waiting = asked_reopening(uow, hall(), date)
        if waiting is None or act not in REOPENING_SAID:
            raise UnknownDocument(number=f"{date} CQ")
        if act == "agree":
            agree_reopening(uow, hall(), waiting)
        else:
            refuse_reopening(uow, waiting, reason=reason)

    return _act(date, do, REOPENING_SAID.get(act, SIGNED))


@pages.post("/halls/<hall>/batches/<int:intake_no>/late")
@needs(("late_rows", "release"), ("late_rows", "accept"), ("late_rows", "dismiss"))
def settle_late_rows(intake_no: int) -> Response:
    """Release, accept or set aside the late rows of a batch and day."""
    asked = LateAct(
        act=request.form.get("act", ""),
        intake_no=intake_no,
        date=request.form.get("date", dt.date.min, type=dt.date.fromisoformat),
        on=request.form.get("on", type=dt.date.fromisoformat),
        reason=request.form.get("reason", ""),
    )
    back = redirect(url_for("pages.show_batch", hall=hall().code, intake_no=intake_no))
    if not password_is_right(request.form.get("password", "")):
        say(WRONG_PASSWORD, "bad")
        return back
    try:
        act_once(lambda uow: settle_late(uow, hall(), asked))
    except BackofficeError as refused:
        say(Text(refused.message("zh"), refused.message("en")), "bad")
        return back
    say(LATE_SAID)
    return back


def closing_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give the results to read and sign, and the reopenings that wait for the visitor."""
    if not allowed("day_results", "approve"):
        return
    numbers = own_numbers(uow, hall().id)
    for awaited in unsigned_documents(uow, hall(), ("day_results", "day_reopenings")):
        document = awaited.document
        if not is_asked(uow, awaited, numbers):
            continue
        is_result = document.kind == RESULT
        date = document.business_date
        late = is_past_next_noon(date, uow.now)
        yield Task(
            date,
            (RESULT_LATE if late else RESULT_WAITS)
            if is_result
            else Text("重开申请待同意", "A reopening waits for you"),
            Text("阅签", "Read and sign") if is_result else Text("审批", "Decide"),
            url_for("pages.show_result", hall=hall().code, date=date),
            document.number or "",
            urgent=late,
        )


def _act(
    date: dt.date, do: Callable[[UnitOfWork], object], said: Text
) -> Response | tuple[str, int]:
    if not password_is_right(request.form.get("password", "")):
        with reading() as uow:
            return _page(uow, date, WRONG_PASSWORD), 403
    try:
        act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return _page(uow, date, sentence), 409
    say(said)
    return redirect(url_for("pages.show_result", hall=hall().code, date=date))


def _page(uow: UnitOfWork, date: dt.date, error: Text | None = None) -> str:
    results = see_results(uow, hall(), date)
    if not results:
        raise UnknownDocument(number=f"{date} RG")
    number = request.args.get("number", "")
    seen = next((one for one in results if one.document.number == number), results[0])
    reopening = asked_reopening(uow, hall(), date)
    return show(
        uow,
        "pages/result.html",
        desk="days",
        title=Text(f"日稽核结果 {date}", f"Daily result {date}"),
        date=date,
        trail=((Text(str(date), str(date)), day_url(date)),),
        seen=seen,
        results=results,
        day=results[0].day,
        errors=seen.errors,
        error=error,
        may_sign=_waits(seen) and allowed("day_results", "approve"),
        reopening=reopening,
        may_agree=_may_agree(uow, reopening),
        may_ask=_may_ask(results[0], reopening),
    )


def _waits(seen: ResultSeen) -> bool:
    return seen.document.state == "submitted"


def _may_agree(uow: UnitOfWork, reopening: Document | None) -> bool:
    if reopening is None or not allowed("day_reopenings", "approve"):
        return False
    return reopening.maker_id != actor().person_id


def _may_ask(latest: ResultSeen, reopening: Document | None) -> bool:
    stands = latest.document.state in ("submitted", "posted")
    final = latest.day.hall_status == "handed_over"
    return stands and not final and reopening is None and allowed("day_reopenings", "submit")
