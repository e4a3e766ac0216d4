"""Use, void, red letter and loss by their pages, from the button to the strip and to Today."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from tests.backoffice.form_desks import BOOKS, CODE, NEW, act, done, open_desk
from tests.backoffice.goods_days import errors_on
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

FIRST, SECOND, THIRD = "00260448", "00260449", "00260450"
BLUE = "00260438"
QR = "01,10,044001500111,81966722,173.79,20170524,17884534745749991611,BE2D,"


@pytest.fixture
def desk(app: Flask) -> Flask:
    """Give the pages with today open."""
    return open_desk(app)


def number_page(number: str) -> str:
    return f"{HALL}/invoices/{CODE}/{number}"


def state_of(visitor: Visitor, number: str) -> str:
    page = visitor.read(f"{BOOKS}/{CODE}/00260401")
    before = page.partition(f'" id="n{number}"')[0]
    return before.rpartition("no s-")[2].split()[0].strip('"')


def ask_void(desk: Flask, number: str) -> str:
    """Let A01 ask for a void; gives the document's number."""
    fields = {"invoice_code": CODE, "numbers": number, "copies": "3", "reason": "打印错位"}
    return done(act(Visitor(desk, "A01"), "void", **fields)).rpartition("/")[2]


def tick(desk: Flask, document: str, number: str, copies: list[str], **more: str) -> str:
    """Let the auditor tick and sign; gives the page that follows."""
    fields = {f"copy:{number}": copies, f"stamp:{number}": "1", "password": PASSWORD, **more}
    address = f"{HALL}/voids/{document}"
    return Visitor(desk, "J01").send(address, fields, page=address, follow=True).text


def test_numbers_used_are_registered_from_to_with_amounts(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    fields = {
        "clerk": "A01",
        "invoice_code": CODE,
        "first_no": FIRST,
        "last_no": SECOND,
        "amounts": "58.00 42.00",
    }
    address = done(act(clerk, "use", **fields))
    assert address == number_page(FIRST)
    page = clerk.read(address)
    assert "已登记 2 份" in page
    assert "58.00" in page
    assert state_of(clerk, SECOND) == "issued"


def test_a_form_of_use_begins_with_the_visitor_s_own_number(desk: Flask) -> None:
    page = Visitor(desk, "A01").read(f"{NEW}/use?number={FIRST}&invoice_code={CODE}")
    assert '<option value="A01" selected' in page
    assert '<option value="A02"' not in page
    assert f'value="{FIRST}"' in page


def test_another_s_number_is_refused_beside_its_field(desk: Flask) -> None:
    fields = {
        "clerk": "A01",
        "invoice_code": CODE,
        "first_no": "00260650",
        "amounts": "58.00",
    }
    answer = act(Visitor(desk, "A01"), "use", **fields)
    assert answer.status_code == 422
    assert 'id="e-first_no"' in answer.text
    assert 'value="00260650"' in answer.text


def test_inv_06_a_void_is_ticked_copy_by_copy_by_the_auditor_and_posted(desk: Flask) -> None:
    document = ask_void(desk, FIRST)
    auditor = Visitor(desk, "J01")
    assert f"/voids/{document}" in auditor.read(f"{HALL}/")
    assert "作废未了结" in auditor.read(f"{BOOKS}/{CODE}/00260401")
    assert Visitor(desk, "A01").get(f"{HALL}/voids/{document}").status_code == 403
    page = tick(desk, document, FIRST, ["1", "2", "3"])
    assert "已作废" in page, errors_on(page)
    assert state_of(auditor, FIRST) == "void"


def test_a_cover_lists_the_voids_and_is_offered_anew_when_they_change(desk: Flask) -> None:
    for number, version in ((FIRST, 1), (SECOND, 2)):
        tick(desk, ask_void(desk, number), number, ["1", "2", "3"])
        custodian, book = Visitor(desk, "K02"), f"{BOOKS}/{CODE}/00260401"
        assert "个作废号未列" in custodian.read(book)
        answer = custodian.send(f"{book}/cover", {}, page=book)
        assert answer.location == f"{book}/cover?version={version}"
        assert custodian.get(answer.location).data.startswith(b"%PDF")
        after = custodian.read(book)
        assert f"封面第 {version} 版" in after
        assert "个作废号未列" not in after


def test_inv_06_a_missing_copy_forbids_the_void_and_offers_the_red_letter(desk: Flask) -> None:
    document = ask_void(desk, FIRST)
    page = tick(desk, document, FIRST, ["1", "3"])
    assert "不得作废" in page
    assert "缺第 2 联" in page
    assert state_of(Visitor(desk, "J01"), FIRST) != "void"
    clerk = Visitor(desk, "A01")
    assert "作废未收回" in clerk.read(f"{HALL}/")
    assert f"/books/new/red?number={FIRST}" in clerk.read(f"{HALL}/voids")


def test_a_void_is_not_signed_without_the_stamp_or_with_a_wrong_password(desk: Flask) -> None:
    document = ask_void(desk, FIRST)
    unstamped = tick(desk, document, FIRST, ["1", "2", "3"], **{f"stamp:{FIRST}": ""})
    assert 'id="e-ticks"' in unstamped
    wrong = tick(desk, document, FIRST, ["1", "2", "3"], password="not it")
    assert "密码不正确" in wrong
    assert wrong.count("checked") == 4


def test_inv_09_a_loss_locks_the_number_and_stands_on_the_desks_of_those_above(
    desk: Flask,
) -> None:
    fields = {"invoice_code": CODE, "numbers": THIRD, "circumstances": "盘点时少一份"}
    address = done(act(Visitor(desk, "A01"), "loss", **fields))
    assert "24:00" in Visitor(desk, "A01").read(address) or address.startswith(f"{HALL}/losses/")
    for number in ("M01", "M02", "B01", "K02"):
        assert f"票据丢失 {THIRD}" in Visitor(desk, number).read(f"{HALL}/"), number
    assert state_of(Visitor(desk, "J01"), THIRD) == "lost"
    manager = Visitor(desk, "M01")
    reported = {"act": "report", "report_no": "DS-1", "reported_by": "顾明辉"}
    page = manager.send(address, reported, page=address, follow=True).text
    assert "DS-1" in page
    assert "迟报" not in page
    use = {"clerk": "A01", "invoice_code": CODE, "first_no": THIRD, "amounts": "1.00"}
    refused = act(Visitor(desk, "A01"), "use", **use)
    assert refused.status_code == 422
    assert "丢失" in refused.text


def test_a_loss_is_closed_only_after_its_report(desk: Flask) -> None:
    fields = {"invoice_code": CODE, "numbers": THIRD, "circumstances": "盘点时少一份"}
    address = done(act(Visitor(desk, "A01"), "loss", **fields))
    manager = Visitor(desk, "M01")
    assert 'value="settle"' not in manager.read(address)
    early = manager.send(address, {"act": "settle", "result": "责任人已认"}, page=address)
    assert early.status_code == 422
    manager.send(address, {"act": "report", "report_no": "DS-1", "reported_by": "顾"}, page=address)
    page = manager.send(
        address, {"act": "settle", "result": "责任人已认"}, page=address, follow=True
    ).text
    assert "已结案" in page


def test_inv_07_a_red_letter_is_registered_in_part_and_never_beyond_its_blue(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    fields = {
        "original_code": CODE,
        "original_no": BLUE,
        "invoice_code": CODE,
        "invoice_no": FIRST,
        "amount": "120.00",
        "reason": "SALES_DISCOUNT",
    }
    beyond = act(clerk, "red", **fields)
    assert beyond.status_code == 422
    assert 'id="e-amount"' in beyond.text
    assert done(act(clerk, "red", **{**fields, "amount": "20.00"})) == number_page(FIRST)
    blue = clerk.read(number_page(BLUE))
    assert FIRST in blue
    assert "冲它的红字" in blue
    listed = Visitor(desk, "J01").read(f"{HALL}/reds")
    assert FIRST in listed
    assert "缺退款" in listed


def test_a_slip_is_noted_waits_and_is_confirmed(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    fields = {
        "slip_no": "QR-1",
        "original_code": CODE,
        "original_no": BLUE,
        "amount": "20.00",
        "reason": "SALES_DISCOUNT",
    }
    address = done(act(clerk, "slip", **fields))
    assert address == f"{HALL}/reds"
    assert "待确认" in clerk.read(address)
    assert "QR-1" in clerk.read(f"{HALL}/")
    page = clerk.send(
        address, {"act": "confirm", "slip_no": "QR-1"}, page=address, follow=True
    ).text
    assert "已确认" in page


def test_slips_come_by_file_and_what_is_kept_still_is_not_destroyed(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    listed = "确认单编号,原发票号码,金额,红冲原因\nQR-9,26440000000012345678,58.00,销货退回\n"
    answer = clerk.send(
        f"{HALL}/reds/slips",
        {"file": (BytesIO(listed.encode()), "slips.csv")},
        page=f"{HALL}/reds",
        follow=True,
    )
    assert "新登记 1 张" in answer.text
    assert "QR-9" in answer.text
    keeper = Visitor(desk, "K02")
    assert "没有保管期满的本" in keeper.read(f"{NEW}/destroy")
    refused = keeper.send(
        f"{NEW}/destroy/file",
        {"file": (BytesIO(b"invoice_code,first_no\n144031809110,00300001\n"), "kept.csv")},
        page=f"{NEW}/destroy",
    )
    assert refused.status_code == 422
    assert "第 2 行" in refused.text


def test_a_month_is_billed_once(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    fields = {
        "clerk": "A01",
        "invoice_code": CODE,
        "subscriber": "13800001111",
        "period": "2026-10",
        "amount": "88.00",
    }
    done(act(clerk, "month-bill", **fields))
    again = act(clerk, "month-bill", **fields)
    assert again.status_code == 422
    assert 'id="e-period"' in again.text


def test_a_reprint_takes_no_number(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    fields = {"clerk": "A01", "invoice_code": CODE, "invoice_no": BLUE, "reason": "卡纸"}
    assert done(act(clerk, "reprint", **fields)) == number_page(BLUE)
    assert "共 1 次" in clerk.read(number_page(BLUE))


def test_inv_12_a_qr_text_is_read_and_explained(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    page = clerk.get(f"{BOOKS}/scan", query_string={"text": QR}).text
    for words in ("044001500111", "81966722", "2017-05-24", "173.79"):
        assert words in page
    short = clerk.get(f"{BOOKS}/scan", query_string={"text": f"{CODE} 0012897794"})
    assert 'id="e-text"' in short.text
    known = clerk.get(f"{BOOKS}/scan", query_string={"text": f"{CODE} {BLUE}"}).text
    assert number_page(BLUE) in known


def test_the_lists_open_for_the_hall_s_people(desk: Flask) -> None:
    for number in ("J01", "K02", "A01", "B01"):
        visitor = Visitor(desk, number)
        for place in ("voids", "reds", "losses"):
            assert "<h1>" in visitor.read(f"{HALL}/{place}"), (number, place)
