"""How a command is written here: help in both languages, and every mistake one named error.

Commands, groups and options take their help as `Text`; `--json` and `--language` belong to every
command, so that no command can forget them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from backoffice.cli.console import Console
from ledger.errors import Invalid
from ledger.evidence.cells import UnreadableCell, read_instant
from ledger.money import read_fen
from ledger.schema import EPOCH, MICROSECOND
from ledger.text import LANGUAGES, Language, Text

USAGE = Text("用法:", "Usage:")
OPTIONS = Text("选项", "Options")
COMMANDS = Text("命令", "Commands")
REQUIRED = Text("必填", "required")
HELP = Text("显示本说明。", "Show this and stop.")
AS_JSON = Text("以 JSON 给出结果与错误。", "Give the answer, and an error too, as JSON.")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LANGUAGE = Text("输出语言;默认取自 LANG。", "Language of the output; LANG chooses by default.")


class WrongArgument(Invalid):
    """A word of the command line is not what it should be."""

    code = "wrong_argument"
    text = Text("{name}:{reason}", "{name}: {reason}")


def language_of(ctx: click.Context | None) -> Language:
    """Give the language of the run the context belongs to."""
    console = ctx.find_object(Console) if ctx is not None else None
    return console.language if console else "en"


class _Says(click.Command):
    """A command whose help is a Text."""

    said: Text

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, f"{USAGE.in_language(language_of(ctx))} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.said.in_language(language_of(ctx)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [param.get_help_record(ctx) for param in options]
        with formatter.section(OPTIONS.in_language(language_of(ctx))):
            formatter.write_dl([record for record in records if record])

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the first sentence, for the list of commands."""
        language = language_of(click.get_current_context(silent=True))
        sentence = self.said.in_language(language)
        return sentence.split("。" if language == "zh" else ". ")[0].rstrip(".")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give `--help` with its own help in the run's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP.in_language(language_of(ctx))
        return option


class Command(_Says):
    """A command that does something."""


class Group(_Says, click.Group):
    """A command that leads to others."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        _Says.format_options(self, ctx, formatter)
        rows = [
            (name, self.commands[name].get_short_help_str()) for name in self.list_commands(ctx)
        ]
        with formatter.section(COMMANDS.in_language(language_of(ctx))):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands in the order they were written, which is the order of a first day."""
        return list(self.commands)


class Option(click.Option):
    """An option whose help is a Text."""

    def __init__(self, *args: Any, said: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = said

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the option's names and what it means."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        language = language_of(ctx)
        extra = f" [{REQUIRED.in_language(language)}]" if self.required else ""
        return record[0], self.said.in_language(language) + extra


def command(name: str, said: Text) -> Callable[[Callable[..., None]], Command]:
    """Make the function a command; it has `--json` and `--language` like all others."""

    def make(function: Callable[..., None]) -> Command:
        made: Command = click.command(name, cls=Command)(function)
        made.said = said
        made.params += everywhere()
        return made

    return make


def group(name: str, said: Text, *commands: click.Command) -> Group:
    """Make a group of commands."""
    made = Group(name, params=everywhere())
    made.said = said
    for one in commands:
        made.add_command(one)
    return made


def option(*names: str, said: Text, **attributes: Any) -> Callable[[Any], Any]:
    """Give a command an option."""
    return click.option(*names, cls=Option, said=said, **attributes)


def everywhere() -> list[click.Parameter]:
    """Give the options that each command and group has, before and after its name alike.

    `begin_console` reads them before anything else, so that mistakes are told in it too.
    """
    languages = click.Choice(LANGUAGES)
    return [
        Option(["--language"], said=LANGUAGE, type=languages, expose_value=False),
        Option(["--json"], said=AS_JSON, is_flag=True, expose_value=False),
    ]


class Date(click.ParamType[dt.date]):
    """A calendar date."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Read YYYY-MM-DD; raises WrongArgument."""
        if isinstance(value, dt.date):
            return value
        if DATE.fullmatch(value):
            with suppress(ValueError):
                return dt.date.fromisoformat(value)
        reason = Text(
            f"“{value}”不是日期,应如 2026-11-20。",
            f"“{value}” is no date such as 2026-11-20.",
        )
        raise WrongArgument(name=_name_of(param), reason=reason)


class Moment(click.ParamType[dt.datetime]):
    """A date and clock time, by the hall's clock unless an offset is written."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Read it; raises WrongArgument."""
        if isinstance(value, dt.datetime):
            return value
        if MOMENT.match(value):
            with suppress(UnreadableCell):
                return EPOCH + read_instant(value) * MICROSECOND
        reason = Text(
            f"“{value}”不是时间,应如 2026-11-20T16:40。",
            f"“{value}” is no date and time such as 2026-11-20T16:40.",
        )
        raise WrongArgument(name=_name_of(param), reason=reason)


class Money(click.ParamType[int]):
    """An amount in yuan, as fen."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; raises WrongArgument."""
        if isinstance(value, int):
            return value
        with suppress(ValueError):
            return read_fen(value)
        reason = Text(f"“{value}”不是金额,应如 12.00。", f"“{value}” is no amount such as 12.00.")
        raise WrongArgument(name=_name_of(param), reason=reason)


class WholeNumber(click.ParamType[int]):
    """A whole number from 1 up, of at most nine plain digits."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the digits; raises WrongArgument."""
        if isinstance(value, int):
            return value
        if value.isascii() and value.isdigit() and len(value) <= 9 and int(value) > 0:
            return int(value)
        reason = Text(f"“{value}”不是正整数。", f"“{value}” is no whole number from 1 up.")
        raise WrongArgument(name=_name_of(param), reason=reason)


class ExistingFile(click.ParamType[Path]):
    """A file that can be read."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; raises WrongArgument where there is no such file."""
        path = Path(value)
        if path.is_file():
            return path
        reason = Text("文件不存在,请核对路径。", "There is no such file. Check the path.")
        raise WrongArgument(name=value, reason=reason)


def usage_text(error: click.UsageError) -> Text:
    """Give click's complaint in both languages, with the command whose help explains it."""
    path = error.ctx.command_path if error.ctx is not None else "backoffice"
    found = _complaint(error)
    return Text(f"{found.zh}(见 {path} --help)", f"{found.en.rstrip('.')} (see `{path} --help`)")


def _complaint(error: click.UsageError) -> Text:
    match error:
        case click.MissingParameter(param=param) if param is not None:
            name = _name_of(param)
            return Text(f"缺少 {name}", f"{name} is missing")
        case click.NoSuchOption(option_name=name):
            return Text(f"没有选项 {name}", f"there is no option {name}")
        case click.exceptions.NoSuchCommand(command_name=name):
            return Text(f"没有命令 {name}", f"there is no command {name}")
        case click.BadOptionUsage(option_name=name):
            return Text(f"选项 {name} 用法有误", f"option {name}: {error.message}")
        case click.BadParameter(param=param) if param is not None:
            name = _name_of(param)
            return Text(f"{name} 的值有误:{error.message}", f"{name}: {error.message}")
        case _:
            return Text(f"用法有误:{error.format_message()}", error.format_message())


def _name_of(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return param.opts[0]
    return param.human_readable_name if param is not None else ""
