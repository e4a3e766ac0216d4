"""FIL-03: personal bills are recognised so as to be refused with advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from backoffice.workbook_reading import read_grid
from ledger.errors import BadInput
from ledger.evidence.files import read_file

PERSONAL = (
    "wechat_personal_2019-2021.csv",
    "wechat_personal_preciouss.xlsx",
    "status-cases_wechat.csv",
    "alipay_2019_web_16col.csv",
    "alipay_2021-06_app_11col.csv",
    "alipay_2023_app_12col.csv",
    "jd_wallet.csv",
    "status-cases_jd.csv",
)


@pytest.mark.parametrize("name", PERSONAL)
def test_fil_03_a_personal_bill_is_refused_with_advice(shared_data: Path, name: str) -> None:
    content = (shared_data / "cn-payment-bills" / name).read_bytes()
    with pytest.raises(BadInput, match="merchant platform") as refused:
        read_file(name, content, read_grid=read_grid)
    assert "个人账单,请从商户平台下载" in refused.value.message("zh")


def test_fil_03_the_first_cell_alone_tells_a_personal_bill() -> None:
    with pytest.raises(BadInput) as refused:
        read_file("a.csv", "微信支付账单明细,,,\n".encode(), read_grid=read_grid)
    assert "个人账单" in refused.value.message("zh")
