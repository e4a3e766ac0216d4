"""Loading a hall folder: all of it is read first, then taken in as one unit of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

import stock.papers
from backoffice.database import begin_work
from backoffice.duty_files import DUTY_FILES, take_duty_file
from backoffice.hall_file import FILE_NAME, read_hall_file
from backoffice.workbook_reading import read_grid
from invoices.papers import load_invoice_ranges
from ledger.enrolment import HallFile, enrol_hall
from ledger.errors import BadInput, Problem
from ledger.events import record
from ledger.evidence.expected import expect_day, state_sources
from ledger.evidence.files import read_file
from ledger.evidence.intake import IntakeResult, take_in
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Reading
from ledger.evidence.tables import OpeningFloat
from ledger.hall_days import open_days
from ledger.hall_rules import Business
from ledger.organisations import Hall
from ledger.rows import Row
from ledger.schema import Base
from ledger.text import Text
from ledger.work import UnitOfWork, system_actor
from refunds.handlers import take_hall_file
from stock.catalogue import take_items, take_prices

READABLE = frozenset({".csv", ".txt", ".xlsx", ".xls", ".zip", ".gz"})
PASSED_OVER = frozenset({".md", ".toml"})
# Sold goods, counts and links speak of transactions and goods that other files bring.
DAYS = ("valid_from", "valid_to")
ORDER = ("items", "prices", "businesses", "stock", "invoice_books", "accounts", "tenders")


@dataclass(frozen=True, slots=True)
class FolderResult:
    """What a folder held: the hall, the day, new documents and the batches of evidence."""

    hall: str
    business_date: dt.date
    documents: int
    intakes: tuple[tuple[str, IntakeResult], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """A folder read into memory and found readable."""

    hall: HallFile
    files: list[tuple[str, bytes, Reading]] = field(default_factory=list)


def load_folder(
    engine: Engine,
    folder: Path,
    *,
    now: dt.datetime | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> FolderResult:
    """Load a hall folder in one unit of work; loading it again changes nothing.

    Raises BadInput for what cannot be read, PaperRefused and other conflicts for documents that
    break a rule; then nothing of the folder is kept.
    """
    read = read_folder(folder, progress=progress)
    with begin_work(engine, system_actor("load"), now=now) as uow:
        return _take_folder(uow, read, progress)


def read_folder(folder: Path, *, progress: Callable[[str], None] = lambda name: None) -> ReadFolder:
    """Read `hall.toml` and every other file of the folder; raises BadInput with all problems."""
    if not (folder / FILE_NAME).is_file():
        wording = Text("目录中没有 hall.toml:{folder}", "there is no hall.toml in {folder}")
        raise BadInput([Problem(wording.format(folder=folder))])
    problems: list[Problem] = []
    found = 0
    files: list[tuple[str, bytes, Reading]] = []
    hall: HallFile | None = None
    try:
        hall = read_hall_file((folder / FILE_NAME).read_bytes())
    except BadInput as error:
        problems += error.problems
        found += error.found
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith(".") or path.suffix in PASSED_OVER:
            continue
        progress(path.name)
        content = path.read_bytes()
        try:
            files.append((path.name, content, read_file(path.name, content, read_grid=read_grid)))
        except BadInput as error:
            problems += error.problems
            found += error.found
    if problems or hall is None:
        raise BadInput(problems, found=found)
    return ReadFolder(hall, sorted(files, key=lambda file: _rank(file[2].kind)))


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _take_folder(
    uow: UnitOfWork, read: ReadFolder, progress: Callable[[str], None]
) -> FolderResult:
    hall = enrol_hall(uow, read.hall)
    date = read.hall.business_date
    open_days(uow, hall.id, [date, hall.books_open_on])
    take_hall_file(uow, hall, read.hall, FILE_NAME)
    _take_floats(uow, hall, read.hall)
    if read.hall.expected is not None:
        state_sources(uow, hall.id, date, read.hall.expected)
    documents = 0
    intakes: list[tuple[str, IntakeResult]] = []
    for name, content, reading in read.files:
        progress(name)
        role = KINDS[reading.kind].role
        if role == "evidence":
            result = take_in(
                uow, hall=hall, date=date, file_name=name, content=content, reading=reading
            )
            intakes.append((name, result))
        else:
            documents += _take_catalogue_or_papers(uow, hall, read, name, reading)
    expect_day(uow, hall.id, date)
    return FolderResult(hall.code, date, documents, tuple(intakes))


def _take_catalogue_or_papers(
    uow: UnitOfWork, hall: Hall, read: ReadFolder, name: str, reading: Reading
) -> int:
    date = read.hall.business_date
    rows = [
        (line, dict(zip(reading.columns, row, strict=True)))
        for line, row in zip(reading.lines, reading.rows, strict=True)
    ]
    if reading.kind == "stock":
        return stock.papers.load_stock_papers(uow, hall=hall, file_name=name, rows=rows)
    if reading.kind == "invoice_books":
        return load_invoice_ranges(uow, hall=hall, date=date, file_name=name, rows=rows)
    told = [row for _, row in rows]
    if reading.kind == "items":
        take_items(
            uow,
            hall=hall,
            rows=told,
            file_name=name,
            date=date,
            priced_elsewhere=_items_priced(read),
        )
    elif reading.kind == "prices":
        take_prices(uow, hall=hall, rows=told, file_name=name)
    elif reading.kind in DUTY_FILES:
        take_duty_file(uow, hall, reading.kind, told)
    else:
        _take_businesses(uow, hall, told)
    return 0


def _items_priced(read: ReadFolder) -> dict[str, list[tuple[dt.date, dt.date | None]]]:
    """Give the days for which the folder's file of prices says everybody's price, by item."""
    found: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for _, _, reading in read.files:
        if reading.kind == "prices":
            places = [reading.columns.index(name) for name in ("item", "campaign", *DAYS)]
            for row in reading.rows:
                item, campaign, first, last = (row[place] for place in places)
                if not campaign:
                    found.setdefault(item, []).append((first, last))
    return found


def _take_businesses(uow: UnitOfWork, hall: Hall, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        uow.session.merge(
            Business(
                hall_id=hall.id,
                business=row["business"],
                needs_form=row["needs_form"],
                invoice_due=row["invoice_due"],
                fee_fen=row["fee"],
            )
        )


def _take_floats(uow: UnitOfWork, hall: Hall, file: HallFile) -> None:
    """Keep each clerk's opening float of the day as evidence; a stated one is not changed later."""
    known = dict(
        uow.session.execute(
            select(OpeningFloat.clerk, OpeningFloat.amount).where(
                OpeningFloat.hall_id == hall.id,
                OpeningFloat.business_date == file.business_date,
            )
        ).all()
    )
    stated = {m.number: m.opening_float for m in file.staff if m.opening_float is not None}
    changed = sorted(
        clerk for clerk, amount in stated.items() if known.get(clerk, amount) != amount
    )
    if changed:
        wording = Text(
            "工号 {clerks} 当日备用金已登记为其他金额,不能更改",
            "the opening float of {clerks} is on record for this day with another amount",
        )
        problem = wording.format(clerks=", ".join(changed))
        raise BadInput([Problem(problem, file=FILE_NAME, column="staff.float")])
    new = [(clerk, amount) for clerk, amount in sorted(stated.items()) if clerk not in known]
    if not new:
        return
    date = file.business_date
    with record(
        uow,
        hall_id=hall.id,
        act="evidence.floats",
        subject=f"day:{date.isoformat()}",
        business_date=date,
    ) as event:
        rows: list[Row] = [
            (row_no, date.isoformat(), clerk, amount)
            for row_no, (clerk, amount) in enumerate(new, 1)
        ]
        event.insert(Base.metadata.tables[OpeningFloat.__tablename__], rows)
