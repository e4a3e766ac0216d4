"""A day of cash by command line and API: the same answers, blind until the shift is closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work
from backoffice.identity import make_token, set_password
from ledger.hall_rules import KNOWN_TENDERS
from ledger.work import system_actor
from tests.backoffice.api.conftest import API, Program, told
from tests.backoffice.cli.conftest import Command, small_command, state_folder
from tests.backoffice.cli.test_stock import PASSWORD, TODAY
from tests.builders import OpenHall, open_hall

__all__ = ["small_command", "state_folder"]

NOTHING = [f"--tender={code}=0" for code in KNOWN_TENDERS if code != "cash"]
NAUGHT = {code: "0.00" for code in KNOWN_TENDERS if code != "cash"}
CASH = f"{API}/halls/H001/cash"
SHIFTS = f"{API}/halls/H001/shifts"


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall open today, whose people have a password."""
    opened = open_hall(open_engine(sqlite_url), "H001", days=[TODAY])
    with begin_work(opened.engine, system_actor("test")) as uow:
        for actor in opened.people.values():
            set_password(uow, person_id=actor.person_id, password=PASSWORD)
    return opened


def _acting(small_command: Command) -> Callable[..., Any]:
    def acting(who: str, group: str, *words: object, code: int = 0) -> Any:
        done = small_command(
            group, *words, "--hall", "H001", "--as", who, "--password-stdin", "--json",
            typed=PASSWORD + "\n",
        )  # fmt: skip
        assert done.exit_code == code, done.output
        return json.loads(done.stdout or done.stderr)

    return acting


@pytest.mark.usefixtures("hall")
def test_a_clerk_s_day_with_cash_on_the_command_line(small_command: Command) -> None:
    acting = _acting(small_command)
    fund = acting("M01", "cash", "move", "fund_in", "--amount", "900.00", "--fund", "safe")
    assert acting("S01", "cash", "sign", fund["number"])["state"] == "posted"
    opening = acting("K01", "cash", "open-safe", "--for", "备用金")
    drawn = ("move", "float_out", "--amount", "300.00", "--clerk", "A01")
    assert acting("K01", "cash", *drawn, code=1)["code"] == "safe_locked"
    acting("J01", "cash", "sign", opening["number"])
    float_out = acting("K01", "cash", *drawn)
    assert float_out["awaits"] == ["A01"]
    acting("A01", "cash", "sign", float_out["number"])
    shift = acting("A01", "shift", "open", "A01", "--notes", "100x3")
    assert (shift["state"], shift["opening"]) == ("open", "300.00")
    assert acting("A01", "shift", "suspend", "A01")["state"] == "suspended"
    assert acting("A01", "shift", "resume", "A01")["state"] == "open"
    counted = ("declare", "A01", "--notes", "100x4", "--kept", "300.00", *NOTHING)
    declared = acting("A01", "shift", *counted)
    assert (declared["state"], declared["compared"]) == ("counted", False)
    assert {one["expected"] for one in declared["tenders"]} == {None}
    assert acting("A01", "shift", "keep", "A01")["state"] == "closed"
    hand_in = ("move", "hand_in", "--amount", "100.00", "--clerk", "A01", "--receiver", "K01")
    number = acting("A01", "cash", *hand_in)["number"]
    acting("K01", "cash", "sign", number)
    places = {one["name"]: one["amount"] for one in acting("M01", "cash", "show")["places"]}
    assert places["Safe: takings"] == "100.00"
    assert places["Drawer A01"] == "300.00"
    assert acting("A01", "cash", "show", code=1)["code"] == "not_permitted"
    assert len(acting("M01", "shift", "list")["shifts"]) == 1
    assert acting("M01", "cash", "petty")["closing"] == "0.00"
    assert acting("M01", "cash", "cases")["cases"] == []
    tail = acting("M01", "cash", "tail")
    assert (tail["tail"], tail["limit"], tail["over"]) == ("100.00", "1000.00", False)
    listed = small_command("cash", "list", "--hall", "H001", "--language", "zh")
    assert "交款单" in listed.stdout


@pytest.mark.usefixtures("hall")
def test_bank_and_counter_on_the_command_line(small_command: Command, tmp_path: Path) -> None:
    acting = _acting(small_command)
    fund = acting("M01", "cash", "move", "fund_in", "--amount", "9.00", "--fund", "safe")["number"]
    waiting = acting("J01", "cash", "statement")
    assert (waiting["deposits"], waiting["lines"]) == ([], [])
    assert acting("J01", "cash", "confirm-matches")["documents"] == []
    unknown = ("match", "--line", "icbc//R1", "--deposit", "X")
    assert acting("J01", "cash", *unknown, code=1)["code"] == "not_open_for_match"
    begun = ("call", "A01", "--txn", "T1", "--due", "58.00", "--tendered", "100.00")
    assert acting("A01", "cash", *begun, code=1)["code"] == "no_shift"
    acting("A02", "shift", "open", "A02")
    wrong = ("call", "A02", *begun[2:], "--change", "52.00")
    assert acting("A02", "cash", *wrong, code=2)["code"] == "slip_wrong"
    slip = acting("A02", "cash", "call", "A02", *begun[2:])
    assert (slip["change"], slip["prints"]) == ("42.00", 0)
    assert acting("A02", "cash", "print-slip", slip["number"])["prints"] == 1
    gone = ("cancel-slip", slip["number"], "--reason", "退")
    assert acting("A02", "cash", *gone, code=1)["code"] == "slip_not_back"
    assert acting("A02", "cash", *gone, "--back")["state"] == "cancelled"
    assert len(acting("M01", "cash", "slips")["slips"]) == 1
    assert acting("M01", "cash", "kiosks")["clearings"] == []
    kiosk = ("clear-kiosk", "Z01", "--notes", "100x1", "--with", "D01")
    assert acting("K01", "cash", *kiosk, code=2)["code"] == "not_a_kiosk"
    paper = tmp_path / "paper.pdf"
    acting("M01", "cash", "print", fund, "--pdf", str(paper))
    assert paper.read_bytes().startswith(b"%PDF")


def _people(hall: OpenHall, tmp_path: Path) -> dict[str, Program]:
    app = create_app(Config(secret_key="test", state_folder=str(tmp_path)), engine=hall.engine)
    people: dict[str, Program] = {}
    with begin_work(hall.engine, system_actor("test")) as uow:
        for number in ("A01", "A02", "M01", "D01"):
            person = hall.people[number].person_id
            people[number] = Program(app, make_token(uow, person_id=person, name="test"))
    return people


def test_a_clerk_s_day_with_cash_by_the_api(hall: OpenHall, tmp_path: Path) -> None:
    people = _people(hall, tmp_path)
    shift = f"{SHIFTS}/{TODAY}/A01"
    opened = people["A01"].post(SHIFTS, {"clerk": "A01", "notes": "100x3"}, key="open")
    assert opened.status_code == 201, opened.text
    again = people["A01"].post(SHIFTS, {"clerk": "A01", "notes": "100x3"}, key="open")
    assert again.headers["Idempotent-Replay"] == "true"
    wrong = people["A01"].post(f"{shift}/acts", {"act": "declare", "notes": "30x1"})
    assert wrong.status_code == 422
    body = {
        "act": "close_for",
        "notes": "100x3",
        "amounts": NAUGHT,
        "kept": "300.00",
        "witness": "A02",
        "reason": "病假",
    }
    assert people["A02"].post(f"{shift}/acts", body).status_code == 403
    assert told(people["M01"].post(f"{shift}/acts", body))["state"] == "witnessing"
    unsigned = people["A02"].post(f"{shift}/acts", {"act": "witness", "password": "x"})
    assert unsigned.status_code == 403
    signed = people["A02"].post(f"{shift}/acts", {"act": "witness", "password": PASSWORD})
    assert (signed.status_code, told(signed)["state"]) == (200, "closed")
    assert people["D01"].read(SHIFTS)["shifts"][0]["witness"] == "A02"
    back = {"kind": "float_return", "amount": "300.00", "clerk": "A01", "receiver": "D01"}
    made = people["A01"].post(f"{CASH}/documents", back)
    assert made.status_code == 201, made.text
    acts = f"{CASH}/documents/{told(made)['number']}/acts"
    assert people["D01"].post(acts, {"act": "approve", "password": "no"}).status_code == 403
    done = people["D01"].post(acts, {"act": "approve", "password": PASSWORD})
    assert told(done)["state"] == "posted"
    assert told(done)["lines"] == [
        {"from": "Drawer A01", "to": "Safe: float fund", "amount": "300.00"}
    ]
    held = {one["name"]: one["amount"] for one in people["M01"].read(CASH)["places"]}
    assert held["Safe: float fund"] == "300.00"
    assert people["A02"].get(f"{CASH}/documents/{told(made)['number']}").status_code == 404
    assert people["A02"].read(f"{CASH}/cases")["cases"] == []
    assert people["M01"].read(f"{CASH}/petty")["lines"] == []
    nil = people["M01"].post(f"{API}/halls/H001/days/{TODAY}/nil-day", {"reason": "停电"})
    assert (nil.status_code, told(nil)["code"]) == (409, "day_has_shifts"), nil.text


def test_bank_and_counter_by_the_api(hall: OpenHall, tmp_path: Path) -> None:
    people = _people(hall, tmp_path)
    back = {"kind": "fund_in", "amount": "9.00", "fund": "safe"}
    made = people["M01"].post(f"{CASH}/documents", back)
    slips = f"{CASH}/slips"
    called = {"clerk": "A02", "txn_no": "T1", "due": "58.00", "tendered": "100.00"}
    assert people["A02"].post(SHIFTS, {"clerk": "A02"}).status_code == 201
    refused = people["A02"].post(slips, {**called, "change": "52.00"})
    assert (refused.status_code, told(refused)["code"]) == (422, "slip_wrong")
    slip = told(people["A02"].post(slips, called))
    assert slip["change"] == "42.00"
    acts = f"{slips}/{slip['number']}/acts"
    assert told(people["A02"].post(acts, {"act": "print"}))["prints"] == 1
    assert people["A02"].post(acts, {"act": "cancel", "reason": "退"}).status_code == 409
    assert people["A01"].read(slips)["slips"] == []
    assert [one["number"] for one in people["M01"].read(slips)["slips"]] == [slip["number"]]
    assert people["M01"].read(f"{CASH}/statements")["proposals"] == []
    assert told(people["M01"].post(f"{CASH}/statements/confirmations", {}))["documents"] == []
    unknown = people["M01"].post(f"{CASH}/statements/matches", {"lines": ["icbc//R1"]})
    assert told(unknown)["code"] == "not_open_for_match"
    kiosk = {"kiosk": "Z01", "notes": "100x1", "second": "A02"}
    assert told(people["M01"].post(f"{CASH}/kiosks", kiosk))["code"] == "not_a_kiosk"
    assert people["M01"].read(f"{CASH}/kiosks")["clearings"] == []
    assert people["M01"].read(f"{CASH}/tail")["over"] is False
    printed = people["M01"].get(f"{CASH}/papers/{told(made)['number']}")
    assert printed.data.startswith(b"%PDF")
