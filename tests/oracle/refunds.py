"""R · refunds, waivers and gift credits: R01 to R09 of CHECKS.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.oracle.books import Books, Form
from tests.oracle.claims import Claim, Claims, Given
from tests.oracle.findings import Finding, plain
from tests.oracle.links import Links
from tests.oracle.reading import read_fen

_LIMITS = {"duty_manager": 100_00, "hall_manager": 500_00, "department": 5_000_00}
_BACK, _ON = 7, 3
_WAYS = {"transfer": 15}
_ORIGINAL_WAY = 7
_BILLED = ("waiver", "gift_credit")


def refund_findings(books: Books, *, now: datetime) -> Iterator[Finding]:
    """Give what the R checks find on the audited date in a run at `now`."""
    claims = Claims(books)
    yield from _unapproved(books, claims)
    for claim in claims.all:
        if claim.date == books.date:
            yield from _invalid_approval(books, claims, claim)
            yield from _split(books, claims, claim)
            yield from _papers_missing(books, claims, claim, now)
            yield from _wrong_tender(books, claims, claim)
            yield from _not_carried_out(books, claims, claim, now)
            yield from _carried_out_twice(claims, claim)
            yield from _not_designated(books, claims, claim)
            yield from _deposit(books, claims, claim)


def _unapproved(books: Books, claims: Claims) -> Iterator[Finding]:
    for one in claims.given:
        if one.date == books.date and not _is_covered(books, claims, one):
            yield plain("R01", subject=one.subject, clerk=one.clerk)


def _is_covered(books: Books, claims: Claims, one: Given) -> bool:
    if one.document_no:
        claim = claims.by_no.get(one.document_no)
        if claim is None or not claim.is_approved or claim.kind not in one.kinds:
            return False
        earlier = [other for other in claims.on(claim) if (other.at, other.no) <= (one.at, one.no)]
        return sum(other.fen for other in earlier) <= claim.fen
    day = date.fromisoformat(books.date)
    low, high = (day - timedelta(days=_BACK)).isoformat(), (day + timedelta(days=_ON)).isoformat()
    fitting = [
        claim
        for claim in claims.all
        if claim.is_approved
        and claim.kind in one.kinds
        and (claim.subscriber, claim.fen) == (one.subscriber, one.fen)
        and low <= claim.date <= high
        and not claims.on(claim)
    ]
    alike = [
        other
        for other in claims.given
        if not other.document_no
        and (other.kinds, other.subscriber, other.fen) == (one.kinds, one.subscriber, one.fen)
        and low <= other.date
        and (other.at, other.no) <= (one.at, one.no)
    ]
    return len(alike) <= len(fitting)


def _roles(books: Books, number: str, on: str) -> set[str]:
    """The roles a person had on a day, by the hall file of that day."""
    person = books.person(number)
    return {
        str(role)
        for one in books.evidence.hall_on(on).get("staff", [])
        if books.person(str(one["number"])) == person
        for role in one.get("roles", [])
    }


def _limit(books: Books, claim: Claim) -> float:
    """The highest limit of those who approved; department and finance together have none."""
    approved = claim.time("approved_at")
    on = approved.date().isoformat() if approved else claim.date
    roles = _roles(books, claim.row["approver"], on)
    if claim.row.get("second_approver"):
        roles |= _roles(books, claim.row["second_approver"], on)
    if {"department", "finance"} <= roles:
        return float("inf")
    return max((_LIMITS.get(role, 0) for role in roles), default=0)


def _window(claims: Claims, claim: Claim, days: int) -> list[Claim]:
    """The subscriber's claims of the last days up to this one, itself included."""
    if not claim.subscriber:
        return [claim]
    since = (date.fromisoformat(claim.date) - timedelta(days=days)).isoformat()
    return [
        other
        for other in claims.all
        if other.subscriber == claim.subscriber
        and other.date > since
        and other.order <= claim.order
    ]


def _invalid_approval(books: Books, claims: Claims, claim: Claim) -> Iterator[Finding]:
    if not claim.is_approved:
        return
    approvers = {claim.row["approver"], claim.row.get("second_approver") or claim.row["approver"]}
    own = books.person(claim.row["requester"]) in {books.person(one) for one in approvers}
    approved = claim.time("approved_at")
    done = [claim.time("executed_at"), *(one.at for one in claims.on(claim))]
    late = any(approved > at for at in done if at is not None and approved is not None)
    summed = sum(other.fen for other in _window(claims, claim, 30))
    if own or late or _limit(books, claim) < max(claim.fen, summed):
        yield plain("R02", subject=f"document:{claim.no}", clerk=claim.row["approver"])


def _split(books: Books, claims: Claims, claim: Claim) -> Iterator[Finding]:
    if not claim.is_approved or not claim.subscriber:
        return
    limit = _limit(books, claim)
    within = [
        other
        for other in _window(claims, claim, 7)
        if other.row.get("approver") and other.fen <= limit
    ]
    if claim.fen <= limit and len(within) > 1 and sum(other.fen for other in within) > limit:
        yield plain("R03", subject=f"document:{claim.no}", clerk=claim.row["requester"])


def _papers_missing(books: Books, claims: Claims, claim: Claim, now: datetime) -> Iterator[Finding]:
    done = claims.done_at(claim)
    if done is None:
        return
    noon = done.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    handed = claim.time("papers_handed_at")
    late = now > noon if handed is None else handed > noon
    unsigned = claim.row.get("customer_signed") != "1"
    if unsigned or late or _is_still_invoiced(books, claims, claim, done, now):
        who = claim.row.get("executor") or claim.row["requester"]
        yield plain("R04", subject=f"document:{claim.no}", clerk=who)


def _is_still_invoiced(
    books: Books, claims: Claims, claim: Claim, done: datetime, now: datetime
) -> bool:
    """Tell whether less is reversed of the sale's invoices than went back of what they bill."""
    original = claim.row.get("original_txn_no", "")
    if claim.kind != "refund" or original not in books.transactions:
        return False
    links = Links(books)
    blue: list[Form] = [form for form in links.invoices[original] if form.now.status == "issued"]
    billed = {original} | {no for form in blue for no in links.transactions(form)}
    paid = sum(books.transactions[no].total("received") for no in billed)
    back = sum(
        other.fen
        for other in claims.all
        if other.kind == "refund"
        and other.row.get("original_txn_no", "") in billed
        and other.order <= claim.order
        and claims.done_at(other) is not None
    )
    invoiced = sum(form.now.fen for form in blue)
    undone = sum(books.reversed_of(form) for form in blue)
    if undone >= back or undone >= invoiced - (paid - back):
        return False
    open_ones = [form for form in blue if books.reversed_of(form) < form.now.fen]
    return any(one.is_drawn_kind for one in open_ones) or now > done + timedelta(hours=72)


def _tenders_of(books: Books, txn_no: str) -> set[str]:
    txn = books.transactions.get(txn_no)
    if txn is None:
        return set()
    return {payment.tender for payment in txn.payments if payment.fen > 0}


def _wrong_tender(books: Books, claims: Claims, claim: Claim) -> Iterator[Finding]:
    paid_by = _tenders_of(books, claim.row.get("original_txn_no", ""))
    if claim.kind not in ("refund", "deposit_return") or not paid_by:
        return
    used = {tender for one in claims.on(claim) for tender in one.tenders}
    if not used and claim.row.get("executed_at"):
        used = {claim.row.get("tender", "")} - {""}
    if used - paid_by:
        who = claim.row.get("executor") or claim.row["requester"]
        yield plain("R05", subject=f"document:{claim.no}", clerk=who)


def _not_carried_out(
    books: Books, claims: Claims, claim: Claim, now: datetime
) -> Iterator[Finding]:
    approved = claim.time("approved_at")
    if not claim.is_approved or approved is None or _is_done(books, claims, claim):
        return
    tender = claim.row.get("tender", "")
    due = approved.date()
    if tender not in ("cash", ""):
        due = _working_days_after(due, _WAYS.get(tender, _ORIGINAL_WAY))
    severity = "warn" if now.date() > due else "note"
    yield plain(
        "R06",
        subject=f"document:{claim.no}",
        clerk=claim.row["requester"],
        severity=severity,
    )


def _is_done(books: Books, claims: Claims, claim: Claim) -> bool:
    told = {row["date"] for row in books.evidence.of("adjustments")}
    if claim.kind in _BILLED and books.date in told:
        day = date.fromisoformat(books.date)
        low = (day - timedelta(days=_BACK)).isoformat()
        high = (day + timedelta(days=_ON)).isoformat()
        if claims.on(claim) or _is_taken_less(books, claim):
            return True
        return any(
            one.kinds == (claim.kind,)
            and not one.document_no
            and (one.subscriber, one.fen) == (claim.subscriber, claim.fen)
            and low <= one.date <= high
            for one in claims.given
        )
    return bool(claim.row.get("executed_at") or claims.on(claim))


def _is_taken_less(books: Books, claim: Claim) -> bool:
    """Tell whether a transaction took less on it: one that names it, or is short by just it."""
    for txn in books.transactions.values():
        if any(line.get("document_no") == claim.no for line in txn.lines):
            return True
        if txn.date != books.date:
            continue
        due = txn.total("due") - txn.total("discount") + txn.total("prepaid")
        original = claim.row.get("original_txn_no", "")
        same = txn.first_of("subscriber") == claim.subscriber != ""
        if due - txn.total("received") == claim.fen and (
            original == txn.no or (same and not original)
        ):
            return True
    return False


def _working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _carried_out_twice(claims: Claims, claim: Claim) -> Iterator[Finding]:
    given = claims.on(claim)
    if len(given) > 1 and sum(one.fen for one in given) > claim.fen:
        who = claim.row.get("executor") or claim.row["requester"]
        yield plain("R07", subject=f"document:{claim.no}", clerk=who)


def _not_designated(books: Books, claims: Claims, claim: Claim) -> Iterator[Finding]:
    """The persons the hall's files had designated on the day it was carried out."""
    executor, done = claim.row.get("executor", ""), claims.done_at(claim)
    on = done.date().isoformat() if done else claim.date
    stated = [
        books.evidence.halls[day]["refund_handlers"]
        for day in sorted(books.evidence.halls)
        if day <= on and "refund_handlers" in books.evidence.halls[day]
    ]
    designated = {books.person(str(number)) for number in (stated[-1] if stated else [])}
    if executor and designated and books.person(executor) not in designated:
        yield plain("R08", subject=f"document:{claim.no}", clerk=executor)


def _deposit(books: Books, claims: Claims, claim: Claim) -> Iterator[Finding]:
    if claim.kind != "deposit_return" or claims.done_at(claim) is None:
        return
    original = claim.row.get("original_txn_no", "")
    txn = books.transactions.get(original)
    taken = sum(
        read_fen(line["received"])
        for line in (txn.lines if txn else [])
        if line.get("deposit") == "1" and read_fen(line["received"]) > 0
    )
    back = sum(
        other.fen
        for other in claims.all
        if other.kind == "deposit_return"
        and other.row.get("original_txn_no", "") == original
        and other.order <= claim.order
        and claims.done_at(other) is not None
    )
    if back > taken:
        yield plain("R09", subject=f"document:{claim.no}", clerk=claim.row["requester"])
