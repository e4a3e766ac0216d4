"""One step of a shift as any door asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.cash.declaring import (
    Statement,
    close_for_absent,
    declare,
    keep_count,
    sign_as_witness,
)
from ledger.cash.handover import hand_over
from ledger.cash.shifts import resume_shift, suspend_shift
from ledger.organisations import Hall
from ledger.work import UnitOfWork

SIGNING_ACTS = frozenset({"witness", "hand_over"})


@dataclass(frozen=True, slots=True)
class ShiftAct:
    """What is done, and what it states: notes as fen -> pieces, amounts in fen."""

    name: str
    notes: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    kept_fen: int = 0
    is_nil: bool = False
    witness: str = ""
    incoming: str = ""
    opens_case: bool = False
    reason: str = ""


def do_shift_act(uow: UnitOfWork, hall: Hall, clerk: str, date: dt.date, act: ShiftAct) -> None:
    """Take the step; raises what the service of the step raises."""
    stated = Statement(act.notes, act.amounts, act.kept_fen, act.is_nil)
    if act.name == "suspend":
        suspend_shift(uow, hall=hall, clerk=clerk, on=date)
    elif act.name == "resume":
        resume_shift(uow, hall=hall, clerk=clerk, on=date)
    elif act.name == "declare":
        declare(uow, hall=hall, clerk=clerk, statement=stated, on=date)
    elif act.name == "keep":
        keep_count(uow, hall=hall, clerk=clerk, on=date)
    elif act.name == "close_for":
        close_for_absent(
            uow,
            hall=hall,
            clerk=clerk,
            statement=stated,
            witness=act.witness,
            reason=act.reason,
            on=date,
        )
    elif act.name in ("witness", "refuse"):
        sign_as_witness(uow, hall=hall, clerk=clerk, agrees=act.name == "witness", on=date)
    else:
        hand_over(
            uow,
            hall=hall,
            clerk=clerk,
            incoming=act.incoming,
            notes=act.notes,
            opens_case=act.opens_case,
            on=date,
        )
