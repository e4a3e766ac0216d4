"""What the doors read of a request, a policy or an authority, made into what the services take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from refunds.policy import Policy
from refunds.requests import Request

LIMITS = ("case", "subscriber", "clerk_day", "approver_day", "hall_day")
DAYS = ("window_days", "split_days", "expires_days")


def request_of(body: Mapping[str, Any]) -> Request:
    """Give the request a form or a JSON body states; amounts are fen already."""
    return Request(
        instrument=body["kind"],
        reason=body["reason"],
        amount_fen=body["amount"],
        subscriber=body["subscriber"].strip(),
        original_txn=body["original_txn"].strip(),
        tender=body["tender"].strip(),
        to_subscriber=body["to_subscriber"].strip(),
        at_desk=body["at_desk"],
        balance_fen=body["balance"],
        gift_fen=body["gift"] or 0,
        override_reason=body["override_reason"].strip(),
        note=body["note"].strip(),
    )


def policy_of_body(before: Policy, body: Mapping[str, Any]) -> Policy:
    """Give a policy changed by what a body states; what it leaves out stays."""
    changes: dict[str, Any] = {
        f"{name}_limit_fen": body[f"{name}_limit"] for name in LIMITS if f"{name}_limit" in body
    }
    changes |= {name: body[name] for name in DAYS if name in body}
    if "tiers" in body:
        changes["tiers"] = tuple((tier["role"], tier["limit"]) for tier in body["tiers"])
    return replace(before, **changes)
