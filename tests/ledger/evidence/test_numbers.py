"""INV-12: what invoice codes and numbers say."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.evidence.numbers import (
    InvoiceKind,
    UnknownInvoiceNumber,
    explain_number,
    read_qr,
)


def test_inv_12_a_number_of_20_digits_is_digital() -> None:
    found = explain_number("", "25440000000012345678", this_year=2026)
    assert (found.kind, found.year, found.region) == (InvoiceKind.DIGITAL, 2025, "44")


def test_inv_12_a_vat_ordinary_electronic_invoice() -> None:
    found = explain_number("044001911211", "12897794", this_year=2026)
    assert (found.kind, found.region, found.year) == (InvoiceKind.VAT_ORDINARY, "4400", 2019)
    assert found.form is not None
    assert found.form.zh == "电子普通发票"


def test_inv_12_an_old_local_tax_invoice_of_the_telecom_trade() -> None:
    found = explain_number("231000940123", "00012345", this_year=2026)
    assert (found.kind, found.year, found.trade) == (InvoiceKind.LOCAL_TAX, 2009, "4")


def test_inv_12_a_vat_special_invoice() -> None:
    found = explain_number("4300171130", "02550485", this_year=2026)
    assert (found.kind, found.region, found.year) == (InvoiceKind.VAT_SPECIAL, "4300", 2017)


@pytest.mark.parametrize(
    ("code", "number", "says"),
    [
        ("044001911211", "0012897794", "8 digits"),
        ("", "12897794", "no code"),
        ("", "2.544E+19", "scientific notation"),
        ("344001911211", "12897794", "no known structure"),
        ("04400191121", "12897794", "no known structure"),
        ("04400191121A", "12897794", "only have digits"),
        ("", "20440000000012345678", "before 2021"),
        ("", "27440000000012345678", "still to come"),
    ],
)
def test_inv_12_what_has_no_known_structure_is_told_why(code: str, number: str, says: str) -> None:
    with pytest.raises(UnknownInvoiceNumber, match=says):
        explain_number(code, number, this_year=2026)


def test_inv_12_an_unknown_form_or_region_is_a_warning_only() -> None:
    found = explain_number("099001911299", "12897794", this_year=2026)
    assert len(found.warnings) == 2


def test_inv_12_a_digital_number_on_paper_may_stand_beside_a_code() -> None:
    found = explain_number("044001911211", "25440000000012345678", this_year=2026)
    assert found.kind is InvoiceKind.DIGITAL


def test_inv_12_the_sample_qr_text() -> None:
    qr = read_qr("01,10,044001500111,81966722,173.79,20170524,17884534745749991611,BE2D,")
    assert (qr.kind, qr.code, qr.number) == ("e-ordinary", "044001500111", "81966722")
    assert (qr.amount_fen, qr.issued_on) == (17379, date(2017, 5, 24))


@pytest.mark.parametrize("text", ["", "hello", "01,10,x,y,1,20170524,z", "01,10,1,2,3,20179924,z"])
def test_inv_12_other_qr_texts_are_refused(text: str) -> None:
    with pytest.raises(UnknownInvoiceNumber):
        read_qr(text)
