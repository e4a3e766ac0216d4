"""A real merchant bill of WeChat Pay: its rows and the sums of its own footer, at the door."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.scenarios.command_line import run
from tests.scenarios.made_halls import SYSTEM, open_hall
from backoffice.receiving import receive_file

DAY = dt.date(2019, 2, 19)
BILL = Path("cn-payment-bills/wechat_merchant_bill_ALL_2019-02-19.csv")
