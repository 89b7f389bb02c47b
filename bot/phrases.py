"""Fixed sayings that steer a conversation and are no intent of their own in the field's list ("go on", "继续").

Read from `data/phrases/<intent>.yml` (a list of sayings per language); matched whole, without case and punctuation.
It never looks inside a longer sentence: that is the classifier's work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Mapping, Optional

import yaml

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Phrases:
    """Intent of each folded saying."""

    intents: Mapping[str, str]

    @classmethod
    def load(cls, folder: Path) -> Phrases:
        """Reads every `<intent>.yml` in `folder`."""
        found: Dict[str, str] = {}
        for file in sorted(folder.glob("*.yml")):
            for sayings in yaml.safe_load(file.read_text("utf-8")).values():
                found.update({_folded(saying): file.stem for saying in sayings})
        return cls(found)

    def intent_of(self, text: str) -> Optional[str]:
        """Gives the intent of a text that is one of the sayings, else None."""
        return self.intents.get(_folded(text))


def _folded(text: str) -> str:
    return _PUNCTUATION.sub("", text).lower()
