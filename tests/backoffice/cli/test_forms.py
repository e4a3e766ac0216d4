"""Documents of invoice forms on the command line, and a hall that is closed by it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.identity import set_password
from ledger.times import HALL_TIME
from ledger.work import system_actor
from tests.backoffice.cli.conftest import Command
from tests.builders import OpenHall, open_hall

PASSWORD = "a good long password"
TODAY = dt.datetime.now(HALL_TIME).date()


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall open today, whose people have a password."""
    made = open_hall(open_engine(sqlite_url), "H001", days=[TODAY])
    with begin_work(made.engine, system_actor("test")) as uow:
        for number in ("V01", "A01", "M01"):
            set_password(uow, person_id=made.people[number].person_id, password=PASSWORD)
    return made


def acting(command: Command, who: str, *words: object) -> Any:
    """Run `forms ..` as a person; gives the JSON answered."""
    done = command(
        "forms", *words, "--hall", "H001", "--as", who, "--password-stdin", "--json",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_custodians_day_on_the_command_line(
    small_command: Command, hall: OpenHall, tmp_path: Path
) -> None:
    run = small_command
    books = tmp_path / "books.csv"
    books.write_text("起号,止号,份数,形式\n0001,0100,100,连续纸\n0101,0200,99,\n")
    refused = run(
        "forms", "receive", "--hall", "H001", "--file", books, "--as", "V01", "--password-stdin",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert refused.exit_code == 2
    assert "line 3" in refused.output
    taken = acting(run, "V01", "receive", "--file", books, "--good-lines")
    assert (taken["good"], taken["posted"][0][4:8]) == (1, "-PR-")
    drawn = acting(
        run, "V01", "make", "draw", "--first", "0001", "--last", "0040", "--clerk", "A01"
    )
    assert drawn["awaits"] == ["number:A01"]
    assert acting(run, "A01", "sign", drawn["number"])["state"] == "posted"
    (wrong,) = acting(run, "V01", "count", "--clerk", "A01", "--counted", "39")["counts"]
    assert (wrong["segments"], wrong["difference"]) == ("0001–0040", -1)
    sheet = acting(run, "A01", "sheet", "--counted", "40")
    assert acting(run, "V01", "sign", sheet["number"])["state"] == "posted"
    back = acting(run, "A01", "make", "return", "--clerk", "A01", "--count", "40")
    assert acting(run, "V01", "reject", back["number"], "--reason", "封条")["state"] == "rejected"
    again = acting(run, "A01", "make", "return", "--clerk", "A01")
    assert acting(run, "V01", "sign", again["number"])["state"] == "posted"
    pdf = tmp_path / "slip.pdf"
    acting(run, "V01", "print", again["number"], "--pdf", pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert acting(run, "V01", "blanks")["count"] == 100
    acting(run, "V01", "end", "--code", "", "--on", TODAY, "--reason", "换版")
    assert acting(run, "V01", "end")["codes"][0]["count"] == 100
    closing = run("hall", "close", "H001")
    assert closing.exit_code == 1
    assert "0001–0100" in closing.output
    acting(run, "V01", "make", "hand_in", "--fact", "receipt_no=JX-1", "--fact", "cause=closing")
    closed = run("hall", "close", "H001", "--json")
    assert json.loads(closed.stdout)["closed_on"] == TODAY.isoformat()
    twice = run("hall", "close", "H001")
    assert twice.exit_code == 1
