"""What a report on numbered forms can refuse."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class FormsDoNotTile(Conflict):
    """A segment is missing or counted twice, so the report would be false (DOMAIN INV-04)."""

    code = "forms_do_not_tile"
    text = Text(
        "营业厅 {hall} 发票代码 {invoice_code}:号段 {segment} 对不上(收方 {left} 次,付方 {right}"
        " 次,差 {difference} 份),报表不出。请查该号段的单据。",
        "Hall {hall}, code {invoice_code}: numbers {segment} do not tile ({left} time(s) on the"
        " side of receipts, {right} on the other, difference {difference}); the report is refused."
        " Look at the documents of that segment.",
    )


class FormHasNoState(Conflict):
    """By the dates of its documents a number was nowhere, or in two places, when a day ended."""

    code = "form_has_no_state"
    text = Text(
        "营业厅 {hall} 发票代码 {invoice_code}:号段 {segment} 截至 {date} 的单据日期先后不合,"
        "无法确定状态,报表不出。请核对其入库、领用与使用的日期。",
        "Hall {hall}, code {invoice_code}: by the dates of their documents the numbers {segment}"
        " are in no single state at the end of {date}; the report is refused. Compare the dates of"
        " their receipt, draw and use.",
    )


class FormsCountedOtherwise(Conflict):
    """A figure counted or entered by hand is not the one the books give."""

    code = "forms_counted_otherwise"
    text = Text(
        "发票代码 {invoice_code}:期末应为 {expected} 份({segments}),填报 {found} 份,相差"
        " {difference} 份,报表不出。请逐号核对,查明是哪一号。",
        "Code {invoice_code}: {expected} blank forms should be left ({segments}), {found} were"
        " entered, difference {difference}; the report is refused. Compare number by number and"
        " say which is concerned.",
    )


class UnknownFormCode(NotFound):
    """No form of that code was ever in the hall's books."""

    code = "unknown_form_code"
    text = Text(
        "本厅没有发票代码“{invoice_code}”的票据。请核对。",
        "The hall has no forms of code {invoice_code!r}. Check it.",
    )


class WrongCount(Invalid):
    """What was counted is no whole number."""

    code = "wrong_count"
    text = Text("份数“{count}”应为整数。", "The count {count!r} is to be a whole number.")


class CodeNotNamed(Invalid):
    """A closing was counted, but of which code is not said."""

    code = "code_not_named"
    text = Text(
        "填报期末份数时请同时指明发票代码;当月有多个代码。",
        "Name the invoice code whose closing was counted; the month has several.",
    )


class NoFormsThatDay(Conflict):
    """A clerk had no forms on a day, so there is no sheet to sign."""

    code = "no_forms_that_day"
    text = Text(
        "{clerk} 在 {date} 没有票据,不需清点或签日清单。",
        "{clerk} had no forms on {date}; there is nothing to count and no sheet to sign.",
    )


class SheetSignedAlready(Conflict):
    """A clerk's sheet of a day is signed once."""

    code = "sheet_signed_already"
    text = Text(
        "工号 {clerk} {date} 的票据日清单已有 {number}。要重签请先冲销或撤回它。",
        "{number} is the sheet of {clerk} on {date} already. Reverse or cancel it to sign anew.",
    )
