"""What a person may do to a case now: its verb, what it means, and which of it is offered."""

from __future__ import annotations

from backoffice.pages.door import allowed, hall
from backoffice.pages.paper_acts import PaperAct
from ledger.documents import Document
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.acts import may_carry_out, overdue_cases
from stock.waiting import awaited_of, may_sign

ACTS: dict[str, PaperAct] = {
    act.name: act
    for act in (
        PaperAct(
            "approve",
            Text("批准", "Approve"),
            Text("同意办理,以我的姓名签字。", "I agree to it and sign it by name."),
            Text("已批准。", "Approved."),
            "check2",
            signs=True,
            needs_reason=False,
        ),
        PaperAct(
            "reject",
            Text("退回", "Reject"),
            Text("不同意;本单作罢,写明原因。", "Not agreed; the case ends, with the reason."),
            Text("已退回。", "Rejected."),
            "reply",
            signs=True,
        ),
        PaperAct(
            "execute",
            Text("执行", "Carry out"),
            Text(
                "款项或权益今天给到客户,客户已签收;以我的姓名签字。",
                "It reaches the customer today and he signed for it; I sign by name.",
            ),
            Text("已执行。", "Carried out."),
            "pen",
            signs=True,
            needs_reason=False,
        ),
        PaperAct(
            "withdraw",
            Text("撤回", "Withdraw"),
            Text("收回我的申请,不再办理。", "I take my request back."),
            Text("已撤回。", "Withdrawn."),
            "slash-circle",
            signs=True,
        ),
        PaperAct(
            "expire",
            Text("结束过期单", "End as expired"),
            Text("已过最后一天,无人办理;本单作罢。", "Past its last day and not done: it ends."),
            Text("过期单据已结束。", "What expired has ended."),
            "clock",
            signs=True,
            needs_reason=False,
        ),
    )
}


def offered(uow: UnitOfWork, document: Document, facts: dict[str, str]) -> list[str]:
    """Give the acts the visitor may do to the case now; the services decide in the end."""
    acts = []
    if document.state == "submitted" and may_sign(uow, awaited_of(uow, hall(), document)):
        acts += ["approve", "reject"]
    if document.state == "approved" and may_carry_out(uow, document, facts):
        acts.append("execute")
    if document.state in ("submitted", "approved"):
        if document.maker_id == uow.actor.person_id:
            acts.append("withdraw")
        late = (hall().id, document.id) in overdue_cases(uow, hall())
        if late and allowed("refunds", "cancel"):
            acts.append("expire")
    return acts
