"""The count sheet on paper (盘点表): what was found, or blank lines to fill in by hand."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.count_forms import blanks_beside
from backoffice.printing import render_paper
from backoffice.trade_words import measure, show_moment
from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.actors import names_of
from ledger.documents import Document
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from stock.count_differences import Outcome, find_outcome
from stock.count_rounds import rounds_of
from stock.count_tables import COUNT_KINDS, COUNT_STATES, COUNTING, Count
from stock.counts import find_count, require_sight, state_of

PRINTED_DIFFERENCES = 400
BLANK_LINES = 24


def count_sheet(uow: UnitOfWork, hall: Hall, number: int, *, language: Language) -> bytes:
    """Give the sheet of a count as PDF: blind while it is being counted (STK-11)."""
    count = find_count(uow, hall.id, number)
    counting = state_of(uow, count) in COUNTING
    if not counting:
        require_sight(uow, count)
    outcome = None if counting else find_outcome(uow, count)
    return render_paper(
        "count.html",
        _values(uow, hall, count, outcome, language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def _values(
    uow: UnitOfWork, hall: Hall, count: Count, outcome: Outcome | None, language: Language
) -> dict[str, object]:
    staff = names_of(uow, hall.id)
    account = uow.session.get_one(Account, (hall.id, count.account_id))
    document = (
        uow.session.get(Document, (hall.id, count.document_id)) if count.document_id else None
    )
    forms = blanks_beside(uow, hall, account, count.business_date)
    place = ACCOUNT_KINDS[account.kind].text.in_language(language)
    return {
        "hall": hall.code,
        "hall_name": hall.name,
        "number": str(count.count_no),
        "kind": COUNT_KINDS[count.kind].in_language(language),
        "state": COUNT_STATES[state_of(uow, count)].in_language(language),
        "date": count.business_date.isoformat(),
        "place": f"{place} {account.holder} {staff.get(account.holder, '')}".strip(),
        "scope": count.scope,
        "forms": forms.text.in_language(language) if forms else "",
        "opened_at": show_moment(count.opened_at, language),
        "snapshot": str(count.snapshot_event),
        "rounds": tuple(
            (
                one.round,
                f"{one.counter} {staff.get(one.counter, '')}",
                f"{one.witness} {staff.get(one.witness, '')}",
                bool(one.recount_of),
            )
            for one in rounds_of(uow, count)
        ),
        "document": document.number or "" if document else "",
        "blank": () if outcome else tuple(range(BLANK_LINES)),
        "items": _items(uow, outcome, language) if outcome else (),
        "differences": _differences(uow, outcome) if outcome else (),
        "difference_count": len(outcome.differences) if outcome else 0,
    }


def _items(
    uow: UnitOfWork, outcome: Outcome, language: Language
) -> tuple[tuple[str, str, str, int, int, int], ...]:
    """Give for each item: code, name, unit, counted, missing and unexpected pieces."""
    ids = {*outcome.expected_items, *outcome.counted, *outcome.quantities}
    lines = []
    items = select(Commodity).where(Commodity.id.in_(ids)).order_by(Commodity.code)
    for item in uow.session.scalars(items):
        counted = outcome.counted.get(item.id) or outcome.quantities.get(item.id) or 0
        missing, unexpected = (
            sum(one.quantity for one in outcome.of(sort) if one.commodity_id == item.id)
            for sort in ("missing", "unexpected")
        )
        unit = measure(item.unit).in_language(language)
        lines.append((item.code, item.name, unit, counted, missing, unexpected))
    return tuple(lines)


def _differences(uow: UnitOfWork, outcome: Outcome) -> tuple[tuple[str, str, str, int], ...]:
    """Give for each difference: sort, item, serial and pieces."""
    shown = outcome.differences[:PRINTED_DIFFERENCES]
    codes = {
        item.id: item.code
        for item in uow.session.scalars(
            select(Commodity).where(Commodity.id.in_({one.commodity_id for one in shown}))
        )
    }
    return tuple(
        (one.sort, codes.get(one.commodity_id, ""), one.serial, one.quantity) for one in shown
    )
