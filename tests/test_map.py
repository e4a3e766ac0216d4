"""The map in docs/ names every file with what it says of itself."""

from __future__ import annotations

from tests.source_map import MAP, render_map


def test_the_map_is_up_to_date() -> None:
    assert MAP.read_text() == render_map(), "write it anew: python -m tests.source_map"
