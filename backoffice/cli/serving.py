"""`serve`: the pages and the API on one address."""

from __future__ import annotations

import dataclasses
import socket
from typing import Any

from backoffice.cli.commands import WholeNumber, command, option
from backoffice.cli.console import Console, pass_console
from ledger.errors import Conflict
from ledger.text import Text


class AddressTaken(Conflict):
    """Something else listens there already."""

    code = "address_taken"
    text = Text(
        "地址 {host}:{port} 无法使用:{reason}。请换用 --port,或停止占用它的程序。",
        "The address {host}:{port} cannot be used: {reason}."
        " Choose another --port, or stop what is there.",
    )


@command(
    "serve",
    Text("启动网页与接口服务。", "Serve the pages and the API."),
)
@option("--host", metavar="ADDRESS", said=Text("监听地址。", "Address to listen on."))
@option("--port", type=WholeNumber(), metavar="PORT", said=Text("端口。", "Port to listen on."))
@option(
    "--workers",
    type=WholeNumber(),
    metavar="COUNT",
    said=Text("进程数;SQLite 以 1 为宜。", "Processes; one is right for SQLite."),
)
@pass_console
def serve(console: Console, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve until stopped."""
    # Importing the server and the pages takes a second that no other command should pay.
    from backoffice import serving

    console.open_books()
    console.close()
    given: dict[str, Any] = {"host": host, "port": port, "workers": workers}
    config = dataclasses.replace(
        console.config, **{name: value for name, value in given.items() if value is not None}
    )
    _require_free(config.host, config.port)
    address = f"http://{config.host}:{config.port}"
    console.give(
        {"address": address},
        Text(f"服务已启动:{address}(Ctrl+C 停止)", f"Serving on {address} (Ctrl+C stops it)"),
    )
    serving.serve(config)


def _require_free(host: str, port: int) -> None:
    """Try the address before the server does: its own complaint would be a traceback."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise AddressTaken(host=host, port=port, reason=str(error)) from error
