"""What every command is given: the language, how to say something, the settings and the books."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import click
from sqlalchemy import Engine

from backoffice.config import Config, read_config
from backoffice.database import make_engine
from backoffice.schema_check import require_current_schema
from ledger.text import LANGUAGES, PAPER_LANGUAGE, Language, Text

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Step(Protocol):
    """What long work calls for each thing done, with its name."""

    def __call__(self, name: str, /) -> None:
        """Note that one more is done."""


@dataclass(slots=True)
class Console:
    """One run of the command line. `as_json`: what is said is one JSON value on standard output.

    Papers are the hall's and in Chinese, whatever the operator's locale, unless `--language` is
    given.
    """

    language: Language
    as_json: bool = False
    paper_language: Language = PAPER_LANGUAGE
    _config: Config | None = None
    _engines: list[Engine] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The settings; raises UnknownSetting and UnreadableSetting."""
        if self._config is None:
            self._config = read_config()
        return self._config

    def open_books(self) -> Engine:
        """Open the database; raises DatabaseMissing and SchemaNotCurrent."""
        if not self._engines:
            require_current_schema(self.config.database_url)
            self._engines.append(make_engine(self.config.database_url))
        return self._engines[0]

    def close(self) -> None:
        """Close what was opened."""
        for engine in self._engines:
            engine.dispose()
        self._engines.clear()

    def say(self, *texts: Text) -> None:
        """Say sentences, one a line; silent where the answer is JSON."""
        if not self.as_json:
            for text in texts:
                click.echo(text.in_language(self.language))

    def give(self, payload: Mapping[str, object] | Sequence[object], *texts: Text) -> None:
        """Give the answer: the payload as JSON, or the sentences."""
        if self.as_json:
            click.echo(json.dumps(payload, ensure_ascii=False, indent=1))
        else:
            self.say(*texts)

    @contextmanager
    def progress(self, steps: int) -> Iterator[Step]:
        """Show a bar of so many steps on a terminal, and nothing in a pipe."""
        hidden = not sys.stderr.isatty() or steps < 2
        with click.progressbar(
            length=steps,
            hidden=hidden,
            file=sys.stderr,
            show_eta=False,
            item_show_func=lambda name: name,
        ) as bar:

            def step(name: str, /) -> None:
                bar.update(1, name)

            yield step


def begin_console(words: Sequence[str], environment: Mapping[str, str]) -> Console:
    """Make the console of a run from its words: read before click does, so that mistakes fit it."""
    asked = _asked_language(words)
    return Console(
        language=asked or _locale_language(environment),
        as_json="--json" in words,
        paper_language=asked or PAPER_LANGUAGE,
    )


def _asked_language(words: Sequence[str]) -> Language | None:
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--language":
            wanted = value or (words[place + 1] if place + 1 < len(words) else "")
            return next((language for language in LANGUAGES if language == wanted), None)
    return None


def _locale_language(environment: Mapping[str, str]) -> Language:
    """Give the language of the locale: zh* is Chinese."""
    locale = next((environment[name] for name in LOCALE_VARIABLES if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


pass_console = click.make_pass_decorator(Console)
