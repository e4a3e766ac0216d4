"""A hall as its files describe it, day after day: its place, its people and their dated roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from ledger.actors import Employment, Person, RoleGrant, actor_for, names_of
from ledger.enrolment import HallChanged, HallFile, StaffMember, TenderRule, enrol_hall
from ledger.hall_rules import Tender, limit_of_each
from ledger.organisations import Hall, HallHead, Organisation, UnknownHall, find_hall
from ledger.work import Actor
from tests.builders import DAY, LOADER, OpenHall
from tests.observing import everything, refused

NEXT = DAY + dt.timedelta(days=1)
LATER = DAY + dt.timedelta(days=5)


def file_of(hall: OpenHall, *staff: StaffMember, date: dt.date = DAY) -> HallFile:
    """Give a file of a hall beside this one, which nobody enrolled yet."""
    return HallFile(
        code=f"{hall.hall.code}-N",
        name="新厅",
        organisation="总部/某省/某市",
        business_date=date,
        books_open_on=DAY,
        expected=None,
        staff=staff,
    )


def enrol(hall: OpenHall, *files: HallFile) -> int:
    """Enrol a hall from its files, one unit of work each; gives its id."""
    for file in files:
        with hall.work(LOADER) as uow:
            number = enrol_hall(uow, file).id
    return number


def roles_on(hall: OpenHall, hall_id: int, number: str, *days: dt.date) -> list[set[str]]:
    """Give the roles the holder of a staff number has in the hall on each day."""
    with hall.read() as uow:
        person = uow.session.get_one(Employment, (hall_id, number)).person_id
        return [set(actor_for(uow, person, day).roles_in(hall_id)) for day in days]


def test_a_hall_stands_under_the_organisations_its_file_names(hall: OpenHall) -> None:
    number = enrol(hall, file_of(hall))
    with hall.read() as uow:
        levels = []
        node = uow.session.get(Organisation, number)
        while node is not None:
            levels.append((node.level, node.name))
            node = uow.session.get(Organisation, node.parent_id) if node.parent_id else None
        assert levels == [
            ("hall", "新厅"),
            ("city", "某市"),
            ("province", "某省"),
            ("headquarters", "总部"),
        ]
        head = uow.session.get_one(HallHead, number)
        assert (head.last_event, head.head_hash) == (0, "")


def test_the_same_file_again_changes_nothing(hall: OpenHall) -> None:
    file = file_of(hall, StaffMember("A01", "甲", ("clerk", "auditor")))
    enrol(hall, file)
    before = everything(hall)
    enrol(hall, file)
    assert everything(hall) == before


def test_the_day_the_books_opened_is_the_first_files_unless_it_names_another(
    hall: OpenHall,
) -> None:
    file = replace(file_of(hall, date=NEXT), books_open_on=None)
    number = enrol(hall, file, replace(file, business_date=LATER))
    with hall.read() as uow:
        assert uow.session.get_one(Hall, number).books_open_on == NEXT
    with refused(hall, HallChanged) as refusal:
        enrol(hall, replace(file, books_open_on=DAY))
    assert (refusal.value.facts["known"], refusal.value.facts["wanted"]) == (NEXT, DAY)


def test_roles_of_the_first_file_are_held_since_the_books_opened(hall: OpenHall) -> None:
    number = enrol(hall, file_of(hall, StaffMember("A01", "甲", ("clerk",)), date=LATER))
    before = DAY - dt.timedelta(days=1)
    assert roles_on(hall, number, "A01", before, DAY, LATER) == [set(), {"clerk"}, {"clerk"}]


def test_roles_come_and_go_with_the_days_of_the_files(hall: OpenHall) -> None:
    number = enrol(
        hall,
        file_of(hall, StaffMember("A01", "甲", ("clerk",))),
        file_of(hall, StaffMember("A01", "甲", ("auditor",)), date=NEXT),
        file_of(hall, StaffMember("A01", "甲", ("auditor", "clerk")), date=LATER),
    )
    between = NEXT + dt.timedelta(days=1)
    assert roles_on(hall, number, "A01", DAY, NEXT, between, LATER) == [
        {"clerk"},
        {"auditor"},
        {"auditor"},
        {"auditor", "clerk"},
    ]


def test_the_file_of_an_earlier_day_again_changes_nothing_of_later_ones(hall: OpenHall) -> None:
    first = file_of(hall, StaffMember("A01", "甲", ("clerk",)))
    second = file_of(hall, StaffMember("A01", "甲", ("auditor",)), date=NEXT)
    enrol(hall, first, second)
    before = everything(hall)
    enrol(hall, first)
    assert everything(hall) == before


def test_two_numbers_of_one_person_are_one_person(hall: OpenHall) -> None:
    number = enrol(
        hall,
        file_of(
            hall,
            StaffMember("A01", "甲", ("clerk",)),
            StaffMember("A02", "甲", ("auditor",), person="A01"),
            StaffMember("A03", "甲", ("stock_keeper",), person="A02"),
            StaffMember("A04", "乙", ("clerk",)),
        ),
    )
    assert roles_on(hall, number, "A02", DAY) == [{"clerk", "auditor", "stock_keeper"}]
    with hall.read() as uow:
        employed = select(Employment.number, Employment.person_id)
        persons = dict(uow.session.execute(employed.where(Employment.hall_id == number)).all())
        assert len({persons[n] for n in ("A01", "A02", "A03")}) == 1
        assert persons["A04"] != persons["A01"]
        assert names_of(uow, number) == {"A01": "甲", "A02": "甲", "A03": "甲", "A04": "乙"}


def test_a_number_given_later_may_name_one_of_an_earlier_file(hall: OpenHall) -> None:
    number = enrol(
        hall,
        file_of(hall, StaffMember("A01", "甲", ("clerk",))),
        file_of(hall, StaffMember("A02", "甲", ("auditor",), person="A01"), date=NEXT),
    )
    assert roles_on(hall, number, "A01", NEXT) == [{"clerk", "auditor"}]


def test_numbers_that_name_each_other_or_themselves_are_one_person(hall: OpenHall) -> None:
    number = enrol(
        hall,
        file_of(
            hall,
            StaffMember("A01", "甲", ("clerk",), person="A02"),
            StaffMember("A02", "甲", ("auditor",), person="A01"),
            StaffMember("A03", "乙", ("clerk",), person="A03"),
        ),
    )
    assert roles_on(hall, number, "A01", DAY) == [{"clerk", "auditor"}]
    assert roles_on(hall, number, "A03", DAY) == [{"clerk"}]


def test_a_person_may_have_a_number_in_another_hall(hall: OpenHall) -> None:
    file = file_of(hall, StaffMember("B07", "员工M01", ("clerk",), person=f"{hall.hall.code}/M01"))
    number = enrol(hall, file)
    with hall.read() as uow:
        actor = actor_for(uow, hall.people["M01"].person_id, DAY)
    assert actor.roles == {hall.id: {"hall_manager"}, number: {"clerk"}}


def test_tenders_known_from_the_start_can_be_settled_otherwise(hall: OpenHall) -> None:
    file = replace(file_of(hall), tenders=(TenderRule("pos", "settled", "batch"),))
    other = TenderRule("coupon", "voucher", "day")
    number = enrol(hall, file, replace(file, business_date=NEXT, tenders=(other,)))
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Tender.code, Tender.tender_class, Tender.match_level).where(
                Tender.hall_id == number
            )
        )
        assert {tuple(row) for row in rows} == {
            ("cash", "cash", "line"),
            ("pos", "settled", "batch"),
            ("wechat", "settled", "line"),
            ("alipay", "settled", "line"),
            ("transfer", "settled", "line"),
            ("digital_rmb", "settled", "line"),
            ("cheque", "on_account", "line"),
            ("coupon", "voucher", "day"),
        }


def test_a_limit_is_the_default_where_the_hall_set_none(hall: OpenHall) -> None:
    number = enrol(hall, replace(file_of(hall), limits={"deposit_due_days": 2}))
    with hall.read() as uow:
        limits = limit_of_each(uow, "deposit_due_days", [hall.id, number])
    assert limits == {hall.id: 0, number: 2}


def test_only_who_may_see_a_hall_finds_it(hall: OpenHall, other_hall: OpenHall) -> None:
    with hall.read("A01") as uow:
        assert find_hall(uow, hall.hall.code).id == hall.id
        for code in (other_hall.hall.code, "nowhere"):
            with pytest.raises(UnknownHall):
                find_hall(uow, code)
    with hall.read(Actor(99, "nobody")) as uow, pytest.raises(UnknownHall):
        find_hall(uow, hall.hall.code)


def test_a_grant_ends_the_day_before_the_file_that_no_longer_has_it(hall: OpenHall) -> None:
    number = enrol(
        hall,
        file_of(hall, StaffMember("A01", "甲", ("clerk",))),
        file_of(hall, StaffMember("A01", "甲", ()), date=LATER),
    )
    with hall.read() as uow:
        grant = uow.session.scalars(select(RoleGrant).where(RoleGrant.hall_id == number)).one()
        assert (grant.valid_from, grant.valid_to) == (DAY, LATER - dt.timedelta(days=1))
        held = select(Person.name).join(Employment, Employment.person_id == Person.id)
        assert uow.session.scalars(held.where(Employment.hall_id == number)).all() == ["甲"]
