"""Why a number cannot be registered as used by hand: each reason by its name."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class NumbersUnreadable(Invalid):
    """First and last number make no run, or one too long to key."""

    code = "form_numbers_unreadable"
    text = Text(
        "号段 {first}–{last} 不可读:起止号应为等长数字,止号不小于起号,一次至多 {most} 份。",
        "Numbers {first}–{last} make no run: digits of one length, the last not below the first,"
        " {most} at most at a time.",
    )


class AmountsDoNotFit(Invalid):
    """Neither one amount for all numbers nor one for each; or one that is not above zero."""

    code = "form_amounts_do_not_fit"
    text = Text(
        "共 {numbers} 个号码,却有 {amounts} 个金额:请给一个共用金额,或逐号各给一个,均须大于零。",
        "There are {numbers} numbers and {amounts} amounts: give one for all, or one for each,"
        " all above zero.",
    )


class NotYourCustody(Conflict):
    """A clerk registers numbers of another's custody."""

    code = "not_your_custody"
    text = Text(
        "工号 {clerk} 不是您的工号。请由本人登记,或由票据管理员代为登记。",
        "Staff number {clerk} is not yours. Its holder registers its use, or the invoice keeper.",
    )


class NumberNotInCustody(Conflict):
    """A number is not in the hands of whoever is said to have used it."""

    code = "number_not_in_custody"
    text = Text(
        "号码 {invoice} 不在 {clerk} 手中,它在:{place}。请先办理领用或交接,或核对号码。",
        "Number {invoice} is not in the hands of {clerk}; it is here: {place}. Draw it or hand it"
        " over first, or check the number.",
    )


class NumberUnknown(NotFound):
    """A number is of no form this hall has."""

    code = "number_unknown"
    text = Text(
        "号码 {invoice} 不是本厅的票据。请先办理入库,或核对代码与号码。",
        "Number {invoice} is no form of this hall. Receive it first, or check code and number.",
    )


class NumberUsedBefore(Conflict):
    """A number is used once (DOMAIN INV-02)."""

    code = "number_used_before"
    text = Text(
        "号码 {invoice} 已使用或已登记({state}),不能重号。请核对实物号码。",
        "Number {invoice} is used or registered already ({state}): a number is used once. Look at"
        " the form.",
    )


class NoBlankLeft(Conflict):
    """The clerk has fewer blanks of the code than are to be used."""

    code = "no_blank_left"
    text = Text(
        "{clerk} 手中代码 {invoice_code} 的空白票据只剩 {left} 份,需要 {wanted} 份。请先领用。",
        "{clerk} has {left} blanks of code {invoice_code} left and needs {wanted}. Draw some.",
    )


class UsedInFuture(Invalid):
    """A use is registered after it happened."""

    code = "used_in_future"
    text = Text(
        "开票时间 {at} 尚未到。请核对时间。", "The time {at} is still to come. Check the time."
    )


class TransactionUnknown(NotFound):
    """No account line of that transaction in the hall."""

    code = "transaction_unknown"
    text = Text(
        "没有流水 {txn_no}。请核对流水号,或先导入当日账目。",
        "There is no transaction {txn_no}. Check its number, or import its day's accounts first.",
    )


class InvoicedAlready(Conflict):
    """The live invoices of a transaction would exceed what was paid (CHECKS P10)."""

    code = "invoiced_already"
    text = Text(
        "流水 {txn_no} 实收 {received},已开票 {invoiced},不能再开 {amount}。",
        "Transaction {txn_no} received {received} and has invoices of {invoiced}: {amount} more"
        " cannot be invoiced.",
    )


class MonthBilledTwice(Conflict):
    """A subscriber's month has a live bill already (CHECKS P10)."""

    code = "month_billed_twice"
    text = Text(
        "用户 {subscriber} 账期 {period} 已有发票 {invoice}。换开请先作废或红冲原票,再办重开。",
        "Subscriber {subscriber} has invoice {invoice} for {period} already. To replace it, void"
        " it or issue its red letter first, then reissue.",
    )


class PeriodUnreadable(Invalid):
    """A month billed is written as 2026-11 and is not to come."""

    code = "period_unreadable"
    text = Text(
        "账期 {period} 应如 2026-11,且不晚于本月。",
        "The period {period} is written as 2026-11, and is not after this month.",
    )


class OriginalUnknown(NotFound):
    """The invoice that is replaced or printed again is not in the register."""

    code = "original_unknown"
    text = Text(
        "登记簿中没有发票 {invoice}。请核对代码与号码。",
        "The register has no invoice {invoice}. Check code and number.",
    )


class OriginalStillLive(Conflict):
    """A reissue replaces what is void or fully reversed, never what is still valid."""

    code = "original_still_live"
    text = Text(
        "原票 {invoice} 仍然有效。请先作废(各联收齐)或开红字,再重开。",
        "Invoice {invoice} is still valid. Void it with all copies or issue its red letter, then"
        " reissue.",
    )


class ReissuedAlready(Conflict):
    """A replaced invoice is replaced once."""

    code = "reissued_already"
    text = Text(
        "原票 {invoice} 已由 {other} 重开。", "Invoice {invoice} was reissued as {other} already."
    )


class NotPrintedAgain(Conflict):
    """What is void has no copy to give out."""

    code = "not_printed_again"
    text = Text(
        "发票 {invoice} 已作废,不能重打。", "Invoice {invoice} is void and is not printed again."
    )


class ReasonMissing(Invalid):
    """An act that must be explained is not."""

    code = "form_reason_missing"
    text = Text("请写明原因。", "Give the reason.")
