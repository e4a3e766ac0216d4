"""Findings of cash moves and deposits on their pages: what is held against what, in words."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.audit_work import run_day
from backoffice.receiving import receive_file
from ledger.work import system_actor
from tests.backoffice.conftest import NEXT_EVENING, SAMPLE_DAY
from tests.backoffice.visitors import DAY, Visitor

MOVES = """\
move_no,at,from,to,amount,reason,document_no
XJ901,2026-11-20 15:00:00,A01,petty,33.30,买水,
XJ902,2026-11-20 15:10:00,safe,,44.40,,
"""
SLIPS = """\
slip_no,step,clerk,amount,deposited_on,covers_date,bank_receipt
JK901,handin,A01,13579.24,2026-11-20,2026-11-20,
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("没有获批单据", "自保险柜至(未写明)", "超过尾款限额", "解款合计")),
        (
            "en",
            ("without an approved document", "to (not named)", "the limit is", "bank slips to"),
        ),
    ],
)
def test_each_finding_of_cash_shows_both_its_sides(
    app: Flask, language: str, said: tuple[str, ...]
) -> None:
    engine, system = app.extensions["backoffice_engine"], system_actor("cli")
    for name, text in (("moves.csv", MOVES), ("slips.csv", SLIPS)):
        receive_file(
            engine,
            system,
            hall_code="H001",
            date=SAMPLE_DAY,
            file_name=name,
            content=text.encode(),
        )
    run_day(engine, system, "H001", SAMPLE_DAY, now=NEXT_EVENING)
    auditor = Visitor(app, "J01", language)
    pages = [
        auditor.read(f"{DAY}/findings/{finding}")
        for finding in (
            "C08/move:XJ901",
            "C04/move:XJ902",
            "C07/tail:H001",
            "C09/deposit:2026-11-20",
        )
    ]
    for page, words in zip(pages, said, strict=True):
        assert words in page
    assert "33.30" in pages[0]
    assert "买水" in pages[0]
    assert "44.40" in pages[1]
    assert all("13,579.24" in page and "JK901" in page for page in pages[2:])
