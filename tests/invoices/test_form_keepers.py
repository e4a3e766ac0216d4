"""What each keeper of forms had, drew, used and gave up, number by number (INV-04, INV-13)."""

from __future__ import annotations

import datetime as dt

import pytest

from invoices.form_keepers import GIVEN, TAKEN, KeptForms, kept_forms
from invoices.form_proofs import prove_closing
from invoices.report_errors import FormsCountedOtherwise
from tests.builders import OpenHall
from tests.invoices.moving_forms import (
    CLERK,
    FEB,
    ISSUED,
    JAN,
    OTHER,
    RED,
    SAFE,
    VOID,
    move_forms,
    open_months,
    receive_book,
    undo,
)

DAY_AFTER = FEB + dt.timedelta(days=1)


def kept(hall: OpenHall, clerk: str, first: dt.date, last: dt.date | None = None) -> KeptForms:
    with hall.read() as uow:
        (one,) = kept_forms(uow, [hall.hall], first, last or first, clerk=clerk)
    return one


def counts(one: KeptForms) -> dict[str, int]:
    return {name: one.count(name) for name in (*TAKEN, *GIVEN) if one.count(name)}


def runs(one: KeptForms, heading: str) -> list[str]:
    return [str(run) for run in one.parts[heading]]


@pytest.fixture
def clerks_day(hall: OpenHall) -> OpenHall:
    """Give the hall of the rule's case: opened with 00300011-00300060, 22 used, 1 void."""
    open_months(hall, JAN, FEB, DAY_AFTER)
    receive_book(hall, "00300011", "00300060", day=JAN)
    move_forms(hall, f"{SAFE} > {CLERK}", "00300011", "00300060", day=JAN)
    move_forms(hall, f"{CLERK} > {ISSUED}", "00300011", "00300033", day=FEB)
    move_forms(hall, f"{ISSUED} > {VOID}", "00300020", day=FEB)
    return hall


def test_inv_13_the_clerk_must_return_27(clerks_day: OpenHall) -> None:
    day = kept(clerks_day, "A01", FEB)
    assert counts(day) == {"opening": 50, "issued": 22, "void": 1, "closing": 27}
    assert runs(day, "opening") == ["00300011–00300060"]
    assert runs(day, "closing") == ["00300034–00300060"]


def test_inv_13_26_counted_is_one_missing(clerks_day: OpenHall) -> None:
    day = kept(clerks_day, "A01", FEB)
    prove_closing(day.invoice_code, day.parts["closing"], 27)
    with pytest.raises(FormsCountedOtherwise, match="say which") as refused:
        prove_closing(day.invoice_code, day.parts["closing"], 26)
    assert refused.value.facts["difference"] == 1


def test_a_day_is_the_same_whatever_was_done_later(clerks_day: OpenHall) -> None:
    before = kept(clerks_day, "A01", FEB)
    move_forms(clerks_day, f"{CLERK} > {ISSUED}", "00300034", day=DAY_AFTER)
    move_forms(clerks_day, f"{CLERK} > {SAFE}", "00300035", "00300060", day=DAY_AFTER)
    assert kept(clerks_day, "A01", FEB) == before
    assert counts(kept(clerks_day, "A01", DAY_AFTER)) == {
        "opening": 27,
        "issued": 1,
        "returned": 26,
    }


def test_what_changes_hands_is_used_by_whoever_used_it(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000010", day=JAN)
    move_forms(hall, f"{SAFE} > {CLERK}", "00000001", "00000010", day=FEB)
    move_forms(hall, f"{CLERK} > {ISSUED}", "00000001", "00000003", day=FEB)
    move_forms(hall, f"{CLERK} > {OTHER}", "00000004", "00000010", day=FEB)
    move_forms(hall, f"{OTHER} > {RED}", "00000004", day=FEB)
    with hall.read() as uow:
        month = kept_forms(uow, [hall.hall], FEB.replace(day=1), FEB.replace(day=28))
    assert {one.clerk: counts(one) for one in month} == {
        "": {"opening": 10, "returned": 10},
        "A01": {"drawn": 10, "issued": 3, "returned": 7},
        "A02": {"drawn": 7, "red": 1, "closing": 6},
    }


def test_a_use_done_anew_by_another_is_the_others(hall: OpenHall) -> None:
    open_months(hall, JAN)
    receive_book(hall, "00000001", "00000002", day=JAN)
    move_forms(hall, f"{SAFE} > {CLERK}", "00000001", "00000002", day=JAN)
    use = move_forms(hall, f"{CLERK} > {ISSUED}", "00000001", day=JAN)
    undo(hall, use, day=JAN)
    move_forms(hall, f"{CLERK} > {OTHER}", "00000001", "00000002", day=JAN)
    move_forms(hall, f"{OTHER} > {ISSUED}", "00000001", day=JAN)
    assert counts(kept(hall, "A01", JAN)) == {"drawn": 2, "returned": 2}
    assert counts(kept(hall, "A02", JAN)) == {"drawn": 2, "issued": 1, "closing": 1}


def test_a_use_reversed_in_another_month_comes_back_to_its_clerk(hall: OpenHall) -> None:
    open_months(hall, JAN, FEB)
    receive_book(hall, "00000001", "00000002", day=JAN)
    move_forms(hall, f"{SAFE} > {CLERK}", "00000001", "00000002", day=JAN)
    use = move_forms(hall, f"{CLERK} > {ISSUED}", "00000001", day=JAN)
    undo(hall, use, day=FEB)
    assert counts(kept(hall, "A01", FEB)) == {"opening": 1, "put_back": 1, "closing": 2}
