"""The bank's receipt of a deposit, keyed from the paper (DOMAIN REC-02, REC-11).

Money on its way is in the bank once: by the keyed receipt, or by the statement where none is keyed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ledger.accounts import open_account, yuan
from ledger.cash.bank_lines import match_of
from ledger.cash.cases import add_to_case
from ledger.cash.errors import (
    REQUIRED,
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

COUNTERFEIT = Text("其中假币", "Counterfeit in it")


@dataclass(frozen=True, slots=True)
class Gap:
    """Why the bank credited another sum: counterfeit fen under a certificate, or a reason.

    `clerk` is whose money it was.
    """

    counterfeit_fen: int = 0
    certificate: str = ""
    clerk: str = ""
    reason: str = ""


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

    @property
    def why(self) -> Gap:
        """Give what explains a difference."""
        return Gap(self.counterfeit_fen, self.certificate, self.clerk, self.reason)


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
    if match_of(uow, deposit) is not None:
        raise ReceiptThere(number=receipt.deposit)
    bank_day = receipt.deposited_on or today
    gap = receipt.credited_fen - deposit.amount_fen
    _check(receipt, deposit)
    why = receipt.why
    check_gap(uow, hall, why, slip_fen=deposit.amount_fen, credited_fen=receipt.credited_fen)
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
        **gap_facts(why, gap),
    }
    lines = credit_lines(
        uow, hall, slip_fen=deposit.amount_fen, credited_fen=receipt.credited_fen, why=why
    )
    advance(uow, document, "submit", lines=lines, facts=facts)
    note_gap(uow, hall, why, gap, today)
    for day in sorted({deposit.business_date, today}):
        tell_audit(uow, hall, day)
    return document


def check_gap(uow: UnitOfWork, hall: Hall, why: Gap, *, slip_fen: int, credited_fen: int) -> None:
    """Go on only if what the bank credited other than the slip is explained.

    Raises ReceiptDiffers, and CashUnreadable where a counterfeit is below zero or has no
    certificate, or nobody is named whose money it was.
    """
    gap = credited_fen - slip_fen
    if why.counterfeit_fen < 0:
        raise CashUnreadable(field=COUNTERFEIT, problem=Text("不能小于零", "cannot be below zero"))
    if why.counterfeit_fen and not why.certificate.strip():
        raise CashUnreadable(
            field=Text("收缴凭证号", "Certificate of the counterfeit"), problem=REQUIRED
        )
    explained = gap == -why.counterfeit_fen or (gap and why.reason.strip())
    if not explained:
        raise ReceiptDiffers(
            credited=show_yuan(credited_fen), slip=show_yuan(slip_fen), rest=show_yuan(-gap)
        )
    if gap and person_of(uow, hall, why.clerk) is None:
        raise CashUnreadable(field=Text("责任营业员", "Whose money it was"), problem=REQUIRED)


def gap_facts(why: Gap, gap: int) -> dict[str, str]:
    """Give what a document states of a difference."""
    return {
        "counterfeit": show_yuan(why.counterfeit_fen) if why.counterfeit_fen else "",
        "certificate": why.certificate.strip(),
        "clerk": why.clerk if gap else "",
        "gap": str(gap) if gap else "",
    }


def note_gap(uow: UnitOfWork, hall: Hall, why: Gap, gap: int, day: dt.date) -> None:
    """Put a difference into the case of whose money it was."""
    if gap:
        add_to_case(
            uow,
            hall=hall,
            date=day,
            clerk=why.clerk,
            fen=gap,
            cause="counterfeit" if why.counterfeit_fen else "unknown",
            note=why.certificate.strip() or why.reason.strip(),
        )


def credit_lines(
    uow: UnitOfWork, hall: Hall, *, slip_fen: int, credited_fen: int, why: Gap
) -> list[Line]:
    """Give the lines by which a deposit on its way is in the bank, a difference over and short."""
    transit = open_account(uow, hall.id, "bank_transit")
    bank = open_account(uow, hall.id, "bank")
    money = yuan(uow)
    lines = [Line(money, bank, transit, min(credited_fen, slip_fen))]
    if credited_fen != slip_fen:
        over_short = open_account(uow, hall.id, "over_short", why.clerk)
        if credited_fen < slip_fen:
            lines.append(Line(money, over_short, transit, slip_fen - credited_fen))
        else:
            lines.append(Line(money, bank, over_short, credited_fen - slip_fen))
    return lines


def _check(receipt: BankReceipt, deposit: Document) -> None:
    if receipt.credited_fen <= 0:
        raise AmountNotPositive
    if not receipt.receipt_no.strip():
        raise CashUnreadable(field=Text("银行回单号", "Bank receipt no."), problem=REQUIRED)
    if receipt.deposited_on is not None and receipt.deposited_on < deposit.business_date:
        raise CashUnreadable(
            field=Text("存入日期", "Deposited on"),
            problem=Text("早于解款单", "is before the deposit"),
        )
