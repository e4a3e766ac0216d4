"""Likely causes of a difference, only where they fit it to the fen, the likeliest first (CHECKS).

One line equal to it, a line entered twice, two digits swapped, money under another tender or the
same amount open on the other side, and sums of two or three lines. The search is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ledger.audit.day import Candidate
from ledger.money import show_yuan
from ledger.text import Text

MOST_LINES = 200
MOST_OF_A_SORT = 3

# Sorts in order of likelihood.
SORTS: dict[str, Text] = {
    "counterpart": Text("另一侧有同额未决差异", "The same amount is open on the other side"),
    "tender_swapped": Text("支付方式记错", "Entered under another tender"),
    "one_line": Text("单笔等于差额", "One line equals it"),
    "entered_twice": Text("同一笔录了两次", "Entered twice"),
    "transposed": Text("数字颠倒", "Two digits swapped"),
    "elsewhere_counted": Text(
        "同一件在另一处多出或缺少", "The same piece is too many, or missing, at another place"
    ),
    "mixed_up": Text(
        "同一物品一少一多,可能拿混或扫错",
        "One missing and one too many of the same item: mixed up, or misread",
    ),
    "subset": Text("几笔之和等于差额", "A few lines add up to it"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """An amount in fen that may explain a difference, the subject it belongs to, and its likeness.

    Pieces with the same `alike` may be one thing entered twice.
    """

    subject: str
    amount: int
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What a difference may come from.

    `counted` are the pieces on the side that is too large or too small by it, `elsewhere` pieces of
    other tenders or clerks that may belong here, `opposite` other differences of the day, and
    `figures` the amounts whose digits may be swapped.
    """

    counted: Sequence[Piece] = ()
    elsewhere: Sequence[Piece] = ()
    opposite: Sequence[Piece] = ()
    figures: Sequence[Piece] = ()


def rank_candidates(difference: int, material: Material) -> tuple[Candidate, ...]:
    """Give the candidates for found − expected = `difference` fen, likeliest first.

    `counted` pieces are part of what was expected: one of -`difference` that should not be there
    explains it.
    """
    if difference == 0:
        return ()
    counted = material.counted[:MOST_LINES]
    found: list[Candidate] = []
    for search in (
        _opposite(difference, material.opposite),
        _elsewhere(difference, material.elsewhere),
        _one_line(difference, counted),
        _entered_twice(difference, counted),
        _transposed(difference, [*material.figures, *counted]),
        _sums(difference, counted),
    ):
        found += [candidate for candidate, _ in zip(search, range(MOST_OF_A_SORT), strict=False)]
    return tuple(found)


def _candidate(sort: str, pieces: Sequence[Piece], detail: Text | None = None) -> Candidate:
    amounts = " + ".join(show_yuan(piece.amount) for piece in pieces)
    shown = detail or Text(amounts, amounts)
    name = SORTS[sort]
    return Candidate(
        sort=sort,
        text=Text(f"{name.zh}:{shown.zh}", f"{name.en}: {shown.en}"),
        subjects=tuple(dict.fromkeys(piece.subject for piece in pieces)),
    )


def _opposite(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    for piece in pieces:
        if piece.amount == -difference:
            yield _candidate("counterpart", [piece])


def _elsewhere(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    for piece in pieces[:MOST_LINES]:
        if piece.amount == difference:
            yield _candidate("tender_swapped", [piece])


def _one_line(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    for piece in pieces:
        if piece.amount == -difference:
            yield _candidate("one_line", [piece])


def _entered_twice(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    first: dict[str, Piece] = {}
    for piece in pieces:
        if piece.amount != -difference or not piece.alike:
            continue
        earlier = first.setdefault(piece.alike, piece)
        if earlier is not piece:
            yield _candidate(
                "entered_twice", [earlier, piece], Text(*[show_yuan(piece.amount)] * 2)
            )


def _transposed(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    """A swap of neighbouring digits changes an amount by a multiple of nine."""
    if difference % 9:
        return
    for piece in pieces:
        swapped = piece.amount + difference
        if swapped in swaps_of(piece.amount):
            shown = f"{show_yuan(piece.amount)} → {show_yuan(swapped)}"
            yield _candidate("transposed", [piece], Text(shown, shown))


def swaps_of(amount: int) -> set[int]:
    """Give every amount that swapping two neighbouring digits of `amount` makes of it."""
    digits = f"{abs(amount):03d}"
    sign = -1 if amount < 0 else 1
    swapped = {
        sign * int(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :])
        for i in range(len(digits) - 1)
    }
    return swapped - {amount}


def _sums(difference: int, pieces: Sequence[Piece]) -> Iterator[Candidate]:
    """Two or three lines that add up to it; a third line is looked up, not tried."""
    wanted = -difference
    useful = [piece for piece in pieces if piece.amount]
    for a, b in combinations(useful, 2):
        if a.amount + b.amount == wanted:
            yield _candidate("subset", [a, b])
    last_at: dict[int, int] = {piece.amount: i for i, piece in enumerate(useful)}
    for (i, a), (j, b) in combinations(enumerate(useful), 2):
        k = last_at.get(wanted - a.amount - b.amount, -1)
        if k > j > i:
            yield _candidate("subset", [a, b, useful[k]])
