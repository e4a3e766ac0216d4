"""Voids (作废): asked by the clerk or the custodian, ticked copy by copy and signed by the auditor.

A missing copy ends the void for good: only a red letter is left (DOMAIN INV-06). Signing moves the
numbers to void and brings a complete row into the register, in one unit of work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.form_numbers import (
    commodity_of,
    read_numbers,
    runs_by_place,
)
from invoices.kinds import REASON
from invoices.losses import require_not_lost
from invoices.mark_errors import (
    FormMoved,
    NotAVoid,
    NotYourForm,
    NumberSettled,
    NumberUnknown,
    ReversedByRed,
    TicksMissing,
)
from invoices.mark_tables import InvoiceVoid, VoidTick
from invoices.open_voids import KIND, require_no_open_void
from invoices.register import NamedForms, live_reds_of, named_forms, register_by_act
from invoices.void_rules import (
    INCOMPLETE,
    Tick,
    copies_of_code,
    missing_copies,
    require_copies,
    require_stamps,
    require_voidable,
)
from ledger.accounts import ACCOUNT_KINDS, open_account
from ledger.actors import own_numbers
from ledger.documents import Document, Line, draft_document, find_document, lines_of
from ledger.events import record
from ledger.hall_days import open_days
from ledger.lifecycle import MakerIsChecker, advance
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row
from ledger.schema import Base, microseconds
from ledger.work import UnitOfWork
from stock.errors import REQUIRED, FactMissing

VOIDABLE_FROM = (
    "invoice_safe",
    "invoice_clerk",
    "invoice_used",
    "invoice_issued",
    "invoice_red",
)


@dataclass(frozen=True, slots=True)
class SignedVoid:
    """What became of a void: its document, and number -> copies missing where it was refused."""

    document: Document
    missing: Mapping[str, tuple[int, ...]]

    @property
    def refused(self) -> bool:
        """Whether a copy was missing, so that red letters are the way left."""
        return bool(self.missing)


def submit_void(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    numbers: Iterable[str],
    copies: int | None,
    reason: str,
) -> Document:
    """Ask that forms become void; the auditor ticks their copies and signs.

    `numbers` are numbers or runs FIRST-LAST of one code; `copies` is how many copies each form has,
    those its code says where it is None.
    Raises DigitalNotVoidable, SpecialVoidTooLate, NumberUnknown, NumberSettled, NumberLost,
    VoidAskedAlready, NotYourForm, ReversedByRed, CopiesUnreadable, FactMissing and what `advance`
    raises.
    """
    require(uow, hall.id, "voids", "submit")
    if copies is None:
        copies = copies_of_code(code) or 0
    if not reason.strip():
        raise FactMissing(REASON.text, REQUIRED)
    lock_head(uow, hall.id)
    today = uow.today
    open_days(uow, hall.id, [today])
    forms = named_forms(uow, hall, code, numbers)
    for number in forms.numbers:
        _require_may(uow, hall, forms, number, today)
        require_copies(number, copies)
    _require_unclaimed(uow, hall, forms)
    document = draft_document(
        uow, hall_id=hall.id, kind=KIND, business_date=today, remark=reason.strip()
    )
    advance(
        uow,
        document,
        "submit",
        lines=_lines(uow, hall, forms),
        facts={"reason": reason.strip(), "copies": str(copies), "invoice_code": code}
        | {"numbers": ", ".join(run.shown() for run in runs_by_place(forms.numbers, {}))},
        confirm_roles=("auditor",),
        reason=reason.strip(),
    )
    own = sorted(own_numbers(uow, hall.id))
    for number in forms.numbers:
        uow.session.add(
            InvoiceVoid(
                hall_id=hall.id,
                document_id=document.id,
                invoice_code=code,
                invoice_no=number,
                number=int(number),
                clerk=forms.holder(number) or (own[0] if own else ""),
                copies=copies,
                reason=reason.strip(),
                state="asked",
                asked_on=today,
            )
        )
    uow.session.flush()
    return document


def sign_void(uow: UnitOfWork, *, hall: Hall, number: str, ticks: Sequence[Tick]) -> SignedVoid:
    """Tick the copies of each number and sign as auditor; dated today.

    A number of which a copy is missing has the whole document rejected: the ticks stay, the form
    is as it was, and its red letter is the way. Raises NotAVoid, TicksMissing, CopiesUnreadable,
    NotStamped, FormMoved, SpecialVoidTooLate, MakerIsChecker and what `advance` raises.
    """
    require(uow, hall.id, "voids", "approve")
    lock_head(uow, hall.id)
    document, rows = open_void(uow, hall, number)
    _require_another(uow, hall, document, rows)
    given = {tick.number: tick for tick in ticks}
    unticked = {row.invoice_no for row in rows} ^ set(given)
    if unticked or len(given) != len(ticks):
        raise TicksMissing(numbers=", ".join(sorted(unticked)) or number)
    lacking = {row.invoice_no: missing_copies(given[row.invoice_no], row.copies) for row in rows}
    missing = {no: copies for no, copies in lacking.items() if copies}
    if not missing:
        require_stamps(ticks)
    _keep_ticks(uow, document, rows, given)
    if missing:
        shown = ", ".join(f"{no} ({_told(copies)})" for no, copies in missing.items())
        advance(uow, document, "reject", reason=f"{INCOMPLETE}: {shown}")
        for row in rows:
            if row.invoice_no in missing:
                row.state = "incomplete"
        uow.session.flush()
        return SignedVoid(document, missing)
    _complete(uow, hall, document, rows)
    return SignedVoid(document, {})


def open_void(uow: UnitOfWork, hall: Hall, number: str) -> tuple[Document, list[InvoiceVoid]]:
    """Give a void that awaits the auditor, and its numbers; raises NotAVoid."""
    document = find_document(uow, hall.id, number)
    rows = void_numbers(uow, document)
    if document.kind != KIND or document.state != "submitted" or not rows:
        raise NotAVoid(number=number)
    return document, rows


def find_void(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the void document of that number, whatever its state; raises NotAVoid."""
    document = find_document(uow, hall.id, number)
    if document.kind != KIND:
        raise NotAVoid(number=number)
    return document


def void_numbers(uow: UnitOfWork, document: Document) -> list[InvoiceVoid]:
    """Give the numbers a void document names, in order."""
    return list(
        uow.session.scalars(
            select(InvoiceVoid)
            .where(InvoiceVoid.hall_id == document.hall_id, InvoiceVoid.document_id == document.id)
            .order_by(InvoiceVoid.number)
        )
    )


def ticks_of(uow: UnitOfWork, document: Document) -> list[VoidTick]:
    """Give what the auditor ticked of a void document, in number order."""
    return list(
        uow.session.scalars(
            select(VoidTick)
            .where(VoidTick.hall_id == document.hall_id, VoidTick.document_id == document.id)
            .order_by(VoidTick.invoice_no)
        )
    )


def _complete(uow: UnitOfWork, hall: Hall, document: Document, rows: Sequence[InvoiceVoid]) -> None:
    """Post a void whose copies are all there, and have the register say so."""
    today = uow.today
    open_days(uow, hall.id, [today])
    code = rows[0].invoice_code
    numbers = [row.invoice_no for row in rows]
    forms = named_forms(uow, hall, code, numbers)
    for no in numbers:
        require_voidable(code, no, issued_on=forms.issued_on(no), on=today)
    _require_unmoved(uow, document, forms)
    advance(uow, document, "approve", on=today)
    register_by_act(
        uow,
        hall=hall,
        date=today,
        name=document.number or "",
        rows=[
            {
                "invoice_code": code,
                "invoice_no": row.invoice_no,
                "issued_at": microseconds(uow.now),
                "clerk": row.clerk,
                "amount": 0,
                "status": "void",
                "basis": "txn",
                "copies": row.copies,
                "copies_recovered": row.copies,
                "void_reason": row.reason,
            }
            for row in rows
        ],
    )
    for row in rows:
        row.state = "void"
    uow.session.flush()


def _require_unmoved(uow: UnitOfWork, document: Document, forms: NamedForms) -> None:
    """Go on only if every number still is where the document takes it from; raises FormMoved."""
    for line in lines_of(uow, document):
        for no in read_numbers([f"{line.serial}-{line.serial_to or line.serial}"]):
            if no not in forms.places or forms.places[no].id != line.credit.id:
                raise FormMoved(number=no)


def _keep_ticks(
    uow: UnitOfWork,
    document: Document,
    rows: Sequence[InvoiceVoid],
    given: Mapping[str, Tick],
) -> None:
    kept: list[Row] = [
        (
            document.id,
            row.invoice_code,
            row.invoice_no,
            row.copies,
            _told(tuple(sorted(given[row.invoice_no].copies))),
            len(given[row.invoice_no].copies),
            len(given[row.invoice_no].copies) if given[row.invoice_no].stamped else 0,
        )
        for row in sorted(rows, key=lambda row: (row.invoice_code, row.invoice_no))
    ]
    with record(
        uow, hall_id=document.hall_id, act="void.ticked", subject=f"document:{document.number}"
    ) as event:
        event.insert(Base.metadata.tables[VoidTick.__tablename__], kept)


def _told(copies: Sequence[int]) -> str:
    return ",".join(str(copy) for copy in copies)


def _require_another(
    uow: UnitOfWork, hall: Hall, document: Document, rows: Sequence[InvoiceVoid]
) -> None:
    """The recovery of copies is ticked by the auditor, never by whose void it is."""
    own = own_numbers(uow, hall.id)
    if document.maker_id == uow.actor.person_id or any(row.clerk in own for row in rows):
        raise MakerIsChecker(number=document.number)


def _require_may(uow: UnitOfWork, hall: Hall, forms: NamedForms, number: str, on: dt.date) -> None:
    """Go on only if one number may be void, and by this person."""
    require_voidable(forms.code, number, issued_on=forms.issued_on(number), on=on)
    account, standing = forms.places.get(number), forms.standings.get(number)
    if (account is None and standing is None) or (account and account.kind == "department"):
        raise NumberUnknown(number=forms.shown(number))
    require_not_lost(uow, hall, forms.code, number)
    if account is not None and account.kind not in VOIDABLE_FROM:
        raise NumberSettled(number=number, state=ACCOUNT_KINDS[account.kind].text)
    if account is None and standing is not None and not standing.live:
        raise NumberSettled(number=number, state=ACCOUNT_KINDS["invoice_void"].text)
    keeper = "invoice_keeper" in uow.actor.roles_in(hall.id)
    if not keeper and forms.holder(number) not in own_numbers(uow, hall.id):
        holder = forms.holder(number) or "票据保险柜/the safe"
        raise NotYourForm(number=number, holder=holder)


def _require_unclaimed(uow: UnitOfWork, hall: Hall, forms: NamedForms) -> None:
    """Go on only if no open void names one of the numbers and no live red letter reverses one."""
    require_no_open_void(uow, hall, forms.code, forms.numbers)
    reds = live_reds_of(uow, hall, forms.code, forms.standings)
    if reds:
        red = reds[0]
        raise ReversedByRed(
            number=red.original_no, red=f"{red.invoice_code} {red.invoice_no}".strip()
        )


def _lines(uow: UnitOfWork, hall: Hall, forms: NamedForms) -> list[Line]:
    commodity = commodity_of(uow, forms.code)
    void = open_account(uow, hall.id, "invoice_void")
    return [
        Line(commodity, void, run.account, run.count, run.first_no, run.last_no)
        for run in runs_by_place(forms.numbers, forms.places)
        if run.account is not None
    ]
