"""What came in: the rows of a kind for a day, one batch with its rows, and its file as it came."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.downloads import XLSX, download
from backoffice.pages.door import hall, needs, pages, reading, working
from backoffice.pages.rows import (
    EVIDENCE_KINDS,
    column_name,
    find_rows,
    first_late_rows,
    kind_name,
    page_of_rows,
    replaced_batches,
    values_of,
)
from backoffice.pages.shell import day_url, person_names, say, show
from backoffice.pages.showing import language
from backoffice.workbooks import render_evidence_workbook
from ledger.actors import names_of
from ledger.closing.late import late_parts
from ledger.errors import NotFound
from ledger.events import record
from ledger.evidence.kinds import KINDS
from ledger.evidence.late_tables import WAYS
from ledger.evidence.readings import COUNTS, SUM_NAMES
from ledger.evidence.tables import EVIDENCE_TABLES, Intake, RawFile, UnassignedRow
from ledger.evidence.vendors.known_layouts import LAYOUTS
from ledger.text import Text
from ledger.work import UnitOfWork

# The columns a list can be narrowed by, from the address.
FILTERS = ("clerk", "tender", "business", "status", "kind", "step")
ROWS = "rows"
LAYOUT_NAMES: dict[str, Text] = {
    "hall": Text("营业厅格式", "the hall's own format"),
    "mapping": Text("按映射读入", "read by a mapping"),
    "act": Text("本系统办理", "registered here"),
    **{layout.name: layout.title for layout in LAYOUTS},
}
REASON_NEEDED = Text("请写明下载原件的原因。", "Say why the original is needed.")


class UnknownBatch(NotFound):
    """No batch of that number in the hall."""

    code = "unknown_batch"
    text = Text("没有导入批次 {number}。", "There is no batch {number}.")


class UnknownKind(NotFound):
    """No kind of evidence of that name."""

    code = "unknown_kind"
    text = Text("没有名为 {kind} 的凭证。", "There is no kind of evidence {kind}.")


@pages.get("/halls/<hall>/days/<date:date>/evidence/<kind>")
@needs(("audit", "view"))
def list_evidence(date: dt.date, kind: str) -> str:
    """List a day's current rows of one kind, narrowed by the columns named in the address."""
    if kind not in EVIDENCE_TABLES:
        raise UnknownKind(kind=kind)
    where = asked_columns(kind)
    with reading() as uow:
        page = page_of_rows(
            uow,
            hall().id,
            kind,
            number=request.args.get("page", 1, type=int),
            date=date,
            where=where,
        )
        return show(
            uow,
            "pages/evidence.html",
            desk="days",
            title=kind_name(kind),
            date=date,
            trail=((Text(str(date), str(date)), day_url(date)),),
            page=page,
            where=where,
            choices=_choices(uow, kind, date),
            kinds=EVIDENCE_KINDS,
            kind_name=kind_name,
            column_name=column_name,
            names=names_of(uow, hall().id),
        )


@pages.get("/halls/<hall>/days/<date:date>/evidence/<kind>/rows.xlsx")
@needs(("audit", "view"))
def evidence_workbook(date: dt.date, kind: str) -> Response:
    """Give exactly the rows that the list shows, all its pages, as a workbook."""
    if kind not in EVIDENCE_TABLES:
        raise UnknownKind(kind=kind)
    with reading() as uow:
        rows = find_rows(uow, hall().id, kind, date=date, where=asked_columns(kind))
    lines = [{"intake_no": r.intake_no, "file_line": r.file_line, **r.cells} for r in rows]
    content = render_evidence_workbook(kind, lines, language=language())
    return download(content, XLSX, f"{kind}-{hall().code}-{date}.xlsx")


@pages.get("/halls/<hall>/batches/<int:intake_no>")
@needs(("audit", "view"))
def show_batch(intake_no: int) -> str:
    """Show a batch: what it was read as, what it held, and its rows."""
    with reading() as uow:
        intake = _batch(uow, intake_no)
        replaced = replaced_batches(uow, hall().id)
        page = page_of_rows(
            uow,
            hall().id,
            intake.kind,
            number=request.args.get("page", 1, type=int),
            intake_no=intake_no,
        )
        unassigned = uow.session.scalars(
            select(UnassignedRow)
            .where(UnassignedRow.hall_id == hall().id, UnassignedRow.intake_no == intake_no)
            .order_by(UnassignedRow.row_no)
        ).all()
        date = intake.business_date
        return show(
            uow,
            "pages/batch.html",
            desk="days",
            title=Text(f"批次 {intake_no}", f"Batch {intake_no}"),
            date=date,
            trail=((Text(str(date), str(date)), day_url(date)),),
            intake=intake,
            kind_text=kind_name(intake.kind),
            layout=layout_name(intake.layout),
            sums=sums_of(json.loads(intake.sums), intake.kind),
            notes=[Text(zh, en) for zh, en in json.loads(intake.notes)],
            person=person_names(uow, {intake.person_id})[intake.person_id],
            replaced_by=replaced.get(intake_no),
            replaces=[old for old, new in replaced.items() if new == intake_no],
            unassigned=unassigned,
            late=[
                (part, first_late_rows(uow, hall().id, intake.kind, intake_no, part.business_date))
                for part in late_parts(uow, hall(), intake_no=intake_no)
            ],
            ways=WAYS,
            page=page,
            column_name=column_name,
            names=names_of(uow, hall().id),
        )


@pages.post("/halls/<hall>/batches/<int:intake_no>/file")
@needs(("evidence", "import"))
def download_original(intake_no: int) -> Response:
    """Give the file as it came, unmasked; the reason goes into the chain of events (RET-03)."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        say(REASON_NEEDED, "bad")
        return redirect(url_for("pages.show_batch", hall=hall().code, intake_no=intake_no))
    with working() as uow:
        intake = _batch(uow, intake_no)
        raw = uow.session.get_one(RawFile, (hall().id, intake_no))
        content = zlib.decompress(raw.content)
        with record(
            uow,
            hall_id=hall().id,
            act="evidence.original_given",
            subject=f"batch:{intake_no}",
            business_date=intake.business_date,
            facts={"reason": reason[:500], "sha256": intake.sha256},
        ):
            pass
        name = intake.file_name
    answer = download(content, "application/octet-stream", name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def asked_columns(kind: str) -> dict[str, object]:
    """Give the columns by which the address narrows a list, with their values."""
    names = {column.name for column in KINDS[kind].columns}
    asked = {name: request.args.get(name, "") for name in FILTERS if name in names}
    return {name: value for name, value in asked.items() if value}


def _choices(uow: UnitOfWork, kind: str, date: dt.date) -> dict[str, list[str]]:
    """Give each column worth choosing by, with its values on the day."""
    names = [column.name for column in KINDS[kind].columns if column.name in FILTERS]
    values = {name: values_of(uow, hall().id, kind, name, date=date) for name in names}
    return {name: found for name, found in values.items() if len(found) > 1}


def layout_name(layout: str) -> Text:
    """Give the name of whose file a batch was."""
    return LAYOUT_NAMES.get(layout, Text(layout, layout))


def sums_of(sums: dict[str, int], kind: str) -> list[tuple[Text, int, bool]]:
    """Give what a batch held as (name, figure, whether the figure is money)."""
    columns = {column.name: column_name(column) for column in KINDS[kind].columns}
    return [
        (SUM_NAMES.get(name) or columns.get(name) or Text(name, name), figure, name not in COUNTS)
        for name, figure in sums.items()
        if name != ROWS
    ]


def _batch(uow: UnitOfWork, intake_no: int) -> Any:
    intake = uow.session.get(Intake, (hall().id, intake_no))
    if intake is None:
        raise UnknownBatch(number=intake_no)
    return intake
