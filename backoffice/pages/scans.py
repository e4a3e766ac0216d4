"""Scanning onto a sheet: by wedge scanner, camera, paste, file or by a quantity typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.pages.door import actor, hall, needs, pages, reading, working
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.move_forms import fields_of, holders_here
from backoffice.pages.moves import MAKERS, sheet_url
from backoffice.pages.scanning import (
    ScanAnswer,
    Scanned,
    answer_scan,
    read_scan,
    refuse_scan,
    scan_once,
)
from backoffice.pages.sheets_shown import Counter, counters_of, item_names, last_rows, row_of
from backoffice.pages.shell import say
from backoffice.sheet_files import SheetFile, read_sheet_file
from ledger.accounts import Commodity
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.kinds import PAPER_KINDS
from stock.scan_reading import codes_in
from stock.scan_sheets import (
    codes_held_by,
    confirm_scan,
    facts_of_sheet,
    find_sheet,
    keep_facts,
    undo_scan,
)
from stock.scan_tables import ScanLine, ScanSheet
from stock.scan_verdicts import ON_THE_DOCUMENT, VERDICTS
from stock.sheet_rules import BRINGS, expected_pieces
from stock.sheet_work import scan_onto

SCAN = Text("扫码", "Scan")
SHOWN_BAD = 10
UNDONE = Text("已撤销:", "Undone:")
CONFIRMED = Text("已确认:", "Confirmed:")
NOTHING = Text("没有读到号码。", "There was no number in it.")
NO_SUCH_SCAN = Text("没有这条扫描,或已处理过。", "There is no such scan, or it was dealt with.")


@pages.get("/halls/<hall>/goods/sheets/<int:sheet_id>/scan")
@needs(*MAKERS)
def show_scan(sheet_id: int) -> str | Response:
    """Show the scanning page of a sheet."""
    with reading() as uow:
        sheet = find_sheet(uow, hall(), sheet_id)
        if sheet.state != "open":
            return redirect(sheet_url(sheet_id))
        kind = PAPER_KINDS[sheet.kind]
        facts = facts_of_sheet(sheet)
        fields = fields_of(uow, sheet.kind)
        brings = sheet.kind in BRINGS
        return show_goods(
            uow,
            "pages/sheet_scan.html",
            page="new",
            title=Text(f"{SCAN.zh} {kind.text.zh}", f"{SCAN.en}: {kind.text.en}"),
            trail=((kind.text, sheet_url(sheet_id)),),
            sheet=sheet,
            kind=kind,
            store=f"sheet-{hall().code}-{actor().person_id}-{sheet.id}",
            counters=_counters(uow, sheet),
            rows=last_rows(uow, sheet),
            between=_between(uow, facts),
            item=facts.get("item", ""),
            items=next((f.choices for f in fields if f.name == "item"), ()) if brings else (),
            counted=_counted(uow),
            held=facts.get("holder", "") if sheet.kind in ("handover", "return") else "",
        )


@pages.post("/halls/<hall>/goods/sheets/<int:sheet_id>/scan")
@needs(*MAKERS)
def do_scan(sheet_id: int) -> Response:
    """Take a scan or undo one, and say what became of it; the same scan sent twice is one."""
    page = scan_url(sheet_id)
    scanned = read_scan()
    lines: list[ScanLine] = []
    acted: ScanLine | None = None

    def do(uow: UnitOfWork) -> None:
        nonlocal acted
        if scanned.undo or scanned.confirm:
            sheet = find_sheet(uow, hall(), sheet_id, lock=True)
            act = undo_scan if scanned.undo else confirm_scan
            acted = _act(uow, sheet, act, scanned.undo or scanned.confirm)
            return
        lines.extend(scan_onto(uow, hall=hall(), sheet_id=sheet_id, codes=scanned.codes))

    try:
        scan_once(scanned, do)
    except BackofficeError as refused:
        return refuse_scan(refused, page)
    with reading() as uow:
        sheet = find_sheet(uow, hall(), sheet_id)
        verdict, tone, text = _said(uow, lines, acted, scanned)
        answer = ScanAnswer(
            verdict=verdict,
            tone=tone,
            text=text,
            counters={name: number for name, _, number in _counters(uow, sheet)},
            rows=last_rows(uow, sheet),
        )
    return answer_scan(answer, page)


@pages.post("/halls/<hall>/goods/sheets/<int:sheet_id>/many")
@needs(*MAKERS)
def do_many(sheet_id: int) -> Response:
    """Take a pasted list, a text file, a typed quantity, or all that the giver holds."""
    form = request.form
    codes = list(codes_in(form.get("pasted", "")))
    read = SheetFile()
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            read = read_sheet_file(file.filename, file.stream.read())
        except BackofficeError as refused:
            say(Text(refused.message("zh"), refused.message("en")), "bad")
            return redirect(scan_url(sheet_id))
    item, quantity = form.get("counted", ""), form.get("quantity", "").strip()
    if item and quantity.isascii() and quantity.isdecimal() and int(quantity[:6]) > 0:
        codes.append(f"{item}*{quantity[:6]}")
    with working() as uow:
        sheet = find_sheet(uow, hall(), sheet_id, lock=True)
        facts = facts_of_sheet(sheet)
        if form.get("all_held") and facts.get("holder"):
            codes += codes_held_by(uow, hall(), facts["holder"])
        if "item" in form:
            keep_facts(uow, sheet, {"item": form["item"][:64]})
        codes = [*read.codes, *codes]
        lines = scan_onto(uow, hall=hall(), sheet_id=sheet_id, codes=codes, facts=read.facts)
        good = sum(line.verdict in ON_THE_DOCUMENT for line in lines)
        told = _bad_lines(lines, read.lines)
    if lines:
        _say_sums(good, len(lines) - good, told)
    elif "item" not in form:
        say(NOTHING, "bad")
    return redirect(scan_url(sheet_id))


def scan_url(sheet_id: int) -> str:
    """Give the address of a sheet's scanning page."""
    return url_for("pages.show_scan", hall=hall().code, sheet_id=sheet_id)


def _counters(uow: UnitOfWork, sheet: ScanSheet) -> list[Counter]:
    expected = expected_pieces(uow, hall(), sheet.kind, facts_of_sheet(sheet))
    return counters_of(uow, sheet, expected=expected)


def _counted(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Give the items counted by quantity, code and name."""
    rows = uow.session.execute(
        select(Commodity.code, Commodity.name)
        .where(Commodity.tracking == "quantity", Commodity.category.in_(tuple(GOODS)))
        .order_by(Commodity.code)
    )
    return [(code, name) for code, name in rows]


def _act(
    uow: UnitOfWork,
    sheet: ScanSheet,
    act: Callable[[UnitOfWork, ScanSheet, int], ScanLine | None],
    number: str,
) -> ScanLine | None:
    known = number.isascii() and number.isdecimal() and len(number) < 9
    return act(uow, sheet, int(number)) if known else None


def _said(
    uow: UnitOfWork,
    lines: list[ScanLine],
    acted: ScanLine | None,
    scanned: Scanned,
) -> tuple[str, str, Text]:
    """Give verdict, tone and sentence: of one scan its own, of several the worst and a sum."""
    if scanned.undo or scanned.confirm:
        if acted is None:
            return "nothing", "wait", NO_SUCH_SCAN
        done = UNDONE if scanned.undo else CONFIRMED
        number = acted.code if scanned.undo else acted.serial
        return "done", "good", Text(f"{done.zh} {number}", f"{done.en} {number}")
    if not lines:
        # Sent again after its answer was lost: it is on the sheet already.
        return "again", "good", Text("已记录。", "On the sheet already.")
    names = item_names(uow, {line.item for line in lines})
    if len(lines) == 1:
        row = row_of(lines[0], names)
        text = Text(f"{row.code} {row.text.zh}", f"{row.code} {row.text.en}")
        return lines[0].verdict, row.tone, text
    bad = [line for line in lines if line.verdict not in ON_THE_DOCUMENT]
    tones = {VERDICTS[line.verdict].tone for line in lines}
    tone = next(one for one in ("bad", "wait", "good") if one in tones)
    return "several", tone, _sums(len(lines) - len(bad), len(bad))


def _say_sums(good: int, bad: int, told: Text) -> None:
    sums = _sums(good, bad)
    say(Text(f"{sums.zh}{told.zh}", f"{sums.en}{told.en}"), "bad" if bad else "good")


def _bad_lines(scans: Sequence[ScanLine], lines: Sequence[int]) -> Text:
    """Name the first bad lines of a file, each with its verdict; '' where there is none."""
    bad = [
        (line, VERDICTS[scan.verdict].text)
        for scan, line in zip(scans, lines, strict=False)
        if scan.verdict not in ON_THE_DOCUMENT
    ]
    shown = bad[:SHOWN_BAD]
    more = len(bad) - len(shown)
    return Text(
        "".join(f" 第{line}行 {said.zh};" for line, said in shown)
        + (f" 另有 {more} 行。" if more else ""),
        "".join(f" Line {line}: {said.en.lower()}." for line, said in shown)
        + (f" And {more} more." if more else ""),
    )


def _sums(good: int, bad: int) -> Text:
    if not bad:
        return Text(f"{good} 条已记入。", f"{good} taken.")
    return Text(f"{good} 条已记入,{bad} 条未记入。", f"{good} taken, {bad} not taken.")


def _between(uow: UnitOfWork, facts: dict[str, str]) -> list[Text]:
    """Give who gives and who takes, as far as the form says."""
    names = dict(holders_here(uow).all)
    return [names[facts[end]] for end in ("holder", "to_holder") if facts.get(end) in names]
