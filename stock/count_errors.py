"""What can be wrong with a count."""

from __future__ import annotations

from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.text import Text


class UnknownCount(NotFound):
    """No count of that number in the hall."""

    code = "unknown_count"
    text = Text(
        "没有第 {count} 号盘点。请核对编号。", "There is no count {count}. Check its number."
    )


class UnknownPlace(NotFound):
    """No place of that name whose goods could be counted."""

    code = "unknown_place"
    text = Text(
        "没有可盘点的地点“{place}”。请写 store、demo,或 clerk 工号、counter 柜台。",
        "There is no place {place!r} to count. Write store, demo, or clerk NUMBER, counter NAME.",
    )


class CountNeedsTwo(Conflict):
    """One person alone, or the keepers of the place among themselves, do not count (STK-11)."""

    code = "count_needs_two"
    text = Text(
        "盘点须两人:{counter} 与监盘 {witness} 须是不同的人,且至少一人不保管该地点。请另派一人。",
        "Two people count: {counter} and {witness} must be two, and one of them must not keep the"
        " place. Name another person.",
    )


class CountNeedsOversight(Conflict):
    """A weekly or monthly count is overseen by the auditor or a manager (STK-11)."""

    code = "count_needs_oversight"
    text = Text(
        "周盘和月盘须有稽核或经理在场:请指定其一为盘点人或监盘人。",
        "A weekly or monthly count needs the auditor or a manager present: name one of them.",
    )


class CountUnderWay(Conflict):
    """The place is being counted already."""

    code = "count_under_way"
    text = Text(
        "该地点的第 {count} 号盘点尚未结束,请先完成或作废。",
        "Count {count} of this place is not settled yet: finish or cancel it first.",
    )


class CountNotOpen(Conflict):
    """The count's state does not allow the act."""

    code = "count_not_open"
    text = Text(
        "第 {count} 号盘点{state_zh},不能办理此事。",
        "Count {count} is {state_en}; this cannot be done now.",
    )

    def __init__(self, count: int, state: Text) -> None:
        super().__init__(count=count, state_zh=state.zh, state_en=state.en.lower())


class NotCounter(Forbidden):
    """Only the two who count may scan, and only the counter declares that he has finished."""

    code = "not_the_counter"
    text = Text(
        "第 {count} 号盘点由 {counter} 盘点、{witness} 监盘,请由他们办理。",
        "{counter} counts and {witness} stands by in count {count}; they do this.",
    )


class CountIsBlind(Forbidden):
    """Whoever counts sees nothing of what is expected before he has finished."""

    code = "count_is_blind"
    text = Text(
        "盲盘:第 {count} 号盘点完成之前,盘点人和监盘人不能查看应有数。",
        "A blind count: until count {count} is finished, those who count do not see what is"
        " expected.",
    )


class SameCounter(Conflict):
    """A recount is another person's (STK-11)."""

    code = "same_counter"
    text = Text(
        "复盘须换人:{counter} 已盘过第 {count} 号盘点。",
        "A recount is another person's: {counter} has counted in count {count} already.",
    )


class UnknownScan(NotFound):
    """No scan of that number stands in this round."""

    code = "unknown_scan"
    text = Text(
        "没有可撤销的扫描 {scan}:不存在、已撤销或属于上一轮。",
        "There is no scan {scan} to undo: it is not there, undone, or of an earlier round.",
    )


class NotCounted(Invalid):
    """The item is no goods that a count takes by number, or the number cannot be."""

    code = "not_counted_by_number"
    text = Text(
        "物品 {item} 不能盘成 {quantity}:须是本次范围内按数量管理的物品,数量 0 至 9999999。",
        "Item {item} cannot be counted as {quantity}: it must be in scope and kept by quantity, and"
        " the number from 0 to 9999999.",
    )


class NothingDiffers(Conflict):
    """There is nothing to recount."""

    code = "nothing_differs"
    text = Text("第 {count} 号盘点没有差异,无须复盘。", "Count {count} has no differences.")
