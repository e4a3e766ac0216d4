"""What of goods waits for the visitor: signatures, loans and transfers, each with its verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import g, url_for

from backoffice.pages.door import allowed, hall
from backoffice.pages.tasks import Task
from backoffice.trade_words import singular
from ledger.documents import DOCUMENT_KINDS
from ledger.hall_rules import limit_of_each
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.count_rounds import cards_missing
from stock.count_tables import COUNTING
from stock.counts import counts_in, list_counts, state_of
from stock.custody import own_holders
from stock.dispatches import transfers_under_way
from stock.label_tasks import TaskView, open_tasks
from stock.loans import EXCHANGE_AFTER, Loan, goods_in_care, loans_out
from stock.price_requests import list_requests
from stock.scan_sheets import count_sheet, open_sheets
from stock.transfers_shown import goods_awaited
from stock.waiting import NUMBER, is_asked, unsigned_documents

AREAS = ("stock", "custody", "count")


def goods_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of goods."""
    if allowed("labels", "confirm"):
        yield from _labels(uow)
    if allowed("count", "scan"):
        yield from _counts(uow)
    if allowed("prices", "approve"):
        yield from _prices(uow)
    if not allowed("stock", "view"):
        return
    yield from _signatures(uow)
    if allowed("stock", "submit"):
        yield from _transfers(uow)
    if allowed("custody", "submit"):
        yield from _loans(uow)
        yield from _repairs(uow)
        yield from _begun(uow)


def _labels(uow: UnitOfWork) -> Iterator[Task]:
    """Labels of each day's prices that are not up yet, from the day before on."""
    waiting: dict[dt.date, list[TaskView]] = {}
    for label in open_tasks(uow, hall().id, until=g.today + dt.timedelta(days=1)):
        waiting.setdefault(label.valid_from, []).append(label)
    for day, labels in waiting.items():
        late = sum(label.overdue for label in labels)
        said = Text(f"{len(labels)} 张价签待更换", singular(f"{len(labels)} labels to be changed"))
        if late:
            said = Text(f"{said.zh},{late} 张已逾期", f"{said.en}, {late} overdue")
        address = url_for("pages.list_labels", hall=hall().code)
        yield Task(day, said, Text("换签", "Change"), address)


def _prices(uow: UnitOfWork) -> Iterator[Task]:
    """Prices that the hall asks for."""
    for one in list_requests(uow, hall(), state="asked"):
        said = Text(f"价格申请 {one.number} {one.item}", f"Price request {one.number}: {one.item}")
        address = url_for("pages.list_price_requests", hall=hall().code)
        anchor = f"{address}#request-{one.number}"
        verb = Text("审批", "Approve")
        yield Task(
            one.asked_at.astimezone(HALL_TIME).date(), said, verb, anchor, amount_fen=one.price_fen
        )


def _counts(uow: UnitOfWork) -> Iterator[Task]:
    """Counts the visitor takes part in, and to those who propose results, what differs."""
    for count in list_counts(uow, hall().id):
        state = state_of(uow, count)
        number = count.count_no
        page = url_for("pages.show_count", hall=hall().code, number=number)
        if state in COUNTING and counts_in(uow, count):
            said = Text(f"盘点 {number} 轮到您盘", f"Count {number}: you count")
            yield Task(count.business_date, said, Text("去盘点", "Count"), page)
        elif state == "finished" and allowed("count", "open"):
            said = Text(f"盘点 {number} 有差异待处理", f"Count {number} has differences")
            yield Task(count.business_date, said, Text("处理", "Deal with"), page)
            if cards := cards_missing(uow, count):
                said = Text(
                    f"盘点 {number} 少充值卡 {cards} 张,一小时内申请停用",
                    f"Count {number}: recharge cards missing ({cards}); have them blocked within"
                    " the hour",
                )
                yield Task(
                    count.business_date, said, Text("看卡号", "See which"), page, urgent=True
                )


def _signatures(uow: UnitOfWork) -> Iterator[Task]:
    """Confirmations asked of the visitor by number, and approvals that his role is to give."""
    own = own_holders(uow, hall())
    for awaited in unsigned_documents(uow, hall(), AREAS):
        if not is_asked(uow, awaited, own):
            continue
        document = awaited.document
        named = any(signer.startswith(NUMBER) for signer in awaited.signers)
        kind = DOCUMENT_KINDS[document.kind].text
        number = document.number or ""
        yield Task(
            document.business_date,
            Text(f"{kind.zh} {number}", f"{kind.en} {number}"),
            Text("确认", "Confirm") if named else Text("审批", "Approve"),
            url_for("pages.show_paper", hall=hall().code, number=number),
            amount_fen=document.amount_fen,
        )


def _transfers(uow: UnitOfWork) -> Iterator[Task]:
    """Goods to be received, and transfers that are late or whose rest was given up."""
    address = url_for("pages.list_transfers", hall=hall().code)
    days = limit_of_each(uow, "transit_days", [hall().id])[hall().id]
    for one in goods_awaited(uow, hall()):
        late = one.is_late(g.today, days)
        zh = f"待收货 {one.reference} 缺 {one.missing} 件" + (",已超期" if late else "")
        en = f"To receive {one.reference}, {one.missing} missing" + (", late" if late else "")
        page = url_for("pages.show_manifest", hall=hall().code, number=one.number)
        yield Task(one.made_on, Text(zh, en), Text("收货", "Receive"), page)
    for sent in transfers_under_way(uow, hall()):
        if sent.state == "closed":
            said = Text(
                f"调出 {sent.number} 有 {sent.missing} 件对方未收到",
                f"Transfer {sent.number}: {sent.missing} did not arrive",
            )
            yield Task(sent.dispatched_on, said, Text("处理", "Deal with"), address)
        elif sent.overdue:
            said = Text(
                f"调出 {sent.number} 在途 {sent.days} 天",
                f"Transfer {sent.number}: {sent.days} days on the way",
            )
            yield Task(sent.dispatched_on, said, Text("催收", "Chase"), address)


def _is_mine(loan: Loan) -> bool:
    """Tell whether it is the visitor's to see to: the keeper's all, a clerk's those he made."""
    return allowed("stock", "submit") or loan.maker_id == g.actor.person_id


def _loans(uow: UnitOfWork) -> Iterator[Task]:
    """Loans overdue."""
    for loan in loans_out(uow, hall()):
        days = loan.days_late(g.today)
        if loan.due_on is not None and days and _is_mine(loan):
            said = Text(
                f"{loan.name} {loan.serial} 逾期 {days} 天未还",
                f"{loan.name} {loan.serial}: {days} days overdue",
            )
            address = url_for("pages.list_loans", hall=hall().code)
            yield Task(loan.due_on, said, Text("收回", "Take back"), address)


def _repairs(uow: UnitOfWork) -> Iterator[Task]:
    """Customers' handsets not ready on their day, and those so long away that they are exchanged.

    Of what waits for spare parts longer than sixty days the customer gets another one (STK-07).
    """
    address = f"{url_for('pages.list_loans', hall=hall().code)}#care"
    for one in goods_in_care(uow, hall()):
        if not _is_mine(one):
            continue
        if one.exchange_due(g.today):
            said = Text(
                f"{one.name} {one.serial} 送修超 {EXCHANGE_AFTER} 日,应换机",
                f"{one.name} {one.serial}: over {EXCHANGE_AFTER} days in repair, exchange it",
            )
            yield Task(one.lent_on, said, Text("换机", "Exchange"), address, urgent=True)
        elif one.due_on is not None and one.days_late(g.today):
            days = one.days_late(g.today)
            said = Text(
                f"{one.name} {one.serial} 送修过取机日 {days} 天",
                f"{one.name} {one.serial}: in repair, {days} day(s) past its day",
            )
            yield Task(one.due_on, said, Text("催修", "Chase"), address)


def _begun(uow: UnitOfWork) -> Iterator[Task]:
    """Sheets begun and not finished."""
    for sheet in open_sheets(uow, hall()):
        kind = DOCUMENT_KINDS.get(sheet.kind)
        if kind is None:
            continue
        pieces = count_sheet(uow, sheet).scanned
        said = Text(
            f"{kind.text.zh}未完成,已记 {pieces} 件",
            f"{kind.text.en} not finished, {pieces} pieces taken",
        )
        address = url_for("pages.show_sheet", hall=hall().code, sheet_id=sheet.id)
        yield Task(g.today, said, Text("继续", "Go on"), address)
