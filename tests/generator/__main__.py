"""`python -m tests.generator sample OUT` writes the sample hall's folder under OUT."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.generator import make_hall
from tests.generator.sample import FOLDER, write_sample

_USAGE = "usage: python -m tests.generator sample OUT | hall OUT SEED DAYS [FAULTS]\n"


def main(arguments: list[str]) -> int:
    """Write what is asked for; give the exit code."""
    if len(arguments) == 2 and arguments[0] == "sample":
        faults = write_sample(Path(arguments[1]))
        sys.stdout.write(f"{FOLDER}: {len(faults)} faults planted\n")
        return 0
    if len(arguments) in {4, 5} and arguments[0] == "hall":
        seed, days, *faulty = (int(argument) for argument in arguments[2:])
        made = make_hall(Path(arguments[1]), seed=seed, days=days, faults=sum(faulty))
        sys.stdout.write(f"{made.code}: {len(made.folders)} days\n")
        return 0
    sys.stderr.write(_USAGE)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
