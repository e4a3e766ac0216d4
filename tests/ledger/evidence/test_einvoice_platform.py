"""The e-invoice platform's export and the tax-control program's, read as the register."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from backoffice.receiving import read_evidence, take_file
from ledger.errors import BadInput
from ledger.evidence.mappings import load_mapping
from ledger.evidence.readings import Reading
from tests.builders import DAY, LOADER, OpenHall, open_hall

HEADER = [
    *("序号", "发票代码", "发票号码", "数电发票号码", "销方识别号", "销方名称", "购方识别号"),
    *("购买方名称", "开票日期", "金额", "税额", "价税合计", "发票来源", "发票票种", "发票状态"),
    *("是否正数发票", "发票风险等级", "开票人", "备注"),
]
DIGITAL, RED = "26440000000012345678", "26440000000012345679"
AT = "2026-11-20 10:03:22"
MAPPING = Path("docs/mappings/tax-control.toml")


def row(**cells: str) -> list[str]:
    """Give a row of the export: a normal digital invoice of 106.00 unless told."""
    told = {
        "数电发票号码": DIGITAL,
        "开票日期": AT,
        "金额": "100.00",
        "税额": "6.00",
        "价税合计": "106.00",
        "发票来源": "电子发票服务平台",
        "发票票种": "数电发票(普通发票)",
        "发票状态": "正常",
        "是否正数发票": "是",
        "发票风险等级": "正常",
        "开票人": "员工A01",
        **cells,
    }
    return [told.get(name, "") for name in HEADER]


def as_csv(*rows: list[str]) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([HEADER, *rows])
    return sheet.getvalue().encode()


def as_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "发票基础信息"
    for cells in (HEADER, *rows):
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def told(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    places = [reading.columns.index(name) for name in names]
    return [tuple(one[place] for place in places) for one in reading.rows]


ROWS = [
    row(),
    row(发票代码="044002600104", 发票号码="00000123", 数电发票号码=""),
    row(发票代码="044002600104", 发票号码="00000124", 数电发票号码="26440000000099990001"),
    row(发票代码="044002600104", 发票号码="00000125", 数电发票号码="", 发票状态="已作废"),
    row(
        数电发票号码=RED,
        是否正数发票="否",
        金额="-100.00",
        税额="-6.00",
        价税合计="-106.00",
        备注=f"被红冲蓝字数电发票号码：{DIGITAL} 红字发票信息确认单编号：440000",
    ),
]


@pytest.mark.parametrize("content", [as_csv(*ROWS), as_xlsx(*ROWS)], ids=["csv", "xlsx"])
def test_paper_digital_and_both_are_told_apart_by_content(content: bytes) -> None:
    reading = read_evidence("全量发票查询导出结果", content)
    assert (reading.kind, reading.layout) == ("invoices", "einvoice_platform")
    assert told(reading, "invoice_code", "invoice_no", "digital_no", "status", "amount") == [
        ("", DIGITAL, "", "issued", 10600),
        ("044002600104", "00000123", "", "issued", 10600),
        ("044002600104", "00000124", "26440000000099990001", "issued", 10600),
        ("044002600104", "00000125", "", "void", 10600),
        ("", RED, "", "red", -10600),
    ]
    assert told(reading, "original_no")[-1] == (DIGITAL,)


def test_lines_of_goods_of_one_invoice_are_one_row() -> None:
    content = as_csv(row(价税合计="100.00"), row(价税合计="-0.50"), row(数电发票号码=RED))
    reading = read_evidence("信息汇总表.csv", content)
    assert told(reading, "invoice_no", "amount") == [(DIGITAL, 9950), (RED, 10600)]


def test_a_red_letter_on_paper_names_code_and_number() -> None:
    content = as_csv(
        row(
            发票代码="044002600104",
            发票号码="00000126",
            数电发票号码="",
            是否正数发票="否",
            价税合计="-106.00",
            备注="对应正数发票代码:044002600104号码:00000123",
        )
    )
    reading = read_evidence("x.csv", content)
    assert told(reading, "original_code", "original_no") == [("044002600104", "00000123")]


def test_inv_12_a_number_kept_as_a_figure_is_refused_with_what_to_do() -> None:
    content = as_xlsx([*row()[:3], 26440000000012345678, *row()[4:]])
    with pytest.raises(BadInput, match="export it as text"):
        read_evidence("x.xlsx", content)


def test_a_row_without_any_number_is_refused() -> None:
    with pytest.raises(BadInput, match="neither a number"):
        read_evidence("x.csv", as_csv(row(数电发票号码="")))


def test_the_issuers_name_becomes_the_staff_number_it_alone_has(engine: Any) -> None:
    hall: OpenHall = open_hall(engine)
    content = as_csv(row(), row(数电发票号码=RED, 开票人="外来人员"))
    with hall.work(LOADER) as uow:
        take_file(
            uow,
            hall_code=hall.hall.code,
            date=DAY,
            file_name="x.csv",
            content=content,
            reading=read_evidence("x.csv", content),
        )
        rows = uow.session.execute(
            text("SELECT clerk FROM evidence_invoices WHERE hall_id = :h ORDER BY row_no"),
            {"h": hall.id},
        )
        assert list(rows.scalars()) == ["A01", "外来人员"]


def test_the_shipped_mapping_reads_the_tax_control_programs_lines(pytestconfig: Any) -> None:
    mapping = load_mapping((pytestconfig.rootpath / MAPPING).read_text(encoding="utf-8"))
    lines = [
        "发票类别:增值税普通发票",
        "企业名称:某某通信有限公司",
        "税号:91440000000000000X",
        "查询期间:2026-11",
        "发票代码,发票号码,开票日期,单据号,商品名称,金额,税额,发票状态,开票人",
        "044002600104,00000123,2026-11-20,T1,*电信服务*话费,100.00,6.00,正常,员工A01",
        "044002600104,00000123,2026-11-20,T1,*电信服务*功能费,10.005,0.60,正常,员工A01",
        "044002600104,00000123,2026-11-20,T1,小计,110.00,6.60,正常,员工A01",
        "044002600104,00000124,2026-11-20,,*电信服务*话费,0.00,0.00,作废,员工A01",
    ]
    reading = read_evidence("开票.csv", "\n".join(lines).encode("gb18030"), mapping=mapping)
    assert told(reading, "invoice_no", "amount", "status", "txn_no") == [
        ("00000123", 10600 + 1061, "issued", "T1"),
        ("00000124", 0, "void", ""),
    ]


def test_the_published_real_invoices_come_in_as_rows_of_the_export(shared_data: Path) -> None:
    file = shared_data / "cn-einvoices" / "einvoices_ofd_a.json"
    invoices = [one["fields"] for one in json.loads(file.read_text(encoding="utf-8"))]
    rows = []
    for one in invoices:
        digital = len(one["InvoiceNo"]) == 20
        rows.append(
            row(
                发票代码=one.get("InvoiceCode", ""),
                发票号码="" if digital else one["InvoiceNo"],
                数电发票号码=one["InvoiceNo"] if digital else "",
                开票日期=one["IssueDate"],
                价税合计=one["TaxInclusiveTotalAmount"],
            )
        )
    reading = read_evidence("export.csv", as_csv(*rows))
    assert told(reading, "invoice_no") == [(one["InvoiceNo"],) for one in invoices]
    dates = {one["IssueDate"] for one in invoices}
    at = {
        dt.datetime.fromtimestamp(one[0] // 1_000_000, dt.timezone(dt.timedelta(hours=8)))
        for one in told(reading, "issued_at")
    }
    assert {f"{one:%Y年%m月%d日}" for one in at} == dates
