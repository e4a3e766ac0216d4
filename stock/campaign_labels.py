"""Labels of positions that show a campaign's price: asked for when it begins, changes and ends."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from ledger.work import UnitOfWork
from stock.label_tables import LabelledItem, LabelPosition, LabelTask
from stock.label_tasks import ask_for_labels, today_of
from stock.prices import FOR_ALL
from stock.shown_prices import days_of_change


def ask_campaign_labels(
    uow: UnitOfWork, hall_id: int, event_no: int, items: Collection[str]
) -> int:
    """Ask for the labels of campaigns' positions of these items anew, from today on.

    What was asked for a later day on which nothing changes any more is asked no longer. Gives how
    many labels have to be changed.
    """
    rows = uow.session.execute(
        select(LabelPosition.code, LabelPosition.campaign)
        .join(
            LabelledItem,
            (LabelledItem.hall_id == LabelPosition.hall_id)
            & (LabelledItem.position == LabelPosition.code),
        )
        .where(
            LabelPosition.hall_id == hall_id,
            LabelPosition.campaign != FOR_ALL,
            LabelledItem.item.in_(items),
        )
        .distinct()
    ).all()
    return sum(_ask(uow, hall_id, event_no, code, campaign) for code, campaign in rows)


def _ask(uow: UnitOfWork, hall_id: int, event_no: int, position: str, campaign: str) -> int:
    today = today_of(uow)
    items = uow.session.scalars(
        select(LabelledItem.item).where(
            LabelledItem.hall_id == hall_id, LabelledItem.position == position
        )
    ).all()
    starts = days_of_change(uow, hall_id, items, campaign, today)
    uow.session.execute(
        delete(LabelTask).where(
            LabelTask.hall_id == hall_id,
            LabelTask.position == position,
            LabelTask.valid_from > today,
            LabelTask.confirmed_at.is_(None),
            LabelTask.valid_from.not_in([start.day for start in starts]),
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    return ask_for_labels(uow, hall_id, event_no, starts, only=position)
