"""Receiving from a file: every line judged in one report, posted whole or only its good lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ledger.organisations import Hall
from ledger.rows import many_rows
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.awaited import compare_receipt
from stock.dispatches import FROM_OTHER_HALL
from stock.document_tables import Manifest
from stock.goods_lines import GOOD, GoodsLine, GoodsReport, Judged, judge_lines
from stock.manifests import (
    AwaitedLine,
    expect_goods,
    find_manifest,
    receive_manifest,
)
from stock.move_lines import MoveLine
from stock.moves import submit_move
from stock.naming import names_of_run
from stock.places import Places


@many_rows()
def receive_lines(
    uow: UnitOfWork,
    *,
    hall: Hall,
    lines: Sequence[GoodsLine] | None,
    good_lines: bool = False,
    manifest: int | None = None,
    facts: Mapping[str, str] | None = None,
    on: dt.date | None = None,
) -> GoodsReport:
    """Judge every line and post a receipt if all are good, or of the good ones if `good_lines`.

    With a `manifest`, what it does not await is not good either, and a transfer's goods may be in
    the sender's books; no `lines` are all that it misses. The report says what was done; nothing is
    raised for a bad line.
    """
    if lines is None:
        assert manifest is not None, "without lines there is a manifest to receive"
        document, _ = receive_manifest(uow, hall=hall, number=manifest, facts=facts, on=on)
        return GoodsReport((), document.number or "")
    judged = judge_lines(uow, hall=hall, lines=lines)
    missing = 0
    if manifest is not None:
        judged = _hold_against(uow, hall, manifest, judged)
    good = [one.move for one in judged if one.verdict == GOOD and one.move is not None]
    report = GoodsReport(tuple(judged))
    if not good or (report.bad and not good_lines):
        return report
    if manifest is None:
        document = submit_move(uow, hall=hall, kind="receipt", lines=good, facts=facts or {}, on=on)
    else:
        document, compared = receive_manifest(
            uow, hall=hall, number=manifest, lines=good, facts=facts, on=on
        )
        missing = sum(one.missing for one in compared.missing)
    return GoodsReport(report.lines, document.number or "", missing)


@many_rows()
def expect_lines(
    uow: UnitOfWork,
    *,
    hall: Hall,
    lines: Sequence[GoodsLine],
    source: str,
    sender: str = "",
    reference: str = "",
    expected_on: dt.date | None = None,
    good_lines: bool = False,
) -> tuple[Manifest | None, GoodsReport]:
    """Judge every line of a supplier's list and await its goods, or the good ones if asked."""
    judged = judge_lines(uow, hall=hall, lines=lines)
    report = GoodsReport(tuple(judged))
    good = [one.move for one in judged if one.verdict == GOOD and one.move is not None]
    if not good or (report.bad and not good_lines):
        return None, report
    places = Places(uow, hall)
    awaited: list[AwaitedLine] = []
    for move in good:
        item = places.item(move.item)
        if not move.serial:
            awaited.append((item.id, "", move.quantity, move.unit_cost_fen))
            continue
        serials = names_of_run(item, move.serial, move.serial_to)[2]
        awaited += [(item.id, serial, 1, move.unit_cost_fen) for serial in serials]
    manifest = expect_goods(
        uow,
        hall=hall,
        source=source,
        sender=sender,
        reference=reference,
        lines=awaited,
        expected_on=expected_on,
    )
    return manifest, report


def _hold_against(
    uow: UnitOfWork,
    hall: Hall,
    number: int,
    judged: list[Judged],
) -> list[Judged]:
    """Judge lines by a manifest too: goods of a transfer are in its sender's books, rightly."""
    from_hall = find_manifest(uow, hall, number).source == FROM_OTHER_HALL
    fit = (GOOD, "in_stock_elsewhere") if from_hall else (GOOD,)
    held = [one for one in judged if one.move is not None and one.verdict in fit]
    moves = [one.move for one in held if one.move is not None]
    compared = compare_receipt(uow, hall=hall, number=number, lines=moves)
    strays = {(move.item, move.serial) for move in compared.unexpected}
    reason = Text("不在应到清单上,或已收。", "It is not on the manifest, or has come already.")
    places = Places(uow, hall)
    lines = {one.line_no for one in held}
    result = []
    for one in judged:
        if one.line_no not in lines or one.move is None:
            result.append(one)
        elif any((one.move.item, serial) in strays for serial in _serials(places, one.move)):
            result.append(one._replace(verdict="unexpected", reason=reason))
        else:
            said = one.reason if one.verdict == GOOD else None
            result.append(one._replace(verdict=GOOD, reason=said))
    return result


def _serials(places: Places, move: MoveLine) -> tuple[str, ...]:
    """Give each serial of a line, or the one '' of counted goods."""
    if not move.serial_to:
        return (move.serial,)
    return names_of_run(places.item(move.item), move.serial, move.serial_to)[2]
