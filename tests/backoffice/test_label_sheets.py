"""Label sheets as they are cut: what each label says, ten to a page, and barcodes that scan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.barcodes import _WIDTHS, START_B, START_C, TO_B, TO_C, code128_modules
from backoffice.label_sheets import lay_out_labels
from backoffice.printing import write_pdf
from stock.labels import Label

DAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LABEL = Label(
    position="G1-01",
    place="一号柜",
    scan_code="SJ-CX10",
    name="晨星X10手机",
    variant="8GB 曜石黑 256G",
    origin="深圳",
    grade="合格品",
    unit="台",
    price_fen=129900,
    struck_fen=None,
    valid_from=DAY,
    keeper="顾明辉",
)


def lay_out(*labels: Label) -> Any:
    return lay_out_labels(labels, hall_name="星河路营业厅", printed_at=NOW, printed_by="方国平")


def words(document: Any) -> str:
    return " ".join(box.text.strip() for page in document.pages for box in boxes(page))


def boxes(page: Any) -> Iterator[Any]:
    return (
        box
        for box in page._page_box.descendants(placeholders=True)
        if hasattr(box, "text") and box.text
    )


def decode(text: str) -> str:
    """Read the bars back as a scanner does: by their widths alone, checksum and stop included."""
    edges = [edge for first, width in code128_modules(text) for edge in (first, first + width)]
    widths = "".join(str(b - a) for a, b in pairwise(edges))
    assert widths.endswith("2331112")
    symbols = [_WIDTHS.index(widths[n : n + 6]) for n in range(0, len(widths) - 7, 6)]
    start, *data, checksum = symbols
    assert checksum == (start + sum(n * s for n, s in enumerate(data, 1))) % 103
    in_c = start == START_C
    assert in_c or start == START_B
    read = ""
    for symbol in data:
        if symbol == TO_C and not in_c:
            in_c = True
        elif symbol == TO_B and in_c:
            in_c = False
        else:
            read += f"{symbol:02d}" if in_c else chr(symbol + 32)
    return read


def test_stk_09_a_printed_label_says_what_the_law_asks() -> None:
    text = words(lay_out(LABEL))
    for said in ("晨星X10手机", "8GB 曜石黑 256G", "深圳", "合格品", "1,299.00", "元/台"):
        assert said in text
    for said in ("产地", "等级", "计价单位", "2026-11-25 起生效", "物价员", "2026-11-24 打印"):
        assert said in text
    assert "原价" not in text


def test_stk_09_a_struck_price_is_shown_with_its_ground() -> None:
    text = words(lay_out(replace(LABEL, struck_fen=149900)))
    assert "原价" in text
    assert "¥1,499.00" in text
    assert "不高于此前本厅成交价" in text


def test_ten_labels_fill_a_page_and_the_eleventh_begins_another() -> None:
    assert len(lay_out(*[LABEL] * 10).pages) == 1
    assert len(lay_out(*[LABEL] * 11).pages) == 2


def test_nothing_of_a_long_label_leaves_its_frame() -> None:
    long = replace(
        LABEL,
        name="畅行 10 超长名称的全网通智能手机套装标准版含耳机与保护壳",
        price_fen=12999900,
        struck_fen=13999900,
    )
    (page,) = lay_out(long).pages
    right = (15 + 90) * 96 / 25.4
    for box in boxes(page):
        assert box.position_x + box.width <= right, box.text


def test_the_same_labels_are_the_same_bytes() -> None:
    assert write_pdf(lay_out(LABEL)) == write_pdf(lay_out(LABEL))


def test_a_code_that_is_no_ascii_is_printed_as_qr() -> None:
    assert "充值卡" not in words(lay_out(replace(LABEL, scan_code="充值卡50")))


@pytest.mark.parametrize(
    "text", ["SJ-CX10", "12", "7", "12345", "A12345B", "89860112345678901237", "x~ y|"]
)
def test_a_barcode_reads_back_as_its_text(text: str) -> None:
    assert decode(text) == text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_any_plain_text_reads_back(text: str) -> None:
    assert decode(text) == text


def test_long_runs_of_digits_take_half_the_bars() -> None:
    assert len(code128_modules("1" * 20)) < len(code128_modules("A" * 20)) * 2 / 3
