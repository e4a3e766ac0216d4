"""The day's account lines about goods, each judged by the books: it fits, or why it does not.

Judged in the order of time against the state before the day's own sales documents, so that the
verdict is the same before and after these are posted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Row, text

from ledger.audit.stage import stage_scope
from ledger.audit.stage_shifts import STAFF_STEPS
from ledger.audit.staging import drop_tables, tables_of, take_steps
from ledger.evidence.expected import CURRENT
from ledger.evidence.tables import NAMES_GOODS
from ledger.rows import stage_rows
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.goods_stage import GIVEABLE, GOODS_STEPS

Day = tuple[int, dt.date]
CUSTODY = ("clerk", "counter")

DOCUMENTED, UNDONE = "documented", "undone"
REASONS: dict[str, Text] = {
    "": Text("已入账", "In the books"),
    DOCUMENTED: Text("已由赠送单出账", "A gift slip has moved it"),
    UNDONE: Text("当日已退回,无须入账", "Undone the same day; nothing to move"),
    "unknown_serial": Text("串号不在本厅账上", "The serial is not in this hall's books"),
    "unknown_item": Text("物品编码未登记", "The item is not registered"),
    "no_serial": Text("按串号管理的物品没有串号", "The item is tracked by serial; none is named"),
    "elsewhere": Text("不在售出人或其柜台手中", "Not in the hands of the seller or his counter"),
    "already_sold": Text("账上已售出", "The books have it sold already"),
    "not_sold": Text("账上未售出,无从退回", "The books do not have it sold; nothing comes back"),
    "too_few": Text("手中数量不足", "The seller does not hold so many"),
    "moved_since": Text("其后已有单据移动", "Later documents have moved it"),
    "counted_return": Text(
        "按数量管理的退货,实物退回须另开单", "Counted goods given back: a return slip moves them"
    ),
}


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One account line about goods: what it moves, whom it names, and `reason` ('' if it fits).

    `serial` is the unit's own, `named` what the line says. `account_id` is where the goods leave.
    `purpose` is what a registered campaign gave it for, '' for what was sold.
    """

    txn_no: str
    line_no: int
    accepted_at: int
    clerk: str
    person: str
    is_sale: bool
    named: str
    item: str
    quantity: int
    received: int
    tracking: str
    commodity_id: int | None
    unit_id: int | None
    serial: str
    account_id: int | None
    place_kind: str
    holder: str
    held: int
    moved_since: bool
    documented: bool = False
    was_in_hand: bool = False
    purpose: str = ""
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether the books can follow it."""
        return not self.reason

    @property
    def waits(self) -> bool:
        """Whether it is unconfirmed: it does not fit, and nothing else has settled it."""
        return self.reason not in ("", DOCUMENTED, UNDONE)


_LINES = f"""
SELECT g.hall_id, g.business_date, g.txn_no, g.line_no, g.accepted_at, g.clerk, g.person,
       g.line_kind, g.serial AS named, g.known_item AS item, g.quantity, g.received, g.tracking,
       g.commodity_id, g.unit_id, COALESCE(u.serial, g.serial) AS serial,
       COALESCE(x.from_account, g.account_id) AS account_id, g.place_kind,
       COALESCE(x.from_holder, g.holder) AS holder, COALESCE(x.held, 0) AS held, g.documented,
       COALESCE(y.in_hand, 0) AS in_hand, COALESCE(c.purpose, '') AS purpose,
       CASE WHEN EXISTS (SELECT 1 FROM audit_undone z
                          WHERE z.hall_id = g.hall_id AND z.business_date = g.business_date
                            AND z.unit_id = g.unit_id AND z.posted_on > z.business_date)
            THEN 1 ELSE 0 END AS moved_since
  FROM audit_goods g
  LEFT JOIN units u ON u.hall_id = g.hall_id AND u.id = g.unit_id
  LEFT JOIN audit_serials y ON y.hall_id = g.hall_id AND y.business_date = g.business_date
       AND y.thing = g.thing AND y.txn_no = g.txn_no AND y.line_no = g.line_no
  LEFT JOIN audit_pieces x ON x.hall_id = g.hall_id AND x.business_date = g.business_date
       AND x.txn_no = g.txn_no AND x.line_no = g.line_no
  LEFT JOIN gift_campaigns c ON c.hall_id = g.hall_id AND c.code = g.campaign
       AND g.line_kind = 'sale' AND g.received = 0 AND g.deferred = 0
       AND g.category IN ({GIVEABLE})
 ORDER BY g.hall_id, g.business_date, g.accepted_at, g.txn_no, g.line_no
"""
# What left a place on later days is no longer there to be sold.
_LEFT_SINCE = """
SELECT hall_id, business_date, account_id, commodity_id, CAST(SUM(amount) AS BIGINT)
  FROM (SELECT hall_id, business_date, credit_account AS account_id, commodity_id, amount
          FROM audit_undone WHERE unit_id = 0 AND posted_on > business_date
         UNION ALL
        SELECT hall_id, business_date, debit_account, commodity_id, -amount
          FROM audit_undone WHERE unit_id = 0 AND posted_on > business_date) u
 GROUP BY hall_id, business_date, account_id, commodity_id
HAVING SUM(amount) > 0
"""
_PROBE_COLUMNS = (("hall_id", "BIGINT"), ("business_date", "DATE"))
_PROBE = f"""
SELECT d.hall_id, CAST(d.business_date AS TEXT)
  FROM probed_days d
 WHERE EXISTS (SELECT 1 FROM evidence_accounts a
                WHERE a.hall_id = d.hall_id AND a.business_date = d.business_date
                  AND ({NAMES_GOODS}) AND {CURRENT.format("a")})
"""


def days_with_goods(uow: UnitOfWork, days: Sequence[Day]) -> set[Day]:
    """Give those of the days that have account lines about goods; costs almost nothing."""
    rows = [(hall_id, date.isoformat()) for hall_id, date in days]
    stage_rows(uow.session, "probed_days", _PROBE_COLUMNS, rows)
    found = uow.session.execute(text(_PROBE))
    return {(hall_id, dt.date.fromisoformat(date)) for hall_id, date in found}


def judge_lines(uow: UnitOfWork, days: Sequence[Day]) -> dict[Day, list[SoldLine]]:
    """Give the lines about goods of each day in order of time, with the verdict on each."""
    stage_scope(uow, days)
    connection = uow.session.connection()
    take_steps(connection, (*STAFF_STEPS, *GOODS_STEPS))
    members = {
        (hall_id, place, clerk)
        for hall_id, place, clerk in connection.exec_driver_sql(
            "SELECT hall_id, place, clerk FROM audit_holders"
        )
    }
    left = {
        (hall_id, str(date), account, item): pieces
        for hall_id, date, account, item, pieces in connection.exec_driver_sql(_LEFT_SINCE)
    }
    lines: dict[Day, list[SoldLine]] = {}
    for row in connection.exec_driver_sql(_LINES):
        day = (row.hall_id, dt.date.fromisoformat(str(row.business_date)))
        lines.setdefault(day, []).append(_line(row, left))
    drop_tables(connection, ("audit_scope", *tables_of(STAFF_STEPS, GOODS_STEPS)))
    return {
        (hall_id, date): _judged(
            found, {(place, clerk) for hall, place, clerk in members if hall == hall_id}
        )
        for (hall_id, date), found in lines.items()
    }


def _line(row: Row[tuple[object, ...]], left: dict[tuple[int, str, int, int], int]) -> SoldLine:
    gone = left.get((row.hall_id, str(row.business_date), row.account_id, row.commodity_id), 0)
    return SoldLine(
        txn_no=row.txn_no,
        line_no=row.line_no,
        accepted_at=row.accepted_at,
        clerk=row.clerk,
        person=row.person,
        is_sale=row.line_kind == "sale",
        named=row.named,
        item=row.item,
        quantity=int(row.quantity),
        received=int(row.received),
        tracking=row.tracking,
        commodity_id=row.commodity_id,
        unit_id=row.unit_id,
        serial=row.serial,
        account_id=row.account_id,
        place_kind=row.place_kind,
        holder=row.holder,
        held=int(row.held) - gone,
        moved_since=bool(row.moved_since),
        documented=bool(row.documented),
        was_in_hand=bool(row.in_hand),
        purpose=row.purpose,
    )


def _judged(lines: Iterable[SoldLine], members: set[tuple[str, str]]) -> list[SoldLine]:
    """Go through a day in order: each line that fits changes where its goods are."""
    at: dict[int, SoldLine] = {}
    left: dict[tuple[int | None, int | None], int] = {}
    judged = []
    for line in lines:
        if line.documented:
            seen = replace(line, reason=DOCUMENTED)
        elif line.named:
            seen = _judge_serial(line, at.get(line.unit_id or 0), members)
            if seen.fits and seen.unit_id is not None:
                at[seen.unit_id] = seen
        else:
            place = (line.account_id, line.commodity_id)
            seen = _judge_pieces(line, left.setdefault(place, line.held))
            if seen.fits:
                left[place] -= line.quantity
        judged.append(seen)
    return _settled(judged)


def _settled(judged: list[SoldLine]) -> list[SoldLine]:
    """Mark sales from a place the unit has left again, that were given back: they moved nothing."""
    sold: dict[int, SoldLine] = {}
    undone: set[tuple[str, int]] = set()
    for line in judged:
        if line.unit_id is None:
            continue
        before = sold.pop(line.unit_id, None)
        if line.reason == "elsewhere" and line.was_in_hand:
            sold[line.unit_id] = line
        elif before is not None and line.reason == "not_sold" and line.person == before.person:
            undone |= {(before.txn_no, before.line_no), (line.txn_no, line.line_no)}
    return [
        replace(line, reason=UNDONE) if (line.txn_no, line.line_no) in undone else line
        for line in judged
    ]


def _judge_serial(
    line: SoldLine, before: SoldLine | None, members: set[tuple[str, str]]
) -> SoldLine:
    """Judge a line that names a unit; `before` is the line that moved it last that day."""
    if line.unit_id is None:
        return replace(line, reason="unknown_serial")
    if line.moved_since:
        return replace(line, reason="moved_since")
    if before is None:
        sold = line.place_kind == "customer"
        in_hand = line.place_kind in CUSTODY and (line.holder, line.person) in members
    else:
        sold = before.is_sale
        in_hand = not sold and before.person == line.person
        line = replace(line, account_id=None, place_kind="clerk", holder=before.clerk)
    if not line.is_sale:
        return line if sold else replace(line, reason="not_sold")
    if in_hand:
        return line
    return replace(line, reason="already_sold" if sold else "elsewhere")


def _judge_pieces(line: SoldLine, held: int) -> SoldLine:
    if not line.tracking:
        return replace(line, reason="unknown_item")
    if line.tracking == "serial":
        return replace(line, reason="no_serial")
    if not line.is_sale:
        return replace(line, reason="counted_return")
    if line.account_id is None or line.quantity > held:
        return replace(line, reason="too_few")
    return line
