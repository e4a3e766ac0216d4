"""Uses of many halls are posted together: each hall's books come out as if it had been alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, text

from backoffice.database import begin_work, make_engine, make_owner_engine
from invoices.uses import post_uses
from ledger.organisations import HallHead
from ledger.verify import verify_hall
from tests.builders import DAY, NOW, OpenHall, open_hall
from tests.databases import DatabaseKind, Databases
from tests.invoices.form_days import code_of, documents, receive, states, used, void
from tests.ledger.audit.evidence_days import RUNNER, put

HALLS = 5
REFUSED = (1, 4)
KINDS: tuple[DatabaseKind, ...] = ("sqlite", "postgresql")


def make_halls(engine: Engine) -> list[OpenHall]:
    """Make halls with twenty forms each, of which the register names as many as hall and more."""
    halls = [open_hall(engine, f"M{number:03d}") for number in range(HALLS)]
    for extra, hall in enumerate(halls):
        receive(hall, "00000001", "00000020", "A01")
        rows = [used(hall, f"{n:08d}") for n in range(1, 4 + extra)]
        put(hall, "invoices", *rows, void(hall, "00000009"))
    return halls


def post(engine: Engine, halls: Sequence[OpenHall]) -> int:
    """Post the uses of halls in one unit of work."""
    with begin_work(engine, RUNNER, now=NOW) as uow:
        return post_uses(uow, days=[(hall.hall, DAY) for hall in halls])


def heads(halls: Sequence[OpenHall]) -> list[tuple[int, int, str]]:
    """Give last row, last event and hash of each hall's chain."""
    found = []
    for hall in halls:
        with hall.read() as uow:
            head = uow.session.get_one(HallHead, hall.id)
            found.append((head.last_row, head.last_event, head.head_hash))
    return found


@pytest.mark.postgresql
def test_each_chain_is_the_same_alone_and_together_and_on_both_databases(
    databases: Databases,
) -> None:
    chains = []
    for kind in KINDS:
        for together in (False, True):
            with databases.fresh(kind) as url:
                engine = make_engine(url)
                halls = make_halls(engine)
                turns = [halls] if together else [[hall] for hall in halls]
                assert sum(post(engine, some) for some in turns) == HALLS
                for hall in halls:
                    with hall.read() as uow:
                        assert verify_hall(uow, hall.hall) == []
                chains.append(heads(halls))
                engine.dispose()
    assert all(chain == chains[0] for chain in chains)


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", KINDS)
def test_a_hall_that_is_refused_keeps_no_other_from_its_documents(
    databases: Databases, kind: DatabaseKind
) -> None:
    with databases.fresh(kind) as url:
        engine = make_engine(url)
        halls = make_halls(engine)
        owner = make_owner_engine(url)
        with owner.begin() as connection:
            # Balances that hold less than the units: what such a hall posts is refused.
            connection.execute(
                text("UPDATE balances SET amount = 1 WHERE amount > 0 AND hall_id IN (:a, :b)"),
                {"a": halls[REFUSED[0]].id, "b": halls[REFUSED[1]].id},
            )
        owner.dispose()
        before = heads(halls)
        assert post(engine, halls) == HALLS - len(REFUSED)
        for number, hall in enumerate(halls):
            if number in REFUSED:
                assert heads([hall]) == [before[number]]
                assert documents(hall) == []
                assert set(states(hall).values()) == {"clerk A01"}
                continue
            last = f"{3 + number:08d}"
            (lines,) = [lines for _, lines in documents(hall)]
            assert lines[0] == f"00000001-{last} clerk A01>issued"
            assert lines[-1] == "00000009-00000009 clerk A01>void"
            with hall.read() as uow:
                assert verify_hall(uow, hall.hall) == []
        assert code_of(halls[0]) != code_of(halls[1])
        engine.dispose()
