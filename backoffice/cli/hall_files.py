"""`import-halls`: files of evidence of many halls, each hall's in a folder named by its code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click

from backoffice.answers import Payload, intake_payload
from backoffice.cli.acting import CLI_ACTOR
from backoffice.cli.commands import Date, WrongArgument, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.intake import describe_intake
from backoffice.errors import problem_payload
from backoffice.folder import READABLE
from backoffice.receiving_halls import HandedIn, receive_files
from ledger.errors import BackofficeError, Conflict
from ledger.text import Text

NO_FOLDER = Text("目录不存在,请核对路径。", "There is no such folder. Check the path.")
NO_FILES = Text(
    "目录中没有 营业厅编码/文件。", "It holds no file in a folder named by a hall's code."
)


class FilesRefused(Conflict):
    """Some halls' files were refused; those of all others are in the books."""

    code = "files_refused"
    text = Text(
        "{count} 个文件被拒绝,其余已导入;第一个:{first}。请改正后只重新导入被拒绝的文件。",
        "{count} files were refused, all others were taken in; the first: {first}."
        " Correct those and import them again.",
    )


@command(
    "import-halls",
    Text(
        "导入多个营业厅的凭证文件:目录下每厅一个以编码命名的子目录。",
        "Take in files of many halls: a folder for each hall, named by its code.",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@option("--date", type=Date(), required=True, said=Text("营业日。", "Business date."))
@pass_console
def import_halls(console: Console, folder: Path, *, date: dt.date) -> None:
    """Take files in; a file that is refused keeps no other from the books."""
    if not folder.is_dir():
        raise WrongArgument(name=str(folder), reason=NO_FOLDER)
    paths = sorted(
        path for path in folder.glob("*/*") if path.is_file() and path.suffix in READABLE
    )
    if not paths:
        raise WrongArgument(name=str(folder), reason=NO_FILES)
    answers: list[Payload] = []
    lines: list[Text] = []
    refused: list[tuple[str, BackofficeError]] = []
    engine = console.open_books()
    with console.progress(len(paths)) as step:
        for file, outcome in receive_files(engine, CLI_ACTOR, _handed_in(paths, date)):
            name = f"{file.hall_code}/{file.name}"
            step(name)
            if isinstance(outcome, BackofficeError):
                refused.append((name, outcome))
                told = {"error": problem_payload(outcome, console.language)}
                lines.append(Text(f"{name}:{outcome.message('zh')}", f"{name}: {outcome}"))
            else:
                told = {"intake": intake_payload(outcome, file.name, console.language)}
                lines.append(describe_intake(name, outcome))
            answers.append({"hall": file.hall_code, "file": file.name, **told})
    console.give(answers, *lines)
    if refused:
        raise FilesRefused(count=len(refused), first=refused[0][0])


def _handed_in(paths: list[Path], date: dt.date) -> Iterator[HandedIn]:
    """Read the files one after the other, the first of each hall before any hall's second."""
    turn: dict[str, int] = {}
    places: list[tuple[int, Path]] = []
    for path in paths:
        hall = path.parent.name
        turn[hall] = turn.get(hall, 0) + 1
        places.append((turn[hall], path))
    for _, path in sorted(places):
        yield HandedIn(path.parent.name, date, path.name, path.read_bytes())
