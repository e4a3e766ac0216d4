"""The account mapping: what is in force, what waits for another of finance, one key changed."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.bundle_words import key_name
from backoffice.mapping_files import MappingFile, read_mapping_file
from backoffice.pages.bundle_pages import MAPPING_LOOK, show_bundle_desk
from backoffice.pages.bundle_typed import reason_typed
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.move_forms import day_of
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from ledger.documents import STATES, Document, facts_of
from ledger.errors import BackofficeError
from ledger.finance.errors import MappingUnreadable
from ledger.finance.mapping import mapping_from_json
from ledger.finance.mapping_changes import (
    find_mapping_change,
    mapping_changes,
    mapping_on,
    propose_mapping,
    reject_mapping,
    sign_mappings,
)
from ledger.text import Text
from ledger.work import UnitOfWork

TITLE = Text("科目对照", "Account mapping")
DONE = {
    "propose": Text("已提出,待另一名财务签字。", "Proposed; another of finance signs it."),
    "sign": Text("已签字,自生效日起执行。", "Signed; it counts from its first day."),
    "reject": Text("已退回。", "Rejected."),
}


@pages.get("/halls/<hall>/voucher-mapping")
@needs(*MAPPING_LOOK)
def show_voucher_mapping() -> str:
    """Show the mapping in force, the changes that wait, and the form to change it."""
    return _page()


@pages.post("/halls/<hall>/voucher-mapping")
@needs(("voucher_mapping", "submit"))
def do_voucher_mapping() -> Response | tuple[str, int]:
    """Propose a change, sign or reject one; each asks for the password."""
    form = request.form
    act = form.get("act", "")
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "propose": _propose,
        "sign": lambda uow: sign_mappings(
            uow, [find_mapping_change(uow, hall(), form.get("number", ""))]
        ),
        "reject": lambda uow: reject_mapping(
            uow, find_mapping_change(uow, hall(), form.get("number", "")), reason_typed(form)
        ),
    }
    if act not in acts:
        raise BadRequest
    if not password_is_right(form.get("password", "")):
        return _page(act, WRONG_PASSWORD), 422
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _page(act, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.show_voucher_mapping", hall=hall().code))


def _propose(uow: UnitOfWork) -> None:
    form = request.form
    first = day_of(form.get("valid_from", ""))
    if first is None:
        problem = Text("请填生效日", "give its first day")
        raise MappingUnreadable(at="valid_from", problem=problem)
    file = request.files.get("file")
    if file is not None and file.filename:
        told = read_mapping_file(file.filename, file.read())
    else:
        told = MappingFile()
        codes = (form.get("debit", "").strip(), form.get("credit", "").strip())
        names = (form.get("debit_name", "").strip(), form.get("credit_name", "").strip())
        told.add(form.get("key", "").strip(), codes, names)
    propose_mapping(
        uow,
        halls=[hall()],
        rules=told.rules,
        accounts=told.accounts,
        valid_from=first,
        reason=reason_typed(form),
    )


def _page(tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        changes = mapping_changes(uow, hall())
        in_force = mapping_on(uow, hall(), g.today)
        return show_bundle_desk(
            uow,
            "pages/voucher_mapping.html",
            page="mapping",
            title=TITLE,
            in_force=in_force,
            rules=sorted(in_force.mapping.rules.items()),
            accounts=in_force.mapping.accounts,
            key_name=key_name,
            changes=[(one, facts_of(uow, one)) for one in changes],
            pending=[
                (one, facts_of(uow, one), _changed(uow, one))
                for one in changes
                if one.state == "submitted"
            ],
            persons=person_names(uow, {one.maker_id for one in changes}),
            states=STATES,
            may_change=allowed("voucher_mapping", "submit"),
            tried=tried,
            error=error,
        )


def _changed(uow: UnitOfWork, change: Document) -> list[tuple[str, str, str]]:
    """Give the keys a change touches, with the accounts before and after, as `debit / credit`."""
    facts = facts_of(uow, change)
    after = mapping_from_json(facts["mapping"])
    before = mapping_on(uow, hall(), g.today).mapping

    def said(rule: object) -> str:
        debit, credit = getattr(rule, "debit", ""), getattr(rule, "credit", "")
        return debit if debit == credit else f"{debit} / {credit}"

    return [
        (key, said(before.rules.get(key)), said(after.rules.get(key)))
        for key in sorted(before.rules.keys() | after.rules.keys())
        if before.rules.get(key) != after.rules.get(key)
    ]
