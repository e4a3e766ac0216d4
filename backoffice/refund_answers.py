"""What command line and API say of cases, policies and authorities: plain JSON, numbers masked."""

from __future__ import annotations

import json
from typing import Any

from backoffice.answers import Payload, yuan
from ledger.documents import STATES, Document, facts_of
from ledger.masking import mask_numbers, mask_phone
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork
from refunds.flags import OUTCOMES, PATTERNS
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.models import RefundFlag
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
        "cap": show_yuan(int(facts["cap"])),
    }


def flag_payload(flag: RefundFlag, language: Language) -> Payload:
    """Give a flag with the evidence behind it and what became of it."""
    return {
        "id": flag.id,
        "pattern": flag.pattern,
        "name": PATTERNS[flag.pattern].in_language(language),
        "evidence": evidence_of(flag),
        "state": flag.state,
        "state_name": OUTCOMES[flag.state].in_language(language),
        "note": mask_numbers(flag.note),
    }


def evidence_of(flag: RefundFlag) -> dict[str, Any]:
    """Give the evidence behind a flag by its names, the numbers of people masked."""
    told: dict[str, Any] = _masked_words(json.loads(flag.evidence))
    return told


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


def _masked_words(evidence: Any) -> Any:
    """Give evidence with the numbers of people masked in what somebody wrote."""
    if isinstance(evidence, dict):
        return {name: _masked_words(value) for name, value in evidence.items()}
    if isinstance(evidence, list):
        return [_masked_words(value) for value in evidence]
    return mask_numbers(evidence) if isinstance(evidence, str) else evidence


def _papers(names: tuple[str, ...], language: Language) -> list[Payload]:
    return [{"paper": name, "name": PAPERS[name].in_language(language)} for name in names]
