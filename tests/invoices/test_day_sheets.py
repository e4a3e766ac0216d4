"""The daily sheet that clerk and custodian sign together (DOMAIN INV-04, INV-13)."""

from __future__ import annotations

import datetime as dt

import pytest

from invoices.day_sheets import sign_day_sheet, signed_sheets
from invoices.form_counts import count_forms, wrong_counts
from invoices.form_signing import reverse_forms, sign_forms
from invoices.report_errors import (
    CodeNotNamed,
    FormsCountedOtherwise,
    NoFormsThatDay,
    SheetSignedAlready,
    WrongCount,
)
from ledger.audit.wording import view_finding
from ledger.documents import Document, facts_of
from ledger.errors import BackofficeError
from ledger.permissions import NotPermitted
from stock.errors import NotYourCustody
from tests.builders import DAY, OpenHall
from tests.invoices.book_days import code_for, draw, receive, use
from tests.ledger.audit.evidence_days import findings, run
from tests.observing import refused


@pytest.fixture
def clerks_day(hall: OpenHall) -> OpenHall:
    """Give the hall of the rule's case: opened with 00300011-00300060, 22 used, 1 void."""
    receive(hall, "00300011", "00300060")
    draw(hall, "A01", "00300011")
    use(hall, "00300011", "00300032", clerk="A01")
    use(hall, "00300033", "00300033", clerk="A01", state="invoice_void")
    return hall


def sign(hall: OpenHall, who: str, counted: str, clerk: str = "") -> Document:
    with hall.work(who) as uow:
        return sign_day_sheet(uow, hall=hall.hall, clerk=clerk, on=DAY, counted=counted)


def test_inv_13_the_sheet_says_what_must_be_returned_and_two_sign_it(clerks_day: OpenHall) -> None:
    number = sign(clerks_day, "A01", "27").number or ""
    with clerks_day.work("V01") as uow:
        assert sign_forms(uow, hall=clerks_day.hall, number=number).state == "posted"
    code = code_for(clerks_day)
    with clerks_day.read() as uow:
        (sheet,) = signed_sheets(uow, clerks_day.hall, "A01", DAY)
        facts = facts_of(uow, sheet)
    assert facts == {
        "clerk": "A01",
        "taken": f"{code} 00300011–00300060 (50)",
        "issued": f"{code} 00300011–00300032 (22)",
        "void": f"{code} 00300033 (1)",
        "left": f"{code} 00300034–00300060 (27)",
    }


def test_inv_13_26_counted_is_refused_and_asks_which_number(clerks_day: OpenHall) -> None:
    with refused(clerks_day, FormsCountedOtherwise) as refusal:
        sign(clerks_day, "A01", "26")
    assert "00300034–00300060" in refusal.value.message("zh")
    assert "哪一号" in refusal.value.message("zh")
    sign(clerks_day, "A01", f"{code_for(clerks_day)} 27")


def test_the_custodian_makes_it_and_the_clerk_signs(clerks_day: OpenHall) -> None:
    number = sign(clerks_day, "V01", "27", "A01").number or ""
    with refused(clerks_day, NotPermitted), clerks_day.work("A02") as uow:
        sign_forms(uow, hall=clerks_day.hall, number=number)
    with clerks_day.work("A01") as uow:
        assert sign_forms(uow, hall=clerks_day.hall, number=number).state == "posted"


def test_a_day_is_signed_once_until_it_is_reversed(clerks_day: OpenHall) -> None:
    number = sign(clerks_day, "A01", "27").number or ""
    with refused(clerks_day, SheetSignedAlready):
        sign(clerks_day, "V01", "27", "A01")
    with clerks_day.work("V01") as uow:
        sign_forms(uow, hall=clerks_day.hall, number=number)
    with clerks_day.work("M01") as uow:
        reverse_forms(uow, hall=clerks_day.hall, number=number, reason="重点", on=DAY)
    sign(clerks_day, "A01", "27")


@pytest.mark.parametrize(
    ("who", "clerk", "counted", "error"),
    [
        ("A02", "A01", "27", NotYourCustody),
        ("A02", "", "0", NoFormsThatDay),
        ("A01", "", "many", WrongCount),
        ("A01", "", "", WrongCount),
        ("A01", "", "999999999999 27", CodeNotNamed),
        ("J01", "A01", "27", NotPermitted),
    ],
)
def test_what_is_no_sheet_is_refused(
    clerks_day: OpenHall, who: str, clerk: str, counted: str, error: type[BackofficeError]
) -> None:
    with refused(clerks_day, error):
        sign(clerks_day, who, counted, clerk)


def count(hall: OpenHall, who: str, holder: str, counted: str, *, on: dt.date = DAY) -> list[int]:
    with hall.work(who) as uow:
        made = count_forms(uow, hall=hall.hall, holder=holder, counted=counted, on=on)
        return [one.counted - one.expected for one in made]


def test_inv_13_a_wrong_count_is_a_finding_until_it_is_counted_right(clerks_day: OpenHall) -> None:
    code = code_for(clerks_day)
    assert count(clerks_day, "J01", "A01", "26") == [-1]
    subject = ("P01", f"count:A01/{code}")
    assert subject in run(clerks_day)
    (finding,) = [one for one in findings(clerks_day) if one.subject == subject[1]]
    with clerks_day.read() as uow:
        told = view_finding(finding, names={}, people=frozenset())
        assert "27 blanks (00300034–00300060), 26 were counted" in told.message.en
        (wrong,) = wrong_counts(uow, clerks_day.hall)
        assert (wrong.holder, wrong.expected, wrong.counted) == ("A01", 27, 26)
    assert count(clerks_day, "A01", "A01", "27") == [0]
    assert subject not in run(clerks_day)
    with clerks_day.read() as uow:
        assert wrong_counts(uow, clerks_day.hall) == []


def test_inv_13_the_safe_is_counted_too_and_nobody_counts_another_s(clerks_day: OpenHall) -> None:
    with refused(clerks_day, NotYourCustody):
        count(clerks_day, "A01", "A02", "5")
    with refused(clerks_day, NotYourCustody):
        count(clerks_day, "A01", "", "5")
    with refused(clerks_day, NotPermitted):
        count(clerks_day, "F01", "", "5")
    with refused(clerks_day, NoFormsThatDay):
        count(clerks_day, "V01", "A02", "0")
    assert count(clerks_day, "V01", "", "0") == [0]
    receive(clerks_day, "00400001", "00400010")
    assert count(clerks_day, "V01", "", "12") == [2]
    assert any(subject.startswith("count:invoice_safe/") for _, subject in run(clerks_day))
