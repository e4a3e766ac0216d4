"""Takings by the day they were taken: handed in, taken to the bank, late, or differing; the tail.

DOMAIN REC-05 and REC-06. What is handed in was counted and signed for, so it gives nobody's drawer
away; the audit's own check reads the account lines instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.approvals import Signature
from ledger.cash.bank_lines import match_of
from ledger.cash.errors import FloatOverLimit, SlipMixesDays
from ledger.cash.kinds import CLEARING
from ledger.cash.told import receipt_of
from ledger.documents import STATED_BY, Document, DocumentFact, facts_of
from ledger.hall_rules import DESK_FLOAT, TAIL_LIMITS, limit_of_each
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

DUE_DAYS = "deposit_due_days"
HANDED = ("hand_in", CLEARING)
LOOKED_BACK = dt.timedelta(days=31)
STANDS = ("submitted", "approved", "posted")


@dataclass(frozen=True, slots=True)
class DepositDay:
    """The takings of one day, in fen; `last_on` is when the last of them went to the bank."""

    date: dt.date
    handed_fen: int
    deposited_fen: int
    due_on: dt.date
    last_on: dt.date | None
    asked_on: dt.date

    @property
    def left_fen(self) -> int:
        """Give what is not deposited; below zero where more was deposited than handed in."""
        return self.handed_fen - self.deposited_fen

    @property
    def is_late(self) -> bool:
        """Tell whether some of it went after its due day, or has not gone and is due."""
        went_late = self.last_on is not None and self.last_on > self.due_on
        return went_late or (self.left_fen > 0 and self.asked_on > self.due_on)

    @property
    def late_days(self) -> int:
        """Give how many days after its due day the last of it went, or waits."""
        last = self.asked_on if self.left_fen > 0 else self.last_on
        return max(0, (last - self.due_on).days) if last else 0


@dataclass(frozen=True, slots=True)
class Tail:
    """What of a day's takings stays in the hall (尾款), beside the limit of their band, in fen."""

    date: dt.date
    takings_fen: int
    tail_fen: int
    limit_fen: int

    @property
    def is_over(self) -> bool:
        """Tell whether more stays than may."""
        return self.tail_fen > self.limit_fen


@dataclass(frozen=True, slots=True)
class HandOver:
    """One step by which responsibility for money passed on: who stated it, and when.

    `at` is None for the bank, whose paper gives a day.
    """

    step: str
    number: str
    person_id: int
    on: dt.date
    at: dt.datetime | None = None


def deposit_days(
    uow: UnitOfWork, hall: Hall, *, since: dt.date, today: dt.date
) -> list[DepositDay]:
    """Give each day whose takings were handed in or deposited, the latest first."""
    rows = uow.session.execute(
        select(
            DocumentFact.value,
            Document.kind,
            func.sum(Document.amount_fen).label("fen"),
            func.max(Document.business_date).label("last_on"),
        )
        .join(Document, STATED_BY)
        .where(
            DocumentFact.hall_id == hall.id,
            DocumentFact.name == "covers",
            DocumentFact.value >= since.isoformat(),
            Document.kind.in_((*HANDED, "deposit")),
            Document.state == "posted",
        )
        .group_by(DocumentFact.value, Document.kind)
    ).all()
    due = dt.timedelta(days=limit_of_each(uow, DUE_DAYS, [hall.id])[hall.id])
    days = []
    for covers in sorted({row.value for row in rows}, reverse=True):
        of_day = [row for row in rows if row.value == covers]
        banked = [row for row in of_day if row.kind == "deposit"]
        date = dt.date.fromisoformat(covers)
        days.append(
            DepositDay(
                date,
                int(sum(row.fen for row in of_day if row.kind != "deposit")),
                int(sum(row.fen for row in banked)),
                date + due,
                max((row.last_on for row in banked), default=None),
                today,
            )
        )
    return days


def days_not_in_order(uow: UnitOfWork, hall: Hall, today: dt.date) -> list[DepositDay]:
    """Give the days of the last month whose takings are still here, went late, or differ."""
    days = deposit_days(uow, hall, since=today - LOOKED_BACK, today=today)
    return [one for one in days if one.left_fen or one.is_late]


def tail_of(uow: UnitOfWork, hall: Hall, day: dt.date) -> Tail:
    """Give what of a day's takings is still in the hall, and its limit (REC-06)."""
    found = [one for one in deposit_days(uow, hall, since=day, today=day) if one.date == day]
    handed = sum(one.handed_fen for one in found)
    left = sum(one.left_fen for one in found)
    return Tail(day, handed, left, tail_limit(uow, hall, handed))


def tail_limit(uow: UnitOfWork, hall: Hall, takings_fen: int) -> int:
    """Give the limit of the band a day's takings lie in, each band with its upper end."""
    name = next(name for name, most in TAIL_LIMITS.items() if most is None or takings_fen <= most)
    return limit_of_each(uow, name, [hall.id])[hall.id]


def require_one_day(uow: UnitOfWork, hall: Hall, covers: dt.date, fen: int) -> None:
    """Go on only if the takings of that day come to as much; raises SlipMixesDays.

    What is on its way to be signed counts. The hall's head must be locked.
    """
    sums = dict(
        uow.session.execute(
            select(Document.kind, func.sum(Document.amount_fen))
            .join(DocumentFact, STATED_BY)
            .where(
                DocumentFact.hall_id == hall.id,
                DocumentFact.name == "covers",
                DocumentFact.value == covers.isoformat(),
                Document.kind.in_((*HANDED, "deposit")),
                (Document.state == "posted")
                | ((Document.kind == "deposit") & Document.state.in_(STANDS)),
            )
            .group_by(Document.kind)
        ).all()
    )
    left = int(sum(sums.get(kind, 0) for kind in HANDED)) - int(sums.get("deposit", 0))
    if fen > left:
        raise SlipMixesDays(covers=covers, left=show_yuan(max(0, left)))


def require_small_float(uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date, fen: int) -> None:
    """Go on only if a clerk's float of the day stays within a desk's; raises FloatOverLimit."""
    limit = limit_of_each(uow, DESK_FLOAT, [hall.id])[hall.id]
    rows = uow.session.execute(
        select(Document.kind, func.sum(Document.amount_fen))
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == hall.id,
            Document.business_date == day,
            Document.kind.in_(("float_out", "float_return")),
            Document.state.in_(STANDS),
            DocumentFact.name == "clerk",
            DocumentFact.value == clerk,
        )
        .group_by(Document.kind)
    )
    sums = dict(rows.all())
    drawn = int(sums.get("float_out", 0)) - int(sums.get("float_return", 0))
    if drawn + fen > limit:
        raise FloatOverLimit(limit=show_yuan(limit), clerk=clerk, drawn=show_yuan(max(0, drawn)))


def hand_overs_of(uow: UnitOfWork, hall: Hall, deposit: Document) -> list[HandOver]:
    """Give who had the money when: clerk, manager, collector, bank, each as signed (REC-06)."""
    covers = facts_of(uow, deposit)["covers"]
    hand_ins = uow.session.scalars(
        select(Document)
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == hall.id,
            Document.kind.in_(HANDED),
            Document.state == "posted",
            Document.id < deposit.id,
            DocumentFact.name == "covers",
            DocumentFact.value == covers,
        )
        .order_by(Document.id)
    ).all()
    steps = [
        *_signed(uow, hand_ins, {"submit": "clerk", "approve": "manager"}),
        *_signed(uow, [deposit], {"submit": "manager_out", "approve": "collector"}),
    ]
    paper = receipt_of(uow, deposit) or match_of(uow, deposit)
    if paper is not None:
        banked = dt.date.fromisoformat(facts_of(uow, paper)["deposited_on"])
        steps.append(HandOver("bank", paper.number or "", paper.maker_id, banked))
    return steps


def _signed(
    uow: UnitOfWork, documents: Sequence[Document], steps: dict[str, str]
) -> list[HandOver]:
    numbers = {one.id: one.number or "" for one in documents}
    if not numbers:
        return []
    rows = uow.session.scalars(
        select(Signature)
        .where(Signature.hall_id == documents[0].hall_id, Signature.document_id.in_(list(numbers)))
        .order_by(Signature.document_id, Signature.id)
    )
    return [
        HandOver(
            steps[one.step],
            numbers[one.document_id],
            one.person_id,
            one.at.astimezone(HALL_TIME).date(),
            one.at,
        )
        for one in rows
        if one.step in steps
    ]
