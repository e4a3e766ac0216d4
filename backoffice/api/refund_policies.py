"""The policy of refunds as data, and authorities to sign in somebody's place."""

from __future__ import annotations

from typing import Any

from flask import g

from backoffice.api import refund_schemas as shapes
from backoffice.api.door import confirm_password, once, reading
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.refund_answers import authority_payload, change_payload, policy_payload
from backoffice.refund_input import policy_of_body
from ledger.duties.delegations import authorities_of, end_authority, give_authority
from ledger.lifecycle import advance
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.instruments import INSTRUMENTS
from refunds.policies import find_policy_change, policy_on, propose_policy, sign_policy

routes = Routes("refund_policies", Text("退费政策与授权", "Refund policy and authorities"))
POLICIES = "/halls/<hall>/refund-policies"
AUTHORITIES = "/halls/<hall>/authorities"


@routes.get(
    POLICIES,
    Text("某日有效的政策。", "The policies in force on a day."),
    query=shapes.PoliciesQuery,
    gives=shapes.PoliciesAnswer,
)
def show_policies(query: dict[str, Any], hall: str) -> Payload:
    """Give the policy of each instrument."""
    on = query["date"] or g.today
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "refund_policy", "view")
        policies = [policy_payload(policy_on(uow, found, name, on)) for name in INSTRUMENTS]
    return {"hall": hall, "date": on.isoformat(), "policies": policies}


@routes.post(
    POLICIES,
    Text("提出政策调整。", "Propose a change of policy."),
    body=shapes.PolicyBody,
    gives=shapes.PolicyChangeAnswer,
    status=201,
)
def propose(body: dict[str, Any], hall: str) -> Payload:
    """Propose a change; another person of the department signs it."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        before = policy_on(uow, found, body["instrument"], body["valid_from"])
        document = propose_policy(
            uow,
            hall=found,
            policy=policy_of_body(before.policy, body),
            valid_from=body["valid_from"],
            reason=body["reason"],
        )
        return change_payload(uow, document)

    return once(do, body=body)


@routes.post(
    f"{POLICIES}/<path:number>/acts",
    Text("签署或退回政策调整。", "Sign or refuse a change of policy."),
    body=shapes.PolicyActBody,
    gives=shapes.PolicyChangeAnswer,
)
def act_on_policy(body: dict[str, Any], hall: str, number: str) -> Payload:
    """Sign or refuse a change."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        if body["act"] == "sign":
            document = sign_policy(uow, hall=found, number=number)
        else:
            document = find_policy_change(uow, found, number)
            advance(uow, document, "reject", reason=body["reason"])
        return change_payload(uow, document)

    return once(do, body=body)


@routes.get(
    AUTHORITIES,
    Text("授权书。", "Authorities that stand, the latest first."),
    gives=shapes.AuthoritiesAnswer,
)
def list_authorities(hall: str) -> Payload:
    """List authorities."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "refund_policy", "view")
        given = authorities_of(uow, found)
        return {"hall": hall, "authorities": [authority_payload(uow, one) for one in given]}


@routes.post(
    AUTHORITIES,
    Text("授权他人代签。", "Let somebody sign in one's place."),
    body=shapes.AuthorityBody,
    gives=shapes.AuthorityAnswer,
    status=201,
)
def authorise(body: dict[str, Any], hall: str) -> Payload:
    """Give an authority; it is signed with the password."""
    confirm_password(body["password"])

    def do(uow: UnitOfWork) -> Payload:
        document = give_authority(
            uow,
            hall=find_hall(uow, hall),
            role=body["role"],
            to=body["to"],
            from_on=body["from_on"],
            to_on=body["to_on"],
            cap_fen=body["cap"],
            reason=body["reason"],
        )
        return authority_payload(uow, document)

    return once(do, body=body)


@routes.post(
    f"{AUTHORITIES}/<path:number>/end",
    Text("收回授权。", "Take an authority back."),
    body=shapes.UnauthoriseBody,
    gives=shapes.AuthorityAnswer,
)
def end(body: dict[str, Any], hall: str, number: str) -> Payload:
    """End an authority before its last day."""

    def do(uow: UnitOfWork) -> Payload:
        document = end_authority(
            uow, hall=find_hall(uow, hall), number=number, reason=body["reason"]
        )
        return authority_payload(uow, document)

    return once(do, body=body)
