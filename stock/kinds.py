"""The one table of stock documents: between which places each moves goods, and what it must state.

`@` ends are custody: a clerk or counter named on the line. Every other end is a kind of account;
who stands behind it (a hall, an agent) comes from the document's facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.documents import DocumentKind, register_kind
from ledger.text import Text
from stock.categories import categories_where
from stock.line_movements import movements_of

__all__ = ["PAPER_KINDS", "PaperKind", "movements_of"]

HOLDER, HOLDER_OR_STORE = "@holder", "@holder_or_store"
TO_HOLDER = "@to_holder"
BY_UNIT = "@by_unit"
"""The end follows from where the unit is: a swap's old unit comes back, its new one goes out."""
STORE_OR_REPAIR = "@store_or_repair"
"""The store, or the place of faulty pieces where the unit is there."""

Choices = tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class FactRule:
    """One thing a document states beside its lines; `sort` is text, date, flag, money or choice."""

    name: str
    text: Text
    required: bool = True
    sort: str = "text"
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of stock document: its ends, its facts, and which categories it may move.

    `categories` None: all but customers' own goods. `area` is who may make it (permissions);
    `confirmed`: the other side signs too; `tiered`: leaders sign by value at cost.
    """

    letters: str
    text: Text
    debit: str
    credit: str
    facts: tuple[FactRule, ...] = ()
    categories: frozenset[str] | None = None
    area: str = "stock"
    confirmed: bool = False
    tiered: bool = False


GOODS_TO_GIVE = frozenset(categories_where("gift")) - {"roaming_card"}
TO_LEND = frozenset(categories_where("lendable"))
CARDS_FOR_AGENTS = frozenset({"sim", "recharge_card"})
REASON = FactRule("reason", Text("原因", "Reason"))
FORM = FactRule("form_no", Text("受理单号", "Form no."))
CUSTOMER = FactRule("customer", Text("客户", "Customer"))
PHONE = FactRule("phone", Text("联系电话", "Phone"), required=False)
DUE = FactRule("due_on", Text("应还日期", "Due on"), sort="date")
PARTS = frozenset({"spare_part", "accessory"})
NEWER_REASON = "newer_reason"
NEWER = FactRule(NEWER_REASON, Text("不取先到的,原因", "Why not the older one"), required=False)
REPAIR_NO = FactRule("repair_no", Text("维修单号", "Repair no."))

PAPER_KINDS: dict[str, PaperKind] = {
    "receipt": PaperKind(
        "RK",
        Text("入库单", "Goods receipt"),
        "store",
        "supplier",
        facts=(
            FactRule(
                "source",
                Text("来源", "From"),
                required=False,
                sort="choice",
                choices=(
                    ("supplier", Text("供应商", "Supplier")),
                    ("department", Text("上级部门", "Superior department")),
                ),
            ),
            FactRule("supplier", Text("供货单位", "Supplier's name"), required=False),
            FactRule("delivery_no", Text("送货单号", "Delivery note no."), required=False),
            FactRule("manifest", Text("应到清单", "Manifest"), required=False),
        ),
    ),
    "draw": PaperKind("CK", Text("领用单", "Draw slip"), HOLDER, "store", facts=(NEWER,)),
    "return": PaperKind("FK", Text("返库单", "Return slip"), "store", HOLDER),
    "transfer_out": PaperKind(
        "DC",
        Text("调出单", "Transfer out"),
        "transit",
        "store",
        facts=(FactRule("to_hall", Text("调入营业厅", "To hall")), NEWER),
    ),
    "transfer_in": PaperKind(
        "DR",
        Text("调入单", "Transfer in"),
        "store",
        "other_hall",
        facts=(
            FactRule("from_hall", Text("调出营业厅", "From hall")),
            FactRule("dispatch", Text("对方调出单号", "Its transfer out")),
            FactRule("manifest", Text("应到清单", "Manifest")),
        ),
    ),
    "gift": PaperKind(
        "ZS",
        Text("赠送单", "Gift slip"),
        "customer",
        HOLDER,
        facts=(
            FORM,
            FactRule("campaign", Text("活动编码", "Campaign")),
            FactRule("recipient", Text("受赠号码", "Recipient's number")),
            NEWER,
        ),
        categories=GOODS_TO_GIVE,
        area="custody",
    ),
    "lend": PaperKind(
        "JC",
        Text("借出单", "Loan slip"),
        "borrower",
        HOLDER_OR_STORE,
        facts=(
            CUSTOMER,
            PHONE,
            FactRule("condition", Text("借出时成色", "Condition when lent")),
            DUE,
            FactRule("deposit", Text("押金", "Deposit"), required=False, sort="money"),
        ),
        categories=TO_LEND,
        area="custody",
    ),
    "take_back": PaperKind(
        "GH",
        Text("归还单", "Loan returned"),
        HOLDER_OR_STORE,
        "borrower",
        facts=(FactRule("condition", Text("归还时成色", "Condition when returned")),),
        categories=TO_LEND,
        area="custody",
    ),
    "scrap": PaperKind(
        "BS",
        Text("报损单", "Scrap slip"),
        "loss",
        HOLDER_OR_STORE,
        facts=(
            REASON,
            FactRule(
                "deactivation", Text("停用凭证号", "Proof of deactivation, no."), required=False
            ),
            FactRule("responsible", Text("责任人", "Responsible"), required=False),
            FactRule(
                "disposal",
                Text("处置", "Disposal"),
                required=False,
                sort="choice",
                choices=(
                    ("returned", Text("退厂", "Returned to maker")),
                    ("destroyed", Text("销毁", "Destroyed")),
                    ("residual", Text("残值变卖", "Sold for residual value")),
                ),
            ),
            FactRule("dispatch", Text("在途调出单号", "Transfer lost on the way"), required=False),
        ),
        tiered=True,
    ),
    "supplier_return": PaperKind(
        "TG",
        Text("退供单", "Return to supplier"),
        "supplier",
        STORE_OR_REPAIR,
        facts=(FactRule("slip_no", Text("退货交接单号", "Slip signed by both")), REASON),
    ),
    "swap": PaperKind(
        "HJ",
        Text("换机单", "Swap slip"),
        BY_UNIT,
        BY_UNIT,
        facts=(FORM, FactRule("fault", Text("故障", "Fault")), NEWER),
        categories=frozenset({"handset"}),
        area="custody",
    ),
    "repair_use": PaperKind(
        "WX",
        Text("维修耗用单", "Parts used in repair"),
        "consumed",
        HOLDER_OR_STORE,
        facts=(REPAIR_NO,),
        categories=PARTS,
        area="custody",
    ),
    "faulty": PaperKind(
        "CP", Text("次品待修单", "Found faulty"), "repair", HOLDER_OR_STORE, facts=(REASON,)
    ),
    "repaired": PaperKind(
        "XR",
        Text("修复入库单", "Repaired, back to the store"),
        "store",
        "repair",
        facts=(REPAIR_NO, FactRule("condition", Text("修复情况", "State after repair"))),
    ),
    "borrow": PaperKind(
        "HB",
        Text("互借单", "Loan between clerks"),
        TO_HOLDER,
        HOLDER,
        area="custody",
        confirmed=True,
    ),
    "handover": PaperKind(
        "JJ", Text("交接单", "Hand-over"), TO_HOLDER, HOLDER, area="custody", confirmed=True
    ),
    "into_care": PaperKind(
        "SX",
        Text("送修代管单", "Taken in for repair"),
        "care",
        BY_UNIT,
        facts=(
            CUSTOMER,
            PHONE,
            FactRule("condition", Text("外观与故障", "Condition and fault")),
            FactRule("due_on", Text("取机日期", "Ready on"), sort="date"),
        ),
        categories=frozenset({"customer_handset", "handset"}),
        area="custody",
    ),
    "out_of_care": PaperKind(
        "QJ",
        Text("送修取机单", "Repaired, given back"),
        BY_UNIT,
        "care",
        facts=(FactRule("condition", Text("修复情况", "State when given back")),),
        categories=frozenset({"customer_handset", "handset"}),
        area="custody",
    ),
    "agent_issue": PaperKind(
        "DL",
        Text("代理商领卡单", "Cards to agent"),
        "agent",
        "store",
        facts=(FactRule("agent", Text("代理商", "Agent")),),
        categories=CARDS_FOR_AGENTS,
    ),
    "agent_return": PaperKind(
        "DF",
        Text("代理商退卡单", "Cards from agent"),
        "store",
        "agent",
        facts=(FactRule("agent", Text("代理商", "Agent")),),
        categories=CARDS_FOR_AGENTS,
    ),
    "display": PaperKind(
        "YJ", Text("样机上柜单", "Put on display"), "demo", "store", facts=(NEWER,)
    ),
    "display_return": PaperKind("YT", Text("样机下柜单", "Off display"), "store", "demo"),
    "roaming_issue": PaperKind(
        "BK",
        Text("漫游补卡单", "Roaming card issued"),
        "customer",
        HOLDER_OR_STORE,
        facts=(
            FORM,
            FactRule("recipient", Text("用户号码", "Subscriber")),
            FactRule("id_checked", Text("已核验证件", "Identity checked"), sort="flag"),
            FactRule(
                "old_card",
                Text("旧卡", "Old card"),
                sort="choice",
                choices=(
                    ("recovered", Text("已回收", "Recovered")),
                    ("lost", Text("遗失", "Lost")),
                ),
            ),
        ),
        categories=frozenset({"roaming_card"}),
        area="custody",
    ),
    "spoiled_cards": PaperKind(
        "HK",
        Text("坏卡上缴单", "Spoiled blanks handed up"),
        "department",
        HOLDER_OR_STORE,
        facts=(FactRule("list_no", Text("销毁清单号", "List for destruction, no.")),),
        categories=frozenset({"roaming_card", "sim"}),
        area="custody",
    ),
}


for _name, _kind in PAPER_KINDS.items():
    register_kind(
        DocumentKind(
            _name,
            _kind.letters,
            _kind.text,
            _kind.area,
            movements_of,
            needs_approval=_kind.tiered,
            posts_when_signed=_kind.tiered or _kind.confirmed,
        )
    )

SETTLED = "transfer_settled"
register_kind(
    DocumentKind(SETTLED, "DJ", Text("调拨结清单", "Transfer settled"), "stock", movements_of)
)
