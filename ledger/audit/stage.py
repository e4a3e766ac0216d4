"""The stage of a run: temporary tables with what the checks read, for any set of hall-days.

Everything is fetched by (hall, date) or by key, so a hall-day costs the same whatever the history.
Dates and deadlines are computed here, so that no query does arithmetic with dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from ledger.audit.stage_invoices import INVOICE_STEPS
from ledger.audit.stage_settlements import (
    NEIGHBOURS,
    NEIGHBOURS_STEPS,
    ORDER_STEPS,
    TODAYS_STEPS,
)
from ledger.audit.stage_shifts import FIRST_CLERK, SHIFT_STEPS, STAFF_STEPS, TRANSACTION_STEPS
from ledger.audit.stage_sides import SIDE_STEPS
from ledger.audit.staging import drop_tables, plan_for_sets, tables_of, take_steps
from ledger.calendars import Calendars, calendars_of
from ledger.hall_rules import DEFAULT_LIMITS, STUBS_DUE_DAYS, TAIL_LIMITS, HallLimit, Tender
from ledger.rows import Row, stage_rows
from ledger.schema import microseconds
from ledger.times import HALL_TIME, midnight
from ledger.work import UnitOfWork

DAYS_BACK = 7
DAYS_ON = 3
MINUTE = 60_000_000
AS_OF_NOW = 2**62
TRANSFER_WORKING_DAYS = 15
"""By when money given back by transfer must be there (DOMAIN REF-02)."""

SCOPE_COLUMNS = (
    ("hall_id", "BIGINT"),
    ("business_date", "DATE"),
    ("day_before", "DATE"),
    ("window_from", "DATE"),
    ("window_to", "DATE"),
    ("late_before", "DATE"),
    ("year_digits", "TEXT"),
    ("now_at", "BIGINT"),
    ("sources_due", "BIGINT"),
    ("refund_overdue", "SMALLINT"),
    ("lent_before", "DATE"),
    ("finished_before", "DATE"),
    ("count_due", "SMALLINT"),
    ("month_end", "SMALLINT"),
    ("double_charge", "BIGINT"),
    ("batches", "SMALLINT"),
    ("today_at", "BIGINT"),
    ("way_due", "BIGINT"),
    ("transfer_due", "BIGINT"),
    ("deposits_due", "BIGINT"),
    *((name, "BIGINT") for name in TAIL_LIMITS),
    ("as_of", "BIGINT"),
)
STAGED_NAMES = (
    "audit_scope",
    *tables_of(STAFF_STEPS, TRANSACTION_STEPS, SHIFT_STEPS),
    *tables_of(TODAYS_STEPS, NEIGHBOURS_STEPS, ORDER_STEPS, SIDE_STEPS, INVOICE_STEPS),
)


def stage_days(
    uow: UnitOfWork,
    days: Sequence[tuple[int, dt.date]],
    *,
    as_of: Mapping[tuple[int, dt.date], int] | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Stage (hall id, date) pairs; with `as_of` as they stood before those event numbers.

    `now` is the time deadlines are judged by, the unit of work's own unless a run is repeated.
    """
    stage_takings(uow, days, as_of=as_of, now=now)
    connection = uow.session.connection()
    take_steps(connection, TODAYS_STEPS)
    # For one hall-day the question costs as much as what it saves.
    if len(days) == 1 or connection.exec_driver_sql(f"{NEIGHBOURS} LIMIT 1").first():
        take_steps(connection, NEIGHBOURS_STEPS)
    take_steps(connection, (*ORDER_STEPS, *SIDE_STEPS, *INVOICE_STEPS))


def stage_takings(
    uow: UnitOfWork,
    days: Sequence[tuple[int, dt.date]],
    *,
    as_of: Mapping[tuple[int, dt.date], int] | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Stage only what the totals of a day need: transactions, payments and declarations."""
    stage_scope(uow, days, as_of=as_of, now=now)
    connection = uow.session.connection()
    plan_for_sets(connection)
    take_steps(connection, (*STAFF_STEPS, *TRANSACTION_STEPS))
    connection.exec_driver_sql(FIRST_CLERK)
    take_steps(connection, SHIFT_STEPS)


def stage_scope(
    uow: UnitOfWork,
    days: Sequence[tuple[int, dt.date]],
    *,
    as_of: Mapping[tuple[int, dt.date], int] | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Stage nothing but which hall-days are asked for, with the dates that queries compare."""
    uow.session.flush()
    rows = _scope_rows(uow, days, as_of or {}, now or uow.now)
    stage_rows(uow.session, "audit_scope", SCOPE_COLUMNS, rows)


def clear_stage(uow: UnitOfWork) -> None:
    """Drop the stage; also done by the database at the end of the unit of work."""
    drop_tables(uow.session.connection(), STAGED_NAMES)


def _scope_rows(
    uow: UnitOfWork,
    days: Sequence[tuple[int, dt.date]],
    as_of: Mapping[tuple[int, dt.date], int],
    now: dt.datetime,
) -> list[Row]:
    halls = sorted({hall_id for hall_id, _ in days})
    limits = _limits(uow, halls)
    batched = set(
        uow.session.scalars(
            select(Tender.hall_id).where(Tender.hall_id.in_(halls), Tender.match_level == "batch")
        )
    )
    today = now.astimezone(HALL_TIME).date()
    open_days = calendars_of(uow, halls, known_at=now)
    return [
        (
            hall_id,
            date.isoformat(),
            (date - dt.timedelta(days=1)).isoformat(),
            (date - dt.timedelta(days=DAYS_BACK)).isoformat(),
            (date + dt.timedelta(days=DAYS_ON)).isoformat(),
            _deposits_late_before(open_days, hall_id, date, limits[hall_id]).isoformat(),
            f"{date.year % 100:02d}",
            microseconds(now),
            microseconds(
                open_days.sources_due(hall_id, date, limits[hall_id]["settlement_due_hour"])
            ),
            int(today > open_days.after(hall_id, "office", date, _refund_days(limits[hall_id]))),
            (date - dt.timedelta(days=limits[hall_id]["loan_days"])).isoformat(),
            _finished_before(date, limits[hall_id]).isoformat(),
            int(_count_is_due(date, limits[hall_id])),
            int(_ends_month(date)),
            limits[hall_id]["double_charge_minutes"] * MINUTE,
            int(hall_id in batched),
            microseconds(midnight(today)),
            microseconds(_due_since(open_days, hall_id, today, _refund_days(limits[hall_id]))),
            microseconds(_due_since(open_days, hall_id, today, TRANSFER_WORKING_DAYS)),
            microseconds(_deposits_due(open_days, hall_id, date, limits[hall_id])),
            *(limits[hall_id][name] for name in TAIL_LIMITS),
            as_of.get((hall_id, date), AS_OF_NOW),
        )
        for hall_id, date in sorted(set(days))
    ]


def _count_is_due(date: dt.date, limits: Mapping[str, int]) -> bool:
    """A hall that states nothing owes no count; a weekly one is due on that ISO weekday."""
    return (
        limits["count_due_daily"] == 1
        or limits["count_due_weekly"] == date.isoweekday()
        or (limits["count_due_monthly"] == 1 and _ends_month(date))
    )


def _finished_before(date: dt.date, limits: Mapping[str, int]) -> dt.date:
    """Give the day before which a book must have been finished for its stubs to be overdue.

    They are due by the end of the month it was finished in, or so many days after as the hall set.
    """
    days = limits.get(STUBS_DUE_DAYS)
    return date.replace(day=1) if days is None else date - dt.timedelta(days=days)


def _ends_month(date: dt.date) -> bool:
    return (date + dt.timedelta(days=1)).day == 1


def _limits(uow: UnitOfWork, halls: Sequence[int]) -> dict[int, dict[str, int]]:
    limits = {hall_id: dict(DEFAULT_LIMITS) for hall_id in halls}
    rows = uow.session.execute(
        select(HallLimit.hall_id, HallLimit.name, HallLimit.amount).where(
            HallLimit.hall_id.in_(halls)
        )
    )
    for hall_id, name, amount in rows:
        limits[hall_id][name] = amount
    return limits


def _refund_days(limits: Mapping[str, int]) -> int:
    return limits["refund_due_working_days"]


def _deposits_late_before(
    open_days: Calendars, hall_id: int, date: dt.date, limits: Mapping[str, int]
) -> dt.date:
    """Give before which day takings were that a deposit of `date` brings too late.

    What is due on a day on which banks are closed is due when they open again (DOMAIN REC-05).
    """
    due = open_days.due_back_to(hall_id, "bank", date)
    return due - dt.timedelta(days=limits["deposit_due_days"])


def _deposits_due(
    open_days: Calendars, hall_id: int, date: dt.date, limits: Mapping[str, int]
) -> dt.datetime:
    """Give the end of the day on which a day's takings are in the bank at last."""
    due = open_days.on_or_after(
        hall_id, "bank", date + dt.timedelta(days=limits["deposit_due_days"])
    )
    return midnight(due + dt.timedelta(days=1))


def _due_since(open_days: Calendars, hall_id: int, today: dt.date, count: int) -> dt.datetime:
    """Give the instant before which what was approved is overdue, due in `count` working days."""
    day = open_days.due_since(hall_id, "office", today, count)
    return midnight(day + dt.timedelta(days=1))
