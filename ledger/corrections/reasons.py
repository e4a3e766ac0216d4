"""What kinds of error there are, how each is put right, and what is asked of the clerk for it.

REASONS is the reason code of a slip (DOMAIN REC-04), WAYS what the clerk does about it. The check
that found the error says which reason it likely has, and the reason which ways come first.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.text import Text

WAYS: dict[str, Text] = {
    "amount": Text("更正账目行", "Correct an account line"),
    "reverse": Text("冲销账目行", "Reverse an account line"),
    "add": Text("补记账目行", "Add a missing line"),
    "link": Text("补登发票与流水的对应", "Link an invoice to its transaction"),
    "paper": Text("已另开单据更正", "Put right by another document"),
    "explain": Text("说明,不改账", "Explain; nothing is changed"),
}
WAY_HINTS: dict[str, Text] = {
    "amount": Text(
        "原行照冲(红字),另记正确的一行(蓝字),都记在今天;原行和当日合计不动。",
        "The line is reversed in red and a right one written in blue, both dated today; the line"
        " and its day's totals stay.",
    ),
    "reverse": Text(
        "记重了的,只冲不补;冲销记在今天。",
        "What was entered twice is reversed, with nothing in its place; dated today.",
    ),
    "add": Text(
        "钱收了没记账的,补记一行,记在今天。",
        "Money taken and never entered becomes a line, dated today.",
    ),
    "link": Text(
        "票已开、流水也对,只是没有对上的,写发票代码和号码。",
        "The invoice is there and so is the sale: say which belong together.",
    ),
    "paper": Text(
        "补交款、补领用、作废、退费、盘点等已经办了单据的,写单号。",
        "A hand-in, a draw, a void, a refund or a count was made for it: give its number.",
    ),
    "explain": Text(
        "没有记错,或改不了的,写清楚怎么回事。",
        "Nothing was entered wrong, or it cannot be changed: say what happened.",
    ),
}
CHANGES_LINES = ("amount", "reverse", "add")


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of error: its name, the ways that fit it, the likeliest first, and what to look at."""

    text: Text
    ways: tuple[str, ...]
    guide: Text


REASONS: dict[str, Reason] = {
    "amount": Reason(
        Text("金额记错", "Wrong amount"),
        ("amount", "explain"),
        Text(
            "对照受理单和发票,写出应收、实收各应是多少。",
            "Look at form and invoice: what should have been due, what received?",
        ),
    ),
    "tender": Reason(
        Text("支付方式记错", "Wrong tender"),
        ("amount", "explain"),
        Text(
            "选中记错的一行,改成真正的支付方式,并写它的支付流水。",
            "Choose the line, give the tender it was really paid with, and that payment's number.",
        ),
    ),
    "twice": Reason(
        Text("重复记账", "Entered twice"),
        ("reverse", "explain"),
        Text("选中多记的一行冲掉。", "Choose the line that is one too many."),
    ),
    "missed": Reason(
        Text("漏记账目", "Line missing"),
        ("add", "explain"),
        Text(
            "写业务、金额、支付方式和支付流水;发票已开的写号码。",
            "Give business, amount, tender and its number, and the invoice if there is one.",
        ),
    ),
    "invoice": Reason(
        Text("票账未对应", "Invoice not linked"),
        ("link", "amount", "paper", "explain"),
        Text(
            "找出这笔业务的发票:已开的补登对应;号码写错的更正账目行。",
            "Find the sale's invoice: link it, or correct the number on the line.",
        ),
    ),
    "form": Reason(
        Text("缺受理单号", "Form number missing"),
        ("amount", "explain"),
        Text("选中这一行,补上受理单号。", "Choose the line and give its form's number."),
    ),
    "serial": Reason(
        Text("串号或物品记错", "Wrong serial or item"),
        ("amount", "paper", "explain"),
        Text(
            "选中这一行,改成真正卖出的串号;货不在的,另办单据。",
            "Choose the line and give the serial that was really sold.",
        ),
    ),
    "discount": Reason(
        Text("优惠、赠品记错", "Wrong discount or gift"),
        ("amount", "paper", "explain"),
        Text("选中这一行,改活动或优惠。", "Choose the line and correct campaign or discount."),
    ),
    "number": Reason(
        Text("票据号码或联次", "Form numbers or copies"),
        ("paper", "explain"),
        Text(
            "在票据页补登该号的去向(开具、作废、交回),再写单号。",
            "Register on the forms' pages what became of the number, then give the document.",
        ),
    ),
    "cash": Reason(
        Text("现金、交款不符", "Cash or hand-in"),
        ("paper", "explain", "amount"),
        Text(
            "先复点、查找零和交款单;补交的写单号,查不出的照实说明。",
            "Count again, look at change and hand-ins; give the document, or say what is known.",
        ),
    ),
    "papers": Reason(
        Text("退减赠手续不全", "Refund papers"),
        ("paper", "explain"),
        Text(
            "把缺的签字、单据、红字发票补齐,写单号。",
            "Complete signature, papers and red letter; give the document.",
        ),
    ),
    "other": Reason(
        Text("其他", "Other"),
        ("explain", "paper", "amount", "reverse", "add", "link"),
        Text("写清楚错在哪里、怎样更正。", "Say what was wrong and how it is put right."),
    ),
}
_BY_CHECK = {
    "amount": ("X05", "X08", "T03", "X03", "G04"),
    "tender": ("T04", "R05"),
    "twice": ("X04", "T01"),
    "missed": ("T02",),
    "invoice": ("X01", "X02", "P10"),
    "form": ("X06", "G05"),
    "serial": ("G01", "G02", "G03", "G08"),
    "discount": ("X07",),
    "number": ("P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09"),
    "cash": ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09"),
    "papers": ("R01", "R02", "R03", "R04", "R06", "R07", "R08", "R09"),
}
_REASON_OF = {check: reason for reason, checks in _BY_CHECK.items() for check in checks}


def reason_of(check: str) -> str:
    """Give the reason code an error found by that check likely has."""
    return _REASON_OF.get(check, "other")
