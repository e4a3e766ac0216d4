"""What API and command line say of counts alike, as plain JSON values.

What is expected is in an answer only for who may see it: nobody who still counts (DOMAIN STK-11).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backoffice.answers import Payload, moment, yuan
from ledger.accounts import Account, Commodity
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from stock.count_differences import Difference, find_outcome
from stock.count_months import LACKS, MonthPlace
from stock.count_rounds import rounds_of
from stock.count_scans import Taken, entered_numbers
from stock.count_settling import propose_result
from stock.count_tables import VERDICTS, Count
from stock.counts import find_count, sees_differences, state_of

TOLD_DIFFERENCES = 1000


def count_payload(uow: UnitOfWork, hall: Hall, count_no: int) -> Payload:
    """Give a count: who, what of, how far; and its outcome, null while the actor is blind."""
    count = find_count(uow, hall.id, count_no)
    state = state_of(uow, count)
    sees = sees_differences(uow, count)
    document = (
        uow.session.get(Document, (hall.id, count.document_id)) if count.document_id else None
    )
    return {
        "hall": hall.code,
        **count_head(uow, count),
        "scope": count.scope.split(",") if count.scope else [],
        "snapshot": count.snapshot_event,
        "opened_at": moment(count.opened_at),
        "rounds": [
            {
                "round": one.round,
                "counter": one.counter,
                "witness": one.witness,
                "of": one.recount_of or "all",
            }
            for one in rounds_of(uow, count)
        ],
        "numbers": entered_numbers(uow, count),
        "outcome": _outcome(uow, count) if sees else None,
        "value": _value(uow, hall, count) if sees and state == "finished" else None,
        "document": document.number if document else None,
        "document_state": document.state if document else None,
    }


def count_head(uow: UnitOfWork, count: Count) -> Payload:
    """Give a count as a list shows it."""
    account = uow.session.get_one(Account, (count.hall_id, count.account_id))
    return {
        "count": count.count_no,
        "kind": count.kind,
        "state": state_of(uow, count),
        "place": f"{account.kind} {account.holder}".strip(),
        "date": count.business_date.isoformat(),
        "counter": count.counter,
        "witness": count.witness,
        "scanned": count.taken + count.unknown,
        "twice": count.twice,
        "not_in_books": count.unknown,
        "unreadable": count.unreadable,
    }


def scans_payload(taken: Sequence[Taken], language: Language) -> list[Payload]:
    """Give what became of each code: its number, by which it is undone, and the verdict."""
    return [
        {
            "scan": one.scan_no,
            "code": one.value,
            "verdict": one.verdict,
            "message": VERDICTS[one.verdict].in_language(language),
        }
        for one in taken
    ]


def month_payload(
    hall: Hall, month: str, places: Sequence[MonthPlace], language: Language
) -> Payload:
    """Give what the month-end count of a hall still lacks."""
    return {
        "hall": hall.code,
        "month": month,
        "posted": not any(one.lack for one in places),
        "places": [
            {
                "place": f"{one.account.kind} {one.account.holder}".strip(),
                "count": one.count.count_no if one.count else None,
                "lack": one.lack or None,
                "message": LACKS[one.lack].in_language(language) if one.lack else None,
            }
            for one in places
        ],
    }


def _outcome(uow: UnitOfWork, count: Count) -> Payload:
    outcome = find_outcome(uow, count)
    shown = outcome.differences[:TOLD_DIFFERENCES]
    codes = {
        item.id: item.code
        for item in uow.session.scalars(
            select(Commodity).where(Commodity.id.in_({one.commodity_id for one in shown}))
        )
    }
    return {
        "found": outcome.found,
        "missing": sum(one.quantity for one in outcome.of("missing")),
        "unexpected": sum(one.quantity for one in outcome.of("unexpected")),
        "difference_count": len(outcome.differences),
        "differences": [_difference(one, codes.get(one.commodity_id)) for one in shown],
    }


def _difference(one: Difference, item: str | None) -> Payload:
    return {
        "sort": one.sort,
        "item": item,
        "serial": one.serial,
        "quantity": one.quantity,
        "another_hall": one.elsewhere,
    }


def _value(uow: UnitOfWork, hall: Hall, count: Count) -> str | None:
    return yuan(propose_result(uow, hall=hall, count_no=count.count_no).amount_fen)
