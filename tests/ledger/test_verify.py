"""What `verify` sees beyond single rows: forged chains, cut ones, and what follows from them."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from ledger.events import Event, event_hash
from ledger.rows import plain
from ledger.schema import Base, immutable_tables
from ledger.verify import Difference
from tests.builders import OpenHall, receive_gifts
from tests.ledger.tampering import Books, add, last_event, rows_of

EVENTS = Base.metadata.tables[Event.__tablename__]

MINE = "WHERE hall_id = :hall"
AN_ACCOUNT = f"(SELECT MIN(id) FROM accounts {MINE})"
A_UNIT = f"(SELECT MIN(id) FROM units {MINE})"


def head_of(connection: Connection, books: Books) -> tuple[int, str]:
    """Give what a paper of this moment shows: number and hash of the last event."""
    number = last_event(connection, books.hall.id)
    digest = connection.scalar(
        text(f"SELECT hash FROM events {MINE} AND event_no = :number"),
        {"hall": books.hall.id, "number": number},
    )
    assert isinstance(digest, str)
    return number, digest


def forge(connection: Connection, books: Books, number: int, actor: str) -> str:
    """Change who acted in an event and give it the hash that fits; gives that hash."""
    row = next(r for r in rows_of(connection, EVENTS, books.hall.id) if r["event_no"] == number)
    row["actor"] = actor
    digest = event_hash(tuple(plain(value) for name, value in row.items() if name != "hash"))
    connection.execute(
        text(f"UPDATE events SET actor = :actor, hash = :hash {MINE} AND event_no = :number"),
        {"actor": actor, "hash": digest, "hall": books.hall.id, "number": number},
    )
    return digest


def cut_last_event(connection: Connection, books: Books, *, with_head: bool) -> int:
    """Remove the last event with all it wrote, and let the head say so too; gives its number."""
    values = {"hall": books.hall.id, "number": last_event(connection, books.hall.id)}
    for table in immutable_tables():
        connection.execute(text(f"DELETE FROM {table.name} {MINE} AND event_no = :number"), values)
    if with_head:
        connection.execute(
            text(
                "UPDATE hall_heads SET last_event = :number - 1, head_hash ="
                f" (SELECT hash FROM events {MINE} AND event_no = :number - 1) {MINE}"
            ),
            values,
        )
    return values["number"]


def test_the_place_is_named_in_both_languages(books: Books) -> None:
    with books.below() as connection:
        connection.execute(
            text(f"UPDATE postings SET amount = amount + 1 {MINE}"), {"hall": books.hall.id}
        )
        first = books.verify(connection)[0]
    assert isinstance(first, Difference)
    assert "postings" in first.text.zh
    assert f"event {first.event_no}" in first.text.en


def test_several_changes_are_all_told_and_the_first_in_the_chain_comes_first(books: Books) -> None:
    with books.below() as connection:
        last = last_event(connection, books.hall.id)
        for number in (last, 2):
            connection.execute(
                text(f"UPDATE events SET actor = 'x' {MINE} AND event_no = :number"),
                {"hall": books.hall.id, "number": number},
            )
        found = books.verify(connection)
    assert [(each.event_no, each.place) for each in found] == [(2, "events"), (last, "events")]


def test_a_chain_cut_short_is_seen_by_its_head(books: Books) -> None:
    with books.below() as connection:
        gone = cut_last_event(connection, books, with_head=False)
        assert books.first(connection) == (gone, "hall_heads")


def test_a_chain_cut_short_with_its_head_is_seen_only_by_what_a_paper_says(books: Books) -> None:
    with books.below() as connection:
        shown = head_of(connection, books)
        assert books.verify(connection, shown) == []
        gone = cut_last_event(connection, books, with_head=True)
        assert books.verify(connection) == []
        found = books.verify(connection, shown)
    assert [(each.event_no, each.place) for each in found] == [(gone, "events")]


def test_a_rewritten_chain_is_seen_only_by_what_a_paper_says(books: Books) -> None:
    with books.below() as connection:
        shown = head_of(connection, books)
        digest = forge(connection, books, shown[0], "somebody else")
        connection.execute(
            text(f"UPDATE hall_heads SET head_hash = :hash {MINE}"),
            {"hash": digest, "hall": books.hall.id},
        )
        assert books.verify(connection) == []
        found = books.verify(connection, shown)
    assert [(each.event_no, each.place) for each in found] == [(shown[0], "events")]


def test_a_last_event_forged_to_fit_is_seen_by_the_head(books: Books) -> None:
    with books.below() as connection:
        last = last_event(connection, books.hall.id)
        forge(connection, books, last, "somebody else")
        assert books.first(connection) == (last, "hall_heads")


def test_an_earlier_event_forged_to_fit_is_seen_by_the_next_one(books: Books) -> None:
    with books.below() as connection:
        forge(connection, books, 3, "somebody else")
        assert books.first(connection) == (4, "events")


def test_an_event_appended_to_fit_is_seen_by_the_head(books: Books) -> None:
    with books.below() as connection:
        row = rows_of(connection, EVENTS, books.hall.id)[-1]
        last, previous = row["event_no"], row["hash"]
        assert isinstance(last, int)
        row |= {"event_no": last + 1, "previous": previous}
        row["hash"] = event_hash(tuple(plain(v) for name, v in row.items() if name != "hash"))
        assert add(connection, EVENTS, row)
        assert books.first(connection) == (last + 1, "hall_heads")


@pytest.mark.parametrize("length", [64, 16, 8])
def test_a_paper_may_show_the_beginning_of_a_hash(books: Books, length: int) -> None:
    with books.below() as connection:
        number, digest = head_of(connection, books)
        assert books.verify(connection, (number, digest[:length])) == []
        assert books.verify(connection, (number - 1, digest[:length])) != []


@pytest.mark.parametrize(("shift", "digest"), [(0, "f" * 64), (0, ""), (1, "0" * 64), (-99, "")])
def test_what_no_paper_of_this_hall_says_is_a_difference(
    books: Books, shift: int, digest: str
) -> None:
    with books.below() as connection:
        number = last_event(connection, books.hall.id) + shift
        found = books.verify(connection, (number, digest))
    assert [(each.event_no, each.place) for each in found] == [(number, "events")]


@pytest.mark.parametrize("contents", ["", "{", "[]", "7", "null", '{"postings": 3}', '{"a": [1]}'])
def test_an_event_whose_contents_cannot_be_read_is_a_difference_and_no_crash(
    books: Books, contents: str
) -> None:
    with books.below() as connection:
        connection.execute(
            text(f"UPDATE events SET contents = :contents {MINE} AND event_no = 2"),
            {"contents": contents, "hall": books.hall.id},
        )
        assert books.first(connection) == (2, "events")


def test_a_fraction_written_over_a_whole_number_is_a_difference_and_no_crash(
    books: Books,
) -> None:
    with books.below() as connection:
        connection.execute(
            text(f"UPDATE postings SET amount = 1.5 {MINE} AND amount = 1"), {"hall": books.hall.id}
        )
        first = books.first(connection)
    assert first is not None
    assert first[1] == "postings"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE balances SET amount = amount + 1 {MINE} AND amount > 0",
        f"UPDATE balances SET amount = 0 {MINE} AND amount < 0",
        f"DELETE FROM balances {MINE} AND amount <> 0",
        (
            "INSERT INTO balances (hall_id, account_id, commodity_id, side, amount)"
            " VALUES (:hall, 999999, 1, 1, 5)"
        ),
    ],
)
def test_a_balance_that_is_not_the_sum_of_its_postings_is_found(
    books: Books, statement: str
) -> None:
    assert {place for _, place in books.after(statement)} == {"balances"}


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE units SET account_id = account_id + 1 {MINE} AND id = {A_UNIT}",
        f"UPDATE units SET commodity_id = commodity_id + 1 {MINE} AND id = {A_UNIT}",
        f"UPDATE units SET serial = 'X' {MINE} AND id = {A_UNIT}",
        f"DELETE FROM units {MINE} AND id = {A_UNIT}",
        (
            "INSERT INTO units (hall_id, id, commodity_id, account_id, serial, opened_on, closed)"
            " VALUES (:hall, 999999, 1, 1, 'X', '2026-11-20', 0)"
        ),
        f"DELETE FROM identifiers WHERE holder_hall_id = :hall AND unit_id = {A_UNIT}",
        (
            "UPDATE identifiers SET unit_id = 999999 WHERE holder_hall_id = :hall"
            f" AND unit_id = {A_UNIT}"
        ),
        (
            "UPDATE identifiers SET holder_hall_id = 999999 WHERE holder_hall_id = :hall"
            f" AND unit_id = {A_UNIT}"
        ),
    ],
)
def test_a_unit_that_is_not_what_and_where_its_postings_say_is_found(
    books: Books, statement: str
) -> None:
    assert {place for _, place in books.after(statement)} == {"units"}


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE documents SET state = 'reversed' {MINE} AND state = 'posted'",
        f"UPDATE documents SET state = 'submitted' {MINE} AND state = 'approved'",
        f"UPDATE documents SET state = 'approved' {MINE} AND state = 'submitted'",
        f"DELETE FROM documents {MINE} AND number = '2026-RK-000001'",
        (
            "INSERT INTO documents (hall_id, id, kind, state, number, business_date, revision,"
            " maker_id, amount_fen, required_roles, remark) VALUES (:hall, 999999, 'draw',"
            " 'posted', '2026-CK-000999', '2026-11-20', 1, 1, 0, '', '')"
        ),
    ],
)
def test_a_document_that_is_not_in_the_state_its_events_say_is_found(
    books: Books, statement: str
) -> None:
    assert {place for _, place in books.after(statement)} == {"documents"}


def test_tampering_in_one_hall_is_no_difference_in_another(
    books: Books, other_hall: OpenHall
) -> None:
    receive_gifts(other_hall, 3)
    other = Books(other_hall, books.owner)
    with books.below() as connection:
        connection.execute(
            text(f"UPDATE postings SET amount = amount + 1 {MINE}"), {"hall": books.hall.id}
        )
        assert books.verify(connection) != []
        assert other.verify(connection) == []
