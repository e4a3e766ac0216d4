"""Shift hand-over (交接班): cash by notes, goods, forms, loans, open cases on one sheet (REC-09).

Signed by three persons: who leaves, who takes over, and a manager who stood by; in a small hall by
the two, and countersigned by a manager afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, text

from ledger.accounts import open_account, yuan
from ledger.cash.cases import add_to_case
from ledger.cash.countersigning import DUE, due_of
from ledger.cash.denominations import sum_of, write_denominations
from ledger.cash.drawers import bring_up_drawer
from ledger.cash.errors import CashUnreadable, SheetDiffers, ShiftRefused
from ledger.cash.kinds import HANDOVER
from ledger.cash.places import clerks_of, drawer_of, held_in, person_of
from ledger.cash.shifts import ACTIONS, own_shift
from ledger.cash.tables import CASE_STATES, SHIFT_STATES, OverShortCase
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document
from ledger.duties.grants import small_hall
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

SUPERVISOR = "duty_manager"
"""The role that stands by; a hall manager is above it and may as well."""
MOST_RUNS = 40

_GOODS = text(
    """
SELECT c.code, c.category, b.amount
  FROM accounts a
  JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.id AND b.amount > 0
  JOIN commodities c ON c.id = b.commodity_id
 WHERE a.hall_id = :hall AND a.kind = 'clerk' AND a.holder = :clerk
 ORDER BY c.code
"""
)
_FORMS = text(
    """
SELECT c.code, u.serial
  FROM accounts a
  JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id AND u.closed = 0
  JOIN commodities c ON c.id = u.commodity_id
 WHERE a.hall_id = :hall AND a.kind = 'invoice_clerk' AND a.holder = :clerk
 ORDER BY c.code, length(u.serial), u.serial
"""
)
_FINDINGS = text(
    """
SELECT count(*) FROM findings
 WHERE hall_id = :hall AND clerk = :clerk AND state IN ('open', 'answered') AND severity <> 'note'
"""
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a clerk hands over beside the cash: goods, loan handsets and forms as words."""

    goods: tuple[tuple[str, int], ...]
    loans: tuple[tuple[str, int], ...]
    forms: tuple[tuple[str, str, str, int], ...]
    cases: tuple[OverShortCase, ...]
    findings: int

    def facts(self) -> dict[str, str]:
        """Give the sheet as the document states it."""
        return {
            "goods": ", ".join(f"{code} x {pieces}" for code, pieces in self.goods) or "0",
            "loans": ", ".join(f"{code} x {pieces}" for code, pieces in self.loans) or "0",
            "forms": ", ".join(
                f"{code} {first}-{last} ({count})" for code, first, last, count in self.forms
            )
            or "0",
            "cases": ", ".join(
                f"{one.business_date} {one.tender} {show_yuan(one.amount_fen)}"
                for one in self.cases
            )
            or "0",
            "findings": str(self.findings),
        }


def sheet_of(uow: UnitOfWork, hall: Hall, clerk: str) -> Sheet:
    """Give what stands in a clerk's hands by the books, cash apart."""
    asked = {"hall": hall.id, "clerk": clerk}
    goods = uow.session.execute(_GOODS, asked).all()
    cases = uow.session.scalars(
        select(OverShortCase)
        .where(
            OverShortCase.hall_id == hall.id,
            OverShortCase.clerk == clerk,
            OverShortCase.state.in_(list(CASE_STATES)[:2]),
        )
        .order_by(OverShortCase.business_date)
    ).all()
    return Sheet(
        goods=tuple((row.code, row.amount) for row in goods if row.category != "loaner"),
        loans=tuple((row.code, row.amount) for row in goods if row.category == "loaner"),
        forms=tuple(_runs([(row.code, row.serial) for row in uow.session.execute(_FORMS, asked)])),
        cases=tuple(cases),
        findings=uow.session.execute(_FINDINGS, asked).scalar_one(),
    )


def hand_over(
    uow: UnitOfWork,
    *,
    hall: Hall,
    clerk: str,
    incoming: str,
    notes: Mapping[int, int],
    opens_case: bool = False,
    on: dt.date | None = None,
) -> Document:
    """Hand the rest of one's drawer, and what else one has, to the next clerk.

    The shift must be closed. What is counted other than the books have is refused, unless
    `opens_case` opens a case for the one who leaves. Raises SheetDiffers and ShiftRefused.
    """
    require(uow, hall.id, "drawer", "submit")
    day = take_day(uow, hall, on)
    shift = own_shift(uow, hall, clerk, day)
    if shift.state != "closed":
        raise ShiftRefused(state=SHIFT_STATES[shift.state], action=ACTIONS["hand_over"])
    same = person_of(uow, hall, incoming) == shift.person_id
    if same or incoming not in clerks_of(uow, hall, day):
        raise CashUnreadable(
            field=Text("接班人", "Who takes over"),
            problem=Text("须是另一名营业员", "must be another clerk"),
        )
    bring_up_drawer(uow, shift)
    drawer = drawer_of(uow, hall.id, clerk)
    book, counted = held_in(uow, drawer), sum_of(notes)
    gap = counted - book
    if gap and not opens_case:
        raise SheetDiffers(counted=show_yuan(counted), book=show_yuan(book), clerk=clerk)
    lines = []
    if counted:
        lines.append(Line(yuan(uow), drawer_of(uow, hall.id, incoming), drawer, counted))
    if gap:
        other = open_account(uow, hall.id, "over_short", clerk)
        debit, credit = (drawer, other) if gap > 0 else (other, drawer)
        lines.append(Line(yuan(uow), debit, credit, abs(gap)))
        add_to_case(
            uow, hall=hall, date=day, clerk=clerk, fen=gap, cause="handed_over", note=incoming
        )
    document = draft_document(
        uow, hall_id=hall.id, kind=HANDOVER, business_date=day, amount_fen=counted
    )
    facts = {
        "clerk": clerk,
        "receiver": incoming,
        "notes": write_denominations(notes) or "0",
        "book": show_yuan(book),
        "difference": show_yuan(gap) if gap else "",
        "gap": str(gap) if gap else "",
        **sheet_of(uow, hall, clerk).facts(),
    }
    supervised = small_hall(uow, hall.id, day) is None
    if not supervised:
        facts[DUE] = due_of(uow, hall, day).isoformat()
    return advance(
        uow,
        document,
        "submit",
        lines=lines,
        facts=facts,
        confirm_by=(incoming,),
        confirm_roles=(SUPERVISOR,) if supervised else (),
    )


def _runs(serials: list[tuple[str, str]]) -> list[tuple[str, str, str, int]]:
    """Give consecutive numbers of one code as (code, first, last, count)."""
    runs: list[tuple[str, str, str, int]] = []
    for code, serial in serials:
        name = code.removeprefix("INV:")
        if runs and serial.isdigit():
            last_code, first, last, count = runs[-1]
            follows = last.isdigit() and int(serial) == int(last) + 1 and len(serial) == len(last)
            if last_code == name and follows:
                runs[-1] = (name, first, serial, count + 1)
                continue
        if len(runs) == MOST_RUNS:
            break
        runs.append((name, serial, serial, 1))
    return runs
