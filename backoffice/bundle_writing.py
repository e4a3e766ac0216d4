"""The sealed files of many bundles: each written by one of as many processes as there are cores.

Laying out the papers is nearly all of the work, and every hall's file stands for itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine

from backoffice.bundle_files import write_bundle_file
from backoffice.database import begin_read, make_engine
from ledger.finance.days import find_bundle
from ledger.organisations import Hall
from ledger.work import Actor

Key = tuple[int, str]
"""Hall and number of a bundle."""
FEW = 8
"""So many files are written before another process is ready to write its first."""


def write_bundle_files(
    engine: Engine, actor: Actor, keys: Sequence[Key], folder: Path
) -> Iterator[Path]:
    """Write the file of each bundle into a folder, and give where, in the order of the keys.

    No process holds more than one hall's papers at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    processes = min(os.cpu_count() or 1, len(keys) // FEW)
    if processes < 2:
        for key in keys:
            yield _write(engine, actor, key, folder)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(url, actor)
    ) as pool:
        try:
            yield from pool.map(_write_here, keys, [folder] * len(keys))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _write(engine: Engine, actor: Actor, key: Key, folder: Path) -> Path:
    hall_id, number = key
    with begin_read(engine, actor) as uow:
        hall = uow.session.get_one(Hall, hall_id)
        return write_bundle_file(uow, hall, find_bundle(uow, hall, number), folder)


_HERE: list[tuple[Engine, Actor]] = []
"""What a process that writes was started with."""


def _begin(url: str, actor: Actor) -> None:
    _HERE.append((make_engine(url), actor))


def _write_here(key: Key, folder: Path) -> Path:
    engine, actor = _HERE[0]
    return _write(engine, actor, key, folder)
