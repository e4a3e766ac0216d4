"""What the documents of refunds state, in words: cases, authorities, policies, lists of papers.

Subscribers' numbers are masked; what only the program reads, as a frozen policy, is told by what a
person needs of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from backoffice.refund_answers import masked
from backoffice.trade_words import show_moment, tender_name
from ledger.accounts import ACCOUNT_KINDS, Account
from ledger.actors import ROLES
from ledger.documents import Document, facts_of
from ledger.money import show_yuan
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.policies import DEFAULT
from refunds.policy import BANDS, PAPERS, policy_from_json

Said = str | Text
REFUND_AREAS = frozenset({"refunds", "authorities", "refund_policy", "refund_papers"})
DEFAULT_POLICY = Text("默认政策", "default policy")


def _money(fen: str) -> Said:
    return show_yuan(int(fen), separators=True)


def _moment(told: str) -> Said:
    return show_moment(dt.datetime.fromisoformat(told), "zh")


def _yes(_: str) -> Said:
    return Text("是", "yes")


def _policy_number(number: str) -> Said:
    return DEFAULT_POLICY if number == DEFAULT else number


def _papers(names: str) -> Said:
    told = [PAPERS[name] for name in names.split(",") if name]
    return Text("、".join(one.zh for one in told), ", ".join(one.en for one in told))


def _tiers(policy: str) -> Said:
    tiers = policy_from_json(policy).tiers
    told = [(ROLES[role], show_yuan(limit, separators=True)) for role, limit in tiers]
    return Text(
        "、".join(f"{role.zh} ≤ {limit}" for role, limit in told),
        ", ".join(f"{role.en} ≤ {limit}" for role, limit in told),
    )


def _listed(cases: str) -> Said:
    """Give each case of a list with what was there and what was missing, as it was signed."""
    told = []
    for number, held, missing in json.loads(cases):
        there, lacks = _papers(",".join(held)), _papers(",".join(missing))
        assert isinstance(there, Text), "papers have names"
        assert isinstance(lacks, Text), "papers have names"
        told.append(
            Text(
                f"{number}(已有 {there.zh or '无'};缺 {lacks.zh or '无'})",
                f"{number} (there: {there.en or 'none'}; missing: {lacks.en or 'none'})",
            )
        )
    return Text(";".join(one.zh for one in told), "; ".join(one.en for one in told))


FACTS: dict[str, tuple[Text, Callable[[str], Said]]] = {
    "instrument": (Text("类型", "Kind"), lambda name: INSTRUMENTS[name].text),
    "requester": (Text("申请人", "Asked for by"), str),
    "asked_at": (Text("申请时间", "Asked for at"), _moment),
    "reason": (Text("原因", "Reason"), lambda told: REASONS.get(told, told)),
    "band": (Text("情形", "When"), lambda name: BANDS[name]),
    "subscriber": (Text("用户号码", "Subscriber"), masked),
    "to_subscriber": (Text("转入号码", "Number to credit"), masked),
    "original_txn": (Text("原流水号", "Original transaction"), str),
    "tender": (Text("退回方式", "Goes back by"), tender_name),
    "override_reason": (Text("改道原因", "Why by another tender"), str),
    "balance": (Text("账户余额", "Balance"), _money),
    "gift": (Text("其中赠款", "Gift credit in it"), _money),
    "sum": (Text("该号码累计", "Together for this number"), _money),
    "judged": (Text("审批金额", "Amount judged"), _money),
    "split": (Text("按拆分上送", "Sent up as a split"), _yes),
    "requester_may_execute": (Text("申请人可执行", "Its requester may carry it out"), _yes),
    "papers": (Text("所需单据", "Papers"), _papers),
    "goods": (Text("货物", "Goods"), str),
    "role": (Text("代签岗位", "Signs as"), lambda role: ROLES.get(role, Text(role, role))),
    "to": (Text("被授权人", "Given to"), str),
    "from_on": (Text("自", "From"), str),
    "to_on": (Text("至", "To"), str),
    "cap": (Text("上限", "Up to"), _money),
    "valid_from": (Text("生效日", "First day"), str),
    "policy": (Text("审批限额", "Tiers"), _tiers),
    "policy_no": (Text("适用政策", "Policy"), _policy_number),
    "replaces": (Text("代替", "In place of"), _policy_number),
    "on": (Text("资料日期", "Papers of"), str),
    "cases": (Text("所列单据", "Cases on it"), _listed),
}
"""Each fact a document of refunds may state: its name in words, and how its value is said."""


def refund_place(account: Account) -> Text:
    """Give a place of a case's posting as people call it: due, or gone, by instrument or tender."""
    kind, holder = ACCOUNT_KINDS[account.kind].text, account.holder
    of = INSTRUMENTS[holder].text if holder in INSTRUMENTS else tender_name(holder)
    return Text(f"{kind.zh} · {of.zh}", f"{kind.en}: {of.en}")


def refund_facts(uow: UnitOfWork, document: Document) -> list[tuple[Text, Said]]:
    """Give what a document states as (words, value), in the order people read it."""
    stated = facts_of(uow, document)
    return [
        (words, say(stated[name])) for name, (words, say) in FACTS.items() if stated.get(name, "")
    ]
