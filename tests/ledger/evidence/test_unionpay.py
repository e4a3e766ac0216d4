"""FIL-06: UnionPay's fixed-width files, sliced by bytes, and the CSV of an acquirer."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ledger.evidence.vendors.unionpay import ZM_LENGTH, ZM_WIDTHS, slice_line
from tests.ledger.evidence.reading import column, read, refusal, told

CHINA = timezone(timedelta(hours=8))
NAME = "INN26112088ZM_777290058198017.txt"


def _line(**fields: str) -> bytes:
    """Write one ZM line of GBK bytes; fields by their number, `f1` to `f42`."""
    values = {
        "f1": "S22",
        "f2": "0" * 11,
        "f3": "0" * 11,
        "f4": "000012",
        "f5": "1120093000",
        "f6": "6226000000005669",
        "f7": "000000030000",
        "f10": "202611200930001234567",
        "f12": "ORDER1",
        "f16": "D000000000180",
        "f28": "777290058198017",
        "f31": "北京营业厅",
        "f34": "TERM0001",
    }
    values.update(fields)
    cells = [
        values.get(f"f{number}", "").encode("gb18030").ljust(width)
        for number, width in enumerate(ZM_WIDTHS, start=1)
    ]
    return b" ".join(cells)


def _seconds(micros: object) -> datetime:
    return datetime.fromtimestamp(int(str(micros)) / 1_000_000, CHINA)


def test_fil_06_a_line_is_607_bytes() -> None:
    assert ZM_LENGTH == len(_line()) == 607


def test_fil_06_widths_agree_with_the_published_layout(shared_data: Path) -> None:
    layout = shared_data / "cn-payment-bills" / "unionpay_merchant_file_layout.csv"
    with layout.open(encoding="utf-8-sig", newline="") as lines:
        widths = [int(row["width"]) for row in csv.DictReader(lines)]
    assert list(ZM_WIDTHS[: len(widths)]) == widths


def test_fil_06_bytes_are_sliced_before_they_are_decoded() -> None:
    fields = slice_line(_line(f31="北京营业厅"), ZM_WIDTHS)
    assert fields[30] == "北京营业厅"
    assert fields[33] == "TERM0001"
    # Decoding first moves every later field by the five characters' second bytes.
    shifted = slice_line(_line(f31="北京营业厅").decode("gb18030").encode("utf-8"), ZM_WIDTHS)
    assert shifted[33] != "TERM0001"


def test_fil_06_sales_and_refunds_become_settlements() -> None:
    refund = _line(
        f1="S30",
        f7="000000005000",
        f10="202611201000001234599",
        f16="C000000000030",
        f27="202611200930001234567",
    )
    reading = read(b"\r\n".join([_line(), refund, b""]), name=NAME)
    assert (reading.kind, reading.layout) == ("settlements", "unionpay_zm")
    assert column(reading, "amount") == [30000, -5000]
    assert column(reading, "fee") == [180, -30]
    assert column(reading, "tender_ref") == ["202611200930001234567"] * 2
    assert column(reading, "refund_ref") == ["", "202611201000001234599"]
    assert column(reading, "terminal") == ["TERM0001"] * 2
    assert reading.owners == ["777290058198017"] * 2
    assert _seconds(column(reading, "settled_at")[0]) == datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)


def test_fil_06_a_row_of_1231_in_a_file_of_0101_is_last_years() -> None:
    reading = read(_line(f5="1231235959"), name="INN27010188ZM_1.txt")
    assert _seconds(column(reading, "settled_at")[0]).year == 2026


def test_fil_06_a_line_of_606_bytes_is_refused_with_its_number() -> None:
    refused = refusal(b"\n".join([_line(), _line()[:-1]]), name=NAME)
    assert told(refused) == [(2, "")]
    assert "606" in refused.message("en")


def test_fil_06_without_the_files_own_name_there_is_no_year() -> None:
    assert "INN" in refusal(_line(), name="bill.txt").message("en")


def test_fil_06_an_unknown_code_is_refused_unless_its_type_tells_the_sign() -> None:
    assert told(refusal(_line(f1="X99"), name=NAME)) == [(1, "交易代码")]
    assert column(read(_line(f1="X99", f20="31"), name=NAME), "amount") == [-30000]


def test_ret_03_the_card_number_is_not_kept() -> None:
    assert "6226000000005669" not in repr(read(_line(), name=NAME).rows)


def test_fil_06_the_file_of_errors_is_refused_with_advice() -> None:
    line = _line()[: 3 + 1 + 11 + 1 + 11 + 1 + 6 + 1 + 10 + 1 + 19 + 1 + 12 + 1]
    assert "ZME" in refusal(line.ljust(339), name="INN26112088ZME_1.txt").message("en")


ACQUIRER = (
    "商户号,门店名称,终端号,交易时间,交易类型,交易批次号,凭证号,参考号,卡号,交易金额,手续费,"
    "交易日期,交易单号,订单号,持卡人姓名,持卡人身份证,原交易单\n"
    "5500,一厅,T1,09:30:00,消费,000001,000012,112009300012,6226000000005669,300.00,1.80,"
    "2026-11-20,9001,O1,张三,110101199003070011,\n"
    "5500,一厅,T1,10:00:00,退货,000001,000013,112010000013,6226000000005669,50.00,-0.30,"
    "2026-11-20,9002,O2,张三,110101199003070011,112009300012\n"
)


def test_fil_06_an_acquirers_file_becomes_settlements_with_terminal_and_batch() -> None:
    reading = read(ACQUIRER)
    assert (reading.kind, reading.layout) == ("settlements", "acquirer_pos")
    assert column(reading, "amount") == [30000, -5000]
    assert column(reading, "fee") == [180, -30]
    assert column(reading, "tender_ref") == ["112009300012", "112009300012"]
    assert column(reading, "refund_ref") == ["", "112010000013"]
    assert column(reading, "batch_no") == ["000001", "000001"]
    net = [
        int(str(amount)) - int(str(fee))
        for amount, fee in zip(column(reading, "amount"), column(reading, "fee"), strict=True)
    ]
    assert net[0] == 29820


@pytest.mark.parametrize("secret", ["6226000000005669", "张三", "110101199003070011"])
def test_ret_03_holders_of_cards_are_not_kept(secret: str) -> None:
    assert secret not in repr(read(ACQUIRER))
