"""The citizens' texts of all five languages for those who speak outside Rasa: gateway, actions, tests.

Plain Python on the same files that the bot is trained from (`bot/responses/<lang>/*.yml`); it chooses the first
variation that fits, and never falls back to another language: a missing text is a fault that tests find.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's safe loader, eight times as fast, where it is there
RESPONSES = Path(__file__).resolve().parent / "responses"


class TextMissing(KeyError):
    """No text of that key exists in that language."""

    code = "text_missing"


@dataclass(frozen=True)
class Catalog:
    """All variations by language and key, as Rasa writes them (`text`, `channel`, `buttons`)."""

    variations: Mapping[str, Mapping[str, List[Dict[str, Any]]]]

    @classmethod
    def load(cls, root: Optional[Path] = None) -> Catalog:
        """Reads every `<lang>/*.yml` below `root` (default: the project's own)."""
        found: Dict[str, Dict[str, List[Dict[str, Any]]]] = {}
        for file in sorted((root or RESPONSES).glob("*/*.yml")):
            responses = yaml.load(file.read_text("utf-8"), _Loader).get("responses") or {}
            found.setdefault(file.parent.name, {}).update(responses)
        return cls(found)

    def text(self, key: str, language: str, channel: str = "web", **values: Any) -> str:
        """Gives the text of `key` with `{name}` replaced from `values`.

        Raises:
            TextMissing: the key does not exist in that language.
        """
        text = str(self._variation(key, language, channel).get("text", ""))
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def buttons(self, key: str, language: str, channel: str = "web") -> List[Dict[str, str]]:
        """Gives the buttons of `key` as `[{"title", "payload"}]`, empty when it has none."""
        return [dict(button) for button in self._variation(key, language, channel).get("buttons") or []]

    def _variation(self, key: str, language: str, channel: str) -> Dict[str, Any]:
        choices = self.variations.get(language, {}).get(key) or []
        fitting = [choice for choice in choices if choice.get("channel") == channel]
        fitting += [choice for choice in choices if "channel" not in choice]
        if not fitting:
            raise TextMissing(f"{key} has no text in {language}")
        return fitting[0]
