"""What a command that made bundles does then: write their files, and tell what came of each hall.

Shared by `bundle make` and `day close --bundle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import Engine

from backoffice.cli.commands import option
from backoffice.cli.console import Console
from backoffice.database import begin_read
from backoffice.errors import Payload
from ledger.finance.bundles import Made
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import Actor

FOLDER = option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="FOLDER",
    said=Text("把密封文件写入此目录。", "Write the sealed files into this folder."),
)


def hand_out(
    console: Console, engine: Engine, actor: Actor, made: Made, folder: Path | None
) -> tuple[Payload, list[Text]]:
    """Write the files where a folder is named; gives what is told of the bundles, as JSON too."""
    keys = [(one.hall_id, one.number or "") for one in made.documents]
    files = _write_files(console, engine, actor, keys, folder)
    with begin_read(engine, actor) as uow:
        codes = {hall_id: uow.session.get_one(Hall, hall_id).code for hall_id, _ in keys}
    refused: list[Payload] = [
        {"hall": code, "code": error.code, "message": error.message(console.language)}
        for code, error in sorted(made.refused.items())
    ]
    lines = [
        Text(f"{codes[hall_id]} {number} 已制单", f"{codes[hall_id]} {number} made")
        for hall_id, number in keys
    ]
    told = [f"{one['hall']} {one['message']}" for one in refused]
    lines += [Text(line, line) for line in told]
    lines.append(
        Text(
            f"共 {len(keys)} 张移交单,{len(refused)} 个营业厅未制单。",
            f"{len(keys)} bundles made, {len(refused)} halls refused.",
        )
    )
    payload: Payload = {
        "bundles": [{"hall": codes[hall_id], "number": number} for hall_id, number in keys],
        "refused": refused,
        "files": files,
    }
    return payload, lines


def _write_files(
    console: Console,
    engine: Engine,
    actor: Actor,
    keys: Sequence[tuple[int, str]],
    folder: Path | None,
) -> list[str]:
    if folder is None:
        return []
    # Laying out papers loads Pango and its fonts, which no other command should wait for.
    from backoffice.bundle_writing import write_bundle_files

    written: list[str] = []
    with console.progress(len(keys)) as step:
        for path in write_bundle_files(engine, actor, keys, folder):
            written.append(str(path))
            step(path.name)
    return written
