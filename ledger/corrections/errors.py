"""What correction slips refuse, each with what to do next."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.text import Text


class UnknownSlip(NotFound):
    """No correction slip of that number, or not for this person."""

    code = "unknown_slip"
    text = Text(
        "没有差错更正单 {number}。请核对单号。", "There is no correction slip {number}. Check it."
    )


class SlipRefused(Conflict):
    """The slip's state does not allow the act."""

    code = "slip_refused"
    text = Text(
        "差错更正单 {number} 当前为“{state}”,不能办理此项。请刷新后重试。",
        "Correction slip {number} is {state}; that cannot be done now. Look at it again.",
    )


class SlipStands(Conflict):
    """A finding is on one slip at a time."""

    code = "slip_stands"
    text = Text(
        "差异 {check} {subject} 已在差错更正单 {number} 上。",
        "Finding {check} {subject} is on correction slip {number} already.",
    )


class NotOneClerks(Invalid):
    """One slip goes to one clerk."""

    code = "not_one_clerks"
    text = Text(
        "一张差错更正单只发给一名营业员,至少列一条差错。",
        "A correction slip goes to one clerk and names at least one error.",
    )


class NotYourSlip(Forbidden):
    """A clerk's slip is answered by the clerk himself, by nobody for him (DOMAIN REC-04)."""

    code = "not_your_finding"
    text = Text(
        "差异 {check} {subject} 由工号 {clerk} 本人更正或说明,稽核不能代填。",
        "Finding {check} {subject} is put right by clerk {clerk} in person, never on his behalf.",
    )


class CheckerIsMaker(Conflict):
    """Nobody accepts his own answer, nor one to his own error."""

    code = "audit_maker_is_checker"
    text = Text(
        "{actor} 不能处理本人的差异 {check} {subject}。请由另一人办理。",
        "{actor} cannot decide on his own finding {check} {subject}. Ask another person.",
    )


class SlipUnreadable(Invalid):
    """A field of a slip is missing or makes no sense."""

    code = "slip_unreadable"
    text = Text("{field}:{problem}", "{field}: {problem}")


class LineUnknown(NotFound):
    """No current account line of that number."""

    code = "line_unknown"
    text = Text(
        "没有流水 {txn} 第 {line} 行,或不是工号 {clerk} 的。请核对。",
        "There is no line {line} of transaction {txn}, or it is not clerk {clerk}'s. Check it.",
    )


class LineCorrected(Conflict):
    """A line is reversed once (DOMAIN RET-05)."""

    code = "line_corrected"
    text = Text(
        "流水 {txn} 第 {line} 行已由 {number} 冲销,不能再冲一次。请更正新的一行。",
        "Line {line} of {txn} was reversed by {number} already. Correct the line that followed.",
    )


class FindingMoved(Conflict):
    """A finding whose figures are not those the slip would be about."""

    code = "figures_changed"
    text = Text(
        "差异 {check} {subject} 的金额已变,或已了结。请按新的金额发更正单。",
        "Finding {check} {subject} has other figures now, or is done. Send the slip on those.",
    )
