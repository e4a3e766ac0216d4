"""The day page: what came in, where clerks differ, what stands, and the acts of the evening."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from tests.backoffice.visitors import DAY, HALL, PASSWORD, SAMPLE, Visitor

MOST_BYTES = 60 * 1024
NEXT_DAY = f"{HALL}/days/2026-11-21"


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def _upload(
    visitor: Visitor, name: str, content: bytes, *, day: str = DAY, page: str = DAY
) -> tuple[int, str]:
    answer = visitor.send(f"{day}/files", {"files": (BytesIO(content), name)}, page=page)
    return answer.status_code, answer.text


def test_the_day_shows_each_source_each_clerk_and_each_fault_of_the_sample(
    auditor: Visitor,
) -> None:
    page = auditor.read(DAY)
    planted = re.findall(
        r"^\| ([A-Z]\d\d) \|", (SAMPLE / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(planted) > 10
    for code in planted:
        assert f'<span class="code">{code}</span> <a href="{DAY}/findings/{code}/' in page
    for clerk in ("A01", "A02", "A03", "A04", "A05", "A06"):
        assert f'href="{DAY}/totals/{clerk}/cash"' in page
    for kind in ("accounts", "invoices", "declarations", "deposits", "refunds", "adjustments"):
        assert f'href="{DAY}/evidence/{kind}"' in page


def test_a_cell_is_quiet_where_nothing_differs_and_tells_both_figures(auditor: Visitor) -> None:
    page = auditor.read(DAY)
    cells = dict(re.findall(rf'href="{DAY}/totals/(\w+/\w+)">(.*?)</a>', page, re.DOTALL))
    assert "−10.00" in _text(cells["A02/cash"])
    assert "4,340.30" in _text(cells["A02/cash"])
    assert "4,330.30" in _text(cells["A02/cash"])
    quiet = _text(cells["A01/cash"])
    assert "无差异" in quiet
    assert "应有" in quiet
    assert "申报" in quiet


def test_a_kiosk_owes_no_declaration(auditor: Visitor) -> None:
    page = auditor.read(DAY)
    kiosk = re.findall(rf'href="{DAY}/totals/Z01/\w+">(.*?)</a>', page, re.DOTALL)
    assert kiosk
    assert all("未申报" not in _text(cell) for cell in kiosk)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_of_four_hundred_lines_fits_in_sixty_kilobytes(app: Flask, language: str) -> None:
    page = Visitor(app, "J01", language).read(DAY)
    assert len(page.encode()) <= MOST_BYTES


def test_running_the_audit_shows_its_findings(
    open_app: Callable[[Path], Flask], loaded_sample: Path
) -> None:
    auditor = Visitor(open_app(loaded_sample), "J01")
    before = auditor.read(DAY)
    assert "尚未运行稽核" in before
    assert "/findings/X01/" not in before
    after = auditor.send(f"{DAY}/run", {}, page=DAY, follow=True)
    assert after.status_code == 200
    assert "/findings/X01/" in after.text
    assert "稽核已运行" in after.text


def test_a_file_is_recognised_by_its_content_and_the_same_again_is_the_earlier_batch(
    auditor: Visitor,
) -> None:
    content = (SAMPLE / "退减赠.csv").read_bytes()
    status, page = _upload(auditor, "some name.txt", content)
    assert status == 200
    assert "同一文件已导入过" in _text(page)
    assert "退减赠" in _text(page)


def test_a_new_file_is_stored_and_opens_its_own_day(auditor: Visitor) -> None:
    content = "工号,支付方式,金额\nA01,cash,500.00\n".encode()
    status, page = _upload(auditor, "日结.csv", content, day=NEXT_DAY, page=DAY)
    assert status == 200
    assert "日结申报" in _text(page)
    assert f'href="{NEXT_DAY}/evidence/declarations"' in auditor.read(NEXT_DAY)


def test_a_refused_file_names_line_and_column_and_stores_nothing(auditor: Visitor) -> None:
    content = "工号,支付方式,金额\nA01,cash,12.345\nA02,cash,十元\n".encode()
    status, page = _upload(auditor, "日结.csv", content, day=NEXT_DAY, page=DAY)
    assert status == 422
    text = _text(page)
    assert "第 2 行" in text
    assert "第 3 行" in text
    assert "金额" in text
    assert "12.34" not in auditor.read(f"{NEXT_DAY}/evidence/declarations")


def test_several_files_are_judged_each_on_its_own(auditor: Visitor) -> None:
    good = "工号,支付方式,金额\nA01,cash,500.00\n".encode()
    files = [(BytesIO(good), "good.csv"), (BytesIO(b"what is this"), "bad.csv")]
    answer = auditor.send(f"{NEXT_DAY}/files", {"files": files}, page=DAY)
    assert answer.status_code == 422
    assert "good.csv" in answer.text
    assert "bad.csv" in answer.text
    assert "500.00" in auditor.read(f"{NEXT_DAY}/evidence/declarations")


def test_uploading_nothing_asks_for_a_file(auditor: Visitor) -> None:
    answer = auditor.send(f"{DAY}/files", {}, page=DAY, follow=True)
    assert "没有选择文件" in answer.text


def test_a_source_without_anything_is_declared_nil(
    open_app: Callable[[Path], Flask], loaded_sample: Path
) -> None:
    auditor = Visitor(open_app(loaded_sample), "J01")
    accounts = (SAMPLE / "账目.csv").read_text("utf-8-sig").splitlines()
    one_line = f"{accounts[0]}\n{accounts[1].replace('2026-11-20', '2026-11-21')}\n"
    one_line = one_line.replace(accounts[1].split(",")[0], "2026112100001")
    assert _upload(auditor, "账目.csv", one_line.encode(), day=NEXT_DAY, page=DAY)[0] == 200
    page = auditor.read(NEXT_DAY)
    assert 'value="deposits"' in page
    auditor.send(f"{NEXT_DAY}/nil", {"source": "deposits"}, page=DAY)
    after = auditor.read(NEXT_DAY)
    assert 'value="deposits"' not in after
    assert "申报为无" in after


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_is_a_pdf_in_either_language(auditor: Visitor, language: str) -> None:
    answer = auditor.get(f"{DAY}/paper.pdf?language={language}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")


def test_the_workbook_is_a_workbook(auditor: Visitor) -> None:
    answer = auditor.get(f"{DAY}/workbook.xlsx")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    assert "audit-H001-2026-11-20.xlsx" in answer.headers["Content-Disposition"]


def test_a_day_with_blocking_findings_cannot_be_signed(auditor: Visitor) -> None:
    page = auditor.read(f"{DAY}/sign")
    assert "还不能签字" in page
    assert 'name="password"' not in page
    answer = auditor.send(f"{DAY}/sign", {"password": PASSWORD}, page=DAY)
    assert answer.status_code == 409
    assert "签字" not in _text(auditor.read(DAY)).split("重新运行")[0].split("营业日 2026")[-1]


def test_signing_asks_for_the_password_again(auditor: Visitor) -> None:
    answer = auditor.send(f"{DAY}/sign", {"password": "not the password"}, page=DAY)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("number", "verbs"),
    [("J01", {"run", "files", "sign"}), ("M01", {"run", "files"}), ("F01", set())],
)
def test_each_role_sees_the_buttons_it_may_press(app: Flask, number: str, verbs: set[str]) -> None:
    page = Visitor(app, number).read(DAY)
    shown = {
        verb
        for verb in ("run", "files", "sign")
        if re.search(f'(action|href)="{DAY}/{verb}"', page)
    }
    assert shown == verbs


def test_who_may_not_run_is_refused_also_when_he_sends_the_form(app: Flask) -> None:
    finance = Visitor(app, "F01")
    for act in ("run", "sign", "nil", "files"):
        assert finance.send(f"{DAY}/{act}", {}, page=DAY).status_code == 403


def test_the_calendar_shows_the_day_with_its_three_statuses(auditor: Visitor) -> None:
    page = auditor.read(f"{HALL}/days?month=2026-11")
    cell = page[page.index(f'<a href="{DAY}"') :]
    cell = cell[: cell.index("</td>")]
    assert len(re.findall(r'class="chip', cell)) == 3
    assert auditor.get(f"{HALL}/days?month=1999-01").status_code == 200
    assert auditor.get(f"{HALL}/days?month=nonsense").status_code == 200


def test_a_date_that_is_none_is_no_page(auditor: Visitor) -> None:
    assert auditor.get(f"{HALL}/days/2026-02-30").status_code == 404
