"""Rows staged in blocks are the rows that were given, whatever their texts hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from backoffice.database import begin_work
from ledger.events import canonical, canonical_columns, canonical_rows
from ledger.rows import FEW, Row, copy_rows, copy_text, stage_rows
from ledger.work import system_actor
from tests.databases import Databases

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


@pytest.mark.postgresql
def test_rows_copied_from_their_json_are_the_rows_or_are_left_to_the_other_way(
    databases: Databases, open_engine: Callable[[str], Engine]
) -> None:
    simple: list[Row] = [(no, f"S{no}", None if no % 2 else "") for no in range(FEW)]
    columns = ["hall", "no", "name", "other"]
    with (
        databases.fresh("postgresql") as url,
        begin_work(open_engine(url), system_actor("load")) as uow,
    ):
        assert copy_text(uow.session, (7,), simple, canonical_rows(simple))
        for odd in (*ODD, "a,b", "],[", "[null", "null", 'say "x"', None):
            rows: list[Row] = [*simple, (FEW, "null", odd)]
            written = copy_text(uow.session, (7,), rows, canonical_rows(rows))
            whole: list[Row] = [(7, *row) for row in rows]
            stage_rows(uow.session, "staged_rows", [("hall", "BIGINT"), *COLUMNS], [])
            texts = [written] if written else []
            rest = [] if written else whole
            copy_rows(uow.session.connection(), "staged_rows", columns, rest, texts)
            found = uow.session.execute(text("SELECT * FROM staged_rows ORDER BY no"))
            assert [tuple(row) for row in found] == whole, odd


def test_the_canonical_form_is_the_same_however_it_is_made() -> None:
    rows: list[Row] = [(no, "100%", None, no + 5, "d'\"") for no in range(2_345)]
    whole = canonical(rows)
    assert canonical_rows(rows) == whole
    columns = (range(2_345), "100%", None, [no + 5 for no in range(2_345)], "d'\"")
    assert canonical_columns(columns) == whole
    assert canonical_rows([]) == canonical([])
