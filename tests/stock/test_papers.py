"""Stock papers of a hall folder: which places each moves goods between, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from stdnum import luhn

from ledger.accounts import register_commodity
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.hall_rules import CounterClerk
from ledger.papers import PaperChanged, PaperRefused
from ledger.posting_errors import (
    IdentifierTaken,
    InsufficientBalance,
    QuantityNotPositive,
    SerialsNotTracked,
    UnitCountMismatch,
    UnitElsewhere,
)
from ledger.postings import Posting
from ledger.schema import microseconds
from ledger.units import Identifier, Unit
from stock.errors import UnknownHolder, UnknownItem
from stock.papers import load_stock_papers
from stock.serials import SerialRefused
from tests.builders import DAY, LOADER, NOW, OpenHall
from tests.observing import everything, held, refused, whereabouts

ITEMS = {
    "P1": ("handset", "serial"),
    "SIM1": ("sim", "serial"),
    "RC1": ("recharge_card", "serial"),
    "G1": ("gift", "quantity"),
}
COUNTER = "一号台"

Row = dict[str, Any]


def paper(kind: str, number: str, item: str, quantity: int = 1, **cells: object) -> Row:
    """Give a row as the reader of `stock` gives it; `minutes` after NOW says when it was."""
    minutes = cells.pop("minutes", 0)
    assert isinstance(minutes, int)
    row: Row = {"serial": "", "serial_to": "", "clerk": "", "unit_cost": None}
    row |= {"kind": kind, "document_no": number, "item": item, "quantity": quantity}
    return row | {"at": microseconds(NOW + dt.timedelta(minutes=minutes))} | cells


def load(hall: OpenHall, *rows: Row) -> int:
    """Load rows as the lines of a file, the first being line 2; gives how many papers were new."""
    with hall.work(LOADER) as uow:
        for code, (category, tracking) in ITEMS.items():
            register_commodity(uow, code=code, name=code, category=category, tracking=tracking)
        if uow.session.get(CounterClerk, (hall.id, COUNTER, "A01")) is None:
            uow.session.add(CounterClerk(hall_id=hall.id, counter=COUNTER, clerk="A01"))
            uow.session.flush()
        return load_stock_papers(
            uow, hall=hall.hall, file_name="stock.csv", rows=list(enumerate(rows, 2))
        )


def refuse(hall: OpenHall, reason: type[BackofficeError], *rows: Row) -> PaperRefused:
    """Give the refusal of a file, which must be for this reason and leave no trace."""
    load(hall)
    with refused(hall, PaperRefused) as refusal:
        load(hall, *rows)
    assert isinstance(refusal.value, PaperRefused)
    assert isinstance(refusal.value.reason, reason)
    return refusal.value


@pytest.mark.parametrize(
    ("kind", "clerk", "leaves", "goes"),
    [
        ("receipt", "", "supplier", "store"),
        ("receipt", "K01", "supplier", "store"),
        ("draw", "A01", "store", "clerk A01"),
        ("draw", COUNTER, "store", f"counter {COUNTER}"),
        ("transfer_out", "", "store", "transit"),
        ("transfer_in", "", "other_hall", "store"),
        ("lend", "", "store", "borrower"),
        ("scrap", "", "store", "loss"),
    ],
)
def test_each_kind_of_paper_moves_goods_between_its_places(
    hall: OpenHall, kind: str, clerk: str, leaves: str, goes: str
) -> None:
    load(hall, paper("receipt", "R-1", "G1", 10))
    before = held(hall)
    assert load(hall, paper(kind, "N-1", "G1", 3, clerk=clerk)) == 1
    after = held(hall)
    changes = {
        place: after.get((place, "G1"), 0) - before.get((place, "G1"), 0)
        for place, _ in before.keys() | after.keys()
    }
    assert {place: change for place, change in changes.items() if change} == {leaves: -3, goes: 3}


@pytest.mark.parametrize(
    ("kind", "goes"), [("return", "store"), ("lend", "borrower"), ("scrap", "loss")]
)
@pytest.mark.parametrize("holder", ["A01", COUNTER])
def test_what_a_clerk_or_counter_holds_comes_back_is_lent_and_scrapped(
    hall: OpenHall, kind: str, goes: str, holder: str
) -> None:
    load(hall, paper("receipt", "R-1", "G1", 10), paper("draw", "D-1", "G1", 4, clerk=holder))
    load(hall, paper(kind, "N-1", "G1", 4, clerk=holder))
    back = goes == "store"
    assert held(hall) == {
        ("store", "G1"): 10 if back else 6,
        ("supplier", "G1"): -10,
        (goes, "G1"): 10 if back else 4,
    }


def test_rows_of_one_number_are_one_document_with_a_line_each(hall: OpenHall) -> None:
    one, two = hall.serials(2)
    rows = [
        paper("receipt", "R-1", "P1", serial=one, unit_cost=1_000_00),
        paper("receipt", "R-1", "G1", 5),
        paper("receipt", "R-1", "P1", serial=two, unit_cost=1_200_00),
    ]
    assert load(hall, *rows) == 1
    with hall.read() as uow:
        document = uow.session.scalars(select(Document).where(Document.hall_id == hall.id)).one()
        assert (document.number, document.paper_no) == ("2026-RK-000001", "R-1")
        lines = select(Posting.document_line).where(Posting.document_id == document.id)
        assert sorted(uow.session.scalars(lines.where(Posting.hall_id == hall.id))) == [1, 2, 3]
        costs = select(Unit.serial, Unit.cost_fen).where(Unit.hall_id == hall.id)
        assert dict(uow.session.execute(costs).all()) == {one: 1_000_00, two: 1_200_00}


def test_papers_are_posted_in_the_order_of_their_times_and_not_of_their_lines(
    hall: OpenHall,
) -> None:
    serials = hall.serials(1)
    rows = [
        paper("return", "F-1", "P1", serial=serials[0], clerk="A01", minutes=30),
        paper("draw", "D-1", "P1", serial=serials[0], clerk="A01", minutes=20),
        paper("receipt", "R-1", "P1", serial=serials[0], minutes=10),
        paper("draw", "D-2", "P1", serial=serials[0], clerk="A02", minutes=40),
    ]
    assert load(hall, *rows) == 4
    assert whereabouts(hall) == {serials[0]: "clerk A02"}


def test_the_same_file_again_is_nothing_new_and_a_longer_one_only_what_it_adds(
    hall: OpenHall,
) -> None:
    first = paper("receipt", "R-1", "G1", 5)
    assert load(hall, first) == 1
    before = everything(hall)
    assert load(hall, first) == 0
    assert everything(hall) == before
    assert load(hall, first, paper("draw", "D-1", "G1", 2, clerk="A01", minutes=1)) == 1


def test_a_paper_that_came_with_other_content_is_refused(hall: OpenHall) -> None:
    load(hall, paper("receipt", "R-1", "G1", 5))
    refusal = refuse(hall, PaperChanged, paper("receipt", "R-1", "G1", 6))
    assert (refusal.facts["file"], refusal.facts["line"]) == ("stock.csv", 2)


@pytest.mark.parametrize(
    ("moment", "date"),
    [
        (dt.datetime(2026, 11, 20, 15, 59, 59, 999_999, tzinfo=dt.UTC), DAY),
        (dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC), DAY + dt.timedelta(days=1)),
        (dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC), DAY),
        (dt.datetime(2026, 11, 19, 15, 59, 59, tzinfo=dt.UTC), DAY - dt.timedelta(days=1)),
    ],
)
def test_a_papers_day_is_that_of_the_halls_clock(
    hall: OpenHall, moment: dt.datetime, date: dt.date
) -> None:
    load(hall, paper("receipt", "R-1", "G1", 5, at=microseconds(moment)))
    with hall.read() as uow:
        document = uow.session.scalars(select(Document).where(Document.hall_id == hall.id)).one()
        assert document.paper_date == date
        assert document.business_date == max(date, DAY)


def test_a_run_of_serials_is_spelled_out_with_its_zeros(hall: OpenHall) -> None:
    code = f"{hall.id:05d}"
    row = paper("receipt", "R-1", "RC1", 12, serial=f"{code}00098", serial_to=f"{code}00109")
    load(hall, row)
    spelled = [f"{code}{number:05d}" for number in range(98, 110)]
    assert whereabouts(hall) == dict.fromkeys(spelled, "store")
    with hall.read() as uow:
        names = select(Identifier.kind, Identifier.namespace, Identifier.value)
        rows = uow.session.execute(names.where(Identifier.holder_hall_id == hall.id))
        assert {tuple(row) for row in rows} == {("card", "RC1", serial) for serial in spelled}


def test_a_run_of_iccids_runs_on_the_body_and_each_gets_its_check_digit(hall: OpenHall) -> None:
    bodies = [f"898601{hall.id:08d}{number:05d}" for number in range(97, 103)]
    iccids = [body + luhn.calc_check_digit(body) for body in bodies]
    load(hall, paper("receipt", "R-1", "SIM1", 6, serial=iccids[0], serial_to=iccids[-1]))
    assert whereabouts(hall) == dict.fromkeys(iccids, "store")
    with hall.read() as uow:
        kinds = select(Identifier.kind, Identifier.namespace).distinct()
        rows = uow.session.execute(kinds.where(Identifier.holder_hall_id == hall.id))
        assert [tuple(row) for row in rows] == [("iccid", "")]


def test_part_of_a_run_is_drawn_and_the_rest_stays(hall: OpenHall) -> None:
    code = f"{hall.id:05d}"
    load(
        hall,
        paper("receipt", "R-1", "RC1", 10, serial=f"{code}00", serial_to=f"{code}09"),
        paper("draw", "D-1", "RC1", 4, serial=f"{code}03", serial_to=f"{code}06", clerk="A01"),
    )
    drawn = {serial for serial, where in whereabouts(hall).items() if where == "clerk A01"}
    assert drawn == {f"{code}0{digit}" for digit in range(3, 7)}


def test_the_same_number_of_cards_of_two_items_names_two_cards(hall: OpenHall) -> None:
    serial = f"{hall.id:05d}77"
    with hall.work(LOADER) as uow:
        register_commodity(
            uow, code="RC2", name="另一面值", category="recharge_card", tracking="serial"
        )
    for item in ("RC1", "RC2"):
        load(hall, paper("receipt", f"R-{item}", item, serial=serial))
    assert held(hall) == {
        ("store", "RC1"): 1,
        ("store", "RC2"): 1,
        ("supplier", "RC1"): -1,
        ("supplier", "RC2"): -1,
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (paper("receipt", "R-9", "NONE"), UnknownItem),
        (paper("draw", "R-9", "G1", clerk="A99"), UnknownHolder),
        (paper("draw", "R-9", "G1", clerk=""), UnknownHolder),
        (paper("return", "R-9", "G1", clerk="二号台"), UnknownHolder),
        (paper("draw", "R-9", "G1", 6, clerk="A01"), InsufficientBalance),
        (paper("draw", "R-9", "P1", serial="nobody", clerk="A01"), UnitElsewhere),
        (paper("receipt", "R-9", "P1", 2, serial="single"), UnitCountMismatch),
        (paper("receipt", "R-9", "P1"), UnitCountMismatch),
        (paper("receipt", "R-9", "G1", serial="G-1"), SerialsNotTracked),
        (paper("receipt", "R-9", "G1", 0), QuantityNotPositive),
        (paper("receipt", "R-9", "G1", -4), QuantityNotPositive),
        (paper("receipt", "R-9", "RC1", 3, serial="A001", serial_to="B003"), SerialRefused),
        (paper("receipt", "R-9", "RC1", 3, serial="A003", serial_to="A001"), SerialRefused),
        (paper("receipt", "R-9", "RC1", 3, serial="A1", serial_to="A003"), SerialRefused),
        (paper("receipt", "R-9", "RC1", 3, serial="A1", serial_to="A²"), SerialRefused),
        (paper("receipt", "R-9", "RC1", 3, serial="0" * 9, serial_to="9" * 9), SerialRefused),
        (paper("receipt", "R-9", "P1", serial="866000000000010"), SerialRefused),
    ],
)
def test_a_paper_that_breaks_a_rule_refuses_the_file_and_names_its_line(
    hall: OpenHall, row: Row, reason: type[BackofficeError]
) -> None:
    refusal = refuse(
        hall,
        reason,
        paper("receipt", "R-1", "G1", 5),
        row | {"at": row["at"] + 60_000_000},
    )
    assert (refusal.facts["file"], refusal.facts["line"]) == ("stock.csv", 3)
    assert refusal.message("zh").startswith("stock.csv 第3行")
    assert refusal.message("en").startswith("stock.csv, line 3: ")


def test_a_serial_received_by_two_papers_refuses_the_second(hall: OpenHall) -> None:
    serials = hall.serials(1)
    refusal = refuse(
        hall,
        IdentifierTaken,
        paper("receipt", "R-1", "P1", serial=serials[0]),
        paper("transfer_in", "T-1", "P1", serial=serials[0], minutes=5),
    )
    assert refusal.facts["line"] == 3
    assert serials[0] in refusal.message("en")
