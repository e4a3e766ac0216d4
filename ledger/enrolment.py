"""Making a hall known: its place in the tree, its people, tenders, counters, limits and prices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from ledger.actors import END_OF_TIME, Employment, Person, RoleGrant
from ledger.duties.separation import require_grantable
from ledger.errors import Conflict
from ledger.hall_rules import KNOWN_TENDERS, CounterClerk, HallLimit, Tender
from ledger.organisations import Hall, HallHead, Organisation
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork


class HallChanged(Conflict):
    """What the books were opened with cannot become something else."""

    code = "hall_changed"
    text = Text(
        "营业厅 {hall} 的 {field} 已定为 {known},不能改为 {wanted}。",
        "Hall {hall} has {field} {known}; it cannot become {wanted}.",
    )


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A staff number, who holds it and what he may do; `person` names the same human elsewhere.

    `own_numbers` and `relatives_numbers` are subscribers for whom he never approves anything.
    """

    number: str
    name: str
    roles: tuple[str, ...]
    kind: str = "person"
    person: str = ""
    opening_float: int | None = None
    own_numbers: tuple[str, ...] = ()
    relatives_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderRule:
    """A tender's class and matching level."""

    code: str
    tender_class: str
    match_level: str = "line"


@dataclass(frozen=True, slots=True)
class HallFile:
    """A hall as its file describes it on one business date; money in fen.

    `refund_handlers` are staff numbers, None where the file says nothing of them.
    """

    code: str
    name: str
    organisation: str
    business_date: dt.date
    books_open_on: dt.date | None
    expected: tuple[str, ...] | None
    staff: tuple[StaffMember, ...]
    tenders: tuple[TenderRule, ...] = ()
    counters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    refund_handlers: tuple[str, ...] | None = None


def enrol_hall(uow: UnitOfWork, file: HallFile) -> Hall:
    """Make the hall known, or bring what is known up to its file; raises HallChanged."""
    hall = uow.session.scalar(select(Hall).where(Hall.code == file.code))
    if hall is None:
        hall = _open_hall(uow, file)
    opened = file.books_open_on or hall.books_open_on
    if opened != hall.books_open_on:
        raise HallChanged(
            hall=file.code, field="books_open_on", known=hall.books_open_on, wanted=opened
        )
    hall.name = file.name
    _enrol_staff(uow, hall, file)
    _settle_tenders(uow, hall, file.tenders)
    for counter, clerks in file.counters:
        for clerk in clerks:
            uow.session.merge(CounterClerk(hall_id=hall.id, counter=counter, clerk=clerk))
    for name, amount in file.limits.items():
        uow.session.merge(HallLimit(hall_id=hall.id, name=name, amount=amount))
    uow.session.flush()
    return hall


def _open_hall(uow: UnitOfWork, file: HallFile) -> Hall:
    parent = _organisation_path(uow, file.organisation)
    node = Organisation(code=file.code, name=file.name, level="hall", parent_id=parent)
    uow.session.add(node)
    uow.session.flush()
    hall = Hall(
        id=node.id,
        code=file.code,
        name=file.name,
        books_open_on=file.books_open_on or file.business_date,
    )
    uow.session.add_all([hall, HallHead(hall_id=node.id, last_row=0, last_event=0, head_hash="")])
    uow.session.flush()
    return hall


def _organisation_path(uow: UnitOfWork, path: str) -> int | None:
    """Give the id of the organisation named by `A/B/C`, from headquarters down, made where new."""
    levels = ("headquarters", "province", "city")
    parent: int | None = None
    code = ""
    for depth, name in enumerate(part.strip() for part in path.split("/") if part.strip()):
        code = f"{code}/{name}" if code else name
        node = uow.session.scalar(select(Organisation).where(Organisation.code == code))
        if node is None:
            level = levels[min(depth, len(levels) - 1)]
            node = Organisation(code=code, name=name, level=level, parent_id=parent)
            uow.session.add(node)
            uow.session.flush()
        parent = node.id
    return parent


def _enrol_staff(uow: UnitOfWork, hall: Hall, file: HallFile) -> None:
    numbers = {member.number: member for member in file.staff}
    employed = select(Employment, Person.key).join(Person, Person.id == Employment.person_id)
    known = uow.session.execute(employed.where(Employment.hall_id == hall.id)).all()
    keys = {employment.number: key for employment, key in known}
    employments = {employment.number: employment for employment, _ in known}
    held_by = [_person_key(hall, member, numbers, keys) for member in file.staff]
    persons = _persons(uow, held_by, file.staff)
    for member, key in zip(file.staff, held_by, strict=True):
        employment = employments.get(member.number)
        if employment is None:
            employment = employments[member.number] = Employment(
                hall_id=hall.id,
                number=member.number,
                valid_from=hall.books_open_on,
                valid_to=END_OF_TIME,
            )
            uow.session.add(employment)
        employment.person_id = persons[key].id
        employment.kind = member.kind
    uow.session.flush()
    _grant_roles(uow, hall, file, opening=not known)


def _person_key(
    hall: Hall, member: StaffMember, numbers: dict[str, StaffMember], known: dict[str, str]
) -> str:
    """A person named by another staff number of this hall is the one who holds that number."""
    seen: set[str] = set()
    while member.person in numbers and member.number not in seen:
        seen.add(member.number)
        member = numbers[member.person]
    if member.number in seen:
        return f"{hall.code}/{min(seen)}"
    if member.person:
        return known.get(member.person, member.person)
    return f"{hall.code}/{member.number}"


def _persons(
    uow: UnitOfWork, keys: Sequence[str], staff: Sequence[StaffMember]
) -> dict[str, Person]:
    """Give key -> person; who is new is named as the first of `staff` who has that key."""
    found = uow.session.scalars(select(Person).where(Person.key.in_(set(keys))))
    persons = {person.key: person for person in found}
    for key, member in zip(keys, staff, strict=True):
        if key not in persons:
            persons[key] = Person(key=key, name=member.name)
            uow.session.add(persons[key])
    uow.session.flush()
    return persons


def _grant_roles(uow: UnitOfWork, hall: Hall, file: HallFile, *, opening: bool) -> None:
    """Roles named are held from the day the books opened; those new later, from the file's date.

    What files of later days settled stays, also when that of an earlier day comes again. A role
    that is new in a hall already open must not clash with what its holder does.
    """
    date = file.business_date
    grants: dict[str, list[RoleGrant]] = {}
    for grant in uow.session.scalars(select(RoleGrant).where(RoleGrant.hall_id == hall.id)):
        grants.setdefault(grant.number, []).append(grant)
    held = {
        number: [grant for grant in given if grant.valid_from <= date <= grant.valid_to]
        for number, given in grants.items()
    }
    for member in file.staff:
        for grant in held.get(member.number, ()):
            if grant.role not in member.roles and grant.valid_from < date:
                grant.valid_to = date - A_DAY
    uow.session.flush()
    for member in file.staff:
        given = grants.get(member.number, [])
        has = {grant.role for grant in held.get(member.number, ())}
        for role in sorted(set(member.roles) - has):
            if not opening:
                require_grantable(uow, hall.id, member.number, role, date)
            later = [g.valid_from for g in given if g.role == role and g.valid_from > date]
            uow.session.add(
                RoleGrant(
                    hall_id=hall.id,
                    number=member.number,
                    role=role,
                    valid_from=date if given else hall.books_open_on,
                    valid_to=min(later) - A_DAY if later else END_OF_TIME,
                )
            )


def _settle_tenders(uow: UnitOfWork, hall: Hall, rules: Sequence[TenderRule]) -> None:
    named = {rule.code: rule for rule in rules}
    for code, tender_class in KNOWN_TENDERS.items():
        named.setdefault(code, TenderRule(code, tender_class))
    tenders = uow.session.scalars(select(Tender).where(Tender.hall_id == hall.id))
    known = {tender.code: tender for tender in tenders}
    for rule in named.values():
        tender = known.get(rule.code)
        if tender is None:
            tender = Tender(hall_id=hall.id, code=rule.code)
            uow.session.add(tender)
        elif rule not in rules:
            continue
        tender.tender_class = rule.tender_class
        tender.match_level = rule.match_level
