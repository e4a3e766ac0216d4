"""Acts that mark numbers: a void is asked for, a loss is reported and its numbers locked."""

from __future__ import annotations

from flask import url_for

from backoffice.pages.door import hall
from backoffice.pages.form_acts import FormAct, Outcome, offer
from backoffice.pages.form_typed import Typed, words_of
from backoffice.pages.move_forms import Field
from backoffice.pages.number_acts import AT, CODE
from invoices.losses import open_loss
from invoices.voids import submit_void
from ledger.documents import Document
from ledger.text import Text
from ledger.work import UnitOfWork

FOUND_AT = Text("发现时间", "Found at")
COPIES = Text("每份联次", "Copies of each form")
NUMBERS = Field(
    "numbers",
    Text("号码", "Numbers"),
    hint=Text("一个或多个,连号写 起号-止号", "One or more; a run is FIRST-LAST"),
)
VOIDS, LOSSES = ("voids", "submit"), ("losses", "submit")
MARK_ERRORS = tuple(
    (code, "numbers")
    for code in (
        "digital_not_voidable",
        "special_void_too_late",
        "form_number_unknown",
        "form_number_unreadable",
        "form_number_settled",
        "form_number_lost",
        "void_asked_already",
        "not_your_form",
        "reversed_by_red",
        "loss_mixed",
    )
)


def _void(uow: UnitOfWork, typed: Typed) -> Outcome:
    document = submit_void(
        uow,
        hall=hall(),
        code=typed["invoice_code"],
        numbers=words_of(typed["numbers"]),
        copies=typed.count("copies", COPIES) or None,
        reason=typed["reason"],
    )
    return Outcome(
        url_for("pages.show_paper", hall=hall().code, number=document.number),
        Text(
            "作废已申请:请把全部联次盖章交稽核,由其逐联核对签字。",
            "Asked: bring all copies, stamped, to the auditor, who ticks each and signs.",
        ),
        "wait",
    )


def _loss(uow: UnitOfWork, typed: Typed) -> Outcome:
    case = open_loss(
        uow,
        hall=hall(),
        code=typed["invoice_code"],
        numbers=words_of(typed["numbers"]),
        found_at=typed.moment("found_at", FOUND_AT) or uow.now,
        circumstances=typed["circumstances"],
        copies=typed["copies_lost"],
    )
    document = uow.session.get_one(Document, (case.hall_id, case.document_id))
    return Outcome(
        url_for("pages.show_loss", hall=hall().code, number=document.number),
        Text(
            "丢失已立案,号码已锁定,经理和上级已见。今日 24:00 前须书面报告税务机关。",
            "The case is open, its numbers locked, manager and department told."
            " Report it in writing by midnight.",
        ),
        "bad",
    )


offer(
    3,
    FormAct(
        "void",
        Text("作废", "Void"),
        Text("收齐各联盖章,交稽核核对签字", "All copies stamped; the auditor ticks and signs"),
        VOIDS,
        lambda uow: (
            CODE,
            NUMBERS,
            Field(
                "copies",
                COPIES,
                "number",
                required=False,
                hint=Text("代码能说明的可不填", "Needless where the code tells"),
            ),
            Field("reason", Text("作废原因", "Reason"), "long"),
        ),
        _void,
        prefill=(("numbers", "number"),),
        errors=(*MARK_ERRORS, ("form_copies_unreadable", "copies")),
    ),
    FormAct(
        "loss",
        Text("报失", "Report a loss"),
        Text("立案并锁定号码,当日书面报告", "Opens a case, locks the numbers; report the same day"),
        LOSSES,
        lambda uow: (
            CODE,
            NUMBERS,
            Field("found_at", FOUND_AT, "moment", required=False, hint=AT.hint),
            Field("circumstances", Text("经过", "how it happened"), "long"),
            Field(
                "copies_lost",
                Text("丢失联次", "copies lost"),
                required=False,
                hint=Text("已开的票写明丢的是哪几联", "Of an issued one: which copies are gone"),
            ),
        ),
        _loss,
        prefill=(("numbers", "number"),),
        errors=(*MARK_ERRORS, ("loss_time_refused", "found_at")),
    ),
)
