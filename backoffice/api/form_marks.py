"""Voids and their ticks, cover sheets, loss cases, kept papers and their destruction."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from backoffice.api.door import confirm_password, once, reading
from backoffice.api.mark_schemas import (
    CoverAnswer,
    CoverPrintQuery,
    CoverQuery,
    CoversDue,
    DestructionBody,
    DestructionFiles,
    DestructionForm,
    DestructionSignatureBody,
    KeptBooks,
    LossAnswer,
    LossBody,
    LossEndBody,
    Losses,
    LossesQuery,
    LossReportBody,
    OpenVoids,
    SignedVoidAnswer,
    VoidAnswer,
    VoidBody,
    VoidSignatureBody,
)
from backoffice.api.routes import Routes
from backoffice.api.stock_schemas import StockDocument
from backoffice.cover_papers import cover_paper
from backoffice.destruction_files import read_books, submit_listed
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.form_asked import code_named
from backoffice.mark_answers import (
    cover_due_payload,
    cover_payload,
    kept_payload,
    loss_payload,
    open_void_payload,
    signed_void_payload,
    void_payload,
)
from backoffice.pages.showing import language
from backoffice.stock_answers import document_payload
from invoices.covers import covers_due, print_cover, read_cover
from invoices.loss_cases import list_losses, show_loss
from invoices.losses import open_loss, report_loss, settle_loss, undo_loss
from invoices.open_voids import open_voids
from invoices.retention import retention_calendar, sign_destruction, submit_destruction
from invoices.void_rules import Tick
from invoices.voids import find_void, sign_void, submit_void
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

FORMS = "/halls/<hall>/forms"
routes = Routes(
    "form_marks",
    Text("作废、封面、丢失与保管", "Voids, covers, losses and kept papers"),
)


@routes.get(
    f"{FORMS}/voids",
    Text("未了结的作废,含作废未收回。", "Voids not settled, those not recovered among them."),
    gives=OpenVoids,
)
def list_open_voids(hall: str) -> Payload:
    """List voids that await the auditor or lack copies, oldest first."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        on = uow.today
        voids = [open_void_payload(one, language()) for one in open_voids(uow, [found.id], on=on)]
    return {"hall": hall, "voids": voids}


@routes.post(
    f"{FORMS}/voids",
    Text("申请作废。", "Ask that numbers become void."),
    body=VoidBody,
    gives=VoidAnswer,
    status=201,
)
def ask_void(body: dict[str, Any], hall: str) -> Payload:
    """Ask; the auditor signs. The copies of a form are those its code says, if not given."""

    def ask(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_void(
            uow,
            hall=found,
            code=body["invoice_code"],
            numbers=body["numbers"],
            copies=body["copies"],
            reason=body["reason"],
        )
        return void_payload(uow, found, document, language())

    return once(ask, body=body)


@routes.get(
    f"{FORMS}/voids/<path:number>",
    Text("一张作废单及逐号联次。", "One void, with the copies of each number."),
    gives=VoidAnswer,
)
def show_void(hall: str, number: str) -> Payload:
    """Show a void document."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        return void_payload(uow, found, find_void(uow, found, number), language())


@routes.post(
    f"{FORMS}/voids/<path:number>/signature",
    Text(
        "稽核勾选联次与作废章并签字;联次不全即退回,须走红字。",
        "The auditor ticks copies and stamp, and signs; a missing copy rejects the void.",
    ),
    body=VoidSignatureBody,
    gives=SignedVoidAnswer,
)
def tick_and_sign_void(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Tick and sign, with the password again."""
    confirm_password(body["password"])

    def sign(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        ticks = [Tick(t["number"], tuple(t["copies"]), t["stamped"]) for t in body["ticks"]]
        signed = sign_void(uow, hall=found, number=number, ticks=ticks)
        return signed_void_payload(uow, found, signed, language())

    return once(sign, body=body)


@routes.get(
    f"{FORMS}/covers",
    Text("封面需重印的票本。", "Books whose cover lacks a void number."),
    gives=CoversDue,
)
def list_covers_due(hall: str) -> Payload:
    """List books whose latest cover does not say what the register says."""
    with reading() as uow:
        due = [cover_due_payload(one) for one in covers_due(uow, _find_hall(uow, hall))]
    return {"hall": hall, "books": due}


@routes.get(
    f"{FORMS}/covers/<code>/<no>",
    Text("封面的一版;无代码写 -。", "One version of a cover; `-` stands for no code."),
    query=CoverQuery,
    gives=CoverAnswer,
)
def show_cover(query: dict[str, Any], hall: str, code: str, no: str) -> Payload:
    """Show the latest version, or the one asked for."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        cover = read_cover(
            uow, hall=found, code=code_named(code), no=no, version=query.get("version")
        )
        return cover_payload(cover)


@routes.post(
    f"{FORMS}/covers/<code>/<no>",
    Text("印制封面;作废有变动即成新版。", "Print a cover: a new version where voids changed."),
    gives=CoverAnswer,
)
def make_cover(hall: str, code: str, no: str) -> Payload:
    """Make a new version if the void numbers changed."""

    def make(uow: UnitOfWork) -> Payload:
        cover = print_cover(uow, hall=find_hall(uow, hall), code=code_named(code), no=no)
        return cover_payload(cover)

    return once(make, body={})


@routes.get(
    f"{FORMS}/covers/<code>/<no>/paper.pdf",
    Text("封面作废登记(PDF)。", "The cover of void numbers as PDF."),
    query=CoverPrintQuery,
    file=PDF,
)
def print_cover_paper(query: dict[str, Any], hall: str, code: str, no: str) -> Response:
    """Give a version that was made as PDF."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        cover = read_cover(
            uow, hall=found, code=code_named(code), no=no, version=query.get("version")
        )
        content = cover_paper(uow, found, cover, language=query.get("language") or language())
        name = f"cover-{code}-{cover.book.first_no}-v{cover.version}.pdf"
    return download(content, PDF, name)


@routes.get(
    f"{FORMS}/losses",
    Text("丢失登记。", "Loss cases."),
    query=LossesQuery,
    gives=Losses,
)
def list_loss_cases(query: dict[str, Any], hall: str) -> Payload:
    """List loss cases, the open ones first."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        losses = list_losses(uow, [found.id], only_open=query["open"] == "1")
        return {"hall": hall, "losses": [loss_payload(one, language()) for one in losses]}


@routes.post(
    f"{FORMS}/losses",
    Text("登记丢失,号码即锁定。", "Open a loss case; its numbers are locked."),
    body=LossBody,
    gives=LossAnswer,
    status=201,
)
def open_loss_case(body: dict[str, Any], hall: str) -> Payload:
    """Open a case; its report is due by the end of the day of discovery."""

    def open_case(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        case = open_loss(
            uow,
            hall=found,
            code=body["invoice_code"],
            numbers=body["numbers"],
            found_at=body["found_at"],
            circumstances=body["circumstances"],
            copies=body["copies"],
        )
        return loss_payload(show_loss(uow, case), language())

    return once(open_case, body=body)


@routes.post(
    f"{FORMS}/losses/<path:number>/report",
    Text("登记书面报告。", "Log the written report."),
    body=LossReportBody,
    gives=LossAnswer,
)
def log_loss_report(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Log the report; lateness goes by when it is logged."""

    def log(uow: UnitOfWork) -> Payload:
        case = report_loss(uow, hall=find_hall(uow, hall), number=number, **body)
        return loss_payload(show_loss(uow, case), language())

    return once(log, body=body)


@routes.post(
    f"{FORMS}/losses/<path:number>/end",
    Text("结案或找回。", "Close a case, or note that what was lost is found."),
    body=LossEndBody,
    gives=LossAnswer,
)
def end_loss_case(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Close a reported case with its result, or undo the loss of what is found."""

    def end(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "found":
            case = undo_loss(uow, hall=found, number=number, reason=body["result"])
        else:
            case = settle_loss(uow, hall=found, number=number, result=body["result"])
        return loss_payload(show_loss(uow, case), language())

    return once(end, body=body)


@routes.get(
    f"{FORMS}/kept",
    Text("保管期日历。", "The retention calendar."),
    gives=KeptBooks,
)
def list_kept_books(hall: str) -> Payload:
    """List finished books and until when their papers are kept."""
    with reading() as uow:
        kept = retention_calendar(uow, _find_hall(uow, hall))
        return {"hall": hall, "books": [kept_payload(one, language()) for one in kept]}


@routes.post(
    f"{FORMS}/destructions",
    Text("申请销毁保管期满的票本。", "Ask to destroy the papers of books whose time is over."),
    body=DestructionBody,
    gives=StockDocument,
    status=201,
)
def ask_destruction(body: dict[str, Any], hall: str) -> Payload:
    """Ask; the hall manager and the department sign."""

    def ask(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_destruction(uow, hall=found, **body)
        return document_payload(uow, found, document, language())

    return once(ask, body=body)


@routes.post(
    f"{FORMS}/destructions/files",
    Text(
        "按文件申请销毁(csv 或 xlsx,可用导出的保管期清单);有一本不可销毁即整份退回。",
        "Ask by a file of books, such as the retention calendar; one that may not be refuses it.",
    ),
    upload=(DestructionForm, DestructionFiles),
    gives=StockDocument,
    status=201,
)
def ask_destruction_by_file(
    form: dict[str, Any], files: dict[str, FileStorage], hall: str
) -> Payload:
    """Ask for the books of a csv or xlsx."""
    name = str(files["file"].filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    content = files["file"].stream.read()
    books = read_books(name, content)

    def ask(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_listed(uow, hall=found, name=name, books=books, reason=form["reason"])
        return document_payload(uow, found, document, language())

    return once(ask, body={**form, "file": hashlib.sha256(content).hexdigest()})


@routes.post(
    f"{FORMS}/destructions/<path:number>/signature",
    Text("销毁单签字。", "Sign a destruction."),
    body=DestructionSignatureBody,
    gives=StockDocument,
)
def sign_for_destruction(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Sign with the password again; the second signature makes it so."""
    confirm_password(body["password"])

    def sign(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = sign_destruction(uow, hall=found, number=number)
        return document_payload(uow, found, document, language())

    return once(sign, body=body)


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "forms", "view")
    return hall
