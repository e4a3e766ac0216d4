"""FIL-01 and FIL-02: WeChat Pay's trade bills and fund bills, real and made up."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import pytest

from tests.ledger.evidence.reading import column, read, refusal, told

ALL = "wechat_merchant_bill_ALL_2019-02-19.csv"
SUCCESS = "wechat_merchant_bill_SUCCESS_2019-11-04.csv"


def _micros(written: str) -> int:
    return int(datetime.fromisoformat(f"{written}+08:00").timestamp()) * 1_000_000


@pytest.fixture
def bill(shared_data: Path) -> bytes:
    return (shared_data / "cn-payment-bills" / ALL).read_bytes()


def test_fil_01_the_real_bill_ties_to_its_footer(bill: bytes) -> None:
    reading = read(bill)
    assert (reading.kind, reading.layout) == ("settlements", "wechat_merchant_bill")
    assert reading.sums == {
        "rows": 45,
        "payments": 31,
        "refunds": 14,
        "paid": 47,
        "refunded": 14,
        "fee": 8,
    }
    assert sum(int(str(amount)) for amount in column(reading, "amount")) == 47 - 14


def test_fil_01_one_row_less_refuses_the_whole_bill_naming_45_and_44(bill: bytes) -> None:
    lines = bill.split(b"\r\n")
    refused = refusal(b"\r\n".join(lines[:4] + lines[5:]))
    assert "45" in refused.message("zh")
    assert "44" in refused.message("zh")
    assert ("总交易单数") in {problem.column for problem in refused.problems}


def test_fil_01_a_changed_amount_names_the_total_it_breaks(bill: bytes) -> None:
    refused = refusal(bill.replace(b"`0.03,`0.00,`0,`0", b"`0.04,`0.00,`0,`0", 1))
    assert told(refused) == [(0, "应结订单总金额")]
    assert "0.47" in refused.message("en")
    assert "0.48" in refused.message("en")


def test_fil_01_without_bom_or_packed_it_is_the_same(bill: bytes) -> None:
    assert read(bill[3:]).rows == read(bill).rows
    assert read(gzip.compress(bill), name="bill.gz").rows == read(bill).rows


def test_fil_01_a_bill_without_its_footer_was_cut_off(bill: bytes) -> None:
    assert "incomplete" in refusal(bill.split("总交易单数".encode())[0]).message("en")


def test_fil_01_a_bill_of_type_success_has_no_refund_columns(shared_data: Path) -> None:
    reading = read((shared_data / "cn-payment-bills" / SUCCESS).read_bytes())
    assert reading.sums["rows"] == reading.sums["payments"] == reading.sums["paid"] == 5
    assert set(column(reading, "refund_ref")) == {""}
    assert reading.owners == ["1393091302"] * 5


def test_ret_03_no_payer_is_kept(bill: bytes) -> None:
    reading = read(bill)
    payers = [
        cell for line in bill.decode().split(",`") for cell in [line] if cell.startswith("oH")
    ]
    assert payers
    kept = repr(reading.rows) + repr(reading.owners)
    assert not [payer for payer in payers if payer in kept]


HEADER_ALL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
FOOT_ALL = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def _row(
    state: str,
    *,
    paid: str = "0.00",
    refunded: str = "0.00",
    fee: str = "0.00000",
    refund: str = "0",
    goods: str = "话费",
    order: str = "42001",
) -> str:
    refunded_state = "SUCCESS" if refund != "0" else ""
    cells = (
        f"2026-11-20 09:30:00|wx1|1900000001|0|POS7|{order}|M{order}|oPAYER|MICROPAY|{state}|"
        f"OTHERS|CNY|{paid}|0.00|{refund}|0|{refunded}|0.00||{refunded_state}|{goods}||{fee}|0.60%|"
        f"{paid}|{refunded}|"
    )
    return ",".join(f"`{cell}" for cell in cells.split("|"))


def _bill(*rows: str, totals: str, header: str = HEADER_ALL, foot: str = FOOT_ALL) -> str:
    footer = ",".join(f"`{cell}" for cell in totals.split())
    return "\ufeff" + "\r\n".join([header, *rows, foot, footer, ""])


def test_fil_01_a_comma_in_the_name_of_goods_moves_no_column() -> None:
    reading = read(
        _bill(
            _row("SUCCESS", paid="58.00", fee="0.35000", goods="套餐,含宽带"),
            totals="1 58.00 0.00 0.0 0.35 58.00 0.00",
        )
    )
    assert reading.rows == [
        (
            "wechat",
            "42001",
            "",
            "M42001",
            _micros("2026-11-20 09:30:00"),
            5800,
            35,
            "0.35000",
            "POS7",
            "",
        )
    ]


def test_fil_01_fees_are_rounded_half_up_row_by_row_and_kept_exact() -> None:
    reading = read(
        _bill(
            _row("SUCCESS", paid="1.25", fee="0.00500"),
            _row("SUCCESS", paid="1.24", fee="0.00499", order="42002"),
            _row("REFUND", refunded="1.25", fee="-0.00500", refund="50001"),
            totals="3 2.49 1.25 0.0 0.00499 2.49 1.25",
        )
    )
    assert column(reading, "fee") == [1, 0, -1]
    assert column(reading, "fee_exact") == ["0.00500", "0.00499", "-0.00500"]


def test_fil_01_a_refund_is_negative_with_a_reference_of_its_own() -> None:
    reading = read(
        _bill(
            _row("SUCCESS", paid="58.00"),
            _row("REFUND", refunded="20.00", refund="50001"),
            totals="2.0 58.00 20.00 0.0 0 58.00 20.00",
        )
    )
    assert column(reading, "amount") == [5800, -2000]
    assert column(reading, "tender_ref") == ["42001", "42001"]
    assert column(reading, "refund_ref") == ["", "50001"]


def test_fil_01_a_revoked_order_takes_its_payment_back() -> None:
    reading = read(
        _bill(
            _row("SUCCESS", paid="58.00"),
            _row("REVOKED", refunded="58.00", refund="50001"),
            totals="2 58.00 58.00 0 0 58.00 58.00",
        )
    )
    assert column(reading, "amount") == [5800, -5800]
    assert any("撤销" in note.zh for note in reading.notes)


def test_fil_01_an_unknown_state_is_refused_with_its_line() -> None:
    refused = refusal(_bill(_row("LOST", paid="1.00"), totals="1 1.00 0 0 0 1.00 0"))
    assert told(refused) == [(2, "交易状态")]


def test_fil_01_a_refund_bill_is_dated_by_the_refund_not_by_the_payment() -> None:
    header = HEADER_ALL.replace("微信退款单号", "退款申请时间,退款成功时间,微信退款单号")
    row = _row("REFUND", refunded="20.00", refund="50001").replace(
        "`0.00,`50001", "`0.00,`2026-11-21 10:00:00,`2026-11-21 10:00:05,`50001", 1
    )
    reading = read(_bill(row, totals="1 0.00 20.00 0 0 0.00 20.00", header=header))
    assert column(reading, "settled_at") == [_micros("2026-11-21 10:00:00")]


def test_fil_01_old_bills_have_other_names_and_five_totals() -> None:
    header = (
        "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
        "付款银行,货币种类,总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,"
        "退款类型,退款状态,商品名称,商户数据包,手续费,费率"
    )
    row = ",".join(
        f"`{cell}"
        for cell in [
            "2016-05-20 10:08:02",
            "wx1",
            "1345867901",
            "1308363301",
            "",
            "40066",
            "160520",
            "oP",
            "APP",
            "SUCCESS",
            "CFT",
            "CNY",
            "1.00",
            "0.00",
            "0",
            "0",
            "0",
            "0",
            "",
            "",
            "goods",
            "test",
            "0.01000",
            "0.60%",
        ]
    )
    foot = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
    reading = read(_bill(row, totals="1 1.00 0.00 0.00 0.01000", header=header, foot=foot))
    assert column(reading, "amount") == [100]
    assert reading.owners == ["1308363301"]


def test_fil_01_a_bill_saved_again_by_a_spreadsheet_is_read_alike() -> None:
    plain = _bill(
        _row("SUCCESS", paid="58.00", goods="套餐,含宽带"), totals="1 58.00 0 0 0 58.00 0"
    )
    again = plain.replace("`套餐,含宽带", '"`套餐,含宽带"').replace("`2026", '"`2026"', 1)
    again = again.replace('"`2026"-11-20 09:30:00', '"`2026-11-20 09:30:00"')
    assert read(again).rows == read(plain).rows


FUND_HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FUND_FOOT = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


def _fund(second_balance: str = "99.80", totals: str = "2.0 1.0 39.00 1.0 0.20") -> str:
    rows = [
        "2026-11-20 09:30:00|42001|1900001|交易|交易|收入|39.00|100.00|system|\\\\r缺货\\\\n|REF1",
        f"2026-11-20 09:30:01|42001|1900002|扣除手续费|手续费|支出|0.20|{second_balance}|system||",
    ]
    cells = [",".join(f"`{cell}" for cell in row.split("|")) for row in rows]
    footer = ",".join(f"`{cell}" for cell in totals.split())
    return "\ufeff" + "\r\n".join([FUND_HEADER, *cells, FUND_FOOT, footer, ""])


def test_fil_02_a_fund_bill_is_read_as_lines_of_an_account() -> None:
    reading = read(_fund())
    assert (reading.kind, reading.layout) == ("bank_lines", "wechat_fund_bill")
    assert reading.sums == {"rows": 2, "in": 3900, "out": 20}
    assert column(reading, "amount") == [3900, -20]
    assert column(reading, "balance") == [10000, 9980]
    assert column(reading, "memo") == ["交易 缺货", "扣除手续费 手续费"]
    assert column(reading, "line_ref") == ["1900001", "1900002"]
    assert not any("余额" in note.zh for note in reading.notes)


def test_fil_02_a_balance_that_does_not_follow_is_told_with_its_line() -> None:
    notes = read(_fund(second_balance="99.70")).notes
    assert any("余额不连续,第 3 行" in note.zh for note in notes)


def test_fil_02_the_footer_has_to_tie() -> None:
    refused = refusal(_fund(totals="2.0 1.0 39.01 1.0 0.20"))
    assert told(refused) == [(0, "收入金额")]
