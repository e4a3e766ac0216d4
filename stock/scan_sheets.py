"""Scanning towards a document: a sheet per person that survives everything until it is made.

A sheet is a working draft, not an act: it moves nothing and signs nothing. Every scan is kept with
its verdict; an undone one is struck. "Make the document" hands its good lines to `submit_move`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from ledger.accounts import Account, Commodity
from ledger.balances import Balance
from ledger.errors import Conflict, NotFound
from ledger.organisations import Hall, take_rows
from ledger.text import Text
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.scan_reading import read_code
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import (
    GOOD,
    ON_THE_DOCUMENT,
    PROPOSED,
    ScanRule,
    judge_scans,
    pieces_of,
)

MOST_LINES = 20_000
STANDS = ScanLine.struck.in_((False,))


class UnknownSheet(NotFound):
    """No such scan sheet, or another person's."""

    code = "unknown_scan_sheet"
    text = Text(
        "没有这张扫码草稿,或它是别人的。请从“新单据”重新开始。",
        "There is no such scan sheet, or it is another person's. Begin again at New document.",
    )


class SheetClosed(Conflict):
    """The sheet was made into a document or dropped."""

    code = "scan_sheet_closed"
    text = Text(
        "这张扫码草稿已成单或已弃用,不能再扫。",
        "This scan sheet was made into a document or dropped; it takes no more scans.",
    )


class SheetFull(Conflict):
    """A sheet takes no more lines than a person can answer for."""

    code = "scan_sheet_full"
    text = Text(
        "一张草稿最多 {most} 行。请先成单,其余另开一张。",
        "A sheet takes at most {most} lines. Make the document, and begin another for the rest.",
    )


@dataclass(frozen=True, slots=True)
class SheetCount:
    """A sheet's counters: pieces that go on the document, and scans that do not, by verdict."""

    scanned: int
    by_verdict: Mapping[str, int]

    def of(self, *verdicts: str) -> int:
        """Give how many scans have one of these verdicts."""
        return sum(self.by_verdict.get(verdict, 0) for verdict in verdicts)

    @property
    def refused(self) -> int:
        """How many scans do not go on the document for any other reason than being double."""
        kept = (*ON_THE_DOCUMENT, "twice")
        return sum(count for name, count in self.by_verdict.items() if name not in kept)


def open_sheet(uow: UnitOfWork, *, hall: Hall, kind: str, facts: Mapping[str, str]) -> ScanSheet:
    """Begin a sheet of the actor's for a kind of document."""
    sheet = ScanSheet(
        hall_id=hall.id,
        id=take_rows(uow, hall.id),
        person_id=uow.actor.person_id,
        kind=kind,
        state="open",
        facts=json.dumps(dict(facts), ensure_ascii=False),
        document_number="",
        opened_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(sheet)
    uow.session.flush()
    return sheet


def open_sheets(uow: UnitOfWork, hall: Hall) -> list[ScanSheet]:
    """Give the actor's sheets that wait to be finished, the oldest first."""
    query = select(ScanSheet).where(
        ScanSheet.hall_id == hall.id,
        ScanSheet.person_id == uow.actor.person_id,
        ScanSheet.state == "open",
    )
    return list(uow.session.scalars(query.order_by(ScanSheet.opened_at, ScanSheet.id)))


def find_sheet(uow: UnitOfWork, hall: Hall, sheet_id: int, *, lock: bool = False) -> ScanSheet:
    """Give a sheet of the actor's; raises UnknownSheet. `lock` keeps others off until the end."""
    query = select(ScanSheet).where(ScanSheet.hall_id == hall.id, ScanSheet.id == sheet_id)
    sheet = uow.session.scalar(query.with_for_update() if lock else query)
    if sheet is None or sheet.person_id != uow.actor.person_id:
        raise UnknownSheet
    if lock and sheet.state != "open":
        raise SheetClosed
    return sheet


def facts_of_sheet(sheet: ScanSheet) -> dict[str, str]:
    """Give what was typed on the sheet, name -> value."""
    return {str(name): str(value) for name, value in json.loads(sheet.facts).items()}


def keep_facts(uow: UnitOfWork, sheet: ScanSheet, facts: Mapping[str, str]) -> None:
    """Keep what was typed, so that a reload goes on exactly there."""
    sheet.facts = json.dumps({**facts_of_sheet(sheet), **facts}, ensure_ascii=False)
    sheet.changed_at = uow.now


def take_scans(
    uow: UnitOfWork, hall: Hall, sheet: ScanSheet, codes: Sequence[str], rule: ScanRule
) -> list[ScanLine]:
    """Take scans in order, each with its verdict; no code stops another. Raises SheetFull."""
    session = uow.session
    items = {one.code: one for one in session.scalars(select(Commodity))}
    before = lines_of_sheet(uow, sheet, all_of_them=True)
    if len(before) + len(codes) > MOST_LINES:
        raise SheetFull(most=MOST_LINES)
    counted = [item.code for item in items.values() if item.tracking == "quantity"]
    readings = [read_code(code, counted=counted) for code in codes]
    whole = {reading.serial for reading in readings if not reading.proposed}
    _confirm_scanned(before, whole)
    judged = judge_scans(uow, hall, readings, rule, _taken(before, items))
    last = before[-1].line_no if before else 0
    lines = [
        ScanLine(
            hall_id=sheet.hall_id,
            sheet_id=sheet.id,
            line_no=number,
            code=code.strip()[:200],
            verdict=one.verdict,
            item=one.item,
            serial=one.serial,
            serial_to=one.serial_to,
            quantity=one.quantity,
            names=" ".join(f"{kind}:{value}" for kind, value in one.reading.names),
            note_zh=one.note.zh if one.note else "",
            note_en=one.note.en if one.note else "",
            struck=False,
            at=uow.now,
        )
        for number, (code, one) in enumerate(zip(codes, judged, strict=True), last + 1)
    ]
    session.add_all(lines)
    sheet.changed_at = uow.now
    session.flush()
    return lines


def judge_again(uow: UnitOfWork, hall: Hall, sheet: ScanSheet, rule: ScanRule) -> None:
    """Judge all scans of the sheet anew, after what the document takes or from whom changed."""
    lines = [line for line in lines_of_sheet(uow, sheet) if line.verdict != "twice"]
    items = {one.code: one for one in uow.session.scalars(select(Commodity))}
    counted = [item.code for item in items.values() if item.tracking == "quantity"]
    by_item: dict[str, list[ScanLine]] = {}
    for line in lines:
        by_item.setdefault(line.item if rule.brings else "", []).append(line)
    for item, some in by_item.items():
        again = replace(rule, item=item or rule.item)
        readings = [read_code(line.code, counted=counted) for line in some]
        for line, one in zip(some, judge_scans(uow, hall, readings, again), strict=True):
            confirmed = line.verdict == GOOD and one.verdict == PROPOSED
            line.verdict = GOOD if confirmed else one.verdict
            line.item, line.serial, line.serial_to = one.item, one.serial, one.serial_to
            line.note_zh = one.note.zh if one.note else ""
            line.note_en = one.note.en if one.note else ""
    uow.session.flush()


def undo_scan(uow: UnitOfWork, sheet: ScanSheet, line_no: int) -> ScanLine | None:
    """Strike a scan; None where there is none to strike."""
    line = uow.session.get(ScanLine, (sheet.hall_id, sheet.id, line_no))
    if line is None or line.struck:
        return None
    line.struck = True
    sheet.changed_at = uow.now
    uow.session.flush()
    return line


def confirm_scan(uow: UnitOfWork, sheet: ScanSheet, line_no: int) -> ScanLine | None:
    """Take a number whose check digit was proposed, after a person compared it with the piece."""
    line = uow.session.get(ScanLine, (sheet.hall_id, sheet.id, line_no))
    if line is None or line.struck or line.verdict != PROPOSED:
        return None
    line.verdict, line.note_zh, line.note_en = GOOD, "", ""
    sheet.changed_at = uow.now
    uow.session.flush()
    return line


def codes_held_by(
    uow: UnitOfWork, hall: Hall, holder: str, kinds: Sequence[str] = ("clerk", "counter")
) -> list[str]:
    """Give all a clerk or counter holds as codes to scan: each serial, and counted goods."""
    account = uow.session.scalar(
        select(Account).where(
            Account.hall_id == hall.id, Account.holder == holder, Account.kind.in_(kinds)
        )
    )
    if account is None:
        return []
    serials = uow.session.scalars(
        select(Unit.serial)
        .where(Unit.hall_id == hall.id, Unit.account_id == account.id)
        .order_by(Unit.commodity_id, Unit.serial)
    ).all()
    counted = uow.session.execute(
        select(Commodity.code, Balance.amount)
        .join(Commodity, Commodity.id == Balance.commodity_id)
        .where(
            Balance.hall_id == hall.id,
            Balance.account_id == account.id,
            Balance.amount > 0,
            Commodity.tracking == "quantity",
            Commodity.category != "money",
        )
        .order_by(Commodity.code)
    )
    return [*serials, *(f"{code}*{amount}" for code, amount in counted)]


def drop_sheet(uow: UnitOfWork, sheet: ScanSheet) -> None:
    """Put a sheet aside for good; what was scanned stays on record."""
    sheet.state, sheet.changed_at = "dropped", uow.now


def close_sheet(uow: UnitOfWork, sheet: ScanSheet, document_number: str) -> None:
    """Note the document the sheet was made into."""
    sheet.state, sheet.document_number, sheet.changed_at = "made", document_number, uow.now


def lines_of_sheet(
    uow: UnitOfWork, sheet: ScanSheet, *, all_of_them: bool = False
) -> list[ScanLine]:
    """Give the sheet's scans in order, without the struck ones unless all are wanted."""
    query = select(ScanLine).where(ScanLine.hall_id == sheet.hall_id, ScanLine.sheet_id == sheet.id)
    if not all_of_them:
        query = query.where(STANDS)
    return list(uow.session.scalars(query.order_by(ScanLine.line_no)))


def latest_lines(uow: UnitOfWork, sheet: ScanSheet, most: int) -> list[ScanLine]:
    """Give the last scans that stand, the latest first."""
    query = (
        select(ScanLine)
        .where(
            ScanLine.hall_id == sheet.hall_id,
            ScanLine.sheet_id == sheet.id,
            STANDS,
        )
        .order_by(ScanLine.line_no.desc())
        .limit(most)
    )
    return list(uow.session.scalars(query))


def count_sheet(uow: UnitOfWork, sheet: ScanSheet) -> SheetCount:
    """Give the sheet's counters."""
    rows = uow.session.execute(
        select(ScanLine.verdict, func.count(), func.sum(ScanLine.quantity))
        .where(
            ScanLine.hall_id == sheet.hall_id,
            ScanLine.sheet_id == sheet.id,
            STANDS,
        )
        .group_by(ScanLine.verdict)
    ).all()
    return SheetCount(
        scanned=sum(int(pieces) for verdict, _, pieces in rows if verdict in ON_THE_DOCUMENT),
        by_verdict={verdict: int(scans) for verdict, scans, _ in rows},
    )


def _confirm_scanned(lines: Sequence[ScanLine], whole: Collection[str]) -> None:
    """A proposed number that is now scanned in full is confirmed by the scan: strike the first."""
    for line in lines:
        if line.verdict == PROPOSED and not line.struck and line.serial in whole:
            line.struck = True


def names_of_line(line: ScanLine) -> tuple[tuple[str, str], ...]:
    """Give the further names a scan gave its unit, as (kind, value)."""
    pairs = (name.partition(":") for name in line.names.split())
    return tuple((kind, value) for kind, _, value in pairs)


def _taken(lines: Sequence[ScanLine], items: Mapping[str, Commodity]) -> set[tuple[str, str]]:
    kept = (*ON_THE_DOCUMENT, PROPOSED)
    taken: set[tuple[str, str]] = set()
    for line in lines:
        if line.struck or line.verdict not in kept or not line.serial or line.item not in items:
            continue
        pieces = pieces_of(items[line.item], line.serial, line.serial_to)
        further = (value for _, value in names_of_line(line))
        taken.update((line.item, serial) for serial in (*pieces, *further))
    return taken
