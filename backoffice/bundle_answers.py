"""Bundles and mappings as API and command line give them: plain JSON, money as text in yuan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backoffice.answers import moment, yuan
from backoffice.bundle_words import account_name, key_name, line_words
from backoffice.errors import Payload
from ledger.documents import STATES, Document, facts_of
from ledger.finance.mapping import Mapping
from ledger.finance.mapping_changes import MappingInForce
from ledger.finance.seen import (
    PREVIOUS,
    REVERSED_BY,
    Listed,
    next_version,
    part_of,
    parts_of,
    returned_lines,
    second_audit_of,
)
from ledger.finance.signing import Signed
from ledger.finance.statements import language_of
from ledger.masking import mask_numbers
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.waiting import awaited_of


def listed_payload(one: Listed, language: Language) -> Payload:
    """Give a bundle in a list."""
    return {
        "hall": one.hall.code,
        "number": one.document.number or "",
        "state": one.document.state,
        "state_name": STATES[one.document.state].in_language(language),
        "made_on": one.document.business_date.isoformat(),
        "from": one.facts.get("from", ""),
        "to": one.facts.get("to", ""),
        "version": int(one.facts.get("version", "1")),
        "replaces": one.facts.get(PREVIOUS, ""),
        "days": one.days,
        "returned": one.returned,
        "declared": yuan(one.document.amount_fen) or "0.00",
        "second": "" if one.second is None else one.second.state,
        "second_due": None if one.second is None else moment(one.second.due_at),
    }


def signed_payload(uow: UnitOfWork, done: Signed, language: Language) -> tuple[Payload, list[Text]]:
    """Give what came of signing bundles, also in lines: those signed, and why others were left."""
    codes = {one.hall_id: uow.session.get_one(Hall, one.hall_id).code for one in done.documents}
    signed = [
        {"hall": codes[one.hall_id], "number": one.number or "", "state": one.state}
        for one in done.documents
    ]
    left = [
        {"hall": hall.code, "number": number, "code": why.code, "message": why.message(language)}
        for hall, number, why in done.left
    ]
    told = [f"{one['hall']} {one['number']} {one['message']}" for one in left]
    lines = [Text(line, line) for line in told]
    lines.append(
        Text(
            f"已签 {len(signed)} 张移交单,{len(left)} 张未签。",
            f"{len(signed)} bundles signed, {len(left)} left.",
        )
    )
    return {"signed": signed, "left": left}, lines


def bundle_payload(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language, *, part: int | None = None
) -> Payload:
    """Give a bundle whole: what it states, who is to sign, what was returned, its chain head."""
    seen = part_of(uow, document, part)
    facts = facts_of(uow, document)
    awaited = awaited_of(uow, hall, document).signers if document.state == "submitted" else ()
    second = second_audit_of(uow, document)
    return {
        "hall": hall.code,
        "number": document.number or "",
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "made_on": document.business_date.isoformat(),
        "language": language_of(seen.statement),
        "version": int(facts["version"]),
        "part": seen.number,
        "parts": parts_of(uow, document) + 1,
        "replaces": facts.get(PREVIOUS, ""),
        "reversal": facts.get(REVERSED_BY, ""),
        "replaced_by": next_version(uow, document),
        "awaits": list(awaited),
        "chain": f"{seen.event_no}:{seen.event_hash}",
        "statement": facts["statement"],
        "second": "" if second is None else second.state,
        "second_due": None if second is None else moment(second.due_at),
        **_stated(seen.statement, language),
        "returned": [
            {
                "date": one.business_date.isoformat(),
                "level": one.level,
                "check": one.check_code,
                "subject": mask_numbers(one.subject),
                "clerk": one.clerk,
                "reason": mask_numbers(one.reason),
                "slip": one.slip,
            }
            for one in returned_lines(uow, document)
        ],
    }


def _stated(statement: dict[str, Any], language: Language) -> Payload:
    """Give the pieces of a statement, amounts in yuan."""
    return {
        "days": statement["days"],
        "totals": [
            {**one, **{name: yuan(one[name]) for name in one if name not in ("date", "tender")}}
            for one in statement["totals"]
        ],
        "cases": [
            {
                **{name: one[name] for name in ("date", "clerk", "tender", "state", "cause")},
                "way": one["way"],
                "amount": yuan(one["fen"]),
            }
            for one in statement["cases"]
        ],
        "voucher": [
            {
                **{name: line[name] for name in ("date", "part", "key", "clerk", "account")},
                "name": account_name(line).in_language(language),
                "summary": line_words(line).in_language(language),
                "debit": yuan(line["debit"]),
                "credit": yuan(line["credit"]),
            }
            for line in statement["voucher"]
        ],
        "overrides": [_finding(one) for one in statement["overrides"]],
        "settled": [_finding(one) for one in statement["settled"]],
        "missing": [_finding(one) for one in statement["missing"]],
        "grants": statement["grants"],
        "goods": [
            {
                **{name: one[name] for name in ("date", "category", "pieces", "uncosted")},
                "cost": yuan(one["fen"]),
            }
            for one in statement.get("goods", ())
        ],
    }


def _finding(one: dict[str, object]) -> Payload:
    return {
        "date": one["date"],
        "check": one["check"],
        "subject": mask_numbers(str(one["subject"])),
        "clerk": one["clerk"],
        "by": one.get("by", ""),
        "reason": mask_numbers(str(one.get("reason", ""))),
    }


def mapping_payload(in_force: MappingInForce, language: Language) -> Payload:
    """Give the mapping in force, a row a key."""
    return {"number": in_force.number, "rules": mapping_rows(in_force.mapping, language)}


def mapping_rows(mapping: Mapping, language: Language) -> list[dict[str, str]]:
    """Give the rules in the order of their keys."""
    return [
        {
            "key": key,
            "name": key_name(key).in_language(language),
            "debit": rule.debit,
            "debit_name": mapping.accounts[rule.debit].in_language(language),
            "credit": rule.credit,
            "credit_name": mapping.accounts[rule.credit].in_language(language),
        }
        for key, rule in sorted(mapping.rules.items())
    ]


def change_payload(uow: UnitOfWork, hall: Hall, document: Document, language: Language) -> Payload:
    """Give a change of the mapping as it stands."""
    facts = facts_of(uow, document)
    return {
        "hall": hall.code,
        "number": document.number or "",
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "valid_from": facts["valid_from"],
        "replaces": facts["replaces"],
        "reason": facts["reason"],
    }


def numbers_of(documents: Sequence[Document]) -> list[str]:
    """Give the numbers of documents."""
    return [document.number or "" for document in documents]
