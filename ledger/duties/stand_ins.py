"""Authorities to sign, as papers tell of a day: those in force, and what was signed by them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text

from ledger.actors import ROLES
from ledger.money import show_yuan
from ledger.text import Text
from ledger.work import UnitOfWork

HallDate = tuple[int, dt.date]


@dataclass(frozen=True, slots=True)
class StandIn:
    """An authority as a day's papers print it: who signs for whom, and what he signed that day."""

    hall_id: int
    date: dt.date
    number: str
    text: Text


def _fact(name: str) -> str:
    return f"""(SELECT f.value FROM document_facts f WHERE f.hall_id = d.hall_id
           AND f.document_id = d.id AND f.revision = d.revision AND f.name = '{name}')"""


_AUTHORITIES = text(
    f"""
SELECT a.*, (SELECT p.name FROM employments e JOIN persons p ON p.id = e.person_id
              WHERE e.hall_id = a.hall_id AND e.number = a.holder) AS holder_name,
       CASE WHEN a.state = 'reversed' THEN
         (SELECT MIN(e.business_date) FROM events e
           WHERE e.hall_id = a.hall_id AND e.act = 'document.reversed'
             AND e.subject = 'document:' || a.number) END AS ended_on
  FROM (SELECT d.hall_id, d.number, d.state, p.name AS giver, r.value AS role,
               {_fact("to")} AS holder, {_fact("from_on")} AS from_on, {_fact("to_on")} AS to_on,
               {_fact("cap")} AS cap, {_fact("reason")} AS reason
          FROM document_facts r
          JOIN documents d ON d.hall_id = r.hall_id AND d.id = r.document_id
               AND d.revision = r.revision AND d.kind = 'delegation'
               AND d.state IN ('posted', 'reversed')
          JOIN persons p ON p.id = d.maker_id
         WHERE r.hall_id IN :halls AND r.name = 'role') a
 ORDER BY a.hall_id, a.number
"""
).bindparams(bindparam("halls", expanding=True))
_SIGNED = text(
    """
SELECT f.hall_id, e.business_date, f.authority, e.subject
  FROM signed_for f
  JOIN events e ON e.hall_id = f.hall_id AND e.event_no = f.event_no
 WHERE f.hall_id IN :halls AND e.business_date IS NOT NULL
 ORDER BY f.hall_id, f.event_no
"""
).bindparams(bindparam("halls", expanding=True))


def stand_ins_on(uow: UnitOfWork, days: Sequence[HallDate]) -> list[StandIn]:
    """Give the authorities in force on hall-days, and those by which something of them was signed.

    One that was taken back was in force up to the day before.
    """
    asked = {"halls": sorted({hall_id for hall_id, _ in days})}
    by_hall: dict[int, list[Any]] = defaultdict(list)
    for row in uow.session.execute(_AUTHORITIES, asked):
        by_hall[row.hall_id].append(row)
    if not by_hall:
        return []
    signed: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for row in uow.session.execute(_SIGNED, asked):
        signed[row.hall_id, str(row.business_date), row.authority].append(row.subject)
    return [
        StandIn(hall_id, date, row.number, _tell(row, signed.get((hall_id, on, row.number), [])))
        for hall_id, date in days
        for row in by_hall.get(hall_id, ())
        for on in (date.isoformat(),)
        if _holds(row, on) or (hall_id, on, row.number) in signed
    ]


def _holds(row: Any, on: str) -> bool:
    return row.from_on <= on <= row.to_on and (row.ended_on is None or on < str(row.ended_on))


def _tell(row: Any, subjects: Sequence[str]) -> Text:
    role = ROLES.get(row.role, Text(row.role, row.role))
    dates = f"{row.from_on} – {row.to_on}"
    cap = show_yuan(int(row.cap), separators=True) if row.cap else ""
    said = Text(
        f"授权书 {row.number}({dates},{row.giver} 授):{row.holder_name} {row.holder} 代其以"
        f"{role.zh}身份签字" + (f",单笔上限 {cap} 元" if cap else ""),
        f"Authority {row.number} ({dates}, by {row.giver}): {row.holder_name} {row.holder} signs"
        f" in his place as {role.en.lower()}" + (f", up to {cap} yuan a document" if cap else ""),
    )
    done = [_signed(subject) for subject in dict.fromkeys(subjects)]
    by_it = Text("、".join(one.zh for one in done), ", ".join(one.en for one in done))
    return Text(
        f"{said.zh}。原因:{row.reason}。" + (f"据此签署:{by_it.zh}。" if done else ""),
        f"{said.en}. Reason: {row.reason}." + (f" Signed by it: {by_it.en}." if done else ""),
    )


def _signed(subject: str) -> Text:
    what, _, which = subject.partition(":")
    if what == "day":
        return Text(f"{which} 稽核", f"the audit of {which}")
    return Text(which, which)
