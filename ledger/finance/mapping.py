"""Which account each sort of amount goes to: a mapping as data, with defaults (DOMAIN REC-08).

A key is `SORT:NAME`, such as `tender:cash` or `business:缴费`; where a key is not there, `SORT:*`
of its sort holds. A rule gives the account that is debited and the one that is credited; most
sorts have one account on either side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Mappable
from dataclasses import dataclass

from ledger.events import canonical
from ledger.finance.errors import MappingUnreadable
from ledger.text import Text

PENDING, UNALLOCATED, CORRECTION = "over_short:found", "unallocated:*", "correction:*"
PREPAID, DEPOSIT = "prepaid:*", "deposit:*"
HALL_CASH, BANK = "place:hall", "place:bank"

SORTS: dict[str, Text] = {
    "tender": Text("支付方式", "Tender"),
    "business": Text("业务收入", "Income by business"),
    "prepaid": Text("预存款", "Paid in advance"),
    "deposit": Text("押金", "Deposits"),
    "refund": Text("退减赠付款", "Money given back"),
    "over_short": Text("长短款", "Over and short"),
    "fee": Text("渠道手续费", "Fees of channels"),
    "place": Text("现金地点", "Places of cash"),
    "expense": Text("厅费用", "Hall expenses"),
    "adjustment": Text("减免与赠款", "Waivers and gift credits"),
    "correction": Text("差错更正", "Corrections"),
    "unallocated": Text("待查", "To be looked into"),
}

ACCOUNTS: dict[str, Text] = {
    "1001": Text("库存现金", "Cash on hand"),
    "1002": Text("银行存款", "Bank deposits"),
    "101201": Text("其他货币资金—POS 待结算", "Card receipts in settlement"),
    "101202": Text("其他货币资金—微信待结算", "WeChat receipts in settlement"),
    "101203": Text("其他货币资金—支付宝待结算", "Alipay receipts in settlement"),
    "101204": Text("其他货币资金—数字人民币", "Digital RMB"),
    "1121": Text("应收票据", "Cheques receivable"),
    "1122": Text("应收账款", "Accounts receivable"),
    "1221": Text("其他应收款", "Other receivables"),
    "122101": Text("其他应收款—厅备用金", "Petty cash of the hall"),
    "1901": Text("待处理财产损溢", "Pending property gain or loss"),
    "2203": Text("预收账款", "Advances from customers"),
    "2241": Text("其他应付款", "Other payables"),
    "224101": Text("其他应付款—押金", "Deposits held"),
    "224102": Text("其他应付款—上级拨入备用金", "Fund from the department"),
    "6001": Text("主营业务收入", "Operating income"),
    "6301": Text("营业外收入", "Non-operating income"),
    "6601": Text("销售费用", "Selling expenses"),
    "6602": Text("管理费用", "Administrative expense"),
    "6603": Text("财务费用—手续费", "Bank and channel fees"),
}

DEFAULT_RULES: dict[str, tuple[str, str]] = {
    "tender:cash": ("1001", "1001"),
    "tender:pos": ("101201", "101201"),
    "tender:wechat": ("101202", "101202"),
    "tender:alipay": ("101203", "101203"),
    "tender:digital_rmb": ("101204", "101204"),
    "tender:transfer": ("1002", "1002"),
    "tender:cheque": ("1121", "1121"),
    "business:*": ("6001", "6001"),
    PREPAID: ("2203", "2203"),
    DEPOSIT: ("224101", "224101"),
    "refund:refund": ("6001", "6001"),
    "refund:deposit_return": ("224101", "224101"),
    "refund:transfer_balance": ("2203", "2203"),
    "over_short:found": ("1901", "1901"),
    "over_short:liable": ("1221", "1901"),
    "over_short:write_off": ("6602", "1901"),
    "over_short:owed": ("1901", "2241"),
    "over_short:income": ("1901", "6301"),
    "fee:*": ("6603", "6603"),
    HALL_CASH: ("1001", "1001"),
    BANK: ("1002", "1002"),
    "place:petty": ("122101", "122101"),
    "place:department": ("224102", "224102"),
    "expense:*": ("6602", "6602"),
    "adjustment:waiver": ("6001", "1122"),
    "adjustment:gift_credit": ("6601", "2203"),
    CORRECTION: ("1901", "1901"),
    UNALLOCATED: ("1901", "1901"),
}

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,31}", re.ASCII)
_LONGEST_NAME = 80
_MOST_RULES = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """The account debited and the account credited for one key."""

    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """The rules in force by key, and the names of the accounts they use, by code."""

    rules: Mappable[str, Rule]
    accounts: Mappable[str, Text]

    def rule_for(self, key: str) -> Rule | None:
        """Give the rule of a key, else the one of its sort, else None."""
        return self.rules.get(key) or self.rules.get(f"{key.partition(':')[0]}:*")

    def as_json(self) -> str:
        """Give the mapping as the canonical text a document carries."""
        used = {code for rule in self.rules.values() for code in (rule.debit, rule.credit)}
        return canonical(
            {
                "rules": {key: [rule.debit, rule.credit] for key, rule in self.rules.items()},
                "accounts": {
                    code: [name.zh, name.en] for code, name in self.accounts.items() if code in used
                },
            }
        ).decode()


DEFAULTS = Mapping({key: Rule(*codes) for key, codes in DEFAULT_RULES.items()}, ACCOUNTS)


def mapping_from_json(stored: str) -> Mapping:
    """Give back the mapping a document carries."""
    held = json.loads(stored)
    return Mapping(
        {key: Rule(*codes) for key, codes in held["rules"].items()},
        {code: Text(*names) for code, names in held["accounts"].items()},
    )


def changed_mapping(
    before: Mapping,
    rules: Mappable[str, tuple[str, str]],
    accounts: Mappable[str, Text] | None = None,
) -> Mapping:
    """Give the mapping with some keys changed; a key without accounts is taken out.

    Raises MappingUnreadable where a key, a code or a name makes no sense.
    """
    named = {**before.accounts, **(accounts or {})}
    after = dict(before.rules)
    for key, (debit, credit) in rules.items():
        _check_key(key)
        if not debit and not credit:
            after.pop(key, None)
            continue
        after[key] = Rule(_checked_code(key, debit or credit), _checked_code(key, credit or debit))
    if len(after) > _MOST_RULES:
        raise MappingUnreadable(at="-", problem=Text("行数过多", "too many rules"))
    for rule in after.values():
        for code in (rule.debit, rule.credit):
            name = named.get(code)
            known = name is not None and name.zh.strip()
            if name is None or not known or max(map(len, (name.zh, name.en))) > _LONGEST_NAME:
                problem = Text("科目没有名称或名称过长", "the account has no name, or a long one")
                raise MappingUnreadable(at=code, problem=problem)
    return Mapping(after, named)


def key_words(key: str) -> Text:
    """Give a key as people call it: its sort, and the name within it."""
    sort, _, name = key.partition(":")
    said = SORTS.get(sort, Text(sort, sort))
    return said if name in ("", "*") else Text(f"{said.zh} {name}", f"{said.en} {name}")


def _check_key(key: str) -> None:
    sort, colon, name = key.partition(":")
    if sort not in SORTS or not colon or not name.strip() or len(name) > _LONGEST_NAME:
        known = ", ".join(SORTS)
        problem = Text(f"应为 类别:名称,类别有 {known}", f"is SORT:NAME; sorts are {known}")
        raise MappingUnreadable(at=key[:40] or "-", problem=problem)


def _checked_code(key: str, code: str) -> str:
    if not _CODE.fullmatch(code):
        problem = Text(f"科目代码“{code[:40]}”无效", f"“{code[:40]}” is no account code")
        raise MappingUnreadable(at=key, problem=problem)
    return code
