"""`serve`: one address for pages and API, and a clear word when it is taken."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.cli import serving
from tests.backoffice.cli.conftest import Command

SECONDS = 60


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Give a port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_address_is_one_line(small_command: Command, taken_port: int) -> None:
    result = small_command("serve", "--port", taken_port)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert f"127.0.0.1:{taken_port}" in line


def test_nothing_is_served_without_a_database(
    small_command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BACKOFFICE_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    monkeypatch.setattr(serving, "_require_free", None)
    result = small_command("serve")
    assert (result.exit_code, "backoffice init" in result.stderr) == (1, True)


def test_the_server_answers_and_stops_when_told(sqlite_url: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "BACKOFFICE_DATABASE_URL": sqlite_url,
        "BACKOFFICE_STATE_FOLDER": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    words = ["-c", "from backoffice.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            health = _wait_for(f"http://127.0.0.1:{port}/healthz", server)
            assert health["status"] == "ok"
        finally:
            server.terminate()
        said, _ = server.communicate(timeout=SECONDS)
    assert said.splitlines()[0] == f"Serving on http://127.0.0.1:{port} (Ctrl+C stops it)"
    assert server.returncode == 0


def _wait_for(address: str, server: subprocess.Popen[str]) -> dict[str, str]:
    deadline = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 our own server
                told: dict[str, str] = json.load(answer)
                return told
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")
