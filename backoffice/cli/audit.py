"""`audit ..`: run the day's checks, show what they found, and print the paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from backoffice.answers import day_payload, figure, yuan
from backoffice.audit_work import run_all, run_day
from backoffice.cli.acting import as_option, find_actor, hall_option, require_one_or_all
from backoffice.cli.commands import Date, WholeNumber, WrongArgument, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read
from backoffice.trade_words import COMPUTED, DECLARED, DIFFERENCE, NOT_DECLARED, tender_name
from ledger.audit.day import DayAudit, FindingView
from ledger.audit.findings import FINDING_STATES, SEVERITIES
from ledger.audit.queries import show_day
from ledger.closing.replay import ReplayDiffers
from ledger.hall_days import AUDIT_STATUSES, DATA_STATUSES, HALL_STATUSES
from ledger.organisations import find_hall
from ledger.text import Language, Text

DATE = option("--date", type=Date(), required=True, said=Text("营业日。", "Business date."))
PDF_OR_XLSX = Text(
    "请给出 --pdf 或 --xlsx 的文件名。", "Name a file for --pdf or --xlsx, or for both."
)


@command(
    "run",
    Text(
        "运行全部稽核规则;有差异也算完成。不会把营业日标为已稽核。",
        "Run every check; findings are no failure. The day is not marked audited by it.",
    ),
)
@hall_option(required=False)
@option("--all", "every", is_flag=True, said=Text("所有营业厅。", "All halls."))
@DATE
@as_option()
@pass_console
def run(
    console: Console,
    *,
    hall_code: str | None,
    every: bool,
    date: dt.date,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Audit one hall-day, or the date in every hall."""
    require_one_or_all(hall_code is not None, every)
    engine = console.open_books()
    actor = find_actor(
        console,
        engine,
        as_number=as_number,
        hall_code=hall_code or "",
        password_stdin=password_stdin,
    )
    if hall_code is None:
        count = run_all(engine, actor, date)
        console.give(
            {"date": date.isoformat(), "halls": count},
            Text(f"{date}:已稽核计算 {count} 个营业厅。", f"{date}: {count} halls were audited."),
        )
        return
    run_day(engine, actor, hall_code, date)
    with begin_read(engine, actor) as uow:
        day = show_day(uow, find_hall(uow, hall_code), date)
    console.give(day_payload(day, console.language), describe_status(day), describe_counts(day))


@command(
    "show",
    Text(
        "显示营业日:状态、合计、规则、差异。",
        "Show the day: statuses, totals, checks, findings.",
    ),
)
@hall_option()
@DATE
@as_option()
@pass_console
def show(
    console: Console, hall_code: str, date: dt.date, as_number: str | None, password_stdin: bool
) -> None:
    """Show one hall-day."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    with begin_read(engine, actor) as uow:
        day = show_day(uow, find_hall(uow, hall_code), date)
    console.give(
        day_payload(day, console.language),
        describe_status(day),
        *_totals(day, console.language),
        describe_counts(day),
        *_findings(day.findings, console.language),
    )


@command("report", Text("输出稽核报告。", "Write the audit paper."))
@hall_option()
@DATE
@option(
    "--pdf",
    type=click.Path(path_type=Path),
    metavar="FILE",
    said=Text("PDF 文件名。", "File for the PDF."),
)
@option(
    "--version",
    type=WholeNumber(),
    default=None,
    metavar="N",
    said=Text("第几版签字稿,仅用于 PDF。", "An earlier signed version, for the PDF only."),
)
@option(
    "--xlsx",
    type=click.Path(path_type=Path),
    metavar="FILE",
    said=Text("工作簿文件名。", "File for the workbook."),
)
@as_option()
@pass_console
def report(
    console: Console,
    *,
    hall_code: str,
    date: dt.date,
    pdf: Path | None,
    xlsx: Path | None,
    version: int | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Write the paper as PDF, as workbook, or both."""
    if pdf is None and xlsx is None:
        raise WrongArgument(name="--pdf", reason=PDF_OR_XLSX)
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    # Laying out a paper loads Pango and its fonts, which no other command should wait for.
    from backoffice.audit_papers import audit_paper, audit_workbook, write_whole

    written: list[str] = []
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        said = console.paper_language
        if pdf is not None:
            write_whole(pdf, audit_paper(uow, hall, date, language=said, version=version))
            written.append(str(pdf))
        if xlsx is not None:
            write_whole(xlsx, audit_workbook(uow, hall, date, language=said))
            written.append(str(xlsx))
    console.give({"files": written}, *(Text(f"已写入 {name}", f"wrote {name}") for name in written))


@command(
    "replay",
    Text(
        "按记事链重算已签的营业日,与签字稿和 PDF 比对;不一致时退出码为 1。",
        "Work a signed day out again from the log and compare it with what was signed and its PDF;"
        " exit 1 where they differ.",
    ),
)
@hall_option()
@DATE
@option(
    "--version",
    type=WholeNumber(),
    default=None,
    metavar="N",
    said=Text("第几版,默认最后一版。", "Which signed version, the last by default."),
)
@as_option()
@pass_console
def replay(
    console: Console,
    *,
    hall_code: str,
    date: dt.date,
    version: int | None,
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Replay a signed day."""
    engine = console.open_books()
    actor = find_actor(
        console, engine, as_number=as_number, hall_code=hall_code, password_stdin=password_stdin
    )
    from backoffice.replays import replay_payload, replay_with_paper

    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, hall_code)
        told = replay_with_paper(uow, hall, date, version=version)
        payload = replay_payload(hall, told)
    if not told.agrees:
        raise ReplayDiffers(date=date, parts=told.replay.differing)
    shown, signed = told.replay.signed.version, told.replay.stored_hash
    console.give(
        payload,
        Text(
            f"{hall_code} {date} 第 {shown} 版:重算与签字稿、PDF 逐字节一致 {signed}",
            f"{hall_code} {date} version {shown}: figures and paper are the same bytes, {signed}",
        ),
    )


def describe_status(day: DayAudit) -> Text:
    """Give hall, date and the three statuses in one line."""
    data, audit_, hall_ = (
        DATA_STATUSES[day.data_status],
        AUDIT_STATUSES[day.audit_status],
        HALL_STATUSES[day.hall_status],
    )
    return Text(
        f"{day.hall} {day.hall_name} {day.date}"
        f"  数据:{data.zh} · 稽核:{audit_.zh} · 交账:{hall_.zh}",
        f"{day.hall} {day.hall_name} {day.date}"
        f"  data: {data.en} · audit: {audit_.en} · books: {hall_.en}",
    )


def describe_counts(day: DayAudit) -> Text:
    """Give how many checks ran and what they found, by how grave it is."""
    counts = {
        severity: sum(finding.severity == severity for finding in day.findings)
        for severity in SEVERITIES
    }
    zh = " ".join(f"{SEVERITIES[s].zh} {n}" for s, n in counts.items())
    en = ", ".join(f"{SEVERITIES[s].en.lower()} {n}" for s, n in counts.items())
    return Text(
        f"规则 {len(day.checks)} 条,差异 {len(day.findings)} 条:{zh}",
        f"{len(day.checks)} checks, {len(day.findings)} findings: {en}",
    )


def _totals(day: DayAudit, language: Language) -> list[Text]:
    rows = [
        (
            total.clerk,
            total.clerk_name,
            tender_name(total.tender).in_language(language),
            yuan(total.computed) or "",
            yuan(total.declared) or NOT_DECLARED.in_language(language),
            yuan(total.difference) or "",
        )
        for total in day.totals
    ]
    head = ("", "", "", *(text.in_language(language) for text in (COMPUTED, DECLARED, DIFFERENCE)))
    return _same_in_both(draw_table([head, *rows], right=frozenset({3, 4, 5}))) if rows else []


def _findings(findings: Sequence[FindingView], language: Language) -> list[Text]:
    rows = [
        (
            finding.check,
            SEVERITIES[finding.severity].in_language(language),
            FINDING_STATES[finding.state].in_language(language),
            finding.clerk,
            finding.subject,
            figure(finding.difference, in_pieces=finding.in_pieces) or "",
            finding.message.in_language(language),
        )
        for finding in findings
    ]
    return _same_in_both(draw_table(rows, right=frozenset({5})))


def _same_in_both(lines: Sequence[str]) -> list[Text]:
    """Lines that are in the run's language already."""
    return [Text(line, line) for line in lines]


audit = group(
    "audit",
    Text("每日稽核:运行、查看、出报告。", "The daily audit: run, show, report."),
    run,
    show,
    report,
    replay,
)
