"""Red letters (红字): issued elsewhere, registered here against their blue, never beyond it.

Registering brings a row into the register and notes which sides belong to it: the slip, the refund
and the goods that come back (DOMAIN INV-07, INV-08).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import text

from invoices.form_numbers import is_digital, places_of
from invoices.losses import require_not_lost
from invoices.mark_tables import RedLetter
from invoices.open_voids import require_no_open_void
from invoices.red_errors import (
    BlueDiffers,
    BlueNotLive,
    BlueUnknown,
    RedAmountRefused,
    RedExceedsBlue,
    RedKnownAlready,
    RedTimeRefused,
    RedUnknown,
    SideSettled,
    SlipNeeded,
)
from invoices.red_slips import STATES, find_slip, require_reason, slip_state
from invoices.register import (
    Standing,
    link_by_act,
    live_reds_of,
    register_by_act,
    standing_of,
)
from invoices.use_claims import claim_numbers, require_own_numbers
from invoices.uses import post_uses
from ledger.actors import own_numbers
from ledger.documents import find_document
from ledger.events import record
from ledger.evidence.expected import CURRENT
from ledger.money import show_yuan
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.schema import microseconds
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

REISSUED = "ISSUE_ERROR"
RETURNED = "SALES_RETURN"
SIDES: dict[str, Text] = {
    "refund_txn": Text("退款流水", "refund"),
    "refund_document": Text("退费单", "refund document"),
    "goods_document": Text("退货单据", "goods returned"),
}

# The account lines an invoice is for: those that name it, and those of its own transaction.
_LINES = text(
    "SELECT e.txn_no, e.item FROM evidence_accounts e WHERE e.hall_id = :hall"
    " AND e.invoice_no = :no AND e.invoice_code = :code AND e.line_kind <> 'correction'"
    f" AND {CURRENT.format('e')}"
    " UNION SELECT e.txn_no, e.item FROM evidence_accounts e WHERE e.hall_id = :hall"
    f" AND e.txn_no = :txn AND e.txn_no <> '' AND e.line_kind <> 'correction'"
    f" AND {CURRENT.format('e')}"
)


@dataclass(frozen=True, slots=True)
class RedDraft:
    """A red letter as a person states it; the amount is negative, '' and None are not stated.

    The original's date and amount are needed where this hall's register does not know it.
    """

    invoice_code: str
    invoice_no: str
    issued_at: dt.datetime
    amount_fen: int
    original_code: str
    original_no: str
    reason: str
    original_date: dt.date | None = None
    original_amount_fen: int | None = None
    clerk: str = ""
    slip_no: str = ""
    refund_txn: str = ""
    refund_document: str = ""
    goods_document: str = ""
    needs_goods: bool | None = None


def register_red(uow: UnitOfWork, *, hall: Hall, draft: RedDraft) -> RedLetter:
    """Register a red letter that was issued elsewhere, full or partial.

    Goods are due where they were sold with the blue and came back, unless stated otherwise; a
    refund unless the blue was issued in error. Raises RedAmountRefused, ReasonUnknown,
    RedTimeRefused, RedKnownAlready, BlueUnknown, BlueNotLive, BlueDiffers, RedExceedsBlue,
    SlipUnknown, SlipNeeded, VoidAskedAlready, NumberLost, NumberNotInCustody, NumberUsedBefore,
    NotYourCustody and UnknownDocument.
    """
    require(uow, hall.id, "forms", "register")
    require_reason(draft.reason)
    if draft.amount_fen >= 0:
        raise RedAmountRefused
    lock_head(uow, hall.id)
    _require_free(uow, hall, draft)
    clerk = _claim(uow, hall, draft)
    blue = standing_of(uow, hall, draft.original_code, draft.original_no)
    date, amount = _original(draft, blue)
    if draft.issued_at > uow.now or (blue is not None and draft.issued_at < blue.used_at):
        raise RedTimeRefused
    _require_within(uow, hall, draft, amount)
    _require_slip(uow, hall, draft)
    if draft.goods_document:
        find_document(uow, hall.id, draft.goods_document)
    lines = _lines_of(uow, hall, draft, blue)
    sold_goods = any(item for _, item in lines)
    back = sold_goods if draft.needs_goods is None else draft.needs_goods
    txn_no = draft.refund_txn
    if not txn_no and draft.reason == REISSUED:
        # An invoice issued in error takes its red letter into the same transaction.
        txn_no = min((txn for txn, _ in lines), default="")
    _register(uow, hall, replace(draft, clerk=clerk), (txn_no, date, amount))
    red = RedLetter(
        hall_id=hall.id,
        invoice_code=draft.invoice_code,
        invoice_no=draft.invoice_no,
        original_code=draft.original_code,
        original_no=draft.original_no,
        amount_fen=draft.amount_fen,
        reason=draft.reason,
        slip_no=draft.slip_no.strip(),
        refund_txn=draft.refund_txn,
        refund_document=draft.refund_document,
        goods_document=draft.goods_document,
        needs_refund=draft.reason != REISSUED,
        needs_goods=draft.reason == RETURNED and back,
        registered_at=uow.now,
        person_id=uow.actor.person_id,
    )
    uow.session.add(red)
    uow.session.flush()
    _note(uow, red, "red.registered")
    return red


def link_red(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    number: str,
    refund_txn: str = "",
    refund_document: str = "",
    goods_document: str = "",
) -> RedLetter:
    """Link a red letter to the sides that came later: refund, its document, goods returned.

    One that came by a file is noted with its first link. Raises RedUnknown, SideSettled for a side
    linked to something else, and UnknownDocument.
    """
    require(uow, hall.id, "forms", "register")
    lock_head(uow, hall.id)
    red = uow.session.get(RedLetter, (hall.id, code, number)) or _of_file(uow, hall, code, number)
    if goods_document:
        find_document(uow, hall.id, goods_document)
    given = {
        "refund_txn": refund_txn.strip(),
        "refund_document": refund_document.strip(),
        "goods_document": goods_document.strip(),
    }
    for side, value in given.items():
        known = getattr(red, side)
        if value and known not in ("", value):
            raise SideSettled(number=number, side=SIDES[side], known=known)
    if given["refund_txn"] and not red.refund_txn:
        link_by_act(uow, hall=hall, code=code, number=number, txn_no=given["refund_txn"])
    for side, value in given.items():
        if value:
            setattr(red, side, value)
    uow.session.flush()
    _note(uow, red, "red.linked")
    return red


def _of_file(uow: UnitOfWork, hall: Hall, code: str, number: str) -> RedLetter:
    """Note a red letter that the register has from a file; no reason is known of it."""
    standing = standing_of(uow, hall, code, number)
    if standing is None or standing.status != "red":
        raise RedUnknown(number=f"{code} {number}".strip())
    red = RedLetter(
        hall_id=hall.id,
        invoice_code=code,
        invoice_no=number,
        original_code=standing.original_code,
        original_no=standing.original_no,
        amount_fen=standing.amount_fen,
        reason="",
        slip_no="",
        refund_txn="",
        refund_document="",
        goods_document="",
        needs_refund=True,
        needs_goods=False,
        registered_at=uow.now,
        person_id=uow.actor.person_id,
    )
    uow.session.add(red)
    return red


def reversed_of(uow: UnitOfWork, hall: Hall, code: str, number: str) -> int:
    """Give the fen of an invoice that live red letters have reversed so far."""
    return sum(-red.amount_fen for red in live_reds_of(uow, hall, code, [number]))


def _require_free(uow: UnitOfWork, hall: Hall, draft: RedDraft) -> None:
    """Go on only if the number is neither known nor lost, and no open void names it or its blue."""
    if standing_of(uow, hall, draft.invoice_code, draft.invoice_no) is not None:
        raise RedKnownAlready(number=f"{draft.invoice_code} {draft.invoice_no}".strip())
    require_not_lost(uow, hall, draft.invoice_code, draft.invoice_no)
    require_no_open_void(uow, hall, draft.invoice_code, [draft.invoice_no])
    require_no_open_void(uow, hall, draft.original_code, [draft.original_no])


def _register(uow: UnitOfWork, hall: Hall, draft: RedDraft, told: tuple[str, dt.date, int]) -> None:
    """Bring the red letter's row into the register; `told` is transaction, blue's date, amount."""
    txn_no, date, amount = told
    day = draft.issued_at.astimezone(HALL_TIME).date()
    batch = register_by_act(
        uow,
        hall=hall,
        date=day,
        name=f"red-{draft.invoice_code}-{draft.invoice_no}",
        rows=[
            {
                "invoice_code": draft.invoice_code,
                "invoice_no": draft.invoice_no,
                "issued_at": microseconds(draft.issued_at),
                "clerk": draft.clerk,
                "amount": draft.amount_fen,
                "status": "red",
                "basis": "txn",
                "txn_no": txn_no,
                "original_code": draft.original_code,
                "original_no": draft.original_no,
                "original_date": date,
                "original_amount": amount,
            }
        ],
    )
    post_uses(uow, days=[(hall, day)], batch=batch)


def _claim(uow: UnitOfWork, hall: Hall, draft: RedDraft) -> str:
    """Give who issued it; a form of this hall must be a blank in his hands.

    Without a staff number it is who holds the form, else the actor himself. A form that is none of
    this hall's is told by the audit (CHECKS P05).
    """
    code, number = draft.invoice_code, draft.invoice_no
    account = places_of(uow, hall, code, [number]).get(number)
    own = sorted(own_numbers(uow, hall.id))
    clerk = draft.clerk or (account.holder if account else "") or (own[0] if own else "")
    require_own_numbers(uow, hall, clerk)
    if account is not None:
        claim_numbers(uow, hall, clerk, code, [number])
    return clerk


def _original(draft: RedDraft, blue: Standing | None) -> tuple[dt.date, int]:
    """Give date and amount of the original, from the register where it knows it."""
    shown = f"{draft.original_code} {draft.original_no}".strip()
    if blue is None:
        if draft.original_date is None or draft.original_amount_fen is None:
            raise BlueUnknown(original=shown)
        return draft.original_date, draft.original_amount_fen
    if blue.status != "issued":
        raise BlueNotLive(original=shown)
    stated = draft.original_amount_fen
    if stated is not None and stated != blue.amount_fen:
        amounts = {"amount": show_yuan(blue.amount_fen), "stated": show_yuan(stated)}
        raise BlueDiffers(original=shown, **amounts)
    return blue.used_on, blue.amount_fen


def _require_within(uow: UnitOfWork, hall: Hall, draft: RedDraft, amount: int) -> None:
    before = reversed_of(uow, hall, draft.original_code, draft.original_no)
    over = before - draft.amount_fen - amount
    if over > 0:
        raise RedExceedsBlue(
            original=f"{draft.original_code} {draft.original_no}".strip(),
            amount=show_yuan(amount),
            reversed=show_yuan(before),
            wanted=show_yuan(-draft.amount_fen),
            over=show_yuan(over),
        )


def _require_slip(uow: UnitOfWork, hall: Hall, draft: RedDraft) -> None:
    """A digital blue needs a confirmed slip for it and the amount; one that is named must fit."""
    needed = is_digital(draft.original_no)
    if not draft.slip_no.strip() and not needed:
        return
    state = Text("未登记", "not registered")
    if draft.slip_no.strip():
        slip = find_slip(uow, hall, draft.slip_no)
        now = slip_state(slip, uow.now)
        state = STATES[now]
        fits = (slip.original_code, slip.original_no, slip.amount_fen) == (
            draft.original_code,
            draft.original_no,
            -draft.amount_fen,
        )
        if now == "confirmed" and fits and not _slip_is_used(uow, hall, slip.slip_no):
            return
    raise SlipNeeded(
        original=f"{draft.original_code} {draft.original_no}".strip(),
        amount=show_yuan(-draft.amount_fen),
        state=state,
    )


def _slip_is_used(uow: UnitOfWork, hall: Hall, slip_no: str) -> bool:
    used = text("SELECT 1 FROM red_letters WHERE hall_id = :hall AND slip_no = :slip")
    return uow.session.execute(used, {"hall": hall.id, "slip": slip_no}).first() is not None


def _lines_of(
    uow: UnitOfWork, hall: Hall, draft: RedDraft, blue: Standing | None
) -> list[tuple[str, str]]:
    """Give (transaction, item) of the lines the original is for."""
    values = {
        "hall": hall.id,
        "no": draft.original_no,
        "code": draft.original_code,
        "txn": blue.txn_no if blue is not None else "",
    }
    return [(row.txn_no, row.item) for row in uow.session.execute(_LINES, values)]


def _note(uow: UnitOfWork, red: RedLetter, act: str) -> None:
    facts = {
        "original": f"{red.original_code}/{red.original_no}",
        "amount_fen": red.amount_fen,
        "reason": red.reason,
        "slip": red.slip_no,
        **{side: getattr(red, side) for side in SIDES},
    }
    subject = f"invoice:{red.invoice_code}/{red.invoice_no}"
    with record(uow, hall_id=red.hall_id, act=act, subject=subject, facts=facts):
        pass
