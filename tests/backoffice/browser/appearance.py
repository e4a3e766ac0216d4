"""How pages are looked at: screenshots for the eye, barriers by axe, and what is cut off.

Screenshots are left under `var/screenshots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from axe_playwright_python.sync_playwright import Axe

from tests.source_tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = ROOT / "var" / "screenshots"
GRAVE = {"serious", "critical"}
# The field of a page that scans, once its script listens.
SCAN_READY = "form[data-scan-ready] #scan-code:focus"


class View(NamedTuple):
    """How somebody looks at the pages, and whether barriers are looked for, a second a page."""

    language: str
    width: int
    scheme: str = "light"
    thorough: bool = True


VIEWS = {
    "zh": View("zh-CN", 1366),
    "en": View("en-GB", 1366, thorough=False),
    "zh-phone": View("zh-CN", 360, thorough=False),
    "en-phone": View("en-GB", 360),
    "zh-dark": View("zh-CN", 1920, "dark"),
}


def faults_of(page: Page, name: str, *, thorough: bool) -> list[str]:
    """Keep a picture of the page and give what bars anybody from it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    cut_off = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return [
        *(_barriers(page, name) if thorough else ()),
        *([f"{name}: cut off"] if cut_off else ()),
    ]


def _barriers(page: Page, name: str) -> list[str]:
    return [
        f"{name}: {violation['id']}: {node['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
