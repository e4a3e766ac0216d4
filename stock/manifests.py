"""Goods a hall awaits, and their receipt: what came, what nobody awaited, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, text

from ledger.accounts import Commodity
from ledger.documents import Document, lines_of
from ledger.events import record
from ledger.organisations import HALL_TIME, Hall, lock_head, take_rows
from ledger.permissions import require
from ledger.rows import Row, insert_rows, stage_rows
from ledger.schema import Base
from ledger.units import resolve_names
from ledger.work import UnitOfWork
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
from stock.scans import readings_of

AwaitedLine = tuple[int, str, int, int | None]
"""Commodity, serial or '', quantity, unit cost in fen."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """One line of a manifest as it stands: an item, a unit of it or a quantity, how much came."""

    line_no: int
    item: str
    name: str
    serial: str
    quantity: int
    received: int
    unit_cost_fen: int | None

    @property
    def missing(self) -> int:
        """How much has not come yet."""
        return self.quantity - self.received


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was scanned held against what is awaited.

    `expected` pairs each awaited line with the quantity that came; `unexpected` are scanned lines
    that nobody awaits, or no longer; `missing` are awaited lines of which something has not come.
    """

    expected: tuple[tuple[Awaited, int], ...]
    unexpected: tuple[MoveLine, ...]
    missing: tuple[Awaited, ...]


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
        made_on=uow.now.astimezone(HALL_TIME).date(),
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


def awaited_lines(uow: UnitOfWork, hall: Hall, number: int) -> list[Awaited]:
    """Give the lines of a manifest in order."""
    rows = uow.session.execute(
        select(
            ManifestLine.line_no,
            Commodity.code,
            Commodity.name,
            ManifestLine.serial,
            ManifestLine.quantity,
            ManifestLine.received,
            ManifestLine.unit_cost_fen,
        )
        .join(Commodity, Commodity.id == ManifestLine.commodity_id)
        .where(ManifestLine.hall_id == hall.id, ManifestLine.manifest_id == number)
        .order_by(ManifestLine.line_no)
    )
    return [Awaited(*row) for row in rows]


def compare_receipt(
    uow: UnitOfWork, *, hall: Hall, number: int, lines: Sequence[MoveLine]
) -> Comparison:
    """Hold what was scanned against the manifest; nothing is written."""
    awaited = awaited_lines(uow, hall, number)
    came: dict[int, int] = {}
    unexpected: list[MoveLine] = []
    by_serial = _open_serials(uow, hall, awaited, [line.serial for line in lines if line.serial])
    by_item: dict[str, list[Awaited]] = {}
    for one in awaited:
        if not one.serial:
            by_item.setdefault(one.item, []).append(one)
    for line in lines:
        if line.serial:
            found = by_serial.get(line.serial)
            if found is None or found.line_no in came:
                unexpected.append(line)
            else:
                came[found.line_no] = 1
            continue
        left = line.quantity
        for one in by_item.get(line.item, ()):
            taken = min(left, one.missing - came.get(one.line_no, 0))
            if taken > 0:
                came[one.line_no] = came.get(one.line_no, 0) + taken
                left -= taken
        if left:
            unexpected.append(MoveLine(line.item, left))
    return Comparison(
        expected=tuple((one, came[one.line_no]) for one in awaited if one.line_no in came),
        unexpected=tuple(unexpected),
        missing=tuple(one for one in awaited if one.missing > came.get(one.line_no, 0)),
    )


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
    moved = [
        MoveLine(one.item, quantity, one.serial, unit_cost_fen=one.unit_cost_fen)
        for one, quantity in compared.expected
    ]
    moved += compared.unexpected
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


def _open_serials(
    uow: UnitOfWork, hall: Hall, awaited: Sequence[Awaited], scanned: Sequence[str]
) -> dict[str, Awaited]:
    """Give scanned name -> awaited line, for lines still missing; any name of a unit will do."""
    lines = {one.serial: one for one in awaited if one.serial and one.missing}
    found: dict[str, Awaited] = {}
    rest: dict[str, list[str]] = {}
    for value in scanned:
        if value in lines:
            found[value] = lines[value]
        else:
            rest[value] = readings_of(value)
    for value, forms in rest.items():
        line = next((lines[form] for form in forms if form in lines), None)
        if line is not None:
            found[value] = line
    unmatched = {v: forms for v, forms in rest.items() if v not in found}
    if unmatched and lines:
        found |= _by_other_names(uow, hall, lines, unmatched)
    return found


def _by_other_names(
    uow: UnitOfWork, hall: Hall, lines: Mapping[str, Awaited], unmatched: Mapping[str, list[str]]
) -> dict[str, Awaited]:
    """Match scans by a second name of a unit that the sender's books know."""
    named = resolve_names(uow, hall.id, {form for forms in unmatched.values() for form in forms})
    if not named:
        return {}
    units = {
        (unit.hall_id, unit.unit_id): line
        for serial, found in resolve_names(uow, hall.id, lines).items()
        for unit in found
        for line in [lines[serial]]
    }
    matched = {}
    for value, forms in unmatched.items():
        for form in forms:
            for unit in named.get(form, ()):
                if (unit.hall_id, unit.unit_id) in units:
                    matched[value] = units[unit.hall_id, unit.unit_id]
    return matched


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
