"""INV-12: every kind of form is explained, and the check P09 knows the same structures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from invoices.numbers import (
    BOTH,
    RECEIPT,
    NumberNotReadable,
    describe_form,
    describe_scan,
    explain_form,
    scan_form,
)
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import at, put, run

YEAR = DAY.year
DIGITAL = "25440000000012345678"
KNOWN = [
    ("044001911211", "12897794", "增值税普通发票", "4400 广东"),
    ("231000940123", "00012345", "地税普通发票(旧)", "3100 上海"),
    ("131000940123", "00012345", "国税普通发票(旧)", "3100 上海"),
    ("4300171130", "02550485", "增值税专用发票", "4300 湖南"),
    ("", DIGITAL, "数电票", "44 广东"),
]
UNKNOWN = [
    ("044001911211", "0012897794"),
    ("", "1289"),
    ("344001911211", "12897794"),
    ("04400191121", "12897794"),
    ("04400191121A", "12897794"),
    ("044009911211", "12897794"),
    ("4300991130", "02550485"),
    ("", "20440000000012345678"),
    ("", "27440000000012345678"),
]


@pytest.mark.parametrize(("code", "number", "kind", "region"), KNOWN)
def test_inv_12_each_kind_is_explained(code: str, number: str, kind: str, region: str) -> None:
    form = explain_form(code, number, this_year=YEAR)
    assert form.kind.zh == kind
    told = {name.en: value.zh for name, value in form.parts}
    assert told["Region"] == region
    assert form.drawn is bool(code)


def test_inv_12_a_digital_invoice_on_paper_has_both_numbers() -> None:
    form = explain_form("044001911204", "12897794", digital_no=DIGITAL, this_year=YEAR)
    assert (form.kind, form.drawn, form.digital_no) == (BOTH, True, DIGITAL)
    assert explain_form("044001911204", DIGITAL, this_year=YEAR).kind == BOTH


def test_inv_12_a_receipt_has_a_number_alone() -> None:
    assert explain_form("", "00012345", this_year=YEAR).kind == RECEIPT


@pytest.mark.parametrize(
    ("code", "number", "says"),
    [
        ("", "2.544E+19", "scientific notation: re-export as text"),
        ("044001911211", "0012897794", "must have 8 digits"),
        ("044001911211", "12897794 ", ""),
        ("044001911211", "", "must have 8 digits"),
    ],
)
def test_inv_12_what_is_refused_says_what_to_do(code: str, number: str, says: str) -> None:
    if not says:
        explain_form(code, number, this_year=YEAR)
        return
    with pytest.raises(NumberNotReadable, match="Compare with the form") as refusal:
        explain_form(code, number, this_year=YEAR)
    assert says in str(refusal.value)
    assert "请" in refusal.value.message("zh")


def test_inv_12_the_qr_text_of_a_paper_invoice() -> None:
    scan = scan_form(
        "01,10,044001500111,81966722,173.79,20170524,17884534745749991611,BE2D", this_year=YEAR
    )
    assert (scan.form.invoice_code, scan.form.number) == ("044001500111", "81966722")
    assert (scan.sort.en, scan.amount_fen) == ("VAT ordinary e-invoice", 17379)
    assert scan.issued_on.isoformat() == "2017-05-24"
    assert any("173.79" in line.zh for line in describe_scan(scan))


def test_inv_12_the_qr_text_of_a_special_invoice_has_no_check_code() -> None:
    scan = scan_form("01,01,4300171130,02550485,300.00,20171010,,8A1B,", this_year=YEAR)
    assert (scan.sort.zh, scan.check_code) == ("增值税专用发票", "")


@pytest.mark.parametrize("qr", ["", "https://example.com", "01,10,x,y,1,20170524,z"])
def test_inv_12_other_texts_are_no_qr_of_an_invoice(qr: str) -> None:
    with pytest.raises(NumberNotReadable):
        scan_form(qr, this_year=YEAR)


def test_inv_12_the_check_p09_agrees(hall: OpenHall) -> None:
    rows = [(code, number) for code, number, *_ in KNOWN] + UNKNOWN
    cells = {"issued_at": at("10:00"), "clerk": "A01", "amount": 100, "status": "issued"}
    put(
        hall,
        "invoices",
        *(
            {"invoice_code": code, "invoice_no": number, "basis": "elsewhere", **cells}
            for code, number in rows
        ),
    )
    found = {subject for check, subject in run(hall) if check == "P09"}
    for code, number in rows:
        try:
            form = explain_form(code, number, this_year=YEAR)
        except NumberNotReadable:
            known = False
        else:
            # A receipt is no invoice: in a register of invoices its number has no structure.
            known = form.kind != RECEIPT
        assert (f"invoice:{code}/{number}" not in found) is known, (code, number)


def test_inv_12_the_published_real_invoices_are_explained(shared_data: Path) -> None:
    file = shared_data / "cn-einvoices" / "einvoices_ofd_a.json"
    for one in json.loads(file.read_text(encoding="utf-8")):
        fields = one["fields"]
        form = explain_form(fields.get("InvoiceCode", ""), fields["InvoiceNo"], this_year=YEAR)
        assert (
            str(fields["IssueDate"][:4])
            == next(value.en for name, value in form.parts if name.en == "Year")
            or form.invoice_code
        )
        assert describe_form(form)
        if "GraphCode" in fields:
            scan = scan_form(fields["GraphCode"], this_year=YEAR)
            assert scan.form.number == fields["InvoiceNo"]
            assert scan.check_code == fields["InvoiceCheckCode"]
            assert f"{scan.issued_on:%Y年%m月%d日}" == fields["IssueDate"]
