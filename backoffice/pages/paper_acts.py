"""What a person may do to a document: sign, refuse, cancel, reverse; which of it is offered now."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.pages.door import allowed, hall
from invoices.forms import SIGNED_HERE as FORMS_MADE
from invoices.open_voids import KIND as VOID
from invoices.retention import KIND as DESTRUCTION
from ledger.cash.kinds import CASH_KINDS, DECISION, HANDOVER, OPENING, RECEIPT
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.errors import Invalid
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.count_settling import COUNT_RESULT
from stock.kinds import PAPER_KINDS, SETTLED
from stock.waiting import NUMBER, awaited_of, may_sign

REASON_LIMIT = 500
OF_CASH = frozenset({*CASH_KINDS, OPENING, RECEIPT, HANDOVER, DECISION})
SIGNED_HERE = frozenset({*PAPER_KINDS, COUNT_RESULT.name, *FORMS_MADE, VOID, DESTRUCTION, *OF_CASH})
NEVER_REVERSED = frozenset({"transfer_in", SETTLED, DESTRUCTION, OPENING})
ACTORS = (
    *(("stock", action) for action in ("approve", "reject", "cancel", "reverse")),
    ("custody", "submit"),
    *(("forms", action) for action in ("submit", "approve", "reverse")),
    ("cash", "view"),
)
# Whoever keeps the goods, or the forms, takes back anybody's document; others their own.
KEEPERS = frozenset({"stock_keeper", "invoice_keeper"})


class ReasonNeeded(Invalid):
    """Refusing, cancelling and reversing say why."""

    code = "reason_needed"
    text = Text("请写明原因。", "Give a reason.")


@dataclass(frozen=True, slots=True)
class PaperAct:
    """An act on a document: its verb, what it means, and what is said when it is done."""

    name: str
    verb: Text
    meaning: Text
    done: Text
    icon: str
    signs: bool = False
    needs_reason: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """An act that was refused, and why."""

    name: str
    error: Text


ACTS: dict[str, PaperAct] = {
    act.name: act
    for act in (
        PaperAct(
            "confirm",
            Text("确认", "Confirm"),
            Text(
                "我已当面点清,实物与本单一致;确认后即转到接收人名下。",
                "I counted all of it face to face and it agrees; it passes to the receiver now.",
            ),
            Text("已确认。", "Confirmed."),
            "check2",
            signs=True,
            needs_reason=False,
        ),
        PaperAct(
            "approve",
            Text("批准", "Approve"),
            Text("同意本单,以我的姓名签字。", "I agree to this document and sign it by name."),
            Text("已批准。", "Approved."),
            "pen",
            signs=True,
            needs_reason=False,
        ),
        PaperAct(
            "reject",
            Text("退回", "Reject"),
            Text("不同意;本单作罢,经办人另行办理。", "Not agreed; the maker starts again."),
            Text("已退回。", "Rejected."),
            "reply",
        ),
        PaperAct(
            "cancel",
            Text("作废", "Cancel"),
            Text("本单还未入账,收回不办。", "Not posted yet; it is taken back."),
            Text("已作废。", "Cancelled."),
            "slash-circle",
        ),
        PaperAct(
            "reverse",
            Text("冲销", "Reverse"),
            Text(
                "以相反的分录冲回,记在今天;单号保留不再使用。",
                "Undone by postings the other way, dated today; its number is never used again.",
            ),
            Text("已冲销。", "Reversed."),
            "arrow-counterclockwise",
        ),
    )
}


def open_acts(uow: UnitOfWork, document: Document) -> list[str]:
    """Give the acts the visitor may do to the document now; the services decide in the end."""
    kind = DOCUMENT_KINDS[document.kind]
    if document.kind not in SIGNED_HERE or uow.actor.is_system:
        return []
    acts = []
    if document.state == "submitted":
        awaited = awaited_of(uow, hall(), document)
        if may_sign(uow, awaited):
            # The custodian takes forms in as a clerk does: by counting, not by agreeing.
            named = any(
                signer.startswith(NUMBER) or signer == "invoice_keeper"
                for signer in awaited.signers
            )
            # A void is signed on a page of its own, copy by copy.
            if document.kind != VOID:
                acts.append("confirm" if named else "approve")
            if document.kind != DESTRUCTION:
                acts.append("reject")
    if document.state in ("submitted", "approved") and allowed(kind.area, "cancel"):
        keeper = KEEPERS & uow.actor.roles_in(hall().id)
        if keeper or document.maker_id == uow.actor.person_id:
            acts.append("cancel")
    may_reverse = allowed(kind.area, "reverse") and document.kind not in NEVER_REVERSED
    if document.state == "posted" and may_reverse:
        acts.append("reverse")
    return acts
