"""Confirmation slips from a file: new ones are noted, known ones take their step; all or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from invoices.red_errors import SlipKnownAlready, SlipUnknown
from invoices.red_slips import (
    REASONS,
    STATES,
    confirm_slip,
    find_slip,
    open_slip,
    void_slip,
)
from ledger.errors import BackofficeError, BadInput, Problem
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of a file of slips: fen, reason and state by their codes; `wrong` tells of its cells.

    `opened_at` is None where the file does not say, `state` '' likewise.
    """

    line_no: int
    slip_no: str
    original_code: str
    original_no: str
    amount_fen: int
    reason: str
    opened_at: dt.datetime | None
    state: str
    wrong: Text | None = None


@dataclass(frozen=True, slots=True)
class SlipsTaken:
    """What became of a file: how many slips it opened, settled, and said nothing new of."""

    opened: int
    settled: int
    same: int


def take_slips(uow: UnitOfWork, *, hall: Hall, name: str, lines: Sequence[SlipLine]) -> SlipsTaken:
    """Note the slips of a file; raises BadInput naming each line that cannot be, and keeps none."""
    require(uow, hall.id, "forms", "register")
    counts = {"opened": 0, "settled": 0, "same": 0}
    problems: list[Problem] = []
    for line in lines:
        try:
            if line.wrong is not None:
                problems.append(Problem(line.wrong, file=name, line=line.line_no))
            else:
                counts[_take(uow, hall, line)] += 1
        except BackofficeError as refused:
            said = Text(refused.message("zh"), refused.message("en"))
            problems.append(Problem(said, file=name, line=line.line_no))
    if problems:
        raise BadInput(problems[: BadInput.LIMIT], found=len(problems))
    return SlipsTaken(**counts)


def reason_named(word: str) -> str:
    """Give the code of a reason written as its code or in either language; '' for none."""
    return _named(REASONS, word)


def state_named(word: str) -> str:
    """Give the code of a state written likewise; '' for none."""
    return _named(STATES, word)


def _named(words: dict[str, Text], word: str) -> str:
    said = word.strip()
    return next((code for code, text in words.items() if said in (code, text.zh, text.en)), "")


def _take(uow: UnitOfWork, hall: Hall, line: SlipLine) -> str:
    try:
        slip = find_slip(uow, hall, line.slip_no)
    except SlipUnknown:
        open_slip(
            uow,
            hall=hall,
            slip_no=line.slip_no,
            original_code=line.original_code,
            original_no=line.original_no,
            amount_fen=line.amount_fen,
            reason=line.reason,
            opened_at=line.opened_at,
            state=line.state if line.state in ("confirmed", "void") else "waiting",
        )
        return "opened"
    known = (slip.original_code, slip.original_no, slip.amount_fen)
    if known != (line.original_code, line.original_no, line.amount_fen):
        raise SlipKnownAlready(slip=line.slip_no)
    if line.state in ("confirmed", "void") and line.state != slip.state:
        settle = confirm_slip if line.state == "confirmed" else void_slip
        settle(uow, hall=hall, slip_no=line.slip_no)
        return "settled"
    return "same"
