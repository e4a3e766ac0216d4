"""What is counted (commodities) and where it can be (accounts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, UniqueConstraint, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ledger.errors import Conflict
from ledger.organisations import take_rows
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork

DEBIT, CREDIT, EITHER = 1, -1, 0
BLANK = text("''")

CATEGORIES: dict[str, Text] = {
    "handset": Text("手机", "Handset"),
    "sim": Text("号卡", "SIM card"),
    "recharge_card": Text("充值卡", "Recharge card"),
    "gift": Text("礼品", "Gift"),
    "accessory": Text("配件", "Accessory"),
    "test_card": Text("测试卡", "Test card"),
    "loaner": Text("备用机", "Loan handset"),
    "spare_part": Text("维修备件", "Spare part"),
    "promotional": Text("宣传品", "Promotional material"),
    "roaming_card": Text("异地漫游补卡", "Roaming replacement card"),
    "customer_handset": Text("客户送修机", "Customer's handset"),
    "invoice_form": Text("票据", "Invoice form"),
    "money": Text("人民币", "Yuan"),
}


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A sort of place: its normal side, which it may not cross, and its name."""

    side: int
    text: Text
    brings_units: bool = False


ACCOUNT_KINDS: dict[str, AccountKind] = {
    "store": AccountKind(DEBIT, Text("库房", "Store")),
    "clerk": AccountKind(DEBIT, Text("营业员", "Clerk")),
    "counter": AccountKind(DEBIT, Text("共用柜台", "Shared counter")),
    "transit": AccountKind(DEBIT, Text("在途", "In transit")),
    "repair": AccountKind(DEBIT, Text("次品待修", "Faulty, for repair or return")),
    "demo": AccountKind(DEBIT, Text("样机", "On display")),
    "agent": AccountKind(DEBIT, Text("代理商", "Agent")),
    "care": AccountKind(DEBIT, Text("代保管", "In our care")),
    "owner": AccountKind(EITHER, Text("送修客户", "Owner"), brings_units=True),
    "consumed": AccountKind(EITHER, Text("维修耗用", "Used in repair")),
    "supplier": AccountKind(EITHER, Text("供应商", "Supplier"), brings_units=True),
    "department": AccountKind(EITHER, Text("上级部门", "Superior department"), brings_units=True),
    "opening": AccountKind(EITHER, Text("期初", "Opening"), brings_units=True),
    "other_hall": AccountKind(EITHER, Text("其他营业厅", "Other hall"), brings_units=True),
    "customer": AccountKind(EITHER, Text("客户", "Customer")),
    "borrower": AccountKind(DEBIT, Text("借用人", "Borrower")),
    "loss": AccountKind(EITHER, Text("报损", "Loss")),
    "difference": AccountKind(EITHER, Text("盘盈盘亏", "Count difference"), brings_units=True),
    "invoice_safe": AccountKind(DEBIT, Text("票据保险柜", "Invoice safe")),
    "invoice_clerk": AccountKind(DEBIT, Text("营业员票据", "Clerk's invoice forms")),
    "invoice_used": AccountKind(DEBIT, Text("已用票据", "Used forms")),
    "invoice_issued": AccountKind(DEBIT, Text("已开具票据", "Issued invoices")),
    "invoice_red": AccountKind(DEBIT, Text("红字票据", "Red letters")),
    "invoice_void": AccountKind(DEBIT, Text("作废票据", "Void forms")),
    "invoice_lost": AccountKind(DEBIT, Text("丢失票据", "Lost forms")),
    "refund_due": AccountKind(EITHER, Text("应退", "Due to customers")),
    "refund_done": AccountKind(EITHER, Text("已退", "Given back")),
    "drawer": AccountKind(DEBIT, Text("钱箱", "Drawer")),
    "safe": AccountKind(DEBIT, Text("保险柜", "Safe")),
    "petty": AccountKind(DEBIT, Text("备用金", "Petty cash")),
    "bank_transit": AccountKind(DEBIT, Text("在途解款", "Bank in transit")),
    "bank": AccountKind(EITHER, Text("银行", "Bank")),
    "expense": AccountKind(EITHER, Text("厅费用", "Hall expense")),
    "takings": AccountKind(EITHER, Text("营业款", "Takings")),
    "over_short": AccountKind(EITHER, Text("长短款", "Over and short")),
    "receivable": AccountKind(EITHER, Text("其他应收款", "Owed by a person")),
    "payable": AccountKind(EITHER, Text("其他应付款", "Owed to a customer")),
    "written_off": AccountKind(EITHER, Text("管理费用", "Written off")),
    "other_income": AccountKind(EITHER, Text("营业外收入", "Other income")),
}


class CommodityMismatch(Conflict):
    """An item code is already known as something else."""

    code = "commodity_mismatch"
    text = Text(
        "物品 {item} 已登记为 {known},不能改为 {wanted}。请换一个物品编码。",
        "Item {item} is already known as {known} and cannot become {wanted}. Use another code.",
    )


class Commodity(Base):
    """What is counted: a handset model, a SIM kind, a kind of invoice form, the yuan.

    The attributes are what a label must tell apart (DOMAIN STK-09); '' where there is none.
    `face_value_fen` is a recharge card's; of its PIN nothing is ever kept.
    """

    __tablename__ = "commodities"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str]
    tracking: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="", server_default=BLANK)
    model: Mapped[str] = mapped_column(default="", server_default=BLANK)
    colour: Mapped[str] = mapped_column(default="", server_default=BLANK)
    storage: Mapped[str] = mapped_column(default="", server_default=BLANK)
    spec: Mapped[str] = mapped_column(default="", server_default=BLANK)
    origin: Mapped[str] = mapped_column(default="", server_default=BLANK)
    grade: Mapped[str] = mapped_column(default="", server_default=BLANK)
    face_value_fen: Mapped[int | None]
    pack_size: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("tracking IN ('serial', 'quantity')", name="tracking_is_known"),
    )


class Account(Base):
    """A place in one hall's books; `holder` is the staff number, counter or outside party."""

    __tablename__ = "accounts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    holder: Mapped[str] = mapped_column(default="")
    side: Mapped[int]

    __table_args__ = (
        UniqueConstraint("hall_id", "kind", "holder", name="one_account_for_each_holder"),
        CheckConstraint("side IN (-1, 0, 1)", name="side_is_known"),
    )


def open_account(uow: UnitOfWork, hall_id: int, kind: str, holder: str = "") -> Account:
    """Give the hall's account of that kind and holder, opening it when it is new."""
    known = select(Account).where(
        Account.hall_id == hall_id, Account.kind == kind, Account.holder == holder
    )
    account = uow.session.scalar(known)
    if account is not None:
        return account
    number = take_rows(uow, hall_id)
    # Another client may have opened it before the hall's head was ours.
    account = uow.session.scalar(known)
    if account is None:
        side = ACCOUNT_KINDS[kind].side
        account = Account(hall_id=hall_id, id=number, kind=kind, holder=holder, side=side)
        uow.session.add(account)
        uow.session.flush()
    return account


def register_commodity(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    category: str,
    tracking: str,
    unit: str = "",
    attributes: Mapping[str, str | int | None] | None = None,
) -> Commodity:
    """Make the commodity known, or update its name; category and tracking never change.

    `attributes` are further columns of it; those that are '' or None stay as they are. Raises
    CommodityMismatch.
    """
    told = {column: v for column, v in (attributes or {}).items() if v not in ("", None)}
    by_code = select(Commodity).where(Commodity.code == code)
    commodity = uow.session.scalar(by_code)
    if commodity is None:
        commodity = Commodity(code=code, name=name, category=category, tracking=tracking, unit=unit)
        _describe(commodity, told)
        try:
            with uow.session.begin_nested():
                uow.session.add(commodity)
            return commodity
        except IntegrityError:
            # Another hall may have made it known at the same time.
            commodity = uow.session.scalar(by_code)
            if commodity is None:
                raise
    known, wanted = (commodity.category, commodity.tracking), (category, tracking)
    if known != wanted:
        raise CommodityMismatch(item=code, known="/".join(known), wanted="/".join(wanted))
    commodity.name, commodity.unit = name, unit
    _describe(commodity, told)
    return commodity


def yuan(uow: UnitOfWork) -> Commodity:
    """Give the commodity of all money; its amounts are fen."""
    return register_commodity(
        uow, code="CNY", name="人民币", category="money", tracking="quantity", unit="元"
    )


def _describe(commodity: Commodity, attributes: Mapping[str, str | int | None]) -> None:
    for column, value in attributes.items():
        setattr(commodity, column, value)
