"""Cuts an item to what is said at once: the short answer, one section, or the whole; on the phone two sentences.

Pure. The words are the item's own; labels and the line of sources are the caller's responses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.items import DETAIL_SECTIONS, Item

SPOKEN_SENTENCES = 2
_SENTENCE = re.compile(r".+?(?:[。！？]+|[.!?]+(?=\s|$)|$)", re.DOTALL)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)、])\s*", re.MULTILINE)
_LINK = re.compile(r"https?://\S+|www\.\S+|\[([^\]]*)\]\([^)]*\)")
_BRACKETS = re.compile(r"\s*[（(][^（()）]*[)）]")
_EMPHASIS = re.compile(r"(\*\*|__|`)")


@dataclass(frozen=True)
class Part:
    """A section of an item by its id, as text without Markdown's emphasis."""

    section: str
    text: str


def written(item: Item, section: str) -> list[Part]:
    """What a page shows: one section, or all details in order for section "all"."""
    wanted = [name for name in DETAIL_SECTIONS if name in item.sections] if section == "all" else [section]
    return [Part(name, _EMPHASIS.sub("", item.sections[name])) for name in wanted]


def spoken(item: Item, section: str) -> list[str]:
    """What the telephone says, in pieces of at most two sentences, without links, brackets and list marks."""
    if section == "short":
        text = item.sections["speak"]
    else:
        text = "\n".join(part.text for part in written(item, section))
    return pieces(_speakable(text))


def pieces(text: str, sentences: int = SPOKEN_SENTENCES) -> list[str]:
    """The text cut into pieces of so many sentences."""
    found = [match.group().strip() for line in text.splitlines() for match in _SENTENCE.finditer(line)]
    kept = [sentence for sentence in found if sentence]
    return [_joined(kept[at : at + sentences]) for at in range(0, len(kept), sentences)]


def _joined(sentences: Sequence[str]) -> str:
    glue = "" if all(sentence[-1] in "。！？" for sentence in sentences[:-1]) else " "
    return glue.join(sentences)


def _speakable(text: str) -> str:
    plain = _LINK.sub(lambda match: match.group(1) or "", _EMPHASIS.sub("", text))
    return _BRACKETS.sub("", _LIST_MARK.sub("", plain))
