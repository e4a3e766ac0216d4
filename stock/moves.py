"""Every stock document that people make: one service that works out places, value and signers.

What each kind moves, states and asks for stands in `kinds.PAPER_KINDS`; rules that need the books
are in `move_rules`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.dispatches import lost_dispatch, note_dispatch, other_hall
from stock.errors import NoLines, UnknownKind
from stock.kinds import PAPER_KINDS
from stock.move_facts import check_facts
from stock.move_lines import Move, MoveLine, everything_held, make_lines
from stock.move_rules import add_facts, check_rules, signers_of
from stock.values import with_values

__all__ = ["MoveLine", "make_move", "submit_move"]

NOTHING: Mapping[str, str] = MappingProxyType({})


def submit_move(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    lines: Sequence[MoveLine],
    facts: Mapping[str, str] = NOTHING,
    on: dt.date | None = None,
    reason: str = "",
) -> Document:
    """Make and submit a stock document; it is posted unless somebody else signs it first.

    A hand-over whose one line names no item moves everything its `holder` holds. `on` is the open
    business day, today if not given. Raises what is wrong with a line, a fact or a rule of the kind
    (`stock.errors`), and what `advance` raises.
    """
    if kind == "transfer_in":
        # What another hall sent is received against its manifest alone.
        raise UnknownKind(kind=kind)
    return make_move(uow, hall=hall, kind=kind, lines=lines, facts=facts, on=on, reason=reason)


def make_move(
    uow: UnitOfWork,
    *,
    hall: Hall,
    kind: str,
    lines: Sequence[MoveLine],
    facts: Mapping[str, str] = NOTHING,
    on: dt.date | None = None,
    reason: str = "",
) -> Document:
    """Do the same for any kind, a receipt from another hall included."""
    paper = PAPER_KINDS.get(kind)
    if paper is None:
        raise UnknownKind(kind=kind)
    require(uow, hall.id, paper.area, "submit")
    day = take_day(uow, hall, on)
    reason = reason.strip() or facts.get("reason", "").strip()
    stated = check_facts(paper, {**facts, "reason": reason}, on=day)
    if kind == "handover" and len(lines) == 1 and not lines[0].item and not lines[0].serial:
        lines = everything_held(uow, hall, lines[0])
    if not lines:
        raise NoLines
    if kind == "transfer_out":
        other_hall(uow, hall, stated["to_hall"])
    if kind == "scrap" and "dispatch" in stated:
        stated["to_hall"] = lost_dispatch(uow, hall, stated["dispatch"])
    move = Move(uow=uow, hall=hall, name=kind, kind=paper, facts=stated, on=day)
    made = make_lines(move, lines)
    stated |= add_facts(move, made)
    check_rules(move, made)
    valued: list[Line] = made
    amount = 0
    if paper.tiered or kind == "receipt":
        valued, amount = with_values(uow, hall, made, on=day, required=paper.tiered)
    document = draft_document(
        uow, hall_id=hall.id, kind=kind, business_date=day, amount_fen=amount, remark=reason
    )
    advance(
        uow,
        document,
        "submit",
        lines=valued,
        facts=stated,
        confirm_by=signers_of(move, made),
        reason=reason,
    )
    if kind == "transfer_out":
        note_dispatch(uow, hall, document, stated["to_hall"])
    return document
