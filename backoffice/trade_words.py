"""The trade's words for codes, figures and dates, the same on page, paper and in workbooks."""

from __future__ import annotations

import datetime as dt
import re

from ledger.audit.day import Arrival
from ledger.text import Language, Text
from ledger.times import HALL_TIME

COMPUTED = Text("应有", "Computed")
DECLARED = Text("申报", "Declared")
DIFFERENCE = Text("差异", "Difference")
EXPECTED = Text("应为", "Expected")
FOUND = Text("实为", "Found")
NOT_DECLARED = Text("未申报", "not declared")
OVER = Text("长款", "Over")
SHORT = Text("短款", "Short")
TOTAL = Text("合计", "Total")
CLERK = Text("工号", "Clerk")
TENDER = Text("支付方式", "Tender")

TENDERS: dict[str, Text] = {
    "cash": Text("现金", "Cash"),
    "pos": Text("POS 刷卡", "POS card"),
    "wechat": Text("微信", "WeChat"),
    "alipay": Text("支付宝", "Alipay"),
    "transfer": Text("转账", "Transfer"),
    "digital_rmb": Text("数字人民币", "Digital RMB"),
    "cheque": Text("支票", "Cheque"),
}
ARRIVALS: dict[Arrival, Text] = {
    "arrived": Text("已到", "arrived"),
    "nil": Text("申报为无", "declared nil"),
    "awaited": Text("待到", "awaited"),
    "missing": Text("缺失", "missing"),
    "unexpected": Text("另有", "also came"),
}
MEASURES: dict[str, str] = {
    **dict.fromkeys("台部个件只张把支条块副套", "pcs"),
    "对": "pairs",
    "本": "books",
    "份": "copies",
    "盒": "boxes",
    "箱": "cartons",
    "包": "packs",
}
"""What goods are counted in, in English; a word not here is said as the hall writes it."""
NUMBER_KINDS: dict[str, Text] = {
    "sn": Text("序列号", "Serial"),
    "card": Text("卡号", "Card no."),
    "care": Text("送修", "In care"),
}
"""Kinds of a unit's numbers that are no abbreviation everybody in the trade knows."""

_WEEKDAYS = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)


_HAN = r"[\u3400-\u9fff]"
_NARROW = re.compile(rf"(?<={_HAN})[,:;?!]|[,:;?!](?={_HAN})")
_LONE_ONE = re.compile(r"\b1 ([a-z]+?)(ies|s)\b")
_WIDE = str.maketrans(",:;?!", "，：；？！")


def singular(english: str) -> str:
    """Give an English sentence whose noun after a lone 1 is no plural: `1 piece`, `2 pieces`."""
    return _LONE_ONE.sub(lambda found: f"1 {found[1]}{'y' if found[2] == 'ies' else ''}", english)


def typeset(sentence: str) -> str:
    """Give a sentence as it is printed: beside Chinese characters its commas and colons are wide.

    Sentences are kept with narrow ones, which are typed and searched for more easily.
    """
    return _NARROW.sub(lambda found: found.group().translate(_WIDE), sentence)


def measure(unit: str) -> Text:
    """Give what an item is counted in."""
    return Text(unit, MEASURES.get(unit, unit))


def number_kind_name(kind: str) -> Text:
    """Give the name of a kind of number a unit bears: IMEI, ICCID, card number."""
    return NUMBER_KINDS.get(kind, Text(kind.upper(), kind.upper()))


def tender_name(code: str) -> Text:
    """Give a tender's name; one that only the hall knows goes by its code."""
    return TENDERS.get(code, Text(code, code))


def show_notes(counted: str) -> str:
    """Give counted notes and coins, kept as `100x2 0.5x1`, as people write them: `100×2 0.5×1`."""
    return counted.replace("x", "×")


def tender_order(code: str) -> tuple[int, str]:
    """Give the sort key that puts tenders in their usual order, the hall's own after them."""
    known = list(TENDERS)
    return (known.index(code) if code in known else len(known), code)


def weekday_name(date: dt.date) -> Text:
    """Give the day of the week."""
    return _WEEKDAYS[date.weekday()]


def show_moment(moment: dt.datetime | None, language: Language) -> str:
    """Give date and minute in the halls' own time; a dash where there is no moment."""
    if moment is None:
        return Text("—", "–").in_language(language)
    return f"{moment.astimezone(HALL_TIME):%Y-%m-%d %H:%M}"


def show_segment(segment: str) -> str:
    """Give a run of numbers `first-last` as short as it is: a single number alone."""
    first, _, last = segment.partition("-")
    return first if last in ("", first) else f"{first}–{last}"
