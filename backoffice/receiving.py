"""Receiving one file at a door: it is read before the unit of work begins, then taken in whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.duty_files import DUTY_FILES, take_duty_file
from backoffice.workbook_reading import read_grid
from ledger.errors import BadInput, Problem
from ledger.evidence import intake
from ledger.evidence.expected import expect_day, expect_days
from ledger.evidence.files import read_file
from ledger.evidence.intake_rows import EvidenceFile
from ledger.evidence.kinds import KINDS
from ledger.evidence.mappings import Mapping
from ledger.evidence.readings import Reading
from ledger.organisations import Hall, find_hall
from ledger.text import Text
from ledger.work import Actor, UnitOfWork
from stock.catalogue import require_to_load, take_items, take_prices

CATALOGUE = DUTY_FILES | {"items", "prices"}


def receive_file(
    engine: Engine,
    actor: Actor,
    *,
    hall_code: str,
    date: dt.date,
    file_name: str,
    content: bytes,
    kind: str | None = None,
    mapping: Mapping | None = None,
    replaces: int | None = None,
) -> intake.IntakeResult:
    """Read a file and take it in as evidence of the hall-day; raises BadInput and UnknownHall.

    Stock papers and invoice books are documents and come with a hall folder.
    """
    reading = read_evidence(file_name, content, kind=kind, mapping=mapping)
    with begin_work(engine, actor) as uow:
        return take_file(
            uow,
            hall_code=hall_code,
            date=date,
            file_name=file_name,
            content=content,
            reading=reading,
            replaces=replaces,
        )


def read_evidence(
    file_name: str, content: bytes, *, kind: str | None = None, mapping: Mapping | None = None
) -> Reading:
    """Read a file of evidence, or of what is settled beforehand, before any unit of work begins.

    Raises BadInput.
    """
    reading = read_file(file_name, content, read_grid=read_grid, mapping=mapping, kind=kind)
    if KINDS[reading.kind].role != "evidence" and reading.kind not in CATALOGUE:
        wording = Text(
            "{kind} 不是凭证数据:请放入营业厅目录并用 load 装入",
            "{kind} is no evidence: put it into the hall folder and load that",
        )
        raise BadInput([Problem(wording.format(kind=reading.kind), file=file_name)])
    return reading


def take_file(
    uow: UnitOfWork,
    *,
    hall_code: str,
    date: dt.date,
    file_name: str,
    content: bytes,
    reading: Reading,
    replaces: int | None = None,
) -> intake.IntakeResult:
    """Take one file into a unit of work as `take_files` does."""
    hall = find_hall(uow, hall_code)
    return take_files(uow, [EvidenceFile(hall, date, file_name, content, reading, replaces)])[0]


def take_files(uow: UnitOfWork, files: Sequence[EvidenceFile]) -> list[intake.IntakeResult]:
    """Take files that were read into a unit of work, each of a hall of its own: all, or none.

    Raises what `take_in_all` does.
    """
    evidence = [file for file in files if file.reading.kind not in CATALOGUE]
    taken = iter(intake.take_in_all(uow, evidence))
    if evidence:
        expect_days(uow, [(file.hall.id, file.date) for file in evidence])
    return [
        _take_catalogue(uow, file.hall, file.name, file.reading)
        if file.reading.kind in CATALOGUE
        else next(taken)
        for file in files
    ]


def _take_catalogue(
    uow: UnitOfWork, hall: Hall, file_name: str, reading: Reading
) -> intake.IntakeResult:
    """Take in what is settled beforehand: prices begin today or later; no batch is replaced."""
    rows = [dict(zip(reading.columns, row, strict=True)) for row in reading.rows]
    if reading.kind not in DUTY_FILES:
        require_to_load(uow, hall, reading.kind)
    if reading.kind in DUTY_FILES:
        new = take_duty_file(uow, hall, reading.kind, rows)
    elif reading.kind == "items":
        if any(row["price"] is not None for row in rows):
            require_to_load(uow, hall, "prices")
        today = uow.today
        new = take_items(uow, hall=hall, rows=rows, file_name=file_name, date=today)
    else:
        new = take_prices(uow, hall=hall, rows=rows, file_name=file_name, history=False)
    return intake.IntakeResult(
        intake_no=0,
        kind=reading.kind,
        layout=reading.layout,
        row_count=len(rows),
        repeated_count=len(rows) - new,
        unassigned_count=0,
        sums={},
        notes=(Text(f"新增或更改 {new} 项", f"{new} new or changed"),),
    )


def take_nil(uow: UnitOfWork, *, hall_code: str, date: dt.date, source: str) -> None:
    """Note in a unit of work that a source has nothing for the day."""
    hall = find_hall(uow, hall_code)
    intake.declare_nil(uow, hall=hall, date=date, source=source)
    expect_day(uow, hall.id, date)


def declare_nil(
    engine: Engine, actor: Actor, *, hall_code: str, date: dt.date, source: str
) -> None:
    """Note that a source has nothing for the day."""
    with begin_work(engine, actor) as uow:
        take_nil(uow, hall_code=hall_code, date=date, source=source)
