"""`day ..`: the end of a day, each act in a person's name: close, reopen, settle late data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from backoffice.answers import Payload, signed_payloads
from backoffice.bundle_acts import halls_to_close
from backoffice.cli.acting import actor_of, as_option, hall_option, require_one_or_all
from backoffice.cli.bundle_making import FOLDER, hand_out
from backoffice.cli.commands import Date, WholeNumber, WrongArgument, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.database import begin_read, begin_work
from backoffice.day_end import day_end_payload, see_day_end
from backoffice.day_end_lacks import DayStep
from backoffice.day_results import find_result, result_paper, result_payload
from backoffice.late_acts import ACTS, LateAct, late_payload, settle_late
from ledger.closing.days import acknowledge_days
from ledger.closing.late import late_parts
from ledger.closing.reopening import (
    agree_reopening,
    ask_reopening,
    asked_reopening,
    refuse_reopening,
)
from ledger.documents import STATES, UnknownDocument
from ledger.finance.bundles import make_bundles
from ledger.hall_days import HALL_STATUSES, HallDay
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text

DATE = option("--date", type=Date(), required=True, said=Text("营业日。", "Business date."))
REASON = option("--reason", default="", said=Text("原因。", "Why."))
FILES_OF_BUNDLES = Text("须与 --bundle 同用。", "It goes with --bundle.")


@command(
    "close",
    Text(
        "经理阅签日稽核结果:营业日关账。--all 为本人可签的全部营业厅;--bundle 同时制成移交单。",
        "Sign the daily result as manager: the day is closed. --all: every hall one may sign for."
        " --bundle: make the bundles for finance at once.",
    ),
)
@hall_option(required=False)
@option("--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls."))
@DATE
@option("--bundle", is_flag=True, said=Text("同时制成移交单。", "Make the bundles too."))
@FOLDER
@as_option()
@pass_console
def close(console: Console, /, **given: Any) -> None:
    """Close a day of one hall, or of all whose result of that day waits; with its bundles."""
    code, date = given["hall_code"], given["date"]
    require_one_or_all(code is not None, given["every"])
    if given["folder"] is not None and not given["bundle"]:
        raise WrongArgument(name="--folder", reason=FILES_OF_BUNDLES)
    engine, actor = console.open_books(), actor_of(console, {**given, "hall_code": code or ""})
    with begin_work(engine, actor) as uow:
        halls = halls_to_close(uow, date) if code is None else [find_hall(uow, code)]
        results = acknowledge_days(uow, [(hall, date) for hall in halls])
        made = None
        if given["bundle"]:
            days = [(hall, [date]) for hall in halls]
            made = make_bundles(uow, days, language=console.paper_language)
        told = signed_payloads(uow, halls, date)
        closed = [
            {"number": result.number, **one} for result, one in zip(results, told, strict=True)
        ]
    lines = [
        Text(
            f"{one['hall']} {date}:{one['number']} 已阅签,已关账。",
            f"{one['hall']} {date}: {one['number']} signed, the day is closed.",
        )
        for one in closed
    ]
    lines.append(Text(f"共关账 {len(closed)} 个营业厅。", f"{len(closed)} halls were closed."))
    payload: Payload = {"date": date.isoformat(), "closed": closed}
    if made is not None:
        bundles, said = hand_out(console, engine, actor, made, given["folder"])
        payload, lines = {**payload, **bundles}, [*lines, *said]
    console.give(payload, *lines)


@command(
    "reopen",
    Text(
        "申请重开营业日;由另一人以同一命令同意。",
        "Ask for a day to be opened again; another person agrees by the same command.",
    ),
)
@DATE
@REASON
@hall_option()
@as_option()
@pass_console
def reopen(console: Console, /, **given: Any) -> None:
    """Take one of the two steps of a reopening."""
    date = given["date"]
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        waiting = asked_reopening(uow, hall, date)
        if waiting is None:
            document = ask_reopening(uow, hall, date, reason=given["reason"])
        else:
            document = agree_reopening(uow, hall, waiting)
        status = uow.session.get_one(HallDay, (hall.id, date)).hall_status
        told = {
            "hall": hall.code,
            "date": date.isoformat(),
            "number": document.number,
            "state": document.state,
            "status": status,
        }
    state, said = STATES[str(told["state"])], HALL_STATUSES[status]
    console.give(
        told,
        Text(
            f"{hall.code} {date}:重开单 {told['number']} {state.zh},营业日 {said.zh}",
            f"{hall.code} {date}: reopening {told['number']} {state.en}, the day is {said.en}",
        ),
    )


@command("result", Text("日稽核结果,或其 PDF。", "The daily result, or its PDF."))
@DATE
@option("--number", default="", said=Text("单号,默认最近一版。", "Its number, else the latest."))
@option(
    "--pdf",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    said=Text("PDF 文件名。", "File for the PDF."),
)
@hall_option()
@as_option()
@pass_console
def result(console: Console, /, **given: Any) -> None:
    """Show a daily result."""
    date, number = given["date"], given["number"]
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        seen = find_result(uow, hall, date, number)
        told = result_payload(hall, seen, console.language)
        if given["pdf"] is not None:
            from backoffice.audit_papers import write_whole

            content = result_paper(uow, hall, date, language=console.paper_language, number=number)
            write_whole(given["pdf"], content)
    signed = [(one.name, one.role_text) for one in seen.signatures]
    console.give(
        told,
        Text(
            f"{told['number']} {told['state_name']} 第 {told['version']} 版:"
            f"差错 {told['errors']},核准放行 {len(seen.overrides)},"
            f"长款 {told['over']},短款 {told['short']}",
            f"{told['number']} {told['state_name']}, version {told['version']}:"
            f" {told['errors']} errors, {len(seen.overrides)} overridden,"
            f" over {told['over']}, short {told['short']}",
        ),
        *(Text(f"{role.zh} {name}", f"{role.en} {name}") for name, role in signed),
    )


@command("late", Text("迟到数据一览。", "The late data of a hall."))
@hall_option()
@as_option()
@pass_console
def late(console: Console, /, **given: Any) -> None:
    """List late rows by batch and day."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "audit", "view")
        told = [late_payload(part, console.language) for part in late_parts(uow, hall)]
    console.give(
        {"hall": given["hall_code"], "late": told},
        *(
            Text(
                f"批次 {one['batch']} {one['date']} {one['rows']} 行,"
                f"{one['settled_name'] or '待处理'}",
                f"batch {one['batch']}, {one['date']}, {one['rows']} rows,"
                f" {one['settled_name'] or 'waiting'}",
            )
            for one in told
        ),
    )


@command("settle-late", Text("处理一批迟到数据。", "Settle the late rows of a batch."))
@click.argument("act", metavar="ACT", type=click.Choice(list(ACTS)))
@click.argument("batch", metavar="BATCH", type=WholeNumber())
@DATE
@option("--on", type=Date(), default=None, said=Text("记入的开放日。", "The open day."))
@REASON
@hall_option()
@as_option()
@pass_console
def settle(console: Console, /, **given: Any) -> None:
    """Release, accept or set aside late rows."""
    asked = LateAct(given["act"], given["batch"], given["date"], given["on"], given["reason"])
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        number = settle_late(uow, find_hall(uow, given["hall_code"]), asked)
    console.give(
        {"hall": given["hall_code"], "batch": given["batch"], "new_batch": number or None},
        Text(f"已处理,新批次 {number or '无'}。", f"Settled; new batch: {number or 'none'}."),
    )


@command(
    "refuse-reopening", Text("不同意重开。", "Decline a reopening; the day stays as it was signed.")
)
@DATE
@REASON
@hall_option()
@as_option()
@pass_console
def refuse(console: Console, /, **given: Any) -> None:
    """Decline what another person asked."""
    with begin_work(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        waiting = asked_reopening(uow, hall, given["date"])
        if waiting is None:
            raise UnknownDocument(number=f"{given['date']} CQ")
        number = refuse_reopening(uow, waiting, reason=given["reason"]).number
    console.give({"number": number}, Text(f"{number} 已退回。", f"{number} was refused."))


@command(
    "end",
    Text("日终一览:每一步还缺什么、轮到谁。", "What each step of the day lacks, whose turn it is."),
)
@DATE
@hall_option()
@as_option()
@pass_console
def end(console: Console, /, **given: Any) -> None:
    """Show the steps to the hand-over."""
    with begin_read(console.open_books(), actor_of(console, given)) as uow:
        hall = find_hall(uow, given["hall_code"])
        steps = see_day_end(uow, hall, given["date"])
    told = day_end_payload(hall, given["date"], steps, console.language)
    console.give(told, *(line for step in steps for line in _step_lines(step)))


def _step_lines(step: DayStep) -> list[Text]:
    mark = "+" if step.is_done else "-"
    lines = [Text(f"{mark} {step.text.zh}", f"{mark} {step.text.en}")]
    for one in step.lacks:
        zh, en = (one.who.zh, one.who.en) if one.who else ("", "")
        lines.append(Text(f"    {one.text.zh}  {zh}".rstrip(), f"    {one.text.en}  {en}".rstrip()))
    return lines


day = group(
    "day",
    Text("营业日关账、重开和迟到数据。", "Close a day, reopen it, settle late data."),
    end,
    close,
    reopen,
    refuse,
    result,
    late,
    settle,
)
