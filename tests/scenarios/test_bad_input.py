"""Files that cannot be taken in: one clear line, exit code 2, and nothing of them is stored."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, func, select

from backoffice.database import begin_read, make_engine
from ledger.organisations import HallHead
from ledger.schema import Base
from tests.databases import Databases
from tests.scenarios.command_line import Said, run
from tests.scenarios.made_halls import SYSTEM, open_hall

DAY = dt.date(2026, 11, 20)
HEAD = "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender\n"
ROW = "T{0},1,2026-11-20 09:0{0}:00,A01,缴费,,58.00,58.00,cash\n"
FILE = HEAD + ROW.format(1) + ROW.format(2)


@dataclass(frozen=True, slots=True)
class Books:
    """A hall that holds one file of account lines, and the address of its database."""

    url: str
    engine: Engine

    def fingerprint(self) -> dict[str, object]:
        """Give the number of rows of every table and the hash at the head of the chain."""
        with begin_read(self.engine, SYSTEM) as uow:
            counts: dict[str, object] = {
                table.name: uow.session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }
            heads = uow.session.execute(select(HallHead.last_event, HallHead.head_hash)).all()
        return counts | {"chain": [tuple(head) for head in heads]}

    def bring(self, file: Path, *words: str) -> Said:
        """Run `backoffice import` of a file for the hall's day."""
        return run(self.url, "import", str(file), "--hall", "B1", "--date", f"{DAY}", *words)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def books(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Books]:
    folder = tmp_path_factory.mktemp("books")
    with databases.fresh(request.param) as url:
        engine = make_engine(url)
        open_hall(engine, folder / "hall", code="B1", date=DAY)
        (folder / "accounts.csv").write_text(FILE, "utf-8")
        books = Books(url, engine)
        assert books.bring(folder / "accounts.csv").exit_code == 0
        yield books
        engine.dispose()


def _workbook(rows: list[list[object]], far: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if far:
        sheet[far] = 1
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def _bomb() -> bytes:
    """Give a workbook whose first sheet unpacks to 200 MB."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook([["txn_no"]]))) as plain,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for entry in plain.infolist():
            is_sheet = entry.filename.endswith("sheet1.xml")
            padding = b"<worksheet>" + b" " * 200_000_000
            bomb.writestr(entry.filename, padding if is_sheet else plain.read(entry))
    return target.getvalue()


def _serials() -> bytes:
    head: list[object] = ["clerk", "item", "serial", "quantity"]
    return _workbook(
        [
            head,
            ["A01", "SIM", "89860112345678901237", 1],
            ["A01", "SIM", 89860112345678901237, 1],
        ]
    )


def _later(line: str) -> bytes:
    return (HEAD + ROW.format(3) + line).encode()


CUT_ROW = HEAD + ROW.format(3) + ROW.format(4)[:30]
Case = tuple[str, Callable[[], bytes], str]
CASES: dict[str, Case] = {
    "UTF-16": ("a.csv", lambda: FILE.encode("utf-16"), "a.csv: The file is UTF-16"),
    "bytes of no encoding": (
        "a.csv",
        lambda: _later(ROW.format(4)).replace("缴费".encode(), b"\xff\xff\xff"),
        "a.csv, line 2: ",
    ),
    "UTF-8 cut inside a character": (
        "a.csv",
        lambda: _later("T4,1,2026-11-20 09:04:00,A01,缴").strip()[:-1],
        "a.csv, line 3: ",
    ),
    "a row cut off": ("a.csv", CUT_ROW.encode, "a.csv, line 3: "),
    "a gzip cut off": ("a.csv.gz", lambda: gzip.compress(FILE.encode())[:-9], "a.csv.gz: "),
    "a workbook cut off": ("a.xlsx", lambda: _workbook([["txn_no"]])[:-200], "a.xlsx: "),
    "a column missing": (
        "a.csv",
        lambda: FILE.replace(",received", "").replace(",58.00,cash", ",cash").encode(),
        "a.csv, line 1, column received: ",
    ),
    "a column unknown": (
        "a.csv",
        lambda: FILE.replace("tender\n", "tender,colour\n").replace("cash", "cash,red").encode(),
        "a.csv, line 1, column colour: ",
    ),
    "other content under a key that stands": (
        "a.csv",
        lambda: FILE.replace("58.00,58.00", "58.00,57.00", 1).encode(),
        "--replaces",
    ),
    "one key twice in a file": (
        "a.csv",
        lambda: _later(ROW.format(3).replace("58.00", "57.00")),
        "a.csv, line 3: ",
    ),
    "three decimals": (
        "a.csv",
        lambda: _later(ROW.format(4).replace("58.00,cash", "58.005,cash")),
        "a.csv, line 3, column received: ",
    ),
    "serials turned into numbers": ("a.xlsx", _serials, "a.xlsx, line 3, column serial: "),
    "a sparse sheet": (
        "a.xlsx",
        lambda: _workbook([["txn_no"]], far="XFD1048576"),
        "a.xlsx, line 1048576, column XFD: ",
    ),
    "a workbook that is a bomb": ("a.xlsx", _bomb, "a.xlsx: "),
    "an archive that is a bomb": ("a.zip", lambda: _zip("a.csv", bytes(300_000_000)), "a.zip: "),
    "a gzip that is a bomb": ("a.csv.gz", lambda: gzip.compress(bytes(300_000_000)), "a.csv.gz: "),
    "an empty file": ("a.csv", lambda: b"", "a.csv: "),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_file_that_cannot_be_read_is_one_line_exit_2_and_nothing_stored(
    books: Books, tmp_path: Path, case: Case
) -> None:
    name, make, words = case
    (tmp_path / name).write_bytes(make())
    before = books.fingerprint()

    said = books.bring(tmp_path / name)

    assert said.exit_code == 2
    assert said.output == ""
    (line,) = said.errors
    assert line.startswith("error: ")
    assert words in line
    assert books.fingerprint() == before


def test_the_sparse_sheet_is_as_small_as_a_real_one() -> None:
    assert len(_workbook([["txn_no"]], far="XFD1048576")) < 6_000


def test_one_bad_file_keeps_the_good_one_beside_it_out(books: Books, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(_later(ROW.format(4)))
    (tmp_path / "bad.csv").write_text("txn_no,colour\n", "utf-8")
    before = books.fingerprint()
    said = books.bring(tmp_path / "good.csv", str(tmp_path / "bad.csv"))
    assert said.exit_code == 2
    assert all("bad.csv" in line for line in said.errors)
    assert books.fingerprint() == before


def test_a_hundred_problems_are_told_each_with_its_line_and_column(
    books: Books, tmp_path: Path
) -> None:
    rows = [ROW.format(3).replace("T3", f"T{number}") for number in range(100, 250)]
    (tmp_path / "a.csv").write_text(HEAD + "".join(rows).replace("58.00,cash", "x,cash"), "utf-8")
    before = books.fingerprint()
    said = books.bring(tmp_path / "a.csv")
    assert said.exit_code == 2
    assert len(said.errors) == 100
    assert said.errors[0].endswith(" more)")
    places = [f"a.csv, line {line}, column received: " for line in range(2, 102)]
    assert [place in line for place, line in zip(places, said.errors, strict=True)] == [True] * 100
    assert books.fingerprint() == before


def test_the_same_file_again_is_the_earlier_batch_and_nothing_is_stored(
    books: Books, tmp_path: Path
) -> None:
    (tmp_path / "again.csv").write_text(FILE, "utf-8")
    before = books.fingerprint()
    said = books.bring(tmp_path / "again.csv")
    assert (said.exit_code, said.errors) == (0, [])
    assert len(said.output.splitlines()) == 1
    assert books.fingerprint() == before
