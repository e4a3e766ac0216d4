"""What is left of every limit a request would use, before it is made: limit, used, left, in fen.

The limit of a case and of its number hold for the request, the clerk's for his day of asking, the
approver's and the hall's for the day on which they approve.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, text

from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.limits import used_of
from refunds.policy import Judgement, Policy

LIMIT_NAMES: dict[str, Text] = {
    "case": Text("单笔", "One case"),
    "subscriber": Text("本号码", "This number"),
    "clerk": Text("本人当日申请", "Yours today"),
    "approver": Text("审批人当日", "Approver today"),
    "hall": Text("本厅当日审批", "Hall today"),
}
_APPROVERS = text(
    """
SELECT e.person_id, MIN(e.number) AS number, p.name
  FROM role_grants g
  JOIN employments e ON e.hall_id = g.hall_id AND e.number = g.number
  JOIN persons p ON p.id = e.person_id
 WHERE g.hall_id = :hall AND g.role IN :roles AND g.valid_from <= :on AND g.valid_to >= :on
   AND e.person_id <> :asking
 GROUP BY e.person_id, p.name
 ORDER BY 2
"""
).bindparams(bindparam("roles", expanding=True))


@dataclass(frozen=True, slots=True)
class LimitLeft:
    """A limit, what is used of it and what is left, in fen; `limit_fen` None where there is none.

    `who` is the number and name of the approver it is of; `days` over how many days it is summed.
    """

    scope: str
    limit_fen: int | None
    used_fen: int
    asked_fen: int
    who: str = ""
    days: int = 0

    @property
    def left_fen(self) -> int | None:
        """What is left before this request; None without a limit."""
        return None if self.limit_fen is None else max(0, self.limit_fen - self.used_fen)

    @property
    def passed(self) -> bool:
        """Whether the request would pass it."""
        return self.left_fen is not None and self.asked_fen > self.left_fen

    @property
    def name(self) -> Text:
        """How the limit is called, with its days or whose it is."""
        said = LIMIT_NAMES[self.scope]
        if self.days:
            return Text(f"{said.zh} {self.days} 天", f"{said.en}, {self.days} days")
        return Text(f"{said.zh} {self.who}".strip(), f"{said.en} {self.who}".strip())


def limits_left(
    uow: UnitOfWork,
    hall: Hall,
    policy: Policy,
    *,
    judgement: Judgement,
    amount_fen: int,
    on: dt.date,
) -> tuple[LimitLeft, ...]:
    """Give every limit that a request of `amount_fen` would use, each approver's by himself."""
    before = judgement.sum_fen - amount_fen

    def used(scope: str, subject: object) -> int:
        return used_of(uow, hall_id=hall.id, scope=scope, subject=str(subject), on=on)

    def told() -> Iterator[LimitLeft]:
        yield LimitLeft("case", policy.case_limit_fen, 0, amount_fen)
        yield LimitLeft(
            "subscriber", policy.subscriber_limit_fen, before, amount_fen, days=policy.window_days
        )
        mine = used("clerk", uow.actor.person_id)
        yield LimitLeft("clerk", policy.clerk_day_limit_fen, mine, amount_fen)
        for one in _approvers(uow, hall, judgement.roles, on):
            taken = used("approver", one.person_id)
            who = f"{one.number} {one.name}"
            yield LimitLeft("approver", policy.approver_day_limit_fen, taken, amount_fen, who)
        of_hall = used("hall", policy.instrument)
        yield LimitLeft("hall", policy.hall_day_limit_fen, of_hall, amount_fen)

    return tuple(told())


def _approvers(
    uow: UnitOfWork, hall: Hall, roles: Sequence[str], on: dt.date
) -> Sequence[Row[tuple[int, str, str]]]:
    asked = {"hall": hall.id, "roles": list(roles), "on": on.isoformat()}
    return uow.session.execute(_APPROVERS, {**asked, "asking": uow.actor.person_id}).all()
