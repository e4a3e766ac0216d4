"""What customers took of each item a day: by the books, and by the account lines of the same days.

Both tell of the same sales, one sooner than the other; of a day and item the larger counts, so that
neither a sale that waits to be posted nor one without a line is forgotten (DOMAIN STK-13).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, case, func, or_, select

from ledger.accounts import Account, Commodity
from ledger.documents import Document
from ledger.evidence.tables import EVIDENCE_TABLES, IntakeReplacement
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.work import UnitOfWork
from stock.goods_ledger import scope_of

NO_SALES = ("swap",)
"""Kinds by which a customer gets one piece for another."""
Sold = dict[str, dict[dt.date, int]]
"""Item -> day -> pieces, days without a sale left out."""


def sold_by_day(uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date) -> Sold:
    """Give what each item sold on each day, both days included."""
    posted = _posted(uow, hall, first, last)
    stated = _stated(uow, hall, first, last)
    sold: Sold = defaultdict(dict)
    for key in posted.keys() | stated.keys():
        pieces = max(posted.get(key, 0), stated.get(key, 0))
        if pieces > 0:
            sold[key[0]][key[1]] = pieces
    return sold


def last_sales(
    uow: UnitOfWork, hall: Hall, items: Sequence[str], on: dt.date
) -> dict[str, dt.date]:
    """Give the day, up to `on`, on which each item was last sold, none for one that never was."""
    accounts = EVIDENCE_TABLES["accounts"]
    stated = uow.session.execute(
        select(accounts.c.item, func.max(accounts.c.business_date))
        .where(
            accounts.c.hall_id == hall.id,
            accounts.c.item.in_(items),
            accounts.c.line_kind == "sale",
            accounts.c.business_date <= on,
        )
        .group_by(accounts.c.item)
    )
    last: dict[str, dt.date] = dict(stated.all())
    posted = uow.session.execute(
        select(Commodity.code, func.max(Posting.business_date))
        .join(Commodity, Commodity.id == Posting.commodity_id)
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .where(
            Posting.hall_id == hall.id,
            Posting.debit_account.in_(_customers(uow, hall)),
            Document.kind.not_in(NO_SALES),
            Posting.business_date <= on,
            Commodity.code.in_(items),
        )
        .group_by(Commodity.code)
    )
    for item, day in posted:
        last[item] = max(day, last.get(item, day))
    return last


def _posted(
    uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date
) -> dict[tuple[str, dt.date], int]:
    ours = scope_of(uow, hall).accounts
    customers = _customers(uow, hall)
    rows = uow.session.execute(
        select(
            Commodity.code,
            Posting.business_date,
            func.sum(case((Posting.debit_account.in_(customers), 1), else_=-1) * Posting.amount),
        )
        .join(Commodity, Commodity.id == Posting.commodity_id)
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .where(
            Posting.hall_id == hall.id,
            Posting.business_date.between(first, last),
            Document.kind.not_in(NO_SALES),
            or_(
                and_(Posting.debit_account.in_(customers), Posting.credit_account.in_(ours)),
                and_(Posting.credit_account.in_(customers), Posting.debit_account.in_(ours)),
            ),
        )
        .group_by(Commodity.code, Posting.business_date)
    )
    return {(item, day): int(pieces) for item, day, pieces in rows}


def _stated(
    uow: UnitOfWork, hall: Hall, first: dt.date, last: dt.date
) -> dict[tuple[str, dt.date], int]:
    lines = EVIDENCE_TABLES["accounts"]
    pieces = func.abs(func.coalesce(func.nullif(lines.c.quantity, 0), 1))
    sign = case((lines.c.line_kind == "sale", 1), else_=-1)
    replaced = select(IntakeReplacement.old_no).where(IntakeReplacement.hall_id == hall.id)
    rows = uow.session.execute(
        select(lines.c.item, lines.c.business_date, func.sum(sign * pieces))
        .where(
            lines.c.hall_id == hall.id,
            lines.c.business_date.between(first, last),
            lines.c.item != "",
            lines.c.line_kind.in_(("sale", "reversal", "refund")),
            lines.c.intake_no.not_in(replaced),
        )
        .group_by(lines.c.item, lines.c.business_date)
    )
    return {(item, day): int(number) for item, day, number in rows}


def _customers(uow: UnitOfWork, hall: Hall) -> list[int]:
    query = select(Account.id).where(Account.hall_id == hall.id, Account.kind == "customer")
    return list(uow.session.scalars(query))
