"""C04 of this system's own papers: what was given and nobody has signed for."""

from __future__ import annotations

from sqlalchemy import func, select

from ledger.audit.move_checks import ONE_SIDED
from ledger.audit.stage import stage_days
from ledger.cash.moves import cancel_cash
from ledger.events import Event
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import RUNNER, begin, evening, move, sign


def test_what_nobody_signed_for_is_one_sided_until_it_is_signed_or_withdrawn(
    hall: OpenHall,
) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 700_00))
    first, second, third = (
        move(hall, "A01", "hand_in", fen, clerk="A01", receiver="M01")
        for fen in (100_00, 200_00, 300_00)
    )
    given = {f"move:{number}" for number in (first, second, third)}
    assert _one_sided(hall) == given
    with hall.read(RUNNER) as uow:
        last = uow.session.scalars(
            select(func.max(Event.event_no)).where(Event.hall_id == hall.id)
        ).one()
    sign(hall, "M01", first)
    with hall.work("A01") as uow:
        cancel_cash(uow, hall=hall.hall, number=second, reason="点错")
    assert _one_sided(hall) == {f"move:{third}"}
    with hall.work(RUNNER) as uow:
        stage_days(uow, [(hall.id, DAY)], as_of={(hall.id, DAY): last + 1})
        rows = uow.session.connection().exec_driver_sql(ONE_SIDED.sql).all()
    assert {row[3] for row in rows} == given


def _one_sided(hall: OpenHall) -> set[str]:
    return {subject for code, subject in evening(hall) if code == "C04"}
