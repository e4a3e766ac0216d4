"""`stock ..`: items, prices and labels on the command line, acted on as a person alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ledger.times import HALL_TIME
from tests.backoffice.cli.conftest import Command

HALL = ("--hall", "T001")
TODAY = dt.datetime.now(HALL_TIME).date()
TOMORROW = TODAY + dt.timedelta(days=1)
PASSWORD = "a good long password"


@pytest.fixture
def manager(loaded: Command) -> Command:
    """Give the command line where the manager and a clerk have passwords."""
    for number in ("M01", "A01"):
        words = ("user", "password", number, *HALL, "--password-stdin")
        assert loaded(*words, typed=f"{PASSWORD}\n").exit_code == 0
    return loaded


def _as(command: Command, number: str, *words: object) -> Any:
    result = command(
        *words, *HALL, "--as", number, "--password-stdin", "--json", typed=f"{PASSWORD}\n"
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_items_are_listed_and_written_as_workbook(small_loaded: Command, tmp_path: Path) -> None:
    book = tmp_path / "items.xlsx"
    listed = small_loaded("stock", "items", *HALL, "--xlsx", book)
    assert "SJ1" in listed.stdout
    assert "1999.00" in listed.stdout
    assert book.read_bytes().startswith(b"PK")
    shown = small_loaded("stock", "item", "show", "SJ1", *HALL)
    assert "手机一号" in shown.stdout


def test_a_price_makes_labels_that_are_confirmed_and_printed(
    manager: Command, tmp_path: Path
) -> None:
    placed = _as(manager, "M01", "stock", "label", "place", "G1", "SJ1", "--place", "一号柜")
    assert placed["right"] is False
    price = ("stock", "price", "set", "SJ1", "1899.00", "--from", TOMORROW)
    assert _as(manager, "M01", *price)["labels"] == 1
    waiting = json.loads(manager("stock", "label", "tasks", *HALL, "--json").stdout)["labels"]
    assert [label["price"] for label in waiting] == ["1999.00", "1899.00"]
    pdf = tmp_path / "labels.pdf"
    printed = manager("stock", "label", "print", *HALL, "--waiting", TOMORROW, "--pdf", pdf)
    assert printed.exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    _as(manager, "A01", "stock", "label", "confirm", f"G1@{TODAY}")
    (shown,) = json.loads(manager("stock", "label", "list", *HALL, "--json").stdout)["positions"]
    assert (shown["shown"], shown["right"]) == ("1999.00", True)
    prices = json.loads(
        manager("stock", "price", "list", *HALL, "--date", TOMORROW, "--json").stdout
    )
    assert prices["prices"] == {"SJ1": "1899.00"}


def test_an_item_is_added_and_put_right(manager: Command) -> None:
    words = ("stock", "item", "add", "SJ2", "name=手机二号", "unit=台", "colour=白")
    assert _as(manager, "M01", *words, "--category", "handset")["colour"] == "白"
    assert _as(manager, "M01", "stock", "item", "set", "SJ2", "colour=黑")["colour"] == "黑"


def test_the_system_sets_nothing_and_bad_words_are_bad_input(small_loaded: Command) -> None:
    refused = small_loaded("stock", "price", "set", "SJ1", "1.00", *HALL, "--from", TOMORROW)
    assert refused.exit_code == 1
    assert small_loaded("stock", "item", "set", "SJ1", "colour", *HALL).exit_code == 2
    assert small_loaded("stock", "item", "set", "SJ1", "weight=9", *HALL).exit_code == 2
    bad = small_loaded("stock", "price", "set", "SJ1", "九元", *HALL, "--from", TOMORROW)
    assert bad.exit_code == 2
