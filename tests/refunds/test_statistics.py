"""Statistics upward: every figure is what the acts done here add up to, or there is no report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, event, text

from backoffice.database import begin_read
from ledger.documents import facts_of
from ledger.lifecycle import advance
from ledger.permissions import NotPermitted
from ledger.work import Actor
from refunds.acts import find_case
from refunds.errors import StatisticsDiffer
from refunds.papers import receive_papers, tick_papers
from refunds.statistics import Cell, RefundStatistics, refund_statistics
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.ledger.audit.evidence_days import line, put
from tests.refunds.casing import BY_COMPLAINT, approve, ask, carry_out, pay, refund_of

LAST_MONTH = NOW - dt.timedelta(days=31)
NEXT_DAY = NOW + dt.timedelta(days=1)
FIRST = DAY.replace(day=1)


@dataclass(frozen=True, slots=True)
class Done:
    """A case as it was carried out here."""

    hall: OpenHall
    number: str
    month: str
    kind: str
    reason: str
    tier: str
    approvers: tuple[str, ...]
    clerk: str
    fen: int

    @property
    def sort(self) -> tuple[object, ...]:
        """What all figures are split by."""
        people = tuple(sorted(self.hall.people[who].person_id for who in self.approvers))
        front = (self.hall.id, self.month, self.kind, self.reason, self.tier)
        return (*front, people, self.clerk)


@pytest.fixture(scope="module")
def halls(shared_engine: Engine) -> list[OpenHall]:
    """Give two halls that took money."""
    return [open_hall(shared_engine, code) for code in ("T001", "T002")]


@pytest.fixture(scope="module")
def done(halls: list[OpenHall]) -> list[Done]:
    """Carry out cases of both halls in two months."""
    one, other = halls
    pay(one, "T1", 900_00)
    put(other, "accounts", line("T9", 77_00))
    made = [
        _do(one, "waiver", 80_00, "duty_manager", ("D01",), subscriber="18600000011"),
        _do(one, "waiver", 80_01, "duty_manager", ("D01",), subscriber="18600000012"),
        _do(one, "waiver", 5_000_01, "department,finance", ("F01", "S01"), who="D01"),
        _do(other, "waiver", 400_00, "hall_manager", ("M01",), subscriber="18600000013"),
        _do(one, "waiver", 33_33, "duty_manager", ("M01",), now=LAST_MONTH, subscriber="1861"),
    ]
    number = ask(one, refund_of("T1", 100_00, subscriber="18600000011"), who="A02")
    assert approve(one, number, "M01") == "approved"
    carry_out(one, number, "A02")
    refund = ("refund", "wrong_payment", "hall_manager", ("M01",), "A02", 100_00)
    return [*made, Done(one, number, f"{DAY:%Y-%m}", *refund)]


def _do(
    hall: OpenHall,
    kind: str,
    fen: int,
    tier: str,
    approvers: tuple[str, ...],
    *,
    who: str = "A01",
    now: dt.datetime = NOW,
    subscriber: str = "18600000010",
) -> Done:
    number = ask(
        hall, replace(BY_COMPLAINT, amount_fen=fen, subscriber=subscriber), who=who, now=now
    )
    for approver in approvers:
        approve(hall, number, approver, now=now)
    carry_out(hall, number, "A02", now=now)
    return Done(hall, number, f"{now:%Y-%m}", kind, "complaint", tier, approvers, who, fen)


def above(halls: Iterable[OpenHall]) -> Actor:
    """Give somebody of the department who sees all these halls."""
    first, *_ = halls
    roles = {hall.id: frozenset({"department"}) for hall in halls}
    return Actor(first.people["S01"].person_id, "上级 S01", roles)


def report(halls: list[OpenHall], *, now: dt.datetime = NOW) -> RefundStatistics:
    """Give the month over the halls."""
    with begin_read(halls[0].engine, above(halls), now=now) as uow:
        return refund_statistics(uow, [hall.hall for hall in halls], FIRST)


def counted(cells: Iterable[Cell]) -> Counter[tuple[object, ...]]:
    """Give how many cases and fen there are of each sort."""
    figures: Counter[tuple[object, ...]] = Counter()
    for one in cells:
        sort = (one.hall_id, one.month, one.kind, one.reason, one.tier, one.approvers, one.clerk)
        figures[*sort, "cases"] += one.cases
        figures[*sort, "fen"] += one.fen
    return figures


def expected(done: Iterable[Done]) -> Counter[tuple[object, ...]]:
    """Give the same from what was done here."""
    figures: Counter[tuple[object, ...]] = Counter()
    for one in done:
        figures[*one.sort, "cases"] += 1
        figures[*one.sort, "fen"] += one.fen
    return figures


def test_ref_06_every_figure_is_what_was_carried_out(
    halls: list[OpenHall], done: list[Done]
) -> None:
    told = report(halls)
    assert counted(told.cells) == expected(done)
    assert (told.months[0], told.before, told.month) == ("2025-12", "2026-10", "2026-11")
    assert told.takings == {(halls[0].id, "2026-11"): 900_00, (halls[1].id, "2026-11"): 77_00}
    by_number: Counter[str] = Counter()
    for one in done:
        with one.hall.read() as uow:
            case = find_case(uow, one.hall.hall, one.number)
            subscriber = facts_of(uow, case)["subscriber"]
        if one.month == told.month:
            by_number[subscriber] += one.fen
    assert {one.subscriber: one.fen for one in told.numbers} == by_number
    assert [one.fen for one in told.numbers] == sorted(by_number.values(), reverse=True)
    assert {halls[0].people["D01"].person_id: "员工D01"}.items() <= told.persons.items()
    assert told.staff[halls[0].id, "A01"] == "员工A01"


def test_papers_are_awaited_until_the_auditor_has_them(
    halls: list[OpenHall], done: list[Done]
) -> None:
    mine = [one for one in done if one.hall is halls[1]]
    assert report(halls).papers[halls[1].id].awaited == len(mine)
    late = report(halls, now=NEXT_DAY + dt.timedelta(hours=3)).papers[halls[1].id]
    assert (late.late, late.to_manager) == (len(mine), 0)
    much_later = report(halls, now=NOW + dt.timedelta(days=3, seconds=1)).papers[halls[1].id]
    assert much_later.to_manager == len(mine)
    with halls[1].work("A01") as uow:
        case = tick_papers(
            uow,
            hall=halls[1].hall,
            number=mine[0].number,
            papers=["application", "complaint_record"],
        )
        assert case.missing == ()
    with halls[1].work("J01") as uow:
        receive_papers(uow, hall=halls[1].hall, numbers=[mine[0].number])
    after = report(halls).papers[halls[1].id]
    assert (after.received, after.awaited) == (1, len(mine) - 1)


def test_a_month_of_two_halls_is_as_many_statements_as_of_one(
    halls: list[OpenHall], done: list[Done]
) -> None:
    assert done

    def statements(some: list[OpenHall]) -> int:
        ran: list[str] = []

        def note(*_: object) -> None:
            ran.append("")

        event.listen(some[0].engine, "before_cursor_execute", note)
        try:
            report(some)
        finally:
            event.remove(some[0].engine, "before_cursor_execute", note)
        return len(ran)

    assert statements(halls) == statements(halls[:1])


def test_who_does_not_oversee_refunds_has_no_statistics(halls: list[OpenHall]) -> None:
    with halls[0].read("A01") as uow, pytest.raises(NotPermitted):
        refund_statistics(uow, [halls[0].hall], FIRST)


def test_a_fen_that_the_ledger_does_not_have_refuses_the_report(hall: OpenHall) -> None:
    done = _do(hall, "waiver", 321_540, "department", ("S01",))
    with hall.read("S01") as uow:
        assert (
            sum(cell.fen for cell in refund_statistics(uow, [hall.hall], FIRST).cells) == done.fen
        )
    one_more = text("UPDATE documents SET amount_fen = amount_fen + 1 WHERE number = :number")
    with hall.work("S01") as uow:
        uow.session.execute(one_more, {"number": done.number})
    with hall.read("S01") as uow, pytest.raises(StatisticsDiffer) as caught:
        refund_statistics(uow, [hall.hall], FIRST)
    assert caught.value.facts["told"] == "3215.41"
    assert caught.value.facts["ledger"] == "3215.40"
    assert caught.value.facts["difference"] == "0.01"


def test_a_reversed_case_counts_against_the_month_it_was_reversed_in(hall: OpenHall) -> None:
    done = _do(hall, "waiver", 50_00, "duty_manager", ("D01",), now=LAST_MONTH)
    with hall.work("S01") as uow:
        advance(uow, find_case(uow, hall.hall, done.number), "reverse", reason="重复", on=DAY)
    with hall.read("S01") as uow:
        cells = refund_statistics(uow, [hall.hall], FIRST).cells
    assert {(cell.month, cell.cases, cell.fen) for cell in cells} == {
        (done.month, 1, done.fen),
        (f"{DAY:%Y-%m}", -1, -done.fen),
    }
