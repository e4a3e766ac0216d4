"""What keeps a month from being packed, signed or locked."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class MonthUnreadable(Invalid):
    """A month is written like 2026-11."""

    code = "month_unreadable"
    text = Text("月份 {month} 无法识别,请写成 2026-11。", "Month {month} is not like 2026-11.")


class MonthNotReady(Conflict):
    """Something of the month is not done yet."""

    code = "month_not_ready"
    text = Text(
        "{month} 还不能月结:{what_zh}(共 {count} 项)。请先办完。",
        "{month} cannot be closed yet: {what_en} ({count} in all). Do that first.",
    )


class MonthLocked(Conflict):
    """A month is locked once, for good."""

    code = "month_locked"
    text = Text(
        "{month} 已月结锁定。更正请记在开放的营业日,并注明原日期。",
        "{month} is locked. Date the correction on an open day and refer to the original date.",
    )


class PackWaits(Conflict):
    """One pack at a time."""

    code = "pack_waits"
    text = Text(
        "{month} 的月结单 {number} 正在签字。请先签完或退回。",
        "Pack {number} of {month} is being signed. Sign it or send it back first.",
    )


class PackChanged(Conflict):
    """What the pack says is not what the books say any more."""

    code = "pack_changed"
    text = Text(
        "月结单 {number} 编制后账目又有变动。请退回,由稽核重新编制。",
        "The books changed after pack {number} was made. Send it back and let the auditor make it"
        " again.",
    )


class NoPack(NotFound):
    """No pack of the month waits for a signature."""

    code = "no_pack"
    text = Text(
        "{month} 没有待签的月结单。请稽核先编制。",
        "No pack of {month} waits for a signature. Ask the auditor to make it.",
    )


class PackReasonMissing(Invalid):
    """A pack is not sent back without a reason."""

    code = "pack_reason_missing"
    text = Text("请写明退回的原因。", "Say why it is sent back.")
