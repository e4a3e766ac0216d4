"""Goods on their way in, as the pages list them: what is awaited, how much of it has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.document_tables import Manifest, ManifestLine


@dataclass(frozen=True, slots=True)
class AwaitedGoods:
    """An open manifest: from whom, since when, and how much of it has come."""

    number: int
    source: str
    sender: str
    reference: str
    made_on: dt.date
    expected_on: dt.date | None
    pieces: int
    received: int

    @property
    def missing(self) -> int:
        """How many pieces have not come yet."""
        return self.pieces - self.received

    def is_late(self, today: dt.date, days: int) -> bool:
        """Tell whether it should have come: past its day, or longer on its way than the limit."""
        if self.expected_on is not None:
            return today > self.expected_on
        return (today - self.made_on).days > days


def goods_awaited(uow: UnitOfWork, hall: Hall) -> list[AwaitedGoods]:
    """Give what the hall awaits, the oldest first."""
    rows = uow.session.execute(
        select(
            Manifest.id,
            Manifest.source,
            Manifest.sender,
            Manifest.reference,
            Manifest.made_on,
            Manifest.expected_on,
            func.sum(ManifestLine.quantity),
            func.sum(ManifestLine.received),
        )
        .join(
            ManifestLine,
            (ManifestLine.hall_id == Manifest.hall_id) & (ManifestLine.manifest_id == Manifest.id),
        )
        .where(Manifest.hall_id == hall.id, Manifest.state == "open")
        .group_by(
            Manifest.id,
            Manifest.source,
            Manifest.sender,
            Manifest.reference,
            Manifest.made_on,
            Manifest.expected_on,
        )
        .order_by(Manifest.made_on, Manifest.id)
    )
    return [AwaitedGoods(*row[:6], int(row[6]), int(row[7])) for row in rows]
