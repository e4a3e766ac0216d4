"""Charts drawn here as SVG: the same on paper and on the page, where they take the page's colours.

A chart says nothing that the table beside it does not; its label tells every bar, for who hears it.
Widths and heights are whole units of a drawing 340 wide, which is a phone's.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ledger.money import show_figure, show_yuan

INK, ACCENT, QUIET = "#1c1b19", "#1d4d6b", "#6a6862"
FONT = "Noto Sans CJK SC, Noto Sans SC, sans-serif"
WIDTH = 340
ROW, BAR = 36, 12
MOST_BARS = 12
COLUMNS_HIGH, COLUMN_TOP, COLUMNS_FOOT = 110, 22, 34
TITLE_HIGH = 24

Bar = tuple[str, int]
"""A name and an amount in fen."""


def draw_bars(title: str, bars: Sequence[Bar], rest: str, *, in_pieces: bool = False) -> Markup:
    """Draw amounts as bars one below the other; those after the twelfth as one, called `rest`.

    What is counted `in_pieces` is written as it is, else as yuan.
    """
    shown = list(bars[:MOST_BARS])
    if len(bars) > len(shown):
        shown.append((rest, sum(fen for _, fen in bars[MOST_BARS:])))
    most = max([fen for _, fen in shown] + [1])
    drawn = Markup("").join(
        _bar(place, bar, most, in_pieces=in_pieces) for place, bar in enumerate(shown)
    )
    return _drawing(title, shown, ROW * len(shown), drawn, in_pieces=in_pieces)


def draw_months(title: str, months: Sequence[Bar]) -> Markup:
    """Draw the amounts of months like 2026-11 as columns, the last one marked."""
    most = max([fen for _, fen in months] + [1])
    wide = WIDTH // max(len(months), 1)
    foot = COLUMN_TOP + COLUMNS_HIGH
    pieces = [
        Markup('<text x="0" y="13" font-size="12" fill="{}">{}</text>').format(
            QUIET, show_yuan(most, separators=True)
        )
        if most > 1
        else Markup(""),
        Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(
            WIDTH, foot, foot, QUIET
        ),
    ]
    for place, (month, fen) in enumerate(months):
        high = _part(fen, most, COLUMNS_HIGH)
        middle = place * wide + wide // 2
        pieces.append(
            Markup(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}" opacity="{}"/>'
            ).format(
                "now" if place == len(months) - 1 else "past",
                *(place * wide + 5, foot - high, wide - 10, high, ACCENT),
                "1" if place == len(months) - 1 else "0.55",
            )
        )
        pieces.append(_label(middle, foot + 14, month[5:]))
        if place == 0 or month.endswith("-01"):
            pieces.append(_label(middle, foot + 29, month[:4]))
    return _drawing(title, months, foot + COLUMNS_FOOT, Markup("").join(pieces))


def _bar(place: int, bar: Bar, most: int, *, in_pieces: bool) -> Markup:
    name, fen = bar
    top = place * ROW
    return Markup(
        '<text x="0" y="{}" font-size="12.5" fill="{}">{}</text>'
        '<text x="{}" y="{}" font-size="12.5" text-anchor="end" fill="{}">{}</text>'
        '<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>'
    ).format(
        *(top + 13, INK, name),
        *(WIDTH, top + 13, INK, show_figure(fen, in_pieces=in_pieces, separators=True)),
        *(top + 18, _part(fen, most, WIDTH), BAR, ACCENT),
    )


def _label(x: int, y: int, words: str) -> Markup:
    return Markup(
        '<text x="{}" y="{}" font-size="11" text-anchor="middle" fill="{}">{}</text>'
    ).format(x, y, QUIET, words)


def _part(fen: int, most: int, whole: int) -> int:
    """Give how much of the whole an amount takes; one that is there is seen."""
    return max(fen * whole // most, 1) if fen > 0 else 0


def _drawing(
    title: str, bars: Sequence[Bar], high: int, drawn: Markup, *, in_pieces: bool = False
) -> Markup:
    told = ", ".join(
        f"{name} {show_figure(fen, in_pieces=in_pieces, separators=True)}" for name, fen in bars
    )
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img"'
        ' aria-label="{}: {}" font-family="{}">'
        '<text x="0" y="12" font-size="12" font-weight="600" fill="{}">{}</text>'
        '<g transform="translate(0 {})">{}</g></svg>'
    ).format(WIDTH, high + TITLE_HIGH, title, told, FONT, INK, title, TITLE_HIGH, drawn)
