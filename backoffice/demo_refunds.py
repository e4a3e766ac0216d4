"""Cases of the sample hall in several states, made by its people through the services.

They are dated on the sample's day, so that its month has statistics; who acts is the person whose
number stands here, at the time that stands here. A hall that has cases of its own is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select

from backoffice.database import begin_read, begin_work
from backoffice.hall_setup import holder_of, list_staff
from ledger.actors import actor_for
from ledger.documents import Document
from ledger.hall_days import HallDay
from ledger.organisations import Hall, find_hall
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork, system_actor
from refunds.acts import Execution, approve_case, execute_case, reject_case, withdraw_case
from refunds.instruments import CASE_KINDS
from refunds.papers import receive_papers, tick_papers
from refunds.requests import Request, request_case
from refunds.seen import see_case

DEMO = system_actor("demo")
STEPS: dict[str, tuple[str, ...]] = {
    "asked": (),
    "withdrawn": ("withdrawn",),
    "rejected": ("rejected",),
    "approved": ("approved",),
    "received": ("approved", "carried out", "ticked", "received"),
}
CLERK, OTHER, DUTY, MANAGER, AUDITOR = "A01", "A02", "M02", "M01", "J01"


@dataclass(frozen=True, slots=True)
class Story:
    """One case: asked for by A01 at a time of the day, and how far it goes, as STEPS names it."""

    at: dt.time
    request: Request
    ends: str
    approver: str = DUTY
    executor: str = CLERK
    tender_ref: str = ""


STORIES = (
    Story(
        dt.time(10, 5),
        Request(
            "refund",
            "wrong_charge",
            50_00,
            subscriber="13202264834",
            original_txn="2026112000285",
            tender="wechat",
            note="套餐已变更,多缴一个月",
        ),
        "received",
        tender_ref="5030000812202611200001",
    ),
    Story(
        dt.time(10, 40),
        Request(
            "deposit_return",
            "deposit",
            500_00,
            subscriber="15601963912",
            original_txn="2026112000248",
            tender="cash",
            note="国际漫游已取消",
        ),
        "received",
        approver=MANAGER,
        executor=OTHER,
    ),
    Story(
        dt.time(11, 20),
        Request(
            "waiver",
            "complaint",
            30_00,
            subscriber="18600002201",
            note="称通话中断,系统无故障记录",
        ),
        "rejected",
    ),
    Story(
        dt.time(11, 45),
        Request("gift_credit", "campaign", 20_00, subscriber="18600002202", note="老用户回馈"),
        "withdrawn",
    ),
    Story(
        dt.time(14, 10),
        Request(
            "refund",
            "wrong_payment",
            129_00,
            subscriber="13101916398",
            original_txn="2026112000242",
            tender="alipay",
            note="错交号码,发票待红冲",
        ),
        "approved",
        approver=MANAGER,
    ),
    Story(
        dt.time(14, 40),
        Request(
            "transfer_balance",
            "wrong_payment",
            100_00,
            subscriber="13102058940",
            original_txn="2026112000260",
            to_subscriber="13102058904",
            note="末两位输反",
        ),
        "received",
    ),
    Story(
        dt.time(15, 0),
        Request("waiver", "outage", 150_00, subscriber="18600002203", note="小区断网两天"),
        "asked",
    ),
    Story(
        dt.time(15, 30),
        Request("waiver", "complaint", 800_00, subscriber="18600002204", note="专线故障补偿"),
        "asked",
    ),
)


def make_cases(engine: Engine, code: str, on: dt.date) -> int:
    """Let the sample hall's people make the cases of a day; gives how many were made.

    None where the hall has cases already, where these people are not its own, or where the day is
    signed.
    """
    with begin_read(engine, DEMO) as uow:
        hall = find_hall(uow, code)
        day = uow.session.get(HallDay, (hall.id, on))
        numbers = {entry.number for entry in list_staff(uow, hall)}
        known = uow.session.scalar(
            select(Document.id)
            .where(Document.hall_id == hall.id, Document.kind.in_(CASE_KINDS))
            .limit(1)
        )
        if known is not None or day is None or day.hall_status != "working":
            return 0
        if not {CLERK, OTHER, DUTY, MANAGER, AUDITOR} <= numbers:
            return 0
    books = _Books(engine, code, on)
    for story in STORIES:
        _tell(books, story)
    return len(STORIES)


@dataclass(frozen=True, slots=True)
class _Books:
    """The hall's books on the day, at which one person after the other acts."""

    engine: Engine
    code: str
    on: dt.date

    def act(
        self, who: str, at: dt.time, minutes: int, do: Callable[[UnitOfWork, Hall], object]
    ) -> None:
        """Let somebody act so many minutes after a time of the day, in his own unit of work."""
        now = dt.datetime.combine(self.on, at, HALL_TIME) + dt.timedelta(minutes=minutes)
        with begin_read(self.engine, DEMO) as uow:
            actor = actor_for(uow, holder_of(uow, find_hall(uow, self.code), who), self.on)
        with begin_work(self.engine, actor, now=now) as uow:
            do(uow, find_hall(uow, self.code))


def _tell(books: _Books, story: Story) -> None:
    """Let one case be asked for and go as far as its story says."""
    made: list[str] = []

    def ask(uow: UnitOfWork, hall: Hall) -> None:
        made.append(request_case(uow, hall=hall, request=story.request).number or "")

    books.act(CLERK, story.at, 0, ask)
    number = made[0]
    how = Execution(tender_ref=story.tender_ref, customer_signed=True)
    acts: dict[str, tuple[str, int, Callable[[UnitOfWork, Hall], object]]] = {
        "withdrawn": (
            CLERK,
            8,
            lambda uow, hall: withdraw_case(uow, hall=hall, number=number, reason="活动已结束"),
        ),
        "rejected": (
            story.approver,
            6,
            lambda uow, hall: reject_case(
                uow, hall=hall, number=number, reason="查无故障记录,请客户补充时间"
            ),
        ),
        "approved": (
            story.approver,
            4,
            lambda uow, hall: approve_case(uow, hall=hall, number=number),
        ),
        "carried out": (
            story.executor,
            9,
            lambda uow, hall: execute_case(uow, hall=hall, number=number, how=how),
        ),
        "ticked": (CLERK, 12, lambda uow, hall: _tick(uow, hall, number)),
        "received": (
            AUDITOR,
            90,
            lambda uow, hall: receive_papers(uow, hall=hall, numbers=[number]),
        ),
    }
    for name in STEPS[story.ends]:
        who, minutes, do = acts[name]
        books.act(who, story.at, minutes, do)


def _tick(uow: UnitOfWork, hall: Hall, number: str) -> None:
    tick_papers(uow, hall=hall, number=number, papers=see_case(uow, hall, number).missing)
