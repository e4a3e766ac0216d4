"""The evidence behind a flag in words, the same at every door: each fact with its name and value.

Amounts are yuan, times the hall's own, kinds, reasons and tenders by name; numbers of people are
masked (DOMAIN RET-03).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from backoffice.answers import Payload
from backoffice.trade_words import show_moment, tender_name
from ledger.masking import mask_numbers
from ledger.money import show_yuan
from ledger.text import Language, Text
from refunds.flags import OUTCOMES, PATTERNS
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.models import RefundFlag

EVIDENCE_WORDS: dict[str, Text] = {
    "part": Text("环节", "Step"),
    "clerk": Text("工号", "Clerk"),
    "approver": Text("审批人", "Approver"),
    "number": Text("单号", "Number"),
    "kind": Text("类型", "Kind"),
    "amount_fen": Text("金额", "Amount"),
    "on": Text("日期", "On"),
    "at": Text("时间", "At"),
    "first": Text("当日首笔", "First line that day"),
    "last": Text("当日末笔", "Last line that day"),
    "lines": Text("当日账目行数", "Lines that day"),
    "cases": Text("单据", "Cases"),
    "sum_fen": Text("合计", "Together"),
    "limit_fen": Text("限额", "Limit"),
    "reason": Text("原因", "Reason"),
    "tender": Text("退费方式", "Goes back by"),
    "paid_by": Text("原支付方式", "Paid by"),
    "largest_fen": Text("最大一笔交费", "Largest payment"),
    "look_back_days": Text("回看天数", "Days looked back"),
    "no_payment_since": Text("此后无交费", "No payment since"),
    "back_fen": Text("退出", "Given back"),
    "taken_fen": Text("收取", "Taken"),
    "per_mille": Text("每收千元退", "Back for each 1,000 taken"),
    "others_mean_per_mille": Text("其他人平均每千元", "Mean of the others for each 1,000"),
    "others": Text("其他人数", "Others"),
    "days": Text("天数", "Days"),
    "computed_fen": Text("应有现金", "Cash by the books"),
    "declared_fen": Text("申报现金", "Cash declared"),
    "voids": Text("作废发票", "Invoices voided"),
    "invoice": Text("发票", "Invoice"),
    "who": Text("查看人", "Seen by"),
    "seen": Text("当日查看次数", "Numbers seen that day"),
}
"""What each fact is called, in the order in which facts are told."""
UNSAID = frozenset({"seen_by"})
"""What the program keeps for itself: `who` says it in words."""
PARTS = {"requester": Text("申请", "asked for"), "executor": Text("执行", "carried out")}
TIMES = frozenset({"at", "first", "last"})
TENDERS = frozenset({"tender", "paid_by"})
_ORDER = list(EVIDENCE_WORDS)


def flag_payload(flag: RefundFlag, language: Language) -> Payload:
    """Give a flag with the evidence behind it, as data and in words, and what became of it."""
    return {
        "id": flag.id,
        "subject": flag.subject,
        "pattern": flag.pattern,
        "name": PATTERNS[flag.pattern].in_language(language),
        "evidence": _masked(json.loads(flag.evidence)),
        "words": [
            {"name": name, "values": values} for name, values in evidence_in_words(flag, language)
        ],
        "state": flag.state,
        "state_name": OUTCOMES[flag.state].in_language(language),
        "note": mask_numbers(flag.note),
    }


def evidence_in_words(flag: RefundFlag, language: Language) -> list[tuple[str, list[str]]]:
    """Give the facts of a flag as (name, values) in one language."""
    return [
        (EVIDENCE_WORDS[name].in_language(language), list(_values(name, value, language)))
        for name, value in _in_order(_masked(json.loads(flag.evidence)))
    ]


def _masked(evidence: Any) -> Any:
    """Give evidence with the numbers of people masked in what somebody wrote."""
    if isinstance(evidence, dict):
        return {name: _masked(value) for name, value in evidence.items()}
    if isinstance(evidence, list):
        return [_masked(value) for value in evidence]
    return mask_numbers(evidence) if isinstance(evidence, str) else evidence


def _in_order(told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(
        ((name, value) for name, value in told.items() if name not in UNSAID),
        key=lambda fact: _ORDER.index(fact[0]),
    )


def _values(name: str, value: Any, language: Language) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield " · ".join(_said(key, inner, language) for key, inner in _in_order(one))
        else:
            yield _said(name, one, language)


def _said(name: str, value: Any, language: Language) -> str:
    text = str(value)
    if name.endswith("_fen"):
        return show_yuan(int(text), separators=True) if text != "None" else "–"
    if name in TIMES:
        return show_moment(dt.datetime.fromisoformat(text), language)
    if name == "part":
        return PARTS[text].in_language(language)
    if name in TENDERS:
        return tender_name(text).in_language(language)
    named = {"kind": {one: made.text for one, made in INSTRUMENTS.items()}, "reason": REASONS}
    known = named.get(name, {}).get(text)
    return text if known is None else known.in_language(language)
