"""Matching the bank's statements with deposits, n to m: proposed, confirmed by a person, undone.

A match is a document. It posts money on its way into the bank where no receipt was keyed, and
nothing where one was (DOMAIN REC-06, REC-11; FIL-07). Of a slip that came by file no money is on
its way in the books: nothing but a difference is posted. It is undone by its reversal, until
finance has taken the days over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ledger.cash.bank import Gap, check_gap, credit_lines, gap_facts, note_gap
from ledger.cash.bank_lines import (
    DEPOSIT,
    LINE,
    LOOKED_BACK,
    SLIP,
    BankLine,
    OpenDeposit,
    names_in,
    open_deposits,
    open_lines,
)
from ledger.cash.errors import CashUnreadable, MatchDiffers, NotOpenForMatch
from ledger.cash.kinds import MATCH
from ledger.cash.moves import find_cash_document
from ledger.cash.places import person_of, takings_line
from ledger.cash.proposing import Proposal, in_window, propose_matches
from ledger.cash.told import tell_audit
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document
from ledger.lifecycle import MakerIsChecker, advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

T = TypeVar("T")
BY_HAND, SET_ASIDE = "hand", "aside"
REASON = Text("原因", "Reason")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Both sides that are not matched, and the exact matches proposed of them."""

    deposits: tuple[OpenDeposit, ...]
    lines: tuple[BankLine, ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a person states: numbers of deposits, names of lines, and why they differ if they do.

    Without a deposit the lines are set aside as no deposits of cash; `why.reason` says what they
    are.
    """

    deposits: Sequence[str]
    lines: Sequence[str]
    why: Gap = field(default_factory=Gap)


def waiting_at_bank(uow: UnitOfWork, hall: Hall, today: dt.date) -> Waiting:
    """Give what waits to be matched; read by two statements, whatever there is."""
    require(uow, hall.id, "cash", "oversee")
    since = today - LOOKED_BACK
    deposits = open_deposits(uow, hall, since=since)
    lines = open_lines(uow, hall, since=since)
    return Waiting(tuple(deposits), tuple(lines), tuple(propose_matches(deposits, lines)))


def match_statement(uow: UnitOfWork, *, hall: Hall, match: Match) -> Document:
    """Match lines of a statement with deposits, or set lines aside.

    Nobody matches a deposit he made. Raises NotOpenForMatch, MatchDiffers, MakerIsChecker, and what
    `check_gap` raises.
    """
    require(uow, hall.id, "statements", "submit")
    today = take_day(uow, hall, None)
    waiting = waiting_at_bank(uow, hall, today)
    return _match(uow, hall, today, waiting, match, how=BY_HAND)


def confirm_proposals(uow: UnitOfWork, *, hall: Hall) -> list[Document]:
    """Confirm every exact proposal but those with a deposit of the actor's own; gives the matches.

    All of them, or none where one is refused.
    """
    require(uow, hall.id, "statements", "submit")
    today = take_day(uow, hall, None)
    waiting = waiting_at_bank(uow, hall, today)
    made = []
    for one in waiting.proposals:
        if not any(_took_it(uow, hall, deposit) for deposit in one.deposits):
            numbers = [deposit.number for deposit in one.deposits]
            match = Match(numbers, [line.name for line in one.lines])
            made.append(_match(uow, hall, today, waiting, match, how=one.how))
    return made


def _match(
    uow: UnitOfWork, hall: Hall, today: dt.date, waiting: Waiting, match: Match, *, how: str
) -> Document:
    lines = _chosen({one.name: one for one in waiting.lines}, match.lines)
    deposits = _chosen({one.number: one for one in waiting.deposits}, match.deposits)
    if not lines:
        raise CashUnreadable(
            field=Text("银行流水", "Lines of the statement"), problem=Text("必选", "required")
        )
    _check(uow, hall, deposits, lines, match.why)
    credited = sum(line.amount_fen for line in lines)
    gap = credited - sum(one.amount_fen for one in deposits) if deposits else 0
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=MATCH,
        business_date=today,
        amount_fen=credited,
        remark=match.why.reason.strip(),
    )
    advance(
        uow,
        document,
        "submit",
        lines=_posted(uow, hall, deposits, gap, match.why),
        facts=_facts(deposits, lines, gap, match.why, how if deposits else SET_ASIDE),
    )
    note_gap(uow, hall, match.why, gap, today)
    for day in sorted({today, *(one.on for one in deposits)}):
        tell_audit(uow, hall, day)
    return document


def _chosen(waiting: dict[str, T], stated: Sequence[str]) -> list[T]:
    names = names_in(stated)
    for name in names:
        if name not in waiting:
            raise NotOpenForMatch(name=name)
    return [waiting[name] for name in names]


def _check(
    uow: UnitOfWork,
    hall: Hall,
    deposits: Sequence[OpenDeposit],
    lines: Sequence[BankLine],
    why: Gap,
) -> None:
    near = all(in_window(deposit, line) for deposit in deposits for line in lines)
    if not why.reason.strip() and (not deposits or not near):
        raise CashUnreadable(
            field=REASON,
            problem=Text(
                "不是解款的流水,或日期不在解款后三天内的,须写明",
                "say what it is, where it is no deposit or not within three days of one",
            ),
        )
    for one in deposits:
        if _took_it(uow, hall, one):
            raise MakerIsChecker(number=one.number)
    credited = sum(line.amount_fen for line in lines)
    stated = sum(one.amount_fen for one in deposits)
    if not deposits or credited == stated:
        return
    if len(deposits) > 1 or deposits[0].is_keyed:
        raise MatchDiffers(
            lines=show_yuan(credited),
            deposits=show_yuan(stated),
            rest=show_yuan(credited - stated),
        )
    check_gap(uow, hall, why, slip_fen=stated, credited_fen=credited)


def _took_it(uow: UnitOfWork, hall: Hall, deposit: OpenDeposit) -> bool:
    """Tell whether the actor made the deposit, or by its file is who took it to the bank."""
    if deposit.by_file:
        return person_of(uow, hall, deposit.clerk) == uow.actor.person_id
    return find_cash_document(uow, hall, deposit.number).maker_id == uow.actor.person_id


def _posted(
    uow: UnitOfWork, hall: Hall, deposits: Sequence[OpenDeposit], gap: int, why: Gap
) -> list[Line]:
    """Only a document without a keyed receipt is still on its way."""
    lines = [
        line
        for one in deposits
        if not one.is_keyed and not one.by_file
        for line in credit_lines(
            uow, hall, slip_fen=one.amount_fen, credited_fen=one.amount_fen + gap, why=why
        )
    ]
    if gap and deposits[0].by_file:
        lines.append(takings_line(uow, hall.id, why.clerk, gap))
    return lines


def _facts(
    deposits: Sequence[OpenDeposit], lines: Sequence[BankLine], gap: int, why: Gap, how: str
) -> dict[str, str]:
    return {
        "deposits": ", ".join(one.number for one in deposits),
        "statement": "; ".join(
            f"{one.on} {show_yuan(one.amount_fen)} {one.memo}".strip() for one in lines
        ),
        "how": how,
        "credited": str(sum(one.amount_fen for one in lines)),
        "deposited_on": max(one.on for one in lines).isoformat(),
        "receipt_no": lines[0].name.rpartition("/")[2],
        **gap_facts(why, gap),
        **{f"{DEPOSIT}{one.number}": one.number for one in deposits if not one.by_file},
        **{f"{SLIP}{one.number}": str(one.amount_fen) for one in deposits if one.by_file},
        **{f"{LINE}{one.name}": one.name for one in lines},
    }
