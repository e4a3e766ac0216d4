"""Acts with books: asked for, received, drawn, handed over, returned, exchanged, handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import url_for

from backoffice.pages.door import actor, hall
from backoffice.pages.form_acts import FormAct, Outcome, offer
from backoffice.pages.form_choices import people
from backoffice.pages.form_typed import Typed
from backoffice.pages.move_forms import Field
from invoices.day_sheets import sign_day_sheet
from invoices.form_counts import OVERSEERS, SAFE, count_forms
from invoices.forms import FormLine, submit_forms
from invoices.kinds import FORM_KINDS, NEW_BOOKS
from invoices.use_tables import FormCount
from ledger.accounts import ACCOUNT_KINDS
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.kinds import FactRule

POSTED = Text("单据已入账。", "The document is posted.")
WAITS = Text("单据已提交,等对方签字。", "Submitted; it waits for its signatures.")
DAY = Field("on", Text("日期", "Date"), "date", required=False)
TO_CLERK = Text("领用人", "To")
COUNTED_HINT = Text(
    "一个数;有多个代码时写 代码 份数,用逗号隔开",
    "A number; of several codes CODE NUMBER, by commas",
)
ARRIVED = frozenset(rule.name for rule in NEW_BOOKS)
Lines = Callable[[Typed], Sequence[FormLine]]


def _made(kind: str, lines: Lines) -> Callable[[UnitOfWork, Typed], Outcome]:
    """Give what makes a document of the kind from what was typed."""

    def do(uow: UnitOfWork, typed: Typed) -> Outcome:
        names = {rule.name for rule in FORM_KINDS[kind].facts}
        document = submit_forms(
            uow,
            hall=hall(),
            kind=kind,
            lines=lines(typed),
            facts={name: typed[name] for name in names if typed[name]},
            books=typed.books,
            on=typed.day("on", DAY.text),
            reason=typed["reason"],
        )
        posted = document.state == "posted"
        return Outcome(
            url_for("pages.show_paper", hall=hall().code, number=document.number),
            POSTED if posted else WAITS,
            "good" if posted else "wait",
        )

    return do


def _sheet_signed(uow: UnitOfWork, typed: Typed) -> Outcome:
    """Sign the sheet; a count that differs is kept as a finding, and the sheet waits for it."""
    on = typed.day("on", DAY.text)
    counts = count_forms(uow, hall=hall(), holder=typed["clerk"], counted=typed["counted"], on=on)
    if any(count.counted != count.expected for count in counts):
        return _counted_wrong(counts, typed["clerk"])
    document = sign_day_sheet(
        uow,
        hall=hall(),
        clerk=typed["clerk"],
        on=on,
        counted=typed["counted"],
    )
    address = url_for("pages.show_paper", hall=hall().code, number=document.number)
    return Outcome(address, WAITS, "wait")


def _counted(uow: UnitOfWork, typed: Typed) -> Outcome:
    holder = "" if typed["holder"] == SAFE else typed["holder"]
    counts = count_forms(
        uow, hall=hall(), holder=holder, counted=typed["counted"], on=typed.day("on", DAY.text)
    )
    if any(count.counted != count.expected for count in counts):
        return _counted_wrong(counts, holder)
    total = sum(count.counted for count in counts)
    return Outcome(
        url_for("pages.show_books", hall=hall().code),
        Text(f"实点 {total} 份,与账相符。", f"{total} counted, as the books say."),
    )


def _counted_wrong(counts: Sequence[FormCount], holder: str) -> Outcome:
    """Say which code differs and what should be there; the count again is one press away."""
    wrong = [count for count in counts if count.counted != count.expected]
    zh = ";".join(
        f"{one.invoice_code} 应有 {one.expected} 份({one.segments}),实点 {one.counted} 份".strip()
        for one in wrong
    )
    en = "; ".join(
        f"{one.invoice_code} should be {one.expected} ({one.segments}), counted {one.counted}"
        for one in wrong
    )
    return Outcome(
        url_for("pages.show_form_act", hall=hall().code, name="count", holder=holder or SAFE),
        Text(
            f"盘点不符,已记为差异:{zh}。请查明是哪一号:已用的登记,缺失的报失,然后重点。",
            f"Kept as a finding: {en}. Find the number: register it if it was used, report it if it"
            " is lost, then count again.",
        ),
        "bad",
    )


def _holders(uow: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Give whose blanks the visitor may count: his own, or anybody's and the safe's."""
    if not OVERSEERS & actor().roles_in(hall().id):
        return people(uow, own=True)
    return ((SAFE, ACCOUNT_KINDS[SAFE].text), *people(uow))


def _facts(kind: str, *, without: frozenset[str] = frozenset()) -> list[Field]:
    """Give a kind's facts as fields; the used books are ticked and not typed."""
    skipped = without | {"returned"}
    return [_field(rule) for rule in FORM_KINDS[kind].facts if rule.name not in skipped]


def _field(rule: FactRule) -> Field:
    sort = "long" if rule.name == "reason" else rule.sort
    if rule.name in ("books", "per_book"):
        sort = "number"
    return Field(rule.name, rule.text, sort, rule.required, rule.choices, HINTS.get(rule.name))


def _plain(
    kind: str, *, without: frozenset[str] = frozenset()
) -> Callable[[UnitOfWork], list[Field]]:
    return lambda uow: [*_facts(kind, without=without), *_remark(kind), DAY]


def _remark(kind: str) -> list[Field]:
    if any(rule.name == "reason" for rule in FORM_KINDS[kind].facts):
        return []
    return [Field("reason", Text("备注", "Remark"), "long", required=False)]


def _with_clerk(
    kind: str, name: str, text: Text, *, without: frozenset[str] = frozenset()
) -> Callable[[UnitOfWork], list[Field]]:
    """Give the fields of a kind with the clerk who takes the forms first."""
    return lambda uow: [
        Field(name, text, "choice", choices=people(uow)),
        *_plain(kind, without=without)(uow),
    ]


def _nothing(typed: Typed) -> Sequence[FormLine]:
    return ()


HINTS: Mapping[str, Text] = {
    "books": Text(
        "多于上次申领以来已交存根的本数须写原因", "More than was brought back needs a reason"
    ),
    "per_book": Text("一行含多本时填写,按此切成一本一本", "Cuts a line of many books into books"),
    "reason": Text("不等量时必填,由经理签字", "Needed where unequal; the manager signs"),
    "request": Text("对应的申领单", "The request it answers"),
}
HELD_ERRORS = tuple(
    (code, "picks")
    for code in (
        "book_split",
        "forms_elsewhere",
        "form_count_differs",
        "form_uses_unregistered",
        "forms_await_signature",
        "run_needed",
        "run_beyond_book",
        "no_forms_held",
        "no_lines",
        "form_out_of_date",
    )
)
NEW_ERRORS = tuple(
    (code, "lines")
    for code in (
        "invoice_range_unreadable",
        "invoice_range_overlaps",
        "books_do_not_fit",
        "no_lines",
        "identifier_taken",
    )
)
USED_ERRORS = (
    ("book_unfinished", "books"),
    ("book_brought_back", "books"),
    ("exchange_unequal", "reason"),
)
COUNT_ERRORS = (
    ("forms_counted_otherwise", "counted"),
    ("wrong_count", "counted"),
    ("code_not_named", "counted"),
    ("no_forms_that_day", "holder"),
    ("not_your_custody", "holder"),
)
CUSTODIAN, CLERK = ("invoices", "submit"), ("forms", "submit")

offer(
    0,
    FormAct(
        "request",
        Text("申领", "Ask for forms"),
        Text("向上级申领,由部门批准", "Ask the department for books; it approves"),
        CUSTODIAN,
        _plain("invoice_request"),
        _made("invoice_request", _nothing),
        errors=(("request_above_returned", "reason"),),
    ),
    FormAct(
        "receipt",
        Text("入库", "Receive"),
        Text("上级发来,当面清点,进保险柜", "Come from the department: counted, into the safe"),
        CUSTODIAN,
        _plain("invoice_receipt"),
        _made("invoice_receipt", lambda typed: typed.keyed()),
        keyed=True,
        errors=(*NEW_ERRORS, ("form_request_unknown", "request")),
    ),
    FormAct(
        "exchange-up",
        Text("与上级交旧领新", "Exchange with the department"),
        Text("交回用完的本,换回等数的新本", "Used books up, as many new ones down"),
        CUSTODIAN,
        _plain("invoice_exchange"),
        _made("invoice_exchange", lambda typed: typed.keyed()),
        keyed=True,
        used=True,
        errors=NEW_ERRORS + USED_ERRORS,
    ),
    FormAct(
        "stubs",
        Text("交存根", "Deliver stubs"),
        Text("用完的本连同作废各联交上级", "Finished books with their voids, to the department"),
        CUSTODIAN,
        _plain("invoice_stubs"),
        _made("invoice_stubs", _nothing),
        used=True,
        errors=USED_ERRORS,
    ),
    FormAct(
        "hand-in",
        Text("缴销", "Hand in blanks"),
        Text("换版、撤厅时空白票交回上级", "Blanks back on change of form or closing"),
        CUSTODIAN,
        _plain("invoice_hand_in"),
        _made("invoice_hand_in", lambda typed: typed.picked()),
        picks="invoice_safe",
        errors=HELD_ERRORS,
    ),
)
offer(
    1,
    FormAct(
        "draw",
        Text("领用", "Draw"),
        Text("从保险柜发给营业员,双方签字", "From the safe to a clerk; both sign"),
        CUSTODIAN,
        _with_clerk("invoice_draw", "clerk", TO_CLERK),
        _made("invoice_draw", lambda typed: typed.picked(clerk=typed["clerk"])),
        picks="invoice_safe",
        errors=(*HELD_ERRORS, ("unknown_clerk", "clerk"), ("not_a_form_holder", "clerk")),
    ),
    FormAct(
        "exchange",
        Text("交旧领新", "Exchange used for new"),
        Text("营业员交回用完的本,领等数的新本", "A clerk brings used books and draws as many"),
        CUSTODIAN,
        _with_clerk("invoice_exchange", "clerk", TO_CLERK, without=ARRIVED | {"receipt_no"}),
        _made("invoice_exchange", lambda typed: typed.picked(clerk=typed["clerk"])),
        picks="invoice_safe",
        used=True,
        errors=(*HELD_ERRORS, *USED_ERRORS, ("unknown_clerk", "clerk")),
    ),
    FormAct(
        "handover",
        Text("交接", "Hand over"),
        Text("交给另一名营业员,对方签字后转过去", "To another clerk, who signs for it"),
        CLERK,
        _with_clerk("invoice_handover", "to_clerk", Text("接收人", "To")),
        _made("invoice_handover", lambda typed: typed.picked(to_clerk=typed["to_clerk"])),
        picks="invoice_clerk",
        counts=True,
        errors=(*HELD_ERRORS, ("same_place", "to_clerk"), ("not_between_clerks", "to_clerk")),
    ),
    FormAct(
        "return",
        Text("退库", "Return"),
        Text("未用完的交回保险柜,管理员签收", "The unused rest back to the safe"),
        CLERK,
        _plain("invoice_return"),
        _made("invoice_return", lambda typed: typed.picked()),
        picks="invoice_clerk",
        counts=True,
        errors=HELD_ERRORS,
    ),
    FormAct(
        "count",
        Text("盘点空白票", "Count blanks"),
        Text("按保管人清点;与账不符即记为差异", "By keeper; what differs becomes a finding"),
        ("forms", "count"),
        lambda uow: [
            Field("holder", Text("保管人", "Keeper"), "choice", choices=_holders(uow)),
            Field("counted", Text("实点份数", "Counted"), hint=COUNTED_HINT),
            DAY,
        ],
        _counted,
        errors=COUNT_ERRORS,
    ),
    FormAct(
        "day-sheet",
        Text("日清单签字", "Sign the daily sheet"),
        Text("点清空白票,与账相符后营业员与管理员各签一次", "Blanks counted and agreed; both sign"),
        CLERK,
        lambda uow: [
            Field("clerk", Text("营业员", "Clerk"), "choice", choices=people(uow)),
            Field("counted", Text("实点份数", "Counted"), hint=COUNTED_HINT),
            DAY,
        ],
        _sheet_signed,
        errors=(
            *COUNT_ERRORS,
            ("unknown_clerk", "clerk"),
            ("not_a_form_holder", "clerk"),
            ("no_forms_that_day", "clerk"),
            ("sheet_signed_already", "clerk"),
        ),
    ),
)
