"""What a receipt answers: a request for forms that the department approved (DOMAIN INV-05)."""

from __future__ import annotations

from invoices.errors import RequestUnknown
from invoices.form_signing import sign_forms
from tests.builders import OpenHall
from tests.invoices.book_days import make, receive
from tests.observing import refused


def test_inv_05_a_receipt_answers_an_approved_request_alone(hall: OpenHall) -> None:
    request = make(hall, "V01", "invoice_request", facts={"books": "2"}).number or ""
    for number in (request, "2026-PS-999999"):
        with refused(hall, RequestUnknown):
            receive(hall, "00100001", "00100050", request=number)
    with hall.work("S01") as uow:
        sign_forms(uow, hall=hall.hall, number=request)
    assert receive(hall, "00100001", "00100050", request=request).state == "posted"
