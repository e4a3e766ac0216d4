"""A real merchant bill of WeChat Pay, taken in at the door by its content alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from backoffice.database import begin_read
from tests.scenarios.command_line import run
from tests.scenarios.made_halls import SYSTEM, open_hall

BILL = Path("cn-payment-bills/wechat_merchant_bill_ALL_2019-02-19.csv")
DAY = dt.date(2019, 2, 19)
STORED = """
SELECT COUNT(*), SUM(CASE WHEN amount > 0 THEN amount END),
       SUM(CASE WHEN amount < 0 THEN amount END), SUM(fee)
  FROM evidence_settlements WHERE tender = 'wechat'
"""


def test_the_bill_is_read_with_the_sums_its_footer_prints(
    database_url: str, open_engine: Callable[[str], Engine], tmp_path: Path, shared_data: Path
) -> None:
    engine = open_engine(database_url)
    open_hall(engine, tmp_path / "hall", code="W1", date=DAY)

    bill = str(shared_data / BILL)
    said = run(database_url, "import", bill, "--hall", "W1", "--date", f"{DAY}", "--json")

    assert (said.exit_code, said.errors) == (0, [])
    (intake,) = json.loads(said.output)["intakes"]
    assert (intake["kind"], intake["rows"]) == ("settlements", 45)
    sums = intake["sums"]
    assert (sums["paid"], sums["refunded"], sums["fee"]) == ("0.47", "0.14", "0.08")
    with begin_read(engine, SYSTEM) as uow:
        assert tuple(uow.session.execute(text(STORED)).one()) == (45, 47, -14, 8)
