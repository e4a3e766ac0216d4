"""Acts and desks of the table of permissions in words, for a refusal."""

from __future__ import annotations

from ledger.actors import ROLES
from ledger.text import Text

ACTIONS: dict[str, str] = {
    "accept": "接受",
    "answer": "答复",
    "approve": "审批",
    "ask": "申请",
    "audit": "复核",
    "cancel": "撤回",
    "close": "关闭",
    "close_for": "代为结班",
    "confirm": "确认",
    "count": "清点",
    "dismiss": "搁置",
    "edit": "编辑",
    "end": "终止",
    "hand_over": "移交",
    "import": "导入",
    "issue": "开具",
    "load": "装入",
    "open": "开启",
    "override": "核准",
    "oversee": "总览",
    "post": "入账",
    "register": "登记",
    "reject": "退回",
    "release": "放行",
    "report": "报告",
    "return": "退回",
    "reverse": "冲销",
    "revise": "修订",
    "run": "运行",
    "scan": "扫码",
    "send": "发出",
    "set": "设定",
    "settle": "处理",
    "sign": "签字",
    "submit": "提交",
    "unmask": "显示号码",
    "view": "查看",
    "watch": "监盘",
}
AREAS: dict[str, Text] = {
    "audit": Text("稽核", "audit"),
    "authorities": Text("授权书", "authorities"),
    "bank": Text("银行回单", "bank receipts"),
    "bundle": Text("移交", "hand-over to finance"),
    "calendar": Text("日历", "calendars"),
    "campaigns": Text("活动", "campaigns"),
    "cash": Text("现金", "cash"),
    "cash_slips": Text("收款小票", "cash slips"),
    "corrections": Text("更正单", "correction slips"),
    "count": Text("盘点", "counts"),
    "countersign": Text("补签监交", "countersignatures"),
    "custody": Text("在手", "custody"),
    "day_reopenings": Text("营业日重开", "reopening of days"),
    "day_results": Text("日稽核结果", "daily results"),
    "days": Text("营业日", "days"),
    "drawer": Text("钱箱", "drawers"),
    "duties": Text("职责", "duties"),
    "evidence": Text("凭证", "evidence"),
    "forms": Text("票据", "invoice forms"),
    "halls": Text("营业厅", "halls"),
    "invoices": Text("票据库", "stock of forms"),
    "items": Text("物品", "items"),
    "kiosk": Text("自助机", "kiosks"),
    "labels": Text("价签", "labels"),
    "late_rows": Text("迟到数据", "late data"),
    "liability": Text("定责", "liability"),
    "losses": Text("丢失登记", "losses"),
    "months": Text("月末关账", "month end"),
    "over_short": Text("长短款", "over and short"),
    "people": Text("人员", "people"),
    "petty": Text("厅备用金", "petty cash"),
    "prices": Text("价格", "prices"),
    "refund_papers": Text("退费资料", "refund papers"),
    "refund_policy": Text("退费政策", "refund policy"),
    "refunds": Text("退减赠", "refunds"),
    "roster": Text("排班", "roster"),
    "safe": Text("保险柜", "safe"),
    "sales": Text("日销售单", "daily sales"),
    "shift": Text("班次", "shifts"),
    "statements": Text("银行流水", "bank statements"),
    "stock": Text("库存", "stock"),
    "takings": Text("日收款单", "daily takings"),
    "uses": Text("票据使用", "use of forms"),
    "vault": Text("开柜", "opening of the safe"),
    "voids": Text("作废", "voids"),
    "voucher_mapping": Text("科目对照", "account mapping"),
}


def action_words(action: str) -> Text:
    """Give an act as a refusal names it."""
    return Text(ACTIONS.get(action, action), action.replace("_", " "))


def area_words(area: str) -> Text:
    """Give a desk, or the roles between slashes that would have to sign, as a refusal names it."""
    words = [AREAS.get(one) or ROLES.get(one) or Text(one, one) for one in area.split("/")]
    return Text("/".join(one.zh for one in words), "/".join(one.en for one in words))
