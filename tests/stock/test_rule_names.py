"""Every rule of DOMAIN about goods has tests that are named after it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
RULES = {*(f"{number:02d}" for number in range(1, 14)), "11b"}


def test_each_stk_rule_has_its_tests() -> None:
    named = {
        rule
        for file in TESTS.rglob("test_*.py")
        for rule in re.findall(r"^def test_stk_(\d\db?)_", file.read_text("utf-8"), re.MULTILINE)
    }
    assert named == RULES
