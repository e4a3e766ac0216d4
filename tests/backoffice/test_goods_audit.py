"""Findings about goods and the exception queue, on page, API, paper, workbook and command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from backoffice.audit_work import run_day
from backoffice.cli import root
from backoffice.database import make_engine
from backoffice.folder import load_folder
from ledger.work import system_actor
from tests.backoffice.conftest import NEXT_EVENING, SAMPLE_DAY
from tests.backoffice.goods_audited import (
    NEVER_COUNTED,
    OF_A05,
    SOLD_BY_A03,
    UNCONFIRMED_IN_THE_SAMPLE,
    change_sample,
)
from tests.backoffice.visitors import DAY, HALL, Visitor, let_everybody_in
from tests.databases import Databases

MISSING = f"{DAY}/findings/G01/serial:A06/{NEVER_COUNTED}"
QUEUE = f"{DAY}/unconfirmed-sales"


@pytest.fixture(scope="module")
def changed_url(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a database with the changed sample, audited."""
    folder = change_sample(tmp_path_factory.mktemp("changed") / "H001")
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        load_folder(engine, folder)
        let_everybody_in(engine)
        run_day(engine, system_actor("test"), "H001", SAMPLE_DAY, now=NEXT_EVENING)
        engine.dispose()
        yield url


@pytest.fixture
def app(open_app: Callable[[Path], Flask], changed_url: str) -> Flask:
    """Serve a copy of it."""
    return open_app(Path(changed_url.removeprefix("sqlite:///")))


@pytest.mark.parametrize(
    ("language", "pieces", "now"), [("zh", "1 件", "现在"), ("en", "1 pcs", "Now at")]
)
def test_a_missing_serial_shows_pieces_and_leads_to_the_unit(
    app: Flask, language: str, pieces: str, now: str
) -> None:
    page = Visitor(app, "J01", language).read(MISSING)
    assert pieces in page
    assert "0.01" not in page
    assert now in page
    assert f'href="{HALL}/units/{NEVER_COUNTED}"' in page


@pytest.mark.parametrize(
    ("language", "reason"),
    [("zh", "不在售出人或其柜台手中"), ("en", "Not in the hands of the seller or his counter")],
)
def test_the_queue_names_the_line_its_unit_and_the_reason(
    app: Flask, language: str, reason: str
) -> None:
    page = Visitor(app, "J01", language).read(QUEUE)
    assert reason in page
    assert f'href="{HALL}/transactions/{SOLD_BY_A03}"' in page
    assert f'href="{HALL}/units/{OF_A05}"' in page
    assert QUEUE in Visitor(app, "J01", language).read(DAY)


def test_a_clerk_does_not_see_the_queue(app: Flask) -> None:
    assert Visitor(app, "A03").client.get(QUEUE).status_code in (302, 403, 404)


def test_the_manager_may_not_let_a_handset_go_missing(app: Flask) -> None:
    manager = Visitor(app, "M01")
    figures = {"expected": "1", "found": "0"}
    fields = {"act": "override", "reason": "丢失", "password": "a good long password", **figures}
    answer = manager.send(MISSING, fields, page=MISSING)
    assert "1299.00" in answer.get_data(as_text=True)


def _command(url: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", url)
    with pytest.raises(SystemExit) as ended:
        root.main(["--json", *words])
    assert ended.value.code in (0, None)


def test_the_command_line_gives_pieces_and_the_queue(
    changed_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--hall", "H001", "--date", "2026-11-20")
    _command(changed_url, monkeypatch, "audit", "show", *place)
    shown = json.loads(capsys.readouterr().out)
    (missing,) = [f for f in shown["findings"] if f["subject"].endswith(NEVER_COUNTED)]
    assert (missing["expected"], missing["found"], missing["difference"]) == ("1", "0", "-1")
    _command(changed_url, monkeypatch, "stock", "unconfirmed", *place)
    queue = json.loads(capsys.readouterr().out)
    assert [(one["txn_no"], one["serial"], one["reason"]) for one in queue["lines"]] == [
        (SOLD_BY_A03, OF_A05, "elsewhere"),
        *UNCONFIRMED_IN_THE_SAMPLE,
    ]


def test_the_api_gives_the_queue_and_takes_pieces_back(app: Flask) -> None:
    auditor = Visitor(app, "J01")
    queue = json.loads(auditor.client.get(f"/api/v1{QUEUE}").data)
    assert [one["reason"] for one in queue["lines"]] == [
        "elsewhere",
        *(reason for _, _, reason in UNCONFIRMED_IN_THE_SAMPLE),
    ]
    address = f"/api/v1{DAY}/finding?check=G01&subject=serial:A06/{NEVER_COUNTED}"
    finding = json.loads(auditor.client.get(address).data)
    assert finding["expected"] == "1"
    assert finding["facts"]["value_fen"] == "129900"


def test_the_workbook_keeps_pieces_apart_from_money(app: Flask, tmp_path: Path) -> None:
    book = Visitor(app, "J01").client.get(f"/api/v1{DAY}/report.xlsx")
    path = tmp_path / "day.xlsx"
    path.write_bytes(book.data)
    rows = [
        row
        for sheet in load_workbook(path)
        for row in sheet.iter_rows(values_only=True)
        if f"serial:A06/{NEVER_COUNTED}" in row
    ]
    assert [row[-2:] for row in rows] == [(1, 0)]
