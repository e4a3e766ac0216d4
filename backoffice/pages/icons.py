"""The icons the pages use, cut once a process out of the set that Bootstrap-Flask carries."""

from __future__ import annotations

import functools
import hashlib
import re
from importlib import resources

from flask import Flask, Response, url_for

WHOLE_SET = "static/bootstrap5/icons/bootstrap-icons.svg"
SYMBOL = re.compile(r'<symbol[^>]*\bid="([^"]+)".*?</symbol>', re.DOTALL)
A_YEAR = 365 * 24 * 3600

NAMES = frozenset(
    [
        "arrow-counterclockwise",
        "arrow-left",
        "arrow-left-right",
        "arrow-right",
        "box-arrow-right",
        "box-arrow-up-right",
        "box-seam",
        "building",
        "calendar3",
        "camera",
        "cash-coin",
        "check-circle-fill",
        "check2",
        "chevron-down",
        "chevron-left",
        "chevron-right",
        "circle",
        "clipboard-check",
        "clock",
        "cloud-arrow-up",
        "dash-circle",
        "exclamation-octagon-fill",
        "exclamation-triangle-fill",
        "file-earmark-arrow-down",
        "file-earmark-spreadsheet",
        "hourglass-split",
        "house",
        "info-circle",
        "journal-text",
        "key",
        "lightbulb",
        "pen",
        "person-circle",
        "play-fill",
        "plus-circle",
        "printer",
        "reply",
        "search",
        "shield-check",
        "slash-circle",
        "sliders",
        "translate",
        "upc-scan",
    ]
)


def register_icons(app: Flask) -> None:
    """Serve the sheet of icons at /icons.svg."""
    app.add_url_rule("/icons.svg", "icons", show_icons)


def show_icons() -> Response:
    """Give the sheet; its address changes with its content, so browsers may keep it."""
    answer = Response(icon_sheet(), mimetype="image/svg+xml")
    answer.cache_control.max_age = A_YEAR
    answer.cache_control.public = True
    return answer


def icon_address(name: str) -> str:
    """Give the address of one icon; KeyError for one that is not on the sheet."""
    if name not in NAMES:
        raise KeyError(name)
    return url_for("icons", v=_version(), _anchor=name)


@functools.cache
def icon_sheet() -> str:
    """Give an SVG sheet of just the icons named here."""
    whole = (resources.files("flask_bootstrap") / WHOLE_SET).read_text()
    symbols = {found.group(1): found.group(0) for found in SYMBOL.finditer(whole)}
    chosen = "".join(symbols[name] for name in sorted(NAMES))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{chosen}</svg>'


@functools.cache
def _version() -> str:
    return hashlib.sha256(icon_sheet().encode()).hexdigest()[:12]
