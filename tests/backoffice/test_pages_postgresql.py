"""The same pages over PostgreSQL, where a hall's rows are fenced off by the database too."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.database import make_engine
from backoffice.folder import load_folder
from tests.backoffice.goods_days import Sheet, open_today, serials_at
from tests.backoffice.visitors import DAY, HALL, SAMPLE, Visitor, let_everybody_in


def test_the_evening_is_the_same(postgresql_url: str, tmp_path: Path) -> None:
    engine = make_engine(postgresql_url)
    try:
        load_folder(engine, SAMPLE)
        let_everybody_in(engine)
        config = Config(database_url=postgresql_url, secret_key="test", state_folder=str(tmp_path))
        app = create_app(config, engine=engine)
        auditor = Visitor(app, "J01")
        assert auditor.send(f"{DAY}/run", {}, page=DAY).status_code == 302
        assert "/findings/X01/" in auditor.read(DAY)
        for address in (
            f"{HALL}/",
            f"{HALL}/days",
            f"{HALL}/findings",
            f"{HALL}/papers",
            f"{HALL}/papers/2026-RK-000001",
            f"{HALL}/transactions/2026112000342",
            f"{HALL}/invoices/031002600104/00260447",
            f"{HALL}/search?q=no-such-thing",
            f"{DAY}/totals/A02/cash",
            f"{DAY}/evidence/accounts?clerk=A01",
            f"{DAY}/findings/X03/invoice:/26312000001000000090",
            f"{DAY}/sign",
        ):
            auditor.read(address)
        clerk = Visitor(app, "A02")
        answer = {
            "act": "answer",
            "reason": "找零多付",
            "expected": "434030",
            "found": "433030",
        }
        address = f"{DAY}/findings/C02/tender:A02/cash"
        assert clerk.send(address, answer, page=address).status_code == 302
        assert "找零多付" in auditor.read(address)
        _work_with_goods(app)
    finally:
        engine.dispose()


def _work_with_goods(app: Flask) -> None:
    """Draw a card by scan, look at what is in hand, and reverse it."""
    open_today(app.extensions["backoffice_engine"])
    keeper = Visitor(app, "K01")
    serial = serials_at(app, "store", "SIM-5G")[0]
    sheet = Sheet(keeper, "draw", holder="A02")
    assert sheet.scan(serial)["verdict"] == "good"
    assert sheet.scan("12345")["verdict"] == "unknown"
    paper = sheet.send(holder="A02", good_only="1").location
    for page in ("custody?holder=A02", "loans", "transfers", "new"):
        keeper.read(f"{HALL}/goods/{page}")
    assert serial in serials_at(app, "clerk A02", "SIM-5G")
    clerk = Visitor(app, "A02")
    assert paper in clerk.read(f"{HALL}/papers")
    manager = Visitor(app, "M01")
    manager.send(paper, {"act": "reverse", "reason": "领错"}, page=paper)
    assert serial in serials_at(app, "store", "SIM-5G")
