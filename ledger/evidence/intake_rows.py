"""A read file on its way into the books: its dates and keys, repeats, and contradictions."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import column, select
from sqlalchemy import table as named_table

from ledger.actors import names_of
from ledger.errors import BadInput, Problem
from ledger.evidence.columns import CellType, Kind
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import BY_ACT, Reading
from ledger.evidence.tables import EVIDENCE_TABLES, IntakeReplacement
from ledger.hall_rules import Terminal
from ledger.organisations import Hall, HallHead, business_date
from ledger.rows import Row, plain, stage_rows
from ledger.text import Text
from ledger.work import UnitOfWork

KEY_SEPARATOR = "\x1f"
HOUR = 3_600_000_000
DATED_BY_THE_DAY = frozenset({"declarations", "counts"})
TOLD_APART_BY_CHECKS = frozenset({"invoices", "counts", "settlements"})
OWN_LAYOUTS = frozenset({"hall", BY_ACT})
"""Where who issued an invoice is told by staff number; the tax office's programs tell names."""
LARGEST = 2**63 - 1
KEY_COLUMNS = (("hall_id", "BIGINT"), ("replaces", "BIGINT"), ("row_key", "TEXT"))
KEYS = named_table("intake_keys", *(column(name) for name, _ in KEY_COLUMNS))


@dataclass(slots=True)
class Batch:
    """The rows of one file on their way into the books.

    `late` are those of days in `signed`, set aside and reported on the day `reported_on`.
    """

    kind: Kind
    rows: list[Row] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    unassigned: list[Row] = field(default_factory=list)
    repeated: int = 0
    signed: frozenset[str] = frozenset()
    late: Batch | None = None
    reported_on: str = ""

    def part(self, places: Sequence[int]) -> Batch:
        """Give a batch of the rows at these places alone."""
        part = Batch(self.kind, self.rows, self.keys, self.dates, self.lines)
        part.keep(places)
        return part

    def keep(self, places: Sequence[int]) -> None:
        """Drop all rows but those at these places."""
        if len(places) == len(self.rows):
            return
        self.rows = [self.rows[i] for i in places]
        self.keys = [self.keys[i] for i in places]
        self.dates = [self.dates[i] for i in places]
        self.lines = [self.lines[i] for i in places]


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A read file of a hall; `date` serves rows without a time of their own.

    It takes the place of the batch `replaces`, where one is named.
    """

    hall: Hall
    date: dt.date
    name: str
    content: bytes
    reading: Reading
    replaces: int | None = None

    @property
    def kind(self) -> Kind:
        """What the file is."""
        return KINDS[self.reading.kind]


@functools.lru_cache(maxsize=4096)
def _date_of_hour(hour: int) -> str:
    return business_date(hour * HOUR).isoformat()


def prepare(uow: UnitOfWork, hall: Hall, date: dt.date, reading: Reading) -> Batch:
    """Give each row its business date, its key and its stored form."""
    kind = KINDS[reading.kind]
    batch = Batch(kind)
    named = date.isoformat()
    key_places = [kind.position(name) for name in kind.key]
    own_date = kind.position(kind.business_date) if kind.business_date else None
    dated_by = kind.position(kind.dated_by) if kind.dated_by else None
    prefix = [itertools.repeat(named)] if kind.name in DATED_BY_THE_DAY else []
    foreign = _foreign_owners(uow, hall, reading.owners)
    rows, lines = reading.rows, reading.lines
    if foreign:
        mine = [place for place, owner in enumerate(reading.owners) if owner not in foreign]
        batch.unassigned = _set_aside(reading, foreign)
        rows, lines = [rows[place] for place in mine], [lines[place] for place in mine]
    if not rows:
        return batch
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    if kind.name == "invoices" and reading.layout not in OWN_LAYOUTS:
        clerk = kind.position("clerk")
        columns[clerk] = _staff_numbers(uow, hall, columns[clerk])
    days = columns[dated_by] if dated_by is not None else [None] * len(rows)
    if own_date is not None:
        days = [own or day for own, day in zip(columns[own_date], days, strict=True)]
    batch.dates = [_date_text(day, named) for day in days]
    keys = [map(str, columns[place]) for place in key_places]
    batch.keys = list(map(KEY_SEPARATOR.join, zip(*prefix, *keys, strict=False)))
    batch.rows = list(zip(*_stored(kind, columns), strict=True))
    batch.lines = list(lines)
    return batch


def _staff_numbers(uow: UnitOfWork, hall: Hall, clerks: Sequence[str]) -> list[str]:
    """Give the staff number for a name that exactly one number of the hall has; the rest stay."""
    names = names_of(uow, hall.id)
    holders = Counter(names.values())
    numbers = {name: number for number, name in names.items() if holders[name] == 1}
    return [clerk if clerk in names else numbers.get(clerk, clerk) for clerk in clerks]


def _set_aside(reading: Reading, foreign: frozenset[str]) -> list[Row]:
    """Give the rows of other halls as they are kept: place, line, owner and cells."""
    return [
        (
            place + 1,
            reading.lines[place],
            owner,
            json.dumps([plain(cell) for cell in reading.rows[place]], ensure_ascii=False),
        )
        for place, owner in enumerate(reading.owners)
        if owner in foreign
    ]


def _date_text(day: dt.date | int | None, named: str) -> str:
    if day is None:
        return named
    return _date_of_hour(day // HOUR) if isinstance(day, int) else day.isoformat()


def _stored(kind: Kind, columns: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Give the columns as they are stored, of those that were read."""
    stored = list(columns)
    dates = [place for place, told in enumerate(kind.columns) if told.reads is CellType.DATE]
    for place in dates:
        if any(columns[place]):
            stored[place] = [None if day is None else day.isoformat() for day in columns[place]]
    if kind.name == "accounts":
        line_kind, received = kind.position("line_kind"), kind.position("received")
        stored[line_kind] = [
            said or ("refund" if fen < 0 else "sale")
            for said, fen in zip(columns[line_kind], columns[received], strict=True)
        ]
    if kind.name == "invoices":
        stored.append([_whole_number(str(no)) for no in columns[kind.position("invoice_no")]])
    if kind.business_date:
        del stored[kind.position(kind.business_date)]
    return stored


def _whole_number(digits: str) -> int:
    """Give a form's number as an integer, or -1 where it is none or exceeds 63 bits."""
    if not (digits.isascii() and digits.isdigit()):
        return -1
    number = int(digits)
    return number if number <= LARGEST else -1


def _foreign_owners(uow: UnitOfWork, hall: Hall, owners: Sequence[str]) -> frozenset[str]:
    """Give the owners of other halls, and unknown ones where this hall's terminals are known."""
    named = {owner for owner in owners if owner}
    if not named:
        return frozenset()
    known = dict(uow.session.execute(select(Terminal.number, Terminal.owner_hall_id)).all())
    has_own = hall.id in known.values()
    return frozenset(
        owner for owner in named if known.get(owner, None if has_own else hall.id) != hall.id
    )


def drop_repeats(batch: Batch, file_name: str) -> None:
    """Within one file: an exact repeat of a complete key is dropped and counted, another refused.

    A key without payment reference does not tell rows apart (cash has no reference). Rows that the
    checks sum by key, as of one invoice number or one settlement, are kept as they are.
    """
    if batch.kind.name in TOLD_APART_BY_CHECKS:
        return
    columns = batch.kind.key
    reference = columns.index("tender_ref") if "tender_ref" in columns else None
    first: dict[str, int] = {}
    keep: list[int] = []
    problems: list[Problem] = []
    for place, key in enumerate(batch.keys):
        whole = reference is None or key.split(KEY_SEPARATOR)[reference]
        earlier = first.setdefault(key, place) if whole else None
        if earlier is None or earlier == place:
            keep.append(place)
        elif batch.rows[earlier] == batch.rows[place]:
            batch.repeated += 1
        else:
            wording = Text(
                "与第{other}行主键相同({key})但内容不同,请核对后删去一行",
                "has the key of line {other} ({key}) but other content; remove one of them",
            ).format(other=batch.lines[earlier], key=_show_key(key))
            problems.append(Problem(wording, file=file_name, line=batch.lines[place]))
    if problems:
        raise BadInput(problems)
    batch.keep(keep)


@dataclass(frozen=True, slots=True)
class Offered:
    """A batch that a hall's file brings, and which older one it would replace.

    What is late may contradict the books: nobody reads it before it is settled.
    """

    hall_id: int
    batch: Batch
    replaces: int | None
    file_name: str
    is_late: bool = False


Standing = dict[str, tuple[int, list[Row]]]
"""Key -> (batch, contents) of current rows."""


def compare_with_books(uow: UnitOfWork, offered: Sequence[Offered]) -> None:
    """Drop what current batches hold with the same content; refuse what contradicts them.

    Each batch, and each late part, is of a hall of its own. Raises BadInput for the first that
    contradicts the books.
    """
    of_kind: defaultdict[str, list[Offered]] = defaultdict(list)
    for one in offered:
        of_kind[one.batch.kind.name].append(one)
    for kind, some in of_kind.items():
        standing = standing_rows(uow, kind, some)
        for one in some:
            if one.hall_id in standing:
                _compare(one, standing[one.hall_id])


def _compare(one: Offered, standing: Standing) -> None:
    batch = one.batch
    mine: defaultdict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(batch.keys):
        if key in standing:
            mine[key].append(place)
    repeated: set[int] = set()
    problems: list[Problem] = []
    for key, places in mine.items():
        other, contents = standing[key]
        ours = sorted(_comparable((batch.dates[p], *batch.rows[p])) for p in places)
        if ours == sorted(_comparable(row) for row in contents):
            repeated.update(places)
            continue
        if one.is_late:
            continue
        wording = Text(
            "主键 {key} 在批次 {other} 中内容不同;如系更正,请用 --replaces {other} 重新导入整批",
            "key {key} has other content in batch {other}; to correct it, import the whole file"
            " with --replaces {other}",
        ).format(key=_show_key(key), other=other)
        problems.append(Problem(wording, file=one.file_name, line=batch.lines[places[0]]))
    if problems:
        raise BadInput(problems)
    batch.repeated += len(repeated)
    batch.keep([place for place in range(len(batch.rows)) if place not in repeated])


def standing_rows(uow: UnitOfWork, kind: str, offered: Sequence[Offered]) -> dict[int, Standing]:
    """Give hall -> what stands there of the keys that these batches of one kind bring."""
    table = EVIDENCE_TABLES[kind]
    session = uow.session
    has_rows = select(table.c.hall_id).where(table.c.hall_id == HallHead.hall_id).exists()
    asked = [one.hall_id for one in offered if one.batch.keys]
    present = set(
        session.scalars(select(HallHead.hall_id).where(HallHead.hall_id.in_(asked), has_rows))
    )
    if not present:
        return {}
    keys: list[Row] = [
        (one.hall_id, one.replaces or 0, key)
        for one in offered
        if one.hall_id in present
        for key in sorted(set(one.batch.keys))
    ]
    stage_rows(session, KEYS.name, KEY_COLUMNS, keys)
    gone = select(IntakeReplacement.old_no).where(
        IntakeReplacement.hall_id == table.c.hall_id,
        IntakeReplacement.old_no == table.c.intake_no,
    )
    rows = session.execute(
        select(*[c for c in table.columns if c.name not in ("event_no", "file_line", "row_no")])
        .join(KEYS, (KEYS.c.hall_id == table.c.hall_id) & (KEYS.c.row_key == table.c.row_key))
        .where(table.c.intake_no != KEYS.c.replaces, ~gone.exists())
    )
    standing: dict[int, Standing] = {}
    for row in rows:
        hall_id, intake_no, key, *content = row
        of_hall = standing.setdefault(hall_id, {})
        of_hall.setdefault(key, (intake_no, []))[1].append(tuple(plain(v) for v in content))
    return standing


def _comparable(row: Row) -> tuple[str, ...]:
    return tuple(repr(value) for value in row)


def _show_key(key: str) -> str:
    return "/".join(part for part in key.split(KEY_SEPARATOR) if part)
