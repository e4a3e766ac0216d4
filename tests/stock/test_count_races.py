"""Two people scanning at once: each piece is taken once, whoever was quicker, and none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from stock.count_rounds import finish_count
from stock.count_scans import scan_codes
from stock.counts import find_count
from tests.builders import OpenHall, receive_phones
from tests.stock.counting import begin, scan

PIECES = 40
AT_A_TIME = 4


def test_stk_11_two_people_scan_at_once_and_each_piece_is_taken_once(hall: OpenHall) -> None:
    names = hall.serials(PIECES)
    receive_phones(hall, names)
    number = begin(hall)

    def run(who: str, codes: list[str]) -> list[str]:
        verdicts: list[str] = []
        for start in range(0, PIECES, AT_A_TIME):
            with hall.work(who) as uow:
                taken = scan_codes(
                    uow, hall=hall.hall, count_no=number, codes=codes[start : start + AT_A_TIME]
                )
            verdicts += [one.verdict for one in taken]
        return verdicts

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(run, "A01", names), pool.submit(run, "J01", names[::-1])]
        verdicts = [verdict for one in both for verdict in one.result()]
    assert sorted(verdicts) == ["taken"] * PIECES + ["twice"] * PIECES
    with hall.work("A01") as uow:
        count = find_count(uow, hall.id, number)
        assert (count.taken, count.twice) == (PIECES, PIECES)
        assert finish_count(uow, hall=hall.hall, count_no=number).differences == ()


def test_stk_11_a_count_goes_on_exactly_where_it_was_after_a_break(hall: OpenHall) -> None:
    """Nothing of a batch that broke stands, and everything of those before it does."""
    names = hall.serials(6)
    receive_phones(hall, names)
    number = begin(hall)
    scan(hall, number, names[:2])
    with pytest.raises(ConnectionError):
        _scan_until_the_line_breaks(hall, number, names[2:4])
    other = hall.on(hall.engine)
    verdicts = [one.verdict for one in scan(other, number, names[1:])]
    assert verdicts == ["twice", "taken", "taken", "taken", "taken"]
    with hall.read() as uow:
        rows = uow.session.execute(
            text("SELECT COUNT(*) FROM count_scans WHERE hall_id = :hall AND count_no = :count"),
            {"hall": hall.id, "count": number},
        ).scalar_one()
    assert rows == 2 + 5


def _scan_until_the_line_breaks(hall: OpenHall, number: int, codes: list[str]) -> None:
    with hall.work("A01") as uow:
        scan_codes(uow, hall=hall.hall, count_no=number, codes=codes)
        raise ConnectionError
