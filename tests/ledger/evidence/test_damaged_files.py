"""Whatever is done to a file, it is read or refused in words: no other error leaves the reader."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ledger.errors import BadInput
from ledger.evidence.files import read_file
from ledger.evidence.kinds import KINDS
from tests.ledger.evidence.reading import no_workbook

INTRUDERS = (b'"', b",", b"\n", b"`", b"\t", b"#", b"\xff", b"\r", b"1e9", b"-", b"\x0b", b"\x00")
HALL_FILE = (
    "流水号,行号,受理时间,营业日,工号,业务类型,用户号码,应收,实收,支付方式,未索票\n"
    "T1,1,2026-11-20 09:00,2026-11-19,A01,缴费,18612345678,58.00,58.00,cash,1\n"
).encode()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(damaged) + 1)
        act = chance.randrange(4)
        if act == 0:
            del damaged[place : place + chance.randint(1, 60)]
        elif act == 1:
            damaged[place:place] = chance.choice(INTRUDERS)
        elif act == 2:
            start = chance.randrange(len(damaged) + 1)
            damaged[place:place] = damaged[start : start + 100]
        else:
            damaged = damaged[: max(place, 1)]
    return bytes(damaged)


def _read_or_refuse(name: str, content: bytes) -> None:
    try:
        reading = read_file(name, content, read_grid=no_workbook)
    except BadInput as refused:
        sentences = [refused.message("zh"), refused.message("en")]
    else:
        kind = KINDS[reading.kind]
        sentences = [kind.zh, kind.name]
        assert reading.columns == tuple(column.name for column in kind.columns)
        assert len(reading.rows) == len(reading.lines)
        assert all(len(row) == len(kind.columns) for row in reading.rows)
    assert all(sentences)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_hall_file_is_read_or_refused(seed: int) -> None:
    _read_or_refuse("accounts.csv", _damaged(HALL_FILE, random.Random(seed)))


def test_damaged_vendor_files_are_read_or_refused(shared_data: Path) -> None:
    chance = random.Random(20261120)
    samples = sorted((shared_data / "cn-payment-bills").glob("*.csv"))
    for path in samples:
        content = path.read_bytes()
        for _ in range(12):
            _read_or_refuse(path.name, _damaged(content, chance))
