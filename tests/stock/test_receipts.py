"""Receipts from files: one report with every line's verdict, and nothing posted unasked."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from backoffice.goods_files import read_goods_file
from ledger.errors import BadInput
from stock.awaited import awaited_lines
from stock.document_tables import Manifest
from stock.errors import AwaitedAlready, NotAwaited
from stock.goods_lines import GoodsReport
from stock.manifests import receive_manifest
from stock.moves import MoveLine
from stock.receipts import expect_lines, receive_lines
from tests.builders import OpenHall
from tests.observing import everything, held, refused, whereabouts
from tests.stock.moving import know_goods, move, new_iccid, new_imei, stock

Row = list[str | int]


def as_csv(rows: list[Row]) -> bytes:
    """Write rows as csv."""
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[Row]) -> bytes:
    """Write rows as xlsx, numbers as numbers."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def take(
    hall: OpenHall, content: bytes, *, good_lines: bool = False, manifest: int | None = None
) -> GoodsReport:
    """Receive from a file."""
    lines = read_goods_file("goods", content)
    with hall.work() as uow:
        return receive_lines(
            uow, hall=hall.hall, lines=lines, good_lines=good_lines, manifest=manifest
        )


def verdicts(report: GoodsReport) -> list[str]:
    """Give the verdicts in the order of the lines."""
    return [line.verdict for line in report.lines]


def test_every_line_has_its_verdict_and_nothing_is_posted_unless_good_lines_are_asked(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    good, here, there, twice = (new_imei() for _ in range(4))
    stock(hall, "P1", [here])
    stock(other_hall, "P1", [there])
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    rows: list[Row] = [
        ["物品编码", "串号", "数量"],
        ["P1", good, 1],
        ["P1", wrong, 1],
        ["P1", new_imei()[:14], 1],
        ["P1", here, 1],
        ["P1", there, 1],
        ["P1", twice, 1],
        ["P1", twice, 1],
        ["S1", 89860112345678901237, 1],
        ["S1", "8.98601E+19", 1],
        ["P9", new_imei(), 1],
        ["P1", new_imei(), 2],
        ["S1", "89860012345678901234", 1],
        ["G1", "", 0],
        ["G1", "", 4],
    ]
    expected = [
        "good",
        "wrong_number",
        "proposed",
        "in_stock_here",
        "in_stock_elsewhere",
        "good",
        "twice",
        "mangled",
        "mangled",
        "unknown_item",
        "wrong_quantity",
        "wrong_number",
        "mangled",
        "good",
    ]
    before = everything(hall)
    report = take(hall, as_xlsx(rows))
    assert (verdicts(report), report.number) == (expected, "")
    assert everything(hall) == before
    assert [line.line_no for line in report.bad][:2] == [3, 4]
    assert all(line.reason is not None for line in report.bad)
    gifts = held(hall).get(("store", "G1"), 0)
    taken = take(hall, as_xlsx(rows), good_lines=True)
    assert taken.number.startswith("2026-RK-")
    assert taken.counts()["good"] == 3
    assert {good, twice} <= set(whereabouts(hall))
    assert held(hall)["store", "G1"] == gifts + 4
    assert verdicts(take(hall, as_csv(rows), good_lines=True))[0] == "in_stock_here"


def test_a_file_nobody_can_read_is_refused_whole(hall: OpenHall) -> None:
    for rows in (
        [],
        [["物品编码", "价钱"], ["P1", "1"]],
        [["串号"], ["1"]],
        [["item", "item", "serial"], ["P1", "P1", "1"]],
    ):
        with pytest.raises(BadInput):
            read_goods_file("goods.csv", as_csv([list(row) for row in rows]))


def test_stk_01_second_names_and_runs_come_by_file(hall: OpenHall) -> None:
    first, second = new_imei(), new_imei()
    start = new_iccid()
    know_goods(hall)
    body = start[:19]
    last = f"{int(body) + 9:019d}"
    rows: list[Row] = [
        ["item", "serial", "serial_to", "quantity", "second", "meid", "unit_cost"],
        ["P1", first, "", 1, second, "a1000012345678", "999.00"],
        ["S1", body, last, 10, "", "", ""],
        ["S1", body, last, 9, "", "", ""],
    ]
    report = take(hall, as_csv(rows), good_lines=True)
    assert verdicts(report) == ["good", "good", "wrong_quantity"]
    assert (held(hall)["store", "S1"], whereabouts(hall)[start]) == (10, "store")
    move(hall, "draw", MoveLine("", 0, second, holder="A01"))
    assert whereabouts(hall)[first] == "clerk A01"


def test_a_receipt_against_a_manifest_lists_expected_unexpected_and_missing(
    hall: OpenHall,
) -> None:
    know_goods(hall)
    serials = [new_imei() for _ in range(3)]
    stray = new_imei()
    rows: list[Row] = [["item", "serial", "quantity"]]
    rows += [["P1", one, 1] for one in serials]
    rows.append(["G1", "", 10])
    lines = read_goods_file("m.csv", as_csv(rows))
    named = {"source": "department", "sender": "省公司", "reference": f"PB-{stray}"}
    with hall.work() as uow:
        manifest, report = expect_lines(uow, hall=hall.hall, lines=lines, **named)  # type: ignore[arg-type]
        assert manifest is not None
        assert not report.bad
        number = manifest.id
    with refused(hall, AwaitedAlready), hall.work() as uow:
        expect_lines(uow, hall=hall.hall, lines=lines, **named)  # type: ignore[arg-type]
    came = as_csv(
        [["item", "serial", "quantity"], ["P1", serials[0], 1], ["P1", stray, 1], ["G1", "", 4]]
    )
    assert verdicts(take(hall, came, manifest=number)) == ["good", "unexpected", "good"]
    before = held(hall).get(("store", "G1"), 0)
    taken = take(hall, came, manifest=number, good_lines=True)
    assert (taken.missing, taken.number[:8]) == (2 + 6, "2026-RK-")
    assert held(hall)["store", "G1"] == before + 4
    with hall.read() as uow:
        missing = [(one.serial, one.missing) for one in awaited_lines(uow, hall.hall, number)]
    assert missing == [(serials[0], 0), (serials[1], 1), (serials[2], 1), ("", 6)]
    with refused(hall, NotAwaited), hall.work() as uow:
        receive_manifest(uow, hall=hall.hall, number=number, lines=[MoveLine("P1", 1, serials[0])])
    with hall.work() as uow:
        _, compared = receive_manifest(
            uow,
            hall=hall.hall,
            number=number,
            lines=[MoveLine("P1", 1, stray), MoveLine("P1", 1, serials[1])],
            take_unexpected=True,
        )
    assert [one.serial for one in compared.unexpected] == [stray]
    with hall.work() as uow:
        receive_manifest(uow, hall=hall.hall, number=number)
        manifest = uow.session.get(Manifest, (hall.id, number))
        assert manifest is not None
        assert manifest.state == "closed"
