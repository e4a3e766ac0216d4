"""Signing in somebody's place: the audit, the daily result, papers of every desk; within bounds."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backoffice.audit_papers import signatures_of
from ledger.cash.moves import sign_cash
from ledger.cash.safe import open_safe
from ledger.closing.days import acknowledge_day
from ledger.duties.delegations import end_authority
from ledger.duties.errors import AuthorityRefused, DutiesClash
from ledger.duties.tables import SignedFor
from ledger.lifecycle import MakerIsChecker
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, NOW, OpenHall
from tests.ledger.cash.working import move, sign
from tests.ledger.duties.on_duty import A_DAY, stand_in, trade
from tests.ledger.duties.on_duty import sign as sign_day
from tests.observing import refused


def signed_for(hall: OpenHall) -> list[tuple[int, int, str, str]]:
    """Give who signed for whom, in which role, by which authority."""
    with hall.read() as uow:
        rows = uow.session.scalars(
            select(SignedFor).where(SignedFor.hall_id == hall.id).order_by(SignedFor.event_no)
        )
        return [(one.person_id, one.for_id, one.role, one.authority) for one in rows]


def test_an_auditor_and_a_manager_let_others_sign_the_day_and_its_result(hall: OpenHall) -> None:
    persons = {number: actor.person_id for number, actor in hall.people.items()}
    trade(hall)
    with refused(hall, NotPermitted):
        sign_day(hall, "F01")
    audits = stand_in(hall, "J01", "auditor", "F01")
    sign_day(hall, "F01")
    with hall.read() as uow:
        (signature,) = signatures_of(uow, hall.hall, DAY)
    assert signature.shown("zh") == "员工F01(代 员工J01)"
    assert signature.shown("en") == "员工F01 for 员工J01"
    with refused(hall, NotPermitted), hall.work("D01") as uow:
        acknowledge_day(uow, hall.hall, DAY)
    manages = stand_in(hall, "M01", "hall_manager", "D01", 500_00)
    with hall.work("D01") as uow:
        assert acknowledge_day(uow, hall.hall, DAY).state == "posted"
    assert signed_for(hall) == [
        (persons["F01"], persons["J01"], "auditor", audits),
        (persons["D01"], persons["M01"], "hall_manager", manages),
    ]
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []


def test_an_authority_reaches_no_further_than_its_days_its_cap_and_its_giver(
    hall: OpenHall,
) -> None:
    stand_in(hall, "M01", "hall_manager", "A01", 300_00)
    large = move(hall, "K01", "expense", 300_01, category="office", purpose="纸")
    small = move(hall, "K01", "expense", 300_00, category="office", purpose="墨")
    own = move(hall, "A01", "expense", 200_00, category="office", purpose="笔")
    givers = move(hall, "M01", "expense", 200_00, category="office", purpose="灯")
    for number in (large, givers):
        with refused(hall, NotPermitted):
            sign(hall, "A01", number)
    with refused(hall, MakerIsChecker):
        sign(hall, "A01", own)
    with pytest.raises(NotPermitted), hall.work("A01", now=NOW + 2 * A_DAY) as uow:
        sign_cash(uow, hall=hall.hall, number=small)


def test_the_safe_is_opened_in_person(hall: OpenHall) -> None:
    stand_in(hall, "J01", "auditor", "D01")
    with hall.work("K01") as uow:
        number = open_safe(uow, hall=hall.hall, purpose="备用金").number or ""
    with refused(hall, NotPermitted):
        sign(hall, "D01", number)
    assert sign(hall, "J01", number).state == "posted"


def test_an_auditors_place_is_not_taken_by_who_may_not_audit(hall: OpenHall) -> None:
    for to in ("K01", "A01", "J01", "Z99"):
        with refused(hall, AuthorityRefused):
            stand_in(hall, "J01", "auditor", to)
    trade(hall, "J01")
    stand_in(hall, "J01", "auditor", "F01")
    with refused(hall, DutiesClash):
        sign_day(hall, "F01")


def test_an_auditor_ends_his_own_authority_and_no_others(hall: OpenHall) -> None:
    managers = stand_in(hall, "M01", "hall_manager", "D01", 500_00)
    own = stand_in(hall, "J01", "auditor", "F01")
    with refused(hall, AuthorityRefused), hall.work("J01") as uow:
        end_authority(uow, hall=hall.hall, number=managers, reason="返岗")
    with hall.work("J01") as uow:
        assert end_authority(uow, hall=hall.hall, number=own, reason="返岗").state == "reversed"
    trade(hall)
    with refused(hall, NotPermitted):
        sign_day(hall, "F01")
