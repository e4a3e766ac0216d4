"""`hall.toml` for refunds: designated persons, second accounts, own and relatives' numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Engine

from backoffice.hall_file import read_hall_file
from ledger.actors import Employment, actor_for
from ledger.enrolment import enrol_hall
from ledger.errors import BadInput
from ledger.lifecycle import MakerIsChecker
from ledger.work import Actor
from refunds.acts import approve_case
from refunds.handlers import take_hall_file
from refunds.models import PersonNumber, RefundHandler
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import put
from tests.refunds.casing import BY_COMPLAINT, SUBSCRIBER, ask
from tests.refunds.test_refund_checks import claim, found


@pytest.fixture(scope="module")
def shared_url(databases: Databases) -> Iterator[str]:
    """Give SQLite alone: the file is read the same for both."""
    with databases.fresh("sqlite") as url:
        yield url


_CODES = (f"T{number:03d}" for number in count(1))
_FILE = """\
code = "{code}"
name = "{code} 营业厅"
organisation = "集团/某市"
business_date = "{date}"
{handlers}

[[staff]]
number = "A01"
name = "甲"
roles = ["clerk"]

[[staff]]
number = "A02"
name = "丁"
roles = ["clerk"]

[[staff]]
number = "D01"
name = "乙"
roles = ["duty_manager"]
person = "{second}"
own_numbers = ["18600000021"]
relatives_numbers = ["18600000022"]

[[staff]]
number = "M01"
name = "丙"
roles = ["hall_manager"]
"""


def load(
    engine: Engine,
    code: str,
    *,
    handlers: str = "",
    second: str = "",
    date: dt.date = DAY,
) -> OpenHall:
    """Load the file of a hall; gives the hall with its people as they sign in."""
    text = _FILE.format(code=code, date=date, handlers=handlers, second=second)
    hall = OpenHall(engine, None, {})  # type: ignore[arg-type]
    with hall.work(LOADER) as uow:
        file = read_hall_file(text.encode())
        made = enrol_hall(uow, file)
        take_hall_file(uow, made, file, "hall.toml")
        employed = uow.session.query(Employment).filter_by(hall_id=made.id)
        people: dict[str, Actor] = {
            one.number: actor_for(uow, one.person_id, DAY) for one in employed
        }
    return replace(hall, hall=made, people=people)


def approve(hall: OpenHall, number: str, who: str) -> str:
    """Sign a case; gives its state."""
    with hall.work(who, now=NOW) as uow:
        return approve_case(uow, hall=hall.hall, number=number).state


def test_ref_04_nobody_approves_by_a_second_account_of_his_own(shared_engine: Engine) -> None:
    hall = load(shared_engine, next(_CODES), second="A01")
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00))
    with pytest.raises(MakerIsChecker):
        approve(hall, number, "D01")
    assert approve(hall, number, "M01") == "approved"


def test_ref_04_an_account_in_another_hall_is_the_same_human(shared_engine: Engine) -> None:
    elsewhere, code = load(shared_engine, next(_CODES)), next(_CODES)
    hall = load(shared_engine, code, second=f"{elsewhere.hall.code}/A01")
    assert hall.people["D01"].person_id == elsewhere.people["A01"].person_id
    with hall.work("D01") as uow:
        assert {elsewhere.id, hall.id} <= uow.actor.roles.keys()


def test_ref_04_numbers_of_ones_own_and_of_relatives_are_read(shared_engine: Engine) -> None:
    hall = load(shared_engine, next(_CODES))
    for subscriber in ("18600000021", "18600000022"):
        number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00, subscriber=subscriber))
        with pytest.raises(MakerIsChecker):
            approve(hall, number, "D01")
        assert approve(hall, number, "M01") == "approved"
    load(shared_engine, hall.hall.code)
    with hall.read() as uow:
        person = hall.people["D01"].person_id
        told = uow.session.query(PersonNumber).filter_by(person_id=person)
        assert {(one.subscriber, one.relation) for one in told} == {
            ("18600000021", "own"),
            ("18600000022", "relative"),
        }


def test_r08_holds_executors_against_who_was_designated_that_day(shared_engine: Engine) -> None:
    hall = load(shared_engine, next(_CODES), handlers='refund_handlers = ["A02", "D01"]')
    put(hall, "refunds", claim("R1", 80_00), claim("R2", 80_00, executor="M01", subscriber="1"))
    assert found(hall) == {("R08", "document:R2")}
    tomorrow = DAY + dt.timedelta(days=1)
    for _ in range(2):
        load(shared_engine, hall.hall.code, handlers='refund_handlers = ["M01"]', date=tomorrow)
        load(shared_engine, hall.hall.code, handlers='refund_handlers = ["A02", "D01"]')
    assert found(hall) == {("R08", "document:R2")}
    with hall.read() as uow:
        kept = uow.session.query(RefundHandler).filter_by(hall_id=hall.id)
        assert {(one.number, one.valid_from, one.valid_to) for one in kept} == {
            ("A02", DAY, DAY),
            ("D01", DAY, DAY),
            ("M01", tomorrow, dt.date(9999, 12, 31)),
        }


def test_a_file_that_says_nothing_of_designated_persons_changes_nothing(
    shared_engine: Engine,
) -> None:
    hall = load(shared_engine, next(_CODES), handlers='refund_handlers = ["A02"]')
    load(shared_engine, hall.hall.code, date=DAY + dt.timedelta(days=1))
    with hall.read() as uow:
        kept = uow.session.query(RefundHandler).filter_by(hall_id=hall.id).all()
        assert [one.valid_to for one in kept] == [dt.date(9999, 12, 31)]


def test_a_designated_person_must_be_on_the_staff(shared_engine: Engine) -> None:
    with pytest.raises(BadInput) as refusal:
        load(shared_engine, next(_CODES), handlers='refund_handlers = ["A02", "Z99"]')
    assert [problem.column for problem in refusal.value.problems] == ["refund_handlers"]
    assert "Z99" in refusal.value.problems[0].text.en


def test_a_subscriber_is_no_person_of_the_hall_by_chance(shared_engine: Engine) -> None:
    hall = load(shared_engine, next(_CODES))
    number = ask(hall, replace(BY_COMPLAINT, amount_fen=30_00, subscriber=SUBSCRIBER))
    assert approve(hall, number, "D01") == "approved"
