"""REC-13, the month's end: what keeps it open, the pack three roles sign, and the lock."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine, make_url, select

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work, make_engine
from backoffice.day_end import see_day_end
from backoffice.form_lists import report_paper
from backoffice.identity import make_token
from backoffice.month_gates import MONTH_GATES
from backoffice.month_packs import (
    gather_month,
    make_month_pack,
    month_report_of,
    packed_report,
    show_month,
    sign_month_pack,
)
from backoffice.receiving import receive_file
from ledger.actors import Employment
from ledger.audit.signing import sign_day
from ledger.cash.shifts import close_nil_day
from ledger.closing.days import acknowledge_day
from ledger.closing.errors import DayIsFinal
from ledger.closing.reopening import reopen_day
from ledger.corrections.known import Notice, Wrong
from ledger.corrections.slips import send_errors
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.hall_days import HallDay, HallDayClosed, lock_open_day, open_days
from ledger.months.errors import (
    MonthLocked,
    MonthNotReady,
    MonthUnreadable,
    NoPack,
    PackChanged,
    PackReasonMissing,
    PackWaits,
)
from ledger.months.packs import read_month_name, send_back_pack, sign_pack
from ledger.permissions import NotPermitted
from ledger.times import HALL_TIME
from ledger.verify import verify_hall
from ledger.work import Actor
from tests.backoffice.api.conftest import Program
from tests.backoffice.visitors import Visitor, copy_books, let_everybody_in
from tests.builders import LOADER, NOW, OpenHall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import LONG_AFTER, put
from tests.ledger.closing.test_days import trade
from tests.observing import refused
from tests.scenarios.command_line import run as command_line

MONTH = dt.date(2026, 10, 1)
WORKED, SUNDAY, LAST = (dt.date(2026, 10, day) for day in (29, 30, 31))
STAFF = {
    "A01": "clerk",
    "K01": "stock_keeper",
    "J01": "auditor",
    "J02": "auditor",
    "M01": "hall_manager",
    "S01": "department",
}
PAGE = "/halls/M0001/months/2026-10"
API = "/api/v1/halls/M0001/months/2026-10"


def close(hall: OpenHall, date: dt.date) -> None:
    """Sign a day as auditor and as manager."""
    with hall.work("J01", now=LONG_AFTER) as uow:
        sign_day(uow, hall.hall, date)
    with hall.work("M01", now=LONG_AFTER) as uow:
        acknowledge_day(uow, hall.hall, date)


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[tuple[Path, OpenHall]]:
    """Build a hall with one closed day, one that is not audited, and the last not opened."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        staff = tuple(
            StaffMember(number, f"员工{number}", (role,)) for number, role in STAFF.items()
        )
        file = HallFile(
            code="M0001",
            name="月结厅",
            organisation="总部/某省/某市",
            business_date=WORKED,
            books_open_on=None,
            expected=None,
            staff=staff,
        )
        with begin_work(engine, LOADER, now=NOW) as uow:
            made = enrol_hall(uow, file)
            open_days(uow, made.id, [WORKED, SUNDAY, NOW.date()])
            employed = uow.session.execute(
                select(Employment.number, Employment.person_id).where(Employment.hall_id == made.id)
            ).all()
            people: dict[str, Actor] = {
                number: Actor(person, number, {made.id: frozenset({STAFF[number]})})
                for number, person in employed
            }
        hall = OpenHall(engine, made, people)
        trade(hall, WORKED)
        close(hall, WORKED)
        trade(hall, SUNDAY)
        let_everybody_in(engine)
        engine.dispose()
        yield Path(str(make_url(url).database)), hall


@pytest.fixture
def hall(world: tuple[Path, OpenHall], tmp_path: Path) -> Iterator[OpenHall]:
    """Give the hall in a database of its own."""
    engine = make_engine(copy_books(world[0], tmp_path / "books.db"))
    yield world[1].on(engine)
    engine.dispose()


@pytest.fixture
def ready(hall: OpenHall) -> OpenHall:
    """Give the hall with every day of October done: the last was nil."""
    close(hall, SUNDAY)
    with hall.work("M01") as uow:
        close_nil_day(uow, hall=hall.hall, date=LAST, reason="停电")
    return hall


def make(hall: OpenHall, who: str = "J01") -> str:
    """Make the pack of October."""
    with hall.work(who) as uow:
        return make_month_pack(uow, hall.hall, MONTH).number or ""


def sign(hall: OpenHall, who: str) -> str:
    """Sign the pack that waits; gives its state."""
    with hall.work(who) as uow:
        return sign_month_pack(uow, hall.hall, MONTH).state


def test_rec_13_a_day_that_is_not_audited_keeps_the_month_open(hall: OpenHall) -> None:
    with hall.read("J01") as uow:
        shown = show_month(uow, hall.hall, MONTH)
        running = show_month(uow, hall.hall, dt.date(2026, 11, 1))
    standing = {gate.name: [one.date for one in some] for gate, some in shown.gates}
    assert standing == {"days": [SUNDAY, LAST], "count": [], "forms": [], "refunds": []}
    assert shown.report is None
    assert [one.text.en for one in running.gates[0][1]] == ["the month is not over"]
    with refused(hall, MonthNotReady) as refusal:
        make(hall)
    assert f"{SUNDAY} is not audited (2 in all)" in str(refusal.value.message("en"))


def test_the_days_end_leads_from_signature_to_signature(hall: OpenHall) -> None:
    with hall.read("J01") as uow:
        unsigned, closed = (
            {
                step.name: [one.kind for one in step.lacks]
                for step in see_day_end(uow, hall.hall, day)
            }
            for day in (SUNDAY, WORKED)
        )
    waits = {name: kinds for name, kinds in unsigned.items() if kinds}
    assert waits == {"signed": ["sign"], "closed": ["day"], "handed_over": ["day"]}
    assert {name: kinds for name, kinds in closed.items() if kinds} == {"handed_over": ["bundles"]}


def test_rec_13_three_roles_sign_and_then_the_month_is_locked(ready: OpenHall) -> None:
    hall = ready
    for who in ("K01", "M01", "A01"):
        with refused(hall, NotPermitted):
            make(hall, who)
    number = make(hall)
    assert number == "2026-YB-000001"
    with refused(hall, PackWaits):
        make(hall, "J02")
    with refused(hall, NotPermitted):
        sign(hall, "J02")
    assert sign(hall, "K01") == "submitted"
    with refused(hall, NotPermitted):
        sign(hall, "K01")
    with hall.read() as uow:
        lock_open_day(uow, hall.id, LAST)
    assert sign(hall, "M01") == "posted"
    for act in (make, lambda hall: sign(hall, "M01")):
        with refused(hall, MonthLocked):
            act(hall)
    with hall.read() as uow:
        days = uow.session.scalars(select(HallDay).where(HallDay.hall_id == hall.id)).all()
        assert {day.business_date.day: day.hall_status for day in days} == {
            29: "closed",
            30: "closed",
            31: "closed",
            20: "working",
        }
        assert verify_hall(uow, hall.hall) == []


def test_rec_13_after_the_lock_nothing_of_the_month_moves(ready: OpenHall) -> None:
    hall = ready
    make(hall)
    sign(hall, "K01")
    sign(hall, "M01")
    with refused(hall, DayIsFinal), hall.work("J01") as uow:
        reopen_day(uow, hall.hall, SUNDAY, reason="漏一笔")
    early = dt.date(2026, 10, 3)
    with hall.work(LOADER) as uow:
        open_days(uow, hall.id, [early])
    for date in (early, LAST):
        with refused(hall, HallDayClosed), hall.work(LOADER) as uow:
            lock_open_day(uow, hall.id, date)


def test_a_pack_is_refused_once_the_books_say_otherwise_and_sent_back(ready: OpenHall) -> None:
    hall = ready
    with refused(hall, NoPack):
        sign(hall, "K01")
    make(hall)
    with refused(hall, PackChanged), hall.work("K01") as uow:
        sign_pack(uow, hall=hall.hall, first=MONTH, gather=lambda *_: "{}", gates=MONTH_GATES)
    with hall.work("J01") as uow:
        reopen_day(uow, hall.hall, SUNDAY, reason="漏一笔")
    with hall.work("M01") as uow:
        reopen_day(uow, hall.hall, SUNDAY)
    with refused(hall, MonthNotReady):
        sign(hall, "K01")
    with refused(hall, PackReasonMissing), hall.work("K01") as uow:
        send_back_pack(uow, hall=hall.hall, first=MONTH, reason=" ")
    with hall.work("K01") as uow:
        assert send_back_pack(uow, hall=hall.hall, first=MONTH, reason="缺一天").state == "rejected"
    close(hall, SUNDAY)
    assert make(hall) == "2026-YB-000002"
    with hall.work("J01") as uow:
        withdrawn = send_back_pack(uow, hall=hall.hall, first=MONTH, reason="重做")
        assert withdrawn.state == "cancelled"


def test_what_was_packed_is_shown_for_ever_as_it_was(ready: OpenHall) -> None:
    hall = ready
    with hall.read("J01") as uow:
        before = gather_month(uow, hall.hall, MONTH)
    make(hall)
    sign(hall, "K01")
    with hall.read("M01") as uow:
        shown = show_month(uow, hall.hall, MONTH)
        assert shown.pack is not None
        report = packed_report(uow, shown.pack)
        assert report == month_report_of(shown)
        paper = report_paper(uow, report, language="en")
    assert report.tables == before.tables
    assert [line.en.split(" 员工")[0] for line in report.signers] == [
        "Auditor",
        "Stock keeper",
        "Hall manager",
    ]
    assert ["员工" in line.en for line in report.signers] == [True, True, False]
    days = report.tables[0]
    assert [(row[0], row[3], row[5]) for row in days.rows] == [(WORKED, 0, 0), (SUNDAY, 0, 0)]
    assert paper.startswith(b"%PDF")


@pytest.mark.parametrize("said", ["2026-13", "2026-1", "oct", ""])
def test_a_month_is_written_like_2026_11(said: str) -> None:
    with pytest.raises(MonthUnreadable):
        read_month_name(said)


def test_a_day_nobody_reported_is_found_everywhere_and_closed_as_nil(
    hall: OpenHall, tmp_path: Path
) -> None:
    close(hall, SUNDAY)
    app = doors(hall, tmp_path)
    manager, page = Visitor(app, "M01", "en"), f"/halls/M0001/days/{LAST}"
    blocked = f'<a href="{page}">{LAST} is not reported'
    assert blocked in manager.read(PAGE), "the month says which day it waits for"
    home = manager.read("/halls/M0001/")
    assert home.index("days nobody reported") < home.index(f'href="{page}"')
    assert "Not reported" in manager.read("/halls/M0001/days?month=2026-10")
    nil = f"/halls/M0001/shifts?date={LAST}"
    for address in (page, f"{page}/end"):
        assert f'href="{nil}#nil"' in manager.read(address), address
    assert "nobody reported" not in Visitor(app, "K01", "en").read("/halls/M0001/")
    said = manager.send("/halls/M0001/shifts", {"act": "nil", "date": LAST, "reason": ""}, page=nil)
    assert said.status_code == 302
    assert said.location == f"{page}/end"
    assert f'href="{nil}#nil"' not in manager.read(f"{page}/end")
    assert "is not reported" not in manager.read(PAGE)


def test_what_came_late_or_names_nobody_waits_on_the_first_page_of_who_settles_it(
    hall: OpenHall, tmp_path: Path
) -> None:
    sold = (
        "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,"
        f"invoice_waived,form_no\nL1,1,{WORKED} 11:00,A01,缴费,,1.00,1.00,cheque,1,\n"
    )
    late = receive_file(
        hall.engine,
        hall.people["J01"],
        hall_code="M0001",
        date=WORKED,
        file_name="late.csv",
        content=sold.encode(),
    )
    today = dt.datetime.now(HALL_TIME).date()
    paid = {"bank": "icbc", "account": "", "line_ref": "B1", "amount": 100_00, "memo": "现金存款"}
    put(hall, "bank_lines", paid | {"booked_on": today}, date=today)
    with hall.work("J01") as uow:
        wrong = Wrong(SUNDAY, "", "机器多记", None, None)
        slip = send_errors(uow, hall.hall, Notice("", [wrong], wrong="机器多记")).number or ""
    app = doors(hall, tmp_path)
    pages = {who: Visitor(app, who, "en").read("/halls/M0001/") for who in STAFF}
    batch = f'href="/halls/M0001/batches/{late.intake_no}"'
    shown = {
        "late": {who for who, page in pages.items() if batch in page},
        "bank": {who for who, page in pages.items() if "/cash/statements" in page},
        "slip": {who for who, page in pages.items() if f"/corrections/{slip}" in page},
    }
    auditors = {"J01", "J02"}
    assert (shown["late"], shown["bank"]) == (auditors | {"M01", "S01"}, auditors | {"M01"})
    assert shown["slip"] - {"M01"} == auditors, "the manager too, once it is overdue"


def doors(hall: OpenHall, folder: Path) -> Flask:
    """Give the doors over a hall."""
    engine: Engine = hall.engine
    return create_app(
        Config(database_url=str(engine.url), secret_key="test", state_folder=str(folder / "state"))
    )


@pytest.fixture
def app(ready: OpenHall, tmp_path: Path) -> Flask:
    """Give the doors over the hall whose October is done."""
    return doors(ready, tmp_path)


def test_the_month_is_closed_on_its_page_by_three_people(app: Flask) -> None:
    auditor, keeper, manager = (Visitor(app, who, "en") for who in ("J01", "K01", "M01"))
    assert "Everything is done" in auditor.read(PAGE)
    assert "Month 2026-10 to be closed" in auditor.read("/halls/M0001/")
    assert 'value="make"' not in keeper.read(PAGE)
    wrong = auditor.send(PAGE, {"act": "make", "password": "wrong"}, page=PAGE)
    assert (wrong.status_code, "password" in wrong.text) == (422, True)
    right = {"password": "a good long password"}
    assert auditor.send(PAGE, {"act": "make", **right}, page=PAGE).status_code == 302
    assert PAGE in keeper.read("/halls/M0001/")
    assert PAGE not in Visitor(app, "A01", "en").read("/halls/M0001/")
    assert keeper.send(PAGE, {"act": "sign", **right}, page=PAGE).status_code == 302
    assert PAGE not in keeper.read("/halls/M0001/")
    assert manager.send(PAGE, {"act": "sign", **right}, page=PAGE).status_code == 302
    for visitor in (Visitor(app, "M01", "zh"), manager):
        assert "2026-YB-000001" in visitor.read(PAGE)
    assert "本月已锁定" in Visitor(app, "S01", "zh").read(PAGE)
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{PAGE}/pack.xlsx").data))
    assert book.sheetnames[0] == "Audit results by day"
    assert manager.get(f"{PAGE}/pack.pdf").data.startswith(b"%PDF")
    assert manager.get("/halls/M0001/months/2026-99").status_code == 404
    assert Visitor(app, "A01").get(PAGE).status_code == 403


def test_programs_and_the_command_line_close_the_month_alike(app: Flask, ready: OpenHall) -> None:
    url = str(ready.engine.url)
    shown = command_line(url, "month", "show", "2026-10", "--hall", "M0001", "--json")
    assert shown.exit_code == 1, "the command line acts for nobody who may look at a month"
    with begin_work(ready.engine, LOADER) as uow:
        tokens = {
            who: make_token(uow, person_id=ready.people[who].person_id, name="test")
            for who in ("J01", "K01")
        }
    auditor, keeper = (Program(app, token) for token in tokens.values())
    told = auditor.read(API)
    assert (told["ready"], told["locked"], told["pack"]) == (True, False, None)
    assert [gate["gate"] for gate in told["gates"]] == ["days", "count", "forms", "refunds"]
    body = {"act": "make", "password": "a good long password"}
    wrong = auditor.post(API, body | {"password": "wrong"}, key="k0")
    assert wrong.status_code == 403
    made = auditor.post(API, body, key="k1")
    assert made.status_code == 200
    assert auditor.post(API, body, key="k1").json == made.json
    signed = keeper.post(API, body | {"act": "sign"}, key="k2")
    first, second = (answer.json or {} for answer in (made, signed))
    assert (first["pack"]["state"], second["pack"]["state"]) == ("submitted", "submitted")
    assert first["pack"]["hash"] == second["pack"]["hash"]
    assert keeper.get(f"{API}/pack.pdf").data.startswith(b"%PDF")
    back = keeper.post(API, body | {"act": "send_back"}, key="k3")
    assert (back.status_code, (back.json or {})["code"]) == (422, "pack_reason_missing")
    unread = keeper.get(API.replace("2026-10", "2026-1x")).json or {}
    assert unread["code"] == "month_unreadable"
