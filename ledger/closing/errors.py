"""What keeps a day from being signed, closed, reopened or handed over."""

from __future__ import annotations

from ledger.errors import Conflict
from ledger.text import Text


class EarlierDayOpen(Conflict):
    """Days are signed, closed and handed over in order."""

    code = "earlier_day_open"
    text = Text(
        "营业厅 {hall} 的 {earlier} 仍为“{status_zh}”,{date} 不能先办。请先办完 {earlier}。",
        "Day {earlier} of hall {hall} is still {status_en}; {date} cannot go before it. Do"
        " {earlier} first.",
    )


class DayNotReady(Conflict):
    """The day is not at the status the act starts from."""

    code = "day_not_ready"
    text = Text(
        "营业厅 {hall} 的 {date} 为“{status_zh}”,应为“{wanted_zh}”才能办理。",
        "Day {date} of hall {hall} is {status_en}; this is done when it is {wanted_en}.",
    )


class DayIsFinal(Conflict):
    """After the month lock or the hand-over a day is never opened again."""

    code = "day_is_final"
    text = Text(
        "营业厅 {hall} 的 {date} 已{why_zh},不能重开。更正请记在开放的营业日,并注明原日期。",
        "Day {date} of hall {hall} is {why_en} and is not opened again. Date the correction on an"
        " open day and refer to this one.",
    )


class ReopeningAsked(Conflict):
    """A day's reopening is asked for once at a time."""

    code = "reopening_asked"
    text = Text(
        "{date} 的重开申请 {number} 正等待另一人同意。",
        "Reopening {number} of {date} waits for a second person already.",
    )


class ReasonMissing(Conflict):
    """A day is not opened again without a reason."""

    code = "reason_missing"
    text = Text("请写明重开 {date} 的原因。", "Say why {date} is to be opened again.")


class ResultMissing(Conflict):
    """A day that was signed before there were daily results has none to sign."""

    code = "result_missing"
    text = Text(
        "营业厅 {hall} 的 {date} 没有日稽核结果单。请重开该日,由稽核重新签字。",
        "Day {date} of hall {hall} has no daily result. Reopen it and let the auditor sign again.",
    )
