"""`refund ..`: a case from the clerk's question to the auditor's receipt of its papers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.identity import set_password
from ledger.work import system_actor
from tests.backoffice.cli.conftest import Command
from tests.backoffice.cli.test_stock import PASSWORD, TODAY
from tests.builders import OpenHall, open_hall

ASKED = ("waiver", "--why", "outage", "--amount", "80.00", "--subscriber", "18612345678")


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall open today, whose people have a password."""
    engine = open_engine(sqlite_url)
    opened = open_hall(engine, "H001", days=[TODAY])
    with begin_work(engine, system_actor("test")) as uow:
        for actor in opened.people.values():
            set_password(uow, person_id=actor.person_id, password=PASSWORD)
    return opened


@pytest.mark.usefixtures("hall")
def test_a_case_runs_its_course_on_the_command_line(small_command: Command, tmp_path: Path) -> None:
    told: list[str] = []

    def acting(who: str, *words: object, code: int = 0) -> Any:
        said = ("refund", *words, "--hall", "H001", "--as", who, "--password-stdin")
        done = small_command(*said, "--json", typed=PASSWORD + "\n")
        assert done.exit_code == code, done.output
        if words[0] != "unmask":
            told.append(done.output)
        if words[0] in ("consider", "list", "papers-due", "statistics", "flags"):
            told.append(small_command(*said, typed=PASSWORD + "\n").output)
        return json.loads(done.stdout or done.stderr)

    assert acting("A01", "consider", *ASKED)["awaits"] == ["duty_manager"]
    case = acting("A01", "ask", *ASKED)
    number = case["number"]
    assert (case["state"], case["subscriber"]) == ("submitted", "186****5678")
    assert acting("A01", "approve", number, code=1)["code"] == "not_permitted"
    assert acting("D01", "approve", number)["state"] == "approved"
    assert acting("A01", "execute", number)["state"] == "posted"
    due = acting("J01", "papers-due")["cases"]
    assert [one["number"] for one in due] == [number]
    papers = ("--paper", "application", "--paper", "outage_record")
    assert acting("A01", "tick", number, *papers)["papers_missing"] == []
    listed = acting("J01", "papers", "show")
    assert [row["case"] for row in listed["tables"][0]["rows"]] == [number]
    given = acting("A01", "papers", "give")
    assert acting("J01", "papers", "take", given["number"])["state"] == "posted"
    assert acting("J01", "receive", number)["papers_received_at"]
    receipt = tmp_path / "receipt.pdf"
    acting("A01", "paper", number, "receipt", "--output", receipt)
    assert receipt.read_bytes().startswith(b"%PDF")
    months = acting("S01", "statistics", "--pdf", tmp_path / "s.pdf")["tables"][0]["rows"]
    assert (months[-1]["cases"], months[-1]["amount"]) == (1, case["amount"])
    full = acting("J01", "unmask", number, "--reason", "核对客户投诉")
    assert full["subscriber"] == "18612345678"
    assert acting("M01", "expire")["expired"] == []
    by_itself = small_command("refund", "expire", "--hall", "H001", "--json")
    assert json.loads(by_itself.stdout)["expired"] == [], "the system may, without anybody's number"
    assert acting("J01", "list", "--clerk", "A02")["cases"] == []
    assert [one["number"] for one in acting("J01", "list", "--clerk", "A01")["cases"]] == [number]
    odd = ("ask", "refund", "--why", "wrong_payment", "--amount", "1", "--tender", "cash")
    acting("A01", *odd, "--txn", "18612345678", "--subscriber", "18612345678", code=2)
    assert "186****5678" in told[-2]
    assert not [one for one in told if "18612345678" in one], "RET-03"


@pytest.mark.usefixtures("hall")
def test_an_amount_that_is_none_is_told(small_command: Command) -> None:
    done = small_command(
        "refund", "ask", "waiver", "--why", "outage", "--amount", "8o", "--hall", "H001"
    )
    assert done.exit_code == 2
    assert "--amount: An amount such as 58.00." in done.stderr


def test_flags_and_policies_on_the_command_line(small_command: Command, hall: OpenHall) -> None:
    def acting(who: str, *words: object, code: int = 0, json_too: bool = True) -> Any:
        said = ("refund", *words, "--hall", "H001", "--as", who, "--password-stdin")
        done = small_command(*said, *(("--json",) if json_too else ()), typed=PASSWORD + "\n")
        assert done.exit_code == code, done.output
        return json.loads(done.stdout or done.stderr) if json_too else done.stdout

    assert hall.hall.code == "H001"
    for amount in ("480.00", "30.00"):
        acting("A01", "ask", *ASKED[:3], "--amount", amount, *ASKED[5:])
    (flag,) = acting("J01", "flags")["flags"]
    assert (flag["pattern"], flag["state"]) == ("split", "open")
    told = acting("J01", "flags", json_too=False)
    assert "480.00" in told
    assert not [word for word in ("amount_fen", "cases", "waiver") if word in told.split()]
    assert "18612345678" not in told
    assert acting("A01", "flags", code=1)["code"] == "not_permitted"
    settled = acting("J01", "settle", flag["id"], "harmless", "--note", "同一故障")
    assert settled["state"] == "harmless"

    change = ("policy", "propose", "waiver", "--tier", "duty_manager=50", "--reason", "收紧")
    limits = ("--limit", "hall_day=900", "--days", "expires_days=10")
    number = acting("S01", *change, *limits)["number"]
    assert acting("S01", "policy", "sign", number, code=1)["code"] == "maker_is_checker"
    shown = acting("A01", "policy", "show", "waiver")
    assert (shown["number"], shown["hall_day_limit"]) == ("default", None)
    acting("S01", "policy", "show", "loan", code=2)
    acting("S01", *change, "--limit", "hall_day=much", code=2)
