"""What a document states beside its lines, in the trade's words, the same on page and on paper."""

from __future__ import annotations

from collections.abc import Iterator

from invoices.kinds import FORM_KINDS
from ledger.accounts import ACCOUNT_KINDS
from ledger.documents import Document, facts_of
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_tables import COUNT_KINDS
from stock.gift_purposes import PURPOSE, PURPOSES
from stock.kinds import PAPER_KINDS
from stock.move_rules import GUARANTEES

YES = Text("是", "yes")
# What the service itself notes beside the facts a person states.
FURTHER_FACTS: dict[str, Text] = {
    "loan": Text("原借出单", "Loan slip"),
    PURPOSE: Text("用途", "Given for"),
    "old_serial": Text("旧机", "Old unit"),
    "new_serial": Text("新机", "New unit"),
    "sold_on": Text("售出日期", "Sold on"),
    "days": Text("已售天数", "Days since the sale"),
    "guarantee": Text("三包", "Three guarantees"),
    "receiver": Text("接收人", "Receiver"),
    "type_codes": Text("型号核准号存疑", "Type code of another model"),
    "sold_by": Text("售出营业厅", "Sold by hall"),
    "to_hall": Text("对方营业厅", "Other hall"),
    "dispatch": Text("调出单", "Transfer out"),
    "count": Text("盘点编号", "Count"),
    "count_kind": Text("盘点类型", "Kind of count"),
    "place": Text("地点", "Place"),
    "counted_on": Text("盘点日", "Counted on"),
    "counters": Text("盘点人与监盘人", "Counted by"),
    "not_posted": Text("未入账差异", "Differences not posted"),
    "copies": Text("联次", "Copies"),
    "numbers": Text("号码", "Numbers"),
    "invoice_code": Text("发票代码", "Invoice code"),
    "found_at": Text("发现时间", "Found at"),
    "form": Text("丢失的是", "What is lost"),
    "lost_copies": Text("丢失联次", "Copies lost"),
    "reporter": Text("报失人", "Reported here by"),
    "circumstances": Text("经过", "How it happened"),
    "books": Text("票本", "Books"),
    "kept_until": Text("保管至", "Kept until"),
    "clerk": Text("营业员", "Clerk"),
    "month": Text("月份", "Month"),
    "reason": Text("原因", "Reason"),
}


def stated_facts(uow: UnitOfWork, document: Document) -> Iterator[tuple[str, Text, str | Text]]:
    """Give the name, the words and the value of each fact that says something, in order."""
    stated = facts_of(uow, document)
    kind = PAPER_KINDS.get(document.kind) or FORM_KINDS.get(document.kind)
    rules = kind.facts if kind is not None else ()
    words = {**{rule.name: rule.text for rule in rules}, **FURTHER_FACTS}
    words |= {rule.name: rule.text for rule in rules}
    choices: dict[str, dict[str, Text]] = {rule.name: dict(rule.choices) for rule in rules}
    choices |= {rule.name: {"1": YES} for rule in rules if rule.sort == "flag"}
    choices |= {"guarantee": GUARANTEES, "count_kind": COUNT_KINDS, PURPOSE: PURPOSES}
    for name in [*words, *sorted(set(stated) - set(words))]:
        value = stated.get(name, "")
        if not value:
            continue
        said = _place(value) if name == "place" else choices.get(name, {}).get(value, value)
        yield name, words.get(name, Text(name, name)), said


def _place(place: str) -> str | Text:
    """Give a place written as `clerk A02` as people call it."""
    kind, _, holder = place.partition(" ")
    if kind not in ACCOUNT_KINDS:
        return place
    said = ACCOUNT_KINDS[kind].text
    return Text(f"{said.zh} {holder}".strip(), f"{said.en} {holder}".strip())
