"""Code 128 barcodes: text as bars, drawn as SVG; pure rules of ISO/IEC 15417.

Signs of set B stand one a symbol, runs of digits two a symbol in set C, whichever is shorter. What
is no printable ASCII has no barcode; a QR code takes it.
"""

from __future__ import annotations

import re

from markupsafe import Markup

START_B, START_C, TO_B, TO_C, STOP = 104, 105, 100, 99, 106
QUIET = 10
"""Blank modules that must stand on both sides."""
_DIGITS = re.compile(r"\d+", re.ASCII)
# Widths of bar, space, bar, space, bar, space of each symbol; the stop symbol has one bar more.
_SYMBOLS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
411311 113141 114131 311141 411131 211412 211214 211232 2331112
"""
_WIDTHS = tuple(_SYMBOLS.split())


def has_code128(text: str) -> bool:
    """Tell whether a text can stand as Code 128: 1 to 80 signs of printable ASCII."""
    return 0 < len(text) <= 80 and text.isascii() and text.isprintable()


def code128_symbols(text: str) -> list[int]:
    """Give the symbols of a text with start, checksum and stop; ValueError where it has none."""
    if not has_code128(text):
        raise ValueError(text)
    symbols: list[int] = []
    in_c = False
    place = 0
    while place < len(text):
        run = _DIGITS.match(text, place)
        length = len(run.group()) if run else 0
        whole = place == 0 and length == len(text) == 2
        ends = place == 0 or place + length == len(text)
        if whole or length >= (4 if ends else 6):
            # An odd run gives its first digit to set B, so that pairs are left.
            if length % 2:
                symbols += _in_b(text[place], in_c, not symbols)
                in_c = False
                place += 1
                length -= 1
            symbols.append(TO_C if symbols else START_C)
            pairs = text[place : place + length]
            symbols += [int(pairs[n : n + 2]) for n in range(0, length, 2)]
            in_c = True
            place += length
        else:
            symbols += _in_b(text[place], in_c, not symbols)
            in_c = False
            place += 1
    checksum = (symbols[0] + sum(n * symbol for n, symbol in enumerate(symbols))) % 103
    return [*symbols, checksum, STOP]


def code128_modules(text: str) -> list[tuple[int, int]]:
    """Give each bar as (first module, width), from 0 on, without the quiet zones."""
    bars: list[tuple[int, int]] = []
    at = 0
    for symbol in code128_symbols(text):
        for number, width in enumerate(map(int, _WIDTHS[symbol])):
            if number % 2 == 0:
                bars.append((at, width))
            at += width
    return bars


def draw_code128(text: str) -> Markup:
    """Draw the barcode as an SVG element with its quiet zones; its height is the page's choice."""
    bars = code128_modules(text)
    width = bars[-1][0] + bars[-1][1] + 2 * QUIET
    path = "".join(f"M{first + QUIET} 0h{bar}v1h-{bar}z" for first, bar in bars)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="code128" viewBox="0 0 {} 1"'
        ' preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{}"/></svg>'
    ).format(width, path)


def _in_b(sign: str, in_c: bool, first: bool) -> list[int]:
    value = ord(sign) - 32
    if first:
        return [START_B, value]
    return [TO_B, value] if in_c else [value]
