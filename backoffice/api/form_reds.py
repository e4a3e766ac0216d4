"""Red letters registered against their blue, confirmation slips, and sides that are missing."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from werkzeug.datastructures import FileStorage

from backoffice.api.door import once, reading
from backoffice.api.red_schemas import (
    RedAnswer,
    RedBody,
    RedLinksBody,
    Reds,
    RedsQuery,
    SlipActBody,
    SlipAnswer,
    SlipBody,
    SlipFiles,
    Slips,
    SlipsForm,
    SlipsQuery,
    SlipsTakenAnswer,
)
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.form_asked import code_named
from backoffice.mark_answers import red_payload, slip_payload
from backoffice.pages.showing import language
from backoffice.slip_files import read_slip_file
from invoices.red_sides import find_red, red_letters
from invoices.red_slips import confirm_slip, list_slips, open_slip, view_slip, void_slip
from invoices.reds import RedDraft, link_red, register_red
from invoices.slip_files import take_slips
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

FORMS = "/halls/<hall>/forms"
routes = Routes("form_reds", Text("红字与红字信息确认单", "Red letters and confirmation slips"))


@routes.get(
    f"{FORMS}/reds",
    Text("红字发票及缺少的一方和天数。", "Red letters, with sides missing and their age."),
    query=RedsQuery,
    gives=Reds,
)
def list_reds(query: dict[str, Any], hall: str) -> Payload:
    """List red letters, oldest first."""
    with reading() as uow:
        found = _find_hall(uow, hall)
        on = uow.today
        reds = red_letters(uow, found, on=on, only_missing=query["missing"] == "1")
        return {"hall": hall, "reds": [red_payload(one, language()) for one in reds]}


@routes.post(
    f"{FORMS}/reds",
    Text("登记在外开具的红字。", "Register a red letter that was issued elsewhere."),
    body=RedBody,
    gives=RedAnswer,
    status=201,
)
def add_red(body: dict[str, Any], hall: str) -> Payload:
    """Register it against its original, which it never exceeds."""
    named = dict(body)
    amounts = {
        "amount_fen": named.pop("amount"),
        "original_amount_fen": named.pop("original_amount"),
    }

    def register(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        red = register_red(uow, hall=found, draft=RedDraft(**named, **amounts))
        return _shown(uow, found, red.invoice_code, red.invoice_no)

    return once(register, body=body)


@routes.post(
    f"{FORMS}/reds/<code>/<no>/links",
    Text("补登退款、退费单或退货单据。", "Link the refund or the goods that came later."),
    body=RedLinksBody,
    gives=RedAnswer,
)
def add_red_links(body: dict[str, Any], hall: str, code: str, no: str) -> Payload:
    """Link a red letter to its other sides; `-` stands for no code."""
    invoice_code = code_named(code)

    def link(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        link_red(uow, hall=found, code=invoice_code, number=no, **body)
        return _shown(uow, found, invoice_code, no)

    return once(link, body=body)


@routes.get(
    f"{FORMS}/red-slips",
    Text("红字信息确认单。", "Confirmation slips for red letters."),
    query=SlipsQuery,
    gives=Slips,
)
def list_red_slips(query: dict[str, Any], hall: str) -> Payload:
    """List slips as they are now."""
    with reading() as uow:
        slips = list_slips(uow, _find_hall(uow, hall), state=query["state"])
        return {"hall": hall, "slips": [slip_payload(one, language()) for one in slips]}


@routes.post(
    f"{FORMS}/red-slips",
    Text("登记红字信息确认单。", "Note a confirmation slip opened elsewhere."),
    body=SlipBody,
    gives=SlipAnswer,
    status=201,
)
def add_red_slip(body: dict[str, Any], hall: str) -> Payload:
    """Note a slip; it expires 72 hours after it was opened if nobody confirms it."""
    named = dict(body)
    amount_fen = named.pop("amount")

    def note(uow: UnitOfWork) -> Payload:
        slip = open_slip(uow, hall=find_hall(uow, hall), amount_fen=amount_fen, **named)
        return slip_payload(view_slip(slip, uow.now), language())

    return once(note, body=body)


@routes.post(
    f"{FORMS}/red-slips/files",
    Text(
        "按文件登记确认单(csv 或 xlsx):新的登记,已有的按状态了结,有错整份退回。",
        "Take a file of slips: new ones are noted, known ones settled; one bad line refuses it.",
    ),
    upload=(SlipsForm, SlipFiles),
    gives=SlipsTakenAnswer,
)
def take_slip_file(form: dict[str, Any], files: dict[str, FileStorage], hall: str) -> Payload:
    """Take the slips of a csv or xlsx."""
    name = str(files["file"].filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    content = files["file"].stream.read()
    lines = read_slip_file(name, content)

    def take(uow: UnitOfWork) -> Payload:
        return asdict(take_slips(uow, hall=find_hall(uow, hall), name=name, lines=lines))

    return once(take, body={**form, "file": hashlib.sha256(content).hexdigest()})


@routes.post(
    f"{FORMS}/red-slips/<slip>/acts",
    Text("确认或作废确认单。", "Note that a slip was confirmed, or withdrawn."),
    body=SlipActBody,
    gives=SlipAnswer,
)
def settle_red_slip(body: dict[str, Any], hall: str, slip: str) -> Payload:
    """Take a slip its one step on."""
    settle = confirm_slip if body["act"] == "confirm" else void_slip

    def act(uow: UnitOfWork) -> Payload:
        settled = settle(uow, hall=find_hall(uow, hall), slip_no=slip)
        return slip_payload(view_slip(settled, uow.now), language())

    return once(act, body=body)


def _shown(uow: UnitOfWork, hall: Hall, code: str, number: str) -> Payload:
    on = uow.today
    return red_payload(find_red(uow, hall, code, number, on=on), language())


def _find_hall(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "forms", "view")
    return hall
