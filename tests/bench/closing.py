"""One day of 1,000 halls closed and handed over by one command: ours against SQL and PDFs bare.

The command is `backoffice day close --all --bundle --folder`, in a process of its own as an
operator starts it: results signed, bundles made, their files with two papers each written. The
floor writes the same rows and lays the same pages out, in as many processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, make_url, select

from backoffice.database import begin_read, begin_work, make_engine
from backoffice.identity import set_password
from ledger.documents import Document
from ledger.finance.kinds import BUNDLE
from ledger.work import Actor, system_actor
from tests.bench.closing_floor import (
    keep_before,
    keep_written,
    pages_of,
    render_bare,
    renderers,
    require_same_rows,
    write_bare,
)
from tests.bench.signed_day import DAY, make_signed_day

HALLS, LINES = 1_000, 60
LIMIT = 1.5
PASSWORD = "Closing-the-day-4711"
RUN = "from backoffice.cli import main; main()"
COMMAND = ("day", "close", "--all", "--bundle", "--date", DAY.isoformat(), "--as", "M01")


@dataclass(frozen=True, slots=True)
class Spent:
    """What work took: seconds by the clock, seconds of processors, MB of its largest process."""

    seconds: float
    processor: float
    megabytes: int = 0


def compare_closing(url: str, halls: int = HALLS) -> bool:
    """Close and hand over once by the command, then bare; gives whether the limit is kept."""
    parsed = make_url(url)
    address = f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"
    engine = make_engine(url)
    manager = make_signed_day(engine, address, halls=halls, lines=LINES)
    with begin_work(engine, system_actor("cli")) as uow:
        set_password(uow, person_id=manager.person_id, password=PASSWORD)
    keep_before(address)
    with TemporaryDirectory() as name:
        ours = _close(url, Path(name), halls)
        papers = list(_papers_in(Path(name)))
    counts = keep_written(address)
    pages = pages_of(engine, manager, _bundles(engine, manager))
    engine.dispose()
    start = time.perf_counter()
    write_bare(address, list(counts))
    rows = Spent(time.perf_counter() - start, 0)
    require_same_rows(address)
    bare, digests = _render(pages)
    if sorted(digests) != sorted(papers):
        raise RuntimeError("the floor laid other papers out")
    return _report(halls, len(pages), sum(counts.values()), ours=ours, rows=rows, bare=bare)


def _close(url: str, folder: Path, halls: int) -> Spent:
    """Run the command and wait for it, as the shell of an operator does."""
    words = [sys.executable, "-c", RUN, *COMMAND, "--password-stdin", "--json"]
    start = time.perf_counter()
    done = subprocess.Popen(
        [*words, "--folder", str(folder / "out")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "BACKOFFICE_DATABASE_URL": url, "BACKOFFICE_STATE_FOLDER": str(folder)},
    )
    assert done.stdin is not None, "it was asked for"
    assert done.stdout is not None, "it was asked for"
    done.stdin.write(PASSWORD + "\n")
    done.stdin.close()
    told = done.stdout.read()
    _, status, used = os.wait4(done.pid, 0)
    seconds = time.perf_counter() - start
    done.returncode = os.waitstatus_to_exitcode(status)
    answer = json.loads(told)
    if done.returncode or (len(answer["closed"]), len(answer["files"])) != (halls, halls):
        raise RuntimeError(f"not every hall was closed and handed over: {told[:500]}")
    return Spent(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _papers_in(folder: Path) -> Iterator[str]:
    """Give the SHA-256 of each paper in the files, as their manifests say it."""
    for path in folder.glob("out/*.zip"):
        with zipfile.ZipFile(path) as packed:
            for one in json.loads(packed.read("manifest.json"))["files"]:
                if one["name"].endswith(".pdf"):
                    yield one["sha256"]


def _bundles(engine: Engine, actor: Actor) -> list[tuple[int, str]]:
    with begin_read(engine, actor) as uow:
        found = uow.session.execute(
            select(Document.hall_id, Document.number)
            .where(Document.kind == BUNDLE)
            .order_by(Document.hall_id)
        )
        return [(hall_id, number or "") for hall_id, number in found]


def _render(pages: Sequence[str]) -> tuple[Spent, list[str]]:
    """Lay all pages out in processes that are warm; what their start took is not counted."""
    with renderers() as pool:
        start = time.perf_counter()
        done = pool.map(render_bare, pages, chunksize=1)
        seconds = time.perf_counter() - start
    digests, taken, peaks = zip(*done, strict=True)
    return Spent(seconds, sum(taken), max(peaks)), list(digests)


def _report(
    halls: int, papers: int, written: int, *, ours: Spent, rows: Spent, bare: Spent
) -> bool:
    floor = rows.seconds + bare.seconds
    ratio, of_processor = ours.seconds / floor, ours.processor / (rows.seconds + bare.processor)
    kept = ratio <= LIMIT
    print(
        f"one day of {halls:,} halls x {LINES} lines closed and handed over by one command\n"
        f"  {papers:,} papers and {written:,} rows, the same on both sides\n"
        f"  ours {ours.seconds:.1f} s ({halls / ours.seconds:.2f} halls/s),"
        f" {ours.processor:.1f} s of processors\n"
        f"  floor {floor:.1f} s: SQL {rows.seconds:.2f} s, PDF {bare.seconds:.1f} s"
        f" ({bare.processor:.1f} s of processors)\n"
        f"  ratio {ratio:.2f}, limit {LIMIT:.2f}: {'kept' if kept else 'NOT KEPT'};"
        f" by processors {of_processor:.2f}\n"
        f"  memory of the largest process: ours {ours.megabytes} MB, floor {bare.megabytes} MB"
    )
    return kept
