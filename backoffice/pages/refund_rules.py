"""Authorities to sign in somebody's place, and the policy of each instrument with its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.duty_pages import show_duty
from backoffice.pages.move_forms import day_of
from backoffice.pages.refund_pages import show_refunds
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.refund_input import policy_of_body
from ledger.actors import ROLES, Employment, names_of
from ledger.documents import STATES, Document, facts_of
from ledger.duties.delegations import AUDITOR, GIVEN, authorities_of, end_authority, give_authority
from ledger.duties.errors import AuthorityRefused
from ledger.errors import BackofficeError
from ledger.lifecycle import advance
from ledger.money import read_fen
from ledger.text import Text
from ledger.work import UnitOfWork
from refunds.errors import PolicyUnreadable
from refunds.instruments import INSTRUMENTS
from refunds.policies import (
    LADDER,
    PolicyInForce,
    find_policy_change,
    policy_changes,
    policy_on,
    propose_policy,
    sign_policy,
)
from refunds.policy import Policy, policy_from_json

AUTHORITIES = Text("代签授权", "Authorities to sign")
POLICIES = Text("退减赠政策", "Policies of refunds")
LIMIT_WORDS: dict[str, Text] = {
    "case": Text("单笔限额", "One case"),
    "subscriber": Text("单号码限额", "One number"),
    "clerk_day": Text("营业员当日", "Clerk, a day"),
    "approver_day": Text("审批人当日", "Approver, a day"),
    "hall_day": Text("营业厅当日", "Hall, a day"),
}
DAY_WORDS: dict[str, Text] = {
    "window_days": Text("累计天数", "Days summed up"),
    "split_days": Text("拆分天数", "Days of a split"),
    "expires_days": Text("有效天数", "Days till it expires"),
}
AUTHORITY_DONE = {
    "give": Text("授权已生效。", "The authority is given."),
    "end": Text("授权已收回。", "The authority has ended."),
}
POLICY_DONE = {
    "propose": Text("已提出,等部门另一人审批。", "Proposed; another of the department signs it."),
    "sign": Text("已批准,自生效日起执行。", "Signed; it counts from its first day."),
    "reject": Text("已退回。", "Rejected."),
}
LOOK = (("refund_policy", "view"),)


@dataclass(frozen=True, slots=True)
class Version:
    """A change of policy as it stands."""

    document: Document
    instrument: str
    valid_from: str
    reason: str
    policy: Policy


@pages.get("/halls/<hall>/refunds/authorities")
@needs(*LOOK, ("roster", "view"))
def list_authorities() -> str:
    """List the authorities, and the form to give one."""
    return _authorities()


@pages.post("/halls/<hall>/refunds/authorities")
@needs(("authorities", "submit"))
def do_authority() -> Response | tuple[str, int]:
    """Give an authority or end one; both ask for the password."""
    form = request.form
    act = form.get("act", "")
    if act not in AUTHORITY_DONE:
        raise BadRequest
    if not password_is_right(form.get("password", "")):
        return _authorities(act, WRONG_PASSWORD), 422
    try:
        act_once(_give if act == "give" else _end)
    except BackofficeError as refused:
        return _authorities(act, Text(refused.message("zh"), refused.message("en"))), 422
    say(AUTHORITY_DONE[act])
    return redirect(url_for("pages.list_authorities", hall=hall().code))


def _give(uow: UnitOfWork) -> None:
    form = request.form
    from_on, to_on = day_of(form.get("from_on", "")), day_of(form.get("to_on", ""))
    cap = _fen(form.get("cap", ""))
    needs_cap = form.get("role") != AUDITOR
    if from_on is None or to_on is None or (needs_cap and cap is None):
        raise AuthorityRefused(
            problem=Text("须写明起止日期与上限金额", "it needs its days and a cap")
        )
    give_authority(
        uow,
        hall=hall(),
        role=form.get("role", ""),
        to=form.get("to", "").strip(),
        from_on=from_on,
        to_on=to_on,
        cap_fen=cap,
        reason=form.get("reason", "").strip()[:500],
    )


def _end(uow: UnitOfWork) -> None:
    form = request.form
    reason = form.get("reason", "").strip()[:500]
    end_authority(uow, hall=hall(), number=form.get("number", ""), reason=reason)


def _authorities(tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        given = authorities_of(uow, hall())
        own = actor().roles_in(hall().id)
        return show_duty(
            uow,
            "pages/refund_authorities.html",
            page="authorities",
            title=AUTHORITIES,
            given=[(one, facts_of(uow, one)) for one in given],
            persons=person_names(uow, {one.maker_id for one in given}),
            names=names_of(uow, hall().id),
            roles=ROLES,
            states=STATES,
            own_roles=[role for role in (*LADDER, AUDITOR) if role in own & GIVEN],
            people=_people(uow),
            may_end=allowed("authorities", "reverse"),
            today=g.today,
            tried=tried,
            error=error,
        )


def _people(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Give number and name of whom the visitor could let sign for him."""
    names = names_of(uow, hall().id)
    query = select(Employment.number).where(
        Employment.hall_id == hall().id,
        Employment.kind == "person",
        Employment.person_id != actor().person_id,
        Employment.valid_from <= g.today,
        Employment.valid_to >= g.today,
    )
    numbers = uow.session.scalars(query.order_by(Employment.number))
    return [(number, names.get(number, "")) for number in numbers]


@pages.get("/halls/<hall>/refunds/policies")
@needs(*LOOK)
def show_refund_policies() -> str:
    """Show the policy of each instrument in force, its versions, and the form to change it."""
    return _policies()


@pages.post("/halls/<hall>/refunds/policies")
@needs(("refund_policy", "submit"))
def do_refund_policy() -> Response | tuple[str, int]:
    """Propose a change, sign or reject one; each signature asks for the password."""
    form = request.form
    act = form.get("act", "")
    acts: dict[str, Callable[[UnitOfWork], object]] = {
        "propose": _propose,
        "sign": lambda uow: sign_policy(uow, hall=hall(), number=form.get("number", "")),
        "reject": _reject,
    }
    if act not in acts:
        raise BadRequest
    if not password_is_right(form.get("password", "")):
        return _policies(act, WRONG_PASSWORD), 422
    try:
        act_once(acts[act])
    except BackofficeError as refused:
        return _policies(act, Text(refused.message("zh"), refused.message("en"))), 422
    say(POLICY_DONE[act])
    return redirect(url_for("pages.show_refund_policies", hall=hall().code))


def _reject(uow: UnitOfWork) -> None:
    document = find_policy_change(uow, hall(), request.form.get("number", ""))
    reason = request.form.get("reason", "").strip()[:500]
    if not reason:
        raise PolicyUnreadable(field="reason", problem=Text("请写明原因", "give the reason"))
    advance(uow, document, "reject", reason=reason)


def _propose(uow: UnitOfWork) -> None:
    """Read the form: what stands in it is the whole policy, an empty limit is none."""
    form = request.form
    instrument = form.get("instrument", "")
    first = day_of(form.get("valid_from", ""))
    if instrument not in INSTRUMENTS or first is None:
        raise PolicyUnreadable(field="valid_from", problem=Text("请填生效日", "give its first day"))
    before = policy_on(uow, hall(), instrument, first).policy
    tiers = [{"role": role, "limit": _fen(form.get(f"tier-{role}", ""))} for role in LADDER]
    body: dict[str, object] = {
        "tiers": [tier for tier in tiers if tier["limit"] is not None],
        **{f"{name}_limit": _fen(form.get(f"{name}_limit", "")) for name in LIMIT_WORDS},
        **{name: form.get(name, type=int) or 0 for name in DAY_WORDS},
    }
    propose_policy(
        uow,
        hall=hall(),
        policy=policy_of_body(before, body),
        valid_from=first,
        reason=form.get("reason", "").strip()[:500],
    )


def _fen(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return read_fen(text)
    except ValueError as wrong:
        problem = Text(f"“{text[:20]}”不是金额", f"{text[:20]!r} is no amount")
        raise PolicyUnreadable(field="limit", problem=problem) from wrong


def _policies(tried: str = "", error: Text | None = None) -> str:
    chosen = request.values.get("instrument", "")
    chosen = chosen if chosen in INSTRUMENTS else next(iter(INSTRUMENTS))
    with reading() as uow:
        versions = [_version(uow, one) for one in policy_changes(uow, hall())]
        in_force: PolicyInForce = policy_on(uow, hall(), chosen, g.today)
        return show_refunds(
            uow,
            "pages/refund_policies.html",
            page="policies",
            title=POLICIES,
            kinds=INSTRUMENTS,
            chosen=chosen,
            in_force=in_force,
            others={name: policy_on(uow, hall(), name, g.today) for name in INSTRUMENTS},
            versions=[one for one in versions if one.instrument == chosen],
            pending=[one for one in versions if one.document.state == "submitted"],
            persons=person_names(uow, {one.document.maker_id for one in versions}),
            ladder=LADDER,
            roles=ROLES,
            states=STATES,
            limit_words=LIMIT_WORDS,
            day_words=DAY_WORDS,
            may_change=allowed("refund_policy", "submit"),
            tomorrow=g.today + dt.timedelta(days=1),
            tried=tried,
            error=error,
        )


def _version(uow: UnitOfWork, document: Document) -> Version:
    facts = facts_of(uow, document)
    return Version(
        document,
        facts["instrument"],
        facts["valid_from"],
        facts["reason"],
        policy_from_json(facts["policy"]),
    )
