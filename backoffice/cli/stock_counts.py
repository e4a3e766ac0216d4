"""`stock count ..`: counts of goods; who acts proves it by `--as` and his password."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import click

from backoffice.cli.acting import as_option, find_actor, hall_option
from backoffice.cli.commands import Date, ExistingFile, WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.count_words import SHOWN, describe_count
from backoffice.cli.tables import draw_table
from backoffice.count_answers import count_head, count_payload, month_payload, scans_payload
from backoffice.count_files import read_codes
from backoffice.count_lists import count_workbook
from backoffice.database import begin_read, begin_work
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_months import LACKS, month_places
from stock.count_rounds import cancel_count, finish_count, recount
from stock.count_scans import scan_codes, undo_scan
from stock.count_settling import settle_count
from stock.count_tables import COUNT_KINDS, VERDICTS
from stock.counts import counts_in, find_count, list_counts, open_count

NUMBER = click.argument("number", metavar="COUNT", type=WholeNumber())
COUNTER = option(
    "--counter", required=True, metavar="NUMBER", said=Text("盘点人工号。", "Who scans.")
)
WITNESS = option(
    "--witness", required=True, metavar="NUMBER", said=Text("监盘人工号。", "Who stands by.")
)


@command("list", Text("列出盘点。", "List the counts."))
@hall_option()
@as_option()
@pass_console
def show_list(
    console: Console, hall_code: str, as_number: str | None, password_stdin: bool
) -> None:
    """List the counts one may see."""
    actor = find_actor(
        console,
        console.open_books(),
        as_number=as_number,
        hall_code=hall_code,
        password_stdin=password_stdin,
    )
    with begin_read(console.open_books(), actor) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "count", "scan")
        heads = [count_head(uow, one) for one in list_counts(uow, hall.id)]
    rows = [
        [str(h["count"]), str(h["date"]), str(h["kind"]), str(h["place"]), str(h["state"])]
        for h in heads
    ]
    console.give(
        {"hall": hall_code, "counts": heads}, *(Text(one, one) for one in draw_table(rows))
    )


@command("open", Text("开盘:账面留快照。", "Open a count; the books now are its snapshot."))
@hall_option()
@option(
    "--kind", type=click.Choice(list(COUNT_KINDS)), default="daily", said=Text("类型。", "Kind.")
)
@option(
    "--place",
    default="store",
    metavar="PLACE",
    said=Text("地点,如 store、“clerk A01”。", "Place, such as store or “clerk A01”."),
)
@COUNTER
@WITNESS
@option("--item", "items", multiple=True, said=Text("只盘此物品,可多次。", "These items alone."))
@option(
    "--category", "categories", multiple=True, said=Text("只盘此类别。", "These categories alone.")
)
@option("--date", "on", type=Date(), said=Text("营业日,默认今日。", "Business date, else today."))
@as_option()
@pass_console
def begin(
    console: Console,
    *,
    hall_code: str,
    kind: str,
    place: str,
    counter: str,
    witness: str,
    items: tuple[str, ...],
    categories: tuple[str, ...],
    on: dt.date | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Open a count."""

    def do(uow: UnitOfWork, hall: Hall) -> int:
        return open_count(
            uow,
            hall=hall,
            kind=kind,
            place=place,
            counter=counter,
            witness=witness,
            items=items,
            categories=categories,
            on=on,
        ).count_no

    _act(console, hall_code, as_number, password_stdin, do)


@command("show", Text("显示一次盘点。", "Show a count."))
@NUMBER
@hall_option()
@option(
    "--xlsx",
    type=click.Path(path_type=Path),
    said=Text("全部差异写入此工作簿。", "Write all differences into this workbook."),
)
@as_option()
@pass_console
def show(
    console: Console,
    *,
    number: int,
    hall_code: str,
    xlsx: Path | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Show a count; blind for whoever still counts."""

    def do(uow: UnitOfWork, hall: Hall) -> int:
        if not counts_in(uow, find_count(uow, hall.id, number)):
            require(uow, hall.id, "count", "view")
        if xlsx is not None:
            language = console.paper_language
            write_whole(xlsx, count_workbook(uow, hall, number, language=language))
        return number

    # Papers load fonts, which no other command should wait for.
    from backoffice.audit_papers import write_whole

    _act(console, hall_code, as_number, password_stdin, do)


@command(
    "scan",
    Text(
        "扫描条码:文件,或标准输入每行一个;ITEM*12 记数量。",
        "Take codes: of a file, or of standard input one a line; ITEM*12 is a number of an item.",
    ),
)
@NUMBER
@hall_option()
@option(
    "--file", "path", type=ExistingFile(), said=Text("CSV 或 xlsx 文件。", "A CSV or xlsx file.")
)
@option("--undo", type=WholeNumber(), said=Text("撤销此号扫描。", "Undo the scan of this number."))
@as_option()
@pass_console
def scan(
    console: Console,
    *,
    number: int,
    hall_code: str,
    path: Path | None,
    undo: int | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Take codes, or undo one scan."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    codes: list[str] = []
    if path is not None:
        codes = read_codes(path.name, path.read_bytes())
    elif undo is None:
        codes = [line.strip() for line in sys.stdin if line.strip()]
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        if undo is not None:
            undo_scan(uow, hall=hall, count_no=number, scan_no=undo)
        taken = scan_codes(uow, hall=hall, count_no=number, codes=codes) if codes else []
        head = count_head(uow, find_count(uow, hall.id, number))
    lines = [
        Text(f"{one.scan_no} {one.value} {said.zh}", f"{one.scan_no} {one.value} {said.en}")
        for one in taken[:SHOWN]
        for said in [VERDICTS[one.verdict]]
    ]
    total = Text(
        f"已扫 {head['scanned']},重复 {head['twice']},未识别 {head['unreadable']}。",
        f"{head['scanned']} scanned, {head['twice']} twice, {head['unreadable']} not read.",
    )
    console.give({"scans": scans_payload(taken, console.language), "count": head}, *lines, total)


@command(
    "finish", Text("宣布盘完,之后显示差异。", "Declare it finished; then see the differences.")
)
@NUMBER
@hall_option()
@as_option()
@pass_console
def finish(
    console: Console, number: int, hall_code: str, as_number: str | None, password_stdin: bool
) -> None:
    """Declare a round finished."""

    def do(uow: UnitOfWork, hall: Hall) -> int:
        finish_count(uow, hall=hall, count_no=number)
        return number

    _act(console, hall_code, as_number, password_stdin, do)


@command("recount", Text("交另一人复盘。", "Have another person count again."))
@NUMBER
@hall_option()
@COUNTER
@WITNESS
@option("--whole", is_flag=True, said=Text("全部重盘。", "Everything, not differences alone."))
@as_option()
@pass_console
def order_recount(
    console: Console,
    *,
    number: int,
    hall_code: str,
    counter: str,
    witness: str,
    whole: bool,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Order a recount."""

    def do(uow: UnitOfWork, hall: Hall) -> int:
        recount(uow, hall=hall, count_no=number, counter=counter, witness=witness, whole=whole)
        return number

    _act(console, hall_code, as_number, password_stdin, do)


@command("settle", Text("提交盘点单,待签字。", "Submit the result for signature."))
@NUMBER
@hall_option()
@option(
    "--item",
    "named",
    multiple=True,
    metavar="SERIAL=ITEM",
    said=Text("账上没有的号码是何物品。", "Which item a number unknown to the books is."),
)
@option("--reason", default="", said=Text("原因。", "Why."))
@as_option()
@pass_console
def settle(
    console: Console,
    *,
    number: int,
    hall_code: str,
    named: tuple[str, ...],
    reason: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Submit the result of a count."""
    items = {serial: item for serial, _, item in (one.rpartition("=") for one in named)}

    def do(uow: UnitOfWork, hall: Hall) -> int:
        settle_count(uow, hall=hall, count_no=number, items=items, reason=reason)
        return number

    _act(console, hall_code, as_number, password_stdin, do)


@command("cancel", Text("作废盘点。", "Call a count off."))
@NUMBER
@hall_option()
@option("--reason", required=True, said=Text("原因。", "Why."))
@as_option()
@pass_console
def cancel(
    console: Console,
    *,
    number: int,
    hall_code: str,
    reason: str,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Call a count off."""

    def do(uow: UnitOfWork, hall: Hall) -> int:
        return cancel_count(uow, hall=hall, count_no=number, reason=reason).count_no

    _act(console, hall_code, as_number, password_stdin, do)


@command("month", Text("月末盘点还缺什么。", "What the month-end count still lacks."))
@hall_option()
@option(
    "--date", "on", type=Date(), required=True, said=Text("当月任一日。", "A day of the month.")
)
@as_option()
@pass_console
def show_month(
    console: Console, hall_code: str, on: dt.date, as_number: str | None, password_stdin: bool
) -> None:
    """Show what a month still lacks."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        require(uow, hall.id, "count", "view")
        places = month_places(uow, hall.id, on.year, on.month)
        payload = month_payload(hall, f"{on:%Y-%m}", places, console.language)
        done = Text("已完成", "done")
        lines = [
            Text(f"{name}:{said.zh}", f"{name}: {said.en}")
            for one in places
            for name in [f"{one.account.kind} {one.account.holder}".strip()]
            for said in [LACKS[one.lack] if one.lack else done]
        ]
    console.give(payload, *lines)


def _act(
    console: Console,
    hall_code: str,
    as_number: str | None,
    password_stdin: bool,
    do: Callable[[UnitOfWork, Hall], int],
) -> None:
    """Do one act as the person named, and show the count as he may see it then."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        number = do(uow, hall)
        uow.session.flush()
        payload = count_payload(uow, hall, number)
    console.give(payload, *describe_count(payload))


count = group(
    "count",
    Text("盘点:开盘、扫描、复盘、结果。", "Counts: open, scan, recount, result."),
    show_list,
    begin,
    show,
    scan,
    finish,
    order_recount,
    settle,
    cancel,
    show_month,
)
