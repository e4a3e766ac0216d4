"""Acts that register numbers: use, invoices with an occasion of their own, reprints."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import url_for

from backoffice.form_asked import NO_CODE
from backoffice.pages.door import hall
from backoffice.pages.form_acts import FormAct, Outcome, offer
from backoffice.pages.form_choices import people
from backoffice.pages.form_typed import Typed, read_amount, words_of
from backoffice.pages.move_forms import Field
from invoices.keyed_uses import KeyedUse, register_uses
from invoices.later_invoices import (
    NewForm,
    register_later,
    register_month_bill,
    register_reissue,
)
from invoices.reprints import record_reprint
from ledger.text import Text
from ledger.work import UnitOfWork

AMOUNT = Text("价税合计", "Amount")
ISSUED_AT = Text("开票时间", "Issued at")
CODE = Field("invoice_code", Text("发票代码", "Invoice code"), required=False)
NEXT_BLANK = Text("不填即手中下一份空白", "The next blank in hand where it is left empty")
AT = Field("at", ISSUED_AT, "moment", required=False, hint=Text("不填即现在", "Now if left empty"))
DIGITAL_NO = Field(
    "digital_no",
    Text("20 位数电票号码", "20-digit number"),
    required=False,
    hint=Text("数电纸质发票两个号码都有", "A digital paper invoice has both numbers"),
)
Fields = Callable[[UnitOfWork], Sequence[Field]]


def number_url(invoice_code: str, number: str) -> str:
    """Give the page of a number."""
    return url_for(
        "pages.show_invoice", hall=hall().code, code=invoice_code or NO_CODE, number=number
    )


def _with_clerk(*fields: Field) -> Fields:
    return lambda uow: [
        Field("clerk", Text("开票人", "Issued by"), "choice", choices=people(uow, own=True)),
        *fields,
    ]


def _use(uow: UnitOfWork, typed: Typed) -> Outcome:
    amounts = [read_amount("amounts", word, AMOUNT) for word in words_of(typed["amounts"])]
    return _registered(
        register_uses(
            uow,
            hall=hall(),
            clerk=typed["clerk"],
            invoice_code=typed["invoice_code"],
            first_no=typed["first_no"],
            last_no=typed["last_no"],
            count=typed.count("count", Text("份数", "How many"), default=1),
            amounts=amounts,
            at=typed.moment("at", ISSUED_AT),
            txn_nos=words_of(typed["txn_nos"]),
        )
    )


def _new_form(typed: Typed) -> NewForm:
    return NewForm(
        clerk=typed["clerk"],
        invoice_code=typed["invoice_code"],
        invoice_no=typed["invoice_no"],
        at=typed.moment("at", ISSUED_AT),
        digital_no=typed["digital_no"],
    )


def _later(uow: UnitOfWork, typed: Typed) -> Outcome:
    return _registered(
        register_later(
            uow,
            hall=hall(),
            form=_new_form(typed),
            txn_no=typed["txn_no"],
            amount_fen=typed.fen("amount", AMOUNT),
        )
    )


def _month_bill(uow: UnitOfWork, typed: Typed) -> Outcome:
    return _registered(
        register_month_bill(
            uow,
            hall=hall(),
            form=_new_form(typed),
            subscriber=typed["subscriber"],
            period=typed["period"],
            amount_fen=read_amount("amount", typed["amount"], AMOUNT),
        )
    )


def _reissue(uow: UnitOfWork, typed: Typed) -> Outcome:
    return _registered(
        register_reissue(
            uow,
            hall=hall(),
            form=_new_form(typed),
            original_code=typed["original_code"],
            original_no=typed["original_no"],
            amount_fen=typed.fen("amount", AMOUNT),
        )
    )


def _registered(use: KeyedUse) -> Outcome:
    """Say what was registered, and which blanks below it were passed over."""
    first, count = use.numbers[0], len(use.numbers)
    said = Text(f"已登记 {count} 份:{first}。", f"{count} registered, from {first}.")
    if not use.skipped:
        return Outcome(number_url(use.invoice_code, first), said)
    runs = "、".join(a if a == b else f"{a}–{b}" for a, b in use.skipped)
    return Outcome(
        number_url(use.invoice_code, first),
        Text(
            f"{said.zh}其前 {runs} 还是空白:请查明去向,日结前须登记、作废或报失。",
            f"{said.en} Before it {runs} are still blank: account for them before the day closes.",
        ),
        "wait",
    )


def _reprint(uow: UnitOfWork, typed: Typed) -> Outcome:
    times = record_reprint(
        uow,
        hall=hall(),
        clerk=typed["clerk"],
        invoice_code=typed["invoice_code"],
        invoice_no=typed["invoice_no"],
        reason=typed["reason"],
    )
    return Outcome(
        number_url(typed["invoice_code"], typed["invoice_no"]),
        Text(f"已记重打,共 {times} 次。", f"Noted; printed again {times} times by now."),
    )


REGISTER = ("forms", "register")
NUMBER_ERRORS = tuple(
    (code, "invoice_no")
    for code in (
        "number_not_in_custody",
        "number_unknown",
        "form_number_lost",
        "number_used_before",
    )
)
NEW_FORM_ERRORS = (
    *NUMBER_ERRORS,
    ("form_number_not_readable", "invoice_no"),
    ("no_blank_left", "invoice_code"),
    ("not_your_custody", "clerk"),
    ("used_in_future", "at"),
    ("form_amounts_do_not_fit", "amount"),
)
NEW_FORM = (CODE, Field("invoice_no", Text("发票号码", "Number"), required=False, hint=NEXT_BLANK))

offer(
    2,
    FormAct(
        "use",
        Text("登记开具", "Register use"),
        Text("按起止号和金额登记已开的票", "Numbers issued, from–to with amounts"),
        REGISTER,
        _with_clerk(
            CODE,
            Field("first_no", Text("起号", "First"), required=False, hint=NEXT_BLANK),
            Field("last_no", Text("止号", "Last"), required=False),
            Field("count", Text("份数", "How many"), "number", required=False),
            Field(
                "amounts",
                AMOUNT,
                "long",
                hint=Text(
                    "一个金额共用,或逐号各一个,用空格或换行分开",
                    "One for all, or one for each number, by spaces or lines",
                ),
            ),
            Field("txn_nos", Text("流水号", "Transactions"), "long", required=False),
            AT,
        ),
        _use,
        prefill=(("first_no", "number"),),
        errors=(
            *((code, "first_no") for code, _ in NUMBER_ERRORS),
            ("form_numbers_unreadable", "first_no"),
            ("form_number_not_readable", "first_no"),
            ("no_blank_left", "count"),
            ("form_amounts_do_not_fit", "amounts"),
            ("used_in_future", "at"),
            ("not_your_custody", "clerk"),
        ),
    ),
    FormAct(
        "later",
        Text("补开发票", "Invoice asked for later"),
        Text("客户事后来要票,对应先前的流水", "A customer comes back for it; by the transaction"),
        REGISTER,
        _with_clerk(
            Field("txn_no", Text("原流水号", "Transaction")),
            *NEW_FORM,
            Field(
                "amount", AMOUNT, "money", required=False, hint=Text("不填即未开部分", "The rest")
            ),
            DIGITAL_NO,
            AT,
        ),
        _later,
        errors=(
            *NEW_FORM_ERRORS,
            ("transaction_unknown", "txn_no"),
            ("invoiced_already", "amount"),
        ),
    ),
    FormAct(
        "month-bill",
        Text("月结发票", "Month bill"),
        Text("按用户号码和账期开一张", "One for a subscriber's month"),
        REGISTER,
        _with_clerk(
            Field("subscriber", Text("用户号码", "Subscriber")),
            Field("period", Text("账期", "Month billed"), "month"),
            Field("amount", AMOUNT, "money"),
            *NEW_FORM,
            DIGITAL_NO,
            AT,
        ),
        _month_bill,
        errors=(
            *NEW_FORM_ERRORS,
            ("month_billed_twice", "period"),
            ("period_unreadable", "period"),
        ),
    ),
    FormAct(
        "reissue",
        Text("重开", "Reissue"),
        Text("原票作废或全额红冲后另开一张", "In place of one void or fully reversed"),
        REGISTER,
        _with_clerk(
            Field("original_code", Text("原发票代码", "Original code"), required=False),
            Field("original_no", Text("原发票号码", "Original number")),
            *NEW_FORM,
            Field("amount", AMOUNT, "money", required=False, hint=Text("不填同原票", "As before")),
            DIGITAL_NO,
            AT,
        ),
        _reissue,
        prefill=(("original_no", "number"), ("original_code", "invoice_code")),
        errors=(
            *NEW_FORM_ERRORS,
            ("original_unknown", "original_no"),
            ("original_still_live", "original_no"),
            ("reissued_already", "original_no"),
        ),
    ),
    FormAct(
        "reprint",
        Text("重打", "Reprint"),
        Text("同一号码再打一次,记下原因", "The same number printed again, with its reason"),
        REGISTER,
        _with_clerk(
            CODE,
            Field("invoice_no", Text("发票号码", "Number")),
            Field("reason", Text("原因", "Reason"), "long"),
        ),
        _reprint,
        prefill=(("invoice_no", "number"),),
        errors=(
            ("original_unknown", "invoice_no"),
            ("not_printed_again", "invoice_no"),
            ("form_reason_missing", "reason"),
            ("not_your_custody", "clerk"),
        ),
    ),
)
