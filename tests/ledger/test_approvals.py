"""Who may sign up to which amount, and that nobody signs twice or for himself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, text

from ledger.approvals import ApprovalTier, Signature, required_roles
from ledger.documents import DOCUMENT_KINDS, Document, draft_document
from ledger.enrolment import StaffMember
from ledger.lifecycle import MakerIsChecker, advance
from ledger.permissions import NotPermitted
from ledger.work import Actor, system_actor
from tests.builders import DAY, NOW, SIGNED_SLIP, OpenHall, open_hall, submit
from tests.observing import refused

# One line a boundary: fen, then what an approval by each role alone leads to.
TIERS = """
fen      duty_manager  hall_manager  department  finance
0        approved      approved      approved    refused
9999     approved      approved      approved    refused
10000    approved      approved      approved    refused
10001    refused       approved      approved    refused
49999    refused       approved      approved    refused
50000    refused       approved      approved    refused
50001    refused       refused       approved    refused
499999   refused       refused       approved    refused
500000   refused       refused       approved    refused
500001   refused       refused       submitted   submitted
"""
HOLDER = {"duty_manager": "D01", "hall_manager": "M01", "department": "S01", "finance": "F01"}


def submit_slip(hall: OpenHall, kind: str, fen: int, *, day: dt.date = DAY) -> Document:
    with hall.work() as uow:
        return submit(uow, hall, kind, [], amount_fen=fen, day=day)


def approve(hall: OpenHall, document: Document, who: str | Actor) -> str:
    with hall.work(who) as uow:
        return advance(uow, document, "approve").state


def person(hall: OpenHall, who: str, *roles: str) -> Actor:
    """Give the holder of a staff number with other roles than his own."""
    return replace(hall.people[who], roles={hall.id: frozenset(roles)})


def test_each_tier_signs_up_to_its_limit_and_not_one_fen_more(
    hall: OpenHall, signed_slip: str
) -> None:
    (_, *roles), *rows = (line.split() for line in TIERS.strip().splitlines())
    expected = {
        (int(fen), role): cell
        for fen, *cells in rows
        for role, cell in zip(roles, cells, strict=True)
    }
    found = {}
    for fen, role in expected:
        document = submit_slip(hall, signed_slip, fen)
        try:
            found[fen, role] = approve(hall, document, HOLDER[role])
        except NotPermitted:
            found[fen, role] = "refused"
    assert found == expected


@pytest.mark.parametrize("order", [("S01", "F01"), ("F01", "S01")])
def test_above_all_tiers_department_and_finance_sign_both(
    hall: OpenHall, signed_slip: str, order: tuple[str, str]
) -> None:
    document = submit_slip(hall, signed_slip, 5_000_01)
    assert [approve(hall, document, who) for who in order] == ["submitted", "approved"]
    with hall.read() as uow:
        signed = (
            select(Signature.role)
            .where(Signature.hall_id == hall.id, Signature.step == "approve")
            .order_by(Signature.id)
        )
        roles = {"S01": "department", "F01": "finance"}
        assert uow.session.scalars(signed).all() == [roles[who] for who in order]


def test_one_person_never_signs_for_department_and_finance(
    hall: OpenHall, signed_slip: str
) -> None:
    both = person(hall, "S01", "department", "finance")
    document = submit_slip(hall, signed_slip, 5_000_01)
    assert approve(hall, document, both) == "submitted"
    with refused(hall, MakerIsChecker):
        approve(hall, document, both)
    assert approve(hall, document, "F01") == "approved"


def test_a_document_that_lacks_a_signature_is_not_posted(hall: OpenHall, signed_slip: str) -> None:
    document = submit_slip(hall, signed_slip, 5_000_01)
    approve(hall, document, "S01")
    with pytest.raises(Exception, match="cannot post now"), hall.work() as uow:
        advance(uow, document, "post")


def test_nobody_approves_what_he_made(hall: OpenHall, signed_slip: str) -> None:
    both = person(hall, "K01", "stock_keeper", "hall_manager")
    with hall.work(both) as uow:
        document = submit(uow, hall, signed_slip, [], amount_fen=1)
    with refused(hall, MakerIsChecker):
        approve(hall, document, both)


def test_who_submits_the_draft_of_another_does_not_approve_it_either(
    hall: OpenHall, signed_slip: str
) -> None:
    keeper_too = person(hall, "M01", "stock_keeper", "hall_manager")
    with hall.work() as uow:
        document = draft_document(uow, hall_id=hall.id, kind=signed_slip, business_date=DAY)
    with hall.work(keeper_too) as uow:
        advance(uow, document, "submit")
    for who in (keeper_too, person(hall, "K01", "duty_manager")):
        with refused(hall, MakerIsChecker):
            approve(hall, document, who)
    assert approve(hall, document, "D01") == "approved"


def test_duties_are_held_against_the_person_and_not_the_staff_number(
    shared_engine: Engine, signed_slip: str, hall: OpenHall
) -> None:
    second = StaffMember("M09", "员工K01", ("hall_manager",), person="K01")
    with_two_numbers = open_hall(shared_engine, f"{hall.hall.code}-2", more_staff=[second])
    people = with_two_numbers.people
    assert people["M09"].person_id == people["K01"].person_id != people["M01"].person_id
    document = submit_slip(with_two_numbers, signed_slip, 1)
    with refused(with_two_numbers, MakerIsChecker):
        approve(with_two_numbers, document, "M09")


@pytest.mark.parametrize("who", ["A01", "K01", "V01", "J01", "X01"])
def test_only_leaders_and_those_above_approve(hall: OpenHall, signed_slip: str, who: str) -> None:
    document = submit_slip(hall, signed_slip, 1)
    with refused(hall, NotPermitted):
        approve(hall, document, who)


def test_no_system_approves(hall: OpenHall, signed_slip: str) -> None:
    document = submit_slip(hall, signed_slip, 1)
    for name in ("load", "cli", "audit"):
        with refused(hall, NotPermitted):
            approve(hall, document, system_actor(name))


def test_a_manager_of_another_hall_does_not_approve_here(
    hall: OpenHall, other_hall: OpenHall, signed_slip: str
) -> None:
    document = submit_slip(hall, signed_slip, 1)
    stranger = replace(
        other_hall.people["M01"], roles={hall.id: frozenset(), **other_hall.people["M01"].roles}
    )
    with refused(hall, NotPermitted):
        approve(hall, document, stranger)


def test_limits_are_settled_by_date_and_the_default_serves_before(
    hall: OpenHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = f"slip of {hall.hall.code}"
    monkeypatch.setitem(DOCUMENT_KINDS, kind, replace(SIGNED_SLIP, name=kind))
    later = DAY + dt.timedelta(days=10)
    with hall.work() as uow:
        for role, fen, valid_from in (
            ("hall_manager", 300_00, DAY),
            ("duty_manager", 50_00, DAY),
            ("hall_manager", 700_00, later),
        ):
            uow.session.add(
                ApprovalTier(instrument=kind, role=role, limit_fen=fen, valid_from=valid_from)
            )
    before = DAY - dt.timedelta(days=1)
    found = {}
    with hall.read() as uow:
        for day in (before, DAY, later - dt.timedelta(days=1), later):
            for fen in (50_00, 50_01, 300_00, 300_01, 700_00, 700_01):
                needed = required_roles(uow, instrument=kind, amount_fen=fen, date=day)
                found[day, fen] = ",".join(needed)
    of_default = {50_00: "duty_manager", 50_01: "duty_manager", 300_00: "hall_manager"}
    of_default |= {300_01: "hall_manager", 700_00: "department", 700_01: "department"}
    above = "department,finance"
    first = {50_00: "duty_manager", 50_01: "hall_manager", 300_00: "hall_manager"}
    first |= {300_01: above, 700_00: above, 700_01: above}
    second = first | {300_01: "hall_manager", 700_00: "hall_manager"}
    assert found == {
        (day, fen): role
        for day, limits in (
            (before, of_default),
            (DAY, first),
            (later - dt.timedelta(days=1), first),
            (later, second),
        )
        for fen, role in limits.items()
    }


def test_a_tier_that_changes_later_does_not_change_what_was_submitted(
    hall: OpenHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = f"slip of {hall.hall.code}"
    monkeypatch.setitem(DOCUMENT_KINDS, kind, replace(SIGNED_SLIP, name=kind))
    document = submit_slip(hall, kind, 100_00)
    with hall.work() as uow:
        tier = ApprovalTier(instrument=kind, role="department", limit_fen=10**9, valid_from=DAY)
        uow.session.add(tier)
    assert approve(hall, document, "D01") == "approved"
    another = submit_slip(hall, kind, 100_00)
    with refused(hall, NotPermitted):
        approve(hall, another, "D01")


def test_a_signature_says_who_signed_as_what_when_and_which_content(
    hall: OpenHall, signed_slip: str
) -> None:
    document = submit_slip(hall, signed_slip, 200_00)
    moment = NOW + dt.timedelta(hours=1, microseconds=7)
    with hall.work("S01", now=moment) as uow:
        advance(uow, document, "approve")
    with hall.read() as uow:
        maker, approver = uow.session.scalars(
            select(Signature).where(Signature.hall_id == hall.id).order_by(Signature.id)
        )
        # The department signs in place of the hall manager, as whose signature it counts.
        assert (approver.step, approver.role) == ("approve", "hall_manager")
        assert approver.person_id == hall.people["S01"].person_id
        assert (approver.at, approver.maker_id) == (moment, maker.person_id)
        assert approver.signed_hash == maker.signed_hash != ""


@pytest.mark.parametrize(
    ("constraint", "person_name", "columns"),
    [
        ("maker_is_not_checker", "D01", "person_id = maker_id"),
        ("each_signs_once", "K01", "signatures.person_id"),
    ],
)
def test_the_database_itself_refuses_a_signature_of_the_maker_and_a_second_one(
    hall: OpenHall, signed_slip: str, constraint: str, person_name: str, columns: str
) -> None:
    document = submit_slip(hall, signed_slip, 1)
    person_id = hall.people[person_name].person_id
    insert = text(
        "INSERT INTO signatures (hall_id, event_no, id, document_id, revision, step, person_id,"
        " role, maker_id, at, signed_hash)"
        " VALUES (:hall, 99, 9900, :document, 1, 'approve', :person, '', :maker, 0, '')"
    )
    values = {"hall": hall.id, "document": document.id, "person": person_id}
    # Another maker is named, so that only the second signature of K01 is at fault.
    values["maker"] = person_id if constraint == "maker_is_not_checker" else person_id + 1
    with pytest.raises(Exception, match=f"{constraint}|{columns}"), hall.work() as uow:
        uow.session.execute(insert, values)
    with hall.read() as uow:
        signed = select(func.count()).where(Signature.hall_id == hall.id)
        assert uow.session.scalar(signed) == 1
