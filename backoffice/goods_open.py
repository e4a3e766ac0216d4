"""What is open about goods, as lists: loans, care, transfers, requests, counts, unconfirmed."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.goods_asked import Asked
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import ITEM, NAME, SERIAL
from backoffice.sheets import CellKind, Value
from ledger.accounts import ACCOUNT_KINDS, Account
from ledger.actors import names_of
from ledger.documents import DOCUMENT_KINDS, STATES, Document
from ledger.hall_rules import limit_of_each
from ledger.masking import mask_numbers
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_tables import COUNT_KINDS, COUNT_STATES
from stock.counts import list_counts, state_of
from stock.dispatches import transfers_under_way
from stock.loans import Loan, goods_in_care, loans_out
from stock.place_words import place_words
from stock.price_requests import STATES as REQUEST_STATES
from stock.price_requests import list_requests
from stock.sold_goods import REASONS
from stock.transfers_shown import AwaitedGoods, goods_awaited
from stock.unconfirmed_sales import unconfirmed_sales

DOCUMENT = ListColumn("document", Text("单号", "Document"))
NUMBER = ListColumn("number", Text("编号", "No."), CellKind.INTEGER)
KIND = ListColumn("kind", Text("类型", "Kind"))
STATE = ListColumn("state", Text("状态", "State"))
DATE = ListColumn("date", Text("日期", "Date"), CellKind.DATE)
REASON = ListColumn("reason", Text("原因", "Reason"))
FROM, UNTIL = (
    ListColumn("valid_from", Text("自", "From"), CellKind.DATE),
    ListColumn("valid_to", Text("至", "Until"), CellKind.DATE),
)
PIECES = ListColumn("pieces", Text("件数", "Pieces"), CellKind.INTEGER, total=True)
MISSING = ListColumn("missing", Text("未到", "Missing"), CellKind.INTEGER, total=True)
SOURCES: dict[str, Text] = {
    "supplier": Text("供应商", "Supplier"),
    "department": Text("上级部门", "Superior department"),
    "other_hall": Text("其他营业厅", "Other hall"),
}
GOODS_AREAS = ("stock", "custody", "count", "sales")
LATE, WAITED = Text("超期", "Late"), Text("在等", "Awaited")
ARRIVED_SHORT = Text("对方未收到", "Did not arrive")


def _heading(hall: Hall, asked: Asked) -> tuple[tuple[Text, Value], ...]:
    return (
        (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
        (Text("日期", "Date"), asked.on),
    )


def loans(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give what is lent out, the longest overdue first; telephone numbers are masked."""
    return GoodsList(
        name="loans",
        title=Text("借出未还", "Out on loan"),
        columns=_lent_columns(Text("借出日", "Lent on"), Text("应还日", "Due on")),
        rows=[_lent(one, asked) for one in loans_out(uow, hall)],
        heading=_heading(hall, asked),
        empty=Text("没有借出未还的物品。", "Nothing is out on loan."),
    )


def care(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give customers' own pieces in the hall's care."""
    return GoodsList(
        name="care",
        title=Text("送修代管", "In our care for repair"),
        columns=_lent_columns(Text("接收日", "Taken in on"), Text("取机日", "Ready on")),
        rows=[_lent(one, asked) for one in goods_in_care(uow, hall)],
        heading=_heading(hall, asked),
        empty=Text("没有代管的客户手机。", "No customer's handset is in our care."),
    )


def _lent_columns(since: Text, due: Text) -> tuple[ListColumn, ...]:
    return (
        SERIAL,
        ITEM,
        NAME,
        ListColumn("customer", Text("客户", "Customer")),
        ListColumn("phone", Text("联系电话", "Phone")),
        ListColumn("condition", Text("成色", "Condition")),
        ListColumn("since", since, CellKind.DATE),
        ListColumn("due_on", due, CellKind.DATE),
        ListColumn("days_late", Text("逾期天数", "Days overdue"), CellKind.INTEGER),
        DOCUMENT,
    )


def _lent(one: Loan, asked: Asked) -> tuple[Cell, ...]:
    return (
        one.serial,
        one.item,
        one.name,
        one.customer,
        mask_numbers(one.phone),
        one.condition,
        one.lent_on,
        one.due_on,
        one.days_late(asked.on) or None,
        one.number,
    )


def transfers(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give what the hall awaits and what it sent to others that is not settled."""
    days = limit_of_each(uow, "transit_days", [hall.id])[hall.id]
    coming, going = Text("待收货", "To be received"), Text("调出未结", "Sent")
    rows: list[tuple[Cell, ...]] = [
        (
            coming,
            one.reference,
            Text(
                f"{SOURCES[one.source].zh} {one.sender}", f"{SOURCES[one.source].en} {one.sender}"
            ),
            one.expected_on or one.made_on,
            one.pieces,
            one.missing,
            LATE if one.is_late(asked.on, days) else WAITED,
        )
        for one in goods_awaited(uow, hall)
    ]
    rows += [
        (
            going,
            one.number,
            one.to_hall,
            one.dispatched_on,
            one.pieces,
            one.missing,
            ARRIVED_SHORT if one.state == "closed" else LATE if one.overdue else WAITED,
        )
        for one in transfers_under_way(uow, hall)
    ]
    return GoodsList(
        name="transfers",
        title=Text("在途", "In transit"),
        columns=(
            ListColumn("way", Text("方向", "Way")),
            ListColumn("reference", Text("单号", "Document")),
            ListColumn("other", Text("对方", "Other side")),
            DATE,
            PIECES,
            MISSING,
            STATE,
        ),
        rows=rows,
        heading=_heading(hall, asked),
        empty=Text("没有在途的货。", "Nothing is on its way."),
    )


def _sender(one: AwaitedGoods) -> Text:
    source = SOURCES[one.source]
    return Text(f"{source.zh} {one.sender}".strip(), f"{source.en} {one.sender}".strip())


def price_requests(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the prices the hall asked the department for, the latest first."""
    require(uow, hall.id, "items", "view")
    return GoodsList(
        name="price-requests",
        title=Text("价格申请", "Price requests"),
        columns=(
            NUMBER,
            ITEM,
            ListColumn("campaign", Text("活动", "Campaign")),
            ListColumn("price", Text("价格", "Price, yuan"), CellKind.MONEY),
            FROM,
            UNTIL,
            STATE,
            REASON,
            ListColumn("asked_by", Text("申请人", "Asked by")),
            ListColumn("decided_by", Text("办理人", "Decided by")),
            ListColumn("answer", Text("答复", "Answer")),
        ),
        rows=[
            (
                one.number,
                one.item,
                one.campaign,
                one.price_fen,
                one.valid_from,
                one.valid_to,
                REQUEST_STATES[one.state],
                one.reason,
                one.asked_by,
                one.decided_by,
                one.answer,
            )
            for one in list_requests(uow, hall)
            if asked.item in ("", one.item)
        ],
        heading=_heading(hall, asked),
        empty=Text("没有价格申请。", "There are no requests."),
    )


def counts(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the hall's counts, the latest first; what they found stands in each one's own list."""
    require(uow, hall.id, "count", "view")
    staff = names_of(uow, hall.id)
    found = list_counts(uow, hall.id)
    ids = {one.account_id for one in found}
    query = select(Account).where(Account.hall_id == hall.id, Account.id.in_(sorted(ids)))
    places = {account.id: place_words(account, staff) for account in uow.session.scalars(query)}
    return GoodsList(
        name="counts",
        title=Text("盘点", "Counts"),
        columns=(
            NUMBER,
            DATE,
            KIND,
            ListColumn("place", Text("地点", "Place")),
            STATE,
            ListColumn("counter", Text("盘点人", "Counter")),
            ListColumn("witness", Text("监盘人", "Witness")),
            ListColumn("scanned", Text("已扫", "Scanned"), CellKind.INTEGER, total=True),
        ),
        rows=[
            (
                one.count_no,
                one.business_date,
                COUNT_KINDS[one.kind],
                places[one.account_id],
                COUNT_STATES[state_of(uow, one)],
                f"{one.counter} {staff.get(one.counter, '')}".strip(),
                f"{one.witness} {staff.get(one.witness, '')}".strip(),
                one.taken + one.unknown,
            )
            for one in found
        ],
        heading=_heading(hall, asked),
        empty=Text("还没有盘点。", "No counts yet."),
    )


def unconfirmed(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the day's sales that the books cannot follow, each with its reason."""
    staff = names_of(uow, hall.id)
    return GoodsList(
        name="unconfirmed",
        title=Text("待确认销售", "Unconfirmed sales"),
        columns=(
            ListColumn("txn_no", Text("流水号", "Transaction")),
            REASON,
            ListColumn("clerk", Text("营业员", "Clerk")),
            ITEM,
            SERIAL,
            ListColumn("place", Text("账上在", "Books have it at")),
            PIECES,
            ListColumn("received", Text("实收", "Received, yuan"), CellKind.MONEY, total=True),
        ),
        rows=[
            (
                line.txn_no,
                REASONS[line.reason],
                f"{line.clerk} {staff.get(line.clerk, '')}".strip(),
                line.item,
                line.named,
                _books_have(line.place_kind, line.holder),
                line.quantity if line.is_sale else -line.quantity,
                line.received,
            )
            for line in unconfirmed_sales(uow, hall=hall, date=asked.on)
        ],
        heading=_heading(hall, asked),
        empty=Text("没有待确认的销售。", "Every sale of goods is in the books."),
    )


def _books_have(kind: str, holder: str) -> Cell:
    if kind not in ACCOUNT_KINDS:
        return ""
    said = ACCOUNT_KINDS[kind].text
    return Text(f"{said.zh} {holder}".strip(), f"{said.en} {holder}".strip())


def papers(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give the month's documents of goods, the latest first, by the day they are dated."""
    first, last = asked.period
    kinds = [kind.name for kind in DOCUMENT_KINDS.values() if kind.area in GOODS_AREAS]
    found = uow.session.scalars(
        select(Document)
        .where(
            Document.hall_id == hall.id,
            Document.kind.in_(kinds),
            Document.business_date.between(first, last),
        )
        .order_by(Document.business_date.desc(), Document.id.desc())
    )
    return GoodsList(
        name="papers",
        title=Text("库存单据", "Papers of goods"),
        columns=(
            DOCUMENT,
            KIND,
            STATE,
            DATE,
            ListColumn("amount", Text("金额", "Amount, yuan"), CellKind.MONEY),
            ListColumn("paper_no", Text("纸面单号", "On paper")),
            ListColumn("remark", Text("备注", "Remark")),
        ),
        rows=[
            (
                one.number or "",
                DOCUMENT_KINDS[one.kind].text,
                STATES[one.state],
                one.business_date,
                one.amount_fen or None,
                one.paper_no or "",
                one.remark,
            )
            for one in found
        ],
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("月份", "Month"), f"{first:%Y-%m}"),
        ),
        empty=Text("当月没有库存单据。", "No papers of goods that month."),
    )
