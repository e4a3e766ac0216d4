"""Random stock documents of all kinds, reversals and refusals, against books kept in plain dicts.

What the plain books allow must be posted and nothing else; units, balances and postings agree after
each step, and reversing everything returns every balance to its start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from hypothesis import event, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.verify import verify_hall
from stock.dispatches import actor_of_both
from stock.moves import MoveLine
from stock.signing import reverse_move
from tests.builders import DAY, OpenHall, open_hall
from tests.observing import everything, held, whereabouts
from tests.stock.moving import campaign, know_goods, move, new_iccid, new_imei, sign

CODES = (f"N{number:04d}" for number in count(1))
RECIPIENTS = count(18600000001)
HOLDER, OTHER, ELSEWHERE = "@", "@@", "@elsewhere"
EACH, PIECES = 3, 12
NAMED = {"P1": new_imei, "L1": new_imei, "CH": new_imei, "S1": new_iccid, "R1": new_iccid}
COUNTED = ("G1", "W1")
STOCK = ("P1", "L1", "S1", "R1", *COUNTED)
OUTSIDE = {"supplier", "customer", "loss", "consumed", "department", "owner"}
CARD = {"form_no": "F1", "recipient": "18600000001", "id_checked": "1", "old_card": "lost"}
SLIP = {"slip_no": "T1", "reason": "残次"}
LOAN = {"customer": "甲", "condition": "好", "due_on": str(DAY)}


@dataclass(frozen=True, slots=True)
class Way:
    """What a kind of document moves, from where to where, what it states and who signs it."""

    items: tuple[str, ...]
    leaves: str
    goes: str
    facts: dict[str, str] = field(default_factory=dict)
    signers: tuple[str, ...] = ()


WAYS: dict[str, Way] = {
    "receipt": Way(STOCK, "supplier", "store"),
    "draw": Way(STOCK, "store", HOLDER),
    "return": Way(STOCK, HOLDER, "store"),
    "gift": Way(("P1", "S1", "G1"), HOLDER, "customer", {"form_no": "F2", "campaign": "ALL"}),
    "lend": Way(("L1", "P1"), "store", "borrower", LOAN),
    "take_back": Way(("L1", "P1"), "borrower", "store", {"condition": "好"}),
    "scrap": Way(STOCK, "store", "loss", {"reason": "坏了"}, ("S01",)),
    "supplier_return": Way(STOCK, "store", "supplier", SLIP),
    "repair_use": Way(("W1",), "store", "consumed", {"repair_no": "W1"}),
    "borrow": Way(STOCK, HOLDER, OTHER, {}, ("A01", "A02")),
    "handover": Way(STOCK, HOLDER, OTHER, {}, ("A01", "A02")),
    "display": Way(("P1",), "store", "demo"),
    "display_return": Way(("P1",), "demo", "store"),
    "agent_issue": Way(("S1",), "store", "agent 甲店", {"agent": "甲店"}),
    "agent_return": Way(("S1",), "agent 甲店", "store", {"agent": "甲店"}),
    "roaming_issue": Way(("R1",), "store", "customer", CARD),
    "spoiled_cards": Way(("R1", "S1"), "store", "department", {"list_no": "X1"}),
    "into_care": Way(("CH",), "owner", "care", LOAN),
    "out_of_care": Way(("CH",), "care", "owner", {"condition": "好"}),
    "transfer_out": Way(STOCK, "store", ELSEWHERE),
    "swap": Way(("P1",), "customer", "repair", {"form_no": "F3", "fault": "屏"}),
}

Moved = tuple[str, str, int, str, str]
"""Item, serial or '', pieces, the place it leaves, the place it goes to."""


@dataclass(slots=True)
class PlainBooks:
    """Where each serial is, and how many pieces of counted goods each place has."""

    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    pieces: Counter[tuple[str, str]] = field(default_factory=Counter)

    def place_of(self, item: str, serial: str) -> str:
        """Give where a unit is; one never seen is with whoever brings it."""
        return self.units.get(serial, (item, _home(item)))[1]

    def move(self, moves: list[Moved]) -> bool:
        """Take the moves in and give True; or give False and stay as before."""
        units, pieces = dict(self.units), Counter(self.pieces)
        for item, serial, number, leaves, goes in moves:
            if not serial:
                pieces[leaves, item] -= number
                pieces[goes, item] += number
                if pieces[leaves, item] < 0 and leaves not in OUTSIDE:
                    return False
            elif units.get(serial, (item, _home(item)))[1] != leaves:
                return False
            else:
                units[serial] = (item, goes)
        self.units, self.pieces = units, pieces
        return True

    def held(self) -> dict[tuple[str, str], int]:
        """Give the balances as `observing.held` does: what came from outside counts against it."""
        amounts = Counter(self.pieces)
        for item, place in self.units.values():
            amounts[place, item] += 1
            amounts[_home(item), item] -= 1
        return {key: amount for key, amount in amounts.items() if amount}


def _home(item: str) -> str:
    return "owner" if item == "CH" else "supplier"


@dataclass(frozen=True, slots=True)
class Command:
    """A document, or the reversal of one, that somebody tries.

    `choices` are the clerk, which of the goods or documents, how many pieces, and whether he takes
    only what is there to be taken.
    """

    kind: str
    choices: tuple[str, int, int, bool]

    @property
    def holder(self) -> str:
        """The clerk."""
        return self.choices[0]

    @property
    def which(self) -> int:
        """Which of the goods or documents."""
        return self.choices[1]

    @property
    def pieces(self) -> int:
        """How many pieces."""
        return self.choices[2]

    @property
    def honest(self) -> bool:
        """Whether the goods are there."""
        return self.choices[3]


REVERSALS = ["reverse"] * 5
choices = st.tuples(
    st.sampled_from(["A01", "A02"]),
    st.integers(0, 60),
    st.integers(1, 7),
    st.sampled_from([True, True, True, False]),
)
sequences = st.permutations([*WAYS, *REVERSALS]).flatmap(
    lambda kinds: st.tuples(*(st.builds(Command, st.just(kind), choices) for kind in kinds))
)
"""Every kind of document once, and some reversals, in any order."""


@dataclass(slots=True)
class Run:
    """A hall and the plain books beside it, with what has been posted in both."""

    hall: OpenHall
    elsewhere: str
    serials: dict[str, list[str]]
    books: PlainBooks = field(default_factory=PlainBooks)
    posted: list[tuple[Document, list[Moved]]] = field(default_factory=list)
    reversed: set[int] = field(default_factory=set)

    def fill_the_shelves(self) -> None:
        """Receive all there is, let both clerks draw some of each item, and one give a handset."""
        units = [(item, one, 1) for item in STOCK for one in self.serials.get(item, [])]
        counted = [(item, "", PIECES) for item in COUNTED]
        self._post("receipt", [(*goods, "supplier", "store") for goods in units + counted])
        for number, holder in enumerate(("A01", "A02")):
            drawn = [unit for unit in units if unit[1] == self.serials[unit[0]][number]]
            drawn += [(item, "", 4) for item in COUNTED]
            moves = [(*goods, "store", f"clerk {holder}") for goods in drawn]
            self._post("draw", moves, holder=holder)
        given = ("P1", self.serials["P1"][0], 1, "clerk A01", "customer")
        self._post("gift", [given])

    def _post(self, kind: str, moves: list[Moved], *, holder: str = "A01") -> None:
        command = Command(kind, (holder, 0, 0, True))
        assert self.books.move(moves)
        self.posted.append((self._submit(command, moves), moves))
        self._must_agree()

    def try_out(self, command: Command) -> None:
        """Submit what the command says; it must be refused just when the plain books refuse it."""
        moves = self._moves(command)
        if not moves:
            return
        if not self.books.move(moves):
            event(f"{command.kind} refused")
            self._must_refuse(lambda: self._submit(command, moves))
            return
        event(f"{command.kind} posted")
        self.posted.append((self._submit(command, moves), moves))
        self._must_agree()

    def reverse(self, number: int) -> bool:
        """Reverse a document; it must be refused just when the plain books refuse it."""
        moves = self.posted[number][1]
        back = [(item, serial, n, goes, leaves) for item, serial, n, leaves, goes in moves]
        if number in self.reversed or not self.books.move(back):
            event("reversal refused")
            self._must_refuse(lambda: self._reverse(number))
            return False
        event("reversal posted")
        self._reverse(number)
        self.reversed.add(number)
        self._must_agree()
        return True

    def _moves(self, command: Command) -> list[Moved]:
        way = WAYS[command.kind]
        leaves, goes = (self._place(end, command) for end in (way.leaves, way.goes))
        choices = [
            (item, serial)
            for item in way.items
            for serial in self.serials.get(item, [""])
            if not serial or (self.books.place_of(item, serial) == leaves) == command.honest
        ]
        if not choices:
            return []
        item, serial = choices[command.which % len(choices)]
        number = 1 if serial else command.pieces
        if command.honest and not serial and leaves not in OUTSIDE:
            number = min(number, self.books.pieces[leaves, item])
        if not number or (serial and not command.honest and self._follows_unit(way, item, serial)):
            return []
        moves = [(item, serial, number, leaves, goes)]
        if command.kind == "swap":
            new = [s for s in self.serials["P1"] if self.books.place_of("P1", s) == "store"]
            moves = [*moves, ("P1", new[0], 1, "store", "customer")] if new else []
        return moves

    def _follows_unit(self, way: Way, item: str, serial: str) -> bool:
        """Whether the document would take the unit from where it is, for no place is named."""
        return way.leaves in ("store", "customer") and self.books.place_of(item, serial) in (
            "clerk A01",
            "clerk A02",
            "store",
        )

    def _place(self, end: str, command: Command) -> str:
        other = "A02" if command.holder == "A01" else "A01"
        ends = {
            HOLDER: f"clerk {command.holder}",
            OTHER: f"clerk {other}",
            ELSEWHERE: f"transit {self.elsewhere}",
        }
        return ends.get(end, end)

    def _submit(self, command: Command, moves: list[Moved]) -> Document:
        way = WAYS[command.kind]
        facts = dict(way.facts)
        if command.kind == "gift":
            facts["recipient"] = str(next(RECIPIENTS))
        if command.kind == "transfer_out":
            facts["to_hall"] = self.elsewhere
        holder = command.holder if HOLDER in (way.leaves, way.goes) else ""
        to_holder = "" if way.goes != OTHER else "A02" if holder == "A01" else "A01"
        cost = 100_00 if command.kind in ("receipt", "scrap") else None
        lines = [
            MoveLine(item, number, serial, "", holder, to_holder, cost)
            for item, serial, number, _, _ in moves
        ]
        document = move(self.hall, command.kind, *lines, **facts)
        for signer in way.signers:
            document = sign(self.hall, document, signer)
        assert document.state == "posted"
        return document

    def _reverse(self, number: int) -> Document:
        slip = self.posted[number][0].number or ""
        with self.hall.read("M01") as uow:
            actor = actor_of_both(uow, self.hall.people["M01"], self.hall.hall, slip)
        with self.hall.work(actor) as uow:
            return reverse_move(uow, hall=self.hall.hall, number=slip, reason="错单")

    def _must_refuse(self, act: Callable[[], object]) -> None:
        before = everything(self.hall)
        try:
            act()
        except BackofficeError:
            # A document that waits for signatures stands as submitted; it has moved nothing.
            moved = ("postings", "balances", "units", "identifiers")
            after = everything(self.hall)
            assert {name: after[name] for name in moved} == {name: before[name] for name in moved}
        else:
            raise AssertionError("what the plain books refuse was posted")

    def _must_agree(self) -> None:
        assert held(self.hall) == self.books.held()
        assert whereabouts(self.hall) == {s: place for s, (_, place) in self.books.units.items()}


def outstanding(run: Run) -> Iterator[int]:
    """Give, newest first, the documents that are not reversed yet."""
    return (n for n in range(len(run.posted) - 1, -1, -1) if n not in run.reversed)


@settings(max_examples=5)
@given(sequence=sequences)
def test_units_balances_and_postings_agree_whatever_is_done_and_undone(
    shared_engine: Engine, sequence: tuple[Command, ...]
) -> None:
    hall, other = (open_hall(shared_engine, next(CODES)) for _ in range(2))
    know_goods(hall)
    campaign(hall, "ALL", 9999)
    serials = {item: [new() for _ in range(EACH)] for item, new in NAMED.items()}
    run = Run(hall, other.hall.code, serials)
    run.fill_the_shelves()
    for step in sequence:
        if step.kind == "reverse":
            run.reverse(step.which % len(run.posted))
        else:
            run.try_out(step)
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
    while rest := list(outstanding(run)):
        # Documents whose goods went on wait for those that took them on; in a circle they wait
        # for each other, and then nothing can be said.
        if not any(run.reverse(number) for number in rest):
            event("reversals wait for each other")
            reject()
    assert held(hall) == {}
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
