"""The month's pack as a document: it moves nothing, and its last signature locks the month."""

from __future__ import annotations

from ledger.documents import DocumentKind, register_kind
from ledger.text import Text

PACK, PACK_AREA = "month_pack", "months"
SIGNERS: dict[str, Text] = {
    "auditor": Text("业务稽核", "Auditor"),
    "stock_keeper": Text("实物保管", "Stock keeper"),
    "hall_manager": Text("营业厅经理", "Hall manager"),
}
"""Whose three signatures a month asks for (DOMAIN REC-13); the first makes the pack."""

register_kind(
    DocumentKind(
        PACK,
        "YB",
        Text("月结单", "Month pack"),
        PACK_AREA,
        posts_when_signed=True,
        moves_nothing=True,
    )
)
