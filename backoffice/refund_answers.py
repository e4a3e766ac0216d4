"""What command line and API say of cases, policies and authorities: plain JSON, numbers masked."""

from __future__ import annotations

import json

from backoffice.answers import Payload, yuan
from ledger.documents import STATES, Document, facts_of
from ledger.masking import mask_phone
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.limits_left import LimitLeft
from refunds.papers import PapersDue
from refunds.policies import PolicyInForce
from refunds.policy import BANDS, PAPERS, Judgement
from refunds.requests import Prospect
from refunds.seen import CaseSeen


def case_payload(hall: Hall, case: CaseSeen, language: Language) -> Payload:
    """Give a case: what it asks for, where it stands, its papers; the number masked."""
    document, facts = case.document, case.facts
    return {
        "hall": hall.code,
        "number": document.number,
        "kind": document.kind,
        "name": INSTRUMENTS[document.kind].text.in_language(language),
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "date": document.business_date.isoformat(),
        "amount": yuan(document.amount_fen),
        "reason": facts.get("reason", ""),
        "reason_name": REASONS[facts["reason"]].in_language(language),
        "subscriber": masked(case.subscriber),
        "original_txn": facts.get("original_txn", ""),
        "tender": facts.get("tender", ""),
        "requester": facts.get("requester", ""),
        "awaits": document.required_roles.split(",") if document.state == "submitted" else [],
        "judged": show_yuan(int(facts["judged"])),
        "split": bool(facts.get("split")),
        "band": facts.get("band", ""),
        "expires_on": case.expires_on.isoformat(),
        "policy": facts.get("policy_no", ""),
        "papers": _papers(case.papers, language),
        "papers_missing": _papers(case.missing, language),
        "papers_received_at": None if case.handed_at is None else case.handed_at.isoformat(),
        "executor": case.execution.executor if case.execution else "",
        "executed_at": case.execution.at.isoformat() if case.execution else None,
    }


def prospect_payload(prospect: Prospect, language: Language) -> Payload:
    """Give what a request would need before it is made."""
    judgement = prospect.judgement
    payment = prospect.payment
    return {
        "awaits": list(judgement.roles),
        "judged": show_yuan(judgement.judged_fen),
        "split": judgement.split,
        "band": BANDS[judgement.band].in_language(language) if judgement.band else "",
        "papers": _papers(judgement.papers, language),
        "requester_may_execute": judgement.requester_may_execute,
        "why": why_words(judgement, language),
        "left": None if payment is None else show_yuan(payment.left_fen),
        "paid_by": [] if payment is None else list(payment.tenders),
        "policy": prospect.policy.number,
        "limits": [_limit(one, language) for one in prospect.limits],
    }


def _limit(one: LimitLeft, language: Language) -> Payload:
    return {
        "limit_of": one.scope,
        "name": one.name.in_language(language),
        "limit": None if one.limit_fen is None else show_yuan(one.limit_fen),
        "used": show_yuan(one.used_fen),
        "left": None if one.left_fen is None else show_yuan(one.left_fen),
        "passed": one.passed,
    }


def policy_payload(in_force: PolicyInForce) -> Payload:
    """Give a policy with its tiers and limits in yuan."""
    read = json.loads(in_force.policy.as_json())
    limits = {name: value for name, value in read.items() if name.endswith("_limit_fen")}
    return {
        "instrument": read["instrument"],
        "number": in_force.number,
        "tiers": [{"role": role, "limit": show_yuan(limit)} for role, limit in read["tiers"]],
        **{name.removesuffix("_fen"): yuan(value) for name, value in limits.items()},
        **{
            name: read[name]
            for name in ("window_days", "split_days", "expires_days", "papers_due_hour")
        },
    }


def change_payload(uow: UnitOfWork, document: Document) -> Payload:
    """Give a change of policy."""
    facts = facts_of(uow, document)
    return {
        "number": document.number,
        "state": document.state,
        "instrument": facts["instrument"],
        "valid_from": facts["valid_from"],
        "replaces": facts["replaces"],
    }


def authority_payload(uow: UnitOfWork, document: Document) -> Payload:
    """Give an authority."""
    facts = facts_of(uow, document)
    return {
        "number": document.number,
        "state": document.state,
        **{name: facts[name] for name in ("role", "to", "from_on", "to_on")},
        "cap": show_yuan(int(facts["cap"])) if "cap" in facts else None,
    }


def due_payload(hall: Hall, due: PapersDue, language: Language) -> Payload:
    """Give a case whose papers are awaited."""
    return {
        **case_payload(hall, due.case, language),
        "due_at": due.due_at.isoformat(),
        "late": due.late,
        "to_manager": due.to_manager,
    }


def masked(subscriber: str) -> str:
    """Give a subscriber's number as it may be seen."""
    return mask_phone(subscriber) if len(subscriber) >= 7 else subscriber


def why_words(judgement: Judgement, language: Language) -> list[str]:
    """Give why the case needs who it needs."""
    return [text.in_language(language) for text in judgement.why]


def _papers(names: tuple[str, ...], language: Language) -> list[Payload]:
    return [{"paper": name, "name": PAPERS[name].in_language(language)} for name in names]
