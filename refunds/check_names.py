"""R · refunds, waivers, gift credits: the names, remedies and weight of R01 to R09 (CHECKS)."""

from __future__ import annotations

from ledger.audit.check import Check
from ledger.text import Text

R01 = Check(
    code="R01",
    name=Text("无审批", "Unapproved"),
    severity="block",
    override="nobody",
    message=Text(
        "{subject} 退出或调减 {amount} 元,没有同类已批单据,或超出单据金额。",
        "{subject} gave {amount} back without an approved document of its kind, or beyond it.",
    ),
    remedy=Text(
        "补齐退减赠单据并审批;不该退的追回。当日返销须写明原流水、等额、原支付方式和授权人。",
        "Have the case approved, or get the money back. A same-day reversal names its original,"
        " equals it, uses its tender and has an authoriser.",
    ),
    rule="CHECKS R01; DOMAIN REF-01, REF-03",
)
R02 = Check(
    code="R02",
    name=Text("审批无效", "Invalid approval"),
    severity="block",
    override="nobody",
    message=Text(
        "{subject} 的审批无效:{why}。",
        "{subject}: the approval does not hold: {why}.",
    ),
    remedy=Text(
        "由权限内的另一人在执行前审批;已执行的按违规定责。",
        "Another person within his limit approves before it is carried out; what was done is"
        " settled as a violation.",
    ),
    rule="CHECKS R02; DOMAIN REF-01, REF-03, REF-04",
)
R03 = Check(
    code="R03",
    name=Text("拆分", "Split"),
    severity="block",
    override="department",
    message=Text(
        "{subject}:同一号码七天内 {count} 笔合计 {sum} 元,超过审批人限额 {limit} 元。",
        "{subject}: {count} cases of one number in seven days make {sum}, above the approver's"
        " limit of {limit}.",
    ),
    remedy=Text(
        "合并报上级主管部门审批。", "Put the cases before the superior department together."
    ),
    rule="CHECKS R03; DOMAIN REF-05",
)
R04 = Check(
    code="R04",
    name=Text("单据不全", "Papers missing"),
    severity="block",
    override="tier",
    message=Text("{subject} 缺:{missing}。", "{subject} lacks: {missing}."),
    remedy=Text(
        "补客户签字、次日中午前交稽核,并作废或红冲原发票。",
        "Get the customer's signature, hand the papers over by next noon, and void or reverse the"
        " invoice.",
    ),
    rule="CHECKS R04; DOMAIN REF-03, INV-08",
)
R05 = Check(
    code="R05",
    name=Text("非原路", "Wrong tender"),
    severity="warn",
    override="department",
    message=Text(
        "{subject} 以 {tender} 退出,原支付为 {paid_by}。",
        "{subject} went back by {tender}; it was paid by {paid_by}.",
    ),
    remedy=Text(
        "原路退回;确需改道的由上级主管部门写明原因。",
        "Give it back the way it came, or have the superior department state why not.",
    ),
    rule="CHECKS R05; DOMAIN REF-02",
)
R06 = Check(
    code="R06",
    name=Text("批而未退", "Approved, not carried out"),
    severity="note",
    override="manager",
    message=Text("{subject} 已批未办。", "{subject} is approved and not carried out."),
    remedy=Text(
        "现金当日、原路七个工作日、转账十五个工作日内办结,或撤回。",
        "Carry it out: cash the same day, the original way in 7 working days, by transfer in 15;"
        " or withdraw it.",
    ),
    rule="CHECKS R06; DOMAIN REF-02",
)
R07 = Check(
    code="R07",
    name=Text("重复执行", "Carried out twice"),
    severity="block",
    override="nobody",
    message=Text(
        "{subject} 执行 {count} 次,共 {given} 元,单据 {amount} 元。",
        "{subject} was carried out {count} times for {given}; it allows {amount}.",
    ),
    remedy=Text("追回多退的款项。", "Get back what was given twice."),
    rule="CHECKS R07; DOMAIN REF-03",
)
R08 = Check(
    code="R08",
    name=Text("非专人办理", "Not by a designated person"),
    severity="warn",
    override="manager",
    message=Text(
        "{subject} 由 {executor} 执行,不是本厅指定的退费专人。",
        "{subject} was carried out by {executor}, whom the hall has not designated.",
    ),
    remedy=Text("由指定专人办理,或增补指定。", "Let a designated person do it, or designate more."),
    rule="CHECKS R08; DOMAIN REF-04",
)
R09 = Check(
    code="R09",
    name=Text("押金无收/超退", "Deposit not taken or exceeded"),
    severity="block",
    override="nobody",
    message=Text(
        "{subject} 退押金累计 {back} 元,原流水收押金 {taken} 元。",
        "{subject} makes {back} of deposit returned; {taken} was taken.",
    ),
    remedy=Text(
        "核对押金收据与原流水;多退的追回。",
        "Compare receipt and original; get back what was not held.",
    ),
    rule="CHECKS R09; DOMAIN REF-02",
)
