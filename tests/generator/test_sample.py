"""The sample folder in the repository: made anew byte for byte, with just the faults it lists."""

from __future__ import annotations

from pathlib import Path

from tests.generator.sample import FOLDER, write_sample
from tests.oracle import find
from tests.oracle.reading import read_folders

_COMMITTED = Path(__file__).parents[2] / "sample" / FOLDER


def test_the_committed_sample_is_made_anew_byte_for_byte(tmp_path: Path) -> None:
    write_sample(tmp_path)
    made = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    assert made == {path.name: path.read_bytes() for path in _COMMITTED.iterdir()}


def test_the_sample_has_just_the_faults_it_lists(tmp_path: Path) -> None:
    listed = write_sample(tmp_path)
    found = find([tmp_path / FOLDER], "2026-11-20", now="2026-11-21T12:00:00")
    assert {one.key for one in found if one.severity != "note"} == {
        (fault.check, fault.subject, fault.difference) for fault in listed
    }
    assert [one.check for one in found if one.severity == "note"] == ["T05"]
    by_key = {one.key: one for one in found}
    for fault in listed:
        one = by_key[fault.check, fault.subject, fault.difference]
        assert (one.severity, one.expected or "", one.found or "") == (
            fault.severity,
            fault.expected,
            fault.found,
        )


def test_the_sample_is_a_full_day_of_six_clerks_and_a_kiosk() -> None:
    evidence = read_folders([_COMMITTED])
    lines = evidence.of("accounts")
    assert 390 <= len(lines) <= 450
    assert {line["clerk"] for line in lines} == {"A01", "A02", "A03", "A04", "A05", "A06", "Z01"}
    last = max(line["accepted_at"] for line in lines)
    assert "2026-11-20 17:00:00" < last < "2026-11-20 20:30:00"


def test_every_serial_of_the_sample_has_its_check_digit() -> None:
    def luhn(serial: str) -> int:
        doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(serial))]
        return sum(digit // 10 + digit % 10 for digit in doubled) % 10

    evidence = read_folders([_COMMITTED])
    serials = [
        row[end]
        for row in evidence.of("stock")
        for end in ("serial", "serial_to")
        if row.get(end) and not row["item"].startswith("CZK")
    ]
    assert len(serials) > 60
    assert {luhn(serial) for serial in serials} == {0}
    assert {len(serial) for serial in serials} == {15, 20}


def test_what_was_counted_is_what_was_drawn_less_what_was_sold_and_went_astray() -> None:
    evidence = read_folders([_COMMITTED])
    held: dict[tuple[str, str], int] = {}
    for row in evidence.of("stock"):
        moved = int(row["quantity"])
        if row["kind"] == "draw":
            held["", row["item"]] -= moved
        place = row["clerk"], row["item"]
        held[place] = held.get(place, 0) + moved
    for row in evidence.of("accounts"):
        if row.get("item"):
            held[row["clerk"], row["item"]] -= int(row["quantity"])
    counted: dict[tuple[str, str], int] = {}
    for row in evidence.of("counts"):
        place = row["clerk"], row["item"]
        counted[place] = counted.get(place, 0) + int(row["quantity"])
    differ = {key: counted[key] - held[key] for key in held if counted[key] != held[key]}
    # A06 sold A05's handset, and a pair of A04's earphones is gone.
    assert differ == {("A05", "SJ-YH5"): -1, ("A06", "SJ-YH5"): 1, ("A04", "PJ-EJ"): -1}
