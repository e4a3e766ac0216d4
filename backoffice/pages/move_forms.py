"""The form of each kind of stock document, made from the one table of kinds.

Every field keeps what was typed; an error stands beside the field it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import g
from sqlalchemy import select

from backoffice.pages.door import actor, allowed, hall
from ledger.accounts import Commodity
from ledger.actors import Employment, RoleGrant, names_of
from ledger.errors import BackofficeError
from ledger.hall_days import open_days_before
from ledger.hall_rules import CounterClerk
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.campaigns import campaigns_of
from stock.categories import GOODS
from stock.errors import FactMissing
from stock.gift_purposes import PURPOSES
from stock.kinds import (
    BY_UNIT,
    HOLDER,
    HOLDER_OR_STORE,
    NEWER_REASON,
    PAPER_KINDS,
    TO_HOLDER,
    FactRule,
    PaperKind,
)
from stock.sheet_rules import BRINGS
from stock.sheet_work import NOT_BY_HAND

COSTED = frozenset({"receipt", "scrap"})
LONG_FACTS = frozenset({"condition", "reason", "fault"})
CHANGE_ITEM = Text("换物品时先改这里再接着扫", "Change it before scanning another item")
NO_ITEM = Text(
    "还没有“客户送修机”类的物品,请库管先在“物品”登记一种;本厅售出的直接扫",
    "There is no item of the kind “Customer's handset” yet: the keeper adds one at Items; what this"
    " hall sold is scanned as it is",
)
CLERK, KEEPER = "clerk", "stock_keeper"
EARLIER = dt.timedelta(days=31)
HOLDER_ERRORS = frozenset(
    {"holder_needed", "unknown_holder", "not_your_custody", "not_between_clerks", "same_place"}
)

SHEET_GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("进来", "Coming in"),
        (
            *("receipt", "return", "take_back", "agent_return", "display_return", "into_care"),
            "repaired",
        ),
    ),
    (
        Text("出去", "Going out"),
        (
            *("draw", "transfer_out", "lend", "agent_issue", "display", "supplier_return"),
            *("out_of_care", "repair_use"),
        ),
    ),
    (Text("给客户", "To a customer"), ("gift", "swap", "roaming_issue")),
    (Text("人与人之间", "Between people"), ("handover", "borrow")),
    (Text("坏了、少了", "Broken or lost"), ("faulty", "scrap", "spoiled_cards")),
)
PLAIN_WORDS: dict[str, Text] = {
    "receipt": Text("供应商或上级来货,进库房", "From a supplier or above, into the store"),
    "return": Text("营业员用不完的交回库房", "What a clerk does not need, back to the store"),
    "take_back": Text("借出的备用机收回", "A loan handset comes back"),
    "agent_return": Text("代理商退回的卡", "Cards an agent gives back"),
    "display_return": Text("柜台样机收回库房", "A display piece goes back to the store"),
    "into_care": Text("客户的手机送来修,先代管", "A customer's handset, taken in for repair"),
    "draw": Text("库房发给营业员或柜台", "From the store to a clerk or counter"),
    "transfer_out": Text(
        "调给别的营业厅,对方收货前算在途", "To another hall; in transit till received"
    ),
    "lend": Text("备用机借给客户,到期归还", "A loan handset to a customer, with a due date"),
    "agent_issue": Text("代理商领卡", "Cards drawn by an agent"),
    "display": Text("样机上柜,给客户看", "A piece goes on display"),
    "supplier_return": Text("残次品退供应商", "Defects back to the supplier"),
    "out_of_care": Text("修好的手机还给客户", "The repaired handset back to its owner"),
    "faulty": Text("坏件单放,修好或退供前不能卖", "Set aside; not for sale until repaired"),
    "repaired": Text("修好的坏件回库房,可再卖", "A repaired piece, for sale again"),
    "repair_use": Text("维修用掉的配件", "Parts used up in a repair"),
    "gift": Text("按活动和受理单送给客户", "To a customer, by campaign and form"),
    "swap": Text("三包换机:旧机收回,新机给出", "After-sales: the old comes back, a new one goes"),
    "roaming_issue": Text("给客户补办漫游卡", "A replacement card for a roaming customer"),
    "handover": Text("一人名下全部交给另一人,对方确认", "All one holds to another, who confirms"),
    "borrow": Text("临时向同事借,当日确认", "From one clerk to another, confirmed that day"),
    "scrap": Text("坏了、丢了:按金额审批", "Broken or lost; signed by value"),
    "spoiled_cards": Text("坏卡上缴销毁", "Spoiled blanks, handed up for destruction"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. `sort` is text, long, date, money, flag or choice."""

    name: str
    text: Text
    sort: str = "text"
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Holders:
    """Who may hold goods here, as choices; and those that are the visitor's own."""

    all: tuple[tuple[str, Text], ...]
    own: tuple[tuple[str, Text], ...]


NOTHING_BLANK: Mapping[str, Text] = MappingProxyType({})


def left_blank(fields: Iterable[Field], typed: Mapping[str, str]) -> dict[str, Text]:
    """Give for every field that must be filled and is not what to do about it, by its name."""
    return {
        one.name: Text(f"请选择“{one.text.zh}”。", f"Choose “{one.text.en}”.")
        if one.sort == "choice"
        else Text(f"请填写“{one.text.zh}”。", f"Fill in “{one.text.en}”.")
        for one in fields
        if one.required and one.sort != "flag" and not typed.get(one.name, "").strip()
    }


def kinds_to_make() -> list[tuple[Text, list[str]]]:
    """Give the kinds the visitor may make, in groups."""
    groups = []
    for text, kinds in SHEET_GROUPS:
        may = [name for name in kinds if may_make(name)]
        if may:
            groups.append((text, may))
    return groups


def may_make(kind: str) -> bool:
    """Tell whether the visitor may make documents of the kind by hand."""
    paper = PAPER_KINDS.get(kind)
    return paper is not None and kind in PLAIN_WORDS and allowed(paper.area, "submit")


def holders_here(uow: UnitOfWork) -> Holders:
    """Give the clerks of today and the shared counters of the hall."""
    session, here, today = uow.session, hall().id, g.today
    names = names_of(uow, here)
    clerks = session.execute(
        select(Employment.number, Employment.person_id)
        .join(
            RoleGrant,
            (RoleGrant.hall_id == Employment.hall_id) & (RoleGrant.number == Employment.number),
        )
        .where(
            Employment.hall_id == here,
            Employment.kind == "person",
            Employment.valid_from <= today,
            Employment.valid_to >= today,
            RoleGrant.role == CLERK,
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to >= today,
        )
        .distinct()
        .order_by(Employment.number)
    ).all()
    pairs = session.execute(
        select(CounterClerk.counter, CounterClerk.clerk).where(CounterClerk.hall_id == here)
    ).all()
    mine = {number for number, person in clerks if person == actor().person_id}
    counters: dict[str, set[str]] = {}
    for counter, clerk in pairs:
        counters.setdefault(counter, set()).add(clerk)
    people = [(number, _person(number, names)) for number, _ in clerks]
    shared = [(code, _counter(code)) for code in sorted(counters)]
    own = {*mine, *(code for code, its in counters.items() if its & mine)}
    every = (*people, *shared)
    return Holders(every, tuple(one for one in every if one[0] in own))


def fields_of(uow: UnitOfWork, kind: str) -> list[Field]:
    """Give the form's fields for a kind: who gives, who takes, and what the document states.

    What another hall sent states all of it already.
    """
    paper = PAPER_KINDS[kind]
    if kind in NOT_BY_HAND:
        return [*_day_field(uow)]
    holders = holders_here(uow)
    fields = [*_ends(kind, paper, holders)]
    if kind in BRINGS:
        items = _items(uow, paper)
        fields.append(
            Field(
                "item",
                Text("正在扫的物品", "Item being scanned"),
                "choice",
                required=False,
                choices=items,
                hint=CHANGE_ITEM if items else NO_ITEM,
            )
        )
    fields += [_fact(uow, rule, holders) for rule in paper.facts if rule.name != "manifest"]
    if not any(field.name == "reason" for field in fields):
        fields.append(Field("reason", Text("备注", "Remark"), "long", required=False))
    return [*fields, *_day_field(uow)]


def first_facts(uow: UnitOfWork, kind: str) -> dict[str, str]:
    """Give what a new form has in it already: a clerk's own number, the one item there may be."""
    paper = PAPER_KINDS[kind]
    own = holders_here(uow).own
    gives = paper.credit == HOLDER or (paper.credit == HOLDER_OR_STORE and not _is_keeper())
    first = {"holder": own[0][0]} if gives and own else {}
    items = _items(uow, paper) if paper.debit == "care" else ()
    if len(items) == 1:
        # There is but one item for what customers bring in.
        first["item"] = items[0][0]
    return first


def field_of(error: BackofficeError, fields: Iterable[Field]) -> str:
    """Give the name of the field an error is about; '' where it is about the whole document."""
    known = {field.name: field for field in fields}
    if isinstance(error, FactMissing):
        wanted = error.facts["fact"]
        return next((name for name, field in known.items() if field.text == wanted), "")
    if error.code in HOLDER_ERRORS:
        return "to_holder" if error.code != "holder_needed" and "to_holder" in known else "holder"
    by_code = {
        "already_given": "recipient",
        "quota_exceeded": "campaign",
        "campaign_not_running": "campaign",
        "deactivation_proof_missing": "deactivation",
        "date_refused": "on",
        "day_refused": "on",
        "hall_day_closed": "on",
        "older_unit_left": NEWER_REASON,
        "not_our_sale": "item",
        "unknown_hall": "to_hall",
    }
    name = by_code.get(error.code, "")
    return name if name in known else ""


def _ends(kind: str, paper: PaperKind, holders: Holders) -> Iterable[Field]:
    """The fields of who gives and who takes, where a kind has custody at an end."""
    ends = {paper.debit, paper.credit}
    optional = not ends & {HOLDER, TO_HOLDER}
    if ends & {HOLDER, HOLDER_OR_STORE} or kind == "swap":
        gives = paper.credit in (HOLDER, HOLDER_OR_STORE, BY_UNIT)
        mine = gives and not _is_keeper() and kind not in ("borrow", "handover")
        choices = holders.own if mine and holders.own else holders.all
        if optional and (_is_keeper() or not mine):
            choices = (("", Text("库房", "The store")), *choices)
        text = Text("交出人", "From") if gives else Text("领用人", "To")
        if kind == "take_back":
            text = Text("收回到", "Back to")
        yield Field("holder", text, "choice", required=not optional, choices=choices)
    if TO_HOLDER in ends:
        yield Field("to_holder", Text("接收人", "To"), "choice", choices=holders.all)


def _day_field(uow: UnitOfWork) -> Iterable[Field]:
    """The business day, where an earlier one is open still: today is the first choice."""
    earlier = open_days_before(uow, hall().id, g.today, since=g.today - EARLIER)
    if earlier:
        shown = ((day.isoformat(), Text(day.isoformat(), day.isoformat())) for day in earlier)
        today = Text(f"今日 {g.today}", f"Today, {g.today}")
        yield Field(
            "on",
            Text("营业日", "Business date"),
            "choice",
            required=False,
            choices=(("", today), *shown),
        )


def _fact(uow: UnitOfWork, rule: FactRule, holders: Holders) -> Field:
    if rule.name in ("to_hall", "from_hall"):
        halls = uow.session.execute(
            select(Hall.code, Hall.name).where(Hall.id != hall().id).order_by(Hall.code)
        )
        choices = tuple((code, Text(f"{name} {code}", f"{name} {code}")) for code, name in halls)
        return Field(rule.name, rule.text, "choice", rule.required, choices)
    if rule.name == "campaign":
        return Field(rule.name, rule.text, "choice", rule.required, _campaigns(uow))
    if rule.name == "responsible":
        return Field(rule.name, rule.text, "choice", required=False, choices=holders.all)
    sort = "long" if rule.name in LONG_FACTS else rule.sort
    return Field(rule.name, rule.text, sort, rule.required, rule.choices)


def _campaigns(uow: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """The campaigns of today, each with what it may still give."""
    running = [
        (one, one.quota - given)
        for one, given in campaigns_of(uow, hall())
        if one.valid_from <= g.today and (one.valid_to is None or one.valid_to >= g.today)
    ]
    return tuple(
        (
            one.code,
            Text(
                f"{one.code} {one.name} · {PURPOSES[one.purpose].zh}(余 {left} 件)",
                f"{one.code} {one.name} · {PURPOSES[one.purpose].en} ({left} left)",
            ),
        )
        for one, left in running
    )


def _items(uow: UnitOfWork, paper: PaperKind) -> tuple[tuple[str, Text], ...]:
    rows = uow.session.execute(
        select(Commodity.code, Commodity.name, Commodity.category)
        .where(Commodity.tracking == "serial", Commodity.category.in_(tuple(GOODS)))
        .order_by(Commodity.code)
    )
    brought = paper.debit == "care"
    return tuple(
        (code, Text(f"{name} {code}", f"{name} {code}"))
        for code, name, category in rows
        if GOODS[category].in_care_only == brought
    )


def _is_keeper() -> bool:
    return KEEPER in actor().roles_in(hall().id)


def _person(number: str, names: Mapping[str, str]) -> Text:
    shown = f"{number} {names.get(number, '')}".rstrip()
    return Text(shown, shown)


def _counter(code: str) -> Text:
    return Text(f"柜台 {code}", f"Counter {code}")


def day_of(text: str) -> dt.date | None:
    """Give the date typed, None where there is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
