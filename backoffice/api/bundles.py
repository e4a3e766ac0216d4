"""Bundles of closed days for finance and the second-level audit, and the account mapping."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from flask import Response, g

from backoffice.api import bundle_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.bundle_answers import (
    bundle_payload,
    change_payload,
    listed_payload,
    mapping_payload,
)
from backoffice.downloads import download
from backoffice.errors import Payload
from backoffice.mapping_files import MappingFile
from backoffice.pages.showing import language
from ledger.finance.bundles import cancel_bundle, make_bundle, sign_bundle
from ledger.finance.days import days_waiting, find_bundle
from ledger.finance.mapping_changes import (
    find_mapping_change,
    mapping_changes,
    mapping_on,
    propose_mapping,
    reject_mapping,
    sign_mappings,
)
from ledger.finance.returns import (
    ReturnedLine,
    read_by_second,
    return_by_second,
    return_lines,
)
from ledger.finance.revisions import revise_bundle
from ledger.finance.seen import list_bundles, part_of
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

BUNDLES = "/halls/<hall>/bundles"
MAPPING = "/halls/<hall>/voucher-mapping"
ZIP = "application/zip"
SIGNS = frozenset({"sign", "read", "return", "return_second"})
routes = Routes("bundles", Text("移交财务", "Hand-over to finance"))


@routes.get(
    BUNDLES,
    Text("移交单与待移交的营业日。", "Bundles, the oldest first, and days that have none yet."),
    query=shapes.BundlesQuery,
    gives=shapes.BundlesAnswer,
)
def list_all(query: dict[str, Any], hall: str) -> Payload:
    """List bundles."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "bundle", "view")
        states = (query["state"],) if query["state"] else ()
        listed = list_bundles(uow, [found], states=states, since=query["since"])
        days = days_waiting(uow, [found.id], dt.date.min, g.today).get(found.id, [])
        return {
            "hall": hall,
            "waiting": [date.isoformat() for date in days],
            "bundles": [listed_payload(one, language()) for one in listed],
        }


@routes.post(
    BUNDLES,
    Text("把已关账的营业日制成移交单。", "Make the bundle of closed days."),
    body=shapes.BundleBody,
    gives=shapes.BundleAnswer,
    status=201,
)
def make(body: dict[str, Any], hall: str) -> Payload:
    """Make a bundle."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = make_bundle(
            uow,
            hall=found,
            first=body["first"],
            last=body["last"],
            language=body["language"],
        )
        return bundle_payload(uow, found, document, language())

    return once(do, body=body)


@routes.get(
    f"{BUNDLES}/<number>",
    Text("一张移交单。", "One bundle."),
    query=shapes.PartQuery,
    gives=shapes.BundleAnswer,
)
def show(query: dict[str, Any], hall: str, number: str) -> Payload:
    """Give a bundle."""
    with reading() as uow:
        found = _seen(uow, hall)
        document = find_bundle(uow, found, number)
        return bundle_payload(uow, found, document, language(), part=query["part"])


@routes.get(
    f"{BUNDLES}/<number>/file",
    Text("密封文件。", "The sealed file."),
    query=shapes.PartQuery,
    file=ZIP,
)
def give_file(query: dict[str, Any], hall: str, number: str) -> Response:
    """Give the zip."""
    # Laying out papers loads Pango and its fonts.
    from backoffice.bundle_files import file_name, write_bundle

    with reading() as uow:
        found = _seen(uow, hall)
        document = find_bundle(uow, found, number)
        part = part_of(uow, document, query["part"])
        target = io.BytesIO()
        write_bundle(uow, found, document, target, part=part)
        return download(target.getvalue(), ZIP, file_name(found, document, part))


@routes.post(
    f"{BUNDLES}/<number>/acts",
    Text(
        "签收、退回、复核、撤回或冲销改版。",
        "Sign, return lines, read, take back, or reverse and revise.",
    ),
    body=shapes.BundleActBody,
    gives=shapes.BundleAnswer,
)
def act_on_bundle(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Take a bundle a step on; `revise` gives the next version."""
    if body["act"] in SIGNS:
        confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = _act(uow, found, number, body)
        return bundle_payload(uow, found, document, language())

    return once(do, body=body)


def _act(uow: UnitOfWork, hall: Hall, number: str, body: dict[str, Any]) -> Any:
    lines = [
        ReturnedLine(
            line["date"],
            line["reason"],
            line["check"],
            line["subject"],
            line["clerk"],
            line["expected"],
            line["found"],
        )
        for line in body["lines"]
    ]
    match body["act"]:
        case "sign":
            return sign_bundle(uow, hall=hall, number=number)
        case "return":
            return return_lines(uow, hall=hall, number=number, lines=lines)
        case "return_second":
            return return_by_second(uow, hall=hall, number=number, lines=lines)
        case "cancel":
            return cancel_bundle(uow, hall=hall, number=number, reason=body["reason"])
        case "revise":
            return revise_bundle(uow, hall=hall, number=number, reason=body["reason"])
    read_by_second(uow, hall=hall, number=number)
    return find_bundle(uow, hall, number)


def _seen(uow: UnitOfWork, code: str) -> Hall:
    hall = find_hall(uow, code)
    require(uow, hall.id, "bundle", "view")
    return hall


@routes.get(
    MAPPING,
    Text("某日有效的科目对照与历次调整。", "The account mapping of a day, and its changes."),
    query=shapes.MappingQuery,
    gives=shapes.MappingAnswer,
)
def show_mapping(query: dict[str, Any], hall: str) -> Payload:
    """Give the mapping in force."""
    on = query["date"] or g.today
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "voucher_mapping", "view")
        return {
            "hall": hall,
            "date": on.isoformat(),
            **mapping_payload(mapping_on(uow, found, on), language()),
            "changes": [
                change_payload(uow, found, one, language()) for one in mapping_changes(uow, found)
            ],
        }


@routes.post(
    MAPPING,
    Text("提出科目对照调整。", "Propose a change; another of finance signs it."),
    body=shapes.MappingBody,
    gives=shapes.MappingChangeAnswer,
    status=201,
)
def propose(body: dict[str, Any], hall: str) -> Payload:
    """Propose a change."""
    told = MappingFile()
    for rule in body["rules"]:
        codes = (rule["debit"], rule["credit"])
        told.add(rule["key"], codes, (rule["debit_name"], rule["credit_name"]))

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        (document,) = propose_mapping(
            uow,
            halls=[found],
            rules=told.rules,
            accounts=told.accounts,
            valid_from=body["valid_from"],
            reason=body["reason"],
        )
        return change_payload(uow, found, document, language())

    return once(do, body=body)


@routes.post(
    f"{MAPPING}/<number>/acts",
    Text("签署或退回科目对照调整。", "Sign or refuse a change of the mapping."),
    body=shapes.MappingActBody,
    gives=shapes.MappingChangeAnswer,
)
def act_on_mapping(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Sign or refuse a change."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        document = find_mapping_change(uow, found, number)
        if body["act"] == "sign":
            sign_mappings(uow, [document])
        else:
            reject_mapping(uow, document, body["reason"])
        return change_payload(uow, found, document, language())

    return once(do, body=body)
