"""Personal bills of WeChat, Alipay and JD: recognised so as to be refused with advice (FIL-03).

To take them in would be to take the hall's money through a private account (REC-05).
"""

from __future__ import annotations

from ledger.errors import BadInput, Problem
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.vendors.layouts import Layout
from ledger.text import Text

_FIRST_CELLS = (
    "微信支付账单明细",
    "支付宝交易记录明细查询",
    "电子客户回单",
    "支付宝支付科技有限公司",
)
_PREAMBLES = ("微信昵称", "支付宝账户", "京东账号名")
_HEADERS = (
    ("交易时间", "交易类型", "交易对方", "收/支", "金额(元)", "交易单号"),
    ("交易对方", "收/支", "金额", "交易状态", "商家订单号"),
    ("商户名称", "交易说明", "收/付款方式", "收/支", "金额"),
)
ADVICE = Text(
    "个人账单,请从商户平台下载。",
    "This is a personal bill: download the merchant's bill from the merchant platform.",
)


def _recognises(source: Source) -> bool:
    if any(mark in source.first_cell() for mark in _FIRST_CELLS):
        return True
    starts = [cells[0].strip() for _, cells in source.head if cells]
    if any(start.startswith(_PREAMBLES) for start in starts):
        return True
    return any(source.find_header(*header) for header in _HEADERS)


def _refuse(source: Source) -> Reading:
    assert source.head, "a file without rows is recognised as nothing"
    raise BadInput([Problem(ADVICE)])


LAYOUT = Layout("personal_bill", Text("个人账单", "personal bill"), _recognises, _refuse)
