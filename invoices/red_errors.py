"""What can be wrong with a red letter or its confirmation slip."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class RedExceedsBlue(Conflict):
    """The red letters of an invoice never exceed it (INV-07)."""

    code = "red_exceeds_blue"
    text = Text(
        "红字超额:原票 {original} 金额 {amount},已红冲 {reversed},本次 {wanted},超出 {over}。",
        "Over by {over}: invoice {original} is for {amount}, {reversed} of it is reversed already,"
        " this red letter is for {wanted}.",
    )


class BlueNotLive(Conflict):
    """What is void, or itself a red letter, is not reversed."""

    code = "blue_not_live"
    text = Text(
        "原票 {original} 已作废或本身是红字,不能红冲。",
        "Invoice {original} is void or a red letter itself and cannot be reversed.",
    )


class BlueUnknown(Invalid):
    """An original that is not in our register needs its date and amount."""

    code = "blue_unknown"
    text = Text(
        "原票 {original} 不在本厅登记中:请填写原票日期和金额。",
        "Invoice {original} is not in this hall's register: give its date and amount.",
    )


class BlueDiffers(Invalid):
    """The amount stated of the original is not what the register says."""

    code = "blue_differs"
    text = Text(
        "原票 {original} 登记金额为 {amount},与所填 {stated} 不符。",
        "Invoice {original} is registered for {amount}, not {stated}.",
    )


class RedAmountRefused(Invalid):
    """A red letter is for less than nothing."""

    code = "red_amount_refused"
    text = Text("红字金额须为负数,如 -120.00。", "A red letter's amount is negative: -120.00.")


class RedTimeRefused(Invalid):
    """A red letter was issued after its blue, and not in the future."""

    code = "red_time_refused"
    text = Text(
        "红字开具时间须在原票之后、现在之前。",
        "A red letter is issued after its original and not in the future.",
    )


class RedKnownAlready(Conflict):
    """The number is registered already."""

    code = "red_known_already"
    text = Text(
        "号码 {number} 已登记,不能再登记为红字。",
        "Number {number} is registered already and cannot become another red letter.",
    )


class ReasonUnknown(Invalid):
    """The reason is none of the four."""

    code = "red_reason_unknown"
    text = Text("红字原因代码须为:{known}。", "The reason is one of {known}.")


class SlipNeeded(Conflict):
    """A digital invoice is reversed on a confirmed slip alone (INV-07)."""

    code = "red_slip_needed"
    text = Text(
        "数电票红冲须有已确认的红字信息确认单,原票 {original}、金额 {amount} 与确认单一致"
        "(当前:{state})。",
        "A digital invoice is reversed on a confirmed slip for it and the same amount:"
        " {original}, {amount} (the slip is: {state}).",
    )


class SlipUnknown(NotFound):
    """No slip of that number."""

    code = "red_slip_unknown"
    text = Text("没有红字信息确认单 {slip}。", "There is no confirmation slip {slip}.")


class SlipKnownAlready(Conflict):
    """A slip number is used once."""

    code = "red_slip_known_already"
    text = Text("红字信息确认单 {slip} 已登记。", "Confirmation slip {slip} is known already.")


class SlipSettled(Conflict):
    """A slip that is confirmed, void or expired takes no further step."""

    code = "red_slip_settled"
    text = Text(
        "红字信息确认单 {slip} 当前为{state},不能办理。过期的请重新发起。",
        "Confirmation slip {slip} is {state}: nothing more is done with it. Open a new one where it"
        " expired.",
    )


class RedUnknown(NotFound):
    """No red letter of that number was registered."""

    code = "red_unknown"
    text = Text("没有登记红字 {number}。", "No red letter {number} is registered.")


class SideSettled(Conflict):
    """A side that is linked already stays linked."""

    code = "red_side_settled"
    text = Text(
        "红字 {number} 的{side}已关联为 {known}。",
        "The {side} of red letter {number} is linked to {known} already.",
    )
