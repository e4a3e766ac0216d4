"""Lists about goods over the API: rows by key, money as text, workbook and paper of the same."""

from __future__ import annotations

import io

import openpyxl
import pytest
from flask import Flask

from tests.backoffice.api.conftest import API, Program, program_of, told
from tests.backoffice.small_hall import DATE

GOODS = f"{API}/halls/T001/goods"
EMPTY_HERE = {
    "slow-movers", "loans", "care", "transfers", "counts", "price-requests", "unconfirmed"
}  # fmt: skip
IMEI = "867123050001009"


def test_on_hand_is_told_by_item_and_place(auditor: Program) -> None:
    listed = auditor.read(f"{GOODS}/on-hand")
    row = next(row for row in listed["rows"] if row["item"] == "SJ1")
    assert row["place:clerk A01"] == 1
    assert row["total"] == sum(n or 0 for key, n in row.items() if key.startswith("place:"))


def test_a_unit_s_life_is_told_by_any_name(auditor: Program) -> None:
    listed = auditor.read(f"{GOODS}/unit?serial={IMEI}")
    assert [(row["from"], row["to"]) for row in listed["rows"]] == [
        ("Supplier", "Store"),
        ("Store", "Clerk A01 甲一"),
    ]
    assert auditor.get(f"{GOODS}/unit?serial=nobody").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "on-hand",
        "item?item=SJ1",
        "serials?item=SJ1&place=A01",
        f"ages?on={DATE}",
        f"slow-movers?on={DATE}",
        f"advice?on={DATE}",
        f"ledger?on={DATE}",
        f"sheet?on={DATE}&place=A01",
        "month?month=2024-03",
        "month?month=2024-03&place=store",
        "worth",
        "oldest?item=SJ1",
        f"unit?serial={IMEI}",
        "papers?month=2024-03",
        "loans",
        "care",
        "transfers",
        "counts",
        "price-requests",
        f"unconfirmed?on={DATE}",
    ],
)
def test_the_workbook_has_just_the_rows_of_the_list(small_auditor: Program, name: str) -> None:
    listed = small_auditor.read(f"{GOODS}/{name}")
    answer = small_auditor.get(
        f"{GOODS}/{name.replace('?', '.xlsx?') if '?' in name else name + '.xlsx'}"
    )
    assert answer.status_code == 200
    page = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    names = tuple(column["name"] for column in listed["columns"])
    head = next(n for n, row in enumerate(rows) if row[: len(names)] == names)
    below = [row for row in rows[head + 1 :] if row[0] != "Total"]
    assert len(below) == len(listed["rows"])
    assert listed["rows"] or name.partition("?")[0] in EMPTY_HERE


def test_the_ledger_tiles(small_auditor: Program) -> None:
    rows = small_auditor.read(f"{GOODS}/ledger?on={DATE}&place=store")["rows"]
    for item in {row["item"] for row in rows}:
        own = [row for row in rows if row["item"] == item]
        change = sum((row["in"] or 0) - (row["out"] or 0) for row in own)
        assert own[0]["balance"] + change == own[-1]["balance"]


def test_the_sheet_is_printed_for_two_to_sign(small_auditor: Program) -> None:
    answer = small_auditor.get(f"{GOODS}/sheet.pdf?on={DATE}&place=A01")
    assert answer.data.startswith(b"%PDF")


def test_a_clerk_has_his_own_custody_and_no_more(small_app: Flask) -> None:
    clerk, other = program_of(small_app, "A01"), program_of(small_app, "A09")
    (row,) = [r for r in clerk.read(f"{GOODS}/on-hand")["rows"] if r["item"] == "SJ1"]
    assert row["total"] == 1
    assert "place:store" not in row
    assert clerk.read(f"{GOODS}/sheet?on={DATE}")["heading"]["Place"] == "Clerk A01 甲一"
    assert clerk.read(f"{GOODS}/serials?item=SJ1&place=A01")["rows"][0].keys() == {
        "serial",
        "since",
        "days",
    }
    assert other.read(f"{GOODS}/on-hand")["rows"] == []
    assert other.get(f"{GOODS}/serials?item=SJ1&place=A01").status_code == 404
    assert other.get(f"{GOODS}/unit?serial={IMEI}").status_code == 404
    assert clerk.get(f"{GOODS}/month").status_code == 403


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("nothing", 404, "unknown_list"),
        ("month?month=2024-13", 422, "wrong_period"),
        ("item?item=none", 404, "unknown_item"),
        ("serials?item=SJ1&place=A77", 404, "unknown_place"),
        ("ledger?on=5-3-2024", 422, "bad_input"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    small_auditor: Program, address: str, status: int, code: str
) -> None:
    answer = small_auditor.get(f"{GOODS}/{address}")
    assert (answer.status_code, told(answer)["code"]) == (status, code)


def test_stk_06_a_campaign_is_set_with_its_purpose_and_listed(small_app: Flask) -> None:
    manager, clerk = program_of(small_app, "M01"), program_of(small_app, "A01")
    address = f"{API}/halls/T001/campaigns"
    body = {"campaign": "JF1", "purpose": "points", "quota": 9, "valid_from": DATE}
    assert clerk.post(address, body).status_code == 403
    assert told(manager.post(address, body))["purpose"] == "points"
    # What is not said stays as it is.
    again = {"campaign": "JF1", "quota": 12, "valid_from": DATE, "valid_to": DATE}
    assert told(manager.post(address, again))["purpose"] == "points"
    wrong = {**body, "valid_to": "2000-01-01"}
    assert "campaign_ends_early" in manager.post(address, wrong).text
    assert manager.post(address, {**body, "purpose": "fun"}).status_code == 422
    (one,) = clerk.read(address)["campaigns"]
    assert (one["quota"], one["given"], one["valid_to"]) == (12, 0, DATE)
    (row,) = manager.read(f"{GOODS}/campaigns")["rows"]
    assert (row["campaign"], row["purpose"], row["left"]) == ("JF1", "Points exchange", 12)
    book = manager.get(f"{GOODS}/campaigns.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0].max_row > 2
