"""Serving the pages and the API by granian, one process or several, behind the operator's proxy."""

from __future__ import annotations

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from backoffice.app import create_app
from backoffice.config import Config, read_config

TARGET = "backoffice.serving:application"
# More threads than this only wait for one another in one interpreter.
THREADS = 4


def application() -> Flask:
    """Make the application of one serving process, from the environment's settings."""
    return create_app(read_config())


def serve(config: Config) -> None:
    """Serve until the process is told to stop."""
    Granian(
        TARGET,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=THREADS,
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
