"""Messages of a conversation as WeChat texts: buttons become numbers, and a number becomes the button again. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from channels.conversations import Message
from hotline.settings import ROOT

FOLDER = ROOT / "data" / "wechat"
WORDS = ("choose", "unreadable", "photo_lost", "photos_full", "voice_lost")
LANGUAGES = ("zh", "en", "ja", "ko", "ru")


def load_words(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """What the account says by itself, by language. Raises OSError, KeyError for what is missing."""
    words = {}
    for language in LANGUAGES:
        content = yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))
        words[language] = {name: str(content[name]) for name in WORDS}
    return words


def text_of(messages: Sequence[Message], words: Mapping[str, Mapping[str, str]]) -> str:
    """What the citizen is to read of `messages`; "" when there is nothing. The last one's buttons are numbered."""
    told = [message for message in messages if message.sender != "citizen" and message.text]
    if not told:
        return ""
    paragraphs = [message.text for message in told]
    buttons = told[-1].buttons
    if buttons:
        lines = [f"{number}. {button.title}" for number, button in enumerate(buttons, start=1)]
        language = told[-1].language
        paragraphs.append("\n".join([*lines, words.get(language, words["zh"])["choose"]]))
    return "\n\n".join(paragraphs)


def pressed(text: str, messages: Sequence[Message]) -> str | None:
    """The payload of the button whose number was written, when the last thing told had such a button."""
    told = [message for message in messages if message.sender != "citizen" and message.text]
    digits = unicodedata.normalize("NFKC", text).strip().rstrip(".。、)")
    if not told or not digits.isascii() or not digits.isdigit() or len(digits) > 2:
        return None
    buttons = told[-1].buttons
    return buttons[int(digits) - 1].payload if 1 <= int(digits) <= len(buttons) else None
