"""Acts with red letters: the confirmation slip, the red letter against its blue, its sides."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from backoffice.pages.door import hall
from backoffice.pages.form_acts import FormAct, Outcome, offer
from backoffice.pages.form_typed import FieldUnreadable, Typed, read_amount
from backoffice.pages.move_forms import Field
from backoffice.pages.number_acts import AMOUNT, ISSUED_AT, REGISTER, number_url
from invoices.red_slips import REASONS, open_slip
from invoices.reds import RedDraft, link_red, register_red
from ledger.text import Text
from ledger.work import UnitOfWork

OPENED_AT = Text("开具时间", "Opened at")
ORIGINAL_DATE = Text("原票日期", "Original's date")
ORIGINAL_AMOUNT = Text("原票金额", "Original's amount")
ORIGINAL = (
    Field("original_code", Text("原发票代码", "Original code"), required=False),
    Field("original_no", Text("原发票号码", "Original number")),
)
REASON = Field("reason", Text("红冲原因", "Reason"), "choice", choices=tuple(REASONS.items()))
RED = (
    Field("invoice_code", Text("红字发票代码", "Red letter's code"), required=False),
    Field("invoice_no", Text("红字发票号码", "Red letter's number")),
)
SIDES = (
    Field("refund_txn", Text("退款流水", "Refund's transaction"), required=False),
    Field("refund_document", Text("退费单号", "Refund paper no."), required=False),
    Field("goods_document", Text("退货单号", "Goods returned, paper no."), required=False),
)
OF_BLUE = (("original_no", "number"), ("original_code", "invoice_code"))


def _slip(uow: UnitOfWork, typed: Typed) -> Outcome:
    open_slip(
        uow,
        hall=hall(),
        slip_no=typed["slip_no"],
        original_code=typed["original_code"],
        original_no=typed["original_no"],
        amount_fen=read_amount("amount", typed["amount"], AMOUNT),
        reason=typed["reason"],
        opened_at=typed.moment("opened_at", OPENED_AT),
    )
    return Outcome(
        url_for("pages.list_reds", hall=hall().code),
        Text(
            "确认单已登记,72 小时内未确认即过期。",
            "The slip is noted; unconfirmed for 72 hours it expires.",
        ),
        "wait",
    )


def _red(uow: UnitOfWork, typed: Typed) -> Outcome:
    red = register_red(
        uow,
        hall=hall(),
        draft=RedDraft(
            invoice_code=typed["invoice_code"],
            invoice_no=_needed(typed, "invoice_no", RED[1].text),
            issued_at=typed.moment("issued_at", ISSUED_AT) or uow.now,
            amount_fen=-abs(read_amount("amount", typed["amount"], AMOUNT)),
            original_code=typed["original_code"],
            original_no=_needed(typed, "original_no", ORIGINAL[1].text),
            reason=typed["reason"],
            original_date=_day(typed),
            original_amount_fen=typed.fen("original_amount", ORIGINAL_AMOUNT),
            slip_no=typed["slip_no"],
            refund_txn=typed["refund_txn"],
            refund_document=typed["refund_document"],
            goods_document=typed["goods_document"],
        ),
    )
    return Outcome(
        number_url(red.invoice_code, red.invoice_no),
        Text("红字已登记,原票不改动。", "Registered; the original stays as it is."),
    )


def _link(uow: UnitOfWork, typed: Typed) -> Outcome:
    red = link_red(
        uow,
        hall=hall(),
        code=typed["invoice_code"],
        number=_needed(typed, "invoice_no", RED[1].text),
        refund_txn=typed["refund_txn"],
        refund_document=typed["refund_document"],
        goods_document=typed["goods_document"],
    )
    return Outcome(number_url(red.invoice_code, red.invoice_no), Text("已关联。", "It is linked."))


def _day(typed: Typed) -> dt.date | None:
    return typed.day("original_date", ORIGINAL_DATE)


def _needed(typed: Typed, name: str, text: Text) -> str:
    if not typed[name]:
        raise FieldUnreadable(name, text, Text("必填", "required"))
    return typed[name]


offer(
    3,
    FormAct(
        "slip",
        Text("红字确认单", "Confirmation slip"),
        Text("登记开具的红字信息确认单,72 小时内确认", "Note the slip; confirmed within 72 hours"),
        REGISTER,
        lambda uow: (
            Field("slip_no", Text("确认单编号", "Slip no.")),
            *ORIGINAL,
            Field("amount", AMOUNT, "money", hint=Text("填正数", "A positive amount")),
            REASON,
            Field("opened_at", OPENED_AT, "moment", required=False),
        ),
        _slip,
        prefill=OF_BLUE,
        errors=(
            ("red_slip_known_already", "slip_no"),
            ("red_reason_unknown", "reason"),
            ("red_amount_refused", "amount"),
            ("red_time_refused", "opened_at"),
        ),
    ),
    FormAct(
        "red",
        Text("登记红字", "Register a red letter"),
        Text("对应原票,可部分,累计不超过原票", "Against its blue, in part or whole, never beyond"),
        REGISTER,
        lambda uow: (
            *ORIGINAL,
            *RED,
            Field("amount", AMOUNT, "money", hint=Text("填正数即冲减额", "What is taken off")),
            REASON,
            Field("issued_at", ISSUED_AT, "moment", required=False),
            Field("slip_no", Text("确认单编号", "Slip no."), required=False),
            *SIDES,
            Field("original_date", ORIGINAL_DATE, "date", required=False),
            Field(
                "original_amount",
                ORIGINAL_AMOUNT,
                "money",
                required=False,
                hint=Text("原票不在本厅登记簿时填写", "Where this hall does not know the original"),
            ),
        ),
        _red,
        prefill=OF_BLUE,
        errors=(
            ("red_exceeds_blue", "amount"),
            ("red_amount_refused", "amount"),
            ("red_reason_unknown", "reason"),
            ("red_time_refused", "issued_at"),
            ("red_known_already", "invoice_no"),
            ("blue_unknown", "original_no"),
            ("blue_not_live", "original_no"),
            ("blue_differs", "original_amount"),
            ("red_slip_needed", "slip_no"),
            ("red_slip_unknown", "slip_no"),
            ("unknown_document", "goods_document"),
        ),
    ),
    FormAct(
        "link-red",
        Text("红字补关联", "Link a red letter"),
        Text("退款、退货后到时补上", "When refund or goods come later"),
        REGISTER,
        lambda uow: (*RED, *SIDES),
        _link,
        prefill=(("invoice_no", "number"),),
        errors=(
            ("red_unknown", "invoice_no"),
            ("red_side_settled", "refund_txn"),
            ("unknown_document", "goods_document"),
        ),
    ),
)
