"""Labels to be changed: each change of price asks for one at every position (DOMAIN STK-09).

A task is due before the hall opens on the day the price begins; who confirms that the label is up,
and when, is an event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from ledger.actors import Person
from ledger.events import record
from ledger.hall_rules import limit_of_each
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.times import A_DAY, HALL_TIME
from ledger.work import UnitOfWork
from stock.label_tables import LabelledItem, LabelPosition, LabelTask
from stock.price_errors import NothingToConfirm, TooEarlyToConfirm


@dataclass(frozen=True, slots=True)
class PriceStart:
    """An item's label has to show a price from a day on."""

    item: str
    day: dt.date
    price_fen: int


@dataclass(frozen=True, slots=True)
class TaskView:
    """A label to put up, or put up: where, what for, until when, and by whom it was confirmed."""

    position: str
    place: str
    items: tuple[str, ...]
    valid_from: dt.date
    price_fen: int
    due_at: dt.datetime
    overdue: bool
    confirmed_at: dt.datetime | None
    confirmed_by: str


def today_of(uow: UnitOfWork) -> dt.date:
    """Give the hall's calendar day."""
    return uow.today


def opening_at(uow: UnitOfWork, hall_id: int, day: dt.date) -> dt.datetime:
    """Give when the hall opens on a day, by its limit `opening_hour`."""
    hour = limit_of_each(uow, "opening_hour", [hall_id])[hall_id]
    return dt.datetime.combine(day, dt.time(hour), HALL_TIME)


def ask_for_labels(
    uow: UnitOfWork,
    hall_id: int,
    event_no: int,
    starts: Iterable[PriceStart],
    *,
    only: str = "",
) -> int:
    """Make a task for each position of each item; gives how many labels have to be changed.

    A task of the same position and day that asked for another price asks anew. Positions of a
    campaign follow its prices (`campaign_labels`), and are asked for one by one: `only` names the
    one position meant.
    """
    by_item: dict[str, list[PriceStart]] = {}
    for start in starts:
        by_item.setdefault(start.item, []).append(start)
    query = select(LabelledItem.position, LabelledItem.item).where(
        LabelledItem.hall_id == hall_id, LabelledItem.item.in_(by_item)
    )
    if not only:
        query = query.join(
            LabelPosition,
            (LabelPosition.hall_id == LabelledItem.hall_id)
            & (LabelPosition.code == LabelledItem.position),
        ).where(LabelPosition.campaign == "")
    places = uow.session.execute(query).all()
    wanted = {
        (position, start.day): start.price_fen
        for position, item in places
        for start in by_item[item]
        if only in ("", position)
    }
    made = 0
    for (position, day), price_fen in sorted(wanted.items()):
        # A change made while the hall is open is due at once.
        due_at = max(opening_at(uow, hall_id, day), uow.now)
        task = uow.session.get(LabelTask, (hall_id, position, day))
        if task is not None and task.price_fen == price_fen:
            continue
        if task is None:
            task = LabelTask(hall_id=hall_id, position=position, valid_from=day)
            uow.session.add(task)
        task.price_fen, task.event_no, task.due_at = price_fen, event_no, due_at
        task.confirmed_at = task.confirmed_by = task.confirm_event = None
        made += 1
    return made


def open_tasks(uow: UnitOfWork, hall_id: int, *, until: dt.date | None = None) -> list[TaskView]:
    """Give the labels that wait to be changed, the earliest due first, begun by `until`."""
    query = _tasks(hall_id).where(LabelTask.confirmed_at.is_(None))
    if until is not None:
        query = query.where(LabelTask.valid_from <= until)
    query = query.order_by(LabelTask.due_at, LabelTask.position, LabelTask.valid_from)
    return _views(uow, hall_id, query)


def tasks_of_item(uow: UnitOfWork, hall_id: int, item: str) -> list[TaskView]:
    """Give all label tasks of the positions an item stands at, the latest first."""
    positions = select(LabelledItem.position).where(
        LabelledItem.hall_id == hall_id, LabelledItem.item == item
    )
    query = _tasks(hall_id).where(LabelTask.position.in_(positions))
    return _views(uow, hall_id, query.order_by(LabelTask.valid_from.desc(), LabelTask.position))


def confirm_labels(
    uow: UnitOfWork, *, hall: Hall, labels: Sequence[tuple[str, dt.date]]
) -> list[TaskView]:
    """Note that the old label is down and the new one up, for each (position, first day).

    Earlier changes of the position that nobody confirmed are done with it. Raises NotPermitted,
    NothingToConfirm and TooEarlyToConfirm (DOMAIN STK-09).
    """
    require(uow, hall.id, "labels", "confirm")
    lock_head(uow, hall.id)
    for position, day in labels:
        waiting = uow.session.scalars(
            select(LabelTask)
            .where(
                LabelTask.hall_id == hall.id,
                LabelTask.position == position,
                LabelTask.valid_from <= day,
                LabelTask.confirmed_at.is_(None),
            )
            .order_by(LabelTask.valid_from)
        ).all()
        if not waiting or waiting[-1].valid_from != day:
            raise NothingToConfirm(position=position, date=day)
        if day > today_of(uow) + A_DAY:
            raise TooEarlyToConfirm(position=position, date=day)
        _confirm(uow, hall, position, waiting)
    done = {position for position, _ in labels}
    return [
        view
        for view in _views(uow, hall.id, _tasks(hall.id).where(LabelTask.position.in_(done)))
        if (view.position, view.valid_from) in set(labels)
    ]


def _confirm(uow: UnitOfWork, hall: Hall, position: str, waiting: Sequence[LabelTask]) -> None:
    last = waiting[-1]
    facts = {
        "valid_from": last.valid_from.isoformat(),
        "price_fen": last.price_fen,
        "late": uow.now > last.due_at,
    }
    with record(
        uow,
        hall_id=hall.id,
        act="label.confirmed",
        subject=f"label:{position}",
        business_date=today_of(uow),
        facts=facts,
    ) as event:
        for task in waiting:
            task.confirmed_at = uow.now
            task.confirmed_by = uow.actor.person_id
            task.confirm_event = event.event_no


def _tasks(hall_id: int) -> Select[LabelTask, str, str | None]:
    return (
        select(LabelTask, LabelPosition.place, Person.name)
        .join(
            LabelPosition,
            (LabelPosition.hall_id == LabelTask.hall_id)
            & (LabelPosition.code == LabelTask.position),
        )
        .outerjoin(Person, Person.id == LabelTask.confirmed_by)
        .where(LabelTask.hall_id == hall_id)
    )


def _views(
    uow: UnitOfWork, hall_id: int, query: Select[LabelTask, str, str | None]
) -> list[TaskView]:
    rows = uow.session.execute(query).all()
    items: dict[str, list[str]] = {}
    found = select(LabelledItem.position, LabelledItem.item).where(
        LabelledItem.hall_id == hall_id,
        LabelledItem.position.in_({task.position for task, _, _ in rows}),
    )
    for position, item in uow.session.execute(found.order_by(LabelledItem.item)):
        items.setdefault(position, []).append(item)
    return [
        TaskView(
            position=task.position,
            place=place,
            items=tuple(items.get(task.position, ())),
            valid_from=task.valid_from,
            price_fen=task.price_fen,
            due_at=task.due_at,
            overdue=task.confirmed_at is None and uow.now > task.due_at,
            confirmed_at=task.confirmed_at,
            confirmed_by=name or "",
        )
        for task, place, name in rows
    ]
