"""Files of confirmation slips, csv or xlsx, as the platform lists them; a ruined number is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from backoffice.goods_files import cells_by_column, read_head, refusal_of
from invoices.slip_files import SlipLine, SlipsTaken, reason_named, state_named
from ledger.money import read_fen
from ledger.text import Text
from ledger.times import HALL_TIME

COLUMNS: dict[str, str] = {
    "slip_no": "确认单编号",
    "original_code": "原发票代码",
    "original_no": "原发票号码",
    "amount": "金额",
    "reason": "红冲原因",
    "opened_at": "开具时间",
    "state": "状态",
}
REQUIRED = ("slip_no", "original_no", "amount", "reason")
_NUMBERS = ("slip_no", "original_code", "original_no")
_LARGEST_FILE_MB = 16


def read_slip_file(name: str, content: bytes) -> list[SlipLine]:
    """Read the lines of a file.

    Raises BadInput for a file without a readable header; a bad cell is its line's, not the file's.
    """
    line, columns, records = read_head(name, content, COLUMNS, megabytes=_LARGEST_FILE_MB)
    if not set(REQUIRED) <= set(columns):
        wording = Text(
            "表头须有确认单编号、原发票号码、金额与红冲原因。",
            "The header needs slip_no, original_no, amount and reason.",
        )
        raise refusal_of(name, wording, line)
    return [_line(line_no, cells, columns) for line_no, cells in records]


def slips_said(taken: SlipsTaken) -> Text:
    """Say what became of a file of slips."""
    return Text(
        f"新登记 {taken.opened} 张,了结 {taken.settled} 张,无变化 {taken.same} 张。",
        f"{taken.opened} slips noted, {taken.settled} settled, {taken.same} unchanged.",
    )


def _line(line_no: int, cells: Sequence[str], columns: dict[str, int]) -> SlipLine:
    found, wrong = cells_by_column(cells, columns, _NUMBERS)
    said = {name: found.get(name, "").strip() for name in COLUMNS}
    try:
        amount = abs(read_fen(said["amount"]))
    except ValueError:
        amount = 0
        wrong = wrong or Text("金额应如 58.00。", "The amount is written as 58.00.")
    try:
        opened_at = dt.datetime.fromisoformat(said["opened_at"]) if said["opened_at"] else None
    except ValueError:
        opened_at = None
        wrong = wrong or Text("时间应如 2026-11-20 10:30。", "The time is as 2026-11-20 10:30.")
    state = state_named(said["state"])
    if said["state"] and not state:
        wrong = wrong or Text(f"没有状态“{said['state']}”。", f"No such state: {said['state']}.")
    return SlipLine(
        line_no=line_no,
        slip_no=said["slip_no"],
        original_code=said["original_code"],
        original_no=said["original_no"],
        amount_fen=amount,
        reason=reason_named(said["reason"]),
        opened_at=opened_at.replace(tzinfo=HALL_TIME)
        if opened_at and opened_at.tzinfo is None
        else opened_at,
        state=state,
        wrong=wrong,
    )
