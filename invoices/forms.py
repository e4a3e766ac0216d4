"""Every document that moves blank forms, asks for them or brings used books back: one service.

What each kind moves and states stands in `kinds.FORM_KINDS`; use, void and loss of numbers have
services of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from invoices.errors import ExchangeUnequal, UnknownFormKind
from invoices.form_effects import apply_effects
from invoices.form_ends import check_in_date
from invoices.form_lines import FormLine, Making, custody_account, held_lines
from invoices.form_requests import check_answered, check_request
from invoices.form_signers import check_holder, check_sides, signers_of
from invoices.kinds import FORM_KINDS, FormKind
from invoices.new_books import new_lines
from invoices.used_books import RETURNED, name_of, returned_books
from ledger.accounts import open_account
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.errors import NoLines
from stock.move_facts import check_facts

__all__ = ["MADE_HERE", "SIGNED_HERE", "FormLine", "submit_forms"]

NOTHING: Mapping[str, str] = MappingProxyType({})
MADE_HERE = (
    "invoice_request",
    "invoice_receipt",
    "invoice_draw",
    "invoice_handover",
    "invoice_return",
    "invoice_exchange",
    "invoice_stubs",
    "invoice_hand_in",
)
SIGNED_HERE = (*MADE_HERE, "invoice_sheet")
WITHOUT_LINES = ("invoice_request", "invoice_stubs")


def submit_forms(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    lines: Sequence[FormLine] = (),
    facts: Mapping[str, str] = NOTHING,
    books: Sequence[str] = (),
    on: dt.date | None = None,
    reason: str = "",
) -> Document:
    """Make and submit a form document; it is posted unless somebody else signs it first.

    `books` are the used books, as CODE/FIRST, that a delivery of stubs or an exchange brings back.
    An exchange whose lines name a clerk is his with the custodian: its new books come from the
    safe; any other is the hall's with the department. `on` is the open business day, today if not
    given. Raises what is wrong with a line, a fact or a rule (`invoices.errors`), and what
    `advance` raises.
    """
    if kind not in MADE_HERE:
        raise UnknownFormKind(kind=kind)
    paper = FORM_KINDS[kind]
    require(uow, hall.id, paper.area, "submit")
    day = take_day(uow, hall, on)
    reason = reason.strip() or facts.get("reason", "").strip()
    stated = check_facts(paper, _with_books(paper, {**facts, "reason": reason}, books), on=day)
    if any(rule.name == "carrier" for rule in paper.facts):
        stated.setdefault("carrier", "book")
    making = Making(uow, hall, kind, stated)
    roles: tuple[str, ...] = ()
    made: list[Line] = []
    if kind not in WITHOUT_LINES:
        if not lines:
            raise NoLines
        made = _lines(making, lines)
        check_in_date(uow, hall, kind, made, on=day)
        check_sides(making, paper, made)
    if kind == "invoice_request":
        stated["returned"], roles = check_request(making)
    check_answered(making)
    if kind in ("invoice_stubs", "invoice_exchange"):
        roles = _bring_back(making, stated, books, made)
    numbers, asked = _signers(making, paper, made)
    document = draft_document(uow, hall_id=hall.id, kind=kind, business_date=day, remark=reason)
    advance(
        uow,
        document,
        "submit",
        lines=made,
        facts=stated,
        confirm_by=numbers,
        confirm_roles=(*asked, *roles),
        reason=reason,
    )
    if document.state == "posted":
        apply_effects(uow, hall, document)
    return document


def _with_books(
    paper: FormKind, facts: Mapping[str, str], books: Sequence[str]
) -> Mapping[str, str]:
    """State the first used book, so that the fact is known to be there; all are put in later."""
    if books and any(rule.name == RETURNED for rule in paper.facts):
        return {**facts, RETURNED: books[0]}
    return facts


def _lines(making: Making, lines: Sequence[FormLine]) -> list[Line]:
    """Give the document's lines by its kind; clerks' exchanges are drawn from the safe."""
    uow, hall, kind = making.uow, making.hall, making.name
    if kind == "invoice_receipt" or (kind == "invoice_exchange" and not lines[0].clerk.strip()):
        return new_lines(making, lines)
    made: list[Line] = []
    for line in lines:
        clerk, to_clerk = line.clerk.strip(), line.to_clerk.strip()
        safe = custody_account(uow, hall, "")
        if kind in ("invoice_draw", "invoice_exchange"):
            holder = to_clerk or clerk
            check_holder(uow, hall, holder)
            source, target = safe, custody_account(uow, hall, holder)
        elif kind == "invoice_hand_in":
            source, target = safe, open_account(uow, hall.id, "department")
        else:
            holder = to_clerk if kind == "invoice_handover" else clerk
            check_holder(uow, hall, holder)
            source = custody_account(uow, hall, clerk)
            target = safe if kind == "invoice_return" else custody_account(uow, hall, to_clerk)
        made += held_lines(making, line, source=source, target=target)
    return made


def _bring_back(
    making: Making, stated: dict[str, str], books: Sequence[str], made: Sequence[Line]
) -> tuple[str, ...]:
    """State the used books in number order; gives who signs an exchange that is not one for one."""
    clerks = {line.debit.holder for line in made if line.debit.kind == "invoice_clerk"}
    named = replace(making, facts={}) if books else making
    back = returned_books(named, books, clerk=", ".join(clerks))
    stated[RETURNED] = ", ".join(name_of(book) for book in back)
    if making.name == "invoice_stubs" or len(made) == len(back):
        return ()
    if not stated.get("reason"):
        raise ExchangeUnequal(returned=len(back), drawn=len(made))
    return ("hall_manager",)


def _signers(
    making: Making, paper: FormKind, made: Sequence[Line]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give who signs beside the maker: a clerk's exchange is signed as a draw is."""
    if making.name == "invoice_exchange" and made[0].debit.kind == "invoice_clerk":
        return signers_of(making, FORM_KINDS["invoice_draw"], made)
    return signers_of(making, paper, made)
