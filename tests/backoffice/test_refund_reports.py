"""Papers, the day's list and the statistics of refunds, at the pages and by the API."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import begin_work, make_engine
from backoffice.identity import make_token
from backoffice.refund_papers import CASE_PAPERS, paper_values
from ledger.amount_words import amount_in_words
from ledger.money import show_yuan
from ledger.times import HALL_TIME
from refunds.papers import tick_papers
from refunds.seen import see_case
from tests.backoffice.api.conftest import API, TESTER, Program
from tests.backoffice.visitors import HALL, PASSWORD, Visitor, let_everybody_in
from tests.builders import OpenHall, open_hall
from tests.databases import Databases
from tests.refunds.casing import BY_COMPLAINT, approve, ask, carry_out

NUMBER, MASKED = "18612345678", "186****5678"
PHONE_IN_NOTE, IN_NOTE = "13912345678", "139****5678"
FEN = 480_35
PAPERS = f"{HALL}/refunds/papers"
STATISTICS = f"{HALL}/refunds/statistics"


@dataclass(frozen=True, slots=True)
class World:
    """A hall with a case that only waits, one approved, and one carried out with its papers."""

    app: Flask
    hall: OpenHall
    submitted: str
    approved: str
    done: str

    def program(self, who: str) -> Program:
        """Give a program of a person."""
        with begin_work(self.hall.engine, TESTER) as uow:
            token = make_token(uow, person_id=self.hall.people[who].person_id, name="test")
        return Program(self.app, token)


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    """Give the engine of a database that all these tests share."""
    with databases.fresh("sqlite") as url:
        made = make_engine(url)
        yield made
        made.dispose()


@pytest.fixture(scope="module")
def world(engine: Engine) -> World:
    """Make the three cases today; the tests below stand in the order of what they change."""
    now = dt.datetime.now(dt.UTC)
    hall = open_hall(engine, "H001", days=[now.astimezone(HALL_TIME).date()])
    let_everybody_in(engine)
    asked = replace(BY_COMPLAINT, amount_fen=FEN, note=f"回访 {PHONE_IN_NOTE}")
    submitted, approved, done = (
        ask(hall, replace(asked, subscriber=subscriber), now=now)
        for subscriber in ("18600000031", "18600000032", NUMBER)
    )
    for number in (approved, done):
        approve(hall, number, "M01", now=now)
    carry_out(hall, done, "A02", now=now)
    with hall.work("A01", now=now) as uow:
        tick_papers(uow, hall=hall.hall, number=done, papers=["application", "complaint_record"])
    app = create_app(Config(secret_key="test"), engine=engine)
    return World(app, hall, submitted, approved, done)


def test_only_papers_that_the_state_allows_are_printed(world: World) -> None:
    clerk, auditor = Visitor(world.app, "A01"), world.program("J01")
    may = {
        world.submitted: {"application"},
        world.approved: set(CASE_PAPERS),
        world.done: set(CASE_PAPERS),
    }
    for number, printable in may.items():
        for paper in CASE_PAPERS:
            page = clerk.get(f"{HALL}/refunds/cases/{number}/{paper}.pdf")
            assert page.status_code == (200 if paper in printable else 409)
            assert page.data.startswith(b"%PDF") == (paper in printable)
            if paper not in printable:
                api = auditor.get(f"{API}{HALL}/refunds/cases/{number}/papers/{paper}.pdf")
                assert (api.status_code, api.get_json()["code"]) == (409, "paper_not_yet")
    api = auditor.get(f"{API}{HALL}/refunds/cases/{world.done}/papers/receipt.pdf?language=en")
    assert api.data.startswith(b"%PDF")
    missing = auditor.get(f"{API}{HALL}/refunds/cases/{world.done}/papers/invoice.pdf")
    assert missing.status_code == 404


def test_a_paper_states_the_amount_in_words_who_signed_what_and_no_full_number(
    world: World,
) -> None:
    hall = world.hall
    with hall.read("J01") as uow:
        case = see_case(uow, hall.hall, world.done)
        hashes = uow.session.scalars(
            text("SELECT hash FROM document_revisions WHERE document_id = :id"),
            {"id": case.document.id},
        ).all()
        for paper in CASE_PAPERS:
            told = paper_values(uow, hall.hall, case, paper, language="zh")
            words = repr(told)
            assert told["number"] == world.done
            assert (told["amount"], told["words"]) == (
                show_yuan(FEN, separators=True),
                amount_in_words(FEN),
            )
            assert MASKED in words
            assert NUMBER not in words
            assert PHONE_IN_NOTE not in words
            assert hashes[0] in words
            signed = [name for _, name, *_ in told["signatures"]]  # type: ignore[attr-defined]
            assert signed == ["员工A01", "员工M01"][: 1 if paper == "application" else 2]
        assert IN_NOTE in repr(paper_values(uow, hall.hall, case, "application", language="en"))
        receipt = paper_values(uow, hall.hall, case, "receipt", language="en")
        assert receipt["by_hand"] == ("Customer's signature", "Executor's signature")


def test_a_list_is_given_refused_and_taken_back_by_the_api(world: World) -> None:
    clerk, auditor = world.program("A01"), world.program("J01")
    address = f"{API}{HALL}/refunds/paper-list"

    def act(program: Program, name: str, number: str = "", **more: str) -> tuple[int, object]:
        body = {"act": name, "number": number, "password": PASSWORD, **more}
        answer = program.post(address, body)
        told: dict[str, object] = answer.get_json()
        return answer.status_code, told.get("state", told.get("code"))

    assert act(auditor, "give") == (403, "not_permitted")
    assert act(clerk, "give") == (200, "submitted")
    number = clerk.read(address)["lists"][-1]["number"]
    assert act(clerk, "give") == (409, "list_awaits_auditor")
    assert act(auditor, "refuse", number, reason="缺签名") == (200, "rejected")
    assert act(clerk, "give") == (200, "submitted")
    second = clerk.read(address)["lists"][-1]["number"]
    assert act(clerk, "take_back", second) == (200, "cancelled")
    for ending, start in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        assert auditor.get(f"{address}.{ending}").data.startswith(start)


def test_the_days_papers_are_given_and_taken_on_the_page(world: World) -> None:
    clerk, auditor = Visitor(world.app, "A01"), Visitor(world.app, "J01", "en")
    assert "齐全待交 1" in clerk.read(PAPERS)
    wrong = clerk.send(PAPERS, {"act": "give", "password": "wrong"}, page=PAPERS)
    assert wrong.status_code == 422
    given = clerk.send(PAPERS, {"act": "give", "password": PASSWORD}, page=PAPERS, follow=True)
    assert "待稽核签收" in given.text
    number = world.program("J01").read(f"{API}{HALL}/refunds/paper-list")["lists"][-1]["number"]
    fields = {"act": "take", "number": number, "password": PASSWORD}
    taken = auditor.send(PAPERS, fields, page=PAPERS, follow=True)
    assert "1 of the day with the auditor" in taken.text
    assert NUMBER not in taken.text
    for address in (f"{PAPERS}.pdf", f"{PAPERS}.pdf?list={number}"):
        assert auditor.get(address).data.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(auditor.get(f"{PAPERS}.xlsx?list={number}").data))
    cells = [str(cell.value) for row in book.worksheets[0].rows for cell in row]
    assert {world.done, MASKED, number} <= set(cells)
    assert NUMBER not in "".join(cells)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_chart_of_the_statistics_has_its_table(world: World, language: str) -> None:
    manager = Visitor(world.app, "M01", language)
    page = manager.read(STATISTICS)
    assert page.count('<svg class="chart"') == len(CHARTED)
    for name in CHARTED:
        part = page.partition(f'id="of-{name}"')[2].partition("</section>")[0]
        assert part.index('role="img"') < part.index("<table")
        assert part.count(show_yuan(FEN, separators=True)) >= 2
    assert MASKED in page
    assert NUMBER not in page
    assert manager.get(f"{STATISTICS}.pdf").data.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{STATISTICS}.xlsx").data))
    assert len(book.worksheets) >= len(CHARTED)
    assert Visitor(world.app, "A01").get(STATISTICS).status_code == 403


CHARTED = ("months", "kinds", "halls", "reasons", "tiers", "approvers", "clerks")


def test_statistics_by_the_api_are_the_ledgers_or_none(world: World) -> None:
    above = world.program("S01")
    address = f"{API}/refunds/statistics"
    told = above.read(f"{address}?halls=H001")
    sums = {
        table["list"]: sum(_fen(row["amount"]) for row in table["rows"])
        for table in told["tables"]
        if table["list"] in CHARTED
    }
    assert sums == dict.fromkeys(CHARTED, FEN)
    assert above.get(f"{address}.pdf?language=zh").data.startswith(b"%PDF")
    assert above.get(f"{address}.xlsx").data.startswith(b"PK")
    assert above.get(f"{address}?halls=H404").status_code == 404
    assert world.program("A01").get(address).status_code == 403
    with world.hall.work("S01") as uow:
        uow.session.execute(
            text("UPDATE documents SET amount_fen = amount_fen - 1 WHERE number = :number"),
            {"number": world.done},
        )
    refused = above.get(f"{address}?halls=H001")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "statistics_differ")
    assert Visitor(world.app, "M01").get(STATISTICS).status_code == 409


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
