"""What statements of money accounts share: a running balance, masks, a name for each line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from ledger.masking import mask_card, mask_name, mask_numbers, mask_party, person_names
from ledger.text import Text


def balance_note(
    lines: Sequence[int], amounts: Sequence[Decimal], balances: Sequence[Decimal | None]
) -> Text | None:
    """Say at which line the balance does not follow from the one before, None where all do.

    Statements run forwards or backwards in time; a chain unbroken either way is sound (FIL-02).
    """
    known = [
        (line, amount, balance)
        for line, amount, balance in zip(lines, amounts, balances, strict=True)
        if balance is not None
    ]
    forwards, backwards = _breaks(known), _breaks(known[::-1])
    broken = min(forwards, backwards, key=len)
    if not broken:
        return None
    more = "…" if len(broken) > 5 else ""
    numbers = ", ".join(str(line) for line in sorted(broken)[:5]) + more
    return Text(
        f"余额不连续,第 {numbers} 行与前一笔对不上,请核对是否缺行。",
        f"The balance does not run through: lines {numbers} do not follow from the line before. "
        "Check whether lines are missing.",
    )


def line_refs(rows: Sequence[Sequence[str]]) -> list[str]:
    """Name lines that carry no number of their own by a digest of what they say.

    The same line in a later download gets the same name; lines alike in everything are counted.
    """
    seen: dict[str, int] = {}
    refs = []
    for cells in rows:
        said = "\x1f".join(cells)
        seen[said] = seen.get(said, 0) + 1
        refs.append(hashlib.sha256(f"{said}\x1e{seen[said]}".encode()).hexdigest()[:20])
    return refs


def masked_parties(names: Sequence[str], accounts: Sequence[str]) -> list[str]:
    """Join name and account of the other side, both masked (RET-03)."""
    persons = _persons(names)
    return [
        " ".join(
            part for part in (_hide(mask_party(name), persons), _mask_account(account)) if part
        )
        for name, account in zip(names, accounts, strict=True)
    ]


def masked_memos(memos: Sequence[str], names: Sequence[str]) -> list[str]:
    """Mask numbers in remarks, and the names of persons the statement has as the other side."""
    persons = _persons(names)
    return [mask_numbers(_hide(memo, persons), accounts=True) for memo in memos]


def joined(*columns: Sequence[str]) -> list[str]:
    """Join what several columns say about a line, without repeating or empty parts."""
    return [
        " ".join(dict.fromkeys(part for part in parts if part))
        for parts in zip(*columns, strict=True)
    ]


def _persons(names: Sequence[str]) -> list[str]:
    """Give the persons named, long names first, so that none is masked by a part of it."""
    found: set[str] = set().union(*(person_names(name) for name in names))
    return sorted(found, key=len, reverse=True)


def _hide(text: str, persons: Sequence[str]) -> str:
    for person in persons:
        text = text.replace(person, mask_name(person))
    return text


def _mask_account(account: str) -> str:
    return mask_card(account) if sum(map(str.isdigit, account)) >= 8 else mask_party(account)


def _breaks(chain: Sequence[tuple[int, Decimal, Decimal]]) -> list[int]:
    return [
        line
        for (_, _, before), (line, amount, balance) in pairwise(chain)
        if before + amount != balance
    ]
