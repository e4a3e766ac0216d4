"""Every sentence a person reads, in Chinese and in English, side by side in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
PAPER_LANGUAGE: Language = "zh"
"""Papers are the hall's, in Chinese, unless another language is chosen for them."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; neither can be missing."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Give the sentence in `language`."""
        return self.zh if language == "zh" else self.en

    def format(self, **facts: object) -> Text:
        """Fill the same named facts into both languages."""
        return Text(self.zh.format(**facts), self.en.format(**facts))
