"""What can be true of a numbered form: the account its unit is in is its one state (INV-01).

The weights let one sum tell in which state a number was when a day ended: each state weighs a
hundred times the one before it, a movement adds the weight of its goal and takes that of its
origin. What does not come to exactly one weight is no state, and no report is made of it.
"""

from __future__ import annotations

from invoices.book_runs import BLANK as BLANK_STATES
from invoices.book_runs import EARLIER, ISSUED, LOST, RED, RETURNED, STATE_OF_PLACE, STATES, VOID

__all__ = ["EARLIER", "ISSUED", "LOST", "RED", "VOID"]

OUTSIDE, BLANK = "outside", "blank"
USED = (ISSUED, RED, VOID, LOST, EARLIER)
USED_WORDS = {state: STATES[state] for state in USED}

STATE_OF_ACCOUNT: dict[str, str] = {
    kind: BLANK if state in BLANK_STATES else OUTSIDE if state == RETURNED else state
    for kind, state in STATE_OF_PLACE.items()
}
"""Kind of account -> state, the hall's own custody being one, and the department another."""

WEIGHTS: dict[str, int] = {state: 100**place for place, state in enumerate((OUTSIDE, BLANK, *USED))}
STATE_OF_WEIGHT: dict[int, str] = {weight: state for state, weight in WEIGHTS.items()}
NO_STATE = 100 ** len(WEIGHTS)

BLANK_KINDS = ", ".join(f"'{kind}'" for kind, state in STATE_OF_ACCOUNT.items() if state == BLANK)
"""SQL: the kinds of account in which a number is blank in the hall's custody."""

FORM_COMMODITIES = "SELECT id FROM commodities WHERE category = 'invoice_form'"


def weight_of(kind: str) -> str:
    """Give SQL for the weight of an account by its kind."""
    cases = " ".join(
        f"WHEN '{name}' THEN {WEIGHTS[state]}" for name, state in STATE_OF_ACCOUNT.items()
    )
    return f"(CASE {kind} {cases} ELSE {NO_STATE} END)"
