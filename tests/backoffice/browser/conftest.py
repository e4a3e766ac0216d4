"""The pages served to a real browser, and people who open them there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.backoffice.browser.walking import follow
from tests.backoffice.visitors import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = 1366
SECONDS = 20


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve the pages on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own; with a staff number, signed in. Script errors fail the test."""
    faults: list[str] = []

    def open_one(
        number: str = "",
        *,
        language: str = "zh-CN",
        width: int = WIDE,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            locale=language,
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security" in said.text else None,
        )
        if number:
            page.goto("/sign-in")
            page.fill("#number", number)
            page.fill("#password", PASSWORD)
            follow(page, ".door-sheet button")
        return page

    yield open_one
    for context in browser.contexts:
        context.close()
    assert faults == []
