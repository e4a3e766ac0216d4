"""`load` and `import`: a hall folder, or single files of evidence, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from backoffice.answers import intake_payload, sums_payload
from backoffice.cli.acting import as_option, find_actor, hall_option
from backoffice.cli.commands import Date, ExistingFile, WholeNumber, WrongArgument, command, option
from backoffice.cli.console import Console, Step, pass_console
from backoffice.database import begin_work
from backoffice.evidence_sources import require_source
from backoffice.folder import PASSED_OVER, FolderResult, load_folder
from backoffice.receiving import read_evidence, take_file, take_nil
from ledger.errors import BadInput, Problem
from ledger.evidence.intake import IntakeResult
from ledger.evidence.kinds import KINDS
from ledger.evidence.mappings import Mapping, load_mapping
from ledger.evidence.readings import SUM_NAMES, Reading
from ledger.text import Text

NO_FOLDER = Text("目录不存在,请核对路径。", "There is no such folder. Check the path.")
NOTHING_GIVEN = Text(
    "请给出文件,或用 --nil 申报某来源当日为零。",
    "Give a file, or declare with --nil that a source has nothing.",
)
REPLACES_ONE = Text(
    "一次只能以一个文件替换一个批次。", "A batch is replaced by one file: give just one."
)
ReadFile = tuple[Path, bytes, Reading]


@command(
    "load",
    Text(
        "装入一个营业厅目录;重复装入不改变任何内容。",
        "Load a hall folder; loading it again changes nothing.",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@pass_console
def load(console: Console, folder: Path) -> None:
    """Load a hall folder in one unit of work."""
    if not folder.is_dir():
        raise WrongArgument(name=str(folder), reason=NO_FOLDER)
    engine = console.open_books()
    # Each file is named twice: when it is read and when it is taken in.
    files = [path for path in folder.iterdir() if path.is_file()]
    read = [p for p in files if p.suffix not in PASSED_OVER and not p.name.startswith(".")]
    with console.progress(2 * len(read)) as step:
        result = load_folder(engine, folder, progress=step)
    console.give(
        {
            "hall": result.hall,
            "date": result.business_date.isoformat(),
            "documents": result.documents,
            "intakes": [
                intake_payload(one, name, console.language) for name, one in result.intakes
            ],
        },
        *describe_folder(result),
    )


def describe_folder(result: FolderResult) -> list[Text]:
    """Give the lines that say what a folder held."""
    date = result.business_date.isoformat()
    head = Text(
        f"{result.hall} {date}:新单据 {result.documents} 份,凭证文件 {len(result.intakes)} 个。",
        f"{result.hall} {date}: {result.documents} new documents,"
        f" {len(result.intakes)} files of evidence.",
    )
    return [head, *(describe_intake(name, one) for name, one in result.intakes)]


@command(
    "import",
    Text(
        "导入当日凭证文件;类型按内容识别。",
        "Take in files of evidence; what each is, is told by its content.",
    ),
)
@click.argument("files", nargs=-1, type=ExistingFile(), metavar="FILE...")
@hall_option()
@option(
    "--date",
    type=Date(),
    required=True,
    said=Text("营业日。", "Business date."),
)
@option(
    "--kind",
    metavar="KIND",
    said=Text("指明类型,而不按内容识别。", "Name the kind instead of recognising it."),
)
@option(
    "--mapping",
    type=ExistingFile(),
    said=Text("按此 TOML 映射读取。", "Read the file by this mapping in TOML."),
)
@option(
    "--replaces",
    type=WholeNumber(),
    metavar="BATCH",
    said=Text("替换此批次;旧批次保留。", "Replace this batch; the old one is kept."),
)
@option(
    "--nil",
    multiple=True,
    metavar="KIND",
    said=Text("申报此来源当日没有业务;可重复。", "Declare that this source has nothing."),
)
@as_option()
@pass_console
def import_files(
    console: Console,
    *,
    files: tuple[Path, ...],
    hall_code: str,
    date: dt.date,
    kind: str | None,
    mapping: Path | None,
    replaces: int | None,
    nil: tuple[str, ...],
    as_number: str | None,
    password_stdin: bool,
) -> None:
    """Take files in, all of them in one unit of work."""
    if not files and not nil:
        raise WrongArgument(name="FILE", reason=NOTHING_GIVEN)
    if replaces is not None and len(files) != 1:
        raise WrongArgument(name="--replaces", reason=REPLACES_ONE)
    for source in nil:
        require_source(source)
    engine = console.open_books()
    actor = find_actor(
        console,
        engine,
        as_number=as_number,
        hall_code=hall_code,
        password_stdin=password_stdin,
    )
    results: list[tuple[str, IntakeResult]] = []
    with console.progress(2 * len(files)) as step:
        read = _read_files(files, kind, _read_mapping(mapping), step)
        with begin_work(engine, actor) as uow:
            for source in nil:
                take_nil(uow, hall_code=hall_code, date=date, source=source)
            for path, content, reading in read:
                step(path.name)
                result = take_file(
                    uow,
                    hall_code=hall_code,
                    date=date,
                    file_name=path.name,
                    content=content,
                    reading=reading,
                    replaces=replaces,
                )
                results.append((path.name, result))
    console.give(
        {
            "hall": hall_code,
            "date": date.isoformat(),
            "intakes": [intake_payload(one, name, console.language) for name, one in results],
            "nil": list(nil),
        },
        *(describe_intake(name, one) for name, one in results),
        *(Text(f"{s}:已申报为无。", f"{s}: declared nil.") for s in nil),
    )


def _read_files(
    files: tuple[Path, ...], kind: str | None, mapping: Mapping | None, step: Step
) -> list[ReadFile]:
    """Read all files before any is taken in; raises BadInput with the problems of all of them."""
    read: list[ReadFile] = []
    problems: list[Problem] = []
    found = 0
    for path in files:
        step(path.name)
        content = path.read_bytes()
        try:
            read.append(
                (path, content, read_evidence(path.name, content, kind=kind, mapping=mapping))
            )
        except BadInput as refused:
            problems += refused.problems
            found += refused.found
    if problems:
        raise BadInput(problems, found=found)
    return read


def _read_mapping(path: Path | None) -> Mapping | None:
    if path is None:
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        wording = Text("不是 UTF-8 文本。", "This is no UTF-8 text.")
        raise BadInput([Problem(wording, file=path.name)]) from broken
    return load_mapping(text, file=path.name)


def describe_intake(name: str, result: IntakeResult) -> Text:
    """Give the line that says what a file was and what became of it."""
    kind = KINDS[result.kind]
    sums = sums_payload(result.sums)
    words = {key: _sum_name(result.kind, key) for key in sums}
    parts = [
        Text(
            f"{kind.zh}({result.layout}) {result.row_count} 行",
            f"{result.kind} ({result.layout}), {result.row_count} rows",
        ),
        *(Text(f"{words[k].zh} {v}", f"{words[k].en} {v}") for k, v in sums.items() if k != "rows"),
    ]
    if result.intake_no:
        parts.append(Text(f"批次 {result.intake_no}", f"batch {result.intake_no}"))
    if result.repeated_count:
        n = result.repeated_count
        parts.append(Text(f"重复 {n} 行未再存入", f"{n} rows were here already"))
    if result.unassigned_count:
        n = result.unassigned_count
        parts.append(Text(f"非本厅 {n} 行另列", f"{n} rows of other halls set aside"))
    parts += result.notes
    return Text(
        f"{name}:" + ",".join(p.zh.rstrip("。") for p in parts),
        f"{name}: " + ", ".join(p.en.rstrip(".") for p in parts),
    )


def _sum_name(kind: str, key: str) -> Text:
    if key in SUM_NAMES:
        return SUM_NAMES[key]
    column = next((column for column in KINDS[kind].columns if column.name == key), None)
    return Text(column.zh, column.name) if column else Text(key, key)
