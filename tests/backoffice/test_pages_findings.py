"""A finding from hand to hand on the pages, and the signature at the end of the day."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice.database import begin_read
from ledger.audit.findings import FindingAct
from ledger.events import Event
from ledger.work import system_actor
from tests.backoffice.visitors import DAY, HALL, KEY, PASSWORD, TOKEN, Visitor

SHORT_CASH = f"{DAY}/findings/C02/tender:A02/cash"
NO_FORM = f"{DAY}/findings/X06/txn:2026112000346"
MISSING_NUMBER = f"{DAY}/findings/P01/invoice:031002600104/00260924"
NO_INVOICE = f"{DAY}/findings/X01/txn:2026112000341"
EMPTY_DAY = f"{HALL}/days/2026-11-18"
FIGURES = {"expected": "434030", "found": "433030"}


def _state(visitor: Visitor, address: str) -> str:
    page = visitor.read(address)
    head = page[page.index("<h1>") : page.index('class="lead"')]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", head)))


def _act(visitor: Visitor, address: str, act: str, **fields: str) -> int:
    figures = {"expected": "", "found": ""} if address in {NO_FORM, MISSING_NUMBER} else FIGURES
    answer = visitor.send(address, {"act": act, **figures, **fields}, page=address)
    return answer.status_code


def _acts_kept(app: Flask) -> int:
    with begin_read(app.extensions["backoffice_engine"], system_actor("test")) as uow:
        return uow.session.scalar(select(func.count()).select_from(FindingAct)) or 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finding_shows_two_sides_the_gap_its_rule_and_likely_causes(
    app: Flask, language: str
) -> None:
    page = Visitor(app, "J01", language).read(SHORT_CASH)
    for figure in ("4,340.30", "4,330.30", "−", "10.00"):
        assert figure in page
    assert f'href="{DAY}/totals/A02/cash"' in page
    assert 'class="rule"' in page
    assert 'class="candidates"' in page


def test_an_answer_goes_from_the_clerk_to_the_auditor_and_is_accepted(app: Flask) -> None:
    clerk, auditor = Visitor(app, "A02"), Visitor(app, "J01")
    assert SHORT_CASH.replace("C02/tender:A02/cash", "C02/") in clerk.read(f"{HALL}/")
    assert 'value="answer"' not in auditor.read(SHORT_CASH)
    assert _act(clerk, SHORT_CASH, "answer", reason="找零多付 10 元") == 302
    assert "已答复" in _state(clerk, SHORT_CASH)
    assert "/corrections/2026-GZ-000001" in auditor.read(f"{HALL}/"), "its slip waits"
    assert "找零多付 10 元" in auditor.read(SHORT_CASH)
    assert _act(auditor, SHORT_CASH, "accept", reason="") == 302
    assert "已接受" in _state(auditor, SHORT_CASH)


def test_an_answer_that_does_not_do_goes_back(app: Flask) -> None:
    clerk, auditor = Visitor(app, "A02"), Visitor(app, "J01")
    _act(clerk, SHORT_CASH, "answer", reason="不清楚")
    assert _act(auditor, SHORT_CASH, "return", reason="请复点现金") == 302
    assert "未处理" in _state(auditor, SHORT_CASH)
    assert "请复点现金" in clerk.read(SHORT_CASH)


def test_a_manager_overrides_with_reason_and_password(app: Flask) -> None:
    manager = Visitor(app, "M01")
    assert _act(manager, SHORT_CASH, "override", reason="核准", password="wrong") == 422
    assert _act(manager, SHORT_CASH, "override", reason="", password=PASSWORD) == 422
    assert "未处理" in _state(manager, SHORT_CASH)
    assert _act(manager, SHORT_CASH, "override", reason="找零差错,核准", password=PASSWORD) == 302
    assert "已核准" in _state(manager, SHORT_CASH)


def test_above_his_limit_a_manager_is_refused_and_keeps_what_he_typed(app: Flask) -> None:
    manager = Visitor(app, "M01")
    fields = {
        "act": "override",
        "reason": "金额较大但属实",
        "password": PASSWORD,
        "expected": "19900",
        "found": "0",
    }
    answer = manager.send(NO_INVOICE, fields, page=NO_INVOICE)
    assert answer.status_code == 422
    assert "金额较大但属实</textarea>" in answer.text
    assert PASSWORD not in answer.text


def test_what_nobody_may_override_offers_no_such_button(app: Flask) -> None:
    for number in ("J01", "M01", "B01"):
        assert 'value="override"' not in Visitor(app, number).read(MISSING_NUMBER)


def test_a_warning_is_looked_at_and_accepted_without_an_answer(auditor: Visitor) -> None:
    assert _act(auditor, NO_FORM, "accept", reason="受理单已补") == 302
    assert "已接受" in _state(auditor, NO_FORM)


def test_an_act_on_other_figures_than_those_seen_is_refused(app: Flask) -> None:
    clerk = Visitor(app, "A02")
    fields = {"act": "answer", "reason": "找零多付", "expected": "434030", "found": "433000"}
    assert clerk.send(SHORT_CASH, fields, page=SHORT_CASH).status_code == 422
    assert "未处理" in _state(clerk, SHORT_CASH)


def test_the_same_form_sent_twice_takes_effect_once(app: Flask) -> None:
    clerk = Visitor(app, "A02")
    page = clerk.read(SHORT_CASH)
    token, key = TOKEN.search(page), KEY.search(page)
    assert token is not None
    assert key is not None
    fields = {
        "csrf_token": token[1],
        "request_key": key[1],
        "act": "answer",
        "reason": "找零多付",
        **FIGURES,
    }
    for _ in range(2):
        assert clerk.client.post(SHORT_CASH, data=fields).status_code == 302
    assert _acts_kept(app) == 1


def test_an_unknown_act_is_no_act(auditor: Visitor, app: Flask) -> None:
    answer = auditor.send(SHORT_CASH, {"act": "delete"}, page=SHORT_CASH)
    assert answer.status_code == 400
    assert _acts_kept(app) == 0


def test_a_quiet_day_is_run_and_signed_and_then_left_alone(app: Flask) -> None:
    auditor = Visitor(app, "J01")
    for source in ("accounts", "invoices", "declarations", "deposits"):
        auditor.send(f"{EMPTY_DAY}/nil", {"source": source}, page=DAY)
    auditor.send(f"{EMPTY_DAY}/run", {}, page=DAY)
    page = auditor.read(f"{EMPTY_DAY}/sign")
    assert "签字即确认" in page
    assert (
        auditor.send(
            f"{EMPTY_DAY}/sign", {"password": "wrong"}, page=f"{EMPTY_DAY}/sign"
        ).status_code
        == 403
    )
    signed = auditor.send(
        f"{EMPTY_DAY}/sign", {"password": PASSWORD}, page=f"{EMPTY_DAY}/sign", follow=True
    )
    assert signed.status_code == 200
    assert "沈静怡" in signed.text
    after = auditor.read(EMPTY_DAY)
    assert "已稽核" in after
    assert "已上报" in after
    for verb in ("run", "sign", "files", "nil"):
        assert f'"{EMPTY_DAY}/{verb}"' not in after
    with begin_read(app.extensions["backoffice_engine"], system_actor("test")) as uow:
        acts = uow.session.scalars(select(Event.act).where(Event.act == "day.signed")).all()
    assert len(acts) == 1


def test_evidence_after_the_run_asks_for_another_run_before_signing(app: Flask) -> None:
    auditor = Visitor(app, "J01")
    for source in ("accounts", "invoices", "declarations"):
        auditor.send(f"{EMPTY_DAY}/nil", {"source": source}, page=DAY)
    auditor.send(f"{EMPTY_DAY}/run", {}, page=DAY)
    assert "又有凭证导入" not in auditor.read(EMPTY_DAY)
    auditor.send(f"{EMPTY_DAY}/nil", {"source": "deposits"}, page=DAY)
    assert "又有凭证导入" in auditor.read(EMPTY_DAY)
    assert 'name="password"' not in auditor.read(f"{EMPTY_DAY}/sign")
    answer = auditor.send(f"{EMPTY_DAY}/sign", {"password": PASSWORD}, page=DAY)
    assert answer.status_code == 409


def test_a_month_billed_twice_shows_the_earlier_bill_beside_it(auditor: Visitor) -> None:
    page = auditor.read(f"{DAY}/findings/P10/invoice:/26312000001000000093")
    assert "先开的一张" in page
    assert "又开的一张" in page
    assert "26312000001000000092" in page
    payment = auditor.read(f"{DAY}/findings/P10/txn:2026112000355")
    assert "2 张有效发票合计 176.00，多于付款 88.00" in payment
