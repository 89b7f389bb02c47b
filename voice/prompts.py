"""What the telephone line says by itself: greeting, silence, failures, transfer; in five languages, from data files.

Replies to citizens are not here: they come from the bot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


SAID_FIRST = ("complaint.yml", "emergency.yml", "gateway.yml", "handoff.yml")
"""Replies of nearly every call, in the order in which they are wanted ready; others are of one call in many."""


def response_texts(folder: Path, language: str, files: Collection[str] | None = None) -> list[str]:
    """What the bot may say on the telephone in a language: the variation for the phone, else the plain one.

    Args:
        folder: bot/responses; read as data.
        files: only what stands in these.
    """
    texts: list[str] = []
    order = {name: at for at, name in enumerate(SAID_FIRST)}
    for file in sorted((folder / language).glob("*.yml"), key=lambda one: (order.get(one.name, len(order)), one.name)):
        if files is not None and file.name not in files:
            continue
        responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(file.read_text("utf-8")).get("responses") or {}
        for name, variations in responses.items():
            if name.startswith("utter_value_"):
                continue
            spoken = [one for one in variations if one.get("channel") == "phone"] or [
                one for one in variations if "channel" not in one
            ]
            texts += [str(one["text"]) for one in spoken if one.get("text")]
    return list(dict.fromkeys(texts))
