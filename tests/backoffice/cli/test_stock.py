"""Stock documents on the command line: acting for a person who proves it with his password."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from backoffice.database import begin_work
from backoffice.identity import set_password
from ledger.times import HALL_TIME
from ledger.work import system_actor
from tests.backoffice.cli.conftest import Command
from tests.builders import OpenHall, open_hall
from tests.observing import held
from tests.stock.moving import know_goods, new_imei

PASSWORD = "a good long password"
TODAY = dt.datetime.now(HALL_TIME).date()


@pytest.fixture
def halls(sqlite_url: str, open_engine: Callable[[str], Engine]) -> tuple[OpenHall, OpenHall]:
    """Give two halls open today, whose people have a password."""
    engine = open_engine(sqlite_url)
    first, second = (open_hall(engine, code, days=[TODAY]) for code in ("H001", "H002"))
    know_goods(first)
    with begin_work(engine, system_actor("test")) as uow:
        for hall in (first, second):
            for number in ("K01", "A01", "A02", "S01", "M01"):
                set_password(uow, person_id=hall.people[number].person_id, password=PASSWORD)
    return first, second


def acting(command: Command, who: str, hall: str, *words: object) -> Any:
    """Run `stock ..` as a person; gives the JSON answered."""
    done = command(
        "stock", *words, "--hall", hall, "--as", who, "--password-stdin", "--json",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_keepers_day_on_the_command_line(
    small_command: Command, halls: tuple[OpenHall, OpenHall], tmp_path: Path
) -> None:
    serials = [new_imei() for _ in range(3)]
    goods = tmp_path / "goods.csv"
    rows = [f"P1,{one},600.00" for one in serials] + [f"P1,{serials[0]},600.00"]
    goods.write_text("\n".join(["item,serial,unit_cost", *rows]))
    refused = small_command(
        "stock", "receive", "--hall", "H001", "--file", goods, "--as", "K01", "--password-stdin",
        typed=PASSWORD + "\n",
    )  # fmt: skip
    assert refused.exit_code == 2
    assert "line 5" in refused.output
    assert held(halls[0]) == {}
    run = small_command
    taken = acting(run, "K01", "H001", "receive", "--file", goods, "--good-lines")
    assert (taken["good"], taken["posted"][4:8]) == (3, "-RK-")
    drawn = acting(run, "K01", "H001", "move", "draw", "--serial", serials[0], "--holder", "A01")
    assert drawn["state"] == "posted"
    lent = acting(
        run, "A01", "H001", "move", "borrow", "--serial", serials[0], "--holder", "A01",
        "--to", "A02",
    )  # fmt: skip
    assert lent["awaits"] == ["number:A02"]
    assert acting(run, "A02", "H001", "confirm", lent["number"])["state"] == "posted"
    slip = acting(run, "K01", "H001", "move", "scrap", "--serial", serials[1], "--reason", "进水")
    assert acting(run, "S01", "H001", "approve", slip["number"])["state"] == "posted"
    undone = acting(run, "M01", "H001", "reverse", slip["number"], "--reason", "误报")
    assert undone["state"] == "reversed"
    pdf = tmp_path / "slip.pdf"
    acting(run, "K01", "H001", "print", slip["number"], "--pdf", pdf)
    assert pdf.read_bytes().startswith(b"%PDF")


def test_a_transfer_on_the_command_line(
    small_command: Command, halls: tuple[OpenHall, OpenHall], tmp_path: Path
) -> None:
    run = small_command
    goods = tmp_path / "goods.csv"
    goods.write_text(f"item,serial\nP1,{new_imei()}\n")
    awaited = acting(run, "K01", "H001", "manifest", "--file", goods, "--reference", "D-9")
    acting(run, "K01", "H001", "receive", "--manifest", awaited["posted"])
    serial = goods.read_text().splitlines()[1].split(",")[1]
    sent = acting(
        run, "K01", "H001", "move", "transfer_out", "--serial", serial, "--fact", "to_hall=H002"
    )
    (under_way,) = acting(run, "K01", "H001", "transfers")
    assert (under_way["number"], under_way["missing"]) == (sent["number"], 1)
    (manifest,) = acting(run, "K01", "H002", "manifest")
    assert manifest["reference"] == sent["number"]
    acting(run, "K01", "H002", "receive", "--manifest", manifest["number"])
    assert acting(run, "K01", "H001", "transfers") == []
    assert held(halls[1])["store", "P1"] == 1
    # The system itself makes no document.
    refused = run("stock", "move", "draw", "--hall", "H002", "--serial", serial, "--holder", "A01")
    assert refused.exit_code == 1


def test_a_scan_sheet_on_the_command_line(
    small_command: Command, halls: tuple[OpenHall, OpenHall], tmp_path: Path
) -> None:
    run = small_command
    serials = [new_imei() for _ in range(2)]
    goods, loan = tmp_path / "goods.csv", new_imei()
    goods.write_text("\n".join(["item,serial", *(f"P1,{one}" for one in serials), f"L1,{loan}"]))
    acting(run, "K01", "H001", "receive", "--file", goods)
    begun = acting(run, "K01", "H001", "sheet", "open", "draw", "--fact", "holder=A01")
    codes = tmp_path / "codes.csv"
    codes.write_text("\n".join([*serials, "12345"]))
    said = acting(run, "K01", "H001", "sheet", "scan", begun["sheet"], "--file", codes)
    assert [one["verdict"] for one in said["scans"]] == ["good", "good", "unknown"]
    acting(run, "K01", "H001", "sheet", "scan", begun["sheet"], "--undo", said["scans"][2]["scan"])
    assert [one["sheet"] for one in acting(run, "K01", "H001", "sheet", "list")] == [begun["sheet"]]
    acting(run, "K01", "H001", "sheet", "state", begun["sheet"], "--fact", "holder=A02")
    assert acting(run, "K01", "H001", "sheet", "show", begun["sheet"])["scanned"] == 2
    made = acting(run, "K01", "H001", "sheet", "make", begun["sheet"])
    assert (made["state"], made["line_count"]) == ("posted", 2)
    assert acting(run, "A02", "H001", "custody")["in_hand"] == 2
    other = acting(run, "K01", "H001", "sheet", "open", "draw")
    assert acting(run, "K01", "H001", "sheet", "drop", other["sheet"])["state"] == "dropped"
    lent = ("--fact", "customer=王五", "--fact", "condition=好", "--fact", f"due_on={TODAY}")
    acting(run, "K01", "H001", "move", "lend", "--serial", loan, *lent)
    (out,) = acting(run, "K01", "H001", "loans")
    assert (out["serial"], out["days_late"]) == (loan, 0)


def test_a_file_is_a_document_of_any_kind_whole_or_not_at_all(
    small_command: Command, halls: tuple[OpenHall, OpenHall], tmp_path: Path
) -> None:
    run = small_command
    serials = [new_imei() for _ in range(2)]
    goods = tmp_path / "goods.csv"
    goods.write_text("\n".join(["item,serial,unit_cost", *(f"P1,{one},600.00" for one in serials)]))
    taken = acting(run, "K01", "H001", "move", "receipt", "--file", goods)
    assert taken["document"].split("-")[1] == "RK"
    bad = tmp_path / "draw.csv"
    bad.write_text(f"serial\n{serials[0]}\n{new_imei()}\n")
    draw = ("move", "draw", "--file", bad, "--holder", "A01")
    refused = run(
        "stock", *draw, "--hall", "H001", "--as", "K01", "--password-stdin", typed=PASSWORD + "\n"
    )
    assert refused.exit_code == 2
    assert "line 3" in refused.output
    assert held(halls[0])["store", "P1"] == 2
    acting(run, "K01", "H001", *draw, "--good-lines")
    assert held(halls[0])["clerk A01", "P1"] == 1


def test_labels_go_round_and_a_price_is_asked_for_on_the_command_line(
    small_command: Command, halls: tuple[OpenHall, OpenHall], tmp_path: Path
) -> None:
    run = small_command
    acting(run, "M01", "H001", "price", "set", "P1", "1999.00", "--from", TODAY)
    acting(run, "K01", "H001", "label", "place", "G1", "P1", "--campaign", "SPRING")
    acting(run, "K01", "H001", "label", "place", "G2", "P1")
    begun = acting(run, "K01", "H001", "label", "round", "begin")["round"]
    (scan,) = acting(run, "K01", "H001", "label", "round", "scan", begun, "G1@1")["scans"]
    assert scan["verdict"] == "wrong_price"
    done = acting(run, "K01", "H001", "label", "round", "finish", begun)
    assert (done["positions"], done["wrong"]) == (2, 2)
    found = {one["position"]: one["verdict"] for one in done["results"]}
    assert found == {"G1": "wrong_price", "G2": "missing"}
    book = tmp_path / "round.xlsx"
    acting(run, "K01", "H001", "label", "round", "show", begun, "--xlsx", book)
    assert book.read_bytes().startswith(b"PK")
    ask = ("price-request", "ask", "P1", "1799.00", "--from", TODAY, "--reason", "对面降价")
    number = acting(run, "K01", "H001", *ask)["number"]
    granted = acting(run, "S01", "H001", "price-request", "grant", number)
    assert granted["state"] == "granted"
    again = acting(run, "K01", "H001", *ask)["number"]
    acting(run, "S01", "H001", "price-request", "refuse", again, "--reason", "够低了")
    third = acting(run, "K01", "H001", *ask)["number"]
    acting(run, "K01", "H001", "price-request", "withdraw", third)
    states = [one["state"] for one in acting(run, "K01", "H001", "price-request", "list")]
    assert states == ["withdrawn", "refused", "granted"]


def test_stk_06_a_gift_says_what_its_campaign_gives_for(
    small_command: Command, halls: tuple[OpenHall, OpenHall]
) -> None:
    run = small_command
    acting(run, "K01", "H001", "move", "receipt", "--item", "G1", "--quantity", 5)
    acting(run, "K01", "H001", "move", "draw", "--item", "G1", "--quantity", 5, "--holder", "A01")
    said = ("--quota", "9", "--from", TODAY, "--purpose", "points", "--name", "积分换礼")
    made = acting(run, "M01", "H001", "campaign", "set", "JF1", *said)
    assert (made["purpose"], made["given"], made["valid_to"]) == ("points", 0, None)
    gift = ("--fact", "form_no=F1", "--fact", "campaign=JF1", "--fact", "recipient=18600000001")
    given = acting(
        run,
        "A01",
        "H001",
        "move",
        "gift",
        "--item",
        "G1",
        "--quantity",
        2,
        "--holder",
        "A01",
        *gift,
    )
    assert given["facts"]["purpose"] == "points"
    (listed,) = acting(run, "M01", "H001", "campaign", "list")
    assert (listed["campaign"], listed["quota"], listed["given"]) == ("JF1", 9, 2)
