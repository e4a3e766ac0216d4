"""What `post` moves, and what it refuses: then nothing of the batch has happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text

from ledger.accounts import Account, register_commodity
from ledger.balances import Balance
from ledger.documents import Document, Line
from ledger.errors import BackofficeError
from ledger.hall_days import HallDayClosed
from ledger.posting_errors import (
    IdentifierTaken,
    InsufficientBalance,
    QuantityNotPositive,
    SerialsNotTracked,
    UnitCountMismatch,
    UnitElsewhere,
)
from ledger.postings import Posting
from ledger.units import Unit
from tests.builders import (
    DAY,
    OpenHall,
    everything,
    gift_line,
    move_gifts,
    move_phones,
    open_hall,
    phone_lines,
    place,
    receive_gifts,
    receive_phones,
    submit,
)



def refused(
    hall: OpenHall, error: type[BackofficeError], act: Callable[[], object]
) -> BackofficeError:
    """Give the refusal of an act that must be refused and must leave no trace."""
    before = everything(hall)
    with pytest.raises(error) as refusal:
        act()
    assert everything(hall) == before
    return refusal.value


def post_lines(hall: OpenHall, kind: str, lines: Callable[..., Sequence[Line]]) -> Document:
    with hall.work() as uow:
        return submit(uow, hall, kind, lines(uow))


def held(hall: OpenHall) -> dict[tuple[str, str], int]:
    """Give what each place holds, zeros left out."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Account.kind, Account.holder, Balance.amount)
            .join(
                Balance, (Balance.hall_id == Account.hall_id) & (Balance.account_id == Account.id)
            )
            .where(Account.hall_id == hall.id, Balance.amount != 0)
        )
        return {(kind, holder): amount for kind, holder, amount in rows}


def whereabouts(hall: OpenHall) -> dict[str, str]:
    """Give serial -> place for each unit of the hall."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Unit.serial, Account.kind, Account.holder)
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .where(Unit.hall_id == hall.id)
        )
        return {serial: f"{kind} {holder}".strip() for serial, kind, holder in rows}


def test_a_receipt_brings_units_from_the_supplier_into_the_store(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS)
    assert held(hall) == {("store", ""): 3, ("supplier", ""): -3}
    assert whereabouts(hall) == dict.fromkeys(SERIALS, "store")


def test_a_unit_keeps_what_it_cost_and_when_it_came(hall: OpenHall) -> None:
    with hall.work() as uow:
        lines = phone_lines(uow, hall, "supplier > store", SERIALS[:1], cost=1_999_00)
        submit(uow, hall, "receipt", lines)
    with hall.read() as uow:
        unit = uow.session.scalars(select(Unit)).one()
        assert (unit.cost_fen, unit.opened_on) == (1_999_00, DAY)


def test_a_draw_moves_just_the_serials_named(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS)
    move_phones(hall, "draw", "store > clerk A01", SERIALS[1:])
    assert held(hall) == {("store", ""): 1, ("clerk", "A01"): 2, ("supplier", ""): -3}
    assert whereabouts(hall) == {
        SERIALS[0]: "store",
        SERIALS[1]: "clerk A01",
        SERIALS[2]: "clerk A01",
    }


def test_each_serial_is_one_posting_of_one_piece_that_names_line_and_unit(hall: OpenHall) -> None:
    document = receive_phones(hall, SERIALS)
    with hall.read() as uow:
        postings = uow.session.scalars(select(Posting).order_by(Posting.id)).all()
        units = dict(uow.session.execute(select(Unit.id, Unit.serial)).all())
    assert [p.amount for p in postings] == [1, 1, 1]
    assert [p.document_line for p in postings] == [1, 2, 3]
    assert [units[p.unit_id] for p in postings] == SERIALS
    assert {p.document_id for p in postings} == {document.id}
    assert {p.business_date for p in postings} == {DAY}


def test_a_quantity_is_one_posting_without_unit(hall: OpenHall) -> None:
    receive_gifts(hall, 40)
    with hall.read() as uow:
        posting = uow.session.scalars(select(Posting)).one()
    assert (posting.amount, posting.unit_id) == (40, 0)


def test_serials_and_quantities_of_one_document_go_to_their_own_items(hall: OpenHall) -> None:
    with hall.work() as uow:
        phones = phone_lines(uow, hall, "supplier > store", SERIALS)
        gifts = gift_line(uow, hall, "supplier > store", 7)
        submit(uow, hall, "receipt", [phones[0], gifts, *phones[1:]])
    assert whereabouts(hall) == dict.fromkeys(SERIALS, "store")
    with hall.read() as uow:
        by_line = select(Posting.document_line, Posting.amount).order_by(Posting.document_line)
        assert uow.session.execute(by_line).all() == [(1, 1), (2, 7), (3, 1), (4, 1)]


def test_hundreds_of_serials_are_posted_as_one_batch(hall: OpenHall) -> None:
    serials = [f"SN{number:06d}" for number in range(450)]
    receive_phones(hall, serials)
    move_phones(hall, "draw", "store > clerk A01", serials[:300])
    assert held(hall) == {("store", ""): 150, ("clerk", "A01"): 300, ("supplier", ""): -450}
    refusal = refused(
        hall,
        UnitElsewhere,
        lambda: move_phones(hall, "draw", "store > clerk A02", serials[299:]),
    )
    assert (refusal.facts["serial"], refusal.facts["count"]) == ("SN000299", 1)


def test_money_is_moved_in_fen_and_a_drawer_never_gives_more_than_it_holds(hall: OpenHall) -> None:

    def move(credit: str, debit: str, fen: int) -> None:
        with hall.work() as uow:
            yuan = register_commodity(
                uow, code="CNY", name="人民币", category="money", tracking="quantity"
            )
            line = Line(yuan, place(uow, hall, debit), place(uow, hall, credit), fen)
            submit(uow, hall, "draw", [line])

    move("takings", "drawer A01", 1_234_56)
    refusal = refused(hall, InsufficientBalance, lambda: move("drawer A01", "safe", 1_234_57))
    assert (refusal.facts["held"], refusal.facts["wanted"]) == (1_234_56, 1_234_57)
    move("drawer A01", "safe", 1_234_56)
    assert held(hall) == {("safe", ""): 1_234_56, ("takings", ""): -1_234_56}


@pytest.mark.parametrize("clerk", ["A01", "A02"])
def test_a_serial_that_was_drawn_is_not_drawn_again_by_anybody(hall: OpenHall, clerk: str) -> None:
    receive_phones(hall, SERIALS)
    move_phones(hall, "draw", "store > clerk A01", SERIALS[:1])
    refusal = refused(
        hall,
        UnitElsewhere,
        lambda: move_phones(hall, "draw", f"store > clerk {clerk}", SERIALS[:1]),
    )
    assert refusal.facts["serial"] == SERIALS[0]


def test_one_serial_elsewhere_refuses_the_whole_batch_and_says_how_many(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS)
    move_phones(hall, "draw", "store > clerk A01", SERIALS[1:2])
    refusal = refused(
        hall, UnitElsewhere, lambda: move_phones(hall, "draw", "store > clerk A02", SERIALS)
    )
    assert (refusal.facts["serial"], refusal.facts["count"]) == (SERIALS[1], 1)
    assert "库房" in refusal.message("zh")
    assert "Store" in refusal.message("en")


def test_a_serial_nobody_received_cannot_be_drawn(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS[:2])
    refusal = refused(
        hall, UnitElsewhere, lambda: move_phones(hall, "draw", "store > clerk A01", SERIALS)
    )
    assert refusal.facts["serial"] == SERIALS[2]


def test_a_serial_of_another_item_is_not_taken_for_this_one(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS)

    def draw() -> None:
        with hall.work() as uow:
            lines = phone_lines(uow, hall, "store > clerk A01", SERIALS[:1])
            other = register_commodity(
                uow, code="P2", name="另一款", category="handset", tracking="serial"
            )
            submit(uow, hall, "draw", [replace(lines[0], commodity=other)])

    refused(hall, UnitElsewhere, draw)


def test_a_serial_is_received_once(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS[:1])
    refusal = refused(hall, IdentifierTaken, lambda: receive_phones(hall, SERIALS))
    assert (refusal.facts["serial"], refusal.facts["count"]) == (SERIALS[0], 1)


def test_a_serial_is_not_received_again_after_it_was_scrapped(hall: OpenHall) -> None:
    receive_phones(hall, SERIALS[:1])
    move_phones(hall, "scrap", "store > loss", SERIALS[:1])
    refused(hall, IdentifierTaken, lambda: receive_phones(hall, SERIALS[:1]))


@pytest.mark.parametrize("received_first", [True, False])
def test_a_serial_twice_in_one_batch_is_refused(hall: OpenHall, received_first: bool) -> None:
    if received_first:
        receive_phones(hall, SERIALS)
        act = (
            lambda: move_phones(  # noqa: E731
                hall, "draw", "store > clerk A01", [SERIALS[1], *SERIALS[1:]]
            )
        )
    else:
        act = lambda: receive_phones(hall, [SERIALS[1], *SERIALS[1:]])  # noqa: E731
    assert refused(hall, IdentifierTaken, act).facts["serial"] == SERIALS[1]


def test_a_serial_of_another_hall_can_neither_be_drawn_nor_received_here(hall: OpenHall) -> None:
    here, there = open_hall(engine, "H001"), open_hall(engine, "H002")
    receive_phones(here, SERIALS[:1])
    receive_phones(there, SERIALS[1:2])
    refused(
        here,
        UnitElsewhere,
        lambda: move_phones(here, "draw", "store > clerk A01", SERIALS[1:2]),
    )
    refused(here, IdentifierTaken, lambda: receive_phones(here, SERIALS[1:2]))
    assert whereabouts(here) == {SERIALS[0]: "store"}
    assert whereabouts(there) == {SERIALS[1]: "store"}


def test_the_last_piece_can_be_drawn_and_no_more(hall: OpenHall) -> None:
    receive_gifts(hall, 3)
    refusal = refused(
        hall,
        InsufficientBalance,
        lambda: move_gifts(hall, "draw", "store > clerk A01", 4),
    )
    assert (refusal.facts["held"], refusal.facts["wanted"]) == (3, 4)
    move_gifts(hall, "draw", "store > clerk A01", 3)
    refused(
        hall,
        InsufficientBalance,
        lambda: move_gifts(hall, "draw", "store > clerk A01", 1),
    )
    assert held(hall) == {("clerk", "A01"): 3, ("supplier", ""): -3}


def test_an_account_that_never_held_the_item_gives_none(hall: OpenHall) -> None:
    refusal = refused(
        hall,
        InsufficientBalance,
        lambda: move_gifts(hall, "return", "clerk A01 > store", 1),
    )
    assert refusal.facts["held"] == 0


def test_a_document_that_passes_goods_on_needs_only_what_it_leaves_behind(hall: OpenHall) -> None:
    receive_gifts(hall, 5)
    post_lines(
        hall,
        "draw",
        lambda uow: [
            gift_line(uow, hall, "clerk A01 > clerk A02", 2),
            gift_line(uow, hall, "store > clerk A01", 5),
        ],
    )
    assert held(hall) == {("clerk", "A01"): 3, ("clerk", "A02"): 2, ("supplier", ""): -5}


@pytest.mark.parametrize(("quantity", "serials"), [(2, 1), (1, 0)])
def test_a_tracked_item_needs_one_serial_for_each_piece(
    hall: OpenHall, quantity: int, serials: int
) -> None:

    def receive() -> None:
        with hall.work() as uow:
            line = phone_lines(uow, hall, "supplier > store", SERIALS[:1])[0]
            serial = SERIALS[0] if serials else ""
            submit(uow, hall, "receipt", [replace(line, quantity=quantity, serial=serial)])

    refusal = refused(hall, UnitCountMismatch, receive)
    assert (refusal.facts["quantity"], refusal.facts["serials"]) == (quantity, serials)


@pytest.mark.parametrize("quantity", [0, -1, -(10**12)])
def test_nothing_and_less_than_nothing_cannot_be_moved(hall: OpenHall, quantity: int) -> None:
    receive_gifts(hall, 3)
    refused(
        hall,
        QuantityNotPositive,
        lambda: move_gifts(hall, "draw", "store > clerk A01", quantity),
    )


def test_an_item_counted_by_quantity_takes_no_serial(hall: OpenHall) -> None:
    receive_gifts(hall, 3)

    def draw() -> None:
        with hall.work() as uow:
            line = gift_line(uow, hall, "store > clerk A01", 1)
            submit(uow, hall, "draw", [replace(line, serial="G-1")])

    refused(hall, SerialsNotTracked, draw)


@pytest.mark.parametrize("status", ["submitted", "closed", "handed_over"])
def test_nothing_is_posted_on_a_day_that_is_no_longer_open(hall: OpenHall, status: str) -> None:
    with hall.work() as uow:
        uow.session.execute(text("UPDATE hall_days SET hall_status = :status"), {"status": status})
    refused(hall, HallDayClosed, lambda: receive_gifts(hall, 1))


def test_nothing_is_posted_on_a_day_that_was_never_opened(hall: OpenHall) -> None:

    def receive() -> None:
        with hall.work() as uow:
            line = gift_line(uow, hall, "supplier > store", 1)
            submit(uow, hall, "receipt", [line], day=DAY + dt.timedelta(days=1))

    refused(hall, HallDayClosed, receive)


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        (
            "amount_is_positive",
            "INSERT INTO postings (hall_id, event_no, id, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id)"
            " VALUES (:hall, 9, 900, 1, 1, '2026-11-20', 1, 1, 2, 0, 0)",
        ),
        (
            "sides_differ",
            "INSERT INTO postings (hall_id, event_no, id, document_id, document_line,"
            " business_date, commodity_id, debit_account, credit_account, amount, unit_id)"
            " VALUES (:hall, 9, 900, 1, 1, '2026-11-20', 1, 1, 1, 5, 0)",
        ),
        (
            "never_below_zero",
            "UPDATE balances SET amount = -1 WHERE hall_id = :hall AND side = 1",
        ),
    ],
)
def test_the_database_itself_holds_what_post_promises(
    hall: OpenHall, constraint: str, statement: str
) -> None:
    receive_gifts(hall, 3)
    before = everything(hall)
    with pytest.raises(Exception, match=constraint), hall.work() as uow:
        uow.session.execute(text(statement), {"hall": hall.id})
    assert everything(hall) == before
