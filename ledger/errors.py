"""The errors of the domain: named for the fact, of four kinds, each saying what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from ledger.masking import mask_numbers
from ledger.text import Language, Text


class BackofficeError(Exception):
    """A refusal. `code` is stable; `text` says in both languages what is wrong and what to do."""

    kind: ClassVar[str] = "conflict"
    code: ClassVar[str] = "refused"
    text: ClassVar[Text] = Text("操作被拒绝。", "The act was refused.")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message("en"))

    def __reduce__(self) -> tuple[partial[BackofficeError], tuple[()]]:
        """Say how it is made anew, for a refusal in another process than the one that asked."""
        return partial(type(self), **self.facts), ()

    def message(self, language: Language) -> str:
        """Give the sentence for people, the facts filled in, texts among them in its language.

        Numbers of people are masked in it, whatever the facts hold (DOMAIN RET-03).
        """
        facts = {
            name: fact.in_language(language) if isinstance(fact, Text) else fact
            for name, fact in self.facts.items()
        }
        return mask_numbers(self.text.in_language(language).format(**facts))


class NotFound(BackofficeError):
    """What was named does not exist, or not for this actor."""

    kind = "not_found"
    code = "not_found"
    text = Text("未找到:{what}。请核对后重试。", "Not found: {what}. Check it and try again.")


class Forbidden(BackofficeError):
    """The actor may not do this."""

    kind = "forbidden"
    code = "forbidden"
    text = Text("无权执行:{what}。", "You may not do this: {what}.")


class Conflict(BackofficeError):
    """The books as they stand do not allow it."""

    kind = "conflict"
    code = "conflict"


class Invalid(BackofficeError):
    """The input cannot be read or makes no sense."""

    kind = "invalid"
    code = "invalid"
    text = Text("输入有误:{what}。", "Invalid input: {what}.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in an input: where it stands, and in both languages what is wrong.

    `line` and `column` are 0 and '' where the problem is the whole file's.
    """

    text: Text
    file: str = ""
    line: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        """Mask the numbers of people: a problem is shown at every door."""
        masked = Text(mask_numbers(self.text.zh), mask_numbers(self.text.en))
        object.__setattr__(self, "text", masked)
        object.__setattr__(self, "file", mask_numbers(self.file))
        object.__setattr__(self, "column", mask_numbers(self.column))

    def describe(self, language: Language) -> str:
        """Give place and sentence, as `file, line 3, column amount: ...`."""
        words = {"zh": ("第{}行", "列 {}", ":", ","), "en": ("line {}", "column {}", ": ", ", ")}
        line_word, column_word, colon, comma = words[language]
        place = [self.file] if self.file else []
        if self.line:
            place.append(line_word.format(self.line))
        if self.column:
            place.append(column_word.format(self.column))
        sentence = self.text.in_language(language)
        return f"{comma.join(place)}{colon}{sentence}" if place else sentence


class BadInput(Invalid):
    """A file or form that is refused whole; carries up to a hundred problems with their places."""

    code = "bad_input"
    LIMIT: ClassVar[int] = 100

    def __init__(self, problems: list[Problem], *, found: int = 0) -> None:
        """Keep the first hundred; `found` is how many there are where not all are given."""
        assert problems, "a refusal names at least one problem"
        self.problems = tuple(problems[: self.LIMIT])
        self.found = max(found, len(problems))
        super().__init__(problems=self.found)

    def message(self, language: Language) -> str:
        """Give the first problem with its place, and how many more there are."""
        first = self.problems[0].describe(language)
        rest = self.found - 1
        if not rest:
            return first
        more = Text(f"(另有{rest}处)", f" (and {rest} more)")
        return first + more.in_language(language)
