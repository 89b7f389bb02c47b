"""Small closed word lists per language, read from `data/words/<lang>.yml`: what a slot is called, "none of these".

They recognise what buttons would say when it is typed or spoken instead; they are no classifier and match words the
citizen wrote, whole or (for longer ones) inside the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_CJK = "\u2e80"
"""From this character on scripts put no space between words."""
_PUNCTUATION = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Lower case without punctuation and spaces."""
    return _PUNCTUATION.sub("", text).lower()


def has_letters(text: str) -> bool:
    """Whether any letter is left."""
    return any(character.isalpha() for character in text)


@dataclass(frozen=True)
class Words:
    """The lists of one language; `lists[name]` are sayings, `slots[slot]` are names of a form's slot."""

    lists: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]

    def says(self, name: str, text: str) -> bool:
        """Whether the text is one of the list's sayings, punctuation aside."""
        return folded(text) in {folded(saying) for saying in self.lists.get(name, ())}

    def contains(self, name: str, text: str) -> bool:
        """Whether one of the list's sayings stands in the text."""
        return any(saying in text.lower() for saying in self.lists.get(name, ()))

    def without_lead(self, name: str, text: str) -> str:
        """The text without the list's `<name>_before` and `<name>_after` words ("my name is ...", "...です")."""
        said = text.strip(" 。.!！,，、~～")
        for lead in sorted(self.lists.get(f"{name}_before", ()), key=len, reverse=True):
            rest = said[len(lead) :]
            whole = lead[-1] > _CJK or not rest[:1].isalnum()
            if said.lower().startswith(lead) and whole and has_letters(rest):
                said = rest.strip(" :：,，、")
                break
        for tail in sorted(self.lists.get(f"{name}_after", ()), key=len, reverse=True):
            if said.endswith(tail) and has_letters(said[: -len(tail)]):
                return said[: -len(tail)].strip(" ,，、")
        return said

    def says_only(self, name: str, text: str, by_word: bool) -> bool:
        """Whether the text is made of the list's words alone ("Hello, I want to complain").

        Args:
            by_word: words stand apart (English, Russian); else they are taken out of the text, the longest first.
        """
        sayings = self.lists.get(name, ())
        if by_word:
            return set(re.findall(r"\w+", text.lower())) <= set(sayings)
        rest = folded(text)
        for saying in sorted(sayings, key=len, reverse=True):
            rest = rest.replace(saying, "")
        return not rest

    def slot_named(self, text: str) -> str | None:
        """Which slot the text speaks of by name, the first named if several; None if none."""
        lowered = text.lower()
        places = [(lowered.find(name), slot) for slot, names in self.slots.items() for name in names if name in lowered]
        return min(places)[1] if places else None

    def choice(self, text: str, count: int) -> int | None:
        """Which of `count` numbered choices the text names ("the second", "2"), from 0; None if none."""
        said = folded(text)
        for index, sayings in enumerate(self.lists.get("ordinals", ())[:count]):
            if said in {folded(saying) for saying in sayings.split("|")}:
                return index
        return None


def load(folder: Path) -> dict[str, Words]:
    """Reads the lists of all languages."""
    found = {}
    for file in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(file.read_text("utf-8"))
        slots = {slot: tuple(name.lower() for name in names) for slot, names in data.pop("slots").items()}
        found[file.stem] = Words({name: tuple(map(str, sayings)) for name, sayings in data.items()}, slots)
    return found
