"""`make bench`: every limit on speed and memory, measured against a floor in the same run.

The long comparison with the oracle runs here too. Names of parts as arguments run only those.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from backoffice.schema_setup import migrate
from tests.bench.audit_day import measure_one_day
from tests.bench.audit_group import compare_group_audit
from tests.bench.closing import HALLS, compare_closing
from tests.bench.history import compare_histories
from tests.bench.invoices import compare_invoices
from tests.bench.measuring import describe_machine, server_version
from tests.bench.oracle import compare_with_oracle
from tests.bench.posting import compare_posting
from tests.bench.receiving import compare_receiving
from tests.bench.replay import replay_the_sample
from tests.bench.stocktake import compare_stocktake
from tests.databases import Databases

Part = Callable[[Databases, Path], bool]


def _posting(databases: Databases, _: Path) -> bool:
    with databases.fresh("postgresql") as url:
        return compare_posting(url)


def _receiving(databases: Databases, _: Path) -> bool:
    with databases.fresh("postgresql") as url:
        return compare_receiving(url)


def _group(databases: Databases, _: Path) -> bool:
    with databases.fresh("postgresql") as url:
        return compare_group_audit(url)


def _stocktake(databases: Databases, _: Path) -> bool:
    with databases.fresh("postgresql") as url:
        return compare_stocktake(url)


def _closing(databases: Databases, _: Path, halls: int = HALLS) -> bool:
    with databases.fresh("postgresql") as url:
        return compare_closing(url, halls)


def _history(databases: Databases, _: Path) -> bool:
    return compare_histories(databases)


def _invoices(databases: Databases, _: Path) -> bool:
    return compare_invoices(databases)


def _oracle(databases: Databases, folder: Path) -> bool:
    kept = []
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as url:
            kept.append(compare_with_oracle(kind, url, folder))
    return all(kept)


def _replay(databases: Databases, _: Path) -> bool:
    with databases.fresh("postgresql") as url:
        return replay_the_sample(url)


PARTS: dict[str, Part] = {
    "posting": _posting,
    "receiving": _receiving,
    "day": measure_one_day,
    "group": _group,
    "stocktake": _stocktake,
    "closing": _closing,
    "history": _history,
    "invoices": _invoices,
    "oracle": _oracle,
    "replay": _replay,
}


def main(words: list[str]) -> int:
    """Run the named parts, or all; gives 1 when a limit is not kept."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", default=[])
    asked.add_argument("--halls", type=int, default=HALLS, help="halls that `closing` closes")
    given = asked.parse_args(words)
    kept = []
    with TemporaryDirectory() as name:
        databases = Databases(Path(name), migrate, durable=True)
        try:
            with databases.fresh("postgresql", migrated=False) as url:
                describe_machine(server_version(url))
            for part in given.parts or PARTS:
                one = partial(_closing, halls=given.halls) if part == "closing" else PARTS[part]
                kept.append(one(databases, Path(name)))
                print(f"  load {os.getloadavg()[0]:.2f}\n", flush=True)
        finally:
            databases.close()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
