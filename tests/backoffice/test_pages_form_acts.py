"""Acts with books from their forms to the strip: who may, what is kept, who signs."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.backoffice.form_desks import (
    BOOKS,
    BOUND,
    CODE,
    NEW,
    OTHER_BOUND,
    act,
    done,
    draw,
    open_desk,
    sign,
)
from tests.backoffice.goods_days import errors_on
from tests.backoffice.visitors import HALL, Visitor

BLANK = re.compile(r'role="alert" id="e-(\w+)"')
STATES = re.compile(r'class="no s-(\w+)[^"]*" id="n(\d+)"')


@pytest.fixture
def desk(app: Flask) -> Flask:
    """Give the pages with today open."""
    return open_desk(app)


def states(visitor: Visitor, book: str) -> set[str]:
    return {state for state, _ in STATES.findall(visitor.read(f"{BOOKS}/{book}"))}


@pytest.mark.parametrize(
    ("number", "offered", "not_offered"),
    [
        ("K02", {"request", "receipt", "draw", "exchange", "handover", "return"}, set()),
        ("A01", {"handover", "return"}, {"draw", "receipt", "hand-in"}),
    ],
)
def test_each_is_offered_what_he_may_do(
    desk: Flask, number: str, offered: set[str], not_offered: set[str]
) -> None:
    page = Visitor(desk, number).read(NEW)
    names = set(re.findall(rf'href="{NEW}/([\w-]+)"', page))
    assert offered <= names
    assert not not_offered & names


def test_inv_13_the_auditor_looks_and_counts_and_never_draws(desk: Flask) -> None:
    auditor = Visitor(desk, "J01")
    assert set(re.findall(rf'href="{NEW}/([\w-]+)"', auditor.read(NEW))) == {"count"}
    assert auditor.get(f"{NEW}/draw").status_code == 403
    assert Visitor(desk, "A01").get(f"{NEW}/draw").status_code == 403


def test_a_book_is_drawn_and_both_have_signed(desk: Flask) -> None:
    custodian, clerk = Visitor(desk, "K02"), Visitor(desk, "A01")
    address = done(act(custodian, "draw", pick=BOUND, clerk="A01"))
    assert "等待签字" in custodian.read(address)
    assert states(custodian, BOUND) == {"safe"}
    waiting = clerk.read(f"{HALL}/")
    assert "票据领用单" in waiting
    assert "已入账" in sign(clerk, address).text
    assert states(custodian, BOUND) == {"held"}
    assert "A01" in custodian.read(f"{BOOKS}?number=00261001")


def test_a_bound_book_is_not_split(desk: Flask) -> None:
    custodian = Visitor(desk, "K02")
    bare = act(custodian, "draw")
    assert (bare.status_code, BLANK.findall(bare.text)) == (422, ["picks", "clerk"])
    fields = {"pick": BOUND, f"last:{BOUND}": "00261020", "clerk": "A01"}
    answer = custodian.send(f"{NEW}/draw", fields, page=f"{NEW}/draw")
    assert answer.status_code == 422
    assert "拆本" in answer.text
    assert f'value="{BOUND}" checked' in answer.text
    assert '<option value="A01" selected' in answer.text


def test_a_hand_over_waits_for_the_taker_and_a_return_for_the_custodian(desk: Flask) -> None:
    draw(desk, "A01")
    giver, taker, custodian = (Visitor(desk, number) for number in ("A01", "A02", "K02"))
    pick = f"{BOUND}/A01"
    address = done(act(giver, "handover", pick=pick, to_clerk="A02"))
    assert giver.read(address).count('value="confirm"') == 0
    assert "已入账" in sign(taker, address).text
    back = done(act(taker, "return", **{"pick": f"{BOUND}/A02", f"count:{BOUND}/A02": "50"}))
    assert "已入账" in sign(custodian, back).text
    assert states(custodian, BOUND) == {"safe"}


def test_a_count_that_differs_names_what_there_should_be(desk: Flask) -> None:
    draw(desk, "A01")
    pick = f"{BOUND}/A01"
    answer = act(Visitor(desk, "A01"), "return", **{"pick": pick, f"count:{pick}": "49"})
    assert answer.status_code == 422
    assert "应有 50 份" in answer.text


def test_a_clerk_sees_and_picks_his_own_blanks_alone(desk: Flask) -> None:
    page = Visitor(desk, "A01").read(f"{NEW}/return")
    holders = set(re.findall(r'name="pick" value="[^"]*/(A\d\d)"', page))
    assert holders == {"A01"}


def test_books_are_received_by_count_and_cut(desk: Flask) -> None:
    custodian = Visitor(desk, "K02")
    fields = {
        "line-code": [CODE, ""],
        "line-first": ["00262001", ""],
        "line-last": ["00262100", ""],
        "line-count": ["100", ""],
        "carrier": "book",
        "per_book": "50",
    }
    done(act(custodian, "receipt", **fields))
    assert states(custodian, f"{CODE}/00262001") == {"safe"}
    assert states(custodian, f"{CODE}/00262051") == {"safe"}


def test_inv_04_a_count_that_does_not_fit_is_refused_and_nothing_typed_is_lost(
    desk: Flask,
) -> None:
    fields = {
        "line-code": [CODE],
        "line-first": ["00262001"],
        "line-last": ["00262100"],
        "line-count": ["99"],
        "carrier": "book",
        "delivery_no": "FF-7",
    }
    answer = act(Visitor(desk, "K02"), "receipt", **fields)
    assert answer.status_code == 422
    assert 'id="e-lines"' in answer.text
    assert 'value="00262100"' in answer.text
    assert 'value="FF-7"' in answer.text


def test_blanks_are_handed_in_with_their_receipt(desk: Flask) -> None:
    custodian = Visitor(desk, "K02")
    missing = act(custodian, "hand-in", pick=[BOUND, OTHER_BOUND], cause="form_change")
    assert missing.status_code == 422
    assert 'id="e-receipt_no"' in missing.text
    fields = {"pick": [BOUND, OTHER_BOUND], "cause": "form_change", "receipt_no": "JX-1"}
    done(act(custodian, "hand-in", **fields))
    assert states(custodian, BOUND) == {"returned"}


def test_a_request_is_approved_by_the_department(desk: Flask) -> None:
    address = done(act(Visitor(desk, "K02"), "request", books="2"))
    department = Visitor(desk, "B01")
    assert "票据申领单" in department.read(f"{HALL}/")
    signed = sign(department, address, "approve")
    assert "已入账" in signed.text, errors_on(signed.text)


def test_the_same_form_sent_twice_takes_effect_once(desk: Flask) -> None:
    custodian = Visitor(desk, "K02")
    page = custodian.read(f"{NEW}/draw")
    hidden = dict(re.findall(r'name="(csrf_token|request_key)" value="([^"]+)"', page))
    for _ in range(2):
        answer = custodian.client.post(
            f"{NEW}/draw", data={**hidden, "pick": BOUND, "clerk": "A01"}
        )
        assert answer.status_code == 302
    papers = custodian.read(f"{BOOKS}/papers?kind=invoice_draw&state=submitted")
    assert papers.count("/papers/2026-PL-") == 1


def test_a_document_of_forms_prints_in_three_copies(desk: Flask) -> None:
    address = done(act(Visitor(desk, "K02"), "draw", pick=BOUND, clerk="A01"))
    number = address.rpartition("/")[2]
    answer = Visitor(desk, "A01").get(f"{HALL}/paper-prints/{number}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert Visitor(desk, "A02").get(f"{HALL}/paper-prints/{number}").status_code == 404


def test_who_keeps_forms_lists_papers_of_forms_and_a_clerk_his_own(desk: Flask) -> None:
    draw(desk, "A01")
    assert "2026-PL-" in Visitor(desk, "K02").read(f"{BOOKS}/papers")
    own = Visitor(desk, "A01").read(f"{BOOKS}/papers?kind=invoice_draw")
    others = Visitor(desk, "A02").read(f"{BOOKS}/papers?kind=invoice_draw")
    newest = re.findall(r"/papers/(2026-PL-\d+)", own)[0]
    assert newest not in others
