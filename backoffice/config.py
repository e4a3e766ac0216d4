"""The settings of one installation: one frozen value, unknown keys refused."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from ledger.errors import Invalid
from ledger.text import Text

PREFIX = "BACKOFFICE_"


class UnknownSetting(Invalid):
    """An environment variable names no setting."""

    code = "unknown_setting"
    text = Text(
        "没有名为 {name} 的设置。可用的设置:{known}。",
        "There is no setting {name}. The settings are: {known}.",
    )


class UnreadableSetting(Invalid):
    """A setting's value cannot be read."""

    code = "unreadable_setting"
    text = Text("设置 {name} 的值无法读取:{value}。", "Setting {name} cannot be read: {value}.")


@dataclass(frozen=True, slots=True)
class Config:
    """Settings, each from the environment variable BACKOFFICE_NAME.

    `owner_url` is the database login that may change the schema, where it is another than
    `database_url`; `secret_key` signs cookies and is kept in `var/secret-key` when not given.
    """

    database_url: str = "sqlite:///var/backoffice.db"
    owner_url: str = ""
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    secure_cookies: bool = False
    session_hours: int = 12
    upload_limit_mb: int = 64
    state_folder: str = "var"

    @property
    def schema_url(self) -> str:
        """Give the URL that migrations use."""
        return self.owner_url or self.database_url


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """Read settings from the environment; raises UnknownSetting and UnreadableSetting."""
    environment = os.environ if environment is None else environment
    known = {f"{PREFIX}{field.name.upper()}": field for field in fields(Config)}
    values: dict[str, str | int | bool] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise UnknownSetting(name=name, known=", ".join(sorted(known)))
        field = known[name]
        values[field.name] = _read(name, value, str(field.type))
    return Config(**values)  # type: ignore[arg-type]


def kept_secret(config: Config) -> str:
    """Give the key that signs cookies, making and keeping one in the state folder when needed."""
    if config.secret_key:
        return config.secret_key
    path = Path(config.state_folder) / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def _read(name: str, value: str, kind: str) -> str | int | bool:
    if kind == "bool":
        if value not in ("0", "1"):
            raise UnreadableSetting(name=name, value=f"{value} (0/1)")
        return value == "1"
    if kind == "int":
        if not value.isascii() or not value.isdigit():
            raise UnreadableSetting(name=name, value=value)
        return int(value)
    return value
