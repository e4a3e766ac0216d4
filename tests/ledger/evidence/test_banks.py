"""FIL-07: statements of banks by their profiles, on the real samples and on cases made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.ledger.evidence.reading import column, read, refusal, told


def _sample(shared_data: Path, name: str) -> bytes:
    return (shared_data / "cn-payment-bills" / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "bank", "rows", "first"),
    [
        ("abc_debit.csv", "abc", 5, 1000000),
        ("boc_debit.csv", "boc", 17, -7189),
        ("bocom_debit.csv", "bocom", 6, 123),
        ("cmb_debit.csv", "cmb", 5, 123400),
        ("status-cases_icbc.csv", "icbc_app", 19, -32000),
    ],
)
def test_fil_07_the_real_statements_are_read(
    shared_data: Path, name: str, bank: str, rows: int, first: int
) -> None:
    reading = read(_sample(shared_data, name))
    assert (reading.kind, reading.layout) == ("bank_lines", f"{bank}_statement")
    assert len(reading.rows) == rows
    assert column(reading, "amount")[0] == first
    keys = list(zip(column(reading, "account"), column(reading, "line_ref"), strict=True))
    assert len(set(keys)) == rows


def test_fil_07_a_debit_word_makes_the_amount_negative(shared_data: Path) -> None:
    reading = read(_sample(shared_data, "bocom_debit.csv"))
    amounts = dict(zip(reading.lines, column(reading, "amount"), strict=True))
    assert amounts[7] == -10079
    assert amounts[2] == 123


def test_fil_07_dates_of_bare_digits_and_missing_cells_are_read(shared_data: Path) -> None:
    reading = read(_sample(shared_data, "abc_debit.csv"))
    assert column(reading, "booked_on")[1] == date(2024, 1, 2)
    assert column(reading, "at")[2] is None
    assert column(reading, "amount")[2] == -1234589


def test_fil_07_the_closing_line_of_icbc_has_to_tie(shared_data: Path) -> None:
    # The sample was cut down by its authors, so its printed totals are wrong.
    content = _sample(shared_data, "icbc_debit_v1.csv").decode()
    refused = refusal(content)
    assert {problem.column for problem in refused.problems} == {"记账金额(收入)", "记账金额(支出)"}
    body, _, foot = content.rpartition("人民币合计")
    income = sum(1 for line in body.splitlines() if line.startswith("2023"))
    assert income > 0
    reading = read(body + "人民币合计,,,,,,,,,,\n")
    plus, minus = reading.sums["in"], reading.sums["out"]
    tied = foot.replace('"1,234.56 ', f'"{plus // 100}.{plus % 100:02d} ', 1)
    tied = tied.replace('"9,876.54 ', f'"{minus // 100}.{minus % 100:02d} ', 1)
    again = read(body + "人民币合计" + tied)
    assert again.rows == reading.rows
    assert set(column(again, "account")) == {"1234****9876"}


ICBC_ROW = (
    '2023-04-22     \t,"他行汇入  \t","   \t","CHN \t",钞 \t,"- \t","- \t",- \t,'
    '"{plus}          \t","{minus}      \t",人民币 \t,"{balance} \t","{party} \t",\n'
)
ICBC_HEAD = (
    '明细查询文件下载\n\n卡号: 6222021234569876,"卡别名: "\n\n'
    "交易日期,摘要,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,"
    "记账金额(收入),记账金额(支出),记账币种,余额,对方户名\n"
)


def test_fil_07_padded_cells_with_separators_are_amounts() -> None:
    row = ICBC_ROW.format(plus="1,234.56", minus="", balance="2,000.00", party="李四")
    reading = read(ICBC_HEAD + row)
    assert column(reading, "amount") == [123456]
    assert column(reading, "balance") == [200000]
    assert column(reading, "account") == ["622202******9876"]


def test_fil_07_rows_of_other_currencies_are_left_out_and_noted() -> None:
    row = ICBC_ROW.format(plus="1.00", minus="", balance="", party="")
    reading = read(ICBC_HEAD + row + row.replace("人民币", "美元"))
    assert len(reading.rows) == 1
    assert any("currenc" in note.en for note in reading.notes)


def test_fil_07_failed_and_undone_transactions_are_left_out_and_noted(shared_data: Path) -> None:
    content = _sample(shared_data, "status-cases_icbc.csv")
    reading = read(content)
    failed = sum(
        any(word in line for word in ("交易失败", "已撤销", "已冲正"))
        for line in content.decode().splitlines()
    )
    assert failed > 0
    assert any(str(failed) in note.zh and "未成功" in note.zh for note in reading.notes)


def test_fil_07_a_gap_in_the_balances_is_told_with_its_line() -> None:
    head = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
    rows = "2026-11-20,CNY,5.00,105.00,a,b,\n2026-11-20,CNY,-3.00,102.00,a,b,\n"
    assert not any("余额" in note.zh for note in read(head + rows).notes)
    broken = read(head + rows.replace("102.00", "101.00")).notes
    assert any("第 3 行" in note.zh for note in broken)


def test_fil_07_the_same_line_has_the_same_name_in_a_later_download() -> None:
    head = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
    first = "2026-11-20,CNY,5.00,105.00,a,b,\n"
    twice = "2026-11-20,CNY,1.00,,a,b,\n" * 2
    short = column(read(head + first), "line_ref")
    longer = column(read(head + twice + first), "line_ref")
    assert longer[2] == short[0]
    assert len(set(longer)) == 3


def test_fil_07_an_unreadable_amount_names_line_and_column() -> None:
    head = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
    assert told(refusal(head + "2026-11-20,CNY,abc,1,a,b,\n")) == [(2, "交易金额")]
    assert told(refusal(head + "2026-11-99,CNY,1,1,a,b,\n")) == [(2, "记账日期")]


def test_ret_03_names_and_accounts_of_the_other_side_are_masked(shared_data: Path) -> None:
    for name in ("boc_debit.csv", "cmb_debit.csv", "bocom_debit.csv"):
        content = _sample(shared_data, name)
        rows = repr(read(content).rows)
        assert "张三" in content.decode() or "哈哈" in content.decode()
        assert "张三" not in rows
        assert "哈哈 " not in rows
        assert "66666666666666" not in rows
