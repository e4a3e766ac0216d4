"""Confirmation slips for red letters (红字信息确认单), and their 72 hours (DOMAIN INV-07).

A slip waits, is confirmed or void; one not confirmed in 72 hours has expired, by the clock alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from invoices.mark_tables import RedSlip
from invoices.red_errors import (
    ReasonUnknown,
    RedAmountRefused,
    RedTimeRefused,
    SlipKnownAlready,
    SlipSettled,
    SlipUnknown,
)
from ledger.events import record
from ledger.organisations import Hall, lock_head, take_rows
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.errors import REQUIRED, FactMissing

HOURS_TO_CONFIRM = 72
STATES: dict[str, Text] = {
    "waiting": Text("待确认", "awaiting confirmation"),
    "confirmed": Text("已确认", "confirmed"),
    "void": Text("已作废", "void"),
    "expired": Text("过期", "expired"),
}
REASONS: dict[str, Text] = {
    "ISSUE_ERROR": Text("开票有误", "issued in error"),
    "SALES_RETURN": Text("销货退回", "goods returned"),
    "SERVICE_SUSPENSION": Text("服务中止", "service ended"),
    "SALES_DISCOUNT": Text("销售折让", "discount after the sale"),
}


@dataclass(frozen=True, slots=True)
class SlipView:
    """A slip as it is at a moment; `expires_at` is when a waiting one ends."""

    slip_no: str
    original_code: str
    original_no: str
    amount_fen: int
    reason: str
    opened_at: dt.datetime
    expires_at: dt.datetime
    state: str


def open_slip(
    uow: UnitOfWork,
    *,
    hall: Hall,
    slip_no: str,
    original_code: str,
    original_no: str,
    amount_fen: int,
    reason: str,
    opened_at: dt.datetime | None = None,
    state: str = "waiting",
) -> RedSlip:
    """Note a slip opened elsewhere, for so many fen (positive) of an invoice; now if not given.

    `state` is what the other side made of it already: confirmed, or void. Raises
    SlipKnownAlready, ReasonUnknown, RedAmountRefused, RedTimeRefused and FactMissing.
    """
    require(uow, hall.id, "forms", "register")
    require_reason(reason)
    at = opened_at or uow.now
    if not slip_no.strip() or not original_no.strip():
        raise FactMissing(Text("确认单编号和原票号码", "slip no. and original"), REQUIRED)
    if amount_fen <= 0:
        raise RedAmountRefused
    if at > uow.now:
        raise RedTimeRefused
    lock_head(uow, hall.id)
    if _find(uow, hall, slip_no) is not None:
        raise SlipKnownAlready(slip=slip_no)
    slip = RedSlip(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        slip_no=slip_no.strip(),
        original_code=original_code.strip(),
        original_no=original_no.strip(),
        amount_fen=amount_fen,
        reason=reason,
        opened_at=at,
        state=state,
        settled_at=None if state == "waiting" else uow.now,
        person_id=uow.actor.person_id,
    )
    uow.session.add(slip)
    uow.session.flush()
    _note(uow, slip, "red_slip.opened")
    return slip


def confirm_slip(uow: UnitOfWork, *, hall: Hall, slip_no: str) -> RedSlip:
    """Note that the other side confirmed; raises SlipUnknown and SlipSettled."""
    return _settle(uow, hall, slip_no, "confirmed")


def void_slip(uow: UnitOfWork, *, hall: Hall, slip_no: str) -> RedSlip:
    """Note that a slip was withdrawn or refused; raises SlipUnknown and SlipSettled."""
    return _settle(uow, hall, slip_no, "void")


def slip_state(slip: RedSlip, now: dt.datetime) -> str:
    """Give waiting, confirmed, void or expired, by the clock."""
    waited = now - slip.opened_at
    if slip.state == "waiting" and waited > dt.timedelta(hours=HOURS_TO_CONFIRM):
        return "expired"
    return slip.state


def find_slip(uow: UnitOfWork, hall: Hall, slip_no: str) -> RedSlip:
    """Give the slip of that number; raises SlipUnknown."""
    slip = _find(uow, hall, slip_no)
    if slip is None:
        raise SlipUnknown(slip=slip_no)
    return slip


def list_slips(uow: UnitOfWork, hall: Hall, *, state: str = "") -> list[SlipView]:
    """Give the hall's slips, those that wait longest first; of one state if it is named."""
    slips = uow.session.scalars(
        select(RedSlip).where(RedSlip.hall_id == hall.id).order_by(RedSlip.opened_at, RedSlip.id)
    )
    views = [view_slip(slip, uow.now) for slip in slips]
    return [view for view in views if state in ("", view.state)]


def view_slip(slip: RedSlip, now: dt.datetime) -> SlipView:
    """Give a slip as it is at a moment."""
    return SlipView(
        slip.slip_no,
        slip.original_code,
        slip.original_no,
        slip.amount_fen,
        slip.reason,
        slip.opened_at,
        slip.opened_at + dt.timedelta(hours=HOURS_TO_CONFIRM),
        slip_state(slip, now),
    )


def require_reason(reason: str) -> None:
    """Go on only with one of the four reasons; raises ReasonUnknown."""
    if reason not in REASONS:
        raise ReasonUnknown(known=", ".join(REASONS))


def _settle(uow: UnitOfWork, hall: Hall, slip_no: str, state: str) -> RedSlip:
    require(uow, hall.id, "forms", "register")
    lock_head(uow, hall.id)
    slip = find_slip(uow, hall, slip_no)
    now = slip_state(slip, uow.now)
    # A confirmed slip can still be withdrawn, as long as the red letter is not issued on it.
    if now != "waiting" and not (now == "confirmed" and state == "void"):
        raise SlipSettled(slip=slip_no, state=STATES[now])
    slip.state, slip.settled_at = state, uow.now
    uow.session.flush()
    _note(uow, slip, f"red_slip.{state}")
    return slip


def _find(uow: UnitOfWork, hall: Hall, slip_no: str) -> RedSlip | None:
    return uow.session.scalar(
        select(RedSlip).where(RedSlip.hall_id == hall.id, RedSlip.slip_no == slip_no.strip())
    )


def _note(uow: UnitOfWork, slip: RedSlip, act: str) -> None:
    facts = {
        "original": f"{slip.original_code}/{slip.original_no}",
        "amount_fen": slip.amount_fen,
        "reason": slip.reason,
    }
    subject = f"slip:{slip.slip_no}"
    with record(uow, hall_id=slip.hall_id, act=act, subject=subject, facts=facts):
        pass
