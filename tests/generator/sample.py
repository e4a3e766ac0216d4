"""The sample hall's full day, written as its folder of files with vendor bills and a README."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.generator.closing import declare_day, settle_day
from tests.generator.desk import Desk
from tests.generator.sample_faults import SampleFault, spoil_papers, spoil_trade, transfer_note
from tests.generator.sample_goods import spoil_goods
from tests.generator.sample_hall import Sample, count_shelves, open_sample
from tests.generator.sample_refunds import refund_in_sample
from tests.generator.sample_trade import trade_sample
from tests.generator.vendor_bills import alipay_bill, fee_fen, wechat_bill
from tests.generator.world import Row, fen_of, yuan
from tests.generator.writing import write_day

FOLDER = "H001-2026-11-20"

_HEAD = """\
# 样例营业厅的一天 · A day of the sample hall

{hall}（H001），{date}：六名营业员、一台自助缴费机，账目 {lines} 行，微信与支付宝账单为渠道原格式。
人、厅、号码均为虚构。

{hall} (H001) on {date}: six clerks and a kiosk, {lines} account lines, the WeChat and Alipay
bills in the vendors' own format. People, hall and numbers are invented.

由 `python -m tests.generator sample sample` 逐字节重新生成。Made by that command, byte for byte.

## 埋下的差错 · Faults planted

稽核当天应当发现以下各项，除提示（note）外再无其他。The audit of the day finds exactly these,
besides notes.

| 规则 check | 对象 subject | 应为 expected | 实为 found | 差额 difference | 错在哪里 | in English |
|---|---|---|---|---|---|---|
"""

_NOTES = """
## 提示 · Notes

T05 `{subject}`：A06 的单位转账 1200.00 次日上午到账。A06's company transfer of 1200.00 reached the
bank the next morning.
"""


def write_sample(out: Path) -> list[SampleFault]:
    """Write the sample folder under `out`, the same bytes every time; give its planted faults."""
    sample, faults = _build()
    folder = out / FOLDER
    rows = sample.day.rows
    settlements = rows["settlements"]
    rows["settlements"] = _with_fees(settlements, {"pos", "transfer"})
    write_day(sample.hall, sample.day, folder)
    wechat = [row for row in settlements if row["tender"] == "wechat"]
    alipay = [row for row in settlements if row["tender"] == "alipay"]
    goods = f"{sample.hall.name},通信服务"
    (folder / "微信交易账单.csv").write_bytes(wechat_bill(wechat, goods=goods))
    bill = alipay_bill(alipay, date=sample.day.date, goods="通信服务")
    (folder / "支付宝业务明细.csv").write_bytes(bill)
    (folder / "README.md").write_bytes(_readme(sample, faults).encode())
    return faults


def _build() -> tuple[Sample, list[SampleFault]]:
    sample = open_sample()
    counters = trade_sample(sample)
    desks: dict[str, Desk] = dict(counters)
    faults = [*spoil_trade(sample, desks), *spoil_goods(sample, desks)]
    faults += refund_in_sample(sample, desks)
    rng = Random(sample.hall.code)
    settle_day(sample.hall, sample.day, rng)
    declare_day(sample.hall, sample.day, rng)
    faults += spoil_papers(sample)
    count_shelves(sample)
    sample.day.rows["accounts"].sort(key=lambda row: (row["accepted_at"], row["txn_no"]))
    return sample, sorted(faults, key=lambda fault: (fault.check, fault.subject))


def _with_fees(settlements: list[Row], tenders: set[str]) -> list[Row]:
    chosen = [row for row in settlements if row["tender"] in tenders]
    for row in chosen:
        if row["tender"] == "pos":
            row["fee"] = yuan(fee_fen(fen_of(row["amount"])))
    return chosen


def _readme(sample: Sample, faults: list[SampleFault]) -> str:
    count = len(sample.day.rows["accounts"])
    names = {"hall": sample.hall.name, "date": sample.day.date, "lines": count}
    out = _HEAD.format(**names).splitlines()
    out += [
        f"| {one.check} | `{one.subject}` | {one.expected or '–'} | {one.found or '–'} | "
        f"{one.difference or '–'} | {one.zh} | {one.en} |"
        for one in faults
    ]
    out += _NOTES.format(subject=transfer_note(sample)).splitlines()
    return "\n".join(out) + "\n"
