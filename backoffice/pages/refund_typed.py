"""What the form of a case holds for each instrument, and what was typed there made a request."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backoffice.pages.door import hall
from backoffice.pages.move_forms import Field
from backoffice.refund_input import request_of
from backoffice.trade_words import tender_name, tender_order
from ledger.errors import BackofficeError
from ledger.hall_rules import Tender
from ledger.money import read_fen
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import CaseUnreadable
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.paid import Payment
from refunds.requests import Request

SUBSCRIBER = Text("用户号码", "Subscriber")
WRONG_NUMBER = Text("错交的号码", "Number paid to by mistake")
RIGHT_NUMBER = Text("转入号码", "Number to credit")
TXN = Text("原流水号", "Original transaction")
AMOUNT = Text("金额", "Amount")
TENDER = Text("支付方式", "Tender")
REASON = Text("原因", "Reason")
BALANCE = Text("账户余额", "Balance")
GIFT = Text("其中赠款", "Gift credit in it")
NOTE = Text("备注", "Note")
OVERRIDE = Text("不能原路退回的原因", "Why it cannot go back the way it was paid")
OVERRIDE_HINT = Text(
    "仅在改用其他方式退回时填写,由上级主管部门审批",
    "Only to use another tender; the superior department signs",
)
PURPOSES: dict[str, Text] = {
    "refund": Text("把收的钱退给客户", "Money taken goes back to the customer"),
    "waiver": Text("少收客户应付的费用", "A charge is not taken, or taken in part"),
    "gift_credit": Text("向账户赠送话费,不能退现", "Credit given to an account, never cash"),
    "transfer_balance": Text("交错号码,把钱转到正确号码", "Paid to a wrong number: moved"),
    "deposit_return": Text("退还收取的押金", "A deposit taken goes back"),
}
OF_REASON: dict[str, tuple[str, ...]] = {
    "at_desk": ("wrong_payment",),
    "balance": ("closing_balance",),
    "gift": ("closing_balance",),
    "original_txn": ("wrong_payment", "wrong_charge", "goods_returned", "complaint", "deposit"),
}
"""Fields that belong to some reasons alone; all are there where no script hides them."""
TEXTS = (
    *("reason", "subscriber", "original_txn", "tender", "to_subscriber"),
    *("override_reason", "note"),
)
FIELD_OF_CODE = {
    "more_than_paid": "amount",
    "more_than_held": "amount",
    "gift_is_no_cash": "amount",
    "limit_passed": "amount",
    "wrong_tender": "tender",
    "unknown_payment": "original_txn",
    "reason_not_of_instrument": "reason",
}


def fields_for(uow: UnitOfWork, kind: str, payment: Payment | None) -> list[Field]:
    """Give the fields of an instrument's form; tenders the payment was made by stand first."""
    instrument = INSTRUMENTS[kind]
    moves = kind == "transfer_balance"
    fields = [
        Field("subscriber", WRONG_NUMBER if moves else SUBSCRIBER),
        *([Field("to_subscriber", RIGHT_NUMBER)] if moves else []),
    ]
    if len(instrument.reasons) > 1:
        choices = tuple((one, REASONS[one]) for one in instrument.reasons)
        fields.append(Field("reason", REASON, "choice", choices=choices))
    if instrument.from_payment:
        fields.append(Field("original_txn", TXN, required="complaint" not in instrument.reasons))
    fields.append(Field("amount", Text("金额(元)", "Amount (yuan)"), "money"))
    if instrument.pays_out:
        fields.append(Field("tender", TENDER, "choice", choices=_tenders(uow, payment)))
    if "wrong_payment" in instrument.reasons:
        still = Text("客户还在柜台", "The customer is still at the desk")
        fields.append(Field("at_desk", still, "flag", required=False))
    if "closing_balance" in instrument.reasons:
        fields.append(Field("balance", BALANCE, "money", required=False))
        fields.append(Field("gift", GIFT, "money", required=False))
    if instrument.pays_out:
        fields.append(
            Field("override_reason", OVERRIDE, "long", required=False, hint=OVERRIDE_HINT)
        )
    return [*fields, Field("note", NOTE, "long", required=False)]


def read_request(kind: str, typed: Mapping[str, str]) -> Request:
    """Give what was typed as a request; raises CaseUnreadable."""
    reasons = INSTRUMENTS[kind].reasons
    only = reasons[0] if len(reasons) == 1 else ""
    body: dict[str, object] = {name: typed.get(name, "").strip()[:500] for name in TEXTS}
    body |= {
        "kind": kind,
        "reason": typed.get("reason", "") or only,
        "amount": _fen(typed, "amount", AMOUNT, needed=True),
        "at_desk": typed.get("at_desk") == "1",
        "balance": _fen(typed, "balance", BALANCE),
        "gift": _fen(typed, "gift", GIFT),
    }
    if not body["reason"]:
        raise CaseUnreadable(field=REASON, problem=Text("请选择", "choose one"))
    return request_of(body)


def field_of(error: BackofficeError) -> str:
    """Give the field an error is about; '' where it is about the case as a whole."""
    if isinstance(error, CaseUnreadable):
        names = {
            SUBSCRIBER: "subscriber",
            RIGHT_NUMBER: "to_subscriber",
            TXN: "original_txn",
            AMOUNT: "amount",
            TENDER: "tender",
            REASON: "reason",
            BALANCE: "balance",
            GIFT: "gift",
            NOTE: "note",
        }
        return next((name for text, name in names.items() if error.facts["field"] == text), "")
    return FIELD_OF_CODE.get(error.code, "")


def _tenders(uow: UnitOfWork, payment: Payment | None) -> tuple[tuple[str, Text], ...]:
    known = uow.session.scalars(
        select(Tender.code).where(
            Tender.hall_id == hall().id, Tender.tender_class.in_(("cash", "settled"))
        )
    ).all()
    paid = tuple(payment.tenders) if payment else ()
    others = sorted(set(known) - set(paid), key=tender_order)
    return tuple((code, tender_name(code)) for code in (*paid, *others))


def _fen(typed: Mapping[str, str], name: str, field: Text, *, needed: bool = False) -> int | None:
    text = typed.get(name, "").strip()
    if not text and not needed:
        return None
    try:
        return read_fen(text)
    except ValueError as wrong:
        problem = Text("应为金额,如 58.00", "an amount such as 58.00")
        raise CaseUnreadable(field=field, problem=problem) from wrong
