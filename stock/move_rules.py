"""Rules of single kinds that need the books: categories, custody, campaigns, swaps, signers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from ledger.accounts import CATEGORIES, Account, Commodity
from ledger.documents import Document, Line
from ledger.movements import place_name
from ledger.organisations import Hall
from ledger.postings import Posting
from ledger.text import Text
from stock.campaigns import check_campaign, purpose_of
from stock.categories import GOODS
from stock.dispatches import check_lost
from stock.errors import (
    CategoryNotAllowed,
    DeactivationProofMissing,
    NotBetweenClerks,
    NotOfDispatch,
    NotYourCustody,
    SamePlace,
    SwapNotOneForOne,
)
from stock.gift_purposes import PURPOSE
from stock.move_lines import Move
from stock.oldest_first import check_oldest_first
from stock.places import Places
from stock.type_codes import doubtful_models

CUSTODY = frozenset({"clerk", "counter"})
REFUND_DAYS, EXCHANGE_DAYS = 7, 15
MOST_DOUBTS = 5
GUARANTEES: dict[str, Text] = {
    "refund": Text("可退、换、修(7 日内)", "Refund, exchange or repair (7 days)"),
    "exchange": Text("可换、修(15 日内)", "Exchange or repair (15 days)"),
    "repair": Text("已过退换期,仅保修", "Repair alone: past 15 days"),
}


def check_rules(move: Move, lines: Sequence[Line]) -> None:
    """Go on only if the kind's rules allow the lines; raises an error of `stock.errors`."""
    # Lines that go the same way are alike to these rules.
    for item, debit, credit in dict.fromkeys((o.commodity, o.debit, o.credit) for o in lines):
        _check_category(move, item)
        if debit.id == credit.id:
            raise SamePlace(item=item.code, place=place_name(debit))
    _check_custody(move, lines)
    check_oldest_first(move, lines)
    if move.name == "scrap":
        _check_scrap(move, lines)
    if move.name == "gift":
        check_campaign(
            move.uow,
            move.hall,
            code=move.facts["campaign"],
            recipient=move.facts["recipient"],
            pieces=sum(line.quantity for line in lines),
            on=move.on,
        )
    if move.name == "swap":
        _check_swap(lines)


def add_facts(move: Move, lines: Sequence[Line]) -> dict[str, str]:
    """Give what the books know of the document: a loan's slip, a swap's units, a gift's purpose."""
    if move.name == "receipt":
        return _doubts(move, lines)
    if move.name == "into_care" and move.elsewhere:
        query = select(Hall.code).where(Hall.id.in_(sorted(set(move.elsewhere.values()))))
        return {"sold_by": ", ".join(sorted(move.uow.session.scalars(query)))}
    if move.name == "take_back":
        numbers = {_brought_there(move, line).number for line in lines if line.serial}
        return {"loan": ", ".join(sorted(number for number in numbers if number))}
    if move.name == "gift":
        return {PURPOSE: purpose_of(move.uow, move.hall, move.facts["campaign"])}
    if move.name == "swap":
        _check_swap(lines)
        old = next(line for line in lines if line.credit.kind == "customer")
        new = next(line for line in lines if line.debit.kind == "customer")
        sold_on = _brought_there(move, old).on
        days = (move.on - sold_on).days
        return {
            "old_serial": old.serial,
            "new_serial": new.serial,
            "sold_on": sold_on.isoformat(),
            "days": str(days),
            "guarantee": guarantee_after(days),
        }
    return {}


def _doubts(move: Move, lines: Sequence[Line]) -> dict[str, str]:
    """Name the numbers whose type code is another model's; the goods are received all the same."""
    serials, commodities = [o.serial for o in lines], [o.commodity for o in lines]
    odd = [
        f"{lines[place].serial} ({doubt.item} ≠ {doubt.model})"
        for place, doubt in doubtful_models(move.uow, move.hall, serials, commodities).items()
    ]
    more = f" +{len(odd) - MOST_DOUBTS}" if len(odd) > MOST_DOUBTS else ""
    return {"type_codes": ", ".join(odd[:MOST_DOUBTS]) + more} if odd else {}


def guarantee_after(days: int) -> str:
    """Give what the three guarantees grant so many days after the sale, its day not counted."""
    if days <= REFUND_DAYS:
        return "refund"
    return "exchange" if days <= EXCHANGE_DAYS else "repair"


def signers_of(move: Move, lines: Sequence[Line]) -> tuple[str, ...]:
    """Give the staff numbers that must sign too: whoever of both sides is not the maker.

    Raises NotBetweenClerks.
    """
    if not move.kind.confirmed:
        return ()
    places = Places(move.uow, move.hall)
    signers: list[str] = []
    for end in {line.debit.id: line.debit for line in lines}.values():
        signers += _signer(move, places, end, move.facts.get("receiver", ""))
    for end in {line.credit.id: line.credit for line in lines}.values():
        signers += _signer(move, places, end, "")
    if not signers:
        raise NotBetweenClerks(holder=lines[0].debit.holder)
    return tuple(dict.fromkeys(signers))


def _signer(move: Move, places: Places, end: Account, named: str) -> list[str]:
    if places.is_held_by_actor(end):
        return []
    if end.kind == "clerk":
        return [end.holder]
    if move.name == "handover" and named in places.counters.get(end.holder, set()):
        return [named]
    raise NotBetweenClerks(holder=end.holder)


def _check_category(move: Move, item: Commodity) -> None:
    category = item.category
    allowed = move.kind.categories
    if category not in GOODS or (
        GOODS[category].in_care_only if allowed is None else category not in allowed
    ):
        raise CategoryNotAllowed(item=item.code, category=CATEGORIES[category], kind=move.kind.text)


def _check_custody(move: Move, lines: Sequence[Line]) -> None:
    """A clerk gives away only what is in his own custody; the keeper handles everybody's."""
    if "stock_keeper" in move.uow.actor.roles_in(move.hall.id):
        return
    places = Places(move.uow, move.hall)
    for line in lines:
        held = [line.credit] if line.credit.kind in {*CUSTODY, "store"} else []
        if move.kind.confirmed:
            held.append(line.debit)
        if held and not any(places.is_held_by_actor(account) for account in held):
            raise NotYourCustody(holder=place_name(held[0]))


def _check_scrap(move: Move, lines: Sequence[Line]) -> None:
    for line in lines:
        needs_proof = GOODS[line.commodity.category].deactivated_on_scrap
        if needs_proof and not move.facts.get("deactivation"):
            raise DeactivationProofMissing(item=line.commodity.code)
    lost = [line for line in lines if line.credit.kind == "transit"]
    if lost and "dispatch" not in move.facts:
        raise NotOfDispatch(serial=lost[0].serial or lost[0].commodity.code, dispatch="-")
    for line in lost:
        # A unit under way by another transfer may arrive yet, and would be in two places.
        by = _brought_there(move, line).number if line.serial in move.units else None
        if line.serial and by != move.facts["dispatch"]:
            raise NotOfDispatch(serial=line.serial, dispatch=move.facts["dispatch"])
    if lost:
        pieces = sum(line.quantity for line in lost)
        check_lost(move.uow, move.hall, move.facts["dispatch"], counted=pieces)


def _check_swap(lines: Sequence[Line]) -> None:
    old = sum(line.quantity for line in lines if line.credit.kind == "customer")
    new = sum(line.quantity for line in lines if line.debit.kind == "customer")
    if (old, new) != (1, 1) or not all(line.serial for line in lines):
        raise SwapNotOneForOne(old=old, new=new)


class _Brought:
    """Which document brought a unit where it is, and when."""

    def __init__(self, number: str | None, on: dt.date) -> None:
        self.number, self.on = number, on


def _brought_there(move: Move, line: Line) -> _Brought:
    unit = move.units[line.serial]
    row = move.uow.session.execute(
        select(Document.number, Posting.business_date)
        .join(
            Document,
            (Document.hall_id == Posting.hall_id) & (Document.id == Posting.document_id),
        )
        .where(
            Posting.hall_id == move.hall.id,
            Posting.unit_id == unit.unit_id,
            Posting.debit_account == line.credit.id,
        )
        .order_by(Posting.id.desc())
        .limit(1)
    ).first()
    return _Brought(None, move.on) if row is None else _Brought(*row)
