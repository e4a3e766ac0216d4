"""Made-up hall-days with planted faults: the audit finds what the oracle finds, on every date."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.generator import FAULTS, MadeHall, make_hall
from tests.scenarios.agreement import LONG_AFTER, differences, evening, load, next_noon

DAYS = 2
FAULTS_A_HALL = 20


@pytest.mark.parametrize("seed", range(101, 105))
def test_faulty_days_agree_with_the_oracle(engine: Engine, tmp_path: Path, seed: int) -> None:
    made = make_hall(tmp_path, seed=seed, days=DAYS, faults=FAULTS_A_HALL)
    load(engine, made)
    assert _differ(engine, made) == []


@pytest.mark.parametrize("letter", ["P", "X", "G", "R", "D"])
def test_every_fault_of_forms_account_goods_and_refunds_agrees_with_the_oracle(
    engine: Engine, tmp_path: Path, letter: str
) -> None:
    names = sorted(name for name in FAULTS if name.startswith(letter))
    made = make_hall(tmp_path, seed=301, days=3, faults=names, txns=20)
    assert len({planted.fault for planted in made.planted}) > len(names) // 2
    load(engine, made)
    moments = {date: [LONG_AFTER] for date in made.dates}
    assert [str(one) for one in differences(engine, made, moments=moments)] == []


def test_clean_halls_in_one_database_agree_with_the_oracle(engine: Engine, tmp_path: Path) -> None:
    halls = [make_hall(tmp_path / str(seed), seed=seed, days=DAYS) for seed in (201, 202, 203)]
    for made in halls:
        load(engine, made)
    assert [line for made in halls for line in _differ(engine, made)] == []


def _differ(engine: Engine, made: MadeHall) -> list[str]:
    moments = {date: [evening(date), next_noon(date), LONG_AFTER] for date in made.dates}
    return [str(difference) for difference in differences(engine, made, moments=moments)]
