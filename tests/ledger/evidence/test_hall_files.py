"""Files of the hall folder: recognised by their headers, read whole, refused with every place."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.evidence.files import read_file
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Grid, NumberText, Sheet
from tests.ledger.evidence.reading import column, read, refusal, told

TENDERS = "txn_no,tender,amount\nT1,cash,12.00\nT2,wechat,-3.5\n"
DECLARATIONS_ZH = '工号,支付方式,金额,备用金\n0012,cash,"1,200.00",200\n'


def test_english_headers_are_read() -> None:
    reading = read(TENDERS)
    assert (reading.kind, reading.layout) == ("tenders", "hall")
    assert column(reading, "amount") == [1200, -350]
    assert reading.lines == [2, 3]
    assert reading.sums == {"rows": 2, "amount": 850}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_are_read_in_every_encoding(encoding: str) -> None:
    reading = read(DECLARATIONS_ZH.encode(encoding))
    assert reading.kind == "declarations"
    assert column(reading, "clerk") == ["0012"]
    assert column(reading, "amount") == [120000]
    assert column(reading, "float_kept") == [20000]
    assert column(reading, "shift_no") == [""]


def test_headers_may_be_full_width_padded_and_in_any_order() -> None:
    reading = read("\ufeff 金额（元） ,\u3000支付方式,流水号\n1.00,cash,T1\n")
    assert reading.kind == "tenders"
    assert reading.rows == [("T1", "cash", "", 100, "", "", None, None)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert len(read(TENDERS.replace(",", delimiter)).rows) == 2


def test_a_row_is_a_tuple_in_exactly_the_order_of_its_kind() -> None:
    reading = read(
        "流水号,行号,受理时间,营业日,工号,业务类型,用户号码,应收,实收,支付方式,未索票\n"
        "T1,1,2026-11-20 09:00,2026-11-19,A01,缴费,18612345678,58.00,58.00,cash,1\n"
    )
    kind = KINDS["accounts"]
    assert reading.columns == tuple(each.name for each in kind.columns)
    row = dict(zip(reading.columns, reading.rows[0], strict=True))
    assert row["business_date"] == date(2026, 11, 19)
    assert (row["due"], row["discount"], row["invoice_waived"], row["deferred"]) == (5800, 0, 1, 0)
    assert (row["quantity"], row["serial"]) == (None, "")


def test_a_line_is_a_sale_or_a_refund_by_its_sign_unless_it_says_what_it_is() -> None:
    head = "txn_no,line_no,accepted_at,clerk,business,line_kind,subscriber,due,received,tender\n"
    rows = "".join(
        f"T{place},1,2026-11-20 09:00,A01,X,{kind},,{due},{due},cash\n"
        for place, (kind, due) in enumerate(
            [("", "5"), ("", "-5"), ("", "0"), ("reversal", "-5"), ("更正", "5")]
        )
    )
    kinds = column(read(head + rows), "line_kind")
    assert kinds == ["sale", "refund", "sale", "reversal", "correction"]


def test_quoted_cells_may_hold_delimiters_and_line_breaks() -> None:
    reading = read(
        "单号,时间,自,至,金额,事由\n"
        'M1,2026-11-20 09:00,A01,safe,100,"交款, 第一次\n补记"\n'
        "M2,2026-11-20 10:00,A01,safe,100,交款\n"
    )
    assert column(reading, "reason") == ["交款, 第一次 补记", "交款"]
    assert reading.lines == [2, 4]


def test_blank_lines_and_trailing_commas_are_passed_over() -> None:
    reading = read("txn_no,tender,amount,,\n\nT1,cash,1,,\n,,,,\nT2,cash,2\t,,\n")
    assert reading.lines == [3, 5]


def test_a_header_without_rows_is_a_file_of_no_rows() -> None:
    assert read("txn_no,tender,amount\n").rows == []


def test_an_unknown_column_is_refused_by_its_name() -> None:
    refused = refusal("txn_no,tender,amount,colour\nT1,cash,1,red\n")
    assert told(refused) == [(1, "colour")]
    assert "file.csv" in refused.message("zh")


def test_every_missing_column_is_named_in_both_languages() -> None:
    refused = refusal("流水号,行号,工号,应收,实收\nT1,1,A01,1,1\n")
    missing = {problem.column for problem in refused.problems}
    assert {"accepted_at", "business", "tender"} <= missing
    assert "受理时间" in refused.message("zh")


def test_a_column_standing_twice_is_refused_in_whichever_language() -> None:
    refused = refusal("txn_no,tender,amount,流水号\nT1,cash,1,T1\n")
    assert told(refused) == [(1, "txn_no")]


def test_a_file_of_no_known_kind_is_refused_with_what_it_begins_with() -> None:
    refused = refusal("colour,size\nred,1\n")
    assert "colour,size" in refused.message("en")
    assert "--mapping" in refused.message("en")


def test_an_empty_file_is_refused_with_the_way_to_say_there_was_nothing() -> None:
    assert "--nil" in refusal("").message("en")
    assert "--nil" in refusal("\ufeff\n\n").message("zh")


def test_a_named_kind_is_held_to() -> None:
    assert refusal(TENDERS, kind="settlements").found > 0
    assert "colours" in refusal(TENDERS, kind="colours").message("en")


def test_short_and_long_rows_are_refused_with_their_lines() -> None:
    refused = refusal("txn_no,tender,amount\nT1,cash\nT2,cash,1\nT3,ca,sh,1\n")
    assert told(refused) == [(2, ""), (4, "")]


def test_a_file_cut_inside_a_quote_names_the_line_the_quote_began_on() -> None:
    refused = refusal('txn_no,tender,amount\nT1,cash,1\nT2,"cash,1\nT3,cash,1\n')
    assert told(refused) == [(3, "")]
    assert "never closed" in refused.message("en")


def test_problems_of_all_lines_and_columns_are_told_together_in_order() -> None:
    refused = refusal("txn_no,tender,amount\n,cash,1.005\nT2,cash,x\nT3,cash,1\n")
    assert told(refused) == [(2, "txn_no"), (2, "amount"), (3, "amount")]


def test_a_hundred_problems_are_told_and_the_rest_counted() -> None:
    rows = "".join(f"T{number},cash,x\n" for number in range(150))
    refused = refusal("txn_no,tender,amount\n" + rows)
    assert len(refused.problems) == 100
    assert refused.found == 150


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("T1,cash,12.345", "amount"),
        ("2.5E+19,cash,12", "txn_no"),
        ("T1,cash,99999999999999999", "amount"),
        (f"{'9' * 65},cash,1", "txn_no"),
        ("T\uff11,cash,1", "txn_no"),
    ],
)
def test_each_sort_of_unreadable_cell_names_line_and_column(row: str, place: str) -> None:
    assert told(refusal(f"txn_no,tender,amount\n{row}\n")) == [(2, place)]


def test_ret_03_a_refusal_shows_no_telephone_number() -> None:
    refused = refusal("txn_no,tender,amount\nT1,cash,13812345678元\n")
    assert "13812345678" not in refused.message("zh") + refused.message("en")


TEXTS = st.text(
    st.characters(codec="gb18030", categories=["L", "N", "P"]), min_size=1, max_size=20
).map(lambda text: "".join(c for c in text if not "\uff10" <= c <= "\uff19").strip("='\"") or "x")


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True),
            TEXTS,
            st.integers(-(10**12), 10**12),
        ),
        max_size=30,
    ),
    st.sampled_from(["utf-8-sig", "utf-8", "gb18030"]),
)
def test_what_is_written_as_csv_is_what_is_read(
    rows: list[tuple[str, str, int]], encoding: str
) -> None:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["流水号", "支付方式", "金额"])
    for txn_no, tender, fen in rows:
        sign = "-" if fen < 0 else ""
        writer.writerow([txn_no, tender, f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"])
    reading = read(target.getvalue().encode(encoding))
    assert [(row[0], row[1], row[3]) for row in reading.rows] == rows


def _workbook(*sheets: Sheet) -> BadInput | list[object]:
    try:
        reading = read_file("book.xlsx", _XLS, read_grid=lambda _: Grid(sheets))
    except BadInput as refused:
        return refused
    return [reading.kind, reading.rows, reading.lines]


_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_workbook_is_read_by_the_same_rules() -> None:
    sheet = Sheet(
        "付款", [["流水号", "支付方式", "金额"], ["0001", "cash", NumberText("12.5")]], first_line=3
    )
    assert _workbook(Sheet("空", []), sheet) == [
        "tenders",
        [("0001", "cash", "", 1250, "", "", None, None)],
        [4],
    ]


def test_the_first_sheet_that_is_recognised_is_read() -> None:
    notes = Sheet("说明", [["说明"], ["请勿修改"]])
    sheet = Sheet("付款", [["流水号", "支付方式", "金额"], ["T1", "cash", "1"]])
    result = _workbook(notes, sheet)
    assert isinstance(result, list)
    assert result[0] == "tenders"


def test_serials_turned_into_numbers_are_refused_by_line_and_column() -> None:
    sheet = Sheet(
        "盘点",
        [
            ["工号", "物品编码", "串号", "数量"],
            ["A01", "SIM", "89860112345678901237", "1"],
            [NumberText("1001"), "SIM", NumberText("8986011234567890000"), NumberText("1")],
        ],
    )
    refused = _workbook(sheet)
    assert isinstance(refused, BadInput)
    assert told(refused) == [(3, "serial")]
    assert "format the column as text" in refused.message("en")


def test_a_numeric_cell_with_binary_noise_is_no_amount() -> None:
    sheet = Sheet(
        "付款",
        [["流水号", "支付方式", "金额"], ["T1", "cash", NumberText("0.30000000000000004")]],
    )
    refused = _workbook(sheet)
    assert isinstance(refused, BadInput)
    assert told(refused) == [(2, "amount")]


PAID = "流水号,支付方式,金额,收款,找零\n"


def test_rec_12b_change_that_does_not_add_up_is_refused_by_line_and_column() -> None:
    reading = read("txn_no,tender,amount,tendered,change\nT1,cash,58,100,42\nT2,pos,3,,\n")
    assert column(reading, "change") == [42_00, None]
    rows = ("T1,cash,58,100,52", "T2,cash,58,100,", "T3,cash,58,,42", "T4,cash,58,-100,42")
    refused = refusal(PAID + "\n".join(rows))
    assert told(refused) == [(2, "change"), (3, "change"), (4, "tendered"), (5, "tendered")]
    first = refused.problems[0].text
    assert "收款 100.00 减找零 52.00 得 48.00,与金额 58.00 不符" in first.zh
    assert "100.00 received less 52.00 change is 48.00, not the amount 58.00" in first.en
    assert told(refusal(PAID + "T1,cash,58,一百,42")) == [(2, "tendered")]
