"""What is said of a scan: good, or why it does not go on the document, in one word and one tone.

A whole batch is judged by a few statements; no code stops another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from ledger.accounts import ACCOUNT_KINDS, Commodity
from ledger.actors import names_of
from ledger.organisations import Hall
from ledger.text import Text
from ledger.units import NamedUnit, resolve_names
from ledger.work import UnitOfWork
from stock.categories import GOODS
from stock.naming import PHONE_CATEGORIES, names_of_run
from stock.place_words import OUTSIDE
from stock.scan_reading import Reading
from stock.serials import SerialRefused, type_allocation_code
from stock.type_codes import Doubt, has_type_code, models_of_codes

GOOD, PROPOSED = "good", "proposed"
LONGEST_RUN = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word for what became of a scan, and its tone: 'good', 'wait' or 'bad'."""

    tone: str
    text: Text


VERDICTS: dict[str, Verdict] = {
    GOOD: Verdict("good", Text("已记", "Taken")),
    PROPOSED: Verdict("wait", Text("补了校验位,请核对", "Check digit added, confirm it")),
    "no_item": Verdict("wait", Text("请先选物品", "Choose the item")),
    "unexpected": Verdict("wait", Text("清单外", "Not on the list")),
    "twice": Verdict("bad", Text("重复", "Twice")),
    "wrong_place": Verdict("bad", Text("不在此处", "Not here")),
    "unknown": Verdict("bad", Text("查无此号", "Not known")),
    "other_item": Verdict("bad", Text("物品不符", "Another item")),
    "other_carrier": Verdict("bad", Text("他网卡", "Other carrier")),
    "bad_code": Verdict("bad", Text("号码不对", "Not a number")),
}
ON_THE_DOCUMENT = frozenset({GOOD, "unexpected"})


@dataclass(frozen=True, slots=True)
class ScanRule:
    """What a sheet expects of a number.

    `brings`: the numbers are new to the books and become units of `item`. Else the unit stands at
    one of `places`, as (account kind, holder); a holder of '' is anybody, and no places anywhere.
    `expected` are the serials of a manifest, each with its item; None where there is none.
    `visits`: customers bring what we sold them, or what may be in any hall's books or in none.
    """

    brings: bool = False
    item: str = ""
    places: tuple[tuple[str, str], ...] = ()
    expected: Mapping[str, str] | None = None
    visits: bool = False

    def holds(self, unit: NamedUnit) -> bool:
        """Tell whether the unit stands where the document takes it from."""
        if unit.account_id is None:
            return False
        return not self.places or any(
            kind == unit.place_kind and holder in ("", unit.holder) for kind, holder in self.places
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A scan with its verdict: which item, serial or run it stands for, and what is to be said."""

    reading: Reading
    verdict: str
    item: str = ""
    serial: str = ""
    serial_to: str = ""
    quantity: int = 1
    note: Text | None = None


@dataclass(slots=True)
class Known:
    """What a batch of scans is judged by: units by name, items, people, and what is taken."""

    units: Mapping[str, list[NamedUnit]]
    items: Mapping[str, Commodity]
    capitals: Mapping[str, Commodity]
    staff: Mapping[str, str]
    halls: Mapping[int, str]
    models: Mapping[str, str]
    taken: set[tuple[str, str]] = field(default_factory=set)


def judge_scans(
    uow: UnitOfWork,
    hall: Hall,
    readings: Sequence[Reading],
    rule: ScanRule,
    taken: Iterable[tuple[str, str]] = (),
) -> list[Judged]:
    """Give the verdict on each reading in order; `taken` is what the sheet has, (item, serial)."""
    known = _look_up(uow, hall, readings, rule)
    known.taken = set(taken)
    judged = []
    for reading in readings:
        one = _judge(reading, rule, known)
        if one.verdict in ON_THE_DOCUMENT or one.verdict == PROPOSED:
            known.taken.update(_pieces(one, known))
        judged.append(one)
    return judged


def pieces_of(commodity: Commodity, serial: str, serial_to: str) -> tuple[str, ...]:
    """Give each serial a line stands for; one that cannot be spelled out is itself."""
    try:
        return names_of_run(commodity, serial, serial_to)[2]
    except SerialRefused:
        return (serial,) if serial else ()


def _look_up(uow: UnitOfWork, hall: Hall, readings: Sequence[Reading], rule: ScanRule) -> Known:
    session = uow.session
    items = {one.code: one for one in session.scalars(select(Commodity))}
    capitals = {code.upper(): one for code, one in items.items()}
    chosen = items.get(rule.item)
    wanted = {
        name
        for reading in readings
        for name in _names(reading, capitals.get(reading.named, chosen))
    }
    units = resolve_names(uow, hall.id, wanted) if wanted else {}
    elsewhere = {u.hall_id for found in units.values() for u in found if u.hall_id != hall.id}
    halls = select(Hall.id, Hall.name).where(Hall.id.in_(elsewhere))
    return Known(
        units=units,
        items=items,
        capitals=capitals,
        staff=names_of(uow, hall.id),
        halls=dict(session.execute(halls).all()) if elsewhere else {},
        models=_models(uow, hall, readings, items.get(rule.item)) if rule.brings else {},
    )


def _names(reading: Reading, item: Commodity | None) -> Iterable[str]:
    """Every name to look up for a reading: the code as it stands, the number, a run's numbers."""
    if not reading.serial_to:
        further = [value for _, value in reading.names]
        return {name for name in (reading.raw, reading.serial, *further) if name}
    if reading.quantity > LONGEST_RUN:
        return ()
    return _run_of(reading, item)


def _run_of(reading: Reading, item: Commodity | None) -> tuple[str, ...]:
    """The numbers of a run: of the item chosen, else of what their look says they are."""
    category = item.category if item is not None else _category_of(reading.serial)
    stand_in = Commodity(code="", name="", category=category, tracking="serial", unit="")
    return pieces_of(stand_in, reading.serial, reading.serial_to)


def _category_of(serial: str) -> str:
    if serial.startswith("89"):
        return "sim"
    return "handset" if len(serial) == 15 and serial.isdecimal() else "recharge_card"


def _models(
    uow: UnitOfWork, hall: Hall, readings: Sequence[Reading], item: Commodity | None
) -> dict[str, str]:
    """Give the item that each handset's type code stands for, among those like the one chosen."""
    category = item.category if item is not None else "handset"
    if category not in PHONE_CATEGORIES or GOODS[category].in_care_only:
        return {}
    serials = [reading.serial for reading in readings if has_type_code(reading.serial)]
    codes = {(type_allocation_code(serial), category) for serial in serials}
    found = models_of_codes(uow, hall, codes)
    return {code: model for (code, _), model in found.items()}


def _judge(reading: Reading, rule: ScanRule, known: Known) -> Judged:
    """Judge a reading; what is said to be of an item must be of that item."""
    if not reading.named:
        return _judge_any(reading, rule, known)
    item = known.capitals.get(reading.named)
    if item is None:
        unknown = Text(
            f"物品编码 {reading.named} 未登记", f"item {reading.named} is not registered"
        )
        return Judged(reading, "no_item", serial=reading.serial, note=unknown)
    seen = _judge_any(reading, replace(rule, item=item.code), known)
    if seen.item in ("", item.code):
        return seen
    books = Text(f"账上是 {seen.item}", f"it is {seen.item} in the books")
    return replace(seen, verdict="other_item", note=books)


def _judge_any(reading: Reading, rule: ScanRule, known: Known) -> Judged:
    if reading.item:
        item = reading.item
        return Judged(reading, GOOD, item, quantity=reading.quantity)
    if reading.serial_to:
        return _judge_run(reading, rule, known)
    if rule.expected is not None and reading.serial in rule.expected:
        return _judge_awaited(reading, reading.serial, rule.expected, known)
    found = known.units.get(reading.raw) or known.units.get(reading.serial) or []
    for _, value in reading.names:
        # A new handset is not new if its second name is known.
        found = found or known.units.get(value) or []
    if reading.named:
        found = [unit for unit in found if unit.item == rule.item] or found
    if found:
        return _judge_unit(reading, found, rule, known)
    if reading.refused is not None:
        verdict = "other_carrier" if reading.foreign else "bad_code"
        return Judged(reading, verdict, note=reading.refused)
    if rule.brings:
        return _judge_new(reading, rule, known)
    return Judged(reading, "unknown", serial=reading.serial)


def _judge_unit(
    reading: Reading, found: Sequence[NamedUnit], rule: ScanRule, known: Known
) -> Judged:
    unit = next((one for one in found if rule.holds(one)), found[0])
    if rule.expected is not None and unit.serial in rule.expected:
        return _judge_awaited(reading, unit.serial, rule.expected, known)
    seen = Judged(reading, GOOD, unit.item, unit.serial)
    if (unit.item, unit.serial) in known.taken:
        return replace(seen, verdict="twice")
    if rule.visits:
        return _judge_visitor(reading, unit, rule, known)
    if rule.brings or not rule.holds(unit):
        return replace(seen, verdict="wrong_place", note=_where(unit, known))
    if rule.expected is not None:
        return replace(seen, verdict="unexpected")
    if reading.proposed:
        return replace(seen, verdict=PROPOSED, note=_confirm(unit.serial))
    other = None
    if unit.serial not in (reading.raw, reading.serial):
        other = Text(f"主号 {unit.serial}", f"its own serial is {unit.serial}")
    return replace(seen, note=other or reading.warning)


def _judge_visitor(reading: Reading, unit: NamedUnit, rule: ScanRule, known: Known) -> Judged:
    """What a customer brings: ours once, another hall's, or on hand here and so not his."""
    if rule.holds(unit):
        return Judged(reading, GOOD, unit.item, unit.serial, note=reading.warning)
    if unit.account_id is not None and unit.place_kind not in OUTSIDE:
        return Judged(reading, "wrong_place", unit.item, unit.serial, note=_where(unit, known))
    seen = _judge_new(reading, rule, known)
    return replace(seen, note=_where(unit, known)) if seen.verdict == GOOD else seen


def _judge_awaited(
    reading: Reading, serial: str, awaited: Mapping[str, str], known: Known
) -> Judged:
    """A number on the manifest is what its line says, wherever it is now."""
    seen = Judged(reading, GOOD, awaited[serial], serial, note=reading.warning)
    if (seen.item, serial) in known.taken:
        return replace(seen, verdict="twice")
    if reading.proposed:
        return replace(seen, verdict=PROPOSED, note=_confirm(serial))
    return seen


def _judge_new(reading: Reading, rule: ScanRule, known: Known) -> Judged:
    model = known.models.get(type_allocation_code(reading.serial), "")
    code = rule.item or model
    item = known.items.get(code)
    if item is None:
        return Judged(reading, "no_item", serial=reading.serial)
    if item.tracking != "serial":
        counted = Text(f"{item.name} 按数量管理", f"{item.name} is counted by quantity")
        return Judged(reading, "bad_code", item.code, note=counted)
    seen = Judged(reading, GOOD, item.code, reading.serial, note=reading.warning)
    numbers = (reading.serial, *(value for _, value in reading.names))
    if any((item.code, number) in known.taken for number in numbers):
        return replace(seen, verdict="twice")
    if rule.expected is not None:
        return replace(seen, verdict="unexpected")
    if reading.proposed:
        return replace(seen, verdict=PROPOSED, note=_confirm(reading.serial))
    if reading.names:
        also = ", ".join(value for _, value in reading.names)
        seen = replace(seen, note=Text(f"副号 {also}", f"also {also}"))
    if model and model != item.code:
        return replace(seen, note=Doubt(model, item.code).text)
    return seen


def _judge_run(reading: Reading, rule: ScanRule, known: Known) -> Judged:
    """A run is good whole or not at all; the first number that is not says why."""
    if reading.quantity > LONGEST_RUN:
        most = Text(f"一次最多 {LONGEST_RUN} 个", f"at most {LONGEST_RUN} at once")
        return Judged(reading, "bad_code", note=most)
    numbers = _run_of(reading, known.items.get(rule.item))
    ones = [_judge(Reading(number, serial=number), rule, known) for number in numbers]
    bad = [one for one in ones if one.verdict != GOOD]
    run = Judged(reading, GOOD, ones[0].item, reading.serial, reading.serial_to, reading.quantity)
    if not bad and len({one.item for one in ones}) > 1:
        mixed = Text("号段内不是同一种物品", "the run holds more than one item")
        return replace(run, verdict="bad_code", note=mixed)
    if not bad:
        return run
    first = bad[0]
    note = Text(
        f"{len(bad)} 个有误,首个 {first.serial}", f"{len(bad)} not so, first {first.serial}"
    )
    if first.note is not None:
        note = Text(f"{note.zh},{first.note.zh}", f"{note.en}, {first.note.en}")
    return replace(run, verdict=first.verdict, note=note)


def _pieces(judged: Judged, known: Known) -> Iterable[tuple[str, str]]:
    item = known.items.get(judged.item)
    if item is None or not judged.serial:
        return ()
    further = [(item.code, value) for _, value in judged.reading.names]
    pieces = pieces_of(item, judged.serial, judged.serial_to)
    return [*((item.code, one) for one in pieces), *further]


def _where(unit: NamedUnit, known: Known) -> Text:
    """Say who has a unit: the place and its holder, or the hall whose books it is in."""
    if unit.account_id is None:
        name = known.halls.get(unit.hall_id, "")
        return Text(f"在其他营业厅 {name}".rstrip(), f"at another hall {name}".rstrip())
    kind = ACCOUNT_KINDS[unit.place_kind].text
    holder = f" {unit.holder} {known.staff.get(unit.holder, '')}".rstrip() if unit.holder else ""
    return Text(f"现在:{kind.zh}{holder}", f"now: {kind.en}{holder}")


def _confirm(serial: str) -> Text:
    return Text(f"应为 {serial}?", f"is it {serial}?")
