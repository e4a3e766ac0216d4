"""One finding of the audit, in the words of CHECKS.md."""

from __future__ import annotations

from dataclasses import dataclass

_BLOCK = ("C01", "C02", "C03", "C05", "T01", "T02", "T03", "T04", "P01", "P02", "P03", "P05")
_SEVERITY = (
    dict.fromkeys((*_BLOCK, "P07", "P10", "X01", "X02", "X03", "X05", "X07", "D01"), "block")
    | dict.fromkeys(("C04", "C08", "C09"), "block")
    | dict.fromkeys(("G01", "G02", "G03", "G05", "G08"), "block")
    | dict.fromkeys(("G04", "G06", "G07"), "warn")
    | dict.fromkeys(("C06", "C07", "P06", "P08", "P09", "X04", "X06", "X08"), "warn")
    | dict.fromkeys(("R01", "R02", "R03", "R04", "R07", "R09"), "block")
    | dict.fromkeys(("R05", "R08", "D04"), "warn")
    | {"T05": "note", "R06": "note"}
)


@dataclass(frozen=True)
class Finding:
    """A check, the clerk and subject it names, both sides in yuan if it has any, severity."""

    check: str
    clerk: str
    subject: str
    expected: str | None
    found: str | None
    difference: str | None
    severity: str

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What two audits are compared by."""
        return self.check, self.subject, self.difference


def show_yuan(fen: int) -> str:
    """Show fen as yuan with two decimals, such as -58.00."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def plain(check: str, *, subject: str, clerk: str = "", severity: str = "") -> Finding:
    """Make a finding of a check that compares no amounts."""
    return Finding(check, clerk, subject, None, None, None, severity or _SEVERITY[check])


def of_amounts(check: str, *, subject: str, expected: int, found: int, clerk: str = "") -> Finding:
    """Make a finding that says `found` where `expected` was due, both in fen."""
    return Finding(
        check,
        clerk,
        subject,
        show_yuan(expected),
        show_yuan(found),
        show_yuan(found - expected),
        _SEVERITY[check],
    )


def of_pieces(check: str, *, subject: str, expected: int, found: int, clerk: str = "") -> Finding:
    """Make a finding that says `found` where `expected` was due, both in pieces."""
    amounts = (str(expected), str(found), str(found - expected))
    return Finding(check, clerk, subject, *amounts, _SEVERITY[check])
