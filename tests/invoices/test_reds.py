"""Red letters against their blue, confirmation slips, and the sides that belong together."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from invoices.mark_errors import NumberLost, VoidAskedAlready
from invoices.red_errors import (
    BlueDiffers,
    BlueNotLive,
    BlueUnknown,
    ReasonUnknown,
    RedAmountRefused,
    RedExceedsBlue,
    RedKnownAlready,
    RedTimeRefused,
    RedUnknown,
    SideSettled,
    SlipKnownAlready,
    SlipNeeded,
    SlipSettled,
    SlipUnknown,
)
from invoices.red_sides import RedView, red_letters
from invoices.red_slips import confirm_slip, find_slip, list_slips, open_slip, slip_state, void_slip
from invoices.reds import link_red
from invoices.register import standing_of
from invoices.use_errors import NotYourCustody, NumberNotInCustody
from ledger.documents import UnknownDocument
from ledger.permissions import NotPermitted
from tests.builders import DAY, OpenHall, receive_phones
from tests.invoices.form_days import code_of, post, receive, used, void
from tests.invoices.marking import DIGITAL, LATER, A, B, C, D, ask, clock, lose, red
from tests.ledger.audit.evidence_days import at, day, line, of, put, run
from tests.observing import refused, whereabouts

E = "00100005"
RED_DIGITAL = "26440000000012349999"


def sold(hall: OpenHall, fen: int = 30000, **cells: object) -> None:
    """A01 holds eight numbers and issued A for one transaction."""
    receive(hall, A, "00100008", "A01")
    put(hall, "accounts", line("T1", fen, invoice_waived=0, **cells))
    put(hall, "invoices", used(hall, A, fen, txn_no="T1"))
    post(hall, DAY)


def sides(hall: OpenHall, *, on: dt.date = DAY) -> list[RedView]:
    with hall.read() as uow:
        return red_letters(uow, hall.hall, on=on)


def missing(hall: OpenHall, *, on: dt.date = DAY) -> dict[str, tuple[tuple[str, ...], int]]:
    return {view.invoice_no: (view.missing, view.days) for view in sides(hall, on=on)}


def slip(hall: OpenHall, slip_no: str, fen: int = 5800, *, opened_at: dt.datetime = LATER) -> None:
    with hall.work("A01", now=max(LATER, opened_at)) as uow:
        open_slip(
            uow,
            hall=hall.hall,
            slip_no=slip_no,
            original_code="",
            original_no=DIGITAL,
            amount_fen=fen,
            reason="SALES_RETURN",
            opened_at=opened_at,
        )


def settle(hall: OpenHall, slip_no: str, act: str, *, now: dt.datetime = LATER) -> None:
    with hall.work("A01", now=now) as uow:
        {"confirm": confirm_slip, "void": void_slip}[act](uow, hall=hall.hall, slip_no=slip_no)


def test_inv_07_red_letters_never_exceed_their_blue(hall: OpenHall) -> None:
    sold(hall)
    red(hall, B, -12000, A)
    with refused(hall, RedExceedsBlue) as told:
        red(hall, C, -20000, A)
    assert told.value.facts["over"] == "20.00"
    assert "Over by 20.00" in told.value.message("en")
    red(hall, C, -18000, A)
    with refused(hall, RedExceedsBlue):
        red(hall, D, -1, A)


def test_inv_07_a_red_letter_is_a_form_of_its_own_and_leaves_its_blue_as_it_is(
    hall: OpenHall,
) -> None:
    sold(hall)
    red(hall, B, -30000, A, refund_txn="T2")
    put(hall, "accounts", line("T2", -30000, original_txn_no="T1"))
    post(hall, DAY)
    places = whereabouts(hall)
    assert (places[A], places[B]) == ("invoice_issued", "invoice_red")
    with hall.read() as uow:
        blue, its_red = (standing_of(uow, hall.hall, code_of(hall), no) for no in (A, B))
        assert blue is not None
        assert its_red is not None
        assert (blue.status, blue.amount_fen) == ("issued", 30000)
        assert (its_red.status, its_red.original_no, its_red.txn_no) == ("red", A, "T2")
    assert of(run(hall), "P05", "P07", "X02", "X03") == {}


def test_a_red_letter_is_a_blank_in_the_hands_of_who_issued_it(hall: OpenHall) -> None:
    sold(hall)
    receive(hall, "00200001", "00200004", "A02")
    with refused(hall, NumberNotInCustody):
        red(hall, "00200001", -100, A, clerk="A01")
    with refused(hall, NotYourCustody):
        red(hall, "00200001", -100, A)
    red(hall, "00200001", -100, A, who="V01")
    with hall.read() as uow:
        standing = standing_of(uow, hall.hall, code_of(hall), "00200001")
        assert standing is not None
        assert standing.clerk == "A02"
    assert whereabouts(hall)["00200001"] == "invoice_red"


def test_a_void_red_letter_reverses_nothing(hall: OpenHall) -> None:
    sold(hall)
    red(hall, B, -30000, A, now=clock("11:00"))
    put(hall, "invoices", void(hall, B, issued_at=at("17:00")))
    red(hall, C, -30000, A)


def test_a_blue_that_is_not_here_needs_its_date_and_amount(hall: OpenHall) -> None:
    sold(hall)
    with refused(hall, BlueUnknown):
        red(hall, B, -100, "00999999")
    stated: dict[str, Any] = {"original_date": dt.date(2026, 10, 1), "original_amount_fen": 10000}
    red(hall, B, -6000, "00999999", **stated)
    with refused(hall, RedExceedsBlue):
        red(hall, C, -4001, "00999999", **stated)
    with refused(hall, BlueDiffers):
        red(hall, C, -100, A, original_amount_fen=29999)
    assert of(run(hall), "P07") == {}


def test_what_cannot_be_reversed_is_refused(hall: OpenHall) -> None:
    sold(hall)
    put(hall, "invoices", void(hall, D))
    with refused(hall, BlueNotLive):
        red(hall, B, -100, D)
    red(hall, B, -100, A)
    with refused(hall, BlueNotLive):
        red(hall, C, -100, B)
    with refused(hall, RedKnownAlready):
        red(hall, B, -100, A)
    with refused(hall, RedAmountRefused):
        red(hall, C, 100, A)
    with refused(hall, ReasonUnknown):
        red(hall, C, -100, A, reason="BECAUSE")
    with refused(hall, RedTimeRefused):
        red(hall, C, -100, A, issued_at=clock("09:59"))
    with refused(hall, RedTimeRefused):
        red(hall, C, -100, A, issued_at=LATER + dt.timedelta(minutes=1))
    with refused(hall, NotPermitted):
        red(hall, C, -100, A, who="J01")
    lose(hall, E)
    with refused(hall, NumberLost):
        red(hall, E, -100, A)
    ask(hall, C)
    with refused(hall, VoidAskedAlready):
        red(hall, C, -100, A)


def test_inv_07_a_slip_not_confirmed_in_72_hours_has_expired(hall: OpenHall) -> None:
    opened = clock("10:00", date=dt.date(2026, 3, 1))
    slip(hall, "S1", opened_at=opened)
    with hall.read() as uow:
        found = find_slip(uow, hall.hall, "S1")
        fourth = dt.date(2026, 3, 4)
        assert slip_state(found, clock("10:00", date=fourth)) == "waiting"
        assert slip_state(found, clock("10:01", date=fourth)) == "expired"
    with refused(hall, SlipSettled):
        settle(hall, "S1", "confirm", now=clock("10:01", date=dt.date(2026, 3, 4)))
    settle(hall, "S1", "confirm", now=clock("10:00", date=dt.date(2026, 3, 4)))
    with hall.read() as uow:
        assert [view.state for view in list_slips(uow, hall.hall)] == ["confirmed"]


def test_inv_07_a_digital_invoice_is_reversed_on_its_confirmed_slip_alone(hall: OpenHall) -> None:
    put(hall, "invoices", used(hall, DIGITAL, invoice_code=""))
    with refused(hall, SlipNeeded):
        red(hall, RED_DIGITAL, -5800, DIGITAL)
    with refused(hall, SlipUnknown):
        red(hall, RED_DIGITAL, -5800, DIGITAL, slip_no="S1")
    slip(hall, "S1")
    with refused(hall, SlipNeeded):
        red(hall, RED_DIGITAL, -5800, DIGITAL, slip_no="S1")
    settle(hall, "S1", "confirm")
    with refused(hall, SlipNeeded):
        red(hall, RED_DIGITAL, -5799, DIGITAL, slip_no="S1")
    red(hall, RED_DIGITAL, -5800, DIGITAL, slip_no="S1")
    with refused(hall, SlipKnownAlready):
        slip(hall, "S1")
    assert of(run(hall), "P07", "P05") == {}


@pytest.mark.parametrize("acts", [("void",), ("confirm", "void")])
def test_a_slip_withdrawn_takes_no_further_step(hall: OpenHall, acts: tuple[str, ...]) -> None:
    slip(hall, "S1")
    for act in acts:
        settle(hall, "S1", act)
    for act in ("confirm", "void"):
        with refused(hall, SlipSettled):
            settle(hall, "S1", act)


def test_inv_08_a_side_that_is_missing_is_listed_with_its_age(hall: OpenHall) -> None:
    sold(hall, item="P1", serial="490154203237518", quantity=1)
    red(hall, B, -30000, A, reason="SALES_RETURN")
    assert missing(hall, on=day(3)) == {B: (("refund", "goods"), 3)}
    with hall.work("A01", now=LATER) as uow:
        link_red(uow, hall=hall.hall, code=code_of(hall), number=B, refund_txn="T2")
    assert missing(hall) == {B: (("goods",), 0)}
    batch = put(hall, "accounts", line("T2", -30000))
    found = of(run(hall), "X02", "X03")
    assert found == {("X02", f"invoice:{code_of(hall)}/{B}"): (0, -30000)}
    returned = line("T2", -30000, item="P1", serial="490154203237518", quantity=1)
    put(hall, "accounts", returned, replaces=batch)
    assert missing(hall) == {B: ((), 0)}
    assert of(run(hall), "X02", "X03") == {}
    with refused(hall, SideSettled), hall.work("A01", now=LATER) as uow:
        link_red(uow, hall=hall.hall, code=code_of(hall), number=B, refund_txn="T3")


def test_inv_08_goods_of_a_red_letter_of_a_file_are_a_finding_until_their_paper_is_linked(
    hall: OpenHall,
) -> None:
    sold(hall, item="P1", serial="490154203237518", quantity=1)
    original = {"original_code": code_of(hall), "original_no": A}
    put(hall, "invoices", used(hall, B, -30000, "red", txn_no="T2", **original))
    put(hall, "accounts", line("T2", -30000))
    subject = ("X02", f"invoice:{code_of(hall)}/{B}")
    assert set(of(run(hall), "X02")) == {subject}
    assert missing(hall, on=day(3)) == {B: (("goods",), 3)}
    returned = receive_phones(hall, hall.serials(1)).number or ""
    with hall.work("A01", now=LATER) as uow:
        link_red(uow, hall=hall.hall, code=code_of(hall), number=B, goods_document=returned)
    assert of(run(hall), "X02") == {}
    assert missing(hall) == {B: ((), 0)}


def test_inv_08_red_letters_of_a_file_are_asked_too(hall: OpenHall) -> None:
    sold(hall)
    original = {"original_code": code_of(hall), "original_no": A}
    put(
        hall,
        "invoices",
        used(hall, B, -5800, "red", **original),
        used(hall, C, -5800, "red", txn_no="T2", **original),
        used(hall, D, -5800, "red"),
    )
    assert missing(hall) == {
        B: (("refund",), 0),
        C: ((), 0),
        D: (("blue", "refund"), 0),
    }


def test_an_invoice_issued_in_error_needs_no_refund(hall: OpenHall) -> None:
    sold(hall)
    red(hall, B, -30000, A, reason="ISSUE_ERROR")
    assert missing(hall) == {B: ((), 0)}
    put(hall, "invoices", used(hall, C, 30000, txn_no="T1"))
    assert of(run(hall), "X01", "X02", "X03") == {}


def test_links_name_what_exists(hall: OpenHall) -> None:
    sold(hall)
    red(hall, B, -100, A)
    with refused(hall, UnknownDocument), hall.work("A01", now=LATER) as uow:
        link_red(uow, hall=hall.hall, code=code_of(hall), number=B, goods_document="2026-FK-000099")
    with refused(hall, RedUnknown), hall.work("A01", now=LATER) as uow:
        link_red(uow, hall=hall.hall, code=code_of(hall), number=C, refund_txn="T2")
