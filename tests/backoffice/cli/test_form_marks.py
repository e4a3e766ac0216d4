"""Voids, covers, red letters, losses and kept papers on the command line."""

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
from tests.invoices.form_days import code_of, receive, used
from tests.ledger.audit.evidence_days import at, put

PASSWORD = "a good long password"
TODAY = dt.datetime.now(HALL_TIME).date()
A, B, C, D = "00100001", "00100002", "00100003", "00100004"


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall open today whose clerk issued A; its people have a password."""
    made = open_hall(open_engine(sqlite_url), "H001", days=[TODAY])
    with begin_work(made.engine, system_actor("test")) as uow:
        for number in ("V01", "A01", "M01", "J01"):
            set_password(uow, person_id=made.people[number].person_id, password=PASSWORD)
    receive(made, A, "00100008", "A01")
    issued = used(made, A, txn_no="T1", issued_at=at("00:00", date=TODAY))
    put(made, "invoices", issued, date=TODAY)
    return made


def run(command: Command, who: str, *words: object, code: int = 0) -> Any:
    """Run `forms ..` as a person; gives the JSON answered, or the refusal."""
    done = command(
        "forms", *words, "--hall", "H001", "--as", who, "--password-stdin", "--json",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert done.exit_code == code, done.output
    return json.loads(done.stdout if code == 0 else done.stderr)


def now() -> str:
    return dt.datetime.now(HALL_TIME).isoformat(timespec="seconds")


def test_a_void_its_ticks_and_its_cover(
    small_command: Command, hall: OpenHall, tmp_path: Path
) -> None:
    own, code = small_command, code_of(hall)
    asked = run(
        own, "A01", "void", "--code", code, "--number", f"{A}-{B}", "--copies", "3",
        "--reason", "打印错误",
    )  # fmt: skip
    assert asked["awaits"] == ["auditor"]
    assert run(own, "A01", "voids")[0]["invoice_no"] == A
    bad = own("forms", "tick", asked["number"], "--hall", "H001", "--tick", "1;2")
    assert bad.exit_code == 2
    lacking = run(
        own, "J01", "tick", asked["number"], "--tick", f"{A}=1,2", "--tick", f"{B}=1,2,3:stamped"
    )
    assert (lacking["refused"], lacking["missing"]) == (True, {A: [3]})
    again = run(
        own, "A01", "void", "--code", code, "--number", B, "--copies", "3", "--reason", "错"
    )
    signed = run(own, "J01", "tick", again["number"], "--tick", f"{B}=1,2,3:stamped")
    assert signed["state"] == "posted"
    pdf = tmp_path / "cover.pdf"
    printed = run(own, "A01", "cover", "--code", code, "--first", A, "--pdf", pdf)
    assert (printed["version"], printed["numbers"][0]["invoice_no"]) == (1, B)
    assert pdf.read_bytes().startswith(b"%PDF")
    old = run(own, "M01", "cover", "--code", code, "--first", A, "--version", "1")
    assert old["covers_all"] is True


def test_red_letters_losses_and_kept_papers(
    small_command: Command, hall: OpenHall, tmp_path: Path
) -> None:
    own, code = small_command, code_of(hall)
    red = (
        "red", "--code", code, "--issued-at", now(), "--original-code", code,
        "--original-no", A, "--reason", "SALES_DISCOUNT",
    )  # fmt: skip
    made = run(own, "A01", *red, "--number", C, "--amount", "-38.00")
    assert made["missing"] == ["refund"]
    over = run(own, "A01", *red, "--number", D, "--amount", "-40.00", code=1)
    assert over["code"] == "red_exceeds_blue"
    linked = run(own, "A01", "link-red", "--code", code, "--number", C, "--refund-txn", "T9")
    assert linked["missing"] == []
    assert run(own, "M01", "reds", "--missing") == []
    slip = ("red-slip", "S1", "--original-no", "26440000000012345678", "--amount", "58.00")
    assert run(own, "A01", *slip, "--reason", "SALES_RETURN")["state"] == "waiting"
    assert run(own, "A01", "settle-slip", "S1", "confirm")["state"] == "confirmed"
    assert run(own, "A01", "red-slips")[0]["slip_no"] == "S1"
    loss = ("loss", "--code", code, "--number", "00100008", "--circumstances", "缺号")
    opened = run(own, "A01", *loss, "--found-at", now())
    report = ("report-loss", opened["number"], "--report-no", "税17", "--by", "李四")
    assert run(own, "V01", *report)["state"] == "reported"
    ended = run(own, "M01", "end-loss", opened["number"], "--found", "--result", "抽屉里")
    assert ended["state"] == "found"
    assert run(own, "M01", "losses")[0]["late"] is False
    assert run(own, "V01", "kept") == []
    early = run(own, "V01", "destroy", "--book", f"{code}/{A}", code=1)
    assert early["code"] == "papers_at_work"
    listed = tmp_path / "kept.csv"
    listed.write_text(f"invoice_code,first_no\n{code},{A}\n")
    refused = run(own, "V01", "destroy", "--file", listed, code=2)
    assert refused["code"] == "bad_input"
