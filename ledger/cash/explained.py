"""Correction slips beside an over/short case: what of its difference each accepted one explains.

Over and short are never set off by themselves. A clerk who keyed the wrong tender makes two cases,
and the slip that puts his line right changes what the books expect of both; each case is then
settled by naming the slip, and what the two decisions and the slip book comes to nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select

from ledger.actors import Employment
from ledger.cash.errors import CaseUnexplained
from ledger.cash.tables import OverShortCase
from ledger.corrections.tables import CorrectedLine, CorrectionSlip
from ledger.evidence.tables import EVIDENCE_TABLES
from ledger.organisations import Hall
from ledger.work import UnitOfWork

LINES = EVIDENCE_TABLES["accounts"]
CaseKey = tuple[dt.date, str, str]


@dataclass(frozen=True, slots=True)
class SlipBeside:
    """A slip of the case's clerk and day. `fen` is what it changes of the tender's takings.

    It is 0 until the slip is accepted, and again once a line of it was itself corrected.
    """

    number: str
    state: str
    fen: int


def key_of(case: OverShortCase) -> CaseKey:
    """Give the day, clerk and tender of a case."""
    return case.business_date, case.clerk, case.tender


def slips_beside(
    uow: UnitOfWork, hall: Hall, cases: Sequence[OverShortCase]
) -> dict[CaseKey, list[SlipBeside]]:
    """Give the slips of each case's clerk, by whichever number, about its day; by number."""
    if not cases:
        return {}
    people = dict(
        uow.session.execute(
            select(Employment.number, Employment.person_id).where(Employment.hall_id == hall.id)
        ).all()
    )
    slips = uow.session.scalars(
        select(CorrectionSlip)
        .where(
            CorrectionSlip.hall_id == hall.id,
            CorrectionSlip.of_day.in_({case.business_date for case in cases}),
            CorrectionSlip.clerk != "",
            CorrectionSlip.state != "withdrawn",
        )
        .order_by(CorrectionSlip.number)
    ).all()
    changed = _changes(uow, hall.id, [one.number for one in slips if one.state == "accepted"])
    held: dict[tuple[dt.date, object], list[CorrectionSlip]] = defaultdict(list)
    for one in slips:
        held[one.of_day, people.get(one.clerk, one.clerk)].append(one)
    return {
        key_of(case): [
            SlipBeside(one.number, one.state, changed.get((one.number, case.tender), 0))
            for one in held[case.business_date, people.get(case.clerk, case.clerk)]
        ]
        for case in cases
    }


def cases_beside(uow: UnitOfWork, hall: Hall, slip: CorrectionSlip) -> list[OverShortCase]:
    """Give the cases of a slip's clerk, by whichever number, on the day it is about."""
    person = select(Employment.person_id).where(
        Employment.hall_id == hall.id, Employment.number == slip.clerk
    )
    numbers = select(Employment.number).where(
        Employment.hall_id == hall.id, Employment.person_id.in_(person)
    )
    return list(
        uow.session.scalars(
            select(OverShortCase)
            .where(
                OverShortCase.hall_id == hall.id,
                OverShortCase.business_date == slip.of_day,
                or_(OverShortCase.clerk == slip.clerk, OverShortCase.clerk.in_(numbers)),
                OverShortCase.state != "vanished",
            )
            .order_by(OverShortCase.clerk, OverShortCase.tender)
        )
    )


def require_explained(
    uow: UnitOfWork, hall: Hall, case: OverShortCase, named: Collection[str]
) -> None:
    """Go on only if the slips named change the tender by just the case's difference.

    Raises CaseUnexplained, also where none was named or one is not his, of another day or open.
    """
    beside = {one.number: one.fen for one in slips_beside(uow, hall, [case])[key_of(case)]}
    explained = sum(beside.get(number, 0) for number in set(named))
    if not named or explained != case.amount_fen or not all(map(beside.get, named)):
        raise CaseUnexplained(
            slips=" ".join(sorted(set(named))) or "-", explained=explained, fen=case.amount_fen
        )


def explaining(beside: Sequence[SlipBeside], fen: int) -> list[str]:
    """Give the slips that together explain all of a difference; none where they do not."""
    found = [one for one in beside if one.fen]
    return [one.number for one in found] if fen and sum(one.fen for one in found) == fen else []


def _changes(uow: UnitOfWork, hall_id: int, slips: Sequence[str]) -> dict[tuple[str, str], int]:
    """Give what accepted slips change of each tender of the day they are about, in fen."""
    if not slips:
        return {}
    was = LINES.alias()
    of_the_day = exists().where(
        and_(
            was.c.hall_id == LINES.c.hall_id,
            was.c.txn_no == LINES.c.original_txn_no,
            was.c.business_date == CorrectionSlip.of_day,
            was.c.line_kind != "correction",
        )
    )
    undone = exists().where(
        CorrectedLine.hall_id == LINES.c.hall_id, CorrectedLine.txn_no == LINES.c.txn_no
    )
    rows = uow.session.execute(
        select(LINES.c.txn_no, LINES.c.tender, func.sum(LINES.c.received))
        .join(
            CorrectionSlip,
            and_(
                CorrectionSlip.hall_id == LINES.c.hall_id,
                CorrectionSlip.number == LINES.c.txn_no,
            ),
        )
        .where(
            LINES.c.hall_id == hall_id,
            LINES.c.txn_no.in_(list(slips)),
            LINES.c.line_kind == "correction",
            or_(LINES.c.original_txn_no == "", of_the_day),
            ~undone,
        )
        .group_by(LINES.c.txn_no, LINES.c.tender)
    )
    return {(number, tender): int(fen) for number, tender, fen in rows}
