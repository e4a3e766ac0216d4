"""Blanks counted (DOMAIN INV-13): the count of a keeper's forms beside what the books give.

A count is kept as it was stated and moves nothing; a wrong one is a finding (CHECKS P01) of its day
until the same keeper's forms are counted right, that day or later.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from invoices.form_keepers import KeptForms, kept_forms
from invoices.form_months import CLOSING
from invoices.form_signers import check_holder
from invoices.report_errors import CodeNotNamed, NoFormsThatDay, WrongCount
from invoices.use_tables import FormCount
from ledger.accounts import ACCOUNT_KINDS
from ledger.actors import own_numbers
from ledger.dating import take_day
from ledger.events import record
from ledger.organisations import Hall, lock_head
from ledger.permissions import require
from ledger.rows import Row, plain
from ledger.schema import Base
from ledger.work import UnitOfWork
from stock.errors import NotYourCustody

SAFE = "invoice_safe"
OVERSEERS = frozenset({"invoice_keeper", "auditor", "duty_manager", "hall_manager"})
_COUNTED = re.compile(r"(?:(\S+)[ =:])?\s*(\d{1,9})", re.ASCII)


def count_forms(
    uow: UnitOfWork, *, hall: Hall, holder: str, counted: str, on: dt.date | None = None
) -> list[FormCount]:
    """Note how many blanks a clerk, or the safe (''), has on a day; gives a count for each code.

    `counted` is a number, or `CODE NUMBER` of each code between commas. A clerk counts his own,
    custodian, auditor and managers anybody's and the safe's. Raises NotYourCustody, NotAHolder,
    DateRefused, NoFormsThatDay, WrongCount and CodeNotNamed.
    """
    require(uow, hall.id, "forms", "count")
    if holder:
        check_holder(uow, hall, holder)
    keeper = holder or ACCOUNT_KINDS[SAFE].text
    sees_all = OVERSEERS & uow.actor.roles_in(hall.id)
    if not sees_all and holder not in own_numbers(uow, hall.id):
        raise NotYourCustody(holder=keeper)
    lock_head(uow, hall.id)
    day = take_day(uow, hall, on)
    kept = [one for one in kept_forms(uow, [hall], day, day, clerk=holder) if one.clerk == holder]
    if not kept:
        raise NoFormsThatDay(clerk=keeper, date=day.isoformat())
    return keep_counts(uow, hall, day, kept, read_counts(kept, counted))


def keep_counts(
    uow: UnitOfWork,
    hall: Hall,
    day: dt.date,
    kept: Sequence[KeptForms],
    figures: Mapping[str, int],
) -> list[FormCount]:
    """Keep the counts of one keeper's codes beside what the books give at the end of a day."""
    holder = kept[0].clerk
    rows: list[Row] = [
        (
            one.invoice_code,
            day.isoformat(),
            holder,
            ", ".join(str(run) for run in one.parts[CLOSING]),
            one.count(CLOSING),
            figures[one.invoice_code],
            plain(uow.now),
            uow.actor.person_id,
        )
        for one in kept
    ]
    with record(
        uow,
        hall_id=hall.id,
        act="forms.counted",
        subject=f"count:{holder or SAFE}",
        business_date=day,
    ) as event:
        event.insert(Base.metadata.tables[FormCount.__tablename__], rows)
        number = event.event_no
    query = select(FormCount).where(FormCount.hall_id == hall.id, FormCount.event_no == number)
    return list(uow.session.scalars(query.order_by(FormCount.invoice_code)))


def read_counts(kept: Sequence[KeptForms], counted: str) -> Mapping[str, int]:
    """Read counts by code; one number alone is of the one code there is.

    Raises WrongCount and CodeNotNamed.
    """
    figures: dict[str, int] = {}
    for piece in filter(None, (part.strip() for part in counted.split(","))):
        match = _COUNTED.fullmatch(piece)
        if match is None:
            raise WrongCount(count=piece)
        named = match.group(1)
        if named is None and len(kept) > 1:
            raise CodeNotNamed
        code = kept[0].invoice_code if named is None else "" if named == "-" else named
        figures[code] = int(match.group(2))
    if set(figures) != {one.invoice_code for one in kept}:
        if not figures:
            raise WrongCount(count=counted)
        raise CodeNotNamed
    return figures


def wrong_counts(uow: UnitOfWork, hall: Hall) -> list[FormCount]:
    """Give the counts that differ from the books and were not counted right since, oldest first."""
    later = aliased(FormCount)
    again = (
        select(later.event_no)
        .where(
            later.hall_id == FormCount.hall_id,
            later.holder == FormCount.holder,
            later.invoice_code == FormCount.invoice_code,
            later.event_no > FormCount.event_no,
        )
        .exists()
    )
    return list(
        uow.session.scalars(
            select(FormCount)
            .where(FormCount.hall_id == hall.id, FormCount.counted != FormCount.expected, ~again)
            .order_by(FormCount.event_no)
        )
    )
