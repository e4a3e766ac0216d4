"""The second net on PostgreSQL: in an actor's session the rows of other halls are not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backoffice.database import make_engine
from ledger.schema import hall_tables
from ledger.work import Actor
from tests.builders import LOADER, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.tampering import fill
from tests.observing import everything

Halls = tuple[OpenHall, OpenHall]


@pytest.fixture(scope="module", params=[pytest.param("", marks=pytest.mark.postgresql)])
def halls(databases: Databases) -> Iterator[Halls]:
    """Give two halls of one PostgreSQL database, each with rows in every immutable table."""
    with databases.fresh("postgresql") as url:
        engine = make_engine(url)
        mine, theirs = open_hall(engine, "S001"), open_hall(engine, "S002")
        for hall in (mine, theirs):
            fill(hall)
        yield mine, theirs
        engine.dispose()


def seen_by(hall: OpenHall, who: str | Actor) -> dict[str, set[int]]:
    """Give table -> the halls whose rows the actor's own SQL finds there, empty tables left out."""
    with hall.read(who) as uow:
        found = {
            table.name: set(
                uow.session.execute(text(f"SELECT DISTINCT hall_id FROM {table.name}")).scalars()
            )
            for table in hall_tables()
        }
    return {name: ids for name, ids in found.items() if ids}


def test_an_actor_sees_only_his_hall_whatever_he_asks(halls: Halls) -> None:
    mine, theirs = halls
    tables = seen_by(mine, LOADER).keys()
    assert len(tables) > 30
    assert seen_by(mine, "K01") == {name: {mine.id} for name in tables}
    assert seen_by(theirs, "K01") == {name: {theirs.id} for name in tables}


def test_an_actor_of_two_halls_sees_both_and_one_of_none_sees_nothing(halls: Halls) -> None:
    mine, theirs = halls
    clerk = frozenset({"clerk"})
    tables = seen_by(mine, LOADER).keys()
    both = Actor(9, "both", {mine.id: clerk, theirs.id: clerk})
    assert seen_by(mine, both) == {name: {mine.id, theirs.id} for name in tables}
    assert seen_by(mine, Actor(9, "nobody")) == {}
    assert seen_by(mine, Actor(9, "elsewhere", {theirs.id + 1: clerk})) == {}


def test_one_actors_halls_do_not_stay_with_the_connection(halls: Halls) -> None:
    mine, theirs = halls
    engine = make_engine(mine.engine.url.render_as_string(hide_password=False))
    tables = seen_by(mine, LOADER).keys()
    for hall in (mine, theirs, mine):
        with hall.on(engine).work("K01"):
            pass
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM postings")) == 0
        assert seen_by(hall.on(engine), "K01") == {name: {hall.id} for name in tables}
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM postings")) == 0
    assert engine.pool.status().startswith("Pool size: 5  Connections in pool: 1")
    engine.dispose()


def test_rows_of_another_hall_are_neither_changed_nor_removed(halls: Halls) -> None:
    mine, theirs = halls
    before = everything(mine)
    with mine.read("K01") as uow:
        changed = {
            f"{table.name}: {statement}"
            for table in hall_tables()
            for statement in ("UPDATE {} SET hall_id = hall_id", "DELETE FROM {}")
            if not table.info.get("immutable")
            and uow.session.execute(
                text(f"{statement.format(table.name)} WHERE hall_id = :theirs"),
                {"theirs": theirs.id},
            ).rowcount  # type: ignore[attr-defined]
        }
    assert changed == set()
    assert everything(mine) == before


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT INTO accounts (hall_id, id, kind, holder, side)"
            " VALUES (:theirs, 9999, 'store', 'x', 1)"
        ),
        (
            "INSERT INTO nil_declarations (hall_id, event_no, business_date, source, person_id)"
            " VALUES (:theirs, 9999, '2026-11-20', 'accounts', 1)"
        ),
        (
            "INSERT INTO postings SELECT :theirs, event_no, id + 9999, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id"
            " FROM postings"
        ),
        "UPDATE accounts SET hall_id = :theirs",
        "UPDATE hall_heads SET hall_id = :theirs + 1",
    ],
)
def test_no_row_is_written_for_another_hall(halls: Halls, statement: str) -> None:
    mine, theirs = halls
    before = everything(mine)
    with pytest.raises(ProgrammingError, match="row-level security"), mine.work("K01") as uow:
        uow.session.execute(text(statement), {"theirs": theirs.id})
    assert everything(mine) == before
