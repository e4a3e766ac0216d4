"""What can be wrong with a hand-over to finance, each named for the fact."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class NothingToHandOver(Conflict):
    """No closed day in the period waits to be handed over."""

    code = "nothing_to_hand_over"
    text = Text(
        "{hall} 在 {first} 至 {last} 没有待移交的已关账营业日。",
        "{hall} has no closed day from {first} to {last} that waits to be handed over.",
    )


class DayNotClosed(Conflict):
    """A day is handed over when the manager has closed it, and not before."""

    code = "day_not_closed"
    text = Text(
        "{hall} 的 {date} 尚未关账(状态:{status}),不能移交。请先签字、关账。",
        "{date} of {hall} is not closed (status: {status}); it cannot be handed over yet.",
    )


class DayInBundle(Conflict):
    """Nothing is sent twice: a day is in one live bundle."""

    code = "day_in_bundle"
    text = Text(
        "{hall} 的 {date} 已在移交单 {number} 中,不重复移交。",
        "{date} of {hall} is in bundle {number} already; nothing is sent twice.",
    )


class DayChanged(Conflict):
    """A day of the bundle was reopened or signed anew since the bundle was made."""

    code = "bundle_day_changed"
    text = Text(
        "移交单 {number} 中的 {date} 在制单后有变动,不能签收。请退回,由营业厅重新制单。",
        "{date} in bundle {number} changed after it was made. Return it; the hall makes a new one.",
    )


class TotalsUnexplained(Conflict):
    """What was signed is not what the lines say: no voucher can account for it."""

    code = "totals_unexplained"
    text = Text(
        "{hall} {date}:工号 {clerk} 的 {tender} 签字合计与明细不符,不能生成凭证。",
        "{hall} {date}: the signed total of {clerk}, {tender}, is not what the lines add up to; no"
        " voucher can be proposed.",
    )


class Unmapped(Conflict):
    """An amount has no account: the voucher is refused whole, naming what has no mapping."""

    code = "voucher_unmapped"
    text = Text(
        "{hall} {date} 的凭证缺少科目对照:{keys}。请财务补充科目对照后再移交。",
        "{hall} {date}: no account is mapped for {keys}. Finance completes the mapping first.",
    )


class MappingUnreadable(Invalid):
    """A mapping of accounts that says what makes no sense."""

    code = "mapping_unreadable"
    text = Text("科目对照 {at}:{problem}。", "Mapping of accounts, {at}: {problem}.")


class NoBundle(NotFound):
    """A document of that number is no bundle."""

    code = "no_bundle"
    text = Text("{number} 不是移交单。请核对单号。", "{number} is no bundle. Check the number.")


class LineNotInBundle(Conflict):
    """Only what is in the bundle and not returned yet can be returned."""

    code = "line_not_in_bundle"
    text = Text(
        "{date} 不在移交单 {number} 中或已退回。",
        "{date} is not in bundle {number}, or has been returned.",
    )


class ReasonNeeded(Invalid):
    """Who returns a line, or revises a bundle, says why."""

    code = "bundle_reason_needed"
    text = Text("请写明原因。", "Give the reason.")


class NothingChanged(Conflict):
    """What was sent and has not changed is not sent again."""

    code = "bundle_unchanged"
    text = Text(
        "移交单 {number} 的内容没有变化,不重复移交。",
        "Nothing in bundle {number} has changed; it is not sent again.",
    )


class NotHandedOver(Conflict):
    """Only what finance has taken over can be revised; before that it is returned."""

    code = "bundle_not_handed_over"
    text = Text(
        "移交单 {number} 当前为“{state_zh}”,只有财务已签收且未在改版的移交单可以冲销改版。",
        "Bundle {number} is {state_en}; only one that finance has signed, and that is not being"
        " revised, can be revised.",
    )


class SignedTheDay(Conflict):
    """Who signed a day for the hall does not take it over for finance."""

    code = "signed_the_day"
    text = Text(
        "{actor} 已为营业厅签过移交单 {number} 中的营业日,不能再代财务签收。",
        "{actor} signed a day in bundle {number} for the hall and cannot take it over.",
    )


class HallSignsFirst(Conflict):
    """What the system made is signed by a leader of the hall before finance takes it over."""

    code = "hall_signs_first"
    text = Text(
        "移交单 {number} 由系统制单,须先由营业厅经理签字,财务再签收。",
        "Bundle {number} was made by the system: the hall's manager signs first, then finance.",
    )


class ReachesBeyond(Conflict):
    """A bundle with days on either side of a period is not signed with those of the period."""

    code = "bundle_reaches_beyond"
    text = Text(
        "移交单 {number} 的营业日为 {first} 至 {last},超出所给期间,未签收。",
        "Bundle {number} has the days {first} to {last}, beyond the period; it was not signed.",
    )
