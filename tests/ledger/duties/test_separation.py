"""REC-10: what a person did on a day bars him from what clashes with it, by all his numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ledger.actors import RoleGrant
from ledger.audit.queries import show_day
from ledger.cash.shifts import open_shift
from ledger.duties.errors import (
    AuditsOwnTakings,
    DutiesClash,
    GrantRefused,
    NotAreaAuditor,
    RoleClashes,
)
from ledger.duties.grants import end_grant, grant_small_hall, grants_in_force, small_hall
from ledger.duties.matrix import CLASHES, PAIRS
from ledger.duties.separation import require_apart, require_grantable
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.permissions import NotPermitted
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.ledger.audit.evidence_days import day
from tests.ledger.duties.on_duty import except_from, leave, make_small, sign, trade
from tests.observing import refused


def grant_by_file(hall: OpenHall, number: str, *roles: str, date: dt.date = DAY) -> None:
    """Load a hall file of a date that gives a number these roles."""
    file = HallFile(
        code=hall.hall.code,
        name=hall.hall.name,
        organisation="",
        business_date=date,
        books_open_on=None,
        expected=None,
        staff=(StaffMember(number, f"员工{number}", roles),),
    )
    with hall.work(LOADER) as uow:
        enrol_hall(uow, file)


def as_auditor(hall: OpenHall, number: str) -> OpenHall:
    """Give the hall with a person who holds the auditor's role too."""
    held = replace(hall.people[number], roles={hall.id: frozenset({"auditor", "clerk"})})
    return replace(hall, people={**hall.people, number: held})


def test_rec_10_audit_is_not_granted_to_who_has_receipts_that_day(hall: OpenHall) -> None:
    trade(hall)
    with refused(hall, RoleClashes):
        grant_by_file(hall, "A01", "clerk", "auditor")
    grant_by_file(hall, "A01", "clerk", "auditor", date=day(3))
    with hall.read() as uow:
        assert uow.session.get(RoleGrant, (hall.id, "A01", "auditor", day(3))) is not None


def test_rec_10_who_took_money_never_audits_that_day_but_others(hall: OpenHall) -> None:
    trade(hall)
    trade(hall, "A02", date=day(1))
    hall = as_auditor(hall, "A01")
    with refused(hall, AuditsOwnTakings):
        sign(hall, "A01")
    sign(hall)
    with hall.work("A01", now=NOW + dt.timedelta(days=3)) as uow:
        require_apart(uow, hall.id, day(1), "audits")


def test_rec_10_another_number_of_the_same_person_changes_nothing(hall: OpenHall) -> None:
    trade(hall)
    file = HallFile(
        code=hall.hall.code,
        name=hall.hall.name,
        organisation="",
        business_date=DAY,
        books_open_on=None,
        expected=None,
        staff=(StaffMember("J09", "员工A01", ("auditor",), person="A01"),),
    )
    with refused(hall, RoleClashes), hall.work(LOADER) as uow:
        enrol_hall(uow, file)


def test_rec_10_a_keeper_does_not_audit_and_an_auditor_keeps_no_stock(hall: OpenHall) -> None:
    for number, role in (("K01", "auditor"), ("J01", "stock_keeper")):
        own = {"K01": "stock_keeper", "J01": "auditor"}[number]
        with refused(hall, RoleClashes):
            grant_by_file(hall, number, own, role, date=day(1))
    held = replace(hall.people["K01"], roles={hall.id: frozenset({"auditor"})})
    keeper = replace(hall, people={**hall.people, "K01": held})
    trade(hall)
    with refused(keeper, DutiesClash):
        sign(keeper, "K01")


def test_rec_10_a_keeper_does_not_take_money_and_does_not_supervise_the_count(
    hall: OpenHall,
) -> None:
    both = replace(hall.people["K01"], roles={hall.id: frozenset({"clerk", "stock_keeper"})})
    hall = replace(hall, people={**hall.people, "K01": both})
    with refused(hall, DutiesClash), hall.work("K01") as uow:
        open_shift(uow, hall=hall.hall, clerk="K01", notes={})
    keeper = hall.people["K01"].person_id
    with hall.read() as uow, pytest.raises(DutiesClash):
        require_apart(uow, hall.id, DAY, "supervises", person_id=keeper)


def test_rec_10_who_audited_does_not_take_money_for_that_day(hall: OpenHall) -> None:
    trade(hall)
    sign(hall)
    both = replace(hall.people["J01"], roles={hall.id: frozenset({"clerk", "auditor"})})
    hall = replace(hall, people={**hall.people, "J01": both})
    with refused(hall, DutiesClash), hall.work("J01") as uow:
        open_shift(uow, hall=hall.hall, clerk="J01", notes={})
    with hall.read() as uow, pytest.raises(RoleClashes):
        require_grantable(uow, hall.id, "J01", "clerk", DAY)


def test_rec_10_an_exception_is_the_departments_ends_by_itself_and_stands_on_the_paper(
    hall: OpenHall,
) -> None:
    trade(hall)
    hall = as_auditor(hall, "A01")
    with refused(hall, GrantRefused):
        except_from(hall, "A01", "cashier/everything")
    number = except_from(hall, "A01", "cashier/audits")
    with hall.read() as uow:
        (told,) = show_day(uow, hall.hall, DAY).grants
        assert number in told.zh
        assert number in told.en
        assert "A01" in told.zh
        assert grants_in_force(uow, hall.id, day(1)) == ()
    sign(hall, "A01")
    with hall.read() as uow:
        assert show_day(uow, hall.hall, DAY).grants == (told,)
    trade(hall, date=day(1))
    with hall.read() as uow, pytest.raises(AuditsOwnTakings):
        require_apart(uow, hall.id, day(1), "audits", person_id=hall.people["A01"].person_id)


def test_only_the_department_grants_and_only_to_a_hall_of_five(hall: OpenHall) -> None:
    terms = {"from_on": DAY, "until_on": day(30), "reason": "乡镇厅"}
    with refused(hall, GrantRefused), hall.work("S01") as uow:
        grant_small_hall(uow, hall=hall.hall, **terms)  # type: ignore[arg-type]
    leave(hall, "V01")
    for who in ("M01", "X01", "F01"):
        with refused(hall, NotPermitted), hall.work(who) as uow:
            grant_small_hall(uow, hall=hall.hall, **terms)  # type: ignore[arg-type]
    for wrong in ({"from_on": day(-1)}, {"until_on": day(400)}, {"reason": " "}):
        with refused(hall, GrantRefused), hall.work("S01") as uow:
            grant_small_hall(uow, hall=hall.hall, **{**terms, **wrong})  # type: ignore[arg-type]
    make_small(hall)
    with hall.read() as uow:
        assert small_hall(uow, hall.id, day(30)) is not None
        assert small_hall(uow, hall.id, day(31)) is None
    grant_by_file(hall, "A06", "clerk")
    with hall.read() as uow:
        assert small_hall(uow, hall.id, DAY) is None


def test_a_grant_that_was_ended_stays_on_the_days_it_covered(hall: OpenHall) -> None:
    number = make_small(hall)
    with hall.work("S01", now=NOW + dt.timedelta(days=2)) as uow:
        end_grant(uow, hall=hall.hall, number=number, reason="增员")
    with hall.read() as uow:
        in_force = [small_hall(uow, hall.id, day(n)) is not None for n in range(4)]
    assert in_force == [True, True, False, False]


def test_a_small_hall_is_audited_by_the_area_and_its_keeper_may_sell(hall: OpenHall) -> None:
    make_small(hall)
    both = replace(hall.people["K01"], roles={hall.id: frozenset({"clerk", "stock_keeper"})})
    manager = replace(hall.people["M01"], roles={hall.id: frozenset({"hall_manager", "auditor"})})
    hall = replace(hall, people={**hall.people, "K01": both, "M01": manager})
    with hall.work("K01") as uow:
        open_shift(uow, hall=hall.hall, clerk="K01", notes={})
    trade(hall)
    with refused(hall, NotAreaAuditor):
        sign(hall, "M01")
    sign(hall)
    keeper = replace(both, roles={hall.id: frozenset({"auditor"})})
    with pytest.raises(NotAreaAuditor), hall.work(keeper) as uow:
        require_apart(uow, hall.id, DAY, "audits")


def test_every_pair_of_the_matrix_can_be_excepted() -> None:
    assert set(PAIRS) == {f"{one}/{other}" for one, other in CLASHES}
