"""Registered use (开具登记): numbers the register names leave custody by documents made from it.

One document for each hall, day and month of use, of numbers that are still blank here, and of those
issued ones that became void. What does not fit the books is left alone and listed
(`invoices.unposted_uses`); the checks of numbers ask the register, never these documents.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

import invoices.kinds  # noqa: F401  registers the kind of document
from invoices.finished_books import note_finished_books
from invoices.use_stage import (
    ISSUED,
    RED,
    USE,
    VOID,
    UsedRun,
    stage_days,
    stale_documents,
    used_runs,
)
from ledger.accounts import Account, Commodity, open_account
from ledger.audit.staging import look_up_by_keys
from ledger.documents import Document, Draft, Line, draft_documents
from ledger.errors import BackofficeError
from ledger.hall_days import HallDay
from ledger.lifecycle import Step, advance, advance_all
from ledger.organisations import Hall
from ledger.work import UnitOfWork

MONTH = "month"
REMADE = "evidence changed"
HALLS_AT_ONCE = 500
"""How many halls' documents are made together: enough that statements cost little for each."""


@dataclass(frozen=True, slots=True)
class _Books:
    """What lines are made of: the commodities of forms, and the accounts of the halls at work."""

    commodities: Mapping[int, Commodity]
    accounts: Mapping[tuple[int, int], Account]
    goals: Mapping[int, Mapping[str, Account]]


def post_uses(uow: UnitOfWork, *, days: Sequence[tuple[Hall, dt.date]], batch: int = 0) -> int:
    """Bring the documents of use of open days up to the register; gives how many were made.

    Numbers registered up to the day are moved from where they are blank to issued, red or void.
    What the day's own documents moved and the register contradicts now is put back first. Days that
    are signed or closed are left alone, and so is a document whose numbers have moved on. All
    locks are taken in ascending order of halls. With `batch` only the numbers which that batch of
    the register names are moved, whatever else is blank; the day's audit takes the others.
    """
    halls = {hall.id: hall for hall, _ in days}
    asked: dict[dt.date, list[int]] = defaultdict(list)
    for hall_id, date in _open_days(uow, [(hall.id, date) for hall, date in days]):
        asked[date].append(hall_id)
    return sum(_post_day(uow, halls, asked[date], date, batch) for date in sorted(asked))


def _open_days(uow: UnitOfWork, days: Sequence[tuple[int, dt.date]]) -> list[tuple[int, dt.date]]:
    rows = uow.session.execute(
        select(HallDay.hall_id, HallDay.business_date).where(
            HallDay.hall_id.in_({hall_id for hall_id, _ in days}),
            HallDay.business_date.in_({date for _, date in days}),
            HallDay.audit_status != "audited",
            HallDay.hall_status == "working",
        )
    )
    found = {(hall_id, date) for hall_id, date in rows}
    return sorted(set(days) & found)


def _post_day(
    uow: UnitOfWork,
    halls: Mapping[int, Hall],
    hall_ids: Sequence[int],
    date: dt.date,
    batch: int,
) -> int:
    stage_days(uow, hall_ids, date, batch)
    changed = _undo_stale(uow)
    by_hall: dict[int, list[UsedRun]] = defaultdict(list)
    for run in used_runs(uow, of_batch=bool(batch)):
        by_hall[run.hall_id].append(run)
    books = _books_of(uow, sorted(by_hall), [run for runs in by_hall.values() for run in runs])
    look_up_by_keys(uow.session.connection())
    waiting = sorted(by_hall)
    made: Counter[int] = Counter()
    for start in range(0, len(waiting), HALLS_AT_ONCE):
        some = {hall_id: by_hall[hall_id] for hall_id in waiting[start : start + HALLS_AT_ONCE]}
        made += _post_halls(uow, date, some, books)
    note_finished_books(uow, halls=sorted(changed | set(made)), date=date)
    return made.total()


def _undo_stale(uow: UnitOfWork) -> set[int]:
    """Reverse what the register contradicts, where nothing has moved on; gives the halls."""
    undone = set()
    for hall_id, document_id in sorted(stale_documents(uow)):
        document = uow.session.get_one(Document, (hall_id, document_id))
        try:
            with uow.session.begin_nested():
                advance(uow, document, "reverse", reason=REMADE)
        except BackofficeError:
            uow.session.expire_all()
        else:
            undone.add(hall_id)
    return undone


def _books_of(uow: UnitOfWork, hall_ids: Sequence[int], runs: Sequence[UsedRun]) -> _Books:
    commodities = uow.session.scalars(
        select(Commodity).where(Commodity.id.in_({run.commodity_id for run in runs}))
    )
    accounts = uow.session.scalars(
        select(Account).where(Account.hall_id.in_(hall_ids), Account.kind.like("invoice%"))
    ).all()
    goals: dict[int, dict[str, Account]] = defaultdict(dict)
    for account in accounts:
        if account.kind in (ISSUED, RED, VOID):
            goals[account.hall_id][account.kind] = account
    return _Books(
        {commodity.id: commodity for commodity in commodities},
        {(account.hall_id, account.id): account for account in accounts},
        goals,
    )


def _post_halls(
    uow: UnitOfWork, date: dt.date, by_hall: Mapping[int, Sequence[UsedRun]], books: _Books
) -> Counter[int]:
    """Make the documents of several halls; gives hall -> how many.

    A hall where another client was quicker has none, and keeps the others from nothing: what is
    refused is done again in halves, down to that hall.
    """
    try:
        with uow.session.begin_nested():
            return _make_all(uow, date, by_hall, books)
    except BackofficeError:
        uow.session.expire_all()
    halls = sorted(by_hall)
    if len(halls) == 1:
        return Counter()
    middle = len(halls) // 2
    made: Counter[int] = Counter()
    for half in (halls[:middle], halls[middle:]):
        made += _post_halls(uow, date, {hall_id: by_hall[hall_id] for hall_id in half}, books)
    return made


def _make_all(
    uow: UnitOfWork, date: dt.date, by_hall: Mapping[int, Sequence[UsedRun]], books: _Books
) -> Counter[int]:
    """Make a document for each month of each hall, earlier months first."""
    months = {hall_id: _by_month(runs) for hall_id, runs in by_hall.items()}
    made: Counter[int] = Counter()
    for place in range(max(map(len, months.values()))):
        turn = [of_hall[place] for of_hall in months.values() if place < len(of_hall)]
        _make(uow, date, turn, books)
        made.update(runs[0].hall_id for runs in turn)
    return made


def _by_month(runs: Sequence[UsedRun]) -> list[list[UsedRun]]:
    months: dict[str, list[UsedRun]] = defaultdict(list)
    for run in runs:
        months[run.month].append(run)
    return [months[month] for month in sorted(months)]


def _book_date(uow: UnitOfWork, hall_id: int, date: dt.date, runs: Sequence[UsedRun]) -> dt.date:
    """Give the day asked for, or the last open day of an earlier month of use.

    Only where the forms were here by then and have not moved since; else it is the day asked for.
    """
    month = runs[0].month
    if month >= date.isoformat()[:7]:
        return date
    year, number = map(int, month.split("-"))
    first = dt.date(year, number, 1)
    last = first.replace(day=calendar.monthrange(year, number)[1])
    open_day = uow.session.scalar(
        select(HallDay.business_date)
        .where(
            HallDay.hall_id == hall_id,
            HallDay.business_date.between(first, last),
            HallDay.audit_status != "audited",
            HallDay.hall_status == "working",
        )
        .order_by(HallDay.business_date.desc())
        .limit(1)
    )
    if open_day is None or any(run.opened_on > open_day for run in runs):
        return date
    return open_day if _rested(uow, runs, open_day) else date


def _rested(uow: UnitOfWork, runs: Sequence[UsedRun], since: dt.date) -> bool:
    """Tell whether none of the numbers has moved after a day."""
    moved = text(
        "SELECT 1 FROM units u JOIN postings p ON p.hall_id = u.hall_id AND p.unit_id = u.id"
        " WHERE u.hall_id = :hall AND u.account_id = :account AND u.commodity_id = :commodity"
        " AND u.serial >= :first AND u.serial <= :last AND p.business_date > :since LIMIT 1"
    )
    return not any(
        uow.session.execute(
            moved,
            {
                "hall": run.hall_id,
                "account": run.account_id,
                "commodity": run.commodity_id,
                "first": run.first_no,
                "last": run.last_no,
                "since": since.isoformat(),
            },
        ).first()
        for run in runs
    )


def _make(uow: UnitOfWork, date: dt.date, turn: Sequence[Sequence[UsedRun]], books: _Books) -> None:
    """Make a document of each of these runs, which are of one month and one hall each."""
    drafts = [
        Draft(runs[0].hall_id, USE, _book_date(uow, runs[0].hall_id, date, runs)) for runs in turn
    ]
    lines = [_lines(uow, runs, books) for runs in turn]
    documents = draft_documents(uow, drafts)
    steps = [
        Step(document, told, {MONTH: runs[0].month})
        for document, told, runs in zip(documents, lines, turn, strict=True)
    ]
    advance_all(uow, "submit", steps)


def _lines(uow: UnitOfWork, runs: Sequence[UsedRun], books: _Books) -> list[Line]:
    hall_id = runs[0].hall_id
    known = books.goals.get(hall_id, {})
    goals = {
        goal: known.get(goal) or open_account(uow, hall_id, goal)
        for goal in sorted({run.goal for run in runs})
    }
    return [
        Line(
            books.commodities[run.commodity_id],
            goals[run.goal],
            books.accounts[hall_id, run.account_id],
            run.pieces,
            run.first_no,
            run.last_no,
        )
        for run in runs
    ]
