"""Duties and which two of them one person does not do on one day (DOMAIN REC-10)."""

from __future__ import annotations

from typing import Literal

from ledger.text import Text

Duty = Literal["cashier", "keeper", "asks", "approves", "audits", "supervises"]

DONE: dict[Duty, Text] = {
    "cashier": Text("收款", "took payments"),
    "keeper": Text("任库管", "was stock keeper"),
    "asks": Text("提出申请", "asked for something to be approved"),
    "approves": Text("审批申请", "approved what others asked for"),
    "audits": Text("稽核", "audited"),
    "supervises": Text("监盘", "supervised a count"),
}
DO: dict[Duty, Text] = {
    "cashier": Text("收款", "take payments"),
    "keeper": Text("任库管", "be stock keeper"),
    "asks": Text("提出申请", "ask for something to be approved"),
    "approves": Text("审批申请", "approve what others ask for"),
    "audits": Text("稽核", "audit"),
    "supervises": Text("监盘", "supervise a count"),
}

# Who asks and who approves are kept apart on each document, by the lifecycle.
CLASHES: tuple[tuple[Duty, Duty], ...] = (
    ("cashier", "audits"),
    ("keeper", "audits"),
    ("asks", "audits"),
    ("approves", "audits"),
    ("keeper", "supervises"),
    ("cashier", "keeper"),
)
SMALL_HALL_ALLOWS: tuple[Duty, Duty] = ("cashier", "keeper")

PAIRS: dict[str, Text] = {
    f"{one}/{other}": Text(f"既{DO[one].zh}又{DO[other].zh}", f"{DO[one].en} and {DO[other].en}")
    for one, other in CLASHES
}
"""`cashier/audits` -> what an exception for the two lets somebody do."""

DUTY_OF_ROLE: dict[str, Duty] = {
    "clerk": "cashier",
    "stock_keeper": "keeper",
    "auditor": "audits",
}
"""What a role is given for, as far as it clashes with anything."""


def clashing(duty: Duty) -> dict[Duty, str]:
    """Give the duties that clash with one, each with the name of the pair."""
    return {
        (other if one == duty else one): f"{one}/{other}"
        for one, other in CLASHES
        if duty in (one, other)
    }
