"""Rosters, grants, authorities and calendars by page, API and command line: the same rules."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from ledger.work import system_actor
from tests.backoffice.api.conftest import API, Program, told
from tests.backoffice.cli.conftest import Command, small_command, state_folder
from tests.backoffice.cli.test_stock import TODAY
from tests.backoffice.visitors import PASSWORD, Visitor
from tests.builders import OpenHall, open_hall
from tests.ledger.duties.on_duty import leave

__all__ = ["small_command", "state_folder"]

H001 = f"{API}/halls/H001"
LAST = TODAY + dt.timedelta(days=20)
TERM = {"from_on": str(TODAY), "until_on": str(LAST), "reason": "乡镇厅", "password": PASSWORD}
CHINESE = "日期,工号,班次,台席\n{0},A01,早班,1号台\n{0},A02,休,\n"
ENGLISH = "date,clerk,shift\n{0},A02,Late\n"


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall of five open today, whose people have a password."""
    opened = open_hall(open_engine(sqlite_url), "H001", days=[TODAY])
    leave(opened, "V01")
    with begin_work(opened.engine, system_actor("test")) as uow:
        for actor in opened.people.values():
            set_password(uow, person_id=actor.person_id, password=PASSWORD)
    return opened


@pytest.fixture
def app(hall: OpenHall, tmp_path: Path) -> Flask:
    config = Config(secret_key="test", state_folder=str(tmp_path))
    return create_app(config, engine=hall.engine)


def test_rosters_grants_and_calendars_by_the_api(hall: OpenHall, app: Flask) -> None:
    people: dict[str, Program] = {}
    with begin_work(hall.engine, system_actor("test")) as uow:
        for number in ("A01", "M01", "D01", "S01"):
            person = hall.people[number].person_id
            people[number] = Program(app, make_token(uow, person_id=person, name="test"))
    seat = {"date": str(TODAY), "clerk": "A01", "shift": "早班", "desk": "1"}
    assert people["A01"].post(f"{H001}/roster", {"seats": [seat]}).status_code == 403
    assert told(people["M01"].post(f"{H001}/roster", {"seats": [seat]}))["settled"] == 1
    unknown = people["M01"].post(f"{H001}/roster", {"seats": [seat | {"clerk": "Z9"}]})
    assert (unknown.status_code, told(unknown)["code"]) == (422, "roster_unreadable")
    copied = {"week_of": str(TODAY), "to": str(TODAY + dt.timedelta(days=7))}
    assert told(people["D01"].post(f"{H001}/roster/copies", copied))["settled"] == 1
    roster = people["A01"].read(f"{H001}/roster?first={TODAY}&last={LAST}")
    assert [one["shift_name"] for one in roster["seats"]] == ["Early", "Early"]
    assert [one["by"] for one in roster["changes"]] == ["员工D01", "员工M01"]

    grant = {"kind": "small_hall", **TERM}
    assert people["M01"].post(f"{H001}/duty-grants", grant).status_code == 403
    wrong = people["S01"].post(f"{H001}/duty-grants", grant | {"password": "no"})
    assert wrong.status_code == 403
    given = people["S01"].post(f"{H001}/duty-grants", grant)
    assert (given.status_code, told(given)["state"]) == (201, "posted")
    (one,) = people["A01"].read(f"{H001}/duty-grants?date={LAST}")["grants"]
    assert "audited by the area" in one["text"]
    end = {"reason": "增员", "password": PASSWORD}
    ended = people["S01"].post(f"{H001}/duty-grants/{one['number']}/end", end)
    assert told(ended)["state"] == "reversed"
    assert people["A01"].read(f"{H001}/duty-grants?date={LAST}")["grants"] == []
    assert people["M01"].read(f"{H001}/countersignatures")["waiting"] == []
    unasked = {"number": "2026-JB-000009", "password": PASSWORD}
    assert people["M01"].post(f"{H001}/countersignatures", unasked).status_code == 404

    closed = {"calendar": "bank", "date": f"{TODAY.year}-12-25", "open": False, "name": "休"}
    assert people["A01"].post(f"{H001}/calendars", {"days": [closed]}).status_code == 403
    assert told(people["M01"].post(f"{H001}/calendars", {"days": [closed]}))["settled"] == 1
    above = {"days": [closed], "organisation": "总部/某省"}
    assert people["M01"].post(f"{H001}/calendars", above).status_code == 403
    assert told(people["S01"].post(f"{H001}/calendars", above))["settled"] == 1
    said = people["A01"].read(f"{H001}/calendars")["days"]
    assert {one["organisation"] for one in said} == {"H001", "总部/某省"}


@pytest.mark.usefixtures("hall")
def test_rosters_grants_and_calendars_on_the_command_line(
    small_command: Command, tmp_path: Path
) -> None:
    def acting(who: str, *words: object, code: int = 0) -> Any:
        done = small_command(
            *words, "--hall", "H001", "--as", who, "--password-stdin", "--json",
            typed=PASSWORD + "\n",
        )  # fmt: skip
        assert done.exit_code == code, done.output
        return json.loads(done.stdout or done.stderr)

    def asked(*words: object) -> str:
        done = small_command(*words, "--hall", "H001", "--language", "zh")
        assert done.exit_code == 0, done.output
        return done.stdout

    file = tmp_path / "排班.csv"
    file.write_text(CHINESE.format(TODAY), "utf-8")
    assert acting("M01", "roster", "import", file)["settled"] == 2
    assert acting("M01", "roster", "set", "A02", "夜班", "--date", TODAY)["settled"] == 1
    week = ("--week-of", TODAY, "--to", TODAY + dt.timedelta(days=7))
    assert acting("M01", "roster", "copy", *week)["settled"] == 2
    shown = asked("roster", "show", "--date", TODAY, "--changes")
    assert ("夜班" in shown, "早班" in shown, "休" in shown) == (True, True, True)
    assert acting("A01", "roster", "set", "A01", "早班", "--date", TODAY, code=1)["code"]

    term = ("--from", TODAY, "--until", LAST, "--reason", "乡镇厅")
    number = acting("S01", "duty", "small-hall", *term)["number"]
    assert number in asked("duty", "grants")
    acting("S01", "duty", "end", number, "--reason", "增员")
    short = ("--from", TODAY, "--until", TODAY, "--reason", "病假")
    acting("S01", "duty", "except", "A01", "cashier/audits", *short)
    assert "既收款又稽核" in asked("duty", "grants")
    stands_in = acting("J01", "duty", "stand-in", "F01", "auditor", *short)
    assert stands_in["cap"] is None
    assert stands_in["number"] in asked("duty", "stand-ins")
    acting("J01", "duty", "end", stands_in["number"], "--reason", "返岗")
    assert acting("M01", "duty", "countersign")["waiting"] == []

    holiday = ("bank", "--date", f"{TODAY.year}-12-31", "--closed", "--name", "年终")
    assert acting("M01", "duty", "calendar-set", *holiday)["settled"] == 1
    days = tmp_path / "calendar.csv"
    days.write_text(f"calendar,date,open\nhall,{TODAY.year}-12-30,0\n", "utf-8")
    assert acting("M01", "duty", "calendar-import", days)["settled"] == 1
    told_days = asked("duty", "calendar", "--year", TODAY.year)
    assert ("银行营业日" in told_days, "年终" in told_days) == (True, True)


def test_rosters_grants_and_calendars_on_pages(app: Flask) -> None:
    manager, above, clerk = Visitor(app, "M01"), Visitor(app, "S01"), Visitor(app, "A01")
    page, day = "/halls/H001/roster", f"/halls/H001/roster/{TODAY}"
    assert "还没有排班" in clerk.read(page)
    typed = {"shift-A01": "early", "desk-A01": "3号台", "shift-A02": ""}
    assert "早班" in manager.send(day, typed, page=day, follow=True).text
    assert clerk.send(day, typed, page=page, follow=True).status_code in (400, 403)
    assert "3号台" in clerk.read("/halls/H001/")
    english = Visitor(app, "A01", "en")
    assert "Early" in english.read(page)
    for name, content in (("排班.csv", CHINESE), ("roster.csv", ENGLISH)):
        file = (io.BytesIO(content.format(TODAY).encode()), name)
        sent = manager.send(page, {"week": str(TODAY), "file": file}, page=page, follow=True)
        assert "已导入" in sent.text
    bad = (io.BytesIO(ENGLISH.format(TODAY).replace("A02", "Z99").encode()), "roster.csv")
    refused = manager.send(page, {"week": str(TODAY), "file": bad}, page=page)
    assert (refused.status_code, "没有此工号" in refused.text) == (422, True)
    following = str(TODAY + dt.timedelta(days=7))
    copied = manager.send(page, {"week": following}, page=page, follow=True).text
    assert "已按上周排班" in copied

    duties = "/halls/H001/duties"
    grant = {"act": "small_hall", **TERM}
    assert above.send(duties, grant | {"password": "no"}, page=duties).status_code == 422
    granted = above.send(duties, grant, page=duties, follow=True).text
    assert "片区稽核" in granted
    assert "Small hall, grant" in english.read(duties)
    assert "没有待补签" in manager.read("/halls/H001/countersignatures")
    authorities = "/halls/H001/refunds/authorities"
    auditor = Visitor(app, "J01")
    stand_in = {"act": "give", "role": "auditor", "to": "F01", "cap": "", "reason": "培训"}
    stand_in |= {"from_on": str(TODAY), "to_on": str(TODAY), "password": PASSWORD}
    assert "F01" in auditor.send(authorities, stand_in, page=authorities, follow=True).text

    calendars = "/halls/H001/calendars"
    said = {"calendar": "bank", "on": str(TODAY), "open": "0", "name": "厅庆", "organisation": ""}
    assert "厅庆" in manager.send(calendars, said, page=calendars, follow=True).text
    above_only = said | {"organisation": "总部"}
    assert manager.send(calendars, above_only, page=calendars).status_code == 422
    assert "总部" in above.send(calendars, above_only, page=calendars, follow=True).text
