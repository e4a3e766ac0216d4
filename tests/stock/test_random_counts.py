"""Random movements while people count: what was lost is missing, and nothing else differs."""

from __future__ import annotations

from itertools import count

from hypothesis import event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.verify import verify_hall
from tests.builders import (
    OpenHall,
    move_gifts,
    move_phones,
    open_hall,
    receive_gifts,
    receive_phones,
)
from tests.stock.counting import approve, begin, finish, key_in, scan, serials, settle

PHONES, GIFTS = 6, 8
CODES = (f"R{number:04d}" for number in count(1))
unit = st.integers(0, PHONES - 1)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("move"), unit),
        st.tuples(st.just("scan"), unit),
        st.tuples(st.just("gifts"), st.integers(1, 3)),
        st.tuples(st.just("key"), st.just(0)),
    ),
    max_size=14,
)


class Shelf:
    """What really stands in the store, beside the books, while somebody counts."""

    def __init__(self, hall: OpenHall, away: set[int], lost: set[int]) -> None:
        self.hall = hall
        self.names = hall.serials(PHONES)
        self.away = set(away)
        self.lost = lost
        self.gifts = GIFTS
        receive_phones(hall, self.names)
        receive_gifts(hall, GIFTS)
        if away:
            drawn = [self.names[n] for n in sorted(away)]
            move_phones(hall, "draw", "store > clerk A02", drawn)
        self.number = begin(hall)

    def do(self, act: str, which: int) -> None:
        """Do one thing, if it can be done with what is really there."""
        if act == "key":
            key_in(self.hall, self.number, G1=self.gifts)
        elif act == "gifts" and self.gifts >= which:
            move_gifts(self.hall, "draw", "store > clerk A02", which)
            self.gifts -= which
        elif which in self.lost or act == "gifts":
            return
        elif act == "scan" and which not in self.away:
            scan(self.hall, self.number, [self.names[which]])
        elif act == "move" and which in self.away:
            move_phones(self.hall, "return", "clerk A02 > store", [self.names[which]])
            self.away.discard(which)
        elif act == "move":
            move_phones(self.hall, "draw", "store > clerk A02", [self.names[which]])
            self.away.add(which)

    def scan_the_rest(self) -> None:
        """Scan all that is there, as whoever counts does before he says that he has finished."""
        for n in range(PHONES):
            self.do("scan", n)


@settings(max_examples=8)
@given(
    sequence=acts,
    away=st.sets(unit, max_size=3),
    lost=st.sets(unit, max_size=2),
)
def test_stk_11_random_movements_during_a_count_never_give_a_false_difference(
    shared_engine: Engine,
    sequence: list[tuple[str, int]],
    away: set[int],
    lost: set[int],
) -> None:
    hall = open_hall(shared_engine, next(CODES))
    shelf = Shelf(hall, away, lost - away)
    for act, which in sequence:
        shelf.do(act, which)
    shelf.scan_the_rest()
    shelf.do("key", 0)
    found = finish(hall, shelf.number)
    gone = sorted(shelf.names[n] for n in shelf.lost)
    assert (serials(found, "missing"), serials(found, "unexpected")) == (gone, [])
    if not gone:
        event("nothing differs")
        return
    event("something was lost")
    document = settle(hall, shelf.number)
    assert document is not None
    approve(hall, document)
    again = begin(hall)
    here = [shelf.names[n] for n in range(PHONES) if n not in shelf.away | shelf.lost]
    scan(hall, again, here)
    key_in(hall, again, G1=shelf.gifts)
    assert finish(hall, again).differences == ()
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
