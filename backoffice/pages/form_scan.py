"""The QR text or number of an invoice read by scan: explained, and led to its page."""

from __future__ import annotations

from flask import g, request

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.form_acts import find_act
from backoffice.pages.form_pages import LOOK, show_forms
from backoffice.pages.number_acts import number_url
from invoices.numbers import FormNumber, FormScan, explain_form, scan_form
from invoices.ranges import find_book
from invoices.register import standing_of
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

SCAN = Text("扫票", "Scan a form")
MOST_SIGNS = 500


@pages.get("/halls/<hall>/books/scan")
@needs(*LOOK)
def scan_form_text() -> str:
    """Show one large field, and what the text scanned last says."""
    text = request.args.get("text", "").strip()[:MOST_SIGNS]
    form: FormNumber | None = None
    scan: FormScan | None = None
    error: Text | None = None
    try:
        if "," in text:
            scan = scan_form(text, this_year=g.today.year)
            form = scan.form
        elif text:
            code, _, number = text.replace("/", " ").rpartition(" ")
            form = explain_form(code, number, this_year=g.today.year)
    except BackofficeError as refused:
        error = Text(refused.message("zh"), refused.message("en"))
    with reading() as uow:
        return show_forms(
            uow,
            "pages/form_scan.html",
            page="scan",
            title=SCAN,
            text=text,
            form=form,
            scan=scan,
            error=error,
            address=_address(uow, form) if form else "",
            offered=[act for name in ("use", "void", "red") if (act := find_act(name))],
        )


def _address(uow: UnitOfWork, form: FormNumber) -> str:
    """Give the page of the number where the hall's books or register know it."""
    for code, number in ((form.invoice_code, form.number), ("", form.digital_no)):
        if not number:
            continue
        drawn = find_book(uow, hall(), code, number) is not None
        if drawn or standing_of(uow, hall(), code, number) is not None:
            return number_url(code, number)
    return ""
