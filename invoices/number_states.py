"""What can be true of a numbered form: the account its unit is in is its one state (INV-01).

The weights let one sum tell in which state a number was when a day ended: each state weighs a
hundred times the one before it, a movement adds the weight of its goal and takes that of its
origin. What does not come to exactly one weight is no state, and no report is made of it.
"""

from __future__ import annotations

from ledger.text import Text

OUTSIDE, BLANK = "outside", "blank"
ISSUED, RED, VOID, LOST, EARLIER = "issued", "red", "void", "lost", "earlier"

STATES: dict[str, Text] = {
    OUTSIDE: Text("在上级部门", "At the department"),
    BLANK: Text("空白", "Blank"),
    ISSUED: Text("已开具", "Issued"),
    RED: Text("红字", "Red letter"),
    VOID: Text("作废", "Void"),
    LOST: Text("丢失", "Lost"),
    EARLIER: Text("启用前已用", "Used before these books"),
}
USED = (ISSUED, RED, VOID, LOST, EARLIER)

STATE_OF_ACCOUNT: dict[str, str] = {
    "department": OUTSIDE,
    "invoice_safe": BLANK,
    "invoice_clerk": BLANK,
    "invoice_issued": ISSUED,
    "invoice_red": RED,
    "invoice_void": VOID,
    "invoice_lost": LOST,
    "invoice_used": EARLIER,
}
WEIGHTS: dict[str, int] = {state: 100**place for place, state in enumerate(STATES)}
STATE_OF_WEIGHT: dict[int, str] = {weight: state for state, weight in WEIGHTS.items()}
NO_STATE = 100 ** len(STATES)

BLANK_KINDS = ", ".join(f"'{kind}'" for kind, state in STATE_OF_ACCOUNT.items() if state == BLANK)
"""SQL: the kinds of account in which a number is blank in the hall's custody."""

FORM_COMMODITIES = "SELECT id FROM commodities WHERE category = 'invoice_form'"


def weight_of(kind: str) -> str:
    """Give SQL for the weight of an account by its kind."""
    cases = " ".join(
        f"WHEN '{name}' THEN {WEIGHTS[state]}" for name, state in STATE_OF_ACCOUNT.items()
    )
    return f"(CASE {kind} {cases} ELSE {NO_STATE} END)"
