"""The words of e-mails and of the pages their links open, from data/mail/<language>.yml; none stands in Python.

What happened to a ticket is said with the catalogue's own sentence; here stands what is around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import yaml

from channels.languages import LANGUAGES


@dataclass(frozen=True)
class MailTexts:
    """Texts by language and key."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> MailTexts:
        return cls({one: yaml.safe_load((folder / f"{one}.yml").read_text("utf-8")) for one in LANGUAGES})

    def text(self, key: str, language: str, **values: str) -> str:
        """Raises KeyError: there is no such text, or a value is missing."""
        return self.texts[language][key].format_map(values)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an e-mail, in plain words and as HTML: paragraphs, at most one button, and a foot.

    Attributes:
        button: (what stands on it, the link it opens); in plain words the link stands alone.
        foot: what stands small below, as pairs of a text and the link after it ("" for none).
    """

    language: str
    paragraphs: Sequence[str]
    button: tuple[str, str] | None
    foot: Sequence[tuple[str, str]]

    def plain(self) -> str:
        parts = list(self.paragraphs)
        if self.button is not None:
            parts.append("\n".join(self.button))
        parts.append("-- ")
        feet = ["\n".join(part for part in foot if part) for foot in self.foot]
        return "\n\n".join(parts) + "\n" + "\n\n".join(feet) + "\n"

    def html(self) -> str:
        """Nothing is fetched when it is read: no picture, no style sheet, no script."""
        said = "".join(f"<p>{_lines(one)}</p>" for one in self.paragraphs)
        if self.button is not None:
            said += f'<p><a href="{escape(self.button[1])}">{escape(self.button[0])}</a></p>'
        feet = "".join(f"<p><small>{_foot(*one)}</small></p>" for one in self.foot)
        return (
            f'<!DOCTYPE html><html lang="{escape(self.language)}"><head><meta charset="utf-8"></head>'
            f"<body>{said}<hr>{feet}</body></html>"
        )


def _foot(text: str, link: str) -> str:
    return f'{_lines(text)} <a href="{escape(link)}">{escape(link)}</a>' if link else _lines(text)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
