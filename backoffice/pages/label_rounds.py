"""Rounds of the labels: scanning each label that is up against what it must show."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from backoffice.downloads import XLSX, download
from backoffice.label_lists import round_workbook
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.labels import LABELS
from backoffice.pages.scanning import (
    ScanAnswer,
    ScanRow,
    answer_scan,
    read_scan,
    refuse_scan,
    scan_once,
)
from backoffice.pages.shell import say
from backoffice.pages.showing import language
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.label_rounds import (
    MISSING,
    RIGHT,
    VERDICTS,
    LabelResult,
    begin_round,
    find_round,
    finish_round,
    last_scans,
    list_rounds,
    round_results,
    scan_labels,
)
from stock.label_tables import LabelScan

ROUND = Text("签价巡检", "Round of labels")
AGAIN = Text("已记录。", "Taken already.")
ENDED = Text(
    "巡检已结束,不符的已列入待更换。", "The round is ended; what is wrong waits to be changed."
)
LAST = 30
LOOK, ACT = (("items", "view"),), (("labels", "confirm"),)


@pages.get("/halls/<hall>/label-rounds")
@needs(*LOOK)
def list_label_rounds() -> str:
    """List the rounds, the latest first."""
    with reading() as uow:
        rounds = list_rounds(uow, hall())
        return show_goods(
            uow,
            "pages/label_rounds.html",
            page="labels",
            title=ROUND,
            trail=((LABELS, url_for("pages.list_labels", hall=hall().code)),),
            rounds=rounds,
            going=any(one.finished_at is None for one in rounds),
        )


@pages.post("/halls/<hall>/label-rounds")
@needs(*ACT)
def begin_label_round() -> Response:
    """Begin a round, or go on with the one under way."""
    act_once(lambda uow: begin_round(uow, hall=hall()))
    with reading() as uow:
        number = list_rounds(uow, hall(), most=1)[0].id
    return redirect(url_for("pages.show_label_round", hall=hall().code, number=number))


@pages.get("/halls/<hall>/label-rounds/<int:number>")
@needs(*LOOK)
def show_label_round(number: int) -> str:
    """Show a round: the scanning form while it is under way, and every position's label."""
    with reading() as uow:
        one = find_round(uow, hall(), number)
        results = round_results(uow, hall(), number)
        return show_goods(
            uow,
            "pages/label_round.html",
            page="labels",
            title=Text(f"{ROUND.zh} {number}", f"{ROUND.en} {number}"),
            trail=((ROUND, url_for("pages.list_label_rounds", hall=hall().code)),),
            one=one,
            may_scan=one.finished_at is None and allowed("labels", "confirm"),
            store=f"labels-{hall().code}-{actor().person_id}-{number}",
            counters=_counters(results),
            rows=_rows(uow, number),
            results=results,
            verdicts=VERDICTS,
        )


@pages.post("/halls/<hall>/label-rounds/<int:number>/scan")
@needs(*ACT)
def do_scan_label(number: int) -> Response:
    """Take a label's code and say whether it is the right one; sent twice it is one scan."""
    page = url_for("pages.show_label_round", hall=hall().code, number=number)
    scanned = read_scan()
    taken: list[LabelScan] = []

    def do(uow: UnitOfWork) -> None:
        taken.extend(scan_labels(uow, hall=hall(), number=number, codes=scanned.codes))

    try:
        scan_once(scanned, do)
    except BackofficeError as refused:
        return refuse_scan(refused, page)
    with reading() as uow:
        rows = _rows(uow, number)
        counters = _counters(round_results(uow, hall(), number))
    bad = [scan for scan in taken if scan.verdict != RIGHT]
    said = rows[0].text if taken and rows else AGAIN
    code = rows[0].code if taken and rows else ""
    answer = ScanAnswer(
        verdict=taken[-1].verdict if taken else "again",
        tone="bad" if bad else "good",
        text=Text(f"{code} {said.zh}".strip(), f"{code} {said.en}".strip()),
        counters={name: count for name, _, count in counters},
        rows=rows,
    )
    return answer_scan(answer, page)


@pages.post("/halls/<hall>/label-rounds/<int:number>/end")
@needs(*ACT)
def end_label_round(number: int) -> Response:
    """End a round: wrong and missing labels wait to be changed."""
    if act_once(lambda uow: finish_round(uow, hall=hall(), number=number)):
        say(ENDED)
    return redirect(url_for("pages.show_label_round", hall=hall().code, number=number))


@pages.get("/halls/<hall>/label-rounds/<int:number>/results.xlsx")
@needs(*LOOK)
def label_round_workbook(number: int) -> Response:
    """Give what a round found as a workbook."""
    with reading() as uow:
        one = find_round(uow, hall(), number)
        content = round_workbook(
            hall(), one, round_results(uow, hall(), number), language=language()
        )
    return download(content, XLSX, f"label-round-{hall().code}-{number}.xlsx")


def _counters(results: list[LabelResult]) -> list[tuple[str, Text, int]]:
    scanned = [one for one in results if one.verdict != MISSING]
    right = sum(one.verdict == RIGHT for one in scanned)
    return [
        ("expected", Text("应有", "Should be"), len(results)),
        ("right", Text("相符", "Right"), right),
        ("wrong", Text("不符", "Not right"), len(scanned) - right),
    ]


def _rows(uow: UnitOfWork, number: int) -> list[ScanRow]:
    return [
        ScanRow(scan.code, "good" if scan.verdict == RIGHT else "bad", VERDICTS[scan.verdict])
        for scan in last_scans(uow, hall(), number, most=LAST)
    ]
