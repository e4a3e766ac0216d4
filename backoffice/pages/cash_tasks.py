"""What of cash waits for the visitor: signatures, shifts not declared, bank receipts, cases."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, url_for
from sqlalchemy import select

from backoffice.pages.countersigning import countersign_tasks
from backoffice.pages.door import allowed, hall
from backoffice.pages.tasks import Task
from backoffice.trade_words import singular, tender_name
from ledger.actors import own_numbers
from ledger.cash.deposit_days import days_not_in_order
from ledger.cash.kinds import CASH_AREAS
from ledger.cash.matching import waiting_at_bank
from ledger.cash.seen import cases_seen, deposits_without_receipt
from ledger.cash.tables import Shift
from ledger.documents import DOCUMENT_KINDS
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.waiting import NUMBER, is_asked, unsigned_documents


def cash_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of cash."""
    if not allowed("cash", "view"):
        return
    numbers = own_numbers(uow, hall().id)
    yield from _signatures(uow, numbers)
    yield from _shifts(uow, numbers)
    if allowed("countersign", "submit"):
        yield from countersign_tasks(uow)
    if allowed("bank", "submit"):
        yield from _receipts(uow)
    if allowed("statements", "submit") and allowed("cash", "oversee"):
        yield from _bank_lines(uow)
    if allowed("over_short", "submit"):
        yield from _cases(uow)
    if allowed("shift", "close_for"):
        yield from _late_deposits(uow)


def _signatures(uow: UnitOfWork, numbers: frozenset[str]) -> Iterator[Task]:
    for awaited in unsigned_documents(uow, hall(), CASH_AREAS):
        if not is_asked(uow, awaited, numbers):
            continue
        document = awaited.document
        named = any(signer.removeprefix(NUMBER) in numbers for signer in awaited.signers)
        yield Task(
            document.business_date,
            DOCUMENT_KINDS[document.kind].text,
            Text("确认", "Confirm") if named else Text("签字", "Sign"),
            url_for("pages.show_paper", hall=hall().code, number=document.number),
            document.number or "",
            document.amount_fen,
        )


def _shifts(uow: UnitOfWork, numbers: frozenset[str]) -> Iterator[Task]:
    """Shifts that are not closed: one's own to declare, or to sign as the witness."""
    shifts = uow.session.scalars(
        select(Shift).where(Shift.hall_id == hall().id, Shift.state != "closed")
    )
    for shift in shifts.all():
        page = url_for(
            "pages.show_shift", hall=hall().code, date=shift.business_date, clerk=shift.clerk
        )
        if shift.state == "witnessing" and shift.witness in numbers:
            said = Text(f"代结 {shift.clerk} 的班次", f"Shift closed for {shift.clerk}")
            yield Task(shift.business_date, said, Text("监盘签字", "Sign as witness"), page)
        elif shift.clerk in numbers and shift.state != "witnessing":
            said = Text("班次未日结", "Your shift is not declared")
            late = shift.business_date < g.today
            yield Task(shift.business_date, said, Text("申报", "Declare"), page, urgent=late)


def _receipts(uow: UnitOfWork) -> Iterator[Task]:
    for deposit in deposits_without_receipt(uow, hall()):
        if deposit.maker_id != g.actor.person_id:
            yield Task(
                deposit.business_date,
                Text("解款未登记回单", "Deposit without its bank receipt"),
                Text("登记", "Key it"),
                url_for(
                    "pages.show_cash_act",
                    hall=hall().code,
                    name="bank_receipt",
                    deposit=deposit.number,
                ),
                deposit.number or "",
                deposit.amount_fen,
            )


def _bank_lines(uow: UnitOfWork) -> Iterator[Task]:
    """Lines of bank statements that nobody matched with a deposit or set aside, as one."""
    lines = waiting_at_bank(uow, hall(), g.today).lines
    if lines:
        said = singular(f"{len(lines)} bank lines to be matched")
        yield Task(
            min(line.on for line in lines),
            Text(f"{len(lines)} 笔银行流水待勾对", said),
            Text("勾对", "Match"),
            url_for("pages.show_statements", hall=hall().code),
        )


def _cases(uow: UnitOfWork) -> Iterator[Task]:
    for case in cases_seen(uow, hall()):
        if case.state == "open":
            name = tender_name(case.tender)
            yield Task(
                case.opened_at.astimezone(HALL_TIME).date(),
                Text(f"长短款 {case.clerk} {name.zh}", f"Over or short: {case.clerk}, {name.en}"),
                Text("处理", "Decide"),
                url_for("pages.show_cases", hall=hall().code),
                "",
                case.amount_fen,
            )


def _late_deposits(uow: UnitOfWork) -> Iterator[Task]:
    """Takings that should be in the bank, or of which more or less went there (REC-05)."""
    for one in days_not_in_order(uow, hall(), g.today):
        if one.left_fen and (one.is_late or one.left_fen < 0):
            late = Text(f"解款迟 {one.late_days} 天", f"Deposit {one.late_days} days late")
            differs = Text("解款与交款不符", "Deposits differ from hand-ins")
            yield Task(
                one.date,
                late if one.is_late else differs,
                Text("查看", "Look"),
                url_for("pages.show_cash", hall=hall().code),
                "",
                one.left_fen,
                urgent=True,
            )
