"""Goods a hall awaits, and their receipt: what came, what nobody awaited, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, text

from ledger.documents import Document, lines_of
from ledger.events import record
from ledger.organisations import Hall, lock_head, take_rows
from ledger.permissions import require
from ledger.rows import Row, insert_rows, stage_rows
from ledger.schema import Base
from ledger.work import UnitOfWork
from stock.awaited import Comparison, awaited_lines, compare_receipt, lines_of_receipt
from stock.dispatches import FROM_OTHER_HALL
from stock.document_tables import MANIFEST_STATES, Manifest, ManifestLine, ManifestReceipt
from stock.errors import (
    AwaitedAlready,
    ManifestNotOpen,
    NotAwaited,
    NothingToReceive,
    UnknownManifest,
)
from stock.move_lines import MoveLine
from stock.moves import make_move

__all__ = [
    "AwaitedLine",
    "Comparison",
    "awaited_lines",
    "close_manifest",
    "compare_receipt",
    "expect_goods",
    "find_manifest",
    "receive_manifest",
    "undo_receipt",
]

AwaitedLine = tuple[int, str, int, int | None]
"""Commodity, serial or '', quantity, unit cost in fen."""


def expect_goods(
    uow: UnitOfWork,
    *,
    hall: Hall,
    source: str,
    lines: Sequence[AwaitedLine],
    sender: str = "",
    reference: str = "",
    expected_on: dt.date | None = None,
) -> Manifest:
    """Note goods that are to come, a line for each unit or quantity.

    Raises AwaitedAlready for the same source, sender and reference.
    """
    if not uow.actor.is_system:
        require(uow, hall.id, "stock", "submit")
    lock_head(uow, hall.id)
    known = uow.session.scalar(_known(hall.id, source, sender, reference)) if reference else None
    if known is not None:
        raise AwaitedAlready(reference=reference, number=known.id)
    number = take_rows(uow, hall.id)
    manifest = Manifest(
        hall_id=hall.id,
        id=number,
        source=source,
        sender=sender,
        reference=reference or f"#{number}",
        state="open",
        made_on=uow.today,
        expected_on=expected_on,
        closed_reason="",
    )
    uow.session.add(manifest)
    uow.session.flush()
    rows: list[Row] = [
        (hall.id, number, place, commodity, serial, quantity, 0, cost)
        for place, (commodity, serial, quantity, cost) in enumerate(lines, 1)
    ]
    table = Base.metadata.tables["manifest_lines"]
    insert_rows(uow.session, table, [column.name for column in table.columns], rows)
    facts = {"from": f"{source} {sender}".strip(), "reference": reference, "lines": len(rows)}
    with record(
        uow, hall_id=hall.id, act="manifest.made", subject=f"manifest:{number}", facts=facts
    ):
        pass
    return manifest


def find_manifest(uow: UnitOfWork, hall: Hall, number: int) -> Manifest:
    """Give the hall's manifest of that number; raises UnknownManifest."""
    manifest = uow.session.get(Manifest, (hall.id, number), populate_existing=True)
    if manifest is None:
        raise UnknownManifest(number=number)
    return manifest


def receive_manifest(
    uow: UnitOfWork,
    *,
    hall: Hall,
    number: int,
    lines: Sequence[MoveLine] | None = None,
    take_unexpected: bool = False,
    on: dt.date | None = None,
    facts: Mapping[str, str] | None = None,
) -> tuple[Document, Comparison]:
    """Receive what came of a manifest, None for all that is missing; the rest stays awaited.

    What nobody awaits is refused (NotAwaited), unless `take_unexpected` from a supplier or the
    department, whose goods are then received with the rest. A manifest with nothing missing closes.
    """
    lock_head(uow, hall.id)
    manifest = _open_manifest(uow, hall, number)
    if lines is None:
        awaited = [one for one in awaited_lines(uow, hall, number) if one.missing]
        lines = [MoveLine(one.item, one.missing, one.serial) for one in awaited]
    compared = compare_receipt(uow, hall=hall, number=number, lines=lines)
    from_hall = manifest.source == FROM_OTHER_HALL
    if compared.unexpected and (from_hall or not take_unexpected):
        first = compared.unexpected[0]
        raise NotAwaited(serial=first.serial or first.item, count=len(compared.unexpected))
    moved = [*lines_of_receipt(uow, hall, compared.expected), *compared.unexpected]
    if not moved:
        raise NothingToReceive(number=number)
    stated = {**(facts or {}), "manifest": str(number)}
    if from_hall:
        stated |= {"from_hall": manifest.sender, "dispatch": manifest.reference}
    else:
        stated |= {"source": manifest.source, "supplier": manifest.sender}
        stated.setdefault("delivery_no", manifest.reference)
    kind = "transfer_in" if from_hall else "receipt"
    document = make_move(uow, hall=hall, kind=kind, lines=moved, facts=stated, on=on)
    _note_receipt(uow, hall, manifest, document, compared)
    return document, compared


def close_manifest(uow: UnitOfWork, *, hall: Hall, number: int, reason: str) -> Manifest:
    """Await the rest no longer: what is missing is the sender's to account for."""
    require(uow, hall.id, "stock", "submit")
    lock_head(uow, hall.id)
    manifest = _open_manifest(uow, hall, number)
    _close(uow, hall, manifest, reason)
    return manifest


def undo_receipt(uow: UnitOfWork, document: Document) -> None:
    """Await again what a reversed receipt had taken off its manifest."""
    receipt = uow.session.scalar(
        select(ManifestReceipt).where(
            ManifestReceipt.hall_id == document.hall_id,
            ManifestReceipt.document_id == document.id,
        )
    )
    if receipt is None:
        return
    manifest = uow.session.get_one(Manifest, (document.hall_id, receipt.manifest_id))
    awaited: dict[tuple[int, str], list[ManifestLine]] = {}
    for line in uow.session.scalars(
        select(ManifestLine).where(
            ManifestLine.hall_id == document.hall_id,
            ManifestLine.manifest_id == receipt.manifest_id,
            ManifestLine.received > 0,
        )
    ):
        awaited.setdefault((line.commodity_id, line.serial), []).append(line)
    for moved in lines_of(uow, document):
        left = moved.quantity
        for line in awaited.get((moved.commodity.id, moved.serial), ()):
            back = min(left, line.received)
            line.received -= back
            left -= back
    manifest.state = "open"
    uow.session.delete(receipt)
    uow.session.flush()


def _known(hall_id: int, source: str, sender: str, reference: str) -> Select[Manifest]:
    return select(Manifest).where(
        Manifest.hall_id == hall_id,
        Manifest.source == source,
        Manifest.sender == sender,
        Manifest.reference == reference,
    )


def _open_manifest(uow: UnitOfWork, hall: Hall, number: int) -> Manifest:
    manifest = find_manifest(uow, hall, number)
    if manifest.state != "open":
        raise ManifestNotOpen(number=number, state=MANIFEST_STATES[manifest.state])
    return manifest


def _note_receipt(
    uow: UnitOfWork, hall: Hall, manifest: Manifest, document: Document, compared: Comparison
) -> None:
    rows: list[Row] = [(one.line_no, quantity) for one, quantity in compared.expected]
    stage_rows(uow.session, "came_lines", [("line_no", "BIGINT"), ("quantity", "BIGINT")], rows)
    uow.session.execute(
        text(
            "UPDATE manifest_lines AS l SET received = l.received + c.quantity FROM came_lines c"
            " WHERE l.hall_id = :hall AND l.manifest_id = :manifest AND l.line_no = c.line_no"
        ),
        {"hall": hall.id, "manifest": manifest.id},
    )
    uow.session.add(
        ManifestReceipt(
            hall_id=hall.id,
            manifest_id=manifest.id,
            document_id=document.id,
            settled=manifest.source != FROM_OTHER_HALL,
        )
    )
    uow.session.flush()
    if not compared.missing:
        _close(uow, hall, manifest, "")


def _close(uow: UnitOfWork, hall: Hall, manifest: Manifest, reason: str) -> None:
    manifest.state, manifest.closed_reason = "closed", reason
    with record(
        uow,
        hall_id=hall.id,
        act="manifest.closed",
        subject=f"manifest:{manifest.id}",
        facts={"reason": reason},
    ):
        uow.session.flush()
