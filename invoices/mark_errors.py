"""What can be wrong with a void, a cover, a red letter, a loss or a destruction."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.text import Text


class DigitalNotVoidable(Conflict):
    """A fully digital invoice is never void (INV-07)."""

    code = "digital_not_voidable"
    text = Text(
        "数电票不得作废,请开红字:{number}。",
        "A digital invoice is never void: issue a red letter for {number}.",
    )


class SpecialVoidTooLate(Conflict):
    """A VAT special invoice is void in the calendar month of its issue alone (INV-06)."""

    code = "special_void_too_late"
    text = Text(
        "专用发票 {number} 于 {issued_on} 开具,只能在开具当月作废;请开红字。",
        "Special invoice {number} was issued on {issued_on} and is void in that month alone: issue"
        " a red letter.",
    )


class NumberUnknown(NotFound):
    """A number of forms that this hall never had, or has returned."""

    code = "form_number_unknown"
    text = Text(
        "号码 {number} 不在本厅:未入库、已缴销或不属本厅。请核对代码和号码。",
        "Number {number} is not in this hall: never received, handed in, or another hall's."
        " Check code and number.",
    )


class NumberUnreadable(Invalid):
    """What should be numbers of forms, or a run of them, is not."""

    code = "form_number_unreadable"
    text = Text(
        "“{number}”不是号码或号段:须为数字,号段写作 起号-止号,一次至多 {most} 个号码。",
        "“{number}” is no number or run FIRST-LAST of digits; at most {most} numbers at once.",
    )


class NumberSettled(Conflict):
    """A number is in a state that is not left this way: void, red, returned or lost."""

    code = "form_number_settled"
    text = Text(
        "号码 {number} 当前状态为{state},不能办理。",
        "Number {number} is in state {state}; this cannot be done.",
    )


class NumberLost(Conflict):
    """A lost number is locked: nobody uses or voids it (INV-09)."""

    code = "form_number_lost"
    text = Text(
        "号码 {number} 已报丢失(丢失单 {case}),已锁定,不得使用或作废。如已找回,请先冲销丢失单。",
        "Number {number} was reported lost ({case}) and is locked: it is neither used nor void. If"
        " it was found, have the loss reversed first.",
    )


class VoidAskedAlready(Conflict):
    """An open void names the number."""

    code = "void_asked_already"
    text = Text(
        "号码 {number} 已在作废单 {document} 中待稽核签字。",
        "Number {number} is on void {document}, which awaits the auditor.",
    )


class NotYourForm(Forbidden):
    """A clerk voids and reports what is his own; the custodian anybody's."""

    code = "not_your_form"
    text = Text(
        "号码 {number} 是 {holder} 的票据,请由本人或票据管理员办理。",
        "Number {number} is {holder}'s: he or the custodian does this.",
    )


class ReversedByRed(Conflict):
    """An invoice with a live red letter is not void."""

    code = "reversed_by_red"
    text = Text(
        "号码 {number} 已有红字 {red},不能再作废。",
        "Number {number} has the red letter {red} and cannot be void.",
    )


class CopiesUnreadable(Invalid):
    """The number of copies of a form, or the copies ticked, make no sense."""

    code = "form_copies_unreadable"
    text = Text(
        "号码 {number} 的联次有误:全部联次须为 1 至 20,勾选的须为其中各联,不重复。",
        "Copies of {number}: a form has 1 to 20, and those ticked are among them, each once.",
    )


class TicksMissing(Invalid):
    """The auditor signs for each number: the copies before him and the stamp."""

    code = "void_ticks_missing"
    text = Text(
        "请逐号勾选收回的联次:{numbers} 未勾选或不在本单。",
        "Tick the copies of each number: {numbers} not ticked, or not on this document.",
    )


class NotStamped(Conflict):
    """Every copy of a void form bears the stamp (INV-06)."""

    code = "void_not_stamped"
    text = Text(
        "号码 {number} 未在全部联次加盖“作废”章。请先加盖,再签字。",
        "Not every copy of {number} bears the stamp 作废. Stamp them, then sign.",
    )


class NotAVoid(Invalid):
    """The document is none of voids that await the auditor."""

    code = "not_an_open_void"
    text = Text("{number} 不是待签的作废单。", "{number} is no void that awaits a signature.")


class VoidReplaced(Conflict):
    """A void whose number was reissued stands, or one charge would have two live invoices."""

    code = "void_replaced"
    text = Text(
        "号码 {number} 已由 {by} 重开,作废不能撤销。请先作废或红冲重开的发票。",
        "Number {number} was reissued as {by}: its void stands. Void or reverse the reissue first.",
    )


class FormMoved(Conflict):
    """A number is no longer where it was when its void was asked."""

    code = "form_moved"
    text = Text(
        "号码 {number} 在申请作废后已变动。请退回本单,重新申请。",
        "Number {number} has moved since its void was asked. Reject the document; ask anew.",
    )


class UnknownBook(NotFound):
    """No book of that code begins with, or holds, that number."""

    code = "unknown_book"
    text = Text(
        "没有票本 {code} {first}。请核对代码和起号。",
        "There is no book {code} {first}. Check code and first number.",
    )


class UnknownCover(NotFound):
    """A cover sheet of that version was never printed."""

    code = "unknown_cover"
    text = Text(
        "票本 {code} {first} 没有第 {version} 版封面。",
        "Book {code} {first} has no cover of version {version}.",
    )
