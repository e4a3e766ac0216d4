"""`stock label round ..`: each label that is up scanned against what it must show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting, in_both
from backoffice.database import begin_read, begin_work
from backoffice.item_answers import label_result_payload, label_scan_payload, round_payload
from backoffice.label_lists import round_workbook
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from stock.label_rounds import (
    RIGHT,
    VERDICTS,
    LabelResult,
    begin_round,
    find_round,
    finish_round,
    round_results,
    scan_labels,
)

NUMBER = click.argument("number", metavar="ROUND", type=WholeNumber())


@command("begin", Text("开始签价巡检。", "Begin a round of the labels."))
@hall_option()
@as_option()
@pass_console
def begin(console: Console, /, **given: Any) -> None:
    """Begin a round."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        shown = round_payload(begin_round(uow, hall=find_hall(uow, given["hall_code"])))
    console.give(
        shown, Text(f"巡检 {shown['round']} 已开始。", f"Round {shown['round']} is begun.")
    )


@command("scan", Text("扫价签:参数或标准输入每行一个。", "Take labels, of standard input too."))
@NUMBER
@click.argument("codes", nargs=-1, metavar="CODE...")
@hall_option()
@as_option()
@pass_console
def scan(console: Console, /, **given: Any) -> None:
    """Take the codes of labels that are up."""
    engine, actor = acting(console, given)
    codes = list(given["codes"]) or [line.strip() for line in sys.stdin if line.strip()]
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        scans = scan_labels(uow, hall=hall, number=given["number"], codes=codes)
        told = [label_scan_payload(one, console.language) for one in scans]
    console.give(
        {"round": given["number"], "scans": told},
        *(in_both(f"{one['code']} {one['verdict_name']}") for one in told),
    )


@command("finish", Text("结束巡检,不符的列入待更换。", "End a round; wrong labels wait then."))
@NUMBER
@hall_option()
@as_option()
@pass_console
def finish(console: Console, /, **given: Any) -> None:
    """End a round."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        results = finish_round(uow, hall=hall, number=given["number"])
        shown = round_payload(find_round(uow, hall, given["number"]))
    _give(console, shown, results)


@command("show", Text("一次巡检的结果。", "What a round found."))
@NUMBER
@hall_option()
@option("--xlsx", type=click.Path(path_type=Path), said=Text("写入工作簿。", "Write a workbook."))
@as_option()
@pass_console
def show(console: Console, /, **given: Any) -> None:
    """Show a round with every position's label."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "items", "view")
        one = find_round(uow, hall, given["number"])
        results = round_results(uow, hall, given["number"])
        shown = round_payload(one)
        if given["xlsx"] is not None:
            content = round_workbook(hall, one, results, language=console.paper_language)
            given["xlsx"].write_bytes(content)
    _give(console, shown, results)


def _give(console: Console, shown: dict[str, object], results: list[LabelResult]) -> None:
    told = [label_result_payload(one, console.language) for one in results]
    bad = [one for one in results if one.verdict != RIGHT]
    console.give(
        {**shown, "results": told},
        *(
            Text(f"{one.position} {said.zh}", f"{one.position} {said.en}")
            for one in bad
            for said in [VERDICTS[one.verdict]]
        ),
        Text(
            f"价签位 {len(results)} 个,不符 {len(bad)} 个。",
            f"{len(results)} positions, {len(bad)} not right.",
        ),
    )


label_round = group("round", Text("签价巡检。", "Rounds of the labels."), begin, scan, finish, show)
