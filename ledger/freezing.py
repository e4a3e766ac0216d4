"""What a document becomes when it leaves draft: its number, and its frozen and hashed content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import text

from ledger.documents import DOCUMENT_KINDS, Document, Line
from ledger.events import OpenEvent, canonical, canonical_rows, insert_all
from ledger.rows import Row, bound_values, plain
from ledger.schema import Base
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork

COUNTERS_AT_ONCE = 200
Frozen = tuple[OpenEvent, Document, Sequence[Line], Mapping[str, str]]
"""A document with its lines and facts, and the event that freezes them."""


def give_numbers(uow: UnitOfWork, documents: Sequence[Document]) -> None:
    """Give those without a number the next of their hall, kind and year; one of each hall."""
    year = uow.now.astimezone(HALL_TIME).year
    new = sorted(
        (document for document in documents if document.number is None),
        key=lambda document: document.hall_id,
    )
    for start in range(0, len(new), COUNTERS_AT_ONCE):
        some = new[start : start + COUNTERS_AT_ONCE]
        letters = [DOCUMENT_KINDS[document.kind].letters for document in some]
        wanted = [
            (document.hall_id, of_kind, year, 1)
            for document, of_kind in zip(some, letters, strict=True)
        ]
        values, bound = bound_values(("hall", "letters", "year", "first"), wanted)
        last = uow.session.execute(
            text(
                f"INSERT INTO document_counters (hall_id, letters, year, last) VALUES {values}"
                " ON CONFLICT (hall_id, letters, year)"
                " DO UPDATE SET last = document_counters.last + 1 RETURNING hall_id, last"
            ),
            bound,
        )
        given: dict[int, int] = dict(last.all())
        for document, of_kind in zip(some, letters, strict=True):
            document.number = f"{year}-{of_kind}-{given[document.hall_id]:06d}"


def freeze(uow: UnitOfWork, documents: Sequence[Frozen]) -> None:
    """Write the next revision of each document with its lines, names and facts."""
    tables = Base.metadata.tables
    revisions: list[tuple[OpenEvent, list[Row], bytes]] = []
    lines: list[tuple[OpenEvent, list[Row], bytes]] = []
    names: list[tuple[OpenEvent, list[Row], bytes]] = []
    facts: list[tuple[OpenEvent, list[Row], bytes]] = []
    for event, document, told, stated in documents:
        document.revision += 1
        front = (document.id, document.revision)
        rows, named = _line_rows(front, told), _name_rows(front, told)
        said: list[Row] = [(*front, name, value) for name, value in sorted(stated.items()) if value]
        head, frozen = _head_of(document), canonical_rows(rows)
        content = head + frozen
        if named or said:
            content += canonical(named) + canonical(said)
        digest = hashlib.sha256(content).hexdigest()
        revisions.append((event, [(*front, head.decode(), digest)], b""))
        lines.append((event, rows, frozen))
        names += [(event, named, b"")] if named else []
        facts += [(event, said, b"")] if said else []
    insert_all(uow, tables["document_revisions"], revisions)
    insert_all(uow, tables["document_lines"], lines)
    insert_all(uow, tables["document_line_names"], names)
    insert_all(uow, tables["document_facts"], facts)


def _line_rows(front: Row, lines: Sequence[Line]) -> list[Row]:
    ways = {
        way: (way[0].id, way[1].id, way[2].id)
        for way in {(line.commodity, line.debit, line.credit) for line in lines}
    }
    return [
        (*front, number, *ways[item, debit, credit], quantity, serial, serial_to, cost)
        for number, (item, debit, credit, quantity, serial, serial_to, cost, _) in enumerate(
            lines, 1
        )
    ]


def _name_rows(front: Row, lines: Sequence[Line]) -> list[Row]:
    return [
        (*front, number, *name)
        for number, line in enumerate(lines, 1)
        if line.names
        for name in sorted(line.names)
    ]


def _head_of(document: Document) -> bytes:
    return canonical(
        {
            "kind": document.kind,
            "number": document.number,
            "paper_no": document.paper_no,
            "paper_date": plain(document.paper_date),
            "business_date": plain(document.business_date),
            "amount_fen": document.amount_fen,
            "remark": document.remark,
        }
    )
