"""Evidence in: files taken whole or refused whole, sources without business, batches, rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from backoffice.answers import intake_payload, sums_payload
from backoffice.answers import moment as show_moment
from backoffice.api import answers
from backoffice.api.door import once, reading
from backoffice.api.routes import Routes
from backoffice.api.schemas import EvidenceFiles, EvidenceForm, IntakesQuery, NilBody, PageQuery
from backoffice.errors import Payload
from backoffice.evidence_sources import require_source
from backoffice.pages.rows import replaced_batches
from backoffice.pages.showing import language, masked
from backoffice.receiving import read_evidence, take_file, take_nil
from ledger.errors import BadInput, NotFound, Problem
from ledger.evidence.kinds import KINDS, CellType, Column
from ledger.evidence.mappings import Mapping, load_mapping
from ledger.evidence.tables import EVIDENCE_TABLES, Intake, sql_name
from ledger.money import show_yuan
from ledger.organisations import find_hall
from ledger.permissions import may, require
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import Text
from ledger.work import UnitOfWork

DAY = "/halls/<hall>/days/<date>"
# A subscriber's number is shown by its ends alone (DOMAIN RET-03).
PERSONAL = frozenset({"subscriber"})

routes = Routes("evidence", Text("凭证", "Evidence"))


class UnknownBatch(NotFound):
    """No batch of that number in the hall."""

    code = "unknown_batch"
    text = Text("没有导入批次 {number}。", "There is no batch {number}.")


@routes.post(
    f"{DAY}/evidence",
    Text(
        "导入一个凭证文件,类型按内容识别;整份接收或整份拒绝。",
        "Take in one file; what it is, is told by its content. All of it or nothing.",
    ),
    upload=(EvidenceForm, EvidenceFiles),
    gives=answers.Intake,
    status=201,
)
def take_evidence(
    form: dict[str, Any], files: dict[str, FileStorage], hall: str, date: dt.date
) -> Payload:
    """Take a file in. The same file again gives the earlier batch."""
    _may_import(hall)
    name = str(files["file"].filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    content = files["file"].stream.read()
    mapping, told = _read_mapping(files.get("mapping"))
    reading_ = read_evidence(name, content, kind=form.get("kind"), mapping=mapping)

    def take(uow: UnitOfWork) -> Payload:
        result = take_file(
            uow,
            hall_code=hall,
            date=date,
            file_name=name,
            content=content,
            reading=reading_,
            replaces=form.get("replaces"),
        )
        return intake_payload(result, name, language())

    same = {**form, "name": name, "file": hashlib.sha256(content).hexdigest(), "mapping": told}
    return once(take, body=same)


@routes.post(
    f"{DAY}/nil",
    Text("申报某来源当日没有业务。", "Declare that a source has nothing for the day."),
    body=NilBody,
    gives=answers.Nil,
    status=201,
)
def declare_nil(body: dict[str, Any], hall: str, date: dt.date) -> Payload:
    """Note that a source has nothing."""
    source = require_source(body["source"])

    def note(uow: UnitOfWork) -> Payload:
        take_nil(uow, hall_code=hall, date=date, source=source)
        return {"hall": hall, "date": date.isoformat(), "source": source}

    return once(note, body=body)


@routes.get(
    "/halls/<hall>/intakes",
    Text("导入批次,最近的在前。", "Batches, the latest first."),
    query=IntakesQuery,
    gives=answers.Intakes,
)
def list_intakes(query: dict[str, Any], hall: str) -> Payload:
    """List the batches of a hall, or of one day."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "audit", "view")
        wanted = select(Intake).where(Intake.hall_id == found.id)
        if "date" in query:
            wanted = wanted.where(Intake.business_date == query["date"])
        total = uow.session.scalar(select(func.count()).select_from(wanted.subquery()))
        replaced = replaced_batches(uow, found.id)
        intakes = uow.session.scalars(
            wanted.order_by(Intake.intake_no.desc())
            .limit(query["page_size"])
            .offset((query["page"] - 1) * query["page_size"])
        )
        entries = [_entry(intake, replaced) for intake in intakes]
        return {"hall": hall, "total": total, "intakes": entries, **_paging(query)}


@routes.get(
    "/halls/<hall>/intakes/<int:batch>",
    Text("一个导入批次。", "One batch."),
    gives=answers.IntakeEntry,
)
def show_intake(hall: str, batch: int) -> Payload:
    """Show what a file was read as and what it held."""
    with reading() as uow:
        intake = _find_intake(uow, hall, batch)
        return _entry(intake, replaced_batches(uow, intake.hall_id))


@routes.get(
    "/halls/<hall>/intakes/<int:batch>/rows",
    Text("批次的各行,按原样读取。", "The rows of a batch, as they were read."),
    query=PageQuery,
    gives=answers.IntakeRows,
)
def list_rows(query: dict[str, Any], hall: str, batch: int) -> Payload:
    """List the rows of a batch with their lines in the file."""
    with reading() as uow:
        intake = _find_intake(uow, hall, batch)
        kind, table = KINDS[intake.kind], EVIDENCE_TABLES[intake.kind]
        mine = (table.c.hall_id == intake.hall_id) & (table.c.intake_no == batch)
        total = uow.session.scalar(select(func.count()).select_from(table).where(mine))
        rows = uow.session.execute(
            select(table)
            .where(mine)
            .order_by(table.c.row_no)
            .limit(query["page_size"])
            .offset((query["page"] - 1) * query["page_size"])
        ).mappings()
        shown = [
            {
                "line": row["file_line"],
                "date": row["business_date"].isoformat(),
                **{c.name: _cell(c, row[sql_name(c.name)]) for c in kind.columns if not _head(c)},
            }
            for row in rows
        ]
        paging = _paging(query)
        return {"batch": batch, "kind": kind.name, "total": total, "rows": shown, **paging}


def _may_import(hall: str) -> None:
    """Refuse before a file is read at all; who keeps items hands in files of them alone."""
    with reading() as uow:
        found = find_hall(uow, hall)
        if not may(uow, found.id, "items", "load"):
            require(uow, found.id, "evidence", "import")


def _read_mapping(file: FileStorage | None) -> tuple[Mapping | None, str]:
    if file is None:
        return None, ""
    name = file.filename or "mapping"
    try:
        text = file.stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        wording = Text("不是 UTF-8 文本。", "This is no UTF-8 text.")
        raise BadInput([Problem(wording, file=name)]) from broken
    mapping = load_mapping(text, file=name)
    return mapping, mapping.version


def _find_intake(uow: UnitOfWork, hall: str, batch: int) -> Intake:
    found = find_hall(uow, hall)
    require(uow, found.id, "audit", "view")
    intake = uow.session.get(Intake, (found.id, batch)) if batch < 2**63 else None
    if intake is None:
        raise UnknownBatch(number=batch)
    return intake


def _entry(intake: Intake, replaced: dict[int, int]) -> Payload:
    mapping = f"{intake.mapping}@{intake.mapping_version}" if intake.mapping else ""
    return {
        "batch": intake.intake_no,
        "date": intake.business_date,
        "file": intake.file_name,
        "kind": intake.kind,
        "layout": intake.layout,
        "rows": intake.row_count,
        "repeated": intake.repeated_count,
        "sums": sums_payload(json.loads(intake.sums)),
        "notes": [Text(zh, en).in_language(language()) for zh, en in json.loads(intake.notes)],
        "sha256": intake.sha256,
        "mapping": mapping,
        "at": show_moment(intake.at),
        "replaced_by": replaced.get(intake.intake_no),
    }


def _head(column: Column) -> bool:
    return column.name == "business_date"


def _cell(column: Column, value: Any) -> object:
    """Give a cell as JSON: money as yuan, times and dates as ISO 8601, flags as 1 or 0."""
    if value is None:
        return None
    if column.name in PERSONAL:
        return masked(value)
    if column.reads is CellType.MONEY:
        return show_yuan(value)
    if column.reads is CellType.INSTANT:
        return show_moment(EPOCH + value * MICROSECOND)
    return value.isoformat() if isinstance(value, dt.date) else value


def _paging(query: dict[str, Any]) -> Payload:
    return {"page": query["page"], "page_size": query["page_size"]}
