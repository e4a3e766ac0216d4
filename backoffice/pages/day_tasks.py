"""What of hall-days waits for the visitor: data, the audit, the signature, late rows."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, url_for

from backoffice.late_acts import ACTS
from backoffice.pages.door import allowed, hall
from backoffice.pages.tasks import Task, is_past_next_noon
from ledger.audit.day_lists import DaySummary, list_days
from ledger.closing.late import late_parts
from ledger.evidence.unreported import unfinished_since
from ledger.text import Text
from ledger.work import UnitOfWork

SIGNED = "audited"
NOT_AUDITED = Text("逾期未稽核(次日 12:00 前)", "Overdue: not audited by noon of the next day")


def day_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give the days that wait for data, the audit, findings or a signature, and late rows.

    Who leads the hall is told of those not audited by the next noon (DOMAIN REC-01).
    """
    if allowed("evidence", "import") or allowed("audit", "sign"):
        days = list_days(uow, hall(), unfinished_since(uow, hall()), g.today)
        yield from _unreported(uow, [day for day in days if day.is_unreported])
        for day in days:
            if day.hall_status != "working" or day.is_unreported:
                continue
            late = day.audit_status != SIGNED and is_past_next_noon(day.date, uow.now)
            step = _step(day)
            if step is None and late and allowed("day_results", "approve"):
                step = NOT_AUDITED, Text("查看", "Look")
            if step is not None:
                address = url_for("pages.show_day", hall=hall().code, date=day.date)
                yield Task(day.date, step[0], step[1], address, urgent=late)
    if any(allowed("late_rows", way) for way in ACTS):
        yield from _late_rows(uow)


def _unreported(uow: UnitOfWork, days: list[DaySummary]) -> Iterator[Task]:
    """Give the trading days before today that nobody reported, as one: the oldest goes first."""
    owed = [day.date for day in days if day.date < g.today]
    if not owed or not allowed("evidence", "import"):
        return
    said = Text("营业日未上报", "A day nobody reported")
    if len(owed) > 1:
        said = Text(
            f"{len(owed)} 个营业日未上报(至 {owed[-1]})",
            f"{len(owed)} days nobody reported (until {owed[-1]})",
        )
    address = url_for("pages.show_day", hall=hall().code, date=owed[0])
    late = is_past_next_noon(owed[0], uow.now)
    yield Task(owed[0], said, Text("上报", "Report"), address, urgent=late)


def _step(day: DaySummary) -> tuple[Text, Text] | None:
    """Give the day's next step as (sentence, verb); None where it is another's turn."""
    if day.data_status == "expected" and not day.has_evidence:
        said = Text("当日凭证未到", "No evidence yet"), Text("上传", "Upload")
        return said if allowed("evidence", "import") else None
    if day.audit_status == "unaudited" and allowed("audit", "run"):
        return Text("凭证已到,尚未稽核", "Evidence is in, not audited"), Text("稽核", "Audit")
    if day.audit_status in (SIGNED, "unaudited"):
        return None
    if day.blocks and allowed("audit", "accept"):
        said_zh, said_en = f"{day.blocks} 项阻断差异未了", f"{day.blocks} blocking findings stand"
        return Text(said_zh, said_en), Text("查看", "Look")
    if not day.blocks and allowed("audit", "sign"):
        return Text("差异已了,等您签字", "Nothing blocks it; ready to sign"), Text("签字", "Sign")
    return None


def _late_rows(uow: UnitOfWork) -> Iterator[Task]:
    """Give the batches with rows dated on a closed day that nobody settled yet."""
    for part in late_parts(uow, hall(), standing=True):
        yield Task(
            part.business_date,
            Text(
                f"{part.rows} 行迟到数据(批次 {part.intake_no})",
                f"{part.rows} late rows of batch {part.intake_no}",
            ),
            Text("处理", "Settle"),
            url_for("pages.show_batch", hall=hall().code, intake_no=part.intake_no),
        )
