"""Stock documents of every kind, manifests, files of goods and transfers between halls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, g
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from backoffice.api.door import actor, confirm_password, engine, once, reading
from backoffice.api.routes import Routes
from backoffice.api.stock_schemas import (
    ClosingBody,
    GoodsAnswer,
    GoodsFiles,
    ManifestAnswer,
    ManifestForm,
    ManifestReceiptBody,
    Manifests,
    ManifestsQuery,
    MoveBody,
    PrintQuery,
    ReceiptForm,
    StepBody,
    StockDocument,
    Transfers,
)
from backoffice.downloads import PDF, download
from backoffice.errors import Payload
from backoffice.goods_files import read_goods_file
from backoffice.pages.showing import language
from backoffice.stock_answers import (
    document_payload,
    manifest_payload,
    report_payload,
    transfer_payload,
)
from backoffice.stock_papers import stock_paper
from backoffice.transfers import forward_transfers
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.dispatches import actor_of_both, transfers_under_way
from stock.document_tables import Manifest
from stock.manifests import close_manifest, find_manifest, receive_manifest
from stock.moves import MoveLine, submit_move
from stock.receipts import expect_lines, receive_lines
from stock.signing import cancel_move, reject_move, reverse_move, sign_move

STOCK = "/halls/<hall>/stock"
routes = Routes("stock", Text("库存单据、应到清单与调拨", "Stock documents, manifests, transfers"))


@routes.post(
    f"{STOCK}/documents",
    Text("办理一份库存单据。", "Make a stock document of any kind."),
    body=MoveBody,
    gives=StockDocument,
    status=201,
)
def make_document(body: dict[str, Any], hall: str) -> Payload:
    """Make and submit a document; it is posted unless somebody else signs it first."""

    def make(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = submit_move(
            uow,
            hall=found,
            kind=body["kind"],
            lines=[_line(line) for line in body["lines"]],
            facts=body["facts"],
            on=body["date"],
            reason=body["reason"],
        )
        return document_payload(uow, found, document, language())

    return _forwarded(make, body)


@routes.post(
    f"{STOCK}/documents/<path:number>/acts",
    Text("签字、退回、作废或冲销。", "Sign, reject, cancel or reverse a document."),
    body=StepBody,
    gives=StockDocument,
)
def act_on_document(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a document a step on; signing, as the other side or as approver, asks the password."""
    if body["act"] == "sign":
        confirm_password(body["password"])

    def act(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        reason = body["reason"].strip()
        if body["act"] == "sign":
            document = sign_move(uow, hall=found, number=number)
        elif body["act"] == "reject":
            document = reject_move(uow, hall=found, number=number, reason=reason)
        elif body["act"] == "cancel":
            document = cancel_move(uow, hall=found, number=number, reason=reason)
        else:
            document = reverse_move(uow, hall=found, number=number, reason=reason, on=body["date"])
        return document_payload(uow, found, document, language())

    if body["act"] == "reverse":
        with reading() as uow:
            g.actor = actor_of_both(uow, actor(), find_hall(uow, hall), number)
    return _forwarded(act, body)


@routes.get(
    f"{STOCK}/documents/<path:number>/paper.pdf",
    Text("打印单据(三联)。", "The printed form of a document, in three copies."),
    query=PrintQuery,
    file=PDF,
)
def print_document(query: dict[str, Any], hall: str, number: str) -> Response:
    """Give the form as PDF."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        content = stock_paper(
            uow,
            found,
            number,
            language=query.get("language") or language(),
            form=query["form"],
        )
    name = f"{number.replace('/', '-')}.pdf"
    return download(content, PDF, name)


@routes.post(
    f"{STOCK}/receipts",
    Text(
        "按文件入库:逐行给出结论;未要求只收合格行时,有错即不入账。",
        "Receive from a file: every line has its verdict; with a bad one nothing is posted unless"
        " only the good lines are asked for.",
    ),
    upload=(ReceiptForm, GoodsFiles),
    gives=GoodsAnswer,
)
def receive_file(form: dict[str, Any], files: dict[str, FileStorage], hall: str) -> Payload:
    """Receive the lines of a csv or xlsx, against a manifest if one is named."""
    name, content = _file(files)
    lines = read_goods_file(name, content, item=form["item"])

    def receive(uow: UnitOfWork) -> Payload:
        report = receive_lines(
            uow,
            hall=find_hall(uow, hall),
            lines=lines,
            good_lines=form["good_lines"] == "1",
            manifest=form["manifest"],
            facts={} if form["manifest"] else _named(form),
        )
        return report_payload(report, language())

    return _forwarded(receive, {**form, "file": hashlib.sha256(content).hexdigest()})


@routes.get(
    f"{STOCK}/manifests",
    Text("应到清单。", "Manifests of goods awaited."),
    query=ManifestsQuery,
    gives=Manifests,
)
def list_manifests(query: dict[str, Any], hall: str) -> Payload:
    """List manifests by state, the latest first."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        manifests = uow.session.scalars(
            select(Manifest)
            .where(Manifest.hall_id == found.id, Manifest.state == query["state"])
            .order_by(Manifest.id.desc())
            .limit(100)
        ).all()
        return {
            "hall": hall,
            "manifests": [
                manifest_payload(uow, found, one, language(), whole=False) for one in manifests
            ],
        }


@routes.post(
    f"{STOCK}/manifests",
    Text("登记应到清单(文件)。", "Await the goods of a file."),
    upload=(ManifestForm, GoodsFiles),
    gives=GoodsAnswer,
)
def expect_file(form: dict[str, Any], files: dict[str, FileStorage], hall: str) -> Payload:
    """Make a manifest of a file's lines; `posted` is its number."""
    name, content = _file(files)
    lines = read_goods_file(name, content, item=form["item"])

    def expect(uow: UnitOfWork) -> Payload:
        manifest, report = expect_lines(
            uow,
            hall=find_hall(uow, hall),
            lines=lines,
            source=form["source"],
            sender=form["sender"],
            reference=form["reference"],
            good_lines=form["good_lines"] == "1",
        )
        answer = report_payload(report, language())
        return {**answer, "posted": None if manifest is None else str(manifest.id)}

    return once(expect, body={**form, "file": hashlib.sha256(content).hexdigest()})


@routes.get(
    f"{STOCK}/manifests/<int:number>",
    Text("一份应到清单及未到物品。", "One manifest and what is missing of it."),
    gives=ManifestAnswer,
)
def show_manifest(hall: str, number: int) -> Payload:
    """Show a manifest."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        manifest = find_manifest(uow, found, number)
        return manifest_payload(uow, found, manifest, language(), whole=True)


@routes.post(
    f"{STOCK}/manifests/<int:number>/receipts",
    Text("按应到清单收货。", "Receive what came of a manifest."),
    body=ManifestReceiptBody,
    gives=StockDocument,
    status=201,
)
def receive_goods(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Receive the lines given, or all that is missing."""

    def receive(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document, _ = receive_manifest(
            uow,
            hall=found,
            number=number,
            lines=None if body["lines"] is None else [_line(line) for line in body["lines"]],
            take_unexpected=body["take_unexpected"],
        )
        return document_payload(uow, found, document, language())

    return _forwarded(receive, body)


@routes.post(
    f"{STOCK}/manifests/<int:number>/closing",
    Text("关闭应到清单,其余按未到处理。", "Await the rest of a manifest no longer."),
    body=ClosingBody,
    gives=ManifestAnswer,
)
def close_awaited(body: dict[str, Any], hall: str, number: int) -> Payload:
    """Close a manifest."""

    def close(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        manifest = close_manifest(uow, hall=found, number=number, reason=body["reason"])
        return manifest_payload(uow, found, manifest, language(), whole=True)

    return _forwarded(close, body)


@routes.get(
    f"{STOCK}/transfers",
    Text("在途调拨,超期在前。", "Transfers under way, oldest first, late ones marked."),
    gives=Transfers,
)
def list_transfers(hall: str) -> Payload:
    """List what this hall has sent and is not received."""
    with reading() as uow:
        under_way = transfers_under_way(uow, _find_hall(uow, hall))
    return {"hall": hall, "transfers": [transfer_payload(one) for one in under_way]}


def _forwarded(act: Callable[[UnitOfWork], Payload], body: dict[str, Any]) -> Payload:
    """Do one act, then what follows from it between halls."""
    answer = once(act, body=body)
    forward_transfers(engine())
    return answer


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "stock", "view")
    return hall


def _line(line: dict[str, Any]) -> MoveLine:
    return MoveLine(
        item=line["item"],
        quantity=line["quantity"],
        serial=line["serial"],
        serial_to=line["serial_to"],
        holder=line["holder"],
        to_holder=line["to_holder"],
        unit_cost_fen=line["unit_cost"],
        names=tuple((name["kind"], name["value"]) for name in line["names"]),
    )


def _named(form: dict[str, Any]) -> dict[str, str]:
    return {
        "source": form["source"],
        "supplier": form["sender"],
        "delivery_no": form["reference"],
    }


def _file(files: dict[str, FileStorage]) -> tuple[str, bytes]:
    name = str(files["file"].filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    return name, files["file"].stream.read()
