"""`make bench`: every limit on speed and memory, measured against a floor in the same run."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from backoffice.schema_setup import migrate
from tests.bench.measuring import describe_machine, server_version
from tests.bench.posting import compare_posting
from tests.databases import Databases


def main() -> int:
    """Run every benchmark; gives 1 when a limit is not kept."""
    with TemporaryDirectory() as folder:
        databases = Databases(Path(folder), migrate, durable=True)
        try:
            with databases.fresh("postgresql", migrated=True) as url:
                describe_machine(server_version(url))
                kept = [compare_posting(url)]
        finally:
            databases.close()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
