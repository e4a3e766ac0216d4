"""The refusals of cases: what is wrong, with the figures, and what to do."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid
from ledger.text import Text


class CaseUnreadable(Invalid):
    """A field of the request is missing or makes no sense."""

    code = "case_unreadable"
    text = Text("{field}:{problem}。", "{field}: {problem}.")


class ReasonNotOfInstrument(Invalid):
    """The reason does not belong to the instrument: they are never mixed."""

    code = "reason_not_of_instrument"
    text = Text(
        "{instrument}不能以“{reason}”为原因;可选:{known}。",
        "A {instrument} cannot have the reason “{reason}”. It may have: {known}.",
    )


class UnknownPayment(Invalid):
    """No current line of account has that transaction number."""

    code = "unknown_payment"
    text = Text(
        "原流水 {txn} 不存在。请核对流水号,或先导入当日账目。",
        "There is no transaction {txn}. Check its number, or import the day's accounts first.",
    )


class MoreThanPaid(Conflict):
    """More is asked back than was paid less what was already returned."""

    code = "more_than_paid"
    text = Text(
        "流水 {txn} 实收 {paid},已退 {returned},最多可退 {left};申请 {asked} 超出 {over}。",
        "Transaction {txn} took {paid}, {returned} went back already: {left} is left; {asked} is"
        " over by {over}.",
    )


class MoreThanHeld(Conflict):
    """More deposit is asked back than is held."""

    code = "more_than_held"
    text = Text(
        "该笔押金在押 {held},申请退还 {asked}。",
        "{held} of the deposit is held; {asked} was asked back.",
    )


class GiftIsNoCash(Conflict):
    """Gift credit is never paid out: only what is left of the balance without it is."""

    code = "gift_is_no_cash"
    text = Text(
        "余额 {balance} 中赠款 {gift} 不能退现,最多可退 {refundable}。",
        "Of the balance of {balance}, {gift} is gift credit and never paid out: {refundable} may"
        " be refunded.",
    )


class WrongTender(Conflict):
    """Money goes back by the tender it came in, unless a superior decides otherwise."""

    code = "wrong_tender"
    text = Text(
        "原支付方式为 {paid_by},不能以 {tender} 退回。请原路退回,或写明理由由上级主管部门审批。",
        "It was paid by {paid_by} and cannot go back by {tender}. Refund it the way it was paid, or"
        " give a reason for the superior department to sign.",
    )


class LimitPassed(Conflict):
    """A limit of the policy would be passed."""

    code = "limit_passed"
    text = Text(
        "{limit}为 {amount},已用 {used},本笔 {asked} 将超出。请由上级办理。",
        "The {limit} is {amount}; {used} is used, and {asked} would pass it. Ask the superior"
        " department.",
    )


class CaseExpired(Conflict):
    """A case was not signed or carried out by its last day."""

    code = "case_expired"
    text = Text(
        "单据 {number} 的最后一天是 {on},已过期。请重新申请。",
        "The last day of {number} was {on}; it has expired. Ask again.",
    )


class InvoiceStillLive(Conflict):
    """The sale was invoiced, and the invoice is neither void nor reversed by a red letter."""

    code = "invoice_still_live"
    text = Text(
        "原流水已开发票 {invoice}(有效 {live})。请先作废或开具红字发票,再退款。",
        "The sale is invoiced by {invoice} (live: {live}). Void it or register the red letter"
        " first.",
    )


class GoodsNotBack(Conflict):
    """Goods of the sale must be back in the hall's hands before the money goes out."""

    code = "goods_not_back"
    text = Text(
        "串号 {serial} 尚未退回。请先办理退货入库,再退款。",
        "{serial} has not come back yet. Take it back into stock first.",
    )


class PapersMissing(Conflict):
    """A paper without which the act must not happen is missing."""

    code = "papers_missing"
    text = Text("缺少:{papers}。", "Missing: {papers}.")


class PaperNotYet(Conflict):
    """A paper says what has not happened: an approval before it, a receipt before the money."""

    code = "paper_not_yet"
    text = Text(
        "单据 {number} 当前为{state},不能打印{paper}:{problem}。",
        "{number} is {state}; its {paper} cannot be printed: {problem}.",
    )


class StatisticsDiffer(Conflict):
    """The figures of the cases are not the ledger's, so the report would be false (REF-06)."""

    code = "statistics_differ"
    text = Text(
        "营业厅 {hall} {month}{kind}:单据合计 {told},账上 {ledger},相差 {difference},统计不出。"
        "请核对该月的单据与分录。",
        "Hall {hall}, {kind}, {month}: the cases say {told}, the ledger {ledger}, {difference}"
        " apart; the report is refused. Compare that month's cases with their postings.",
    )


class NotYours(Forbidden):
    """The act belongs to somebody else in this case."""

    code = "not_your_case"
    text = Text("单据 {number}:{problem}。", "Case {number}: {problem}.")


class PolicyUnreadable(Invalid):
    """A policy that makes no sense: what, and what it should be."""

    code = "policy_unreadable"
    text = Text("政策 {field}:{problem}。", "Policy {field}: {problem}.")
