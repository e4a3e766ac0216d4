"""Made-up halls: ordinary days are clean, every fault is found, the same seed is the same bytes."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.generator import FAULTS, build_hall, make_hall
from tests.generator.faults import Fault
from tests.oracle import CHECKS, find


def _next_noon(day: str) -> str:
    return f"{date.fromisoformat(day) + timedelta(days=1)}T12:00:00"


@pytest.mark.parametrize("seed", range(1, 13))
def test_ordinary_messy_days_raise_nothing_but_notes(tmp_path: Path, seed: int) -> None:
    hall = make_hall(tmp_path, seed=seed, days=3, txns=40)
    for day in hall.dates:
        found = find(hall.folders, day, now=_next_noon(day))
        assert [one for one in found if one.severity != "note"] == []


def test_ordinary_days_are_messy_enough_to_raise_notes(tmp_path: Path) -> None:
    hall = make_hall(tmp_path, seed=2, days=3, txns=60)
    notes = [one.check for day in hall.dates for one in find(hall.folders, day)]
    assert "T05" in notes


def test_ordinary_days_move_goods_in_every_way() -> None:
    moved: Counter[str] = Counter()
    for seed in range(1, 19):
        hall, _ = build_hall(seed=seed, days=3)
        for day in hall.days:
            moved.update(row["kind"] for row in day.rows["stock"])
            moved["counted"] += len(day.rows["counts"])
            for line in day.rows["accounts"]:
                if line.get("item"):
                    moved[line.get("line_kind", "sale")] += 1
                    earlier = line.get("original_txn_no", line["txn_no"])[:8]
                    moved["taken back later"] += earlier < line["txn_no"][:8]
                    moved["given"] += line["received"] == "0.00"
                    moved["under a campaign"] += bool(line.get("campaign"))
    ways = {"receipt", "draw", "return", "transfer_in", "transfer_out", "lend", "scrap", "counted"}
    ways |= {"sale", "refund", "reversal", "given", "taken back later", "under a campaign"}
    assert {way for way in ways if moved[way] < 5} == set()


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_at_least_five_faults(check: str) -> None:
    assert sum(fault.check == check for fault in FAULTS.values()) >= 5


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: str(fault.name))
def test_a_planted_fault_is_found_where_it_was_planted(tmp_path: Path, fault: Fault) -> None:
    days = max(2, fault.days_before + fault.days_after + 1)
    hall = None
    for seed in range(1, 40):
        hall = make_hall(tmp_path / str(seed), seed=seed, days=days, txns=12, faults=[fault.name])
        if hall.planted:
            break
    assert hall is not None
    assert hall.planted
    for planted in hall.planted:
        found = find(hall.folders, planted.date)
        keys = {one.key for one in found}
        subjects = {(one.check, one.subject) for one in found}
        if planted.found:
            assert (planted.check, planted.subject, planted.difference) in keys
        else:
            assert (planted.check, planted.subject) not in subjects


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first = make_hall(tmp_path / "first", seed=7, days=2, faults=6)
    second = make_hall(tmp_path / "second", seed=7, days=2, faults=6)
    assert first.planted == second.planted
    for one, other in zip(first.folders, second.folders, strict=True):
        files = {path.name: path.read_bytes() for path in one.iterdir()}
        assert files == {path.name: path.read_bytes() for path in other.iterdir()}


def test_other_seeds_give_other_headers_and_encodings(tmp_path: Path) -> None:
    openings: Counter[bytes] = Counter()
    for seed in range(1, 13):
        hall = make_hall(tmp_path / str(seed), seed=seed, days=1, txns=8)
        table = next(
            path
            for path in sorted(hall.folders[0].glob("*.csv"))
            if path.stem in {"accounts", "账目"}
        )
        openings[table.read_bytes()[:5]] += 1
    assert set(openings) == {
        b"txn_n",
        b"\xef\xbb\xbftx",
        "流水号".encode("gb18030")[:5],
        "流水号".encode("utf-8-sig")[:5],
        "流水号".encode()[:5],
    }
