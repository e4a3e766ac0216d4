"""Counts: the list, opening one, and one count with what it found (DOMAIN STK-11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from backoffice.count_forms import blanks_beside
from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.shell import say
from ledger.accounts import CATEGORIES, Account, Commodity
from ledger.actors import ROLES, RoleGrant, names_of
from ledger.documents import STATES, Document
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.count_differences import Difference, Outcome, find_outcome
from stock.count_months import LACKS, month_places
from stock.count_rounds import differences_of_round, rounds_of
from stock.count_scans import entered_numbers, last_scans
from stock.count_settling import REASONS, Proposal, propose_result
from stock.count_tables import COUNT_KINDS, COUNT_STATES, COUNTING, Count
from stock.counts import (
    PLACES,
    counts_in,
    find_count,
    list_counts,
    open_count,
    sees_differences,
    state_of,
)
from stock.place_words import place_words

COUNTS = Text("盘点", "Counts")
SHOWN = 300
SEES = (("count", "view"), ("count", "scan"))
LOOK = {
    "open": ("hourglass-split", "wait"),
    "finished": ("exclamation-octagon-fill", "bad"),
    "recounting": ("hourglass-split", "wait"),
    "settled": ("check-circle-fill", "good"),
    "cancelled": ("slash-circle", "quiet"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference as the page shows it."""

    one: Difference
    item: str
    name: str
    place: Text | None


@pages.get("/halls/<hall>/counts")
@needs(*SEES)
def show_counts() -> str:
    """List the counts, the latest first, and what the month-end count still lacks."""
    with reading() as uow:
        return _list(uow)


@pages.post("/halls/<hall>/counts")
@needs(("count", "open"))
def do_open_count() -> Response | tuple[str, int]:
    """Open a count; what is refused keeps what was chosen."""
    form = request.form
    opened: list[int] = []

    def do(uow: UnitOfWork) -> None:
        count = open_count(
            uow,
            hall=hall(),
            kind=form.get("kind", "") if form.get("kind") in COUNT_KINDS else "spot",
            place=form.get("place", ""),
            counter=form.get("counter", "").strip(),
            witness=form.get("witness", "").strip(),
            items=form.get("items", "").replace(",", " ").replace(",", " ").split(),
            categories=form.getlist("category"),
        )
        opened.append(count.count_no)

    try:
        act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return _list(uow, error=sentence), 422
    if not opened:
        return redirect(url_for("pages.show_counts", hall=hall().code))
    say(
        Text(
            f"第 {opened[0]} 号盘点已开,账面已留快照;盘点期间照常营业。",
            f"Count {opened[0]} is open; the books are noted as they stand, trade goes on.",
        )
    )
    return redirect(count_url(opened[0]))


def count_url(number: int) -> str:
    """Give the address of a count."""
    return url_for("pages.show_count", hall=hall().code, number=number)


def _list(uow: UnitOfWork, error: Text | None = None) -> str:
    staff = names_of(uow, hall().id)
    found = list_counts(uow, hall().id)
    sees_month = allowed("count", "view")
    now = uow.today
    month = month_places(uow, hall().id, now.year, now.month) if sees_month else []
    return show_goods(
        uow,
        "pages/counts.html",
        page="counts",
        title=COUNTS,
        counts=[(one, state_of(uow, one)) for one in found],
        places=_place_names(uow, {one.account_id for one in found}, staff),
        choices=_choices(uow, staff) if allowed("count", "open") else [],
        people=_people(uow, staff),
        kinds=COUNT_KINDS,
        states=COUNT_STATES,
        look=LOOK,
        categories={name: CATEGORIES[name] for name in GOODS},
        names=staff,
        month=[(place_words(one.account, staff), one) for one in month],
        month_name=f"{now:%Y-%m}",
        lacks=LACKS,
        error=error,
    )


def _choices(uow: UnitOfWork, staff: Mapping[str, str]) -> list[tuple[str, Text]]:
    """Give the places that can be counted, as (value, name)."""
    rows = uow.session.scalars(
        select(Account).where(Account.hall_id == hall().id, Account.kind.in_(PLACES))
    ).all()
    order = {kind: n for n, kind in enumerate(PLACES)}
    found = sorted(rows, key=lambda a: (order[a.kind], a.holder))
    return [(f"{a.kind} {a.holder}".strip(), place_words(a, staff)) for a in found]


def _people(uow: UnitOfWork, staff: Mapping[str, str]) -> list[tuple[str, str, list[Text]]]:
    """Give number, name and roles of everybody who may count."""
    roles: dict[str, list[Text]] = {}
    for number, role in uow.session.execute(
        select(RoleGrant.number, RoleGrant.role)
        .where(RoleGrant.hall_id == hall().id)
        .order_by(RoleGrant.number, RoleGrant.role)
    ):
        if role in ROLES:
            roles.setdefault(number, []).append(ROLES[role])
    return [(number, staff.get(number, ""), held) for number, held in sorted(roles.items())]


def _place_names(uow: UnitOfWork, ids: Iterable[int], staff: Mapping[str, str]) -> dict[int, Text]:
    accounts = uow.session.scalars(
        select(Account).where(Account.hall_id == hall().id, Account.id.in_(set(ids)))
    )
    return {account.id: place_words(account, staff) for account in accounts}


@pages.get("/halls/<hall>/counts/<int:number>")
@needs(*SEES)
def show_count(number: int) -> str:
    """Show a count: who, what of, how far; and, to who may see it, what it found."""
    with reading() as uow:
        return count_page(uow, number)


def count_page(uow: UnitOfWork, number: int, error: Text | None = None) -> str:
    """Give the page of a count for the present visitor."""
    count = find_count(uow, hall().id, number)
    staff = names_of(uow, hall().id)
    state = state_of(uow, count)
    sees = sees_differences(uow, count)
    outcome = find_outcome(uow, count) if sees else None
    document = (
        uow.session.get(Document, (hall().id, count.document_id)) if count.document_id else None
    )
    proposal = _proposal(uow, count, state) if sees else None
    differing = differences_of_round(uow, count, count.round - 1) if count.recount_of else []
    shown = _shown(uow, outcome, staff) if outcome else []
    return show_goods(
        uow,
        "pages/count.html",
        page="counts",
        title=Text(f"盘点 {number}", f"Count {number}"),
        trail=((COUNTS, url_for("pages.show_counts", hall=hall().code)),),
        count=count,
        state=state,
        place=_place_names(uow, [count.account_id], staff)[count.account_id],
        forms=blanks_beside(
            uow,
            hall(),
            uow.session.get_one(Account, (hall().id, count.account_id)),
            count.business_date,
        ),
        kinds=COUNT_KINDS,
        states=COUNT_STATES,
        look=LOOK,
        names=staff,
        mine=counts_in(uow, count),
        finisher=uow.actor.person_id == count.counter_id,
        counting=state in COUNTING,
        sees=sees,
        outcome=outcome,
        found=shown[:SHOWN],
        found_count=len(shown),
        missing=sum(one.one.quantity for one in shown if one.one.sort == "missing"),
        unexpected=sum(one.one.quantity for one in shown if one.one.sort == "unexpected"),
        proposal=proposal,
        left={one.key: REASONS[why] for one, why in proposal.left} if proposal else {},
        serial_items=_serial_items(uow) if proposal else [],
        document=document,
        document_states=STATES,
        rounds=rounds_of(uow, count),
        duplicates=[row for row in last_scans(uow, count, limit=200) if row.verdict == "twice"],
        numbers=entered_numbers(uow, count),
        differing=sorted({one.serial for one in differing if one.serial}),
        differing_items=sorted(
            _codes(uow, [one.commodity_id for one in differing if not one.serial])
        ),
        people=_people(uow, staff),
        error=error,
        SHOWN=SHOWN,
    )


def _proposal(uow: UnitOfWork, count: Count, state: str) -> Proposal | None:
    if state != "finished":
        return None
    return propose_result(uow, hall=hall(), count_no=count.count_no)


def _serial_items(uow: UnitOfWork) -> list[Commodity]:
    return list(
        uow.session.scalars(
            select(Commodity)
            .where(Commodity.tracking == "serial", Commodity.category.in_(list(GOODS)))
            .order_by(Commodity.code)
        )
    )


def _codes(uow: UnitOfWork, ids: Iterable[int]) -> list[str]:
    query = select(Commodity.code).where(Commodity.id.in_(set(ids)))
    return list(uow.session.scalars(query.order_by(Commodity.code)))


def _shown(uow: UnitOfWork, outcome: Outcome, staff: Mapping[str, str]) -> list[Shown]:
    ids = {one.commodity_id for one in outcome.differences}
    items = {c.id: c for c in uow.session.scalars(select(Commodity).where(Commodity.id.in_(ids)))}
    units = {one.unit_id: one.account_id for one in outcome.differences if one.sort == "missing"}
    where = dict(
        uow.session.execute(
            select(Unit.id, Unit.account_id).where(
                Unit.hall_id == hall().id, Unit.id.in_(list(units)[:SHOWN])
            )
        ).all()
    )
    places = _place_names(
        uow,
        {one.account_id for one in outcome.differences if one.account_id} | set(where.values()),
        staff,
    )
    return [
        Shown(
            one,
            items[one.commodity_id].code if one.commodity_id in items else "",
            items[one.commodity_id].name if one.commodity_id in items else "",
            places.get(one.account_id or where.get(one.unit_id) or 0),
        )
        for one in outcome.differences
    ]
