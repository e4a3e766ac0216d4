"""`bundle ..` and `verify-bundle`: from a closed day to finance's signature and a checked file."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from backoffice import bundle_writing
from backoffice.database import begin_work
from backoffice.identity import set_password
from ledger.documents import UnknownDocument
from ledger.work import system_actor
from tests.backoffice.cli.conftest import Command
from tests.backoffice.cli.test_stock import PASSWORD
from tests.builders import DAY, OpenHall, open_hall
from tests.ledger.audit.evidence_days import day
from tests.ledger.finance.closed_days import SECOND_FINANCE, audit_day, close_day, work_day

MAPPING = """\
[accounts]
"6051" = ["其他业务收入", "Other operating income"]

[rules]
"business:话费" = "6051"
"""


@pytest.fixture
def hall(sqlite_url: str, open_engine: Callable[[str], Engine]) -> OpenHall:
    """Give a hall two days of which are closed, whose people have a password."""
    hall = open_hall(open_engine(sqlite_url), "H001", more_staff=[SECOND_FINANCE])
    for date in (DAY, day(1)):
        work_day(hall, date)
        close_day(hall, date)
    with begin_work(hall.engine, system_actor("test")) as uow:
        for actor in hall.people.values():
            set_password(uow, person_id=actor.person_id, password=PASSWORD)
    return hall


@pytest.mark.usefixtures("hall")
def test_a_day_is_handed_over_and_its_file_checked_on_the_command_line(
    small_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def acting(who: str, *words: object, code: int = 0) -> Any:
        done = small_command(
            "bundle", *words, "--as", who, "--password-stdin", "--json", typed=PASSWORD + "\n"
        )
        assert done.exit_code == code, done.output
        return json.loads(done.stdout or done.stderr)

    one = ("--hall", "H001")
    out = tmp_path / "out"
    english = ("--language", "en")
    made = acting("M01", "make", *one, "--from", DAY, "--to", day(1), "--folder", out, *english)
    number = made["bundles"][0]["number"]
    path = Path(made["files"][0])
    assert path.name == f"H001-{number}-0.zip"
    assert [row["state"] for row in acting("F01", "list")["bundles"]] == ["submitted"]
    returned = acting("F01", "return", *one, "--number", number, "--date", day(1), "--reason", "缺")
    assert [row["date"] for row in returned["days"]] == [DAY.isoformat()]
    later = acting("F01", "sign", *one, "--from", day(1), "--to", day(1))
    assert later == {"signed": [], "left": []}
    signed = {"hall": "H001", "number": number, "state": "posted"}
    assert acting("F01", "sign", "--all", "--from", DAY, "--to", DAY)["signed"] == [signed]
    assert acting("F02", "sign", *one, "--number", number, code=1)["code"] == "transition_refused"
    rest = Path(acting("F01", "write", *one, "--number", number, "--folder", out)["files"][0])
    first = acting("F01", "write", *one, "--number", number, "--part", 0, "--folder", tmp_path)
    assert Path(first["files"][0]).read_bytes() == path.read_bytes() != rest.read_bytes()
    with zipfile.ZipFile(path) as packed:
        assert json.loads(packed.read("manifest.json"))["language"] == "en"
        book = load_workbook(io.BytesIO(packed.read("handover.xlsx")), read_only=True)
        assert "Voucher proposed" in book.sheetnames
        assert "Operating income" in packed.read("voucher.csv").decode()
    # A day that was returned goes out again; with --all each hall alone.
    again = acting("J01", "make", "--all", "--date", day(1))
    assert (len(again["bundles"]), again["refused"]) == (1, [])
    assert (
        acting("S01", "read", *one, "--number", again["bundles"][0]["number"])["second"] == "read"
    )

    told = tmp_path / "mapping.toml"
    told.write_text(MAPPING, encoding="utf-8")
    change = acting("F01", "mapping", "load", told, *one, "--from", DAY, "--reason", "新科目")
    number_of_change = change["changes"][0]["number"]
    acting("F01", "mapping", "sign", *one, "--number", number_of_change, code=1)
    assert acting("F02", "mapping", "sign", "--all")["changes"][0]["state"] == "posted"
    rules = acting("F01", "mapping", "show", *one)["rules"]
    assert {row["credit"] for row in rules if row["key"] == "business:话费"} == {"6051"}
    revised = acting("M01", "revise", *one, "--number", number, "--reason", "科目")
    assert (revised["replaces"], revised["awaits"]) == (number, ["finance"])

    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", f"sqlite:///{tmp_path}/none/nothing.db")
    check_anywhere(small_command, path, rest)


def check_anywhere(command: Command, path: Path, rest: Path) -> None:
    """Check the files as on any machine: no database is there."""
    sound = command("verify-bundle", path, "--json")
    assert sound.exit_code == 0
    assert json.loads(sound.stdout)["voucher"] == {"debit": "4423.60", "credit": "4423.60"}
    assert command("verify-bundle", rest).output.startswith("H001 2026-YJ-000001")
    broken = path.parent / "broken.zip"
    content = path.read_bytes()
    spoilt = bytearray(content)
    spoilt[len(spoilt) // 2] ^= 1
    broken.write_bytes(spoilt)
    refused = command("verify-bundle", broken)
    assert refused.exit_code in (1, 2)
    assert len(refused.stderr.strip().splitlines()) == 1
    assert command("verify-bundle", path.parent / "none.zip").exit_code == 2


def test_days_are_closed_and_handed_over_by_one_command(
    small_command: Command, hall: OpenHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def manager(*words: object, code: int = 0) -> Any:
        done = small_command(
            *words, "--as", "M01", "--password-stdin", "--json", typed=PASSWORD + "\n"
        )
        assert done.exit_code == code, done.output
        return json.loads(done.stdout or done.stderr)

    work_day(hall, day(2))
    audit_day(hall, day(2))
    every = ("day", "close", "--all", "--date", day(2))
    assert manager(*every, "--folder", tmp_path, code=2)["code"] == "wrong_argument"
    first = manager("bundle", "make", "--hall", "H001", "--from", DAY, "--to", day(1))["bundles"][0]
    done = manager(*every, "--bundle", "--folder", tmp_path / "here")
    assert [one["status"]["hall"] for one in done["closed"]] == ["closed"]
    (second,), refused = done["bundles"], done["refused"]
    assert (second["number"], refused) == ("2026-YJ-000002", [])
    assert manager(*every, "--bundle")["bundles"] == []

    # More files are shared out among processes, and are the same whoever writes them.
    monkeypatch.setattr(bundle_writing, "FEW", 1)
    keys = [(hall.id, one["number"]) for one in (first, second)]
    paths = list(
        bundle_writing.write_bundle_files(
            hall.engine, hall.people["M01"], keys, tmp_path / "elsewhere"
        )
    )
    assert [path.name for path in paths] == [f"H001-{number}-0.zip" for _, number in keys]
    assert paths[1].read_bytes() == Path(done["files"][0]).read_bytes()


def test_what_another_process_refuses_is_told_as_it_was_refused() -> None:
    refused = UnknownDocument(number="2026-YJ-000009")
    told = pickle.loads(pickle.dumps(refused))  # noqa: S301
    assert type(told) is UnknownDocument
    assert told.message("zh") == refused.message("zh")
