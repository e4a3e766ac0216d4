"""Shifts and what was counted in them, cases, slips of what was called out, kiosks cleared."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

SHIFT_STATES: dict[str, Text] = {
    "open": Text("营业中", "Open"),
    "suspended": Text("已挂起", "Suspended"),
    "counted": Text("已申报,可复点一次", "Declared, may be counted once more"),
    "witnessing": Text("待监盘人签字", "Awaits the witness"),
    "closed": Text("已结班", "Closed"),
}
SLIP_STATES: dict[str, Text] = {
    "given": Text("有效", "Stands"),
    "cancelled": Text("已作废", "Cancelled"),
}
CASE_STATES: dict[str, Text] = {
    "open": Text("待处理", "Open"),
    "proposed": Text("待审批", "Awaits approval"),
    "settled": Text("已处理", "Settled"),
    "vanished": Text("重算后无差异", "No longer differs"),
}


class Shift(Base):
    """One clerk's opening to declaration. Sums in fen.

    `opening_fen` is what he counted when he opened, `carried_fen` what the books had in the drawer
    then, `moved_in_fen` what of it was moved in that day. `differs` names the tenders of the first
    count that did not agree, which is all he learns before the last. `counted_event` is the event
    of the count that stands.
    """

    __tablename__ = "shifts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    clerk: Mapped[str]
    person_id: Mapped[int]
    state: Mapped[str]
    opened_at: Mapped[dt.datetime]
    opened_event: Mapped[int]
    opening_fen: Mapped[int]
    opening_notes: Mapped[str]
    carried_fen: Mapped[int]
    moved_in_fen: Mapped[int]
    is_first: Mapped[bool]
    rounds: Mapped[int]
    counted_event: Mapped[int | None]
    kept_fen: Mapped[int]
    is_compared: Mapped[bool]
    differs: Mapped[str]
    is_nil: Mapped[bool]
    closed_at: Mapped[dt.datetime | None]
    closer_id: Mapped[int | None]
    witness: Mapped[str]
    reason: Mapped[str]

    __table_args__ = (
        UniqueConstraint("hall_id", "business_date", "person_id", name="one_shift_a_day"),
        CheckConstraint(f"state IN {tuple(SHIFT_STATES)}", name="shift_state_is_known"),
        CheckConstraint(
            "state <> 'closed' OR counted_event IS NOT NULL", name="closed_was_counted"
        ),
    )


class ShiftCount(Base):
    """What was stated of one tender in one round, and the notes; every round is kept."""

    __tablename__ = "shift_counts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    shift_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    tender: Mapped[str] = mapped_column(primary_key=True)
    amount_fen: Mapped[int]
    notes: Mapped[str]
    person_id: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class ShiftResult(Base):
    """What the books expected of one tender when the shift was closed, beside what was counted."""

    __tablename__ = "shift_results"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    shift_id: Mapped[int] = mapped_column(primary_key=True)
    tender: Mapped[str] = mapped_column(primary_key=True)
    expected_fen: Mapped[int]
    counted_fen: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class CashEvidence(Base):
    """The batch by which a day's shifts, moves or deposits were last told to the audit."""

    __tablename__ = "cash_evidence"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    intake_no: Mapped[int]
    sha256: Mapped[str]


class OverShortCase(Base):
    """A 长短款 case: one for each clerk, tender and day, so that nothing is ever netted.

    `found_fen` is what the audit finds, `passed_fen` what a hand-over found beside; over is above
    zero, short below.
    """

    __tablename__ = "over_short_cases"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    clerk: Mapped[str] = mapped_column(primary_key=True)
    tender: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    found_fen: Mapped[int]
    passed_fen: Mapped[int]
    cause: Mapped[str]
    note: Mapped[str]
    due_on: Mapped[dt.date]
    way: Mapped[str]
    document_id: Mapped[int | None]
    opened_at: Mapped[dt.datetime]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(CASE_STATES)}", name="case_state_is_known"),
        CheckConstraint(
            "state NOT IN ('proposed', 'settled') OR document_id IS NOT NULL",
            name="a_decision_has_its_document",
        ),
    )

    @property
    def amount_fen(self) -> int:
        """Give the whole difference, in fen."""
        return self.found_fen + self.passed_fen


class CashSlip(Base):
    """What was called out for one transaction: due, received and given back, in fen (REC-12b).

    `prints` counts how often it was printed; `is_back` that the paper was in hand when it was
    cancelled.
    """

    __tablename__ = "cash_slips"
    LETTERS: ClassVar[str] = "XP"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    slip_no: Mapped[int] = mapped_column(primary_key=True)
    clerk: Mapped[str]
    person_id: Mapped[int]
    txn_no: Mapped[str]
    due_fen: Mapped[int]
    tendered_fen: Mapped[int]
    change_fen: Mapped[int]
    called_at: Mapped[dt.datetime]
    prints: Mapped[int]
    state: Mapped[str]
    is_back: Mapped[bool]
    reason: Mapped[str]

    __table_args__ = (
        Index("ix_cash_slips_txn_no", "hall_id", "txn_no"),
        CheckConstraint(f"state IN {tuple(SLIP_STATES)}", name="slip_state_is_known"),
        CheckConstraint(
            "due_fen > 0 AND change_fen >= 0 AND change_fen = tendered_fen - due_fen",
            name="change_is_received_less_due",
        ),
        CheckConstraint(
            "state <> 'cancelled' OR prints = 0 OR is_back = 1", name="a_printed_slip_came_back"
        ),
    )

    @property
    def number(self) -> str:
        """Give the number people know, such as `XP20261120-0007`."""
        return f"{self.LETTERS}{self.business_date:%Y%m%d}-{self.slip_no:04d}"


class KioskClearing(Base):
    """What was in a kiosk between two clearings, beside what it should have held, in fen.

    Paid after `from_at` up to `cleared_at`; `expected_fen` is None until all account lines of those
    days are here. `told_fen` is the difference its case was told.
    """

    __tablename__ = "kiosk_clearings"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    kiosk: Mapped[str]
    counted_fen: Mapped[int]
    from_at: Mapped[dt.datetime]
    from_day: Mapped[dt.date]
    cleared_at: Mapped[dt.datetime]
    expected_fen: Mapped[int | None]
    told_fen: Mapped[int]

    __table_args__ = (Index("ix_kiosk_clearings_day", "hall_id", "business_date"),)

    @property
    def difference_fen(self) -> int | None:
        """Give over (above zero) or short; None before it is known."""
        return None if self.expected_fen is None else self.counted_fen - self.expected_fen
