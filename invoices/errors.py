"""What can be wrong with a document of forms."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.text import Text


class RangeUnreadable(Invalid):
    """First and last number do not make the range that the count says."""

    code = "invoice_range_unreadable"
    text = Text(
        "号段 {first}–{last} 份数 {count} 不符:应为等长数字,份数=止号−起号+1,至多一百万份。",
        "Range {first}–{last} with count {count} does not agree: both must be digits of one length"
        " and the count last − first + 1, a million at most.",
    )


class RangeOverlaps(Conflict):
    """Numbers of the range are registered already under another range."""

    code = "invoice_range_overlaps"
    text = Text(
        "号段 {first}–{last} 与已登记的 {other} 重叠。",
        "Range {first}–{last} overlaps {other}, which is registered already.",
    )


class UnknownClerk(Invalid):
    """The range is drawn by nobody of this hall."""

    code = "unknown_clerk"
    text = Text("工号 {clerk} 未登记。", "There is no staff number {clerk} in this hall.")


class BookHeldByAnother(Conflict):
    """A range that one clerk holds is stated as another's."""

    code = "book_held_by_another"
    text = Text(
        "号段 {first}–{last} 已由 {holder} 领用,不能改为 {clerk}。请先办理返还。",
        "Range {first}–{last} was drawn by {holder} and cannot become {clerk}'s. Return it first.",
    )


class UnknownFormKind(Invalid):
    """No kind of form document of that name, or one that is made elsewhere."""

    code = "unknown_form_kind"
    text = Text("此处不能办理票据单据“{kind}”。", "No form document {kind!r} is made here.")


class NotAHolder(Forbidden):
    """Forms go into the hands of clerks and custodians alone (DOMAIN INV-13)."""

    code = "not_a_form_holder"
    text = Text(
        "工号 {clerk} 不是营业员或票据管理员,不能领用或接收票据。",
        "Staff number {clerk} is neither clerk nor invoice custodian and may hold no forms.",
    )


class UnknownForms(NotFound):
    """A number of no book that the hall has received."""

    code = "unknown_forms"
    text = Text(
        "本厅没有登记过发票代码 {invoice_code} 号码 {no} 所在的本或卷。请核对代码与号码。",
        "No book of code {invoice_code} with number {no} was received here. Check code and number.",
    )


class RunNeeded(Invalid):
    """A line does not say which numbers of continuous forms it moves."""

    code = "run_needed"
    text = Text(
        "连续纸请填写起号与止号(或份数):{first}。",
        "Give first and last number, or how many, of continuous forms from {first}.",
    )


class RunBeyondBook(Invalid):
    """A run crosses the end of its book or batch."""

    code = "run_beyond_book"
    text = Text(
        "号段 {first}–{last} 超出本(卷){book},请逐本填写。",
        "Run {first}–{last} goes beyond its book {book}: give a line for each book.",
    )


class BookSplit(Conflict):
    """A bound book has one holder at a time and moves as its whole unused rest (INV-03)."""

    code = "book_split"
    text = Text(
        "拆本:装订本 {book} 不得拆开,未用的 {rest} 只能整本移交,不能只动 {first}–{last}。"
        "其中已用的号码请先登记。",
        "Splitting a book: {book} is bound, its unused rest {rest} moves whole, not {first}–{last}"
        " alone. Register the numbers that are used first.",
    )


class FormsElsewhere(Conflict):
    """Numbers of a run are not where they would be taken from: another holds or used them."""

    code = "forms_elsewhere"
    text = Text(
        "号段 {first}–{last} 与他处重叠:{elsewhere}。请先退库、交接或更正号段。",
        "Run {first}–{last} overlaps what is elsewhere: {elsewhere}. Have it returned or handed"
        " over first, or correct the run.",
    )


class AwaitsSignature(Conflict):
    """Another document that waits for a signature moves some of these numbers."""

    code = "forms_await_signature"
    text = Text(
        "号段 {first}–{last} 与待签的单据 {number} 重叠。请先签收、退回或作废该单。",
        "Run {first}–{last} overlaps document {number}, which awaits a signature: have it signed,"
        " refused or cancelled first.",
    )


class NoFormsHeld(Conflict):
    """There is nothing to move."""

    code = "no_forms_held"
    text = Text("{holder} 处没有未用的票据。", "{holder} holds no blank forms.")


class CountDiffers(Conflict):
    """Forms were counted, and not as many as the books say (INV-13)."""

    code = "form_count_differs"
    text = Text(
        "应有 {expected} 份({segments}),实点 {counted} 份:缺号或多号,请查明是哪一号;"
        "缺失的先报丢失。",
        "There should be {expected} ({segments}), {counted} were counted: find out which number"
        " is missing or too many; a missing one is reported as lost first.",
    )


class RequestUnknown(NotFound):
    """A receipt answers a request that is none, or that the department has not approved."""

    code = "form_request_unknown"
    text = Text(
        "没有已批准的票据申领单 {request}。请核对单号,或留空。",
        "There is no approved request for forms {request}. Check its number, or leave it empty.",
    )


class UsesUnregistered(CountDiffers):
    """Fewer blanks were counted than the books give of a clerk: the first are used, perhaps."""

    code = "form_uses_unregistered"
    text = Text(
        "应有 {expected} 份({segments}),实点 {counted} 份,缺号:{first}–{last} 若已用,请先登记使用"
        "再办理;若是别的号码缺失,先报丢失。",
        "There should be {expected} ({segments}), {counted} were counted. If {first}–{last} are"
        " used, register their use first, then hand over; a missing one is reported as lost.",
    )


class BooksDoNotFit(Invalid):
    """A run is not a whole number of books."""

    code = "books_do_not_fit"
    text = Text(
        "号段 {first}–{last} 不能按每本 {per_book} 份整分。",
        "Run {first}–{last} is no whole number of books of {per_book}.",
    )


class BookUnfinished(Conflict):
    """The stubs of a book are delivered when all its numbers are used."""

    code = "book_unfinished"
    text = Text(
        "{book} 还有未用的 {rest},用完后才能交回。",
        "{book} has blanks left ({rest}); it is brought back when they are used.",
    )


class BookBroughtBack(Conflict):
    """A book was brought back already."""

    code = "book_brought_back"
    text = Text("{book} 已由单据 {number} 交回。", "{book} was brought back by {number}.")


class ExchangeUnequal(Invalid):
    """An unequal exchange names no reason (INV-05)."""

    code = "exchange_unequal"
    text = Text(
        "交回 {returned} 本而领 {drawn} 本,不等量:请填写原因,由营业厅经理签字。",
        "{returned} brought back and {drawn} new: unequal, so give the reason; the hall manager"
        " signs.",
    )


class FormOutOfDate(Conflict):
    """A code that is out of date is neither received nor drawn, only handed in (INV-15)."""

    code = "form_out_of_date"
    text = Text(
        "发票代码 {invoice_code} 自 {date} 起换版停用,只能退库和缴销。",
        "Forms of code {invoice_code} are out of date from {date}: return them and hand them in.",
    )


class HallNotEmpty(Conflict):
    """A hall is not closed while it has blank forms or undelivered stubs (INV-15)."""

    code = "hall_not_empty"
    text = Text(
        "营业厅 {hall} 不能关闭:未缴销的空白票据 {blanks} 份({segments});未交存根的本:{books}。",
        "Hall {hall} cannot be closed: {blanks} blank forms not handed in ({segments}); books whose"
        " stubs are not delivered: {books}.",
    )


class RequestAboveReturned(Invalid):
    """More books are asked for than were brought back since the last request (INV-05)."""

    code = "request_above_returned"
    text = Text(
        "自上次申领以来交回 {returned} 本,申领 {asked} 本:请填写原因,由营业厅经理签字。",
        "{asked} books asked for, {returned} brought back since the last request: give the reason;"
        " the hall manager signs.",
    )
