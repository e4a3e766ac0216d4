"""The end of a round: the counter declares that he has finished, or another one counts again."""

from __future__ import annotations

from sqlalchemy import func, select, text

from ledger.accounts import Account, Commodity
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.work import UnitOfWork
from stock.categories import categories_where
from stock.count_differences import MISSING, Difference, Outcome, find_outcome
from stock.count_errors import NothingDiffers, SameCounter
from stock.count_evidence import tell_audit, withdraw_evidence
from stock.count_tables import Count, CountDifference, CountRound
from stock.counts import (
    LIVE,
    begin_round,
    find_count,
    find_pair,
    require_counting,
    require_sight,
    require_state,
)

DIFFERENCES = "differences"


def finish_count(uow: UnitOfWork, *, hall: Hall, count_no: int) -> Outcome:
    """Declare the round finished: only now is the counter told what was expected.

    The differences are kept with the round, and the day's audit is told what was counted. A count
    without differences is settled at once. Raises NotCounter and CountNotOpen.
    """
    count = find_count(uow, hall.id, count_no, lock=True)
    require_counting(uow, count, finishing=True)
    outcome = find_outcome(uow, count)
    with record(
        uow,
        hall_id=hall.id,
        act="count.finished",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={
            "round": count.round,
            "found": outcome.found,
            "missing": len(outcome.of("missing")),
            "unexpected": len(outcome.of("unexpected")),
        },
    ) as event:
        front = (count_no, count.round)
        rows: list[Row] = [
            (*front, n, one.sort, one.commodity_id, one.unit_id, one.serial, one.quantity)
            for n, one in enumerate(outcome.differences, 1)
        ]
        event.insert(Base.metadata.tables[CountDifference.__tablename__], rows)
        count.until_row = None
        count.state = "finished"
        if not rows:
            count.state, count.until_row = "settled", event.take_rows(0) - 1
    tell_audit(uow, hall, count, outcome)
    return outcome


def recount(
    uow: UnitOfWork,
    *,
    hall: Hall,
    count_no: int,
    counter: str,
    witness: str,
    whole: bool = False,
) -> Count:
    """Have it counted again by somebody who has not counted: what differs, or the whole.

    The later round stands; the earlier ones are kept. Raises SameCounter, CountNeedsTwo,
    NothingDiffers and CountNotOpen.
    """
    require(uow, hall.id, "count", "open")
    count = find_count(uow, hall.id, count_no, lock=True)
    require_state(uow, count, "finished")
    account = uow.session.get_one(Account, (hall.id, count.account_id))
    pair = find_pair(
        uow, hall.id, kind=count.kind, account=account, counter=counter, witness=witness
    )
    counted = uow.session.scalars(
        select(CountRound.counter_id).where(
            CountRound.hall_id == hall.id, CountRound.count_no == count_no
        )
    ).all()
    if pair.counter_id in counted:
        raise SameCounter(counter=counter, count=count_no)
    if not whole and not differences_of_round(uow, count, count.round):
        raise NothingDiffers(count=count_no)
    recount_of = "" if whole else DIFFERENCES
    with record(
        uow,
        hall_id=hall.id,
        act="count.recounted",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"round": count.round + 1, "of": recount_of or "whole"},
    ) as event:
        begin_round(event, count, count.round + 1, pair, recount_of)
        count.state, count.document_id, count.until_row = "recounting", None, None
    return count


def cancel_count(uow: UnitOfWork, *, hall: Hall, count_no: int, reason: str) -> Count:
    """Call a count off that has no result yet; what was scanned stays on record.

    What it told the audit counts no longer.
    """
    require(uow, hall.id, "count", "cancel")
    count = find_count(uow, hall.id, count_no, lock=True)
    require_state(uow, count, *LIVE)
    with record(
        uow,
        hall_id=hall.id,
        act="count.cancelled",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"reason": reason, "round": plain(count.round)},
    ):
        count.state = "cancelled"
    withdraw_evidence(uow, hall, count)
    return count


def show_outcome(uow: UnitOfWork, *, hall: Hall, count_no: int) -> Outcome:
    """Give what the count has found so far; raises CountIsBlind for whoever still counts."""
    count = find_count(uow, hall.id, count_no)
    require_sight(uow, count)
    return find_outcome(uow, count)


def differences_of_round(uow: UnitOfWork, count: Count, number: int) -> list[Difference]:
    """Give the differences as they stood when a round was finished."""
    rows = uow.session.scalars(
        select(CountDifference)
        .where(
            CountDifference.hall_id == count.hall_id,
            CountDifference.count_no == count.count_no,
            CountDifference.round == number,
        )
        .order_by(CountDifference.line_no)
    )
    return [
        Difference(row.sort, row.commodity_id, row.unit_id, row.serial, row.quantity)
        for row in rows
    ]


def cards_missing(uow: UnitOfWork, count: Count) -> int:
    """Give how many cards that are worth money the present round did not find (DOMAIN STK-05)."""
    return (
        uow.session.scalar(
            select(func.sum(CountDifference.quantity))
            .join(Commodity, Commodity.id == CountDifference.commodity_id)
            .where(
                CountDifference.hall_id == count.hall_id,
                CountDifference.count_no == count.count_no,
                CountDifference.round == count.round,
                CountDifference.sort == MISSING,
                Commodity.category.in_(categories_where("deactivated_on_scrap")),
            )
        )
        or 0
    )


def kept_differences(uow: UnitOfWork, count: Count) -> list[Difference]:
    """Give the differences the present round was finished with, where they must still be the same.

    That is where the hall has booked nothing since, and each serial is an open unit of its books;
    none where they have to be found anew.
    """
    rows = uow.session.execute(
        text(
            "SELECT d.sort, d.commodity_id, d.unit_id, d.serial, d.quantity,"
            " CASE WHEN d.sort = 'unexpected' THEN u.account_id END AS account_id,"
            " CASE WHEN d.serial = '' OR u.id IS NOT NULL THEN 1 ELSE 0 END AS is_ours, d.event_no"
            " FROM count_differences d LEFT JOIN units u ON u.hall_id = d.hall_id"
            " AND u.id = d.unit_id AND u.serial = d.serial AND u.closed = 0"
            " WHERE d.hall_id = :hall AND d.count_no = :count AND d.round = :round"
            " ORDER BY d.line_no"
        ),
        {"hall": count.hall_id, "count": count.count_no, "round": count.round},
    ).all()
    booked = uow.session.scalar(
        text("SELECT event_no FROM postings WHERE hall_id = :hall ORDER BY id DESC LIMIT 1"),
        {"hall": count.hall_id},
    )
    if not rows or (booked or 0) > rows[0].event_no or not all(row.is_ours for row in rows):
        return []
    return [
        Difference(
            row.sort, row.commodity_id, row.unit_id, row.serial, row.quantity, row.account_id
        )
        for row in rows
    ]


def rounds_of(uow: UnitOfWork, count: Count) -> list[CountRound]:
    """Give the rounds of a count in order."""
    return list(
        uow.session.scalars(
            select(CountRound)
            .where(CountRound.hall_id == count.hall_id, CountRound.count_no == count.count_no)
            .order_by(CountRound.round)
        )
    )
