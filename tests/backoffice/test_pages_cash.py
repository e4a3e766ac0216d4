"""A clerk's day with cash at the pages, blind until declared: every answer to him is searched."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from backoffice.database import begin_read, begin_work
from backoffice.workbook_reading import read_grid
from ledger.actors import Employment, RoleGrant
from ledger.cash.shifts import find_shift
from ledger.documents import Document
from ledger.evidence.files import read_file
from ledger.evidence.intake import take_in
from ledger.hall_rules import KNOWN_TENDERS
from ledger.organisations import find_hall
from ledger.times import HALL_TIME
from ledger.work import system_actor
from tests.backoffice.visitors import HALL, LINK, PASSWORD, Visitor

LOADER = system_actor("load")
# In two parts each: a clerk may see his single lines, never what they come to.
CASH_PART, CASH_REST, POS_PART, POS_REST = "4000.00", "321.09", "7000.00", "654.32"
SECRETS = re.compile(
    r"4,?321\.09|4,?621\.09|7,?654\.32|(?<!\d)432109(?!\d)|(?<!\d)462109(?!\d)|(?<!\d)765432(?!\d)"
)
# Papers and workbooks of goods, forms and refunds take long to make and know nothing of drawers.
OTHER_DESKS = re.compile("/(books|goods|items|labels|refunds|stock|counts|reports)/")
OTHERS = [code for code in KNOWN_TENDERS if code != "cash"]


def _engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["backoffice_engine"]
    return engine


def _today(app: Flask) -> dt.date:
    with begin_read(_engine(app), LOADER) as uow:
        return uow.now.astimezone(HALL_TIME).date()


def _import(app: Flask, day: dt.date, clerk: str = "A01") -> None:
    header = "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,tender_ref"
    lines = (
        f"L{day:%m%d}1,1,{day} 09:00:00,{clerk},缴费,,{CASH_PART},{CASH_PART},cash,",
        f"L{day:%m%d}3,1,{day} 09:10:00,{clerk},缴费,,{CASH_REST},{CASH_REST},cash,",
        f"L{day:%m%d}2,1,{day} 09:30:00,{clerk},缴费,,{POS_PART},{POS_PART},pos,P-1",
        f"L{day:%m%d}4,1,{day} 09:40:00,{clerk},缴费,,{POS_REST},{POS_REST},pos,P-2",
    )
    content = "\n".join((header, *lines, "")).encode()
    with begin_work(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        reading = read_file("accounts.csv", content, read_grid=read_grid)
        take_in(
            uow, hall=hall, date=day, file_name="accounts.csv", content=content, reading=reading
        )


def _act(visitor: Visitor, name: str, **fields: str) -> str:
    """Make a document at its form; gives its number."""
    page = f"{HALL}/cash/new/{name}"
    answer = visitor.send(page, fields, page=page)
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.text)[-1500:]
    return answer.location.rsplit("/", 1)[-1]


def _sign(visitor: Visitor, number: str, act: str) -> TestResponse:
    page = f"{HALL}/papers/{number}"
    fields = {"act": act, "password": PASSWORD}
    answer = visitor.send(page, fields, page=page)
    assert answer.status_code == 302, answer.text
    return answer


def _counted(cash: dict[int, int], kept: str = "300.00", **tenders: str) -> dict[str, str]:
    amounts = {**dict.fromkeys(OTHERS, "0"), **tenders}
    return {
        "act": "declare",
        "kept": kept,
        **{f"note:{fen}": str(pieces) for fen, pieces in cash.items()},
        **{f"tender:{code}": amount for code, amount in amounts.items()},
    }


@pytest.fixture
def shift_page(app: Flask) -> str:
    """Bring A01 from the fund to an open shift; gives the shift's page."""
    people = {number: Visitor(app, number) for number in ("M01", "B01", "K01", "J01", "A01")}
    fund = _act(people["M01"], "fund_in", fund="safe", amount="1,000.00")
    _sign(people["B01"], fund, "approve")
    opening = _act(people["K01"], "safe_opening", purpose="晨间备用金")
    _sign(people["J01"], opening, "approve")
    float_out = _act(people["K01"], "float_out", clerk="A01", amount="300.00")
    _sign(people["A01"], float_out, "confirm")
    page = f"{HALL}/shifts"
    answer = people["A01"].send(page, {"act": "open", "clerk": "A01", "note:10000": "3"}, page=page)
    assert answer.status_code == 302
    return answer.location


def _addresses(app: Flask, day: dt.date, clerk: str = "A01") -> Iterator[str]:
    """Give every address of pages and API that can be asked with what is known of this day."""
    with begin_read(_engine(app), LOADER) as uow:
        made = select(Document.kind, Document.number).where(Document.business_date == day)
        # The latest of each kind: its pages show what those of the others do.
        numbers = list(dict(uow.session.execute(made.order_by(Document.id)).all()).values())
    known: dict[str, Any] = {
        "hall": "H001",
        "date": day,
        "clerk": clerk,
        "tender": "cash",
        "kind": "stock",
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if rule.rule.endswith((".pdf", ".xlsx")) and OTHER_DESKS.search(rule.rule):
            continue
        for number in numbers if "number" in rule.arguments else [""]:
            values = {**known, "number": number, "name": "hand_in"}
            if rule.arguments <= values.keys():
                yield _built(adapter.build, rule, {k: values[k] for k in rule.arguments})


def _built(build: Callable[..., str], rule: Rule, values: dict[str, Any]) -> str:
    try:
        return build(rule.endpoint, values)
    except (BuildError, ValueError):
        return "/"


def _told(app: Flask, visitor: Visitor, day: dt.date, clerk: str = "A01") -> dict[str, list[str]]:
    """Give what any answer to a visitor lets out, by address; also which answers there were."""
    leaked = {}
    asked = 0
    for address in dict.fromkeys(_addresses(app, day, clerk)):
        answer = visitor.get(address)
        asked += answer.status_code == 200
        found = SECRETS.findall(_text_of(answer))
        if found:
            leaked[address] = found
    assert asked > 40
    return leaked


def test_no_answer_to_a_clerk_holds_what_is_expected_before_he_has_declared(
    app: Flask, shift_page: str
) -> None:
    day, clerk = _today(app), Visitor(app, "A01")
    _import(app, day)
    hand_in = _act(clerk, "hand_in", clerk="A01", receiver="M01", amount="1,000.00")
    _sign(Visitor(app, "M01"), hand_in, "confirm")
    first = clerk.send(shift_page, _counted({10000: 30}, pos="7654.30"), page=shift_page)
    assert first.status_code == 302
    page = clerk.read(shift_page)
    assert "与账不符的有" in page
    assert _told(app, clerk, day) == {}
    # 3,621.00 in the drawer and 1,000.00 handed in: nine fen short.
    second = clerk.send(
        shift_page, _counted({10000: 36, 2000: 1, 100: 1}, pos="7654.32"), page=shift_page
    )
    assert second.status_code == 302
    page = clerk.read(shift_page)
    assert "3,621.09" in page
    assert "-0.09" in html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\u2212", "-")
    with begin_read(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        shift = find_shift(uow, hall, "A01", day)
        assert (shift.state, shift.rounds, shift.differs) == ("closed", 2, "cash")


def _secrets_in(visitor: Visitor, address: str) -> list[str]:
    return SECRETS.findall(_text_of(visitor.get(address)))


def _text_of(answer: TestResponse) -> str:
    """Give what a reader finds in an answer: of papers and workbooks what stands on them."""
    content: bytes = answer.get_data()
    if content.startswith(b"%PDF"):
        told = subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
        ).stdout
        return told.decode()
    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as sheets:
            content = b"\n".join(sheets.read(name) for name in sheets.namelist())
    return content.decode(errors="replace")


def _make_clerk_too(app: Flask, number: str, manager: str) -> None:
    """Let a manager work at the counter under a second number."""
    with begin_work(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        person = uow.session.get_one(Employment, (hall.id, manager)).person_id
        uow.session.add(
            Employment(
                hall_id=hall.id,
                number=number,
                person_id=person,
                kind="person",
                valid_from=dt.date(2026, 1, 1),
                valid_to=dt.date(9999, 12, 31),
            )
        )
        uow.session.add(
            RoleGrant(
                hall_id=hall.id,
                number=number,
                role="clerk",
                valid_from=dt.date(2026, 1, 1),
                valid_to=dt.date(9999, 12, 31),
            )
        )


def test_no_answer_to_a_manager_at_the_counter_tells_his_own_drawer_before_he_declares(
    app: Flask,
) -> None:
    day = _today(app)
    _make_clerk_too(app, "A99", "M01")
    manager, auditor = Visitor(app, "M01"), Visitor(app, "J01")
    page = f"{HALL}/shifts"
    answer = manager.send(page, {"act": "open", "clerk": "A99", "note:10000": "0"}, page=page)
    assert answer.status_code == 302, answer.text
    _import(app, day, clerk="A99")
    run = f"{HALL}/days/{day}"
    assert auditor.send(f"{run}/run", {}, page=run).status_code == 302
    # The auditor sees it: what is searched for is there to be found.
    for known in (run, f"{run}/paper.pdf", f"{run}/workbook.xlsx", f"/api/v1{run}"):
        assert _secrets_in(auditor, known), known
    assert _told(app, manager, day, clerk="A99") == {}
    sheet = f"{page}/{day}/A99"
    counted = _counted({10000: 43, 2000: 1, 100: 1, 10: 1}, pos="7654.32", kept="0")
    assert manager.send(sheet, counted, page=sheet).status_code == 302
    assert manager.send(sheet, {"act": "keep"}, page=sheet).status_code == 302
    assert SECRETS.search(manager.read(run))


def test_money_is_called_out_printed_and_taken_back_and_a_kiosk_is_cleared(
    app: Flask, shift_page: str
) -> None:
    day = _today(app)
    clerk, keeper, manager = (Visitor(app, number) for number in ("A01", "K01", "M01"))
    slips, number = f"{HALL}/cash/slips", f"XP{day:%Y%m%d}-0001"
    called = {"act": "call", "clerk": "A01", "txn_no": "T58", "due": "58.00", "tendered": "100.00"}
    wrong = clerk.send(slips, {**called, "change": "52.00"}, page=slips)
    assert wrong.status_code == 422
    assert "42.00" in wrong.text
    assert 'value="T58"' in wrong.text
    assert clerk.send(slips, {**called, "change": "42.00"}, page=slips).status_code == 302
    assert clerk.get(f"{slips}/{number}.pdf").status_code == 404
    printed = clerk.send(slips, {"act": "print", "number": number}, page=slips, follow=True)
    told = _text_of(printed)
    assert all(part in told for part in ("58.00", "100.00", "42.00", number)), told
    cancel = {"act": "cancel", "number": number, "reason": "改付微信"}
    assert clerk.send(slips, cancel, page=slips).status_code == 422
    assert clerk.send(slips, {**cancel, "back": "1"}, page=slips).status_code == 302
    assert number in manager.read(slips)
    kiosks = f"{HALL}/cash/kiosks"
    cleared = {"kiosk": "Z01", "second": "A01", "note:10000": "3"}
    assert keeper.send(kiosks, {**cleared, "second": "K01"}, page=kiosks).status_code == 422
    assert keeper.send(kiosks, cleared, page=kiosks).status_code == 302
    document = re.findall(r"papers/(\d{4}-QJ-\d+)", keeper.read(kiosks))[0]
    _sign(clerk, document, "confirm")
    paper = _text_of(keeper.get(f"{HALL}/paper-prints/{document}"))
    assert "叁佰元整" in paper
    assert "Z01" in paper


def test_a_statement_is_matched_at_its_page_and_undone_at_the_paper(
    app: Flask, shift_page: str
) -> None:
    day = _today(app)
    people = {number: Visitor(app, number) for number in ("A01", "K01", "J01", "M01", "M02")}
    _import(app, day)
    hand_in = _act(people["A01"], "hand_in", clerk="A01", receiver="M01", amount="1,000.00")
    _sign(people["M01"], hand_in, "confirm")
    deposit = _act(people["K01"], "deposit", receiver="M02", amount="900.00", slip_no="S-9")
    _sign(people["M02"], deposit, "confirm")
    header = "bank,account,line_ref,booked_on,amount,memo"
    content = f"{header}\nicbc,,R1,{day},900.00,现存 {deposit}\nicbc,,R2,{day},1.23,利息\n".encode()
    with begin_work(_engine(app), LOADER) as uow:
        hall = find_hall(uow, "H001")
        reading = read_file("bank.csv", content, read_grid=read_grid)
        take_in(uow, hall=hall, date=day, file_name="bank.csv", content=content, reading=reading)
        slips = f"slip_no,step,amount,deposited_on\nF-7,bank,300.00,{day}\n".encode()
        reading = read_file("deposits.csv", slips, read_grid=read_grid)
        take_in(uow, hall=hall, date=day, file_name="d.csv", content=slips, reading=reading)
        paid = b"txn_no,tender,amount,tendered,change\nT-58,cash,58.00,100.00,42.00\n"
        reading = read_file("tenders.csv", paid, read_grid=read_grid)
        take_in(uow, hall=hall, date=day, file_name="t.csv", content=paid, reading=reading)
    spoken = people["J01"].read(f"{HALL}/transactions/T-58")
    assert [one in spoken for one in ("唱收唱付", "58.00", "100.00", "42.00")] == [True] * 4
    gone = {"date": str(day), "clerk": "A01", "tender": "cash", "way": "liable"}
    cases = f"{HALL}/cash/cases"
    stale = people["M01"].send(cases, gone, page=f"{HALL}/cash/new/fund_in")
    assert stale.status_code == 422
    assert f"{day} 没有 A01 cash 的长短款案" in stale.text
    page = f"{HALL}/cash/statements"
    shown = people["J01"].read(page)
    assert "摘要交接码" in shown
    assert 'value="F-7"' in shown
    assert "文件中的解款" in shown
    assert "data-match" not in people["K01"].read(page) or "disabled" in people["K01"].read(page)
    one = {"act": "match", "line": "icbc//R2"}
    assert people["J01"].send(page, one, page=page).status_code == 422
    assert people["J01"].send(page, {**one, "reason": "利息"}, page=page).status_code == 302
    assert people["J01"].send(page, {"act": "confirm"}, page=page).status_code == 302
    match = re.findall(r"papers/(\d{4}-DZ-\d+)", people["J01"].read(page))[0]
    assert "900.00" in people["J01"].read(f"{HALL}/papers/{match}")
    undone = {"act": "reverse", "reason": "勾错"}
    paper = f"{HALL}/papers/{match}"
    assert people["J01"].send(paper, undone, page=paper).status_code == 302
    assert "摘要交接码" in people["J01"].read(page)
    assert "款项性质" in people["M01"].read(f"{HALL}/papers/{deposit}")
    cash = people["M01"].read(f"{HALL}/cash")
    assert "今日尾款" in cash
    assert "待解款" in cash
    assert people["M01"].get(f"{HALL}/cash/petty.xlsx").data[:2] == b"PK"
    for paper in ("petty.pdf", "safe-log.pdf"):
        assert _text_of(people["M01"].get(f"{HALL}/cash/{paper}")).strip()


def test_every_page_of_cash_opens_for_every_role_in_both_languages(
    app: Flask, shift_page: str
) -> None:
    for number, language in (
        ("A01", "zh"),
        ("A02", "en"),
        ("K01", "zh"),
        ("J01", "en"),
        ("M01", "zh"),
        ("B01", "en"),
        ("F01", "zh"),
    ):
        visitor = Visitor(app, number, language)
        waiting = [f"{HALL}/shifts", f"{HALL}/cash", f"{HALL}/cash/new", f"{HALL}/cash/cases"]
        seen: set[str] = set()
        while waiting:
            address = waiting.pop()
            seen.add(address)
            page = visitor.read(address)
            links = {html.unescape(link).partition("#")[0] for link in LINK.findall(page)}
            waiting += [
                link
                for link in links - seen - set(waiting)
                if re.match(rf"{HALL}/(cash|shifts|papers/\d{{4}}-(BR|BL|KG))", link)
                and "month=" not in link
                and not link.endswith((".pdf", ".xlsx"))
            ]
        assert len(seen) > 5, (number, seen)
    assert shift_page in seen
