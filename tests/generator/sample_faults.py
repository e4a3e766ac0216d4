"""The faults of the sample day, each with the finding it must lead to and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.generator.desk import Desk
from tests.generator.faults.site import add_fen
from tests.generator.sample_hall import Sample
from tests.generator.scenes_undone import approve
from tests.generator.world import Row, clock, fen_of, yuan


@dataclass(frozen=True)
class SampleFault:
    """One finding the sample day must give, with both sides in yuan where the check has any."""

    check: str
    subject: str
    expected: str
    found: str
    zh: str
    en: str
    severity: str = "block"

    @property
    def difference(self) -> str | None:
        """Found minus expected, in pieces or yuan as they are, or None."""
        if not self.found:
            return None
        if "." not in self.found:
            return str(int(self.found) - int(self.expected))
        return yuan(fen_of(self.found) - fen_of(self.expected))


def spoil_trade(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    """Plant what goes wrong at the desks before the vendors settle and the clerks declare."""
    return [
        *_settlement_faults(desks),
        *_form_faults(sample, desks),
        *_invoice_faults(desks),
        *_rule_faults(desks),
    ]


def _settlement_faults(desks: dict[str, Desk]) -> list[SampleFault]:
    lost = desks["A03"].sale(5000, business="话费缴存", tender="wechat", invoice_waived="1")
    lost.lines[0]["_settle"] = "never"
    ref = lost.lines[0]["tender_ref"]
    slip = desks["A01"].sale(1000, business="话费缴存", tender="wechat", invoice_waived="1")
    slip.lines[0]["_settled_fen"] = "100.00"
    slip_ref = slip.lines[0]["tender_ref"]
    mixed = desks["A05"].sale(8800, business="话费缴存", tender="wechat", invoice_waived="1")
    mixed_ref = f"{mixed.at:%Y%m%d}22001{999_000_000_000_001:015d}"
    mixed.lines[0] |= {"tender_ref": mixed_ref, "_settle": "never"}
    late = desks["A06"].sale(120_000, business="话费缴存", tender="transfer", invoice_waived="1")
    late.lines[0]["_settled_at"] = "2026-11-21 09:05:00"
    return [
        SampleFault(
            "T01",
            f"ref:wechat/{ref}",
            "50.00",
            "0.00",
            "A03 记微信收款 50.00，微信账单没有这一笔（顾客出示的是未完成的付款页面）",
            "A03 booked a WeChat payment of 50.00 that the WeChat bill does not have",
        ),
        SampleFault(
            "T03",
            f"ref:wechat/{slip_ref}",
            "10.00",
            "100.00",
            "A01 少记一个零：账上 10.00，微信到账 100.00",
            "A01 left out a zero: 10.00 booked, 100.00 settled by WeChat",
        ),
        SampleFault(
            "T04",
            f"ref:wechat/{mixed_ref}",
            "",
            "",
            "A05 把支付宝付款 88.00 记成微信",
            "A05 booked an Alipay payment of 88.00 as WeChat",
        ),
    ]


def _form_faults(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    skipped = desks["A06"].paper_number()
    sale = desks["A06"].sale(9900, business="话费缴存", tender="cash")
    desks["A06"].invoice(sale, kind="paper")
    torn = desks["A01"].paper_number()
    desks["A01"].tick()
    desks["A01"].void(torn, 5000, copies_recovered="2", void_reason="客户要求改抬头")
    latest = max(desks["A02"].at, desks["A03"].at) + timedelta(minutes=4)
    desks["A03"].at = latest
    borrowed = desks["A02"].paper_number()
    sale = desks["A03"].sale(6000, business="话费缴存", tender="cash", at=latest)
    desks["A03"].register(borrowed, 6000, txn_no=sale.no)
    red = _red_letter_without_blue(desks["A04"])
    return [
        SampleFault(
            "P01",
            f"invoice:{skipped[0]}/{skipped[1]}",
            "",
            "",
            "A06 的号段跳了一号，没有任何登记",
            "A06's range skips this number; nobody registered it",
        ),
        SampleFault(
            "P03",
            f"invoice:{torn[0]}/{torn[1]}",
            "",
            "",
            "A01 作废，三联只收回两联",
            "A01 voided it with two of three copies recovered",
        ),
        SampleFault(
            "P05",
            f"invoice:{borrowed[0]}/{borrowed[1]}",
            "",
            "",
            "A03 用了 A02 领用的号码",
            "A03 used a number that A02 had drawn",
        ),
        SampleFault(
            "P07",
            f"invoice:/{red}",
            "",
            "",
            "A04 的红字发票 40.00，原票不是本厅的，又没有写原开票日期",
            "A04's red letter over 40.00 names another hall's invoice and not its date",
        ),
    ]


def _red_letter_without_blue(desk: Desk) -> str:
    back = desk.sale(-4000, business="话费缴存", tender="cash", line_kind="refund")
    approve(desk, back, "refund", fen=4000, original="")
    form = desk.e_number()
    desk.register(
        form,
        -4000,
        status="red",
        txn_no=back.no,
        original_no="26320000009900004711",
        original_amount="40.00",
    )
    return form[1]


def _invoice_faults(desks: dict[str, Desk]) -> list[SampleFault]:
    bare = desks["A04"].sale(19900, business="话费缴存", tender="cash")
    desks["A05"].tick()
    loose = desks["A05"].e_number()
    desks["A05"].register(loose, 6600)
    swapped = desks["A02"].sale(10200, business="话费缴存", tender="cash")
    form = desks["A02"].e_number()
    desks["A02"].register(form, 12000, txn_no=swapped.no)
    return [
        SampleFault(
            "X01",
            f"txn:{bare.no}",
            "199.00",
            "0.00",
            "A04 收款 199.00 没有开票，也没有注明未索票",
            "A04 received 199.00 without an invoice and without noting that none was wanted",
        ),
        SampleFault(
            "X02",
            f"invoice:/{loose[1]}",
            "0.00",
            "66.00",
            "A05 开出 66.00 的电子发票，没有对应的账",
            "A05 issued an e-invoice over 66.00 that belongs to no transaction",
        ),
        SampleFault(
            "X03",
            f"invoice:/{form[1]}",
            "102.00",
            "120.00",
            "A02 收款 102.00，发票开成 120.00（数字颠倒）",
            "A02 received 102.00 and invoiced 120.00 (digits transposed)",
        ),
    ]


def _rule_faults(desks: dict[str, Desk]) -> list[SampleFault]:
    desk = desks["A01"]
    first = desk.sale(10000, business="话费缴存", tender="cash", invoice_waived="1")
    named = first.lines[0]["subscriber"]
    at = desk.tick(185)
    cells: dict[str, Any] = {"tender": "cash", "invoice_waived": "1", "subscriber": named}
    again = desk.sale(10000, business="话费缴存", at=at, **cells)
    short = desks["A06"].sale(7300, business="话费缴存", tender="cash", due="78.00")
    desks["A06"].waive(short)
    form = desks["A03"].sale(9900, business="新入网", tender="cash", invoice_waived="1")
    cheap: dict[str, Any] = {
        "form_no": f"SLD{desk.day.date.replace('-', '')}90001",
        "invoice_waived": "1",
    }
    fee = desks["A04"].sale(1000, business="补换卡", tender="cash", **cheap)
    return [
        SampleFault(
            "X04",
            f"txn:{again.no}",
            "",
            "",
            "A01 三分钟内对同一号码收了两次 100.00",
            "A01 charged one subscriber 100.00 twice within about three minutes",
            severity="warn",
        ),
        SampleFault(
            "X05",
            f"txn:{short.no}",
            "78.00",
            "73.00",
            "A06 应收 78.00，实收 73.00，没有减免单",
            "A06 received 73.00 for 78.00 due, without a waiver",
        ),
        SampleFault(
            "X06",
            f"txn:{form.no}",
            "",
            "",
            "A03 办理新入网没有受理单",
            "A03 opened a number without a signed form",
            severity="warn",
        ),
        SampleFault(
            "X08",
            f"txn:{fee.no}",
            "20.00",
            "10.00",
            "A04 补换卡只收 10.00，标准资费 20.00",
            "A04 charged 10.00 for a card whose standard fee is 20.00",
            severity="warn",
        ),
    ]


def spoil_papers(sample: Sample) -> list[SampleFault]:
    """Plant what goes wrong in the vendors' files, the declarations and the slips."""
    rows = sample.day.rows
    _add_alipay(rows["settlements"], "88.00", "999000000000001")
    stray = _add_alipay(rows["settlements"], "30.00", "999000000000002")
    short = next(r for r in rows["declarations"] if (r["clerk"], r["tender"]) == ("A02", "cash"))
    computed = short["amount"]
    add_fen(short, "amount", -1000)
    short.pop("denominations", None)
    own = [r for r in rows["deposits"] if r["step"] == "handin" and r.get("clerk") == "A02"]
    add_fen(own[0], "amount", -1000)
    slip = [r for r in rows["deposits"] if r["step"] == "handin" and r.get("clerk") == "A04"]
    due = sum(fen_of(r["amount"]) for r in slip)
    add_fen(slip[0], "amount", -10000)
    bank = _bank_slips(sample)
    return [
        SampleFault(
            "C02",
            "tender:A02/cash",
            computed,
            short["amount"],
            "A02 现金短款 10.00",
            "A02's cash is 10.00 short",
        ),
        SampleFault(
            "C05",
            "handin:A04",
            yuan(due),
            yuan(due - 10000),
            "A04 少交款 100.00",
            "A04 handed in 100.00 less than declared",
        ),
        SampleFault(
            "C06",
            f"slip:{bank}",
            "",
            "",
            "第二张解款单没有银行回单",
            "the second bank slip has no bank receipt",
            severity="warn",
        ),
        SampleFault(
            "T02",
            f"ref:alipay/{stray}",
            "0.00",
            "30.00",
            "支付宝到账 30.00，账上没有",
            "Alipay settled 30.00 that nobody booked",
        ),
    ]


def _add_alipay(rows: list[Row], amount: str, serial: str) -> str:
    ref = f"2026112022001{serial}"
    at = "2026-11-20 15:41:09" if amount == "30.00" else "2026-11-20 17:20:31"
    order = f"H0012026112099{serial[-4:]}"
    cells = {"tender": "alipay", "tender_ref": ref, "order_no": order}
    rows.append(cells | {"settled_at": at, "amount": amount})
    return ref


def _bank_slips(sample: Sample) -> str:
    """Take the hand-ins to the bank in two slips; the second comes back without receipt."""
    rows = sample.day.rows["deposits"]
    slip = next(row for row in rows if row["step"] == "bank")
    handed = sum(fen_of(row["amount"]) for row in rows if row["step"] == "handin")
    evening = handed // 3 // 10000 * 10000
    slip["amount"] = yuan(handed - evening)
    no = f"{slip['slip_no']}-2"
    rows.append(slip | {"slip_no": no, "amount": yuan(evening), "bank_receipt": ""})
    return no


def transfer_note(sample: Sample) -> str:
    """Give the subject of the transfer that reached the bank the next morning."""
    for row in sample.day.rows["accounts"]:
        if row.get("_settled_at", "") > clock(sample.day.at("23:59:59")):
            return f"ref:transfer/{row['tender_ref']}"
    raise LookupError
