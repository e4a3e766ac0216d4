"""Files of confirmation slips: new ones noted, known ones settled, or the file refused whole."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from backoffice.slip_files import read_slip_file
from invoices.red_slips import list_slips
from invoices.slip_files import SlipsTaken, take_slips
from ledger.errors import BadInput
from tests.builders import OpenHall, open_hall
from tests.invoices.marking import DIGITAL, LATER

HEAD = "确认单编号,原发票号码,金额,红冲原因,开具时间,状态"


@pytest.fixture
def hall(engine: Engine) -> OpenHall:
    """Give a hall of its own."""
    return open_hall(engine, "H001")


def take(hall: OpenHall, *rows: str, now: dt.datetime = LATER) -> SlipsTaken:
    content = "\n".join((HEAD, *rows)).encode()
    with hall.work("A01", now=now) as uow:
        lines = read_slip_file("slips.csv", content)
        return take_slips(uow, hall=hall.hall, name="slips.csv", lines=lines)


def states(hall: OpenHall) -> dict[str, str]:
    with hall.work("A01", now=LATER) as uow:
        return {slip.slip_no: slip.state for slip in list_slips(uow, hall.hall)}


def test_inv_07_slips_of_a_file_are_noted_and_settled_once(hall: OpenHall) -> None:
    waiting = f"QR-1,{DIGITAL},58.00,销货退回,2026-11-20 10:00,待确认"
    old = f"QR-2,{DIGITAL},-12.00,SALES_DISCOUNT,2026-11-01 10:00,已确认"
    assert take(hall, waiting, old) == SlipsTaken(opened=2, settled=0, same=0)
    assert states(hall) == {"QR-2": "confirmed", "QR-1": "waiting"}
    confirmed = waiting.replace("待确认", "已确认")
    assert take(hall, confirmed, old) == SlipsTaken(opened=0, settled=1, same=1)
    assert states(hall) == {"QR-2": "confirmed", "QR-1": "confirmed"}


def test_one_bad_line_refuses_the_file_and_every_bad_line_is_named(hall: OpenHall) -> None:
    good = f"QR-1,{DIGITAL},58.00,销货退回,,"
    with pytest.raises(BadInput) as refusal:
        take(
            hall,
            good,
            f"QR-2,{DIGITAL},abc,销货退回,,",
            f"QR-3,{DIGITAL},58.00,不知道,,",
            f"QR-4,{DIGITAL},58.00,销货退回,,办理中",
            f"QR-1,{DIGITAL},59.00,销货退回,,",
            "QR-5,2.5312E+19,58.00,销货退回,,",
        )
    assert [problem.line for problem in refusal.value.problems] == [3, 4, 5, 6, 7]
    assert states(hall) == {}
    with pytest.raises(BadInput):
        read_slip_file("slips.csv", "确认单编号,金额\nQR-1,58.00\n".encode())
