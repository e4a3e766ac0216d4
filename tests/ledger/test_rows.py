"""Rows staged in blocks are the rows that were given, whatever their texts hold."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from backoffice.database import begin_work
from ledger.rows import Row, stage_rows
from ledger.work import system_actor

COLUMNS = [("no", "BIGINT"), ("name", "TEXT"), ("other", "TEXT")]
ODD = ("", "None", "a\tb", "a\nb", "a\r", "\\N", "\\t", "b'x'", 'b"', "%s", "百分之五")


def staged(engine: Engine, rows: list[Row]) -> list[Row]:
    """Stage rows and read them back."""
    with begin_work(engine, system_actor("load")) as uow:
        stage_rows(uow.session, "staged_rows", COLUMNS, rows)
        found = uow.session.execute(text("SELECT no, name, other FROM staged_rows ORDER BY no"))
        return [(row[0], row[1], row[2]) for row in found]


@pytest.mark.parametrize("odd", [*ODD, None])
def test_a_row_with_an_odd_text_among_plain_ones_comes_back(
    engine: Engine, odd: str | None
) -> None:
    rows: list[Row] = [(no, f"S{no}", "") for no in range(3)]
    rows.append((3, "S3", odd))
    assert staged(engine, rows) == rows


def test_nothing_and_the_word_for_it_are_told_apart(engine: Engine) -> None:
    rows: list[Row] = [
        (no, "None" if no % 2 else None, None if no % 3 else "None") for no in range(6)
    ]
    assert staged(engine, rows) == rows
    blank: list[Row] = [(no, None, f"S{no}") for no in range(3)]
    assert staged(engine, blank) == blank


def test_plain_blocks_and_odd_ones_follow_each_other(engine: Engine) -> None:
    rows: list[Row] = [(no, f"S{no}", "x\ty" if no == 1_500 else "z") for no in range(3_500)]
    assert staged(engine, rows) == rows
