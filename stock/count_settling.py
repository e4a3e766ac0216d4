"""The result of a count: one document for what was lost and found, signed by tier (STK-11).

It never overwrites what the books hold: it moves what is missing to the account of count
differences, and what was found from there, or from the place of this hall where the books had it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, text

from ledger.accounts import ACCOUNT_KINDS, DEBIT, Account, Commodity, open_account
from ledger.actors import Employment
from ledger.documents import Document, DocumentKind, Line, draft_document, facts_of, register_kind
from ledger.events import record
from ledger.hall_days import OPEN_FOR_POSTING, HallDay, open_days
from ledger.hall_rules import Price
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.rows import Row, stage_rows
from ledger.text import Text
from ledger.units import Unit
from ledger.work import UnitOfWork
from stock.count_differences import MISSING, Difference, find_outcome
from stock.count_rounds import kept_differences, rounds_of
from stock.count_tables import Count
from stock.counts import find_count, require_sight, require_state
from stock.errors import UnknownItem
from stock.line_movements import movements_of

FOUND_FROM = ("difference", "loss")
NAMED_LEFT = 10
UNIT_IDS = [("unit_id", "BIGINT")]
REASONS: dict[str, Text] = {
    "elsewhere": Text("在其他营业厅账上,须由两厅调拨", "In another hall's books: transfer it"),
    "unnamed": Text("账上没有,须先指明物品", "In no books: say which item it is"),
    "gone": Text("账上已离开本厅,须按其单据退回", "Booked as gone: take it back by its own slip"),
}
"""Why a difference cannot be posted."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What settling would book: the lines with the value of each, and what it cannot and why."""

    lines: tuple[Line, ...]
    amount_fen: int
    left: tuple[tuple[Difference, str], ...]


def _counted_himself(uow: UnitOfWork, document: Document) -> bool:
    """Whether the actor counted or keeps the goods: he proposes, he never approves (STK-11b)."""
    if "stock_keeper" in uow.actor.roles_in(document.hall_id):
        return True
    numbers = facts_of(uow, document).get("counters", "").split(",")
    persons = uow.session.scalars(
        select(Employment.person_id).where(
            Employment.hall_id == document.hall_id, Employment.number.in_(numbers)
        )
    ).all()
    return uow.actor.person_id in persons


COUNT_RESULT = register_kind(
    DocumentKind(
        "count_result",
        "PD",
        Text("盘点单", "Count result"),
        "count",
        movements_of,
        needs_approval=True,
        posts_when_signed=True,
        bars=_counted_himself,
    )
)


def propose_result(
    uow: UnitOfWork, *, hall: Hall, count_no: int, items: Mapping[str, str] | None = None
) -> Proposal:
    """Give what settling would book now; `items` says which item a number unknown to the books is.

    Raises CountIsBlind, UnknownItem.
    """
    count = find_count(uow, hall.id, count_no)
    require_sight(uow, count)
    known = uow.session.scalar(
        select(Account).where(Account.hall_id == hall.id, Account.kind == "difference")
    )
    nowhere = Account(hall_id=hall.id, id=0, kind="difference", holder="", side=0)
    return _propose(uow, hall, count, items or {}, known or nowhere)


def settle_count(
    uow: UnitOfWork,
    *,
    hall: Hall,
    count_no: int,
    items: Mapping[str, str] | None = None,
    reason: str = "",
) -> Document | None:
    """Submit the result for signature by tier; gives its document, none where there is nothing.

    What cannot be posted, such as another hall's unit, is named on the document; where that is all
    there is, it moves nothing and is signed all the same. Whatever moved since is replayed once
    more. Raises CountNotOpen, UnknownItem and what `advance` does.
    """
    count = find_count(uow, hall.id, count_no, lock=True)
    require_state(uow, count, "finished")
    require(uow, hall.id, "count", "submit")
    require_sight(uow, count)
    count.until_row, count.document_id = None, None
    difference = open_account(uow, hall.id, "difference")
    proposal = _propose(uow, hall, count, items or {}, difference)
    with record(
        uow,
        hall_id=hall.id,
        act="count.settled",
        subject=f"count:{count_no}",
        business_date=count.business_date,
        facts={"lines": len(proposal.lines), "left": len(proposal.left)},
    ) as event:
        count.until_row = event.take_rows(0) - 1
        count.state = "settled"
    if not proposal.lines and not proposal.left:
        return None
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=COUNT_RESULT.name,
        business_date=_posting_day(uow, count),
        amount_fen=proposal.amount_fen,
        remark=reason,
    )
    count.document_id = document.id
    advance(
        uow,
        document,
        "submit",
        lines=proposal.lines,
        facts=_facts(uow, hall, count, proposal, reason),
        reason=reason,
    )
    return document


def _facts(
    uow: UnitOfWork, hall: Hall, count: Count, proposal: Proposal, reason: str
) -> dict[str, str]:
    account = uow.session.get_one(Account, (hall.id, count.account_id))
    people = [number for one in rounds_of(uow, count) for number in (one.counter, one.witness)]
    return {
        "count": str(count.count_no),
        "count_kind": count.kind,
        "place": f"{account.kind} {account.holder}".strip(),
        "counted_on": count.business_date.isoformat(),
        "counters": ",".join(dict.fromkeys(people)),
        "not_posted": _left(proposal),
        "reason": reason,
    }


def _left(proposal: Proposal) -> str:
    """Name what is not posted: how many, and the first of them."""
    if not proposal.left:
        return ""
    named = [one.serial or f"× {one.quantity}" for one, _ in proposal.left[:NAMED_LEFT]]
    more = " …" if len(proposal.left) > NAMED_LEFT else ""
    return f"{len(proposal.left)}: {', '.join(named)}{more}"


def _posting_day(uow: UnitOfWork, count: Count) -> dt.date:
    """Give the day of the count while it is open, else today: nothing is dated on a closed day."""
    day = uow.session.get(HallDay, (count.hall_id, count.business_date))
    if day is not None and day.hall_status in OPEN_FOR_POSTING:
        return count.business_date
    today = uow.today
    open_days(uow, count.hall_id, [today])
    return today


def _propose(
    uow: UnitOfWork, hall: Hall, count: Count, items: Mapping[str, str], difference: Account
) -> Proposal:
    found = kept_differences(uow, count) or find_outcome(uow, count).differences
    named = _named_items(uow, items)
    wanted = {one.commodity_id for one in found}
    commodities = {
        item.id: item
        for item in uow.session.scalars(select(Commodity).where(Commodity.id.in_(wanted)))
    }
    here = uow.session.get_one(Account, (hall.id, count.account_id))
    origins = _accounts(uow, hall.id, found)
    lines: list[Line] = []
    left: list[tuple[Difference, str]] = []
    for one in found:
        item = commodities.get(one.commodity_id) or named.get(one.serial)
        why = _why_not(one, item, origins)
        if why or item is None:
            left.append((one, why))
        elif one.sort == MISSING:
            lines.append(Line(item, difference, here, one.quantity, one.serial))
        else:
            origin = origins.get(one.account_id or 0, difference)
            lines.append(Line(item, here, origin, one.quantity, one.serial))
    costs = _unit_costs(uow, hall.id, found)
    valued, amount = _valued(uow, hall, count, lines, costs)
    return Proposal(tuple(valued), amount, tuple(left))


def _named_items(uow: UnitOfWork, items: Mapping[str, str]) -> dict[str, Commodity]:
    known = {
        item.code: item
        for item in uow.session.scalars(
            select(Commodity).where(Commodity.code.in_(set(items.values())))
        )
    }
    for code in items.values():
        if code not in known or known[code].tracking != "serial":
            raise UnknownItem(item=code)
    return {serial: known[code] for serial, code in items.items()}


def _accounts(uow: UnitOfWork, hall_id: int, found: Iterable[Difference]) -> dict[int, Account]:
    ids = {one.account_id for one in found if one.account_id}
    query = select(Account).where(Account.hall_id == hall_id, Account.id.in_(ids))
    return {account.id: account for account in uow.session.scalars(query)}


def _why_not(one: Difference, item: Commodity | None, origins: Mapping[int, Account]) -> str:
    """Give why a difference cannot be posted, '' where it can."""
    if one.elsewhere:
        return "elsewhere"
    if item is None:
        return "unnamed"
    origin = origins.get(one.account_id or 0)
    if origin is None or ACCOUNT_KINDS[origin.kind].side == DEBIT or origin.kind in FOUND_FROM:
        return ""
    return "gone"


def _valued(
    uow: UnitOfWork,
    hall: Hall,
    count: Count,
    lines: Sequence[Line],
    costs: Mapping[tuple[int, str], int],
) -> tuple[list[Line], int]:
    """Give lines with their unit cost, and the value of all: both ways count, nothing is netted.

    A unit is worth its cost, else the item's average cost here, else its price.
    """
    usual = _usual_costs(uow, hall.id, count, lines)
    valued = []
    for line in lines:
        cost = costs.get((line.commodity.id, line.serial), usual.get(line.commodity.id))
        valued.append(line._replace(unit_cost_fen=cost))
    return valued, sum((line.unit_cost_fen or 0) * line.quantity for line in valued)


def _unit_costs(
    uow: UnitOfWork, hall_id: int, found: Iterable[Difference]
) -> dict[tuple[int, str], int]:
    """Give (item, serial) -> what the unit cost, of units whose cost is known."""
    ids: list[Row] = [(one.unit_id,) for one in found if one.unit_id and not one.elsewhere]
    stage_rows(uow.session, "valued_units", UNIT_IDS, ids)
    rows = uow.session.execute(
        text(
            "SELECT u.commodity_id, u.serial, u.cost_fen FROM valued_units v JOIN units u"
            " ON u.hall_id = :hall AND u.id = v.unit_id WHERE u.cost_fen IS NOT NULL"
        ),
        {"hall": hall_id},
    )
    return {(row.commodity_id, row.serial): row.cost_fen for row in rows}


def _usual_costs(
    uow: UnitOfWork, hall_id: int, count: Count, lines: Sequence[Line]
) -> dict[int, int]:
    items = {line.commodity.id: line.commodity.code for line in lines}
    on = count.business_date
    prices = uow.session.execute(
        select(Price.item, Price.price_fen)
        .where(
            Price.hall_id == hall_id,
            Price.item.in_(items.values()),
            Price.campaign == "",
            Price.valid_from <= on,
            or_(Price.valid_to.is_(None), Price.valid_to >= on),
        )
        .order_by(Price.valid_from)
    )
    by_code: dict[str, int] = dict(prices.all())
    usual = {item: by_code[code] for item, code in items.items() if code in by_code}
    averages = uow.session.execute(
        select(Unit.commodity_id, func.sum(Unit.cost_fen), func.count(Unit.cost_fen))
        .where(Unit.hall_id == hall_id, Unit.commodity_id.in_(items), Unit.cost_fen.is_not(None))
        .group_by(Unit.commodity_id)
    )
    usual.update({item: -(-int(total or 0) // number) for item, total, number in averages})
    return usual
