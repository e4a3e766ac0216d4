"""The pages of a day's end once the day is signed: no barrier for anyone, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import make_engine
from backoffice.receiving import receive_file
from ledger.work import system_actor
from tests.backoffice.browser.appearance import VIEWS, faults_of
from tests.backoffice.conftest import NEXT_EVENING, SAMPLE_DAY
from tests.backoffice.signed_sample import sign_sample
from tests.backoffice.visitors import DAY, HALL, PASSWORD, Visitor, copy_books

if TYPE_CHECKING:
    from playwright.sync_api import Page

LATE = (
    "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,tender_ref\n"
    "LATE1,1,2026-11-20 20:00:00,A01,缴费,,30.00,30.00,cash,\n"
)
pytestmark = pytest.mark.browser


class ClosedSample(NamedTuple):
    """The books of the sample whose day is closed, its bundle, and the batch that came too late."""

    books: Path
    bundle: str
    late: str


@pytest.fixture(scope="module")
def closed(audited_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> ClosedSample:
    """Sign the sample's day, close it, bundle it, and let a row of it come too late."""
    path = tmp_path_factory.mktemp("closed") / "sample.db"
    engine = make_engine(copy_books(audited_sample, path))
    sign_sample(engine, SAMPLE_DAY, NEXT_EVENING)
    manager = Visitor(create_app(Config(secret_key="test"), engine=engine), "M01")
    result, bundles = f"{DAY}/result", f"{HALL}/bundles"
    signed = manager.send(result, {"password": PASSWORD}, page=result)
    assert signed.status_code == 302
    days = {"from": str(SAMPLE_DAY), "to": str(SAMPLE_DAY)}
    bundle = manager.send(bundles, days, page=bundles).location
    late = receive_file(
        engine,
        system_actor("test"),
        hall_code="H001",
        date=SAMPLE_DAY,
        file_name="late.csv",
        content=LATE.encode(),
    )
    engine.dispose()
    return ClosedSample(path, bundle, f"{HALL}/batches/{late.intake_no}")


@pytest.fixture
def app(open_app: Callable[[Path], Flask], closed: ClosedSample) -> Flask:
    """Give the pages over a copy of it."""
    return open_app(closed.books)


@pytest.mark.parametrize("name", VIEWS)
def test_no_page_of_a_closed_day_has_a_barrier_or_is_cut_off(
    open_page: Callable[..., Page], closed: ClosedSample, name: str
) -> None:
    view = VIEWS[name]
    as_finance = {"result": f"{DAY}/result", "bundle": closed.bundle}
    as_department = {
        "late": closed.late,
        "overview": f"{HALL}/overview",
        "month-end": f"{HALL}/months/2026-11",
        "day-end": f"{DAY}/end",
        "liability": f"{DAY}/liability/C02/tender:A02/cash",
    }
    faults: list[str] = []
    for number, places in (("F01", as_finance), ("B01", as_department)):
        page = open_page(number, language=view.language)
        for place, address in places.items():
            answer = page.goto(address)
            assert answer is not None
            assert answer.ok, address
            faults += faults_of(page, f"closed-{place}-{name}", thorough=view.thorough)
    assert faults == []


def test_late_rows_are_seen_where_it_is_decided_what_becomes_of_them(
    app: Flask, closed: ClosedSample
) -> None:
    page = Visitor(app, "B01").read(closed.late)
    assert "LATE1" in page
    assert "2026-11-20 20:00" in page
