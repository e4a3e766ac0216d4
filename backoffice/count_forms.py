"""Blank invoice forms beside a count of goods: they are counted by their own rule (DOMAIN INV-13).

Blank SIM and replacement cards are goods, and are scanned with them; of invoice forms the sheet of
a place says whether its keeper counted them that day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from invoices.use_tables import FormCount
from ledger.accounts import Account
from ledger.balances import Balance
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

_KEPT_IN = {"store": "invoice_safe", "clerk": "invoice_clerk"}
NOT_COUNTED = Text("另点,当日尚未盘点", "counted apart; not counted that day")


@dataclass(frozen=True, slots=True)
class BlankForms:
    """The blanks of whoever keeps a place: `holder` is a staff number, '' for the safe."""

    holder: str
    counts: tuple[FormCount, ...]

    @property
    def text(self) -> Text:
        """Say by code what was counted that day against the books, or that nothing was."""
        if not self.counts:
            return NOT_COUNTED
        zh = "、".join(f"{one.invoice_code} 实点 {one.counted}" for one in self.counts)
        en = ", ".join(f"{one.invoice_code} {one.counted} counted" for one in self.counts)
        wrong = any(one.counted != one.expected for one in self.counts)
        return Text(
            f"另点:{zh},{'与账不符' if wrong else '与账相符'}",
            f"counted apart: {en}; {'differs from the books' if wrong else 'agrees'}",
        )


def blanks_beside(uow: UnitOfWork, hall: Hall, place: Account, on: dt.date) -> BlankForms | None:
    """Give the count of blanks that belongs to a place on a day; None where none are kept there."""
    kept_in = _KEPT_IN.get(place.kind)
    if kept_in is None:
        return None
    latest: dict[str, FormCount] = {}
    for one in uow.session.scalars(
        select(FormCount)
        .where(
            FormCount.hall_id == hall.id,
            FormCount.holder == place.holder,
            FormCount.business_date == on,
        )
        .order_by(FormCount.event_no)
    ):
        latest[one.invoice_code] = one
    held = uow.session.scalar(
        select(func.sum(Balance.amount))
        .join(Account, (Account.hall_id == Balance.hall_id) & (Account.id == Balance.account_id))
        .where(Balance.hall_id == hall.id, Account.kind == kept_in, Account.holder == place.holder)
    )
    if not held and not latest:
        return None
    return BlankForms(place.holder, tuple(latest[code] for code in sorted(latest)))
