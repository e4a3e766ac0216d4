"""The columns of a hall folder's files in both header languages, as INTERFACES.md lists them."""

from __future__ import annotations

# A name that begins with a question mark may be left out of a file.
_TABLE = """
items: code 物品编码, name 名称, category 类别, tracking 管理方式, price 零售价, unit 单位
prices: item 物品编码, ?campaign 活动编码, price 价格, valid_from 生效, ?valid_to 失效
businesses: business 业务类型, ?needs_form 需受理单, ?invoice_due 开票时点, ?fee 标准资费
stock: document_no 单号, kind 类型, at 时间, item 物品编码, serial 串号, ?serial_to 止号,
  quantity 数量, clerk 工号, ?unit_cost 单价
counts: clerk 工号, item 物品编码, serial 串号, ?serial_to 止号, quantity 数量
invoice_books: invoice_code 发票代码, first_no 起号, last_no 止号, count 份数, carrier 形式,
  clerk 工号, ?used_to 已用至, ?drawn_at 领用时间
accounts: txn_no 流水号, line_no 行号, accepted_at 受理时间, ?business_date 营业日, clerk 工号,
  ?shift_no 班次号, business 业务类型, ?line_kind 行性质, subscriber 用户号码, due 应收,
  ?discount 优惠, ?campaign 活动编码, ?prepaid 预存, ?deferred 后付, received 实收,
  tender 支付方式, ?tender_ref 支付流水, ?terminal 终端号, ?batch_no 批次号,
  ?invoice_code 发票代码, ?invoice_no 发票号码, ?invoice_waived 未索票, ?item 物品编码,
  ?serial 串号, ?quantity 数量, ?form_no 受理单号, ?original_txn_no 原流水号,
  ?document_no 退减赠单号, ?correction_no 更正单号, ?pre_no 预受理单号, ?authoriser 授权工号,
  ?deposit 押金
tenders: txn_no 流水号, tender 支付方式, ?tender_ref 支付流水, amount 金额, ?terminal 终端号,
  ?batch_no 批次号, ?tendered 收款, ?change 找零
invoices: invoice_code 发票代码, invoice_no 发票号码, issued_at 开票时间, clerk 工号,
  amount 价税合计, status 状态, ?basis 开票依据, ?txn_no 流水号, ?original_code 原发票代码,
  ?original_no 原发票号码, ?original_date 原开票日期, ?original_amount 原金额, ?copies 联次,
  ?copies_recovered 收回联次, ?void_reason 作废原因, ?subscriber 用户号码, ?period 账期,
  ?digital_no 数电票号码
invoice_links: invoice_code 发票代码, invoice_no 发票号码, txn_no 流水号, ?amount 金额
settlements: tender 渠道, tender_ref 支付流水, ?refund_ref 退款流水, ?order_no 商户订单号,
  settled_at 交易时间, amount 金额, ?fee 手续费, ?terminal 终端号, ?batch_no 批次号
declarations: clerk 工号, ?shift_no 班次号, tender 支付方式, amount 金额, ?denominations 券别,
  ?float_kept 备用金
cash_moves: move_no 单号, at 时间, from 自, to 至, amount 金额, reason 事由, ?document_no 审批单号
deposits: slip_no 单号, step 环节, ?clerk 工号, amount 金额, deposited_on 日期,
  ?covers_date 所属日期, ?bank_receipt 银行回单号
refunds: document_no 单号, kind 类型, subscriber 用户号码, amount 金额, reason 原因,
  ?original_txn_no 原流水号, requester 申请人, requested_at 申请时间, ?approver 审批人,
  ?approved_at 审批时间, ?second_approver 第二审批人, ?executor 执行人, ?executed_at 执行时间,
  ?tender 支付方式, ?red_invoice_no 红字发票, ?customer_signed 客户签字, ?papers_handed_at 交单时间
adjustments: adjustment_no 调账流水, at 时间, clerk 工号, subscriber 用户号码, kind 类型,
  amount 金额, ?document_no 审批单号
roster: date 日期, clerk 工号, shift 班次, ?desk 台席
"""

CHINESE_FILE_NAMES = {
    "items": "物品",
    "prices": "价格",
    "businesses": "业务",
    "stock": "库存单据",
    "counts": "盘点",
    "invoice_books": "票据领用",
    "accounts": "账目",
    "tenders": "付款明细",
    "invoices": "发票",
    "invoice_links": "票账对应",
    "settlements": "到账",
    "declarations": "日结申报",
    "cash_moves": "现金往来",
    "deposits": "交款与解款",
    "refunds": "退减赠",
    "adjustments": "调账明细",
    "roster": "排班",
}


def _read_table() -> tuple[dict[str, dict[str, str]], dict[str, frozenset[str]]]:
    columns: dict[str, dict[str, str]] = {}
    required: dict[str, frozenset[str]] = {}
    for entry in _TABLE.strip().replace("\n  ", " ").splitlines():
        kind, _, listed = entry.partition(": ")
        pairs = [cell.split() for cell in listed.split(",")]
        columns[kind] = {english.lstrip("?"): chinese for english, chinese in pairs}
        required[kind] = frozenset(english for english, _ in pairs if not english.startswith("?"))
    return columns, required


# kind -> {english: 中文}, in the order of INTERFACES.md; and kind -> the names that must be there.
COLUMNS, REQUIRED = _read_table()


def recognise(header: list[str]) -> tuple[str, list[str]] | None:
    """Give the kind a header row belongs to and its English names, or None when there is none."""
    for kind, names in COLUMNS.items():
        in_english = {chinese: english for english, chinese in names.items()} | {
            english: english for english in names
        }
        if all(cell in in_english for cell in header):
            english_header = [in_english[cell] for cell in header]
            if REQUIRED[kind] <= set(english_header):
                return kind, english_header
    return None
