"""Patterns of claims by file (DOMAIN REF-05): `refunds`, and `adjustments` that name no document.

The same patterns as of cases, found at the audit of the day the file tells of, by a fixed number of
statements however many halls; what is read of them in Python is only what stands out. Limits, days
and counts are those of the hall's policy of that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.work import UnitOfWork
from refunds.claims_stage import NOT_A_CASE
from refunds.flags import GIFT_DAYS, LOOK_BACK_DAYS, Raised
from refunds.instruments import CASE_KINDS, INSTRUMENTS
from refunds.policies import default_policy, policies_set
from refunds.policy import Policy, limit_of, roles_for

_CLAIMS = f"""evidence_refunds r
 WHERE r.hall_id IN :halls AND {{dates}} AND {CURRENT.format("r")} AND {NOT_A_CASE}"""
_TODAYS = _CLAIMS.format(dates="r.business_date = :on")

# All that was asked for the numbers of today's claims: by file, by billing alone, by case.
_OF_NUMBERS = f"""
WITH told AS (
    SELECT r.hall_id, r.subscriber FROM {_TODAYS} AND r.subscriber <> ''
     UNION
    SELECT a.hall_id, a.subscriber FROM evidence_adjustments a
     WHERE a.hall_id IN :halls AND a.business_date = :on AND a.document_no = ''
       AND a.subscriber <> '' AND {CURRENT.format("a")}
), items AS (
    SELECT t.hall_id, t.subscriber, 'document:' || r.document_no AS subject,
           r.document_no AS number, r.kind, r.amount, r.reason, r.business_date AS day, 1 AS by_file
      FROM told t
      JOIN evidence_refunds r ON r.hall_id = t.hall_id AND r.subscriber = t.subscriber
     WHERE r.business_date > :since AND r.business_date <= :on AND {CURRENT.format("r")}
       AND {NOT_A_CASE}
     UNION ALL
    SELECT t.hall_id, t.subscriber, 'adjustment:' || a.adjustment_no, a.adjustment_no, a.kind,
           a.amount, '', a.business_date, 1
      FROM told t
      JOIN evidence_adjustments a ON a.hall_id = t.hall_id AND a.business_date > :since
           AND a.business_date <= :on AND a.subscriber = t.subscriber
     WHERE a.document_no = '' AND {CURRENT.format("a")}
     UNION ALL
    SELECT t.hall_id, t.subscriber, 'document:' || d.number, d.number, d.kind, d.amount_fen, '',
           d.business_date, 0
      FROM told t
      JOIN document_facts f ON f.hall_id = t.hall_id AND f.name = 'subscriber'
           AND f.value = t.subscriber
      JOIN documents d ON d.hall_id = f.hall_id AND d.id = f.document_id
           AND d.revision = f.revision AND d.kind IN {CASE_KINDS}
     WHERE d.state IN ('submitted', 'approved', 'posted') AND d.business_date > :since
       AND d.business_date <= :on
)
SELECT * FROM (
    SELECT i.*, COUNT(*) OVER (PARTITION BY i.hall_id, i.subscriber) AS times FROM items i) z
 WHERE times > 1
 ORDER BY hall_id, subscriber, day, number
"""
_NEAR_LIMIT = f"""
SELECT * FROM (
    SELECT r.hall_id, r.kind, r.approver, r.document_no AS number, r.amount, r.business_date AS day,
           COUNT(*) OVER (PARTITION BY r.hall_id, r.kind, r.approver) AS times,
           MAX(r.business_date) OVER (PARTITION BY r.hall_id, r.kind, r.approver) AS latest
      FROM {_CLAIMS.format(dates="r.business_date BETWEEN :first AND :on")}
       AND r.approver <> '' AND r.second_approver = '' AND ({{bands}})) z
 WHERE times > :few AND latest = :on
 ORDER BY hall_id, kind, approver, day, number
"""
_WRONG_TENDER = f"""
SELECT r.hall_id, r.document_no AS number, r.tender, r.reason,
       (SELECT MIN(p.tender) FROM evidence_accounts p
         WHERE p.hall_id = r.hall_id AND p.txn_no = r.original_txn_no AND p.received > 0
           AND {CURRENT.format("p")}) AS paid_by
  FROM {_TODAYS} AND r.original_txn_no <> '' AND r.tender <> ''
   AND r.kind IN ('refund', 'deposit_return')
   AND EXISTS (SELECT 1 FROM evidence_accounts p
                WHERE p.hall_id = r.hall_id AND p.txn_no = r.original_txn_no AND p.received > 0
                  AND p.tender <> '' AND {CURRENT.format("p")})
   AND NOT EXISTS (SELECT 1 FROM evidence_accounts p
                    WHERE p.hall_id = r.hall_id AND p.txn_no = r.original_txn_no
                      AND p.tender = r.tender AND {CURRENT.format("p")})
   AND NOT EXISTS (SELECT 1 FROM evidence_tenders p
                    WHERE p.hall_id = r.hall_id AND p.txn_no = r.original_txn_no
                      AND p.tender = r.tender AND {CURRENT.format("p")})
 ORDER BY r.hall_id, r.document_no
"""
_NO_PAYMENT = f"""
SELECT * FROM (
    SELECT r.hall_id, r.document_no AS number, r.reason, r.amount,
           (SELECT CAST(COALESCE(MAX(z.received), 0) AS BIGINT)
              FROM (SELECT SUM(p.received) AS received FROM evidence_accounts p
                     WHERE p.hall_id = r.hall_id AND p.business_date >= :look_back
                       AND p.business_date <= :on AND p.subscriber = r.subscriber
                       AND p.subscriber <> ''
                       AND p.line_kind <> 'correction' AND {CURRENT.format("p")}
                     GROUP BY p.txn_no HAVING SUM(p.received) > 0) z) AS largest
      FROM {_TODAYS} AND r.kind = 'refund' AND r.original_txn_no = '' AND r.subscriber <> '') q
 WHERE largest < amount
 ORDER BY hall_id, number
"""
_UNPAID_SINCE = f"""NOT EXISTS (
       SELECT 1 FROM evidence_accounts p
        WHERE p.hall_id = c.hall_id AND p.business_date >= :look_back AND p.business_date <= :on
          AND p.subscriber = c.subscriber AND p.subscriber <> '' AND p.received > 0
          AND p.line_kind <> 'correction' AND {CURRENT.format("p")})
   AND EXISTS (SELECT 1 FROM halls h WHERE h.id = c.hall_id AND h.books_open_on <= :look_back)"""
_DORMANT = f"""
SELECT c.hall_id, c.subject
  FROM (SELECT r.hall_id, 'document:' || r.document_no AS subject, r.subscriber
          FROM {_TODAYS} AND r.kind = 'gift_credit' AND r.subscriber <> ''
         UNION ALL
        SELECT a.hall_id, 'adjustment:' || a.adjustment_no, a.subscriber
          FROM evidence_adjustments a
         WHERE a.hall_id IN :halls AND a.business_date = :on AND a.kind = 'gift_credit'
           AND a.document_no = '' AND a.subscriber <> '' AND {CURRENT.format("a")}) c
 WHERE {_UNPAID_SINCE}
 ORDER BY c.hall_id, c.subject
"""


class _Policies:
    """What each hall's policies say on a day: its own, or what holds without one."""

    def __init__(self, uow: UnitOfWork, halls: Sequence[int], on: dt.date) -> None:
        self._common = {name: default_policy(uow, name, on) for name in INSTRUMENTS}
        self._own = {key: one.policy for key, one in policies_set(uow, halls, on).items()}
        self._all = (*self._common.values(), *self._own.values())

    def of(self, hall_id: int, kind: str) -> Policy:
        """Give the policy of an instrument in a hall."""
        return self._own.get((hall_id, kind)) or self._common[kind]

    @property
    def bands(self) -> str:
        """The SQL of an amount just under some limit; `of` tells whether it is its own."""
        bands = {
            (_above(policy, limit), limit) for policy in self._all for _, limit in policy.tiers
        }
        return " OR ".join(
            f"(r.amount > {above} AND r.amount <= {limit})" for above, limit in sorted(bands)
        )

    @property
    def few(self) -> int:
        """So many near a limit are not too many under any policy."""
        return min(policy.near_limit_count for policy in self._all)

    @property
    def days(self) -> int:
        """How far back any policy looks."""
        return max(policy.pattern_days for policy in self._all)


def claims_that_stand_out(uow: UnitOfWork, halls: Sequence[int], on: dt.date) -> Iterator[Raised]:
    """Give what stands out of the claims of these halls that files tell of a day."""
    if not halls:
        return
    policies = _Policies(uow, halls, on)
    rows = _read(uow, _OF_NUMBERS, halls, on, days=policies.days)
    for (hall_id, _), items in groupby(rows, key=lambda row: (row.hall_id, row.subscriber)):
        yield from _of_number(hall_id, list(items), policies, on)
    yield from _near_limit(uow, halls, policies, on)
    for row in _read(uow, _WRONG_TENDER, halls, on):
        found = {"tender": row.tender, "paid_by": row.paid_by, "reason": row.reason}
        yield Raised(row.hall_id, f"document:{row.number}", "wrong_tender", found)
    for row in _read(uow, _NO_PAYMENT, halls, on):
        found = {
            "reason": row.reason,
            "largest_fen": row.largest,
            "look_back_days": LOOK_BACK_DAYS,
        }
        yield Raised(row.hall_id, f"document:{row.number}", "no_payment", found)
    since = (on - dt.timedelta(days=LOOK_BACK_DAYS)).isoformat()
    for row in _read(uow, _DORMANT, halls, on):
        found = {"no_payment_since": since, "days": LOOK_BACK_DAYS}
        yield Raised(row.hall_id, row.subject, "dormant", found)


def _of_number(
    hall_id: int, items: Sequence[Row[Any]], policies: _Policies, on: dt.date
) -> Iterator[Raised]:
    """Give what one number's claims show: split, repeated, a gift and then closed."""
    gone = on - dt.timedelta(days=GIFT_DAYS)
    for place, item in enumerate(items):
        if not item.by_file or _day(item.day) != on:
            continue
        policy = policies.of(hall_id, item.kind)
        window = on - dt.timedelta(days=policy.pattern_days)
        week = on - dt.timedelta(days=policy.split_days)
        so_far = [one for one in items[: place + 1] if _day(one.day) > window]
        of_week = [one for one in so_far if _day(one.day) > week]
        sum_fen = sum(one.amount for one in of_week)
        if roles_for(policy, sum_fen) != roles_for(policy, item.amount):
            limit = limit_of(policy, roles_for(policy, item.amount))
            found = {"cases": _told(of_week), "sum_fen": sum_fen, "limit_fen": limit}
            yield Raised(hall_id, item.subject, "split", found)
        if len(so_far) >= policy.repeat_count:
            yield Raised(hall_id, item.subject, "repeat", {"cases": _told(so_far)})
        gifts = [one for one in so_far if one.kind == "gift_credit" and _day(one.day) >= gone]
        if gifts and _closes(item):
            yield Raised(hall_id, item.subject, "gift_then_close", {"cases": _told(gifts)})


def _near_limit(
    uow: UnitOfWork, halls: Sequence[int], policies: _Policies, on: dt.date
) -> Iterator[Raised]:
    """Give the claims of an approver whose month has too many just under his limit."""
    rows = _read(uow, _NEAR_LIMIT.replace("{bands}", policies.bands), halls, on, few=policies.few)
    for (hall_id, kind, _), group in groupby(
        rows, key=lambda row: (row.hall_id, row.kind, row.approver)
    ):
        policy = policies.of(hall_id, kind)
        by_limit: dict[int, list[Row[Any]]] = {}
        for row in group:
            limit = limit_of(policy, roles_for(policy, row.amount))
            if limit is None or row.amount <= _above(policy, limit):
                continue
            near = by_limit.setdefault(limit, [])
            near.append(row)
            if _day(row.day) == on and len(near) > policy.near_limit_count:
                cases = [{"number": one.number, "amount_fen": one.amount} for one in near]
                found = {"approver": row.approver, "limit_fen": limit, "cases": cases}
                yield Raised(hall_id, f"document:{row.number}", "near_limit", found)


def _told(items: Iterable[Row[Any]]) -> list[dict[str, str]]:
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "amount_fen": str(one.amount),
            "on": _day(one.day).isoformat(),
        }
        for one in items
    ]


def _closes(item: Row[Any]) -> bool:
    """Tell whether a claim closes the account or moves its balance; a file says why in words."""
    why = item.reason.lower()
    return item.kind == "transfer_balance" or "销户" in why or "clos" in why


def _above(policy: Policy, limit_fen: int) -> int:
    return limit_fen * policy.near_limit_percent // 100


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])


def _read(
    uow: UnitOfWork, sql: str, halls: Sequence[int], on: dt.date, *, days: int = 0, few: int = 0
) -> Sequence[Row[Any]]:
    asked: Mapping[str, object] = {
        "halls": list(halls),
        "on": on.isoformat(),
        "since": (on - dt.timedelta(days=days)).isoformat(),
        "few": few,
        "first": on.replace(day=1).isoformat(),
        "look_back": (on - dt.timedelta(days=LOOK_BACK_DAYS)).isoformat(),
    }
    query = text(sql).bindparams(bindparam("halls", expanding=True))
    wanted = {name: value for name, value in asked.items() if f":{name}" in sql}
    return uow.session.execute(query, wanted).all()
