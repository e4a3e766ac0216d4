"""Tables of counts: a small mutable head, and every scan, undo and number as it came."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

COUNT_KINDS: dict[str, Text] = {
    "daily": Text("日盘", "Daily"),
    "weekly": Text("周盘", "Weekly"),
    "monthly": Text("月盘", "Monthly"),
    "spot": Text("抽盘", "Spot check"),
    "hand_over": Text("交接盘", "Hand-over"),
}
COUNT_STATES: dict[str, Text] = {
    "open": Text("盘点中", "Counting"),
    "finished": Text("已盘完", "Finished"),
    "recounting": Text("复盘中", "Recounting"),
    "settled": Text("已出结果", "Settled"),
    "cancelled": Text("已作废", "Cancelled"),
}
VERDICTS: dict[str, Text] = {
    "taken": Text("已记", "Taken"),
    "twice": Text("重复扫描", "Scanned twice"),
    "unknown": Text("不在账上的号码,已记", "A number not in the books; taken down"),
    "unreadable": Text("无法识别", "Not readable"),
    "several": Text("此号不止一件,请扫另一个号", "Several pieces have it: scan another number"),
    "quantity": Text("数量已记", "Quantity taken"),
    "undone": Text("已撤销", "Undone"),
}
COUNTING = ("open", "recounting")


class Count(Base):
    """One count of one place: who counts, who stands by, what of, and how far it has come.

    `snapshot_event` and `snapshot_row` are the last event and row of the hall when it was opened;
    what is booked later has greater numbers. `scope` is '' for all goods, else items or categories
    by commas, as `scope_kind` says. `until_row` closes the window of movements when it is settled.
    `recount_of`: '' for everything, 'differences' for what differed alone. `taken` to `unreadable`
    are how many scans of this round stand with that verdict.
    """

    __tablename__ = "counts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    count_no: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    account_id: Mapped[int]
    scope_kind: Mapped[str]
    scope: Mapped[str]
    business_date: Mapped[dt.date]
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[int]
    snapshot_event: Mapped[int]
    snapshot_row: Mapped[int]
    until_row: Mapped[int | None]
    round: Mapped[int]
    counter: Mapped[str]
    counter_id: Mapped[int]
    witness: Mapped[str]
    witness_id: Mapped[int]
    recount_of: Mapped[str]
    document_id: Mapped[int | None]
    intake_no: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    twice: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(COUNT_KINDS)}", name="count_kind_is_known"),
        CheckConstraint(f"state IN {tuple(COUNT_STATES)}", name="count_state_is_known"),
        CheckConstraint("counter_id <> witness_id", name="two_people_count"),
        CheckConstraint("state <> 'settled' OR until_row IS NOT NULL", name="settled_has_an_end"),
        Index("ix_counts_day", "hall_id", "business_date"),
    )


class CountRound(Base):
    """A round of a count: who counted and who stood by, and the number of the event that began it.

    The first round is the count, each later one a recount; all are kept, the last one stands.
    """

    __tablename__ = "count_rounds"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    count_no: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[str]
    counter_id: Mapped[int]
    witness: Mapped[str]
    witness_id: Mapped[int]
    recount_of: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class CountScan(Base):
    """One scan, undo or number keyed: the raw value, what it stands for, and what was said of it.

    `scan_no` is a row number of the hall, so that it tells which movements were booked before.
    `act` is `scan`, `number` or `undo`; an undo names the scan it takes back in `undoes`. A serial
    of no unit has `unit_id` 0; a unit of another hall has that hall in `unit_hall`.
    """

    __tablename__ = "count_scans"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    count_no: Mapped[int] = mapped_column(primary_key=True)
    scan_no: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int]
    person_id: Mapped[int]
    at: Mapped[dt.datetime]
    act: Mapped[str]
    value: Mapped[str]
    serial: Mapped[str]
    unit_hall: Mapped[int]
    unit_id: Mapped[int]
    commodity_id: Mapped[int]
    quantity: Mapped[int]
    verdict: Mapped[str]
    undoes: Mapped[int]

    __table_args__ = (
        Index("ix_count_scans_serial", "hall_id", "count_no", "serial"),
        {"info": {IMMUTABLE: True}},
    )


class CountDifference(Base):
    """One difference as it stood when a round was finished, kept with the round for ever.

    `sort` is `missing` or `unexpected`; of quantities, `quantity` is how many.
    """

    __tablename__ = "count_differences"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    count_no: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    sort: Mapped[str]
    commodity_id: Mapped[int]
    unit_id: Mapped[int]
    serial: Mapped[str]
    quantity: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)
