"""Signing the bundles of many halls and days at once; one that is refused keeps no other out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.finance.bundles import sign_bundles
from ledger.finance.errors import ReachesBeyond
from ledger.finance.seen import list_bundles
from ledger.finance.tables import LiveBundleDay
from ledger.organisations import Hall
from ledger.work import UnitOfWork

Key = tuple[Hall, str]
"""Hall and number of a bundle."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of signing bundles: those signed, and the refusal of each that was left."""

    documents: tuple[Document, ...]
    left: tuple[tuple[Hall, str, BackofficeError], ...]


def sign_waiting(
    uow: UnitOfWork,
    halls: Sequence[Hall],
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Signed:
    """Sign every bundle that waits in halls and whose days lie from `first` to `last`.

    The oldest of each hall come first. What is left is told with its refusal, also a bundle that
    has days beyond the period; one that lies outside it is none of this signature's.
    """
    waiting: dict[int, list[Key]] = defaultdict(list)
    left: list[tuple[Hall, str, BackofficeError]] = []
    start, end = first or dt.date.min, last or dt.date.max
    spans = _spans(uow, halls)
    for one in list_bundles(uow, halls, states=("submitted",), limit=1_000_000):
        number = one.document.number or ""
        begins, ends = spans[one.hall.id, one.document.id]
        if start <= begins and ends <= end:
            waiting[one.hall.id].append((one.hall, number))
        elif begins <= end and start <= ends:
            beyond = ReachesBeyond(number=number, first=begins, last=ends)
            left.append((one.hall, number, beyond))
    documents: list[Document] = []
    while waiting:
        oldest = [waiting[hall_id].pop(0) for hall_id in sorted(waiting)]
        documents += _sign_each(uow, oldest, left)
        waiting = defaultdict(list, {hall_id: rest for hall_id, rest in waiting.items() if rest})
    return Signed(tuple(documents), tuple(sorted(left, key=lambda one: (one[0].code, one[1]))))


def _spans(
    uow: UnitOfWork, halls: Sequence[Hall]
) -> dict[tuple[int, int], tuple[dt.date, dt.date]]:
    """Give the first and the last day that is live in each submitted bundle of the halls."""
    rows = uow.session.execute(
        select(
            LiveBundleDay.hall_id,
            LiveBundleDay.document_id,
            func.min(LiveBundleDay.business_date),
            func.max(LiveBundleDay.business_date),
        )
        .join(
            Document,
            (Document.hall_id == LiveBundleDay.hall_id)
            & (Document.id == LiveBundleDay.document_id),
        )
        .where(
            LiveBundleDay.hall_id.in_([hall.id for hall in halls]), Document.state == "submitted"
        )
        .group_by(LiveBundleDay.hall_id, LiveBundleDay.document_id)
    )
    return {(hall_id, document_id): (first, last) for hall_id, document_id, first, last in rows}


def _sign_each(
    uow: UnitOfWork, wanted: Sequence[Key], left: list[tuple[Hall, str, BackofficeError]]
) -> list[Document]:
    """Sign one bundle of each hall; where one is refused, either half alone, down to that one."""
    try:
        with uow.session.begin_nested():
            return sign_bundles(uow, wanted)
    except BackofficeError as refused:
        if len(wanted) == 1:
            left.append((*wanted[0], refused))
            return []
    half = len(wanted) // 2
    return _sign_each(uow, wanted[:half], left) + _sign_each(uow, wanted[half:], left)
