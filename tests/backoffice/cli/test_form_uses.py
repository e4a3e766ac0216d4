"""`forms ..`: numbers explained, use registered by hand as a person, what is not in the books."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.identity import set_password
from ledger.times import HALL_TIME
from ledger.work import system_actor
from tests.backoffice.cli.conftest import Command
from tests.builders import OpenHall, open_hall
from tests.invoices.form_days import code_of, receive, states, used
from tests.ledger.audit.evidence_days import line, put

PASSWORD = "a good long password"
TODAY = dt.datetime.now(HALL_TIME).date()
QR = "01,10,044001500111,81966722,173.79,20170524,17884534745749991611,BE2D,"


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall open today, whose clerk has twenty forms and a password."""
    opened = open_hall(open_engine(sqlite_url), "H001", days=[TODAY])
    receive(opened, "00000001", "00000020", "A01")
    with begin_work(opened.engine, system_actor("test")) as uow:
        set_password(uow, person_id=opened.people["A01"].person_id, password=PASSWORD)
    return opened


def acting(command: Command, *words: object, exit_code: int = 0) -> Any:
    """Run `forms ..` as the clerk; gives the JSON answered."""
    done = command(
        "forms", *words, "--hall", "H001", "--as", "A01", "--password-stdin", "--json",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert done.exit_code == exit_code, done.output
    return json.loads(done.stdout or done.stderr)


def test_a_number_and_a_qr_text_are_explained(small_command: Command, hall: OpenHall) -> None:
    told = small_command("forms", "explain", "231000940123", "00012345", "--language", "zh")
    assert told.exit_code == 0
    assert "地税普通发票(旧)" in told.stdout
    assert "邮电通信" in told.stdout
    scanned = small_command("forms", "explain", QR, "--language", "en")
    assert "173.79" in scanned.stdout
    wrong = small_command("forms", "explain", "2.544E+19", "--language", "en")
    assert wrong.exit_code == 2
    assert "re-export as text" in wrong.stderr


def test_use_later_reissue_and_reprint_as_the_clerk(small_command: Command, hall: OpenHall) -> None:
    code = code_of(hall)
    who = ("--clerk", "A01", "--code", code)
    done = acting(small_command, "use", "00000001", "00000002", *who, "--amount", "58.00")
    assert done["numbers"] == ["00000001", "00000002"]
    gap = acting(small_command, "use", "00000004", *who, "--amount", "58.00")
    assert gap["skipped"] == [{"first_no": "00000003", "last_no": "00000003"}]
    again = acting(small_command, "use", "00000001", *who, "--amount", "1.00", exit_code=1)
    assert again["code"] == "number_used_before"
    put(hall, "accounts", line("T1", 19900))
    later = acting(small_command, "later", "T1", *who, "--no", "00000003")
    assert later["numbers"] == ["00000003"]
    bill = acting(small_command, "month-bill", "18600001111", "2026-10", *who, "--amount", "99.00")
    assert bill["numbers"] == ["00000005"]
    live = acting(small_command, "reissue", "00000001", "--original-code", code, *who, exit_code=1)
    assert live["code"] == "original_still_live"
    printed = acting(small_command, "reprint", "00000001", *who, "--reason", "卡纸")
    assert printed == {"times": 1}
    assert states(hall)["00000005"] == "issued"


def test_what_the_books_do_not_follow_is_listed_with_its_reason(
    small_command: Command, hall: OpenHall
) -> None:
    rows = [used(hall, "00000001"), used(hall, "00000099"), used(hall, "00000002", 0, "void")]
    put(hall, "invoices", *rows)
    found = acting(small_command, "unposted", "--date", "2026-11-20")
    assert [(one["invoice_no"], one["reason"]) for one in found] == [
        ("00000001", "waiting"),
        ("00000002", "void_incomplete"),
        ("00000099", "unknown"),
    ]
