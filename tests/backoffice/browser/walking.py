"""Going from page to page as a person does: only what is done on the page one came to counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def follow(page: Page, pressed: str) -> None:
    """Press the first of what a selector names, and go on when the page it leads to is there.

    A click alone returns while the old page still stands, and what is read next may be read there.
    """
    with page.expect_navigation():
        page.locator(pressed).first.click()
