"""What a hall had settled when it was audited: kept with the first run that reads it changed.

Limits, people, counters, tenders and the like are set anew in place and leave no rows behind, so a
run that finds them other than they were kept last keeps them whole, in its own event.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

import ledger.actors
import ledger.hall_rules  # noqa: F401  the tables that are kept
from ledger.events import canonical
from ledger.rows import Row, plain
from ledger.schema import IMMUTABLE, Base
from ledger.work import UnitOfWork

_KEPT = ["employments", "role_grants", "counter_clerks", "hall_limits", "tenders", "businesses"]


class AuditSettings(Base):
    """The rows of a hall's settings as JSON, by table, from this event on, and their SHA-256."""

    __tablename__ = "audit_settings"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    hash: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


@dataclass(frozen=True, slots=True)
class Kept:
    """A hall's settings: canonical JSON of table -> rows without the hall, and its SHA-256."""

    content: str
    hash: str

    @property
    def row(self) -> Row:
        """The body of a row of `audit_settings`."""
        return (self.content, self.hash)


def keep_with_runs(name: str) -> None:
    """Let a package's table of settings, which begins with the hall, be kept with the runs."""
    if name not in _KEPT:
        _KEPT.append(name)


def settings_to_keep(uow: UnitOfWork, halls: Sequence[int]) -> dict[int, Kept]:
    """Give the settings of those halls that have others than were kept of them last."""
    last = (
        select(AuditSettings.hall_id, func.max(AuditSettings.event_no).label("event_no"))
        .where(AuditSettings.hall_id.in_(halls))
        .group_by(AuditSettings.hall_id)
        .subquery()
    )
    kept = dict(
        uow.session.execute(
            select(AuditSettings.hall_id, AuditSettings.hash).join(
                last,
                (last.c.hall_id == AuditSettings.hall_id)
                & (last.c.event_no == AuditSettings.event_no),
            )
        ).all()
    )
    now = _settings_now(uow, halls)
    return {hall_id: one for hall_id, one in now.items() if kept.get(hall_id) != one.hash}


def settings_then(uow: UnitOfWork, hall_id: int, event_no: int) -> dict[str, list[Row]]:
    """Give table -> whole rows as kept at an event or last before it; empty where none were."""
    content = uow.session.scalar(
        select(AuditSettings.content)
        .where(AuditSettings.hall_id == hall_id, AuditSettings.event_no <= event_no)
        .order_by(AuditSettings.event_no.desc())
        .limit(1)
    )
    tables = json.loads(content) if content else {}
    return {name: [(hall_id, *row) for row in rows] for name, rows in tables.items()}


def _settings_now(uow: UnitOfWork, halls: Sequence[int]) -> dict[int, Kept]:
    held: dict[int, dict[str, list[Row]]] = {hall_id: {} for hall_id in halls}
    for name in sorted(_KEPT):
        table = Base.metadata.tables[name]
        query = select(table).where(table.c.hall_id.in_(halls)).order_by(*table.primary_key)
        for hall_id, rows in _by_hall(uow.session.execute(query)).items():
            held[hall_id][name] = rows
    return {hall_id: _kept(tables) for hall_id, tables in held.items()}


def _by_hall(rows: Iterable[Sequence[object]]) -> dict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for hall_id, *cells in rows:
        found[int(str(hall_id))].append(tuple(plain(cell) for cell in cells))
    return found


def _kept(tables: dict[str, list[Row]]) -> Kept:
    content = canonical({name: tables.get(name, []) for name in sorted(_KEPT)})
    return Kept(content.decode(), hashlib.sha256(content).hexdigest())
