"""How each bank writes its statements: which columns say what, and how a sign is told (FIL-07)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.text import Text

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BankProfile:
    """One bank's layout, by column names.

    The amount has one of three forms. `signed`: one column with its sign. `came_in` and `went_out`:
    a column each. `size` with `direction`: an unsigned column and a word that contains one of
    `outward` where money went out.
    `status` with `sound`: rows whose status does not contain that word moved no money.
    """

    bank: str
    title: Text
    header: Names
    booked: Names
    clock: Names = ()
    at: Names = ()
    signed: str = ""
    came_in: str = ""
    went_out: str = ""
    size: str = ""
    direction: str = ""
    outward: Names = ()
    status: str = ""
    sound: str = ""
    currency: Names = ()
    balance: Names = ("余额",)
    party: Names = ()
    party_account: Names = ()
    memos: tuple[Names, ...] = ()
    order: Names = ()
    account: Names = ()


PROFILES = (
    BankProfile(
        bank="icbc",
        title=Text("工商银行借记卡明细", "ICBC debit statement"),
        header=("交易日期", "摘要", "钞/汇", "记账金额(收入)", "记账金额(支出)", "记账币种"),
        booked=("交易日期",),
        came_in="记账金额(收入)",
        went_out="记账金额(支出)",
        currency=("记账币种",),
        party=("对方户名",),
        memos=(("摘要",), ("交易场所",)),
    ),
    BankProfile(
        bank="icbc_credit",
        title=Text("工商银行信用卡明细", "ICBC credit card statement"),
        header=("交易日期", "记账日期", "摘要", "记账金额(收入)", "记账金额(支出)"),
        booked=("记账日期",),
        at=("交易日期",),
        came_in="记账金额(收入)",
        went_out="记账金额(支出)",
        currency=("记账币种",),
        party=("对方户名",),
        memos=(("摘要",), ("交易场所",)),
    ),
    BankProfile(
        bank="icbc_app",
        title=Text("工商银行交易流水", "ICBC transaction list"),
        header=("交易时间", "交易对方", "摘要", "收/支", "交易金额", "交易流水号", "交易渠道"),
        booked=("交易时间",),
        at=("交易时间",),
        size="交易金额",
        direction="收/支",
        outward=("支", "出"),
        status="交易状态",
        sound="成功",
        party=("交易对方",),
        memos=(("摘要",), ("备注",)),
        order=("交易流水号",),
    ),
    BankProfile(
        bank="boc",
        title=Text("中国银行交易流水", "Bank of China statement"),
        header=("记账日期", "记账时间", "币别", "金额", "余额", "交易名称", "附言"),
        booked=("记账日期",),
        clock=("记账时间",),
        signed="金额",
        currency=("币别",),
        party=("对方账户名",),
        party_account=("对方卡号/账号",),
        memos=(("交易名称",), ("附言",)),
        account=("借记卡号",),
    ),
    BankProfile(
        bank="cmb",
        title=Text("招商银行交易流水", "China Merchants Bank statement"),
        header=("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息"),
        booked=("记账日期",),
        signed="交易金额",
        currency=("货币",),
        balance=("联机余额",),
        party=("对手信息",),
        memos=(("交易摘要",), ("客户摘要",)),
    ),
    BankProfile(
        bank="abc",
        title=Text("农业银行明细", "Agricultural Bank statement"),
        header=("交易日期", "交易时间", "交易金额", "本次余额", "对手信息", "日志号"),
        booked=("交易日期",),
        clock=("交易时间",),
        signed="交易金额",
        balance=("本次余额",),
        party=("对手信息",),
        memos=(("交易摘要",), ("交易附言",)),
        order=("日志号",),
    ),
    BankProfile(
        bank="bocom",
        title=Text("交通银行明细", "Bank of Communications statement"),
        header=("交易日期", "交易时间", "借贷", "交易金额", "余额", "对方账号", "对方户名"),
        booked=("交易日期",),
        clock=("交易时间",),
        size="交易金额",
        direction="借贷",
        outward=("借", "Dr"),
        party=("对方户名",),
        party_account=("对方账号",),
        memos=(("交易类型",), ("摘要",)),
    ),
    BankProfile(
        bank="spdb",
        title=Text("浦发银行明细", "SPD Bank statement"),
        header=("交易日期", "交易类型", "存入金额", "取出金额", "余额", "交易对手名称"),
        booked=("交易日期",),
        at=("交易日期",),
        came_in="存入金额",
        went_out="取出金额",
        party=("交易对手名称",),
        party_account=("交易对手账号",),
        memos=(("交易类型",), ("附言",)),
    ),
)
