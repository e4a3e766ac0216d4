"""Acts that end something: a code out of date (换版), papers destroyed, and a hall that closes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, url_for

from backoffice.pages.door import hall
from backoffice.pages.form_acts import FormAct, Outcome, offer
from backoffice.pages.form_choices import codes
from backoffice.pages.form_typed import Typed
from backoffice.pages.move_forms import Field
from invoices.form_ends import close_hall, end_form, forms_to_hand_in
from invoices.retention import submit_destruction
from ledger.text import Text
from ledger.work import UnitOfWork

CODE = Text("发票代码", "Invoice code")
ENDS_ON = Text("停用首日", "First day out of date")
LAST_DAY = Text("最后营业日", "Last business day")
REASON = Text("原因", "Reason")


def _code_fields(uow: UnitOfWork) -> Sequence[Field]:
    known = tuple((code, Text(code or "无代码", code or "no code")) for code in codes(uow))
    return [
        Field("code", CODE, "choice", choices=known),
        Field("ends_on", ENDS_ON, "date"),
        Field("reason", REASON, "long", required=False),
    ]


def _end_code(uow: UnitOfWork, typed: Typed) -> Outcome:
    code = typed["code"]
    day = typed.day("ends_on", ENDS_ON) or g.today
    end_form(uow, hall=hall(), invoice_code=code, ends_on=day, reason=typed["reason"])
    left = sum(one.count for one in forms_to_hand_in(uow, hall()) if one.invoice_code == code)
    return Outcome(
        url_for("pages.show_books", hall=hall().code),
        Text(
            f"代码 {code} 自 {day} 停用;现有空白 {left} 份待缴销。",
            f"Code {code} is out of date from {day}; {left} blanks are to be handed in now.",
        ),
        "wait" if left else "good",
    )


def _closing_fields(uow: UnitOfWork) -> Sequence[Field]:
    return [
        Field("reason", REASON, "long"),
        Field("on", LAST_DAY, "date", required=False),
    ]


def _close(uow: UnitOfWork, typed: Typed) -> Outcome:
    closing = close_hall(uow, hall=hall(), reason=typed["reason"], on=typed.day("on", LAST_DAY))
    return Outcome(
        url_for("pages.show_books", hall=hall().code),
        Text(
            f"本厅已关闭,{closing.closed_on} 以后不再记账。",
            f"The hall is closed: nothing is dated after {closing.closed_on}.",
        ),
    )


DESTRUCTION_ASKED = Text(
    "已提交:经理和上级部门都签字后才可销毁。",
    "Submitted: nothing is destroyed before manager and department have signed.",
)


def _destroy(uow: UnitOfWork, typed: Typed) -> Outcome:
    document = submit_destruction(uow, hall=hall(), books=typed.books, reason=typed["reason"])
    return Outcome(
        url_for("pages.show_paper", hall=hall().code, number=document.number),
        DESTRUCTION_ASKED,
        "wait",
    )


offer(
    0,
    FormAct(
        "destroy",
        Text("销毁存根", "Destroy kept papers"),
        Text("保管期满的本,列清单双重批准", "Books kept long enough: a list, signed by two"),
        ("invoices", "submit"),
        lambda uow: [Field("reason", REASON, "long", required=False)],
        _destroy,
        used=True,
        over=True,
        errors=(
            ("papers_kept_still", "books"),
            ("papers_at_work", "books"),
            ("papers_destroyed_already", "books"),
            ("no_lines", "books"),
        ),
    ),
    FormAct(
        "end-code",
        Text("换版停用", "End a code"),
        Text(
            "代码停用后不再入库、领用,空白须全部缴销",
            "No more received or drawn; every blank is handed in",
        ),
        ("invoices", "end"),
        _code_fields,
        _end_code,
        errors=(("unknown_forms", "code"),),
    ),
    FormAct(
        "close-hall",
        Text("关闭营业厅", "Close the hall"),
        Text(
            "空白票据已缴销、存根已交齐才能关闭",
            "Only when no blank is left and all stubs are delivered",
        ),
        ("halls", "close"),
        _closing_fields,
        _close,
        errors=(("date_refused", "on"),),
    ),
)
