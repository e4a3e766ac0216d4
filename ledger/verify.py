"""Proof that nothing was changed: the chain recomputed row by row, and what follows from it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, select, text, type_coerce
from sqlalchemy.types import NULLTYPE

from ledger.approvals import Signature
from ledger.documents import Document
from ledger.events import EVENT_NUMBER, Event, TableDigest, body_columns, event_hash
from ledger.lifecycle import PAST_TENSE, TRANSITIONS
from ledger.organisations import Hall, HallHead
from ledger.rows import Plain, plain
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
        select(*(_as_stored(column) for column in table.columns))
        .where(table.c.hall_id == hall_id)
        .order_by(table.c.event_no),
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
        stored = tuple(_stored(value) for value in row)
        if row.previous != previous or event_hash(stored[:-1]) != row.hash:
            yield Difference(
                number,
                "events",
                Text(f"记事 {number} 已被改动", f"event {number} was changed"),
            )
        previous = row.hash
    yield from _verify_head(uow, hall_id, number, previous)


def _verify_head(uow: UnitOfWork, hall_id: int, last: int, digest: str) -> Iterator[Difference]:
    """The chain must end where the hall's head says, with the hash it says."""
    head = uow.session.get_one(HallHead, hall_id, populate_existing=True)
    if (head.last_event, head.head_hash) == (last, digest):
        return
    # The first event that one of both does not know; the last one where only its hash differs.
    first = min(last, head.last_event) + (head.last_event != last)
    yield Difference(
        first,
        "hall_heads",
        Text(
            f"记事链止于 {last},应止于 {head.last_event}",
            f"the chain ends at event {last}, its head says {head.last_event}",
        ),
    )


def _verify_contents(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    """Compare, table by table, the rows that are there with the digests the events hold."""
    contents = {
        number: _tables_in(held)
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
            if rows == wanted or (rows[0] == wanted[0] == 0):
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


def _tables_in(contents: str) -> dict[str, tuple[int, str]]:
    """Give table -> (rows, SHA-256); nothing where the text was changed to something else."""
    try:
        held = json.loads(contents)
        return {str(name): (int(count), str(digest)) for name, (count, digest) in held.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _digests(uow: UnitOfWork, hall_id: int, table: Table) -> Iterator[tuple[int, tuple[int, str]]]:
    columns = [_as_stored(table.c[name]) for name in body_columns(table)]
    keys = [c for c in table.primary_key.columns if c.name not in ("hall_id", EVENT_NUMBER)]
    rows = uow.session.execute(
        select(table.c.event_no, *columns)
        .where(table.c.hall_id == hall_id)
        .order_by(table.c.event_no, *keys),
        execution_options={"yield_per": BATCH},
    )
    for number, group in itertools.groupby(rows, key=lambda row: int(row[0])):
        digest = TableDigest(table)
        plain_rows = (tuple(_stored(value) for value in row[1:]) for row in group)
        while chunk := list(itertools.islice(plain_rows, BATCH)):
            digest.add(chunk)
        yield number, (digest.count, digest.hexdigest())


def _as_stored(column: Column[Any]) -> ColumnElement[Any]:
    """Read a column as the driver gives it: what a tamperer wrote need not be of its type."""
    return type_coerce(column, NULLTYPE).label(column.name)


def _stored(value: object) -> Plain:
    return repr(value) if isinstance(value, float) else plain(value)


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
                f"账户 {row.account_id} 物品 {row.commodity_id}:余额 {row.held},"
                f"分录合计 {row.moved}",
                f"account {row.account_id}, commodity {row.commodity_id}: balance {row.held},"
                f" postings add to {row.moved}",
            ),
        )


def _verify_units(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    """Each unit must be what and where its last posting says, under a name that is its own.

    The name of one in transit may have gone ahead to the hall that received it.
    """
    last = (
        "SELECT p.unit_id, p.debit_account, p.commodity_id FROM postings p JOIN (SELECT unit_id,"
        " MAX(id) AS id FROM postings WHERE hall_id = :hall AND unit_id <> 0 GROUP BY unit_id) l"
        " ON l.id = p.id WHERE p.hall_id = :hall"
    )
    mine = "SELECT id, serial, account_id, commodity_id, closed FROM units WHERE hall_id = :hall"
    query = text(
        "SELECT COALESCE(u.id, l.unit_id) AS id, u.serial, u.account_id, l.debit_account"
        f" FROM ({last}) l LEFT JOIN ({mine}) u ON u.id = l.unit_id WHERE u.id IS NULL"
        " OR u.account_id <> l.debit_account OR u.commodity_id <> l.commodity_id"
        f" UNION ALL SELECT u.id, u.serial, u.account_id, NULL FROM ({mine}) u WHERE NOT EXISTS"
        " (SELECT 1 FROM postings p WHERE p.hall_id = :hall AND p.unit_id = u.id)"
        f" UNION ALL SELECT u.id, u.serial, u.account_id, u.account_id FROM ({mine}) u"
        " WHERE u.closed = 0 AND NOT EXISTS (SELECT 1 FROM identifiers i"
        " WHERE i.holder_hall_id = :hall AND i.unit_id = u.id AND i.value = u.serial)"
        " AND NOT EXISTS (SELECT 1 FROM accounts a JOIN identifiers i ON i.value = u.serial"
        " WHERE a.hall_id = :hall AND a.id = u.account_id AND a.kind = 'transit')"
        " ORDER BY 1"
    )
    for row in uow.session.execute(query, {"hall": hall_id}):
        name = row.serial or f"#{row.id}"
        yield Difference(
            0,
            "units",
            Text(
                f"单件 {name} 在账户 {row.account_id},分录在 {row.debit_account},"
                "或其物品、串号已被改动",
                f"unit {name} is in account {row.account_id}, its postings say"
                f" {row.debit_account}; or its item or its name was changed",
            ),
        )


def _verify_documents(uow: UnitOfWork, hall_id: int) -> Iterator[Difference]:
    """The state each numbered document was last brought to must be the state it is in."""
    acts = uow.session.execute(
        select(Event.subject, Event.act)
        .where(Event.hall_id == hall_id, Event.act.like("document.%"))
        .order_by(Event.event_no)
    )
    after = {f"document.{PAST_TENSE[act]}": state for (_, act), state in TRANSITIONS.items()}
    expected = {subject: after.get(act, act) for subject, act in acts}
    heads = uow.session.execute(
        select(Document.number, Document.state, _waits_for_signatures()).where(
            Document.hall_id == hall_id, Document.number.is_not(None)
        )
    )
    found = {f"document:{number}": (state, waits) for number, state, waits in heads}
    for subject in sorted(expected.keys() | found.keys()):
        state, waits = found.get(subject, ("", False))
        wanted = expected.get(subject, "")
        if wanted == "approved" and waits:
            wanted = "submitted"
        if state != wanted:
            yield Difference(
                0,
                "documents",
                Text(
                    f"{subject} 状态为“{state}”,记事为“{wanted}”",
                    f"{subject} is {state or 'not there'}, its events say {wanted or 'nothing'}",
                ),
            )


def _waits_for_signatures() -> ColumnElement[bool]:
    """Fewer approvers have signed than the document needs, the first signature being given."""
    signed = (
        select(func.count())
        .where(
            Signature.hall_id == Document.hall_id,
            Signature.document_id == Document.id,
            Signature.revision == Document.revision,
            Signature.step == "approve",
        )
        .scalar_subquery()
    )
    needed = (
        1
        + func.length(Document.required_roles)
        - func.length(func.replace(Document.required_roles, ",", ""))
    )
    return signed < needed
