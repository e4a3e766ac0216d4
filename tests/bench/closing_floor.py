"""The day's end of many halls bare: the same rows by a few SQL statements, the same pages laid out.

Nothing is decided, added up, hashed or checked here; what is to be written is known before.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from unittest.mock import patch

import psycopg
import weasyprint
from sqlalchemy import Engine, Table
from weasyprint.text.fonts import FontConfiguration

import backoffice.models  # noqa: F401  the whole schema
from backoffice import printing
from backoffice.bundle_files import write_bundle
from backoffice.database import begin_read
from ledger.finance.days import find_bundle
from ledger.organisations import Hall
from ledger.schema import Base
from ledger.work import Actor

NOT_TOUCHED = ("evidence_", "intake")


class Unwritten:
    """Stands for a laid-out paper that nobody writes."""

    def write_pdf(self, **_: object) -> bytes:
        """Give no bytes."""
        return b""


def _tables() -> list[Table]:
    known = Base.metadata.sorted_tables
    return [table for table in known if not table.name.startswith(NOT_TOUCHED)]


def keep_before(address: str) -> None:
    """Copy shape, indexes and rows of every table that the day's end might write."""
    with psycopg.connect(address) as connection:
        for table in _tables():
            name = table.name
            connection.execute(f"CREATE TABLE floor_{name} (LIKE {name} INCLUDING ALL)")
            connection.execute(f"INSERT INTO floor_{name} SELECT * FROM {name}")
        connection.execute("ANALYZE")


def keep_written(address: str) -> dict[str, int]:
    """Keep the rows that were written since; gives how many by table."""
    counts: dict[str, int] = {}
    with psycopg.connect(address) as connection:
        for table in _tables():
            name = table.name
            connection.execute(
                f"CREATE TABLE written_{name} AS SELECT * FROM {name}"
                f" EXCEPT SELECT * FROM floor_{name}"
            )
            counted = connection.execute(f"SELECT count(*) FROM written_{name}").fetchone()
            if counted is not None and counted[0]:
                counts[name] = counted[0]
        connection.execute("ANALYZE")
    return counts


def write_bare(address: str, names: Sequence[str]) -> None:
    """Write the kept rows, changed ones by UPDATE and new ones by INSERT .. SELECT, and commit."""
    with psycopg.connect(address) as connection:
        for name in names:
            table = Base.metadata.tables[name]
            keys = [column.name for column in table.primary_key.columns]
            others = [column.name for column in table.columns if column.name not in keys]
            same = " AND ".join(f"f.{key} = w.{key}" for key in keys)
            changes = ", ".join(f"{other} = w.{other}" for other in others)
            if changes:
                connection.execute(
                    f"UPDATE floor_{name} f SET {changes} FROM written_{name} w WHERE {same}"
                )
            connection.execute(
                f"INSERT INTO floor_{name} SELECT * FROM written_{name} w"
                f" WHERE NOT EXISTS (SELECT 1 FROM floor_{name} f WHERE {same})"
            )


def require_same_rows(address: str) -> None:
    """Raise RuntimeError unless floor and product left the same rows."""
    with psycopg.connect(address) as connection:
        for table in _tables():
            name = table.name
            other = connection.execute(
                f"(SELECT * FROM {name} EXCEPT SELECT * FROM floor_{name}) UNION ALL"
                f" (SELECT * FROM floor_{name} EXCEPT SELECT * FROM {name}) LIMIT 1"
            ).fetchone()
            if other is not None:
                raise RuntimeError(f"other rows in {name}: {other}")


def pages_of(engine: Engine, actor: Actor, keys: Sequence[tuple[int, str]]) -> list[str]:
    """Give the HTML of every paper in the files of these bundles, in the order of the files."""
    pages: list[str] = []

    def keep(html: str) -> Unwritten:
        pages.append(html)
        return Unwritten()

    with patch.object(printing, "lay_out_html", keep):
        for hall_id, number in keys:
            with begin_read(engine, actor) as uow:
                hall = uow.session.get_one(Hall, hall_id)
                write_bundle(uow, hall, find_bundle(uow, hall, number), BytesIO())
    return pages


@contextmanager
def renderers() -> Iterator[Pool]:
    """Give as many processes as there are cores, which have laid a page out before."""
    cores = os.cpu_count() or 1
    with get_context("spawn").Pool(cores) as pool:
        pool.map(render_bare, ["<p>一</p>"] * cores * 2, chunksize=1)
        yield pool


def render_bare(html: str) -> tuple[str, float, int]:
    """Lay a page out and write it.

    Gives the SHA-256 of the PDF, the seconds of processor it took, the process's peak in MB.
    """
    start = time.process_time()
    style, fonts = _once()
    document = weasyprint.HTML(string=html).render(stylesheets=[style], font_config=fonts)
    content = document.write_pdf(pdf_tags=True)
    assert isinstance(content, bytes), "without a target the bytes are given back"
    taken = time.process_time() - start
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return hashlib.sha256(content).hexdigest(), taken, int(peak.split()[1]) // 1024


@cache
def _once() -> tuple[weasyprint.CSS, FontConfiguration]:
    written = (printing.PRINT_FOLDER / "paper.css").read_text(encoding="utf-8")
    return weasyprint.CSS(string=written), FontConfiguration()
