"""The one table of form documents: between which places each moves numbers, what it must state.

Every number is a unit of its code. `@clerk` and `@to_clerk` are custody of a staff number named on
the line; `@custody` is wherever the blank is; every other end is a kind of account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.documents import DocumentKind, Line, register_kind
from ledger.movements import Movement
from ledger.text import Text
from stock.kinds import FactRule

FORM_CATEGORY = "invoice_form"
CLERK, TO_CLERK, CUSTODY, BY_STATE = "@clerk", "@to_clerk", "@custody", "@by_state"
OTHER_SIDE = "@other_side"
"""Whoever of a document's clerks has not made it confirms it, by his staff number."""

CARRIERS: tuple[tuple[str, Text], ...] = (
    ("book", Text("装订本", "Bound book")),
    ("continuous", Text("连续纸", "Continuous paper")),
)
CAUSES: tuple[tuple[str, Text], ...] = (
    ("form_change", Text("换版", "Change of form")),
    ("closing", Text("营业厅撤并", "Closing of the hall")),
    ("registration", Text("税务登记变更", "Change of tax registration")),
    ("spoiled", Text("票面残损", "Spoiled blanks")),
)


@dataclass(frozen=True, slots=True)
class FormKind:
    """A kind of form document: its ends, its facts, its desk, and who signs beside its maker.

    Without ends it moves no number. `confirmed_by` is a role, or `@other_side`; '' nobody.
    """

    letters: str
    text: Text
    debit: str = ""
    credit: str = ""
    facts: tuple[FactRule, ...] = ()
    area: str = "invoices"
    confirmed_by: str = ""
    may_wait: bool = False
    """Whether it waits for a signature only in some cases."""


REASON = FactRule("reason", Text("原因", "Reason"))
WHY_UNEQUAL = FactRule("reason", Text("原因", "Reason"), required=False)
RECEIPT_NO = FactRule("receipt_no", Text("回执号", "Receipt no."), required=False)
FORM_KIND = FactRule("form_kind", Text("票种", "Sort of form"), required=False)
CARRIER = FactRule(
    "carrier", Text("形式", "Carrier"), required=False, sort="choice", choices=CARRIERS
)
"""A bound book unless stated."""
PER_BOOK = FactRule("per_book", Text("每本份数", "Numbers in a book"), required=False)
NUMBERS_NAMED = (
    FactRule("invoice_code", Text("发票代码", "Invoice code")),
    FactRule("numbers", Text("号码", "Numbers")),
)
LOST_FORMS: tuple[tuple[str, Text], ...] = (
    ("blank", Text("空白票", "Blank forms")),
    ("issued", Text("已开票的联次", "Copies of issued invoices")),
)
NEW_BOOKS = (CARRIER, FORM_KIND, PER_BOOK)

FORM_KINDS: dict[str, FormKind] = {
    "invoice_request": FormKind(
        "PS",
        Text("票据申领单", "Request for forms"),
        facts=(
            FactRule("invoice_code", Text("发票代码", "Invoice code"), required=False),
            FORM_KIND,
            FactRule("books", Text("申领本数", "Books asked for")),
            FactRule("returned", Text("已交存根本数", "Books of stubs delivered"), required=False),
            WHY_UNEQUAL,
        ),
        confirmed_by="department",
    ),
    "invoice_receipt": FormKind(
        "PR",
        Text("票据入库单", "Receipt of forms"),
        "invoice_safe",
        "department",
        facts=(
            *NEW_BOOKS,
            FactRule("delivery_no", Text("发放单号", "Issue slip no."), required=False),
            FactRule("request", Text("申领单号", "Request no."), required=False),
        ),
    ),
    "invoice_draw": FormKind(
        "PL",
        Text("票据领用单", "Draw of forms"),
        CLERK,
        "invoice_safe",
        confirmed_by=OTHER_SIDE,
    ),
    "invoice_handover": FormKind(
        "PJ",
        Text("票据交接单", "Hand-over of forms"),
        TO_CLERK,
        CLERK,
        area="forms",
        confirmed_by=OTHER_SIDE,
    ),
    "invoice_return": FormKind(
        "PT",
        Text("票据退库单", "Return of forms"),
        "invoice_safe",
        CLERK,
        area="forms",
        confirmed_by="invoice_keeper",
    ),
    "invoice_exchange": FormKind(
        "PX",
        Text("交旧领新单", "Exchange of used for new"),
        "invoice_safe",
        "department",
        facts=(
            FactRule("returned", Text("交回用完的本", "Used books brought back")),
            *NEW_BOOKS,
            RECEIPT_NO,
            WHY_UNEQUAL,
        ),
        may_wait=True,
    ),
    "invoice_stubs": FormKind(
        "PG",
        Text("存根交存单", "Delivery of stubs"),
        facts=(
            FactRule("returned", Text("交存的本", "Books whose stubs are delivered")),
            RECEIPT_NO,
        ),
    ),
    "invoice_hand_in": FormKind(
        "JX",
        Text("缴销单", "Blank forms handed in"),
        "department",
        "invoice_safe",
        facts=(
            FactRule("receipt_no", Text("缴销回执号", "Receipt no.")),
            FactRule("cause", Text("事由", "Cause"), sort="choice", choices=CAUSES),
        ),
    ),
    "invoice_use": FormKind(
        "PK", Text("开具登记单", "Use of forms registered"), BY_STATE, CUSTODY, area="uses"
    ),
    "invoice_void": FormKind(
        "PF",
        Text("作废单", "Void of forms"),
        "invoice_void",
        BY_STATE,
        facts=(REASON, *NUMBERS_NAMED, FactRule("copies", Text("全部联次", "Copies of each form"))),
        area="voids",
        confirmed_by="auditor",
    ),
    "invoice_loss": FormKind(
        "DS",
        Text("丢失单", "Loss of forms"),
        "invoice_lost",
        BY_STATE,
        facts=(
            *NUMBERS_NAMED,
            FactRule("found_at", Text("发现时间", "Found at")),
            FactRule("form", Text("丢失的是", "What is lost"), sort="choice", choices=LOST_FORMS),
            FactRule("lost_copies", Text("丢失联次", "Copies lost"), required=False),
            FactRule("reporter", Text("发现人", "Found by")),
            FactRule("circumstances", Text("经过", "How it happened")),
        ),
        area="losses",
    ),
    "invoice_sheet": FormKind(
        "PB",
        Text("营业员票据日清单", "Daily sheet of a clerk's forms"),
        facts=(
            FactRule("clerk", Text("营业员", "Clerk")),
            FactRule("opened", Text("领用起讫", "Opened with"), required=False),
            FactRule("taken", Text("领入", "Drawn"), required=False),
            FactRule("issued", Text("开具", "Issued"), required=False),
            FactRule("red", Text("红字", "Red letters"), required=False),
            FactRule("void", Text("作废", "Void"), required=False),
            FactRule("lost", Text("丢失", "Lost"), required=False),
            FactRule("given_up", Text("退回转出", "Given up"), required=False),
            FactRule("left", Text("应交回", "Must return"), required=False),
        ),
        area="forms",
        confirmed_by="invoice_keeper",
    ),
    "invoice_destruction": FormKind(
        "XH",
        Text("票据销毁单", "Destruction of kept forms"),
        facts=(
            FactRule("books", Text("销毁的本", "Books destroyed")),
            FactRule("kept_until", Text("保管期满", "Kept until")),
            FactRule("reason", Text("原因", "Reason"), required=False),
        ),
        confirmed_by="department,hall_manager",
    ),
}


def form_movements(lines: Sequence[Line]) -> list[Movement]:
    """Give the movements of form lines, each number a unit of its code."""
    return [
        Movement(
            commodity=line.commodity,
            debit=line.debit,
            credit=line.credit,
            quantity=line.quantity,
            serials=_numbers(line.serial, line.serial_to or line.serial),
            identifier_kind="invoice",
            namespace=line.commodity.code.partition(":")[2],
            document_line=number,
        )
        for number, line in enumerate(lines, 1)
    ]


def _numbers(first: str, last: str) -> tuple[str, ...]:
    return tuple(f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))


for _name, _kind in FORM_KINDS.items():
    register_kind(
        DocumentKind(
            _name,
            _kind.letters,
            _kind.text,
            _kind.area,
            form_movements,
            posts_when_signed=bool(_kind.confirmed_by) or _kind.may_wait,
        )
    )
