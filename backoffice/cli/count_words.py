"""What the command line says of a count: how far it is, and what it found to who may see it."""

from __future__ import annotations

from backoffice.errors import Payload
from ledger.text import Text
from stock.count_tables import COUNT_KINDS, COUNT_STATES

SHOWN = 50


def describe_count(payload: Payload) -> list[Text]:
    """Give the lines that say how far a count is, and what it found to who may see it."""
    kind, state = COUNT_KINDS[str(payload["kind"])], COUNT_STATES[str(payload["state"])]
    where = f"{payload['place']} {payload['date']}"
    lines = [
        Text(
            f"盘点 {payload['count']} {kind.zh} {where}:{state.zh},已扫 {payload['scanned']}。",
            f"Count {payload['count']}, {kind.en.lower()}, {where}: {state.en.lower()},"
            f" {payload['scanned']} scanned.",
        )
    ]
    outcome = payload["outcome"]
    if isinstance(outcome, dict):
        lines.append(
            Text(
                f"相符 {outcome['found']},盘亏 {outcome['missing']},盘盈 {outcome['unexpected']}。",
                f"{outcome['found']} found, {outcome['missing']} missing,"
                f" {outcome['unexpected']} unexpected.",
            )
        )
        for one in outcome["differences"][:SHOWN]:
            what = f"{one['item'] or '?'} {one['serial']} {one['quantity']}"
            words = (
                Text("盘亏", "missing") if one["sort"] == "missing" else Text("盘盈", "unexpected")
            )
            lines.append(Text(f"  {words.zh} {what}", f"  {words.en} {what}"))
    if payload["document"]:
        lines.append(
            Text(
                f"盘点单 {payload['document']}:{payload['document_state']}",
                f"Result {payload['document']}: {payload['document_state']}",
            )
        )
    return lines
