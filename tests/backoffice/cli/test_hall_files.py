"""`import-halls`: each hall's files go in or are refused for themselves."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from backoffice.database import begin_read, make_engine
from ledger.evidence.tables import Intake
from ledger.organisations import Hall, HallHead
from ledger.verify import verify_hall
from tests.backoffice.cli.conftest import Command
from tests.backoffice.small_hall import DATE, DEPOSITS
from tests.builders import LOADER, open_hall

HALLS = ("H1", "H2", "H3", "H4")
DATED = ("--date", DATE)


def hand_in(folder: Path, **files: str) -> Path:
    """Write `H1="text"` as deposits.csv in the folder of each hall."""
    for hall, content in files.items():
        (folder / hall).mkdir(parents=True, exist_ok=True)
        (folder / hall / "deposits.csv").write_text(content)
    return folder


def test_what_one_hall_hands_in_wrong_keeps_no_other_out(
    command: Command, database_url: str, tmp_path: Path
) -> None:
    engine = make_engine(database_url)
    for code in HALLS:
        open_hall(engine, code)
    other = DEPOSITS.replace("90.00", "95.00")
    first = hand_in(tmp_path / "first", H1=DEPOSITS, H2=DEPOSITS, H3=DEPOSITS)
    taken = json.loads(command("import-halls", first, *DATED, "--json").stdout)
    assert [(one["hall"], one["intake"]["rows"]) for one in taken] == [
        ("H1", 1),
        ("H2", 1),
        ("H3", 1),
    ]
    # H1 the same again, H2 contradicts its own, H4 is new, H5 is unknown and H6 is no evidence.
    second = hand_in(tmp_path / "second", H1=DEPOSITS, H2=other, H4=other, H5=DEPOSITS, H6="x")
    result = command("import-halls", second, *DATED, "--json")
    told = {one["hall"]: one for one in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert json.loads(result.stderr)["code"] == "files_refused"
    assert told["H1"]["intake"]["earlier"]
    assert told["H2"]["error"]["code"] == "bad_input"
    assert told["H4"]["intake"]["rows"] == 1
    assert told["H5"]["error"]["code"] == "unknown_hall"
    assert told["H6"]["error"]["code"] == "bad_input"
    with begin_read(engine, LOADER) as uow:
        kept = uow.session.execute(
            select(Hall.code, Intake.intake_no).join(Intake, Intake.hall_id == Hall.id)
        ).all()
        assert sorted(code for code, _ in kept) == list(HALLS)
        for hall in uow.session.scalars(select(Hall)):
            assert verify_hall(uow, hall) == []
    engine.dispose()


def test_a_chain_is_the_same_whether_files_come_alone_or_together(
    small_command: Command, sqlite_url: str, tmp_path: Path
) -> None:
    engine = make_engine(sqlite_url)
    halls = [open_hall(engine, code) for code in HALLS]
    folder = hand_in(tmp_path / "all", **dict.fromkeys(HALLS, DEPOSITS))
    assert small_command("import-halls", folder, *DATED).exit_code == 0
    with begin_read(engine, LOADER) as uow:
        events = {hall.hall.code: uow.session.get_one(HallHead, hall.id) for hall in halls}
        assert {head.last_event for head in events.values()} == {1}
        assert len({head.head_hash for head in events.values()}) == len(HALLS)
    again = small_command("import", folder / "H1" / "deposits.csv", "--hall", "H1", *DATED)
    assert again.exit_code == 0
    with begin_read(engine, LOADER) as uow:
        assert uow.session.get_one(HallHead, halls[0].id).last_event == 1
    engine.dispose()


def test_a_folder_without_halls_files_is_refused(small_command: Command, tmp_path: Path) -> None:
    (tmp_path / "deposits.csv").write_text(DEPOSITS)
    assert small_command("import-halls", tmp_path, *DATED).exit_code == 2
    assert small_command("import-halls", tmp_path / "none", *DATED).exit_code == 2
