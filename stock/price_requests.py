"""A hall asks for a price of its own; the department grants it or says why not (DOMAIN STK-09)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.actors import Person
from ledger.errors import Conflict, Invalid, NotFound
from ledger.events import record
from ledger.lifecycle import MakerIsChecker
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.items import find_item
from stock.label_tables import PriceRequest
from stock.label_tasks import today_of
from stock.price_setting import NewPrice, check_new_prices, place_prices, require_sound

STATES: dict[str, Text] = {
    "asked": Text("待批", "Asked"),
    "granted": Text("已批准", "Granted"),
    "refused": Text("已退回", "Refused"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}


class UnknownRequest(NotFound):
    """No request for a price of that number."""

    code = "unknown_price_request"
    text = Text("没有第 {number} 号价格申请。", "There is no request {number} for a price.")


class RequestDecided(Conflict):
    """A request was granted, refused or withdrawn already."""

    code = "price_request_decided"
    text = Text(
        "第 {number} 号价格申请已是“{state}”,不能再办。",
        "Request {number} is {state} already.",
    )


class RequestReasonNeeded(Invalid):
    """A request, and its refusal, say why."""

    code = "reason_needed"
    text = Text("请写明原因。", "Give a reason.")


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with the names of who asked and who decided."""

    number: int
    item: str
    campaign: str
    price_fen: int
    valid_from: dt.date
    valid_to: dt.date | None
    reason: str
    state: str
    asked_by: str
    asked_by_id: int
    asked_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    answer: str


def ask_price(uow: UnitOfWork, *, hall: Hall, price: NewPrice, reason: str) -> int:
    """Ask the department for a price; gives the request's number.

    Raises NotPermitted, UnknownItem, PriceNotSo, PriceInThePast and RequestReasonNeeded.
    """
    require(uow, hall.id, "prices", "ask")
    if not reason.strip():
        raise RequestReasonNeeded
    lock_head(uow, hall.id)
    find_item(uow, price.item)
    require_sound(price, today_of(uow))
    last = uow.session.scalar(
        select(func.max(PriceRequest.number)).where(PriceRequest.hall_id == hall.id)
    )
    number = (last or 0) + 1
    with record(
        uow,
        hall_id=hall.id,
        act="price.asked",
        subject=f"price_request:{number}",
        business_date=today_of(uow),
        facts={"item": price.item, "price_fen": price.price_fen, "reason": reason.strip()},
    ) as event:
        uow.session.add(
            PriceRequest(
                hall_id=hall.id,
                number=number,
                item=price.item,
                campaign=price.campaign,
                price_fen=price.price_fen,
                valid_from=price.valid_from,
                valid_to=price.valid_to,
                reason=reason.strip()[:500],
                state="asked",
                asked_by=uow.actor.person_id,
                asked_at=uow.now,
                event_no=event.event_no,
            )
        )
    return number


def decide_price(uow: UnitOfWork, *, hall: Hall, number: int, grant: bool, reason: str = "") -> int:
    """Grant a request, which sets the price, or refuse it; gives how many labels change.

    Raises NotPermitted, MakerIsChecker, RequestDecided, and what `set_prices` raises.
    """
    require(uow, hall.id, "prices", "approve")
    asked = _open_request(uow, hall, number)
    if asked.asked_by == uow.actor.person_id:
        raise MakerIsChecker(number=str(number))
    if not grant and not reason.strip():
        raise RequestReasonNeeded
    labels = 0
    if grant:
        new = NewPrice(
            asked.item, asked.price_fen, asked.valid_from, asked.valid_to, asked.campaign
        )
        check_new_prices(uow, hall, [new])
        labels = place_prices(uow, hall, [new], act="price.set")
    _close(uow, hall, asked, "granted" if grant else "refused", reason)
    return labels


def withdraw_request(uow: UnitOfWork, *, hall: Hall, number: int) -> None:
    """Take a request back; raises NotPermitted and RequestDecided."""
    require(uow, hall.id, "prices", "ask")
    _close(uow, hall, _open_request(uow, hall, number), "withdrawn", "")


def list_requests(
    uow: UnitOfWork, hall: Hall, *, state: str = "", number: int | None = None
) -> list[RequestView]:
    """Give the hall's requests, the latest first."""
    names = dict(uow.session.execute(select(Person.id, Person.name)).all())
    query = select(PriceRequest).where(PriceRequest.hall_id == hall.id)
    if state:
        query = query.where(PriceRequest.state == state)
    if number is not None:
        query = query.where(PriceRequest.number == number)
    return [
        RequestView(
            one.number,
            one.item,
            one.campaign,
            one.price_fen,
            one.valid_from,
            one.valid_to,
            one.reason,
            one.state,
            names.get(one.asked_by, ""),
            one.asked_by,
            one.asked_at,
            names.get(one.decided_by or 0, ""),
            one.decided_at,
            one.answer,
        )
        for one in uow.session.scalars(query.order_by(PriceRequest.number.desc()).limit(200))
    ]


def _open_request(uow: UnitOfWork, hall: Hall, number: int) -> PriceRequest:
    lock_head(uow, hall.id)
    asked = uow.session.get(PriceRequest, (hall.id, number))
    if asked is None:
        raise UnknownRequest(number=number)
    if asked.state != "asked":
        raise RequestDecided(number=number, state=STATES[asked.state])
    return asked


def _close(uow: UnitOfWork, hall: Hall, asked: PriceRequest, state: str, answer: str) -> None:
    with record(
        uow,
        hall_id=hall.id,
        act=f"price.{state}",
        subject=f"price_request:{asked.number}",
        business_date=today_of(uow),
        facts={"reason": answer.strip()},
    ):
        asked.state, asked.answer = state, answer.strip()[:500]
        asked.decided_by, asked.decided_at = uow.actor.person_id, uow.now
