"""`stock receive` and `stock manifest`: goods by file, every line with its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, select

from backoffice.answers import Payload
from backoffice.cli.acting import actor_of, as_option, hall_option
from backoffice.cli.commands import ExistingFile, WholeNumber, WrongArgument, command
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read, begin_work
from backoffice.goods_files import read_goods_file
from backoffice.stock_answers import manifest_payload, report_payload
from backoffice.transfers import forward_transfers
from ledger.organisations import find_hall
from ledger.text import Text
from ledger.work import Actor
from stock.document_tables import Manifest
from stock.goods_lines import VERDICTS, GoodsLine, GoodsReport
from stock.manifests import find_manifest
from stock.receipts import expect_lines, receive_lines

NOTHING_TO_MOVE = Text(
    "请给出 --file、--serial,或 --item 与 --quantity。",
    "Give --file, --serial, or --item with --quantity.",
)
NAME_AND_VALUE = Text("应写作 名称=值。", "Write it as NAME=VALUE.")
FILE = an_option(
    "--file",
    "file",
    type=ExistingFile(),
    said=Text("csv 或 xlsx,逐行给出结论。", "A csv or xlsx; every line has its verdict."),
)
ITEM = an_option("--item", default="", said=Text("物品编码。", "Item code."))
PDF_FILE = an_option(
    "--pdf",
    type=click.Path(path_type=Path),
    required=True,
    said=Text("PDF 文件名。", "File for the PDF."),
)
PAPER_FORM = an_option(
    "--form",
    type=click.Choice(("a4", "form")),
    default="a4",
    said=Text("A4 或 241mm 连续纸。", "A4, or continuous paper of 241 mm."),
)
GOOD_LINES = an_option(
    "--good-lines",
    is_flag=True,
    said=Text("只收合格的行。", "Take the good lines alone."),
)


@command(
    "receive",
    Text("按文件或应到清单入库。", "Receive from a file, against a manifest if one is named."),
)
@hall_option()
@FILE
@ITEM
@an_option(
    "--manifest",
    type=WholeNumber(),
    default=None,
    said=Text("应到清单号。", "Number of a manifest."),
)
@GOOD_LINES
@an_option(
    "--fact", "facts", multiple=True, said=Text("名称=值,可重复。", "NAME=VALUE; repeatable.")
)
@as_option()
@pass_console
def receive(console: Console, /, **given: Any) -> None:
    """Receive the lines of a file; without one, all that a manifest misses."""
    if given["file"] is None and given["manifest"] is None:
        raise WrongArgument(name="--file", reason=NOTHING_TO_MOVE)
    read = read_lines(given) if given["file"] is not None else None
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        report = receive_lines(
            uow,
            hall=hall,
            lines=read,
            good_lines=given["good_lines"],
            manifest=given["manifest"],
            facts=dict(read_fact(one) for one in given["facts"]),
        )
    forward_transfers(engine)
    _give_report(console, report)


@command(
    "manifest", Text("登记或查看应到清单。", "Await the goods of a file, or show what is awaited.")
)
@hall_option()
@FILE
@ITEM
@an_option(
    "--source",
    type=click.Choice(("supplier", "department")),
    default="supplier",
    said=Text("来源。", "From whom."),
)
@an_option("--sender", default="", said=Text("供货单位。", "The supplier's name."))
@an_option("--reference", default="", said=Text("送货单号。", "Number of the delivery note."))
@an_option(
    "--number", type=WholeNumber(), default=None, said=Text("只看此清单。", "Show this one.")
)
@GOOD_LINES
@as_option()
@pass_console
def manifest(console: Console, /, **given: Any) -> None:
    """Make a manifest of a file, or show one or all open ones."""
    engine, actor = acting(console, given)
    if given["file"] is not None:
        read = read_lines(given)
        with begin_work(engine, actor) as uow:
            made, report = expect_lines(
                uow,
                hall=find_hall(uow, given["hall_code"]),
                lines=read,
                source=given["source"],
                sender=given["sender"],
                reference=given["reference"],
                good_lines=given["good_lines"],
            )
        number = "" if made is None else str(made.id)
        _give_report(console, GoodsReport(report.lines, number))
        return
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        one = given["number"]
        wanted = select(Manifest).where(Manifest.hall_id == hall.id, Manifest.state == "open")
        found = (
            list(uow.session.scalars(wanted.order_by(Manifest.id)))
            if one is None
            else [find_manifest(uow, hall, one)]
        )
        shown = [
            manifest_payload(uow, hall, each, console.language, whole=one is not None)
            for each in found
        ]
    console.give(shown, *(in_both(_manifest_words(each)) for each in shown))


def acting(console: Console, given: dict[str, Any]) -> tuple[Engine, Actor]:
    """Give the books, and the person of `--as` or the system."""
    engine = console.open_books()
    return engine, actor_of(console, given)


def read_lines(given: dict[str, Any]) -> list[GoodsLine]:
    """Read the file of `--file`; raises BadInput."""
    path: Path = given["file"]
    return read_goods_file(path.name, path.read_bytes(), item=given["item"])


def read_fact(word: str) -> tuple[str, str]:
    """Read NAME=VALUE; raises WrongArgument."""
    name, sign, value = word.partition("=")
    if not sign:
        raise WrongArgument(name=word, reason=NAME_AND_VALUE)
    return name.strip(), value


def _give_report(console: Console, report: GoodsReport) -> None:
    """Say each bad line, then what was done; a file with bad lines that posted nothing is 2."""
    lines = [
        Text(
            f"第{one.line_no}行 {one.serial} {VERDICTS[one.verdict].zh}:"
            f"{one.reason.zh if one.reason else ''}",
            f"line {one.line_no} {one.serial} {VERDICTS[one.verdict].en}:"
            f" {one.reason.en if one.reason else ''}",
        )
        for one in (*report.bad, *report.doubtful)
    ]
    good = len(report.lines) - len(report.bad)
    done = Text(
        f"合格 {good} 行,不合格 {len(report.bad)} 行;{report.number or '未入账'}",
        f"{good} good, {len(report.bad)} bad; {report.number or 'nothing posted'}",
    )
    console.give(report_payload(report, console.language), *lines, done)
    if report.bad and not report.number:
        raise click.exceptions.Exit(2)


def _manifest_words(shown: Payload) -> str:
    front = f"{shown['number']} {shown['source']} {shown['sender']} {shown['reference']}"
    return f"{front} {shown['received']}/{shown['expected']} {shown['state_name']}"


def in_both(words: str) -> Text:
    """Words that are in the run's language already."""
    return Text(words, words)
