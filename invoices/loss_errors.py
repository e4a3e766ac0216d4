"""What can be wrong with a loss case."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class NotALoss(NotFound):
    """The document is no loss of forms."""

    code = "not_a_loss"
    text = Text("{number} 不是丢失单。", "{number} is no loss of forms.")


class LossTimeRefused(Invalid):
    """A loss is found, then reported, and neither in the future."""

    code = "loss_time_refused"
    text = Text(
        "时间有误:发现时间不能晚于现在,报告时间须在发现之后、现在之前。",
        "The times are wrong: a loss is found before now, and reported between then and now.",
    )


class LossMixed(Invalid):
    """Blanks and copies of issued invoices are two cases."""

    code = "loss_mixed"
    text = Text(
        "空白票与已开票的丢失须分开办理;其中空白:{blank}。",
        "Report blanks and copies of issued invoices apart; blank among these: {blank}.",
    )


class LossReportedAlready(Conflict):
    """The written report is logged once."""

    code = "loss_reported_already"
    text = Text(
        "丢失单 {number} 已登记报告 {report}。", "Loss {number} was reported already: {report}."
    )


class LossNotReported(Conflict):
    """A case is closed after its report."""

    code = "loss_not_reported"
    text = Text(
        "丢失单 {number} 尚未书面报告,不能结案。请先登记报告。",
        "Loss {number} is not reported yet and cannot be closed. Log the report first.",
    )


class LossSettled(Conflict):
    """The case is closed, or what was lost is found."""

    code = "loss_settled"
    text = Text("丢失单 {number} 已结案或已找回。", "Loss {number} is closed, or found again.")
