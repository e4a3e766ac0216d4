"""The bank's receipt of a deposit, keyed from the paper (DOMAIN REC-02, REC-11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ledger.accounts import open_account, yuan
from ledger.cash.cases import add_to_case
from ledger.cash.errors import (
    AmountNotPositive,
    CashUnreadable,
    NotACashDocument,
    ReceiptDiffers,
    ReceiptThere,
)
from ledger.cash.kinds import RECEIPT
from ledger.cash.moves import find_cash_document
from ledger.cash.places import person_of
from ledger.cash.told import receipt_of, tell_audit
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document, facts_of
from ledger.lifecycle import MakerIsChecker, advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

REQUIRED = Text("必填", "required")
CASH = "cash"


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """What stands on the paper, in fen; `deposited_on` is the bank's date.

    Where the bank credited another sum than the slip's, `clerk` is whose money it was and `reason`
    says why; `counterfeit_fen` is what the bank kept as counterfeit, under its `certificate`.
    """

    deposit: str
    receipt_no: str
    credited_fen: int
    deposited_on: dt.date | None = None
    counterfeit_fen: int = 0
    certificate: str = ""
    clerk: str = ""
    reason: str = ""


def key_receipt(uow: UnitOfWork, *, hall: Hall, receipt: BankReceipt) -> Document:
    """Key the bank's receipt of a deposit: the money is in the bank, a difference is a case.

    Nobody keys the receipt of a deposit he made. A counterfeit is never confiscated here: the bank
    keeps it and gives a certificate. Raises ReceiptDiffers, ReceiptThere and CashUnreadable.
    """
    require(uow, hall.id, "bank", "submit")
    today = take_day(uow, hall, None)
    deposit = find_cash_document(uow, hall, receipt.deposit)
    if deposit.kind != "deposit" or deposit.state != "posted":
        raise NotACashDocument(number=receipt.deposit)
    if deposit.maker_id == uow.actor.person_id:
        raise MakerIsChecker(number=receipt.deposit)
    if receipt_of(uow, deposit) is not None:
        raise ReceiptThere(number=receipt.deposit)
    bank_day = receipt.deposited_on or today
    gap = receipt.credited_fen - deposit.amount_fen
    _check(uow, hall, receipt, deposit)
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=RECEIPT,
        business_date=today,
        amount_fen=receipt.credited_fen,
        remark=receipt.reason.strip(),
    )
    facts = {
        "deposit": deposit.number or "",
        "slip_no": facts_of(uow, deposit)["slip_no"],
        "receipt_no": receipt.receipt_no.strip(),
        "credited": str(receipt.credited_fen),
        "deposited_on": bank_day.isoformat(),
        "counterfeit": show_yuan(receipt.counterfeit_fen) if receipt.counterfeit_fen else "",
        "certificate": receipt.certificate.strip(),
        "clerk": receipt.clerk if gap else "",
    }
    lines = _lines(uow, hall, receipt, deposit.amount_fen)
    advance(uow, document, "submit", lines=lines, facts=facts)
    if gap:
        counterfeit = bool(receipt.counterfeit_fen)
        add_to_case(
            uow,
            hall=hall,
            date=today,
            clerk=receipt.clerk,
            fen=gap,
            cause="counterfeit" if counterfeit else "unknown",
            note=receipt.certificate.strip() or receipt.reason.strip(),
        )
    for day in sorted({deposit.business_date, today}):
        tell_audit(uow, hall, day)
    return document


def _check(uow: UnitOfWork, hall: Hall, receipt: BankReceipt, deposit: Document) -> None:
    gap = receipt.credited_fen - deposit.amount_fen
    if receipt.credited_fen <= 0:
        raise AmountNotPositive
    if not receipt.receipt_no.strip():
        raise CashUnreadable(field=Text("银行回单号", "Bank receipt no."), problem=REQUIRED)
    if receipt.deposited_on is not None and receipt.deposited_on < deposit.business_date:
        raise CashUnreadable(
            field=Text("存入日期", "Deposited on"),
            problem=Text("早于解款单", "is before the deposit"),
        )
    if receipt.counterfeit_fen and not receipt.certificate.strip():
        raise CashUnreadable(
            field=Text("收缴凭证号", "Certificate of the counterfeit"), problem=REQUIRED
        )
    explained = gap == -receipt.counterfeit_fen or (gap and receipt.reason.strip())
    if not explained:
        raise ReceiptDiffers(
            credited=show_yuan(receipt.credited_fen),
            slip=show_yuan(deposit.amount_fen),
            rest=show_yuan(-gap),
        )
    if gap and person_of(uow, hall, receipt.clerk) is None:
        raise CashUnreadable(field=Text("责任营业员", "Whose money it was"), problem=REQUIRED)


def _lines(uow: UnitOfWork, hall: Hall, receipt: BankReceipt, slip_fen: int) -> list[Line]:
    transit = open_account(uow, hall.id, "bank_transit")
    bank = open_account(uow, hall.id, "bank")
    money, credited = yuan(uow), receipt.credited_fen
    lines = [Line(money, bank, transit, min(credited, slip_fen))]
    if credited != slip_fen:
        over_short = open_account(uow, hall.id, "over_short", receipt.clerk)
        if credited < slip_fen:
            lines.append(Line(money, over_short, transit, slip_fen - credited))
        else:
            lines.append(Line(money, bank, over_short, credited - slip_fen))
    return lines
