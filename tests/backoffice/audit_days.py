"""Hall-days as the audit gives them, made by hand: ordinary, signed, empty and crowded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from ledger.audit.day import (
    CheckResult,
    DayAudit,
    FindingView,
    InvoiceRangeUse,
    Source,
    Total,
)
from ledger.text import Text
from ledger.times import HALL_TIME

DATE = dt.date(2026, 11, 20)
EVENING = dt.datetime(2026, 11, 20, 21, 40, tzinfo=HALL_TIME)
CONTENT_HASH = "5f" * 32
CHAIN_HASH = "c3a1" * 16

CLERKS = {
    "A01": "李晓梅",
    "A02": "王建国",
    "A03": "欧阳静",
    "A04": "陈思远",
    "A05": "赵敏",
    "A06": "周文博",
    "K01": "自助终端一号",
}
TENDERS = ("cash", "pos", "wechat", "alipay")

FINDINGS = (
    FindingView(
        check="C02",
        name=Text("长短款", "Over or short"),
        clerk="A01",
        clerk_name="李晓梅",
        subject="tender:A01/cash",
        expected=1_200_00,
        found=1_190_00,
        difference=-10_00,
        severity="block",
        state="open",
        message=Text(
            "现金应有 1200.00,申报 1190.00,短款 10.00。",
            "Cash should be 1200.00, declared 1190.00: short by 10.00.",
        ),
        remedy=Text("复点抽屉;仍不符的填差错更正单。", "Count again, or write a correction slip."),
        rule="CHECKS C02",
        override="tier",
        turn="clerk",
    ),
    FindingView(
        check="X01",
        name=Text("有账无票", "No invoice"),
        clerk="A02",
        clerk_name="王建国",
        subject="txn:2026112000012",
        expected=58_00,
        found=0,
        difference=-58_00,
        severity="block",
        state="answered",
        message=Text(
            "流水 2026112000012 收款 58.00,未开票,也未登记未索票。联系人 13912345678。",
            "Transaction 2026112000012 took 58.00 and has no invoice. Contact 13912345678.",
        ),
        remedy=Text(
            "补开发票,或由客户确认未索票后更正。", "Issue the invoice, or note it was waived."
        ),
        rule="CHECKS X01",
        override="tier",
        turn="auditor",
    ),
    FindingView(
        check="P01",
        name=Text("缺号/跳号", "Missing number"),
        clerk="A02",
        clerk_name="王建国",
        subject="invoice:044001911211/12897794",
        expected=None,
        found=None,
        difference=None,
        severity="block",
        state="open",
        message=Text(
            "号码 12897794 没有去向:未开具、未作废。",
            "Number 12897794 is neither issued nor void.",
        ),
        remedy=Text(
            "查存根,补登或登记丢失。", "Look at the stub; register it, or report its loss."
        ),
        rule="CHECKS P01",
        override="nobody",
        turn="clerk",
    ),
    FindingView(
        check="T04",
        name=Text("支付方式记错", "Wrong tender"),
        clerk="A04",
        clerk_name="陈思远",
        subject="ref:wechat/4200002511202611201234567890",
        expected=None,
        found=None,
        difference=None,
        severity="block",
        state="accepted",
        message=Text(
            "该流水以微信记账,实际由支付宝到账 128.00。",
            "Booked as WeChat, but it was settled by Alipay for 128.00.",
        ),
        remedy=Text("更正支付方式。", "Correct the tender."),
        rule="CHECKS T04",
        override="auditor",
        turn="auditor",
    ),
    FindingView(
        check="X04",
        name=Text("重复收费", "Charged twice"),
        clerk="A05",
        clerk_name="赵敏",
        subject="txn:2026112000187",
        expected=None,
        found=None,
        difference=None,
        severity="warn",
        state="overridden",
        message=Text(
            "同一用户同一业务 10 分钟内收费两次,各 30.00。",
            "One subscriber paid 30.00 twice for the same business within 10 minutes.",
        ),
        remedy=Text("向客户核实,多收的冲正。", "Ask the customer; reverse what was too much."),
        rule="CHECKS X04",
        override="auditor",
        turn="",
    ),
    FindingView(
        check="D01",
        name=Text("来源缺失", "Source missing"),
        clerk="",
        clerk_name="",
        subject="source:settlements:alipay",
        expected=None,
        found=None,
        difference=None,
        severity="note",
        state="open",
        message=Text(
            "支付宝到账应于 2026-11-21 12:00 前送达。",
            "Alipay settlements are due by 2026-11-21 12:00.",
        ),
        remedy=Text("到期后导入账单。", "Import the bill when it is due."),
        rule="CHECKS D01",
        override="nobody",
        turn="auditor",
    ),
)

RANGES = (
    InvoiceRangeUse(
        invoice_code="044001911211",
        first_no="12897701",
        last_no="12897800",
        clerk="A02",
        clerk_name="王建国",
        used=("12897751-12897793", "12897795-12897797"),
        void=("12897760-12897760",),
        red=("12897796-12897796",),
        missing=("12897794-12897794",),
        used_count=46,
    ),
    InvoiceRangeUse(
        invoice_code="044001911211",
        first_no="00012001",
        last_no="00012200",
        clerk="A04",
        clerk_name="陈思远",
        used=("00012001-00012057",),
        void=(),
        red=(),
        missing=(),
        used_count=57,
    ),
)

SOURCES = (
    Source("accounts", Text("账目", "Accounts"), "arrived", EVENING, 412, 63_481_20, (1,)),
    Source("invoices", Text("发票", "Invoices"), "arrived", EVENING, 103, 41_207_00, (2,)),
    Source(
        "declarations", Text("日结申报", "Declarations"), "arrived", EVENING, 26, 63_412_20, (3,)
    ),
    Source("deposits", Text("交款与解款", "Deposits"), "arrived", EVENING, 7, 18_204_00, (4,)),
    Source("settlements:pos", Text("到账 POS", "POS settlements"), "nil", EVENING, 0, None, ()),
    Source(
        "settlements:wechat",
        Text("到账 微信", "WeChat settlements"),
        "arrived",
        EVENING,
        118,
        21_830_50,
        (5, 6),
    ),
    Source(
        "settlements:alipay",
        Text("到账 支付宝", "Alipay settlements"),
        "awaited",
        EVENING + dt.timedelta(days=1),
        0,
        None,
        (),
    ),
)

CODES = (
    *(f"C{number:02d}" for number in (1, 2, 3, 5, 6)),
    *(f"T{number:02d}" for number in range(1, 6)),
    *(f"P{number:02d}" for number in (1, 2, 3, 5, 6, 7, 9)),
    *(f"X{number:02d}" for number in (1, 2, 3, 4, 5, 6, 8)),
    "D01",
)


def ordinary_day() -> DayAudit:
    """Give a day of seven clerks and four tenders with a dozen findings, calculated, not signed.

    A01 is short 10.00 in cash and over 5.00 by POS; A05 declared nothing.
    """
    return DayAudit(
        hall="H001",
        hall_name="人民路营业厅",
        date=DATE,
        data_status="partial",
        audit_status="calculated",
        hall_status="working",
        run_at=EVENING,
        totals=tuple(
            _total(number, clerk, tender)
            for number, clerk in enumerate(CLERKS)
            for tender in TENDERS
            if clerk != "K01" or tender != "cash"
        ),
        checks=_checks(FINDINGS * 2),
        findings=FINDINGS * 2,
        sources=SOURCES,
        invoice_ranges=RANGES,
        chain_event=1827,
        chain_hash=CHAIN_HASH,
        content_hash=CONTENT_HASH,
    )


def signed_day() -> DayAudit:
    """Give the same day as the auditor signed it."""
    return replace(
        ordinary_day(), data_status="complete", audit_status="audited", hall_status="submitted"
    )


def empty_day() -> DayAudit:
    """Give a day of which nothing is known yet."""
    return replace(
        ordinary_day(),
        data_status="expected",
        audit_status="unaudited",
        run_at=None,
        totals=(),
        checks=(),
        findings=(),
        sources=(),
        invoice_ranges=(),
        content_hash="",
    )


def crowded_day() -> DayAudit:
    """Give a day of large sums, eight tenders, many ranges and two hundred findings."""
    day = ordinary_day()
    tenders = (*TENDERS, "transfer", "digital_rmb", "cheque", "store_voucher")
    findings = tuple(
        replace(
            FINDINGS[number % len(FINDINGS)],
            subject=f"txn:20261120{number:012d}/with-a-very-long-reference-{'0123456789' * 3}",
            expected=9_999_999_999_99 - number,
            found=-9_999_999_999_99,
            difference=-19_999_999_999_98 + number,
        )
        for number in range(200)
    )
    scattered = tuple(f"{n:08d}-{n:08d}" for n in range(12897701, 12897801, 2))
    return replace(
        day,
        hall_name="中国某某通信集团股份有限公司某某省某某市人民中路旗舰营业厅(二部)",
        totals=tuple(
            Total(clerk, name, tender, 99_999_999_99, 99_999_989_99, -10_00)
            for clerk, name in CLERKS.items()
            for tender in tenders
        ),
        checks=_checks(findings),
        findings=findings,
        invoice_ranges=tuple(
            replace(used, used=scattered, missing=scattered) for used in RANGES * 6
        ),
    )


def _total(number: int, clerk: str, tender: str) -> Total:
    computed = 1_250_00 * (number + 1) + 317_35 * TENDERS.index(tender) if tender in TENDERS else 0
    gap = {("A01", "cash"): -10_00, ("A01", "pos"): 5_00, ("A03", "wechat"): -128_00}
    difference = gap.get((clerk, tender), 0)
    if clerk == "A05":
        return Total(clerk, CLERKS[clerk], tender, computed, None, None)
    return Total(clerk, CLERKS[clerk], tender, computed, computed + difference, difference)


def _checks(findings: tuple[FindingView, ...]) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(code, Text(code, code), sum(f.check == code for f in findings))
        for code in CODES
    )
