"""Who signs a form document beside its maker, and whose hands forms may go into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from invoices.errors import NotAHolder, UnknownClerk
from invoices.form_lines import Making
from invoices.kinds import OTHER_SIDE, FormKind
from ledger.actors import Employment, RoleGrant, own_numbers
from ledger.documents import Line
from ledger.movements import place_name
from ledger.organisations import Hall
from ledger.work import UnitOfWork
from stock.errors import NotBetweenClerks, NotYourCustody, SamePlace

KEEPER, LEADER = "invoice_keeper", "duty_manager"
HOLDERS = ("clerk", KEEPER)
CUSTODY = "invoice_clerk"


def check_holder(uow: UnitOfWork, hall: Hall, clerk: str) -> None:
    """Go on only if a staff number may hold forms today; raises UnknownClerk, NotAHolder."""
    known = uow.session.get(Employment, (hall.id, clerk))
    if known is None:
        raise UnknownClerk(clerk=clerk or "-")
    today = _today(uow)
    role = uow.session.scalar(
        select(RoleGrant.role)
        .where(
            RoleGrant.hall_id == hall.id,
            RoleGrant.number == clerk,
            RoleGrant.role.in_(HOLDERS),
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to >= today,
        )
        .limit(1)
    )
    if role is None or not known.valid_from <= today <= known.valid_to:
        raise NotAHolder(clerk=clerk)


def check_sides(making: Making, kind: FormKind, lines: Sequence[Line]) -> None:
    """Go on only if the maker may move these forms: a clerk his own, the custodian everybody's.

    Raises SamePlace, NotYourCustody.
    """
    keeper = KEEPER in making.uow.actor.roles_in(making.hall.id)
    own = own_numbers(making.uow, making.hall.id)
    for line in lines:
        if line.debit.id == line.credit.id:
            raise SamePlace(item=line.commodity.code, place=place_name(line.debit))
        holders = {end.holder for end in (line.debit, line.credit) if end.kind == CUSTODY}
        if kind.area == "forms" and not keeper and not holders & own:
            raise NotYourCustody(holder=place_name(line.credit))


def signers_of(
    making: Making, kind: FormKind, lines: Sequence[Line]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the staff numbers and the roles that must sign too.

    Of the clerks on both sides whoever has not made it signs. Where the maker stands on both sides
    himself, a custodian who draws for himself, a leader signs in the other's place. Raises
    NotBetweenClerks.
    """
    if not kind.confirmed_by:
        return (), ()
    ends = [end for line in lines for end in (line.credit, line.debit) if end.kind == CUSTODY]
    holders = tuple(dict.fromkeys(end.holder for end in ends))
    own = own_numbers(making.uow, making.hall.id)
    others = tuple(holder for holder in holders if holder not in own)
    is_keeper = KEEPER in making.uow.actor.roles_in(making.hall.id)
    if kind.confirmed_by == OTHER_SIDE:
        if others:
            return others, ()
        if making.name == "invoice_handover":
            raise NotBetweenClerks(holder=", ".join(holders))
        return (), (LEADER,)
    if kind.confirmed_by != KEEPER or not is_keeper:
        return (), (kind.confirmed_by,)
    return (others, ()) if others else ((), (LEADER,))


def _today(uow: UnitOfWork) -> dt.date:
    return uow.today
