"""How pages are looked at: screenshots for the eye, barriers by axe, and what is cut off.

With `SCREENSHOTS=1` in the environment pictures are left under `var/screenshots`; taking them costs
as much as looking for what is cut off, and no test reads them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT

from tests.source_tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = ROOT / "var" / "screenshots"
GRAVE = {"serious", "critical"}
# The field of a page that scans, once its script listens.
SCAN_READY = "form[data-scan-ready] #scan-code:focus"


# What people sit before: a phone in the hall, a desk, a large screen.
PHONE, DESK, LARGE = 360, 1366, 1920
HEIGHT = 800


class View(NamedTuple):
    """In which language pages are looked at, and whether barriers are looked for, a second each."""

    language: str
    thorough: bool


# The pieces of a page are the same in both languages, its words are not as long.
VIEWS = {"zh": View("zh-CN", thorough=True), "en": View("en-GB", thorough=False)}


def faults_of(page: Page, name: str, *, thorough: bool) -> list[str]:
    """Look at the page at every width; give what bars anybody from it, by day and by night.

    By night only colours differ, so that contrast alone is looked at then.
    """
    faults = []
    for width in (LARGE, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        cut_off = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if cut_off:
            faults.append(f"{name}: cut off at {width}")
        if "SCREENSHOTS" in os.environ and width == (DESK if thorough else PHONE):
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    if thorough:
        faults += _barriers(page, name)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        faults += _barriers(page, f"{name} by night", "color-contrast")
        page.emulate_media(color_scheme="light")
    return faults


def _barriers(page: Page, name: str, *rules: str) -> list[str]:
    """Run axe, or some of its rules; what passes is neither written up nor carried over here."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    violations = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [
        f"{name}: {violation['id']}: {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
