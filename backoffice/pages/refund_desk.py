"""The desk of refunds: what waits for the visitor, and the list of cases by what is asked of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Response as File
from flask import request

from backoffice.downloads import XLSX, download
from backoffice.goods_asked import read_day
from backoffice.goods_lists import list_workbook
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.refund_pages import LOOK, show_refunds
from backoffice.pages.showing import language
from backoffice.refund_lists import CASES, awaited_words, case_list
from ledger.actors import names_of
from ledger.documents import STATES
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import may_carry_out
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.kinds import AREA
from refunds.seen import CaseSeen, cases_of, list_cases
from stock.custody import own_holders
from stock.waiting import is_asked, unsigned_documents

MOST = 500
OPEN = ("submitted", "approved")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: for the visitor's signature, for his hand, and his own that wait for others."""

    to_approve: list[CaseSeen]
    to_carry_out: list[CaseSeen]
    mine: list[CaseSeen]


@pages.get("/halls/<hall>/refunds")
@needs(*LOOK)
def show_refund_desk() -> str:
    """Show what waits for the visitor first, then the cases asked for."""
    with reading() as uow:
        return show_refunds(
            uow,
            "pages/refunds.html",
            page="desk",
            title=CASES,
            waiting=waiting_cases(uow),
            cases=_asked_for(uow),
            kinds=INSTRUMENTS,
            reasons=REASONS,
            states=STATES,
            state_chip=lambda one: (*STATE_CHIPS[one], STATES[one]),
            awaited=awaited_words,
            waited=lambda case: waiting_since(case.facts["asked_at"], uow.now),
            names=names_of(uow, hall().id),
            most=MOST,
        )


@pages.get("/halls/<hall>/refunds.xlsx")
@needs(*LOOK)
def refund_workbook() -> File:
    """Give the cases asked for as a workbook."""
    with reading() as uow:
        listed = case_list(_asked_for(uow))
    return download(list_workbook(listed, language=language()), XLSX, f"refunds-{hall().code}.xlsx")


def waiting_cases(uow: UnitOfWork) -> Waiting:
    """Give what waits for the visitor, the oldest first."""
    own = own_holders(uow, hall())
    asked = [
        one.document for one in unsigned_documents(uow, hall(), (AREA,)) if is_asked(uow, one, own)
    ]
    under_way = list_cases(uow, hall(), states=OPEN, limit=MOST)
    person = uow.actor.person_id
    ready = [
        one
        for one in under_way
        if one.document.state == "approved" and may_carry_out(uow, one.document, one.facts)
    ]
    return Waiting(
        to_approve=cases_of(uow, hall(), asked),
        # What the requester may carry out while the customer waits is his and nobody else's turn.
        to_carry_out=[
            one
            for one in ready
            if one.document.maker_id == person or not one.facts.get("requester_may_execute")
        ],
        mine=[one for one in under_way if one.document.maker_id == person],
    )


def waiting_since(asked_at: str, now: dt.datetime) -> Text:
    """Give how long something waits: whole hours, from a day on whole days."""
    hours = int((now - dt.datetime.fromisoformat(asked_at)).total_seconds() // 3600)
    days = hours // 24
    if days:
        return Text(f"{days} 天", "1 day" if days == 1 else f"{days} days")
    return Text(f"{hours} 小时", "1 hour" if hours == 1 else f"{hours} hours")


def _asked_for(uow: UnitOfWork) -> list[CaseSeen]:
    asked = request.args
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return list_cases(
        uow,
        hall(),
        states=(state,) if state in STATES else (),
        kind=kind if kind in INSTRUMENTS else "",
        clerk=asked.get("clerk", "").strip(),
        since=_day("since"),
        until=_day("until"),
        limit=MOST,
    )


def _day(name: str) -> dt.date | None:
    return read_day(request.args.get(name, "").strip())
