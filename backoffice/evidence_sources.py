"""The names of evidence sources as people write them: a kind of file, or `settlements:TENDER`."""

from __future__ import annotations

from ledger.errors import Invalid
from ledger.evidence.kinds import KINDS
from ledger.text import Text

SETTLEMENTS = "settlements"
SOURCES = tuple(
    f"{SETTLEMENTS}:TENDER" if name == SETTLEMENTS else name
    for name, kind in KINDS.items()
    if kind.role == "evidence"
)


class UnknownSource(Invalid):
    """There is no source of evidence of that name."""

    code = "unknown_source"
    text = Text(
        "没有来源“{source}”,可用:{known}。",
        "There is no source “{source}”; there are {known}.",
    )


def require_source(source: str) -> str:
    """Give the source back if there is one of that name; raises UnknownSource."""
    kind, _, tender = source.partition(":")
    known = kind in KINDS and KINDS[kind].role == "evidence"
    if not known or (kind == SETTLEMENTS) != bool(tender):
        raise UnknownSource(source=source, known=", ".join(SOURCES))
    return source
