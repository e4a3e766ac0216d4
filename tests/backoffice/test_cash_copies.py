"""Printed cash forms: each copy is named for who keeps it, and each signs as what he is."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from backoffice.cash_copies import FORMS, cash_form, copy_names
from backoffice.cash_papers import cash_paper, paper_values
from backoffice.database import make_engine
from ledger.cash.denominations import read_denominations
from ledger.cash.handover import hand_over
from ledger.cash.kinds import CASH_KINDS, RECEIPT
from ledger.cash.moves import CashMove, move_cash
from ledger.cash.seen import see_document
from ledger.text import Language
from tests.builders import OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import line, put
from tests.ledger.cash.working import begin, count, move, sign, unlock


@pytest.fixture(scope="module")
def hall(databases: Databases) -> Iterator[OpenHall]:
    """Give a hall for the papers."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        yield open_hall(engine, "P0001")
        engine.dispose()


def printed(hall: OpenHall, number: str, language: Language) -> tuple[Any, list[str]]:
    """Give the copies of a form, and what each signs as: who has signed, is asked, and by hand."""
    with hall.read("M01") as uow:
        document = see_document(uow, hall.hall, number)
        values: Any = paper_values(uow, hall.hall, document, language)
    signed = [f"{role} {name}" for role, name, *_ in values["signatures"]]
    return values["copies"], [*signed, *values["awaits"], *values["by_hand"]]


def test_every_form_of_money_between_two_has_a_copy_for_each() -> None:
    assert set(CASH_KINDS) <= set(FORMS)
    assert {len(form.copies) for name, form in FORMS.items() if name in CASH_KINDS} == {2, 3}
    for form in FORMS.values():
        for names in (copy_names(form.copies), form.copies, form.by_hand):
            assert len({one.zh for one in names}) == len({one.en for one in names}) == len(names)
    assert len(cash_form(RECEIPT, {}).copies) == 1
    assert len(cash_form(RECEIPT, {"gap": "-10000"}).copies) == 3


def test_a_day_s_forms_print_their_copies_in_both_languages(hall: OpenHall) -> None:
    begin(hall, "A01")
    put(hall, "accounts", line("T1", 300_00))
    count(hall, "A01", "100x3")
    hand_in = move(hall, "A01", "hand_in", 200_00, signed="M01", clerk="A01", receiver="M01")
    assert printed(hall, hand_in, "zh") == (
        ("第一联 交款人", "第二联 收款人", "第三联 财务"),
        ["交款人 员工A01", "收款人 M01 员工M01", "复核"],
    )
    unlock(hall)
    deposit = move(hall, "K01", "deposit", 200_00, signed="D01", receiver="D01", slip_no="S-1")
    assert printed(hall, deposit, "en")[0][1] == "Copy 2 of 3 · To the bank with the cash"
    with hall.read("M01") as uow:
        pdf = cash_paper(uow, hall.hall, deposit, language="en")
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    assert told.stdout.decode().count("Bank's stamp") == 3
    with hall.work("A01") as uow:
        notes = read_denominations("100x1")
        sheet = hand_over(uow, hall=hall.hall, clerk="A01", incoming="A02", notes=notes)
        number = sheet.number or ""
    sign(hall, "A02", number)
    # Who has signed is not asked for again.
    assert printed(hall, number, "zh")[1] == ["交班人 员工A01", "接班人 A02 员工A02", "监交人"]
    with hall.work("M01") as uow:
        stated = CashMove("hand_in", 50_00, clerk="A02", receiver="K01")
        made = move_cash(uow, hall=hall.hall, move=stated).number or ""
    assert printed(hall, made, "zh")[1] == ["代办人 员工M01", "收款人 K01", "复核"]
