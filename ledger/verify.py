"""Proof that nothing was changed: the chain recomputed row by row, and what follows from it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table, func, select, text

from ledger.documents import PAST_TENSE, TRANSITIONS, Document
from ledger.events import EVENT_NUMBER, Event, TableDigest, body_columns, event_hash
from ledger.organisations import Hall, HallHead
from ledger.rows import plain
from ledger.schema import Base, immutable_tables
from ledger.text import Text
from ledger.work import UnitOfWork

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the books are not what was written: the event it first shows at, or 0."""

    event_no: int
    place: str
    text: Text


def verify_hall(
    uow: UnitOfWork, hall: Hall, expect: tuple[int, str] | None = None
) -> list[Difference]:
    """Recompute the hall's chain, balances, units and document states; gives all differences.

    `expect` is an event number and its hash, as printed on a paper: a chain that was cut short or
    rewritten cannot match it. The first difference is the first place in the chain.
    """
    differences = [
        *_verify_events(uow, hall.id),
        *_verify_contents(uow, hall.id),
        *_verify_expectation(uow, hall.id, expect),
        *_verify_balances(uow, hall.id),
        *_verify_units(uow, hall.id),
        *_verify_documents(uow, hall.id),
    ]
    return sorted(differences, key=lambda d: (d.event_no == 0, d.event_no))


def _verify_events(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    previous = ""
    number = 0
    table = Base.metadata.tables[Event.__tablename__]
    rows = uow.session.execute(
        select(table).where(table.c.hall_id == hall_id).order_by(table.c.event_no),
        execution_options={"yield_per": BATCH},
    )
    for row in rows:
        number += 1
        if row.event_no != number:
            yield Difference(
                number,
                "events",
                Text(f"缺少记事 {number}", f"event {number} is missing"),
            )
            number = row.event_no
        stored = tuple(plain(value) for value in row)
        if row.previous != previous or event_hash(stored[:-1]) != row.hash:
            yield Difference(
                number,
                "events",
                Text(f"记事 {number} 已被改动", f"event {number} was changed"),
            )
        previous = row.hash
    head = uow.session.get_one(HallHead, hall_id)
    if (head.last_event, head.head_hash) != (number, previous):
        yield Difference(
            number + 1,
            "hall_heads",
            Text(
                f"记事链止于 {number},应止于 {head.last_event}",
                f"the chain ends at event {number}, its head says {head.last_event}",
            ),
        )


def _verify_contents(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    """Compare, table by table, the rows that are there with the digests the events hold."""
    contents = {
        number: json.loads(held)
        for number, held in uow.session.execute(
            select(Event.event_no, Event.contents).where(Event.hall_id == hall_id)
        )
    }
    for table in immutable_tables():
        if table.name == Event.__tablename__:
            continue
        found = dict(_digests(uow, hall_id, table))
        stated = {n: held[table.name] for n, held in contents.items() if table.name in held}
        for number in sorted(found.keys() | stated.keys()):
            rows, wanted = found.get(number, (0, "")), stated.get(number, (0, ""))
            if tuple(rows) == tuple(wanted) or (rows[0] == wanted[0] == 0):
                continue
            yield Difference(
                number,
                table.name,
                Text(
                    f"记事 {number}:表 {table.name} 有 {rows[0]} 行,应为 {wanted[0]} 行"
                    + ("" if rows[0] != wanted[0] else ",内容已被改动"),
                    f"event {number}: table {table.name} has {rows[0]} rows of {wanted[0]}"
                    + ("" if rows[0] != wanted[0] else ", and one was changed"),
                ),
            )


def _digests(uow: UnitOfWork, hall_id: int, table: Table) -> Iterator[tuple[int, tuple[int, str]]]:
    columns = [table.c[name] for name in body_columns(table)]
    keys = [c for c in table.primary_key.columns if c.name not in ("hall_id", EVENT_NUMBER)]
    rows = uow.session.execute(
        select(table.c.event_no, *columns)
        .where(table.c.hall_id == hall_id)
        .order_by(table.c.event_no, *keys),
        execution_options={"yield_per": BATCH},
    )
    for number, group in itertools.groupby(rows, key=lambda row: int(row[0])):
        digest = TableDigest(table)
        plain_rows = (tuple(plain(value) for value in row[1:]) for row in group)
        while chunk := list(itertools.islice(plain_rows, BATCH)):
            digest.add(chunk)
        yield number, (digest.count, digest.hexdigest())


def _verify_expectation(
    uow: UnitOfWork, hall_id: int, expect: tuple[int, str] | None
) -> Iterator[Difference]:
    if expect is None:
        return
    number, digest = expect
    event = uow.session.get(Event, (hall_id, number))
    if event is None or not digest or not event.hash.startswith(digest):
        yield Difference(
            number,
            "events",
            Text(
                f"记事 {number} 与所示哈希不符或已不存在",
                f"event {number} is not the one expected, or is gone",
            ),
        )


def _verify_balances(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    query = text(
        "SELECT account_id, commodity_id, SUM(held) AS held, SUM(moved) AS moved FROM ("
        " SELECT account_id, commodity_id, amount AS held, 0 AS moved FROM balances"
        " WHERE hall_id = :hall"
        " UNION ALL SELECT debit_account, commodity_id, 0, amount FROM postings"
        " WHERE hall_id = :hall"
        " UNION ALL SELECT credit_account, commodity_id, 0, -amount FROM postings"
        " WHERE hall_id = :hall) sides"
        " GROUP BY account_id, commodity_id HAVING SUM(held) <> SUM(moved)"
        " ORDER BY account_id, commodity_id"
    )
    for row in uow.session.execute(query, {"hall": hall_id}):
        yield Difference(
            0,
            "balances",
            Text(
                f"账户 {row.account_id} 物品 {row.commodity_id}:余额 {row.held},分录合计 {row.moved}",
                f"account {row.account_id}, commodity {row.commodity_id}: balance {row.held},"
                f" postings add to {row.moved}",
            ),
        )


def _verify_units(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    query = text(
        "SELECT u.id, u.serial, u.account_id, p.debit_account FROM units u"
        " JOIN (SELECT unit_id, MAX(id) AS last FROM postings WHERE hall_id = :hall"
        " AND unit_id <> 0 GROUP BY unit_id) l ON l.unit_id = u.id"
        " JOIN postings p ON p.hall_id = :hall AND p.id = l.last"
        " WHERE u.hall_id = :hall AND p.debit_account <> u.account_id"
        " UNION ALL SELECT u.id, u.serial, u.account_id, 0 FROM units u WHERE u.hall_id = :hall"
        " AND NOT EXISTS (SELECT 1 FROM postings p WHERE p.hall_id = :hall AND p.unit_id = u.id)"
        " ORDER BY 1"
    )
    for row in uow.session.execute(query, {"hall": hall_id}):
        yield Difference(
            0,
            "units",
            Text(
                f"单件 {row.serial} 在账户 {row.account_id},分录在 {row.debit_account}",
                f"unit {row.serial} is in account {row.account_id}, its postings say"
                f" {row.debit_account}",
            ),
        )


def _verify_documents(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    """The state each numbered document was last brought to must be the state it is in."""
    last = (
        select(Event.subject, func.max(Event.event_no).label("last"))
        .where(Event.hall_id == hall_id, Event.act.like("document.%"))
        .group_by(Event.subject)
        .subquery()
    )
    rows = uow.session.execute(
        select(Document.number, Document.state, Event.act)
        .join(last, last.c.subject == "document:" + Document.number)
        .join(Event, (Event.hall_id == Document.hall_id) & (Event.event_no == last.c.last))
        .where(Document.hall_id == hall_id)
    )
    after = {f"document.{PAST_TENSE[act]}": state for (_, act), state in TRANSITIONS.items()}
    for number, state, act in rows:
        expected = after[act]
        if state != expected and not (act == "document.approved" and state == "submitted"):
            yield Difference(
                0,
                "documents",
                Text(
                    f"单据 {number} 状态为 {state},记事为 {expected}",
                    f"document {number} is {state}, its events say {expected}",
                ),
            )
