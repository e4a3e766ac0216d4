"""The printed papers of a case: application, approval and the customer's receipt, amounts in 大写.

A read of what is frozen and signed: the same case prints the same for ever. Numbers are masked; a
paper that would say what has not happened is refused (DOMAIN REF-03). The receipt is printed twice:
for the customer's hand before the money goes out, marked as to be signed, and final after it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from sqlalchemy import select

from backoffice.printing import render_paper
from backoffice.refund_answers import masked
from backoffice.stock_papers import signatures_on
from backoffice.trade_words import show_moment, tender_name, typeset
from ledger.actors import ROLES, names_of
from ledger.amount_words import amount_in_words
from ledger.approvals import Signature
from ledger.documents import STATES, DocumentRevision
from ledger.errors import NotFound
from ledger.events import Event
from ledger.masking import mask_numbers
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from refunds.errors import PaperNotYet
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.policies import DEFAULT
from refunds.policy import BANDS, PAPERS, limit_of, policy_from_json
from refunds.seen import CaseSeen, see_case

APPLICATION, APPROVAL, RECEIPT = "application", "approval", "receipt"
CASE_PAPERS: dict[str, Text] = {
    APPLICATION: Text("申请单", "Application"),
    APPROVAL: Text("审批单", "Approval"),
    RECEIPT: Text("客户回执", "Customer's receipt"),
}
"""The papers of a case by the name that addresses and commands give them."""

_SIGNED = ("approved", "posted", "reversed")
_COPIES: dict[str, tuple[Text, ...]] = {
    RECEIPT: (
        Text("第一联 客户留存", "Copy 1 · kept by the customer"),
        Text("第二联 营业厅归档", "Copy 2 · filed by the hall"),
    )
}
TO_SIGN = Text(
    "待签 · 尚未付款:请客户核对并签字,签字后执行",
    "To be signed · not paid yet: the customer checks and signs it, then it is carried out",
)
SIGNED_BY_CUSTOMER = Text("已签收", "signed")
_CUSTOMER = Text("客户签名", "Customer's signature")
Pair = tuple[Text, str | Text]


class UnknownCasePaper(NotFound):
    """No paper of a case is called so."""

    code = "unknown_case_paper"
    text = Text(
        "没有“{paper}”这种单据。可用:{known}。", "There is no paper {paper}. Known: {known}."
    )


def refund_paper(
    uow: UnitOfWork, hall: Hall, number: str, paper: str, *, language: Language
) -> bytes:
    """Give one of CASE_PAPERS of a case as PDF, A4.

    Raises UnknownCasePaper, PaperNotYet, UnknownDocument, NotYours, NotPermitted.
    """
    if paper not in CASE_PAPERS:
        raise UnknownCasePaper(paper=paper, known=" ".join(CASE_PAPERS))
    case = see_case(uow, hall, number)
    if paper not in printable_papers(case):
        raise PaperNotYet(
            number=number,
            state=STATES[case.document.state],
            paper=CASE_PAPERS[paper],
            problem=Text("尚未全部审批", "not every signature is there yet"),
        )
    return render_paper(
        "refund_case.html",
        paper_values(uow, hall, case, paper, language=language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def printable_papers(case: CaseSeen) -> tuple[str, ...]:
    """Give the papers that the state of the case allows."""
    if case.document.state in _SIGNED:
        return APPLICATION, APPROVAL, RECEIPT
    return (APPLICATION,)


def paper_values(
    uow: UnitOfWork, hall: Hall, case: CaseSeen, paper: str, *, language: Language
) -> dict[str, object]:
    """Give everything the template prints, in one language."""
    document = case.document
    pairs = {APPLICATION: _asked, APPROVAL: _judged, RECEIPT: _paid}[paper]
    kind = INSTRUMENTS[document.kind].text
    staff = names_of(uow, hall.id)
    hashes = list(_hashes(uow, case, paper))
    signed = signatures_on(uow, document, language)
    return {
        "copies": tuple(_said(copy, language) for copy in _COPIES.get(paper, ())) or ("",),
        "hall": hall.code,
        "hall_name": hall.name,
        "kind": _said(kind, language),
        "paper": _said(CASE_PAPERS[paper], language),
        "number": document.number or "",
        "date": document.business_date.isoformat(),
        "state": document.state,
        "state_name": _said(STATES[document.state], language),
        "unsigned": _said(TO_SIGN, language) if paper == RECEIPT and not case.execution else "",
        "pairs": tuple(
            (_said(name, language), _shown(value, language))
            for name, value in pairs(case, staff, language)
            if value
        ),
        "amount": show_yuan(document.amount_fen, separators=True),
        "words": amount_in_words(document.amount_fen),
        "statement": _said(_statement(case, paper), language),
        "papers": ()
        if paper == RECEIPT
        else tuple(
            (_said(PAPERS[name], language), name in case.papers)
            for name in (*case.papers, *case.missing)
        ),
        "signatures": tuple(signed[:1] if paper == APPLICATION else signed),
        "authorities": ", ".join(_authorities(uow, case)),
        "by_hand": _by_hand(paper, language),
        "hashes": tuple((_said(name, language), value) for name, value in hashes),
        "proof": f"{hall.code} {document.number} {hashes[-1][1]}",
    }


def _asked(case: CaseSeen, staff: dict[str, str], language: Language) -> Iterator[Pair]:
    facts = case.facts
    yield from _about(case, staff, language)
    yield Text("账户余额", "Balance"), _yuan(facts.get("balance", ""))
    yield Text("其中赠款", "Gift credit in it"), _yuan(facts.get("gift", ""))
    yield (
        Text("改道退款原因", "Why by another tender"),
        mask_numbers(facts.get("override_reason", "")),
    )
    yield Text("备注", "Note"), mask_numbers(case.document.remark)
    yield Text("有效期至", "To be done by"), case.expires_on.isoformat()


def _judged(case: CaseSeen, staff: dict[str, str], language: Language) -> Iterator[Pair]:
    facts = case.facts
    policy = policy_from_json(facts["policy"])
    roles = [role for role in case.document.required_roles.split(",") if role]
    limit = limit_of(policy, roles)
    number = facts.get("policy_no", "")
    yield from _about(case, staff, language)
    yield (
        Text(
            f"该号码 {policy.window_days} 天累计", f"For this number in {policy.window_days} days"
        ),
        _yuan(facts.get("sum", "")),
    )
    yield Text("审批金额", "Amount judged"), _yuan(facts.get("judged", ""))
    yield (
        Text("须由", "To be signed by"),
        Text(
            "、".join(ROLES[role].zh if role in ROLES else role for role in roles),
            ", ".join(ROLES[role].en if role in ROLES else role for role in roles),
        ),
    )
    yield (
        Text("该级限额", "Limit of this tier"),
        Text("超过各级限额,会签", "above every tier: signed jointly")
        if limit is None
        else show_yuan(limit, separators=True),
    )
    yield (
        Text("适用政策", "Policy"),
        Text("默认政策", "default policy") if number == DEFAULT else number,
    )
    if facts.get("split"):
        yield Text("拆分", "Split"), Text("按拆分上送", "sent up as a split")


def _paid(case: CaseSeen, staff: dict[str, str], language: Language) -> Iterator[Pair]:
    done = case.execution
    yield from _about(case, staff, language)
    if done is None:
        return
    yield Text("执行时间", "Carried out"), show_moment(done.at, language)
    yield Text("执行人", "By"), _person(done.executor, staff)
    yield Text("退款流水", "Reference"), mask_numbers(done.tender_ref)
    yield Text("红字发票", "Red letter"), f"{done.red_code} {done.red_no}".strip()
    if done.customer_signed:
        yield Text("客户签字", "Customer"), SIGNED_BY_CUSTOMER


def _about(case: CaseSeen, staff: dict[str, str], language: Language) -> Iterator[Pair]:
    """Give what every paper of a case says of it."""
    facts = case.facts
    yield Text("原因", "Reason"), REASONS[facts["reason"]]
    if facts.get("band"):
        yield Text("情形", "When"), BANDS[facts["band"]]
    yield Text("用户号码", "Subscriber"), masked(case.subscriber)
    yield Text("转入号码", "Credited to"), masked(facts.get("to_subscriber", ""))
    yield Text("原流水号", "Original transaction"), facts.get("original_txn", "")
    if facts.get("tender"):
        yield Text("退回方式", "Goes back by"), tender_name(facts["tender"])
    yield Text("申请人", "Asked for by"), _person(facts.get("requester", ""), staff)
    asked_at = dt.datetime.fromisoformat(facts["asked_at"])
    yield Text("申请时间", "Asked for at"), show_moment(asked_at, language)


def _statement(case: CaseSeen, paper: str) -> Text:
    pays_out = INSTRUMENTS[case.document.kind].pays_out
    if paper == APPLICATION:
        return Text(
            "以上内容属实,请按规定审核办理。",
            "What is stated above is true; please examine and carry it out by the rules.",
        )
    if paper == APPROVAL:
        return Text(
            "以下各级在执行之前以本人密码签字,签字时间与所签内容的哈希一并保存。",
            "Each of these signed by his own password before anything was carried out; time and"
            " hash of what he signed are kept.",
        )
    if pays_out:
        return Text(
            "上述款项已收讫,金额核对无误。", "I have received the amount above; it is correct."
        )
    return Text(
        "上述金额已计入所列号码的账户,已告知客户。",
        "The amount above stands on the account of the number named; the customer was told.",
    )


def _by_hand(paper: str, language: Language) -> tuple[str, ...]:
    """Give the lines that are signed with a pen."""
    lines = {
        APPLICATION: (_CUSTOMER, Text("经办人签名", "Clerk's signature")),
        APPROVAL: (),
        RECEIPT: (_CUSTOMER, Text("执行人签名", "Executor's signature")),
    }[paper]
    return tuple(_said(line, language) for line in lines)


def _hashes(uow: UnitOfWork, case: CaseSeen, paper: str) -> Iterator[tuple[Text, str]]:
    """Give the hash of what was signed, and on a receipt that of the event that paid."""
    document = case.document
    signed = uow.session.scalars(
        select(DocumentRevision.hash).where(
            DocumentRevision.hall_id == document.hall_id,
            DocumentRevision.document_id == document.id,
            DocumentRevision.revision == document.revision,
        )
    ).one()
    yield Text("所签内容哈希", "Hash of what was signed"), signed
    if paper == RECEIPT and case.execution is not None:
        event = uow.session.get_one(Event, (document.hall_id, case.execution.event_no))
        yield Text("执行事件哈希", "Hash of the act"), event.hash


def _authorities(uow: UnitOfWork, case: CaseSeen) -> list[str]:
    """Give the numbers of the authorities by which somebody signed in another's place."""
    document = case.document
    told = uow.session.scalars(
        select(Event.facts)
        .join(
            Signature,
            (Signature.hall_id == Event.hall_id) & (Signature.event_no == Event.event_no),
        )
        .where(
            Signature.hall_id == document.hall_id,
            Signature.document_id == document.id,
            Signature.revision == document.revision,
        )
        .order_by(Event.event_no)
    )
    found = (json.loads(facts).get("authority", "") for facts in told)
    return [number for number in found if number]


def _person(number: str, staff: dict[str, str]) -> str:
    return f"{number} {staff.get(number, '')}".strip()


def _yuan(fen: str) -> str:
    return show_yuan(int(fen), separators=True) if fen else ""


def _shown(value: str | Text, language: Language) -> str:
    return _said(value, language) if isinstance(value, Text) else value


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
