"""Which part of an item a question is after: cost, time, papers, place, telephone, another town, foreigners, online.

Pure, by words of each language (data/knowledge/aspects/<language>.yml). It says nothing about the topic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.errors import InvalidItem
from knowledge.items import SECTIONS
from knowledge.lexical import folded
from language.identify import LANGUAGES
from language.tokens import character_count

_SPACED = ("en", "ru")
BARE_CHARACTERS = {"zh": 4, "ja": 8, "ko": 6, "en": 14, "ru": 14}
"""With no more characters than these beside the words of an aspect, a question names no topic of its own."""


@dataclass(frozen=True)
class Aspects:
    """Patterns by section of one language, and words that point back ("and", "what about")."""

    patterns: Mapping[str, re.Pattern[str]]
    further: re.Pattern[str]

    def of(self, text: str) -> str | None:
        """The section whose words the text holds; None when there is none, or when several are asked for at once."""
        plain = folded(text)
        asked = [section for section, pattern in self.patterns.items() if pattern.search(plain)]
        return asked[0] if len(asked) == 1 else None

    def points_back(self, text: str) -> bool:
        """Whether the text begins as a question that goes on with the matter in hand."""
        return self.further.match(folded(text).lstrip(" ,.;!?，。！？、…-")) is not None

    def is_bare(self, text: str, language: str) -> bool:
        """Whether hardly anything but the words of an aspect is said ("and how much is it?")."""
        plain = folded(text)
        for pattern in (self.further, *self.patterns.values()):
            plain = pattern.sub(" ", plain)
        return character_count("".join(filter(str.isalnum, plain))) <= BARE_CHARACTERS[language]


def load(folder: Path) -> dict[str, Aspects]:
    """Reads the files of all five languages.

    Raises:
        InvalidItem: a file is missing or names a section that does not exist.
    """
    return {language: _read(folder / f"{language}.yml", language) for language in LANGUAGES}


def _read(file: Path, language: str) -> Aspects:
    where = f"aspects/{file.name}"
    try:
        words = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidItem(where, f"cannot be read: {error}") from error
    sections = words.get("sections") or {}
    unknown = sorted(set(sections) - set(SECTIONS))
    if unknown:
        raise InvalidItem(where, f"{unknown[0]!r} is no section")
    return Aspects(
        {section: _pattern(phrases, language) for section, phrases in sections.items()},
        _pattern(words.get("further") or ["\x00"], language),
    )


def _pattern(phrases: Sequence[str], language: str) -> re.Pattern[str]:
    longest_first = sorted({folded(str(phrase)) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    either = "|".join(re.escape(phrase) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})" if language in _SPACED else f"(?:{either})")
