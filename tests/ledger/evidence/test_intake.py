"""Taking files in: repeats counted, contradictions refused, replaced batches kept."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from ledger.errors import BadInput
from ledger.evidence.intake import (
    BatchUnknown,
    IntakeResult,
    SourceHasRows,
    declare_nil,
    take_in,
)
from ledger.evidence.tables import (
    EVIDENCE_TABLES,
    IntakeReplacement,
    IntakeSource,
    RawFile,
    UnassignedRow,
)
from ledger.hall_rules import Terminal
from ledger.permissions import NotPermitted
from tests.builders import DAY, OpenHall
from tests.ledger.evidence.reading import read

DEPOSITS = "slip_no,step,clerk,amount,deposited_on\n"
FIRST = DEPOSITS + "J1,handin,A01,100.00,2026-11-20\n"
WITH_SECOND = FIRST + "J2,handin,A02,50.00,2026-11-20\n"
CHANGED = DEPOSITS + "J1,handin,A01,101.00,2026-11-20\n"
DECLARED = "clerk,tender,amount\nA01,cash,100.00\n"
SETTLED = "tender,tender_ref,settled_at,amount\n"


def take(
    hall: OpenHall,
    content: str,
    *,
    who: str = "J01",
    date: dt.date = DAY,
    replaces: int | None = None,
    owners: tuple[str, ...] = (),
) -> IntakeResult:
    reading = dataclasses.replace(read(content), owners=list(owners))
    with hall.work(who) as uow:
        return take_in(
            uow,
            hall=hall.hall,
            date=date,
            file_name="file.csv",
            content=content.encode(),
            reading=reading,
            replaces=replaces,
        )


def stored(hall: OpenHall, kind: str) -> int:
    table = EVIDENCE_TABLES[kind]
    with hall.read() as uow:
        rows = select(func.count()).select_from(table).where(table.c.hall_id == hall.id)
        return uow.session.execute(rows).scalar_one()


def test_the_same_file_again_is_the_earlier_batch(hall: OpenHall) -> None:
    first, again = take(hall, FIRST), take(hall, FIRST)
    assert (again.intake_no, again.earlier, first.earlier) == (first.intake_no, True, False)
    assert stored(hall, "deposits") == 1


def test_a_row_that_comes_again_in_another_file_is_counted_and_not_stored_twice(
    hall: OpenHall,
) -> None:
    take(hall, FIRST)
    second = take(hall, WITH_SECOND)
    assert (second.row_count, second.repeated_count) == (1, 1)
    assert stored(hall, "deposits") == 2


def test_a_row_with_other_content_refuses_the_whole_file_and_names_both_batches(
    hall: OpenHall,
) -> None:
    first = take(hall, FIRST)
    with pytest.raises(BadInput) as refusal:
        take(hall, CHANGED + "J9,handin,A02,1.00,2026-11-20\n")
    assert refusal.value.problems[0].line == 2
    assert f"--replaces {first.intake_no}" in refusal.value.message("en")
    assert stored(hall, "deposits") == 1


def test_a_replaced_batch_is_kept_and_no_longer_contradicts(hall: OpenHall) -> None:
    first = take(hall, FIRST)
    second = take(hall, CHANGED, replaces=first.intake_no)
    with hall.read() as uow:
        link = uow.session.get_one(IntakeReplacement, (hall.id, first.intake_no))
        assert link.intake_no == second.intake_no
        assert uow.session.get(RawFile, (hall.id, first.intake_no)) is not None
    assert stored(hall, "deposits") == 2
    assert take(hall, CHANGED).earlier


def test_only_a_current_batch_of_the_same_kind_can_be_replaced(hall: OpenHall) -> None:
    first = take(hall, FIRST)
    take(hall, CHANGED, replaces=first.intake_no)
    for number in (first.intake_no, 999_999):
        with pytest.raises(BatchUnknown):
            take(hall, WITH_SECOND, replaces=number)
    other = take(hall, DECLARED)
    with pytest.raises(BatchUnknown):
        take(hall, WITH_SECOND, replaces=other.intake_no)


def test_two_rows_of_one_file_with_one_key_are_one_if_equal_and_refused_if_not(
    hall: OpenHall,
) -> None:
    row = "J1,handin,A01,100.00,2026-11-20\n"
    assert take(hall, DEPOSITS + row + row).repeated_count == 1
    with pytest.raises(BadInput) as refusal:
        take(hall, DEPOSITS + "J3,handin,A01,1.00,2026-11-20\nJ3,handin,A01,2.00,2026-11-20\n")
    assert refusal.value.problems[0].line == 3


def test_the_same_declaration_on_another_day_is_another_row(hall: OpenHall) -> None:
    next_day = DAY + dt.timedelta(days=1)
    first, second = take(hall, DECLARED), take(hall, DECLARED, date=next_day)
    assert not second.earlier
    assert first.intake_no != second.intake_no
    assert stored(hall, "declarations") == 2


@pytest.mark.parametrize(
    ("settled_at", "day"),
    [
        ("2026-11-20 23:59:59", DAY),
        ("2026-11-21 00:00:00", DAY + dt.timedelta(days=1)),
        ("2026-11-20T16:00:00+00:00", DAY + dt.timedelta(days=1)),
    ],
)
def test_a_row_belongs_to_the_day_of_its_own_time_by_the_halls_clock(
    hall: OpenHall, settled_at: str, day: dt.date
) -> None:
    take(hall, f"{SETTLED}wechat,R1,{settled_at},10.00\n")
    table = EVIDENCE_TABLES["settlements"]
    with hall.read() as uow:
        dates = uow.session.scalars(select(table.c.business_date).where(table.c.hall_id == hall.id))
        assert list(dates) == [day]
        brought = uow.session.scalars(
            select(IntakeSource).where(IntakeSource.hall_id == hall.id, IntakeSource.row_count > 0)
        ).one()
        assert (brought.source, brought.business_date, brought.sum_fen) == (
            "settlements:wechat",
            day,
            10_00,
        )


def test_rows_of_another_halls_terminal_go_to_the_unassigned_list(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    numbers = {name: f"{name}-{hall.id}" for name in ("mine", "theirs", "nobodys")}
    with hall.work() as uow:
        uow.session.add(Terminal(number=numbers["mine"], owner_hall_id=hall.id))
        uow.session.add(Terminal(number=numbers["theirs"], owner_hall_id=other_hall.id))
    rows = "".join(f"wechat,R{n},2026-11-20 10:00,10.00\n" for n in range(3))
    result = take(hall, SETTLED + rows, owners=tuple(numbers.values()))
    assert (result.row_count, result.unassigned_count) == (1, 2)
    with hall.read() as uow:
        left = uow.session.scalars(
            select(UnassignedRow.owner)
            .where(UnassignedRow.hall_id == hall.id)
            .order_by(UnassignedRow.file_line)
        )
        assert list(left) == [numbers["theirs"], numbers["nobodys"]]


def test_a_source_with_rows_cannot_be_declared_nil(hall: OpenHall) -> None:
    with hall.work("J01") as uow:
        declare_nil(uow, hall=hall.hall, date=DAY, source="settlements:alipay")
    take(hall, f"{SETTLED}wechat,R1,2026-11-20 10:00,10.00\n")
    with hall.work("J01") as uow, pytest.raises(SourceHasRows):
        declare_nil(uow, hall=hall.hall, date=DAY, source="settlements:wechat")


def test_a_clerk_takes_no_evidence_in(hall: OpenHall) -> None:
    with pytest.raises(NotPermitted):
        take(hall, FIRST, who="A01")
    assert stored(hall, "deposits") == 0
