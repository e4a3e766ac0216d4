"""Rows of evidence that an act in these books brings: their kind's own file is still awaited."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger.evidence.intake import take_in
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import BY_ACT, Reading
from ledger.organisations import Hall
from ledger.work import Actor, UnitOfWork

Cell = str | int | dt.date | None


def take_in_act(
    uow: UnitOfWork,
    teller: Actor,
    *,
    hall: Hall,
    kind: str,
    date: dt.date,
    name: str,
    rows: Sequence[Mapping[str, Cell]],
) -> int:
    """Take rows of a kind in as evidence of an act; gives the batch's number.

    `rows` name columns of the kind, the rest are empty; `name` is of the act that brings them, such
    as a document's number; `teller` the system's own actor for it. The act itself says who did it
    and was allowed to.
    """
    columns = KINDS[kind].columns
    names = tuple(column.name for column in columns)
    cells = [tuple(row.get(c.name, c.default) for c in columns) for row in rows]
    unknown = {column for row in rows for column in row} - set(names)
    assert not unknown, f"no columns of {kind}: {unknown}"
    reading = Reading(kind, BY_ACT, names, list(cells), list(range(2, len(cells) + 2)))
    taken = take_in(
        replace(uow, actor=teller),
        hall=hall,
        date=date,
        file_name=f"{name}.csv",
        content=written_by_act(names, cells, f"{name} {uow.now.isoformat()}"),
        reading=reading,
    )
    return taken.intake_no


def written_by_act(names: Sequence[str], rows: Iterable[tuple[Cell, ...]], act: str) -> bytes:
    """Write the rows as they are kept; the act in the last line makes each batch its own."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    writer.writerow([f"# {act}"])
    return sheet.getvalue().encode()
