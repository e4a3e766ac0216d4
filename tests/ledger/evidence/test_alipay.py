"""FIL-04 and FIL-05: Alipay's merchant details and fund bills, as CSV and as archives."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.ledger.evidence.reading import column, read, refusal, told

HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,"
    "商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
END = (
    "#-----------------------------------------业务明细列表结束------------------------------------"
)


def _row(number: str, sort: str, amount: str, *, refund: str = "", fee: str = "0.00") -> str:
    return (
        f"{number}\t,M{number}\t,{sort}\t,支付宝APP支付,2026-11-20 09:30:00,2026-11-20 09:30:05,"
        f"S01\t,门店\t,A01\t,T7\t,*某(186****5678)\t,{amount},{amount},0.00,0.00,0.00,0.00,0.00,,"
        f"0.00\t,0.00,{refund}\t,{fee},0.00,备注"
    )


SIX_AND_FOUR = (
    *(_row(f"2026{place}", "交易", "0.01") for place in range(6)),
    *(_row(f"2026{place}", "退款", "-0.01", refund=f"R{place}") for place in range(4)),
)


def _detail(
    *rows: str, paid: str = "6笔，商家实收共0.06元", refunded: str = "4笔，商家实收退款共-0.04元"
) -> str:
    return "\r\n".join(
        [
            "#支付宝业务明细查询",
            "#账号：[20885212319120680156]",
            "#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]",
            "#-----------------------------------------业务明细列表-------------------------------",
            HEADER,
            *rows,
            END,
            f"#交易合计：{paid}，商家优惠共0.00元",
            f"#退款合计：{refunded}，商家优惠退款共0.00元",
            "#导出时间：[2026年11月21日 06:27:10]",
            "",
        ]
    )


def test_fil_04_six_trades_and_four_refunds_tie_to_the_footer() -> None:
    reading = read(_detail(*SIX_AND_FOUR).encode("gb18030"))
    assert (reading.kind, reading.layout) == ("settlements", "alipay_merchant_detail")
    assert reading.sums == {
        "rows": 10,
        "payments": 6,
        "refunds": 4,
        "paid": 6,
        "refunded": 4,
        "fee": 0,
    }
    assert sum(int(str(amount)) for amount in column(reading, "amount")) == 2
    assert column(reading, "refund_ref") == [""] * 6 + ["R0", "R1", "R2", "R3"]
    assert reading.lines == list(range(6, 16))
    assert reading.owners == ["S01"] * 10


def test_fil_04_tabs_after_ids_are_no_part_of_them() -> None:
    reading = read(_detail(*SIX_AND_FOUR).encode("gb18030"))
    assert column(reading, "tender_ref")[0] == "20260"
    assert column(reading, "order_no")[0] == "M20260"
    assert column(reading, "terminal")[0] == "T7"


def test_fil_04_one_row_less_refuses_the_whole_file() -> None:
    refused = refusal(_detail(*SIX_AND_FOUR[1:]).encode("gb18030"))
    assert told(refused) == [(0, "交易合计 商家实收"), (0, "交易合计 笔数")]
    assert "6" in refused.message("zh")
    assert "5" in refused.message("zh")


def test_fil_04_a_fee_is_a_cost_though_printed_negative() -> None:
    rows = [_row("1", "交易", "100.00", fee="-0.55")]
    content = _detail(*rows, paid="1笔，商家实收共100.00元", refunded="0笔，商家实收退款共0.00元")
    reading = read(content.encode("gb18030"))
    assert column(reading, "fee") == [55]
    assert column(reading, "fee_exact") == ["0.55"]


def test_fil_04_a_copy_saved_again_as_utf_8_is_read_and_noted() -> None:
    original = read(_detail(*SIX_AND_FOUR).encode("gb18030"))
    again = read(_detail(*SIX_AND_FOUR).encode())
    assert again.rows == original.rows
    assert any("GBK" in note.en for note in again.notes)
    assert not any("GBK" in note.en for note in original.notes)


def test_fil_04_the_real_excerpt_without_its_end_is_refused_as_cut_off(shared_data: Path) -> None:
    excerpt = (
        shared_data / "cn-payment-bills" / "alipay_merchant_detail_2017-08-31_excerpt.csv"
    ).read_bytes()
    assert "incomplete" in refusal(excerpt).message("en")
    foot = f"{END}\r\n#交易合计：2笔，商家实收共40.00元，商家优惠共0.00元\r\n"
    reading = read(excerpt.rstrip() + b"\r\n" + foot.encode("gb18030"))
    assert reading.sums["paid"] == 4000
    assert column(reading, "tender_ref")[0] == "2017083121001004720299453898"
    assert "某" not in repr(reading.rows)


SUMMARY = "#支付宝业务汇总查询\r\n#账号：[1]\r\n门店编号,交易订单总笔数\r\nS01,6\r\n"


def _archive(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            # The archive of Alipay writes names in GBK without saying so.
            entry = zipfile.ZipInfo(name.encode("gb18030").decode("cp437"))
            entry.flag_bits &= ~0x800
            archive.writestr(entry, content)
    return target.getvalue()


def test_fil_04_of_an_archive_the_detail_is_read_though_the_summary_comes_first() -> None:
    detail = _detail(*SIX_AND_FOUR).encode("gb18030")
    archive = _archive(
        ("2088_20261120_业务明细(汇总).csv", SUMMARY.encode("gb18030")),
        ("2088_20261120_业务明细.csv", detail),
    )
    assert read(archive, name="bill.zip").rows == read(detail).rows


def test_fil_04_a_broken_detail_in_an_archive_is_told_by_its_own_name() -> None:
    archive = _archive(
        ("汇总.csv", SUMMARY.encode("gb18030")),
        ("明细.csv", _detail(*SIX_AND_FOUR[1:]).encode("gb18030")),
    )
    refused = refusal(archive, name="bill.zip")
    assert "合计" in refused.problems[0].column


def test_fil_04_the_summary_alone_is_refused_with_advice() -> None:
    assert "detail" in refusal(SUMMARY.encode("gb18030")).message("en")


FUND_HEADER = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
    "账户余额（元）,交易渠道,业务类型,备注"
)


def _fund(header: str = FUND_HEADER, outgo: str = "0.20", foot: str = "") -> str:
    rows = [
        f"9002\t,B2\t,M2\t,\t,2026-11-20 21:00:00,,0.00,{outgo},99.80,支付宝,收费,",
        "9001\t,B1\t,M1\t,话费\t,2026-11-20 20:00:00,张三 (18612345678)\t,39.00,0.00,100.00,,支付,",
    ]
    return "\r\n".join(
        [
            "#支付宝账务明细查询",
            "#-----------------------------------------账务明细列表-------------------------------",
            header,
            *rows,
            "#----------------------------------------账务明细列表结束----------------------------",
            foot or "#支出合计：1笔，共0.20元\r\n#收入合计：1笔，共39.00元",
            "#导出时间：[2026年11月21日 13:19:01]",
        ]
    )


def test_fil_05_a_fund_bill_newest_first_is_read_with_its_balances() -> None:
    reading = read(_fund().encode("gb18030"))
    assert (reading.kind, reading.layout) == ("bank_lines", "alipay_fund_bill")
    assert column(reading, "amount") == [-20, 3900]
    assert reading.sums == {"rows": 2, "in": 3900, "out": 20}
    assert not any("余额" in note.zh for note in reading.notes)


@pytest.mark.parametrize("outgo", ["0.20", "-0.20"])
def test_fil_05_what_went_out_is_negative_however_it_is_printed(outgo: str) -> None:
    assert column(read(_fund(outgo=outgo).encode("gb18030")), "amount") == [-20, 3900]


def test_fil_05_half_width_brackets_in_the_header_are_the_same() -> None:
    half = FUND_HEADER.replace("（", "(").replace("）", ")")
    assert read(_fund(half).encode("gb18030")).rows == read(_fund().encode("gb18030")).rows


def test_fil_05_totals_that_do_not_tie_refuse_the_file() -> None:
    refused = refusal(_fund(foot="#收入合计：18笔，共14989.00元").encode("gb18030"))
    assert told(refused) == [(0, "收入合计 笔数"), (0, "收入合计 金额")]


def test_ret_03_the_buyer_is_masked() -> None:
    reading = read(_fund().encode("gb18030"))
    assert column(reading, "counterparty")[1] == "张* (186****5678)"
    assert "18612345678" not in repr(reading.rows)
