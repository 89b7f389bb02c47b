"""What the telephone line says by itself: greeting, silence, failures, transfer; in five languages, from data files.

Replies to citizens are not here: they come from the bot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("zh", "en", "ja", "ko", "ru")


@dataclass(frozen=True)
class Prompts:
    """Texts by language and name."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> Prompts:
        """Reads `<language>.yml` of each language."""
        return cls(
            {language: yaml.safe_load((folder / f"{language}.yml").read_text("utf-8")) for language in LANGUAGES}
        )

    def text(self, name: str, language: str, **values: str) -> str:
        """Gives a prompt with its values put in.

        Raises:
            KeyError: there is no such prompt, or a value is missing.
        """
        return self.texts[language][name].format_map(values)

    def fixed(self, language: str) -> dict[str, str]:
        """The prompts without values: those that can be rendered ahead."""
        return {name: text for name, text in self.texts[language].items() if "{" not in text}


def response_texts(folder: Path, language: str) -> list[str]:
    """What the bot may say on the telephone in a language: the variation for the phone, else the plain one.

    Args:
        folder: bot/responses; read as data.
    """
    texts: list[str] = []
    for file in sorted((folder / language).glob("*.yml")):
        responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(file.read_text("utf-8")).get("responses") or {}
        for name, variations in responses.items():
            if name.startswith("utter_value_"):
                continue
            spoken = [one for one in variations if one.get("channel") == "phone"] or [
                one for one in variations if "channel" not in one
            ]
            texts += [str(one["text"]) for one in spoken if one.get("text")]
    return list(dict.fromkeys(texts))
