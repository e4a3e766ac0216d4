"""The sample day with one sale and one count changed, so that goods do not agree."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.backoffice.visitors import SAMPLE

OF_A05 = "867123060005081"
"""A handset in A05's custody, which A03 sells here."""
SOLD_BY_A03 = "2026112000104"
NEVER_COUNTED = "867123050001165"
UNCONFIRMED_IN_THE_SAMPLE = (
    ("2026112000348", "867123060005099", "elsewhere"),
    ("2026112000350", "5026110000001003", "already_sold"),
)
"""Lines the sample itself has and the books cannot follow: transaction, serial, why."""


def change_sample(folder: Path) -> Path:
    """Copy the sample: A03 sells A05's handset, and one of A06's is missing from his count."""
    shutil.copytree(SAMPLE, folder)
    _edit(folder / "账目.csv", _sell_anothers)
    _edit(folder / "盘点.csv", lambda row: row["串号"] != NEVER_COUNTED)
    return folder


def _sell_anothers(row: dict[str, str]) -> bool:
    if row["流水号"] == SOLD_BY_A03:
        row["串号"] = OF_A05
    return True


def _edit(path: Path, keep: Callable[[dict[str, str]], bool]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if keep(row)]
        names = list(reader.fieldnames or ())
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
