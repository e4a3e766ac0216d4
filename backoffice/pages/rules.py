"""The rule behind each check, in one sentence for the finding's page (CHECKS, column `finds`)."""

from __future__ import annotations

from ledger.text import Text

RULES: dict[str, Text] = {
    "C01": Text(
        "当天有收款或备用金的人,下班前须申报日结。",
        "Whoever took payments or held a float that day declares before leaving.",
    ),
    "C02": Text(
        "每人每种支付方式:申报数应等于账上净收款,现金另加备用金和往来。人与人、种类之间不相抵。",
        "For each clerk and tender the declaration equals the net payments, for cash with float and"
        " moves. Nothing is netted between clerks or tenders.",
    ),
    "C03": Text(
        "今天的备用金应等于上一班留下的备用金。",
        "Today's opening float is what was kept at the last worked shift.",
    ),
    "C05": Text(
        "交款应等于申报现金减去留用的备用金。",
        "Hand-ins equal the declared cash less the float that is kept.",
    ),
    "C06": Text(
        "营业款按时解交银行,并有银行回单。",
        "Takings reach the bank by their due date, with a bank receipt.",
    ),
    "T01": Text(
        "账上的每笔渠道收款都应到账;退款在期限内到账。",
        "Every payment booked through a channel settles; a refund within its time.",
    ),
    "T02": Text("每笔到账都应有账。", "Every settlement has a payment in the books."),
    "T03": Text("同一笔款,账上金额应等于到账金额。", "Booked and settled amounts are the same."),
    "T04": Text(
        "支付方式应按实际到账的渠道记。", "A payment is booked under the tender that settled it."
    ),
    "T05": Text(
        "到账日与记账日不同属在途,只作提示。",
        "Settled on another date than booked is timing, and only noted.",
    ),
    "P01": Text(
        "领用号段按顺序使用,每个号码都要有去处。",
        "Drawn numbers are used in order, and each has a state.",
    ),
    "P02": Text("一个号码只开一次。", "A number is issued once."),
    "P03": Text(
        "作废须收回全部联次并写明原因;数电票不能作废。",
        "A void has all copies in hand and a reason; an e-invoice cannot be voided.",
    ),
    "P04": Text(
        "作废号码都登记在票本封面上。", "Every void number stands on the cover of its book."
    ),
    "P05": Text("只用自己领用的号码。", "A number is used by the person who drew it."),
    "P06": Text("号码与开票时间同序。", "Numbers and times of issue run in the same order."),
    "P07": Text(
        "红字须对应有效蓝字且不超其金额;外厅蓝字须写明原日期和金额。",
        "A red letter has a live original and does not exceed it; another hall's names date and"
        " amount.",
    ),
    "P08": Text(
        "用完的票本,存根在用完当月(或本厅规定的天数)内交回。",
        "The stubs of a finished book come back within the month it was finished in, or the days"
        " the hall set.",
    ),
    "P09": Text("发票代码和号码须合已知格式。", "Code and number have a known structure (INV-12)."),
    "P10": Text(
        "同一笔收款的有效发票合计不超过付款;同一用户同一账期只开一张月结发票。",
        "Live invoices of one transaction do not exceed what was paid; a subscriber's month is"
        " billed once.",
    ),
    "X01": Text(
        "收款应开票的业务,每笔须有有效发票或注明未索票。",
        "What is invoiced at payment has a live invoice, or is marked as waived.",
    ),
    "X02": Text(
        "按流水开的发票须对应一笔账。", "An invoice based on a transaction has one in the books."
    ),
    "X03": Text("发票金额应等于所对应的账。", "Invoices and the account they are linked to agree."),
    "X04": Text(
        "同一号码、业务、金额,同一人十分钟内收两次,须核实。",
        "One subscriber, business and amount taken twice by one clerk within ten minutes is"
        " looked at.",
    ),
    "X05": Text(
        "实收 = 应收 − 优惠 + 预存,差额须有批准的减免。",
        "Received = due − discount + prepaid, unless a waiver was approved.",
    ),
    "X06": Text("须受理单的业务要有受理单号。", "Business that needs a signed form names one."),
    "X07": Text(
        "优惠须有对该物品或业务当日有效的活动。",
        "A discount has a campaign in force that day for the item or the business.",
    ),
    "X08": Text("应收按现行标准资费。", "What is due is the standard fee in force."),
    "G01": Text(
        "期初 + 领用 + 退回 − 售出 − 赠出 − 返库 = 实点,逐号相符。",
        "Opening + drawn + taken back − sold − given − returned = counted, serial by serial.",
    ),
    "G02": Text(
        "只卖自己手中或所属柜台的实物。",
        "A serial is sold from the seller's own hands or a counter he belongs to.",
    ),
    "G03": Text("一件实物退回前只售出一次。", "A unit is sold once, until it has been taken back."),
    "G04": Text(
        "每件实收等于当日有效的活动价,无活动为现行售价。",
        "What is received for each piece is the campaign's price in force, else the item's.",
    ),
    "G05": Text(
        "赠品须有受理单,且不超过活动额度。",
        "A gift has a form and stays within its campaign's quota.",
    ),
    "G06": Text("借出的备用机按期归还。", "A loan handset comes back by its date."),
    "G07": Text("应盘的须在当日盘点。", "A count that is due is taken that day."),
    "G08": Text(
        "测试卡、备用机、礼品等不得销售。", "Test cards, loan handsets, gifts are not for sale."
    ),
    "G09": Text(
        "激活的充值卡当日收市前已售出。",
        "A recharge card that is activated has been sold by close.",
    ),
    "G10": Text("售出的充值卡已激活。", "A recharge card that is sold is activated."),
    "D04": Text(
        "账目由当日排班的人用自己的工号记;一个工号不会 5 分钟内在两台终端收款。",
        "Lines are entered by who is on the roster that day, under his own number; one number does"
        " not take payments at two terminals within 5 minutes.",
    ),
    "D01": Text(
        "每个应到来源按时到齐,或申报为无。",
        "Every expected source arrives in time or is declared nil.",
    ),
    "D03": Text(
        "差错更正单在下一营业日结束前更正或说明。",
        "A correction slip is answered by the end of the next day of business.",
    ),
}
