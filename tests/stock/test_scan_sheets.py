"""Scanning towards a document: every code has its verdict, and none stops another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from stdnum import luhn

from ledger.units import find_units
from stock.scan_reading import codes_in, read_code
from stock.scan_sheets import (
    SheetClosed,
    UnknownSheet,
    codes_held_by,
    confirm_scan,
    count_sheet,
    drop_sheet,
    facts_of_sheet,
    find_sheet,
    judge_again,
    keep_facts,
    latest_lines,
    lines_of_sheet,
    open_sheet,
    open_sheets,
    take_scans,
    undo_scan,
)
from stock.scan_tables import ScanLine
from stock.scan_verdicts import ScanRule
from stock.sheet_documents import make_document
from tests.builders import OpenHall, move_phones, phone, receive_gifts, receive_phones

FROM_STORE = ScanRule(places=(("store", ""),))
NEW = "356938035643809"


def imeis(hall: OpenHall, count: int = 4) -> list[str]:
    """Give IMEIs of one type allocation code that no other hall of these tests has."""
    bodies = [f"86{hall.id:06d}{number:06d}" for number in range(1, count + 1)]
    return [body + luhn.calc_check_digit(body) for body in bodies]


def begin(hall: OpenHall, kind: str = "draw", who: str = "K01") -> int:
    with hall.work(who) as uow:
        return open_sheet(uow, hall=hall.hall, kind=kind, facts={}).id


def scan(
    hall: OpenHall, sheet_id: int, codes: Sequence[str], rule: ScanRule = FROM_STORE
) -> list[str]:
    with hall.work() as uow:
        sheet = find_sheet(uow, hall.hall, sheet_id, lock=True)
        return [line.verdict for line in take_scans(uow, hall.hall, sheet, codes, rule)]


@pytest.mark.parametrize(
    ("code", "serial", "verdict_is_clear"),
    [
        ("490154203237518", "490154203237518", True),
        (" 49-015420-323751-8 ", "490154203237518", True),
        ("49015420323751", "490154203237518", False),
        ("4901542032375101", "490154203237518", True),
        ("8986011234567890123", "89860112345678901237", False),
        ("a1000012345678", "A1000012345678", True),
        ("CZK50-001000", "CZK50-001000", True),
    ],
)
def test_a_code_is_read_as_the_number_it_is(code: str, serial: str, verdict_is_clear: bool) -> None:
    reading = read_code(code)
    assert reading.serial == serial
    assert reading.proposed is not verdict_is_clear


def test_a_quantity_and_a_run_are_read_from_one_line() -> None:
    assert read_code("g1*3", counted=["G1"]).quantity == 3
    run = read_code("8986011234567890100-8986011234567890199")
    assert (run.serial, run.quantity) == ("8986011234567890100", 100)
    assert read_code("100019-100000").refused is not None


def test_pasted_cells_give_one_code_a_line() -> None:
    pasted = (
        '490154203237518\n\nG1\t3\n"490154203237526",晨星,\n1000000000000001\t1000000000000009\n'
    )
    assert list(codes_in(pasted)) == [
        "490154203237518",
        "G1*3",
        "490154203237526",
        "1000000000000001-1000000000000009",
    ]


def test_one_bad_code_never_loses_the_batch(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers)
    receive_gifts(hall, 5)
    move_phones(hall, "draw", "store > clerk A02", numbers[3:])
    sheet = begin(hall)
    codes = [
        numbers[0],
        numbers[0],
        "490154203237519",
        NEW,
        numbers[3],
        "89860012345678901234",
        numbers[1][:14],
        "G1*3",
        numbers[2],
    ]
    assert scan(hall, sheet, codes) == [
        "good",
        "twice",
        "bad_code",
        "unknown",
        "wrong_place",
        "other_carrier",
        "proposed",
        "good",
        "good",
    ]
    with hall.read("K01") as uow:
        found = find_sheet(uow, hall.hall, sheet)
        count = count_sheet(uow, found)
        assert (count.scanned, count.of("twice"), count.refused) == (5, 1, 5)
        elsewhere = next(x for x in lines_of_sheet(uow, found) if x.verdict == "wrong_place")
        assert "A02" in elsewhere.note_zh
        assert "A02" in elsewhere.note_en


def test_a_unit_is_twice_by_any_of_its_names_and_across_scans(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:1])
    sheet = begin(hall)
    assert scan(hall, sheet, [numbers[0]]) == ["good"]
    assert scan(hall, sheet, [f"{numbers[0][:14]}01"]) == ["twice"]


def test_an_undone_scan_is_struck_and_can_be_scanned_again(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:1])
    sheet = begin(hall)
    scan(hall, sheet, [numbers[0]])
    with hall.work() as uow:
        found = find_sheet(uow, hall.hall, sheet, lock=True)
        line = latest_lines(uow, found, 1)[0]
        assert undo_scan(uow, found, line.line_no) is not None
        assert undo_scan(uow, found, line.line_no) is None
        assert count_sheet(uow, found).scanned == 0
    assert scan(hall, sheet, [numbers[0]]) == ["good"]


def test_a_proposed_digit_is_confirmed_by_a_person_or_by_the_whole_number(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:2])
    sheet = begin(hall)
    assert scan(hall, sheet, [numbers[0][:14], numbers[1][:14]]) == ["proposed", "proposed"]
    assert scan(hall, sheet, [numbers[0]]) == ["good"]
    with hall.work() as uow:
        found = find_sheet(uow, hall.hall, sheet, lock=True)
        waiting = [line for line in lines_of_sheet(uow, found) if line.verdict == "proposed"]
        assert [line.serial for line in waiting] == [numbers[1]]
        assert confirm_scan(uow, found, waiting[0].line_no) is not None
        assert count_sheet(uow, found).scanned == 2


def test_new_goods_need_an_item_and_must_not_be_in_the_books(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:1])
    with hall.work() as uow:
        phone(uow, "P2")
    sheet = begin(hall, "receipt")
    assert scan(hall, sheet, [NEW], ScanRule(brings=True)) == ["no_item"]
    rule = ScanRule(brings=True, item="P2")
    assert scan(hall, sheet, [numbers[0]], rule) == ["wrong_place"]
    with hall.work() as uow:
        found = find_sheet(uow, hall.hall, sheet, lock=True)
        judge_again(uow, hall.hall, found, rule)
        first = lines_of_sheet(uow, found)[0]
        assert (first.verdict, first.item) == ("good", "P2")
    assert scan(hall, sheet, [NEW], rule) == ["twice"]


def test_a_handset_tells_its_model_by_its_allocation_code(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:1])
    sheet = begin(hall, "receipt")
    assert scan(hall, sheet, [numbers[1]], ScanRule(brings=True)) == ["good"]
    with hall.work() as uow:
        phone(uow, "P2")
    assert scan(hall, sheet, [numbers[2]], ScanRule(brings=True, item="P2")) == ["good"]
    with hall.read("K01") as uow:
        last = lines_of_sheet(uow, find_sheet(uow, hall.hall, sheet))[-1]
        assert "P1" in last.note_zh


def test_a_manifest_tells_what_it_does_not_expect(hall: OpenHall) -> None:
    numbers = imeis(hall)
    with hall.work() as uow:
        phone(uow)
    sheet = begin(hall, "receipt")
    rule = ScanRule(brings=True, item="P1", expected={numbers[0]: "P1"})
    assert scan(hall, sheet, numbers[:2], rule) == ["good", "unexpected"]


def test_a_change_of_from_judges_again(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:2])
    move_phones(hall, "draw", "store > clerk A02", numbers[:1])
    sheet = begin(hall, "return")
    assert scan(hall, sheet, numbers[:2], ScanRule(places=(("clerk", "A01"),))) == [
        "wrong_place",
        "wrong_place",
    ]
    with hall.work() as uow:
        found = find_sheet(uow, hall.hall, sheet, lock=True)
        judge_again(uow, hall.hall, found, ScanRule(places=(("clerk", "A02"),)))
        verdicts = [line.verdict for line in lines_of_sheet(uow, found)]
    assert verdicts == ["good", "wrong_place"]


def test_all_a_clerk_holds_comes_as_codes(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:2])
    move_phones(hall, "draw", "store > clerk A02", numbers[:2])
    with hall.read("K01") as uow:
        assert codes_held_by(uow, hall.hall, "A02") == numbers[:2]
        assert codes_held_by(uow, hall.hall, "A01") == []


def test_a_sheet_is_its_person_s_own_and_goes_on_where_it_was(hall: OpenHall) -> None:
    sheet = begin(hall)
    with hall.work() as uow:
        keep_facts(uow, find_sheet(uow, hall.hall, sheet, lock=True), {"holder": "A01"})
    with hall.read("K01") as uow:
        assert [one.id for one in open_sheets(uow, hall.hall)] == [sheet]
        assert facts_of_sheet(find_sheet(uow, hall.hall, sheet)) == {"holder": "A01"}
    with hall.read("A01") as uow:
        assert open_sheets(uow, hall.hall) == []
        with pytest.raises(UnknownSheet):
            find_sheet(uow, hall.hall, sheet)


def test_a_dropped_sheet_takes_no_more_scans(hall: OpenHall) -> None:
    sheet = begin(hall)
    with hall.work() as uow:
        drop_sheet(uow, find_sheet(uow, hall.hall, sheet, lock=True))
    with hall.work() as uow, pytest.raises(SheetClosed):
        find_sheet(uow, hall.hall, sheet, lock=True)


def test_struck_scans_stay_on_record(hall: OpenHall) -> None:
    numbers = imeis(hall)
    receive_phones(hall, numbers[:1])
    sheet = begin(hall)
    scan(hall, sheet, [numbers[0]])
    with hall.work() as uow:
        found = find_sheet(uow, hall.hall, sheet, lock=True)
        undo_scan(uow, found, 1)
        assert lines_of_sheet(uow, found) == []
        assert uow.session.get(ScanLine, (hall.id, sheet, 1)) is not None


def test_two_imeis_of_one_label_are_one_handset(hall: OpenHall) -> None:
    numbers = imeis(hall)
    with hall.work() as uow:
        phone(uow)
    rule = ScanRule(brings=True, item="P1")
    sheet = begin(hall, "receipt")
    pair = f"{numbers[0]},{numbers[1]}"
    assert list(codes_in(f"{numbers[0]}\t{numbers[1]}\n")) == [f"{numbers[0]}/{numbers[1]}"]
    assert scan(hall, sheet, [pair, numbers[1], numbers[0]], rule) == ["good", "twice", "twice"]
    with hall.work() as uow:
        make_document(uow, hall.hall, find_sheet(uow, hall.hall, sheet, lock=True), {})
    with hall.read("K01") as uow:
        assert {unit.serial for unit in find_units(uow, numbers[1])} == {numbers[0]}
    again = begin(hall, "receipt")
    assert scan(hall, again, [f"{numbers[2]}/{numbers[1]}"], rule) == ["wrong_place"]
    assert scan(hall, begin(hall), [numbers[1]]) == ["good"]
