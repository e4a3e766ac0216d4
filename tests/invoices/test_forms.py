"""DOMAIN INV-03, 05, 13 and 15, and what each document of blank forms does to books and runs."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from invoices.errors import (
    AwaitsSignature,
    BookBroughtBack,
    BooksDoNotFit,
    BookSplit,
    BookUnfinished,
    CountDiffers,
    ExchangeUnequal,
    FormOutOfDate,
    FormsElsewhere,
    HallNotEmpty,
    NoFormsHeld,
    NotAHolder,
    RangeOverlaps,
    RangeUnreadable,
    RequestAboveReturned,
    RunBeyondBook,
    RunNeeded,
    UnknownFormKind,
    UnknownForms,
)
from invoices.form_ends import close_hall, end_form, forms_to_hand_in
from invoices.form_signing import cancel_forms, reject_forms, reverse_forms, sign_forms
from invoices.models import InvoiceBook, InvoiceRange
from ledger.errors import BackofficeError
from ledger.hall_days import HallDayClosed, open_days
from ledger.permissions import NotPermitted
from stock.errors import NotYourCustody, NotYourDocument, SamePlace
from tests.builders import DAY, NOW, OpenHall
from tests.invoices.book_days import (
    blanks,
    code_for,
    custody,
    draw,
    make,
    receive,
    run,
    use,
)
from tests.observing import everything, refused

LATER = NOW + dt.timedelta(days=1)


def test_inv_03_a_bound_book_is_not_split_between_clerks(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100050")
    draw(hall, "A01", "00100001")
    use(hall, "00100001", "00100009", clerk="A01")
    with refused(hall, BookSplit) as refusal:
        draw(hall, "A02", "00100026", "00100050")
    assert "拆本" in refusal.value.message("zh")
    assert "00100010–00100050" in refusal.value.message("en")
    with refused(hall, BookSplit):
        make(hall, "A01", "invoice_handover", run(hall, "00100026", clerk="A01", to_clerk="A02"))
    with refused(hall, FormsElsewhere):
        draw(hall, "A02", "00100010", "00100050")


def test_inv_03_continuous_forms_go_to_clerks_by_sub_range(hall: OpenHall) -> None:
    receive(hall, "00200001", "00200500", "continuous")
    draw(hall, "A01", "00200001", "00200100")
    draw(hall, "A02", "00200101", "00200200")
    with refused(hall, FormsElsewhere) as refusal:
        draw(hall, "A01", "00200050", "00200150")
    message = refusal.value.message("zh")
    assert "00200050–00200100" in message
    assert "A01" in message
    assert "00200101–00200150" in message
    assert "A02" in message
    assert custody(hall, "00200001") == [
        ("00200001", "00200100", "clerk A01"),
        ("00200101", "00200200", "clerk A02"),
        ("00200201", "00200500", "safe"),
    ]


def test_inv_04_start_end_and_count_must_agree(hall: OpenHall) -> None:
    line = run(hall, "00100001", "00100100", count=99)
    with refused(hall, RangeUnreadable):
        make(hall, "V01", "invoice_receipt", line)


def test_inv_05_more_new_books_than_used_ones_need_the_managers_signature(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100400", per_book="50")
    back = []
    for first in range(100001, 100401, 50):
        no, last = f"{first:08d}", f"{first + 49:08d}"
        draw(hall, "A01", no)
        use(hall, no, last, clerk="A01")
        back.append(f"{code_for(hall)}/{no}")
    new = run(hall, "00200001", "00200500", count=500)
    facts = {"per_book": "50"}
    with refused(hall, ExchangeUnequal):
        make(hall, "V01", "invoice_exchange", new, facts=facts, books=back)
    why = {**facts, "reason": "月末业务高峰"}
    held = make(hall, "V01", "invoice_exchange", new, facts=why, books=back)
    assert (held.state, held.required_roles) == ("submitted", "hall_manager")
    assert len(back) == 8
    assert stubs(hall) == [None] * 8
    with hall.work("M01") as uow:
        assert sign_forms(uow, hall=hall.hall, number=held.number or "").state == "posted"
    assert stubs(hall) == [DAY] * 8 + [None] * 10


def test_inv_05_one_for_one_is_posted_at_once_and_a_book_is_brought_back_once(
    hall: OpenHall,
) -> None:
    receive(hall, "0001", "0010")
    draw(hall, "A01", "0001")
    name = f"{code_for(hall)}/0001"
    new = run(hall, "0101", "0110", count=10)
    with refused(hall, BookUnfinished):
        make(hall, "V01", "invoice_exchange", new, books=[name])
    use(hall, "0001", "0010", clerk="A01")
    exchange = make(hall, "V01", "invoice_exchange", new, books=[name])
    assert exchange.state == "posted"
    with refused(hall, BookBroughtBack):
        make(hall, "V01", "invoice_stubs", books=[name])
    with hall.work("M01") as uow:
        reverse_forms(uow, hall=hall.hall, number=exchange.number or "", reason="重做")
    assert stubs(hall) == [None]
    assert make(hall, "V01", "invoice_stubs", books=[name]).state == "posted"
    assert stubs(hall) == [DAY]


def test_a_clerk_exchanges_a_used_book_for_one_from_the_safe_once(hall: OpenHall) -> None:
    receive(hall, "0001", "0030", per_book="10")
    draw(hall, "A01", "0001")
    use(hall, "0001", "0010", clerk="A01")
    name = f"{code_for(hall)}/0001"
    held = make(hall, "V01", "invoice_exchange", run(hall, "0011", clerk="A01"), books=[name])
    assert (held.state, held.required_roles) == ("submitted", "number:A01")
    with refused(hall, BookBroughtBack):
        make(hall, "V01", "invoice_exchange", run(hall, "0021", clerk="A01"), books=[name])
    with hall.work("A01") as uow:
        sign_forms(uow, hall=hall.hall, number=held.number or "")
    assert custody(hall, "0011") == [("0011", "0020", "clerk A01")]
    # The custodian has the stubs now and delivers them to the department later.
    assert stubs(hall) == [None, None, None]


def stubs(hall: OpenHall) -> list[dt.date | None]:
    with hall.read() as uow:
        wanted = select(InvoiceBook.stubs_on).where(InvoiceBook.hall_id == hall.id)
        return list(uow.session.scalars(wanted.order_by(InvoiceBook.first_number)))


def test_inv_05_a_request_above_what_was_brought_back_is_held(hall: OpenHall) -> None:
    asked = {"books": "10", "invoice_code": code_for(hall)}
    first = make(hall, "V01", "invoice_request", facts=asked)
    assert first.required_roles == "department"
    with hall.work("S01") as uow:
        assert sign_forms(uow, hall=hall.hall, number=first.number or "").state == "posted"
    with refused(hall, RequestAboveReturned):
        make(hall, "V01", "invoice_request", facts=asked)
    held = make(hall, "V01", "invoice_request", facts={**asked, "reason": "新开窗口"})
    assert held.required_roles == "department,hall_manager"


def test_inv_13_a_clerk_returns_what_is_left_and_a_missing_number_is_asked_for(
    hall: OpenHall,
) -> None:
    receive(hall, "00300011", "00300060")
    draw(hall, "A01", "00300011")
    use(hall, "00300011", "00300032", clerk="A01")
    use(hall, "00300033", "00300033", clerk="A01", state="invoice_void")
    with refused(hall, CountDiffers) as refusal:
        make(hall, "A01", "invoice_return", run(hall, "00300034", count=26, clerk="A01"))
    with refused(hall, CountDiffers):
        make(hall, "A01", "invoice_return", run(hall, "", count=26, clerk="A01"))
    assert "缺号" in refusal.value.message("zh")
    assert "00300034–00300060" in refusal.value.message("zh")
    assert "27" in refusal.value.message("en")
    counted = run(hall, "00300034", "00300060", count=27, clerk="A01")
    document = make(hall, "A01", "invoice_return", counted, signers=["V01"])
    assert document.state == "posted"
    assert blanks(hall) == [("00300034", "00300060", "invoice_safe")]


def test_inv_13_the_auditor_may_look_at_forms_and_never_draws_them(hall: OpenHall) -> None:
    receive(hall, "001", "050")
    with refused(hall, NotAHolder):
        make(hall, "V01", "invoice_draw", run(hall, "001", clerk="J01"))
    with refused(hall, NotPermitted):
        make(hall, "J01", "invoice_draw", run(hall, "001", clerk="A01"))
    with refused(hall, NotPermitted):
        make(hall, "J01", "invoice_handover", run(hall, "001", clerk="A01", to_clerk="A02"))


def test_inv_15_a_hall_with_blanks_is_not_closed_and_the_segments_are_told(hall: OpenHall) -> None:
    receive(hall, "00400001", "00400027")
    with refused(hall, HallNotEmpty) as refusal, hall.work("M01") as uow:
        close_hall(uow, hall=hall.hall, reason="撤并")
    message = refusal.value.message("zh")
    assert "27 份" in message
    assert "00400001–00400027" in message


def test_inv_15_a_hall_closes_when_blanks_and_stubs_are_gone_and_takes_no_later_day(
    hall: OpenHall,
) -> None:
    receive(hall, "0001", "0020", per_book="10")
    draw(hall, "A01", "0001")
    use(hall, "0001", "0010", clerk="A01")
    facts = {"receipt_no": "JX-7", "cause": "closing"}
    with refused(hall, NotPermitted), hall.work("V01") as uow:
        close_hall(uow, hall=hall.hall, reason="撤并")
    make(hall, "V01", "invoice_hand_in", run(hall, ""), facts=facts)
    assert blanks(hall) == []
    assert custody(hall, "0011") == [("0011", "0020", "returned")]
    with refused(hall, HallNotEmpty) as refusal, hall.work("M01") as uow:
        close_hall(uow, hall=hall.hall, reason="撤并")
    assert "0001–0010" in refusal.value.message("en")
    make(hall, "V01", "invoice_stubs", books=[f"{code_for(hall)}/0001"])
    with hall.work("M01") as uow:
        open_days(uow, hall.id, [DAY + dt.timedelta(days=1)])
        close_hall(uow, hall=hall.hall, reason="撤并")
    with refused(hall, HallDayClosed):
        receive_on(hall, LATER)
    with refused(hall, HallDayClosed):
        receive_on(hall, LATER + dt.timedelta(days=1))


def receive_on(hall: OpenHall, now: dt.datetime) -> None:
    line = run(hall, "0901", "0910", count=10)
    make(hall, "V01", "invoice_receipt", line, on=None, now=now)


def test_inv_15_a_code_out_of_date_is_a_task_until_its_last_blank_is_handed_in(
    hall: OpenHall,
) -> None:
    receive(hall, "0001", "0100", "continuous")
    draw(hall, "A01", "0001", "0040")
    with hall.work("V01") as uow:
        end_form(uow, hall=hall.hall, invoice_code=code_for(hall), ends_on=DAY, reason="换版")
    assert left(hall) == [100]
    with refused(hall, FormOutOfDate):
        draw(hall, "A02", "0041", "0050")
    with refused(hall, FormOutOfDate):
        receive(hall, "0101", "0200")
    facts = {"receipt_no": "JX-8", "cause": "form_change"}
    make(hall, "V01", "invoice_hand_in", run(hall, "0041", "0100"), facts=facts)
    assert left(hall) == [40]
    make(hall, "A01", "invoice_return", run(hall, "0001", "0040", clerk="A01"), signers=["V01"])
    make(hall, "V01", "invoice_hand_in", run(hall, ""), facts=facts)
    assert left(hall) == []
    with refused(hall, UnknownForms), hall.work("V01") as uow:
        end_form(uow, hall=hall.hall, invoice_code="9", ends_on=DAY, reason="")


def left(hall: OpenHall) -> list[int]:
    with hall.read() as uow:
        return [one.count for one in forms_to_hand_in(uow, hall.hall, on=DAY)]


def test_books_are_received_cut_to_size_and_no_number_comes_twice(hall: OpenHall) -> None:
    receive(hall, "0001", "0100", per_book="25")
    with hall.read() as uow:
        wanted = select(InvoiceBook).where(InvoiceBook.hall_id == hall.id)
        books = uow.session.scalars(wanted.order_by(InvoiceBook.first_number)).all()
        assert [(one.first_no, one.last_no, one.carrier) for one in books] == [
            ("0001", "0025", "book"),
            ("0026", "0050", "book"),
            ("0051", "0075", "book"),
            ("0076", "0100", "book"),
        ]
    for first, last in (("0100", "0110"), ("0001", "0001"), ("0040", "0060")):
        with refused(hall, RangeOverlaps):
            receive(hall, first, last)
    with refused(hall, BooksDoNotFit):
        receive(hall, "0101", "0200", per_book="30")
    with refused(hall, RangeOverlaps):
        twice = (run(hall, "0201", "0250", count=50), run(hall, "0250", "0299", count=50))
        make(hall, "V01", "invoice_receipt", *twice)


def test_a_draw_is_signed_by_two_and_moves_nothing_before(hall: OpenHall) -> None:
    receive(hall, "001", "050")
    drawn = make(hall, "V01", "invoice_draw", run(hall, "001", clerk="A01"))
    number = drawn.number or ""
    assert (drawn.state, drawn.required_roles) == ("submitted", "number:A01")
    assert custody(hall, "001") == [("001", "050", "safe")]
    with refused(hall, AwaitsSignature) as refusal:
        make(hall, "V01", "invoice_draw", run(hall, "001", clerk="A02"))
    assert number in refusal.value.message("en")
    for who, why in (("A02", NotPermitted), ("V01", NotPermitted)):
        with refused(hall, why), hall.work(who) as uow:
            sign_forms(uow, hall=hall.hall, number=number)
    with hall.work("A01") as uow:
        sign_forms(uow, hall=hall.hall, number=number)
    assert custody(hall, "001") == [("001", "050", "clerk A01")]
    with hall.work("M01") as uow:
        reverse_forms(uow, hall=hall.hall, number=number, reason="领错")
    assert custody(hall, "001") == [("001", "050", "safe")]


def test_a_custodian_who_draws_for_himself_needs_a_leader(hall: OpenHall) -> None:
    receive(hall, "001", "050")
    drawn = make(hall, "V01", "invoice_draw", run(hall, "001", clerk="V01"))
    assert drawn.required_roles == "duty_manager"
    with refused(hall, NotPermitted), hall.work("V01") as uow:
        sign_forms(uow, hall=hall.hall, number=drawn.number or "")
    with hall.work("D01") as uow:
        assert sign_forms(uow, hall=hall.hall, number=drawn.number or "").state == "posted"


def test_a_hand_over_moves_everything_and_is_confirmed_by_the_taker(hall: OpenHall) -> None:
    receive(hall, "001", "100", per_book="50")
    draw(hall, "A01", "001")
    draw(hall, "A01", "051")
    use(hall, "001", "007", clerk="A01")
    everything_held = run(hall, "", clerk="A01", to_clerk="A02")
    made = make(hall, "A01", "invoice_handover", everything_held, signers=["A02"])
    assert made.state == "posted"
    assert blanks(hall) == [
        ("008", "050", "invoice_clerk A02"),
        ("051", "100", "invoice_clerk A02"),
    ]
    assert custody(hall, "001") == [("001", "007", "clerk A01"), ("008", "050", "clerk A02")]
    with refused(hall, NoFormsHeld):
        make(hall, "A01", "invoice_handover", everything_held)
    with refused(hall, NotYourCustody):
        back = run(hall, "051", clerk="A02", to_clerk="V01")
        make(hall, "A01", "invoice_handover", back)
    with refused(hall, SamePlace):
        own = run(hall, "051", clerk="A02", to_clerk="A02")
        make(hall, "A02", "invoice_handover", own)


def test_what_is_refused_or_cancelled_moves_nothing_and_frees_the_numbers(hall: OpenHall) -> None:
    receive(hall, "001", "050")
    before = custody(hall, "001")
    drawn = make(hall, "V01", "invoice_draw", run(hall, "001", clerk="A01"))
    with hall.work("A01") as uow:
        reject_forms(uow, hall=hall.hall, number=drawn.number or "", reason="未收到")
    again = make(hall, "V01", "invoice_draw", run(hall, "001", clerk="A01"))
    with refused(hall, NotYourDocument), hall.work("A02") as uow:
        cancel_forms(uow, hall=hall.hall, number=again.number or "", reason="")
    with hall.work("V01") as uow:
        cancel_forms(uow, hall=hall.hall, number=again.number or "", reason="改领他本")
    assert custody(hall, "001") == before
    draw(hall, "A02", "001")


def test_a_reversed_receipt_leaves_no_book_and_may_come_again(hall: OpenHall) -> None:
    receipt = receive(hall, "001", "100", per_book="50")
    with hall.work("M01") as uow:
        reverse_forms(uow, hall=hall.hall, number=receipt.number or "", reason="点错")
    with hall.read() as uow:
        for model in (InvoiceBook, InvoiceRange):
            assert not uow.session.scalars(select(model).where(model.hall_id == hall.id)).all()
    assert receive(hall, "001", "100").state == "posted"


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("0101", "0110", UnknownForms),
        ("00001", "00010", UnknownForms),
        ("0050", "0101", RunBeyondBook),
        ("0050", "0049", RangeUnreadable),
        ("0050", "x", RangeUnreadable),
        ("0050", "", RunNeeded),
    ],
)
def test_a_run_that_no_batch_has_is_refused(
    hall: OpenHall, first: str, last: str, why: type[BackofficeError]
) -> None:
    receive(hall, "0001", "0100", "continuous")
    before = everything(hall)
    with refused(hall, why):
        draw(hall, "A01", first, last)
    assert everything(hall) == before


def test_use_void_and_loss_are_not_made_by_hand_here(hall: OpenHall) -> None:
    for kind in ("invoice_use", "invoice_void", "invoice_loss", "draw", ""):
        with refused(hall, UnknownFormKind):
            make(hall, "V01", kind, run(hall, "001"))
