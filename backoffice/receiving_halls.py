"""Receiving the files of many halls: read ahead, taken in together, and each hall refused alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.receiving import read_evidence, take_files
from ledger.errors import BackofficeError
from ledger.evidence.intake import IntakeResult
from ledger.evidence.intake_rows import EvidenceFile
from ledger.evidence.mappings import Mapping
from ledger.evidence.readings import Reading
from ledger.organisations import find_halls
from ledger.work import Actor

FILES_AT_ONCE = 50
"""Files of one unit of work: it holds the heads of so many halls while their rows are written."""

Outcome = IntakeResult | BackofficeError


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file as a hall handed it in for a day; its kind, where it is named and not recognised."""

    hall_code: str
    date: dt.date
    name: str
    content: bytes
    kind: str | None = None
    mapping: Mapping | None = None


def receive_files(
    engine: Engine, actor: Actor, files: Iterable[HandedIn], *, now: dt.datetime | None = None
) -> Iterator[tuple[HandedIn, Outcome]]:
    """Take files in, in the order given; gives each with its batch or with why it is refused.

    Files of several halls are one unit of work. Where one of them is refused, they are taken in
    again in halves, down to that file, so that it keeps no other from the books. While some are
    taken in the next are read. `now` is the time of the act; only tests give it.
    """
    with ThreadPoolExecutor(max_workers=1) as ahead:
        waiting = None
        for some in _turns(files):
            reading = ahead.submit(_read, some)
            if waiting is not None:
                yield from _receive(engine, actor, waiting.result(), now)
            waiting = reading
        if waiting is not None:
            yield from _receive(engine, actor, waiting.result(), now)


def _turns(files: Iterable[HandedIn]) -> Iterator[list[HandedIn]]:
    """Give the files some at a time; files of one hall never in the same turn."""
    turn: dict[str, HandedIn] = {}
    for file in files:
        if file.hall_code in turn or len(turn) == FILES_AT_ONCE:
            yield list(turn.values())
            turn = {}
        turn[file.hall_code] = file
    if turn:
        yield list(turn.values())


def _read(files: Sequence[HandedIn]) -> list[tuple[HandedIn, Reading | BackofficeError]]:
    read: list[tuple[HandedIn, Reading | BackofficeError]] = []
    for file in files:
        try:
            reading = read_evidence(file.name, file.content, kind=file.kind, mapping=file.mapping)
        except BackofficeError as refused:
            read.append((file, refused))
        else:
            read.append((file, reading))
    return read


def _receive(
    engine: Engine,
    actor: Actor,
    read: Sequence[tuple[HandedIn, Reading | BackofficeError]],
    now: dt.datetime | None,
) -> Iterator[tuple[HandedIn, Outcome]]:
    readable = [(file, one) for file, one in read if isinstance(one, Reading)]
    taken = iter(_take(engine, actor, readable, now))
    for file, one in read:
        yield file, next(taken) if isinstance(one, Reading) else one


def _take(
    engine: Engine,
    actor: Actor,
    read: Sequence[tuple[HandedIn, Reading]],
    now: dt.datetime | None,
) -> list[Outcome]:
    """Take files in as one unit of work, or what is refused in halves."""
    if not read:
        return []
    try:
        with begin_work(engine, actor, now=now) as uow:
            halls = find_halls(uow, [file.hall_code for file, _ in read])
            return list(
                take_files(
                    uow,
                    [
                        EvidenceFile(hall, file.date, file.name, file.content, reading)
                        for hall, (file, reading) in zip(halls, read, strict=True)
                    ],
                )
            )
    except BackofficeError as refused:
        if len(read) == 1:
            return [refused]
    middle = len(read) // 2
    return [
        *_take(engine, actor, read[:middle], now),
        *_take(engine, actor, read[middle:], now),
    ]
