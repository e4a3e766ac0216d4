"""Scan sheets, from the first scan to the document; what people hold, and what is lent out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage

from backoffice.api import sheet_shapes as shapes
from backoffice.api.door import engine, once, reading
from backoffice.api.routes import Routes
from backoffice.api.stock_schemas import StockDocument
from backoffice.errors import Payload
from backoffice.pages.showing import language
from backoffice.sheet_answers import (
    care_payload,
    custody_payload,
    loan_payload,
    scan_payload,
    sheet_head,
    sheet_payload,
)
from backoffice.sheet_files import read_sheet_file
from backoffice.stock_answers import document_payload
from backoffice.transfers import forward_transfers
from ledger.errors import Invalid
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.custody import custody_of, own_holders, require_custody_sight
from stock.loans import goods_in_care, loans_out
from stock.scan_sheets import confirm_scan, drop_sheet, find_sheet, open_sheets, undo_scan
from stock.scan_tables import ScanLine, ScanSheet
from stock.sheet_work import (
    begin_sheet,
    document_at_once,
    scan_onto,
    state_on_sheet,
    submit_sheet,
)

STOCK = "/halls/<hall>/stock"
SHEETS, ONE = f"{STOCK}/sheets", f"{STOCK}/sheets/<int:number>"
routes = Routes("sheets", Text("扫码草稿、在手与借出", "Scan sheets, custody, loans"))


class FactsRefused(Invalid):
    """What a document states is no JSON object of texts."""

    code = "facts_refused"
    text = Text(
        "facts 应为 JSON 对象,值均为文本。",
        "facts should be one JSON object whose values are texts.",
    )


@routes.get(SHEETS, Text("我的未完草稿。", "One's sheets not finished."), gives=shapes.Sheets)
def list_sheets(hall: str) -> Payload:
    """List the actor's open sheets, the oldest first."""
    with reading() as uow:
        found = find_hall(uow, hall)
        sheets = [sheet_head(uow, found, one, language()) for one in open_sheets(uow, found)]
    return {"hall": hall, "sheets": sheets}


@routes.post(
    SHEETS,
    Text("为一种单据开一张扫码草稿。", "Begin a scan sheet for a kind of document."),
    body=shapes.SheetBody,
    gives=shapes.Sheet,
    status=201,
)
def begin(body: dict[str, Any], hall: str) -> Payload:
    """Begin a sheet; its scans, if any come along, have their verdicts."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sheet = begin_sheet(uow, hall=found, **body)
        return sheet_payload(uow, found, sheet, language())

    return once(do, body=body)


@routes.get(ONE, Text("一张扫码草稿。", "One scan sheet with its scans."), gives=shapes.Sheet)
def show_sheet(hall: str, number: int) -> Payload:
    """Show a sheet of the actor's."""
    with reading() as uow:
        found = find_hall(uow, hall)
        return sheet_payload(uow, found, find_sheet(uow, found, number), language())


@routes.post(
    f"{ONE}/scans",
    Text("扫一批条码,或撤销、确认一条。", "Take a batch of codes, or undo or confirm one scan."),
    body=shapes.SheetScansBody,
    gives=shapes.Sheet,
)
def scan(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Take codes in order, each with its verdict: `scans` are those of this request."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sheet = find_sheet(uow, found, number, lock=True)
        if body["undo"] is not None:
            undo_scan(uow, sheet, body["undo"])
        if body["confirm"] is not None:
            confirm_scan(uow, sheet, body["confirm"])
        lines = scan_onto(uow, hall=found, sheet_id=number, codes=body["codes"])
        head = sheet_head(uow, found, sheet, language())
        return {**head, "scans": scan_payload(lines, language())}

    return once(do, body=body)


@routes.post(
    f"{ONE}/files",
    Text("录入文件中的条码。", "Take the codes of a file, xlsx, csv or text."),
    upload=(shapes.SheetFileForm, shapes.SheetFiles),
    gives=shapes.Sheet,
)
def scan_file(
    form: dict[str, Any], files: dict[str, FileStorage], hall: str, number: int
) -> Payload:
    """Take the codes of a file onto the sheet; `scans` are those of the file."""
    content = files["file"].stream.read()
    read = read_sheet_file(str(files["file"].filename or "file"), content)

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        scans = scan_onto(uow, hall=found, sheet_id=number, codes=read.codes, facts=read.facts)
        sheet = find_sheet(uow, found, number)
        return _answer_of_file(uow, found, sheet, scans, read.lines)

    return once(do, body={**form, "file": hashlib.sha256(content).hexdigest()})


@routes.post(
    f"{STOCK}/documents/files",
    Text(
        "按文件办理任何一种单据:逐行给出结论;未要求只用合格行时,有错即不成单。",
        "Make a document of any kind from a file: every line has its verdict; with a bad one"
        " nothing is made unless only the good lines are asked for.",
    ),
    upload=(shapes.FileDocumentForm, shapes.FileDocumentFiles),
    gives=shapes.Sheet,
)
def make_of_file(form: dict[str, Any], files: dict[str, FileStorage], hall: str) -> Payload:
    """Make the document of a file's lines; `document` is its number, null where none was made."""
    content = files["file"].stream.read()
    read = read_sheet_file(str(files["file"].filename or "file"), content)
    facts = _stated(form["facts"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sheet, scans = document_at_once(
            uow,
            hall=found,
            kind=form["kind"],
            facts={**facts, **read.facts},
            codes=read.codes,
            good_only=form["good_only"] == "1",
        )
        return _answer_of_file(uow, found, sheet, scans, read.lines)

    answer = once(do, body={**form, "file": hashlib.sha256(content).hexdigest()})
    forward_transfers(engine())
    return answer


@routes.post(
    f"{ONE}/facts",
    Text("填写单据内容。", "State what the document says; its scans are judged again."),
    body=shapes.FactsBody,
    gives=shapes.Sheet,
)
def state(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Keep what is stated, beside what was stated before."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sheet = state_on_sheet(uow, hall=found, sheet_id=number, facts=body["facts"])
        return sheet_payload(uow, found, sheet, language())

    return once(do, body=body)


@routes.post(
    f"{ONE}/document",
    Text("成单。", "Make the document of the sheet."),
    body=shapes.SheetDocumentBody,
    gives=StockDocument,
    status=201,
)
def make(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Submit the document; it is posted unless somebody else signs it first."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_sheet(uow, hall=found, sheet_id=number, good_only=body["good_only"])
        return document_payload(uow, found, document, language())

    answer = once(do, body=body)
    forward_transfers(engine())
    return answer


@routes.delete(ONE, Text("弃用草稿。", "Put a sheet aside."), gives=shapes.SheetHead)
def drop(hall: str, number: int) -> Payload:
    """Put a sheet aside for good; what was scanned stays on record."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        sheet = find_sheet(uow, found, number, lock=True)
        drop_sheet(uow, sheet)
        return sheet_head(uow, found, sheet, language())

    return once(do, body={})


@routes.get(
    f"{STOCK}/custody",
    Text("在手:期初、当日进出、结存,逐件。", "In hand: opening, the day's ways, each piece."),
    query=shapes.CustodyQuery,
    gives=shapes.CustodyAnswer,
)
def show_custody(query: dict[str, Any], hall: str) -> Payload:
    """Show what a clerk or counter holds; one's own where nobody is named."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "stock", "view")
        holder = query["holder"] or next(iter(own_holders(uow, found)), "")
        require_custody_sight(uow, found, holder)
        today = uow.today
        return custody_payload(found, custody_of(uow, found, holder, today), today)


@routes.get(
    f"{STOCK}/loans",
    Text("借出,超期在前。", "What is lent out, overdue first."),
    gives=shapes.Loans,
)
def list_loans(hall: str) -> Payload:
    """List what is lent out."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "stock", "view")
        today = uow.today
        return {
            "hall": hall,
            "loans": [loan_payload(one, today) for one in loans_out(uow, found)],
        }


@routes.get(
    f"{STOCK}/care",
    Text("送修代管,应取在前。", "Customers' pieces in our care, what should be ready first."),
    gives=shapes.Cares,
)
def list_care(hall: str) -> Payload:
    """List what is in our care; after 60 days in repair a handset is exchanged (STK-07)."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "stock", "view")
        today = uow.today
        told = [care_payload(one, today) for one in goods_in_care(uow, found)]
    return {"hall": hall, "pieces": told}


def _answer_of_file(
    uow: UnitOfWork,
    hall: Hall,
    sheet: ScanSheet,
    scans: Sequence[ScanLine],
    lines: Sequence[int],
) -> Payload:
    head = sheet_head(uow, hall, sheet, language())
    return {**head, "scans": scan_payload(scans, language(), of_file=lines)}


def _stated(text: str) -> dict[str, str]:
    """Read what a document states, a JSON object of texts; raises FactsRefused."""
    try:
        facts = json.loads(text)
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or not all(isinstance(one, str) for one in facts.values()):
        raise FactsRefused
    return facts
