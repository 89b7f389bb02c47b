"""How texts sound, roughly: pinyin without tones, jamo, folded letters; what is easily confused is one sound.

Pure but for pypinyin's dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from language.normalize import lower
from voice.heard.correct import Sounds

_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")
# Confused by speakers of many regions, and by telephones: zh/z, ch/c, sh/s, -ng/-n, l/n, f/h.
_HAN_OR_NOT = re.compile("[\u3400-\u9fff]+|[^\u3400-\u9fff]+")
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_CYRILLIC = (
    ("о", "а"), ("е", "и"), ("ё", "и"), ("э", "и"), ("ъ", ""), ("ь", ""), ("й", "и"), ("я", "а"), ("ю", "у"),
)  # fmt: skip
_DEVOICED = str.maketrans("бвгджз", "пфктшс")
_LATIN = (
    ("zh", "j"), ("ch", "j"), ("sh", "s"), ("x", "s"), ("q", "j"),
    ("ph", "f"), ("ck", "k"), ("gh", ""), ("wh", "w"), ("th", "t"), ("ee", "i"), ("oo", "u"), ("y", "i"), ("z", "s"),
    ("c", "k"), ("v", "f"), ("d", "t"), ("b", "p"), ("g", "k"),
)  # fmt: skip


def mandarin(text: str) -> list[str]:
    """Pinyin of each character without tones, merged."""
    from pypinyin import Style, lazy_pinyin

    kept = [c for c in text if c.isalnum()]
    spelled: list[str] = []
    for one in _HAN_OR_NOT.findall("".join(kept)):
        spelled += lazy_pinyin(one, style=Style.NORMAL) if "\u3400" <= one[0] <= "\u9fff" else list(one)
    return [_merged(one) for one in spelled]


def _merged(pinyin: str) -> str:
    for one, other in _MERGED:
        pinyin = pinyin.replace(one, other)
    return pinyin


def characters(text: str) -> list[str]:
    """Each character is its own sound (Japanese, where a reading needs a dictionary of 100 MB)."""
    return [c for c in text if c.isalnum()]


def hangul(text: str) -> list[str]:
    """The letters of each syllable; aspirated and tense sounds are their plain ones."""
    return [_plain(unicodedata.normalize("NFD", c)) for c in text if c.isalnum()]


_JAMO = str.maketrans({
    "\u1101": "\u1100", "\u110f": "\u1100", "\u1104": "\u1103", "\u1110": "\u1103", "\u1108": "\u1107",
    "\u1111": "\u1107", "\u110a": "\u1109", "\u110d": "\u110c", "\u110e": "\u110c", "\u1162": "\u1166",
})  # fmt: skip


def _plain(jamo: str) -> str:
    return jamo.translate(_JAMO)


_FINALS = str.maketrans({
    "\u11a8": "\u1100", "\u11ab": "\u1102", "\u11ad": "\u1102", "\u11ae": "\u1103", "\u11af": "\u1105",
    "\u11b7": "\u1106", "\u11b8": "\u1107", "\u11ba": "\u1109", "\u11bb": "\u1109", "\u11bd": "\u110c",
    "\u11be": "\u110c", "\u11c0": "\u1103", "\u11c2": "\u1112", "\u110b": "",
})  # fmt: skip


def joined_hangul(text: str) -> list[str]:
    """The letters of a whole utterance as spoken: the end of a syllable begins the next (맞아요: 마자요)."""
    return ["".join(hangul(text)).translate(_FINALS)]


def latin(text: str) -> list[str]:
    """Each word in folded letters."""
    return [_folded(word, _LATIN) for word in _WORD.findall(lower(text))]


def cyrillic(text: str) -> list[str]:
    """Each word without the difference of unstressed vowels and of voice."""
    return [_folded(word, _CYRILLIC).translate(_DEVOICED) for word in _WORD.findall(lower(text))]


def _folded(word: str, table: Sequence[tuple[str, str]]) -> str:
    for one, other in table:
        word = word.replace(one, other)
    return re.sub(r"(.)\1+", r"\1", word)


SOUNDS: Mapping[str, Sounds] = {
    "zh": mandarin,
    "ja": characters,
    "ko": hangul,
    "en": latin,
    "ru": cyrillic,
}
