"""Use registered by hand: only blanks in the clerk's own hands, once, in order or told."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from invoices.keyed_uses import KeyedUse, register_uses
from invoices.mark_errors import NumberLost
from invoices.numbers import NumberNotReadable
from invoices.use_errors import (
    AmountsDoNotFit,
    NoBlankLeft,
    NotYourCustody,
    NumberNotInCustody,
    NumbersUnreadable,
    NumberUnknown,
    NumberUsedBefore,
    UsedInFuture,
)
from ledger.errors import BackofficeError
from ledger.hall_days import HallDay, HallDayClosed
from ledger.permissions import NotPermitted
from ledger.verify import verify_hall
from tests.builders import DAY, NOW, OpenHall
from tests.invoices.form_days import code_of, documents, post, receive, states, used
from tests.invoices.marking import ask, lose, tick
from tests.invoices.marking import sign as sign_void
from tests.ledger.audit.evidence_days import RUNNER, at, findings, of, put, run
from tests.observing import refused


def key(hall: OpenHall, first: str = "", last: str = "", **more: object) -> KeyedUse:
    """Register use as A01 of his own numbers, 58.00 each unless told."""
    who, code = str(more.pop("who", "A01")), str(more.pop("code", code_of(hall)))
    told: dict[str, object] = {"clerk": "A01", "amounts": [5800], **more}
    with hall.work(who) as uow:
        return register_uses(
            uow,
            hall=hall.hall,
            invoice_code=code,
            first_no=first,
            last_no=last,
            **told,  # type: ignore[arg-type]
        )


def register_of(hall: OpenHall) -> list[tuple[str, int, str, str]]:
    """Give number, amount, clerk and transaction of each row of the register."""
    with hall.read(RUNNER) as uow:
        rows = uow.session.execute(
            text(
                "SELECT invoice_no, amount, clerk, txn_no FROM evidence_invoices"
                " WHERE hall_id = :hall ORDER BY invoice_no"
            ),
            {"hall": hall.id},
        )
        return [tuple(row) for row in rows]


def test_a_clerk_registers_from_first_to_last_with_one_amount(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    done = key(hall, "00000001", "00000003")
    assert done.numbers == ("00000001", "00000002", "00000003")
    assert done.skipped == ()
    assert len(done.documents) == 1
    assert register_of(hall) == [(no, 5800, "A01", "") for no in done.numbers]
    assert documents(hall) == [(DAY, ["00000001-00000003 clerk A01>issued"])]
    with hall.read(RUNNER) as uow:
        assert verify_hall(uow, hall.hall) == []


def test_each_number_may_have_its_own_amount_and_transaction(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    key(hall, "00000001", "00000002", amounts=[100, 200], txn_nos=["T1", "T2"])
    assert register_of(hall) == [("00000001", 100, "A01", "T1"), ("00000002", 200, "A01", "T2")]


def test_without_a_number_the_next_blanks_are_used(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000003", "A01")
    receive(hall, "00000101", "00000110", "A01")
    key(hall, "00000001")
    assert key(hall, count=3).numbers == ("00000002", "00000003", "00000101")


@pytest.mark.parametrize("amounts", [[], [1, 2], [0], [-5]])
def test_amounts_are_one_for_all_or_one_for_each(hall: OpenHall, amounts: list[int]) -> None:
    receive(hall, "00000001", "00000020", "A01")
    with refused(hall, AmountsDoNotFit):
        key(hall, "00000001", "00000003", amounts=amounts)


def test_inv_01_a_gap_is_told_and_found_by_the_audit(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100050", "A01")
    key(hall, "00100001", "00100007")
    done = key(hall, "00100009")
    assert done.skipped == (("00100008", "00100008"),)
    assert ("P01", f"invoice:{code_of(hall)}/00100008") in run(hall)


def test_inv_01_a_gap_blocks_the_day_until_its_number_is_void_and_history_keeps_both(
    hall: OpenHall,
) -> None:
    receive(hall, "00100001", "00100050", "A01")
    key(hall, "00100001", "00100007")
    key(hall, "00100009")
    gap = ("P01", f"invoice:{code_of(hall)}/00100008")
    assert gap in run(hall)
    (finding,) = [one for one in findings(hall) if (one.check_code, one.subject) == gap]
    assert (finding.severity, finding.state) == ("block", "open")
    with hall.read() as uow:
        day = uow.session.get_one(HallDay, (hall.id, DAY))
        assert day.audit_status == "clerk_findings_open"
    sign_void(hall, ask(hall, "00100008"), tick("00100008"))
    assert gap not in run(hall)
    (kept,) = [one for one in findings(hall) if (one.check_code, one.subject) == gap]
    assert kept.state == "recalculated"
    assert states(hall)["00100008"] == "void"


def test_inv_02_the_same_number_of_another_code_is_another_form(hall: OpenHall) -> None:
    receive(hall, "12897794", "12897795", "A01")
    other = f"{int(code_of(hall)) + 10**6:012d}"
    receive(hall, "12897794", "12897795", "A01", invoice_code=other)
    key(hall, "12897794")
    with refused(hall, NumberUsedBefore):
        key(hall, "12897794")
    assert key(hall, "12897794", code=other).numbers == ("12897794",)


def test_inv_02_a_keyed_number_that_its_file_times_otherwise_is_one_use(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    key(hall, "00000001", "00000003")
    put(
        hall,
        "invoices",
        used(hall, "00000001", issued_at=at("09:30")),
        used(hall, "00000002", 5900, issued_at=at("09:31")),
        used(hall, "00000003", clerk="A02", issued_at=at("09:32")),
    )
    assert set(of(run(hall), "P02")) == {
        ("P02", f"invoice:{code_of(hall)}/{number}") for number in ("00000002", "00000003")
    }


def test_inv_02_a_number_is_used_once(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    key(hall, "00000001")
    with refused(hall, NumberUsedBefore) as refusal:
        key(hall, "00000001")
    assert refusal.value.facts["invoice"] == f"{code_of(hall)}/00000001"
    put(hall, "invoices", used(hall, "00000002"))
    with refused(hall, NumberUsedBefore):
        key(hall, "00000002")


def test_inv_09_a_lost_number_is_refused(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    lose(hall, "00000002", now=NOW, found_at=NOW)
    with refused(hall, NumberLost):
        key(hall, "00000001", "00000003")


@pytest.mark.parametrize(
    ("first", "told", "error"),
    [
        ("00000101", {}, NumberNotInCustody),
        ("00000201", {}, NumberNotInCustody),
        ("00000301", {}, NumberUnknown),
        ("1", {}, NumberUnknown),
        ("2.5E+7", {}, NumbersUnreadable),
        ("00000009", {"last": "00000001"}, NumbersUnreadable),
        ("00000001", {"clerk": "A02"}, NotYourCustody),
        ("00000001", {"who": "J01"}, NotPermitted),
        ("00000001", {"at": NOW + dt.timedelta(seconds=1)}, UsedInFuture),
        ("", {"count": 21}, NoBlankLeft),
    ],
)
def test_what_may_not_be_used_is_refused_by_name(
    hall: OpenHall, first: str, told: dict[str, object], error: type[BackofficeError]
) -> None:
    receive(hall, "00000001", "00000020", "A01")
    receive(hall, "00000101", "00000120", "A02")
    receive(hall, "00000201", "00000220")
    with refused(hall, error):
        key(hall, first, **told)  # type: ignore[arg-type]


def test_the_invoice_keeper_may_register_for_a_clerk(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    key(hall, "00000001", who="V01")
    assert states(hall)["00000001"] == "issued"


def test_a_closed_day_takes_no_use(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    with hall.work(RUNNER) as uow:
        uow.session.execute(
            text("UPDATE hall_days SET hall_status = 'submitted' WHERE hall_id = :hall"),
            {"hall": hall.id},
        )
    with refused(hall, HallDayClosed):
        key(hall, "00000001")


def test_a_form_that_came_in_today_is_booked_today_though_used_yesterday(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    at = NOW - dt.timedelta(days=1)
    key(hall, "00000001", at=at)
    assert post(hall) == 1


def test_a_digital_number_is_drawn_by_nobody(hall: OpenHall) -> None:
    with hall.work("A01") as uow:
        done = register_uses(
            uow,
            hall=hall.hall,
            clerk="A01",
            invoice_code="",
            first_no="25440000000012345678",
            amounts=[100],
        )
    assert done.documents == ()
    with refused(hall, NumberNotReadable), hall.work("A01") as uow:
        register_uses(
            uow,
            hall=hall.hall,
            clerk="A01",
            invoice_code="",
            first_no="19440000000012345678",
            amounts=[100],
        )


def test_an_act_moves_its_own_numbers_and_leaves_others_to_the_days_audit(hall: OpenHall) -> None:
    receive(hall, "00000001", "00000020", "A01")
    put(hall, "invoices", used(hall, "00000001"))
    done = key(hall, "00000002", "00000003")
    assert len(done.documents) == 1
    assert documents(hall) == [(DAY, ["00000002-00000003 clerk A01>issued"])]
    post(hall)
    assert sorted(documents(hall)) == [
        (DAY, ["00000001-00000001 clerk A01>issued"]),
        (DAY, ["00000002-00000003 clerk A01>issued"]),
    ]
