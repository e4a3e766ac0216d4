"""The pages of refunds: asked for, judged before it is sent, signed, carried out, papers, flags."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
from flask import Flask

from tests.backoffice.refund_desks import DESK, NUMBER, OUTAGE, PAID, act, ask, open_refunds
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

MASKED = "131****6398"
WRONG_CHARGE = {
    "reason": "wrong_charge",
    "subscriber": NUMBER,
    "original_txn": PAID,
    "amount": "129.00",
    "tender": "alipay",
}

NEVER_INVOICED = WRONG_CHARGE | {
    "subscriber": "13202264834",
    "original_txn": "2026112000285",
    "amount": "50.00",
    "tender": "wechat",
}


@pytest.fixture
def desk(app: Flask) -> Flask:
    return open_refunds(app)


def test_the_payment_is_found_and_what_it_will_need_is_shown_before_it_is_asked(
    desk: Flask,
) -> None:
    clerk = Visitor(desk, "A01")
    form = f"{DESK}/new/refund"
    found = clerk.send(form, {"act": "look", "subscriber": NUMBER}, page=form).text
    assert PAID in found
    assert f'name="use" value="{PAID}"' in found
    used = clerk.send(form, {"use": PAID, "subscriber": NUMBER}, page=form).text
    assert "129.00" in used
    assert "支付宝" in used
    assert f'value="{PAID}"' in used
    ahead = clerk.send(form, {"act": "look", **WRONG_CHARGE}, page=form).text
    assert "营业厅经理" in ahead
    assert "129.00 元在限额 500.00 元以内" in ahead
    assert "交费发票或凭条" in ahead
    live = clerk.send(form, {"act": "live", **WRONG_CHARGE}, page=form).text
    assert "营业厅经理" in live
    assert "<html" not in live


def test_a_refund_goes_from_its_form_to_the_auditor_with_its_papers(desk: Flask) -> None:
    clerk, manager, auditor = Visitor(desk, "A01"), Visitor(desk, "M01"), Visitor(desk, "J01")
    duty = Visitor(desk, "M02")
    invoiced = ask(clerk, "refund", **WRONG_CHARGE)
    assert "付款前先办" in manager.read(invoiced)
    assert "26312000001000000065" in manager.read(invoiced)
    address = ask(clerk, "refund", **NEVER_INVOICED)
    number = address.rpartition("/")[2]

    assert number in duty.read(f"{HALL}/")
    assert number in duty.read(DESK)
    page = duty.read(address)
    assert "132****4834" in page
    assert "13202264834" not in page
    assert "付款前先办" not in page
    wrong = act(duty, address, "approve", password="not mine")
    assert "密码" in wrong
    assert "请您审批" in wrong
    assert "已批准" in act(duty, address, "approve")
    assert "请您审批" not in duty.read(address)
    unsigned = act(clerk, address, "execute", tender_ref="WX-1")
    assert "客户签收" in unsigned
    assert 'value="WX-1"' in unsigned
    assert "已执行" in act(clerk, address, "execute", tender_ref="WX-1", customer_signed="1")

    assert "缺件补齐后" in auditor.read(address)
    assert "缺少" in act(auditor, address, "receive")
    ticked = act(clerk, address, "tick", paper=["application", "payment_proof"])
    assert "已登记" in ticked
    assert "密码" in act(auditor, address, "receive", password="not mine")
    assert "已收单" in act(auditor, address, "receive")
    assert clerk.get(f"{HALL}/search?q={number}").location == address

    sheet = openpyxl.load_workbook(io.BytesIO(auditor.get(f"{HALL}/refunds.xlsx").data)).active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert number in cells
    assert "132****4834" in cells
    assert MASKED in cells
    assert not any(re.search(r"\b1[3-9]\d{9}\b", cell) for cell in cells)
    for query, there in (
        ("state=posted&kind=refund&clerk=A01", True),
        ("clerk=A02", False),
        ("state=submitted", False),
        ("until=2026-11-20", False),
    ):
        assert (f"/cases/{number}" in auditor.read(f"{DESK}?{query}")) is there, query


def test_errors_stand_beside_their_field_and_what_was_typed_stays(desk: Flask) -> None:
    clerk = Visitor(desk, "A01")
    form = f"{DESK}/new/refund"
    for changed, field, said in (
        ({"amount": "129.01"}, "amount", "最多可退 129.00"),
        ({"amount": "abc"}, "amount", "应为金额"),
        ({"original_txn": "nothing"}, "original_txn", "不存在"),
        ({"tender": "cash"}, "tender", "请原路退回"),
        ({"subscriber": ""}, "subscriber", "请填写“用户号码”"),
    ):
        answer = clerk.send(form, {"act": "ask", **WRONG_CHARGE, **changed}, page=form)
        assert answer.status_code == 422, changed
        error = re.search(rf'id="e-{field}">(.*?)</p>', answer.text, re.DOTALL)
        assert error is not None, changed
        assert said in error[1], changed
        assert changed.get("tender") or 'value="alipay" selected' in answer.text
    bare = clerk.send(form, {"act": "ask"}, page=form)
    named = re.findall(r'role="alert" id="e-(\w+)"', bare.text)
    assert (bare.status_code, named) == (422, ["subscriber", "reason", "amount", "tender"])
    assert clerk.get(f"{DESK}/new/loan").status_code == 404


def test_above_the_hall_it_waits_for_the_department_and_is_told_to_the_hall(desk: Flask) -> None:
    clerk, manager, above = Visitor(desk, "A01"), Visitor(desk, "M01"), Visitor(desk, "B01")
    address = ask(clerk, "waiver", **OUTAGE, amount="500.01")
    number = address.rpartition("/")[2]
    assert "请您审批" not in manager.read(address)
    assert f"{number} 在上级待批 0 小时" in manager.read(f"{HALL}/")
    assert "等您" in above.read(f"{HALL}/")
    assert "请您审批" in above.read(address)
    assert "请写明" in act(above, address, "reject") or "缺少" in act(above, address, "reject")
    assert "已退回" in act(above, address, "reject", reason="金额不符")
    assert "金额不符" in above.read(address)
    mine = ask(clerk, "gift_credit", reason="complaint", subscriber=NUMBER, amount="20")
    assert "已撤回" in act(clerk, mine, "withdraw", reason="重复")


def test_a_full_number_is_shown_once_and_put_on_record(desk: Flask) -> None:
    clerk, manager = Visitor(desk, "A01"), Visitor(desk, "M01")
    address = ask(clerk, "waiver", **OUTAGE, amount="50.00")
    full = address.replace("/cases/", "/unmasked/")
    assert clerk.send(full, {"reason": "x"}, page=address).status_code == 403
    assert manager.send(full, {"reason": ""}, page=address).status_code == 422
    shown = manager.send(full, {"reason": "核对机主"}, page=address)
    assert NUMBER in shown.text
    assert "查看完整号码" in shown.text
    assert NUMBER not in manager.read(address)


def test_an_authority_is_given_used_and_ended(desk: Flask) -> None:
    manager, page = Visitor(desk, "M01"), f"{DESK}/authorities"
    today = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    given = {
        "act": "give",
        "role": "hall_manager",
        "to": "M02",
        "from_on": str(today),
        "to_on": str(today),
        "cap": "300",
        "reason": "开会",
    }
    assert manager.send(page, given | {"password": "no"}, page=page).status_code == 422
    signed = given | {"password": PASSWORD}
    assert "M02" in manager.send(page, signed, page=page, follow=True).text
    deputy, clerk = Visitor(desk, "M02"), Visitor(desk, "A01")
    within = ask(clerk, "waiver", **OUTAGE, amount="250.00")
    assert within in deputy.read(f"{HALL}/")
    assert "已批准" in act(deputy, within, "approve")
    beyond = ask(clerk, "waiver", **{**OUTAGE, "subscriber": "13000356355"}, amount="300.01")
    assert "请您审批" not in deputy.read(beyond)
    number = re.search(r'name="number" value="([^"]+)"', manager.read(page))
    assert number is not None
    ended = {"act": "end", "number": number[1], "reason": "回来了", "password": PASSWORD}
    assert "已收回" in manager.send(page, ended, page=page, follow=True).text


def test_the_department_changes_a_policy_and_another_of_it_signs(desk: Flask) -> None:
    above, page = Visitor(desk, "B01"), f"{DESK}/policies"
    change = {
        "act": "propose",
        "instrument": "waiver",
        "tier-duty_manager": "150",
        "tier-hall_manager": "600",
        "tier-department": "5000",
        "case_limit": "",
        "window_days": "30",
        "split_days": "7",
        "expires_days": "20",
        "valid_from": "2027-01-01",
        "reason": "年度调整",
        "password": PASSWORD,
    }
    odd = above.send(page, change | {"tier-hall_manager": "50"}, page=page)
    assert odd.status_code == 422
    assert 'value="50"' in odd.text
    proposed = above.send(page, change, page=page, follow=True).text
    assert "待审批" in proposed
    assert "600.00" in proposed
    number = re.search(r'class="code">(\d{4}-ZC-\d+)<', proposed)
    assert number is not None
    self_signed = {"act": "sign", "number": number[1], "password": PASSWORD}
    assert above.send(page, self_signed, page=page).status_code == 422
    assert (
        Visitor(desk, "A01").send(page, self_signed, page=f"{DESK}/new/waiver").status_code == 403
    )


def test_deposits_are_listed_and_flags_are_settled_by_the_auditor(desk: Flask) -> None:
    clerk, auditor = Visitor(desk, "A01"), Visitor(desk, "J01")
    held = clerk.read(f"{DESK}/deposits")
    assert "2026112000248" in held
    assert "1,000.00" in held
    assert "2026112000356" not in held
    assert "2026112000356" in clerk.read(f"{DESK}/deposits?all=1")
    for _ in range(3):
        address = ask(clerk, "waiver", **OUTAGE, amount="60.00")
    flags = auditor.read(f"{DESK}/flags")
    assert "拆分" in flags
    assert NUMBER not in flags
    assert address.rpartition("/")[2] in flags
    assert "拆分" in auditor.read(address)
    assert "拆分" in auditor.read(f"{HALL}/")
    flag = re.search(r'name="flag" value="(\d+)"', flags)
    assert flag is not None
    found = {"flag": flag[1], "outcome": "harmless", "note": ""}
    page = f"{DESK}/flags"
    assert auditor.send(page, found, page=page).status_code == 422
    settled = auditor.send(page, found | {"note": "已回访"}, page=page, follow=True).text
    assert f'id="flag-{flag[1]}"' not in settled
    assert "已回访" in auditor.read(f"{page}?state=harmless")
    assert clerk.get(page).status_code == 403
