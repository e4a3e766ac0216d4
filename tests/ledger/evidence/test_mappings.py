"""Named mappings: checked before use, exact in what they compute, and the same for ever."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.errors import BadInput
from ledger.evidence.files import read_file
from ledger.evidence.mappings import Mapping, load_mapping
from ledger.evidence.readings import Grid, Sheet
from tests.ledger.evidence.reading import column, read, refusal, told

XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLIST_LINES = """
name = "olist-order-lines"
kind = "accounts"
[columns]
txn_no = "order_id"
line_no = "order_item_id"
accepted_at = { constant = "2026-11-20 12:00:00" }
clerk = { constant = "A01" }
business = { constant = "网购" }
due = { sum = ["price", "freight_value"] }
received = { sum = ["price", "freight_value"] }
tender = { constant = "pos" }
tender_ref = "order_id"
invoice_waived = { constant = "1" }
"""
OLIST_PAYMENTS = """
name = "olist-payments"
kind = "settlements"
[columns]
tender = { constant = "pos" }
tender_ref = { join = ["order_id", "payment_sequential"], separator = "-" }
order_no = "order_id"
settled_at = { constant = "2026-11-20 12:00:00" }
amount = "payment_value"
"""
UCI_LINES = """
name = "uci-lines"
kind = "accounts"
[columns]
txn_no = "InvoiceNo"
line_no = { counter = "InvoiceNo" }
accepted_at = "InvoiceDate"
clerk = { constant = "A01" }
business = { constant = "批发" }
subscriber = { column = "CustomerID", strip_suffix = ".0" }
due = { product = ["Quantity", "UnitPrice"], round = "half_up" }
received = { product = ["Quantity", "UnitPrice"], round = "half_up" }
tender = { constant = "cash" }
invoice_code = { constant = "144031539110" }
invoice_no = { column = "InvoiceNo", strip_prefix = "C" }
"""
UCI_INVOICES = """
name = "uci-invoices"
kind = "invoices"
[columns]
invoice_code = { constant = "144031539110" }
invoice_no = { column = "InvoiceNo", strip_prefix = "C" }
issued_at = "InvoiceDate"
clerk = { constant = "A01" }
amount = { product = ["Quantity", "UnitPrice"], round = "half_up" }
status = { column = "InvoiceNo", starts_with = { C = "red" }, otherwise = "issued" }
txn_no = "InvoiceNo"
[group]
by = ["invoice_no", "issued_at"]
sum = ["amount"]
"""
SMALL = """
name = "till"
kind = "tenders"
[columns]
txn_no = "单据号"
tender = { constant = "cash" }
amount = { AMOUNT }
"""


def _small(amount: str, more: str = "") -> Mapping:
    return load_mapping(SMALL.replace("{ AMOUNT }", amount) + more)


def _amounts(amount: str, rows: str, more: str = "") -> list[object]:
    content = "单据号,数量,单价,运费,方向,日期\n" + rows
    return column(read(content, mapping=_small(amount, more)), "amount")


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def test_olist_order_lines_and_payments_differ_as_published(shared_data: Path) -> None:
    folder = shared_data / "olist-orders-vs-payments"
    items, payments = (
        folder / "order_items_ids_0-9.csv.gz",
        folder / "order_payments_ids_0-9.csv.gz",
    )
    lines = read(items.read_bytes(), name=items.name, mapping=load_mapping(OLIST_LINES))
    money = read(payments.read_bytes(), name=payments.name, mapping=load_mapping(OLIST_PAYMENTS))
    booked: Counter[object] = Counter()
    for ref, received in zip(column(lines, "tender_ref"), column(lines, "received"), strict=True):
        booked[ref] += int(str(received))
    settled: Counter[object] = Counter()
    for order, amount in zip(column(money, "order_no"), column(money, "amount"), strict=True):
        settled[order] += int(str(amount))
    assert len(settled.keys() - booked.keys()) == 497
    assert len(booked.keys() - settled.keys()) == 0
    assert sum(booked[ref] != settled[ref] for ref in booked.keys() & settled.keys()) == 374
    keys = {(row[0], row[1], row[2]) for row in money.rows}
    assert len(keys) == len(money.rows) == len(_rows(payments))
    assert sum(booked.values()) == sum(
        _cents(row["price"]) + _cents(row["freight_value"]) for row in _rows(items)
    )


def test_uci_lines_are_numbered_and_rounded_half_up(shared_data: Path) -> None:
    path = shared_data / "uci-online-retail" / "online_retail_2010-12-01_2011-07-31.csv.gz"
    reading = read(path.read_bytes(), name=path.name, mapping=load_mapping(UCI_LINES))
    assert len(reading.rows) == 285_421
    expected = 0
    numbers: Counter[str] = Counter()
    for row in _rows(path):
        numbers[row["InvoiceNo"]] += 1
        exact = int(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100
        size = int(abs(exact) + Decimal("0.5"))
        expected += size if exact >= 0 else -size
    assert sum(int(str(amount)) for amount in column(reading, "received")) == expected
    keys = set(zip(column(reading, "txn_no"), column(reading, "line_no"), strict=True))
    assert keys == {(no, n) for no, count in numbers.items() for n in range(1, count + 1)}


def test_uci_invoices_are_one_row_a_number_and_time(shared_data: Path) -> None:
    path = shared_data / "uci-online-retail" / "online_retail_2010-12-01_2011-07-31.csv.gz"
    reading = read(path.read_bytes(), name=path.name, mapping=load_mapping(UCI_INVOICES))
    rows = _rows(path)
    assert len(reading.rows) == len({(row["InvoiceNo"], row["InvoiceDate"]) for row in rows})
    used = {int(row["InvoiceNo"].lstrip("C")) for row in rows}
    assert {int(str(number)) for number in column(reading, "invoice_no")} == used
    assert max(used) - min(used) + 1 - len(used) == 10_817
    reds = {row["InvoiceNo"] for row in rows if row["InvoiceNo"].startswith("C")}
    assert len({row[1] for row in reading.rows if row[5] == "red"}) == len(reds)


def test_a_sum_is_exact_and_may_subtract() -> None:
    rows = "1,2,0.10,0.20,,\n2,2,100.10,,,\n"
    assert _amounts('{ sum = ["单价", "运费"] }', rows) == [30, 10010]
    assert _amounts('{ sum = ["单价"], minus = ["运费"] }', rows) == [-10, 10010]


@pytest.mark.parametrize(
    ("rounding", "fen"),
    [("half_up", [3, -3]), ("half_even", [2, -2]), ("down", [2, -2]), ("up", [3, -3])],
)
def test_rounding_is_as_stated(rounding: str, fen: list[int]) -> None:
    rows = "1,5,0.005,,,\n2,-5,0.005,,,\n"
    assert _amounts(f'{{ product = ["数量", "单价"], round = "{rounding}" }}', rows) == fen


def test_without_stated_rounding_a_third_decimal_is_refused() -> None:
    content = "单据号,数量,单价\n1,5,0.005\n"
    refused = refusal(content, mapping=_small('{ product = ["数量", "单价"] }'))
    assert told(refused) == [(2, "amount")]


def test_signs_are_turned_dropped_or_taken_from_another_column() -> None:
    rows = "1,5,,,借 Dr,\n2,-5,,,贷 Cr,\n"
    assert _amounts('{ column = "数量", sign = "negate" }', rows) == [-500, 500]
    assert _amounts('{ column = "数量", sign = "absolute" }', rows) == [500, 500]
    from_word = '{ column = "数量", sign_from = "方向", negative = ["借 Dr"] }'
    assert _amounts(from_word, rows) == [-500, 500]


def test_rows_are_kept_by_conditions_and_what_was_left_out_is_noted() -> None:
    more = """
[[rows]]
column = "方向"
in = ["收"]
[[rows]]
column = "日期"
not_starts_with = ["合计"]
"""
    rows = "1,5,,,收,\n2,6,,,付,\n3,7,,,收,合计\n"
    assert _amounts('"数量"', rows, more) == [500]
    reading = read("单据号,数量,方向,日期\n" + "1,5,收,\n2,6,付,\n", mapping=_small('"数量"', more))
    assert any("2" in note.en and "1" in note.en for note in reading.notes)


def test_dates_tables_prefixes_and_defaults() -> None:
    mapping = load_mapping("""
name = "other"
kind = "settlements"
[file]
delimiter = ";"
encoding = "gb18030"
skip_lines = 2
[columns]
"渠道" = { column = "方式", values = { "微信" = "wechat", "支付宝" = "alipay" }, otherwise = "pos" }
tender_ref = { column = "流水", strip_prefix = "NO." }
settled_at = { column = "时间", format = "%d/%m/%Y %H:%M" }
amount = { column = "金额", strip_suffix = "元" }
terminal = { column = "终端", default = "T0" }
""")
    content = (
        "某系统导出\n2026年\n方式;流水;时间;金额;终端\n"
        "微信;NO.17;20/11/2026 09:30;1,200.00元;\n其他;18;20/11/2026 09:31;3元;T9\n"
    )
    reading = read(content.encode("gb18030"), mapping=mapping)
    assert column(reading, "tender") == ["wechat", "pos"]
    assert column(reading, "tender_ref") == ["17", "18"]
    assert column(reading, "amount") == [120000, 300]
    assert column(reading, "terminal") == ["T0", "T9"]
    assert reading.lines == [4, 5]
    assert reading.mapping == f"other@{mapping.version}"


def test_a_value_missing_from_a_table_names_its_line() -> None:
    mapping = load_mapping("""
name = "strict"
kind = "tenders"
[columns]
txn_no = "a"
tender = { column = "b", values = { x = "cash" } }
amount = "c"
""")
    assert told(refusal("a,b,c\n1,x,1\n2,y,1\n", mapping=mapping)) == [(3, "tender")]


def test_a_file_without_header_is_read_by_the_columns_named() -> None:
    mapping = _small('"金额"', '\n[file]\ncolumns = ["单据号", "金额"]\n')
    assert column(read("1,5\n2,6\n", mapping=mapping), "amount") == [500, 600]


def test_a_mapping_may_name_the_sheet_of_a_workbook() -> None:
    rows = [["单据号", "金额"], ["1", "5"]]
    grid = Grid((Sheet("说明", [["x"]]), Sheet("明细", rows)))
    mapping = _small('"金额"', '\n[file]\nsheet = "明细"\n')
    reading = read_file("a.xls", XLS, read_grid=lambda _: grid, mapping=mapping)
    assert column(reading, "amount") == [500]
    with pytest.raises(BadInput, match="明细"):
        read_file("a.xls", XLS, read_grid=lambda _: Grid(grid.sheets[:1]), mapping=mapping)


def test_columns_the_file_lacks_are_named() -> None:
    refused = refusal("单据号,b\n1,2\n", mapping=_small('{ sum = ["单价", "运费"] }'))
    assert told(refused) == [(1, "单价"), (1, "运费")]
    assert "till" in refused.message("en")


def test_rows_of_a_group_have_to_agree_in_what_is_not_summed() -> None:
    mapping = load_mapping(UCI_INVOICES)
    head = "InvoiceNo,InvoiceDate,Quantity,UnitPrice\n"
    same = "C1,2026-11-20 09:00,1,0.10\nC1,2026-11-20 09:00,2,0.10\n"
    assert column(read(head + same, mapping=mapping), "amount") == [30]
    mixed = "C1,2026-11-20 09:00,1,0.10\n1,2026-11-20 09:00,2,0.10\n"
    assert (3, "status") in told(refusal(head + mixed, mapping=mapping))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("txn_no", "txn_number"), "columns.txn_number"),
        (('txn_no = "order_id"', ""), "columns.txn_no"),
        (("sum =", "add ="), "columns.due.add"),
        (('{ constant = "A01" }', '{ constant = "A01", column = "x" }'), "columns.clerk"),
        (('"2026-11-20 12:00:00"', '"2026-13-20 12:00:00"'), "columns.accepted_at.constant"),
        (('constant = "1"', 'constant = "9"'), "columns.invoice_waived.constant"),
        (('kind = "accounts"', 'kind = "account"'), "kind"),
        (('name = "olist-order-lines"', 'name = "Olist Lines"'), "name"),
        (("[columns]", '[file]\ndelimiter = "x"\n[columns]'), "file.delimiter"),
        (("[columns]", "[file]\nskip_lines = -1\n[columns]"), "file.skip_lines"),
        (("[columns]", '[[rows]]\ncolumn = "a"\n[columns]'), "rows[1]"),
        (
            ('line_no = "order_item_id"', 'line_no = { column = "x", round = "up" }'),
            "columns.line_no.round",
        ),
        (('tender = { constant = "pos" }', 'tender = { sum = ["a"] }'), "columns.tender.sum"),
        (('["price", "freight_value"] }', '"price" }'), "columns.due.sum"),
        (('["price", "freight_value"] }', '["price"], round = "maybe" }'), "columns.due.round"),
        (("[columns]", 'colour = "red"\n[columns]'), "colour"),
    ],
)
def test_a_mapping_is_checked_before_use(change: tuple[str, str], place: str) -> None:
    with pytest.raises(BadInput) as refused:
        load_mapping(OLIST_LINES.replace(*change), file="olist.toml")
    assert place in [problem.column for problem in refused.value.problems]
    assert "olist.toml" in refused.value.message("en")


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(BadInput, match="TOML"):
        load_mapping("name = ")


def test_all_mistakes_of_a_mapping_are_told_together() -> None:
    with pytest.raises(BadInput) as refused:
        load_mapping('name = "x"\nkind = "tenders"\n[columns]\ncolour = "a"\n')
    places = {problem.column for problem in refused.value.problems}
    assert places == {"columns.colour", "columns.txn_no", "columns.tender", "columns.amount"}


def test_the_version_is_that_of_the_rules_and_not_of_their_wording() -> None:
    version = load_mapping(OLIST_LINES).version
    renamed = OLIST_LINES.replace("olist-order-lines", "other").replace(
        'txn_no = "order_id"', '# why\ntxn_no = { column = "order_id" }'
    )
    assert load_mapping(renamed).version == version
    assert load_mapping(OLIST_LINES.replace('"A01"', '"A02"')).version != version


def test_the_examples_of_the_manual_are_valid() -> None:
    manual = Path(__file__).parents[3] / "docs" / "mappings.md"
    blocks = manual.read_text(encoding="utf-8").split("```toml\n")[1:]
    mappings = [load_mapping(block.partition("```")[0]) for block in blocks if "kind = " in block]
    assert {mapping.name for mapping in mappings} >= {
        "olist-order-lines",
        "olist-payments",
        "uci-lines",
        "uci-invoices",
    }
