"""What people do with cash, each in plain words: its form, who may, and the service it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import g

from backoffice.pages.door import Need, allowed, hall
from backoffice.pages.form_typed import Typed
from backoffice.pages.move_forms import Field
from ledger.actors import names_of, own_numbers
from ledger.cash.bank import COUNTERFEIT, BankReceipt, key_receipt
from ledger.cash.errors import REQUIRED, CashUnreadable
from ledger.cash.kinds import CASH_KINDS, CATEGORIES, FUNDS
from ledger.cash.moves import WORDS, CashMove, move_cash
from ledger.cash.places import clerks_of, receivers_of
from ledger.cash.safe import open_safe
from ledger.cash.seen import deposits_without_receipt
from ledger.documents import Document
from ledger.text import Text
from ledger.work import UnitOfWork

AMOUNT = Text("金额", "Amount")
CREDITED = Text("入账金额", "Credited")
DEPOSITED_ON = Text("存入日期", "Deposited on")


@dataclass(frozen=True, slots=True)
class CashAct:
    """An act: its words, who may do it, its fields and how it is done."""

    name: str
    text: Text
    plain: Text
    need: Need
    fields: Callable[[UnitOfWork], list[Field]]
    do: Callable[[UnitOfWork, Typed], Document]


PLAIN: dict[str, Text] = {
    "fund_in": Text("上级拨来备用金,放入保险柜或厅备用金", "The department hands a fund over"),
    "fund_out": Text("备用金交回上级", "A fund goes back to the department"),
    "float_out": Text(
        "从保险柜给营业员备用金,先由两人开柜", "From the safe to a clerk; two open it"
    ),
    "float_return": Text("备用金交回保险柜", "A clerk's float goes back into the safe"),
    "hand_in": Text("营业员把营业款交给厅里", "A clerk hands takings in to the hall"),
    "deposit": Text("两人把营业款送存银行", "Two persons take the takings to the bank"),
    "expense": Text(
        "从厅备用金支付,不得动用营业款", "Paid out of petty cash, never out of takings"
    ),
}


def _staff(uow: UnitOfWork, numbers: list[str]) -> tuple[tuple[str, Text], ...]:
    names = names_of(uow, hall().id)
    return tuple(
        (one, Text(f"{one} {names.get(one, '')}", f"{one} {names.get(one, '')}")) for one in numbers
    )


def _move_fields(kind: str) -> Callable[[UnitOfWork], list[Field]]:
    def fields(uow: UnitOfWork) -> list[Field]:
        found = CASH_KINDS[kind]
        made = []
        if found.clerk:
            made.append(Field("clerk", WORDS["clerk"], "choice", choices=_clerks(uow, kind)))
        if "fund" in found.needs:
            made.append(Field("fund", WORDS["fund"], "choice", choices=tuple(FUNDS.items())))
        made.append(Field("amount", AMOUNT, "money"))
        if "category" in found.needs:
            choices = tuple(CATEGORIES.items())
            made.append(Field("category", WORDS["category"], "choice", choices=choices))
        if found.receiver:
            receivers = _staff(uow, receivers_of(uow, hall(), g.today))
            words = Text("同行人", "Second person") if kind == "deposit" else WORDS["receiver"]
            made.append(Field("receiver", words, "choice", choices=receivers))
        if "slip_no" in found.needs:
            made.append(Field("slip_no", WORDS["slip_no"]))
        if kind in ("hand_in", "deposit"):
            today = Text("不填即今天", "Today if left empty")
            made.append(Field("covers", WORDS["covers"], "date", required=False, hint=today))
        made.append(Field("purpose", WORDS["purpose"], required="purpose" in found.needs))
        return made

    return fields


def _clerks(uow: UnitOfWork, kind: str) -> tuple[tuple[str, Text], ...]:
    own = own_numbers(uow, hall().id)
    numbers = clerks_of(uow, hall(), g.today)
    leads = allowed("shift", "close_for") or kind == "float_out"
    return _staff(uow, numbers if leads else [one for one in numbers if one in own])


def _move(kind: str) -> Callable[[UnitOfWork, Typed], Document]:
    def do(uow: UnitOfWork, typed: Typed) -> Document:
        move = CashMove(
            kind=kind,
            amount_fen=_fen(typed, "amount", AMOUNT),
            clerk=typed["clerk"],
            receiver=typed["receiver"],
            fund=typed["fund"],
            slip_no=typed["slip_no"],
            category=typed["category"],
            purpose=typed["purpose"],
            covers=typed.day("covers", WORDS["covers"]),
        )
        return move_cash(uow, hall=hall(), move=move)

    return do


def _opening_fields(uow: UnitOfWork) -> list[Field]:
    return [Field("purpose", WORDS["purpose"])]


def _open_safe(uow: UnitOfWork, typed: Typed) -> Document:
    return open_safe(uow, hall=hall(), purpose=typed["purpose"])


def _receipt_fields(uow: UnitOfWork) -> list[Field]:
    waiting = tuple(
        (one.number or "", Text(f"{one.number}", f"{one.number}"))
        for one in deposits_without_receipt(uow, hall())
    )
    if_differs = Text("与解款单不同时填写", "Only where it differs from the slip")
    return [
        Field("deposit", Text("解款单", "Deposit"), "choice", choices=waiting),
        Field("receipt_no", Text("银行回单号", "Bank receipt no.")),
        Field("credited", CREDITED, "money"),
        Field("deposited_on", DEPOSITED_ON, "date", required=False),
        Field("counterfeit", COUNTERFEIT, "money", required=False, hint=if_differs),
        Field("certificate", Text("收缴凭证号", "Certificate no."), required=False),
        Field(
            "clerk",
            Text("责任营业员", "Whose money it was"),
            "choice",
            required=False,
            choices=_staff(uow, clerks_of(uow, hall(), g.today)),
        ),
        Field("reason", Text("差额原因", "Why it differs"), required=False),
    ]


def _key_receipt(uow: UnitOfWork, typed: Typed) -> Document:
    receipt = BankReceipt(
        deposit=typed["deposit"],
        receipt_no=typed["receipt_no"],
        credited_fen=_fen(typed, "credited", CREDITED),
        deposited_on=typed.day("deposited_on", DEPOSITED_ON),
        counterfeit_fen=typed.fen("counterfeit", COUNTERFEIT) or 0,
        certificate=typed["certificate"],
        clerk=typed["clerk"],
        reason=typed["reason"],
    )
    return key_receipt(uow, hall=hall(), receipt=receipt)


def _fen(typed: Typed, name: str, text: Text) -> int:
    fen = typed.fen(name, text)
    if fen is None:
        raise CashUnreadable(field=text, problem=REQUIRED)
    return fen


CASH_ACTS: dict[str, CashAct] = {
    "safe_opening": CashAct(
        "safe_opening",
        Text("开保险柜", "Open the safe"),
        Text("库管与稽核两人签字后打开", "Opened by stock keeper and auditor together"),
        ("vault", "submit"),
        _opening_fields,
        _open_safe,
    ),
    **{
        name: CashAct(
            name, kind.text, PLAIN[name], (kind.area, "submit"), _move_fields(name), _move(name)
        )
        for name, kind in CASH_KINDS.items()
    },
    "bank_receipt": CashAct(
        "bank_receipt",
        Text("登记银行回单", "Key a bank receipt"),
        Text("按回单登记到账,由解款人以外的人办理", "From the paper, by who did not take it there"),
        ("bank", "submit"),
        _receipt_fields,
        _key_receipt,
    ),
}


def acts_offered() -> list[CashAct]:
    """Give the acts the visitor may do, in the order of the table."""
    return [act for act in CASH_ACTS.values() if allowed(*act.need)]
