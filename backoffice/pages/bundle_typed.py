"""What is typed into the forms of the hand-over, made into what the services take."""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.pages.move_forms import day_of
from ledger.errors import Invalid
from ledger.finance.returns import ReturnedLine
from ledger.money import read_fen
from ledger.text import Text

ROWS = 3
REASON_LIMIT = 500
NUMBER_LIMIT = 200


class LineUnreadable(Invalid):
    """A line to be returned that says no day or no amount."""

    code = "line_unreadable"
    text = Text("第 {row} 行:{problem}。", "Line {row}: {problem}.")


def reason_typed(form: Mapping[str, str]) -> str:
    """Give the reason as typed."""
    return form.get("reason", "").strip()[:REASON_LIMIT]


def lines_typed(form: Mapping[str, str]) -> list[ReturnedLine]:
    """Give the lines to be returned; rows without a reason are left out. Raises LineUnreadable."""
    return [_line(form, row) for row in range(1, ROWS + 1) if form.get(f"reason-{row}", "").strip()]


def _line(form: Mapping[str, str], row: int) -> ReturnedLine:
    date = day_of(form.get(f"date-{row}", ""))
    if date is None:
        raise LineUnreadable(row=row, problem=Text("请选择营业日", "choose the day"))
    return ReturnedLine(
        date=date,
        reason=form[f"reason-{row}"].strip()[:REASON_LIMIT],
        check=form.get(f"check-{row}", "").strip()[:10],
        subject=form.get(f"subject-{row}", "").strip()[:NUMBER_LIMIT],
        clerk=form.get(f"clerk-{row}", "").strip()[:NUMBER_LIMIT],
        expected_fen=_fen(form, row, "expected"),
        found_fen=_fen(form, row, "found"),
    )


def _fen(form: Mapping[str, str], row: int, name: str) -> int | None:
    typed = form.get(f"{name}-{row}", "").strip()
    if not typed:
        return None
    try:
        return read_fen(typed)
    except ValueError:
        problem = Text(f"“{typed[:20]}”不是金额", f"“{typed[:20]}” is no amount")
        raise LineUnreadable(row=row, problem=problem) from None
