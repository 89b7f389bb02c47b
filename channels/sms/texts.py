"""The words of text messages, from data/sms/<language>.yml; none stands in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from channels.languages import LANGUAGES


@dataclass(frozen=True)
class SmsTexts:
    """Texts by language and key."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> SmsTexts:
        return cls({one: yaml.safe_load((folder / f"{one}.yml").read_text("utf-8")) for one in LANGUAGES})

    def text(self, key: str, language: str, **values: str) -> str:
        """Raises KeyError: there is no such text, or a value is missing."""
        return self.texts[language][key].format_map(values)
