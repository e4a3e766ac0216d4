"""What a cash document states, in words."""

from __future__ import annotations

from collections.abc import Collection

from backoffice.trade_words import show_notes, tender_name
from ledger.actors import names_of
from ledger.cash.cases import CAUSES, WAYS
from ledger.cash.kinds import CATEGORIES, CLEARING, FUNDS, PORTIONS
from ledger.cash.matching import BY_HAND, SET_ASIDE
from ledger.cash.proposing import HOW
from ledger.documents import Document, facts_of
from ledger.money import show_yuan
from ledger.text import LANGUAGES, Text
from ledger.work import UnitOfWork

FACT_WORDS: dict[str, Text] = {
    "clerk": Text("营业员", "Clerk"),
    "receiver": Text("接收人", "Receiver"),
    "fund": Text("款项", "Fund"),
    "category": Text("费用类别", "Category"),
    "purpose": Text("事由", "What for"),
    "opening": Text("开柜单", "Safe opened by"),
    "covers": Text("所属日期", "Takings of"),
    "slip_no": Text("缴款单号", "Slip no."),
    "portion": Text("款项性质", "Which takings"),
    "deposit": Text("解款单", "Deposit"),
    "deposits": Text("解款单", "Deposits"),
    "statement": Text("银行流水", "Lines of the statement"),
    "how": Text("勾对依据", "Matched by"),
    "receipt_no": Text("银行回单号", "Bank receipt no."),
    "credited": Text("入账金额", "Credited"),
    "deposited_on": Text("存入日期", "Deposited on"),
    "counterfeit": Text("其中假币", "Counterfeit in it"),
    "certificate": Text("收缴凭证号", "Certificate no."),
    "notes": Text("券别", "Notes and coins"),
    "book": Text("账面现金", "Cash by the books"),
    "difference": Text("差额", "Difference"),
    "goods": Text("商品与卡", "Goods and cards"),
    "loans": Text("备用机", "Loan handsets"),
    "forms": Text("空白票据", "Blank forms"),
    "cases": Text("未结长短款", "Open over/short cases"),
    "findings": Text("未了差异", "Open findings"),
    "tender": Text("支付方式", "Tender"),
    "of_day": Text("差异日期", "Of the day"),
    "cause": Text("原因", "Cause"),
    "way": Text("处理方式", "What becomes of it"),
    "slips": Text("更正单", "Correction slips"),
}
CODED: dict[str, dict[str, Text]] = {
    "how": {
        **HOW,
        BY_HAND: Text("人工勾对", "By hand"),
        SET_ASIDE: Text("不是解款", "Set aside: no deposit"),
    },
    "portion": PORTIONS,
    "fund": FUNDS,
    "category": CATEGORIES,
    "cause": CAUSES,
    "way": {name: way.text for name, way in WAYS.items()},
}
PERSONS = frozenset({"clerk", "receiver"})
KIOSK = Text("自助机", "Kiosk")
NONE = Text("无", "none")
LISTS = frozenset({"goods", "loans", "forms", "cases", "notes", "findings"})


def cash_facts(
    uow: UnitOfWork, document: Document, *, without: Collection[str] = ()
) -> list[tuple[Text, str | Text]]:
    """Give what the document states in the order of its form: (words, value)."""
    stated = facts_of(uow, document)
    staff = names_of(uow, document.hall_id)
    shown: list[tuple[Text, str | Text]] = []
    for name, text in FACT_WORDS.items():
        if not stated.get(name) or name in without:
            continue
        value: str | Text = CODED.get(name, {}).get(stated[name], stated[name])
        if name == "credited":
            value = show_yuan(int(stated[name]), separators=True)
        elif name == "tender":
            value = tender_name(stated[name])
        elif name == "cases" and stated[name] != "0":
            value = _cases(stated[name])
        elif name in PERSONS:
            value = f"{stated[name]} {staff.get(stated[name], '')}".strip()
        elif name in LISTS and stated[name] == "0":
            value = NONE
        elif name == "notes":
            value = show_notes(stated[name])
        of_kiosk = name == "clerk" and document.kind == CLEARING
        shown.append((KIOSK if of_kiosk else text, value))
    return shown


def _cases(stated: str) -> Text:
    """Give the open cases of a sheet, each `date tender amount`, with the tender's name."""
    cases = [one.split(" ") for one in stated.split(", ")]
    zh, en = (
        [f"{date} {tender_name(tender).in_language(language)} {fen}" for date, tender, fen in cases]
        for language in LANGUAGES
    )
    return Text(", ".join(zh), ", ".join(en))
