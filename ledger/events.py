"""The chain of events: one insert-only, numbered, hashed row a hall for each act (DOMAIN RET-05).

Every immutable row is written inside an event and carries its number. The event stores, for each
table, how many rows were written and the SHA-256 of their canonical form, and its own hash covers
that and the hash of the event before. Canonical form 1: UTF-8 JSON arrays without blanks, integers,
ISO dates, microseconds UTC, null distinct from "", bytes as their SHA-256, rows in key order. Of
columns that a table got later a row has those up to the last that says something, so that rows
written before hash as they did.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter

from sqlalchemy import LargeBinary, Table
from sqlalchemy.orm import Mapped, mapped_column

from ledger.organisations import HallHead, lock_heads
from ledger.rows import Plain, Row, copy_text, insert_rows, plain
from ledger.schema import IMMUTABLE, LATER, Base
from ledger.work import UnitOfWork

CANONICAL_VERSION = 1
EVENT_NUMBER = "event_no"
ROWS_AT_ONCE = 1_000


class Event(Base):
    """One act in one hall: who did what to which subject, and the digest of all it wrote."""

    __tablename__ = "events"
    __table_args__ = ({"info": {IMMUTABLE: True}},)

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    person_id: Mapped[int]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    business_date: Mapped[dt.date | None]
    facts: Mapped[str]
    contents: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]


def body_columns(table: Table) -> list[str]:
    """Give an immutable table's columns but the hall and the event number, in the table's order."""
    return [c.name for c in table.columns if c.name not in ("hall_id", EVENT_NUMBER)]


def _later_columns(table: Table) -> dict[int, Plain]:
    """Give where in a row the columns stand that the table got later, and what old rows hold."""
    return {
        place: table.columns[name].info[LATER]
        for place, name in enumerate(body_columns(table))
        if LATER in table.columns[name].info
    }


def _cells_at(places: Sequence[int]) -> Callable[[Row], Row]:
    """Give the function from a row to its cells at these places."""
    if len(places) < 2:
        return lambda row: tuple(row[place] for place in places)
    return itemgetter(*places)


class TableDigest:
    """The running SHA-256 of one table's rows as written in one event."""

    def __init__(self, table: Table) -> None:
        self.count = 0
        later = _later_columns(table)
        names = body_columns(table)
        first = [place for place in range(len(names)) if place not in later]
        self._later = tuple(later.values())
        self._first_of, self._later_of = _cells_at(first), _cells_at(list(later))
        self._hash = hashlib.sha256(canonical([table.name, [names[place] for place in first]]))
        self._holds_bytes = any(isinstance(c.type, LargeBinary) for c in table.columns)

    def add_written(self, count: int, written: bytes) -> None:
        """Add so many rows of which the caller has the canonical form already."""
        assert not self._holds_bytes, "bytes are hashed first"
        assert not self._later, "blanks are left out"
        self.count += count
        if count:
            self._hash.update(b"," + written[1:-1])

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, in key order; how they are cut into calls does not matter."""
        self.count += len(rows)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            chunk: Sequence[Row | list[object]] = rows[start : start + ROWS_AT_ONCE]
            if self._holds_bytes:
                chunk = [_hashable(row) for row in rows[start : start + ROWS_AT_ONCE]]
            elif self._later:
                chunk = [self._without_blanks(row) for row in rows[start : start + ROWS_AT_ONCE]]
            self._hash.update(b"," + canonical(chunk)[1:-1])

    def _without_blanks(self, row: Row) -> Row:
        later = self._later_of(row)
        if later == self._later:
            return self._first_of(row)
        said = max(
            n
            for n, (cell, default) in enumerate(zip(later, self._later, strict=True), 1)
            if cell != default
        )
        return self._first_of(row) + later[:said]

    def hexdigest(self) -> str:
        """Give the digest so far."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Act:
    """What an event tells of one hall.

    `act` is a dotted name such as `document.posted`; `subject` names what it was done to in the
    form the findings use (`document:2026-CK-000123`); `facts` is plain JSON.
    """

    hall_id: int
    act: str
    subject: str
    business_date: dt.date | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class OpenEvent:
    """An event being written; `insert` is how immutable rows come into being."""

    def __init__(self, uow: UnitOfWork, head: HallHead) -> None:
        self.hall_id = head.hall_id
        self.event_no = head.last_event + 1
        self.facts: dict[str, object] = {}
        self._uow = uow
        self._head = head
        self._digests: dict[str, TableDigest] = {}

    def take_rows(self, count: int = 1) -> int:
        """Reserve row numbers of the hall, as the head is locked already; gives the first."""
        first = self._head.last_row + 1
        self._head.last_row += count
        return first

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Write full plain rows (`body_columns` of the table) in key order."""
        insert_all(self._uow, table, [(self, rows, b"")])

    def digest(self, table: Table) -> TableDigest:
        """Give the table's part of the event's hash; for rows that are written elsewhere."""
        assert table.info.get(IMMUTABLE), table.name
        digest = self._digests.get(table.name)
        if digest is None:
            digest = self._digests[table.name] = TableDigest(table)
        return digest

    def contents(self) -> str:
        """Give what the event wrote as JSON: table -> [rows, SHA-256]."""
        return render_contents(self._digests)


def render_contents(digests: Mapping[str, TableDigest]) -> str:
    """Give the digests of an event's tables as the JSON an event stores."""
    return canonical(
        {name: [digests[name].count, digests[name].hexdigest()] for name in sorted(digests)}
    ).decode()


def insert_all(
    uow: UnitOfWork, table: Table, parts: Sequence[tuple[OpenEvent, Sequence[Row], bytes]]
) -> None:
    """Write each event's rows of one table, as `OpenEvent.insert` does, all of them together.

    A part is an event, its rows, and their canonical form for whoever needed it already, or b"".
    """
    columns = ["hall_id", EVENT_NUMBER, *body_columns(table)]
    whole: list[Row] = []
    texts: list[bytes] = []
    for event, rows, written in parts:
        if written:
            event.digest(table).add_written(len(rows), written)
        else:
            event.digest(table).add(rows)
        front = (event.hall_id, event.event_no)
        if text := copy_text(uow.session, front, rows, written):
            texts.append(text)
        else:
            whole += [front + row for row in rows]
    insert_rows(uow.session, table, columns, whole, texts)


@contextmanager
def record(
    uow: UnitOfWork,
    *,
    hall_id: int,
    act: str,
    subject: str,
    business_date: dt.date | None = None,
    facts: Mapping[str, object] | None = None,
) -> Iterator[OpenEvent]:
    """Write one event, as `Act` says, and inside the block the immutable rows it covers.

    Locks the hall's head.
    """
    with record_all(uow, [Act(hall_id, act, subject, business_date, facts or {})]) as events:
        yield events[0]


@contextmanager
def record_all(uow: UnitOfWork, acts: Sequence[Act]) -> Iterator[list[OpenEvent]]:
    """Write one event in each of several halls, in the order of the acts; locks all their heads.

    Each hall's chain is its own; a hall has one act here at most.
    """
    uow.session.flush()
    heads = lock_heads(uow, [act.hall_id for act in acts])
    assert len(heads) == len(acts), "an event follows on the one before, so a hall has one"
    events = [OpenEvent(uow, heads[act.hall_id]) for act in acts]
    yield events
    rows: list[Row] = []
    for act, event in zip(acts, events, strict=True):
        head = heads[act.hall_id]
        row: Row = (
            head.hall_id,
            event.event_no,
            plain(uow.now),
            uow.actor.person_id,
            uow.actor.label,
            act.act,
            act.subject,
            plain(act.business_date),
            canonical({**act.facts, **event.facts}).decode(),
            event.contents(),
            head.head_hash,
        )
        head.last_event, head.head_hash = event.event_no, event_hash(row)
        rows.append((*row, head.head_hash))
    columns = [c.name for c in Event.__table__.columns]
    insert_rows(uow.session, Base.metadata.tables["events"], columns, rows)
    uow.session.flush()


def event_hash(row: Row) -> str:
    """Give the SHA-256 of an event's stored columns, all but its own hash."""
    return hashlib.sha256(canonical([CANONICAL_VERSION, *row])).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def canonical(value: object) -> bytes:
    """Give the one JSON form that is hashed."""
    return _encode(value).encode()


def canonical_rows(rows: Sequence[Row]) -> bytes:
    """Give the canonical form of many rows; in blocks it takes two thirds of the time."""
    blocks = (
        canonical(rows[start : start + ROWS_AT_ONCE])[1:-1]
        for start in range(0, len(rows), ROWS_AT_ONCE)
    )
    return b"[" + b",".join(blocks) + b"]"


def canonical_columns(cells: Sequence[Plain | Sequence[int]]) -> bytes:
    """Give the canonical form of rows told by column: the numbers of each, or what all share.

    Nothing is made for each row but its text.
    """
    forms: list[str] = []
    numbers: list[Sequence[int]] = []
    for cell in cells:
        if cell is None or isinstance(cell, int | str | bytes):
            forms.append(canonical(cell).decode().replace("%", "%%"))
        else:
            forms.append("%d")
            numbers.append(cell)
    form = f"[{','.join(forms)}]"
    return f"[{','.join(map(form.__mod__, zip(*numbers, strict=True)))}]".encode()


def _hashable(row: Row) -> list[object]:
    return [hashlib.sha256(v).hexdigest() if isinstance(v, bytes) else v for v in row]
