"""Scanning in a count: by scanner, camera, paste or file; nothing expected is ever sent here."""

from __future__ import annotations

import re

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.count_files import read_codes
from backoffice.pages.counts import COUNTS
from backoffice.pages.door import act_once, actor, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.scanning import (
    ScanAnswer,
    Scanned,
    ScanRow,
    answer_scan,
    read_scan,
    refuse_scan,
    scan_once,
)
from backoffice.pages.shell import say
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_errors import UnknownScan
from stock.count_scans import (
    Taken,
    enter_quantities,
    entered_numbers,
    last_scans,
    quantity_items,
    scan_codes,
    undo_scan,
)
from stock.count_tables import VERDICTS, Count
from stock.counts import find_count, require_counting

TONES = {
    "taken": "good",
    "quantity": "good",
    "undone": "good",
    "twice": "wait",
    "unknown": "wait",
    "unreadable": "bad",
    "several": "bad",
}
SHOWN_ITEMS = 300
NUMBER = re.compile(r"[0-9]{1,7}")
COUNTERS = (
    ("scanned", Text("已扫", "Scanned")),
    ("twice", Text("重复", "Twice")),
    ("unknown", Text("不在账上", "Not in books")),
    ("unreadable", Text("未识别", "Not read")),
)


@pages.get("/halls/<hall>/counts/<int:number>/scan")
@needs(("count", "scan"))
def show_count_scan(number: int) -> str:
    """Show the scanning page, just as it was left, on whatever device."""
    with reading() as uow:
        count = find_count(uow, hall().id, number)
        require_counting(uow, count)
        figures = counters_of(count)
        items = quantity_items(uow, count)
        return show_goods(
            uow,
            "pages/count_scan.html",
            page="counts",
            title=Text(f"扫码盘点 {number}", f"Scan: count {number}"),
            trail=((COUNTS, url_for("pages.show_counts", hall=hall().code)),),
            count=count,
            store=f"count-{hall().code}-{number}-{count.round}-{actor().person_id}",
            counters=[(name, word, figures[name]) for name, word in COUNTERS],
            rows=_rows(uow, count),
            items=items[:SHOWN_ITEMS],
            numbers=entered_numbers(uow, count),
            finisher=uow.actor.person_id == count.counter_id,
        )


@pages.post("/halls/<hall>/counts/<int:number>/scan")
@needs(("count", "scan"))
def do_count_scan(number: int) -> Response:
    """Take a scan, many pasted codes, or an undo."""
    scanned = read_scan()
    page = url_for("pages.show_count_scan", hall=hall().code, number=number)
    done: list[Taken] = []

    def do(uow: UnitOfWork) -> None:
        if scanned.undo:
            if not scanned.undo.isdecimal():
                raise UnknownScan(scan=scanned.undo)
            undo_scan(uow, hall=hall(), count_no=number, scan_no=int(scanned.undo))
        else:
            done.extend(scan_codes(uow, hall=hall(), count_no=number, codes=list(scanned.codes)))

    try:
        scan_once(scanned, do)
    except BackofficeError as refused:
        return refuse_scan(refused, page)
    with reading() as uow:
        count = find_count(uow, hall().id, number)
        rows = _rows(uow, count)
        verdict, text = _said(scanned, done)
        answer = ScanAnswer(verdict, TONES[verdict], text, counters_of(count), rows)
    return answer_scan(answer, page)


@pages.post("/halls/<hall>/counts/<int:number>/numbers")
@needs(("count", "scan"))
def do_count_numbers(number: int) -> Response:
    """Take the numbers keyed of items counted by quantity; an empty field says nothing."""
    page = url_for("pages.show_count_scan", hall=hall().code, number=number)
    keyed = {
        name.removeprefix("q-"): value.strip()
        for name, value in request.form.items()
        if name.startswith("q-") and value.strip()
    }
    if not all(
        value.isascii() and value.isdecimal() and len(value) < 8 for value in keyed.values()
    ):
        say(Text("数量须为 0 至 9999999 的整数。", "Numbers are whole, 0 to 9999999."), "bad")
        return redirect(page)

    def do(uow: UnitOfWork) -> None:
        standing = entered_numbers(uow, find_count(uow, hall().id, number))
        changed = {
            item: int(value) for item, value in keyed.items() if standing.get(item) != int(value)
        }
        enter_quantities(uow, hall=hall(), count_no=number, quantities=changed)

    try:
        act_once(do)
    except BackofficeError as refused:
        say(Text(refused.message("zh"), refused.message("en")), "bad")
    else:
        say(Text(f"已记 {len(keyed)} 项数量。", f"{len(keyed)} numbers taken."))
    return redirect(page)


@pages.post("/halls/<hall>/counts/<int:number>/file")
@needs(("count", "scan"))
def do_count_file(number: int) -> Response:
    """Take the codes of a file as if each had been scanned."""
    page = url_for("pages.show_count_scan", hall=hall().code, number=number)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest
    codes = read_codes(upload.filename, upload.read())
    done: list[Taken] = []
    if act_once(
        lambda uow: done.extend(scan_codes(uow, hall=hall(), count_no=number, codes=codes))
    ):
        verdict, text = _said(Scanned(tuple(codes), "", ""), done)
        say(text, TONES[verdict])
    return redirect(page)


def counters_of(count: Count) -> dict[str, int]:
    """Give what the counter may see of his own scans."""
    return {
        "scanned": count.taken + count.unknown,
        "twice": count.twice,
        "unknown": count.unknown,
        "unreadable": count.unreadable,
    }


def _rows(uow: UnitOfWork, count: Count) -> list[ScanRow]:
    return [
        ScanRow(
            row.value,
            TONES[row.verdict],
            _with_quantity(VERDICTS[row.verdict], row.quantity)
            if row.verdict == "quantity"
            else VERDICTS[row.verdict],
            str(row.scan_no),
        )
        for row in last_scans(uow, count)
    ]


def _with_quantity(text: Text, quantity: int) -> Text:
    return Text(f"{text.zh} {quantity}", f"{text.en}: {quantity}")


def _said(scanned: Scanned, done: list[Taken]) -> tuple[str, Text]:
    """Give verdict and sentence: of one code its own, of many how many of each."""
    if scanned.undo:
        return "undone", VERDICTS["undone"]
    if not done:
        return "taken", Text("已收到过,未重复记。", "Had come before; not taken twice.")
    if len(done) == 1:
        one = done[0]
        text = VERDICTS[one.verdict]
        return one.verdict, Text(f"{one.value} {text.zh}", f"{one.value} {text.en}")
    worst = max((one.verdict for one in done), key=list(TONES).index)
    numbers = {verdict: sum(one.verdict == verdict for one in done) for verdict in TONES}
    parts = [(VERDICTS[verdict], number) for verdict, number in numbers.items() if number]
    return worst, Text(
        f"{len(done)} 个条码:" + ",".join(f"{text.zh} {number}" for text, number in parts),
        f"{len(done)} codes: " + ", ".join(f"{text.en} {number}" for text, number in parts),
    )
