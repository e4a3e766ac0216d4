"""The policy of an instrument, and the pure function from policy and case to what a case needs.

No clock, no database: the same policy and case always give the same judgement, which is shown
before the request is made and frozen with it (DOMAIN REF-01, REF-02, REF-03, REF-05).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from ledger.approvals import ABOVE_ALL, DEFAULT_TIERS
from ledger.money import show_yuan
from ledger.text import Text
from refunds.instruments import INSTRUMENTS

DESK, DAY, LATER = "desk", "day", "later"
BANDS: dict[str, Text] = {
    DESK: Text("客户未离柜", "Customer still at the desk"),
    DAY: Text("24 小时内", "Within 24 hours"),
    LATER: Text("24 小时后", "After 24 hours"),
}
AT_THE_DESK = dt.timedelta(hours=1)
ONE_DAY = dt.timedelta(hours=24)

PAPERS: dict[str, Text] = {
    "application": Text("申请单", "Application"),
    "payment_proof": Text("交费发票或凭条", "Payment invoice or receipt"),
    "payer_id": Text("退费人证件已核", "Payer's identity checked"),
    "owner_id": Text("错交号码机主证件已核", "Identity of the wrong number's owner checked"),
    "owner_consent": Text("错交号码机主同意书", "Consent of the wrong number's owner"),
    "closing_form": Text("销户受理单", "Closing form"),
    "goods_slip": Text("退货验收单", "Slip of goods taken back"),
    "complaint_record": Text("投诉处理记录", "Complaint record"),
    "outage_record": Text("故障记录", "Outage record"),
    "campaign_rule": Text("活动文件", "Campaign's rules"),
    "deposit_receipt": Text("押金收据", "Deposit receipt"),
    "customer_receipt": Text("客户签收", "Receipt signed by the customer"),
}
_BY_REASON: dict[str, tuple[str, ...]] = {
    "closing_balance": ("closing_form", "payer_id"),
    "wrong_charge": ("payment_proof",),
    "goods_returned": ("payment_proof", "goods_slip"),
    "complaint": ("complaint_record",),
    "outage": ("outage_record",),
    "campaign": ("campaign_rule",),
    "deposit": ("deposit_receipt", "payer_id"),
}
_WRONG_PAYMENT: dict[str, tuple[str, ...]] = {
    DESK: ("payment_proof",),
    DAY: ("payment_proof", "payer_id", "owner_id"),
    LATER: ("payment_proof", "payer_id", "owner_id", "owner_consent"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for one instrument from a day on; amounts in fen, None where there is no limit.

    `tiers` are (role, inclusive limit), lowest first; above them department and finance sign
    together. `hall_roles` are those whose cases the requester himself may carry out.
    """

    instrument: str
    tiers: tuple[tuple[str, int], ...] = DEFAULT_TIERS
    hall_roles: tuple[str, ...] = ("duty_manager", "hall_manager")
    window_days: int = 30
    split_days: int = 7
    case_limit_fen: int | None = None
    subscriber_limit_fen: int | None = None
    clerk_day_limit_fen: int | None = None
    approver_day_limit_fen: int | None = None
    hall_day_limit_fen: int | None = None
    expires_days: int = 30
    papers_due_hour: int = 12
    near_limit_percent: int = 95
    near_limit_count: int = 3
    repeat_count: int = 3

    @property
    def pattern_days(self) -> int:
        """How far back the cases of a number are looked at: the window, a month at least."""
        return max(self.window_days, 30)

    def as_json(self) -> str:
        """Give the policy as it is frozen with a case: one JSON object, keys in order."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def policy_from_json(text: str) -> Policy:
    """Read what `as_json` wrote; names it does not know are an error of the program."""
    read = json.loads(text)
    read["tiers"] = tuple((role, limit) for role, limit in read["tiers"])
    read["hall_roles"] = tuple(read["hall_roles"])
    return Policy(**{field.name: read[field.name] for field in fields(Policy)})


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case: when it was asked for, and how much, in fen.

    It is of the same subscriber, or of another whose money goes to the same number: then it counts
    for a split alone.
    """

    on: dt.date
    amount_fen: int
    same_number: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for: amount in fen, on which day, and what the subscriber was given before.

    `paid_at` is the time of the original payment, None where there is none; `at_desk` that the
    customer has not left since. `earlier` leaves out what was rejected, withdrawn or expired.
    """

    amount_fen: int
    reason: str
    asked_at: dt.datetime
    on: dt.date
    subscriber: str = ""
    paid_at: dt.datetime | None = None
    at_desk: bool = False
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a case needs: who signs and why, which papers, and whether it looks like a split.

    `judged_fen` is the largest of the amount, the subscriber's sum over the window, and what goes
    to the same number within the days of a split.
    """

    judged_fen: int
    sum_fen: int
    roles: tuple[str, ...]
    split: bool
    band: str
    papers: tuple[str, ...]
    requester_may_execute: bool
    why: tuple[Text, ...]


def judge(policy: Policy, case: Case) -> Judgement:
    """Give what the case needs under the policy (DOMAIN REF-01: limits are inclusive)."""
    sum_fen = case.amount_fen + _sum_since(case, policy.window_days)
    single = roles_for(policy, case.amount_fen)
    week_fen = case.amount_fen + _sum_since(case, policy.split_days, of_all=True)
    split = roles_for(policy, week_fen) != single
    judged = max(case.amount_fen, sum_fen, week_fen if split else 0)
    roles = roles_for(policy, judged)
    band = band_of(case)
    return Judgement(
        judged_fen=judged,
        sum_fen=sum_fen,
        roles=roles,
        split=split,
        band=band,
        papers=papers_for(policy.instrument, case.reason, band),
        requester_may_execute=roles[0] in policy.hall_roles,
        why=tuple(_reasons_for(policy, case, sum_fen, judged, split=split)),
    )


def roles_for(policy: Policy, amount_fen: int) -> tuple[str, ...]:
    """Give the roles that must sign an amount: the lowest tier that covers it, or both above."""
    for role, limit in sorted(policy.tiers, key=lambda tier: tier[1]):
        if amount_fen <= limit:
            return (role,)
    return ABOVE_ALL


def limit_of(policy: Policy, roles: Sequence[str]) -> int | None:
    """Give the inclusive limit of the tier whose roles these are, None above all tiers."""
    limits: Mapping[str, int] = dict(policy.tiers)
    return limits.get(roles[0]) if len(roles) == 1 else None


def band_of(case: Case) -> str:
    """Give how long ago the wrong payment was: at the desk, within 24 hours, or later; else ''."""
    if case.reason != "wrong_payment" or case.paid_at is None:
        return ""
    elapsed = case.asked_at - case.paid_at
    if case.at_desk and elapsed <= AT_THE_DESK:
        return DESK
    return DAY if elapsed <= ONE_DAY else LATER


def papers_for(instrument: str, reason: str, band: str) -> tuple[str, ...]:
    """Give the papers a case must have, in order: application first, the customer's receipt last.

    A wrong payment of which no time is known is judged as the latest.
    """
    asked = _WRONG_PAYMENT[band or LATER] if reason == "wrong_payment" else _BY_REASON[reason]
    receipt = ("customer_receipt",) if INSTRUMENTS[instrument].pays_out else ()
    return ("application", *asked, *receipt)


def _sum_since(case: Case, days: int, *, of_all: bool = False) -> int:
    if not case.subscriber:
        return 0
    since = case.on - dt.timedelta(days=days)
    return sum(
        one.amount_fen
        for one in case.earlier
        if since < one.on <= case.on and (of_all or one.same_number)
    )


def _reasons_for(
    policy: Policy, case: Case, sum_fen: int, judged: int, *, split: bool
) -> list[Text]:
    roles = roles_for(policy, judged)
    limit = limit_of(policy, roles)
    why = []
    if sum_fen > case.amount_fen:
        why.append(
            Text(
                f"该号码 {policy.window_days} 天内累计 {_yuan(sum_fen)} 元",
                f"{_yuan(sum_fen)} for this number in {policy.window_days} days",
            )
        )
    if limit is None:
        why.append(Text("超过所有单级限额", "above the limit of every single tier"))
    else:
        why.append(
            Text(
                f"{_yuan(judged)} 元在限额 {_yuan(limit)} 元以内",
                f"{_yuan(judged)} is within the limit of {_yuan(limit)}",
            )
        )
    if split:
        why.append(
            Text(
                f"{policy.split_days} 天内多笔合计超过单笔限额,按拆分上送",
                f"several cases in {policy.split_days} days pass the limit of one: sent up"
                " as a split",
            )
        )
    return why


def _yuan(fen: int) -> str:
    return show_yuan(fen, separators=True)
