"""`bundle ..`: closed days handed to finance, for one hall or for all of a group in one command."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from backoffice.bundle_acts import halls_with, make_for_all
from backoffice.bundle_answers import bundle_payload, listed_payload, signed_payload
from backoffice.bundle_words import account_name
from backoffice.cli.acting import actor_of, as_option, hall_option, require_one_or_all
from backoffice.cli.bundle_making import FOLDER, hand_out
from backoffice.cli.bundle_mappings import mapping
from backoffice.cli.commands import Date, Money, WrongArgument, command, group
from backoffice.cli.commands import option as an_option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read, begin_work
from ledger.documents import STATES
from ledger.finance.bundles import Made, cancel_bundle, make_bundle, sign_bundle
from ledger.finance.days import find_bundle
from ledger.finance.returns import (
    ReturnedLine,
    read_by_second,
    return_by_second,
    return_lines,
)
from ledger.finance.revisions import revise_bundle
from ledger.finance.seen import list_bundles, part_of
from ledger.finance.signing import Signed, sign_waiting
from ledger.money import show_yuan
from ledger.organisations import find_hall
from ledger.text import Text

ALL = an_option("--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls."))
NUMBER = an_option("--number", required=True, said=Text("移交单号。", "Number of the bundle."))
REASON = an_option("--reason", default="", said=Text("原因。", "Why."))
PART = an_option(
    "--part",
    type=click.IntRange(min=0),
    default=None,
    said=Text("第几次退回后的内容;缺省为最新。", "As it was after so many returns; else as it is."),
)


@command(
    "make",
    Text(
        "把已关账的营业日制成移交单;--language 决定其单据与表格的语言,缺省为中文。",
        "Make the bundle of closed days. --language is that of its papers and workbook too, else"
        " Chinese.",
    ),
)
@hall_option(required=False)
@ALL
@an_option("--from", "first", type=Date(), default=None, said=Text("首日。", "First day."))
@an_option("--to", "last", type=Date(), default=None, said=Text("末日。", "Last day."))
@an_option("--date", "on", type=Date(), default=None, said=Text("一个营业日。", "One day."))
@FOLDER
@as_option()
@pass_console
def make(console: Console, /, **given: Any) -> None:
    """Make bundles; with a folder write their files, each paper rendered once."""
    require_one_or_all(given["hall_code"] is not None, given["every"])
    first, last = _period(given)
    language = console.paper_language
    engine, actor = console.open_books(), actor_of(console, given)
    with begin_work(engine, actor) as uow:
        if given["every"]:
            made = make_for_all(uow, first, language=language)
        else:
            hall = find_hall(uow, given["hall_code"])
            document = make_bundle(uow, hall=hall, first=first, last=last, language=language)
            made = Made((document,), {})
    payload, lines = hand_out(console, engine, actor, made, given["folder"])
    console.give(payload, *lines)


def _period(given: dict[str, Any]) -> tuple[dt.date, dt.date]:
    first = given["first"] or given["on"]
    last = given["last"] or given["on"] or first
    if first is None or (given["every"] and first != last):
        raise WrongArgument(
            name="--date",
            reason=Text(
                "单厅请给出 --from 与 --to;--all 请给出 --date。",
                "Give --from and --to for one hall, --date with --all.",
            ),
        )
    return first, last


@command("list", Text("移交单列表,最早的在前。", "Bundles, the oldest first."))
@hall_option(required=False)
@an_option(
    "--state",
    default="",
    type=click.Choice(["", *STATES]),
    said=Text("只列此状态。", "Only of this state."),
)
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List bundles of one hall, or of all the actor may see."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        code = given["hall_code"]
        halls = [find_hall(uow, code)] if code else halls_with(uow, "bundle", "view")
        states = (given["state"],) if given["state"] else ()
        listed = list_bundles(uow, halls, states=states)
        payload = [listed_payload(one, console.language) for one in listed]
    rows = [
        [str(one[name]) for name in ("hall", "number", "from", "to", "state_name", "declared")]
        for one in payload
    ]
    lines = draw_table(rows, right=frozenset({5})) if rows else []
    console.give({"bundles": payload}, *(Text(line, line) for line in lines))


@command("show", Text("显示一张移交单。", "Show a bundle."))
@NUMBER
@PART
@hall_option()
@as_option()
@pass_console
def show(console: Console, /, **given: Any) -> None:
    """Show a bundle: its totals and the voucher it proposes."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = find_bundle(uow, hall, given["number"])
        payload = bundle_payload(uow, hall, document, console.language, part=given["part"])
        statement = part_of(uow, document, given["part"]).statement
        state = STATES[document.state]
    head = f"{hall.code} {document.number} v{payload['version']}.{payload['part']}"
    rows = [
        [
            line["date"],
            line["account"],
            account_name(line).in_language(console.language),
            show_yuan(line["debit"]) if line["debit"] else "",
            show_yuan(line["credit"]) if line["credit"] else "",
        ]
        for line in statement["voucher"]
    ]
    lines = draw_table(rows, right=frozenset({3, 4})) if rows else []
    chain = f"{payload['chain']}"
    console.give(
        payload,
        Text(f"{head} {state.zh} 链首 {chain}", f"{head} {state.en}, chain head {chain}"),
        *(Text(line, line) for line in lines),
    )


@command("write", Text("写出密封文件。", "Write the sealed file."))
@NUMBER
@PART
@an_option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    said=Text("目录。", "Into this folder."),
)
@hall_option()
@as_option()
@pass_console
def write(console: Console, /, **given: Any) -> None:
    """Write the file of a bundle, or of what it was before lines were returned."""
    from backoffice.bundle_files import write_bundle_file

    given["folder"].mkdir(parents=True, exist_ok=True)
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = find_bundle(uow, hall, given["number"])
        part = part_of(uow, document, given["part"])
        path = write_bundle_file(uow, hall, document, given["folder"], part=part)
    console.give({"files": [str(path)]}, Text(f"已写入 {path}", f"wrote {path}"))


@command(
    "sign",
    Text(
        "签收移交单:一张,或期间内所有待签的;未签的逐张列出原因。",
        "Sign a bundle: finance takes its days over. Or all that wait, in a period; what is left is"
        " listed with the reason.",
    ),
)
@an_option("--number", default="", said=Text("移交单号。", "Number of the bundle, else all."))
@an_option("--from", "first", type=Date(), default=None, said=Text("首日。", "First day."))
@an_option("--to", "last", type=Date(), default=None, said=Text("末日。", "Last day."))
@hall_option(required=False)
@ALL
@as_option()
@pass_console
def sign(console: Console, /, **given: Any) -> None:
    """Sign one bundle, or those that wait in a hall or in all of them."""
    require_one_or_all(given["hall_code"] is not None, given["every"])
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        if given["every"]:
            halls = halls_with(uow, "bundle", "approve")
        else:
            halls = [find_hall(uow, given["hall_code"])]
        if given["number"] and not given["every"]:
            done = Signed((sign_bundle(uow, hall=halls[0], number=given["number"]),), ())
        else:
            done = sign_waiting(uow, halls, first=given["first"], last=given["last"])
        payload, lines = signed_payload(uow, done, console.language)
    console.give(payload, *lines)


RETURNED = (
    NUMBER,
    an_option("--date", "on", type=Date(), required=True, said=Text("哪一日。", "Which day.")),
    an_option("--reason", required=True, said=Text("原因。", "Why.")),
    an_option("--check", default="", said=Text("规则。", "The check.")),
    an_option("--subject", default="", said=Text("对象。", "The subject.")),
    an_option("--clerk", default="", said=Text("由谁更正。", "Who is to put it right.")),
    an_option("--expected", type=Money(), default=None, said=Text("应为。", "What it should be.")),
    an_option("--found", type=Money(), default=None, said=Text("实为。", "What it is.")),
    an_option(
        "--second", is_flag=True, said=Text("由二级稽核退回。", "As the second-level audit.")
    ),
)


def _returning(function: Any) -> Any:
    for one in reversed(RETURNED):
        function = one(function)
    return function


@command("return", Text("退回一行,须写明原因。", "Give a line back with the reason."))
@_returning
@hall_option()
@as_option()
@pass_console
def give_back(console: Console, /, **given: Any) -> None:
    """Give a line back; it becomes a correction slip."""
    line = ReturnedLine(
        given["on"],
        given["reason"],
        given["check"],
        given["subject"],
        given["clerk"],
        given["expected"],
        given["found"],
    )
    act = return_by_second if given["second"] else return_lines
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        document = act(uow, hall=hall, number=given["number"], lines=[line])
        payload = bundle_payload(uow, hall, document, console.language)
    console.give(payload, Text(f"{given['on']} 已退回。", f"{given['on']} was returned."))


def _step(name: str, said: Text, done: Text, *more: Any) -> click.Command:
    """Make a command that takes a bundle a step on."""

    def do(console: Console, /, **given: Any) -> None:
        with begin_work(console.open_books(), actor_of(console, given)) as uow:
            hall, number = find_hall(uow, given["hall_code"]), given["number"]
            if name == "cancel":
                document = cancel_bundle(uow, hall=hall, number=number, reason=given["reason"])
            elif name == "revise":
                document = revise_bundle(uow, hall=hall, number=number, reason=given["reason"])
            else:
                read_by_second(uow, hall=hall, number=number)
                document = find_bundle(uow, hall, number)
            payload = bundle_payload(uow, hall, document, console.language)
        told = f"{payload['number']}"
        console.give(payload, Text(f"{told} {done.zh}", f"{told} {done.en}"))

    made = NUMBER(hall_option()(as_option()(pass_console(do))))
    for one in more:
        made = one(made)
    return command(name, said)(made)


read = _step(
    "read",
    Text("二级稽核已复核,无退回。", "The second-level audit has read it."),
    Text("已复核。", "is read."),
)
cancel = _step(
    "cancel",
    Text("签收前撤回移交单。", "Take a bundle back before finance signs."),
    Text("已撤回。", "is taken back."),
    REASON,
)
revise = _step(
    "revise",
    Text("已签收的移交单改版:冲销旧版,另制新版。", "Reverse a signed bundle and make the next."),
    Text("待财务签收。", "awaits finance."),
    REASON,
)

bundle = group(
    "bundle",
    Text("移交财务与二级稽核。", "Hand-over to finance and to the second-level audit."),
    *(make, show_list, show, write, sign, give_back, read, cancel, revise, mapping),
)
