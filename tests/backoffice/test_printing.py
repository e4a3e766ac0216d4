"""The audit paper as it lies on the table: what stands on its pages, and that it fits them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jinja2.exceptions import SecurityError

from backoffice import printing
from backoffice.paper_audit import Signature, proof_text
from backoffice.printing import (
    PRINT_FOLDER,
    PaperReachesOutside,
    lay_out_audit_paper,
    lay_out_paper,
    render_audit_paper,
    write_pdf,
)
from ledger.audit.day import DayAudit
from ledger.text import LANGUAGES, Language
from tests.backoffice.audit_days import (
    CONTENT_HASH,
    EVENING,
    FINDINGS,
    crowded_day,
    empty_day,
    ordinary_day,
    signed_day,
)

A4_WIDTH, A4_HEIGHT = 210 * 96 / 25.4, 297 * 96 / 25.4
MARGIN = 15 * 96 / 25.4
FOOTERS = {
    "zh": "内部单据,不作报销凭证",
    "en": "Internal document, not valid for reimbursement",
}
AUDITOR = Signature("auditor", "林稽核", EVENING, CONTENT_HASH)


def lay_out(day: DayAudit, language: Language = "zh", *signatures: Signature) -> Any:
    return lay_out_audit_paper(
        day, language=language, printed_at=EVENING, printed_by="林稽核", signatures=signatures
    )


def boxes(page: Any) -> Iterator[Any]:
    """Give each piece of text on a page, margins included, with its place."""
    return (box for box in page._page_box.descendants() if hasattr(box, "text") and box.text)


def words(document: Any) -> str:
    return " ".join(box.text.strip() for page in document.pages for box in boxes(page))


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def ordinary(language: Language) -> Any:
    return lay_out(ordinary_day(), language)


@pytest.fixture(scope="module")
def crowded() -> Any:
    """Give the crowded day in English, whose words are the longer ones."""
    return lay_out(crowded_day(), "en")


SUBJECTS: dict[Language, dict[str, str]] = {
    "zh": {
        "tender:A01/cash": "A01 现金",
        "txn:2026112000012": "流水 2026112000012",
        "invoice:044001911211/12897794": "发票 044001911211 12897794",
        "ref:wechat/4200002511202611201234567890": "微信流水 4200002511202611201234567890",
        "txn:2026112000187": "流水 2026112000187",
        "source:settlements:alipay": "支付宝到账",
    },
    "en": {
        "tender:A01/cash": "A01 cash",
        "txn:2026112000012": "transaction 2026112000012",
        "invoice:044001911211/12897794": "invoice 044001911211 12897794",
        "ref:wechat/4200002511202611201234567890": "WeChat payment 4200002511202611201234567890",
        "txn:2026112000187": "transaction 2026112000187",
        "source:settlements:alipay": "Alipay settlements",
    },
}
"""What each finding of the ordinary day is about, as people say it."""


def test_an_ordinary_day_takes_two_pages_of_a4(ordinary: Any) -> None:
    assert len(ordinary.pages) == 2
    for page in ordinary.pages:
        assert (page.width, page.height) == pytest.approx((A4_WIDTH, A4_HEIGHT), abs=0.1)


def test_every_finding_has_its_check_subject_and_figures(ordinary: Any, language: Language) -> None:
    text = words(ordinary)
    for finding in FINDINGS:
        assert text.count(SUBJECTS[language][finding.subject]) >= 2, finding.subject
        assert finding.subject not in text
        assert finding.name.in_language(language) in text
    assert "1,200.00 1,190.00 -10.00" in text
    assert "58.00 0.00 -58.00" in text


def test_over_and_short_are_shown_apart_and_summed_by_hand(ordinary: Any) -> None:
    text = words(ordinary)
    # A01: 5.00 over by POS, 10.00 short in cash; A03: 128.00 short by WeChat.
    assert "+5.00 -138.00" in text
    assert "人民币负壹佰叁拾捌元整" in text
    assert "-133.00" not in text


def test_what_was_not_declared_is_named_and_not_compared() -> None:
    text = words(lay_out(ordinary_day(), "en"))
    assert text.count("not declared") >= 4
    # A05 is the fifth clerk: 6250.00, and 317.35, 634.70 and 952.05 above it.
    assert "26,904.10 yuan" in text


def test_ranges_of_forms_show_used_void_red_and_missing(ordinary: Any) -> None:
    text = words(ordinary)
    assert "12897751–12897793" in text
    for number in ("12897760", "12897796", "12897794"):
        assert f" {number} " in text


def test_each_check_that_ran_is_listed_with_its_count(ordinary: Any) -> None:
    text = words(ordinary)
    for check in ordinary_day().checks:
        assert f"{check.code} {check.findings}" in text


def test_every_page_has_the_footer_and_its_number(ordinary: Any, language: Language) -> None:
    for number, page in enumerate(ordinary.pages, start=1):
        text = "".join(box.text for box in boxes(page))
        assert FOOTERS[language] in text
        numbers = {"zh": f"第 {number} 页，共 2 页", "en": f"Page {number} of 2"}
        assert numbers[language] in text


def test_no_paper_is_titled_an_invoice(language: Language) -> None:
    document = lay_out(signed_day(), language)
    largest = max(boxes(document.pages[0]), key=lambda box: box.style["font_size"])
    for title in (document.metadata.title, largest.text):
        assert "发票" not in title
        assert "invoice" not in title.lower()


@pytest.mark.parametrize("make_day", [ordinary_day, signed_day, empty_day])
def test_nothing_stands_outside_the_margins(make_day: Any, language: Language) -> None:
    assert_within_margins(lay_out(make_day(), language))


def test_a_crowded_day_stays_within_the_margins(crowded: Any) -> None:
    assert_within_margins(crowded)


def assert_within_margins(document: Any) -> None:
    for page in document.pages:
        for box in boxes(page):
            assert box.position_x >= MARGIN - 1, box.text
            assert box.position_x + box.width <= page.width - MARGIN + 1, box.text
            assert box.position_y + box.height <= page.height, box.text


def test_a_crowded_day_prints_every_finding_and_repeats_the_head(crowded: Any) -> None:
    text = words(crowded)
    assert all(f"{number:012d}/" in text for number in range(200))
    assert crowded_day().hall_name in "".join(box.text for box in boxes(crowded.pages[3]))


# With so many findings the foot of a page would fall just behind a heading.
@pytest.mark.parametrize("count", [29, 32])
def test_no_heading_is_left_alone_at_the_foot_of_a_page(count: int) -> None:
    day = replace(ordinary_day(), findings=(FINDINGS * 6)[:count])
    headings = {"差异", "票据号码", "数据来源", "签字"}
    for page in lay_out(day).pages[:-1]:
        body = [box for box in boxes(page) if box.position_y < page.height - 70]
        lowest = max(box.position_y for box in body)
        last_line = {box.text for box in body if box.position_y > lowest - 25}
        assert not last_line & (headings | {"规则", "代码与号段"})


def test_sums_words_and_signatures_stand_on_one_page(crowded: Any) -> None:
    last = "".join(box.text for box in boxes(crowded.pages[-1]))
    # 7 clerks with 8 tenders of 99,999,999.99.
    assert "5,599,999,999.44" in last
    assert "人民币伍拾伍亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元肆角肆分" in last
    assert "For the clerks" in last
    assert "Auditor" in last
    assert "Hall manager" in last


def test_an_unsigned_day_says_so_on_every_page() -> None:
    for page in lay_out(ordinary_day()).pages:
        assert "未签" in "".join(box.text for box in boxes(page))


def test_a_signed_day_says_who_signed_and_when() -> None:
    text = words(lay_out(signed_day(), "zh", AUDITOR))
    assert "未签" not in text
    assert "电子签名 2026-11-20 21:40" in text


def test_a_signature_of_other_content_does_not_count() -> None:
    text = words(lay_out(signed_day(), "en", replace(AUDITOR, content_hash="00" * 32)))
    assert "Not signed" in text
    assert "The content changed: no longer valid" in text


def test_a_day_not_calculated_claims_nothing() -> None:
    text = words(lay_out(empty_day(), "en"))
    assert "The audit has not run for this day" in text
    assert "There are no findings" not in text


def test_telephone_numbers_are_masked(ordinary: Any) -> None:
    text = words(ordinary)
    assert "139****5678" in text
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)


def test_the_code_carries_hall_date_content_and_chain(ordinary: Any) -> None:
    day = ordinary_day()
    assert proof_text(day) == f"H001 2026-11-20 {'5f' * 32} 1827:{'c3a1' * 16}"
    assert f"--expect 1827:{'c3a1' * 16}" in words(ordinary)


def test_chinese_fonts_are_embedded(language: Language) -> None:
    pdf = print_it(ordinary_day(), language)
    fonts = re.findall(rb"/FontName /([^\s/]+)", pdf)
    assert fonts
    assert len(re.findall(rb"/FontFile\d? ", pdf)) == len(fonts)
    assert any(re.search(rb"CJK|Han|Hei|Song|Ming", font) for font in fonts)


def test_the_same_day_prints_the_same_bytes(language: Language) -> None:
    assert print_it(signed_day(), language) == print_it(signed_day(), language)


def test_the_file_carries_the_time_of_printing_as_its_date() -> None:
    assert b"(D:20261120214000+08'00)" in print_it(ordinary_day(), "zh")


def print_it(day: DayAudit, language: Language) -> bytes:
    """Give the PDF with everything that is packed in it behind it, readable."""
    pdf = render_audit_paper(day, language=language, printed_at=EVENING, printed_by="林稽核")
    return pdf + b"".join(unpacked(pdf))


def unpacked(pdf: bytes) -> Iterator[bytes]:
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def test_what_people_typed_is_printed_and_never_interpreted() -> None:
    hostile = "<img src='file:///etc/passwd'><b>{{ 7 * 7 }}</b>"
    day = replace(ordinary_day(), hall_name=hostile)
    assert hostile in words(lay_out(day))


def test_a_template_cannot_fetch_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for address in (secret.as_uri(), "http://127.0.0.1:9/x.png", "data:image/png;base64,AA=="):
        with pytest.raises(PaperReachesOutside):
            print_template(monkeypatch, tmp_path, f"<img src='{address}'>")


def test_a_template_cannot_reach_into_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SecurityError):
        print_template(monkeypatch, tmp_path, "{{ t.__globals__ }}{{ ''.__class__.__mro__ }}")


def test_any_other_paper_stands_on_the_same_base(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = print_template(monkeypatch, tmp_path, "{{ t('收条', 'Slip') }} {{ amount }}")
    assert "Slip 12.00" in words(document)
    assert FOOTERS["en"] in words(document)
    assert write_pdf(document).startswith(b"%PDF-")


def print_template(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> Any:
    """Lay out a template made for the test, on the base that all papers have."""
    for name in ("paper.html", "paper.css"):
        (folder / name).write_bytes((PRINT_FOLDER / name).read_bytes())
    (folder / "slip.html").write_text(
        "{% extends 'paper.html' %}{% block body %}" + body + "{% endblock %}", "utf-8"
    )
    monkeypatch.setattr(printing, "PRINT_FOLDER", folder)
    printing._environment.cache_clear()
    try:
        return lay_out_paper(
            "slip.html", {"amount": "12.00"}, language="en", printed_at=EVENING, printed_by="x"
        )
    finally:
        printing._environment.cache_clear()
