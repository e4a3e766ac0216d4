"""A new stock document: its kind in plain words, then one form whose lines are scanned."""

from __future__ import annotations

from collections.abc import Mapping

from flask import make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, actor, engine, hall, needs, pages, reading, working
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.move_forms import (
    COSTED,
    NOTHING_BLANK,
    PLAIN_WORDS,
    field_of,
    fields_of,
    first_facts,
    kinds_to_make,
    left_blank,
    may_make,
)
from backoffice.pages.sheets_shown import counters_of, item_names, sums_of_items
from backoffice.pages.shell import say
from backoffice.transfers import forward_transfers
from ledger.errors import BackofficeError
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.kinds import PAPER_KINDS
from stock.scan_sheets import (
    confirm_scan,
    count_sheet,
    drop_sheet,
    facts_of_sheet,
    find_sheet,
    lines_of_sheet,
    open_sheets,
    undo_scan,
)
from stock.scan_tables import ScanSheet
from stock.scan_verdicts import PROPOSED, VERDICTS
from stock.sheet_documents import COST, make_document
from stock.sheet_rules import expected_pieces
from stock.sheet_work import begin_sheet, state_on_sheet

NEW = Text("新单据", "New document")
VALUE_LIMIT = 500
SHOWN_LINES = 500
# Who writes documents of goods: the keeper all kinds, a clerk those of his own custody.
MAKERS = (("stock", "submit"), ("custody", "submit"))
MADE = Text("单据已入账。", "The document is posted.")
WAITS = Text("单据已提交,等对方确认或审批。", "Submitted; it waits for its signatures.")
BY_MANIFEST = Text("按应到清单收货", "Received against what was awaited")
DROPPED = Text("草稿已弃用。", "The draft was put aside.")


@pages.get("/halls/<hall>/goods/new")
@needs(*MAKERS)
def choose_move() -> str:
    """Let the visitor choose a kind of document, or go on with a sheet begun."""
    with reading() as uow:
        sheets = [sheet for sheet in open_sheets(uow, hall()) if sheet.kind in PAPER_KINDS]
        return show_goods(
            uow,
            "pages/move_new.html",
            page="new",
            title=NEW,
            groups=kinds_to_make(),
            kinds=PAPER_KINDS,
            plain=PLAIN_WORDS,
            sheets=[(sheet, count_sheet(uow, sheet).scanned) for sheet in sheets],
        )


@pages.post("/halls/<hall>/goods/new")
@needs(*MAKERS)
def begin_move() -> Response:
    """Begin a sheet of the kind chosen; what the form holds and a first serial may come along."""
    kind = request.form.get("kind", "")
    if not may_make(kind):
        paper = PAPER_KINDS.get(kind)
        area = paper.text if paper else "stock"
        raise NotPermitted(actor=actor().label, action="submit", area=area)
    sheet_id = 0

    def do(uow: UnitOfWork) -> None:
        nonlocal sheet_id
        facts = first_facts(uow, kind)
        known = {field.name for field in fields_of(uow, kind)}
        facts |= {name: value for name, value in request.form.items() if name in known}
        serial = request.form.get("serial", "").strip()
        codes = [serial] if serial else []
        sheet_id = begin_sheet(uow, hall=hall(), kind=kind, facts=facts, codes=codes).id

    if not act_once(do):
        with reading() as uow:
            sheet_id = open_sheets(uow, hall())[-1].id
    return redirect(sheet_url(sheet_id))


@pages.get("/halls/<hall>/goods/sheets/<int:sheet_id>")
@needs(*MAKERS)
def show_sheet(sheet_id: int) -> str | Response:
    """Show the form of a sheet with what was scanned; a finished one leads to its document."""
    with reading() as uow:
        sheet = find_sheet(uow, hall(), sheet_id)
        if sheet.state == "made":
            number = sheet.document_number
            return redirect(url_for("pages.show_paper", hall=hall().code, number=number))
        if sheet.state == "dropped":
            return redirect(url_for("pages.choose_move", hall=hall().code))
        return _sheet_page(uow, sheet, facts_of_sheet(sheet))


@pages.post("/halls/<hall>/goods/sheets/<int:sheet_id>")
@needs(*MAKERS)
def do_sheet(sheet_id: int) -> Response:
    """Keep what was typed, and scan, make the document or drop the sheet, as the button says."""
    act = request.form.get("act", "make")
    if act == "drop":
        act_once(lambda uow: drop_sheet(uow, find_sheet(uow, hall(), sheet_id, lock=True)))
        say(DROPPED)
        return redirect(url_for("pages.choose_move", hall=hall().code))
    typed = _keep(sheet_id)
    if act == "scan":
        return redirect(url_for("pages.show_scan", hall=hall().code, sheet_id=sheet_id))
    if act.startswith(("strike:", "confirm:")):
        _act_on_line(sheet_id, act)
        return redirect(f"{sheet_url(sheet_id)}#lines")
    if act != "make":
        return redirect(sheet_url(sheet_id))
    return _make(sheet_id, typed)


def _make(sheet_id: int, typed: Mapping[str, str]) -> Response:
    number, posted = "", False
    with reading() as uow:
        sheet = find_sheet(uow, hall(), sheet_id)
        if blank := left_blank(fields_of(uow, sheet.kind), typed):
            return make_response(_sheet_page(uow, sheet, typed, blank=blank), 422)

    def do(uow: UnitOfWork) -> None:
        nonlocal number, posted
        sheet = find_sheet(uow, hall(), sheet_id, lock=True)
        good_only = request.form.get("good_only") == "1"
        document = make_document(uow, hall(), sheet, typed, good_only=good_only)
        number, posted = document.number or "", document.state == "posted"

    try:
        done = act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            sheet = find_sheet(uow, hall(), sheet_id)
            return make_response(_sheet_page(uow, sheet, typed, refused), 422)
    if not done:
        return redirect(sheet_url(sheet_id))
    forward_transfers(engine())
    say(MADE if posted else WAITS, "good" if posted else "wait")
    return redirect(url_for("pages.show_paper", hall=hall().code, number=number))


def _keep(sheet_id: int) -> dict[str, str]:
    """Keep the form as typed; where what the document takes changed, judge the scans again."""
    with working() as uow:
        sheet = find_sheet(uow, hall(), sheet_id, lock=True)
        names = {field.name for field in fields_of(uow, sheet.kind)}
        typed = {
            name: value.strip()[:VALUE_LIMIT]
            for name, value in request.form.items()
            if name in names or name.startswith(COST)
        }
        # A box that is not ticked is not sent.
        typed |= {name: "" for name in names if name not in typed}
        return facts_of_sheet(state_on_sheet(uow, hall=hall(), sheet_id=sheet_id, facts=typed))


def _act_on_line(sheet_id: int, act: str) -> None:
    verb, _, number = act.partition(":")
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        raise BadRequest
    with working() as uow:
        sheet = find_sheet(uow, hall(), sheet_id, lock=True)
        (undo_scan if verb == "strike" else confirm_scan)(uow, sheet, int(number))


def _sheet_page(
    uow: UnitOfWork,
    sheet: ScanSheet,
    typed: Mapping[str, str],
    error: BackofficeError | None = None,
    blank: Mapping[str, Text] = NOTHING_BLANK,
) -> str:
    kind = PAPER_KINDS[sheet.kind]
    fields = fields_of(uow, sheet.kind)
    lines = lines_of_sheet(uow, sheet)
    said = Text(error.message("zh"), error.message("en")) if error else None
    at = field_of(error, fields) if error else ""
    serial = str(error.facts.get("serial", "")) if error else ""
    return show_goods(
        uow,
        "pages/sheet.html",
        page="new",
        title=kind.text,
        sheet=sheet,
        kind=kind,
        plain=PLAIN_WORDS.get(sheet.kind, BY_MANIFEST),
        fields=fields,
        typed=typed,
        error=said,
        beside={at: said} if at else blank,
        error_serial=serial,
        lines=lines[-SHOWN_LINES:][::-1],
        line_count=len(lines),
        count=count_sheet(uow, sheet),
        counters=counters_of(uow, sheet, expected=expected_pieces(uow, hall(), sheet.kind, typed)),
        sums=sums_of_items(uow, lines),
        names=item_names(uow, {line.item for line in lines}),
        verdicts=VERDICTS,
        note=lambda line: Text(line.note_zh, line.note_en),
        proposed=PROPOSED,
        costed=sheet.kind in COSTED,
    )


def sheet_url(sheet_id: int) -> str:
    """Give the address of a sheet's form."""
    return url_for("pages.show_sheet", hall=hall().code, sheet_id=sheet_id)
