"""Patterns an auditor should look at (DOMAIN REF-05): raised with their evidence, settled by him.

Only a split stops anything, and that at the request; the rest never hold a customer up. Those that
the evidence of a day shows are raised by its audit (`patterns.py`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text

from ledger.documents import Document, facts_of
from ledger.errors import Conflict, Forbidden
from ledger.events import record
from ledger.evidence.expected import CURRENT
from ledger.organisations import Hall, take_rows_of
from ledger.permissions import require
from ledger.schema import microseconds
from ledger.text import Text
from ledger.times import midnight
from ledger.work import UnitOfWork
from refunds.instruments import CASE_KINDS
from refunds.models import RefundFlag
from refunds.policy import Policy, limit_of, policy_from_json

PATTERNS: dict[str, Text] = {
    "split": Text("拆分", "Split"),
    "near_limit": Text("贴近限额", "Just under the limit"),
    "repeat": Text("同号多次", "Repeated for one number"),
    "no_payment": Text("无交费记录", "No payment before it"),
    "wrong_tender": Text("非原路退回", "By another tender"),
    "gift_then_close": Text("赠款后销户", "Gift, then closed"),
    "off_shift": Text("非当班办理", "By somebody not on shift"),
    "clerk_concentration": Text("退费集中于一人", "Concentrated on one clerk"),
    "void_and_cash": Text("作废且现金长短", "Void, and cash over or short"),
    "dormant": Text("休眠号码", "Dormant number"),
    "many_unmasked": Text("多次查看完整号码", "Many full numbers seen"),
}
OUTCOMES: dict[str, Text] = {
    "open": Text("待核查", "Open"),
    "harmless": Text("无异常", "Harmless"),
    "violation": Text("属违规", "Violation"),
}


GIFT_DAYS = 7
AT_A_TIME = 5_000
LOOK_BACK_DAYS = 90
"""How far back a payment is looked for, and after how long without any a number is dormant."""


class OwnFlag(Forbidden):
    """A flag about what the auditor did himself is another's to settle."""

    code = "own_flag"
    text = Text(
        "该预警涉及您本人,须由另一名稽核人员处理。",
        "This flag is about yourself; another auditor settles it.",
    )


class FlagSettled(Conflict):
    """The flag was looked into already."""

    code = "flag_settled"
    text = Text("该预警已处理。", "This flag was settled already.")


_SAME_NUMBER = text(
    f"""
SELECT d.number, d.kind, d.amount_fen, d.business_date
  FROM document_facts f
  JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id AND d.revision = f.revision
       AND d.kind IN {CASE_KINDS}
       AND d.state IN ('submitted', 'approved', 'posted')
 WHERE f.hall_id = :hall AND f.name = :name AND f.value = :number
   AND d.business_date > :since
 ORDER BY d.business_date, d.id
"""
)
_NEAR_LIMIT = text(
    """
SELECT d.number, d.amount_fen
  FROM signatures s
  JOIN documents d ON d.hall_id = s.hall_id AND d.id = s.document_id AND d.revision = s.revision
       AND d.kind = :kind AND d.amount_fen > :above AND d.amount_fen <= :limit
 WHERE s.hall_id = :hall AND s.step = 'approve' AND s.person_id = :person AND s.at >= :since
 ORDER BY d.id
"""
)


_TOOK = text(
    f"""
SELECT CAST(MAX(z.received) AS BIGINT) AS largest, MAX(z.last_on) AS last_on
  FROM (SELECT SUM(a.received) AS received, MAX(a.business_date) AS last_on
          FROM evidence_accounts a
         WHERE a.hall_id = :hall AND a.subscriber = :subscriber AND a.business_date >= :since
           AND a.business_date <= :until AND a.line_kind <> 'correction'
           AND {CURRENT.format("a")}
         GROUP BY a.txn_no HAVING SUM(a.received) > 0) z
"""
)


def flag_case(uow: UnitOfWork, *, hall: Hall, document: Document, prospect_split: bool) -> None:
    """Raise the flags a case shows when it is asked for."""
    facts = facts_of(uow, document)
    policy = policy_from_json(facts["policy"])
    subscriber = facts.get("subscriber", "")
    since = document.business_date - dt.timedelta(days=policy.pattern_days)
    others = _of_number(uow, hall, subscriber, since)
    raised: list[tuple[str, Mapping[str, object]]] = []
    if prospect_split:
        week = document.business_date - dt.timedelta(days=policy.split_days)
        to = facts.get("to_subscriber", "")
        moved = _of_number(uow, hall, to, week, name="to_subscriber")
        own = [one for one in others if one["on"] > week.isoformat()]
        more = [one for one in moved if one not in own]
        raised.append(("split", {"cases": [*more, *own]}))
    if len(others) >= policy.repeat_count:
        raised.append(("repeat", {"cases": others}))
    if facts.get("override_reason"):
        wrong = {"tender": facts.get("tender", ""), "reason": facts["override_reason"]}
        raised.append(("wrong_tender", wrong))
    if document.kind == "refund" and not facts.get("original_txn"):
        raised += _without_payment(uow, hall, document, facts)
    gone = (document.business_date - dt.timedelta(days=GIFT_DAYS)).isoformat()
    gifts = [one for one in others if one["kind"] == "gift_credit" and one["on"] >= gone]
    if gifts and (facts["reason"] == "closing_balance" or document.kind == "transfer_balance"):
        raised.append(("gift_then_close", {"cases": gifts}))
    raised += _dormant(uow, hall, document, facts)
    subject = f"document:{document.number}"
    raise_flags(
        uow, [Raised(hall.id, subject, pattern, found, document.id) for pattern, found in raised]
    )


def flag_approval(uow: UnitOfWork, *, hall: Hall, document: Document, policy: Policy) -> None:
    """Raise the flag of an approver whose cases of the month lie just under his limit too often."""
    roles = [role for role in document.required_roles.split(",") if role]
    limit = limit_of(policy, roles)
    if limit is None:
        return
    above = limit * policy.near_limit_percent // 100
    rows = uow.session.execute(
        _NEAR_LIMIT,
        {
            "hall": hall.id,
            "kind": document.kind,
            "person": uow.actor.person_id,
            "above": above,
            "limit": limit,
            "since": _microseconds(document.business_date.replace(day=1)),
        },
    ).all()
    if len(rows) <= policy.near_limit_count:
        return
    cases = [{"number": row.number, "amount_fen": row.amount_fen} for row in rows]
    raise_flag(uow, hall, document, "near_limit", {"limit_fen": limit, "cases": cases})


@dataclass(frozen=True, slots=True)
class Raised:
    """A pattern that shows: of what in which hall, with the evidence; `document_id` of a case."""

    hall_id: int
    subject: str
    pattern: str
    evidence: Mapping[str, object]
    document_id: int | None = None


def raise_flag(
    uow: UnitOfWork, hall: Hall, document: Document, pattern: str, found: Mapping[str, object]
) -> None:
    """Raise a flag on a case with what was found."""
    subject = f"document:{document.number}"
    raise_flags(uow, [Raised(hall.id, subject, pattern, found, document.id)])


def raise_flags(uow: UnitOfWork, found: Iterable[Raised]) -> None:
    """Raise flags in any halls at once; a pattern is flagged once on each case or claim."""
    wanted = {(one.hall_id, one.subject, one.pattern): one for one in reversed(list(found))}
    if not wanted:
        return
    keys = list(wanted)
    for start in range(0, len(keys), AT_A_TIME):
        some = keys[start : start + AT_A_TIME]
        known = uow.session.execute(
            select(RefundFlag.hall_id, RefundFlag.subject, RefundFlag.pattern).where(
                RefundFlag.hall_id.in_({hall for hall, _, _ in some}),
                RefundFlag.subject.in_({subject for _, subject, _ in some}),
            )
        )
        for hall_id, subject, pattern in known:
            wanted.pop((hall_id, subject, pattern), None)
    anew = list(reversed(wanted.values()))
    next_row = take_rows_of(uow, Counter(one.hall_id for one in anew)) if anew else {}
    for one in anew:
        uow.session.add(
            RefundFlag(
                hall_id=one.hall_id,
                id=next_row[one.hall_id],
                subject=one.subject,
                document_id=one.document_id,
                pattern=one.pattern,
                evidence=json.dumps(one.evidence, ensure_ascii=False, sort_keys=True),
                raised_at=uow.now,
                settled_by=None,
                settled_at=None,
            )
        )
        next_row[one.hall_id] += 1
    uow.session.flush()


def settle_flag(
    uow: UnitOfWork, *, hall: Hall, flag_id: int, outcome: str, note: str
) -> RefundFlag:
    """Write down what the auditor found; raises FlagSettled, OwnFlag and NotPermitted."""
    require(uow, hall.id, "refunds", "settle")
    flag = uow.session.get_one(RefundFlag, (hall.id, flag_id))
    if flag.state != "open":
        raise FlagSettled
    if json.loads(flag.evidence).get("seen_by") == uow.actor.person_id:
        raise OwnFlag
    with record(
        uow,
        hall_id=hall.id,
        act="refund_flag.settled",
        subject=f"flag:{flag.id}",
        facts={"pattern": flag.pattern, "outcome": outcome, "note": note},
    ):
        flag.state, flag.note = outcome, note
        flag.settled_by, flag.settled_at = uow.actor.person_id, uow.now
    return flag


def _without_payment(
    uow: UnitOfWork, hall: Hall, document: Document, facts: Mapping[str, str]
) -> list[tuple[str, Mapping[str, object]]]:
    """Give the flag of a refund that no receipt of as much stands behind."""
    took = _taken(uow, hall, facts.get("subscriber", ""), document.business_date)
    if (took.largest or 0) >= document.amount_fen:
        return []
    found = {
        "reason": facts["reason"],
        "largest_fen": took.largest or 0,
        "look_back_days": LOOK_BACK_DAYS,
    }
    return [("no_payment", found)]


def _dormant(
    uow: UnitOfWork, hall: Hall, document: Document, facts: Mapping[str, str]
) -> list[tuple[str, Mapping[str, object]]]:
    """Give the flag of a number that is credited after 90 days in which nothing was paid for it.

    The hall sees payments, not traffic; books opened later than that tell nothing.
    """
    on = document.business_date
    since = on - dt.timedelta(days=LOOK_BACK_DAYS)
    credited = {"gift_credit": "subscriber", "transfer_balance": "to_subscriber"}
    number = facts.get(credited.get(document.kind, ""), "")
    if not number or hall.books_open_on > since or _taken(uow, hall, number, on).last_on:
        return []
    return [("dormant", {"no_payment_since": since.isoformat(), "days": LOOK_BACK_DAYS})]


def _taken(uow: UnitOfWork, hall: Hall, subscriber: str, on: dt.date) -> Row[Any]:
    """Give the largest payment for a number in the days before, and when the last one was."""
    since = (on - dt.timedelta(days=LOOK_BACK_DAYS)).isoformat()
    asked = {"hall": hall.id, "subscriber": subscriber, "since": since, "until": on.isoformat()}
    return uow.session.execute(_TOOK, asked).one()


def _of_number(
    uow: UnitOfWork, hall: Hall, number: str, since: dt.date, *, name: str = "subscriber"
) -> list[dict[str, str]]:
    """Give the cases of a number since a day, or those that moved money to it."""
    if not number:
        return []
    asked = {"hall": hall.id, "name": name, "number": number, "since": since.isoformat()}
    rows = uow.session.execute(_SAME_NUMBER, asked)
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "amount_fen": str(row.amount_fen),
            "on": str(row.business_date)[:10],
        }
        for row in rows
    ]


def _microseconds(day: dt.date) -> int:
    return microseconds(midnight(day))
