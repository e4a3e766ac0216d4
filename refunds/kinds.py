"""The documents of money that leaves the hall: a case of each instrument, a policy, a list.

A case is requested (submitted), approved and carried out (posted) in three acts of the one
lifecycle. Its posting says by which tender how much was given back of what was due.
"""

from __future__ import annotations

from ledger.documents import DocumentKind, register_kind
from ledger.text import Text
from refunds.barred import bars
from refunds.instruments import INSTRUMENTS
from stock.line_movements import movements_of

AREA = "refunds"
POLICY_CHANGE = "refund_policy"
PAPER_LIST = "paper_list"

for _name, _instrument in INSTRUMENTS.items():
    register_kind(
        DocumentKind(
            _name,
            _instrument.letters,
            _instrument.text,
            AREA,
            movements_of,
            bars=bars,
        )
    )
register_kind(
    DocumentKind(
        POLICY_CHANGE,
        "ZC",
        Text("退费政策调整单", "Change of refund policy"),
        "refund_policy",
        movements_of,
        posts_when_signed=True,
    )
)
register_kind(
    DocumentKind(
        PAPER_LIST,
        "ZL",
        Text("资料交接清单", "Papers handed over"),
        "refund_papers",
        movements_of,
        posts_when_signed=True,
    )
)
