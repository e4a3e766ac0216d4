"""What can be wrong with an item, a price or a label (DOMAIN STK-09)."""

from __future__ import annotations

from ledger.errors import Conflict, Invalid, NotFound
from ledger.text import Text


class ItemNotSo(Invalid):
    """An attribute of an item is not what it can be."""

    code = "item_not_so"
    text = Text("物品 {item}:{what}", "Item {item}: {what}")


class PriceNotSo(Invalid):
    """A price or its period makes no sense."""

    code = "price_not_so"
    text = Text("价格有误:{what}", "The price is wrong: {what}")


class PriceInThePast(Conflict):
    """A price may begin today or later; what was in force is never changed."""

    code = "price_in_the_past"
    text = Text(
        "{item} 的价格不能从已过去的 {date} 起改。已执行的价格不改动,请从今日 {today} 或以后生效。",
        "The price of {item} cannot change from {date}, which is past. Let it begin on {today} or"
        " later.",
    )


class PriceOfSignedDay(Conflict):
    """What a signed day was audited by stays; a price begins on a day that nobody has signed."""

    code = "price_of_signed_day"
    text = Text(
        "{item} 的价格不能从 {date} 起改:当日已签字。请从 {free} 或以后生效。",
        "The price of {item} cannot change from {date}: that day is signed. Let it begin on {free}"
        " or later.",
    )


class PricePlannedWithin(Conflict):
    """Another price is planned to begin inside the new period."""

    code = "price_planned_within"
    text = Text(
        "{item} 已定于 {date} 换价,在新价格期间之内。请让新价格早一天结束,或先改定那次换价。",
        "{item} changes price on {date} already, inside the new period. End the new price the day"
        " before, or settle that change first.",
    )


class VariantsUnderOneLabel(Conflict):
    """Variants of different prices stand under one label (DOMAIN STK-09)."""

    code = "variants_under_one_label"
    text = Text(
        "价签 {position} 下 {item} 为 {price} 元、{other} 为 {other_price} 元({date} 起)。"
        "不同价格须分别标价,请拆成两张价签或同时改价。",
        "Under label {position}, {item} costs {price} and {other} {other_price} from {date} on."
        " Different prices need labels of their own: split the label or change both at once.",
    )


class UnknownLabel(NotFound):
    """No label position of that code, or nothing to be changed there."""

    code = "unknown_label"
    text = Text("没有价签位 {position}。请核对编号。", "There is no label {position}. Check it.")


class NothingToConfirm(Conflict):
    """No label waits at the position for that day."""

    code = "nothing_to_confirm"
    text = Text(
        "价签位 {position} 没有 {date} 起待换的价签,可能已有人确认。",
        "No label waits at {position} for {date}; somebody may have confirmed it already.",
    )


class TooEarlyToConfirm(Conflict):
    """A label that shows tomorrow's price today is not true today."""

    code = "too_early_to_confirm"
    text = Text(
        "{position} 的新价 {date} 才生效,最早前一日营业结束后更换并确认。",
        "The price at {position} begins on {date}; change the label no earlier than the evening"
        " before, then confirm.",
    )


class LabelIncomplete(Conflict):
    """A label lacks what the law asks it to show."""

    code = "label_incomplete"
    text = Text(
        "{item} 的价签缺少{what},不能打印。请先在物品页补上。",
        "The label of {item} lacks its {what} and cannot be printed. Add it on the item's page.",
    )


class StruckPriceTooHigh(Conflict):
    """An "original price" above the lowest done in the last seven days (DOMAIN STK-09)."""

    code = "struck_price_too_high"
    text = Text(
        "“原价 {struck}”高于 {item} 在本厅 {since} 至 {until} 的最低成交价,最高只能标 {most}。",
        "“Was {struck}” is above the lowest price {item} was sold for here from {since} to"
        " {until}; at most {most} may be struck through.",
    )


class NoStruckPrice(Conflict):
    """Nothing was sold to compare with, or the comparison is no reduction."""

    code = "no_struck_price"
    text = Text("{item} 不能标划线价:{what}", "{item} cannot show a struck-through price: {what}")
