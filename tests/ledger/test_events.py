"""The chain of events: its canonical form, its links, and the same bytes on both databases."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, Table, Text, select

from backoffice.database import make_engine
from ledger.events import Event, TableDigest, canonical, record
from ledger.lifecycle import advance
from ledger.organisations import HallHead
from ledger.posting_errors import InsufficientBalance
from ledger.rows import plain
from ledger.schema import LATER, Base, immutable_tables, microseconds
from tests.builders import (
    DAY,
    NOW,
    OpenHall,
    move_gifts,
    move_phones,
    open_hall,
    receive_gifts,
    receive_phones,
)
from tests.databases import Databases
from tests.ledger.tampering import fill

RAW_FILES = Base.metadata.tables["raw_files"]


def chain(hall: OpenHall) -> list[dict[str, object]]:
    with hall.read() as uow:
        table = Event.__table__
        rows = uow.session.execute(
            select(table).where(table.c.hall_id == hall.id).order_by(table.c.event_no)
        )
        return [dict(row) for row in rows.mappings()]


def test_the_canonical_form_is_json_without_blanks_in_utf8_with_sorted_names() -> None:
    assert canonical([1, -2, "票", None, "", {"b": 1, "a": "é"}]) == (
        '[1,-2,"票",null,"",{"a":"é","b":1}]'.encode()
    )


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (None, None),
        ("", ""),
        (True, 1),
        (7, 7),
        (b"\x00", b"\x00"),
        (memoryview(b"\xff"), b"\xff"),
        (dt.date(2026, 2, 3), "2026-02-03"),
        (dt.datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=dt.UTC), 1_000_005),
        (
            dt.datetime(1970, 1, 1, 8, 0, 1, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            1_000_000,
        ),
        (dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=dt.UTC), -1_000_000),
    ],
)
def test_every_value_has_one_plain_form(value: object, form: object) -> None:
    found = plain(value)
    assert (found, type(found)) == (form, type(form))


@pytest.mark.parametrize("value", [1.5, object(), [1]])
def test_a_value_without_plain_form_is_a_programmers_error(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


rows = st.lists(
    st.tuples(st.integers(), st.none() | st.text(), st.binary()), min_size=1, max_size=8
)


@given(rows=rows, cuts=st.lists(st.integers(0, 8), max_size=3))
def test_a_digest_does_not_depend_on_how_rows_were_cut_into_calls(
    rows: list[tuple[int, str | None, bytes]], cuts: list[int]
) -> None:
    whole, pieces = TableDigest(RAW_FILES), TableDigest(RAW_FILES)
    whole.add(rows)
    ends = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for start, end in pairwise(ends):
        pieces.add(rows[start:end])
    assert (pieces.count, pieces.hexdigest()) == (whole.count, whole.hexdigest())


@given(rows=rows, other=rows)
def test_other_rows_have_another_digest(
    rows: list[tuple[int, str | None, bytes]], other: list[tuple[int, str | None, bytes]]
) -> None:
    first, second = TableDigest(RAW_FILES), TableDigest(RAW_FILES)
    first.add(rows)
    second.add(other)
    assert (first.hexdigest() == second.hexdigest()) == (rows == other)


def _table(*later: str) -> Table:
    columns = [Column(name, Text) for name in ("hall_id", "event_no", "number", "reason")]
    columns += [Column(name, Text, info={LATER: ""}) for name in later]
    return Table("forms", MetaData(), *columns)


def _digest(table: Table, *rows: tuple[str, ...]) -> str:
    digest = TableDigest(table)
    digest.add(rows)
    return digest.hexdigest()


def test_rows_written_before_a_column_was_added_hash_as_they_did() -> None:
    before = _digest(_table(), ("1", "torn"), ("2", ""))
    assert _digest(_table("period", "place"), ("1", "torn", "", ""), ("2", "", "", "")) == before


def test_what_stands_in_a_column_added_later_is_hashed() -> None:
    wide = _table("period", "place")
    stated = [("", ""), ("x", ""), ("", "x"), ("x", "x"), ("xx", "")]
    digests = [_digest(wide, ("1", "torn", *later)) for later in stated]
    assert len(set(digests)) == len(stated)
    assert _digest(wide, ("1", "x", "", "")) != _digest(wide, ("1", "", "x", ""))


def test_the_same_rows_of_another_table_have_another_digest() -> None:
    digests = {TableDigest(table).hexdigest() for table in immutable_tables()}
    assert len(digests) == len(immutable_tables())


def test_each_event_carries_the_hash_of_the_one_before_and_the_head_the_last(
    hall: OpenHall,
) -> None:
    receive_gifts(hall, 5)
    move_gifts(hall, "draw", "store > clerk A01", 2)
    events = chain(hall)
    assert [event["event_no"] for event in events] == list(range(1, len(events) + 1))
    assert [event["previous"] for event in events] == ["", *[e["hash"] for e in events[:-1]]]
    assert len({event["hash"] for event in events}) == len(events)
    with hall.read() as uow:
        head = uow.session.get_one(HallHead, hall.id)
        assert (head.last_event, head.head_hash) == (len(events), events[-1]["hash"])


def test_an_events_hash_is_the_sha256_of_its_columns_as_documented(hall: OpenHall) -> None:
    """Written anew from the module's docstring, so that another program could check the chain."""
    receive_gifts(hall, 5)
    for event in chain(hall):
        at, date = event["at"], event["business_date"]
        assert isinstance(at, dt.datetime)
        assert isinstance(date, dt.date)
        columns = [1, event["hall_id"], event["event_no"], microseconds(at)]
        columns += [event[name] for name in ("person_id", "actor", "act", "subject")]
        columns += [date.isoformat(), event["facts"], event["contents"], event["previous"]]
        form = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(form.encode()).hexdigest() == event["hash"]


def test_an_event_says_how_many_rows_it_wrote_into_which_table(hall: OpenHall) -> None:
    receive_phones(hall, hall.serials(3))
    submitted, posted = (json.loads(str(event["contents"])) for event in chain(hall))
    assert {name: count for name, (count, _) in submitted.items()} == {
        "document_revisions": 1,
        "document_lines": 3,
        "signatures": 1,
    }
    assert {name: count for name, (count, _) in posted.items()} == {"postings": 3}


def test_an_act_that_fails_leaves_no_event_and_no_number(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    before = chain(hall)

    def write_and_fail() -> None:
        with hall.work() as uow, record(uow, hall_id=hall.id, act="test", subject="") as event:
            event.insert(Base.metadata.tables["nil_declarations"], [("2026-11-20", "x", 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert chain(hall) == before
    receive_gifts(hall, 5)
    assert [event["event_no"] for event in chain(hall)] == [1, 2, 3, 4]


def test_facts_are_kept_with_their_chinese_words(hall: OpenHall) -> None:
    facts = {"reason": "“破损”", "count": 2, "nested": {"b": None, "a": [1]}}
    with (
        hall.work() as uow,
        record(uow, hall_id=hall.id, act="test", subject="x", facts=facts) as event,
    ):
        event.facts["more"] = "后补"
    (stored,) = chain(hall)
    assert json.loads(str(stored["facts"])) == {**facts, "more": "后补"}
    assert "破损" in str(stored["facts"])
    assert stored["business_date"] is None


@pytest.mark.postgresql
def test_the_same_acts_at_the_same_time_give_the_same_chain_on_both_databases(
    databases: Databases,
) -> None:
    chains = []
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as url:
            engine = make_engine(url)
            chains.append(chain(a_day_of_acts(engine)))
            engine.dispose()
    on_sqlite, on_postgresql = chains
    assert len(on_sqlite) > 10
    assert on_sqlite == on_postgresql


def a_day_of_acts(engine: Engine) -> OpenHall:
    """Write every sort of row, few and many at once, with a refusal and a reversal in between."""
    hall = open_hall(engine)
    fill(hall)
    serials = hall.serials(254)[4:]
    receive_phones(hall, serials)
    drawn = move_phones(hall, "draw", "store > clerk A01", serials[:210])
    with pytest.raises(InsufficientBalance):
        move_gifts(hall, "draw", "store > clerk A01", 10)
    with hall.work("M01", now=NOW + dt.timedelta(hours=3, microseconds=1)) as uow:
        advance(uow, drawn, "reverse", reason="领错了", on=DAY)
    return hall
