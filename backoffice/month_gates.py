"""What a hall's month waits for, of every desk: the month-end count, the forms, the refunds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from invoices.form_months import months_of_forms
from ledger.errors import Conflict
from ledger.months.gates import DAYS_AUDITED, Blocker, Gate
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import month_of
from ledger.work import UnitOfWork, system_actor
from refunds.statistics import refund_statistics
from stock.count_months import LACKS, month_places
from stock.place_words import place_words

GATHERER = system_actor("months")


def as_gatherer(uow: UnitOfWork) -> UnitOfWork:
    """Read as the system: the month holds what no single signer may look up for himself."""
    return replace(uow, actor=GATHERER)


def _counts_standing(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[Blocker]:
    blockers = []
    for place in month_places(uow, hall.id, first.year, first.month):
        if place.lack:
            where, lack = place_words(place.account, {}), LACKS[place.lack]
            blockers.append(
                Blocker(Text(f"{where.zh}:{lack.zh}", f"{where.en}: {lack.en.lower()}"))
            )
    return blockers


def _forms_standing(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[Blocker]:
    try:
        months_of_forms(uow, [hall], *month_of(first))
    except Conflict as refusal:
        return [_refused(refusal)]
    return []


def _refunds_standing(uow: UnitOfWork, hall: Hall, first: dt.date) -> list[Blocker]:
    try:
        refund_statistics(as_gatherer(uow), [hall], first)
    except Conflict as refusal:
        return [_refused(refusal)]
    return []


def _refused(refusal: Conflict) -> Blocker:
    return Blocker(Text(refusal.message("zh"), refusal.message("en")))


MONTH_GATES: tuple[Gate, ...] = (
    DAYS_AUDITED,
    Gate("count", Text("月末盘点已入账", "The month-end count is posted"), _counts_standing),
    Gate(
        "forms",
        Text("发票领用存首尾相接", "Every number of the invoice forms is accounted for"),
        _forms_standing,
    ),
    Gate(
        "refunds",
        Text("退减赠统计与账面相符", "Refund statistics agree with the ledger"),
        _refunds_standing,
    ),
)
